"""torch's gradcheck of the report's network, all 1,476 parameters, with the gradient by hand in plain NumPy.

The formulas are written here as fast as NumPy allows, and stand in for those of `manual`, which this process does not
see: what is timed is the checker. `torch_gradcheck_slow.py` has the other mode.
"""

from typing import Any

import numpy as np
import tasks
import torch
from contenders import Prepared

PACKAGES = ("torch", "numpy")


def forward(v: Any, q: Any, W: Any, b: Any, P: Any, y: Any) -> tuple[Any, ...]:
    """The loss of one image, and what the way back needs."""
    c = 1 / (1 + np.exp(-(v.T @ P + q[:, None])))
    a = c.reshape(1, 12, 2, 12, 2).mean((2, 4)).reshape(1, -1)
    x = a @ W + b
    x = x - x.max()
    logs = x - np.log(np.exp(x).sum())
    return -np.sum(y * logs), c, a, np.exp(logs)


def backward(W: Any, P: Any, y: Any, c: Any, a: Any, y_hat: Any) -> tuple[Any, ...]:
    """The gradients of v, q, W and b."""
    x_bar = y_hat - y
    c_bar = np.repeat(np.repeat((x_bar @ W.T).reshape(12, 12) / 4, 2, 0), 2, 1)
    d_bar = c_bar.reshape(1, -1) * c * (1 - c)
    return P @ d_bar.T, d_bar.sum(1), a.T @ x_bar, x_bar.sum(0)


def checked(fast: bool) -> Prepared:
    """gradcheck with its defaults."""
    given = tasks.cnn(1, 1, "float64")
    P, y = tasks.patches(given.images), given.y

    class Network(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, *parameters: Any) -> Any:
            arrays = [p.detach().numpy() for p in parameters]
            loss, *ctx.kept = forward(*arrays, P, y)
            ctx.W = arrays[2]
            return torch.tensor(loss)

        @staticmethod
        def backward(ctx: Any, cotangent: Any) -> Any:
            return tuple(cotangent * torch.tensor(x) for x in backward(ctx.W, P, y, *ctx.kept))

    inputs = [torch.tensor(value, requires_grad=True) for value in given.parameters.values()]
    call = lambda: torch.autograd.gradcheck(Network.apply, inputs, fast_mode=fast)
    return Prepared(call, lambda holds: {"holds": float(holds)})


TASKS = {"exact": lambda: checked(fast=True)}
