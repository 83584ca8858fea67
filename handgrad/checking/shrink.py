"""The smallest example on which a derivative fails clearly: short axes, then zeros, ones and other small integers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from handgrad.checking.domain import drawn
from handgrad.checking.kinks import kinks
from handgrad.checking.oracles.opinions import by_hand, compared, gradients, numbers
from handgrad.checking.problem import COTANGENT, Problem
from handgrad.checking.sampling import on_condition
from handgrad.values import Array, Values

TRIES = 8  # at each size
REFUSALS = 3  # points of a size without a value, after which it is the size that is refused
ATTEMPTS = 300  # comparisons in all: a function that takes long, or has large inputs, is given the best found by then
LONGEST = 3  # length of an axis that is tried before the given one
CLEARLY = 0.1


@dataclass(frozen=True)
class Example:
    """Inputs at which a derivative is clearly wrong, and both values there."""

    inputs: dict[str, Any]
    hand: Any
    automatic: Any


Fails = Callable[[Values], tuple[Array, Array] | None]


def smallest(
    problem: Problem, first: Values, kinds: dict[str, str], seed: int, condition: Any = None
) -> Example | None:
    """The first clear failure from the smallest sizes on, made as plain as it can be; None where none was found."""
    attempts = iter(range(ATTEMPTS))

    def fails(values: Values) -> tuple[Array, Array] | None:
        return None if next(attempts, None) is None else clear_failure(problem, values)

    for shapes in sizes(first, kinds):
        refused = 0
        for again in range(TRIES):
            rng = np.random.default_rng([seed, 3, again])
            values = plain_point(problem, first, kinds, shapes, rng, condition)
            if values is None:
                refused += 1
                if refused == REFUSALS:
                    break
                continue
            found = fails(values)
            if found is not None:
                values, (hand, machine) = (
                    (values, found) if condition is not None else simplified(values, found, kinds, fails)
                )
                shown = {name: listed(x) for name, x in values.items()}
                return Example(shown, listed(hand), listed(machine))
    return None


def sizes(first: Values, kinds: dict[str, str]) -> Iterator[dict[str, tuple[int, ...]]]:
    """Shapes with shorter axes, axes of one length together, the fewest entries first; then the given ones."""
    shapes = {name: np.shape(x) for name, x in first.items()}
    fixed = {n for name, shape in shapes.items() if kinds[name] == "constant" for n in shape}
    lengths = sorted({n for shape in shapes.values() for n in shape} - fixed)
    if len(lengths) <= 4:
        choices = [range(1, min(n, LONGEST) + 1) for n in lengths]
        options = [dict(zip(lengths, chosen, strict=True)) for chosen in product(*choices)]
        shorter = [{name: tuple(o.get(n, n) for n in shape) for name, shape in shapes.items()} for o in options]
        yield from sorted(shorter, key=lambda s: sum(int(np.prod(shape)) for shape in s.values()))
    yield shapes


def plain_point(
    problem: Problem, first: Values, kinds: dict[str, str], shapes: dict[str, tuple[int, ...]],
    rng: np.random.Generator, condition: Any,
) -> Values | None:  # fmt: skip
    """A point of small integers where the kinds allow them; None where the function has no value there."""
    values = Values(first)
    for name, x in first.items():
        kind, kept = kinds[name], np.asarray(x)
        if kind == "real":
            values[name] = rng.integers(-2, 3, shapes[name]).astype(kept.dtype)[()]
        elif kind == "positive":
            values[name] = rng.integers(1, 4, shapes[name]).astype(kept.dtype)[()]
        elif kind != "constant":
            values[name] = drawn(kind, x, rng, shapes[name])
    try:
        admitted = on_condition(values, condition)
        with np.errstate(all="ignore"):
            outputs = None if admitted is None else problem.outputs(admitted)
    except Exception:  # shapes that the function refuses
        return None
    if admitted is None or outputs is None:
        return None
    if problem.vjp:
        for i, z in enumerate(outputs):
            whole = rng.integers(-2, 3, np.shape(z)).astype(float)
            admitted = Values(admitted | {f"{COTANGENT}{i}": whole[()]})
    return admitted


def clear_failure(problem: Problem, values: Values) -> tuple[Array, Array] | None:
    """Both values, if some entry is off by more than a tenth of its size; at a kink two fair values may be."""
    try:
        with np.errstate(all="ignore"):
            hand, machine = numbers(by_hand(problem, values)), numbers(gradients(problem, values))
    except Exception:  # sizes or values that the code by hand is not made for
        return None
    if not np.all(np.isfinite(machine)) or not np.all(np.isfinite(hand)):
        return None
    size = np.maximum(np.abs(hand), np.abs(machine))
    off = (np.abs(hand - machine) > CLEARLY * size) & (size > 1e-3)
    if not np.any(off):
        return None
    bent = kinks(problem, values, compared(problem, values, 0).comparison)
    return None if bent is not None and bent.fair else (hand, machine)


def simplified(
    values: Values, found: tuple[Array, Array], kinds: dict[str, str], fails: Fails
) -> tuple[Values, tuple[Array, Array]]:
    """Entries made 0, else 1, as long as the example still fails: a whole letter at once, else each half, and so on.

    Back comes what is left, with both values there.
    """
    changed = True
    while changed:
        changed = False
        for name in [name for name in values if name.startswith(COTANGENT) or kinds.get(name) in ("real", "positive")]:
            size = np.size(values[name])
            parts = [range(size)] if size else []
            while parts:
                part = parts.pop()
                for plainer in (1.0,) if kinds.get(name) == "positive" else (0.0, 1.0):
                    trial = with_part(values, name, part, plainer)
                    failure = None if trial is None else fails(trial)
                    if trial is not None and failure is not None:
                        values, found, changed = trial, failure, True
                        break
                else:
                    if len(part) > 1:
                        parts += [part[len(part) // 2 :], part[: len(part) // 2]]
    return values, found


def with_part(values: Values, name: str, part: range, plainer: float) -> Values | None:
    """Some entries of a letter, in order, replaced; None where that makes none of them plainer."""
    entries = np.array(values[name]).reshape(-1)
    now = entries[part.start : part.stop]
    if np.all((now == 0) | (now == plainer)):
        return None
    now[...] = plainer if plainer == 0 else np.where(now == 0, now, plainer)
    return Values(values | {name: entries.reshape(np.shape(values[name]))[()]})


def listed(x: Any) -> Any:
    """Arrays as nested lists of numbers."""
    return np.asarray(x).tolist() if isinstance(x, np.ndarray | np.generic) else x
