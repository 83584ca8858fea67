"""NumPy alone: both gradients in one function each, for these networks and nothing else.

Nothing is named, checked or kept that the arithmetic does not need: no tape, no formulas to read, one array written
over and over, filters first so that a convolution is one product. Called again and again its large products have all
threads; called in turn with others, as here, it has to wake them first.
"""

import numpy as np
import tasks
from contenders import Arrays, Prepared

PACKAGES = ("numpy",)
CANNOT = {"tape": "has no tape", "epoch": "an epoch is a sum of its steps"}
IMAGES = 32  # of a piece, which stays in the processor's cache
FREED = 2**25 - 2**16  # bytes that are given back once, so that memory given back later waits for its next use
Array = np.ndarray


def sigmoid_in_place(d: Array) -> Array:
    """c where d was; the data are far from where it would overflow."""
    np.negative(d, out=d)
    np.exp(d, out=d)
    d += 1
    return np.reciprocal(d, out=d)


def cnn_piece(parameters: dict[str, Array], images: Array, y: Array, N: int) -> list[Array]:
    """Loss and gradients of some of N images."""
    v, q, W, b = parameters.values()
    n, F = len(images), v.shape[1]
    windows = np.lib.stride_tricks.sliding_window_view(images, (24, 24), axis=(1, 2)).transpose(1, 2, 0, 3, 4)
    P = np.empty((25, n * 576), v.dtype)
    np.copyto(P.reshape(windows.shape), windows)
    d = np.dot(v.T, P)
    d += q[:, None]
    c = sigmoid_in_place(d)
    rows = c.reshape(F, n, 12, 2, 24)
    down = rows[:, :, :, 0] + rows[:, :, :, 1]
    pooled = down[..., ::2] + down[..., 1::2]
    pooled *= 0.25
    a = pooled.reshape(F, n, 144).transpose(1, 0, 2).reshape(n, F * 144)
    x = np.dot(a, W)
    x += b
    x -= np.max(x, axis=1, keepdims=True)
    e = np.exp(x)
    total = np.sum(e, axis=1, keepdims=True)
    loss = -np.sum(y * (x - np.log(total))) / N
    e /= total
    e -= y
    e /= N
    x_bar = e
    a_bar = np.dot(x_bar, W.T)
    a_bar *= 0.25
    wide = np.repeat(a_bar.reshape(n, F, 12, 12).transpose(1, 0, 2, 3), 2, axis=3)
    d_bar = np.empty((F, n, 12, 2, 24), v.dtype)
    d_bar[...] = wide[:, :, :, None]
    d_bar = d_bar.reshape(F, n * 576)
    d_bar *= c
    np.subtract(1, c, out=c)
    d_bar *= c
    return [loss, np.dot(P, d_bar.T), np.sum(d_bar, axis=1), np.dot(a.T, x_bar), np.sum(x_bar, axis=0)]


def cnn_gradient(parameters: dict[str, Array], images: Array, y: Array) -> Arrays:
    """Piece after piece."""
    N = len(images)
    total = cnn_piece(parameters, images[:IMAGES], y[:IMAGES], N)
    for start in range(IMAGES, N, IMAGES):
        piece = slice(start, start + IMAGES)
        for k, share in enumerate(cnn_piece(parameters, images[piece], y[piece], N)):
            total[k] = total[k] + share
    return dict(zip(("loss", *parameters), total, strict=True))


def dense_gradient(parameters: dict[str, Array], x: Array, y: Array) -> Arrays:
    """Half the squared error behind two layers of sigmoids with thresholds."""
    v, gamma, w, theta = parameters.values()
    N = len(x)
    b = np.dot(x, v)
    b -= gamma
    b = sigmoid_in_place(b)
    y_hat = np.dot(b, w)
    y_hat -= theta
    y_hat = sigmoid_in_place(y_hat)
    error = y_hat - y
    loss = np.dot(error.reshape(-1), error.reshape(-1)) / (2 * N)
    error *= y_hat
    np.subtract(1, y_hat, out=y_hat)
    error *= y_hat
    error /= N
    w_bar, theta_bar = np.dot(b.T, error), -np.sum(error, axis=0)
    b_bar = np.dot(error, w.T)
    b_bar *= b
    np.subtract(1, b, out=b)
    b_bar *= b
    return {"loss": loss, "v": np.dot(x.T, b_bar), "gamma": -np.sum(b_bar, axis=0), "w": w_bar, "theta": theta_bar}


def cnn(N: int, F: int, dtype: str) -> Prepared:
    """The report's network."""
    np.empty(FREED, np.uint8)
    given = tasks.cnn(N, F, dtype)
    return Prepared(lambda: cnn_gradient(given.parameters, given.images, given.y), dict)


def dense(N: int, dtype: str) -> Prepared:
    """The dense network."""
    np.empty(FREED, np.uint8)
    given = tasks.dense(N, dtype)
    return Prepared(lambda: dense_gradient(given.parameters, given.images, given.y), dict)


TASKS = {"cnn": cnn, "dense": dense}
