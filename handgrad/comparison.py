"""By hand, automatic and numeric at one point, entry by entry, against what rounding can do to each.

Where by hand and automatic differ by more than that, the numeric opinion says which of them stands alone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from numbers import Real
from typing import Any, Literal

import numpy as np

from handgrad.errors import FormulaError, HandgradError, one_line
from handgrad.oracles.automatic import automatic
from handgrad.oracles.numeric import MOST_ENTRIES, Opinion, numeric
from handgrad.oracles.rounding import ALLOWANCE, SAMPLES, spreads
from handgrad.report.claims import Claim, Form
from handgrad.report.symbols import Sizes
from handgrad.values import Array, Condition, Values

Formula = Callable[[Values], Array]
Blame = Literal["hand", "automatic", "numeric"]

DRAWS = 3
REDRAWS = 200  # how often a point where the function has no finite value is drawn anew
SUSPECTS = 8  # entries of a large gradient at which the numeric opinion is asked in any case
# Agreement within less than a tenth of an entry is none. Entries beside which others are a million times larger
# may be all rounding.
BLURRED, NEGLIGIBLE = 0.1, 1e-6
ALIKE = 1e-6  # of a difference: two that are nearer are one, and rounding must not choose between them


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
    """The three opinions at one point, in the shape that a reader sees; those on several letters stand in one row.

    letters  that the array is a derivative by; none where it is no derivative
    values   of all letters, as a reader sees them
    sizes    at which the point was drawn, where there are named ones
    least    what the rounding of the two results alone may do to their difference, entry by entry
    slack    what the rounding of all that leads to them may do beyond that, measured as far as it was needed
    """

    letters: tuple[str, ...]
    values: Values
    hand: Array
    automatic: Array
    numeric: Opinion
    least: Array
    slack: Array
    sizes: Sizes | None = None

    @cached_property
    def tolerance(self) -> Array:
        """How far by hand and automatic may be apart by rounding, entry by entry."""
        return self.least + self.slack

    @cached_property
    def difference(self) -> Array:
        """By hand - automatic; NaN where one of them is missing or both are infinite."""
        with np.errstate(invalid="ignore"):
            return self.hand - self.automatic

    @cached_property
    def badness(self) -> Array:
        """The difference as a multiple of what rounding explains; infinite where there is no value by hand."""
        with np.errstate(invalid="ignore", over="ignore"):
            multiple = np.abs(self.difference) / self.tolerance
        return np.where(np.isnan(multiple), np.inf, multiple)

    @cached_property
    def differs(self) -> Array:
        """Where by hand and automatic differ by more than rounding; a missing or infinite value differs."""
        return ~(self.badness <= 1)

    @cached_property
    def blurred(self) -> Array:
        """Where they agree only because rounding can do as much as a good part of the entry itself."""
        size = np.maximum(np.abs(self.hand), np.abs(self.automatic))
        excused = ~self.differs & ~(np.abs(self.difference) <= self.least)
        largest = np.max(np.abs(self.automatic), initial=0)
        return excused & (self.slack > BLURRED * size) & (self.slack > NEGLIGIBLE * largest)

    @cached_property
    def looked_at(self) -> Array:
        """Where the numeric opinion was asked."""
        return ~np.isnan(self.numeric.value)

    @cached_property
    def disputed(self) -> Array:
        """Where the numeric opinion was asked and contradicts the automatic one."""
        return self._contradicts(self.automatic)

    def _contradicts(self, other: Array) -> Array:
        with np.errstate(invalid="ignore"):
            agrees = np.abs(self.numeric.value - other) <= self.tolerance + self.numeric.error
        return self.looked_at & ~agrees

    @cached_property
    def blame(self) -> Blame | None:
        """Whose value stands alone.

        None where all agree, where no two do, or where the numeric opinion was not asked or can't tell the two apart.
        """
        if np.any(self.differs):
            at = self.worst_index
            against_hand, against_automatic = self._contradicts(self.hand)[at], self.disputed[at]
            if against_hand == against_automatic:
                return None
            return "hand" if against_hand else "automatic"
        return "numeric" if np.any(self.disputed) else None

    @cached_property
    def worst_index(self) -> tuple[int, ...]:
        """Where the difference is greatest, among the entries that differ; the first of several as great.

        What rounding explains has no part in this: it is another on another processor. An entry without a value comes
        last, and one about which the numeric opinion says nothing behind those where it was asked.
        """
        size = np.abs(self.difference)
        rank = np.where(np.isfinite(size), size, 0.0)
        for among in (self.differs & self.looked_at, self.differs):
            if np.any(among):
                rank = np.where(among, rank, -1.0)
                break
        first = int(np.argmax(rank >= (1 - ALIKE) * np.max(rank)))
        return tuple(int(i) for i in np.unravel_index(first, np.shape(rank)))

    def worst_indices(self, most: int) -> list[tuple[int, ...]]:
        """Where the greatest differences are, those that rounding does not explain before others; in reading order."""
        size = np.abs(self.difference)
        size = np.where(np.isnan(size), np.inf, size)
        order = np.lexsort((-np.ravel(size), ~np.ravel(self.differs)))[:most]
        return [tuple(int(i) for i in np.unravel_index(flat, np.shape(size))) for flat in sorted(order.tolist())]

    @property
    def worst(self) -> Entry:
        """The entry at `worst_index`, named by the letter that it is a derivative by."""
        at = self.worst_index
        seen = (self.hand[at], self.automatic[at], self.numeric.value[at])
        return Entry(*self.named(at), *(float(x) if np.isfinite(x) else None for x in seen))

    @property
    def argument(self) -> str:
        """The letters that the array is a derivative by."""
        return ", ".join(self.letters) or "value"

    def named(self, at: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
        """The letter that an entry is a derivative by, and the index there."""
        if len(self.letters) < 2:
            return (*self.letters, "value")[0], at
        (flat,) = at
        for name in self.letters:
            size = np.size(self.values[name])
            if flat < size:
                return name, tuple(int(i) for i in np.unravel_index(flat, np.shape(self.values[name])))
            flat -= size
        raise AssertionError(f"an entry beyond the letters {self.letters}")


def compare_on(
    claim: Claim,
    formula: Formula,
    seed: int,
    sizes: Sizes,
    condition: Condition | None,
    dtype: Any = np.float64,
    samples: int = SAMPLES,
) -> Comparison:
    """Compare at several points, one of them of other sizes; return the first where they differ, else the last."""
    seen = None
    other = claim.other_sizes(sizes, formula)
    if condition is not None:
        other = replace(other, K=sizes.K)  # a condition on that many labels
    for index, at in enumerate((sizes, other, sizes)):
        try:
            values = drawn_point(claim, seed, index, at, condition, dtype)
            here = compare_at(claim, formula, values, at, seed, samples)
        except (FormulaError, ValueError, IndexError):
            if at is sizes or isinstance(formula, Form):
                raise
            continue  # a reader's formula may be made for one size alone
        seen = here
        if np.any(here.differs) or np.any(here.blurred) or here.blame is not None:
            return here
    assert seen is not None
    return seen


def drawn_point(
    claim: Claim, seed: int, index: int, sizes: Sizes, condition: Condition | None = None, dtype: Any = np.float64
) -> Values:
    """A point, drawn anew as long as the derivative is not finite there."""
    for again in range(REDRAWS if claim.letters else 1):
        values = claim.draw(seed, index + again * DRAWS, sizes, condition, dtype)
        if np.all(np.isfinite(gradient_at(claim, values))):
            break
    return values


def gradient_at(claim: Claim, values: Values) -> Array:
    """The automatic opinion; NaN where the function has no value, though a rule may give a slope there."""
    with np.errstate(all="ignore"):
        gradient = np.asarray(automatic(claim, values), dtype=float)
        return gradient if np.all(np.isfinite(claim.function(values))) else np.full_like(gradient, np.nan)


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
        machine = np.reshape(gradient_at(claim, values), shape)
        hand = np.asarray(by_hand(values), dtype=float)
        scale = common_scale(hand, machine) if claim.up_to_scale else 1.0
        hand = scale * hand
        kind: Any = np.result_type(*(values[letter.name] for letter in claim.letters)) if claim.letters else float
        suspects = suspected(hand, machine, kind)
        third = numeric(claim, values, suspects, rng, MOST_ENTRIES if samples == SAMPLES else len(suspects))
        read = claim.as_read(claim.complete(values))
    third = Opinion(np.reshape(third.value, shape), np.reshape(third.error, shape), third.method)
    seen = opinions(claim.with_respect_to, read, hand, machine, third, kind, claim.sizes(sizes))
    return with_slack(seen, spreads([lambda at: scale * by_hand(at), truth], values, rng, samples))


def least_of(hand: Array, machine: Array, kind: Any) -> Array:
    """What rounding two results of this type alone may do to their difference."""
    size = np.fmax(np.abs(machine), np.where(np.isfinite(hand), np.abs(hand), 0))
    return 4 * np.finfo(kind).eps * size + np.finfo(kind).smallest_subnormal


def suspected(hand: Array, machine: Array, kind: Any) -> list[int]:
    """The entries that differ most, as running numbers."""
    with np.errstate(all="ignore"):
        badness = np.abs(hand - machine) / least_of(hand, machine, kind)
    return [int(i) for i in np.argsort(-np.where(badness > 1, badness, 0), axis=None)[:SUSPECTS]]


def opinions(
    letters: tuple[str, ...], values: Values, hand: Array, machine: Array, third: Opinion, kind: Any,
    sizes: Sizes | None = None,
) -> Comparison:  # fmt: skip
    """The three beside each other, with no more room than the rounding of the results."""
    least = least_of(hand, machine, kind)
    return Comparison(letters, values, hand, machine, third, least, np.zeros(np.shape(hand)), sizes)


def with_slack(seen: Comparison, widest: Iterable[Array]) -> Comparison:
    """Room for the rounding on the way, measured only as far as a difference is still unexplained."""
    with np.errstate(all="ignore"):
        for moves in widest:
            if not np.any(seen.differs | seen.disputed):
                break
            seen = replace(seen, slack=ALLOWANCE * moves)
    return seen


def value_by_hand(
    claim: Claim, formula: Formula, values: Values, sizes: Sizes, complete: Callable[[Values], Values] | None = None
) -> Array:
    """The formula's value, which must have the very shape that is claimed.

    Raises `FormulaError` when it has another, be it only by an axis of length 1, or when a reader's has no value.
    """
    letters = (complete or claim.complete)(values)
    try:
        result = formula(letters)
    except HandgradError:
        raise
    except Exception as error:
        if isinstance(formula, Form):
            raise
        raise FormulaError(f"{claim.title}: wanted a value, got {one_line(error)}") from error
    if isinstance(result, np.ma.MaskedArray) or not is_real(result):
        kind = getattr(result, "dtype", None)
        got = type(result).__name__ if kind is None or kind.kind in "fiub" else f"an array of {kind}"
        raise FormulaError(f"{claim.title}: wanted real numbers, got {got}")
    wanted = claim.sizes(sizes).shape(claim.axes) if isinstance(formula, Form) else claim.shape(sizes)
    if np.shape(result) != wanted:
        raise FormulaError(f"{claim.title}: wanted a value of shape {wanted}, got {np.shape(result)}")
    return result


def is_real(x: Any) -> bool:
    """Whether something is a real number, an array of such, or a list that may be one."""
    kind = getattr(x, "dtype", None)
    return isinstance(x, Real | list | tuple) if kind is None else kind.kind in "fiub"


def common_scale(hand: Array, machine: Array) -> float:
    """The factor that brings the formula nearest to the gradient, where only its direction is claimed."""
    along, own = float(np.vdot(hand, machine)), float(np.vdot(hand, hand))
    return along / own if own > 0 and along > 0 else 1.0
