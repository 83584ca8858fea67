"""Linear models: logistic and softmax regression, factors of a matrix, least squares, a penalty on weights.

N            samples; d inputs, K classes
x            (N, d)  inputs          w  (d,) or (d, K)  weights       c  (K,)  bias
y            (N,) bits, (N, K) one-hot rows, or (N,) targets
p            the model's probabilities
decay        what 1/2 |w|^2 is multiplied by
u, v         (m, f), (n, f)  factors of a matrix m  (m, n), of which the entries where known = 1 are given
e            what is left of them: known (u v^T - m)
"""

import numpy as np

from handgrad.gallery.exhibit import (
    CONSTANT_FACTOR,
    SIGN_OF_ONE_TERM,
    SMALL_TERM_DROPPED,
    TRANSPOSED,
    WRONG_OPERAND,
    Array,
    Exhibit,
    normal,
)
from handgrad.gallery.functions import sigmoid, softmax


def logistic_regression(x: Array, w: Array, y: Array) -> Array:
    """1/N sum_n log(1 + e^z_n) - y_n z_n,  z = x w."""
    z = x @ w
    return np.mean(np.logaddexp(0, z) - y * z)


def logistic_gradient(x: Array, w: Array, y: Array) -> Array:
    """x^T (p - y) / N."""
    return x.T @ (sigmoid(x @ w) - y) / len(x)


def logistic_without_mean(x: Array, w: Array, y: Array) -> Array:
    """x^T (p - y): 1/N is missing."""
    return x.T @ (sigmoid(x @ w) - y)


def softmax_regression(x: Array, w: Array, c: Array, y: Array, decay: Array) -> Array:
    """-1/N sum_nk y_nk log p_nk + decay/2 |w|^2."""
    z = x @ w + c
    z = z - np.max(z, axis=1, keepdims=True)
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return -np.sum(y * log_p) / len(x) + 0.5 * decay * np.sum(w * w)


def softmax_regression_gradient(x: Array, w: Array, c: Array, y: Array, decay: Array) -> tuple[Array, Array]:
    """x^T (p - y) / N + decay w,  sum_n (p - y)_n / N; labels sum to one."""
    error = (softmax(x @ w + c) - y) / len(x)
    return x.T @ error + decay * w, error.sum(axis=0)


def softmax_regression_without_decay(x: Array, w: Array, c: Array, y: Array, decay: Array) -> tuple[Array, Array]:
    """x^T (p - y) / N: the penalty is forgotten."""
    error = (softmax(x @ w + c) - y) / len(x)
    return x.T @ error, error.sum(axis=0)


def softmax_regression_minus_decay(x: Array, w: Array, c: Array, y: Array, decay: Array) -> tuple[Array, Array]:
    """x^T (p - y) / N - decay w: the decay of an update, inside the gradient."""
    error = (softmax(x @ w + c) - y) / len(x)
    return x.T @ error - decay * w, error.sum(axis=0)


def penalty(w: Array, decay: Array) -> Array:
    """decay/2 sum w^2."""
    return 0.5 * decay * np.sum(w * w)


def penalty_gradient(w: Array, decay: Array) -> Array:
    """decay w."""
    return decay * w


def penalty_doubled(w: Array, decay: Array) -> Array:
    """2 decay w: the 1/2 is forgotten."""
    return 2 * decay * w


def factorisation(u: Array, v: Array, m: Array, known: Array) -> Array:
    """1/2 sum known (u v^T - m)^2."""
    return 0.5 * np.sum(known * (u @ v.T - m) ** 2)


def factorisation_gradient(u: Array, v: Array, m: Array, known: Array) -> tuple[Array, Array]:
    """e v,  e^T u."""
    e = known * (u @ v.T - m)
    return e @ v, e.T @ u


def factorisation_transposed(u: Array, v: Array, m: Array, known: Array) -> tuple[Array, Array]:
    """e v,  e u: the transpose is missing."""
    e = known * (u @ v.T - m)
    return e @ v, e @ u


def factorisation_wrong_factor(u: Array, v: Array, m: Array, known: Array) -> tuple[Array, Array]:
    """e u,  e^T v: each with its own factor, not the other's."""
    e = known * (u @ v.T - m)
    return e @ u, e.T @ v


def least_squares(x: Array, w: Array, y: Array) -> Array:
    """1/2 |x w - y|^2."""
    r = x @ w - y
    return 0.5 * r @ r


def least_squares_gradient(x: Array, w: Array, y: Array) -> Array:
    """x^T (x w - y)."""
    return x.T @ (x @ w - y)


X, W, BITS = normal(31, 6, 3), normal(32, 3), np.array([1.0, 0, 1, 1, 0, 0])
WEIGHTS, BIAS, LABELS = normal(33, 3, 4), normal(34, 4), np.eye(4)[[0, 3, 1, 2, 2, 0]]
KNOWN = np.array([[1.0, 0, 1, 1], [0, 1, 1, 0], [1, 1, 0, 1], [0, 1, 0, 1]])
# The Hilbert matrix of six rows; its condition number is 1.5e7.
HILBERT = 1 / (np.arange(6)[:, None] + np.arange(6) + 1.0)

_logistic = Exhibit(
    "logistic-regression",
    "logistic regression",
    logistic_regression,
    logistic_gradient,
    (X, W, BITS),
    ("x", "w", "y"),
    ("w",),
    lesson="Inputs times errors, averaged.",
)
_softmax_regression = Exhibit(
    "softmax-regression",
    "softmax regression",
    softmax_regression,
    softmax_regression_gradient,
    (X, WEIGHTS, BIAS, LABELS, 0.001),
    ("x", "w", "c", "y", "decay"),
    ("w", "c"),
    lesson="The penalty is on the weights only; the bias has none.",
)
_penalty = Exhibit(
    "weight-decay",
    "L2 penalty",
    penalty,
    penalty_gradient,
    (WEIGHTS, 0.01),
    ("w", "decay"),
    ("w",),
    lesson="The 1/2 is there to cancel the 2.",
)
_factorisation = Exhibit(
    "matrix-factorisation",
    "matrix factorisation",
    factorisation,
    factorisation_gradient,
    (normal(35, 4, 2), normal(36, 4, 2), normal(37, 4, 4), KNOWN),
    ("u", "v", "m", "known"),
    ("u", "v"),
    lesson="Each factor's gradient is the error times the other factor.",
)
_ill_conditioned = Exhibit(
    "least-squares-ill-conditioned",
    "least squares",
    least_squares,
    least_squares_gradient,
    (HILBERT, normal(38, 6) * 1e3, normal(39, 6)),
    ("x", "w", "y"),
    ("w",),
    lesson="Right. A condition number of 1.5e7 is the solution's trouble, not the gradient's.",
)
_badly_scaled = Exhibit(
    "least-squares-badly-scaled",
    "least squares",
    least_squares,
    least_squares_gradient,
    (X * np.array([1e-4, 1.0, 1e4]), W * np.array([1e4, 1.0, 1e-4]), normal(40, 6)),
    ("x", "w", "y"),
    ("w",),
    lesson="Right. Entries from 5e-6 to 3e4: a single step or a single tolerance for all of them does not do.",
)

EXHIBITS = (
    _logistic,
    _logistic.hidden_twin(
        "without-mean",
        logistic_without_mean,
        CONSTANT_FACTOR,
        "1/N is missing: no difference in a batch of one.",
        (X[:1], W, BITS[:1]),
    ),
    _softmax_regression,
    _softmax_regression.hidden_twin(
        "without-decay",
        softmax_regression_without_decay,
        SMALL_TERM_DROPPED,
        "decay w is missing: no difference while the penalty is switched off.",
        (X, WEIGHTS, BIAS, LABELS, 0.0),
    ),
    _softmax_regression.twin(
        "minus-decay",
        softmax_regression_minus_decay,
        SIGN_OF_ONE_TERM,
        "An update subtracts the decay; the gradient adds it. With decay 0.001 the difference is small.",
    ),
    _penalty,
    _penalty.twin("doubled", penalty_doubled, CONSTANT_FACTOR, "The derivative of w^2, though the loss has w^2 / 2."),
    _factorisation,
    _factorisation.twin(
        "transposed", factorisation_transposed, TRANSPOSED, "With as many rows as columns the shape is right by chance."
    ),
    _factorisation.twin(
        "wrong-factor", factorisation_wrong_factor, WRONG_OPERAND, "u and v have the same shape, so nothing complains."
    ),
    _ill_conditioned,
    _badly_scaled,
)
