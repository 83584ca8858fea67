"""The decided values at zeros, ties, kinks and saturation: one table, worked out by hand.

Warnings are errors here, so each line also says that none is given.
"""

from typing import Any

import numpy as np
import pytest

from autograd import (
    Tensor,
    avg_pool2d,
    conv2d,
    cross_entropy,
    grad,
    hessian,
    jacobian,
    log_softmax,
    logsumexp,
    max_pool2d,
    relu,
    sigmoid,
    softmax,
    softplus,
    value_and_grad,
    vjp,
)

INF, NAN = np.inf, np.nan
NO_DIFFERENCE = 1e-15  # decided values are exact, up to the rounding of a sum

# function of one array | at | gradient of the sum of its values
FIRST: dict[str, tuple[Any, Any, Any]] = {
    "prod without zeros": (np.prod, [2.0, 3.0, 5.0], [15.0, 10.0, 6.0]),
    "prod with one zero": (np.prod, [2.0, 0.0, 5.0], [0.0, 10.0, 0.0]),
    "prod with two zeros": (np.prod, [0.0, 3.0, 0.0], [0.0, 0.0, 0.0]),
    "prod of one zero": (np.prod, [0.0], [1.0]),
    "prod of rows, a zero in one": (
        lambda x: np.prod(x, axis=1),
        [[2.0, 3.0], [0.0, 7.0]],
        [[3.0, 2.0], [7.0, 0.0]],
    ),
    "prod of columns by a tuple": (
        lambda x: np.prod(x, axis=(0, -1)),
        [[[2.0, 0.0]], [[3.0, 4.0]]],
        [[[0.0, 24.0]], [[0.0, 0.0]]],
    ),
    "prod that underflows": (np.prod, [1e-200, 1e-200], [1e-200, 1e-200]),
    "prod of nothing": (np.prod, np.zeros((0,)), np.zeros((0,))),
    "x**0 at 0": (lambda x: x**0, [0.0, 2.0], [0.0, 0.0]),
    "x**0.0 at 0": (lambda x: x**0.0, [0.0, 2.0], [0.0, 0.0]),
    "x**1 at 0": (lambda x: x**1, [0.0, 2.0], [1.0, 1.0]),
    "x**2 at 0": (lambda x: x**2, [0.0, 2.0], [0.0, 4.0]),
    "x**1.5 at 0": (lambda x: x**1.5, [0.0, 4.0], [0.0, 3.0]),
    "x**[0, 1, 2, 3] at 0": (lambda x: x ** np.array([0, 1, 2, 3]), [0.0] * 4, [0.0, 1.0, 0.0, 0.0]),
    "(-2)**n": (lambda x: x ** np.array([0.0, 1.0, 2.0, 3.0, -1.0]), [-2.0] * 5, [0.0, 1.0, -4.0, 12.0, -0.25]),
    "(-2)**3, integer exponent": (lambda x: x**3, [-2.0], [12.0]),
    "(-2)**-1, integer exponent": (lambda x: x**-1, [-2.0], [-0.25]),
    "0**y in y": (lambda y: 0.0**y, [0.0, 0.5, 2.0], [0.0, 0.0, 0.0]),
    "0**y in y, base an array": (lambda y: np.zeros(3) ** y, [0.0, 0.5, 2.0], [0.0, 0.0, 0.0]),
    "2**y in y at 0": (lambda y: 2**y, [0.0], [np.log(2)]),
    "norm of zeros": (np.linalg.norm, [0.0, 0.0], [0.0, 0.0]),
    "norm of rows, one of zeros": (
        lambda x: np.linalg.norm(x, axis=1),
        [[0.0, 0.0], [3.0, 4.0]],
        [[0.0, 0.0], [0.6, 0.8]],
    ),
    "norm of order 1 of zeros": (lambda x: np.linalg.norm(x, 1), [0.0, -2.0], [0.0, -1.0]),
    "norm of order 3 of zeros": (lambda x: np.linalg.norm(x, 3), [0.0, 0.0], [0.0, 0.0]),
    "norm of order 1.5 of zeros": (lambda x: np.linalg.norm(x, 1.5), [0.0, 0.0], [0.0, 0.0]),
    "norm of order inf of zeros": (lambda x: np.linalg.norm(x, INF), [0.0, 0.0], [0.0, 0.0]),
    "std of equal entries": (np.std, [2.0, 2.0, 2.0], [0.0, 0.0, 0.0]),
    "std of equal entries with a rounded mean": (np.std, [0.1, 0.1, 0.1], [0.0, 0.0, 0.0]),
    "std of one entry": (np.std, [3.0], [0.0]),
    "std that is 1": (np.std, [1.0, 3.0], [-0.5, 0.5]),
    "std that underflows is 0, and flat": (np.std, [1e-200, 3e-200], [0.0, 0.0]),
    "var of two entries": (np.var, [1.0, 3.0], [-1.0, 1.0]),
    "std of rows, one of equal entries": (
        lambda x: np.std(x, axis=1),
        [[0.1, 0.1, 0.1], [0.0, 0.0, 3.0]],
        [[0.0, 0.0, 0.0], [-(2**-0.5) / 3, -(2**-0.5) / 3, 2**0.5 / 3]],
    ),
    "hypot at the origin": (lambda x: np.hypot(x, 0.0), [0.0, 2.0], [0.0, 1.0]),
    "max with a tie of two": (np.max, [1.0, 3.0, 3.0], [0.0, 0.5, 0.5]),
    "max of equal entries": (np.max, [7.0] * 4, [0.25] * 4),
    "min with a tie of two": (np.min, [3.0, 1.0, 1.0], [0.0, 0.5, 0.5]),
    "max of rows, one tied": (lambda x: np.max(x, 1), [[1.0, 1.0], [2.0, 5.0]], [[0.5, 0.5], [0.0, 1.0]]),
    "maximum with a tie": (lambda x: np.maximum(x, 1.0), [0.0, 1.0, 2.0], [0.0, 0.5, 1.0]),
    "minimum with a tie": (lambda x: np.minimum(x, 1.0), [0.0, 1.0, 2.0], [1.0, 0.5, 0.0]),
    "maximum of itself": (lambda x: np.maximum(x, x), [2.0], [1.0]),
    "abs at 0": (np.abs, [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]),
    "fabs at 0": (np.fabs, [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]),
    "relu at 0": (relu, [-1.0, 0.0, 1.0], [0.0, 0.0, 1.0]),
    "clip at its bounds": (lambda x: np.clip(x, 0, 1), [-1.0, 0.0, 0.5, 1.0, 2.0], [0.0, 1.0, 1.0, 1.0, 0.0]),
    "where beside a NaN": (lambda x: np.where([True, False], x, np.nan)[0], [1.0, 2.0], [1.0, 0.0]),
    "sort with ties": (lambda x: np.sort(x) * [1.0, 10.0, 100.0], [5.0, 5.0, 1.0], [10.0, 100.0, 1.0]),
    "sigmoid": (sigmoid, [-1000.0, 0.0, 1000.0], [0.0, 0.25, 0.0]),
    "softplus": (softplus, [-1000.0, 0.0, 1000.0], [0.0, 0.5, 1.0]),
    "tanh": (np.tanh, [-1000.0, 0.0, 1000.0], [0.0, 1.0, 0.0]),
    "softmax, first class": (lambda x: softmax(x)[0], [1e4, 1e4], [0.25, -0.25]),
    "softmax, decided": (lambda x: softmax(x)[0], [1e4, -1e4], [0.0, 0.0]),
    "softmax, a class ruled out": (lambda x: softmax(x)[0], [0.0, 0.0, -INF], [0.25, -0.25, 0.0]),
    "log_softmax, the lesser": (lambda x: log_softmax(x)[0], [0.0, 1e4], [1.0, -1.0]),
    "log_softmax, the greater": (lambda x: log_softmax(x)[1], [0.0, 1e4], [0.0, 0.0]),
    "logsumexp at 1000": (logsumexp, [1000.0, 1000.0], [0.5, 0.5]),
    "logsumexp at -1000": (logsumexp, [-1000.0, -1000.0], [0.5, 0.5]),
    "logsumexp, one -inf": (logsumexp, [0.0, -INF], [1.0, 0.0]),
    "logsumexp, all -inf": (logsumexp, [-INF, -INF], [0.0, 0.0]),
    "logsumexp, a row of -inf": (
        lambda x: logsumexp(x, 1),
        [[-INF, -INF], [0.0, 0.0]],
        [[0.0, 0.0], [0.5, 0.5]],
    ),
    "logaddexp at 1000": (lambda x: np.logaddexp(x, 1000.0), [1000.0], [0.5]),
    "logaddexp, both -inf": (lambda x: np.logaddexp(x, -INF), [-INF], [0.0]),
    "cross_entropy, -inf of weight 0": (
        lambda x: cross_entropy(x, [[1.0, 0.0, 0.0]]),
        [[0.0, 0.0, -INF]],
        [[-0.5, 0.5, 0.0]],
    ),
    "cross_entropy by targets beside -inf": (
        lambda t: cross_entropy([[0.0, 0.0, -INF]], t),
        [[1.0, 0.0, 0.0]],
        [[np.log(2), np.log(2), 0.0]],
    ),
    "max_pool2d with a tie": (
        lambda x: max_pool2d(np.reshape(x, (1, 1, 2, 2)), 2),
        [1.0, 4.0, 4.0, 0.0],
        [0.0, 0.5, 0.5, 0.0],
    ),
    # Rows 0 to 2 and 2 to 4: two windows of 3 make the image's 6, and yet they overlap and leave the last row out.
    "avg_pool2d of windows that overlap": (
        lambda x: avg_pool2d(np.reshape(x, (1, 1, 6, 1)), (3, 1), (2, 1)),
        np.ones(6),
        [1 / 3, 1 / 3, 2 / 3, 1 / 3, 1 / 3, 0.0],
    ),
    # A choice that NaN takes part in is no number, nor is its slope; what is beside it keeps its own.
    "relu at NaN": (relu, [-1.0, NAN, 1.0], [0.0, NAN, 1.0]),
    "abs at NaN": (np.abs, [NAN, 2.0], [NAN, 1.0]),
    "maximum with NaN": (lambda x: np.maximum(x, [1.0, NAN, 1.0]), [NAN, 2.0, 2.0], [NAN, NAN, 1.0]),
    "minimum with NaN": (lambda x: np.minimum(x, [1.0, NAN, 1.0]), [NAN, 2.0, 0.0], [NAN, NAN, 1.0]),
    "max of NaN and others": (np.max, [1.0, NAN, 3.0], [NAN, NAN, NAN]),
    "min of NaN and others": (np.min, [1.0, NAN, 3.0], [NAN, NAN, NAN]),
    "max of rows, one with NaN": (lambda x: np.max(x, 1), [[1.0, NAN], [2.0, 5.0]], [[NAN, NAN], [0.0, 1.0]]),
    "clip at NaN": (lambda x: np.clip(x, 0, 1), [NAN, 0.5, 2.0], [NAN, 1.0, 0.0]),
    "sigmoid at NaN": (sigmoid, [NAN, 0.0], [NAN, 0.25]),
    "softplus at NaN": (softplus, [NAN, 0.0], [NAN, 0.5]),
    "softmax at NaN": (lambda x: softmax(x)[0], [NAN, 0.0], [NAN, NAN]),
    "logsumexp at NaN": (logsumexp, [NAN, 0.0], [NAN, NAN]),
    "std at NaN": (np.std, [NAN, 0.0], [NAN, NAN]),
    "hypot at NaN": (lambda x: np.hypot(x, 0.0), [NAN, 2.0], [NAN, 1.0]),
    "max_pool2d at NaN": (
        lambda x: max_pool2d(np.reshape(x, (1, 1, 1, 4)), (1, 2)),
        [1.0, NAN, 2.0, 3.0],
        [NAN, NAN, 0, 1],
    ),
    # The squares of these leave the floats; the slope x / z is that of 3, 4, 5 all the same.
    "norm at 1e-200": (np.linalg.norm, [3e-200, 4e-200], [0.6, 0.8]),
    "norm at 1e-160": (np.linalg.norm, [3e-160, 4e-160], [0.6, 0.8]),
    "norm of one entry at 1e-200": (np.linalg.norm, [-1e-200], [-1.0]),
    "norm of nothing": (np.linalg.norm, np.zeros(0), np.zeros(0)),
    "norm of order 3 of nothing": (lambda x: np.linalg.norm(x, 3), np.zeros(0), np.zeros(0)),
    "norm of order 3 of one entry": (lambda x: np.linalg.norm(x, 3), [-1e-200], [-1.0]),
    "norm at the least float": (np.linalg.norm, [0.0, 5e-324], [0.0, 1.0]),
    "norm of rows of all sizes": (
        lambda x: np.linalg.norm(x, axis=1),
        [[3e-200, 4e-200], [3.0, 4.0], [0.0, 0.0]],
        [[0.6, 0.8], [0.6, 0.8], [0.0, 0.0]],
    ),
    "norm of order 3 at 1e-200": (lambda x: np.linalg.norm(x, 3), [-1e-200, 1e-200], [-(2 ** (-2 / 3)), 2 ** (-2 / 3)]),
    "norm of order inf at 1e-200": (lambda x: np.linalg.norm(x, INF), [1e-200, 0.0], [1.0, 0.0]),
    "norm at NaN": (np.linalg.norm, [NAN, 1.0], [NAN, NAN]),
    "norm of order 3 at NaN": (lambda x: np.linalg.norm(x, 3), [NAN, 1.0], [NAN, NAN]),
    "norm of order inf at NaN": (lambda x: np.linalg.norm(x, INF), [NAN, 1.0], [NAN, NAN]),
    "hypot at 1e200": (lambda x: np.hypot(x, 4e200), [3e200], [0.6]),
    "hypot at 1e-200": (lambda x: np.hypot(x, 4e-200), [3e-200], [0.6]),
    "det of 1 x 1": (np.linalg.det, [[0.0]], [[1.0]]),
    "det of rank n - 1": (np.linalg.det, [[1.0, 2.0], [2.0, 4.0]], [[4.0, -2.0], [-2.0, 1.0]]),
    "det of rank n - 1, by rounding": (
        np.linalg.det,
        [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]],
        [[-0.03, 0.06, -0.03], [0.06, -0.12, 0.06], [-0.03, 0.06, -0.03]],
    ),
    "det of rank n - 2": (np.linalg.det, np.ones((3, 3)), np.zeros((3, 3))),
    "det of a batch, one singular": (
        np.linalg.det,
        [[[1.0, 2.0], [2.0, 4.0]], [[1.0, 0.0], [0.0, 3.0]]],
        [[[4.0, -2.0], [-2.0, 1.0]], [[3.0, 0.0], [0.0, 1.0]]],
    ),
    "inv of 1 x 1": (np.linalg.inv, [[2.0]], [[-0.25]]),
    "solve of 1 x 1": (lambda x: np.linalg.solve([[2.0]], x), [4.0], [0.5]),
    "cholesky of 1 x 1": (np.linalg.cholesky, [[4.0]], [[0.25]]),
    "sum of an empty array": (np.sum, np.zeros((0, 3)), np.zeros((0, 3))),
    "sum along an empty axis": (lambda x: np.sum(x, axis=1), np.zeros((2, 0)), np.zeros((2, 0))),
    "prod along an empty axis": (lambda x: np.prod(x, axis=0), np.zeros((0, 2)), np.zeros((0, 2))),
    "concatenate with nothing": (lambda x: np.concatenate([x, np.zeros(0)]) * 3, [1.0, 2.0], [3.0, 3.0]),
    "an empty part of a concatenation": (lambda x: np.concatenate([x, [1.0]]), np.zeros(0), np.zeros(0)),
    "an empty matrix product": (lambda x: x @ np.zeros((0, 2)), np.zeros((3, 0)), np.zeros((3, 0))),
    "conv2d of no image": (
        lambda x: conv2d(x, np.ones((2, 1, 2, 2)), np.zeros(2)),
        np.zeros((0, 1, 3, 3)),
        np.zeros((0, 1, 3, 3)),
    ),
    "getitem of nothing": (lambda x: x[[]], [1.0, 2.0], [0.0, 0.0]),
    "mean of one entry": (np.mean, [[5.0]], [[1.0]]),
    "var of one entry": (np.var, [5.0], [0.0]),
}


@pytest.mark.parametrize("name", FIRST)
def test_decided_slope(name):
    f, x, wanted = FIRST[name]
    got = grad(lambda x: np.sum(f(x)))(np.array(x))
    np.testing.assert_allclose(got, wanted, rtol=1e-14, atol=NO_DIFFERENCE)


# function of one array | at | all second derivatives, or the second derivative entry by entry
SECOND: dict[str, tuple[Any, Any, Any]] = {
    # d2(xyz) = the variable that is left
    "prod with one zero": (np.prod, [2.0, 0.0, 5.0], [[0, 5, 0], [5, 0, 2], [0, 2, 0]]),
    "prod with two zeros": (np.prod, [0.0, 3.0, 0.0], [[0, 0, 3], [0, 0, 0], [3, 0, 0]]),
    "prod with three zeros": (np.prod, [0.0, 0.0, 0.0], np.zeros((3, 3))),
    "x**2 at 0": (lambda x: x[0] ** 2, [0.0], [[2]]),
    "x**1 at 0": (lambda x: x[0] ** 1, [0.0], [[0]]),
    "x**0 at 0": (lambda x: x[0] ** 0, [0.0], [[0]]),
    "x**3 at 0": (lambda x: np.sum(x ** np.array([3.0, 2.0])), [0.0, 0.0], [[0, 0], [0, 2]]),
    # y x^(y-1), the slope in x, is 0 on both axes through that point as it is decided
    "x**y at x = y = 0": (lambda v: v[0] ** v[1], [0.0, 0.0], [[0, 0], [0, 0]]),
    # d2(x^y)/dx dy = x^(y-1) (1 + y log x), at y = 0: 1 / x
    "x**y at y = 0": (lambda v: v[0] ** v[1], [2.0, 0.0], [[0, 0.5], [0.5, np.log(2) ** 2]]),
    "norm of zeros": (np.linalg.norm, [0.0, 0.0], np.zeros((2, 2))),
    "std of equal entries": (np.std, [0.1, 0.1, 0.1], np.zeros((3, 3))),
    # det = ad - bc, in the order a, b, c, d
    "det of rank n - 1": (
        lambda v: np.linalg.det(np.reshape(v, (2, 2))),
        [1.0, 2.0, 2.0, 4.0],
        [[0, 0, 0, 1], [0, 0, -1, 0], [0, -1, 0, 0], [1, 0, 0, 0]],
    ),
    "det of zeros": (
        lambda v: np.linalg.det(np.reshape(v, (2, 2))),
        [0.0] * 4,
        [[0, 0, 0, 1], [0, 0, -1, 0], [0, -1, 0, 0], [1, 0, 0, 0]],
    ),
    "sigmoid at 1000": (lambda x: sigmoid(x)[0], [1000.0], [[0]]),
    "logsumexp, one -inf": (logsumexp, [0.0, -INF], np.zeros((2, 2))),
    "logsumexp, equal": (logsumexp, [1000.0, 1000.0], [[0.25, -0.25], [-0.25, 0.25]]),
    "relu at 0": (lambda x: relu(x)[0], [0.0], [[0]]),
    "abs at 0": (lambda x: np.abs(x)[0], [0.0], [[0]]),
    "max with a tie": (np.max, [3.0, 3.0], np.zeros((2, 2))),
    # d2 = (1 - (x/z)^2) / z, and - x y / z^3: that of 3, 4, 5, divided by the scale
    "norm at 1e-200": (np.linalg.norm, [3e-200, 4e-200], np.array([[0.128, -0.096], [-0.096, 0.072]]) * 1e200),
}


@pytest.mark.parametrize("name", SECOND)
def test_decided_second_derivative(name):
    f, x, wanted = SECOND[name]
    np.testing.assert_allclose(hessian(f)(np.array(x)), wanted, rtol=1e-14, atol=NO_DIFFERENCE)


def test_the_norm_of_an_infinite_vector_has_no_slope_by_its_infinite_entry():
    with pytest.warns(RuntimeWarning, match="invalid value"):
        slope = grad(np.linalg.norm)(np.array([INF, 1.0]))
    np.testing.assert_array_equal(slope, [NAN, 0.0])


@pytest.mark.parametrize(
    ("order", "x", "wanted"),
    [
        (None, [3e200, 4e200], [0.6, 0.8]),
        (3, [1e200, 0.0], [1.0, 0.0]),
        (None, np.array([3e25, 4e25], np.float32), [0.6, 0.8]),
    ],
)
def test_a_norm_that_overflows_has_its_slope_all_the_same(order, x, wanted):
    """NumPy says that the norm is infinite; x / z is that of the true norm."""
    x = np.array(x)
    with np.errstate(over="ignore"):  # whether NumPy warns of it depends on its version and its BLAS
        value, slope = value_and_grad(lambda x: np.linalg.norm(x, order))(x)
    assert value == INF
    np.testing.assert_allclose(slope, wanted, rtol=4 * np.finfo(x.dtype).eps)  # three roundings or four


def test_a_norm_that_underflows_in_float32():
    slope = grad(np.linalg.norm)(np.array([3e-25, 4e-25], np.float32))
    np.testing.assert_allclose(slope, [0.6, 0.8], rtol=4 * np.finfo(np.float32).eps)


def adjugate_second(a: np.ndarray) -> np.ndarray:
    """d2 det / da_ij da_kl of a 3 x 3 matrix: the entry that is left, with the permutations' signs."""
    e = np.zeros((3, 3, 3))
    for p, s in {(0, 1, 2): 1, (1, 2, 0): 1, (2, 0, 1): 1, (0, 2, 1): -1, (2, 1, 0): -1, (1, 0, 2): -1}.items():
        e[p] = s
    return np.einsum("ikm,jln,mn->ijkl", e, e, a)


@pytest.mark.parametrize(
    "a",
    [
        np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]]),  # rank 2, its determinant rounded
        np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]),
        np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.000000001]]),  # nearly singular
        np.ones((3, 3)),  # rank 1
        np.zeros((3, 3)),
        np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0], [1.0, 0.0, 1.0]]),  # regular
    ],
    ids=["rank 2 by rounding", "rank 2", "nearly singular", "rank 1", "rank 0", "regular"],
)
def test_second_derivatives_of_det(a):
    # The nearly singular matrix loses at most a few of sixteen digits before cofactors take over.
    np.testing.assert_allclose(hessian(np.linalg.det)(a), adjugate_second(a), rtol=1e-4, atol=1e-4)


def test_second_derivatives_of_det_where_the_inverse_has_lost_its_digits():
    # n max|a| max|a^-1| is 7e12: terms of 1e11 would cancel to 10, with what is left of sixteen digits.
    a = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0 + 2.0**-36]])
    # Each entry is a sum of few products: rounding alone.
    np.testing.assert_allclose(hessian(np.linalg.det)(a), adjugate_second(a), rtol=1e-12, atol=1e-12)


def test_power_by_a_tracked_exponent_at_zero():
    slopes = grad(lambda x, y: x**y, (0, 1))
    assert slopes(0.0, 2.0) == (0.0, 0.0)
    assert slopes(0.0, 0.0) == (0.0, 0.0)
    assert slopes(0.0, 1.0) == (1.0, 0.0)
    x, y = Tensor([0.0, 0.0, 0.0, 2.0]), Tensor([0.0, 1.0, 2.0, 0.0])
    np.sum(x**y).backward()
    np.testing.assert_allclose(x.grad, [0, 1, 0, 0])
    np.testing.assert_allclose(y.grad, [0, 0, 0, np.log(2)])


def test_a_negative_power_of_zero_falls_infinitely_fast():
    # x^y log x goes to -inf as x goes to 0, for every y < 0.
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        assert grad(lambda y: 0.0**y)(-0.5) == -INF


def test_values_at_saturation():
    assert sigmoid(-1000.0) == 0
    assert sigmoid(1000.0) == 1
    assert list(softmax([1e4, 1e4])) == [0.5, 0.5]
    assert softplus(-1000.0) == 0
    assert softplus(1000.0) == 1000
    assert logsumexp([-INF, -INF]) == -INF
    assert logsumexp([-1000.0, -1000.0]) == -1000 + np.log(2)
    assert list(log_softmax([0.0, 1e4])) == [-1e4, 0]
    assert cross_entropy([[0.0, -INF]], [[1.0, 0.0]]) == 0


def test_a_class_ruled_out_that_has_weight_costs_infinitely_much():
    assert cross_entropy([[0.0, -INF]], [[0.5, 0.5]]) == INF


@pytest.mark.parametrize("f", [np.sqrt, np.cbrt])
def test_an_infinite_slope_is_infinite_and_numpy_warns(f):
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        assert grad(f)(0.0) == INF


def test_log_at_zero_warns_as_numpy_does():
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        value, slope = value_and_grad(np.log)(0.0)
    assert value == -INF
    assert slope == INF


def test_small_matrix_of_no_rows_has_determinant_one():
    value, pullback = vjp(np.linalg.det, np.zeros((0, 0)))
    assert value == 1
    assert pullback(1.0)[0].shape == (0, 0)


def test_the_sign_of_a_determinant_that_underflows_is_kept():
    a = np.eye(200) * 0.01
    a[0, 0] = -0.01
    sign, logabsdet = np.linalg.slogdet(Tensor(a))
    assert sign == -1
    np.testing.assert_allclose(logabsdet.value, 200 * np.log(0.01), rtol=1e-14)


def test_the_degenerate_variance_warns_as_numpy_does():
    with pytest.warns(RuntimeWarning):
        slope = grad(lambda x: np.sum(np.var(x, ddof=1)))(np.array([1.0]))
    assert np.isnan(slope).all()


@pytest.mark.parametrize(
    "f", [np.sum, np.mean, np.var, np.std, np.prod, np.max, np.amax, np.min, np.amin], ids=lambda f: f.__name__
)
def test_a_reduced_axis_is_gone_unless_it_is_asked_for(f):
    x = np.array([[1.0, 2.0, 4.0], [3.0, 5.0, 9.0]])
    assert vjp(lambda x: f(x, axis=1), x)[0].shape == (2,)
    assert vjp(lambda x: f(x, axis=1, keepdims=True), x)[0].shape == (2, 1)


def test_jacobian_of_an_empty_value():
    assert jacobian(lambda x: x[:0])(np.ones(3)).shape == (0, 3)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_an_array_is_filled_in_its_own_type_or_in_the_one_asked_for(kind):
    like, fill = Tensor(np.ones((2, 3), kind)), Tensor(np.array(0.1))
    assert fill.dtype == np.float64
    filled = np.full_like(like, fill)
    assert filled.dtype == kind
    np.testing.assert_array_equal(filled.value, np.full((2, 3), 0.1, kind))
    other = np.float64 if kind is np.float32 else np.float32
    assert np.full_like(like, fill, dtype=other).dtype == other
