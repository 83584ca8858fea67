"""Functions that move entries, take some out or put them elsewhere."""

import math
import operator
from typing import Any

import numpy as np

from autograd.rules import indexing
from fuzzing.building import Builder
from fuzzing.dual import branch
from fuzzing.operation import Drawn, Function, operation

Array = Any


def placed(places: Array, shape: tuple[int, ...]) -> Function:
    """By definition: entries of an array added at places of another, as one matrix of zeros and ones."""
    matrix = np.zeros((math.prod(shape), np.size(places)))
    np.add.at(matrix, (np.ravel(places), np.arange(np.size(places))), 1)
    return lambda x: np.reshape(matrix @ np.reshape(x, (-1,)), shape)


# Another view


def factors(b: Builder, size: int) -> tuple[int, ...]:
    """A shape of so many entries."""
    shape: list[int] = []
    for _ in range(b.integer(0, 3)):
        n = b.choice([n for n in range(1, size + 1) if size % n == 0])
        shape.append(n)
        size //= n
    return (*shape, size) if size > 1 or not shape or b.flag() else tuple(shape)


@operation(np.reshape)
def reshape(b: Builder) -> Drawn:
    x = b.operand()
    shape = list(factors(b, b.value(x).size))
    if shape and b.flag():
        shape[b.integer(0, len(shape) - 1)] = -1
    return (x,), {"shape": tuple(shape), "order": b.choice("CF")} if b.flag() else {"shape": tuple(shape)}


@operation(np.ravel)
def ravel(b: Builder) -> Drawn:
    return (b.operand(),), {"order": b.choice("CF")}


@operation(np.transpose)
def transpose(b: Builder) -> Drawn:
    x = b.operand()
    ndim = np.ndim(b.value(x))
    axes = None if b.flag() else tuple(int(i) - ndim * b.integer(0, 1) for i in b.rng.permutation(ndim))
    return (x,), {"axes": axes}


@operation(np.swapaxes)
def swapaxes(b: Builder) -> Drawn:
    x = b.operand(least=1)
    ndim = np.ndim(b.value(x))
    return (x,), {"axis1": b.one_axis(ndim), "axis2": b.one_axis(ndim)}


@operation(np.moveaxis)
def moveaxis(b: Builder) -> Drawn:
    x = b.operand(least=1)
    ndim = np.ndim(b.value(x))
    if b.flag():
        return (x,), {"source": b.one_axis(ndim), "destination": b.one_axis(ndim)}
    count = b.integer(1, ndim)
    source, destination = (tuple(int(i) for i in b.rng.permutation(ndim)[:count]) for _ in range(2))
    return (x,), {"source": source, "destination": destination}


@operation(np.expand_dims)
def expand_dims(b: Builder) -> Drawn:
    x = b.operand()
    ndim = np.ndim(b.value(x))
    axis = b.integer(-ndim - 1, ndim)
    return (x,), {"axis": (0, ndim + 1) if b.integer(0, 3) == 3 else axis}


@operation(np.squeeze)
def squeeze(b: Builder) -> Drawn:
    x = b.operand()
    ones = [i for i, n in enumerate(np.shape(b.value(x))) if n == 1]
    return (x,), {"axis": b.choice([None, tuple(ones), *ones])}


@operation(np.broadcast_to)
def broadcast_to(b: Builder) -> Drawn:
    x = b.operand()
    shape = tuple(b.integer(1, 3) if n == 1 else n for n in np.shape(b.value(x)))
    return (x,), {"shape": (*b.shape(most=1), *shape)}


@operation(np.flip)
def flip(b: Builder) -> Drawn:
    x = b.operand()
    return (x,), {"axis": b.axis(np.ndim(b.value(x)))}


@operation(np.roll)
def roll(b: Builder) -> Drawn:
    x = b.operand(least=1)
    axis = b.axis(np.ndim(b.value(x)))
    if isinstance(axis, tuple) and b.flag():
        return (x,), {"shift": tuple(b.integer(-3, 3) for _ in axis), "axis": axis}
    return (x,), {"shift": b.integer(-3, 3), "axis": axis}


def triangle(call: Function) -> None:
    """Of matrices, batches of them, and of a vector, which is a row for all."""

    @operation(call)
    def draw(b: Builder) -> Drawn:
        return (b.operand(least=1),), {"k": b.integer(-2, 2)}


triangle(np.tril)
triangle(np.triu)

for promote in (np.atleast_1d, np.atleast_2d):

    @operation(promote)
    def at_least(b: Builder) -> Drawn:
        return (b.operand(most=2),), {}


# Several in one, one in several


def joined(call: Function, name: str) -> None:
    """Two or three, the same one among them too."""

    @operation(lambda *xs, **options: call(xs, **options), call, name=name)
    def draw(b: Builder) -> Drawn:
        vector = name == "vstack" and b.flag()
        shape = b.shape(1, 3) if name == "concatenate" else b.shape(most=2)
        axis = b.integer(0, max(len(shape) - 1, 0))
        if name in ("vstack", "hstack"):
            axis = 0 if name == "vstack" or len(shape) < 2 else 1
        shapes = [shape for _ in range(b.integer(1, 3))]
        if name == "concatenate" or (name == "hstack" and shape) or (name == "vstack" and len(shape) > 1):
            shapes = [tuple(b.integer(1, 3) if i == axis else n for i, n in enumerate(s)) for s in shapes]
        if vector and len(shape) == 2:
            shapes[0] = shape[1:]
        options = {"concatenate": {"axis": axis - len(shape) * b.integer(0, 1)}, "stack": {"axis": axis}}.get(name, {})
        if name == "concatenate" and b.integer(0, 3) == 3:
            options = {"axis": None}
        return tuple(b.of_shape(s) for s in shapes), options


joined(np.concatenate, "concatenate")
joined(np.stack, "stack")
joined(np.vstack, "vstack")
joined(np.hstack, "hstack")


def cut(call: Function, name: str) -> None:
    """The parts, joined again in another order."""

    def turned(x: Array, where: Any, axis: int) -> Array:
        return np.concatenate(call(x, where, axis)[::-1], axis)

    @operation(turned, call, name=name)
    def draw(b: Builder) -> Drawn:
        x = b.operand(least=1)
        axis = b.one_axis(np.ndim(b.value(x)))
        n = np.shape(b.value(x))[axis]
        where = b.choice([1, n, [n // 2], [1, n - 1]] if name == "split" else [2, 3, [1], [0, 1]])
        return (x,), {"where": where, "axis": axis}


cut(np.split, "split")
cut(np.array_split, "array_split")


# More entries


def padded(x: Array, widths: Any, fill: float) -> Array:
    """Zeros around by one matrix, and the filling beside them."""
    shape = np.shape(x)
    inside = np.pad(np.arange(math.prod(shape)).reshape(shape), widths, constant_values=-1)
    places = np.argsort(np.ravel(inside), kind="stable")[np.sum(inside < 0) :]
    return placed(places, inside.shape)(x) + fill * (inside < 0)


@operation(
    lambda x, widths, fill: np.pad(x, widths, "constant", constant_values=fill), np.pad, name="pad", definition=padded
)
def pad(b: Builder) -> Drawn:
    x = b.operand()
    ndim = np.ndim(b.value(x))
    widths: Any = [[b.integer(0, 1), b.integer(0, 2)] for _ in range(ndim)] if ndim and b.flag() else b.integer(0, 1)
    return (x,), {"widths": widths, "fill": b.choice([0.0, 1.5])}


@operation(np.repeat)
def repeat(b: Builder) -> Drawn:
    x = b.operand()
    shape = np.shape(b.value(x))
    axis = None if not shape or b.flag() else b.one_axis(len(shape))
    n = b.value(x).size if axis is None else shape[axis]
    repeats: Any = b.integer(1, 3)
    if b.flag():
        repeats = [b.integer(0, 2) for _ in range(n - 1)] + [b.integer(1, 2)]
    return (x,), {"repeats": repeats, "axis": axis}


@operation(np.tile)
def tile(b: Builder) -> Drawn:
    reps = tuple(b.integer(1, 2) for _ in range(b.integer(1, 3)))
    return (b.operand(),), {"reps": reps[0] if len(reps) == 1 and b.flag() else reps}


# Entries taken out and put back


@operation(lambda x, index: x[index], operator.getitem, name="x[index]")
def getitem(b: Builder) -> Drawn:
    x = b.operand(least=1)
    return (x,), {"index": drawn_index(b, np.shape(b.value(x)))}


def drawn_index(b: Builder, shape: tuple[int, ...]) -> Any:
    """Integers, slices, new axes, an ellipsis, arrays of integers that repeat, and masks."""
    if b.integer(0, 7) == 7:
        mask = b.rng.integers(0, 2, shape).astype(bool)
        mask[(0,) * len(shape)] = True
        return mask
    rows = b.integer(1, 3)  # of all arrays of integers, which are taken together
    parts: list[Any] = []
    for n in shape[: b.integer(1, len(shape))]:
        kind = b.choice(["slice", "integer", "array", "mask", "new axis"])
        if kind == "new axis":
            parts.append(None)
            kind = "slice"
        if kind == "mask" and any(isinstance(part, np.ndarray) for part in parts):
            kind = "slice"
        if kind == "mask":  # of one axis; then arrays of integers would have to be as many
            mask = b.rng.integers(0, 2, n).astype(bool)
            mask[b.integer(0, n - 1)] = True
            parts.append(mask)
            rows = int(np.sum(mask))
        if kind == "array":
            parts.append(b.rng.integers(-n, n, rows))
        if kind == "integer":
            parts.append(b.integer(-n, n - 1))
        if kind == "slice":
            parts.append(b.choice([slice(None), slice(None, None, -1), slice(n // 2, None), slice(None, None, 2)]))
    if len(parts) < len(shape) and b.flag():
        parts.append(Ellipsis)
    return parts[0] if len(parts) == 1 and b.flag() else tuple(parts)


@operation(
    lambda x, places, shape: indexing.scatter(x, places, shape),
    indexing.scatter,
    name="scatter",
    definition=lambda x, places, shape: placed(places, shape)(x),
)
def scatter(b: Builder) -> Drawn:
    x = b.operand()
    size = b.integer(1, 6)
    return (x,), {"places": b.rng.integers(0, size, np.shape(b.value(x))), "shape": (size,)}


@operation(np.take)
def take(b: Builder) -> Drawn:
    x = b.operand()
    shape = np.shape(b.value(x))
    axis = None if not shape or b.flag() else b.one_axis(len(shape))
    n = b.value(x).size if axis is None else shape[axis]
    return (x,), {"indices": b.rng.integers(-n, n, b.shape(most=2)), "axis": axis}


@operation(np.take_along_axis)
def take_along_axis(b: Builder) -> Drawn:
    x = b.operand(least=1)
    shape = list(np.shape(b.value(x)))
    axis = b.one_axis(len(shape))
    n, shape[axis] = shape[axis], b.integer(1, 3)
    return (x,), {"indices": b.rng.integers(-n, n, shape), "axis": axis}


def ordered(x: Array, axis: int | None) -> Array:
    """By the order of real numbers."""
    if axis is None:
        x, axis = np.reshape(x, (-1,)), 0
    return np.take_along_axis(x, np.argsort(branch(x), axis=axis), axis)


@operation(np.sort, definition=ordered)
def sort(b: Builder) -> Drawn:
    x = b.distinct(b.operand(least=1))
    return (x,), {"axis": b.choice([None, b.one_axis(np.ndim(b.value(x)))])}


@operation(np.diagonal)
def diagonal(b: Builder) -> Drawn:
    x = b.operand(least=2)
    ndim = np.ndim(b.value(x))
    axis1, axis2 = (int(i) for i in b.rng.permutation(ndim)[:2])
    return (x,), {"offset": b.integer(-1, 1), "axis1": axis1 - ndim * b.integer(0, 1), "axis2": axis2}


@operation(np.diag)
def diag(b: Builder) -> Drawn:
    return (b.operand(least=1, most=2),), {"k": b.integer(-1, 1)}
