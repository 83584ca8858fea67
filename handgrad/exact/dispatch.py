"""The table: from a NumPy function to what it means in exact arithmetic."""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from handgrad.exact.decisions import note
from handgrad.exact.errors import NoExactMeaningError

F = TypeVar("F", bound=Callable[..., Any])

MEANINGS: dict[Any, Callable[..., Any]] = {}


def meaning_of(*functions: Any) -> Callable[[F], F]:
    """Enter the decorated implementation into the table, for one function or several synonyms."""

    def enter(implementation: F) -> F:
        for function in functions:
            MEANINGS[function] = implementation
        return implementation

    return enter


def apply(function: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """Call what the function means.

    Raises `NoExactMeaningError` when it means nothing, or not with these arguments.
    """
    meaning = MEANINGS.get(function)
    if meaning is None:
        raise NoExactMeaningError(name_of(function))
    note(function)
    with np.errstate(all="ignore"):  # the shadow may overflow where the residues do not
        return meaning(*args, **options)


def name_of(function: Any) -> str:
    """How a user writes the function."""
    name = getattr(function, "__name__", repr(function))
    module = (getattr(function, "__module__", None) or "numpy").replace("numpy", "np", 1)
    return f"{module}.{name}"
