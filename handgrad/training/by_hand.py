"""Both networks by the report's formulas put right, from `manual` alone."""

from handgrad.training.passes import Forward, Parameters, Pass, Way, pass_of
from handgrad.values import Array
from manual import dense, networks, softmax_cross_entropy


def dense_letters(parameters: Parameters, images: Array) -> networks.DenseLetters:
    """Forward through the dense network; an image is a row of 784."""
    return networks.dense_forward(images.reshape(len(images), -1), **parameters)


def dense_forward(parameters: Parameters, images: Array, y: Array) -> Forward:
    """Half the squared error, and the outputs."""
    y_hat = dense_letters(parameters, images).y_hat
    return Forward(float(dense.half_squared_error(y_hat, y)), y_hat)


def dense_gradients(parameters: Parameters, images: Array, y: Array) -> dict[str, Array]:
    """Half the squared error as "loss"; its gradients by (1) to (4), and by the same one layer down."""
    letters = dense_letters(parameters, images)
    return {"loss": dense.half_squared_error(letters.y_hat, y), **vars(networks.dense_backward(letters, y))}


def dense_backward(parameters: Parameters, images: Array, y: Array) -> Pass:
    """The same as a pass."""
    return pass_of(dense_gradients(parameters, images, y))


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
    return Pass(float(loss), gradients)


def cnn_gradients(parameters: Parameters, images: Array, y: Array) -> dict[str, Array]:
    """The same of the batch at once, and for the letters between."""
    return gradients_at(cnn_letters(parameters, images), y)


def gradients_at(letters: networks.CNNLetters, y: Array) -> dict[str, Array]:
    """The cross entropy as "loss" and its gradients, where the forward pass has led."""
    return {"loss": softmax_cross_entropy.cross_entropy(letters.y_hat, y), **vars(networks.cnn_backward(letters, y))}


GRADIENTS = {"dense": dense_gradients, "cnn": cnn_gradients}
WAYS = {
    "dense": Way("by hand", dense_forward, dense_backward),
    "cnn": Way("by hand", cnn_forward, cnn_backward, lambda *at: pass_of(cnn_gradients(*at))),
}
