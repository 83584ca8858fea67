"""The dense network's hidden layer: beyond the report, in the style of equations (1)-(4).

Glossary (all are pure numbers)
    N       samples in a batch; d, q, l: neurons in the input, hidden and output layers
    x       (N, d)  inputs
    v       (d, q)  weights from the input to the hidden layer
    gamma   (q,)    thresholds of the hidden layer
    b       (N, q)  outputs of the hidden layer, b = f(x v - gamma), f the sigmoid
    w       (q, l)  weights from the hidden to the output layer
    y_hat   (N, l)  outputs
    y       (N, l)  targets
    E               mean over the batch of 1/2 sum_j (y_hat_j - y_j)^2
Indices: h an input neuron, i a hidden neuron, j an output neuron.

Gradients carry the mean's 1/N.
"""

import numpy as np

from manual.checks import Array, check_axes, real


def hidden_gradient(w: Array, y_hat: Array, y: Array) -> Array:
    """Gradient of E for the outputs of the hidden layer; every output neuron adds its share.

    Formula: dE/db_i = 1/N sum_j (y_hat_j - y_j) y_hat_j (1 - y_hat_j) w_ij.
    Shapes:  w (q, l), y_hat (N, l), y (N, l) -> (N, q).
    Domain:  y_hat values of the sigmoid.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> hidden_gradient(np.array([[2.0], [4.0]]), np.array([[0.5]]), np.array([[1.0]]))
    array([[-0.25, -0.5 ]])

    Source: beyond the report, in the style of equation (1), section 2.1.1.
    """
    w, y_hat, y = real(w, y_hat, y)
    sizes = check_axes("hidden_gradient", ("y_hat", y_hat, "N l"), ("w", w, "q l"), ("y", y, "N l"))
    return ((y_hat - y) * y_hat * (1 - y_hat)) @ w.T / sizes["N"]


def activation_gradient(b: Array, b_bar: Array) -> Array:
    """Gradient of E for the inputs of the hidden layer, from that for its outputs.

    Formula: dE/dalpha_i = dE/db_i b_i (1 - b_i).
    Shapes:  b (N, q), b_bar = dE/db (N, q) -> (N, q).
    Domain:  b values of the sigmoid.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> activation_gradient(np.array([[0.5]]), np.array([[8.0]]))
    array([[2.]])

    Source: beyond the report, in the style of equation (2), section 2.1.1.
    """
    b, b_bar = real(b, b_bar)
    check_axes("activation_gradient", ("b", b, "N q"), ("b_bar", b_bar, "N q"))
    return b_bar * b * (1 - b)


def hidden_weight_gradient(x: Array, b: Array, w: Array, y_hat: Array, y: Array) -> Array:
    """Gradient of E for the weights of the hidden layer.

    Formula: dE/dv_hi = sum_n dE/db_i b_i (1 - b_i) x_h.
    Shapes:  x (N, d), b (N, q), w (q, l), y_hat (N, l), y (N, l) -> (d, q).
    Domain:  b and y_hat values of the sigmoid.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> half = np.array([[0.5]])
    >>> hidden_weight_gradient(np.array([[8.0, 16.0]]), half, np.array([[2.0]]), half, np.array([[1.0]]))
    array([[-0.5],
           [-1. ]])

    Source: beyond the report, in the style of equation (2), section 2.1.1.
    """
    x, b, w, y_hat, y = real(x, b, w, y_hat, y)
    check_axes(
        "hidden_weight_gradient",
        *(("x", x, "N d"), ("b", b, "N q"), ("y_hat", y_hat, "N l"), ("w", w, "q l"), ("y", y, "N l")),
    )
    return x.T @ activation_gradient(b, hidden_gradient(w, y_hat, y))


def hidden_threshold_gradient(b: Array, w: Array, y_hat: Array, y: Array) -> Array:
    """Gradient of E for the thresholds of the hidden layer.

    Formula: dE/dgamma_i = -sum_n dE/db_i b_i (1 - b_i).
    Shapes:  b (N, q), w (q, l), y_hat (N, l), y (N, l) -> (q,).
    Domain:  b and y_hat values of the sigmoid.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> half = np.array([[0.5]])
    >>> hidden_threshold_gradient(half, np.array([[2.0]]), half, np.array([[1.0]]))
    array([0.0625])

    Source: beyond the report, in the style of equation (4), section 2.1.2.
    """
    b, w, y_hat, y = real(b, w, y_hat, y)
    check_axes(
        "hidden_threshold_gradient",
        *(("b", b, "N q"), ("y_hat", y_hat, "N l"), ("w", w, "q l"), ("y", y, "N l")),
    )
    return -np.sum(activation_gradient(b, hidden_gradient(w, y_hat, y)), axis=0)
