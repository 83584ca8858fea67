"""What `autograd` says of a program: the loss, its slope along one direction, and the second derivative along both.

u, v     directions at the inputs x          g      the gradient
first    <g, u>                              H v    the gradient of <g, v>
second   <H v, u>, which is also <H u, v>
"""

import functools
import operator
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

import autograd
from fuzzing.grammar import CALLS
from fuzzing.program import Program

Array = Any


class WrongKindError(Exception):
    """A value has not the type that it has in NumPy, or a gradient not the shape and the type of its input."""


class Engine(NamedTuple):
    """What is said at the program's own inputs.

    numbers  the loss, the first and the second derivative
    sizes    the sums of the moduli of the terms that they are sums of: what their last rounding is measured against
    """

    numbers: np.ndarray
    sizes: np.ndarray


def inner(xs: Iterable[Array], us: Iterable[Array]) -> Array:
    """The sum of all products."""
    return functools.reduce(operator.add, (np.sum(x * u) for x, u in zip(xs, us, strict=True)))


def loss_of(program: Program, exactly: bool = False) -> Callable[..., Array]:
    """The loss as a function of the inputs."""
    return lambda *xs: program.loss(xs, CALLS, exactly)


def derivatives(program: Program, inputs: Sequence[Array], exactly: bool = False) -> tuple[Array, Any, Any]:
    """The loss, the gradient g, and H v; of the latter an array for each input."""
    loss, places = loss_of(program, exactly), tuple(range(len(inputs)))

    def along_v(*xs: Array) -> Array:
        return inner(autograd.grad(loss, places)(*xs), program.directions[1])

    return *autograd.value_and_grad(loss, places)(*inputs), autograd.grad(along_v, places)(*inputs)


def numbers(program: Program, inputs: Sequence[Array], exactly: bool = False) -> list[Array]:
    """The loss, the first and the second derivative along the directions."""
    value, *bars = derivatives(program, inputs, exactly)
    return [value, *(inner(each, program.directions[0]) for each in bars)]


def forward(program: Program, inputs: Sequence[Array]) -> list[Array]:
    """The same in other ways: by NumPy without a graph, by `jvp` of the loss, by `jvp` of the gradient."""
    loss, places = loss_of(program), tuple(range(len(inputs)))
    u, v = (tuple(d.astype(x.dtype) for x, d in zip(inputs, way, strict=True)) for way in program.directions)
    slope = autograd.jvp(loss, inputs, u)[1]
    product = autograd.jvp(autograd.grad(loss, places), inputs, v)[1]
    return [loss(*inputs), slope, inner(product, u)]


def seen(program: Program) -> Engine:
    """All that is said at the program's own inputs.

    Raises `WrongKindError` for another type or another shape than NumPy or the inputs have.
    """
    xs, (u, _) = program.inputs, program.directions
    value, *bars = derivatives(program, xs)
    plain = loss_of(program)(*xs)
    if value.dtype != plain.dtype:
        raise WrongKindError(f"wanted the loss in {plain.dtype}, as NumPy has it, got {value.dtype}")
    for x, *both in zip(xs, *bars, strict=True):
        for bar in both:
            if (np.shape(bar), bar.dtype) != (x.shape, x.dtype):
                raise WrongKindError(f"wanted a gradient of {x.dtype} {x.shape}, got {bar.dtype} {np.shape(bar)}")
    terms = [abs(float(term)) for term in program.terms(xs, CALLS)]
    return Engine(
        np.array([value, *(inner(each, u) for each in bars)], float),
        np.array([sum(terms), *(inner(map(np.abs, each), map(np.abs, u)) for each in bars)], float),
    )
