"""Every rule of the engine that is exact agrees, exactly, with a formal derivative.

Functions of + - * / are differentiated by dual numbers a + b eps, eps^2 = 0, with fractions a and b: NumPy
computes with arrays of them. The others have their derivative written by hand.
"""

from fractions import Fraction

import numpy as np
import pytest

import autograd
from handgrad.exact import ExactArray, identical, tower
from tests.exact.fixtures import draw_of, fractions_of, modulo
from tests.exact.test_functions import CALLS

T = tower(3, 0)


class Dual:
    """a + b eps."""

    def __init__(self, a, b=0):
        self.a, self.b = Fraction(a), Fraction(b)

    def __add__(self, other):
        other = dual(other)
        return Dual(self.a + other.a, self.b + other.b)

    def __mul__(self, other):
        other = dual(other)
        return Dual(self.a * other.a, self.a * other.b + self.b * other.a)

    def __truediv__(self, other):
        other = dual(other)
        return Dual(self.a / other.a, (self.b * other.a - self.a * other.b) / other.a**2)

    def __pow__(self, n):
        return Dual(self.a**n, n * self.a ** (n - 1) * self.b if n else 0)

    def __neg__(self):
        return Dual(-self.a, -self.b)

    def __abs__(self):
        return self if self.a >= 0 else -self

    def __sub__(self, other):
        return self + -dual(other)

    def __rsub__(self, other):
        return dual(other) - self

    def __rtruediv__(self, other):
        return dual(other) / self

    def __lt__(self, other):
        return self.a < dual(other).a

    def __le__(self, other):
        return self.a <= dual(other).a

    def __gt__(self, other):
        return self.a > dual(other).a

    def __ge__(self, other):
        return self.a >= dual(other).a

    def __eq__(self, other):
        return self.a == dual(other).a

    def conjugate(self):
        return self

    __radd__, __rmul__ = __add__, __mul__
    __hash__ = None


def dual(x):
    return x if isinstance(x, Dual) else Dual(x)


def duals(x, v):
    pairs = zip(fractions_of(x).ravel(), v.ravel().tolist(), strict=True)  # Python's integers: these grow
    return np.array([Dual(a, b) for a, b in pairs]).reshape(np.shape(x))


# Exact here, without a rule there; and methods of ufuncs that a Tensor refuses.
WITHOUT_RULE = {
    *("reduce", "minimum.reduce", "maximum.reduce", "multiply.outer", "kron", "kron of other ranks", "kron of a batch"),
    *("pad with edges", "floor division", "diff", "diff of rows", "diff of diffs", "range", "range along an axis"),
    *("append", "append rows", "unstack", "unstack along an axis", "broadcast_arrays", "sum from a number"),
    *("a write on the diagonal", "a write along an axis"),
}


@pytest.mark.parametrize("name", sorted(set(CALLS) - WITHOUT_RULE))
def test_a_rule_is_the_derivative_of_dual_numbers(name):
    f, operands = CALLS[name]
    rng = np.random.default_rng(7)
    tangents = [rng.integers(-99, 99, np.shape(x)) for x in operands]
    z = f(*(duals(x, v) for x, v in zip(operands, tangents, strict=True)))
    values, slopes = (np.vectorize(lambda d, part=part: getattr(dual(d), part), otypes=[object])(z) for part in "ab")
    value, pull = autograd.vjp(f, *(ExactArray.input(x, T) for x in operands))
    cotangent = rng.integers(-99, 99, value.shape)
    bars = pull(ExactArray.input(cotangent / 1.0, T))
    bars = bars if isinstance(bars, tuple | list) else [bars]
    # <z_bar, J v> = <J^T z_bar, v>, for v and z_bar at random.
    forward = np.sum(cotangent.astype(object) * slopes)
    backward = sum(np.sum(bar * v) for bar, v in zip(bars, tangents, strict=True))
    for level, p in enumerate(T.primes):
        assert value.residues[level].tolist() == modulo(values, p).tolist()
        assert int(backward.residues[level]) == modulo(forward, p)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x)
    return e / np.sum(e, axis=-1, keepdims=True)


ENTRYWISE = {
    "exp": (np.exp, lambda x: np.exp(x)),
    "expm1": (np.expm1, lambda x: np.exp(x)),
    "log": (np.log, lambda x: 1 / x),
    "log1p": (np.log1p, lambda x: 1 / (1 + x)),
    "sin": (np.sin, lambda x: np.cos(x)),
    "cos": (np.cos, lambda x: -np.sin(x)),
    "tan": (np.tan, lambda x: 1 / np.cos(x) ** 2),
    "sinh": (np.sinh, lambda x: np.cosh(x)),
    "cosh": (np.cosh, lambda x: np.sinh(x)),
    "tanh": (np.tanh, lambda x: 4 / (np.exp(x) + np.exp(-x)) ** 2),
    "sigmoid": (autograd.sigmoid, lambda x: sigmoid(x) * (1 - sigmoid(x))),
    "relu": (autograd.relu, lambda x: np.where(x > 0, 1, 0) + 0 * x),
    "softplus": (autograd.softplus, sigmoid),
    "logaddexp": (lambda x: np.logaddexp(x, 2 * x), lambda x: (1 + 2 * np.exp(x)) / (1 + np.exp(x))),
    "reciprocal": (np.reciprocal, lambda x: -1 / x**2),
    "power": (lambda x: x**5, lambda x: 5 * x**4),
    "negative power": (lambda x: x**-3, lambda x: -3 / x**4),
    "square": (np.square, lambda x: x + x),
    "abs": (np.abs, lambda x: np.where(x < 0, -1, 1) + 0 * x),
    "clip": (lambda x: np.clip(x, -0.5, 0.5), lambda x: np.where(abs(x) < 0.5, 1, 0) + 0 * x),
    "gelu with tanh": (
        lambda x: 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))),
        lambda x: (lambda t: 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * np.sqrt(2 / np.pi) * (1 + 0.134145 * x * x))(
            np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x * x * x))
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ENTRYWISE)
def test_a_rule_of_one_entry_is_the_derivative_by_hand(name):
    f, slope = ENTRYWISE[name]
    found = identical(
        lambda at: autograd.grad(lambda x: np.sum(at["z"] * f(x)))(at["x"]),
        lambda at: at["z"] * slope(at["x"]),
        draw_of(x=(3,), z=(3,)),
    )
    assert found.same
    off = identical(
        lambda at: autograd.grad(lambda x: np.sum(at["z"] * f(x)))(at["x"]),
        lambda at: at["z"] * slope(at["x"]) * (1 + 2.0**-40),
        draw_of(x=(3,), z=(3,)),
    )
    assert not off.same
    assert not off.opaque


def inverse_transposed(a):
    return np.linalg.inv(a).T


# name | function of x | its gradient times z, the cotangent
ARRAYS = {
    "softmax": (autograd.softmax, lambda x, z: (lambda s: s * (z - np.sum(z * s, -1, keepdims=True)))(softmax(x))),
    "log_softmax": (autograd.log_softmax, lambda x, z: z - softmax(x) * np.sum(z, -1, keepdims=True)),
    "logsumexp": (lambda x: autograd.logsumexp(x, -1), lambda x, z: softmax(x) * z[:, None]),
    "det": (np.linalg.det, lambda x, z: z * np.linalg.det(x) * inverse_transposed(x)),
    "inv": (np.linalg.inv, lambda x, z: -inverse_transposed(x) @ z @ inverse_transposed(x)),
    "solve": (lambda x: np.linalg.solve(x, np.arange(3.0)),
              lambda x, z: -np.outer(inverse_transposed(x) @ z, np.linalg.inv(x) @ np.arange(3))),
    "prod": (lambda x: np.prod(x, axis=1), lambda x, z: z[:, None] * np.prod(x, axis=1, keepdims=True) / x),
    "mean": (lambda x: np.mean(x, axis=0), lambda x, z: z / 3 + 0 * x),
    "var": (lambda x: np.var(x, axis=0), lambda x, z: 2 * z / 3 * (x - np.sum(x, axis=0) / 3)),
    "avg_pool2d": (lambda x: autograd.avg_pool2d(x[None, None], 2, 1)[0, 0],
                   lambda x, z: sum(np.pad(z, ((i, 1 - i), (j, 1 - j))) for i in (0, 1) for j in (0, 1)) / 4),
}  # fmt: skip


@pytest.mark.parametrize("name", ARRAYS)
def test_a_rule_of_arrays_is_the_derivative_by_hand(name):
    f, gradient = ARRAYS[name]
    shape = np.shape(f(np.eye(3) + np.arange(9.0).reshape(3, 3) / 16))
    found = identical(
        lambda at: autograd.grad(lambda x: np.sum(at["z"] * f(x)))(at["x"]),
        lambda at: gradient(at["x"], at["z"]),
        draw_of(x=(3, 3), z=shape),
    )
    assert found.same
    assert not found.opaque


def test_the_rule_of_std():
    found = identical(
        lambda at: autograd.grad(lambda x: np.sum(at["z"] * np.std(x, axis=0)))(at["x"]),
        lambda at: at["z"] * (at["x"] - np.mean(at["x"], axis=0)) / (3 * np.std(at["x"], axis=0)),
        draw_of(x=(3, 2), z=(2,)),
    )
    assert found.same


def test_the_rules_of_convolution_and_cross_entropy():
    def loss(k, b, at):
        d = autograd.conv2d(at["x"], k, b, stride=2, padding=1)
        return autograd.cross_entropy(np.reshape(d, (2, -1)), at["y"])

    def by_hand(at):
        x, k = np.pad(at["x"], ((0, 0), (0, 0), (1, 1), (1, 1))), at["k"]
        U = np.stack([x[:, 0, i : i + 3 : 2, j : j + 3 : 2] for i in (0, 1) for j in (0, 1)], axis=-1)
        d = U @ np.reshape(k, (4,)) + at["b"]
        logits = np.reshape(d, (2, 4))
        d_bar = (softmax(logits) * np.sum(at["y"], axis=1, keepdims=True) - at["y"]) / 2
        return np.reshape(np.einsum("npqk,npq->k", U, np.reshape(d_bar, (2, 2, 2))), (1, 1, 2, 2))

    draw = draw_of(x=(2, 1, 3, 3), k=(1, 1, 2, 2), b=(1,), y=(2, 4))
    found = identical(lambda at: autograd.grad(lambda k: loss(k, at["b"], at))(at["k"]), by_hand, draw)
    assert found.same


def test_second_derivatives():
    def second(at):
        return autograd.grad(lambda x: np.sum(autograd.grad(lambda x: np.sum(np.exp(x) * x**2))(x)))(at["x"])

    assert identical(second, lambda at: np.exp(at["x"]) * (at["x"] ** 2 + 4 * at["x"] + 2), draw_of(x=(3,))).same
