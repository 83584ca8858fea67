"""Equations (5)-(7), against loops and differences."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from manual import softmax_cross_entropy as sce
from tests.manual.reference import (
    DIFFERENCES,
    LOOPS,
    agree,
    cross_entropy_loops,
    differences,
    distribution,
    few,
    softmax_loops,
)

batches = st.integers(1, 4)
classes = st.integers(2, 5)
seeds = st.integers(0, 2**32 - 1)

ANY_LABELS = [
    pytest.param(sce.logits_gradient_chain, id="eq7-line1"),
    pytest.param(sce.logits_gradient_expanded, id="eq7-line2"),
    pytest.param(sce.logits_gradient_collected, id="eq7-line3"),
    pytest.param(sce.logits_gradient_general, id="eq7-line4"),
]
LAST_LINE = pytest.param(sce.logits_gradient, id="eq7-line5")


def logits(seed, N, K):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(N, K))
    return rng, x, softmax_loops(x)


def celf_of_logits(y):
    return lambda x: cross_entropy_loops(softmax_loops(x), y)


@given(seed=seeds, N=batches, K=classes)
@few
def test_softmax_is_the_loops(seed, N, K):
    _, x, y_hat = logits(seed, N, K)
    agree(sce.softmax(x), y_hat, LOOPS)
    agree(sce.softmax(x + 1e3), y_hat, 1e-11)  # x + 1e3 itself is rounded at 1e-13


@given(seed=seeds, N=batches, K=classes)
@few
def test_cross_entropy_is_the_loops(seed, N, K):
    rng, _, y_hat = logits(seed, N, K)
    y = rng.uniform(size=(N, K))
    agree(sce.cross_entropy(y_hat, y), cross_entropy_loops(y_hat, y), LOOPS)


def test_cross_entropy_counts_zero_labels_as_zero():
    y_hat, y = np.array([[0.0, 1.0], [0.5, 0.5]]), np.array([[0.0, 1.0], [0.0, 1.0]])
    assert math.isclose(float(sce.cross_entropy(y_hat, y)), math.log(2) / 2, rel_tol=1e-15)


@given(seed=seeds, N=batches, K=classes)
@few
def test_eq5_is_the_differences(seed, N, K):
    rng = np.random.default_rng(seed)
    # Not too near 0, where the logarithm bends faster than the step of the differences.
    y_hat, y = rng.uniform(0.3, 1.0, (N, K)), rng.uniform(0.5, 2.0, (N, K))
    got = sce.cross_entropy_gradient(y_hat, y)
    agree(got, differences(lambda moved: cross_entropy_loops(moved, y), y_hat), DIFFERENCES)


@pytest.mark.parametrize("form", ["eq6-quotient", "eq6-outputs"])
@given(seed=seeds, N=batches, K=classes)
@few
def test_jacobian_is_the_loops_and_the_differences(form, seed, N, K):
    _, x, y = logits(seed, N, K)
    wanted = np.zeros((N, K, K))
    for n, i, j in np.ndindex(N, K, K):
        wanted[n, i, j] = y[n, i] * (1 - y[n, i]) if i == j else -y[n, i] * y[n, j]
    got = sce.softmax_jacobian_quotient(x) if form == "eq6-quotient" else sce.softmax_jacobian(y)
    agree(got, wanted, LOOPS)
    for n, i in np.ndindex(N, K):
        row = differences(lambda moved, n=n, i=i: softmax_loops(moved)[n, i], x)
        agree(got[n, i], row[n], DIFFERENCES)


def test_eq6_quotient_does_not_overflow():
    got = sce.softmax_jacobian_quotient(np.array([[1000.0, 1000.0]]))
    agree(got, [[[0.25, -0.25], [-0.25, 0.25]]], LOOPS)


@pytest.mark.parametrize("line", ANY_LABELS)
@given(seed=seeds, N=batches, K=classes)
@few
def test_line_holds_for_any_labels(line, seed, N, K):
    rng, x, y_hat = logits(seed, N, K)
    y = rng.normal(size=(N, K))
    agree(line(y_hat, y), differences(celf_of_logits(y), x), DIFFERENCES)


@pytest.mark.parametrize("line", [*ANY_LABELS, LAST_LINE])
@given(seed=seeds, N=batches, K=classes)
@few
def test_line_holds_for_distributions(line, seed, N, K):
    rng, x, y_hat = logits(seed, N, K)
    y = distribution(rng, N, K)
    agree(line(y_hat, y), differences(celf_of_logits(y), x), DIFFERENCES)


def test_eq7_last_line_needs_labels_that_sum_to_one():
    _, x, y_hat = logits(3, 2, 3)
    y = 2 * distribution(np.random.default_rng(4), 2, 3)
    with pytest.raises(AssertionError, match="off by"):
        agree(sce.logits_gradient(y_hat, y), differences(celf_of_logits(y), x), DIFFERENCES)


@pytest.mark.parametrize("line", ANY_LABELS)
def test_line_by_hand(line):
    # One sample: y_hat_i (1 + 3) - y_i; a batch of two halves it.
    y_hat, y = np.array([[0.25, 0.75], [0.5, 0.5]]), np.array([[2.0, 2.0], [1.0, 0.0]])
    assert line(y_hat[:1], y[:1]).tolist() == [[-1.0, 1.0]]
    assert line(y_hat, y).tolist() == [[-0.5, 0.5], [-0.25, 0.25]]


FAULTS = {
    "eq7-sign": lambda y_hat, y: (y - y_hat) / len(y),
    "eq7-sum_for_mean": lambda y_hat, y: y_hat - y,
    "eq7-only_i_is_k": lambda y_hat, y: -y * (1 - y_hat) / len(y),
    "eq7-diagonal_left_out": lambda y_hat, y: (y_hat - y * y_hat) / len(y),
    "eq7-sums_wrong_axis": lambda y_hat, y: (y_hat * y.sum(axis=0) - y) / len(y),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_planted_fault_is_caught(fault):
    rng, x, y_hat = logits(5, 3, 3)
    y = distribution(rng, 3, 3)
    with pytest.raises(AssertionError, match="off by"):
        agree(fault(y_hat, y), differences(celf_of_logits(y), x), DIFFERENCES)


def test_planted_jacobian_fault_eq6_is_caught():
    _, _, y = logits(6, 2, 3)
    diagonal = np.eye(3) * (y * (1 - y))[:, np.newaxis, :]
    with pytest.raises(AssertionError, match="off by"):
        agree(diagonal, sce.softmax_jacobian(y), LOOPS)
