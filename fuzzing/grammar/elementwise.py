"""Functions that act entry by entry."""

import operator
from typing import Any

import numpy as np

from fuzzing.building import Builder
from fuzzing.dual import branch
from fuzzing.operation import Drawn, Function, UnfitError, operation

Array = Any


def sign(x: Array) -> Array:
    """Of numbers away from zero: nothing that varies."""
    return np.sign(branch(x))


def same(x: Array) -> Array:
    """The identity."""
    return x


def size_of(x: Array) -> Array:
    """|x| for x away from zero, analytically."""
    return x * sign(x)


# Two operands


def pairs(call: Function, name: str = "", definition: Function | None = None, exact: bool = True) -> None:
    """Of any two that broadcast."""

    @operation(call, name=name, definition=definition, exact=exact)
    def draw(b: Builder) -> Drawn:
        return b.pair(), {}


pairs(operator.add, "x + y")
pairs(operator.mul, "x * y")
pairs(operator.sub, "x - y")
pairs(np.add)
pairs(np.multiply)
pairs(np.subtract)
pairs(np.logaddexp, definition=lambda x, y: x + np.log1p(np.exp(y - x)))


def quotients(call: Function, name: str) -> None:
    """Nothing is divided by zero."""

    @operation(call, name=name)
    def draw(b: Builder) -> Drawn:
        x, y = b.pair()
        return (x, b.apart(y)), {}


quotients(operator.truediv, "x / y")
quotients(np.divide, "divide")


@operation(np.hypot, definition=lambda x, y: np.sqrt(x * x + y * y), exact=False)
def hypot(b: Builder) -> Drawn:
    x, y = b.pair()
    return (b.apart(x), y), {}


def angle(y: Array, x: Array) -> Array:
    """The arctangent of the quotient, and half a turn to the left of the origin."""
    return np.arctan(y / x) + np.where(branch(x) < 0, np.pi * sign(y), 0.0)


@operation(np.arctan2, definition=angle, exact=False)
def arctan2(b: Builder) -> Drawn:
    y, x = b.pair()
    return (b.apart(y), b.apart(x)), {}


def choosers(call: Function, greater: bool) -> None:
    """The greater or the smaller of two."""

    def definition(x: Array, y: Array) -> Array:
        return np.where((branch(x) > branch(y)) == greater, x, y)

    @operation(call, definition=definition)
    def draw(b: Builder) -> Drawn:
        return b.different(*b.pair()), {}


choosers(np.maximum, True)
choosers(np.minimum, False)


@operation(lambda x, y, mask: np.where(mask, x, y), np.where, name="where")
def where(b: Builder) -> Drawn:
    x, y = b.pair()
    shape = np.broadcast_shapes(np.shape(b.value(x)), np.shape(b.value(y)))
    mask = b.rng.integers(0, 2, shape[b.integer(0, len(shape)) :]).astype(bool)
    return (x, y), {"mask": mask}


# Powers


def powers(call: Function, name: str) -> None:
    """A constant exponent: whole numbers of any base, halves of a positive one."""

    @operation(call, name=name, definition=np.power)
    def draw(b: Builder) -> Drawn:
        return (b.apart(b.inside(b.operand(), -2, 2)), float(b.choice([2, 3, -1, 1, -2, 4]))), {}


powers(operator.pow, "x ** n")
powers(np.power, "power")


def exponentials(call: Function, name: str, covers: Any) -> None:
    """A positive base; either may be constant."""

    @operation(call, covers, name=name, definition=lambda x, y: np.exp(y * np.log(x)), exact=False)
    def draw(b: Builder) -> Drawn:
        x, y = b.pair()
        return (b.inside(x, 0.5, 2), b.inside(y, -2, 2)), {}


exponentials(operator.pow, "x ** y", np.power)
exponentials(np.float_power, "float_power", np.float_power)


# One operand


def unary(
    call: Function, low: float = -2, high: float = 2, *, apart: bool = False, name: str = "",
    definition: Function | None = None, exact: bool = True,
) -> None:  # fmt: skip
    """On an interval, away from zero where asked for."""

    @operation(call, name=name, definition=definition, exact=exact)
    def draw(b: Builder) -> Drawn:
        x = b.inside(b.operand(), low, high)
        return (b.apart(x) if apart else x,), {}


unary(operator.neg, name="-x")
unary(np.negative)
unary(np.positive)
unary(np.copy)
unary(np.real, definition=same)
unary(np.conjugate, definition=same)
unary(np.square)
unary(np.reciprocal, apart=True)
unary(np.exp)
unary(np.exp2, exact=False)
unary(np.expm1)
unary(np.sqrt, 0.5, 8, exact=False)
unary(np.cbrt, -8, 8, apart=True, definition=lambda x: sign(x) * np.exp(np.log(size_of(x)) / 3), exact=False)
unary(np.log, 0.5, 8)
unary(np.log2, 0.5, 8, exact=False)
unary(np.log10, 0.5, 8, exact=False)
unary(np.log1p, -0.5, 8)
unary(np.sin, -8, 8)
unary(np.cos, -8, 8)
unary(np.tan, -1, 1)
unary(np.arcsin, -0.75, 0.75, exact=False)
unary(np.arccos, -0.75, 0.75, exact=False)
unary(np.arctan, -8, 8, exact=False)
unary(np.sinh)
unary(np.cosh)
unary(np.tanh)
unary(operator.abs, -8, 8, apart=True, name="abs(x)", definition=size_of)
unary(np.absolute, -8, 8, apart=True, definition=size_of)
unary(np.fabs, -8, 8, apart=True, definition=size_of)


# Choices


def cut(x: Array, low: Array, high: Array) -> Array:
    """The nearest within the bounds."""
    x = np.where(branch(x) < branch(low), low, x)
    return np.where(branch(x) > branch(high), high, x)


@operation(np.clip, definition=cut)
def clip(b: Builder) -> Drawn:
    x = b.distinct(b.operand())
    middle = np.median(b.value(x))
    low, high = float(np.floor(4 * middle) / 4 - 0.25), float(np.floor(4 * middle) / 4 + 0.5)
    tracked = b.flag()
    bounds = [b.add_input(np.array(bound)) if tracked else bound for bound in (low, high)]
    for bound in (low, high):
        if np.min(np.abs(b.value(x) - bound)) < 0.02:
            x = b.affine(x, 1.0, 0.03125)
    if min(np.min(np.abs(b.value(x) - bound)) for bound in (low, high)) < 0.02:
        raise UnfitError
    return (x, *bounds), {}


@operation(
    lambda y, at: np.heaviside(at, y),
    np.heaviside,
    name="heaviside",
    definition=lambda y, at: np.where(at == 0, y, np.where(at > 0, 1.0, 0.0)),
)
def heaviside(b: Builder) -> Drawn:
    x = b.operand()
    shape = np.shape(b.value(x))
    return (x,), {"at": b.rng.integers(-1, 2, shape).astype(b.value(x).dtype)}


@operation(
    lambda x, y: np.full_like(x, y),
    np.full_like,
    name="full_like",
    definition=lambda x, y: np.broadcast_to(y, np.shape(x)),
)
def full_like(b: Builder) -> Drawn:
    return (b.operand(), b.operand(most=0)), {}


@operation(
    lambda x, dtype: x.astype(dtype),
    np.ndarray.astype,
    name="astype",
    definition=lambda x, dtype: x,
)
def astype(b: Builder) -> Drawn:
    return (b.operand(),), {"dtype": b.choice(["float64", "float32"])}
