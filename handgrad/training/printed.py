"""The convolutional network with one erratum of the report in it: what each does to the descent.

Only v and q are touched: W and b lie behind the errors. Where the print leaves the output i free, i is 0.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from handgrad.training import by_hand
from handgrad.training.passes import Forward, Parameters, Pass, Way, pass_of
from handgrad.values import Array
from manual import as_printed, convolution, fully_connected, pooling, softmax_cross_entropy
from manual.networks import CNNLetters
from manual.patches import feature_images, positions
from manual.sigmoid import sigmoid_derivative

Errata = Callable[[CNNLetters, Array], dict[str, Array]]  # printed gradients, in place of the right ones


def input_gradient(letters: CNNLetters, y: Array) -> dict[str, Array]:
    """(10): one output's share alone reaches a, and from there everything before it."""
    a_bar = as_printed.input_gradient(letters.W, letters.y_hat, y)
    c_bar = pulled_back(a_bar, letters.c, letters.rows, letters.window)
    d_bar = c_bar * sigmoid_derivative(letters.c)
    return {
        "v": convolution.weights_pullback(letters.U, d_bar),
        "q": convolution.bias_pullback(d_bar),
        "a": a_bar,
        "c": c_bar,
        "d": d_bar,
    }


def pulled_back(a_bar: Array, c: Array, rows: int, window: tuple[int, int] = (2, 2)) -> Array:
    """Any cotangent of a, pulled back through the pooling to c: (N, J) -> (N, m, F)."""
    N, _, F = c.shape
    images = feature_images(c, rows).shape
    pooled = (N, F, images[2] // window[0], images[3] // window[1])
    return positions(pooling.average_pool_gradient(np.reshape(a_bar, pooled), images, window))


def no_effect(letters: CNNLetters, y: Array) -> dict[str, Array]:
    """(11), the text after it: pooling's 1/4 left out."""
    return as_printed.gradients_without_pooling_derivative(
        letters.U, letters.c, letters.a, letters.W, letters.y_hat, y, letters.rows
    )


def filters_gradient(letters: CNNLetters, y: Array) -> dict[str, Array]:
    """(15), last lines: one output's share alone, and l over the whole image."""
    c, W, y_hat = letters.c, letters.W, letters.y_hat
    return {
        "v": as_printed.weights_gradient(letters.U, c, W, y_hat, y),
        "q": as_printed.bias_gradient(c, W, y_hat, y),
    }


def backward_with(errata: Errata) -> Callable[[Parameters, Array, Array], Pass]:
    """The right backward pass, with the printed gradients in place of its own."""

    def backward(parameters: Parameters, images: Array, y: Array) -> Pass:
        letters = by_hand.cnn_letters(parameters, images)
        return pass_of(by_hand.gradients_at(letters, y) | errata(letters, y))

    return backward


def map_letters(parameters: Parameters, images: Array) -> CNNLetters:
    """(11), the map: pooling by the printed indices, some of which are past the image; those have no value."""
    letters = by_hand.cnn_letters(parameters, images)
    N, m, F = letters.c.shape
    flat = np.reshape(np.transpose(letters.c, (0, 2, 1)), (N * F, m))
    a = np.reshape(as_printed.average_pool_flat(flat, letters.rows // 2), (N, -1))
    x = fully_connected.fully_connected(a, letters.W, letters.b)
    return replace(letters, a=a, x=x, y_hat=softmax_cross_entropy.softmax(x))


def map_forward(parameters: Parameters, images: Array, y: Array) -> Forward:
    """The error of the printed map, which has no value."""
    y_hat = map_letters(parameters, images).y_hat
    return Forward(float(softmax_cross_entropy.cross_entropy(y_hat, y)), y_hat)


def map_backward(parameters: Parameters, images: Array, y: Array) -> Pass:
    """The gradients of the printed map, which have none either."""
    return pass_of(by_hand.gradients_at(map_letters(parameters, images), y))


WAYS = {
    "(10)": Way("(10) as printed", by_hand.cnn_forward, backward_with(input_gradient)),
    "(11) no effect": Way("(11) without 1/4", by_hand.cnn_forward, backward_with(no_effect)),
    "(11) map": Way("(11) map as printed", map_forward, map_backward),
    "(15)": Way("(15) as printed", by_hand.cnn_forward, backward_with(filters_gradient)),
}
