"""Normalisations, as backward passes.

    x            (N, d)  N samples of d features           gamma, beta  (d,)  scale and shift
    m, v         mean and variance: of each feature over the batch, or of each sample over its features
    x_hat        (x - m) / sqrt(v + epsilon)
    g            (N, d)  cotangent of gamma x_hat + beta   x_hat_bar    g gamma

Batch norm takes its means over axis 0, layer norm and RMS norm over axis 1.
"""

import numpy as np

from handgrad.gallery.exhibit import (
    MEAN_FOR_SUM,
    NOT_SUMMED,
    PATH_DROPPED,
    SMALL_TERM_DROPPED,
    WRONG_OPERAND,
    Array,
    Exhibit,
    normal,
)

EPSILON = 1e-3
"""What is added to a variance, so that a constant feature is no division by zero."""

Three = tuple[Array, Array, Array]


def batch_norm(x: Array, gamma: Array, beta: Array) -> Array:
    """gamma (x - m) / sqrt(v + epsilon) + beta, m and v of each feature over the batch."""
    return gamma * (x - np.mean(x, axis=0)) / np.sqrt(np.var(x, axis=0) + EPSILON) + beta


def batch_norm_backward(g: Array, x: Array, gamma: Array, beta: Array) -> Three:
    """x_bar = (x_hat_bar - mean x_hat_bar - x_hat mean(x_hat_bar x_hat)) / sqrt(v + epsilon);  sum g x_hat,  sum g."""
    deviation = np.sqrt(x.var(axis=0) + EPSILON)
    x_hat = (x - x.mean(axis=0)) / deviation
    x_hat_bar = g * gamma
    x_bar = x_hat_bar - x_hat_bar.mean(axis=0) - x_hat * (x_hat_bar * x_hat).mean(axis=0)
    return x_bar / deviation, (g * x_hat).sum(axis=0), g.sum(axis=0)


def batch_norm_backward_in_steps(g: Array, x: Array, gamma: Array, beta: Array) -> Three:
    """The same by v_bar and m_bar, as the paper has it; its term v_bar mean(-2 (x - m)) is zero and stays out."""
    N = len(x)
    centred = x - x.mean(axis=0)
    deviation = np.sqrt(x.var(axis=0) + EPSILON)
    x_hat_bar = g * gamma
    v_bar = np.sum(x_hat_bar * centred, axis=0) * -0.5 / deviation**3
    m_bar = -np.sum(x_hat_bar, axis=0) / deviation
    x_bar = x_hat_bar / deviation + v_bar * 2 * centred / N + m_bar / N
    return x_bar, np.sum(g * centred / deviation, axis=0), np.sum(g, axis=0)


def batch_norm_without_variance(g: Array, x: Array, gamma: Array, beta: Array) -> Three:
    """x_bar = (x_hat_bar - mean x_hat_bar) / sqrt(v + epsilon): the variance is treated as constant."""
    deviation = np.sqrt(x.var(axis=0) + EPSILON)
    x_hat = (x - x.mean(axis=0)) / deviation
    x_hat_bar = g * gamma
    return (x_hat_bar - x_hat_bar.mean(axis=0)) / deviation, (g * x_hat).sum(axis=0), g.sum(axis=0)


def batch_norm_without_mean(g: Array, x: Array, gamma: Array, beta: Array) -> Three:
    """x_bar = (x_hat_bar - x_hat mean(x_hat_bar x_hat)) / sqrt(v + epsilon): the mean is treated as constant."""
    deviation = np.sqrt(x.var(axis=0) + EPSILON)
    x_hat = (x - x.mean(axis=0)) / deviation
    x_hat_bar = g * gamma
    x_bar = x_hat_bar - x_hat * (x_hat_bar * x_hat).mean(axis=0)
    return x_bar / deviation, (g * x_hat).sum(axis=0), g.sum(axis=0)


def batch_norm_without_epsilon(g: Array, x: Array, gamma: Array, beta: Array) -> Three:
    """All as it should be, with sqrt(v) for sqrt(v + epsilon)."""
    deviation = np.sqrt(x.var(axis=0))
    x_hat = (x - x.mean(axis=0)) / deviation
    x_hat_bar = g * gamma
    x_bar = x_hat_bar - x_hat_bar.mean(axis=0) - x_hat * (x_hat_bar * x_hat).mean(axis=0)
    return x_bar / deviation, (g * x_hat).sum(axis=0), g.sum(axis=0)


def batch_norm_mean_for_sum(g: Array, x: Array, gamma: Array, beta: Array) -> Three:
    """gamma_bar = mean g x_hat,  beta_bar = mean g, as in the lines before."""
    deviation = np.sqrt(x.var(axis=0) + EPSILON)
    x_hat = (x - x.mean(axis=0)) / deviation
    x_hat_bar = g * gamma
    x_bar = x_hat_bar - x_hat_bar.mean(axis=0) - x_hat * (x_hat_bar * x_hat).mean(axis=0)
    return x_bar / deviation, (g * x_hat).mean(axis=0), g.mean(axis=0)


def layer_norm(x: Array, gamma: Array, beta: Array) -> Array:
    """gamma (x - m) / sqrt(v + epsilon) + beta, m and v of each sample over its features."""
    m, v = np.mean(x, axis=1, keepdims=True), np.var(x, axis=1, keepdims=True)
    return gamma * (x - m) / np.sqrt(v + EPSILON) + beta


def layer_norm_backward(g: Array, x: Array, gamma: Array, beta: Array) -> Three:
    """Batch norm's x_bar with means over the features; gamma_bar and beta_bar still sum over the samples."""
    deviation = np.sqrt(x.var(axis=1, keepdims=True) + EPSILON)
    x_hat = (x - x.mean(axis=1, keepdims=True)) / deviation
    x_hat_bar = g * gamma
    slope = np.mean(x_hat_bar * x_hat, axis=1, keepdims=True)
    x_bar = (x_hat_bar - x_hat_bar.mean(axis=1, keepdims=True) - x_hat * slope) / deviation
    return x_bar, np.sum(g * x_hat, axis=0), np.sum(g, axis=0)


def layer_norm_not_summed(g: Array, x: Array, gamma: Array, beta: Array) -> Three:
    """gamma_bar = g x_hat,  beta_bar = g: one row a sample."""
    deviation = np.sqrt(x.var(axis=1, keepdims=True) + EPSILON)
    x_hat = (x - x.mean(axis=1, keepdims=True)) / deviation
    x_bar, _, _ = layer_norm_backward(g, x, gamma, beta)
    return x_bar, g * x_hat, g


def layer_norm_gamma_forgotten(g: Array, x: Array, gamma: Array, beta: Array) -> Three:
    """g where x_hat_bar = g gamma belongs."""
    deviation = np.sqrt(x.var(axis=1, keepdims=True) + EPSILON)
    x_hat = (x - x.mean(axis=1, keepdims=True)) / deviation
    slope = np.mean(g * x_hat, axis=1, keepdims=True)
    x_bar = (g - g.mean(axis=1, keepdims=True) - x_hat * slope) / deviation
    return x_bar, np.sum(g * x_hat, axis=0), np.sum(g, axis=0)


def rms_norm(x: Array, gamma: Array) -> Array:
    """gamma x / sqrt(mean x^2 + epsilon)."""
    return gamma * x / np.sqrt(np.mean(x * x, axis=1, keepdims=True) + EPSILON)


def rms_norm_backward(g: Array, x: Array, gamma: Array) -> tuple[Array, Array]:
    """With s = sqrt(mean x^2 + epsilon):  (g gamma - x mean(g gamma x) / s^2) / s,  sum g x / s."""
    s = np.sqrt(np.mean(x * x, axis=1, keepdims=True) + EPSILON)
    share = np.mean(g * gamma * x, axis=1, keepdims=True) / s**2
    return (g * gamma - x * share) / s, np.sum(g * x / s, axis=0)


def rms_norm_without_epsilon(g: Array, x: Array, gamma: Array) -> tuple[Array, Array]:
    """The same, with s = sqrt(mean x^2)."""
    s = np.sqrt(np.mean(x * x, axis=1, keepdims=True))
    share = np.mean(g * gamma * x, axis=1, keepdims=True) / s**2
    return (g * gamma - x * share) / s, np.sum(g * x / s, axis=0)


X, GAMMA, BETA = normal(41, 5, 3), normal(42, 3), normal(43, 3)

_batch_norm = Exhibit(
    "batch-norm",
    "batch norm",
    batch_norm,
    batch_norm_backward,
    (X, GAMMA, BETA),
    ("x", "gamma", "beta"),
    ("x", "gamma", "beta"),
    vjp=True,
    lesson="x reaches the output directly, by the mean and by the variance: three terms.",
)
_batch_norm_in_steps = Exhibit(
    "batch-norm-in-steps",
    "batch norm",
    batch_norm,
    batch_norm_backward_in_steps,
    (X, GAMMA, BETA),
    ("x", "gamma", "beta"),
    ("x", "gamma", "beta"),
    vjp=True,
    lesson="Right, though a term of the paper is missing: deviations from the mean sum to zero.",
)
_layer_norm = Exhibit(
    "layer-norm",
    "layer norm",
    layer_norm,
    layer_norm_backward,
    (X, GAMMA, BETA),
    ("x", "gamma", "beta"),
    ("x", "gamma", "beta"),
    vjp=True,
    lesson="Two axes: means over features for x, sums over samples for gamma and beta.",
)
_rms_norm = Exhibit(
    "rms-norm",
    "RMS norm",
    rms_norm,
    rms_norm_backward,
    (X, GAMMA),
    ("x", "gamma"),
    ("x", "gamma"),
    vjp=True,
    lesson="No mean is subtracted, so one path less than layer norm.",
)

EXHIBITS = (
    _batch_norm,
    _batch_norm.twin(
        "without-variance",
        batch_norm_without_variance,
        PATH_DROPPED,
        "The columns of x_bar sum to zero as they should, but are not orthogonal to x_hat.",
    ),
    _batch_norm.twin(
        "without-mean",
        batch_norm_without_mean,
        PATH_DROPPED,
        "The columns of x_bar must sum to zero: a shift of the whole batch changes nothing. Here they don't.",
    ),
    _batch_norm.twin(
        "without-epsilon",
        batch_norm_without_epsilon,
        SMALL_TERM_DROPPED,
        "Off by about a thousandth, in x_bar and gamma_bar; beta_bar is right.",
    ),
    _batch_norm.twin(
        "mean-for-sum",
        batch_norm_mean_for_sum,
        MEAN_FOR_SUM,
        "The means of x_bar are in the formula; gamma and beta were broadcast and want sums.",
    ),
    _batch_norm_in_steps,
    _layer_norm,
    _layer_norm.twin(
        "not-summed",
        layer_norm_not_summed,
        NOT_SUMMED,
        "gamma_bar has the shape of the batch: the broadcast of gamma over samples was not undone.",
    ),
    _layer_norm.twin(
        "gamma-forgotten",
        layer_norm_gamma_forgotten,
        WRONG_OPERAND,
        "Right as long as gamma is 1, which is its initial value.",
    ),
    _rms_norm,
    _rms_norm.twin(
        "without-epsilon", rms_norm_without_epsilon, SMALL_TERM_DROPPED, "Off by about a thousandth everywhere."
    ),
)
