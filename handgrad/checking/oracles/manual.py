"""What the code by hand says: on copies of the inputs, checked for its shapes and types."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from handgrad.checking.problem import Problem
from handgrad.errors import CheckError
from handgrad.values import Array, Values


class ShapeMismatch(Exception):  # noqa: N818 - it leads to a verdict, not to an error
    """By hand returns arrays of other shapes than are wanted."""

    def __init__(self, wrt: Sequence[str], returned: tuple[Any, ...], wanted: tuple[tuple[int, ...], ...]):
        self.returned = returned
        subjects = [f"the derivative by {by}" for by in wrt] or ["the value"]
        triples = zip(subjects, wanted, map(np.shape, returned), strict=True)
        super().__init__(
            "; ".join(f"{who} has shape {got}, wanted {want}" for who, want, got in triples if got != want)
        )


def by_hand(problem: Problem, values: Values) -> tuple[Array, ...]:
    """What the code by hand returns, on copies of the inputs; checked for its shapes.

    Raises `ShapeMismatch`.
    """
    returned = problem.returned(copies(values))
    arrays = tuple(x if hasattr(x, "shape") else np.asarray(x) for x in returned)
    wanted = problem.shapes(values)
    if tuple(np.shape(x) for x in arrays) != wanted:
        raise ShapeMismatch(problem.wrt, arrays, wanted)
    for name, x in zip(problem.parts, arrays, strict=True):
        require_real(problem, name, x)
    return arrays


def require_real(problem: Problem, name: str, x: Any) -> None:
    """By hand must be real numbers; another library's array answers for its own type."""
    if isinstance(x, np.ma.MaskedArray | np.matrix):
        raise CheckError(f"{problem.name}: wanted a plain array as the derivative by {name}, got a {type(x).__name__}")
    kind = x.dtype if isinstance(x, np.ndarray | np.generic) else None
    if kind is not None and kind.kind not in "fiub":
        got = type(x[()]).__name__ if kind.kind == "O" and x.ndim == 0 else kind
        raise CheckError(f"{problem.name}: wanted real numbers as the derivative by {name}, got {got}")


def copies(values: Values) -> Values:
    """The values with arrays of their own, so that code that writes into its arguments does no harm."""
    return Values({name: x.copy() if isinstance(x, np.ndarray) else x for name, x in values.items()})


def row(arrays: tuple[Any, ...]) -> Any:
    """One array as it is; several as one row, of whatever array type."""
    return arrays[0] if len(arrays) == 1 else np.concatenate([np.reshape(x, (-1,)) for x in arrays])


def numbers(arrays: tuple[Any, ...]) -> Array:
    """The same as plain floats."""
    return np.asarray(row(arrays), dtype=float)
