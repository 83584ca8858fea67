"""What the tests of `manual` compare with: loops over indices, and differences of the definitions.

Nothing here comes from the package: every definition is written anew, in Python numbers and loops.
"""

import itertools
import math

import numpy as np
from hypothesis import settings

few = settings(max_examples=15, deadline=None, derandomize=True)

# Loops and matrix products add at most some thousand terms in another order; each term is right to 2^-53.
LOOPS = 1e-12
# Fourth-order differences with a step of 1e-3: the neglected term is of order 1e-12 of the function's fifth
# derivative, and rounding of the function of order 1e-16 / 1e-3. Both leave 1e-8 a margin of a thousand.
DIFFERENCES = 1e-8


def agree(got, wanted, tolerance):
    """The two have one shape, and differ nowhere by more than tolerance times the largest wanted entry."""
    got, wanted = np.asarray(got), np.asarray(wanted)
    assert got.shape == wanted.shape, f"shape {got.shape}, wanted {wanted.shape}"
    scale = np.max(np.abs(wanted))
    worst = np.max(np.abs(got - wanted))
    assert worst <= tolerance * scale, f"off by {worst} on a scale of {scale}"


def differences(function, at, step=1e-3):
    """Gradient of a scalar function by fourth-order central differences, one entry at a time."""
    gradient = np.zeros(at.shape)
    for entry in np.ndindex(*at.shape):
        values = []
        for multiple in (-2, -1, 1, 2):
            moved = at.copy()
            moved[entry] += multiple * step
            values.append(function(moved))
        far_left, left, right, far_right = values
        gradient[entry] = (8 * (right - left) - (far_right - far_left)) / (12 * step)
    return gradient


def f(number):
    return 1 / (1 + math.exp(-number))


def dense_outputs(x, v, gamma, w, theta):
    """b and y_hat of the dense network, neuron by neuron."""
    N, q, l = len(x), len(gamma), len(theta)
    b = [[f(sum(x[n][h] * v[h][i] for h in range(len(v))) - gamma[i]) for i in range(q)] for n in range(N)]
    y_hat = [[f(sum(b[n][i] * w[i][j] for i in range(q)) - theta[j]) for j in range(l)] for n in range(N)]
    return np.array(b), np.array(y_hat)


def dense_error(y_hat, y):
    N, l = y_hat.shape
    return sum((y_hat[n, j] - y[n, j]) ** 2 / 2 for n in range(N) for j in range(l)) / N


def softmax_row(row):
    exponentials = [math.exp(number) for number in row]
    return [e / sum(exponentials) for e in exponentials]


def softmax_loops(x):
    return np.array([softmax_row(row) for row in x])


def cross_entropy_loops(y_hat, y):
    N, K = y_hat.shape
    return -sum(y[n, k] * math.log(y_hat[n, k]) for n in range(N) for k in range(K)) / N


def patches_loops(X, kh, kw, stride, pad):
    """U (N, m, C*kh*kw), and the rows and columns of positions, pixel by pixel."""
    N, C, H, width = X.shape
    oh, ow = (H + 2 * pad - kh) // stride + 1, (width + 2 * pad - kw) // stride + 1

    def pixel(n, channel, row, column):
        inside = 0 <= row < H and 0 <= column < width
        return X[n, channel, row, column] if inside else 0.0

    U = [
        [
            [
                pixel(n, channel, row * stride + r - pad, column * stride + s - pad)
                for channel, r, s in itertools.product(range(C), range(kh), range(kw))
            ]
            for row, column in itertools.product(range(oh), range(ow))
        ]
        for n in range(N)
    ]
    return np.array(U), oh, ow


def pool_loops(image, window, stride):
    """Average of each window (height, width) of one image, number by number."""
    (height, width), (down, right) = window, stride
    pr, pc = (image.shape[0] - height) // down + 1, (image.shape[1] - width) // right + 1
    pooled = np.zeros((pr, pc))
    for row, column in np.ndindex(pr, pc):
        inside = [image[row * down + r, column * right + s] for r, s in np.ndindex(height, width)]
        pooled[row, column] = sum(inside) / (height * width)
    return pooled


def head_logits(c, W, b, rows, window, stride):
    """The softmax's inputs from c (N, m, F): pooling of each filter, filters first, then a W + b."""
    N, m, F = c.shape
    a = [
        np.concatenate(
            [pool_loops(c[n, :, filt].reshape(rows, m // rows), window, stride).ravel() for filt in range(F)]
        )
        for n in range(N)
    ]
    a = np.array(a)
    J, K = W.shape
    x = np.array([[sum(a[n, j] * W[j, k] for j in range(J)) + b[k] for k in range(K)] for n in range(N)])
    return a, x


def cnn_outputs(X, v, q, W, b, kernel, stride, pad, window):
    """Every letter of the convolutional network by loops; pooling steps by its window (height, width)."""
    U, rows, _ = patches_loops(X, *kernel, stride, pad)
    N, m, T = U.shape
    F = v.shape[1]
    d = np.zeros((N, m, F))
    for n, l, filt in np.ndindex(N, m, F):
        d[n, l, filt] = sum(U[n, l, k] * v[k, filt] for k in range(T)) + q[filt]
    c = np.vectorize(f)(d)
    a, x = head_logits(c, W, b, rows, window, window)
    return {"U": U, "rows": rows, "d": d, "c": c, "a": a, "x": x, "y_hat": softmax_loops(x)}


def distribution(rng, N, K):
    """Labels that sum to 1, none of them 0 or 1."""
    y = rng.uniform(0.1, 1.0, (N, K))
    return y / y.sum(axis=1, keepdims=True)
