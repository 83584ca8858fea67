"""A class with `forward`, `backward` and a cache, as courses write them, as two functions."""

import copy
from collections.abc import Callable
from typing import Any

from handgrad.checking.problem import CheckError


def layer(make: Any) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The forward and the backward function of a layer: `check_vjp(*layer(ReLU), inputs)`.

    make  a class, a function that makes a layer, or a layer, which is copied for every call: so a cache of one
          call never serves another. Its methods are forward(*inputs) and backward(cotangent), which returns the
          cotangents of the inputs.

    Raises `CheckError` for what has no such methods.

    >>> import numpy as np
    >>> from handgrad.checking import check_vjp
    >>> class Square:
    ...     def forward(self, x):
    ...         self.x = x
    ...         return x**2
    ...     def backward(self, z_bar):
    ...         return 2 * self.x * z_bar
    >>> check_vjp(*layer(Square), [np.array([1.0, -2.0])]).agrees
    True
    """

    def fresh() -> Any:
        made = make() if isinstance(make, type) or not hasattr(make, "forward") else copy.deepcopy(make)
        for method in ("forward", "backward"):
            if not callable(getattr(made, method, None)):
                raise CheckError(f"layer: wanted an object with forward and backward, got {type(made).__name__}")
        return made

    if not callable(make) and not hasattr(make, "forward"):
        raise CheckError(f"layer: wanted a class or a layer, got {type(make).__name__}")
    name = getattr(make, "__name__", type(make).__name__)

    def forward(*inputs: Any) -> Any:
        return fresh().forward(*inputs)

    def backward(cotangent: Any, *inputs: Any) -> Any:
        made = fresh()
        made.forward(*inputs)
        return made.backward(cotangent)

    forward.__name__, backward.__name__ = f"{name}.forward", f"{name}.backward"
    return forward, backward
