"""Programs as JSON, and what a peer does with them. It is imported on both sides, so it knows NumPy alone.

A peer is a table of its own functions by the names of the operations, and two functions: one that makes an array of its
own, and one that gives the loss and both derivatives of a function of arrays.
"""

import functools
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

Json = Any


def text(x: Any) -> Json:
    """As JSON; whatever JSON has no word for is an object with one name."""
    if isinstance(x, np.ndarray | np.generic):
        return {"array": x.tolist(), "dtype": "float64" if x.dtype.kind == "f" else str(x.dtype)}
    if isinstance(x, slice):
        return {"slice": [x.start, x.stop, x.step]}
    if x is Ellipsis:
        return {"ellipsis": True}
    if isinstance(x, tuple):
        return {"tuple": [text(part) for part in x]}
    if isinstance(x, list):
        return [text(part) for part in x]
    if isinstance(x, dict):
        return {name: text(part) for name, part in x.items()}
    return x


def read(x: Json) -> Any:
    """What `text` was given, with float64 for every float type."""
    if isinstance(x, list):
        return [read(part) for part in x]
    if not isinstance(x, dict):
        return x
    if "array" in x:
        return np.array(x["array"], x["dtype"])
    if "slice" in x:
        return slice(*x["slice"])
    if "ellipsis" in x:
        return Ellipsis
    if "tuple" in x:
        return tuple(read(part) for part in x["tuple"])
    return {name: read(part) for name, part in x.items()}


def program_text(program: Any) -> Json:
    """A program as JSON."""
    return {
        "inputs": [text(x) for x in program.inputs],
        "directions": [[text(x) for x in way] for way in program.directions],
        "steps": [
            [step.operation, [operand_text(x) for x in step.operands], text(step.options)] for step in program.steps
        ],
        "weights": [[n, text(weight)] for n, weight in program.weights.items()],
    }


def operand_text(x: Any) -> Json:
    """The number of a value, or a constant."""
    return x if type(x) is int else {"constant": text(x)}


def loss(program: Json, inputs: Sequence[Any], functions: Mapping[str, Any], array: Callable[[Any], Any]) -> Any:
    """The program's loss at a peer's own arrays."""
    values: list[Any] = []

    def value(x: Json) -> Any:
        if isinstance(x, int):
            return values[x] if x >= 0 else inputs[~x]
        constant = read(x["constant"])
        return constant if isinstance(constant, float) else array(constant)

    for name, operands, options in program["steps"]:
        values.append(functions[name](*map(value, operands), **read(options)))
    return functools.reduce(operator.add, ((values[n] * array(read(w))).sum() for n, w in program["weights"]))


def answers(
    programs: list[Json], functions: Mapping[str, Any], array: Callable[[Any], Any], numbers: Callable[..., Any]
) -> dict[str, Any]:
    """For each program its three numbers, or why there are none."""
    said: dict[str, Any] = {}
    for i, program in enumerate(programs):
        missing = next((name for name, *_ in program["steps"] if name not in functions), None)
        if missing is not None:
            said[str(i)] = f"has no {missing}"
            continue
        inputs, u, v = ([read(x) for x in part] for part in (program["inputs"], *program["directions"]))
        try:
            said[str(i)] = numbers(lambda *xs, p=program: loss(p, xs, functions, array), inputs, u, v)
        except Exception as error:  # such as axes that a peer does not broadcast
            said[str(i)] = f"can't run it: {type(error).__name__}"
            print(f"{said[str(i)]}: {error}\n{program}")
    return said
