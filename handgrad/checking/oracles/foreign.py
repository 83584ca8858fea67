"""Functions of torch's or JAX's arrays, as functions of NumPy arrays that bring their own automatic derivative.

That derivative is the automatic opinion then; the numeric one is taken of the function as it is, and stays the
third. Both libraries are imported only here, and only when they are asked for.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from handgrad.errors import CheckError

Pullback = Callable[[Sequence[int], Sequence[Any], Sequence[Any] | None], tuple[Any, ...]]


class Foreign:
    """A function of NumPy arrays in, NumPy arrays out; `pullback` is its automatic derivative.

    pullback(places, inputs, cotangents) are the cotangents of the inputs at those places; cotangents is None
    for a scalar.
    """

    def __init__(self, name: str, call: Callable[..., Any], pullback: Pullback):
        self.__name__ = name
        self.call, self.pullback = call, pullback

    def __call__(self, *inputs: Any) -> Any:
        """The function on plain arrays; anything else, a `Tensor` for one, is refused."""
        for x in inputs:
            if not isinstance(x, np.ndarray | np.generic | int | float | bool | str | None):
                raise TypeError(f"{self.__name__}: wanted plain NumPy arrays, got {type(x).__name__}")
        return self.call(*inputs)


def from_torch(function: Callable[..., Any]) -> Foreign:
    """A function of torch tensors: `check_gradient(from_torch(loss), gradient, inputs)`.

    The inputs are NumPy arrays, and so is what the code by hand gets and returns.

    Raises `CheckError` where torch is not installed.
    """
    try:
        torch: Any = import_module("torch")
    except ImportError:
        raise CheckError("from_torch: wanted torch, which is missing: python -m pip install torch") from None

    def tensor(x: Any, needs: bool = False) -> Any:
        if isinstance(x, np.ndarray | np.generic):
            made = torch.tensor(np.asarray(x))
            return made.requires_grad_() if needs else made
        return x

    def arrays(z: Any) -> Any:
        if isinstance(z, tuple | list):
            return tuple(arrays(item) for item in z)
        return z.detach().numpy()[()] if isinstance(z, torch.Tensor) else z

    def pullback(places: Sequence[int], inputs: Sequence[Any], cotangents: Sequence[Any] | None) -> tuple[Any, ...]:
        given = [tensor(x, i in places) for i, x in enumerate(inputs)]
        outputs = function(*given)
        outputs = list(outputs) if isinstance(outputs, tuple | list) else [outputs]
        bars = None if cotangents is None else [tensor(bar) for bar in cotangents]
        asked = [given[place] for place in places]
        found = torch.autograd.grad(outputs, asked, bars, allow_unused=True)
        return tuple(np.zeros_like(inputs[p]) if g is None else arrays(g) for p, g in zip(places, found, strict=True))

    name = getattr(function, "__name__", "function")
    return Foreign(name, lambda *inputs: arrays(function(*map(tensor, inputs))), pullback)


def from_jax(function: Callable[..., Any]) -> Foreign:
    """A function of JAX arrays: `check_gradient(from_jax(loss), gradient, inputs)`.

    float64 needs JAX's own switch, `jax.config.update("jax_enable_x64", True)`.

    Raises `CheckError` where JAX is not installed.
    """
    try:
        jax: Any = import_module("jax")
    except ImportError:
        raise CheckError("from_jax: wanted JAX, which is missing: python -m pip install jax") from None

    def arrays(z: Any) -> Any:
        return tuple(map(arrays, z)) if isinstance(z, tuple | list) else np.asarray(z)[()]

    def pullback(places: Sequence[int], inputs: Sequence[Any], cotangents: Sequence[Any] | None) -> tuple[Any, ...]:
        def chosen(*some: Any) -> Any:
            given = list(inputs)
            for place, x in zip(places, some, strict=True):
                given[place] = x
            return function(*given)

        value, pull = jax.vjp(chosen, *(inputs[place] for place in places))
        if cotangents is None:
            bars = jax.numpy.ones_like(value)
        else:
            bars = tuple(cotangents) if isinstance(value, tuple | list) else cotangents[0]
        return tuple(arrays(g) for g in pull(bars))

    name = getattr(function, "__name__", "function")
    return Foreign(name, lambda *inputs: arrays(function(*inputs)), pullback)
