"""The smallest example that still fails clearly: fewest axes, then zeros, ones and other small integers.

A difference that only rounding could explain is no example: an entry must be off by a tenth of its size.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from handgrad.comparison import common_scale
from handgrad.errors import FormulaError
from handgrad.oracles.automatic import automatic
from handgrad.report.claims import Claim, Form
from handgrad.report.symbols import OTHER, Sizes
from handgrad.values import Array, Condition, Values

SMALLEST_FIRST = [
    Sizes(n=n, k=k, K=K, h=h, o=o, i=i)
    for n, k, K, h, o, i in [
        (1, 1, 1, 1, 1, 1),
        (1, 1, 2, 1, 1, 1),
        (1, 1, 2, 2, 2, 2),
        (1, 2, 2, 2, 2, 2),
        (2, 1, 2, 2, 2, 2),
        (2, 2, 3, 2, 2, 2),
    ]
]
TRIES = 12  # random starts at each size
CLEARLY = 0.1


@dataclass(frozen=True)
class Counterexample:
    """Letters at which a formula is clearly wrong, and both values there (None where there is no value)."""

    letters: dict[str, Array]
    hand: Array
    automatic: Array

    def to_dict(self) -> dict[str, Any]:
        """Plain lists and numbers."""
        letters = {name: plain(value) for name, value in self.letters.items()}
        return {"letters": letters, "hand": plain(self.hand), "automatic": plain(self.automatic)}


def plain(x: Array) -> Any:
    """An array as nested lists of numbers, None for what is no number."""
    listed = np.asarray(x, dtype=float)
    if not listed.shape:
        return float(listed) + 0.0 if np.isfinite(listed) else None  # + 0.0 makes -0.0 plain
    return [plain(item) for item in listed]


def smallest(
    claim: Claim, formula: Callable[[Values], Array], seed: int = 0, condition: Condition | None = None,
    judged: Sizes = OTHER,
) -> Counterexample | None:  # fmt: skip
    """The first clear failure from the smallest sizes on, its values then made as plain as they can be.

    A reader's formula is made for a batch, or filters, of the length that was judged or of one alone.
    """
    of_a_reader = {"N": min(judged.N, 2), "F": min(judged.F, 2)}
    counts = [{"N": 1, "F": 1}, {"N": 2, "F": 2}] if isinstance(formula, Form) else [of_a_reader]
    for sizes in (replace(sizes, **count) for count in counts for sizes in SMALLEST_FIRST):
        rng = np.random.default_rng([seed, 2])
        fails = partial(clear_failure, claim, formula, sizes)
        for _ in range(TRIES if claim.letters else 1):
            values = Values(small_integers(claim, sizes, rng, condition) | claim.numbers(claim.sizes(sizes)))
            if fails(values) is not None:
                return fails(simplified(claim, values, condition, fails))
    return None


def small_integers(
    claim: Claim, sizes: Sizes, rng: np.random.Generator, condition: Condition | None
) -> dict[str, Array]:
    """Letters drawn from -2 to 2, or 1 and 2 where they must be positive."""
    drawn = {}
    for letter in claim.letters:
        least = 1 if letter.kind == "positive" else -2
        shape = claim.sizes(sizes).shape(letter.axes)
        drawn[letter.name] = np.asarray(rng.integers(least, 2, shape, endpoint=True), dtype=float)
    return drawn if condition is None else condition.impose(drawn)


def clear_failure(
    claim: Claim, formula: Callable[[Values], Array], sizes: Sizes, values: Values
) -> Counterexample | None:
    """The example, if some entry is off by more than a tenth of its size, or has no value by hand."""
    shape = claim.shape(sizes)
    with np.errstate(all="ignore"):
        machine = np.reshape(np.asarray(automatic(claim, values), dtype=float), shape)
        completed = claim.complete(values)
        try:
            hand = np.reshape(np.asarray(formula(completed), dtype=float), shape)
        except (
            FormulaError,
            ValueError,
            IndexError,
        ):  # a formula of the reader's may need more classes than there are here
            return None
        if claim.up_to_scale:
            hand = hand * common_scale(hand, machine)
        size = np.maximum(np.abs(hand), np.abs(machine))
        off = ~(np.abs(hand - machine) <= CLEARLY * size) & (~(size < 1e-3))
    if not np.all(np.isfinite(machine)) or not np.any(off):
        return None
    read = claim.as_read(completed)
    free = {letter.name: read[letter.name] for letter in claim.letters}
    return Counterexample(free or {"n": values["n"]}, hand, machine)


def simplified(
    claim: Claim, values: Values, condition: Condition | None, fails: Callable[[Values], Counterexample | None]
) -> Values:
    """Replace one entry after another by a plainer number, as long as the example still fails."""
    kinds = {letter.name: letter for letter in claim.letters}
    changed = True
    while changed:
        changed = False
        for name, index, plainer in plainer_entries(values, kinds):
            trial = Values(values | {name: with_entry(values[name], index, plainer)})
            if condition is not None:
                trial = Values(condition.impose(trial))
            simpler = total_plainness(trial, kinds) < total_plainness(values, kinds)
            if simpler and kinds[name].admits(trial[name]) and fails(trial) is not None:
                values, changed = trial, True
    return values


def total_plainness(values: Values, kinds: Any) -> int:
    """The sum over all entries of all free letters; it falls with every step, so the search ends."""
    return sum(plainness(x) for name in kinds for x in np.ravel(values[name]).tolist())


def plainer_entries(values: Values, kinds: Any) -> Iterator[tuple[str, tuple[int, ...], float]]:
    """Every entry with each number that is plainer than the one it has: 0, then 1."""
    for name in kinds:
        for index in np.ndindex(np.shape(values[name])):
            for plainer in (0.0, 1.0):
                if plainness(float(np.asarray(values[name])[index])) > plainness(plainer):
                    yield name, index, plainer


def plainness(x: float) -> int:
    """0 before 1 before everything else."""
    return 0 if x == 0 else 1 if x == 1 else 2


def with_entry(x: Array, index: tuple[int, ...], entry: float) -> Array:
    """A copy with one entry changed."""
    changed = np.array(x)
    changed[index] = entry
    return changed
