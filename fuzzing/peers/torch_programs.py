"""torch: the loss of a program and its derivatives, by backward through backward.

What moves entries is one function for all: NumPy says to which places, torch takes them.
"""

import operator
from collections.abc import Callable
from typing import Any

import exchange
import numpy as np
import torch
from contenders import Prepared
from numpy.lib.stride_tricks import sliding_window_view
from torch.nn import functional

torch.set_num_threads(1)

PACKAGES = ("torch", "numpy")
F = Callable[..., Any]


def array(x: Any) -> Any:
    """Doubles for floats."""
    return torch.from_numpy(np.array(x))


def moved(move: F) -> F:
    """The entries that NumPy's function moves, one operand."""

    def call(x: Any, *args: Any, **options: Any) -> Any:
        places = move(np.arange(x.numel()).reshape(tuple(x.shape)), *args, **options)
        return x.reshape(-1)[array(places)]

    return call


def masked(move: F) -> F:
    """The same, where -1 stands for a zero or another filling."""

    def call(x: Any, *args: Any, fill: float = 0.0, **options: Any) -> Any:
        numbers = np.arange(1, x.numel() + 1).reshape(tuple(x.shape))
        places = move(numbers, *args, **options) - 1
        return torch.where(array(places < 0), fill, x.reshape(-1)[array(np.maximum(places, 0))])

    return call


def joined(move: F) -> F:
    """Several operands."""

    def call(*xs: Any, **options: Any) -> Any:
        ends = np.cumsum([0, *(x.numel() for x in xs)])
        numbers = [np.arange(i, j).reshape(tuple(x.shape)) for i, j, x in zip(ends[:-1], ends[1:], xs, strict=True)]
        return torch.cat([x.reshape(-1) for x in xs])[array(move(numbers, **options))]

    return call


def tensor(x: Any) -> Any:
    """Of a number too."""
    return x if isinstance(x, torch.Tensor) else torch.tensor(x, dtype=torch.float64)


def binary(function: F) -> F:
    """torch's functions of two operands want tensors."""
    return lambda x, y: function(tensor(x), tensor(y))


def axes_of(x: Any, axis: Any) -> tuple[int, ...]:
    """As torch wants them."""
    if axis is None:
        return tuple(range(x.ndim))
    return axis if isinstance(axis, tuple) else (axis,)


def reduced(function: F) -> F:
    """Along axes; nothing happens to a number."""

    def call(x: Any, axis: Any, keepdims: bool, **options: Any) -> Any:
        return function(x, dim=axes_of(x, axis), keepdim=keepdims, **options) if x.ndim else function(x)

    return call


def product(x: Any, axis: Any, keepdims: bool) -> Any:
    """One axis after the other."""
    for i in sorted((i % x.ndim for i in axes_of(x, axis)), reverse=True):
        x = torch.prod(x, i, keepdim=keepdims)
    return x


def cut(call: F) -> F:
    """The parts turned round, as in the grammar."""
    return moved(lambda x, where, axis: np.concatenate(call(x, where, axis)[::-1], axis))


def norm(x: Any, order: Any, axis: Any, keepdims: bool) -> Any:
    """Of a vector, or Frobenius'."""
    dim = axes_of(x, axis)
    return torch.linalg.vector_norm(x, 2 if order in (None, "fro") else order, dim=dim, keepdim=keepdims)


def contracted(*xs: Any, subscripts: str, optimize: bool) -> Any:
    """torch does not broadcast axes of length 1 of named indices, nor sum over an index that stands in no other."""
    return torch.einsum(subscripts.replace(" ", ""), *xs)


class NoSecondDerivativeError(ArithmeticError):
    """A point at which torch has no second derivative, or a wrong one."""


def power(x: Any, y: Any) -> Any:
    """x^y. Where y is 0 torch takes y x^(y-1) for a constant 0, and misses 1/x in d2z/dxdy."""
    if y.requires_grad and bool(torch.any(y.detach() == 0)):
        raise NoSecondDerivativeError
    return torch.pow(x, y)


def determinant(a: Any) -> Any:
    """The determinant, of which every derivative is a polynomial: torch gives NaN, as it goes by the inverse."""
    z = torch.linalg.det(a)
    if bool(torch.any(z.detach() == 0)):
        raise NoSecondDerivativeError
    return z


def solved(a: Any, b: Any) -> Any:
    """A right side of one axis is a vector, any other holds matrices; torch takes (n, n) beside a batch for vectors."""
    columns = b[:, None] if b.ndim == 1 else b
    batch = torch.broadcast_shapes(a.shape[:-2], columns.shape[:-2])
    z = torch.linalg.solve(a, columns.expand(*batch, *columns.shape[-2:]))
    return z[..., 0] if b.ndim == 1 else z


def summed(x: Any, y: Any, axes: Any) -> Any:
    """As NumPy's."""
    return torch.tensordot(x, y, dims=axes)


def dot(x: Any, y: Any) -> Any:
    """Over the last axis and the second to last."""
    if not x.ndim or not y.ndim:
        return x * y
    return torch.tensordot(x, y, dims=([x.ndim - 1], [max(y.ndim - 2, 0)]))


def inner(x: Any, y: Any) -> Any:
    """Over the last axes."""
    return torch.tensordot(x, y, dims=([x.ndim - 1], [y.ndim - 1])) if x.ndim and y.ndim else x * y


def windows(x: Any, window: Any, stride: Any) -> Any:
    """Of images."""
    return moved(lambda a: sliding_window_view(a, window, (2, 3))[:, :, :: stride[0], :: stride[1]])(x)


FUNCTIONS: dict[str, F] = {
    **{name: binary(f) for name, f in {
        "x + y": operator.add, "add": torch.add, "x * y": operator.mul, "multiply": torch.mul, "x - y": operator.sub,
        "subtract": torch.sub, "x / y": operator.truediv, "divide": torch.div, "x ** y": power,
        "float_power": power, "power": power, "logaddexp": torch.logaddexp, "hypot": torch.hypot,
        "arctan2": torch.atan2, "maximum": torch.maximum, "minimum": torch.minimum,
    }.items()},
    **{name: getattr(torch, name) for name in (
        *("negative", "positive", "square", "reciprocal", "exp", "exp2", "expm1", "sqrt", "log", "log2", "log10"),
        *("log1p", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "absolute", "sigmoid"),
    )},
    "x ** n": operator.pow, "-x": operator.neg, "abs(x)": abs, "fabs": torch.abs, "copy": torch.clone,
    "real": lambda x: x, "conjugate": torch.conj, "softplus": functional.softplus, "relu": torch.relu,
    "cbrt": lambda x: torch.sign(x) * torch.abs(x) ** (1 / 3), "astype": lambda x, dtype: x,
    "where": lambda x, y, mask: torch.where(array(mask), tensor(x), tensor(y)),
    "clip": lambda x, low, high: torch.clamp(x, tensor(low), tensor(high)),
    "heaviside": lambda y, at: torch.where(array(at) == 0, y, array((at > 0) * 1.0)),
    "full_like": lambda x, y: y.expand(x.shape),
    "sum": reduced(torch.sum), "mean": reduced(torch.mean), "prod": product,
    **dict.fromkeys(("max", "amax"), reduced(torch.amax)), **dict.fromkeys(("min", "amin"), reduced(torch.amin)),
    "var": lambda x, axis, ddof, keepdims: torch.var(x, axes_of(x, axis), correction=ddof, keepdim=keepdims),
    "std": lambda x, axis, ddof, keepdims: torch.std(x, axes_of(x, axis), correction=ddof, keepdim=keepdims),
    "cumsum": lambda x, axis: torch.cumsum(x.reshape(-1) if axis is None else x, 0 if axis is None else axis),
    **{name: moved(getattr(np, name)) for name in (
        *("ravel", "transpose", "swapaxes", "moveaxis", "expand_dims", "squeeze", "broadcast_to", "flip", "roll"),
        *("atleast_1d", "atleast_2d", "repeat", "tile", "take", "take_along_axis", "diagonal"),
    )},
    "reshape": moved(np.reshape), "x[index]": moved(lambda x, index: x[index]),
    "split": cut(np.split), "array_split": cut(np.array_split),
    "pad": masked(lambda x, widths: np.pad(x, widths)), "tril": masked(np.tril), "triu": masked(np.triu),
    "diag": masked(np.diag),
    "concatenate": joined(np.concatenate), "stack": joined(np.stack), "vstack": joined(np.vstack),
    "hstack": joined(np.hstack),
    "scatter": lambda x, places, shape: torch.zeros(shape, dtype=x.dtype).index_put((array(places),), x, True),
    "sort": lambda x, axis: torch.sort(x.reshape(-1) if axis is None else x, 0 if axis is None else axis).values,
    "trace": lambda x, offset, axis1, axis2: torch.diagonal(x, offset, axis1, axis2).sum(-1),
    "x @ y": operator.matmul, "matmul": torch.matmul, "dot": dot, "inner": inner, "einsum": contracted,
    "outer": lambda x, y: x.reshape(-1, 1) * y.reshape(1, -1), "tensordot": summed,
    "vdot": lambda x, y: torch.vdot(x.reshape(-1), y.reshape(-1)),
    "inv": torch.linalg.inv, "solve": solved, "det": determinant,
    "slogdet": lambda a: torch.linalg.slogdet(a).logabsdet, "cholesky": torch.linalg.cholesky, "norm": norm,
    "sliding_window_view": moved(lambda x, window, axis: sliding_window_view(x, window, axis)),
    "conv2d": lambda x, k, b, stride, padding: functional.conv2d(x, k, b, stride, padding),
    "avg_pool2d": lambda x, window, stride: windows(x, window, stride).mean((-2, -1)),
    "max_pool2d": lambda x, window, stride: functional.max_pool2d(x, window, stride),
    "softmax": torch.softmax, "log_softmax": torch.log_softmax,
    "logsumexp": lambda x, axis, keepdims: torch.logsumexp(x, axes_of(x, axis), keepdim=keepdims) if x.ndim else x,
    "cross_entropy": lambda x, t: functional.cross_entropy(x, t),
}  # fmt: skip


def inner_product(xs: Any, us: Any) -> Any:
    """The sum of all products."""
    return sum((x * array(u)).sum() for x, u in zip(xs, us, strict=True))


def numbers(loss: F, inputs: Any, u: Any, v: Any) -> list[float]:
    """The loss, <g, u> and <H v, u>."""
    xs = [array(x).clone().requires_grad_() for x in inputs]
    value = loss(*xs)
    kept = {"create_graph": True, "allow_unused": True, "materialize_grads": True}
    gradient = torch.autograd.grad(value, xs, **kept)
    first, along_v = inner_product(gradient, u), inner_product(gradient, v)
    product = torch.autograd.grad(along_v, xs, **kept) if along_v.requires_grad else [0 * x for x in xs]
    return [float(x) for x in (value, first, inner_product(product, u))]


TASKS = {
    "programs": lambda programs: Prepared(
        lambda: exchange.answers(programs, FUNCTIONS, array, numbers),
        lambda said: {k: np.array(v) for k, v in said.items()},
    )
}
