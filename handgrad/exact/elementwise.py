"""What functions that act entry by entry mean: arithmetic, powers, exponentials, logarithms.

    x, y   operands: exact arrays, or numbers and plain arrays, which are constants

An exponential takes the residues of level j to level j + 1. Sine and cosine are exponentials of i x, with
i^2 = -1 in each field. Logarithms and square roots are consistent with themselves and taint what they make:
of their identities only sqrt(x)^2 = x and log 1 = 0 hold.
"""

from collections.abc import Callable
from math import isfinite
from typing import Any

import numpy as np

from handgrad.exact.array import OPAQUE, ExactArray
from handgrad.exact.degree import VARIABLE, Degree
from handgrad.exact.dispatch import meaning_of
from handgrad.exact.errors import NoExactMeaningError, NoSquareRootError
from handgrad.exact.field import Field
from handgrad.exact.lifting import digest, lift, tower_of

Array = Any


def binary(operation: Callable[[Field, Array, Array], Array], x: Any, y: Any, shadow: Any, degree: Any) -> Array:
    """An operation of the fields, level by level."""
    tower = tower_of(x, y)
    x, y = lift(x, tower), lift(y, tower)
    residues = [
        None if r is None or s is None else operation(field, r, s)
        for field, r, s in zip(tower.fields, x.residues, y.residues, strict=True)
    ]
    return ExactArray(
        residues,
        shadow(x.shadow, y.shadow),
        tower,
        degree(x.degree, y.degree),
        x.taint | y.taint,
        max(x.spent, y.spent),
    )


def unary(operation: Callable[[Field, Array], Array], x: Array, shadow: Any, degree: Degree) -> Array:
    """The same with one operand."""
    residues = [None if r is None else operation(field, r) for field, r in zip(x.tower.fields, x.residues, strict=True)]
    return ExactArray(residues, shadow, x.tower, degree, x.taint, x.spent)


# Arithmetic


@meaning_of(np.add)
def add(x: Any, y: Any) -> Array:
    """x + y."""
    return binary(Field.add, x, y, np.add, Degree.plus)


@meaning_of(np.subtract)
def subtract(x: Any, y: Any) -> Array:
    """x - y."""
    return binary(Field.subtract, x, y, np.subtract, Degree.plus)


@meaning_of(np.multiply)
def multiply(x: Any, y: Any) -> Array:
    """x y."""
    return binary(Field.multiply, x, y, np.multiply, Degree.times)


@meaning_of(np.divide)
def divide(x: Any, y: Any) -> Array:
    """x / y."""
    y = lift(y, tower_of(x, y))
    return binary(Field.divide, x, y, np.divide, lambda d, e: d.over(e, y.name, y.size))


@meaning_of(np.negative)
def negative(x: Array) -> Array:
    """-x."""
    return unary(Field.negative, x, -x.shadow, x.degree)


@meaning_of(np.reciprocal)
def reciprocal(x: Array) -> Array:
    """1 / x."""
    return divide(1, x)


@meaning_of(np.positive, np.real, np.conjugate, np.copy, np.ascontiguousarray)
def positive(x: Array) -> Array:
    """x."""
    return x.copy()


# Powers


@meaning_of(np.square)
def square(x: Array) -> Array:
    """x^2."""
    return multiply(x, x)


@meaning_of(np.power)
def power(x: Any, y: Any) -> Array:
    """x^n for integers n, and for halves of integers by the square root."""
    if type(y) is ExactArray:
        raise NoExactMeaningError("np.power with an exponent that varies")
    exponents = np.asarray(y, dtype=object if isinstance(y, int) else None)
    distinct = {
        e: int(2 * e) for e in exponents.ravel().tolist() if isinstance(e, int) or (isfinite(e) and 2 * e == int(2 * e))
    }
    if len(set(exponents.ravel().tolist())) != len(distinct):
        raise NoExactMeaningError("np.power with an exponent that is no half of an integer")
    if exponents.ndim == 0:
        return half_power(x, next(iter(distinct.values())))
    shape = np.broadcast_shapes(x.shape, exponents.shape)
    result = np.zeros_like(x, shape=shape)
    x, exponents = np.broadcast_to(x, shape), np.broadcast_to(exponents, shape)
    for exponent, twice in distinct.items():
        where = exponents == exponent
        result[where] = half_power(x[where], twice)
    return result


def half_power(x: Array, twice: int) -> Array:
    """x^(twice / 2)."""
    if twice % 2:
        return half_power(sqrt(x), 2 * twice)
    n = twice // 2
    try:
        shadow = x.shadow ** float(n)
    except OverflowError:
        shadow = np.full(x.shape, np.nan)
    degree = x.degree if n >= 0 else x.degree.inverted(x.name, x.size)
    return unary(lambda field, r: field.power(r, n), x, shadow, degree.to_the(abs(n)))


@meaning_of(np.float_power)
def float_power(x: Any, y: Any) -> Array:
    """x^n."""
    return power(x, y)


@meaning_of(np.sqrt)
def sqrt(x: Array) -> Array:
    """The root of a square: in each field the smaller of the two, whatever its shadow's sign.

    A level where an entry has no root is lost; raises `NoSquareRootError` when all are.
    """
    levels = zip(x.tower.fields, x.residues, strict=True)
    residues = [None if r is None else field.square_root(r) for field, r in levels]
    if all(r is None for r in residues) and any(r is not None for r in x.residues):
        raise NoSquareRootError(x.tower.primes)
    return ExactArray(residues, np.sqrt(x.shadow), x.tower, VARIABLE.times(x.degree), x.taint | OPAQUE, x.spent)


# Exponentials


@meaning_of(np.exp)
def exp(x: Array) -> Array:
    """w^x, one level up."""
    return exponential(x, np.exp(x.shadow), turned=False)


def exponential(x: Array, shadow: Array, turned: bool) -> Array:
    """e^x, or e^(ix) where it is turned."""
    tower = x.tower
    residues: list[Array | None] = [None]
    for level, (field, r) in enumerate(zip(tower.fields[:-1], x.residues[:-1], strict=True), 1):
        if r is not None and turned:
            r = field.multiply(r, field.array(field.root_of_minus_one))
        residues.append(None if r is None else tower.exponential(level, r))
    return ExactArray(residues, shadow, tower, VARIABLE, x.taint, x.spent + 1)


@meaning_of(np.expm1)
def expm1(x: Array) -> Array:
    """e^x - 1."""
    return with_shadow(exp(x) - 1, np.expm1(x.shadow))


@meaning_of(np.sinh)
def sinh(x: Array) -> Array:
    """(e^x - e^-x) / 2."""
    e = exp(x)
    return with_shadow((e - 1 / e) / 2, np.sinh(x.shadow))


@meaning_of(np.cosh)
def cosh(x: Array) -> Array:
    """(e^x + e^-x) / 2."""
    e = exp(x)
    return with_shadow((e + 1 / e) / 2, np.cosh(x.shadow))


@meaning_of(np.tanh)
def tanh(x: Array) -> Array:
    """(e^2x - 1) / (e^2x + 1)."""
    e = exp(x + x)
    return with_shadow((e - 1) / (e + 1), np.tanh(x.shadow))


@meaning_of(np.cos)
def cos(x: Array) -> Array:
    """(e^ix + e^-ix) / 2."""
    e = exponential(x, np.cos(x.shadow), turned=True)
    return with_shadow((e + 1 / e) / 2, np.cos(x.shadow))


@meaning_of(np.sin)
def sin(x: Array) -> Array:
    """(e^ix - e^-ix) / 2i."""
    e = exponential(x, np.sin(x.shadow), turned=True)
    twice = e - 1 / e
    return unary(
        lambda field, r: field.multiply(r, field.array(pow(2 * field.root_of_minus_one, -1, field.prime))),
        twice,
        np.sin(x.shadow),
        twice.degree,
    )


@meaning_of(np.tan)
def tan(x: Array) -> Array:
    """sin x / cos x."""
    return sin(x) / cos(x)


def with_shadow(x: Array, shadow: Array) -> Array:
    """The same residues beside a better shadow."""
    return ExactArray(x.residues, shadow, x.tower, x.degree, x.taint, x.spent)


# Logarithms: one unknown for each argument


@meaning_of(np.log)
def log(x: Array) -> Array:
    """A number of the field that depends on the residue alone; 0 for the residue 1."""

    def scattered(field: Field, r: Array) -> Array:
        flat = [0 if v == 1 else digest(b"log %d" % v, field) for v in np.reshape(r, (-1,)).tolist()]
        return np.reshape(field.array(flat), np.shape(r))

    result = unary(scattered, x, np.log(x.shadow), VARIABLE)
    result.taint |= OPAQUE
    return result


@meaning_of(np.log1p)
def log1p(x: Array) -> Array:
    """log(1 + x)."""
    return with_shadow(log(1 + x), np.log1p(x.shadow))


@meaning_of(np.logaddexp)
def logaddexp(x: Any, y: Any) -> Array:
    """log(e^x + e^y)."""
    tower = tower_of(x, y)
    x, y = lift(x, tower), lift(y, tower)
    return with_shadow(log(exp(x) + exp(y)), np.logaddexp(x.shadow, y.shadow))
