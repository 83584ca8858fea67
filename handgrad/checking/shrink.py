"""The smallest example on which a derivative fails clearly: short axes, then zeros, ones and other small integers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from handgrad.checking.comparison import common_scale
from handgrad.checking.domain import Domain
from handgrad.checking.kinks import kinks
from handgrad.checking.oracles.automatic import automatic
from handgrad.checking.oracles.manual import by_hand, numbers
from handgrad.checking.problem import COTANGENT, Problem
from handgrad.values import Array, Values

ATTEMPTS = 300  # comparisons in all: a function that takes long, or has large inputs, is given the best found by then
CLEARLY = 0.1
FAINT = 1e-3  # entries below it are no clear failure


@dataclass(frozen=True)
class Example:
    """Inputs at which a derivative is clearly wrong, and both values there; None where there is no value by hand."""

    inputs: dict[str, Any]
    hand: Any
    automatic: Any


Fails = Callable[[Values], tuple[Array, Array] | None]


def shrink(problem: Problem, domain: Domain, seed: int, smooth: bool = False) -> Example | None:
    """The first clear failure from the smallest sizes on, made as simple as it can be; None where none was found.

    smooth  no comparison decides anything in the function, so there are no kinks to look for
    """
    attempts = iter(range(ATTEMPTS))

    def fails(values: Values) -> tuple[Array, Array] | None:
        return None if next(attempts, None) is None else clear_failure(problem, values, smooth)

    for values in domain.simple(problem, seed):
        found = fails(values)
        if found is not None:
            values, (hand, machine) = simplified(values, found, domain, fails)
            names = [name for name in values if name not in problem.sizes] or list(problem.sizes)
            shown = {name: listed(values[name]) for name in names}
            return Example(shown, listed(hand), listed(machine))
    return None


def clear_failure(problem: Problem, values: Values, smooth: bool = False) -> tuple[Array, Array] | None:
    """Both values, if some entry is off by more than a tenth of its size; at a kink two fair values may be."""
    try:
        with np.errstate(all="ignore"):
            hand, machine = numbers(by_hand(problem, values)), numbers(automatic(problem, values))
            if problem.up_to_scale:
                hand = hand * common_scale(hand, machine)
            finite = np.all(np.isfinite(problem.scalar(values)))
    except Exception:  # sizes or values that the code by hand is not made for
        return None
    if not finite or not np.all(np.isfinite(machine)):
        return None
    size = np.maximum(np.abs(hand), np.abs(machine))
    off = ~(np.abs(hand - machine) <= CLEARLY * size) & ~(size < FAINT)
    if not np.any(off):
        return None
    if smooth or problem.automatic is not None:
        return hand, machine
    bent = kinks(problem, values, hand, off)
    return None if bent is not None and bent.fair else (hand, machine)


def simplified(
    values: Values, found: tuple[Array, Array], domain: Domain, fails: Fails
) -> tuple[Values, tuple[Array, Array]]:
    """Entries made 0, else 1, as long as the example still fails: a whole input at once, else each half, and so on.

    Back comes what is left, with both values there. Each step makes it simpler, so the search ends.
    """
    free = [name for name in values if name.startswith(COTANGENT) or domain.kinds.get(name) in ("real", "positive")]
    changed = True
    while changed:
        changed = False
        for name in free:
            size = np.size(values[name])
            parts = [range(size)] if size else []
            while parts:
                part = parts.pop()
                for number in (1.0,) if domain.kinds.get(name) == "positive" else (0.0, 1.0):
                    trial = domain.impose(with_part(values, name, part, number))
                    if trial is None or complexity(trial, free) >= complexity(values, free):
                        continue
                    failure = fails(trial)
                    if failure is not None:
                        values, found, changed = trial, failure, True
                        break
                else:
                    if len(part) > 1:
                        parts += [part[len(part) // 2 :], part[: len(part) // 2]]
    return values, found


def complexity(values: Values, names: list[str]) -> int:
    """How many entries are no 0, and how many of these are no 1 either."""
    return sum(int(np.sum(values[name] != 0) + np.sum((values[name] != 0) & (values[name] != 1))) for name in names)


def with_part(values: Values, name: str, part: range, number: float) -> Values:
    """Some entries of an input, in order, replaced: all by 0, or all but the zeros by 1."""
    entries = np.array(values[name]).reshape(-1)
    now = entries[part.start : part.stop]
    now[...] = number if number == 0 else np.where(now == 0, now, number)
    return Values(values | {name: entries.reshape(np.shape(values[name]))[()]})


def listed(x: Any) -> Any:
    """Arrays as nested lists of numbers, None for a value that there is not."""
    if isinstance(x, np.ndarray | np.generic):
        return listed(x.tolist())
    if isinstance(x, list):
        return [listed(item) for item in x]
    return None if isinstance(x, float) and not np.isfinite(x) else x + 0.0 if isinstance(x, float) else x
