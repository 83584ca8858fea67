"""Rules of functions that act entry by entry.

    x, y   operands          z      the value
    z_bar  its cotangent     x_bar  what the pullback returns: z_bar dz/dx

Operands broadcast; the sweep undoes it. At a kink the decided values are: |x| has slope 0 at 0, a tie of
maximum or minimum is shared half and half, a clip passes its bounds. Where a choice meets NaN, its slope is NaN.
"""

from typing import Any

import numpy as np

from autograd.table import Array, Derivative, constant, derivative_of, in_terms_of_others
from autograd.tensor import plain

LN2, LN10 = float(np.log(2.0)), float(np.log(10.0))

# Arithmetic


@derivative_of(np.add)
def add(x: Array, y: Array, /) -> Derivative:
    """z = x + y."""
    return x + y, (add_bar, add_bar)


def add_bar(z_bar: Array) -> Array:
    """The pullback of a sum, for either operand; not made anew for every sum, of which graphs are full."""
    return z_bar


@derivative_of(np.subtract)
def subtract(x: Array, y: Array, /) -> Derivative:
    """z = x - y."""
    return x - y, (subtract_x_bar, subtract_y_bar)


def subtract_x_bar(z_bar: Array) -> Array:
    """The pullback for what is subtracted from."""
    return z_bar


def subtract_y_bar(z_bar: Array) -> Array:
    """The pullback for what is subtracted."""
    return -z_bar


@derivative_of(np.multiply)
def multiply(x: Array, y: Array, /) -> Derivative:
    """z = x y."""
    return x * y, ((multiply_bar, y), (multiply_bar, x))


def multiply_bar(z_bar: Array, other: Array) -> Array:
    """The pullback of a product, for either operand."""
    return z_bar * other


@derivative_of(np.divide)
def divide(x: Array, y: Array, /) -> Derivative:
    """z = x / y;  y_bar = -z_bar z / y."""
    z = x / y
    return z, ((divide_x_bar, y), lambda z_bar: -(z_bar * z / y))


def divide_x_bar(z_bar: Array, y: Array) -> Array:
    """The pullback for what is divided."""
    return z_bar / y


@derivative_of(np.negative)
def negative(x: Array, /) -> Derivative:
    """z = -x."""
    return -x, (negative_bar,)


def negative_bar(z_bar: Array) -> Array:
    """The pullback of a change of sign."""
    return -z_bar


@derivative_of(np.positive, np.real, np.conjugate, np.copy)
def positive(x: Array, /) -> Derivative:
    """z = x, for real x."""
    return x, (lambda z_bar: z_bar,)


@derivative_of(np.reciprocal)
def reciprocal(x: Array, /) -> Derivative:
    """z = 1 / x;  x_bar = -z_bar z^2."""
    z = 1 / x
    return z, (lambda z_bar: -(z_bar * z * z),)


# Powers


@derivative_of(np.power)
def power(x: Array, y: Array, /) -> Derivative:
    """z = x^y;  x_bar = z_bar y x^(y-1),  y_bar = z_bar z log x.

    x^0 has slope 0 in x everywhere; 0^y has slope 0 in y for y >= 0.
    """
    z = x**y
    x, y = in_type_of(z, x), in_type_of(z, y)

    def x_bar(z_bar: Array) -> Array:
        if isinstance(y, int | float):
            return z_bar * (y * x ** (y - 1)) if y else np.zeros_like(z_bar)
        # Only where 0^-1 would meet the factor 0 is the exponent another: elsewhere y x^(y-1) is right at
        # y = 0 too, and so is its own derivative.
        return z_bar * (y * x ** np.where((x == 0) & (y == 0), 1, y - 1))

    def y_bar(z_bar: Array) -> Array:
        vanishes = (x == 0) & (y >= 0)
        return z_bar * np.where(vanishes, 0, z * np.log(np.where(vanishes, 1, x)))

    return z, (x_bar, y_bar)


def in_type_of(z: Array, x: Array) -> Array:
    """An operand in the type of the value: small integers wrap around, the logarithm of a float32 is a coarse one."""
    return x if getattr(x, "dtype", z.dtype) == z.dtype else x.astype(z.dtype)


@in_terms_of_others(np.float_power)
def float_power(x: Array, y: Array) -> Array:
    """z = x^y in double precision at least."""
    return np.power(x * np.float64(1), y * np.float64(1))


@derivative_of(np.square)
def square(x: Array, /) -> Derivative:
    """z = x^2."""
    return x * x, (lambda z_bar: z_bar * (2 * x),)


@derivative_of(np.sqrt)
def sqrt(x: Array, /) -> Derivative:
    """z = x^(1/2);  x_bar = z_bar / (2 z), infinite at 0."""
    z = np.sqrt(x)
    return z, (lambda z_bar: z_bar / (2 * z),)


@derivative_of(np.cbrt)
def cbrt(x: Array, /) -> Derivative:
    """z = x^(1/3);  x_bar = z_bar / (3 z^2), infinite at 0."""
    z = np.cbrt(x)
    return z, (lambda z_bar: z_bar / (3 * z * z),)


@derivative_of(np.hypot)
def hypot(x: Array, y: Array, /) -> Derivative:
    """z = (x^2 + y^2)^(1/2);  x_bar = z_bar x / z, 0 where z = 0."""
    z = np.hypot(x, y)
    safe = np.where(z == 0, 1, z)
    return z, (lambda z_bar: z_bar * x / safe, lambda z_bar: z_bar * y / safe)


# Exponentials and logarithms


@derivative_of(np.exp)
def exp(x: Array, /) -> Derivative:
    """z = e^x."""
    z = np.exp(x)
    return z, (lambda z_bar: z_bar * z,)


@derivative_of(np.exp2)
def exp2(x: Array, /) -> Derivative:
    """z = 2^x."""
    z = np.exp2(x)
    return z, (lambda z_bar: z_bar * z * LN2,)


@derivative_of(np.expm1)
def expm1(x: Array, /) -> Derivative:
    """z = e^x - 1;  x_bar = z_bar (z + 1)."""
    z = np.expm1(x)
    return z, (lambda z_bar: z_bar * (z + 1),)


@derivative_of(np.log)
def log(x: Array, /) -> Derivative:
    """z = log x."""
    return np.log(x), (lambda z_bar: z_bar / x,)


@derivative_of(np.log2)
def log2(x: Array, /) -> Derivative:
    """z = log x / log 2."""
    return np.log2(x), (lambda z_bar: z_bar / (x * LN2),)


@derivative_of(np.log10)
def log10(x: Array, /) -> Derivative:
    """z = log x / log 10."""
    return np.log10(x), (lambda z_bar: z_bar / (x * LN10),)


@derivative_of(np.log1p)
def log1p(x: Array, /) -> Derivative:
    """z = log(1 + x)."""
    return np.log1p(x), (lambda z_bar: z_bar / (1 + x),)


@derivative_of(np.logaddexp)
def logaddexp(x: Array, y: Array, /) -> Derivative:
    """z = log(e^x + e^y);  x_bar = z_bar e^x / (e^x + e^y), 0 where both are -inf."""
    top = np.maximum(plain(x), plain(y))
    top = np.where(np.isfinite(top), top, 0)  # subtracted before exp, so that nothing overflows

    def weight(a: Array) -> Array:
        total = np.exp(x - top) + np.exp(y - top)
        return np.exp(a - top) / np.where(total == 0, 1, total)

    return np.logaddexp(x, y), (lambda z_bar: z_bar * weight(x), lambda z_bar: z_bar * weight(y))


# Circular and hyperbolic functions


@derivative_of(np.sin)
def sin(x: Array, /) -> Derivative:
    """z = sin x."""
    return np.sin(x), (lambda z_bar: z_bar * np.cos(x),)


@derivative_of(np.cos)
def cos(x: Array, /) -> Derivative:
    """z = cos x."""
    return np.cos(x), (lambda z_bar: -(z_bar * np.sin(x)),)


@derivative_of(np.tan)
def tan(x: Array, /) -> Derivative:
    """z = tan x;  x_bar = z_bar (1 + z^2)."""
    z = np.tan(x)
    return z, (lambda z_bar: z_bar * (1 + z * z),)


@derivative_of(np.arcsin)
def arcsin(x: Array, /) -> Derivative:
    """z = arcsin x;  x_bar = z_bar / (1 - x^2)^(1/2)."""
    return np.arcsin(x), (lambda z_bar: z_bar / np.sqrt(1 - x * x),)


@derivative_of(np.arccos)
def arccos(x: Array, /) -> Derivative:
    """z = arccos x;  x_bar = -z_bar / (1 - x^2)^(1/2)."""
    return np.arccos(x), (lambda z_bar: -(z_bar / np.sqrt(1 - x * x)),)


@derivative_of(np.arctan)
def arctan(x: Array, /) -> Derivative:
    """z = arctan x;  x_bar = z_bar / (1 + x^2)."""
    return np.arctan(x), (lambda z_bar: z_bar / (1 + x * x),)


@derivative_of(np.arctan2)
def arctan2(y: Array, x: Array, /) -> Derivative:
    """z = the angle of the point (x, y);  y_bar = z_bar x / (x^2 + y^2),  x_bar = -z_bar y / (x^2 + y^2)."""
    z = np.arctan2(y, x)
    x, y = in_type_of(z, x), in_type_of(z, y)
    squared = x * x + y * y
    return z, (lambda z_bar: z_bar * x / squared, lambda z_bar: -(z_bar * y / squared))


@derivative_of(np.sinh)
def sinh(x: Array, /) -> Derivative:
    """z = sinh x."""
    return np.sinh(x), (lambda z_bar: z_bar * np.cosh(x),)


@derivative_of(np.cosh)
def cosh(x: Array, /) -> Derivative:
    """z = cosh x."""
    return np.cosh(x), (lambda z_bar: z_bar * np.sinh(x),)


@derivative_of(np.tanh)
def tanh(x: Array, /) -> Derivative:
    """z = tanh x;  x_bar = z_bar (1 - z^2)."""
    z = np.tanh(x)
    return z, (lambda z_bar: z_bar * (1 - z * z),)


# Choices


@derivative_of(np.absolute, np.fabs)
def absolute(x: Array, /) -> Derivative:
    """z = |x|;  x_bar = z_bar sign x."""
    return np.absolute(x), (lambda z_bar: z_bar * np.sign(x),)


@derivative_of(np.maximum)
def maximum(x: Array, y: Array, /) -> Derivative:
    """z = the greater;  the cotangent goes to the greater, in halves where they tie."""
    z = np.maximum(x, y)
    return z, (lambda z_bar: won(z_bar, x, y, z), lambda z_bar: won(z_bar, y, x, z))


@derivative_of(np.minimum)
def minimum(x: Array, y: Array, /) -> Derivative:
    """z = the smaller;  the cotangent goes to the smaller, in halves where they tie."""
    z = np.minimum(x, y)
    return z, (lambda z_bar: won(z_bar, y, x, z), lambda z_bar: won(z_bar, x, y, z))


def won(z_bar: Array, greater: Array, other: Array, z: Array) -> Array:
    """The share of the cotangent that goes to an operand where `greater` is; z is NaN where either is."""
    return np.where(greater > other, z_bar, np.where(greater == other, z_bar * 0.5, np.where(greater < other, 0, z)))


@derivative_of(np.where)
def where(condition: Array, x: Array, y: Array, /) -> Derivative:
    """z = x where the condition holds, else y."""
    return np.where(condition, x, y), (
        None,
        lambda z_bar: np.where(condition, z_bar, 0),
        lambda z_bar: np.where(condition, 0, z_bar),
    )


@in_terms_of_others(np.clip)
def clip(a: Array, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Array:
    """The bounds themselves pass the cotangent to a."""
    low, high = (a_min if min is None else min), (a_max if max is None else max)
    a = np.where(a == a, a, np.absolute(a))  # NaN, with slope NaN
    if low is not None:
        a = np.where(a < low, low, a)
    if high is not None:
        a = np.where(a > high, high, a)
    return a


@in_terms_of_others(np.heaviside)
def heaviside(x1: Array, x2: Array) -> Array:
    """0 below zero, 1 above, x2 at zero."""
    return np.where(x1 < 0, 0.0, np.where(x1 > 0, 1.0, x2))


constant(
    *(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal),
    *(np.logical_and, np.logical_or, np.logical_not, np.logical_xor),
    *(np.isnan, np.isinf, np.isfinite, np.isclose, np.allclose, np.array_equal, np.isneginf, np.isposinf),
    *(np.sign, np.signbit, np.floor, np.ceil, np.rint, np.trunc, np.round, np.around, np.spacing),
    *(
        np.imag,
        np.isreal,
        np.iscomplex,
        np.isrealobj,
        np.iscomplexobj,
        np.result_type,
        np.can_cast,
        np.min_scalar_type,
    ),
)
