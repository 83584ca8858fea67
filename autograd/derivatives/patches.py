"""Products with all patches of images, of which a plain array never holds more than a block at a time.

    windows  (N, C, rows, columns, kh, kw), a view of the images
    P        (C kh kw, N rows columns), a patch as a column; most of its entries are copies of others
    K        (F, C kh kw)        z, z_bar  (F, N rows columns)

A block of P fits into the processor's cache, is filled, multiplied and filled anew; in the backward pass too, as
copying is cheaper than keeping. Other types (a `Tensor` of an outer level, exact numbers) get the whole of P.
"""

from typing import Any

import numpy as np

from autograd.rules import Array

BLOCK = 2**20  # bytes


def all_patches(windows: Array) -> Array:
    """P."""
    n, c, rows, columns, kh, kw = windows.shape
    return np.reshape(np.transpose(windows, (1, 4, 5, 0, 2, 3)), (c * kh * kw, n * rows * columns))


def times_patches(K: Array, windows: Array, bias: Array) -> Array:
    """z = K P + bias, one bias a row."""
    if not are_plain(K, windows, bias):
        return K @ all_patches(windows) + bias[:, None]
    z = np.empty((len(K), windows.shape[0] * windows.shape[2] * windows.shape[3]), np.result_type(K, windows, bias))
    for block, columns in blocks(windows, z.dtype):
        np.matmul(K, block, out=z[:, columns])
    z += bias[:, None]
    return z


def times_patches_transposed(z_bar: Array, windows: Array) -> Array:
    """K_bar = z_bar P^T."""
    if not are_plain(z_bar, windows):
        return z_bar @ all_patches(windows).T
    K_bar: Array = 0
    for block, columns in blocks(windows, np.result_type(z_bar, windows)):
        K_bar = K_bar + z_bar[:, columns] @ block.T
    return K_bar


def are_plain(*arrays: Array) -> bool:
    """Whether they are NumPy's own, so that memory may be filled piece by piece."""
    return all(type(x) is np.ndarray for x in arrays)


def blocks(windows: Array, dtype: Any) -> Any:
    """Pieces of P, whole images each, and which of its columns they are; a piece is overwritten by the next."""
    n, c, rows, columns, kh, kw = windows.shape
    places, patch = rows * columns, c * kh * kw
    images = max(1, min(n, BLOCK // (patch * places * np.dtype(dtype).itemsize)))
    shifted = np.transpose(windows, (1, 4, 5, 0, 2, 3))
    # Room for all, of which the first block alone is touched: the system lends memory when it is touched. And the
    # C library keeps up to twice its largest freed piece, so what the graph needs need not be asked for anew.
    room = np.empty(patch * images * places, dtype)
    for start in range(0, n, images):
        stop = min(start + images, n)
        size = patch * (stop - start) * places
        np.copyto(np.reshape(room[:size], (c, kh, kw, stop - start, rows, columns)), shifted[:, :, :, start:stop])
        yield np.reshape(room[:size], (patch, -1)), slice(start * places, stop * places)
