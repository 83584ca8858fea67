"""MyGrad, with the layers it has."""

from typing import Any

import mygrad
import numpy as np
import tasks
from contenders import Arrays, Prepared
from mygrad.nnet.activations import sigmoid
from mygrad.nnet.layers import conv_nd
from mygrad.nnet.losses import softmax_crossentropy

PACKAGES = ("mygrad", "numpy")


def cnn_loss(p: Arrays, images: Any, y: Any) -> Any:
    """Its conv_nd; its cross entropy takes the number of the class, so it gets where the 1 is."""
    N, F = len(images), p["v"].shape[1]
    filters = p["v"].T.reshape(F, 1, 5, 5)
    c = sigmoid(conv_nd(images[:, None], filters, stride=1) + p["q"].reshape(1, F, 1, 1))
    a = c.reshape(N, F, 12, 2, 12, 2).mean(axis=(3, 5)).reshape(N, -1)
    return softmax_crossentropy(a @ p["W"] + p["b"], np.argmax(y, axis=1))


def dense_loss(p: Arrays, images: Any, y: Any) -> Any:
    """Half the squared error behind two layers of sigmoids with thresholds."""
    b = sigmoid(mygrad.matmul(images, p["v"]) - p["gamma"])
    y_hat = sigmoid(b @ p["w"] - p["theta"])
    return ((y_hat - y) ** 2).sum() / (2 * len(images))


def network(loss: Any, given: tasks.Network) -> Prepared:
    """Loss and gradients."""

    def call() -> Arrays:
        p = {letter: mygrad.tensor(value) for letter, value in given.parameters.items()}
        value = loss(p, given.images, given.y)
        value.backward()
        return {"loss": value.data, **{letter: tensor.grad for letter, tensor in p.items()}}

    return Prepared(call, dict)


def epoch(file: str, batch: int, F: int, dtype: str) -> Prepared:
    """Gradient descent."""
    given = tasks.epoch(file, batch, F, dtype)

    def call() -> Arrays:
        parameters, total = given.parameters, 0.0
        for chosen in given.batches():
            p = {letter: mygrad.tensor(value) for letter, value in parameters.items()}
            value = cnn_loss(p, given.images[chosen], given.y[chosen])
            value.backward()
            total += float(value.data)
            parameters = {letter: p[letter].data - given.rate * p[letter].grad for letter in p}
        return {"loss": np.float64(total), **parameters}

    return Prepared(call, dict)


def tape(entries: int) -> Prepared:
    """The chain on the tape, and back."""
    start = tasks.tape(entries)
    cotangent = np.ones(np.shape(start))

    def call() -> Any:
        x = mygrad.tensor(start)
        y = x
        for _ in range(tasks.OPERATIONS // 2):
            y = y * tasks.FACTOR + x
        y.backward(cotangent)
        return y, x

    return Prepared(call, lambda result: {"value": result[0].data, "x": result[1].grad})


TASKS = {
    "cnn": lambda **case: network(cnn_loss, tasks.cnn(**case)),
    "dense": lambda **case: network(dense_loss, tasks.dense(**case)),
    "epoch": epoch,
    "tape": tape,
}
