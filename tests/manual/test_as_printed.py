"""The literal readings: each is the printed formula, by loops, and differs from the right one."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from manual import as_printed, convolution, fully_connected, pooling
from manual.errors import DomainError, ShapeError
from tests.manual.reference import LOOPS, agree, distribution, f, few, patches_loops

seeds = st.integers(0, 2**32 - 1)
small = st.integers(1, 3)


def operands(seed, N=2, T=2, F=2, K=3, pooled=(2, 2)):
    """U, c, a, W, y_hat, y of a network whose c has twice the rows and columns of a."""
    rng = np.random.default_rng(seed)
    m, J = 4 * pooled[0] * pooled[1], F * pooled[0] * pooled[1]
    U, c, a = rng.normal(size=(N, m, T)), rng.uniform(0.1, 0.9, (N, m, F)), rng.uniform(size=(N, J))
    return U, c, a, rng.normal(size=(J, K)), distribution(rng, N, K), distribution(rng, N, K)


@given(seed=seeds, N=small, J=small, K=small, data=st.data())
@few
def test_eq10_is_the_printed_formula(seed, N, J, K, data):
    rng = np.random.default_rng(seed)
    W, y_hat, y, labels = (rng.normal(size=shape) for shape in [(J, K), (N, K), (N, K), (N, K)])
    i = data.draw(st.integers(0, K - 1))
    last_line, first_line = np.zeros((N, J)), np.zeros((N, J))
    for n, j in np.ndindex(N, J):
        last_line[n, j] = (y_hat[n, i] - y[n, i]) * W[j, i] / N
        first_line[n, j] = (y_hat[n, i] * sum(labels[n]) - labels[n, i]) * W[j, i] / N
    agree(as_printed.input_gradient(W, y_hat, y, i), last_line, LOOPS)
    agree(as_printed.input_gradient_chain(W, y_hat, labels, i), first_line, LOOPS)


@pytest.mark.parametrize("i", [0, 1, 2])
def test_eq10_as_printed_differs_from_the_right_form(i):
    *_, W, y_hat, y = operands(1)
    right = fully_connected.input_gradient(W, y_hat, y)
    for printed in (as_printed.input_gradient, as_printed.input_gradient_chain):
        with pytest.raises(AssertionError, match="off by"):
            agree(printed(W, y_hat, y, i), right, 1e-3)


@given(seed=seeds)
@few
def test_eq10_right_form_is_the_sum_of_the_printed_over_i(seed):
    *_, W, y_hat, y = operands(seed)
    total = sum(as_printed.input_gradient(W, y_hat, y, i) for i in range(3))
    agree(fully_connected.input_gradient(W, y_hat, y), total, LOOPS)


def test_eq11_number_of_inputs_is_not_what_the_indices_need():
    for n in (1, 2, 12):
        assert as_printed.number_of_inputs(n) == 2 * n * n
        assert as_printed.number_of_inputs(n) < pooling.pool_indices(n).size


@given(seed=seeds, N=small, n=st.integers(1, 4))
@few
def test_eq11_is_the_printed_formula(seed, N, n):
    c = np.random.default_rng(seed).normal(size=(N, 4 * n * n))
    got = as_printed.average_pool_flat(c, n)
    assert got.shape == (N, n * n)
    for sample, i in np.ndindex(N, n * n):
        indices = [
            2 * math.floor(i / n) * 2 * n + 2 * (i % n),
            2 * math.floor(i / n) * 2 * n + 2 * (i % n + 1),
            2 * (math.floor(i / n) + 1) * 2 * n + 2 * (i % n),
            2 * (math.floor(i / n) + 1) * 2 * n + 2 * (i % n + 1),
        ]
        if max(indices) >= 4 * n * n:
            assert np.isnan(got[sample, i])
            assert i // n == n - 1, "only the last row of windows leaves the image"
        else:
            agree(got[sample, i], sum(c[sample, index] for index in indices) / 4, LOOPS)


def test_eq11_as_printed_differs_from_the_right_form():
    c = np.arange(16.0).reshape(1, 16)
    assert pooling.average_pool_flat(c, 2).tolist() == [[2.5, 4.5, 10.5, 12.5]]
    assert as_printed.average_pool_flat(c, 2)[0, :2].tolist() == [5.0, 7.0]
    assert np.isnan(as_printed.average_pool_flat(c, 2)[0, 2:]).all()


def eq15_loops(U, c, W, y_hat, y, i):
    """Both last lines of (15) as printed: over j of the filter at hand, and over every l of its image."""
    (N, m, T), F = U.shape, c.shape[2]
    per_filter = len(W) // F
    v_bar, q_bar = np.zeros((T, F)), np.zeros(F)
    for n, filt, j, l in np.ndindex(N, F, per_filter, m):
        slope = c[n, l, filt] * (1 - c[n, l, filt]) / 4
        share = (y_hat[n, i] - y[n, i]) * W[filt * per_filter + j, i] * slope
        q_bar[filt] += share / N
        for k in range(T):
            v_bar[k, filt] += share * U[n, l, k] / N
    return v_bar, q_bar


@given(seed=seeds, N=small, F=small, i=st.integers(0, 2), pooled=st.tuples(small, small))
@few
def test_eq15_is_the_printed_formula(seed, N, F, i, pooled):
    U, c, _, W, y_hat, y = operands(seed, N=N, F=F, pooled=pooled)
    v_bar, q_bar = eq15_loops(U, c, W, y_hat, y, i)
    rows = 2 * pooled[0]
    # The sum over j stands alone and may nearly cancel; then its rounding shows on the scale of its terms.
    agree(as_printed.weights_gradient(U, c, W, y_hat, y, i, rows), v_bar, 100 * LOOPS)
    agree(as_printed.bias_gradient(c, W, y_hat, y, i, rows), q_bar, 100 * LOOPS)


def test_eq15_takes_the_window_as_its_factor():
    U, c, _, W, y_hat, y = operands(2, pooled=(3, 3))
    # c is 6 x 6: windows of 3 x 3 at a stride of 3 give 2 x 2 pooled positions a filter.
    W = W[:8]
    v_bar, q_bar = eq15_loops(U, c, W, y_hat, y, 1)
    agree(as_printed.weights_gradient(U, c, W, y_hat, y, 1, window=3), v_bar * 4 / 9, LOOPS)
    agree(as_printed.bias_gradient(c, W, y_hat, y, 1, window=3), q_bar * 4 / 9, LOOPS)


@pytest.mark.parametrize("i", [0, 1, 2])
def test_eq15_as_printed_differs_from_the_right_form(i):
    U, c, _, W, y_hat, y = operands(3)
    right = convolution.weights_gradient(U, c, W, y_hat, y)
    with pytest.raises(AssertionError, match="off by"):
        agree(as_printed.weights_gradient(U, c, W, y_hat, y, i), right, 1e-3)
    with pytest.raises(AssertionError, match="off by"):
        agree(as_printed.bias_gradient(c, W, y_hat, y, i), convolution.bias_gradient(c, W, y_hat, y), 1e-3)


def test_eq15_summed_over_i_still_differs_by_its_window():
    U, c, _, W, y_hat, y = operands(4)
    total = sum(as_printed.weights_gradient(U, c, W, y_hat, y, i) for i in range(3))
    with pytest.raises(AssertionError, match="off by"):
        agree(total, convolution.weights_gradient(U, c, W, y_hat, y), 1e-3)


def test_eq11_prose_without_the_quarter_turns_the_joint_gradient():
    U, c, a, W, y_hat, y = operands(5)
    got = as_printed.gradients_without_pooling_derivative(U, c, a, W, y_hat, y)
    right = {
        "v": convolution.weights_gradient(U, c, W, y_hat, y),
        "q": convolution.bias_gradient(c, W, y_hat, y),
        "W": fully_connected.weights_gradient(a, y_hat, y),
        "b": fully_connected.bias_gradient(y_hat, y),
    }
    # Every input lies in exactly one window, so leaving its quarter out stretches v and q by 4.
    for name, factor in {"v": 4, "q": 4, "W": 1, "b": 1}.items():
        agree(got[name], factor * right[name], LOOPS)
    joint = [np.concatenate([part[name].ravel() for name in "vqWb"]) for part in (got, right)]
    cosine = joint[0] @ joint[1] / np.linalg.norm(joint[0]) / np.linalg.norm(joint[1])
    assert cosine < 0.999


@given(seed=seeds, C=st.integers(1, 2), F=st.integers(1, 2), stride=st.integers(1, 2), pad=st.integers(0, 1))
@few
def test_code1_as_printed_is_the_loops_with_five_by_five(seed, C, F, stride, pad):
    rng = np.random.default_rng(seed)
    X, W, b = rng.normal(size=(2, C, 5, 6)), rng.normal(size=(25 * C, F)), rng.normal(size=F)
    U, _, _ = patches_loops(X, 5, 5, stride, pad)
    wanted = np.vectorize(f)(U.reshape(-1, 25 * C) @ W + b)
    agree(as_printed.convolution_forward(X, W, b, stride, pad), wanted, LOOPS)


def test_code1_as_printed_knows_only_five_by_five():
    X, W = np.ones((1, 1, 5, 5)), np.ones((9, 1))
    assert convolution.convolution_forward(X, W, 0.0).shape == (9, 1)
    with pytest.raises(ShapeError):
        as_printed.convolution_forward(X, W, 0.0)


def test_the_output_at_hand_is_the_first_unless_another_is_named():
    U, c, _, W, y_hat, y = operands(6)
    for printed, at in (
        (as_printed.input_gradient_chain, (W, y_hat, y)),
        (as_printed.input_gradient, (W, y_hat, y)),
        (as_printed.weights_gradient, (U, c, W, y_hat, y)),
        (as_printed.bias_gradient, (c, W, y_hat, y)),
    ):
        np.testing.assert_array_equal(printed(*at), printed(*at, 0))


def test_code1_steps_by_one_and_adds_nothing_unless_told():
    rng = np.random.default_rng(7)
    X, W, b = rng.normal(size=(1, 1, 7, 8)), rng.normal(size=(25, 1)), 0.5
    np.testing.assert_array_equal(
        as_printed.convolution_forward(X, W, b), as_printed.convolution_forward(X, W, b, 1, 0)
    )


@pytest.mark.parametrize(
    "refused",
    [
        lambda: as_printed.number_of_inputs(0),
        lambda: as_printed.pool_indices(0),
        lambda: as_printed.average_pool_flat(np.ones((1, 4)), 0),
    ],
)
def test_eq11_of_no_image_is_refused(refused):
    with pytest.raises(DomainError, match="wanted n as an integer >= 1, got 0"):
        refused()


@pytest.mark.parametrize("entries", [4, 15, 17])
def test_eq11_of_another_image_is_refused(entries):
    with pytest.raises(ShapeError, match=r"wanted c of shape \(N, 16\)"):
        as_printed.average_pool_flat(np.ones((1, entries)), 2)
