"""Functions that several families of the gallery are made of; z of a softmax lies in rows."""

import numpy as np

from handgrad.gallery.exhibit import Array


def sigmoid(z: Array) -> Array:
    """a = 1 / (1 + e^-z)."""
    return 1 / (1 + np.exp(-z))


def softmax(z: Array) -> Array:
    """p, shifted by the row's largest entry so that nothing overflows."""
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def log_softmax(z: Array) -> Array:
    """log p_k = z_k - log sum_j e^z_j."""
    shifted = z - np.max(z, axis=-1, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))
