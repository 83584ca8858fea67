"""Both networks written as a forward pass only, and differentiated by `autograd`.

Nothing here comes from `manual`. `WAYS` descends: gradients of the parameters alone. `gradients` is for looking: it
also gives those of the letters between, in the report's layout.
"""

from functools import partial
from typing import Any

import numpy as np

from autograd import Tensor, avg_pool2d, conv2d, cross_entropy, sigmoid, softmax, value_and_grad
from handgrad.training.passes import Forward, Parameters, Pass, Way, pass_of
from handgrad.values import Array

KERNEL, WINDOW = 5, 2


def dense_network(parameters: Parameters, images: Array, y: Array) -> dict[str, Any]:
    """E = 1/2 sum_j (y_hat_j - y_j)^2, averaged over the batch, and the letters on the way to it."""
    x = np.reshape(images, (len(images), -1))
    b = sigmoid(x @ parameters["v"] - parameters["gamma"])
    y_hat = sigmoid(b @ parameters["w"] - parameters["theta"])
    return {"b": b, "y_hat": y_hat, "loss": np.sum((y_hat - y) ** 2) / (2 * len(images))}


def cnn_network(parameters: Parameters, images: Array, y: Array) -> dict[str, Any]:
    """The cross entropy of the softmax, averaged over the batch, and the letters on the way to it."""
    v = parameters["v"]
    filters = np.reshape(np.transpose(v), (v.shape[1], 1, KERNEL, KERNEL))
    d = conv2d(np.expand_dims(images, 1), filters, parameters["q"])
    c = sigmoid(d)
    a = np.reshape(avg_pool2d(c, WINDOW), (len(images), -1))
    x = a @ parameters["W"] + parameters["b"]
    return {"d": d, "c": c, "a": a, "x": x, "loss": cross_entropy(x, y)}


NETWORKS = {"dense": dense_network, "cnn": cnn_network}


def forward(network: str, parameters: Parameters, images: Array, y: Array) -> Forward:
    """The error and the outputs, without a graph."""
    letters = NETWORKS[network](parameters, images, y)
    y_hat = letters["y_hat"] if "y_hat" in letters else softmax(letters["x"])
    return Forward(float(letters["loss"]), y_hat)


def backward(network: str, parameters: Parameters, images: Array, y: Array) -> Pass:
    """The error and its gradient for each parameter."""

    def loss(*values: Array) -> Array:
        return NETWORKS[network](dict(zip(parameters, values, strict=True)), images, y)["loss"]

    value, gradients = value_and_grad(loss, tuple(range(len(parameters))))(*parameters.values())
    return Pass(float(value), dict(zip(parameters, gradients, strict=True)))


def gradients(network: str, parameters: Parameters, images: Array, y: Array) -> dict[str, Array]:
    """The error as "loss"; its gradient for every letter, c and d with an axis of positions, as by hand."""
    tensors = {letter: Tensor(value) for letter, value in parameters.items()}
    between = NETWORKS[network](tensors, images, y)
    loss = between.pop("loss")
    between.pop("y_hat", None)
    loss.backward()
    return {"loss": loss.value} | {letter: by_positions(z.grad) for letter, z in (tensors | between).items()}


def by_positions(images: Array) -> Array:
    """(N, F, rows, columns) as (N, rows columns, F); anything else as it is."""
    if images.ndim != 4:
        return images
    return np.reshape(np.transpose(images, (0, 2, 3, 1)), (images.shape[0], -1, images.shape[1]))


def every(network: str, parameters: Parameters, images: Array, y: Array) -> Pass:
    """The error and its gradient for every letter."""
    return pass_of(gradients(network, parameters, images, y))


WAYS = {
    name: Way("automatically", partial(forward, name), partial(backward, name), partial(every, name))
    for name in NETWORKS
}
