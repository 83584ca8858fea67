"""A dense layer, alone and in a network of two.

N        samples in a batch; d inputs, q outputs, h hidden neurons
x        (N, d)  inputs            w  (d, q)  weights         b  (q,)  bias
y        (N, q)  targets           r  (N, q)  residual x w + b - y
z, a     (N, h)  before and after the hidden layer's activation, a = s(z), s the sigmoid
g        (N, q)  cotangent: the derivative of a loss by the layer's output
E        1/(2N) sum_nj r_nj^2
"""

import numpy as np

from handgrad.gallery.exhibit import (
    ACTIVATION_MISSING,
    CONSTANT_FACTOR,
    NOT_SUMMED,
    SUMMED_TOO_MUCH,
    TRANSPOSED,
    WRONG_OPERAND,
    WRONG_PLACE,
    Array,
    Exhibit,
    normal,
)
from handgrad.gallery.functions import sigmoid


def half_squared_error(x: Array, w: Array, b: Array, y: Array) -> Array:
    """E = 1/(2N) sum (x w + b - y)^2."""
    r = x @ w + b - y
    return np.sum(r * r) / (2 * len(x))


def weights_gradient(x: Array, w: Array, b: Array, y: Array) -> Array:
    """dE/dw = x^T r / N."""
    return x.T @ (x @ w + b - y) / len(x)


def weights_without_mean(x: Array, w: Array, b: Array, y: Array) -> Array:
    """x^T r: 1/N is missing."""
    return x.T @ (x @ w + b - y)


def weights_transposed(x: Array, w: Array, b: Array, y: Array) -> Array:
    """r^T x / N: the transpose of the gradient."""
    return (x @ w + b - y).T @ x / len(x)


def bias_gradient(x: Array, w: Array, b: Array, y: Array) -> Array:
    """dE/db = sum_n r_n / N."""
    return np.sum(x @ w + b - y, axis=0) / len(x)


def bias_not_summed(x: Array, w: Array, b: Array, y: Array) -> Array:
    """r / N: one row a sample."""
    return (x @ w + b - y) / len(x)


def bias_summed_over_all(x: Array, w: Array, b: Array, y: Array) -> Array:
    """sum_nj r_nj / N for every neuron."""
    return np.sum(x @ w + b - y) / len(x) * np.ones_like(b)


def affine(x: Array, w: Array, b: Array) -> Array:
    """x w + b."""
    return x @ w + b


def affine_backward(g: Array, x: Array, w: Array, b: Array) -> tuple[Array, Array, Array]:
    """x_bar = g w^T,  w_bar = x^T g,  b_bar = sum_n g_n."""
    return g @ w.T, x.T @ g, np.sum(g, axis=0)


def affine_backward_transposed(g: Array, x: Array, w: Array, b: Array) -> tuple[Array, Array, Array]:
    """x_bar = g w: the transpose is missing."""
    return g @ w, x.T @ g, np.sum(g, axis=0)


def affine_backward_kept_axis(g: Array, x: Array, w: Array, b: Array) -> tuple[Array, Array, Array]:
    """b_bar of shape (1, q): numbers right, shape wrong."""
    return g @ w.T, x.T @ g, np.sum(g, axis=0, keepdims=True)


def two_layers(x: Array, w1: Array, b1: Array, w2: Array, b2: Array, y: Array) -> Array:
    """E of the network s(x w1 + b1) w2 + b2."""
    return half_squared_error(sigmoid(x @ w1 + b1), w2, b2, y)


def two_layers_gradient(
    x: Array, w1: Array, b1: Array, w2: Array, b2: Array, y: Array
) -> tuple[Array, Array, Array, Array]:
    """z_bar = (r w2^T) a (1 - a) / N;  x^T z_bar, sum z_bar, a^T r / N, sum r / N."""
    a = sigmoid(x @ w1 + b1)
    r = (a @ w2 + b2 - y) / len(x)
    z_bar = (r @ w2.T) * a * (1 - a)
    return x.T @ z_bar, z_bar.sum(axis=0), a.T @ r, r.sum(axis=0)


def two_layers_without_activation(
    x: Array, w1: Array, b1: Array, w2: Array, b2: Array, y: Array
) -> tuple[Array, Array, Array, Array]:
    """z_bar = r w2^T / N: the factor a (1 - a) is missing."""
    a = sigmoid(x @ w1 + b1)
    r = (a @ w2 + b2 - y) / len(x)
    z_bar = r @ w2.T
    return x.T @ z_bar, z_bar.sum(axis=0), a.T @ r, r.sum(axis=0)


def two_layers_derivative_at_z(
    x: Array, w1: Array, b1: Array, w2: Array, b2: Array, y: Array
) -> tuple[Array, Array, Array, Array]:
    """z_bar = (r w2^T) z (1 - z) / N: the formula wants the activation."""
    z = x @ w1 + b1
    a = sigmoid(z)
    r = (a @ w2 + b2 - y) / len(x)
    z_bar = (r @ w2.T) * z * (1 - z)
    return x.T @ z_bar, z_bar.sum(axis=0), a.T @ r, r.sum(axis=0)


def two_layers_wrong_operand(
    x: Array, w1: Array, b1: Array, w2: Array, b2: Array, y: Array
) -> tuple[Array, Array, Array, Array]:
    """z^T r for the second weights, whose input is a."""
    z = x @ w1 + b1
    a = sigmoid(z)
    r = (a @ w2 + b2 - y) / len(x)
    z_bar = (r @ w2.T) * a * (1 - a)
    return x.T @ z_bar, z_bar.sum(axis=0), z.T @ r, r.sum(axis=0)


# As many outputs as inputs: then no shape tells a transpose.
X, W, B, Y = normal(1, 5, 3), normal(2, 3, 3), normal(3, 3), normal(4, 5, 3)
SYMMETRIC = W + W.T

_weights = Exhibit(
    "dense-weights",
    "dense",
    half_squared_error,
    weights_gradient,
    (X, W, B, Y),
    ("x", "w", "b", "y"),
    ("w",),
    lesson="Inputs times residuals, averaged over the batch.",
)
_bias = Exhibit(
    "dense-bias",
    "dense",
    half_squared_error,
    bias_gradient,
    (X, W, B, Y),
    ("x", "w", "b", "y"),
    ("b",),
    lesson="The bias was broadcast over the batch, so its gradient is a sum over the batch.",
)
_affine = Exhibit(
    "dense-layer",
    "dense",
    affine,
    affine_backward,
    (X, W, B),
    ("x", "w", "b"),
    ("x", "w", "b"),
    vjp=True,
    lesson="Three backward passes of one layer: by w^T, by x^T, by a sum.",
)
_float32 = Exhibit(
    "dense-weights-float32",
    "dense",
    half_squared_error,
    weights_gradient,
    tuple(a.astype(np.float32) for a in (X, W, B, Y)),
    ("x", "w", "b", "y"),
    ("w",),
    lesson="Right, in single precision: a difference quotient in float32 has three correct digits at best.",
)
_network = Exhibit(
    "two-layer-network",
    "dense network",
    two_layers,
    two_layers_gradient,
    (X, normal(5, 3, 4), normal(6, 4), normal(7, 4, 3), B, Y),
    ("x", "w1", "b1", "w2", "b2", "y"),
    ("w1", "b1", "w2", "b2"),
    lesson="Back through the second weights, then through a (1 - a), then to the first weights.",
)

EXHIBITS = (
    _weights,
    _weights.twin(
        "without-mean",
        weights_without_mean,
        CONSTANT_FACTOR,
        "The loss is a mean over 5 samples, the gradient a sum: 5 times too large.",
    ),
    _weights.twin(
        "transposed", weights_transposed, TRANSPOSED, "With as many outputs as inputs the shape is right by chance."
    ),
    _bias,
    _bias.twin("not-summed", bias_not_summed, NOT_SUMMED, "Its shape is the batch's, (5, 3); the bias has shape (3,)."),
    _bias.twin(
        "summed-over-all",
        bias_summed_over_all,
        SUMMED_TOO_MUCH,
        "np.sum without axis adds up the neurons too, so all entries are equal.",
    ),
    _affine,
    _affine.hidden_twin(
        "transposed",
        affine_backward_transposed,
        TRANSPOSED,
        "g w for g w^T: no difference while the weights are symmetric.",
        (X, SYMMETRIC, B),
    ),
    _affine.twin(
        "kept-axis",
        affine_backward_kept_axis,
        NOT_SUMMED,
        "keepdims leaves shape (1, 3): b - rate * b_bar then turns the bias into a matrix.",
    ),
    _float32,
    _network,
    _network.twin(
        "without-activation",
        two_layers_without_activation,
        ACTIVATION_MISSING,
        "The second layer's gradient is right, all before it is too large by 1 / (a (1 - a)) > 4.",
    ),
    _network.twin(
        "derivative-at-z",
        two_layers_derivative_at_z,
        WRONG_PLACE,
        "a (1 - a) is the sigmoid's derivative in terms of its value; z (1 - z) has no meaning.",
    ),
    _network.twin(
        "wrong-operand",
        two_layers_wrong_operand,
        WRONG_OPERAND,
        "The second weights see a, not z; only their gradient is wrong.",
    ),
)
