"""What NumPy's functions mean: the same calls on arrays of fractions are the oracle."""

from fractions import Fraction
from math import ceil, floor, trunc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from handgrad.exact import ExactArray, ExactError, LevelsSpentError, NoExactMeaningError, NoSquareRootError, tower
from tests.exact.fixtures import TINY, TOWERS, assert_is, fractions_of, same

T = tower(3, 0)
rng = np.random.default_rng(3)
A = rng.integers(-64, 64, (3, 4)) / 16 + 1 / 32  # no zero among them
B = rng.integers(-64, 64, (3, 4)) / 16 + 1 / 32
S = rng.integers(-64, 64, (3, 3)) / 16
V = rng.integers(-64, 64, 4) / 8
CUBE = rng.permutation(np.arange(-64, 64))[:24].reshape(2, 3, 4) / 8 + 1 / 16  # no ties
MASK = A > 0


def wrote(function, x, *args):
    """A copy of x that a function has written into."""
    z = x.copy()
    function(z, *args)
    return z


# name | function | operands
CALLS = {
    "sum of products": (lambda x, y: x * y + x - y / 3, (A, B)),
    "quotients": (lambda x, y: x / y + 1 / y - (-x), (A, B)),
    "constants left and right": (lambda x: 2 - x * Fraction(1, 3) + 1 / x - 5, (A,)),
    "broadcast": (lambda x, v: x * v + v, (A, V)),
    "integer powers": (lambda x: x**3 + x**0 + x**-2 + np.square(x) + np.power(x, 2), (A,)),
    "reciprocal": (lambda x: np.reciprocal(x), (A,)),
    "sum": (lambda x: np.sum(x), (CUBE,)),
    "sum over axes": (lambda x: np.sum(x, axis=(0, 2), keepdims=True), (CUBE,)),
    "method sum": (lambda x: x.sum(axis=-1), (CUBE,)),
    "prod": (lambda x: np.prod(x, axis=1), (CUBE,)),
    "prod of all": (lambda x: np.prod(x), (A,)),
    "prod kept": (lambda x: np.prod(x, axis=(0, 1), keepdims=True), (CUBE,)),
    "cumsum": (lambda x: np.cumsum(x, axis=1), (A,)),
    "cumsum of all": (lambda x: np.cumsum(x), (A,)),
    "reduce": (lambda x: np.add.reduce(x) + np.multiply.reduce(x, axis=0), (A,)),
    "matmul": (lambda x, y: x @ y.T, (A, B)),
    "matmul of a batch": (lambda x, y: x @ y.T, (CUBE, B)),
    "matmul of vectors": (lambda x, y: x @ y, (V, V)),
    "matrix and vector": (lambda x, y: x @ y, (A, V)),
    "dot": (lambda x, y: np.dot(x, y.T), (A, B)),
    "dot of high rank": (lambda x, y: np.dot(x, y), (CUBE, np.moveaxis(CUBE, 2, 1))),
    "inner": (lambda x, y: np.inner(x, y), (A, B)),
    "vdot": (lambda x, y: np.vdot(x, y), (A, B)),
    "outer": (lambda x, y: np.outer(x, y), (V, V)),
    "multiply.outer": (lambda x, y: np.multiply.outer(x, y), (V, A)),
    "kron": (lambda x, y: np.kron(x, y), (A, S)),
    "tensordot": (lambda x, y: np.tensordot(x, y, axes=([1, 2], [0, 1])), (CUBE, A)),
    "tensordot by number": (lambda x, y: np.tensordot(x, y, 1), (A, V)),
    "trace": (lambda x: np.trace(x), (S,)),
    "einsum product": (lambda x, y: np.einsum("ij,kj->ik", x, y), (A, B)),
    "einsum implicit": (lambda x, y: np.einsum("ij,kj", x, y), (A, B)),
    "einsum of three": (lambda x, y, v: np.einsum("ij,ij,j->i", x, y, v), (A, B, V)),
    "einsum sum": (lambda x: np.einsum("ijk->", x), (CUBE,)),
    "einsum diagonal": (lambda x: np.einsum("ii->i", x), (S,)),
    "einsum trace": (lambda x: np.einsum("ii", x), (S,)),
    "einsum order": (lambda x: np.einsum("ijk->kij", x), (CUBE,)),
    "reshape": (lambda x: np.reshape(x, (4, 3)), (A,)),
    "method reshape": (lambda x: x.reshape(2, -1), (A,)),
    "transpose": (lambda x: np.transpose(x, (2, 0, 1)), (CUBE,)),
    "T": (lambda x: x.T, (CUBE,)),
    "swapaxes": (lambda x: np.swapaxes(x, 0, 2), (CUBE,)),
    "moveaxis": (lambda x: np.moveaxis(x, 0, -1), (CUBE,)),
    "expand and squeeze": (lambda x: np.squeeze(np.expand_dims(x, (0, 2))), (A,)),
    "newaxis": (lambda x: x[:, None, :] * x[None], (A,)),
    "broadcast_to": (lambda x: np.broadcast_to(x, (2, 3, 4)), (A,)),
    "ravel": (lambda x: np.ravel(x), (A,)),
    "concatenate": (lambda x, y: np.concatenate([x, y], axis=1), (A, B)),
    "stack": (lambda x, y: np.stack([x, y], axis=-1), (A, B)),
    "vstack and hstack": (lambda x, y: np.hstack([np.vstack([x, y]), np.vstack([y, x])]), (A, B)),
    "split": (lambda x: np.split(x, 2, axis=1)[1], (A,)),
    "pad": (lambda x: np.pad(x, ((1, 0), (0, 2))), (A,)),
    "pad with edges": (lambda x: np.pad(x, 1, mode="edge"), (A,)),
    "flip and roll": (lambda x: np.flip(x, 0) + np.roll(x, 1, 1), (A,)),
    "tile and repeat": (lambda x: np.repeat(np.tile(x, (1, 2)), 3, axis=0), (A,)),
    "getitem": (lambda x: x[1:, ::2], (A,)),
    "places": (lambda x: x[[0, 0, 2], [1, 1, 3]], (A,)),
    "mask": (lambda x: x[MASK], (A,)),
    "diag": (lambda x: np.diag(np.diag(x), 1), (S,)),
    "diagonal": (lambda x: np.diagonal(x, 1), (S,)),
    "triangles": (lambda x: np.tril(x) + 2 * np.triu(x, 1), (S,)),
    "take": (lambda x: np.take(x, [2, 0], axis=0), (A,)),
    "take_along_axis": (lambda x: np.take_along_axis(x, np.array([[1], [0], [2]]), 1), (A,)),
    "windows": (lambda x: sliding_window_view(x, (2, 2)), (A,)),
    "atleast_2d": (lambda x: np.atleast_2d(x), (V,)),
    "where": (lambda x, y: np.where(MASK, x, y * 2), (A, B)),
    "maximum and minimum": (lambda x, y: np.maximum(x, y) - 3 * np.minimum(x, 0), (A, B)),
    "max": (lambda x: np.max(x, axis=1), (CUBE,)),
    "min": (lambda x: np.min(x), (CUBE,)),
    "abs": (lambda x: abs(x), (A,)),
    "sort": (lambda x: np.sort(x, axis=0), (A,)),
    "floor division": (lambda x: x // 2 + x % 2, (A,)),
    "diff": (lambda x: np.diff(x, axis=1), (A,)),
    # options left out, and rarer ranks
    "diff of rows": (lambda x: np.diff(x), (CUBE,)),
    "diff of diffs": (lambda x: np.diff(x, 2, 0), (A,)),
    "sort of rows": (lambda x: np.sort(-x), (CUBE,)),
    "sort of all": (lambda x: np.sort(x, axis=None), (CUBE,)),
    "dot with a number": (lambda x: np.dot(x, 3) + np.dot(Fraction(1, 3), x), (A,)),
    "dot of a matrix and a batch": (lambda x, y: np.dot(x, y), (A, np.moveaxis(CUBE, 1, 2))),
    "dot of a vector and a batch": (lambda x, y: np.dot(x, y), (V, np.moveaxis(CUBE, 1, 2))),
    "dot of a batch and a vector": (lambda x, y: np.dot(x, y), (CUBE, V)),
    "inner with a number": (lambda x: np.inner(x, 3) + np.inner(Fraction(1, 3), x), (A,)),
    "inner of a batch and a matrix": (lambda x, y: np.inner(x, y), (CUBE, A)),
    "einsum with dots for nothing": (lambda v, w: np.einsum("...i,i->...", v, w), (V, 2 * V)),
    "einsum of a diagonal around an axis": (lambda x: np.einsum("iji->ij", x), (CUBE[:, :, :2],)),
    "inner of a batch": (lambda x, y: np.inner(x, y), (A, CUBE)),
    "kron of other ranks": (lambda x, y: np.kron(x, y), (V, A)),
    "kron of a batch": (lambda x, y: np.kron(x, y), (CUBE, V)),
    "tensordot of two axes": (lambda x, y: np.tensordot(x, y), (CUBE, np.reshape(CUBE, (3, 4, 2)))),
    "tensordot of single axes": (lambda x, y: np.tensordot(x, y, (1, 0)), (CUBE, A)),
    "tensordot of axes from the back": (lambda x, y: np.tensordot(x, y, ([-1, 1], [-1, -2])), (CUBE, A)),
    "trace of a batch": (lambda x: np.trace(x), (CUBE,)),
    "trace beside the diagonal": (lambda x: np.trace(x, 1, 2, 1), (CUBE,)),
    "einsum of batches": (lambda x, y: np.einsum("bij,bkj->bik", x, y), (CUBE, CUBE)),
    "einsum of a diagonal and another": (lambda x, y: np.einsum("ii,ij->ji", x, y), (S, A)),
    "einsum of a diagonal in a batch": (lambda x: np.einsum("bii->ib", x), (CUBE[:, :, :3],)),
    "einsum of a threefold diagonal": (lambda x: np.einsum("iii->i", x), (CUBE[:, :2, :2],)),
    "einsum of what stands alone": (lambda x, y: np.einsum("ij,kl->jl", x, y), (A, S)),
    "einsum to a number": (lambda x, y: np.einsum("ij,ij->", x, y), (A, B)),
    "einsum with dots and no arrow": (lambda x, v: np.einsum("...i,i", x, v), (CUBE, V)),
    "einsum with dots in both": (lambda x, y: np.einsum("...ij,...kj->...ik", x, y), (CUBE, B)),
    "concatenate rows": (lambda x, y: np.concatenate([x, y]), (A, B)),
    "append": (lambda x, y: np.append(x, y), (A, V)),
    "append rows": (lambda x, y: np.append(x, y, 0), (A, B)),
    "unstack": (lambda x: np.unstack(x)[1], (CUBE,)),
    "unstack along an axis": (lambda x: np.unstack(x, axis=2)[3], (CUBE,)),
    "broadcast_arrays": (lambda x, v: np.broadcast_arrays(x, v)[1], (A, V)),
    "range": (lambda x: np.ptp(x), (CUBE,)),
    "range along an axis": (lambda x: np.ptp(x, axis=1, keepdims=True), (CUBE,)),
    "min along an axis": (lambda x: np.min(x, axis=1), (CUBE,)),
    "max kept": (lambda x: np.max(x, axis=(0, 2), keepdims=True), (CUBE,)),
    "sum from a number": (lambda x: np.sum(x, initial=3) + 2 * np.sum(x, initial=1) + 4 * np.sum(x, initial=-1), (A,)),
    "minimum.reduce": (lambda x: np.minimum.reduce(x), (A,)),
    "maximum.reduce": (lambda x: np.maximum.reduce(x, axis=1), (A,)),
    "a write on the diagonal": (lambda x: wrote(np.fill_diagonal, x, 5), (A,)),
    "a write along an axis": (lambda x: wrote(np.put_along_axis, x, np.array([[1], [0], [3]]), 7, 1), (A,)),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("t", TOWERS[1:], ids=["words", "deep"])
def test_a_function_is_that_of_fractions(name, t):
    f, operands = CALLS[name]
    assert_is(f(*(ExactArray.input(x, t) for x in operands)), f(*map(fractions_of, operands)))


# Where arrays of objects lack the function, written out.
WRITTEN = {
    "mean": (lambda x: np.mean(x, axis=0), lambda x: np.sum(x, axis=0) / 3),
    "var": (lambda x: np.var(x, axis=1, ddof=1), lambda x: np.sum((x - np.sum(x, 1)[:, None] / 4) ** 2, 1) / 3),
    "mean of all": (lambda x: np.mean(x), lambda x: np.sum(x) / 12),
    "mean kept": (lambda x: np.mean(x, axis=1, keepdims=True), lambda x: np.sum(x, 1, keepdims=True) / 4),
    "var of all": (lambda x: np.var(x), lambda x: np.sum((x - np.sum(x) / 12) ** 2) / 12),
    "average of all": (lambda x: np.average(x), lambda x: np.sum(x) / 12),
    "heaviside": (lambda x: np.heaviside(x - x[0, 0], 3), lambda x: np.vectorize(
        lambda v: Fraction(3) if v == 0 else Fraction(int(v > 0)), otypes=[object])(x - x[0, 0])),
    "whole parts": (lambda x: np.floor(x) + 2 * np.ceil(x) + 4 * np.trunc(x), lambda x: np.vectorize(
        lambda v: Fraction(floor(v) + 2 * ceil(v) + 4 * trunc(v)), otypes=[object])(x)),
    "clip by keywords": (lambda x: np.clip(x, min=-1, max=0.5), lambda x: np.vectorize(
        lambda v: max(min(v, Fraction(1, 2)), Fraction(-1)), otypes=[object])(x)),
    "clip from below": (lambda x: np.clip(x, 0, None), lambda x: np.vectorize(
        lambda v: max(v, Fraction(0)), otypes=[object])(x)),
    "zeros of another shape": (lambda x: np.zeros_like(x, shape=(2,)), lambda x: np.array([Fraction(0)] * 2)),
    "norm of order inf": (lambda x: np.linalg.norm(x, np.inf, axis=0), lambda x: np.max(abs(x), 0)),
    "clip": (lambda x: np.clip(x, -1.5, 0.75), lambda x: np.vectorize(
        lambda v: max(min(v, Fraction(3, 4)), Fraction(-3, 2)), otypes=[object])(x)),
    "sign": (lambda x: np.sign(x) * x, lambda x: abs(x)),
    "ones and zeros": (lambda x: np.ones_like(x) + np.zeros_like(x) + np.full_like(x, 0.1),
                       lambda x: x * 0 + Fraction(11, 10)),
    "pad with ones": (lambda x: np.pad(x, 1, constant_values=0.1)[0], lambda x: np.array([Fraction(1, 10)] * 6)),
    "einsum with dots": (lambda x: np.einsum("...i,...i->...", x, x), lambda x: np.sum(x * x, -1)),
    "einsum broadcasting": (lambda x: np.einsum("ij,ij->j", x, x[:1]), lambda x: np.sum(x, 0) * x[0]),
    "powers by array": (lambda x: x ** np.array([0, 1, 2, -1]),
                        lambda x: np.stack([x[:, 0] ** 0, x[:, 1], x[:, 2] ** 2, 1 / x[:, 3]], 1)),
    "a large power": (lambda x: x ** (9**3), lambda x: x ** (9**3)),
    "sum where": (lambda x: np.sum(x, where=MASK), lambda x: np.sum(x[MASK])),
    "average": (lambda x: np.average(x, axis=0, weights=x), lambda x: np.sum(x * x, 0) / np.sum(x, 0)),
    "norm of order 1": (lambda x: np.linalg.norm(x, 1, axis=1), lambda x: np.sum(abs(x), 1)),
}  # fmt: skip


@pytest.mark.parametrize("name", [n for n in WRITTEN if n != "a large power"])
def test_a_function_is_what_it_says(name):
    f, written = WRITTEN[name]
    assert_is(f(ExactArray.input(A, T)), written(fractions_of(A)))


def test_a_large_power_costs_no_memory():
    x = ExactArray.input(np.array([0.5, -3.0]), T)
    for residues, p in zip((x ** (9**9)).residues, T.primes, strict=True):
        half, three = pow(pow(2, -1, p), 9**9, p), pow(-3, 9**9, p)
        assert residues.tolist() == [half, three]


# Expressions grown at random


@st.composite
def expressions(draw, depth=4):
    """The text of a rational expression in x and y."""
    if depth == 0 or draw(st.booleans()):
        return draw(st.sampled_from(["x", "y", "2", "x", "y"]))
    a, b = draw(expressions(depth - 1)), draw(expressions(depth - 1))
    return draw(st.sampled_from([f"({a} + {b})", f"({a} - {b})", f"({a} * {b})", f"({a} / {b})", f"({a}) ** 2"]))


@given(expressions(), st.integers(1, 10**6), st.integers(-(10**6), -1))
def test_random_expressions_are_those_of_fractions(text, m, n):
    at = {"x": Fraction(m, 1024), "y": Fraction(n, 1024)}
    try:
        wanted = eval(text, {}, dict(at))
    except ZeroDivisionError:
        return
    exact = {name: ExactArray.input(np.array(float(v)), T) for name, v in at.items()}
    try:
        found = eval(text, {}, exact)
    except ExactError:
        return  # a denominator that vanishes modulo a prime only: drawn anew by the identity test
    if type(found) is int:
        assert found == wanted
        return
    for residues, p in zip(found.residues, T.primes, strict=True):
        assert int(residues) == Fraction(wanted).numerator * pow(Fraction(wanted).denominator, -1, p) % p


# Identities


def e(x):
    return np.exp(x)


X = rng.integers(-(2**20), 2**20, (3, 4)) / 2**18
Y = rng.integers(-(2**20), 2**20, (3, 4)) / 2**18


def softmax(x):
    return e(x) / np.sum(e(x), axis=1, keepdims=True)


IDENTITIES = {
    "exp of a sum": (lambda x, y: e(x + y), lambda x, y: e(x) * e(y)),
    "exp of a difference": (lambda x, y: e(x - y), lambda x, y: e(x) / e(y)),
    "exp of 0": (lambda x, y: e(x - x), lambda x, y: np.ones_like(x)),
    "exp of a third": (lambda x, y: e(x / 3) ** 3, lambda x, y: e(x)),
    "sigmoid": (lambda x, y: 1 / (1 + e(-x)), lambda x, y: e(x) / (1 + e(x))),
    "sigmoid by branches": (lambda x, y: np.where(x >= 0, 1, e(-abs(x))) / (1 + e(-abs(x))),
                            lambda x, y: 1 / (1 + e(-x))),
    "softmax": (lambda x, y: softmax(x), lambda x, y: softmax(x - np.max(x, axis=1, keepdims=True))),
    "tanh and sigmoid": (lambda x, y: np.tanh(x), lambda x, y: 2 / (1 + e(-2 * x)) - 1),
    "tanh": (lambda x, y: np.tanh(x), lambda x, y: np.sinh(x) / np.cosh(x)),
    "tanh of a sum": (lambda x, y: np.tanh(x + y),
                      lambda x, y: (np.tanh(x) + np.tanh(y)) / (1 + np.tanh(x) * np.tanh(y))),
    "hyperbola": (lambda x, y: np.cosh(x) ** 2 - np.sinh(x) ** 2, lambda x, y: np.ones_like(x)),
    "circle": (lambda x, y: np.sin(x) ** 2 + np.cos(x) ** 2, lambda x, y: np.ones_like(x)),
    "sin of a sum": (lambda x, y: np.sin(x + y), lambda x, y: np.sin(x) * np.cos(y) + np.cos(x) * np.sin(y)),
    "cos is even": (lambda x, y: np.cos(-x), lambda x, y: np.cos(x)),
    "sin is odd": (lambda x, y: np.sin(-x), lambda x, y: -np.sin(x)),
    "tan": (lambda x, y: np.tan(x), lambda x, y: np.sin(x) / np.cos(x)),
    "expm1": (lambda x, y: np.expm1(x), lambda x, y: e(x) - 1),
    "nested": (lambda x, y: e(e(x) + e(y)), lambda x, y: e(e(x)) * e(e(y))),
    "a third": (lambda x, y: x * (1 / 3), lambda x, y: x / 3),
    "log of the same": (lambda x, y: np.log(e(x) * e(y)), lambda x, y: np.log(e(x + y))),
    "log1p": (lambda x, y: np.log1p(e(x)), lambda x, y: np.logaddexp(x, 0)),
    "log of 1": (lambda x, y: np.log(x / x), lambda x, y: np.zeros_like(x)),
}  # fmt: skip


@pytest.mark.parametrize("name", IDENTITIES)
@pytest.mark.parametrize("t", [tower(3, 0), tower(3, 1), tower(7, 2)], ids=["words", "others", "deep"])
def test_identities_hold_for_residues(name, t):
    first, second = IDENTITIES[name]
    x, y = ExactArray.input(X, t), ExactArray.input(Y, t)
    a, b = first(x, y), second(x, y)
    assert same(a, b)
    np.testing.assert_allclose(a.shadow, b.shadow, rtol=1e-9, atol=1e-9)  # a few operations, no cancellation


def test_what_is_not_the_same_is_not():
    x, y = ExactArray.input(X, T), ExactArray.input(Y, T)
    assert not same(e(x), e(y))
    assert not same(e(x), e(x) * (1 + 2.0**-40))
    assert not same(np.sin(x), np.cos(x))
    assert not same(e(2 * x), 2 * e(x))


@pytest.mark.parametrize(
    ("circular", "hyperbolic"), [(np.sin, np.sinh), (np.cos, np.cosh), (np.tan, np.tanh)], ids=["sin", "cos", "tan"]
)
def test_circles_are_no_hyperbolas(circular, hyperbolic):
    for t in (T, tower(7, 2)):
        x = ExactArray.input(X, t)
        assert not same(circular(x), hyperbolic(x))
        assert not same(circular(e(x)), hyperbolic(e(x)))


def test_residues_live_where_the_shadow_overflows():
    x = ExactArray.input(np.array([1000.0, -1000.0, 5000.0]), T)
    assert same(e(x) / (1 + e(x)), 1 / (1 + e(-x)))
    assert same(e(x) / np.sum(e(x)), e(x - np.max(x)) / np.sum(e(x - np.max(x))))


def test_roots():
    for seed in range(40):
        t = tower(3, seed)
        x = ExactArray.input(X[0, :2] ** 2 + 1 / 64, t)
        try:
            root = np.sqrt(x)
        except NoSquareRootError:
            continue
        assert same(root * root, x)
        assert same(x**0.5, root)
        assert same(x**-0.5 * root, np.ones_like(x))
        assert same(x**1.5, x * root)
        return
    raise AssertionError("no tower of 40 had roots of two numbers: the chance is below 1e-5")


def test_a_square_of_rationals_has_roots_in_every_field():
    for t in TOWERS:
        root = np.sqrt(ExactArray.input(np.array([4.0, 2.25]), t))
        for residues, p in zip(root.residues, t.primes, strict=True):
            halves = [2, 3 * pow(2, -1, p) % p]
            assert residues.tolist() == [min(r, p - r) for r in halves]


def test_what_is_a_square_in_no_field_has_no_root():
    # 5, 41 and 821 are 2 modulo 3, so 3 is a square modulo none of them, by quadratic reciprocity.
    with pytest.raises(NoSquareRootError):
        np.sqrt(ExactArray.input(np.array([3.0]), TINY))


# Branches


def test_branches_go_by_the_shadow():
    x = ExactArray.input(A, T)
    assert np.array_equal(x > 0, A > 0)
    assert np.array_equal(x == x, np.ones(A.shape, bool))
    assert np.array_equal(np.argmax(x, axis=1), np.argmax(A, axis=1))
    assert np.array_equal(np.argsort(x, axis=0), np.argsort(A, axis=0))
    assert bool(np.any(x > 0)) is bool(np.any(A > 0))
    assert bool(x[0, 0] > 100) is False
    assert np.isfinite(x).all()
    assert np.shape(x) == (3, 4)
    assert np.ndim(x) == 2
    assert np.size(x) == 12
    assert len(x) == 3
    assert x.dtype == np.float64
    assert not np.iscomplexobj(x)
    assert len(list(x)) == 3


# Writing


def test_entries_are_written_and_added_in_place():
    x = ExactArray.input(V, T)
    z = np.zeros_like(x, shape=(6,))
    z[1:5] += x
    z[1:5] += x
    np.add.at(z, [0, 0, 5], x[:3])
    wanted = np.zeros(6, dtype=object)
    f = fractions_of(V)
    wanted[1:5] = 2 * f
    wanted[0], wanted[5] = f[0] + f[1], f[2]
    assert_is(z, wanted)
    assert_is(x, f)


def test_a_write_does_not_reach_other_arrays():
    x = ExactArray.input(A, T)
    z = x.reshape(4, 3)
    z[0, 0] = e(x[0, 0])
    assert_is(x, fractions_of(A))
    assert z.residues[0] is None
    with pytest.raises(ExactError, match="got one into a view"):
        x[0][1] = 5


def test_sums_in_place_make_new_arrays():
    x = ExactArray.input(V, T)
    y = x
    y += 1
    assert_is(x, fractions_of(V))
    assert_is(y, fractions_of(V) + 1)


# Reductions


@pytest.mark.parametrize("f", [np.sum, np.prod, np.cumsum, np.mean, np.var])
def test_a_reduction_has_no_other_type_than_float(f):
    x = ExactArray.input(V, T)
    assert same(f(x, dtype=float), f(x))
    with pytest.raises(NoExactMeaningError, match="with an output or a type given"):
        f(x, dtype=int)


@pytest.mark.parametrize("f", [np.sum, np.prod, np.cumsum, np.mean, np.max, np.min])
def test_a_reduction_is_written_into_nothing(f):
    x = ExactArray.input(V, T)
    with pytest.raises(NoExactMeaningError, match="with an output or a type given"):
        f(x, out=f(x))


def test_a_deviation_has_no_kept_axis_unless_it_is_asked_for():
    x = ExactArray.input(np.array([[1.0, 3.0], [2.0, 8.0]]), T)  # deviations 1 and 3, whose squares have roots
    assert np.std(x, axis=1).shape == (2,)
    assert np.std(x, axis=1, keepdims=True).shape == (2, 1)
    assert_is(np.std(x, axis=1) ** 2, np.array([1, 9], dtype=object))


def test_what_is_no_number_is_0_or_what_it_should_be():
    x = ExactArray.input(np.array([2.0, 3.0]), T) * np.array([1.0, np.nan])
    assert_is(np.nan_to_num(x), np.array([2, 0], dtype=object))
    assert_is(np.nan_to_num(x, nan=7), np.array([2, 7], dtype=object))


# Norms, up to the sign of a root


def test_euclidean_norms():
    x = ExactArray.input(np.array([[3.0, 4.0], [5.0, 12.0]]), T)
    for norm, squares in (
        (np.linalg.norm(x, axis=1), [25, 169]),
        (np.linalg.norm(x, 2, axis=-1, keepdims=True), [[25], [169]]),
        (np.linalg.norm(x[0]), 25),
        (np.linalg.norm(x[:, 0] * [1.0, 0.8]), 25),
        (np.linalg.norm(x * [[0.0, 0.0], [1.0, 1.0]], "fro"), 169),
    ):
        assert_is(norm * norm, np.array(squares, dtype=object))


@pytest.mark.parametrize(("order", "axis"), [(1, None), ("fro", 0), (2, (0, 1)), (np.inf, None), (0.5, 0)])
def test_norms_of_other_orders_have_no_exact_meaning(order, axis):
    with pytest.raises(NoExactMeaningError, match="order"):
        np.linalg.norm(ExactArray.input(A, T), order, axis)


@pytest.mark.parametrize("subscripts", ["ij,jk", "ij->k", "ij->ijk"])
def test_subscripts_that_fit_no_operands_are_refused(subscripts):
    with pytest.raises(ExactError, match="wanted subscripts for 1 operands"):
        np.einsum(subscripts, ExactArray.input(A, T))


# Levels


def test_each_nested_exponential_spends_a_level():
    x = ExactArray.input(X, T)
    assert [r is None for r in e(x).residues] == [True, False, False]
    assert [r is None for r in e(e(x)).residues] == [True, True, False]
    with pytest.raises(LevelsSpentError, match=r"wanted a tower of 6 levels.*got 3") as caught:
        (e(e(e(e(e(x))))) + x).deepest()
    assert (caught.value.levels, caught.value.needed) == (3, 6)
    assert e(e(e(e(e(ExactArray.input(X, tower(6, 0))))))).deepest()[1].prime == tower(6, 0).primes[-1]


# What has no meaning


@pytest.mark.parametrize(
    ("name", "f"),
    [
        ("np.arctan", np.arctan), ("np.arcsin", np.arcsin), ("np.log10", np.log10), ("np.cbrt", np.cbrt),
        ("np.power", lambda x: x**0.3), ("np.power", lambda x: 2.0**x), ("np.linalg.cholesky", np.linalg.cholesky),
        ("np.linalg.norm", lambda x: np.linalg.norm(x, 3, axis=1)), ("np.linalg.eigh", np.linalg.eigh),
        ("np.exp2", np.exp2), ("np.asarray", np.asarray), ("float", lambda x: float(x[0, 0])),
        ("an index", lambda x: [1, 2, 3][x[0, 0]]), ("np.interp", lambda x: np.interp(x, [0, 1], [0, 1])),
        ("np.percentile", lambda x: np.percentile(x, 5)), ("np.pad", lambda x: np.pad(x, 1, mode="mean")),
    ],
)  # fmt: skip
def test_what_has_no_exact_meaning_says_so(name, f):
    with pytest.raises(NoExactMeaningError) as caught:
        f(ExactArray.input(S + 20 * np.eye(3), T))
    assert name.split(".")[-1] in str(caught.value)


def test_inputs_are_finite():
    with pytest.raises(ExactError, match="wanted finite values"):
        ExactArray.input(np.array([np.nan]), T)
