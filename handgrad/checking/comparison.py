"""By hand, automatic and numeric at one point, entry by entry, against what rounding can do to each.

Where by hand and automatic differ by more than that, the numeric opinion says which of them stands alone. Where the
engine cannot trace the function (code that writes into arrays, SciPy, C), the numeric opinion takes the automatic
one's place, with its own error estimate as room, and says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np

from handgrad.checking.oracles.automatic import try_automatic
from handgrad.checking.oracles.manual import by_hand, numbers
from handgrad.checking.oracles.numeric import SUSPECTS, numeric
from handgrad.checking.oracles.rounding import ALLOWANCE, SAMPLES, moves
from handgrad.checking.problem import Opinion, Problem
from handgrad.values import Array, Values

Blame = Literal["hand", "automatic", "numeric"]

# Agreement within less than a tenth of an entry is none. Entries beside which others are a million times larger
# may be all rounding.
ILL_CONDITIONED, NEGLIGIBLE = 0.1, 1e-6
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
    """The three opinions at one point, in the shape of what by hand returns; several arrays stand in one row.

    wrt      the inputs that the array is a derivative by; none where it is no derivative
    values   of the inputs
    least    what the rounding of the two results alone may do to their difference, entry by entry
    slack    what the rounding of all that leads to them may do beyond that, measured as far as it was needed
    known    where there is an automatic opinion; elsewhere the numeric one stands in its place
    untraced why the engine could not trace the function, if so
    """

    wrt: tuple[str, ...]
    values: Values
    hand: Array
    automatic: Array
    numeric: Opinion
    least: Array
    slack: Array
    known: Array
    untraced: str | None = None

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
    def error_ratio(self) -> Array:
        """The difference as a multiple of what rounding explains; infinite where there is no value by hand."""
        with np.errstate(invalid="ignore", over="ignore"):
            multiple = np.abs(self.difference) / self.tolerance
        return np.where(np.isnan(multiple), np.inf, multiple)

    @cached_property
    def differs(self) -> Array:
        """Where by hand and automatic differ by more than rounding; a missing or infinite value differs."""
        return ~(self.error_ratio <= 1)

    @cached_property
    def ill_conditioned(self) -> Array:
        """Where they agree only because rounding can do as much as a good part of the entry itself."""
        size = np.maximum(np.abs(self.hand), np.abs(self.automatic))
        excused = ~self.differs & ~(np.abs(self.difference) <= self.least)
        largest = np.max(np.abs(self.automatic), initial=0)
        return excused & (self.slack > ILL_CONDITIONED * size) & (self.slack > NEGLIGIBLE * largest)

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
        """The entry at `worst_index`, named by the input that it is a derivative by."""
        return self.entry(self.worst_index)

    def entry(self, at: tuple[int, ...]) -> Entry:
        """The three values at an index; None for an opinion that there is not."""
        seen = (self.hand[at], self.automatic[at] if self.known[at] else np.nan, self.numeric.value[at])
        return Entry(*self.named(at), *(float(x) if np.isfinite(x) else None for x in seen))

    @property
    def argument(self) -> str:
        """What the array is a derivative by."""
        return ", ".join(self.wrt) or "value"

    def named(self, at: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
        """The input that an entry is a derivative by, and the index there."""
        if len(self.wrt) < 2:
            return (*self.wrt, "value")[0], at
        (flat,) = at
        for name in self.wrt:
            size = np.size(self.values[name])
            if flat < size:
                return name, tuple(int(i) for i in np.unravel_index(flat, np.shape(self.values[name])))
            flat -= size
        raise AssertionError(f"an entry beyond the inputs {self.wrt}")


def compare(problem: Problem, values: Values, seed: int, samples: int = SAMPLES) -> Comparison:
    """Ask all three at one point.

    Where the automatic opinion has no finite value, the numeric one takes its place, with room for its own error.
    samples  of the rounding, where a difference stays unexplained

    Raises `ShapeMismatch` where by hand has another shape than is wanted.
    """
    rng = np.random.default_rng([seed, 1])
    with np.errstate(all="ignore"):
        hand = numbers(by_hand(problem, values))
        machine, untraced = try_automatic(problem, values)
        floats = [np.asarray(x) for x in values.values() if np.asarray(x).dtype.kind == "f"]
        kind: Any = np.result_type(*([np.asarray(values[name]) for name in problem.wrt] or floats or [np.zeros(())]))
        traced = machine is not None
        machine = np.full(np.shape(hand), np.nan) if machine is None else machine
        known = np.isfinite(machine)
        scale = common_scale(hand, machine) if problem.up_to_scale else 1.0
        hand = scale * hand
        suspects = most_different(hand, machine, kind) if traced else []
        third, asked = numeric(problem, values, hand, suspects, rng, judges=not np.all(known))
        # an entry that was not asked for is as it is by hand; one that was, and has no value, stays without
        machine = np.where(known, machine, np.where(asked, third.value, hand))
        shown = Values({name: values[name] for name in problem.names})
        error = np.where(known, 0.0, third.error)
        least = least_of(hand, machine, kind)
        seen = Comparison(problem.wrt, shown, hand, machine, third, least, error, known, untraced)
        widest = (error / ALLOWANCE + width for width in moves(problem, values, rng, traced, scale, samples))
        return with_slack(seen, widest)


def least_of(hand: Array, machine: Array, kind: Any) -> Array:
    """What rounding two results of this type alone may do to their difference."""
    size = np.fmax(np.abs(machine), np.where(np.isfinite(hand), np.abs(hand), 0))
    return 4 * np.finfo(kind).eps * size + np.finfo(kind).smallest_subnormal


def most_different(hand: Array, machine: Array, kind: Any) -> list[int]:
    """The entries that differ most, as running numbers."""
    with np.errstate(all="ignore"):
        ratio = np.abs(hand - machine) / least_of(hand, machine, kind)
    return [int(i) for i in np.argsort(-np.where(ratio > 1, ratio, 0), axis=None)[:SUSPECTS]]


def with_slack(seen: Comparison, widest: Iterable[Array]) -> Comparison:
    """Room for the rounding on the way, measured only as far as a difference is still unexplained."""
    with np.errstate(all="ignore"):
        for moves in widest:
            if not np.any(seen.differs | seen.disputed):
                break
            seen = replace(seen, slack=ALLOWANCE * moves)
    return seen


def common_scale(hand: Array, machine: Array) -> float:
    """The factor that brings the formula nearest to the gradient, where only its direction is claimed."""
    along, own = float(np.vdot(hand, machine)), float(np.vdot(hand, hand))
    return along / own if own > 0 and along > 0 else 1.0
