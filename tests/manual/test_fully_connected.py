"""Equations (8)-(10), against loops and differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from manual import fully_connected as fc
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

sizes = st.integers(1, 4)
classes = st.integers(2, 4)
seeds = st.integers(0, 2**32 - 1)


def layer_loops(a, W, b):
    (N, J), K = a.shape, len(b)
    return np.array([[sum(a[n, j] * W[j, i] for j in range(J)) + b[i] for i in range(K)] for n in range(N)])


def layer(seed, N, J, K):
    rng = np.random.default_rng(seed)
    operands = {"a": rng.normal(size=(N, J)), "W": rng.normal(size=(J, K)), "b": rng.normal(size=K)}
    return rng, operands, softmax_loops(layer_loops(**operands))


def celf(operands, name, y):
    return lambda moved: cross_entropy_loops(softmax_loops(layer_loops(**(operands | {name: moved}))), y)


@given(seed=seeds, N=sizes, J=sizes, K=classes)
@few
def test_layer_is_the_loops(seed, N, J, K):
    _, operands, _ = layer(seed, N, J, K)
    agree(fc.fully_connected(**operands), layer_loops(**operands), LOOPS)


@given(seed=seeds, N=sizes, J=sizes)
@few
def test_eq8_is_the_differences(seed, N, J):
    rng = np.random.default_rng(seed)
    x, w, b = rng.normal(size=(N, J)), rng.normal(size=J), rng.normal(size=1)

    def output(x, w, b):
        return sum(x_k * w_k for x_k, w_k in zip(x, w, strict=True)) + b[0]

    by_weight, by_bias = fc.output_by_weight(x), fc.output_by_bias(x)
    for n in range(N):
        agree(by_weight[n], differences(lambda moved, n=n: output(x[n], moved, b), w), DIFFERENCES)
        agree(by_bias[n], differences(lambda moved, n=n: output(x[n], w, moved), b)[0], DIFFERENCES)


CHAINS = {
    "eq9-weights-chain": ("W", lambda p, y_hat, y: fc.weights_gradient_chain(p["a"], y_hat, y)),
    "eq9-bias-chain": ("b", lambda p, y_hat, y: fc.bias_gradient_chain(y_hat, y)),
    "eq10-input-chain": ("a", lambda p, y_hat, y: fc.input_gradient_chain(p["W"], y_hat, y)),
}
LAST_LINES = {
    "eq9-weights": ("W", lambda p, y_hat, y: fc.weights_gradient(p["a"], y_hat, y)),
    "eq9-bias": ("b", lambda p, y_hat, y: fc.bias_gradient(y_hat, y)),
    "eq10-input": ("a", lambda p, y_hat, y: fc.input_gradient(p["W"], y_hat, y)),
}


@pytest.mark.parametrize(("name", "gradient"), CHAINS.values(), ids=CHAINS)
@given(seed=seeds, N=sizes, J=sizes, K=classes)
@few
def test_chain_is_the_differences_for_any_labels(name, gradient, seed, N, J, K):
    rng, operands, y_hat = layer(seed, N, J, K)
    y = rng.normal(size=(N, K))
    agree(gradient(operands, y_hat, y), differences(celf(operands, name, y), operands[name]), DIFFERENCES)


@pytest.mark.parametrize(("name", "gradient"), LAST_LINES.values(), ids=LAST_LINES)
@given(seed=seeds, N=sizes, J=sizes, K=classes)
@few
def test_last_line_is_the_differences_for_distributions(name, gradient, seed, N, J, K):
    rng, operands, y_hat = layer(seed, N, J, K)
    y = distribution(rng, N, K)
    agree(gradient(operands, y_hat, y), differences(celf(operands, name, y), operands[name]), DIFFERENCES)


def test_eq9_eq10_by_hand():
    y_hat, y = np.array([[0.25, 0.75], [0.5, 0.5]]), np.array([[0.0, 1.0], [1.0, 0.0]])
    # y_hat - y is (1/4, -1/4) and (-1/2, 1/2); the mean over two samples halves.
    assert fc.weights_gradient(np.array([[8.0], [4.0]]), y_hat, y).tolist() == [[0.0, 0.0]]
    assert fc.weights_gradient(np.array([[8.0], [2.0]]), y_hat, y).tolist() == [[0.5, -0.5]]
    assert fc.bias_gradient(y_hat, y).tolist() == [-0.125, 0.125]
    assert fc.input_gradient(np.array([[4.0, 8.0]]), y_hat, y).tolist() == [[-0.5], [1.0]]


FAULTS = {
    "eq10-sign": lambda W, y_hat, y: (y - y_hat) @ W.T / len(y),
    "eq10-sum_for_mean": lambda W, y_hat, y: (y_hat - y) @ W.T,
    "eq10-transposed": lambda W, y_hat, y: (y_hat - y) @ W / len(y),
    "eq10-no_sum_over_outputs": lambda W, y_hat, y: (y_hat - y)[:, :1] * W[:, 0] / len(y),
    "eq10-without_labels": lambda W, y_hat, y: y_hat @ W.T / len(y),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_planted_fault_is_caught(fault):
    # As many inputs as outputs, so that a transposed W has the right shape.
    rng, operands, y_hat = layer(2, 3, 3, 3)
    y = distribution(rng, 3, 3)
    with pytest.raises(AssertionError, match="off by"):
        agree(fault(operands["W"], y_hat, y), differences(celf(operands, "a", y), operands["a"]), DIFFERENCES)
