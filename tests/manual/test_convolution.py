"""Equations (13)-(15) and Code 1, against loops and differences."""

import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from manual import as_printed, convolution
from tests.manual.reference import (
    DIFFERENCES,
    LOOPS,
    agree,
    cross_entropy_loops,
    differences,
    distribution,
    f,
    few,
    head_logits,
    patches_loops,
    softmax_loops,
)

seeds = st.integers(0, 2**32 - 1)
small = st.integers(1, 2)


@st.composite
def plans(draw):
    """Images (N, C, H, W'), a kernel, stride and pad of which at least one window fits."""
    kh, kw = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    stride, pad = draw(st.integers(1, 3)), draw(st.integers(0, 2))
    H, width = (max(1, side - 2 * pad) + draw(st.integers(0, 3)) for side in (kh, kw))
    return (draw(small), draw(small), H, width), kh, kw, stride, pad


@given(seed=seeds, plan=plans())
@few
def test_eq13_im2col_is_the_loops(seed, plan):
    shape, *rest = plan
    X = np.random.default_rng(seed).normal(size=shape)
    columns, oh, ow = convolution.im2col_forward(X, *rest)
    U, wanted_oh, wanted_ow = patches_loops(X, *rest)
    assert (oh, ow) == (wanted_oh, wanted_ow)
    assert columns.tolist() == U.reshape(-1, U.shape[2]).tolist()
    assert convolution.patches(X, *rest).tolist() == U.tolist()


def test_eq13_a_window_may_be_as_large_as_image_and_padding_on_both_sides():
    X = np.arange(1.0, 10.0).reshape(1, 1, 3, 3)
    columns, oh, ow = convolution.im2col_forward(X, 7, 7, 1, 2)
    assert (oh, ow) == (1, 1)
    assert columns.reshape(7, 7)[2:5, 2:5].tolist() == X[0, 0].tolist()
    assert columns.sum() == X.sum()


def test_eq13_steps_by_one_and_adds_nothing_unless_told():
    X = np.arange(12.0).reshape(1, 1, 3, 4)
    assert convolution.patches(X, 2, 3).tolist() == patches_loops(X, 2, 3, 1, 0)[0].tolist()


def test_one_row_of_positions_is_an_image_of_one_row():
    assert convolution.feature_images(np.array([[[1.0], [2.0], [3.0]]]), 1).tolist() == [[[[1.0, 2.0, 3.0]]]]


def test_eq13_im2col_of_the_report():
    columns, oh, ow = convolution.im2col_forward(np.ones((1, 1, 28, 28)), 5, 5, 1, 0)
    assert (columns.shape, oh, ow) == ((576, 25), 24, 24)


@given(seed=seeds, N=small, m=st.integers(1, 4), T=st.integers(1, 4), F=st.integers(1, 3))
@few
def test_eq13_is_the_loops(seed, N, m, T, F):
    rng = np.random.default_rng(seed)
    U, v, q = rng.normal(size=(N, m, T)), rng.normal(size=(T, F)), rng.normal(size=F)
    wanted = np.zeros((N, m, F))
    for n, l, filt in np.ndindex(N, m, F):
        wanted[n, l, filt] = sum(U[n, l, k] * v[k, filt] for k in range(T)) + q[filt]
    agree(convolution.convolve(U, v, q), wanted, LOOPS)


@given(seed=seeds, T=st.integers(1, 4))
@few
def test_eq14_is_the_differences(seed, T):
    rng = np.random.default_rng(seed)
    U, v, q = rng.normal(size=(2, 3, T)), rng.normal(size=T), rng.normal(size=1)
    by_weight, by_bias = convolution.output_by_weight(U), convolution.output_by_bias(U)
    assert by_bias.shape == (2, 3)

    def output(row, v, q):
        return sum(u * weight for u, weight in zip(row, v, strict=True)) + q[0]

    for n, l in np.ndindex(2, 3):
        row = U[n, l]
        agree(by_weight[n, l], differences(lambda moved, row=row: output(row, moved, q), v), DIFFERENCES)
        agree(by_bias[n, l], differences(lambda moved, row=row: output(row, v, moved), q)[0], DIFFERENCES)


def test_code1_has_the_signature_of_the_report():
    for function in (convolution.convolution_forward, as_printed.convolution_forward):
        parameters = inspect.signature(function).parameters
        assert list(parameters) == ["X", "W", "b", "stride", "pad"]
        assert (parameters["stride"].default, parameters["pad"].default) == (1, 0)


@pytest.mark.parametrize("bias", ["number", "array"])
@given(seed=seeds, C=small, side=st.integers(1, 3), F=small, stride=small, pad=st.integers(0, 1))
@few
def test_code1_is_the_loops(bias, seed, C, side, F, stride, pad):
    rng = np.random.default_rng(seed)
    X, W = rng.normal(size=(2, C, 4, 5)), rng.normal(size=(C * side * side, F))
    b = 0.5 if bias == "number" else rng.normal(size=F)
    U, oh, ow = patches_loops(X, side, side, stride, pad)
    wanted = np.vectorize(f)(U.reshape(2 * oh * ow, -1) @ W + b)
    agree(convolution.convolution_forward(X, W, b, stride, pad), wanted, LOOPS)


# An image of d (rows, columns), and a pooling window and stride over it.
HEADS = st.sampled_from(
    [
        ((2, 2), (2, 2), None),
        ((4, 4), (2, 2), None),
        ((4, 6), (2, 2), (2, 2)),
        ((5, 3), (2, 2), None),
        ((4, 4), (3, 3), (1, 1)),
        ((5, 4), (3, 2), (2, 1)),
    ]
)


def head(seed, N, T, F, K, image, window, stride):
    """The network after im2col: operands U, v, q, W, b, its outputs and its loss as a function."""
    rng = np.random.default_rng(seed)
    rows, columns = image
    step = stride or window
    J = F * ((rows - window[0]) // step[0] + 1) * ((columns - window[1]) // step[1] + 1)
    operands = {
        "U": rng.normal(size=(N, rows * columns, T)),
        "v": rng.normal(size=(T, F)),
        "q": rng.normal(size=F),
        "W": rng.normal(size=(J, K)),
        "b": rng.normal(size=K),
    }

    def outputs(U, v, q, W, b):
        c = np.vectorize(f)(U @ v + q)
        return c, softmax_loops(head_logits(c, W, b, rows, window, step)[1])

    def celf(name, y):
        return lambda moved: cross_entropy_loops(outputs(**(operands | {name: moved}))[1], y)

    c, y_hat = outputs(**operands)
    return rng, operands, c, y_hat, celf


FORMULAS = {
    "eq15-chain": (convolution.weights_gradient_chain, convolution.bias_gradient_chain, "any"),
    "eq15-last_line": (convolution.weights_gradient, convolution.bias_gradient, "distribution"),
}


@pytest.mark.parametrize(("weights", "bias", "labels"), FORMULAS.values(), ids=FORMULAS)
@given(seed=seeds, N=small, T=st.integers(1, 3), F=small, K=st.integers(2, 3), geometry=HEADS)
@few
def test_gradient_is_the_differences(weights, bias, labels, seed, N, T, F, K, geometry):
    image, window, stride = geometry
    rng, operands, c, y_hat, celf = head(seed, N, T, F, K, image, window, stride)
    y = rng.normal(size=(N, K)) if labels == "any" else distribution(rng, N, K)
    where = {"rows": image[0], "window": window, "stride": stride}
    got = weights(operands["U"], c, operands["W"], y_hat, y, **where)
    agree(got, differences(celf("v", y), operands["v"]), DIFFERENCES)
    got = bias(c, operands["W"], y_hat, y, **where)
    agree(got, differences(celf("q", y), operands["q"]), DIFFERENCES)


@pytest.mark.parametrize(("weights", "bias", "_"), FORMULAS.values(), ids=FORMULAS)
def test_square_images_need_no_rows(weights, bias, _):
    rng, operands, c, y_hat, _ = head(1, 2, 3, 2, 3, (4, 4), (2, 2), None)
    U, W, y = operands["U"], operands["W"], distribution(rng, 2, 3)
    assert weights(U, c, W, y_hat, y).tolist() == weights(U, c, W, y_hat, y, 4, 2, 2).tolist()
    assert bias(c, W, y_hat, y).tolist() == bias(c, W, y_hat, y, 4, 2, 2).tolist()


@given(seed=seeds, plan=plans(), F=small)
@few
def test_image_gradient_is_the_loops(seed, plan, F):
    (N, C, H, width), kh, kw, stride, pad = plan
    rng = np.random.default_rng(seed)
    oh, ow = (H + 2 * pad - kh) // stride + 1, (width + 2 * pad - kw) // stride + 1
    d_bar, v = rng.normal(size=(N, oh * ow, F)), rng.normal(size=(C * kh * kw, F))
    wanted = np.zeros((N, C, H, width))
    for n, row, column, channel, r, s in np.ndindex(N, oh, ow, C, kh, kw):
        y, x = row * stride + r - pad, column * stride + s - pad
        if 0 <= y < H and 0 <= x < width:
            k = (channel * kh + r) * kw + s
            wanted[n, channel, y, x] += d_bar[n, row * ow + column] @ v[k]
    got = convolution.image_gradient(d_bar, v, (N, C, H, width), kh, kw, stride, pad)
    # A plan with wide padding and stride may show the filter no pixel at all: then both are exactly 0.
    agree(got, wanted, LOOPS)


right_form = convolution.weights_gradient


def filters_last(W):
    """Rows of W for two filters of four pooled positions, as if positions came first in a."""
    return W.reshape(2, 4, 3).swapaxes(0, 1).reshape(8, 3)


FAULTS = {
    "eq15-sign": lambda U, c, W, y_hat, y: right_form(U, c, W, y, y_hat),
    "eq15-no_quarter": lambda U, c, W, y_hat, y: 4 * right_form(U, c, W, y_hat, y),
    "eq15-no_sigmoid": lambda U, c, W, y_hat, y: 4 * right_form(U, np.full_like(c, 0.5), W, y_hat, y),
    "eq15-transposed": lambda U, c, W, y_hat, y: right_form(U, c, W, y_hat, y).T,
    "eq15-one_output": lambda U, c, W, y_hat, y: as_printed.weights_gradient(U, c, W, y_hat, y),
    "eq15-filters_last": lambda U, c, W, y_hat, y: right_form(U, c, filters_last(W), y_hat, y),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_planted_fault_is_caught(fault):
    # As many entries in a patch as filters, so that a transposed gradient has the right shape.
    rng, operands, c, y_hat, celf = head(3, 3, 2, 2, 3, (4, 4), (2, 2), None)
    U, v, W, y = operands["U"], operands["v"], operands["W"], distribution(rng, 3, 3)
    wanted = differences(celf("v", y), v)
    agree(right_form(U, c, W, y_hat, y), wanted, DIFFERENCES)
    with pytest.raises(AssertionError, match="off by"):
        agree(fault(U, c, W, y_hat, y), wanted, DIFFERENCES)
