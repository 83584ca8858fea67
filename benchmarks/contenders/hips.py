"""HIPS autograd, in its NumPy. The patches are cut by plain NumPy, as images are constants; that is timed too."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tasks
from contenders import Arrays, MissingError, Prepared

try:
    import autograd.numpy as anp
    from autograd.core import make_vjp
    from autograd.extend import primitive  # noqa: F401  (only the HIPS package has it)

    from autograd import value_and_grad
except ModuleNotFoundError as error:
    raise MissingError("HIPS autograd is not installed") from error

PACKAGES = ("autograd", "numpy")


def sigmoid(x: Any) -> Any:
    """Plain; the data are far from where it would overflow."""
    return 1 / (1 + anp.exp(-x))


def cnn_loss(parameters: tuple[Any, ...], P: Any, y: Any) -> Any:
    """Filters first, so that every array is read in the order in which it lies."""
    v, q, W, b = parameters
    N, F = len(y), v.shape[1]
    c = sigmoid(anp.dot(v.T, P) + anp.reshape(q, (-1, 1)))
    pooled = anp.mean(anp.reshape(c, (F, N, 12, 2, 12, 2)), axis=(3, 5))
    x = anp.dot(anp.reshape(anp.transpose(pooled, (1, 0, 2, 3)), (N, -1)), W) + b
    x = x - anp.max(x, axis=1, keepdims=True)
    return -anp.sum(y * (x - anp.log(anp.sum(anp.exp(x), axis=1, keepdims=True)))) / N


def dense_loss(parameters: tuple[Any, ...], images: Any, y: Any) -> Any:
    """Half the squared error behind two layers of sigmoids with thresholds."""
    v, gamma, w, theta = parameters
    y_hat = sigmoid(anp.dot(sigmoid(anp.dot(images, v) - gamma), w) - theta)
    return anp.sum((y_hat - y) ** 2) / (2 * len(y))


def network(loss: Callable[..., Any], cut: Callable[[Any], Any], given: tasks.Network) -> Prepared:
    """Loss and gradients; `cut` makes of the images what the loss is given."""
    gradient, start = value_and_grad(loss), tuple(given.parameters.values())

    def arrays(result: Any) -> Arrays:
        return {"loss": result[0], **dict(zip(given.parameters, result[1], strict=True))}

    return Prepared(lambda: gradient(start, cut(given.images), given.y), arrays)


def epoch(file: str, batch: int, F: int, dtype: str) -> Prepared:
    """Gradient descent."""
    given = tasks.epoch(file, batch, F, dtype)
    gradient = value_and_grad(cnn_loss)

    def call() -> Arrays:
        parameters, total = tuple(given.parameters.values()), 0.0
        for chosen in given.batches():
            loss, gradients = gradient(parameters, tasks.patches(given.images[chosen]), given.y[chosen])
            total += float(loss)
            parameters = tuple(p - given.rate * g for p, g in zip(parameters, gradients, strict=True))
        return {"loss": np.float64(total), **dict(zip(given.parameters, parameters, strict=True))}

    return Prepared(call, dict)


def chain(x: Any) -> Any:
    """Of a thousand operations."""
    y = x
    for _ in range(tasks.OPERATIONS // 2):
        y = y * tasks.FACTOR + x
    return y


def tape(entries: int) -> Prepared:
    """The chain on the tape, and back."""
    start = tasks.tape(entries)
    cotangent = np.ones(np.shape(start))[()]

    def call() -> Any:
        pullback, value = make_vjp(chain, start)
        return value, pullback(cotangent)

    return Prepared(call, lambda result: {"value": result[0], "x": result[1]})


TASKS = {
    "cnn": lambda **case: network(cnn_loss, tasks.patches, tasks.cnn(**case)),
    "dense": lambda **case: network(dense_loss, lambda images: images, tasks.dense(**case)),
    "epoch": epoch,
    "tape": tape,
}
