"""Rules of taking entries out of an array, and of putting them back.

`getitem` and `scatter` are each other's adjoint: what is taken twice is added twice.
"""

import operator
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.errors import ShapeError
from autograd.table import Array, Derivative, derivative_of, in_terms_of_others
from autograd.tensor import primitive


@derivative_of(operator.getitem)
def getitem(a: Array, /, index: Any) -> Derivative:
    """z = a[index], with slices, integers, boolean masks or arrays of (repeated) integers."""
    return a[index], (lambda z_bar: scatter(z_bar, index, a.shape),)


@primitive
def scatter(a: Array, index: Any, shape: tuple[int, ...]) -> Array:
    """Zeros of a shape, with the entries of a added at an index."""
    z = np.zeros_like(a, shape=shape)
    if may_repeat(index):
        np.add.at(z, index, a)
    else:
        z[index] = a
    return z


@derivative_of(scatter)
def scatter_rule(a: Array, /, index: Any, shape: tuple[int, ...]) -> Derivative:
    """z = 0 except z[index] += a."""
    return scatter(a, index, shape), (lambda z_bar: z_bar[index],)


def may_repeat(index: Any) -> bool:
    """Whether an index can name an entry twice: only arrays and lists of integers can."""
    parts = index if isinstance(index, tuple) else (index,)
    return any(isinstance(i, list | tuple | np.ndarray) and np.asarray(i).dtype != bool for i in parts)


@in_terms_of_others(np.take)
def take(a: Array, indices: Any, axis: int | None = None) -> Array:
    """Entries along an axis, of the flattened array by default."""
    places = np.array(indices)
    if places.dtype == bool:  # a number to `np.take`, a mask to an index
        places = places.astype(int)
    if axis is None:
        return np.reshape(a, (-1,))[places]
    return a[(slice(None),) * normalize_axis_index(axis, a.ndim) + (places,)]


@in_terms_of_others(np.take_along_axis)
def take_along_axis(arr: Array, indices: Any, axis: int | None = -1) -> Array:
    """Along an axis, other entries in every row; of the flattened array with None."""
    if axis is None:
        return np.reshape(arr, (-1,))[indices]
    index: list[Any] = list(np.ix_(*(np.arange(n) for n in arr.shape)))
    index[axis] = indices
    return arr[tuple(index)]


@in_terms_of_others(np.sort)
def sort(a: Array, axis: int | None = -1) -> Array:
    """Entries in rising order; equal ones keep their order, which decides who gets which cotangent."""
    return np.take_along_axis(a, np.argsort(a, axis=axis, kind="stable"), axis)


@in_terms_of_others(np.diagonal)
def diagonal(a: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The entries of a diagonal, as a new last axis."""
    moved = np.moveaxis(a, (axis1, axis2), (-2, -1))
    rows, columns = diagonal_index(moved.shape[-2], moved.shape[-1], offset)
    return moved[..., rows, columns]


@in_terms_of_others(np.diag)
def diag(v: Array, k: int = 0) -> Array:
    """A matrix with v on its diagonal, or the diagonal of a matrix."""
    if v.ndim == 2:
        return diagonal(v, k)
    if v.ndim != 1:
        raise ShapeError(f"np.diag: wanted a vector or a matrix, got shape {v.shape}")
    n = v.shape[0] + abs(k)
    return scatter(v, diagonal_index(n, n, k), (n, n))


def diagonal_index(n: int, m: int, offset: int) -> tuple[Array, ...]:
    """The row and column numbers of a diagonal of an n x m matrix."""
    return np.nonzero(np.eye(n, m, offset, dtype=bool))
