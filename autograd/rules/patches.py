"""Products with all patches of images, of which plain arrays never hold more than a few images at a time.

    windows  (N, C, rows, columns, kh, kw), a view of the images
    P        (N, C kh kw, rows columns), the patches of each image as columns; most entries are copies of others
    K        (F, C kh kw)        z, z_bar  (N, F, rows columns)

The patches of a few images fit into the processor's cache, are multiplied and forgotten; in the backward pass they are
cut anew, as copying is cheaper than keeping. Other types (a `Tensor` of an outer level, exact numbers) get the whole.
"""

import numpy as np

from autograd.chunks import are_plain, pieces
from autograd.table import Array


def patches(windows: Array) -> Array:
    """P."""
    n, c, rows, columns, kh, kw = windows.shape
    return np.reshape(np.transpose(windows, (0, 1, 4, 5, 2, 3)), (n, c * kh * kw, rows * columns))


def times_patches(K: Array, windows: Array, bias: Array) -> Array:
    """z = K P + bias, one bias a row."""
    if not are_plain(K, windows, bias):
        return K @ patches(windows) + bias[:, None]
    images, places = len(windows), windows.shape[2] * windows.shape[3]
    z = np.empty((images, len(K), places), np.result_type(K, windows, bias))
    for piece in pieces(windows):
        here = np.matmul(K, patches(windows[piece]), out=z[piece])
        here += bias[:, None]
    return z


def times_patches_transposed(z_bar: Array, windows: Array) -> Array:
    """K_bar = z_bar P^T, summed over the images."""
    if not are_plain(z_bar, windows):
        return np.sum(z_bar @ np.swapaxes(patches(windows), 1, 2), axis=0)
    K_bar: Array = 0
    for piece in pieces(windows):
        K_bar = K_bar + np.sum(z_bar[piece] @ np.swapaxes(patches(windows[piece]), 1, 2), axis=0)
    return K_bar
