"""What functions that reduce axes mean: sums, products, means, running sums, extremes, sorting."""

import math
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from handgrad.exact.branches import shadow_of, where
from handgrad.exact.dispatch import meaning_of
from handgrad.exact.elementwise import sqrt, unary
from handgrad.exact.errors import NoExactMeaningError

Array = Any
Axis = int | tuple[int, ...] | None


def axes_of(a: Array, axis: Axis) -> tuple[int, ...]:
    """The reduced axes as non-negative numbers."""
    return tuple(range(a.ndim)) if axis is None else normalize_axis_tuple(axis, a.ndim)


def count_of(a: Array, axis: Axis) -> int:
    """How many entries each value of the reduction is made of."""
    return math.prod(a.shape[i] for i in axes_of(a, axis))


def rows(a: Array, axis: Axis) -> Array:
    """The reduced axes as one last axis."""
    axes = axes_of(a, axis)
    kept = [i for i in range(a.ndim) if i not in axes]
    return np.reshape(np.transpose(a, (*kept, *axes)), (*(a.shape[i] for i in kept), count_of(a, axis)))


def reduced(z: Array, a: Array, axis: Axis, keepdims: bool) -> Array:
    """A reduction of rows, with the reduced axes put back in length 1 where they are kept."""
    if not keepdims:
        return z
    axes = axes_of(a, axis)
    return np.reshape(z, tuple(1 if i in axes else n for i, n in enumerate(a.shape)))


def refuse(name: str, dtype: Any = None, out: Any = None) -> None:
    """Refuse an output array or a type that is no float."""
    if out is not None or (dtype is not None and np.dtype(dtype).kind != "f"):
        raise NoExactMeaningError(f"{name} with an output or a type given")


@meaning_of(np.sum)
def sum_(
    a: Array, axis: Axis = None, dtype: Any = None, out: Any = None, keepdims: bool = False,
    initial: Any = 0, where: Any = True,
) -> Array:  # fmt: skip
    """The sum of entries."""
    refuse("np.sum", dtype, out)
    if where is not True:
        a = np.where(where, a, 0)
    shadow = np.sum(a.shadow, axis=axis, keepdims=keepdims)
    degree = a.degree.of_sum(count_of(a, axis))
    z = unary(lambda field, r: field.sum(r, axis, keepdims), a, shadow, degree)
    return z if type(initial) is int and initial == 0 else z + initial


@meaning_of(np.mean)
def mean(a: Array, axis: Axis = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Array:
    """The sum of n entries / n."""
    return sum_(a, axis, dtype, out, keepdims) / count_of(a, axis)


@meaning_of(np.var)
def var(
    a: Array, axis: Axis = None, dtype: Any = None, out: Any = None, ddof: int = 0, keepdims: bool = False
) -> Array:
    """The sum of squared deviations from the mean / (n - ddof)."""
    deviation = a - mean(a, axis, keepdims=True)
    return sum_(deviation * deviation, axis, dtype, out, keepdims) / (count_of(a, axis) - ddof)


@meaning_of(np.std)
def std(
    a: Array, axis: Axis = None, dtype: Any = None, out: Any = None, ddof: int = 0, keepdims: bool = False
) -> Array:
    """The root of the variance."""
    return sqrt(var(a, axis, dtype, out, ddof, keepdims))


@meaning_of(np.prod)
def prod(a: Array, axis: Axis = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Array:
    """The product of entries."""
    refuse("np.prod", dtype, out)
    n = count_of(a, axis)
    lined = rows(a, axis)
    z = unary(
        lambda field, r: field.prod(r),
        lined,
        np.prod(lined.shadow, axis=-1),
        a.degree.to_the(n),
    )
    return reduced(z, a, axis, keepdims)


@meaning_of(np.cumsum)
def cumsum(a: Array, axis: int | None = None, dtype: Any = None, out: Any = None) -> Array:
    """Running sums along an axis, of the flattened array by default."""
    refuse("np.cumsum", dtype, out)
    degree = a.degree.of_sum(a.size if axis is None else a.shape[axis])
    return unary(lambda field, r: field.cumsum(r, axis), a, np.cumsum(a.shadow, axis=axis), degree)


def extreme(find: Any, a: Array, axis: Axis, keepdims: bool) -> Array:
    """The entry that stands where the shadow is extreme."""
    lined = rows(a, axis)
    place = find(lined.shadow, axis=-1)[..., None]
    return reduced(lined.moved(lambda r: np.take_along_axis(r, place, -1)[..., 0]), a, axis, keepdims)


@meaning_of(np.max, np.amax)
def max_(a: Array, axis: Axis = None, out: Any = None, keepdims: bool = False) -> Array:
    """The greatest entry."""
    refuse("np.max", None, out)
    return extreme(np.argmax, a, axis, keepdims)


@meaning_of(np.min, np.amin)
def min_(a: Array, axis: Axis = None, out: Any = None, keepdims: bool = False) -> Array:
    """The smallest entry."""
    refuse("np.min", None, out)
    return extreme(np.argmin, a, axis, keepdims)


@meaning_of(np.ptp)
def ptp(a: Array, axis: Axis = None, out: Any = None, keepdims: bool = False) -> Array:
    """The greatest less the smallest entry."""
    return max_(a, axis, out, keepdims) - min_(a, axis, out, keepdims)


@meaning_of(np.sort)
def sort(a: Array, axis: int | None = -1, kind: Any = None) -> Array:
    """Entries in the rising order of their shadows; equal ones keep their order."""
    a, along = (np.reshape(a, (-1,)), -1) if axis is None else (a, axis)
    order = np.argsort(a.shadow, axis=along, kind="stable")
    return a.moved(lambda r: np.take_along_axis(r, order, along))


@meaning_of(np.average)
def average(a: Any, axis: Axis = None, weights: Any = None) -> Any:
    """The mean, or the weighted mean by weights of the same shape."""
    if weights is None:
        return np.mean(a, axis=axis)
    if np.shape(weights) != np.shape(a):
        raise NoExactMeaningError("np.average with weights of another shape")
    return np.sum(a * weights, axis=axis) / np.sum(weights, axis=axis)


@meaning_of(np.diff)
def diff(a: Array, n: int = 1, axis: int = -1) -> Array:
    """Differences of neighbours."""
    for _ in range(n):
        moved = np.moveaxis(a, axis, -1)
        a = np.moveaxis(moved[..., 1:] - moved[..., :-1], -1, axis)
    return a


@meaning_of(np.nan_to_num)
def nan_to_num(x: Array, copy: bool = True, nan: Any = 0.0) -> Any:
    """x where its shadow is a number."""
    return where(np.isnan(shadow_of(x)), nan, x)
