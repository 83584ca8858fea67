"""What may enter a graph: real numbers and arrays of them, kept safe from later changes.

A graph never holds an array that somebody can still write to: it takes a read-only copy, and hands out
read-only views. An array whose memory cannot change is taken as it is.
"""

import numbers
from typing import Any

import numpy as np

from autograd.chunks import expect
from autograd.errors import DtypeError, ShapeError
from autograd.table import Array


def input_value(x: Any) -> Array:
    """What a graph keeps of an input: real, float, and safe from later changes."""
    value = constant_value(x)
    if not hasattr(value, "dtype") or (isinstance(value, np.generic) and value.dtype.kind != "f"):
        return number(value)
    if type(value) is np.ndarray and value.dtype.kind != "f":
        value = frozen(value.astype(np.float64))
    return value[()] if value.shape == () else value


def constant_value(x: Any) -> Array:
    """What a graph keeps of a plain operand, safe from later changes; refuses what is no real array."""
    kind = type(x)
    if kind is float or kind is int or kind is np.float64:
        return x
    if isinstance(x, np.ma.MaskedArray | np.matrix):
        raise DtypeError(f"autograd: wanted a plain array, got a {kind.__name__}")
    if kind is np.ndarray:
        if x.dtype.kind not in "fiub":
            raise DtypeError(f"autograd: wanted real numbers, got an array of {x.dtype}")
        return frozen(x)
    if isinstance(x, list | tuple | np.ndarray):
        return constant_value(array_of(x))
    if isinstance(x, np.generic):
        if x.dtype.kind in "fiub":
            return x
    elif isinstance(x, numbers.Real):
        return x if kind is bool else number(x)  # a Fraction, say
    elif hasattr(kind, "__array_ufunc__") and hasattr(kind, "__array_function__"):
        return x  # an array type that speaks NumPy's protocols
    raise DtypeError(f"autograd: wanted a real number or an array of such, got {kind.__name__}")


def number(x: Any) -> Array:
    """A real number as a float64."""
    try:
        return np.float64(x)
    except OverflowError:
        raise DtypeError(f"autograd: wanted a number that a float64 holds, got a larger {type(x).__name__}") from None


def array_of(x: Any) -> Array:
    """A nested list, or an array of another class, as an array."""
    try:
        return np.array(x)
    except ValueError as error:
        raise ShapeError(f"autograd: wanted lists that make one array, got others: {error}") from error


def frozen(x: Any) -> Any:
    """The array itself if nobody can ever write to it, else such a copy; the same inside tuples and lists.

    The copy lives in a `bytes` object: unlike a flag, that cannot be turned back, nor is there an older
    view that writes to it.
    """
    if type(x) is tuple or type(x) is list:
        return type(x)(frozen(item) for item in x)
    owner = x
    while type(owner) is np.ndarray and not owner.flags.writeable:
        owner = owner.base
    if not isinstance(x, np.ndarray) or type(owner) is bytes:
        return x
    expect(x.nbytes)
    return np.ndarray(x.shape, x.dtype, x.tobytes())


def protected(x: Array) -> Array:
    """The same array, from now on not to be written to, nor what it is a view of: for what a graph made itself."""
    if type(x) is np.ndarray:
        x.setflags(write=False)
        if type(x.base) is np.ndarray:
            x.base.setflags(write=False)
    return x


def read_only(x: Array) -> Array:
    """A view of an array that cannot be written through; a number for an array without axes."""
    if type(x) is np.ndarray:
        if x.ndim == 0:
            return x[()]
        x = x.view()
        x.flags.writeable = False
    return x
