"""Equations (1)-(4) and the hidden layer, against loops and differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from manual import dense
from tests.manual.reference import DIFFERENCES, LOOPS, agree, dense_error, dense_outputs, differences, few

sizes = st.integers(1, 4)
seeds = st.integers(0, 2**32 - 1)


def network(seed, N, d, q, l):
    rng = np.random.default_rng(seed)
    x, v, gamma = rng.normal(size=(N, d)), rng.normal(size=(d, q)), rng.normal(size=q)
    w, theta, y = rng.normal(size=(q, l)), rng.normal(size=l), rng.uniform(size=(N, l))
    b, y_hat = dense_outputs(x, v, gamma, w, theta)
    return x, v, gamma, w, theta, y, b, y_hat


def weight_step_loops(eta, b, y_hat, y):
    """Each dw_ij summed over the samples, number by number, from the definition of (1)."""
    (N, q), l = b.shape, y.shape[1]
    step = np.zeros((q, l))
    for n, i, j in np.ndindex(N, q, l):
        step[i, j] -= eta * (y_hat[n, j] - y[n, j]) * y_hat[n, j] * (1 - y_hat[n, j]) * b[n, i] / N
    return step


def threshold_step_loops(eta, y_hat, y):
    N, l = y.shape
    step = np.zeros(l)
    for n, j in np.ndindex(N, l):
        step[j] += eta * (y_hat[n, j] - y[n, j]) * y_hat[n, j] * (1 - y_hat[n, j]) / N
    return step


WEIGHT_LINES = [
    pytest.param(dense.weight_update_chain, id="eq1"),
    pytest.param(dense.weight_update_expanded, id="eq2-first_line"),
    pytest.param(dense.weight_update, id="eq2-last_line"),
]
THRESHOLD_LINES = [
    pytest.param(dense.threshold_update_chain, id="eq3"),
    pytest.param(dense.threshold_update_expanded, id="eq4-first_line"),
    pytest.param(dense.threshold_update, id="eq4-last_line"),
]


@pytest.mark.parametrize("line", WEIGHT_LINES)
@given(seed=seeds, N=sizes, q=sizes, l=sizes)
@few
def test_weight_step_is_the_loops(line, seed, N, q, l):
    *_, y, b, y_hat = network(seed, N, 2, q, l)
    agree(line(0.3, b, y_hat, y), weight_step_loops(0.3, b, y_hat, y), LOOPS)


@pytest.mark.parametrize("line", THRESHOLD_LINES)
@given(seed=seeds, N=sizes, l=sizes)
@few
def test_threshold_step_is_the_loops(line, seed, N, l):
    *_, y, _, y_hat = network(seed, N, 2, 2, l)
    agree(line(0.3, y_hat, y), threshold_step_loops(0.3, y_hat, y), LOOPS)


@pytest.mark.parametrize("line", WEIGHT_LINES)
def test_weight_step_by_hand(line):
    # One sample: -2 * (0.5 - 1) * 0.25 * b; two samples: the mean of that and of 0 where y_hat = y.
    b, y_hat, y = np.array([[2.0, 4.0], [9.0, 9.0]]), np.array([[0.5], [0.5]]), np.array([[1.0], [0.5]])
    assert line(2.0, b[:1], y_hat[:1], y[:1]).tolist() == [[0.5], [1.0]]
    assert line(2.0, b, y_hat, y).tolist() == [[0.25], [0.5]]


@pytest.mark.parametrize("line", THRESHOLD_LINES)
def test_threshold_step_by_hand(line):
    y_hat, y = np.array([[0.5, 0.5], [0.5, 0.5]]), np.array([[1.0, 0.0], [0.5, 0.5]])
    assert line(2.0, y_hat, y).tolist() == [-0.125, 0.125]


def test_eq1_eq3_factors_by_hand():
    y_hat, y = np.array([[0.5, 0.25]]), np.array([[1.0, 0.0]])
    assert dense.error_by_output(y_hat, y).tolist() == [[-0.5, 0.25]]
    assert dense.output_by_activation(y_hat).tolist() == [[0.25, 0.1875]]
    assert dense.output_by_threshold(y_hat).tolist() == [[-0.25, -0.1875]]
    assert dense.activation_by_weight(np.array([[3.0]])).tolist() == [[3.0]]


def test_half_squared_error_is_the_mean_over_samples():
    # Sample errors: (9 + 16) / 2 and 1 / 2.
    got = dense.half_squared_error(np.array([[3.0, 4.0], [1.0, 0.0]]), np.zeros((2, 2)))
    assert float(got) == (12.5 + 0.5) / 2


GRADIENTS = {
    "eq2-w": (3, lambda x, b, w, y_hat, y: dense.weight_gradient(b, y_hat, y)),
    "eq4-theta": (4, lambda x, b, w, y_hat, y: dense.threshold_gradient(y_hat, y)),
    "hidden-v": (1, dense.hidden_weight_gradient),
    "hidden-gamma": (2, lambda x, b, w, y_hat, y: dense.hidden_threshold_gradient(b, w, y_hat, y)),
}


@pytest.mark.parametrize(("place", "gradient"), GRADIENTS.values(), ids=GRADIENTS)
@given(seed=seeds, N=sizes, d=sizes, q=sizes, l=sizes)
@few
def test_gradient_is_the_differences(place, gradient, seed, N, d, q, l):
    *parameters, y, b, y_hat = network(seed, N, d, q, l)

    def error(moved):
        return dense_error(dense_outputs(*parameters[:place], moved, *parameters[place + 1 :])[1], y)

    got = gradient(parameters[0], b, parameters[3], y_hat, y)
    agree(got, differences(error, parameters[place]), DIFFERENCES)


@given(seed=seeds, N=sizes, q=sizes, l=sizes)
@few
def test_hidden_gradient_is_the_differences(seed, N, q, l):
    *_, w, theta, y, b, y_hat = network(seed, N, 2, q, l)

    def error(moved):
        return dense_error(1 / (1 + np.exp(theta - moved @ w)), y)

    agree(dense.hidden_gradient(w, y_hat, y), differences(error, b), DIFFERENCES)


FAULTS = {
    "eq2-sign": lambda b, y_hat, y: 0.3 * (b.T @ (y_hat * (y_hat - y) * (1 - y_hat))) / len(b),
    "eq2-sum_for_mean": lambda b, y_hat, y: -0.3 * (b.T @ (y_hat * (y_hat - y) * (1 - y_hat))),
    "eq2-no_activation": lambda b, y_hat, y: -0.3 * (b.T @ (y_hat - y)) / len(b),
    "eq2-target_for_output": lambda b, y_hat, y: -0.3 * (b.T @ (y * (y_hat - y) * (1 - y))) / len(b),
    "eq2-first_sample_only": lambda b, y_hat, y: weight_step_loops(0.3, b[:1], y_hat[:1], y[:1]),
    "eq2-transposed": lambda b, y_hat, y: weight_step_loops(0.3, b, y_hat, y).T,
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_planted_fault_is_caught(fault):
    # As many hidden neurons as outputs, so that a transposed step has the right shape.
    *_, y, b, y_hat = network(1, 3, 2, 2, 2)
    with pytest.raises(AssertionError, match="off by"):
        agree(fault(b, y_hat, y), weight_step_loops(0.3, b, y_hat, y), LOOPS)


def test_planted_threshold_sign_eq4_is_caught():
    *_, y, _, y_hat = network(1, 3, 2, 2, 2)
    with pytest.raises(AssertionError, match="off by"):
        agree(-dense.threshold_update(0.3, y_hat, y), threshold_step_loops(0.3, y_hat, y), LOOPS)
