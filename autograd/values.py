"""What may enter a graph: real numbers and arrays of them, kept safe from later changes.

A graph never holds an array that somebody can still write to: it takes a read-only copy, and hands out
read-only views. An array that is read-only down to the memory it views is taken as it is.
"""

import numbers
from typing import Any

import numpy as np

from autograd.errors import DtypeError
from autograd.rules import Array


def input_value(x: Any) -> Array:
    """What a graph keeps of an input: real, float, and safe from later changes."""
    if isinstance(x, numbers.Real):
        return x if isinstance(x, np.floating) else np.float64(x)
    value = constant_value(x)
    if type(value) is np.ndarray and value.dtype.kind != "f":
        value = value.astype(np.float64)
        value.flags.writeable = False
    return value[()] if value.shape == () else value


def constant_value(x: Any) -> Array:
    """What a graph keeps of a plain operand, safe from later changes; refuses what is no real array."""
    kind = type(x)
    if kind is float or kind is int or kind is np.float64 or kind is str:
        return x
    if isinstance(x, np.ma.MaskedArray | np.matrix):
        raise DtypeError(f"autograd: wanted a plain array, got a {kind.__name__}")
    if kind is np.ndarray:
        if x.dtype.kind not in "fiub":
            raise DtypeError(f"autograd: wanted real numbers, got an array of {x.dtype}")
        return frozen(x)
    if isinstance(x, list | tuple | np.ndarray):
        return constant_value(np.array(x))
    if isinstance(x, numbers.Real | np.bool_):
        return x
    if (
        hasattr(kind, "__array_ufunc__")
        and hasattr(kind, "__array_function__")
        and not isinstance(x, np.generic)
    ):
        return x  # an array type that speaks NumPy's protocols
    raise DtypeError(f"autograd: wanted a real number or an array of such, got {kind.__name__}")


def frozen(x: Any) -> Any:
    """The array itself if nobody can write to it, else a read-only copy; the same inside a tuple."""
    if type(x) is tuple:
        return tuple(frozen(item) for item in x)
    owner = x
    while type(owner) is np.ndarray:
        if owner.flags.writeable:
            x = x.copy()
            x.flags.writeable = False
            return x
        owner = owner.base
    return x


def read_only(x: Array) -> Array:
    """A view of an array that cannot be written through; anything else as it is."""
    if type(x) is np.ndarray:
        x = x.view()
        x.flags.writeable = False
    return x
