"""Both networks by the report's formulas put right, from `manual` alone."""

from typing import Any

from handgrad.training.passes import Forward, Parameters, Pass, Way
from handgrad.values import Array
from manual import dense, networks, softmax_cross_entropy


def dense_letters(parameters: Parameters, images: Array) -> networks.DenseLetters:
    """Forward through the dense network; an image is a row of 784."""
    return networks.dense_forward(images.reshape(len(images), -1), **parameters)


def dense_forward(parameters: Parameters, images: Array, y: Array) -> Forward:
    """Half the squared error, and the outputs."""
    y_hat = dense_letters(parameters, images).y_hat
    return Forward(float(dense.half_squared_error(y_hat, y)), y_hat)


def dense_backward(parameters: Parameters, images: Array, y: Array) -> Pass:
    """Gradients of half the squared error by (1) to (4), and the same one layer down."""
    letters = dense_letters(parameters, images)
    return pass_of(dense.half_squared_error(letters.y_hat, y), networks.dense_backward(letters, y), parameters, "b")


def cnn_letters(parameters: Parameters, images: Array) -> networks.CNNLetters:
    """Forward through the convolutional network; an image has one channel."""
    return networks.cnn_forward(images[:, None], **parameters)


def cnn_forward(parameters: Parameters, images: Array, y: Array) -> Forward:
    """The cross entropy, and the outputs."""
    y_hat = cnn_letters(parameters, images).y_hat
    return Forward(float(softmax_cross_entropy.cross_entropy(y_hat, y)), y_hat)


def cnn_backward(parameters: Parameters, images: Array, y: Array) -> Pass:
    """Gradients of the cross entropy by (5) to (15), for the parameters alone."""
    loss, gradients = networks.cnn_descent(images[:, None], **parameters, y=y)
    return Pass(float(loss), gradients, {})


def cnn_whole(parameters: Parameters, images: Array, y: Array) -> Pass:
    """The same of the whole batch at once, and for the letters between."""
    letters = cnn_letters(parameters, images)
    loss = softmax_cross_entropy.cross_entropy(letters.y_hat, y)
    return pass_of(loss, networks.cnn_backward(letters, y), parameters, "xacd")


def pass_of(loss: Array, gradients: Any, parameters: Parameters, others: str) -> Pass:
    """The gradients of `manual` by their letters."""
    return Pass(
        float(loss),
        {letter: getattr(gradients, letter) for letter in parameters},
        {letter: getattr(gradients, letter) for letter in others},
    )


WAYS = {
    "dense": Way("by hand", dense_forward, dense_backward),
    "cnn": Way("by hand", cnn_forward, cnn_backward, cnn_whole),
}
