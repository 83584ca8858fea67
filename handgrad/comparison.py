"""By hand, automatic and numeric at one point, entry by entry, against what rounding can do to each.

Where by hand and automatic differ by more than that, the numeric opinion says which of them stands alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np

from handgrad.claims import Claim, Form
from handgrad.errors import FormulaError
from handgrad.letters import Array, Condition, Sizes, Values
from handgrad.oracles.automatic import automatic
from handgrad.oracles.numeric import MOST_ENTRIES, Opinion, numeric
from handgrad.oracles.rounding import ALLOWANCE, SAMPLES, spreads

Formula = Callable[[Values], Array]
Blame = Literal["hand", "automatic", "numeric"]

DRAWS = 3
REDRAWS = 20  # how often a point where the function has no finite value is drawn anew


@dataclass(frozen=True)
class Entry:
    """One entry: where it is, and its three values. None stands for a value that there is not."""

    argument: str
    index: tuple[int, ...]
    hand: float | None
    automatic: float | None
    numeric: float | None


@dataclass(frozen=True)
class Comparison:
    """The three opinions at one point, in the shape that a reader sees.

    tolerance  what rounding may do to the difference of by hand and automatic, entry by entry
    """

    argument: str
    values: Values
    hand: Array
    automatic: Array
    numeric: Opinion
    tolerance: Array

    @cached_property
    def differs(self) -> Array:
        """Where by hand and automatic differ by more than rounding; a missing or infinite value differs."""
        with np.errstate(invalid="ignore"):
            near = np.abs(self.hand - self.automatic) <= self.tolerance
        return ~(near & np.isfinite(self.hand))

    @cached_property
    def disputed(self) -> Array:
        """Where the numeric opinion was asked and contradicts the automatic one."""
        return self._contradicts(self.automatic)

    def _contradicts(self, other: Array) -> Array:
        with np.errstate(invalid="ignore"):
            agrees = np.abs(self.numeric.value - other) <= self.tolerance + self.numeric.error
        return ~np.isnan(self.numeric.value) & ~agrees

    @cached_property
    def blame(self) -> Blame | None:
        """Whose value stands alone; None where all agree, or where no two do."""
        if np.any(self.differs):
            at = self.worst_index
            with_automatic = not self.disputed[at]
            with_hand = not self._contradicts(self.hand)[at]
            return "hand" if with_automatic else "automatic" if with_hand else None
        return "numeric" if np.any(self.disputed) else None

    @cached_property
    def worst_index(self) -> tuple[int, ...]:
        """Where the difference is greatest beside what rounding allows, a missing value only if all are."""
        with np.errstate(invalid="ignore", divide="ignore"):
            badness = np.abs(self.hand - self.automatic) / self.tolerance
        badness = np.where(np.isnan(badness), -1.0 + 0.5 * np.isnan(self.hand), badness)
        return tuple(int(i) for i in np.unravel_index(np.argmax(badness), np.shape(badness)))

    @property
    def worst(self) -> Entry:
        """The entry at `worst_index`."""
        at = self.worst_index
        seen = (self.hand[at], self.automatic[at], self.numeric.value[at])
        return Entry(self.argument, at, *(float(x) if np.isfinite(x) else None for x in seen))


def compare_on(
    claim: Claim,
    formula: Formula,
    seed: int,
    sizes: Sizes,
    condition: Condition | None,
    dtype: Any = np.float64,
    samples: int = SAMPLES,
) -> Comparison:
    """Compare at several points; return the first at which somebody stands alone, else the last."""
    seen = None
    draws = DRAWS if claim.letters else 1
    for index in range(draws):
        for again in range(REDRAWS):
            values = claim.draw(seed, index + again * draws, sizes, condition, dtype)
            seen = compare_at(claim, formula, values, sizes, seed, samples)
            if np.all(np.isfinite(seen.automatic)):
                break
        if seen is not None and (np.any(seen.differs) or seen.blame is not None):
            return seen
    assert seen is not None
    return seen


def compare_at(
    claim: Claim, formula: Formula, values: Values, sizes: Sizes, seed: int = 0, samples: int = SAMPLES
) -> Comparison:
    """Ask all three at one point."""
    rng = np.random.default_rng([seed, 1])
    shape = claim.shape(sizes)

    def truth(at: Values) -> Array:
        return np.reshape(automatic(claim, at), shape)

    def by_hand(at: Values) -> Array:
        return np.reshape(value_by_hand(claim, formula, at, sizes), shape)

    with np.errstate(all="ignore"):
        machine = np.asarray(truth(values), dtype=float)
        if not np.all(np.isfinite(claim.function(values))):
            machine = np.full(shape, np.nan)  # a rule may give a slope where the function has no value
        hand = np.asarray(by_hand(values), dtype=float)
        scale = common_scale(hand, machine) if claim.up_to_scale else 1.0
        hand = scale * hand
        # Where rounding can already explain every difference, there is no need to measure it further.
        kind: Any = np.result_type(*(values[letter.name] for letter in claim.letters)) if claim.letters else float
        tolerance = 4 * np.finfo(kind).eps * np.maximum(np.abs(machine), np.abs(hand))
        tolerance = tolerance + np.finfo(kind).smallest_subnormal
        rounding = spreads([lambda at: scale * by_hand(at), truth], values, rng, samples)
        differs = ~(np.abs(hand - machine) <= tolerance)
        suspects = [int(i) for i in np.argsort(-np.where(differs, np.abs(hand - machine), 0), axis=None)[:8]]
        third = numeric(claim, values, suspects, rng, MOST_ENTRIES if samples == SAMPLES else len(suspects))
    third = Opinion(np.reshape(third.value, shape), np.reshape(third.error, shape), third.method)
    name = ", ".join(claim.with_respect_to) or "value"
    seen = Comparison(name, claim.as_read(claim.complete(values)), hand, machine, third, tolerance)
    with np.errstate(all="ignore"):
        for slack in rounding:
            if not np.any(seen.differs | seen.disputed):
                break
            seen = replace(seen, tolerance=tolerance + ALLOWANCE * slack)
    return seen


def value_by_hand(claim: Claim, formula: Formula, values: Values, sizes: Sizes) -> Array:
    """The formula's value, which must have the very shape that is claimed.

    Raises `FormulaError` when it has another, be it only by an axis of length 1.
    """
    result = formula(claim.complete(values))
    wanted = claim.sizes(sizes).shape(claim.axes) if isinstance(formula, Form) else claim.shape(sizes)
    if np.shape(result) != wanted:
        raise FormulaError(f"{claim.title}: wanted a value of shape {wanted}, got {np.shape(result)}")
    return result


def common_scale(hand: Array, machine: Array) -> float:
    """The factor that brings the formula nearest to the gradient, where only its direction is claimed."""
    along, own = float(np.vdot(hand, machine)), float(np.vdot(hand, hand))
    return along / own if own > 0 and along > 0 else 1.0
