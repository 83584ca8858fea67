"""The gradient of a whole network, right and with each mistake in it, from the formulas of `manual`.

A gradient is a function of a network's letters after a forward pass, N samples, and of labels; it gives an array for
each parameter.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from handgrad.checking.check import check_gradient
from handgrad.checking.verdict import Verdict
from handgrad.page import formulas
from handgrad.page.point import REPORT, Point
from handgrad.report.equations.definitions import dense_letters, half_squared_error, network_loss
from handgrad.training import printed
from handgrad.values import Array, Values
from manual import as_printed, convolution, dense, fully_connected, hidden
from manual.networks import CNNLetters, DenseLetters, cnn_forward, dense_forward

Gradient = Callable[[Any, Array], Mapping[str, Array]]

# The convolutional network


def cnn_right(at: CNNLetters, y: Array) -> dict[str, Array]:
    """(9) and (15) put right."""
    return {
        "v": convolution.weights_gradient(at.U, at.c, at.W, at.y_hat, y, at.rows),
        "q": convolution.bias_gradient(at.c, at.W, at.y_hat, y, at.rows),
        "W": fully_connected.weights_gradient(at.a, at.y_hat, y),
        "b": fully_connected.bias_gradient(at.y_hat, y),
    }


def cnn_of_any_labels(at: CNNLetters, y: Array) -> dict[str, Array]:
    """The first lines of (9) and (15), which need no sum_k y_k = 1."""
    return {
        "v": convolution.weights_gradient_chain(at.U, at.c, at.W, at.y_hat, y, at.rows),
        "q": convolution.bias_gradient_chain(at.c, at.W, at.y_hat, y, at.rows),
        "W": fully_connected.weights_gradient_chain(at.a, at.y_hat, y),
        "b": fully_connected.bias_gradient_chain(at.y_hat, y),
    }


def cnn_printed(at: CNNLetters, y: Array) -> dict[str, Array]:
    """(15) as printed."""
    return cnn_right(at, y) | printed.filters_gradient(at, y)


def cnn_without_quarter(at: CNNLetters, y: Array) -> dict[str, Array]:
    """The derivative of the pooling left out."""
    return as_printed.gradients_without_pooling_derivative(at.U, at.c, at.a, at.W, at.y_hat, y, at.rows)


def cnn_of_one_output(at: CNNLetters, y: Array) -> dict[str, Array]:
    """(10) as printed, and (15) from it: one output's share alone reaches the filters."""
    wrong = printed.input_gradient(at, y)
    return cnn_right(at, y) | {letter: wrong[letter] for letter in "vq"}


def cnn_transposed(at: CNNLetters, y: Array) -> dict[str, Array]:
    """The gradient of each filter with rows and columns exchanged."""
    right = cnn_right(at, y)
    return right | {"v": formulas.turned(right["v"])}


def cnn_opposite(at: CNNLetters, y: Array) -> dict[str, Array]:
    """The minus of (5) is lost."""
    return {letter: -x for letter, x in cnn_right(at, y).items()}


# The dense network


def dense_right(at: DenseLetters, y: Array) -> dict[str, Array]:
    """(2) and (4) without the rate, and the same one layer down."""
    return {
        "v": hidden.hidden_weight_gradient(at.x, at.b, at.w, at.y_hat, y),
        "gamma": hidden.hidden_threshold_gradient(at.b, at.w, at.y_hat, y),
        "w": dense.weight_gradient(at.b, at.y_hat, y),
        "theta": dense.threshold_gradient(at.y_hat, y),
    }


def dense_opposite(at: DenseLetters, y: Array) -> dict[str, Array]:
    """A threshold is taken for something that is added."""
    right = dense_right(at, y)
    return right | {letter: -right[letter] for letter in ("gamma", "theta")}


def dense_transposed(at: DenseLetters, y: Array) -> dict[str, Array]:
    """The outer product taken the wrong way round and brought into shape."""
    right = dense_right(at, y)
    return right | {letter: formulas.wrong_way_round(right[letter]) for letter in ("v", "w")}


# Judging


def cnn_loss(X: Array, v: Array, q: Array, W: Array, b: Array, y: Array) -> Array:
    """CELF of one image (H, H) with a filter (k, k), its bias a number, and labels (K,)."""
    n = (X.shape[0] - v.shape[0] + 1) // 2
    letters = {"X": X[None], "v": np.reshape(v, (-1, 1)), "q": np.reshape(q, (1,)), "W": W, "b": b, "y": y[None]}
    return network_loss(Values(letters | {"n": n}))


def of_one_image(gradient: Gradient) -> Callable[..., tuple[Array, ...]]:
    """A gradient of the convolutional network for one image, by v, q, W, b in the shapes of `cnn_loss`."""

    def by_hand(X: Array, v: Array, q: Array, W: Array, b: Array, y: Array) -> tuple[Array, ...]:
        letters = cnn_forward(X[None, None], np.reshape(v, (-1, 1)), np.reshape(q, (1,)), W, b, kernel=v.shape)
        bars = gradient(letters, y[None])
        return np.reshape(bars["v"], v.shape), bars["q"][0], bars["W"], bars["b"]

    return by_hand


def dense_loss(x: Array, v: Array, gamma: Array, w: Array, theta: Array, y: Array) -> Array:
    """E of one sample: inputs (d,), targets (l,)."""
    letters = {"x": x[None], "v": v, "gamma": gamma, "w": w, "theta": theta, "y": y[None]}
    return half_squared_error(dense_letters(Values(letters)).y_hat, y[None])


def of_one_sample(gradient: Gradient) -> Callable[..., tuple[Array, ...]]:
    """A gradient of the dense network for one sample, by v, gamma, w, theta."""

    def by_hand(x: Array, v: Array, gamma: Array, w: Array, theta: Array, y: Array) -> tuple[Array, ...]:
        bars = gradient(dense_forward(x[None], v, gamma, w, theta), y[None])
        return bars["v"], bars["gamma"], bars["w"], bars["theta"]

    return by_hand


def judged(network: str, gradient: Gradient, point: Point) -> Verdict:
    """The verdict on a gradient of a whole network at a point."""
    if network == "cnn":
        at = point.cnn
        inputs = [at.X[0], np.reshape(at.v, (REPORT.k, REPORT.k)), at.q[0], at.W, at.b, at.y[0]]
        names, wrt, by_hand = "X v q W b y", "v q W b", of_one_image(gradient)
    else:
        at = point.dense
        inputs = [at.x[0], at.v, at.gamma, at.w, at.theta, at.y[0]]
        names, wrt, by_hand = "x v gamma w theta y", "v gamma w theta", of_one_sample(gradient)
    loss = cnn_loss if network == "cnn" else dense_loss
    return check_gradient(loss, by_hand, inputs, names=names, wrt=wrt.split(), seed=point.seed)
