"""What functions that move entries mean: the same move in every field."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from handgrad.exact.array import ExactArray
from handgrad.exact.degree import CONSTANT
from handgrad.exact.dispatch import meaning_of
from handgrad.exact.errors import NoExactMeaningError
from handgrad.exact.lifting import lift, tower_of

Array = Any


def moves(function: Any) -> None:
    """Enter a function that moves the entries of its first operand."""

    def meaning(a: Array, *args: Any, **options: Any) -> Array:
        if type(a) is not ExactArray:
            raise NoExactMeaningError(f"np.{function.__name__} with an exact value as an option")
        return a.moved(lambda r: function(r, *args, **options))

    meaning_of(function)(meaning)


_function: Any
for _function in (
    *(np.reshape, np.ravel, np.transpose, np.permute_dims, np.swapaxes, np.moveaxis, np.rollaxis),
    *(np.expand_dims, np.squeeze, np.broadcast_to, np.flip, np.fliplr, np.flipud, np.roll, np.rot90),
    *(np.repeat, np.tile, np.resize, np.take, np.take_along_axis, np.compress, np.delete, np.diagonal),
    *(np.diag, np.diagflat, np.tril, np.triu, np.atleast_1d, np.atleast_2d, np.atleast_3d),
    *(np.matrix_transpose, np.linalg.diagonal, np.linalg.matrix_transpose, np.trim_zeros, sliding_window_view),
):
    moves(_function)


# Several arrays


def joined(function: Any) -> None:
    """Enter a function that joins a sequence of arrays."""

    def meaning(arrays: Any, *args: Any, **options: Any) -> Array:
        tower = tower_of(*arrays)
        parts = [lift(a, tower) for a in arrays]
        return together(parts, lambda rows: function(rows, *args, **options))

    meaning_of(function)(meaning)


def together(parts: list[Array], join: Callable[[list[Array]], Array]) -> Array:
    """Arrays joined in the same way in every field."""
    tower = parts[0].tower
    levels = zip(tower.fields, *(part.residues for part in parts), strict=True)
    residues = [None if any(r is None for r in rows) else field.array(join(list(rows))) for field, *rows in levels]
    degree, taint = CONSTANT, 0
    for part in parts:
        degree, taint = degree | part.degree, taint | part.taint
    spent = max(part.spent for part in parts)
    return ExactArray(residues, join([part.shadow for part in parts]), tower, degree, taint, spent)


for _function in (np.concatenate, np.stack, np.vstack, np.hstack, np.dstack, np.column_stack):
    joined(_function)


@meaning_of(np.append)
def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    """Values put behind an array."""
    if axis is None:
        return np.concatenate([np.reshape(arr, (-1,)), np.reshape(values, (-1,))])
    return np.concatenate([arr, values], axis)


def parts_of(function: Any) -> None:
    """Enter a function that cuts an array into parts."""

    def meaning(ary: Array, indices_or_sections: Any, *args: Any, **options: Any) -> list[Array]:
        count = len(function(ary.shadow, indices_or_sections, *args, **options))
        cut = [lambda r, i=i: function(r, indices_or_sections, *args, **options)[i] for i in range(count)]
        return [ary.moved(part) for part in cut]

    meaning_of(function)(meaning)


for _function in (np.split, np.array_split, np.hsplit, np.vsplit, np.dsplit):
    parts_of(_function)


@meaning_of(np.unstack)
def unstack(x: Array, /, *, axis: int = 0) -> tuple[Array, ...]:
    """The slices along an axis."""
    return tuple(np.moveaxis(x, axis, 0))


@meaning_of(np.broadcast_arrays)
def broadcast_arrays(*arrays: Any) -> tuple[Array, ...]:
    """All arrays in their common shape."""
    tower, shape = tower_of(*arrays), np.broadcast_shapes(*map(np.shape, arrays))
    return tuple(np.broadcast_to(lift(a, tower), shape) for a in arrays)


# New arrays


@meaning_of(np.pad)
def pad(array: Array, pad_width: Any, mode: str = "constant", *, constant_values: Any = 0) -> Array:
    """One constant put around, or copies of entries (edge, reflect, symmetric, wrap)."""
    if mode in ("edge", "reflect", "symmetric", "wrap"):
        kind: Any = mode
        return array.moved(lambda r: np.pad(r, pad_width, mode=kind))
    if mode != "constant" or np.ndim(constant_values):
        raise NoExactMeaningError(f"np.pad in mode {mode!r} with values of shape {np.shape(constant_values)}")
    around = lift(constant_values, array.tower)

    def padded(rows: list[Array]) -> Array:
        inside, value = rows
        return np.pad(inside, pad_width, constant_values=value.item())

    return together([array, around], padded)


@meaning_of(np.full_like)
def full_like(
    a: Any, fill_value: Any, dtype: Any = None, order: Any = "K", subok: Any = True, shape: Any = None
) -> Any:
    """One value everywhere."""
    shape = np.shape(a) if shape is None else shape
    if dtype is not None and np.dtype(dtype).kind != "f":
        return np.full(shape, fill_value, dtype)
    return np.broadcast_to(lift(fill_value, tower_of(a, fill_value)), shape).copy()


@meaning_of(np.zeros_like, np.empty_like)
def zeros_like(a: Any, dtype: Any = None, order: Any = "K", subok: Any = True, shape: Any = None) -> Any:
    """0 everywhere."""
    return full_like(a, 0, dtype, order, subok, shape)


@meaning_of(np.ones_like)
def ones_like(a: Any, dtype: Any = None, order: Any = "K", subok: Any = True, shape: Any = None) -> Any:
    """1 everywhere."""
    return full_like(a, 1, dtype, order, subok, shape)


@meaning_of(np.fill_diagonal)
def fill_diagonal(a: Array, val: Any, wrap: bool = False) -> None:
    """One value on the diagonal of a matrix, written in place."""
    if a.ndim != 2 or wrap:
        raise NoExactMeaningError("np.fill_diagonal of anything but a matrix")
    n = np.arange(min(a.shape))
    a[n, n] = val


@meaning_of(np.put_along_axis)
def put_along_axis(arr: Array, indices: Any, values: Any, axis: int) -> None:
    """Values written along an axis, in place."""
    index: list[Any] = list(np.ix_(*(np.arange(n) for n in arr.shape)))
    index[axis] = indices
    arr[tuple(index)] = values
