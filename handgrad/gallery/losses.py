"""Losses of predictions.

N      samples in a batch; K classes or outputs
z      (N, K) or (N,)  scores (logits), before any activation; for squared errors, predictions
y      targets of the same shape: numbers, 0/1, -1/+1, or one-hot rows
p      softmax of a row of z, or the sigmoid of z
r      residual z - y

u, v   vectors whose cosine is taken, or embeddings of a centre word and of its neighbour
n      (K, d)  embeddings of K words drawn at random, the negatives
a, b   (N, d)  two views of N samples; s = a b^T / tau their similarities, tau a temperature
"""

import numpy as np

from handgrad.gallery.exhibit import (
    ACTIVATION_DOUBLED,
    CONSTANT_FACTOR,
    DIFFERENT_FUNCTIONS,
    MEAN_FOR_SUM,
    ONE_TERM,
    PATH_DROPPED,
    SIGN,
    SIGN_OF_ONE_TERM,
    TRANSPOSED,
    WRONG_PLACE,
    Array,
    Exhibit,
    normal,
)
from handgrad.gallery.functions import log_softmax, sigmoid, softmax

TEMPERATURE = 0.5
"""What similarities are divided by."""


# Squared and absolute errors


def mean_squared_error(z: Array, y: Array) -> Array:
    """1/(N K) sum r^2."""
    return np.mean((z - y) ** 2)


def mean_squared_error_gradient(z: Array, y: Array) -> Array:
    """2 r / (N K)."""
    return 2 * (z - y) / z.size


def mean_squared_error_without_two(z: Array, y: Array) -> Array:
    """r / (N K): the 2 is missing."""
    return (z - y) / z.size


def mean_squared_error_by_batch(z: Array, y: Array) -> Array:
    """2 r / N: divided by the batch only."""
    return 2 * (z - y) / len(z)


def summed_squared_error(z: Array, y: Array) -> Array:
    """1/2 sum r^2."""
    return 0.5 * np.sum((z - y) ** 2)


def summed_squared_error_gradient(z: Array, y: Array) -> Array:
    """r."""
    return z - y


def summed_squared_error_averaged(z: Array, y: Array) -> Array:
    """r / N: averaged, as the loss is not."""
    return (z - y) / len(z)


def huber(z: Array, y: Array) -> Array:
    """Mean of r^2/2 where |r| <= 1, of |r| - 1/2 elsewhere."""
    r = z - y
    size = np.where(r > 0, r, -r)
    return np.mean(np.where(size <= 1, 0.5 * r**2, size - 0.5))


def huber_gradient(z: Array, y: Array) -> Array:
    """The residual, clipped to [-1, 1], / N."""
    return np.clip(z - y, -1, 1) / z.size


def huber_without_clip(z: Array, y: Array) -> Array:
    """r / N: the branch of small residuals everywhere."""
    return (z - y) / z.size


def huber_unsigned(z: Array, y: Array) -> Array:
    """1 / N beyond the clip, whatever the sign of r."""
    r = z - y
    return np.where(np.abs(r) <= 1, r, 1) / z.size


def hinge(z: Array, y: Array) -> Array:
    """Mean of max(0, 1 - y z), y = -1 or +1."""
    return np.mean(np.maximum(0, 1 - y * z))


def hinge_gradient(z: Array, y: Array) -> Array:
    """-y / N where the margin y z is below 1."""
    return np.where(y * z < 1, -y, 0) / len(z)


def hinge_upwards(z: Array, y: Array) -> Array:
    """+y / N where the margin is below 1."""
    return np.where(y * z < 1, y, 0) / len(z)


# Cross-entropies


def softmax_cross_entropy(z: Array, y: Array) -> Array:
    """-1/N sum_nk y_nk log p_nk."""
    return -np.sum(y * log_softmax(z)) / len(z)


def softmax_cross_entropy_gradient(z: Array, y: Array) -> Array:
    """(p_k sum_j y_j - y_k) / N, for any y."""
    return (softmax(z) * np.sum(y, axis=1, keepdims=True) - y) / len(z)


def softmax_cross_entropy_sum_one(z: Array, y: Array) -> Array:
    """(p - y) / N, which takes sum_j y_j = 1 for granted."""
    return (softmax(z) - y) / len(z)


def softmax_cross_entropy_label_only(z: Array, y: Array) -> Array:
    """(p_k - 1) / N at the label, 0 at all other classes."""
    return y * (softmax(z) - 1) / len(z)


def softmax_cross_entropy_with_jacobian(z: Array, y: Array) -> Array:
    """(p - y) p (1 - p) / N: softmax's derivative is applied once more."""
    p = softmax(z)
    return (p - y) * p * (1 - p) / len(z)


def binary_cross_entropy(z: Array, y: Array) -> Array:
    """Mean of log(1 + e^z) - y z: cross-entropy of y and s(z)."""
    return np.mean(np.logaddexp(0, z) - y * z)


def binary_cross_entropy_gradient(z: Array, y: Array) -> Array:
    """(s(z) - y) / N."""
    return (sigmoid(z) - y) / len(z)


def binary_cross_entropy_doubled(z: Array, y: Array) -> Array:
    """(p - y) p (1 - p) / N: p - y holds the sigmoid's derivative already."""
    p = sigmoid(z)
    return (p - y) * p * (1 - p) / len(z)


def binary_cross_entropy_without_sigmoid(z: Array, y: Array) -> Array:
    """(z - y) / N: the score where the probability belongs."""
    return (z - y) / len(z)


# Similarities


def cosine(u: Array, v: Array) -> Array:
    """u.v / (|u| |v|)."""
    return u @ v / np.sqrt((u @ u) * (v @ v))


def cosine_gradient(u: Array, v: Array) -> tuple[Array, Array]:
    """v / (|u| |v|) - cos u / |u|^2, and the same with u and v exchanged."""
    norms = np.linalg.norm(u) * np.linalg.norm(v)
    cos = u @ v / norms
    return v / norms - cos * u / (u @ u), u / norms - cos * v / (v @ v)


def cosine_without_norm(u: Array, v: Array) -> tuple[Array, Array]:
    """v / (|u| |v|): the norms are treated as constant."""
    norms = np.linalg.norm(u) * np.linalg.norm(v)
    return v / norms, u / norms


def negative_sampling(u: Array, v: Array, n: Array) -> Array:
    """-log s(u.v) - sum_k log s(-u.n_k), the loss of word2vec."""
    return np.logaddexp(0, -(u @ v)) + np.sum(np.logaddexp(0, n @ u))


def negative_sampling_gradient(u: Array, v: Array, n: Array) -> tuple[Array, Array, Array]:
    """With c = s(u.v) - 1 and e_k = s(u.n_k):  c v + sum_k e_k n_k,  c u,  e_k u."""
    c, e = sigmoid(u @ v) - 1, sigmoid(n @ u)
    return c * v + e @ n, c * u, np.outer(e, u)


def negative_sampling_minus(u: Array, v: Array, n: Array) -> tuple[Array, Array, Array]:
    """c v - sum_k e_k n_k for the centre word."""
    c, e = sigmoid(u @ v) - 1, sigmoid(n @ u)
    return c * v - e @ n, c * u, np.outer(e, u)


def negative_sampling_one_negative(u: Array, v: Array, n: Array) -> tuple[Array, Array, Array]:
    """c v + e_K n_K: of the negatives, the loop's last one only."""
    c, e = sigmoid(u @ v) - 1, sigmoid(n @ u)
    return c * v + e[-1] * n[-1], c * u, np.outer(e, u)


def contrastive(a: Array, b: Array) -> Array:
    """-1/N sum_n log softmax(s_n)_n: each row of a shall find its own row of b."""
    s = a @ b.T / TEMPERATURE
    return -np.trace(log_softmax(s)) / len(a)


def contrastive_gradient(a: Array, b: Array) -> tuple[Array, Array]:
    """With s_bar = (p - 1) / N, 1 the unit matrix:  s_bar b / tau,  s_bar^T a / tau."""
    s_bar = (softmax(a @ b.T / TEMPERATURE) - np.eye(len(a))) / len(a)
    return s_bar @ b / TEMPERATURE, s_bar.T @ a / TEMPERATURE


def contrastive_transposed(a: Array, b: Array) -> tuple[Array, Array]:
    """s_bar a / tau for b: the transpose is missing."""
    s_bar = (softmax(a @ b.T / TEMPERATURE) - np.eye(len(a))) / len(a)
    return s_bar @ b / TEMPERATURE, s_bar @ a / TEMPERATURE


def contrastive_without_temperature(a: Array, b: Array) -> tuple[Array, Array]:
    """s_bar b and s_bar^T a: 1/tau is missing."""
    s_bar = (softmax(a @ b.T / TEMPERATURE) - np.eye(len(a))) / len(a)
    return s_bar @ b, s_bar.T @ a


Z, Y = normal(21, 4, 3), normal(22, 4, 3)
ONE_HOT = np.eye(3)[[0, 2, 1, 2]]
# Counts and soft labels: rows that do not sum to one.
COUNTS = np.array([[2.0, 0.0, 1.0], [0.5, 0.25, 0.0], [0.0, 3.0, 0.0], [1.0, 1.0, 1.0]])
SCORES, BITS, SIGNS = 2 * normal(23, 6), np.array([1.0, 0, 0, 1, 1, 0]), np.array([1.0, -1, -1, 1, 1, -1])

_mse = Exhibit(
    "mean-squared-error",
    "mean squared error",
    mean_squared_error,
    mean_squared_error_gradient,
    (Z, Y),
    ("z", "y"),
    ("z",),
    lesson="A mean over samples and outputs, so divided by both.",
)
_sse = Exhibit(
    "summed-squared-error",
    "squared error",
    summed_squared_error,
    summed_squared_error_gradient,
    (Z, Y),
    ("z", "y"),
    ("z",),
    lesson="The 1/2 is there to cancel the 2.",
)
_huber = Exhibit(
    "huber",
    "Huber loss",
    huber,
    huber_gradient,
    (1.5 * Z, Y),
    ("z", "y"),
    ("z",),
    lesson="A residual, clipped: the gradient of an outlier is bounded and keeps its sign.",
)
_hinge = Exhibit(
    "hinge",
    "hinge loss",
    hinge,
    hinge_gradient,
    (SCORES, SIGNS),
    ("z", "y"),
    ("z",),
    lesson="Samples outside the margin have no gradient.",
)
_ce = Exhibit(
    "softmax-cross-entropy",
    "softmax cross-entropy",
    softmax_cross_entropy,
    softmax_cross_entropy_gradient,
    (Z, COUNTS),
    ("z", "y"),
    ("z",),
    lesson="p - y belongs to labels that sum to one; any others bring their sum as a factor of p.",
)
_ce_one_hot = Exhibit(
    "softmax-cross-entropy-one-hot",
    "softmax cross-entropy",
    softmax_cross_entropy,
    softmax_cross_entropy_gradient,
    (Z, ONE_HOT),
    ("z", "y"),
    ("z",),
    lesson="Probabilities minus labels: softmax's derivative has cancelled against the logarithm's.",
)
_ce_float32 = Exhibit(
    "softmax-cross-entropy-float32",
    "softmax cross-entropy",
    softmax_cross_entropy,
    softmax_cross_entropy_gradient,
    (Z.astype(np.float32), ONE_HOT.astype(np.float32)),
    ("z", "y"),
    ("z",),
    lesson="Right, in single precision.",
)
_bce = Exhibit(
    "binary-cross-entropy",
    "binary cross-entropy",
    binary_cross_entropy,
    binary_cross_entropy_gradient,
    (SCORES, BITS),
    ("z", "y"),
    ("z",),
    lesson="Of the scores, not of the probabilities: no sigmoid's derivative is left in it.",
)
_bce_saturated = Exhibit(
    "binary-cross-entropy-saturated",
    "binary cross-entropy",
    binary_cross_entropy,
    binary_cross_entropy_gradient,
    (np.array([-35.0, -20.0, 30.0, 40.0, -28.0]), np.array([0.0, 1, 0, 1, 0])),
    ("z", "y"),
    ("z",),
    lesson="Right. Confident answers: entries from 1e-16 to 1/5; at z = 40, y = 1 rounding leaves exactly 0.",
)
_cosine = Exhibit(
    "cosine-similarity",
    "cosine similarity",
    cosine,
    cosine_gradient,
    (normal(24, 5), normal(25, 5)),
    ("u", "v"),
    ("u", "v"),
    lesson="Orthogonal to u: a longer u has the same cosine.",
)
_negative_sampling = Exhibit(
    "negative-sampling",
    "word2vec",
    negative_sampling,
    negative_sampling_gradient,
    (normal(26, 4), normal(27, 4), normal(28, 3, 4)),
    ("u", "v", "n"),
    ("u", "v", "n"),
    lesson="The centre word is drawn to its neighbour and pushed away from every negative.",
)
_contrastive = Exhibit(
    "contrastive",
    "contrastive loss",
    contrastive,
    contrastive_gradient,
    (normal(29, 4, 3), normal(30, 4, 3)),
    ("a", "b"),
    ("a", "b"),
    lesson="Cross-entropy over similarities, whose labels are the diagonal.",
)

EXHIBITS = (
    _mse,
    _mse.twin("without-two", mean_squared_error_without_two, CONSTANT_FACTOR, "Half the gradient: the square's 2."),
    _mse.twin(
        "by-batch",
        mean_squared_error_by_batch,
        CONSTANT_FACTOR,
        "np.mean divides by all 12 entries, the gradient by the 4 samples: 3 times too large.",
    ),
    _sse,
    _sse.twin(
        "averaged", summed_squared_error_averaged, MEAN_FOR_SUM, "The loss is a sum, the gradient is of its mean."
    ),
    _huber,
    _huber.twin(
        "without-clip",
        huber_without_clip,
        DIFFERENT_FUNCTIONS,
        "The squared error's gradient: right for small residuals, too large for outliers.",
    ),
    _huber.twin("unsigned", huber_unsigned, SIGN_OF_ONE_TERM, "Only outliers below their target show it."),
    _hinge,
    _hinge.twin("upwards", hinge_upwards, SIGN, "The step away from the margin is taken for the gradient."),
    _ce,
    _ce.hidden_twin(
        "sum-taken-for-one",
        softmax_cross_entropy_sum_one,
        CONSTANT_FACTOR,
        "The factor sum_j y_j of each row is missing: no difference while labels sum to one.",
        (Z, ONE_HOT),
    ),
    _ce_one_hot,
    _ce_one_hot.twin(
        "label-only",
        softmax_cross_entropy_label_only,
        ONE_TERM,
        "Only the true class's score gets a gradient, but every score is in the normaliser.",
    ),
    _ce_one_hot.twin(
        "with-jacobian",
        softmax_cross_entropy_with_jacobian,
        ACTIVATION_DOUBLED,
        "p - y is the gradient by the scores already.",
    ),
    _ce_float32,
    _bce,
    _bce.twin(
        "doubled",
        binary_cross_entropy_doubled,
        ACTIVATION_DOUBLED,
        "Squared error's habit: the factor p (1 - p), which cross-entropy has cancelled.",
    ),
    _bce.twin(
        "without-sigmoid",
        binary_cross_entropy_without_sigmoid,
        WRONG_PLACE,
        "Written for probabilities, called with scores.",
    ),
    _bce_saturated,
    _cosine,
    _cosine.twin(
        "without-norm",
        cosine_without_norm,
        PATH_DROPPED,
        "The norm depends on u too; without it the gradient has a part along u.",
    ),
    _negative_sampling,
    _negative_sampling.twin(
        "minus", negative_sampling_minus, SIGN_OF_ONE_TERM, "The centre word is drawn to the negatives as well."
    ),
    _negative_sampling.twin(
        "one-negative",
        negative_sampling_one_negative,
        ONE_TERM,
        "A loop variable used after its loop: the last negative stands for all.",
    ),
    _contrastive,
    _contrastive.twin(
        "transposed",
        contrastive_transposed,
        TRANSPOSED,
        "The matrix of similarities is square, so that no shape tells rows from columns.",
    ),
    _contrastive.twin(
        "without-temperature",
        contrastive_without_temperature,
        CONSTANT_FACTOR,
        "Half the gradient: training goes on, only slower, as with a smaller learning rate.",
    ),
)
