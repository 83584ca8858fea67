"""Rules of functions that move entries without changing them.

    a      the operand             z      the value
    z_bar  its cotangent           a_bar  z_bar moved back; entries used twice are added

Each is linear, so a pullback is the adjoint: reshape back, transpose back, add up what was repeated.
"""

from typing import Any

import numpy as np

from autograd.errors import DtypeError, UnsupportedArgumentError
from autograd.rules.indexing import scatter
from autograd.table import Array, Derivative, Pullback, constant, derivative_of, in_terms_of_others
from autograd.tensor import Tensor, plain

# Another view of the same entries


@derivative_of(np.ndarray.astype)
def astype(a: Array, /, dtype: Any) -> Derivative:
    """The same numbers in another float type."""
    if np.dtype(dtype).kind != "f":
        raise DtypeError(f"astype: wanted a float type, got {np.dtype(dtype)}. Use t.value.astype for a plain array.")
    return a.astype(dtype), (lambda z_bar: z_bar.astype(a.dtype),)


@derivative_of(np.reshape)
def reshape(a: Array, /, shape: tuple[int, ...], *, order: Any = "C") -> Derivative:
    """The same entries in the same order: by rows ("C") or by columns ("F")."""
    if order not in ("C", "F"):
        raise UnsupportedArgumentError(f"np.reshape: wanted order 'C' or 'F', got {order!r}")
    return np.reshape(a, shape, order=order), (lambda z_bar: np.reshape(z_bar, a.shape, order=order),)


@in_terms_of_others(np.ravel)
def ravel(a: Array, order: Any = "C") -> Array:
    """One axis."""
    return np.reshape(a, (-1,), order=order)


@derivative_of(np.transpose)
def transpose(a: Array, /, axes: Any = None) -> Derivative:
    """Axes in another order, all reversed by default."""
    back = None if axes is None else tuple(int(i) for i in np.argsort([i % a.ndim for i in axes]))
    return np.transpose(a, axes), (lambda z_bar: np.transpose(z_bar, back),)


@derivative_of(np.swapaxes)
def swapaxes(a: Array, /, axis1: int, axis2: int) -> Derivative:
    """Two axes exchanged."""
    return np.swapaxes(a, axis1, axis2), (lambda z_bar: np.swapaxes(z_bar, axis1, axis2),)


@derivative_of(np.moveaxis)
def moveaxis(a: Array, /, source: Any, destination: Any) -> Derivative:
    """Axes moved to other places."""
    return np.moveaxis(a, source, destination), (lambda z_bar: np.moveaxis(z_bar, destination, source),)


@derivative_of(np.expand_dims)
def expand_dims(a: Array, /, axis: Any) -> Derivative:
    """New axes of length 1."""
    return np.expand_dims(a, axis), (lambda z_bar: np.reshape(z_bar, a.shape),)


@derivative_of(np.squeeze)
def squeeze(a: Array, /, axis: Any = None) -> Derivative:
    """Axes of length 1 taken away."""
    return np.squeeze(a, axis), (lambda z_bar: np.reshape(z_bar, a.shape),)


@derivative_of(np.broadcast_to)
def broadcast_to(a: Array, /, shape: tuple[int, ...]) -> Derivative:
    """Copies along new or length-1 axes; the sweep sums them."""
    return np.broadcast_to(a, shape), (lambda z_bar: z_bar,)


@derivative_of(np.flip)
def flip(a: Array, /, axis: Any = None) -> Derivative:
    """Entries in reverse order."""
    return np.flip(a, axis), (lambda z_bar: np.flip(z_bar, axis),)


@derivative_of(np.roll)
def roll(a: Array, /, shift: Any, axis: Any = None) -> Derivative:
    """Entries shifted round."""
    return np.roll(a, shift, axis), (lambda z_bar: np.roll(z_bar, np.negative(shift), axis),)


# Parts masked out


@derivative_of(np.tril)
def tril(m: Array, /, k: int = 0) -> Derivative:
    """The entries on and below a diagonal, else 0."""
    return np.tril(m, k), (lambda z_bar: np.tril(z_bar, k),)


@derivative_of(np.triu)
def triu(m: Array, /, k: int = 0) -> Derivative:
    """The entries on and above a diagonal, else 0."""
    return np.triu(m, k), (lambda z_bar: np.triu(z_bar, k),)


# Several arrays in one, one array in several


@derivative_of(np.concatenate, over_sequence=True)
def concatenate(arrays: Array, /, axis: Any = 0) -> Derivative:
    """Arrays one after the other; each gets its part of the cotangent."""
    joined = 0 if axis is None else axis
    lengths = [np.size(a) if axis is None else np.shape(a)[axis] for a in arrays]
    stops = [int(stop) for stop in np.cumsum(lengths)]

    def part(a: Array, length: int, stop: int) -> Pullback:
        return lambda z_bar: np.reshape(z_bar[along(joined, stop - length, stop, z_bar.ndim)], np.shape(a))

    return np.concatenate(arrays, axis), tuple(map(part, arrays, lengths, stops))


def along(axis: int, start: int, stop: int, ndim: int) -> tuple[slice, ...]:
    """The index of a stretch along one axis."""
    index = [slice(None)] * ndim
    index[axis] = slice(start, stop)
    return tuple(index)


@in_terms_of_others(np.stack)
def stack(arrays: Any, axis: int = 0) -> Array:
    """Arrays along a new axis."""
    return np.concatenate([np.expand_dims(a, axis) for a in arrays], axis)


@in_terms_of_others(np.vstack)
def vstack(tup: Any) -> Array:
    """Rows one below the other."""
    return np.concatenate([row_at_least(a) for a in tup], 0)


def row_at_least(a: Array) -> Array:
    """A scalar or a vector as one row."""
    return a if np.ndim(a) >= 2 else np.reshape(a, (1, -1))


@in_terms_of_others(np.hstack)
def hstack(tup: Any) -> Array:
    """Side by side."""
    arrays = [np.reshape(a, (1,)) if np.ndim(a) == 0 else a for a in tup]
    return np.concatenate(arrays, 0 if np.ndim(arrays[0]) == 1 else 1)


@in_terms_of_others(np.atleast_1d)
def atleast_1d(a: Array) -> Array:
    """A scalar as a vector of one entry."""
    return a if np.ndim(a) else np.reshape(a, (1,))


@in_terms_of_others(np.atleast_2d)
def atleast_2d(a: Array) -> Array:
    """A scalar or a vector as one row."""
    return row_at_least(a)


@in_terms_of_others(np.split)
def split(ary: Array, indices_or_sections: Any, axis: int = 0) -> list[Array]:
    """Consecutive parts, of equal length when a number is given."""
    return parts(ary, np.split(np.arange(ary.shape[axis]), indices_or_sections), axis)


@in_terms_of_others(np.array_split)
def array_split(ary: Array, indices_or_sections: Any, axis: int = 0) -> list[Array]:
    """Consecutive parts, of nearly equal length when a number is given."""
    return parts(ary, np.array_split(np.arange(ary.shape[axis]), indices_or_sections), axis)


def parts(a: Array, positions: list[Any], axis: int) -> list[Array]:
    """The stretches of an axis at runs of consecutive positions."""
    ends = [(int(run[0]), int(run[-1]) + 1) if len(run) else (0, 0) for run in positions]
    return [a[along(axis, start, stop, a.ndim)] for start, stop in ends]


# More entries


@derivative_of(np.pad)
def pad(array: Array, /, pad_width: Any, mode: str = "constant", *, constant_values: Any = 0) -> Derivative:
    """Constant entries put around; any other mode has no rule."""
    if mode != "constant":
        raise UnsupportedArgumentError(f"np.pad: wanted mode 'constant', the one with a rule, got {mode!r}")
    if isinstance(pad_width, dict):
        raise UnsupportedArgumentError("np.pad: wanted widths as numbers or pairs, got a dictionary")
    widths = np.broadcast_to(pad_width, (array.ndim, 2))
    inside = tuple(slice(int(w[0]), int(w[0]) + n) for w, n in zip(widths, array.shape, strict=True))
    return np.pad(array, pad_width, constant_values=constant_values), (lambda z_bar: z_bar[inside],)


@derivative_of(np.repeat)
def repeat(a: Array, /, repeats: Any, axis: Any = None) -> Derivative:
    """Each entry several times; its cotangents are added."""
    z = np.repeat(a, repeats, axis)
    places = np.repeat(np.arange(a.size if axis is None else a.shape[axis]), repeats)

    def a_bar(z_bar: Array) -> Array:
        if axis is None:
            return np.reshape(scatter(z_bar, places, (a.size,)), a.shape)
        if isinstance(repeats, int | np.integer):  # equal blocks: a sum over a new axis
            i = axis % a.ndim
            return np.sum(np.reshape(z_bar, (*a.shape[: i + 1], repeats, *a.shape[i + 1 :])), axis=i + 1)
        return np.moveaxis(scatter(np.moveaxis(z_bar, axis, 0), places, np.moveaxis(a, axis, 0).shape), 0, axis)

    return z, (a_bar,)


@in_terms_of_others(np.tile)
def tile(A: Array, reps: Any) -> Array:
    """The whole array several times along each axis."""
    reps = (reps,) if isinstance(reps, int | np.integer) else tuple(reps)
    ndim = max(A.ndim, len(reps))
    shape = (1,) * (ndim - A.ndim) + A.shape
    reps = (1,) * (ndim - len(reps)) + reps
    between = tuple(n for pair in zip(reps, shape, strict=True) for n in pair)
    spaced = np.reshape(A, tuple(n for m in shape for n in (1, m)))
    return np.reshape(np.broadcast_to(spaced, between), tuple(r * n for r, n in zip(reps, shape, strict=True)))


@in_terms_of_others(np.full_like)
def full_like(a: Array, fill_value: Any, **options: Any) -> Array:
    """A constant, unless the value to fill with is tracked."""
    if type(fill_value) is Tensor:
        ones = np.ones_like(a, **options)
        z = ones * fill_value
        return z if z.dtype == ones.dtype else z.astype(ones.dtype)
    return np.full_like(plain(a), fill_value, **options)


constant(
    *(np.shape, np.ndim, np.size, np.zeros_like, np.ones_like, np.empty_like, np.ix_),
    *(np.tril_indices_from, np.triu_indices_from, np.diag_indices_from),
)
