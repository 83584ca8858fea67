"""A program as data: inputs, steps, and a weight for every value that no step uses; its value is one number.

A value is named by a number: n >= 0 is that of step n, n < 0 is input ~n. So -1 is the first input.
"""

import functools
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

Array = Any
Operand = int | float | np.ndarray  # the number of a value; or a constant: a Python float, or an array


@dataclass(frozen=True)
class Step:
    """A call of an operation of the grammar."""

    operation: str
    operands: tuple[Operand, ...]
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def used(self) -> list[int]:
        """The numbers of the values that it takes; one may come twice."""
        return [x for x in self.operands if type(x) is int]


@dataclass(frozen=True)
class Program:
    """The loss sum_n <weights[n], value n>, a function of the inputs; two directions at them come with it."""

    inputs: tuple[np.ndarray, ...]
    steps: tuple[Step, ...]
    weights: dict[int, np.ndarray]
    directions: tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]

    def terms(
        self, inputs: Sequence[Array], calls: Mapping[str, Callable[..., Array]], exactly: bool = False
    ) -> list[Array]:
        """What the loss is the sum of."""
        values: list[Array] = []

        def value(x: Operand) -> Array:
            if type(x) is int:
                return values[x] if x >= 0 else inputs[~x]
            in_double = exactly and isinstance(x, np.ndarray | np.generic) and x.dtype.kind == "f"
            return x.astype(float) if in_double else x

        for step in self.steps:
            z = calls[step.operation](*map(value, step.operands), **step.options)
            values.append(z)
        return [np.sum(value(n) * value(weight)) for n, weight in self.weights.items()]

    def loss(self, inputs: Sequence[Array], calls: Mapping[str, Callable[..., Array]], exactly: bool = False) -> Array:
        """The loss at inputs of any type that the calls of the operations take.

        With `exactly` the constants are float64, whatever they are in the program.
        """
        return functools.reduce(operator.add, self.terms(inputs, calls, exactly))

    @cached_property
    def in_double(self) -> tuple[np.ndarray, ...]:
        """The inputs as float64: the same numbers."""
        return tuple(x.astype(float) for x in self.inputs)

    def __str__(self) -> str:
        lines = [f"x{i} = {shown(x)}" for i, x in enumerate(self.inputs)]
        for i, step in enumerate(self.steps):
            given = [named(x) for x in step.operands]
            given += [f"{name}={shown(x)}" for name, x in step.options.items()]
            lines.append(f"v{i} = {step.operation}({', '.join(given)})")
        lines.append("loss = " + " + ".join(f"sum({named(n)} * {shown(w)})" for n, w in self.weights.items()))
        return "\n".join(lines)


def named(x: Operand) -> str:
    """A value by its name, a constant as it is."""
    if type(x) is int:
        return f"v{x}" if x >= 0 else f"x{~x}"
    return shown(x)


def shown(x: Any) -> str:
    """A value as Python: arrays with their type where it is not float64."""
    if not isinstance(x, np.ndarray):
        return repr(x)
    kind = "" if x.dtype in (np.float64, np.bool_, np.int64) else f", '{x.dtype}'"
    return f"array({x.tolist()}{kind})"
