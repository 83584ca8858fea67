"""The reverse sweep: from the cotangents of outputs to the cotangents of inputs.

Every node waits until all who used it have sent their share; then its pullbacks run once. The walk is a
loop with its own stack, so the depth of a graph is bounded by memory alone. Broadcasting is undone here
and nowhere else: a rule may return a cotangent in the broadcast shape.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.rules import Array
from autograd.tensor import Tensor, plain
from autograd.values import input_value

Visit = Callable[[Tensor, Array], None]


def sweep(outputs: Sequence[Tensor], cotangents: Sequence[Array], visit: Visit | None = None) -> dict[int, Array]:
    """Return the cotangent of every input reached, by the input's `id`; `visit` sees every node."""
    bars: dict[int, Array] = {}
    users: dict[int, int] = {}  # how many shares a node still waits for
    for node, bar in zip(outputs, cotangents, strict=True):
        key = id(node)
        bars[key] = bars[key] + bar if key in bars else bar
        users[key] = 0
    roots = list({id(node): node for node in outputs}.values())

    stack = list(roots)
    while stack:
        for operand in stack.pop().operands:
            key = id(operand)
            if key in users:
                users[key] += 1
            else:
                users[key] = 1
                stack.append(operand)

    inputs: dict[int, Array] = {}
    scalar = np.float64
    ready = [node for node in roots if not users[id(node)]]
    while ready:
        node = ready.pop()
        bar = bars.pop(id(node))
        if visit is not None:
            visit(node, bar)
        if not node.operands:
            inputs[id(node)] = bar
        for operand, pullback in zip(node.operands, node.pullbacks, strict=True):
            share = pullback(bar)
            primal = operand.primal
            # Between two scalars there is nothing to undo; asking for their shapes would cost most.
            if (type(share) is not scalar or type(primal) is not scalar) and getattr(
                share, "shape", None
            ) != primal.shape:
                share = unbroadcast(fitting_share(share, primal.shape, pullback), primal.shape)
            key = id(operand)
            # Never in place: two operands may have been handed the same array.
            bars[key] = bars[key] + share if key in bars else share
            if users[key] == 1:
                ready.append(operand)
            else:
                users[key] -= 1
    return inputs


def fitting_share(share: Any, shape: tuple[int, ...], pullback: Any) -> Array:
    """What a pullback returned, as an array from which broadcasting can be undone."""
    if not hasattr(share, "shape"):
        share = input_value(share)  # a Python number, say
    extra = share.ndim - len(shape)
    if extra < 0 or any(n not in (1, m) for n, m in zip(shape, share.shape[extra:], strict=True)):
        raise ShapeError(
            f"pullback {pullback.__qualname__}: wanted a cotangent of shape {shape}, or of one that {shape} "
            f"broadcasts to, got {share.shape}"
        )
    return share


def unbroadcast(bar: Array, shape: tuple[int, ...]) -> Array:
    """Sum a cotangent over the axes along which its operand was broadcast: the adjoint of broadcasting."""
    extra = bar.ndim - len(shape)
    stretched = [i + extra for i, n in enumerate(shape) if n == 1 and bar.shape[i + extra] != 1]
    bar = np.sum(bar, axis=(*range(extra), *stretched))
    return bar if bar.shape == shape else np.reshape(bar, shape)


def unit_cotangent(output: Tensor, who: str) -> Array:
    """The cotangent 1 of a scalar."""
    if output.shape != ():
        raise ShapeError(f"{who}: wanted a scalar, got shape {output.shape}")
    return np.ones_like(plain(output))[()]


def fitting_cotangent(output: Any, cotangent: Any, who: str) -> Array:
    """The cotangent given for an output, which must have the output's very shape."""
    bar = cotangent if type(cotangent) is Tensor else input_value(cotangent)
    if bar.shape != output.shape:
        raise ShapeError(f"{who}: wanted a cotangent of shape {output.shape}, got {bar.shape}")
    return bar


def backward(output: Tensor, cotangent: Any) -> None:
    """`Tensor.backward`: leave every node's cotangent in its `.grad`, added to what is there."""
    bar = unit_cotangent(output, "backward") if cotangent is None else fitting_cotangent(output, cotangent, "backward")

    def keep(node: Tensor, bar: Array) -> None:
        if type(bar) is np.ndarray:
            bar = bar.astype(node.dtype)  # always a copy: nobody else holds what `.grad` holds
        elif isinstance(bar, np.generic) and bar.dtype != node.dtype:
            bar = node.dtype.type(bar)
        node.grad = bar if node.grad is None else node.grad + bar

    sweep([output], [bar], visit=keep)
