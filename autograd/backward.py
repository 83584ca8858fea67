"""The reverse sweep: from the cotangents of outputs to the cotangents of inputs.

Every node waits until all who used it have sent their share; then its pullbacks run once. The walk is a
loop with its own stack, so the depth of a graph is bounded by memory alone. Broadcasting is undone here
and nowhere else: a rule may return a cotangent in the broadcast shape. Tensors are the keys of dictionaries
here: they hash by identity, so two that are equal in value stay apart.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.edges import Edges, edges_of
from autograd.errors import ShapeError
from autograd.table import Array, as_function
from autograd.tensor import Tensor, plain
from autograd.values import input_value

Visit = Callable[[Tensor, Array], None]


def sweep(
    outputs: Sequence[Tensor], cotangents: Sequence[Array], visit: Visit | None = None, leave: bool = False
) -> dict[int, Array]:
    """Return the cotangent of every input reached, by the input's `id`.

    `visit` is shown every node with its cotangent; `leave` adds it to the node's gradient.
    """
    # As if all outputs were operands of one more node, which sends them the cotangents given: an output may be named
    # twice, or lie below another, and waits for all its shares like any node.
    above_all = edges_of(outputs, [(cotangent_given, bar) for bar in cotangents])

    reached: set[Tensor] = set()
    awaited: dict[Tensor, int] = {}  # where there is more than one share, how many are still to come
    stack = [above_all]
    while stack:
        edges = stack.pop()
        while edges:
            operand, _, edges = edges
            if operand in reached:
                awaited[operand] = awaited.get(operand, 1) + 1
            else:
                reached.add(operand)
                stack.append(operand.edges)

    bars: dict[Tensor, Array] = {}  # the sums of the shares that have come, while others are awaited
    inputs: dict[int, Array] = {}
    scalar = np.float64
    ready: list[tuple[Edges, Array]] = [(above_all, None)]  # edges of nodes, and their cotangents
    while ready:
        edges, bar = ready.pop()
        while edges:
            operand, pullback, edges = edges
            share = pullback[0](bar, pullback[1]) if type(pullback) is tuple else pullback(bar)
            # Between two scalars there is nothing to undo; asking for their shapes would cost most.
            if type(share) is not scalar or type(operand.raw) is not scalar:
                shape = operand.raw.shape
                if getattr(share, "shape", None) != shape:
                    share = unbroadcast(fitting_share(share, shape, pullback), shape)
            if operand in awaited:
                if operand in bars:  # never in place: two operands may have been handed the same array
                    share = bars.pop(operand) + share
                left = awaited[operand] - 1
                if left:
                    awaited[operand], bars[operand] = left, share
                    continue
            if leave:
                operand.gradient = (share,) if operand.gradient is None else (operand.grad + share,)
            if visit is not None:
                visit(operand, share)
            if operand.edges:
                ready.append((operand.edges, share))
            else:
                inputs[id(operand)] = share
    return inputs


def cotangent_given(nothing: None, bar: Array) -> Array:
    """The pullback of the one more node."""
    return bar


def fitting_share(share: Any, shape: tuple[int, ...], pullback: Any) -> Array:
    """What a pullback returned, as an array from which broadcasting can be undone."""
    if not hasattr(share, "shape"):
        share = input_value(share)  # a Python number, say
    extra = share.ndim - len(shape)
    if extra < 0 or any(n not in (1, m) for n, m in zip(shape, share.shape[extra:], strict=True)):
        raise ShapeError(
            f"pullback {as_function(pullback).__qualname__}: wanted a cotangent of shape {shape}, or of one "
            f"that {shape} broadcasts to, got {share.shape}"
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

    sweep([output], [bar], leave=True)
