"""The report's two networks once more, by loops and by complex steps: nothing here comes from the program.

A derivative is the imaginary part of the loss at h i beside the point, over h.
"""

import numpy as np

H = 1e-30


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def forward(X, v, q, W, b):
    """d, c, a, x, y_hat of one image (28, 28) with a filter (5, 5), its bias, W (144, 10), b (10,)."""
    d = np.array([[np.sum(X[r : r + 5, s : s + 5] * v) + q for s in range(24)] for r in range(24)])
    c = sigmoid(d)
    a = np.array([np.mean(c[2 * r : 2 * r + 2, 2 * s : 2 * s + 2]) for r in range(12) for s in range(12)])
    x = a @ W + b
    return d, c, a, x, np.exp(x) / np.sum(np.exp(x))


def cross_entropy(X, v, q, W, b, y):
    return -np.sum(y * np.log(forward(X, v, q, W, b)[-1]))


def of_pooled(a, W, b, y):
    """The loss from the pooled image on."""
    x = a @ W + b
    return -np.sum(y * np.log(np.exp(x) / np.sum(np.exp(x))))


def of_logits(x, y):
    """The loss from the inputs of the softmax on."""
    return -np.sum(y * np.log(np.exp(x) / np.sum(np.exp(x))))


def half_squared_error(b, w, theta, y):
    return np.sum((sigmoid(b @ w - theta) - y) ** 2) / 2


def slope(function, at, index=()):
    """The derivative by one entry."""
    moved = np.array(at, dtype=complex)
    moved[index] += 1j * H
    return np.imag(function(moved[()])) / H


def slopes(function, at):
    """The derivative by all entries."""
    return np.array([slope(function, at, index) for index in np.ndindex(np.shape(at))]).reshape(np.shape(at))
