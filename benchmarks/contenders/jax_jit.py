"""JAX: jit of value_and_grad; compiling is not timed, and the arrays are where it computes."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import tasks
from contenders import Arrays, Prepared

jax.config.update("jax_enable_x64", True)

PACKAGES = ("jax", "jaxlib", "numpy")
CANNOT = {"tape": "a compiler takes the chain away: there is no operation to time"}


def sigmoid(x: Any) -> Any:
    """JAX's own."""
    return jax.nn.sigmoid(x)


def cnn_loss(p: Arrays, images: Any, y: Any) -> Any:
    """Convolution and pooling as XLA knows them."""
    F = p["v"].shape[1]
    filters = p["v"].T.reshape(F, 1, 5, 5)
    d = jax.lax.conv_general_dilated(images[:, None], filters, (1, 1), "VALID") + p["q"][:, None, None]
    a = sigmoid(d).reshape(len(images), F, 12, 2, 12, 2).mean((3, 5)).reshape(len(images), -1)
    return -jnp.sum(y * jax.nn.log_softmax(a @ p["W"] + p["b"])) / len(images)


def dense_loss(p: Arrays, images: Any, y: Any) -> Any:
    """Half the squared error behind two layers of sigmoids with thresholds."""
    y_hat = sigmoid(sigmoid(images @ p["v"] - p["gamma"]) @ p["w"] - p["theta"])
    return jnp.sum((y_hat - y) ** 2) / (2 * len(images))


def network(loss: Callable[..., Any], given: tasks.Network) -> Prepared:
    """Loss and gradients, waited for."""
    parameters, images, y = jax.device_put((given.parameters, given.images, given.y))
    gradient = jax.jit(jax.value_and_grad(loss))
    return Prepared(lambda: jax.block_until_ready(gradient(parameters, images, y)), lambda r: arrays(*r))


def epoch(file: str, batch: int, F: int, dtype: str) -> Prepared:
    """The step jitted, its batch cut out and its update included."""
    given = tasks.epoch(file, batch, F, dtype)
    start, images, y = jax.device_put((given.parameters, given.images, given.y))

    @jax.jit
    def step(p: Arrays, total: Any, k: Any) -> Any:
        chosen = (jax.lax.dynamic_slice_in_dim(x, k, batch) for x in (images, y))
        loss, gradients = jax.value_and_grad(cnn_loss)(p, *chosen)
        return {name: value - given.rate * gradients[name] for name, value in p.items()}, total + loss

    def call() -> Any:
        p, total = start, jnp.zeros((), jnp.float64)
        for chosen in given.batches():
            p, total = step(p, total, chosen.start)
        return jax.block_until_ready((total, p))

    return Prepared(call, lambda r: arrays(*r))


def arrays(loss: Any, others: Arrays) -> Arrays:
    """As NumPy arrays."""
    return {name: np.asarray(value) for name, value in {"loss": loss, **others}.items()}


TASKS = {
    "cnn": lambda **case: network(cnn_loss, tasks.cnn(**case)),
    "dense": lambda **case: network(dense_loss, tasks.dense(**case)),
    "epoch": epoch,
}
