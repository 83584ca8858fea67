r"""The identity test: are two functions the same? Asked at random points, in exact arithmetic.

**Proved.** Two quotients of polynomials that are not the same differ almost everywhere: the numerator of
their difference is a polynomial of some degree d, and at a point drawn from S^n it vanishes with a
probability of at most d / |S| (DeMillo and Lipton 1978; Schwartz 1980; Zippel 1979). This holds in a field
of p elements when the members of S are different there and the polynomial does not vanish modulo p as a
whole. Trials with new points are independent, so their probabilities multiply. Residues that differ prove
that the functions differ, as long as both took the same branches.

**A bound.** Degrees are tracked through every operation as upper bounds, the same for all entries of an
array; so the bound is mostly far above the truth. |S| is the number of values that a draw can give, or the
smallest prime where that is less. d counts numerator n and denominator m of the difference together: points
where the denominator vanishes are drawn anew, and n / (|S| - m) <= (n + m) / |S|. Not counted is that the
difference vanishes modulo a prime of a tower as a whole: a multiple of that very prime would have to stand
among its coefficients, and the next trial takes another tower.

Branches are decided by the float64 shadow, and the bound holds for the branches that the points took. Where a
comparison, a maximum or an absolute value takes part, more points are compared, and the answer says so.

**Heuristic.** An exponential e^x becomes w^x in the next field, x the residue in this one, as Mirage does
with one exponential and two fields (M. Wu et al., "Mirage: A Multi-Level Superoptimizer for Tensor
Programs", OSDI 2025); a tower repeats it. All that follows from e^(a+b) = e^a e^b holds exactly: same
functions never differ by an exponential. For the converse, exponentials of arguments that are independent
over the rationals are taken to behave as independent variables of degree 1, as they do over the complex
numbers if Schanuel's conjecture is true. A logarithm is an unknown for each argument and a square root one
of two; so "same" is right and "differs" is no evidence where their values take part (their derivatives are
rational and fine).

References: R. DeMillo and R. Lipton, "A probabilistic remark on algebraic program testing", 1978;
J. Schwartz, "Fast probabilistic algorithms for verification of polynomial identities", 1980; R. Zippel,
"Probabilistic algorithms for sparse polynomials", 1979.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from handgrad.exact.array import OPAQUE, ROUNDED, UNDEFINED, ExactArray
from handgrad.exact.constants import Constant, recording
from handgrad.exact.decisions import watching
from handgrad.exact.errors import ExactError, LevelsSpentError, NoSquareRootError, RedrawError
from handgrad.exact.lifting import lift
from handgrad.exact.tower import Tower, tower

Array = Any
Function = Callable[[dict[str, Any]], Any]
Draw = Callable[[np.random.Generator], Mapping[str, Any]]

HIGHEST = 40  # levels of a tower; each is a prime that is longer than the one below it, and costs more
SECOND = 500  # trials from here on are for second opinions
REDRAWS = 200  # at most so many points without a value in a row
SAME_POINTS = 4  # so many points in one tower, before another is taken
# Shadows differ clearly when they differ by more than rounding explains: a relative 1e-9, seven digits above
# float64's own error, or next to a cancellation 1e-13 of the largest entry.
RELATIVE, OF_LARGEST = 1e-9, 1e-13


@dataclass(frozen=True)
class Identity:
    """What the test found out.

    same                no trial found a difference
    differs             where they differ; None when they are the same
    trials              how many points were compared
    error_bound         the probability of a false "same" is at most this; 0.0 when they differ
    fields              the primes that decided, one a trial
    degree              a bound of the degree of the difference
    levels              of the towers that were high enough
    constants           the fractions that floats were taken for
    hangs_on_constants  they differ, the shadows do not, and a constant that is no simple rational took part
    branched            comparisons, maxima or absolute values took part: seen on the branches taken
    opaque              they differ, but values of log or sqrt took part: no evidence
    shadow_first, shadow_second, inputs   the two results in float64 and the point, of the last trial
    """

    same: bool
    differs: Array | None
    trials: int
    error_bound: float
    fields: tuple[int, ...]
    degree: int
    levels: int
    constants: tuple[Constant, ...]
    hangs_on_constants: bool
    branched: bool
    opaque: bool
    shadow_first: Array
    shadow_second: Array
    inputs: dict[str, Any]


class Seen(NamedTuple):
    """Two results at one point."""

    differs: Array
    prime: int
    degree: int
    taint: int
    first: Array
    second: Array
    inputs: dict[str, Any]

    @property
    def clearly(self) -> bool:
        """Whether the shadows differ too, where the residues do."""
        with np.errstate(all="ignore"):
            a, b = self.first[self.differs], self.second[self.differs]
            size = np.fmax(np.abs(a), np.abs(b))
            both = np.abs(np.concatenate([np.ravel(self.first), np.ravel(self.second)]))
            largest = np.max(both, where=np.isfinite(both), initial=0)
            apart = np.abs(a - b) > RELATIVE * size + OF_LARGEST * largest
        return bool(np.any(apart | (np.isfinite(a) != np.isfinite(b))))


def identical(
    first: Function, second: Function, draw: Draw,
    *, trials: int = 2, seed: int = 0, levels: int = 3, sampled: int = 2**26,
    branched_trials: int = 16,
) -> Identity:  # fmt: skip
    """Compare two functions of a dictionary of inputs at random points.

    draw(rng) gives the inputs: arrays of floats, which become exact arrays, and integers, which stay as they
    are. sampled is how many values a float of a draw can have; branched_trials replaces trials where the shadow
    decides something. A tower that is too low is made as high as needed, up to 40 levels.

    Raises `NoExactMeaningError` for what has no exact meaning, `LevelsSpentError` for exponentials nested deeper than
    that, `VanishingDenominatorError` and `NoSquareRootError` when every point that was tried is one without a value,
    `ExactError` for results of different shapes, what is no function and numbers of trials or values below 1.

    >>> draw = lambda rng: {"x": rng.integers(-(2**25), 2**25, 3) / 2**20}
    >>> sigmoid = lambda at: 1 / (1 + np.exp(-at["x"]))
    >>> other = lambda at: np.exp(at["x"]) / (np.exp(at["x"]) + 1)
    >>> identical(sigmoid, other, draw).same
    True
    >>> identical(sigmoid, lambda at: other(at) * (1 + 2.0**-40), draw).same
    False
    """
    for function in (first, second, draw):
        if not callable(function):
            raise ExactError(f"identical: wanted two functions and one that draws, got {type(function).__name__}")
    for name, count in (("trials", trials), ("sampled", sampled), ("branched_trials", branched_trials)):
        if count < 1:
            raise ExactError(f"identical: wanted {name} of at least 1, got {count}")
    points = Points(first, second, draw, seed, levels)
    size = 1.0
    with recording() as taken, watching() as decided:
        seen: list[Seen] = []
        while len(seen) < (max(trials, branched_trials) if decided else trials):
            trial = len(seen)
            here = points.seen(trial)
            confirmed = here
            if np.any(here.differs) and not here.clearly:
                # Another point, another tower: a branch that fell differently by rounding does not come again.
                confirmed = points.seen(SECOND + trial)
            seen.append(confirmed)
            size *= min(1.0, confirmed.degree / min(sampled, points.smallest))
            if np.any(confirmed.differs):
                break
    last = seen[-1]
    same = not np.any(last.differs)
    return Identity(
        same=same,
        differs=None if same else last.differs,
        trials=len(seen),
        error_bound=size if same else 0.0,
        fields=tuple(point.prime for point in seen),
        degree=max(point.degree for point in seen),
        levels=points.levels,
        constants=tuple(taken.values()),
        hangs_on_constants=not same and bool(last.taint & ROUNDED) and not last.clearly,
        branched=bool(decided),
        opaque=not same and bool(last.taint & OPAQUE),
        shadow_first=last.first,
        shadow_second=last.second,
        inputs=last.inputs,
    )


class Points:
    """The points at which two functions are compared, and the towers in which that happens."""

    def __init__(self, first: Function, second: Function, draw: Draw, seed: int, levels: int):
        self.first, self.second, self.draw = first, second, draw
        self.seed, self.levels = seed, levels
        self.smallest = 0

    def seen(self, trial: int) -> Seen:
        """Both results at the point of a trial: drawn anew while there is none, in higher towers if needed."""
        problem: RedrawError | None = None
        for attempt in range(REDRAWS):
            number = self.seed + trial + 1000 * (attempt // SAME_POINTS)
            rng = np.random.default_rng([abs(self.seed), trial, attempt])
            inputs = self.draw(rng)
            if not isinstance(inputs, Mapping):
                raise ExactError(f"identical: wanted inputs by name of a draw, got {type(inputs).__name__}")
            inputs = dict(inputs)
            for _ in range(2):
                try:
                    return self.at(inputs, tower(self.levels, number))
                except LevelsSpentError as error:
                    if error.needed > HIGHEST:
                        raise
                    self.levels = error.needed
                except RedrawError as error:
                    problem = error
                    break
        assert problem is not None
        raise problem

    def at(self, inputs: dict[str, Any], fields: Tower) -> Seen:
        """Both results at one point."""
        results = []
        for function in (self.first, self.second):
            exact = {name: exactly(x, fields) for name, x in inputs.items()}
            results.append(lift(function(exact), fields))
        a, b = results
        if a.shape != b.shape:
            raise ExactError(f"identical: wanted results of one shape, got {a.shape} and {b.shape}")
        r, s, prime = deepest_of_both(a, b)
        differs = np.asarray(r != s, dtype=bool)
        if (a.taint | b.taint) & UNDEFINED:
            differs = differs | (np.isnan(a.shadow) != np.isnan(b.shadow))
        self.smallest = fields.primes[0] if not self.smallest else min(self.smallest, fields.primes[0])
        degree = a.degree.plus(b.degree).total
        return Seen(differs, prime, degree, a.taint | b.taint, a.shadow, b.shadow, inputs)


def exactly(x: Any, fields: Tower) -> Any:
    """An input as the functions see it."""
    if isinstance(x, np.ndarray | np.floating | float):
        array = np.asarray(x)
        return ExactArray.input(array, fields) if array.dtype.kind == "f" else x
    return x


def deepest_of_both(a: ExactArray, b: ExactArray) -> tuple[Array, Array, int]:
    """The residues of both in the largest field that has both, and its prime."""
    for r, s, prime in reversed(list(zip(a.residues, b.residues, a.tower.primes, strict=True))):
        if r is not None and s is not None:
            return r, s, prime
    spent = max(a.spent, b.spent)
    if spent >= a.tower.levels:
        raise LevelsSpentError(a.tower.levels, spent + 1)
    raise NoSquareRootError(a.tower.primes)
