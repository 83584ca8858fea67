"""No gradient, a bound: what NumPy needs for the least that any of its gradients must do.

That is every matrix product, e^x once for each sigmoid, and one write of each array that has to exist, into arrays made
beforehand. On the tape it is the same arithmetic without a tape, so there the numbers come out and are compared.
"""

from typing import Any

import numpy as np
import tasks
from contenders import Prepared

PACKAGES = ("numpy",)
CANNOT = {"epoch": "an epoch has no bound of its own: it is that of its steps"}


def cnn(N: int, F: int, dtype: str) -> Prepared:
    """Patches, V^T P, e^x, pooling's output, a W, a^T x_bar, x_bar W^T, the cotangent of d, P d_bar^T."""
    parameters, images, _ = tasks.cnn(N, F, dtype)
    vT, W = np.ascontiguousarray(parameters["v"].T), parameters["W"]
    windows = np.lib.stride_tricks.sliding_window_view(images, (24, 24), axis=(1, 2)).transpose(1, 2, 0, 3, 4)
    P = np.empty((25, N * 576), dtype)
    c, d_bar = np.zeros((2, F, N * 576), dtype)
    a, a_bar = np.zeros((2, N, 144 * F), dtype)
    x, x_bar = np.zeros((2, N, 10), dtype)
    v_bar, W_bar = np.empty((25, F), dtype), np.empty_like(W)

    def call() -> None:
        np.copyto(P.reshape(windows.shape), windows)
        np.matmul(vT, P, out=c)
        np.exp(c, out=c)
        np.copyto(a, a_bar)
        np.matmul(a, W, out=x)
        np.matmul(a.T, x_bar, out=W_bar)
        np.matmul(x_bar, W.T, out=a_bar)
        np.copyto(d_bar, c)
        np.matmul(P, d_bar.T, out=v_bar)

    return Prepared(call, None)


def dense(N: int, dtype: str) -> Prepared:
    """x v, e^x, b w, e^x, b^T delta, delta w^T, x^T of the cotangent below."""
    parameters, x, _ = tasks.dense(N, dtype)
    v, w = parameters["v"], parameters["w"]
    b, b_bar = np.zeros((2, N, tasks.HIDDEN), dtype)
    y_hat, delta = np.zeros((2, N, tasks.CLASSES), dtype)
    v_bar, w_bar = np.empty_like(v), np.empty_like(w)

    def call() -> None:
        np.matmul(x, v, out=b)
        np.negative(b, out=b)
        np.exp(b, out=b)
        np.matmul(b, w, out=y_hat)
        np.negative(y_hat, out=y_hat)
        np.exp(y_hat, out=y_hat)
        np.matmul(b.T, delta, out=w_bar)
        np.matmul(delta, w.T, out=b_bar)
        np.matmul(x.T, b_bar, out=v_bar)

    return Prepared(call, None)


def tape(entries: int) -> Prepared:
    """The arithmetic of the chain and of its pullbacks."""
    start = np.asarray(tasks.tape(entries))[()]
    ones = np.ones(np.shape(start))[()]

    def call() -> Any:
        x = y = start
        for _ in range(tasks.OPERATIONS // 2):
            y = y * tasks.FACTOR + x
        x_bar, y_bar = np.zeros_like(ones), ones
        for _ in range(tasks.OPERATIONS // 2):
            x_bar = x_bar + y_bar
            y_bar = y_bar * tasks.FACTOR
        return y, x_bar + y_bar

    return Prepared(call, lambda result: {"value": result[0], "x": result[1]})


TASKS = {"cnn": cnn, "dense": dense, "tape": tape}
