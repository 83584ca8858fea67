"""Densities and divergences of normal distributions.

n, d           samples, dimensions
a, S           (d, d)  a symmetric positive definite matrix, a covariance
x, m           (d,)  a point and a mean;  e = x - m
mu, lv         (d,)  mean and log variance;  the variance is e^lv
m1, s1, m2, s2 (d,)  means and standard deviations of two distributions
t, y           (n,)  places and values;  D_ij = (t_i - t_j)^2
p              (3,)  logarithms of a Gaussian process's length, amplitude and noise
K              (n, n)  e^(2 p_1) e^(-D / (2 e^(2 p_0))) + e^(2 p_2) 1: its covariance
"""

import numpy as np

from handgrad.gallery.exhibit import (
    CONSTANT_FACTOR,
    SIGN,
    SIGN_OF_ONE_TERM,
    TRANSPOSED,
    WRONG_PLACE,
    Array,
    Exhibit,
    normal,
)


def log_determinant(a: Array) -> Array:
    """log |det a|."""
    return np.linalg.slogdet(a)[1]


def log_determinant_gradient(a: Array) -> Array:
    """a^-T, for any a with an inverse."""
    return np.linalg.inv(a).T


def log_determinant_transposed(a: Array) -> Array:
    """a^-1: the transpose is missing."""
    return np.linalg.inv(a)


def mahalanobis(x: Array, m: Array, S: Array) -> Array:
    """e^T S^-1 e."""
    return (x - m) @ np.linalg.solve(S, x - m)


def mahalanobis_gradient(x: Array, m: Array, S: Array) -> tuple[Array, Array, Array]:
    """With h = S^-1 e and k = S^-T e, which are the same where S is symmetric:  h + k,  -(h + k),  -k h^T."""
    h, k = np.linalg.solve(S, x - m), np.linalg.solve(S.T, x - m)
    return h + k, -(h + k), -np.outer(k, h)


def mahalanobis_covariance_plus(x: Array, m: Array, S: Array) -> tuple[Array, Array, Array]:
    """+k h^T for the covariance."""
    h, k = np.linalg.solve(S, x - m), np.linalg.solve(S.T, x - m)
    return h + k, -(h + k), np.outer(k, h)


def mahalanobis_without_two(x: Array, m: Array, S: Array) -> tuple[Array, Array, Array]:
    """(h + k)/2, which for a symmetric S is h: the square's 2 is missing."""
    h, k = np.linalg.solve(S, x - m), np.linalg.solve(S.T, x - m)
    return (h + k) / 2, -(h + k) / 2, -np.outer(k, h)


def kl_to_standard(mu: Array, lv: Array) -> Array:
    """1/2 sum (e^lv + mu^2 - 1 - lv): from N(mu, e^lv) to N(0, 1), as in a variational autoencoder."""
    return 0.5 * np.sum(np.exp(lv) + mu**2 - 1 - lv)


def kl_to_standard_gradient(mu: Array, lv: Array) -> tuple[Array, Array]:
    """mu,  (e^lv - 1)/2."""
    return mu, 0.5 * (np.exp(lv) - 1)


def kl_to_standard_by_variance(mu: Array, lv: Array) -> tuple[Array, Array]:
    """(1 - e^-lv)/2: the derivative by the variance, not by its logarithm."""
    return mu, 0.5 * (1 - np.exp(-lv))


def kl_normals(m1: Array, s1: Array, m2: Array, s2: Array) -> Array:
    """sum log(s2 / s1) + (s1^2 + (m1 - m2)^2) / (2 s2^2) - 1/2."""
    return np.sum(np.log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / (2 * s2**2) - 0.5)


def kl_normals_gradient(m1: Array, s1: Array, m2: Array, s2: Array) -> tuple[Array, ...]:
    """With e = m1 - m2:  e / s2^2,  s1 / s2^2 - 1 / s1,  -e / s2^2,  1 / s2 - (s1^2 + e^2) / s2^3."""
    e = m1 - m2
    return e / s2**2, s1 / s2**2 - 1 / s1, -e / s2**2, 1 / s2 - (s1**2 + e**2) / s2**3


def kl_normals_plus(m1: Array, s1: Array, m2: Array, s2: Array) -> tuple[Array, ...]:
    """s1 / s2^2 + 1 / s1 for the first standard deviation."""
    e = m1 - m2
    return e / s2**2, s1 / s2**2 + 1 / s1, -e / s2**2, 1 / s2 - (s1**2 + e**2) / s2**3


def covariance(t: Array, p: Array) -> Array:
    """K."""
    D = (t[:, None] - t) ** 2
    return np.exp(2 * p[1]) * np.exp(-0.5 * D * np.exp(-2 * p[0])) + np.exp(2 * p[2]) * np.eye(len(t))


def gaussian_process(t: Array, y: Array, p: Array) -> Array:
    """-1/2 y^T K^-1 y - 1/2 log det K - n/2 log 2 pi: the log marginal likelihood."""
    K = covariance(t, p)
    return -0.5 * y @ np.linalg.solve(K, y) - 0.5 * np.linalg.slogdet(K)[1] - 0.5 * len(t) * np.log(2 * np.pi)


def covariance_slopes(t: Array, p: Array) -> Array:
    """dK by each of p, in shape (3, n, n)."""
    D = (t[:, None] - t) ** 2
    smooth = np.exp(2 * p[1]) * np.exp(-0.5 * D * np.exp(-2 * p[0]))
    return np.stack([smooth * D * np.exp(-2 * p[0]), 2 * smooth, 2 * np.exp(2 * p[2]) * np.eye(len(t))])


def gaussian_process_gradient(t: Array, y: Array, p: Array) -> Array:
    """1/2 tr((h h^T - K^-1) dK),  h = K^-1 y."""
    inverse = np.linalg.inv(covariance(t, p))
    h = inverse @ y
    return 0.5 * np.einsum("ij,kij->k", np.outer(h, h) - inverse, covariance_slopes(t, p))


def gaussian_process_determinant_plus(t: Array, y: Array, p: Array) -> Array:
    """1/2 tr((h h^T + K^-1) dK): the determinant's term has the other sign."""
    inverse = np.linalg.inv(covariance(t, p))
    h = inverse @ y
    return 0.5 * np.einsum("ij,kij->k", np.outer(h, h) + inverse, covariance_slopes(t, p))


def gaussian_process_negated(t: Array, y: Array, p: Array) -> Array:
    """The gradient of the negative log likelihood."""
    return -gaussian_process_gradient(t, y, p)


def gaussian_process_raw(t: Array, y: Array, p: Array) -> Array:
    """Divided by e^p: the gradient by length, amplitude and noise themselves."""
    return gaussian_process_gradient(t, y, p) / np.exp(p)


_root = normal(121, 3, 3)
COVARIANCE = _root @ _root.T + 0.5 * np.eye(3)
GENERAL = normal(122, 3, 3) + 2 * np.eye(3)
PLACES = np.array([0.0, 0.4, 1.1, 1.5, 2.3, 3.0])

_log_determinant = Exhibit(
    "log-determinant",
    "log determinant",
    log_determinant,
    log_determinant_gradient,
    (GENERAL,),
    ("a",),
    ("a",),
    lesson="The inverse, transposed.",
)
_mahalanobis = Exhibit(
    "mahalanobis",
    "Mahalanobis distance",
    mahalanobis,
    mahalanobis_gradient,
    (normal(123, 3), normal(124, 3), COVARIANCE),
    ("x", "m", "S"),
    ("x", "m", "S"),
    lesson="For a symmetric S this is 2 h, -2 h, -h h^T; written like this it is right for any S with an inverse.",
)
_kl_to_standard = Exhibit(
    "kl-to-standard-normal",
    "KL divergence",
    kl_to_standard,
    kl_to_standard_gradient,
    (normal(125, 4), normal(126, 4)),
    ("mu", "lv"),
    ("mu", "lv"),
    lesson="By the log variance; no sum over the batch, no mean.",
)
_kl_normals = Exhibit(
    "kl-of-normals",
    "KL divergence",
    kl_normals,
    kl_normals_gradient,
    (normal(127, 3), np.array([0.5, 1.3, 0.9]), normal(128, 3), np.array([1.1, 0.7, 2.0])),
    ("m1", "s1", "m2", "s2"),
    ("m1", "s1", "m2", "s2"),
    lesson="Four gradients; all are zero where the two are the same.",
)
_gaussian_process = Exhibit(
    "gaussian-process",
    "Gaussian process",
    gaussian_process,
    gaussian_process_gradient,
    (PLACES, normal(129, 6), np.array([0.1, 0.3, -1.2])),
    ("t", "y", "p"),
    ("p",),
    lesson="By the logarithms of length, amplitude and noise, which spares a division by each of them.",
)

EXHIBITS = (
    _log_determinant,
    _log_determinant.hidden_twin(
        "transposed",
        log_determinant_transposed,
        TRANSPOSED,
        "No difference for a covariance, or any other symmetric matrix.",
        (COVARIANCE,),
    ),
    _mahalanobis,
    _mahalanobis.twin(
        "covariance-plus",
        mahalanobis_covariance_plus,
        SIGN,
        "A wider distribution makes a distance smaller, not larger.",
    ),
    _mahalanobis.twin(
        "without-two", mahalanobis_without_two, CONSTANT_FACTOR, "Half the gradient by x and m; by S it is right."
    ),
    _kl_to_standard,
    _kl_to_standard.hidden_twin(
        "by-variance",
        kl_to_standard_by_variance,
        WRONG_PLACE,
        "By the variance, not its logarithm: no difference at log variance 0, where training starts.",
        (normal(125, 4), np.zeros(4)),
    ),
    _kl_normals,
    _kl_normals.twin(
        "plus", kl_normals_plus, SIGN_OF_ONE_TERM, "Not zero where the two are the same, though KL is least there."
    ),
    _gaussian_process,
    _gaussian_process.twin(
        "determinant-plus",
        gaussian_process_determinant_plus,
        SIGN_OF_ONE_TERM,
        "The term that punishes complexity now rewards it.",
    ),
    _gaussian_process.twin(
        "negated",
        gaussian_process_negated,
        SIGN,
        "The gradient of what is minimised, for what is maximised.",
    ),
    _gaussian_process.twin(
        "raw-parameters",
        gaussian_process_raw,
        WRONG_PLACE,
        "By the length, not by its logarithm: off by a factor of its own for each parameter.",
    ),
)
