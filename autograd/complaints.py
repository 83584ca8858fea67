"""What is said of a call that the engine can't do."""

import inspect
from typing import Any

import numpy as np

from autograd.errors import UnsupportedArgumentError
from autograd.table import COMPOSITES, RULES


def raise_if_signature(function: Any, args: tuple[Any, ...], options: dict[str, Any], error: Exception) -> None:
    """Turn Python's complaint about an argument into ours; other errors are left alone."""
    entry = RULES[function].function if function in RULES else COMPOSITES[function]
    try:
        inspect.signature(entry).bind(*args, **options)
    except TypeError as mismatch:
        names = ", ".join(inspect.signature(entry).parameters)
        instead = " Nothing is written in place: write x = x + t for x += t." if "out" in options else ""
        raise UnsupportedArgumentError(
            f"{name_of(function)}: wanted the arguments that its rule covers ({names}), got a call that does "
            f"not fit: {mismatch}.{instead}"
        ) from error


def name_of(function: Any) -> str:
    """How a user writes the function."""
    module = (getattr(function, "__module__", None) or "").replace("numpy", "np", 1)
    name = getattr(function, "__name__", repr(function))
    return f"np.{name}" if isinstance(function, np.ufunc) and not module else f"{module}.{name}".lstrip(".")
