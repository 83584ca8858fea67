"""How far rounding alone may set two right computations of one gradient apart.

Rounding errors are bounded to first order, as in N. J. Higham, Accuracy and Stability of Numerical Algorithms,
chapter 3: a sum of n products, in any order, is off by at most (n + 1) u times the sum of their magnitudes, and
what its terms are off by is carried along. Two computations may stand twice as far apart as each is off.
The bounds need no gradient that is judged here: they are worked out from the parameters anew.
Below the smallest normal number a rounding is no longer relative: every operation that may get there is off by one
more `tiny`, the distance of neighbours there (Higham, section 2.1).

    z_, e_z     the value of a letter z, and the bound of its error, entry by entry
    u           unit roundoff, half the distance from 1 to the next number
    EXP         roundings of an exp, a division and an addition together, with some to spare
Other letters as in the report; f is the sigmoid's derivative, g = dE/d(beta) or dCELF/dx.
"""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from handgrad.training.passes import Parameters
from handgrad.values import Array

EXP = 12


class Bounded:
    """A value with the bound of its error, in units of the roundoff; arithmetic carries both.

    tiny    the smallest number there is, in the same units; what is made of two has that of the left one
    """

    def __init__(self, value: Array, error: Array | float = 0.0, tiny: float = 0.0):
        self.value, self.error, self.tiny = value, error, tiny

    def __add__(self, other: "Bounded") -> "Bounded":
        value = self.value + other.value
        return Bounded(value, self.error + other.error + abs(value), self.tiny)

    def __sub__(self, other: "Bounded") -> "Bounded":
        value = self.value - other.value
        return Bounded(value, self.error + other.error + abs(value), self.tiny)

    def __mul__(self, other: "Bounded") -> "Bounded":
        value = self.value * other.value
        carried = self.error * abs(other.value) + abs(self.value) * other.error
        return Bounded(value, carried + abs(value) + self.tiny, self.tiny)

    def __matmul__(self, other: "Bounded") -> "Bounded":
        magnitudes = abs(self.value) @ abs(other.value)
        carried = self.error_array() @ abs(other.value) + abs(self.value) @ other.error_array()
        terms = self.value.shape[-1]
        return Bounded(self.value @ other.value, carried + (terms + 1) * magnitudes + terms * self.tiny, self.tiny)

    def __truediv__(self, number: float) -> "Bounded":
        return Bounded(self.value / number, (self.error + abs(self.value)) / number + self.tiny, self.tiny)

    def error_array(self) -> Array:
        """The bounds in the shape of the value."""
        return np.broadcast_to(np.asarray(self.error, float), np.shape(self.value))

    def map(self, move: Any) -> "Bounded":
        """What only moves entries about: no rounding."""
        return Bounded(move(self.value), move(self.error_array()), self.tiny)

    def sum(self, axes: Any) -> "Bounded":
        """The sum over axes, in any order."""
        terms = self.value.size // np.sum(self.value, axis=axes).size
        magnitudes = np.sum(abs(self.value), axis=axes)
        carried = np.sum(self.error_array(), axis=axes)
        return Bounded(np.sum(self.value, axis=axes), carried + terms * magnitudes, self.tiny)


def sigmoid(d: Bounded) -> tuple[Bounded, Bounded]:
    """c, and f = c (1 - c) from it: near c = 1 the error of c is all of that of 1 - c."""
    e = np.exp(-abs(d.value))
    c, other = np.where(d.value >= 0, 1, e) / (1 + e), np.where(d.value >= 0, e, 1) / (1 + e)
    f = c * other
    e_c = f * d.error + EXP * c + 2 * d.tiny  # of the exp and of the division
    return Bounded(c, e_c, d.tiny), Bounded(f, abs(other - c) * e_c + 3 * f + d.tiny, d.tiny)


def softmax(x: Bounded) -> Bounded:
    """y_hat; an error of x_k reaches every output, the largest of them at most twice."""
    shifted = x.value - np.max(x.value, axis=1, keepdims=True)
    e = np.exp(shifted)
    y_hat = e / np.sum(e, axis=1, keepdims=True)
    moved = x.error_array() + abs(shifted) + abs(x.value)
    mean = np.sum(y_hat * moved, axis=1, keepdims=True)
    return Bounded(y_hat, y_hat * (moved + mean + EXP + x.value.shape[1]) + 2 * x.tiny, x.tiny)


def dense_room(parameters: Parameters, images: Array, y: Array) -> dict[str, Array]:
    """Room in units of the roundoff for the loss and each gradient of the dense network, by letter."""
    p, tiny = _exact(parameters)
    x, labels = Bounded(np.reshape(images, (len(images), -1)).astype(float), 0.0, tiny), Bounded(y.astype(float))
    b, f_b = sigmoid(x @ p["v"] - p["gamma"])
    y_hat, f_y = sigmoid(b @ p["w"] - p["theta"])
    off = y_hat - labels
    off = Bounded(off.value, off.error + abs(y_hat.value) + abs(labels.value), tiny)
    g = off * f_y / len(images)
    b_bar = g @ p["w"].map(np.transpose)
    e = b_bar * f_b
    loss = (off * off).sum((0, 1)) / (2 * len(images))
    return _room(
        loss=loss, theta=g.sum(0), w=b.map(np.transpose) @ g, b=b_bar, gamma=e.sum(0), v=x.map(np.transpose) @ e
    )


def cnn_room(parameters: Parameters, images: Array, y: Array) -> dict[str, Array]:
    """Room in units of the roundoff for the loss and each gradient of the convolutional network, by letter."""
    p, tiny = _exact(parameters)
    N, side = len(images), images.shape[1] - 4
    windows = sliding_window_view(images.astype(float), (5, 5), (1, 2))
    U = Bounded(np.reshape(windows, (N * side * side, 25)), 0.0, tiny)
    c, f = sigmoid(U @ p["v"] + p["q"])
    F, half = c.value.shape[1], side // 2
    blocks = c.map(lambda z: np.reshape(z, (N, half, 2, half, 2, F)))
    a = (blocks.sum((2, 4)) / 4).map(lambda z: np.reshape(np.transpose(z, (0, 3, 1, 2)), (N, -1)))
    x = a @ p["W"] + p["b"]
    y_hat = softmax(x)
    # -y log y_hat: the error of y_hat counts by its share of y_hat. Where that may be all of it, y_hat may have become
    # 0 and its logarithm have no end.
    logs, share = np.log(y_hat.value), y_hat.error_array() / y_hat.value
    lost = ~(share * _roundoff(parameters) < 0.5)
    by_class = np.where(y > 0, np.where(lost, np.inf, y * (share + EXP * abs(logs))), 0.0)
    loss = Bounded(np.where(y > 0, -y * logs, 0.0), by_class, tiny).sum((0, 1)) / N
    off = y_hat - Bounded(y.astype(float))
    x_bar = Bounded(off.value, off.error + 2 * abs(y_hat.value) + 2 * y, tiny) / N
    a_bar = x_bar @ p["W"].map(np.transpose)

    def spread(z: Array) -> Array:
        pooled = np.transpose(np.reshape(z, (N, F, half, half)), (0, 2, 3, 1))
        return np.reshape(np.repeat(np.repeat(pooled, 2, axis=1), 2, axis=2), (N * side * side, F))

    c_bar = (a_bar / 4).map(spread)
    d_bar = c_bar * f
    d_bar = Bounded(d_bar.value, d_bar.error + abs(d_bar.value) + tiny, tiny)
    by_image = (N, side * side, F)
    return _room(
        loss=loss,
        x=x_bar,
        W=a.map(np.transpose) @ x_bar,
        b=x_bar.sum(0),
        a=a_bar,
        c=c_bar.map(lambda z: np.reshape(z, by_image)),
        d=d_bar.map(lambda z: np.reshape(z, by_image)),
        v=U.map(np.transpose) @ d_bar,
        q=d_bar.sum(0),
    )


def _roundoff(parameters: Parameters) -> float:
    """The unit roundoff of the parameters' type."""
    return float(np.finfo(next(iter(parameters.values())).dtype).eps) / 2


def _exact(parameters: Parameters) -> tuple[dict[str, Bounded], float]:
    """The parameters, off by nothing, and the smallest number of their type in units of the roundoff."""
    tiny = float(np.finfo(next(iter(parameters.values())).dtype).smallest_subnormal) / _roundoff(parameters)
    return {letter: Bounded(value.astype(float), 0.0, tiny) for letter, value in parameters.items()}, tiny


def _room(**letters: Bounded) -> dict[str, Array]:
    """Twice the bound of each, as each of two computations may be off by it; in the order of the backward pass.

    Where a bound is itself beyond all numbers there is none, which is room without end.
    """
    bounds = {letter: 2 * bounded.error_array() for letter, bounded in letters.items()}
    return {letter: np.where(np.isnan(bound), np.inf, bound) for letter, bound in bounds.items()}


ROOMS = {"dense": dense_room, "cnn": cnn_room}
