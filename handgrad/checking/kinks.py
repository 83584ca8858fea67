"""Kinks: points where a function has one slope to the left and another to the right.

There every value between the two one-sided slopes is a fair answer for one entry, and for several entries
together as long as it is fair along their common direction too: a maximum shared by two entries may give all to
one, or half to each, but not all to both.
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from handgrad.checking.opinions import in_double, plain_scalar
from handgrad.checking.problem import Problem
from handgrad.comparison import Comparison
from handgrad.letters import Array, Values
from handgrad.oracles.numeric import directions, moved

STEPS = 2.0 ** -np.arange(12, 22)
APART, WITHIN = 1e-3, 1e-4  # of the larger slope


def one_sided(scalar: Callable[[Values], Array], values: Values, change: dict[str, Array]) -> tuple[float, float]:
    """The slopes to the left and to the right along a change, by differences freed of their first error."""
    size = max(1.0, *(float(np.max(np.abs(values[name]), initial=0)) for name in change))
    here = float(scalar(values))
    slopes = []
    for sign in (-1, 1):
        found = [sign * (float(scalar(moved(values, change, sign * size * h))) - here) / (size * h) for h in STEPS]
        better = [2 * fine - coarse for coarse, fine in pairwise(found)]
        doubts = np.abs(np.diff(better))
        slopes.append(better[int(np.argmin(doubts)) + 1])
    return slopes[0], slopes[1]


def kinks(problem: Problem, values: Values, seen: Comparison) -> list[tuple[int, ...]]:
    """The entries that differ and lie at a kink, if by hand is fair at all of them; else none."""
    scalar = plain_scalar(problem)
    at = Values({name: in_double(x) for name, x in values.items()})
    unit = directions(at, problem.wrt)
    suspects = [int(i) for i in np.flatnonzero(seen.differs)]
    if not suspects or len(suspects) > 200:
        return []
    for i in suspects:
        if not fair(one_sided(scalar, at, unit(i)), float(np.ravel(seen.hand)[i]), kink=True):
            return []
    together: dict[str, Array] = {}
    for i in suspects:
        for name, u in unit(i).items():
            together[name] = together.get(name, 0) + u
    along = float(sum(np.ravel(seen.hand)[i] for i in suspects))
    if not fair(one_sided(scalar, at, together), along, kink=False):
        return []
    return [tuple(int(k) for k in np.unravel_index(i, np.shape(seen.hand))) for i in suspects]


def fair(slopes: tuple[float, float], hand: float, kink: bool) -> bool:
    """Whether a value lies between two slopes, which must be clearly apart where a kink is asked for."""
    low, high = min(slopes), max(slopes)
    size = max(abs(low), abs(high), 1e-30)
    if kink and high - low < APART * size:
        return False
    return low - WITHIN * size <= hand <= high + WITHIN * size
