"""Kinks: points where a function has one slope to the left and another to the right.

There every value between the two one-sided slopes is a fair answer for one entry, and for several entries
together as long as it is fair along their common direction too: a maximum shared by two entries may give all to
one, or half to each, but not all to both.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from handgrad.checking.opinions import in_double, plain_scalar
from handgrad.checking.problem import Problem
from handgrad.comparison import Comparison
from handgrad.letters import Array, Values
from handgrad.oracles.numeric import directions, moved

MOST = 200  # entries that are looked at
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


@dataclass(frozen=True)
class Kinks:
    """Entries that lie at a kink, and whether by hand is fair at all of them."""

    at: tuple[tuple[int, ...], ...]
    fair: bool


def kinks(problem: Problem, values: Values, seen: Comparison) -> Kinks | None:
    """What the entries that are not equal are: at kinks, all of them, or None."""
    scalar = plain_scalar(problem)
    at = Values({name: in_double(x) for name, x in values.items()})
    unit = directions(at, problem.wrt)
    hand = np.ravel(seen.hand)
    unequal = [int(i) for i in np.flatnonzero(seen.differs | seen.blurred)]
    if not unequal or len(unequal) > MOST or not np.all(np.isfinite(hand)):
        return None
    slopes = {i: one_sided(scalar, at, unit(i)) for i in unequal}
    bent = [i for i in unequal if apart(slopes[i])]
    if len(bent) < len(unequal):
        return None
    together: dict[str, Array] = {}
    for i in unequal:
        for name, u in unit(i).items():
            together[name] = together.get(name, 0) + u
    along = float(sum(hand[i] for i in unequal))
    just = all(between(slopes[i], hand[i]) for i in unequal) and between(one_sided(scalar, at, together), along)
    return Kinks(tuple(tuple(int(k) for k in np.unravel_index(i, np.shape(seen.hand))) for i in unequal), just)


def apart(slopes: tuple[float, float]) -> bool:
    """Whether two slopes are clearly two."""
    return abs(slopes[0] - slopes[1]) > APART * max(abs(slopes[0]), abs(slopes[1]), 1e-30)


def between(slopes: tuple[float, float], hand: float) -> bool:
    """Whether a value lies between two slopes, or on one that is both."""
    size = WITHIN * max(abs(slopes[0]), abs(slopes[1]), 1e-30)
    return bool(min(slopes) - size <= hand <= max(slopes) + size)
