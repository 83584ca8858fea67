"""JAX: the loss of a program and its derivatives, forward over backward. Its words are NumPy's; few are others."""

import operator
from collections.abc import Callable
from typing import Any

import exchange
import jax
import jax.numpy as jnp
import numpy as np
from contenders import Prepared

jax.config.update("jax_enable_x64", True)

PACKAGES = ("jax", "jaxlib", "numpy")
F = Callable[..., Any]
NAMES = (
    *("add", "multiply", "subtract", "divide", "logaddexp", "hypot", "arctan2", "maximum", "minimum", "power"),
    *("float_power", "negative", "positive", "copy", "real", "conjugate", "square", "reciprocal", "exp", "exp2"),
    *("expm1", "sqrt", "cbrt", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "arcsin", "arccos", "arctan"),
    *("sinh", "cosh", "tanh", "absolute", "fabs", "clip", "full_like", "sum", "mean", "prod", "max", "amax", "min"),
    *("amin", "var", "std", "cumsum", "reshape", "ravel", "transpose", "swapaxes", "moveaxis", "expand_dims"),
    *("squeeze", "broadcast_to", "flip", "roll", "tril", "triu", "atleast_1d", "atleast_2d", "tile", "take"),
    *("take_along_axis", "sort", "diagonal", "diag", "matmul", "dot", "inner", "outer", "vdot", "tensordot", "trace"),
)


def joined(call: F) -> F:
    """Several operands."""
    return lambda *xs, **options: call(xs, **options)


def cut(call: F) -> F:
    """The parts turned round, as in the grammar."""
    return lambda x, where, axis: jnp.concatenate(call(x, where, axis)[::-1], axis)


def repeated(x: Any, repeats: Any, axis: Any) -> Any:
    """JAX takes numbers of repeats as an array."""
    return jnp.repeat(x, np.array(repeats), axis)


def padded(x: Any, widths: Any, fill: float) -> Any:
    """With constants."""
    return jnp.pad(x, widths, constant_values=fill)


def windows(x: Any, window: Any, axis: Any) -> Any:
    """By the places of their entries."""
    places = np.lib.stride_tricks.sliding_window_view(np.arange(x.size).reshape(x.shape), window, axis)
    return x.reshape(-1)[places]


def images(x: Any, window: Any, stride: Any) -> Any:
    """Windows of images."""
    return windows(x, window, (2, 3))[:, :, :: stride[0], :: stride[1]]


def convolved(x: Any, kernel: Any, bias: Any, stride: Any, padding: Any) -> Any:
    """As XLA does it."""
    around = [(n, n) for n in padding]
    return jax.lax.conv_general_dilated(x, kernel, stride, around) + bias[:, None, None]


def solved(a: Any, b: Any) -> Any:
    """A vector is one column."""
    return jnp.linalg.solve(a, b[:, None])[..., 0] if b.ndim == 1 else jnp.linalg.solve(a, b)


FUNCTIONS: dict[str, F] = {
    **{name: getattr(jnp, name) for name in NAMES},
    "x + y": operator.add, "x * y": operator.mul, "x - y": operator.sub, "x / y": operator.truediv,
    "x ** n": operator.pow, "x ** y": operator.pow, "-x": operator.neg, "abs(x)": abs, "x @ y": operator.matmul,
    "where": lambda x, y, mask: jnp.where(mask, x, y), "heaviside": lambda y, at: jnp.where(at == 0, y, (at > 0) * 1.0),
    "astype": lambda x, dtype: x, "x[index]": lambda x, index: x[index],
    "scatter": lambda x, places, shape: jnp.zeros(shape).at[places].add(x),
    "concatenate": joined(jnp.concatenate), "stack": joined(jnp.stack), "vstack": joined(jnp.vstack),
    "hstack": joined(jnp.hstack), "split": cut(jnp.split), "array_split": cut(jnp.array_split), "pad": padded,
    "repeat": repeated, "einsum": lambda *xs, subscripts, optimize: jnp.einsum(subscripts.replace(" ", ""), *xs),
    "inv": jnp.linalg.inv, "solve": solved, "det": jnp.linalg.det, "slogdet": lambda a: jnp.linalg.slogdet(a)[1],
    "cholesky": jnp.linalg.cholesky, "norm": lambda x, order, axis, keepdims: jnp.linalg.norm(x, order, axis, keepdims),
    "sliding_window_view": windows, "conv2d": convolved,
    "avg_pool2d": lambda x, window, stride: images(x, window, stride).mean((-2, -1)),
    "max_pool2d": lambda x, window, stride: images(x, window, stride).max((-2, -1)),
    "sigmoid": jax.nn.sigmoid, "softplus": jax.nn.softplus, "relu": jax.nn.relu, "softmax": jax.nn.softmax,
    "log_softmax": jax.nn.log_softmax,
    "logsumexp": lambda x, axis, keepdims: jax.nn.logsumexp(x, axis, keepdims=keepdims),
    "cross_entropy": lambda x, t: -jnp.sum(t * jax.nn.log_softmax(x)) / len(x),
}  # fmt: skip


def numbers(loss: F, inputs: Any, u: Any, v: Any) -> list[float]:
    """The loss, <g, u> and <H v, u>."""
    places = tuple(range(len(inputs)))
    value, gradient = jax.value_and_grad(loss, places)(*inputs)
    product = jax.jvp(jax.grad(loss, places), inputs, v)[1]
    return [
        float(value),
        *(float(sum(jnp.vdot(x, y) for x, y in zip(each, u, strict=True))) for each in (gradient, product)),
    ]


def answers(programs: Any) -> Any:
    """Of all programs."""
    return exchange.answers(programs, FUNCTIONS, jnp.asarray, numbers)


TASKS = {
    "programs": lambda programs: Prepared(
        lambda: answers(programs), lambda said: {k: np.array(v) for k, v in said.items()}
    )
}
