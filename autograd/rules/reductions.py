"""Rules of functions that reduce axes, and of running sums.

    a      the operand             z      the value
    z_bar  its cotangent           axis   None for all axes, an integer or a tuple

Decided values: entries that tie for a maximum or minimum share the cotangent equally, where it is NaN all
get NaN; the product is
right with any number of zeros; the standard deviation of equal entries has slope 0.
"""

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from autograd.table import Array, Derivative, constant, derivative_of

Axis = int | tuple[int, ...] | None


def axes_of(a: Array, axis: Axis) -> tuple[int, ...]:
    """The reduced axes as non-negative numbers."""
    return tuple(range(a.ndim)) if axis is None else normalize_axis_tuple(axis, a.ndim)


def kept(z: Array, a: Array, axis: Axis) -> Array:
    """z with the reduced axes put back in length 1, so that it broadcasts against a."""
    axes = axes_of(a, axis)
    return np.reshape(z, tuple(1 if i in axes else n for i, n in enumerate(a.shape)))


def count_of(a: Array, axis: Axis) -> int:
    """How many entries each value of the reduction is made of."""
    return int(np.prod([a.shape[i] for i in axes_of(a, axis)], dtype=int))


@derivative_of(np.sum)
def sum_(a: Array, /, axis: Axis = None, *, keepdims: bool = False) -> Derivative:
    """z = sum a."""
    return np.sum(a, axis=axis, keepdims=keepdims), (lambda z_bar: np.broadcast_to(kept(z_bar, a, axis), a.shape),)


@derivative_of(np.mean)
def mean(a: Array, /, axis: Axis = None, *, keepdims: bool = False) -> Derivative:
    """z = (sum a) / n;  a_bar = z_bar / n."""
    return np.mean(a, axis=axis, keepdims=keepdims), (
        lambda z_bar: np.broadcast_to(kept(z_bar / count_of(a, axis), a, axis), a.shape),
    )


@derivative_of(np.var)
def var(a: Array, /, axis: Axis = None, *, ddof: int = 0, keepdims: bool = False) -> Derivative:
    """z = sum (a - mean)^2 / (n - ddof);  a_bar = z_bar 2 (a - mean) / (n - ddof)."""

    def a_bar(z_bar: Array) -> Array:
        deviation = a - np.mean(a, axis=axis, keepdims=True)
        return kept(2 * z_bar, a, axis) * deviation / (count_of(a, axis) - ddof)

    return np.var(a, axis=axis, ddof=ddof, keepdims=keepdims), (a_bar,)


@derivative_of(np.std)
def std(a: Array, /, axis: Axis = None, *, ddof: int = 0, keepdims: bool = False) -> Derivative:
    """z = var^(1/2);  a_bar = z_bar (a - mean) / ((n - ddof) z), 0 where all entries are equal.

    Equal entries are looked for themselves: rounding of their mean can leave z a little above 0.
    """
    z = np.std(a, axis=axis, ddof=ddof, keepdims=keepdims)

    def a_bar(z_bar: Array) -> Array:
        deviation = a - np.mean(a, axis=axis, keepdims=True)
        flat = (z == 0) | (np.max(a, axis=axis, keepdims=keepdims) == np.min(a, axis=axis, keepdims=keepdims))
        scale = np.where(flat, 0, z_bar / np.where(flat, 1, z))
        return kept(scale, a, axis) * deviation / (count_of(a, axis) - ddof)

    return z, (a_bar,)


@derivative_of(np.prod)
def prod(a: Array, /, axis: Axis = None, *, keepdims: bool = False) -> Derivative:
    """z = product of a;  a_bar_i = z_bar times the product of the others."""
    z = np.prod(a, axis=axis, keepdims=keepdims)

    def a_bar(z_bar: Array) -> Array:
        if np.any(z == 0):  # by a zero, or by underflow
            return kept(z_bar, a, axis) * product_of_others(a, axes_of(a, axis))
        return kept(z_bar * z, a, axis) / a

    return z, (a_bar,)


def product_of_others(a: Array, axes: tuple[int, ...]) -> Array:
    """For each entry the product of the others along the axes, without a division.

    It is a product again, of a table with ones on its diagonal, so that its own derivatives are right too.
    """
    last = tuple(range(a.ndim - len(axes), a.ndim))
    moved = np.moveaxis(a, axes, last)
    rows = np.reshape(moved, (*moved.shape[: a.ndim - len(axes)], -1))
    n = rows.shape[-1]
    others = np.prod(np.where(np.eye(n, dtype=bool), 1, rows[..., None, :]), axis=-1)
    return np.moveaxis(np.reshape(others, moved.shape), last, axes)


@derivative_of(np.max, np.amax)
def max_(a: Array, /, axis: Axis = None, *, keepdims: bool = False) -> Derivative:
    """z = the greatest entry;  the cotangent goes to it, in equal shares where several tie."""
    z = np.max(a, axis=axis, keepdims=keepdims)
    return z, (lambda z_bar: shared(z_bar, z, a, axis),)


@derivative_of(np.min, np.amin)
def min_(a: Array, /, axis: Axis = None, *, keepdims: bool = False) -> Derivative:
    """z = the smallest entry;  the cotangent goes to it, in equal shares where several tie."""
    z = np.min(a, axis=axis, keepdims=keepdims)
    return z, (lambda z_bar: shared(z_bar, z, a, axis),)


def shared(z_bar: Array, z: Array, a: Array, axis: Axis) -> Array:
    """The cotangent of the entries that equal the extreme one, in equal shares."""
    extreme = kept(z, a, axis)
    ties = a == extreme
    count = np.sum(ties, axis=axis, keepdims=True)
    share = kept(z_bar, a, axis) / np.where(count == 0, 1, count).astype(a.dtype)
    return np.where(ties, share, np.where(extreme == extreme, 0, extreme))


@derivative_of(np.cumsum)
def cumsum(a: Array, /, axis: int | None = None) -> Derivative:
    """z_i = a_1 + ... + a_i;  a_bar_i = z_bar_i + ... + z_bar_n."""

    def a_bar(z_bar: Array) -> Array:
        along = 0 if axis is None else axis
        return np.reshape(np.flip(np.cumsum(np.flip(z_bar, along), axis=along), along), a.shape)

    return np.cumsum(a, axis=axis), (a_bar,)


constant(
    *(np.argmax, np.argmin, np.argsort, np.any, np.all, np.count_nonzero, np.nonzero, np.flatnonzero),
    *(np.argwhere, np.searchsorted, np.digitize, np.isin),
)
