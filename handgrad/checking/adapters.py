"""A class with `forward`, `backward` and a cache, as courses write them, as two functions."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from handgrad.errors import CheckError


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
    backward.fresh = fresh  # type: ignore[attr-defined]
    return forward, backward


def wrong_cache(fresh: Callable[[], Any], cotangent: Any, inputs: list[Any], others: list[Any]) -> str | None:
    """Whether backward answers for another call of forward than the last of its own layer; in words, if so.

    inputs and others are two points of the same shapes.
    """

    def alone(point: list[Any]) -> Any:
        made = fresh()
        made.forward(*copy.deepcopy(point))
        return made.backward(copy.deepcopy(cotangent))

    twice = fresh()
    twice.forward(*copy.deepcopy(others))
    twice.forward(*copy.deepcopy(inputs))
    if not equal(twice.backward(copy.deepcopy(cotangent)), alone(inputs)):
        return "after two calls of forward, backward does not answer for the last: the cache is not written anew"
    first, second = fresh(), fresh()
    first.forward(*copy.deepcopy(inputs))
    second.forward(*copy.deepcopy(others))
    if not equal(first.backward(copy.deepcopy(cotangent)), alone(inputs)):
        return "two layers share a cache: backward answers for the other's call of forward"
    return None


def equal(a: Any, b: Any) -> bool:
    """Equal arrays, also in tuples."""
    several = isinstance(a, tuple | list)
    pairs = zip(a, b, strict=True) if several else [(a, b)]
    return all(np.array_equal(x, y, equal_nan=True) for x, y in pairs)
