"""What code by hand must not do beside its mathematics: write into its inputs, hand them out, answer by chance."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from handgrad.checking.adapters import wrong_cache
from handgrad.checking.oracles.opinions import copies, require_real
from handgrad.checking.problem import COTANGENT, Problem, cotangents_of, is_float
from handgrad.values import Values


@dataclass(frozen=True)
class Remark:
    """A remark on the code: what kind, and in words."""

    kind: str
    words: str


def remarks(problem: Problem, values: Values, rng: np.random.Generator) -> list[Remark]:
    """Everything that is amiss with the code at one point, whatever it returns."""
    found = []
    kept, given = copies(values), copies(values)
    with np.errstate(all="ignore"):
        first = problem.returned(given)
        found += changed(problem, kept, given, "by hand")
        for name in problem.names:
            if any(shares(x, given[name]) for x in first):
                found.append(Remark("aliasing", f"by hand returns an array that is its input {name}, or a part of it"))
        first = tuple(np.array(x, subok=True) for x in first)  # a mask is not lost but told
        for name, x in zip(problem.wrt, first, strict=True):
            require_real(problem, name, x)
        again = problem.returned(copies(values))
        if not all(same(x, y) for x, y in zip(first, again, strict=True)):
            found.append(Remark("by hand not deterministic", "by hand gives another answer each time it is called"))
        given = copies(values)
        once = np.array(problem.scalar(given))
        found += changed(problem, kept, given, "the function")
        if not same(once, problem.scalar(copies(values))):
            found.append(Remark("not deterministic", "the function gives another value each time it is called"))
        if not found and remembers(problem, values, first, rng):
            words = "by hand uses what the last call of the function left behind; handgrad.layer(a class) makes both"
            found.append(Remark("hidden state", words + " anew for each call"))
        if problem.vjp and not found and ignores_cotangent(problem, values, first, rng):
            found.append(Remark("cotangent ignored", "by hand returns the same for any cotangent"))
        if hasattr(problem.by_hand, "fresh") and not found:
            found += of_cache(problem, values, rng)
    for name, x in zip(problem.wrt, first, strict=True):
        wanted, got = np.asarray(values[name]).dtype, np.asarray(x).dtype
        if got != wanted:
            found.append(Remark("dtype", f"the derivative by {name} is {got}, the input is {wanted}"))
    return found


def beside(problem: Problem, values: Values, rng: np.random.Generator) -> list[Any]:
    """Inputs of the same shapes, not far away."""
    inputs = [copies(values)[name] for name in problem.names]
    return [x * (1 + 0.1 * rng.random(np.shape(x))) + 0.01 if is_float(x) else x for x in inputs]


def remembers(problem: Problem, values: Values, first: tuple[Any, ...], rng: np.random.Generator) -> bool:
    """Whether by hand answers otherwise once the function has been called at another point."""
    try:
        problem.outputs(Values(zip(problem.names, beside(problem, values, rng), strict=True)))
    except Exception:  # no value beside the point
        return False
    return not all(same(x, y) for x, y in zip(first, problem.returned(copies(values)), strict=True))


def of_cache(problem: Problem, values: Values, rng: np.random.Generator) -> list[Remark]:
    """A remark where a layer's cache is not that of its last forward; nothing at a point near which it has no value."""
    inputs, others = [values[name] for name in problem.names], beside(problem, values, rng)
    cotangents = cotangents_of(values)
    words = wrong_cache(problem.by_hand.fresh, cotangents[0] if len(cotangents) == 1 else cotangents, inputs, others)  # type: ignore[attr-defined]
    return [] if words is None else [Remark("cache", words)]


def changed(problem: Problem, before: Values, after: Values, who: str) -> list[Remark]:
    """A remark for every input, or cotangent, that is no longer what it was."""
    listed = []
    for name in before:
        if not same(before[name], after[name]):
            what = "cotangent" if name.startswith(COTANGENT) else f"input {name}"
            listed.append(Remark("input changed", f"{who} changes its {what}"))
    return listed


def ignores_cotangent(problem: Problem, values: Values, first: tuple[Any, ...], rng: np.random.Generator) -> bool:
    """Whether another cotangent, which gives another scalar, gives the same answer."""
    other = problem.with_cotangents(values, rng)
    return all(same(x, y) for x, y in zip(first, problem.returned(copies(other)), strict=True)) and any(
        np.any(np.asarray(x) != 0) for x in first
    )


def same(x: Any, y: Any) -> bool:
    """Equal entry by entry, NaN included; what are no arrays are compared as they are."""
    try:
        return bool(np.array_equal(x, y, equal_nan=np.asarray(x).dtype.kind == "f"))
    except TypeError:
        return x is y or bool(x == y)


def shares(x: Any, y: Any) -> bool:
    """Whether two arrays share memory."""
    return isinstance(x, np.ndarray) and isinstance(y, np.ndarray) and bool(np.shares_memory(x, y))
