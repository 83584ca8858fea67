"""The dense network's output layer, equations (1)-(4); its hidden layer is in `hidden`.

Glossary (all are pure numbers)
    N       samples in a batch; d, q, l: neurons in the input, hidden and output layers
    x       (N, d)  inputs
    v       (d, q)  weights from the input to the hidden layer
    gamma   (q,)    thresholds of the hidden layer
    b       (N, q)  outputs of the hidden layer, b = f(x v - gamma)
    w       (q, l)  weights from the hidden to the output layer
    theta   (l,)    thresholds of the output layer; a threshold is subtracted
    beta    (N, l)  inputs of the output layer, beta = b w
    y_hat   (N, l)  outputs, y_hat = f(beta - theta), f the sigmoid
    y       (N, l)  targets
    eta             learning rate
    E               mean over the batch of 1/2 sum_j (y_hat_j - y_j)^2
Indices: i a hidden neuron, j an output neuron.

The learning rate is one finite number: an array is a ShapeError, infinity or NaN a DomainError.
Factors such as dE/dy_hat belong to one sample and carry no 1/N; gradients and updates carry it.
"""

import numpy as np

from manual.checks import Array, check_axes, check_number, real
from manual.hidden import activation_gradient, hidden_gradient, hidden_threshold_gradient, hidden_weight_gradient

__all__ = [
    "activation_by_weight",
    "activation_gradient",
    "error_by_output",
    "half_squared_error",
    "hidden_gradient",
    "hidden_threshold_gradient",
    "hidden_weight_gradient",
    "output_by_activation",
    "output_by_threshold",
    "threshold_gradient",
    "threshold_update",
    "threshold_update_chain",
    "threshold_update_expanded",
    "weight_gradient",
    "weight_update",
    "weight_update_chain",
    "weight_update_expanded",
]


def half_squared_error(y_hat: Array, y: Array) -> Array:
    """The error E that the dense network descends.

    Formula: E = 1/N sum_n 1/2 sum_j (y_hat_j - y_j)^2.
    Shapes:  y_hat (N, l), y (N, l) -> a number.
    Domain:  any real numbers.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> float(half_squared_error(np.array([[0.5, 1.0]]), np.array([[0.0, 3.0]])))
    2.125

    Source: Report, section 2.1.
    """
    y_hat, y = real(y_hat, y)
    sizes = check_axes("half_squared_error", ("y_hat", y_hat, "N l"), ("y", y, "N l"))
    residual = y_hat - y
    return np.sum(residual * residual) / (2 * sizes["N"])


def error_by_output(y_hat: Array, y: Array) -> Array:
    """First factor of (1) and (3), for each sample.

    Formula: dE/dy_hat_j = y_hat_j - y_j.
    Shapes:  y_hat (N, l), y (N, l) -> (N, l).
    Domain:  any real numbers.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> error_by_output(np.array([[0.5]]), np.array([[1.0]]))
    array([[-0.5]])

    Source: Report, equation (1), section 2.1.1.
    """
    y_hat, y = real(y_hat, y)
    check_axes("error_by_output", ("y_hat", y_hat, "N l"), ("y", y, "N l"))
    return y_hat - y


def output_by_activation(y_hat: Array) -> Array:
    """Second factor of (1), for each sample.

    Formula: dy_hat_j/dbeta_j = y_hat_j (1 - y_hat_j).
    Shapes:  y_hat (N, l) -> (N, l).
    Domain:  y_hat values of the sigmoid.
    Raises:  ShapeError, when y_hat has other axes or an empty one.

    >>> output_by_activation(np.array([[0.5]]))
    array([[0.25]])

    Source: Report, equation (1), section 2.1.1.
    """
    y_hat = real(y_hat)
    check_axes("output_by_activation", ("y_hat", y_hat, "N l"))
    return y_hat * (1 - y_hat)


def activation_by_weight(b: Array) -> Array:
    """Third factor of (1), for each sample: b itself.

    Formula: dbeta_j/dw_ij = b_i.
    Shapes:  b (N, q) -> (N, q).
    Domain:  any real numbers.
    Raises:  ShapeError, when b has other axes or an empty one.

    >>> activation_by_weight(np.array([[2.0, 4.0]]))
    array([[2., 4.]])

    Source: Report, equation (1), section 2.1.1.
    """
    b = real(b)
    check_axes("activation_by_weight", ("b", b, "N q"))
    return b


def output_by_threshold(y_hat: Array) -> Array:
    """Second factor of (3), for each sample: the threshold is subtracted, hence the sign.

    Formula: dy_hat_j/dtheta_j = -y_hat_j (1 - y_hat_j).
    Shapes:  y_hat (N, l) -> (N, l).
    Domain:  y_hat values of the sigmoid.
    Raises:  ShapeError, when y_hat has other axes or an empty one.

    >>> output_by_threshold(np.array([[0.5]]))
    array([[-0.25]])

    Source: Report, equation (3), section 2.1.2.
    """
    y_hat = real(y_hat)
    check_axes("output_by_threshold", ("y_hat", y_hat, "N l"))
    return -(y_hat * (1 - y_hat))


def weight_update_chain(eta: Array, b: Array, y_hat: Array, y: Array) -> Array:
    """Step of the output weights as a product of three factors (1).

    Formula: dw_ij = -eta dE/dy_hat_j dy_hat_j/dbeta_j dbeta_j/dw_ij, mean over the batch.
    Shapes:  eta a number, b (N, q), y_hat (N, l), y (N, l) -> (q, l).
    Domain:  y_hat values of the sigmoid.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> weight_update_chain(2.0, np.array([[2.0, 4.0]]), np.array([[0.5]]), np.array([[1.0]]))
    array([[0.5],
           [1. ]])

    Source: Report, equation (1), section 2.1.1.
    """
    eta, b, y_hat, y = real(eta, b, y_hat, y)
    check_number("weight_update_chain", "eta", eta)
    sizes = check_axes("weight_update_chain", ("b", b, "N q"), ("y_hat", y_hat, "N l"), ("y", y, "N l"))
    by_output = error_by_output(y_hat, y)[:, np.newaxis, :]
    by_activation = output_by_activation(y_hat)[:, np.newaxis, :]
    by_weight = activation_by_weight(b)[:, :, np.newaxis]
    return -eta * np.sum(by_output * by_activation * by_weight, axis=0) / sizes["N"]


def weight_update_expanded(eta: Array, b: Array, y_hat: Array, y: Array) -> Array:
    """Step of the output weights with the factors written out (2), first line.

    Formula: dw_ij = -eta (y_hat_j - y_j) (y_hat_j (1 - y_hat_j)) (b_i), mean over the batch.
    Shapes:  eta a number, b (N, q), y_hat (N, l), y (N, l) -> (q, l).
    Domain:  y_hat values of the sigmoid.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> weight_update_expanded(2.0, np.array([[2.0, 4.0]]), np.array([[0.5]]), np.array([[1.0]]))
    array([[0.5],
           [1. ]])

    Source: Report, equation (2), section 2.1.1.
    """
    eta, b, y_hat, y = real(eta, b, y_hat, y)
    check_number("weight_update_expanded", "eta", eta)
    sizes = check_axes("weight_update_expanded", ("b", b, "N q"), ("y_hat", y_hat, "N l"), ("y", y, "N l"))
    b_i = b[:, :, np.newaxis]
    y_hat_j = y_hat[:, np.newaxis, :]
    y_j = y[:, np.newaxis, :]
    return np.sum(-eta * (y_hat_j - y_j) * (y_hat_j * (1 - y_hat_j)) * b_i, axis=0) / sizes["N"]


def weight_update(eta: Array, b: Array, y_hat: Array, y: Array) -> Array:
    """Step of the output weights (2), last line.

    Formula: dw_ij = -eta b_i y_hat_j (y_hat_j - y_j) (1 - y_hat_j), mean over the batch.
    Shapes:  eta a number, b (N, q), y_hat (N, l), y (N, l) -> (q, l).
    Domain:  y_hat values of the sigmoid.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> weight_update(2.0, np.array([[2.0, 4.0]]), np.array([[0.5]]), np.array([[1.0]]))
    array([[0.5],
           [1. ]])

    Source: Report, equation (2), section 2.1.1.
    """
    eta, b, y_hat, y = real(eta, b, y_hat, y)
    check_number("weight_update", "eta", eta)
    sizes = check_axes("weight_update", ("b", b, "N q"), ("y_hat", y_hat, "N l"), ("y", y, "N l"))
    return -eta * (b.T @ (y_hat * (y_hat - y) * (1 - y_hat))) / sizes["N"]


def weight_gradient(b: Array, y_hat: Array, y: Array) -> Array:
    """Gradient of E for the output weights: (2) without its -eta.

    Formula: dE/dw_ij = b_i y_hat_j (y_hat_j - y_j) (1 - y_hat_j), mean over the batch.
    Shapes:  b (N, q), y_hat (N, l), y (N, l) -> (q, l).
    Domain:  y_hat values of the sigmoid.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> weight_gradient(np.array([[2.0, 4.0]]), np.array([[0.5]]), np.array([[1.0]]))
    array([[-0.25],
           [-0.5 ]])

    Source: Report, equation (2), section 2.1.1.
    """
    b, y_hat, y = real(b, y_hat, y)
    sizes = check_axes("weight_gradient", ("b", b, "N q"), ("y_hat", y_hat, "N l"), ("y", y, "N l"))
    return b.T @ (y_hat * (y_hat - y) * (1 - y_hat)) / sizes["N"]


def threshold_update_chain(eta: Array, y_hat: Array, y: Array) -> Array:
    """Step of the output thresholds as a product of two factors (3).

    Formula: dtheta_j = -eta dE/dy_hat_j dy_hat_j/dtheta_j, mean over the batch.
    Shapes:  eta a number, y_hat (N, l), y (N, l) -> (l,).
    Domain:  y_hat values of the sigmoid.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> threshold_update_chain(2.0, np.array([[0.5]]), np.array([[1.0]]))
    array([-0.25])

    Source: Report, equation (3), section 2.1.2.
    """
    eta, y_hat, y = real(eta, y_hat, y)
    check_number("threshold_update_chain", "eta", eta)
    sizes = check_axes("threshold_update_chain", ("y_hat", y_hat, "N l"), ("y", y, "N l"))
    return -eta * np.sum(error_by_output(y_hat, y) * output_by_threshold(y_hat), axis=0) / sizes["N"]


def threshold_update_expanded(eta: Array, y_hat: Array, y: Array) -> Array:
    """Step of the output thresholds with the factors written out (4), first line.

    Formula: dtheta_j = -eta (y_hat_j - y_j) (-1) (y_hat_j (1 - y_hat_j)), mean over the batch.
    Shapes:  eta a number, y_hat (N, l), y (N, l) -> (l,).
    Domain:  y_hat values of the sigmoid.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> threshold_update_expanded(2.0, np.array([[0.5]]), np.array([[1.0]]))
    array([-0.25])

    Source: Report, equation (4), section 2.1.2.
    """
    eta, y_hat, y = real(eta, y_hat, y)
    check_number("threshold_update_expanded", "eta", eta)
    sizes = check_axes("threshold_update_expanded", ("y_hat", y_hat, "N l"), ("y", y, "N l"))
    return np.sum(-eta * (y_hat - y) * (-1) * (y_hat * (1 - y_hat)), axis=0) / sizes["N"]


def threshold_update(eta: Array, y_hat: Array, y: Array) -> Array:
    """Step of the output thresholds (4), last line.

    Formula: dtheta_j = eta y_hat_j (y_hat_j - y_j) (1 - y_hat_j), mean over the batch.
    Shapes:  eta a number, y_hat (N, l), y (N, l) -> (l,).
    Domain:  y_hat values of the sigmoid.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> threshold_update(2.0, np.array([[0.5]]), np.array([[1.0]]))
    array([-0.25])

    Source: Report, equation (4), section 2.1.2.
    """
    eta, y_hat, y = real(eta, y_hat, y)
    check_number("threshold_update", "eta", eta)
    sizes = check_axes("threshold_update", ("y_hat", y_hat, "N l"), ("y", y, "N l"))
    return eta * np.sum(y_hat * (y_hat - y) * (1 - y_hat), axis=0) / sizes["N"]


def threshold_gradient(y_hat: Array, y: Array) -> Array:
    """Gradient of E for the output thresholds: (4) without its -eta.

    Formula: dE/dtheta_j = -y_hat_j (y_hat_j - y_j) (1 - y_hat_j), mean over the batch.
    Shapes:  y_hat (N, l), y (N, l) -> (l,).
    Domain:  y_hat values of the sigmoid.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> threshold_gradient(np.array([[0.5]]), np.array([[1.0]]))
    array([0.125])

    Source: Report, equation (4), section 2.1.2.
    """
    y_hat, y = real(y_hat, y)
    sizes = check_axes("threshold_gradient", ("y_hat", y_hat, "N l"), ("y", y, "N l"))
    return -np.sum(y_hat * (y_hat - y) * (1 - y_hat), axis=0) / sizes["N"]
