"""The points at which a derivative is judged: the one given, one near it, others far from it, others of other shapes.

The point that a person tries first hides most mistakes: one sample, a square or symmetric matrix, ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from handgrad.checking.domain import drawn
from handgrad.checking.oracles.opinions import copies
from handgrad.checking.problem import CheckError, Problem, is_float
from handgrad.errors import one_line
from handgrad.values import Values

LONGEST = 64  # of an axis that is stretched
SAME_SHAPE = ("symmetric", "positive definite", "distinct")
REDRAWS = 50  # of a point outside the domain of the function
OTHER_SHAPES = "other shapes"
FAR, TIMES = "far from the given point", 16  # beyond thresholds that values of the given size never reach


@dataclass(frozen=True)
class Point:
    """A point, and how it came about."""

    values: Values
    where: str


def points(
    problem: Problem, start: Values, kinds: dict[str, str], seed: int, count: int, condition: Any = None
) -> Iterator[Point]:
    """The given point, then as many as it takes to make `count`, every second of other shapes.

    A point at which the function raises or is not finite is outside its domain, and drawn anew.
    """
    yield Point(start, "the given point")
    first = Values({name: start[name] for name in problem.names})
    shapes = list(other_shapes(first, kinds))
    for index in range(1, count):
        reshaped = shapes[(index // 2 - 1) % len(shapes)] if shapes and index % 2 == 0 else None
        distance = TIMES if index == 3 else 1
        point = drawn_point(problem, first, kinds, [seed, index], reshaped, index == 1, condition, distance)
        if point is None and (reshaped is not None or distance > 1):  # the function refuses that shape or size
            point = drawn_point(problem, first, kinds, [seed, index], None, False, condition)
        if point is not None:
            yield point


def drawn_point(
    problem: Problem, first: Values, kinds: dict[str, str], source: list[int],
    shapes: dict[str, tuple[int, ...]] | None, near: bool, condition: Any, distance: int = 1,
) -> Point | None:  # fmt: skip
    """A point inside the domain; None where none was found."""
    where = OTHER_SHAPES if shapes else "near the given point" if near else FAR if distance > 1 else "other values"
    for again in range(REDRAWS if shapes is None and distance == 1 else 5):
        rng = np.random.default_rng([*source, again])
        values = Values(first)
        for name, x in first.items():
            if kinds[name] == "constant":
                if shapes and name in shapes and shapes[name] != np.shape(x):
                    values[name] = np.take(x, rng.integers(0, len(x), shapes[name][0]), axis=0)
                continue
            fresh = drawn(kinds[name], x, rng, shapes[name] if shapes else np.shape(x), distance)
            if near and kinds[name] in ("real", "positive"):
                kept = np.asarray(x)
                fresh = (kept + np.asarray(fresh, dtype=kept.dtype) * kept.dtype.type(0.125))[()]
            values[name] = fresh
        admitted = on_condition(values, condition)
        if admitted is None:
            continue
        try:
            with np.errstate(all="ignore"):
                complete = problem.with_cotangents(admitted, rng)
                inside = np.all(np.isfinite(problem.scalar(complete)))
        except Exception:  # whatever the function raises, it has no value there
            continue
        if inside:
            return Point(complete, where)
    return None


def on_condition(values: Values, condition: Any) -> Values | None:
    """The values where a condition holds: as a sampler makes them, or as they are if a predicate admits them."""
    if condition is None:
        return values
    try:
        answer = condition(*copies(values).values())
    except Exception as error:
        raise CheckError(f"condition: wanted a bool, or the inputs put right, got {one_line(error)}") from error
    if isinstance(answer, bool | np.bool_):
        return values if answer else None
    if isinstance(answer, tuple | list) and len(answer) == len(values):
        return Values(zip(values, answer, strict=True))
    raise CheckError(
        f"condition: wanted a bool, or a tuple of the {len(values)} inputs put right, got {type(answer).__name__}"
    )


def other_shapes(first: Values, kinds: dict[str, str]) -> Iterator[dict[str, tuple[int, ...]]]:
    """Shapes in which axes of one length are twice as long: the leading ones alone, then all of that length.

    So a batch of one becomes two, a square oblong where its axes can be told apart, and what a window divides stays
    so. A row that stands alone may be a list of different things, so it keeps its length.
    """
    shapes = {name: np.shape(x) for name, x in first.items() if is_float(x) or np.ndim(x)}
    lengths = sorted({n for shape in shapes.values() for n in shape})
    for leading in (True, False):
        for length in lengths:
            longer = 2 * length
            if longer > LONGEST:
                continue

            def stretched(axis: int, n: int, length: int = length, longer: int = longer, lead: bool = leading) -> int:
                return longer if n == length and (axis == 0 or not lead) else n

            changed = {name: tuple(stretched(i, n) for i, n in enumerate(shape)) for name, shape in shapes.items()}
            indices = [name for name in shapes if kinds[name] == "constant" and changed[name][1:] != shapes[name][1:]]
            stretched_ones = [name for name in shapes if changed[name] != shapes[name]]
            alone = len(stretched_ones) == 1 and len(shapes[stretched_ones[0]]) == 1
            bound = any(kinds[name] in SAME_SHAPE for name in stretched_ones)
            if stretched_ones and not indices and not alone and not bound:
                yield changed
