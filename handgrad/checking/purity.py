"""Side effects: code by hand that writes into its inputs, hands them out, or answers by chance."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from handgrad.checking.adapters import wrong_cache
from handgrad.checking.domain import Domain, is_float
from handgrad.checking.oracles.manual import copies, require_real
from handgrad.checking.problem import COTANGENT, Problem, cotangents_of
from handgrad.errors import CheckError, HandgradError, one_line
from handgrad.values import Values

# Notes after which nothing that by hand returns means anything, and why.
WORTHLESS = {
    "by hand not deterministic": "it is not deterministic: two calls with the same inputs differ",
    "not deterministic": "it is not deterministic: two calls with the same inputs differ",
    "hidden state": "by hand answers for the last call of the function, not for the inputs it is given",
}


@dataclass(frozen=True)
class Note:
    """A note on the code: what kind, and in words."""

    kind: str
    words: str


def side_effects(problem: Problem, domain: Domain, seed: int) -> tuple[Note, ...]:
    """What the code does beside its mathematics, at the first point of a domain.

    Raises `CheckError` where by hand has no value there.
    """
    point = None if problem.pure else next(domain.points(problem, seed, 1), None)
    if point is None:
        return ()
    try:
        return tuple(notes_at(problem, point.values, np.random.default_rng([seed, 2])))
    except HandgradError:
        raise
    except Exception as error:
        raise CheckError(f"{problem.name}: wanted a derivative at the inputs, got {one_line(error)}") from error


def notes_at(problem: Problem, values: Values, rng: np.random.Generator) -> list[Note]:
    """Everything that is wrong with the code at one point beside what it returns."""
    found = []
    kept, given = copies(values), copies(values)
    with np.errstate(all="ignore"):
        first = problem.returned(given)
        found += changed(problem, kept, given, "by hand")
        for name in problem.names:
            if any(shares(x, given[name]) for x in first):
                found.append(Note("aliasing", f"by hand returns an array that is its input {name}, or a part of it"))
        first = tuple(np.array(x, subok=True) for x in first)  # a mask is not lost
        for name, x in zip(problem.parts, first, strict=False):
            require_real(problem, name, x)
        again = problem.returned(copies(values))
        if not all(same(x, y) for x, y in zip(first, again, strict=True)):
            found.append(Note("by hand not deterministic", "by hand gives another answer each time it is called"))
        given = copies(values)
        once = np.array(problem.scalar(given))
        found += changed(problem, kept, given, "the function")
        if not same(once, problem.scalar(copies(values))):
            found.append(Note("not deterministic", "the function gives another value each time it is called"))
        if not found and remembers(problem, values, first, rng):
            words = "by hand uses what the last call of the function left behind; handgrad.layer(a class) makes both"
            found.append(Note("hidden state", words + " anew for each call"))
        if problem.vjp and not found and ignores_cotangent(problem, values, first, rng):
            found.append(Note("cotangent ignored", "by hand returns the same for any cotangent"))
        if hasattr(problem.by_hand, "fresh") and not found:
            found += cache_notes(problem, values, rng)
    for name, x in zip(problem.wrt, first, strict=False):
        wanted, got = np.asarray(values[name]).dtype, np.asarray(x).dtype
        if got != wanted:
            found.append(Note("dtype", f"the derivative by {name} is {got}, the input is {wanted}"))
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


def cache_notes(problem: Problem, values: Values, rng: np.random.Generator) -> list[Note]:
    """A note where a layer's cache is not that of its last forward; nothing at a point near which it has no value."""
    inputs, others = [values[name] for name in problem.names], beside(problem, values, rng)
    cotangents = cotangents_of(values)
    words = wrong_cache(problem.by_hand.fresh, cotangents[0] if len(cotangents) == 1 else cotangents, inputs, others)  # type: ignore[attr-defined]
    return [] if words is None else [Note("cache", words)]


def changed(problem: Problem, before: Values, after: Values, who: str) -> list[Note]:
    """A note for every input, or cotangent, that is no longer what it was."""
    listed = []
    for name in before:
        if not same(before[name], after[name]):
            what = "cotangent" if name.startswith(COTANGENT) else f"input {name}"
            listed.append(Note("input changed", f"{who} changes its {what}"))
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
