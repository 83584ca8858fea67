"""What branches mean: the shadow decides them, and nothing else.

Comparisons, places and counts come out as plain arrays; choices and whole parts as exact ones.
"""

from typing import Any

import numpy as np

from handgrad.exact.array import ExactArray
from handgrad.exact.degree import Degree
from handgrad.exact.dispatch import meaning_of
from handgrad.exact.elementwise import binary, negative
from handgrad.exact.lifting import lift, tower_of

Array = Any


def shadow_of(x: Any) -> Any:
    """The shadows, also inside tuples and lists."""
    if type(x) is ExactArray:
        return x.shadow
    return type(x)(shadow_of(item) for item in x) if type(x) in (tuple, list) else x


def plain_by_shadow(function: Any) -> None:
    """Enter a function whose value is plain: booleans, places, counts."""
    meaning_of(function)(lambda *args, **options: function(*map(shadow_of, args), **options))


_function: Any
for _function in (
    *(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal),
    *(np.logical_and, np.logical_or, np.logical_not, np.logical_xor, np.isnan, np.isinf, np.isfinite),
    *(np.isclose, np.allclose, np.array_equal, np.isneginf, np.isposinf, np.signbit, np.any, np.all),
    *(np.count_nonzero, np.nonzero, np.flatnonzero, np.argwhere, np.argmax, np.argmin, np.argsort),
    *(np.searchsorted, np.digitize, np.isin, np.shape, np.ndim, np.size, np.result_type, np.iscomplexobj),
    *(np.isrealobj, np.isreal, np.iscomplex, np.can_cast, np.min_scalar_type),
):
    plain_by_shadow(_function)


def constant_by_shadow(function: Any) -> None:
    """Enter a function whose values are a few constants: whole numbers, signs."""

    def meaning(x: Array) -> Array:
        return lift(function(x.shadow), x.tower)

    meaning_of(function)(meaning)


for _function in (np.sign, np.floor, np.ceil, np.rint, np.trunc):
    constant_by_shadow(_function)


@meaning_of(np.where)
def where(condition: Any, x: Any, y: Any) -> Array:
    """x where the condition holds, else y."""
    condition = shadow_of(condition)
    if type(x) is not ExactArray and type(y) is not ExactArray:
        return np.where(condition, x, y)
    return binary(
        lambda field, r, s: field.array(np.where(condition, r, s)),
        x,
        y,
        lambda a, b: np.where(condition, a, b),
        Degree.__or__,
    )


@meaning_of(np.maximum, np.fmax)
def maximum(x: Any, y: Any) -> Any:
    """The greater."""
    return where(shadow_of(x) >= shadow_of(y), x, y)


@meaning_of(np.minimum, np.fmin)
def minimum(x: Any, y: Any) -> Any:
    """The smaller."""
    return where(shadow_of(x) <= shadow_of(y), x, y)


@meaning_of(np.absolute, np.fabs)
def absolute(x: Array) -> Any:
    """x or -x."""
    return where(x.shadow < 0, negative(x), x)


@meaning_of(np.clip)
def clip(a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    """A value between two bounds, or the bound that it passes."""
    low, high = (a_min if min is None else min), (a_max if max is None else max)
    a = a if low is None else where(shadow_of(a) < shadow_of(low), low, a)
    return a if high is None else where(shadow_of(a) > shadow_of(high), high, a)


@meaning_of(np.heaviside)
def heaviside(x: Any, middle: Any) -> Any:
    """0 below zero, 1 above, and a value of choice at zero."""
    tower = tower_of(x, middle)
    sign = np.sign(shadow_of(x))
    return where(sign == 0, lift(middle, tower), lift((sign + 1) / 2, tower))


@meaning_of(np.floor_divide)
def floor_divide(x: Any, y: Any) -> Array:
    """The whole part of x / y, by the shadow."""
    return lift(np.floor_divide(shadow_of(x), shadow_of(y)), tower_of(x, y))


@meaning_of(np.remainder)
def remainder(x: Any, y: Any) -> Array:
    """x - y floor(x / y)."""
    return x - y * floor_divide(x, y)
