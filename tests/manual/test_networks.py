"""Both networks, forward against loops and backward against differences of the loops."""

import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from manual import networks
from manual.errors import DomainError
from tests.manual.reference import (
    DIFFERENCES,
    LOOPS,
    agree,
    cnn_outputs,
    cross_entropy_loops,
    dense_error,
    dense_outputs,
    differences,
    distribution,
    f,
    few,
    head_logits,
    softmax_loops,
)

seeds = st.integers(0, 2**32 - 1)

# Images, filters, kernel, stride, pad, pooling window: each plan has something that the others lack.
PLANS = {
    "eq15-one_filter": ((1, 1, 4, 4), 1, (3, 3), 1, 0, 2),
    "eq15-batch_channels_filters": ((2, 2, 4, 4), 2, (3, 3), 1, 0, 2),
    "eq15-not_square": ((2, 1, 4, 5), 2, (1, 2), 1, 0, 2),
    "eq15-stride_2_pad_1": ((2, 1, 5, 6), 1, (3, 2), 2, 1, (3, 2)),
    "eq15-window_3": ((1, 2, 4, 5), 2, (2, 2), 1, 0, 3),
    "eq15-rows_left_over": ((2, 1, 5, 4), 1, (1, 1), 1, 0, (2, 3)),
}


def cnn(seed, plan, K=3):
    """Parameters by letter, the labels, and the plan as keywords and as the loops want it."""
    (N, C, H, width), F, (kh, kw), stride, pad, window = plan
    rng = np.random.default_rng(seed)
    height_width = (window, window) if isinstance(window, int) else window
    image = (H + 2 * pad - kh) // stride + 1, (width + 2 * pad - kw) // stride + 1
    J = F * (image[0] // height_width[0]) * (image[1] // height_width[1])
    shapes = {"X": (N, C, H, width), "v": (C * kh * kw, F), "q": (F,), "W": (J, K), "b": (K,)}
    parameters = {letter: rng.normal(size=shape) for letter, shape in shapes.items()}
    how = {"kernel": (kh, kw), "stride": stride, "pad": pad, "window": window}
    return parameters, distribution(rng, N, K), how, how | {"window": height_width}


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_cnn_forward_is_the_loops(plan):
    parameters, y, how, loops_how = cnn(1, plan)
    letters = networks.cnn_forward(**parameters, **how)
    wanted = cnn_outputs(**parameters, **loops_how)
    assert letters.rows == wanted.pop("rows")
    for letter, value in wanted.items():
        agree(getattr(letters, letter), value, LOOPS)
    agree(networks.cnn_loss(**parameters, y=y, **how), cross_entropy_loops(wanted["y_hat"], y), LOOPS)


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_cnn_gradients_are_the_differences(plan):
    parameters, y, how, loops_how = cnn(2, plan)
    letters = networks.cnn_forward(**parameters, **how)
    backward = networks.cnn_backward(letters, y)
    gradients = {letter: getattr(backward, letter) for letter in "vqWb"}
    gradients["X"] = networks.cnn_image_gradient(letters, backward)
    for letter in gradients:

        def loss(moved, letter=letter):
            return cross_entropy_loops(cnn_outputs(**(parameters | {letter: moved}), **loops_how)["y_hat"], y)

        agree(gradients[letter], differences(loss, parameters[letter]), DIFFERENCES)


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_cnn_cotangents_are_the_differences(plan):
    parameters, y, how, loops_how = cnn(3, plan)
    W, b = parameters["W"], parameters["b"]
    gradients = networks.cnn_backward(networks.cnn_forward(**parameters, **how), y)
    at = cnn_outputs(**parameters, **loops_how)
    window = loops_how["window"]

    def logits_of_c(c):
        return head_logits(c, W, b, at["rows"], window, window)[1]

    logits_of = {
        "x": lambda x: x,
        "a": lambda a: a @ W + b,
        "c": logits_of_c,
        "d": lambda d: logits_of_c(np.vectorize(f)(d)),
    }
    for letter, logits in logits_of.items():

        def loss(moved, logits=logits):
            return cross_entropy_loops(softmax_loops(logits(moved)), y)

        agree(getattr(gradients, letter), differences(loss, at[letter]), DIFFERENCES)


sizes = st.integers(1, 3)


@given(seed=seeds, N=sizes, d=sizes, q=sizes, l=sizes)
@few
def test_dense_network_is_the_loops_and_the_differences(seed, N, d, q, l):
    rng = np.random.default_rng(seed)
    shapes = {"x": (N, d), "v": (d, q), "gamma": (q,), "w": (q, l), "theta": (l,)}
    parameters = {letter: rng.normal(size=shape) for letter, shape in shapes.items()}
    y = rng.uniform(size=(N, l))
    letters = networks.dense_forward(**parameters)
    b, y_hat = dense_outputs(**parameters)
    agree(letters.b, b, LOOPS)
    agree(letters.y_hat, y_hat, LOOPS)
    agree(networks.dense_loss(**parameters, y=y), dense_error(y_hat, y), LOOPS)
    gradients = networks.dense_backward(letters, y)
    for letter in ("v", "gamma", "w", "theta"):

        def error(moved, letter=letter):
            return dense_error(dense_outputs(**(parameters | {letter: moved}))[1], y)

        agree(getattr(gradients, letter), differences(error, parameters[letter]), DIFFERENCES)
    w, theta = parameters["w"], parameters["theta"]
    of_b = differences(lambda moved: dense_error(1 / (1 + np.exp(theta - moved @ w)), y), b)
    agree(gradients.b, of_b, DIFFERENCES)


def test_eq7_cnn_backward_wants_distributions():
    parameters, y, how, _ = cnn(4, PLANS["eq15-batch_channels_filters"])
    letters = networks.cnn_forward(**parameters, **how)
    networks.cnn_backward(letters, np.eye(3)[[0, 2]])
    networks.cnn_backward(letters, np.eye(3, dtype=int)[[0, 2]])
    networks.cnn_backward(letters, y.astype(np.float32))
    with pytest.raises(DomainError, match=r"cnn_backward: wanted each row of y to sum to 1.* 2\.0 in row 1"):
        networks.cnn_backward(letters, np.array([[0.0, 1.0, 0.0], [1.0, 1.0, 0.0]]))
    with pytest.raises(DomainError, match=r"cnn_backward: wanted each row of y to sum to 1.* nan in row 0"):
        networks.cnn_backward(letters, np.array([[np.nan, 1.0, 0.0], [1.0, 0.0, 0.0]]))
    with pytest.raises(DomainError, match="in row 0"):
        networks.cnn_backward(letters, y * (1 + 1e-12))


EPS = float(np.finfo(float).eps)
THIRD = Fraction(1, 3)


@pytest.mark.parametrize(
    ("row", "fits"),
    [
        # K = 3 terms: three roundings of a sum near 1, and no more
        ([0.5, 0.25, 0.25 + 3 * EPS], True),
        ([0.5, 0.25, 0.25 + 4 * EPS], False),
        ([0.5, 0.25, 0.25 - 3 * EPS], True),
        ([0.5, 0.25, 0.25 - 4 * EPS], False),
        # fractions are not rounded
        ([THIRD, THIRD, THIRD], True),
        ([THIRD, THIRD, THIRD + Fraction(1, 10**30)], False),
        ([THIRD, THIRD, Fraction(1, 2)], False),
    ],
)
def test_labels_sum_to_1_up_to_the_rounding_of_their_terms(row, fits):
    parameters, _, how, _ = cnn(4, PLANS["eq15-one_filter"])
    letters, labels = networks.cnn_forward(**parameters, **how), np.array([row])
    if fits:
        networks.cnn_backward(letters, labels)
    else:
        with pytest.raises(DomainError, match="wanted each row of y to sum to 1"):
            networks.cnn_backward(letters, labels)


def test_the_kernel_is_that_of_the_report_unless_another_is_given():
    parameters, y, how, _ = cnn(5, ((2, 1, 6, 8), 2, (5, 5), 1, 0, 2))
    loss = networks.cnn_loss(**parameters, y=y, **how)
    assert networks.cnn_loss(**parameters, y=y) == loss
    assert networks.cnn_descent(**parameters, y=y)[0] == pytest.approx(float(loss), rel=LOOPS)
    np.testing.assert_array_equal(
        networks.cnn_forward(**parameters).y_hat, networks.cnn_forward(**parameters, **how).y_hat
    )


def test_an_image_too_large_for_a_piece_is_a_piece_of_its_own(monkeypatch):
    parameters, y, how, _ = cnn(6, PLANS["eq15-batch_channels_filters"])
    monkeypatch.setattr(networks, "PIECE", 1)
    loss, _ = networks.cnn_descent(**parameters, y=y, **how)
    agree(loss, networks.cnn_loss(**parameters, y=y, **how), LOOPS)


@pytest.mark.parametrize("images", [1, 2, 3, 100])
@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_cnn_descent_is_the_whole_batch_at_once(plan, images, monkeypatch):
    parameters, y, how, _ = cnn(4, plan)
    X = np.concatenate([parameters["X"]] * 3)[: 2 * len(y) + 1]  # so that the last piece is a smaller one
    X, y = X + np.random.default_rng(0).normal(size=X.shape), np.concatenate([y] * 3)[: len(X)]
    parameters = parameters | {"X": X}
    monkeypatch.setattr(networks, "PIECE", images * len(parameters["v"]) * X.shape[2] * X.shape[3] * 8)
    loss, gradients = networks.cnn_descent(**parameters, y=y, **how)
    letters = networks.cnn_forward(**parameters, **how)
    whole = networks.cnn_backward(letters, y)
    # the same sums in another order: some hundred roundings
    agree(loss, networks.cnn_loss(**parameters, y=y, **how), LOOPS)
    for letter, gradient in gradients.items():
        np.testing.assert_allclose(gradient, getattr(whole, letter), rtol=1e-11, atol=1e-14)


def test_cnn_descent_lets_go_of_a_piece_before_the_next(monkeypatch):
    rng = np.random.default_rng(0)
    v, q, W, b = (rng.normal(size=shape) for shape in ((25, 1), (1,), (144, 3), (3,)))

    def peak(pieces):
        monkeypatch.setattr(networks, "PIECE", 4 * 25 * 28 * 28 * 8)  # four images
        X, y = rng.random((4 * pieces, 1, 28, 28)), np.tile([0.0, 0.0, 1.0], (4 * pieces, 1))
        tracemalloc.start()
        try:
            networks.cnn_descent(X, v, q, W, b, y)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(1)  # what the first call alone needs
    once = peak(1)
    assert once > 4 * 25 * 576 * 8  # the patches of four images
    assert peak(6) < 1.2 * once
