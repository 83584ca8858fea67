"""The domain around a given point: that point, one near it, others far from it, others of other shapes.

The point that a person tries first hides most mistakes: one sample, a square or symmetric matrix, ones.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from handgrad.checking.domain import Domain, Draws, Point, drawn, is_float
from handgrad.checking.oracles.manual import copies
from handgrad.checking.problem import COTANGENT, Problem
from handgrad.errors import CheckError, one_line
from handgrad.exact import ExactError
from handgrad.values import Condition, Values

LONGEST = 64  # of an axis that is stretched
SAME_SHAPE = ("symmetric", "positive definite", "distinct")
REDRAWS = 50  # of a point outside the domain of the function
GIVEN, NEAR, OTHER_VALUES, OTHER_SHAPES = "the given point", "near the given point", "other values", "other shapes"
FAR, TIMES = "far from the given point", 16  # beyond thresholds that values of the given size never reach
SHORT = 3  # length of an axis that is tried before the given one, for a small example
TRIES = 8  # small points of each shape
REFUSALS = 3  # points of a shape without a value, after which it is the shape that is refused
# What inputs of a special kind are drawn as, to see whether a derivative needs them to be special.
RELAXED = {
    "one-hot": "real",
    "probabilities": "positive",
    "mask": "real",
    "positive definite": "real",
    "positive": "real",
    "distinct": "index",
}


@dataclass(frozen=True)
class GivenDomain:
    """Points of the kinds and shapes of a given one, and beyond.

    start    the given point
    kinds    what each input is taken for
    imposed  conditions on which all points lie
    """

    start: Values
    kinds: Mapping[str, str]
    imposed: tuple[Condition, ...] = ()
    conditions: tuple[Condition, ...] = ()

    @property
    def given(self) -> Values | None:
        """The given point, where it lies in this domain."""
        return self.start

    def on(self, condition: Condition) -> "GivenDomain":
        """The subset on which a condition holds as well."""
        return replace(self, imposed=(*self.imposed, condition))

    def relaxed(self, problem: Problem, seed: int) -> Iterator[tuple[str, str, Domain, Point]]:
        """Each input of a special kind, that kind, the domain in which it is of a wider one, and a point of that."""
        for name, kind in self.kinds.items():
            if kind in RELAXED:
                wider = replace(self, kinds={**self.kinds, name: RELAXED[kind]})
                point = wider.draw(problem, [seed, 2000])
                if point is not None:
                    yield name, kind, wider, point

    def impose(self, values: Values) -> Values | None:
        """The values on all conditions; None where they can't be brought there."""
        for condition in self.imposed:
            brought = condition.impose(values)
            if brought is None:
                return None
            values = Values(brought)
        return values

    def points(self, problem: Problem, seed: int, count: int) -> Iterator[Point]:
        """The given point, then as many as it takes to make `count`, every second of other shapes.

        A point at which the function raises or is not finite is outside its domain, and drawn anew.
        """
        first = self.impose(self.start)
        if first is not None:
            yield Point(problem.with_cotangents(first, np.random.default_rng([seed, 0])), GIVEN)
        shapes = list(other_shapes(self.start, self.kinds))
        for index in range(1, count):
            reshaped = shapes[(index // 2 - 1) % len(shapes)] if shapes and index % 2 == 0 else None
            distance = TIMES if index == 3 else 1
            point = self.draw(problem, [seed, index], reshaped, index == 1, distance)
            if point is None and (reshaped is not None or distance > 1):  # the function refuses that shape or size
                point = self.draw(problem, [seed, index])
            if point is not None:
                yield point

    def beside(self, problem: Problem, point: Point, seed: int, kept: Sequence[str] = ()) -> Point | None:
        """Another point of the shapes of one, some inputs kept as they are."""
        kinds = {**self.kinds, **dict.fromkeys(kept, "constant")}
        there = replace(self, start=Values({name: point.values[name] for name in self.start}), kinds=kinds)
        return there.draw(problem, [seed, 1000])

    def draws(self, problem: Problem, seed: int) -> Iterator[Draws]:
        """Points of the given shapes, for the exact test."""

        def draw(rng: np.random.Generator) -> Values:
            point = self.draw(problem, [seed, int(rng.integers(2**31))])
            if point is None:
                raise ExactError("no point inside the domain was found")
            return point.values

        yield Draws(draw, trials=2, branched=8, sampled=2**20)

    def draw(
        self, problem: Problem, source: list[int], shapes: dict[str, tuple[int, ...]] | None = None,
        near: bool = False, distance: int = 1,
    ) -> Point | None:  # fmt: skip
        """A point inside the domain; None where none was found."""
        where = OTHER_SHAPES if shapes else NEAR if near else FAR if distance > 1 else OTHER_VALUES
        for again in range(REDRAWS if shapes is None and distance == 1 else 5):
            rng = np.random.default_rng([*source, again])
            values = Values(self.start)
            for name, x in self.start.items():
                kind = self.kinds[name]
                if kind == "constant":
                    if shapes and name in shapes and shapes[name] != np.shape(x):
                        values[name] = np.take(x, rng.integers(0, len(x), shapes[name][0]), axis=0)
                    continue
                fresh = drawn(kind, x, rng, shapes[name] if shapes else np.shape(x), distance)
                if near and kind in ("real", "positive"):
                    kept = np.asarray(x)
                    fresh = (kept + np.asarray(fresh, dtype=kept.dtype) * kept.dtype.type(0.125))[()]
                values[name] = fresh
            complete = self.inside(problem, values, rng)
            if complete is not None:
                return Point(complete, where, reshaped=bool(shapes), optional=bool(shapes))
        return None

    def inside(self, problem: Problem, values: Values, rng: np.random.Generator) -> Values | None:
        """The values with cotangents, where they can be brought onto the conditions and the function has a value."""
        admitted = self.impose(values)
        if admitted is None:
            return None
        try:
            with np.errstate(all="ignore"):
                complete = problem.with_cotangents(admitted, rng)
                return complete if np.all(np.isfinite(problem.scalar(complete))) else None
        except Exception:  # whatever the function raises, it has no value there
            return None

    def simple(self, problem: Problem, seed: int) -> Iterator[Values]:
        """Points of small integers where the kinds allow them, from the smallest shapes on."""
        for shapes in smaller_shapes(self.start, self.kinds):
            refused = 0
            for again in range(TRIES):
                values = self.simple_point(problem, shapes, np.random.default_rng([seed, 3, again]))
                if values is not None:
                    yield values
                    continue
                refused += 1
                if refused == REFUSALS:
                    break

    def simple_point(
        self, problem: Problem, shapes: dict[str, tuple[int, ...]], rng: np.random.Generator
    ) -> Values | None:
        """One of them; None where the function has no value there."""
        values = Values(self.start)
        for name, x in self.start.items():
            kind, kept = self.kinds[name], np.asarray(x)
            if kind == "real":
                values[name] = rng.integers(-2, 3, shapes[name]).astype(kept.dtype)[()]
            elif kind == "positive":
                values[name] = rng.integers(1, 4, shapes[name]).astype(kept.dtype)[()]
            elif kind != "constant":
                values[name] = drawn(kind, x, rng, shapes[name])
        admitted = self.impose(values)
        if admitted is None:
            return None
        try:
            with np.errstate(all="ignore"):
                outputs = problem.outputs(admitted)
        except Exception:  # shapes that the function refuses
            return None
        if problem.vjp:
            for i, z in enumerate(outputs):
                entries = rng.integers(-2, 3, np.shape(z)).astype(float)
                admitted = Values(admitted | {f"{COTANGENT}{i}": entries[()]})
        return admitted


def user_condition(condition: Callable[..., Any]) -> Condition:
    """A condition that a user gives: a predicate, or a function that returns the inputs put right."""

    def impose(values: Mapping[str, Any]) -> Mapping[str, Any] | None:
        try:
            answer = condition(*copies(Values(values)).values())
        except Exception as error:
            raise CheckError(f"condition: wanted a bool, or the inputs put right, got {one_line(error)}") from error
        if isinstance(answer, bool | np.bool_):
            return values if answer else None
        if isinstance(answer, tuple | list) and len(answer) == len(values):
            return Values(zip(values, answer, strict=True))
        raise CheckError(
            f"condition: wanted a bool, or a tuple of the {len(values)} inputs put right, got {type(answer).__name__}"
        )

    return Condition(getattr(condition, "__name__", "given"), impose)


def other_shapes(first: Values, kinds: Mapping[str, str]) -> Iterator[dict[str, tuple[int, ...]]]:
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


def smaller_shapes(first: Values, kinds: Mapping[str, str]) -> Iterator[dict[str, tuple[int, ...]]]:
    """Shapes with shorter axes, axes of one length together, the fewest entries first; then the given ones."""
    shapes = {name: np.shape(x) for name, x in first.items()}
    fixed = {n for name, shape in shapes.items() if kinds[name] == "constant" for n in shape}
    lengths = sorted({n for shape in shapes.values() for n in shape} - fixed)
    if len(lengths) <= 4:
        choices = [range(1, min(n, SHORT) + 1) for n in lengths]
        options = [dict(zip(lengths, chosen, strict=True)) for chosen in product(*choices)]
        shorter = [{name: tuple(o.get(n, n) for n in shape) for name, shape in shapes.items()} for o in options]
        yield from sorted(shorter, key=lambda s: sum(int(np.prod(shape)) for shape in s.values()))
    yield shapes
