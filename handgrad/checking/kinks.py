"""Kinks: points where a function has one slope to the left and another to the right.

There every value between the two one-sided slopes is a fair answer for one entry, and for several entries
together as long as it is fair along their common direction too: a maximum shared by two entries may give all to
one, or half to each, but not all to both.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from handgrad.checking.oracles.numeric import SIZES, Scalar, directions, in_double, moved, plain_scalar
from handgrad.checking.problem import Problem
from handgrad.values import Array, Values

MOST = 500  # entries that are looked at one by one; of more, as many evenly among them
STEPS = 2.0 ** -np.arange(12, 22)
APART, WITHIN = 1e-3, 1e-4  # of the larger slope
SETTLED = 3  # times what halving the steps still changes: two slopes nearer than that may be one of a curve
TOGETHER = 0.5  # of their distance at large steps: nearer at steps of the inputs' own size, it is a bend


@dataclass(frozen=True)
class Slopes:
    """The slopes to the left and to the right, and how much they still change with the steps."""

    left: float
    right: float
    doubt: float

    @property
    def gap(self) -> float:
        """How far they are apart."""
        return abs(self.right - self.left)

    @property
    def apart(self) -> bool:
        """Whether they are clearly two."""
        return self.gap > max(APART * max(abs(self.left), abs(self.right), 1e-30), SETTLED * self.doubt)

    def admit(self, hand: float) -> bool:
        """Whether a value lies between them, or on one that is both."""
        size = WITHIN * max(abs(self.left), abs(self.right), 1e-30)
        return min(self.left, self.right) - size <= hand <= max(self.left, self.right) + size


def one_sided(scalar: Scalar, values: Values, change: dict[str, Array], size: float) -> Slopes:
    """The slopes on both sides along a change; their doubt is the noise of a function that rounds by itself too."""
    found = [differences(scalar, values, change, size * by) for by in SIZES]
    left, right = [one.left for one in found], [one.right for one in found]
    moves = float(np.ptp(left) + np.ptp(right))
    return Slopes(left[0], right[0], max(moves, *(one.doubt for one in found)))


def differences(scalar: Scalar, values: Values, change: dict[str, Array], size: float) -> Slopes:
    """The slopes on both sides by differences freed of their first error."""
    here = float(scalar(values))
    slopes, doubt = [], 0.0
    for sign in (-1, 1):
        found = [sign * (float(scalar(moved(values, change, sign * size * h))) - here) / (size * h) for h in STEPS]
        better = [2 * fine - coarse for coarse, fine in pairwise(found)]
        doubts = np.abs(np.diff(better))
        best = int(np.argmin(doubts))
        slopes.append(better[best + 1])
        doubt += float(doubts[best])
    return Slopes(slopes[0], slopes[1], doubt)


@dataclass(frozen=True)
class Kinks:
    """Entries that lie at a kink, and whether by hand is fair at all of them."""

    at: tuple[tuple[int, ...], ...]
    fair: bool


def kinks(problem: Problem, values: Values, hand: Array, unequal: Array) -> Kinks | None:
    """What the entries that are not equal are: at kinks, all of them, or None."""
    chosen = [int(i) for i in np.flatnonzero(unequal)]
    if not chosen or not np.all(np.isfinite(hand)):
        return None
    try:
        with np.errstate(all="ignore"):
            return among(problem, values, hand, chosen)
    except Exception:  # no value beside the point: nothing is known of its slopes
        return None


def among(problem: Problem, values: Values, hand: Array, unequal: list[int]) -> Kinks | None:
    """The same for the entries with these running numbers."""
    scalar = plain_scalar(problem)
    at = Values({name: in_double(x) for name, x in values.items()})
    unit = directions(at, problem.wrt)
    flat = np.ravel(hand)
    own = max(float(np.max(np.abs(at[name]), initial=0)) for name in problem.wrt)
    looked_at = unequal[:: -(-len(unequal) // MOST)]
    slopes = {}
    for i in looked_at:
        slopes[i] = one_sided(scalar, at, unit(i), max(1.0, own))
        if not slopes[i].apart:
            return None
        if 0 < own < 1:
            near = one_sided(scalar, at, unit(i), own)
            if near.gap + near.doubt < TOGETHER * slopes[i].gap:
                return None
    together: dict[str, Array] = {}
    for i in unequal:
        for name, u in unit(i).items():
            together[name] = together.get(name, 0) + u
    along = float(sum(flat[i] for i in unequal))
    fair = all(slopes[i].admit(flat[i]) for i in looked_at)
    fair = fair and one_sided(scalar, at, together, max(1.0, own)).admit(along)
    return Kinks(tuple(tuple(int(k) for k in np.unravel_index(i, np.shape(hand))) for i in unequal), fair)
