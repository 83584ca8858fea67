"""A program is built: operation after operation is drawn, with operands in its domain.

Every value is computed while the program is built, so an operation that needs positive numbers gets them: they are
looked for, or made by a scaling and a shift. All constants are dyadic fractions, which exact fields know too. Kinks and
ties stay at least `GAP` away, and values within `LARGE`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from fuzzing.choices import Choices
from fuzzing.operation import Operation, UnfitError
from fuzzing.program import Operand, Program, Step

GAP = 0.05
LARGE = 8.0
MOST_ENTRIES = 64  # of one value
MOST_AXES = 4
MOST_INPUTS = 5
ATTEMPTS = 30  # at an operation that fits
GRAIN = 2.0**-20  # inputs are multiples of it: float32 has them all, and so has every field
COARSE = 2.0**-6  # constants are multiples of it: a product of many is still without rounding, as in a field


class Builder:
    """A program on its way, and what an operation asks for while it is drawn: operands, axes, numbers."""

    def __init__(self, choices: Choices, operations: Mapping[str, Operation]):
        self.integer = choices.integer
        self.operations = operations
        self.names = [name for name, operation in operations.items() if operation.exact]
        if self.integer(0, 1):
            self.names = list(operations)
        self.kinds = self.choice([("float64",), ("float64",), ("float32",), ("float64", "float32")])
        self.rng = np.random.default_rng(self.integer(0, 2**31))
        self.inputs: list[np.ndarray] = []
        self.steps: list[Step] = []
        self.values: list[np.ndarray] = []

    def program(self) -> Program:
        """What has been built."""
        used = {n for step in self.steps for n in step.used}
        ends = [n for n in range(len(self.steps)) if n not in used]
        weights = {n: self.away((np.shape(self.values[n])), self.values[n].dtype.name) for n in ends}
        directions = tuple(tuple(self.away(x.shape, "float64") for x in self.inputs) for _ in range(2))
        return Program(tuple(self.inputs), tuple(self.steps), weights, directions)

    def grow(self) -> None:
        """One more operation, with the steps that bring its operands into its domain."""
        for _ in range(ATTEMPTS):
            operation = self.operations[self.choice(self.names)]
            lengths = len(self.inputs), len(self.steps)
            try:
                operands, options = operation.draw(self)
                self.emit(operation.name, *operands, **options)
            except UnfitError:
                self.inputs = self.inputs[: lengths[0]]
                self.steps, self.values = self.steps[: lengths[1]], self.values[: lengths[1]]
            else:
                return
        raise AssertionError("no operation fits")

    def emit(self, name: str, *operands: Operand, **options: Any) -> int:
        """A step; its number. What has grown too large is scaled down."""
        with np.errstate(all="raise", under="ignore"):
            value = np.asarray(self.operations[name].call(*map(self.value, operands), **options))
        if value.ndim > MOST_AXES or not 0 < value.size <= MOST_ENTRIES:
            raise UnfitError
        assert np.all(np.isfinite(value)), f"{name} has left its domain"
        self.steps.append(Step(name, operands, options))
        self.values.append(value)
        n = len(self.steps) - 1
        return n if np.max(np.abs(value)) <= LARGE else self.affine(n, fitting(value, LARGE / 2))

    def value(self, x: Operand) -> Any:
        """Of a number, or the constant itself."""
        if type(x) is int:
            return self.values[x] if x >= 0 else self.inputs[~x]
        return x

    # What is drawn

    def choice(self, options: Sequence[Any]) -> Any:
        """One of them."""
        return options[self.integer(0, len(options) - 1)]

    def flag(self) -> bool:
        """Whether."""
        return bool(self.integer(0, 1))

    def shape(self, least: int = 0, most: int = 3, side: int = 3) -> tuple[int, ...]:
        """No axis of it is empty."""
        return tuple(self.integer(1, side) for _ in range(self.integer(least, most)))

    def axis(self, ndim: int) -> Any:
        """None, an axis or a tuple of axes, counted from the front or the back."""
        count = self.integer(0, ndim)
        if not count:
            return None
        axes = [int(i) - ndim * self.integer(0, 1) for i in self.rng.permutation(ndim)[:count]]
        return axes[0] if count == 1 and self.flag() else tuple(axes)

    def one_axis(self, ndim: int) -> int:
        """An axis, counted from the front or the back."""
        if not ndim:
            raise UnfitError
        return self.integer(-ndim, ndim - 1)

    def uniform(self, shape: tuple[int, ...], low: float, high: float, grain: float, kind: str) -> np.ndarray:
        """Multiples of the grain between the bounds."""
        return np.asarray(self.rng.integers(int(low / grain), int(high / grain), shape) * grain).astype(kind)

    def away(self, shape: tuple[int, ...], kind: str) -> np.ndarray:
        """Constants away from zero, of either sign."""
        sign = np.asarray(self.rng.choice([-1, 1], shape)).astype(kind)
        return np.asarray(self.uniform(shape, 0.25, 1.5, COARSE, kind) * sign)

    def constant(self, shape: tuple[int, ...]) -> Operand:
        """An array of floats or integers, or a Python number."""
        if not shape and self.flag():
            return float(self.away((), "float64"))
        if self.integer(0, 3) == 3:
            return np.asarray(self.rng.choice([-2, -1, 1, 2], shape))
        return self.away(shape, self.kinds[-1])

    # Operands

    def add_input(self, value: np.ndarray) -> int:
        """A new input."""
        if len(self.inputs) == MOST_INPUTS:
            raise UnfitError
        self.inputs.append(value)
        return ~(len(self.inputs) - 1)

    def new(self, shape: tuple[int, ...]) -> int:
        """A new input of a shape."""
        return self.add_input(self.uniform(shape, -2, 2, GRAIN, self.choice(self.kinds)))

    def known(self, fits: Callable[[tuple[int, ...]], bool]) -> list[int]:
        """The values whose shapes fit, the latest first."""
        numbers = [*reversed(range(len(self.steps))), *(~i for i in range(len(self.inputs)))]
        return [n for n in numbers if fits(np.shape(self.value(n)))]

    def operand(self, least: int = 0, most: int = 3, side: int = 3) -> int:
        """A value with so many axes: a known one, or a new input."""
        known = self.known(lambda shape: least <= len(shape) <= most)
        n = self.integer(0, len(known))
        return known[n] if n < len(known) else self.new(self.shape(least, most, side))

    def of_shape(self, shape: tuple[int, ...]) -> int:
        """A value of a shape: a known one, one that is reshaped, or a new input."""
        known = self.known(lambda other: other == shape)
        others = self.known(lambda other: np.prod(other) == np.prod(shape) and other != shape)
        n = self.integer(0, len(known) + len(others))
        if n < len(known):
            return known[n]
        if n < len(known) + len(others):
            return self.emit("reshape", others[n - len(known)], shape=shape)
        return self.new(shape)

    def pair(self) -> tuple[Operand, Operand]:
        """Two that broadcast together, either order; one may be a constant, and both may be the same value."""
        x = self.operand()
        shape = np.shape(self.value(x))
        kept = shape[self.integer(0, len(shape)) :]
        drawn = tuple(1 if self.integer(0, 3) == 3 else n for n in kept)
        kind = self.choice(["same", "known", "new", "constant"])
        y: Operand = x
        if kind == "known":
            y = self.choice(self.known(lambda other: broadcast(shape, other)))
        if kind == "new":
            y = self.new(drawn)
        if kind == "constant":
            y = self.constant(drawn)
        return (y, x) if self.flag() else (x, y)

    # Domains

    def affine(self, x: int, scale: float, shift: Any = 0.0) -> int:
        """Scaled and shifted."""
        n = x if scale == 1 else self.emit("x * y", x, scale)
        return n if isinstance(shift, float) and shift == 0 else self.emit("x + y", n, shift)

    def shifted(self, x: int, within: float, shift: np.ndarray) -> int:
        """Scaled down to a small part, and a constant array added, which decides about signs and order."""
        value = self.value(x)
        return self.affine(x, fitting(value, within), shift.astype(value.dtype))

    def inside(self, x: Operand, low: float, high: float) -> Operand:
        """Within an interval."""
        value = np.asarray(self.value(x))
        if np.all((value >= low) & (value <= high)):
            return x
        if type(x) is not int:
            return clipped(x, low, high)
        return self.affine(x, fitting(value, (high - low) / 2), (low + high) / 2)

    def apart(self, x: Operand, least: float = 0.25) -> Operand:
        """Away from zero."""
        value = np.asarray(self.value(x))
        if type(x) is not int or np.min(np.abs(value)) >= least:
            return x  # constants are
        return self.shifted(x, 0.5, self.rng.choice([-1.0, 1.0], value.shape))

    def distinct(self, x: int) -> int:
        """No two entries near each other, nor near zero."""
        value = np.sort(np.append(self.value(x), 0.0))
        if np.min(np.diff(value)) >= GAP:
            return x
        shape = np.shape(self.value(x))
        size = int(np.prod(shape))
        ladder = self.rng.permutation(size) * 0.25 - 0.25 * (size // 2) + 0.125
        return self.shifted(x, GAP, ladder.reshape(shape))

    def distinct_moduli(self, x: int) -> int:
        """No two entries of nearly the same size, none near zero."""
        value = np.sort(np.append(np.abs(self.value(x)), 0.0))
        if np.min(np.diff(value)) >= GAP:
            return x
        shape = np.shape(self.value(x))
        ladder = (self.rng.permutation(int(np.prod(shape))) * 0.25 + 0.25).reshape(shape)
        return self.shifted(x, GAP, ladder * self.rng.choice([-1.0, 1.0], shape))

    def different(self, x: Operand, y: Operand) -> tuple[Operand, Operand]:
        """Entries that meet are not near each other."""
        if np.min(np.abs(np.subtract(self.value(x), self.value(y)))) >= GAP:
            return x, y
        if type(y) is not int:
            return self.different(y, x)[::-1]
        if type(x) is int:
            x = self.affine(x, fitting(self.value(x), 0.25))
        largest = np.max(np.abs(self.value(x)))
        shift = self.rng.choice([-1.0, 1.0], np.shape(self.value(y))) * (np.ceil(largest) + 0.5)
        return x, self.shifted(y, 0.25, shift)

    def regular(self, x: int) -> int:
        """Square matrices, well-conditioned, of either sign of the determinant."""
        value = self.value(x)
        sizes = np.linalg.svd(value, compute_uv=False)
        if np.min(sizes) > 0.2 and np.max(sizes) < 4:
            return x
        n = value.shape[-1]
        signs = self.rng.choice([-2.0, 2.0], (*value.shape[:-1], 1))
        return self.shifted(x, 0.5 / n, np.eye(n) * signs)


def broadcast(shape: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether two shapes broadcast."""
    return all(n == m or 1 in (n, m) for n, m in zip(shape[::-1], other[::-1], strict=False))


def fitting(value: Any, size: float) -> float:
    """The greatest power of two, 1 at most, that brings all within a size."""
    largest = float(np.max(np.abs(value)))
    return 1.0 if largest <= size else float(2.0 ** np.floor(np.log2(size / largest)))


def clipped(x: Any, low: float, high: float) -> Any:
    """A constant within an interval."""
    inside = np.clip(np.abs(x), low, high)
    return float(inside) if isinstance(x, float) else inside.astype(x.dtype)
