"""Windows, and the functions of networks."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograd import functional
from autograd.rules import windows
from fuzzing.building import Builder
from fuzzing.dual import branch
from fuzzing.grammar.reductions import chosen
from fuzzing.grammar.shapes import padded, placed
from fuzzing.operation import Drawn, Function, operation

Array = Any

# Windows


def window_of(b: Builder, shape: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Some axes, and how long a window is along each."""
    axes = tuple(int(i) for i in b.rng.permutation(len(shape))[: b.integer(1, min(2, len(shape)))])
    return tuple(b.integer(1, min(2, shape[i])) for i in axes), axes


@operation(
    lambda x, window, axis: sliding_window_view(x, window, axis), sliding_window_view, name="sliding_window_view"
)
def sliding_windows(b: Builder) -> Drawn:
    x = b.operand(least=1, most=2)
    window, axes = window_of(b, np.shape(b.value(x)))
    return (x,), {"window": window, "axis": axes}


def overlapped(x: Array, shape: tuple[int, ...], axes: tuple[int, ...]) -> Array:
    """The windows' entries at their places."""
    window = np.shape(x)[len(shape) :]
    places = sliding_window_view(np.arange(int(np.prod(shape))).reshape(shape), window, axes)
    return placed(places, shape)(x)


@operation(
    lambda x, shape, axes: windows.overlap_add(x, shape, axes),
    windows.overlap_add,
    name="overlap_add",
    definition=overlapped,
)
def overlap_add(b: Builder) -> Drawn:
    shape = b.shape(1, 2)
    window, axes = window_of(b, shape)
    x = b.of_shape(sliding_window_view(np.empty(shape), window, axes).shape)
    return (x,), {"shape": shape, "axes": axes}


# Layers of images


def correlation(x: Array, kernel: Array, bias: Array, stride: Any, padding: Any) -> Array:
    """By the sum over windows."""
    rows, columns = padding
    x = padded(x, [[0, 0], [0, 0], [rows, rows], [columns, columns]], 0.0)
    seen = sliding_window_view(x, np.shape(kernel)[2:], (2, 3))[:, :, :: stride[0], :: stride[1]]
    return np.einsum("nchwij,fcij->nfhw", seen, kernel) + np.reshape(bias, (-1, 1, 1))


@operation(functional.conv2d, windows.convolution, definition=correlation)
def conv2d(b: Builder) -> Drawn:
    channels, filters = b.integer(1, 2), b.integer(1, 2)
    x = b.of_shape((b.integer(1, 2), channels, b.integer(2, 4), b.integer(2, 4)))
    kernel = b.of_shape((filters, channels, b.integer(1, 2), b.integer(1, 2)))
    stride, padding = ((b.integer(low, low + 1), b.integer(low, low + 1)) for low in (1, 0))
    return (x, kernel, b.of_shape((filters,))), {"stride": stride, "padding": padding}


def pools(call: Function, reduce: Function, *covers: Any, apart: bool) -> None:
    """Of windows side by side, apart or overlapping."""

    def definition(x: Array, window: Any, stride: Any) -> Array:
        seen = sliding_window_view(x, window, (2, 3))[:, :, :: stride[0], :: stride[1]]
        return reduce(seen, axis=(-2, -1), keepdims=False)

    @operation(call, *covers, definition=definition)
    def draw(b: Builder) -> Drawn:
        x = b.of_shape((b.integer(1, 2), b.integer(1, 2), b.integer(2, 4), b.integer(2, 4)))
        pair = (b.integer(1, 2), b.integer(1, 2))
        return (b.distinct(x) if apart else x,), {"window": pair, "stride": b.choice([pair, (1, 1), (2, 1)])}


pools(functional.avg_pool2d, np.mean, windows.average_pooling, apart=False)
pools(functional.max_pool2d, chosen(np.max), apart=True)


# Functions of networks


def layer(call: Function, definition: Function, covers: Any, apart: bool = False) -> None:
    """Entry by entry."""

    @operation(call, covers, definition=definition)
    def draw(b: Builder) -> Drawn:
        x = b.operand()
        return (b.apart(x) if apart else x,), {}


layer(functional.sigmoid, lambda x: 1 / (1 + np.exp(-x)), functional._sigmoid)
layer(functional.softplus, lambda x: np.log(1 + np.exp(x)), functional._softplus)
layer(functional.relu, lambda x: np.where(branch(x) > 0, x, 0.0), functional._relu, apart=True)


def shares(x: Array, axis: int) -> Array:
    """Exponentials and their sum."""
    e = np.exp(x)
    return e / np.sum(e, axis=axis, keepdims=True)


def along_an_axis(call: Function, definition: Function, covers: Any) -> None:
    """Of the classes."""

    @operation(call, covers, definition=definition)
    def draw(b: Builder) -> Drawn:
        x = b.operand(least=1)
        return (x,), {"axis": b.one_axis(np.ndim(b.value(x)))}


along_an_axis(functional.softmax, shares, functional._softmax)
along_an_axis(functional.log_softmax, lambda x, axis: np.log(shares(x, axis)), functional._logsumexp)


@operation(
    functional.logsumexp,
    functional._logsumexp,
    definition=lambda x, axis, keepdims: np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims)),
)
def logsumexp(b: Builder) -> Drawn:
    x = b.operand()
    return (x,), {"axis": b.axis(np.ndim(b.value(x))), "keepdims": b.flag()}


@operation(
    functional.cross_entropy,
    functional._cross_entropy,
    definition=lambda x, t: -np.sum(t * np.log(shares(x, 1))) / len(x),
)
def cross_entropy(b: Builder) -> Drawn:
    x = b.operand(least=2, most=2)
    return (x, b.of_shape(np.shape(b.value(x)))), {}
