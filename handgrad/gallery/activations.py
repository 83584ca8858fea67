"""Activations, as backward passes.

    z  inputs        a  the value, a = f(z)        g  the cotangent of a        z_bar  what comes back, g f'(z)
    p  softmax of a row: p_k = e^z_k / sum_j e^z_j

Softmax and log-softmax work on rows, all others entry by entry.
"""

import math

import numpy as np

from handgrad.gallery.exhibit import (
    DIAGONAL_ONLY,
    DIFFERENT_FUNCTIONS,
    PATH_DROPPED,
    SIGN_OF_ONE_TERM,
    WRONG_OPERAND,
    WRONG_PLACE,
    Array,
    Exhibit,
    normal,
)
from handgrad.gallery.functions import log_softmax, sigmoid, softmax

LEAK = 0.01
"""The slope of the leaky ReLU below zero."""

CUBIC = 0.044715
"""The cubic term's factor in the tanh form of GELU."""


def sigmoid_backward(g: Array, z: Array) -> Array:
    """z_bar = g a (1 - a)."""
    a = sigmoid(z)
    return g * a * (1 - a)


def sigmoid_backward_at_a(g: Array, z: Array) -> Array:
    """z_bar = g s'(a): the derivative is taken at the value."""
    a = sigmoid(sigmoid(z))
    return g * a * (1 - a)


def tanh_backward(g: Array, z: Array) -> Array:
    """z_bar = g (1 - a^2)."""
    return g * (1 - np.tanh(z) ** 2)


def tanh_backward_plus(g: Array, z: Array) -> Array:
    """z_bar = g (1 + a^2)."""
    return g * (1 + np.tanh(z) ** 2)


def relu(z: Array) -> Array:
    """a = max(z, 0)."""
    return np.maximum(z, 0)


def relu_backward(g: Array, z: Array) -> Array:
    """z_bar = g where z > 0, else 0; at z = 0 the slope 0 is chosen."""
    return g * (z > 0)


def relu_backward_masked_by_g(g: Array, z: Array) -> Array:
    """z_bar = g where g > 0: the mask of the other operand."""
    return g * (g > 0)


def leaky_relu(z: Array) -> Array:
    """a = z where z > 0, else 0.01 z."""
    return np.where(z > 0, z, LEAK * z)


def leaky_relu_backward(g: Array, z: Array) -> Array:
    """z_bar = g where z > 0, else 0.01 g."""
    return g * np.where(z > 0, 1, LEAK)


def leaky_relu_backward_other_leak(g: Array, z: Array) -> Array:
    """z_bar = g where z > 0, else 0.2 g: another library's default."""
    return g * np.where(z > 0, 1, 0.2)


def softplus(z: Array) -> Array:
    """a = log(1 + e^z), by a form that does not overflow."""
    return np.logaddexp(0, z)


def softplus_backward(g: Array, z: Array) -> Array:
    """z_bar = g s(z)."""
    return g * sigmoid(z)


def gelu_tanh(z: Array) -> Array:
    """a = z/2 (1 + tanh u),  u = sqrt(2 / pi) (z + 0.044715 z^3)."""
    return 0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + CUBIC * z**3)))


def gelu_tanh_backward(g: Array, z: Array) -> Array:
    """z_bar = g [(1 + tanh u)/2 + z/2 (1 - tanh^2 u) u']."""
    t = np.tanh(np.sqrt(2 / np.pi) * (z + CUBIC * z**3))
    slope = np.sqrt(2 / np.pi) * (1 + 3 * CUBIC * z**2)
    return g * (0.5 * (1 + t) + 0.5 * z * (1 - t**2) * slope)


def gelu_tanh_backward_gate_only(g: Array, z: Array) -> Array:
    """z_bar = g (1 + tanh u)/2: the gate is treated as constant."""
    return g * 0.5 * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + CUBIC * z**3)))


# Opaque: NumPy has no error function, and `math.erf` takes plain numbers only.
def gelu(z: Array) -> Array:
    """a = z Phi(z), Phi the normal distribution function."""
    a = np.zeros(np.shape(z))
    for i, value in np.ndenumerate(z):
        a[i] = value * 0.5 * (1 + math.erf(value / math.sqrt(2)))
    return a


def gelu_backward(g: Array, z: Array) -> Array:
    """z_bar = g (Phi(z) + z phi(z)), phi the normal density."""
    phi = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    Phi = np.array([0.5 * math.erfc(-value / math.sqrt(2)) for value in z.ravel()]).reshape(z.shape)
    return g * (Phi + z * phi)


def softmax_backward(g: Array, z: Array) -> Array:
    """z_bar_k = p_k (g_k - sum_j g_j p_j)."""
    p = softmax(z)
    return p * (g - np.sum(g * p, axis=-1, keepdims=True))


def softmax_backward_diagonal(g: Array, z: Array) -> Array:
    """z_bar_k = g_k p_k (1 - p_k): the sigmoid's derivative."""
    p = softmax(z)
    return g * p * (1 - p)


def softmax_backward_plus(g: Array, z: Array) -> Array:
    """z_bar_k = p_k (g_k + sum_j g_j p_j)."""
    p = softmax(z)
    return p * (g + np.sum(g * p, axis=-1, keepdims=True))


def log_softmax_backward(g: Array, z: Array) -> Array:
    """z_bar_k = g_k - p_k sum_j g_j."""
    return g - softmax(z) * np.sum(g, axis=-1, keepdims=True)


def log_softmax_backward_diagonal(g: Array, z: Array) -> Array:
    """z_bar_k = g_k (1 - p_k): the sum over j has lost its other terms."""
    return g * (1 - softmax(z))


Z = normal(11, 4, 3)

_sigmoid = Exhibit(
    "sigmoid",
    "sigmoid",
    sigmoid,
    sigmoid_backward,
    (Z,),
    ("z",),
    ("z",),
    vjp=True,
    lesson="The derivative in terms of the value: a (1 - a).",
)
_saturated = Exhibit(
    "sigmoid-saturated",
    "sigmoid",
    sigmoid,
    sigmoid_backward,
    (np.array([-30.0, -18.5, 0.5, 12.0, 17.0]),),
    ("z",),
    ("z",),
    vjp=True,
    lesson="Right. Slopes from 1e-13 to 1/4: at z = 17 the factor 1 - a has eight correct digits left, "
    "which is rounding and no mistake.",
)
_tanh = Exhibit(
    "tanh",
    "tanh",
    np.tanh,
    tanh_backward,
    (Z,),
    ("z",),
    ("z",),
    vjp=True,
    lesson="The derivative in terms of the value: 1 - a^2.",
)
_relu = Exhibit(
    "relu",
    "ReLU",
    relu,
    relu_backward,
    (Z,),
    ("z",),
    ("z",),
    vjp=True,
    lesson="The cotangent passes where the input was positive.",
)
_relu_at_kink = Exhibit(
    "relu-at-kink",
    "ReLU",
    relu,
    relu_backward,
    (np.array([-1.5, 0.0, 2.0, 0.0]),),
    ("z",),
    ("z",),
    vjp=True,
    at_kink=True,
    lesson="Right. At 0 the one-sided slopes are 0 and 1; 0 is as good as any value between them, "
    "though a central difference says 1/2.",
)
_leaky = Exhibit(
    "leaky-relu",
    "leaky ReLU",
    leaky_relu,
    leaky_relu_backward,
    (Z,),
    ("z",),
    ("z",),
    vjp=True,
    lesson="Slope 1 above zero, the leak below.",
)
_softplus = Exhibit(
    "softplus",
    "softplus",
    softplus,
    softplus_backward,
    (np.array([-12.0, -1.5, 0.25, 3.0, 40.0]),),
    ("z",),
    ("z",),
    vjp=True,
    lesson="The sigmoid is softplus's slope.",
)
_gelu_tanh = Exhibit(
    "gelu-tanh",
    "GELU",
    gelu_tanh,
    gelu_tanh_backward,
    (Z,),
    ("z",),
    ("z",),
    vjp=True,
    lesson="A product of z and a gate that depends on z: two terms.",
)
_gelu = Exhibit(
    "gelu",
    "GELU",
    gelu,
    gelu_backward,
    (Z,),
    ("z",),
    ("z",),
    vjp=True,
    opaque=True,
    lesson="The exact GELU: gate plus z times the normal density.",
)
_softmax = Exhibit(
    "softmax",
    "softmax",
    softmax,
    softmax_backward,
    (Z,),
    ("z",),
    ("z",),
    vjp=True,
    lesson="Every output depends on every input of its row, hence the sum over j.",
)
_log_softmax = Exhibit(
    "log-softmax",
    "log-softmax",
    log_softmax,
    log_softmax_backward,
    (Z,),
    ("z",),
    ("z",),
    vjp=True,
    lesson="The shared normaliser collects all cotangents of its row.",
)

EXHIBITS = (
    _sigmoid,
    _sigmoid.twin(
        "at-a",
        sigmoid_backward_at_a,
        WRONG_PLACE,
        "A function sigmoid_prime(z) was called with a: plausible values near 1/4, all of them wrong.",
    ),
    _saturated,
    _tanh,
    _tanh.twin("plus", tanh_backward_plus, SIGN_OF_ONE_TERM, "1 + a^2 is above 1; tanh is never steeper than 1."),
    _relu,
    _relu.twin(
        "masked-by-cotangent",
        relu_backward_masked_by_g,
        WRONG_OPERAND,
        "The mask belongs to the forward pass. A cotangent of ones can't show it where all z are positive.",
    ),
    _relu_at_kink,
    _leaky,
    _leaky.twin("other-leak", leaky_relu_backward_other_leak, DIFFERENT_FUNCTIONS, "Forward leaks 0.01, backward 0.2."),
    _softplus,
    _gelu_tanh,
    _gelu_tanh.twin(
        "gate-only", gelu_tanh_backward_gate_only, PATH_DROPPED, "z also moves the gate: the product rule's other term."
    ),
    _gelu,
    _gelu.twin(
        "tanh-backward",
        gelu_tanh_backward,
        DIFFERENT_FUNCTIONS,
        "Exact forward, approximated backward: off by less than a thousandth, which a loose tolerance lets pass.",
    ),
    _softmax,
    _softmax.twin(
        "diagonal",
        softmax_backward_diagonal,
        DIAGONAL_ONLY,
        "p (1 - p) is the Jacobian's diagonal; the terms -p_j p_k are missing.",
    ),
    _softmax.twin(
        "plus", softmax_backward_plus, SIGN_OF_ONE_TERM, "The entries of a row must add up to 0; here they don't."
    ),
    _log_softmax,
    _log_softmax.twin(
        "diagonal",
        log_softmax_backward_diagonal,
        DIAGONAL_ONLY,
        "A cotangent with a single entry k gets z_bar_k right, and zeros where -p_j g_k belongs.",
    ),
)
