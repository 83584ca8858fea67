"""Dual numbers x + x' e with e^2 = 0: the chain rule forward, operation by operation.

They are made of arrays of any type that speaks NumPy's protocols: floats, complex numbers, exact residues, or dual
numbers, whose slopes of slopes are second derivatives. They share no rule with `autograd`: that goes backward, and each
of its rules is an adjoint, while here each is a slope. Most functions need none: what moves entries moves the slopes
too, and what is linear in each operand follows the product rule.
"""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.lib.stride_tricks import sliding_window_view

from handgrad.checking.oracles.rounding import bare

Array = Any


class Dual(NDArrayOperatorsMixin):
    """A value and its slope, of one shape."""

    __slots__ = ("slope", "value")

    def __init__(self, value: Array, slope: Array):
        self.value, self.slope = value, slope

    shape = property(lambda self: np.shape(self.value))
    ndim = property(lambda self: np.ndim(self.value))
    size = property(lambda self: np.size(self.value))

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, index: Any) -> "Dual":
        return Dual(self.value[index], self.slope[index])

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        assert method == "__call__", f"{ufunc.__name__}.{method} of dual numbers"
        return apply(ufunc, inputs, options)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        return apply(function, args, options)


SLOPES: dict[Any, Callable[[Array, Array], Array]] = {  # of x and z = f(x): dz/dx
    np.negative: lambda x, z: -1.0,
    np.reciprocal: lambda x, z: -1 / (x * x),
    np.square: lambda x, z: x + x,
    np.sqrt: lambda x, z: 0.5 / z,
    np.exp: lambda x, z: z,
    np.exp2: lambda x, z: z * np.log(2.0),
    np.expm1: lambda x, z: np.exp(x),
    np.log: lambda x, z: 1 / x,
    np.log2: lambda x, z: 1 / (np.log(2.0) * x),
    np.log10: lambda x, z: 1 / (np.log(10.0) * x),
    np.log1p: lambda x, z: 1 / (x + 1),
    np.sin: lambda x, z: np.cos(x),
    np.cos: lambda x, z: -np.sin(x),
    np.tan: lambda x, z: 1 / np.square(np.cos(x)),
    np.arcsin: lambda x, z: 1 / np.sqrt((1 - x) * (1 + x)),
    np.arccos: lambda x, z: -1 / np.sqrt((1 - x) * (1 + x)),
    np.arctan: lambda x, z: 1 / (np.square(x) + 1),
    np.sinh: lambda x, z: np.cosh(x),
    np.cosh: lambda x, z: np.sinh(x),
    np.tanh: lambda x, z: 1 / np.square(np.cosh(x)),
}

LINEAR = {
    *(np.sum, np.mean, np.cumsum, np.trace, np.diagonal, np.diag, np.tril, np.triu),
    *(np.positive, np.copy, np.reshape, np.ravel, np.transpose, np.swapaxes, np.moveaxis, np.expand_dims, np.squeeze),
    *(np.broadcast_to, np.flip, np.roll, np.repeat, np.tile, np.take, np.take_along_axis, np.split, np.array_split),
    *(np.atleast_1d, np.atleast_2d, sliding_window_view),
}
ASKED = {np.shape, np.ndim, np.size}
JOINED = {np.concatenate, np.stack, np.vstack, np.hstack}
MULTILINEAR = {np.multiply, np.matmul, np.dot, np.inner, np.outer, np.tensordot, np.einsum}


def apply(function: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """The function's value with its slope."""
    if function in SLOPES:
        (x,) = args
        z = function(x.value)
        return Dual(z, x.slope * SLOPES[function](x.value, z))
    if function in LINEAR:
        x, *rest = args
        z, slope = function(x.value, *rest, **options), function(x.slope, *rest, **options)
        return list(map(Dual, z, slope)) if isinstance(z, list) else Dual(z, slope)
    if function in ASKED:
        return function(args[0].value)
    if function in JOINED:
        xs, *rest = args
        return Dual(function([*map(value, xs)], *rest, **options), function([*map(slope_of, xs)], *rest, **options))
    if function in MULTILINEAR:
        values = [*map(value, args)]
        changes = [
            function(*values[:i], x.slope, *values[i + 1 :], **options) for i, x in enumerate(args) if type(x) is Dual
        ]
        return Dual(function(*values, **options), sum(changes[1:], start=changes[0]))
    if function not in RULES:
        raise NotImplementedError(
            f"{function.__name__}: wanted a function of dual numbers with a slope, got one without"
        )
    return RULES[function](*args, **options)


def value(x: Array) -> Array:
    """Without its slope."""
    return x.value if type(x) is Dual else x


def slope_of(x: Array) -> Array:
    """The slope; zeros for a constant."""
    return x.slope if type(x) is Dual else 0.0 * x


def branch(x: Array) -> Array:
    """What a comparison looks at: real numbers, at which nothing changes sign nearby."""
    while type(x) is Dual:
        x = x.value
    return np.real(bare(x))


def add(x: Array, y: Array) -> Dual:
    return Dual(value(x) + value(y), slope_of(x) + slope_of(y))


def subtract(x: Array, y: Array) -> Dual:
    return Dual(value(x) - value(y), slope_of(x) - slope_of(y))


def divide(x: Array, y: Array) -> Dual:
    z = value(x) / value(y)
    return Dual(z, (slope_of(x) - z * slope_of(y)) / value(y))


def power(x: Array, n: Any) -> Dual:
    """For a constant exponent; another is e^(y log x)."""
    assert type(n) is not Dual
    return Dual(np.power(x.value, n), x.slope * (n * np.power(x.value, n - 1)))


def where(condition: Any, x: Array, y: Array) -> Dual:
    return Dual(np.where(condition, value(x), value(y)), np.where(condition, slope_of(x), slope_of(y)))


def inv(a: Dual) -> Dual:
    """From a z = 1."""
    z = np.linalg.inv(a.value)
    return Dual(z, -(z @ a.slope @ z))


def solve(a: Array, b: Array) -> Dual:
    """From a z = b; a vector is one column, for every matrix of a batch."""
    if np.ndim(b) == 1:
        return solve(a, b[:, None])[..., 0]
    z = np.linalg.solve(value(a), value(b))
    return Dual(z, np.linalg.solve(value(a), slope_of(b) - slope_of(a) @ z))


RULES: dict[Any, Callable[..., Dual]] = {
    np.add: add,
    np.subtract: subtract,
    np.divide: divide,
    np.power: power,
    np.where: where,
    np.linalg.inv: inv,
    np.linalg.solve: solve,
    operator.getitem: Dual.__getitem__,
}
