"""What is refused, with the message: who, wanted, got."""

import dataclasses
import re

import numpy as np
import pytest

from manual import as_printed, convolution, dense, fully_connected, networks, pooling, sigmoid, softmax_cross_entropy
from manual.errors import DomainError, ManualError, ShapeError


def one(*shape):
    return np.ones(shape)


U, c, W, y = one(1, 6, 2), one(1, 6, 1), one(1, 2), one(1, 2)
X = one(1, 1, 6, 6)

labels = np.array([[0.0, 1.0]])


def letters_with(**changes):
    """The letters of a forward pass, some put in another way."""
    letters = networks.cnn_forward(X, one(25, 1), one(1), one(1, 2), one(2))
    return dataclasses.replace(letters, **changes)


SHAPES = {
    "eq2": (
        lambda: dense.weight_gradient(one(2, 3), one(4, 5), one(4, 5)),
        "weight_gradient: wanted y_hat of shape (2, l) to go with b (2, 3), got (4, 5)",
    ),
    "eq4": (
        lambda: dense.threshold_gradient(one(2), one(2)),
        "threshold_gradient: wanted y_hat of shape (N, l), got (2,)",
    ),
    "eq5": (
        lambda: softmax_cross_entropy.cross_entropy([[0.5], [0.2, 0.3]], one(1, 1)),
        "cross_entropy: wanted y_hat of shape (N, K), got a list",
    ),
    "eq5-words": (
        lambda: softmax_cross_entropy.cross_entropy(one(1, 1), [["cat"]]),
        "cross_entropy: wanted y of shape (1, 1) to go with y_hat (1, 1), got a list",
    ),
    "eq5-nothing": (
        lambda: softmax_cross_entropy.cross_entropy(one(1, 1), None),
        "cross_entropy: wanted y of shape (1, 1) to go with y_hat (1, 1), got a NoneType",
    ),
    "eq2-eta": (
        lambda: dense.weight_update(one(3), one(1, 2), y, y),
        "weight_update: wanted eta as one number, got shape (3,)",
    ),
    "eq2-eta_matrix": (
        lambda: dense.weight_update_chain(one(1, 1), one(1, 2), y, y),
        "weight_update_chain: wanted eta as one number, got shape (1, 1)",
    ),
    "eq2-eta_list": (
        lambda: dense.weight_update_expanded([0.5], one(1, 2), y, y),
        "weight_update_expanded: wanted eta as one number, got shape (1,)",
    ),
    "eq4-eta": (
        lambda: dense.threshold_update(one(2), y, y),
        "threshold_update: wanted eta as one number, got shape (2,)",
    ),
    "eq4-eta_expanded": (
        lambda: dense.threshold_update_expanded("fast", y, y),
        "threshold_update_expanded: wanted eta as a number or an array, got a str",
    ),
    "eq3-eta": (
        lambda: dense.threshold_update_chain(None, y, y),
        "threshold_update_chain: wanted eta as a number or an array, got a NoneType",
    ),
    "eq12-nothing": (
        lambda: sigmoid.sigmoid(None),
        "sigmoid: wanted d as a number or an array, got a NoneType",
    ),
    "eq12-ragged": (
        lambda: sigmoid.sigmoid_derivative([[0.5], [0.5, 0.5]]),
        "sigmoid_derivative: wanted c as a number or an array, got a list",
    ),
    "eq13-bias": (
        lambda: convolution.convolve(one(1, 4, 2), one(2, 1), None),
        "convolve: wanted q as a number or an array, got a NoneType",
    ),
    "eq11-number": (
        lambda: pooling.average_pool(3.0),
        "average_pool: wanted images of shape (..., H, W') with no empty axis, got ()",
    ),
    "eq11-input_shape": (
        lambda: pooling.average_pool_gradient(one(2, 2), (4, 4.0)),
        "average_pool_gradient: wanted input_shape as integers >= 1 (..., H, W'), got (4, 4.0)",
    ),
    "eq11-input_empty": (
        lambda: pooling.average_pool_gradient(one(2, 2), (0, 4)),
        "average_pool_gradient: wanted input_shape as integers >= 1 (..., H, W'), got (0, 4)",
    ),
    "eq11-input_number": (
        lambda: pooling.average_pool_gradient(one(2, 2), 4),
        "average_pool_gradient: wanted input_shape as integers >= 1 (..., H, W'), got 4",
    ),
    "eq15-image_number": (
        lambda: convolution.image_gradient(c, one(25, 1), 36, 5, 5),
        "image_gradient: wanted image_shape as integers >= 1 (N, C, H, W'), got 36",
    ),
    "eq6": (
        lambda: softmax_cross_entropy.softmax(one(0, 3)),
        "softmax: wanted x of shape (N, K) with no empty axis, got (0, 3)",
    ),
    "eq9": (
        lambda: fully_connected.fully_connected(one(1, 2), one(2, 3), one(4)),
        "fully_connected: wanted b of shape (3,) to go with W (2, 3), got (4,)",
    ),
    "eq10": (
        lambda: fully_connected.input_gradient(one(144, 9), one(1, 10), one(1, 10)),
        "input_gradient: wanted W of shape (J, 10) to go with y_hat (1, 10), got (144, 9)",
    ),
    "eq11-flat": (
        lambda: pooling.average_pool_flat(one(1, 8), 2),
        "average_pool_flat: wanted c of shape (N, 16), got (1, 8)",
    ),
    "eq11-room": (
        lambda: pooling.average_pool(one(2, 4), 3),
        "average_pool: wanted an axis of at least 3 for the window, got 2 with padding 0",
    ),
    "eq11-axes": (
        lambda: pooling.average_pool(one(4)),
        "average_pool: wanted images of shape (..., H, W') with no empty axis, got (4,)",
    ),
    "eq11-cotangent": (
        lambda: pooling.average_pool_gradient(one(2, 3), (4, 4)),
        "average_pool_gradient: wanted a_bar of shape (2, 2) to go with c (4, 4), got (2, 3)",
    ),
    "eq13-axes": (
        lambda: convolution.im2col_forward(one(6, 6), 5, 5, 1, 0),
        "im2col_forward: wanted X of shape (N, C, H, W'), got (6, 6)",
    ),
    "eq13-room": (
        lambda: convolution.im2col_forward(one(1, 1, 4, 9), 7, 7, 1, 1),
        "im2col_forward: wanted an axis of at least 7 for the window, got 4 with padding 1",
    ),
    "code1-not_square": (
        lambda: convolution.convolution_forward(X, one(5, 2), 0.0),
        "convolution_forward: wanted W of shape (1 k^2, F) to go with X (1, 1, 6, 6), got (5, 2)",
    ),
    "code1-bias": (
        lambda: convolution.convolution_forward(X, one(4, 2), one(3)),
        "convolution_forward: wanted b as a number or of shape (2,), got (3,)",
    ),
    "code1-as_printed": (
        lambda: as_printed.convolution_forward(X, one(9, 1), 0.0),
        "as_printed.convolution_forward: wanted W of shape (25, F) to go with X (1, 1, 6, 6), got (9, 1)",
    ),
    "eq15-rows_needed": (
        lambda: convolution.weights_gradient(U, c, W, y, y),
        "weights_gradient: wanted rows, as c has 6 positions and 6 is no square, got None",
    ),
    "eq15-rows_divide": (
        lambda: convolution.bias_gradient(c, W, y, y, rows=4),
        "bias_gradient: wanted rows to divide the 6 positions of c, got 4",
    ),
    "eq15-pooled": (
        lambda: convolution.bias_gradient_chain(c, one(2, 2), y, y, rows=2),
        "bias_gradient_chain: wanted W of shape (1, 2) to go with c (1, 6, 1) and y_hat (1, 2), got (2, 2)",
    ),
    "eq15-image": (
        lambda: convolution.image_gradient(c, one(25, 1), (1, 1, 6, 6), 5, 5),
        "image_gradient: wanted d_bar of shape (1, 4, F), got (1, 6, 1)",
    ),
    "eq15-image_shape": (
        lambda: convolution.image_gradient(c, one(25, 1), (6, 6), 5, 5),
        "image_gradient: wanted image_shape as (N, C, H, W'), got (6, 6)",
    ),
    "dense_forward": (
        lambda: networks.dense_forward(one(1, 2), one(3, 2), one(2), one(2, 1), one(1)),
        "dense_forward: wanted v of shape (2, q) to go with x (1, 2), got (3, 2)",
    ),
    "cnn_forward": (
        lambda: networks.cnn_forward(X, one(25, 1), one(1), one(2, 3), one(3)),
        "fully_connected: wanted W of shape (1, K) to go with a (1, 1), got (2, 3)",
    ),
}

DOMAINS = {
    "eq11-zero": (lambda: pooling.pool_indices(0), "pool_indices: wanted n as an integer >= 1, got 0"),
    "eq11-half": (
        lambda: pooling.pool_derivative(1.5),
        "pool_derivative: wanted n as an integer >= 1, got 1.5",
    ),
    "eq11-true": (lambda: pooling.pool_indices(True), "pool_indices: wanted n as an integer >= 1, got True"),
    "eq11-window": (
        lambda: pooling.average_pool(one(4, 4), (2, 0)),
        "average_pool: wanted window as an integer >= 1, got 0",
    ),
    "eq11-window_height": (
        lambda: pooling.average_pool(one(4, 4), (0, 2)),
        "average_pool: wanted window as an integer >= 1, got 0",
    ),
    "eq13-kernel_height": (
        lambda: convolution.im2col_forward(X, 0, 5, 1, 0),
        "im2col_forward: wanted kernel_height as an integer >= 1, got 0",
    ),
    "eq13-kernel_width": (
        lambda: convolution.im2col_forward(X, 5, 0, 1, 0),
        "im2col_forward: wanted kernel_width as an integer >= 1, got 0",
    ),
    "eq13-rows": (
        lambda: convolution.feature_images(c, 0),
        "feature_images: wanted rows as an integer >= 1, got 0",
    ),
    "eq11-stride": (
        lambda: pooling.average_pool(one(4, 4), 2, (1, 1, 1)),
        "average_pool: wanted stride as one integer or two, got (1, 1, 1)",
    ),
    "eq13-stride": (
        lambda: convolution.im2col_forward(X, 5, 5, 0, 0),
        "im2col_forward: wanted stride as an integer >= 1, got 0",
    ),
    "eq13-pad": (
        lambda: convolution.im2col_forward(X, 5, 5, 1, -1),
        "im2col_forward: wanted pad as an integer >= 0, got -1",
    ),
    "eq10-output": (
        lambda: as_printed.input_gradient(one(3, 2), y, y, i=2),
        "as_printed.input_gradient: wanted i as an integer >= 0 and < 2, got 2",
    ),
    "eq10-chain_output": (
        lambda: as_printed.input_gradient_chain(one(3, 2), y, y, i=-1),
        "as_printed.input_gradient_chain: wanted i as an integer >= 0 and < 2, got -1",
    ),
    "eq15-weights_output": (
        lambda: as_printed.weights_gradient(U, c, W, y, y, i=2, rows=2),
        "as_printed.weights_gradient: wanted i as an integer >= 0 and < 2, got 2",
    ),
    "eq15-bias_output": (
        lambda: as_printed.bias_gradient(c, W, y, y, i=0.0, rows=2),
        "as_printed.bias_gradient: wanted i as an integer >= 0 and < 2, got 0.0",
    ),
    "eq2-eta_infinite": (
        lambda: dense.weight_update(np.inf, one(1, 2), y, y),
        "weight_update: wanted eta as a finite number, got inf",
    ),
    "eq4-eta_nan": (
        lambda: dense.threshold_update(np.array(np.nan), y, y),
        "threshold_update: wanted eta as a finite number, got nan",
    ),
    "eq6-words": (
        lambda: softmax_cross_entropy.softmax(np.array([["cat", "dog"]])),
        "softmax: wanted x as numbers, got an array of <U3",
    ),
    "eq12-dates": (
        lambda: sigmoid.sigmoid(np.array(["2020-01-01"], dtype="datetime64[D]")),
        "sigmoid: wanted d as numbers, got an array of datetime64[D]",
    ),
    "cnn_forward-stride": (
        lambda: networks.cnn_forward(X, one(25, 1), one(1), one(1, 2), one(2), stride=0),
        "cnn_forward: wanted stride as an integer >= 1, got 0",
    ),
    "cnn_forward-two_strides": (
        lambda: networks.cnn_forward(X, one(25, 1), one(1), one(1, 2), one(2), stride=(1, 1)),
        "cnn_forward: wanted stride as an integer >= 1, got (1, 1)",
    ),
    "cnn_forward-pad": (
        lambda: networks.cnn_forward(X, one(25, 1), one(1), one(1, 2), one(2), pad=-1),
        "cnn_forward: wanted pad as an integer >= 0, got -1",
    ),
    "cnn_loss-stride": (
        lambda: networks.cnn_loss(X, one(25, 1), one(1), one(1, 2), one(2), y, stride=0),
        "cnn_forward: wanted stride as an integer >= 1, got 0",
    ),
    "cnn_backward-rows": (
        lambda: networks.cnn_backward(letters_with(rows=0), labels),
        "cnn_backward: wanted rows as an integer >= 1, got 0",
    ),
    "cnn_backward-window": (
        lambda: networks.cnn_backward(letters_with(window=(2, 0)), labels),
        "cnn_backward: wanted window as an integer >= 1, got 0",
    ),
    "cnn_image_gradient-stride": (
        lambda: networks.cnn_image_gradient(letters_with(stride=0), networks.cnn_backward(letters_with(), labels)),
        "image_gradient: wanted stride as an integer >= 1, got 0",
    ),
    "cnn_forward-window": (
        lambda: networks.cnn_forward(X, one(25, 1), one(1), one(1, 2), one(2), window=0),
        "cnn_forward: wanted window as an integer >= 1, got 0",
    ),
}


@pytest.mark.parametrize(("call", "message"), SHAPES.values(), ids=SHAPES)
def test_shape_error_says_who_wanted_got(call, message):
    with pytest.raises(ShapeError, match=f"^{re.escape(message)}$"):
        call()


@pytest.mark.parametrize(("call", "message"), DOMAINS.values(), ids=DOMAINS)
def test_domain_error_says_who_wanted_got(call, message):
    with pytest.raises(DomainError, match=f"^{re.escape(message)}$"):
        call()


def test_errors_are_value_errors_of_this_package():
    for error in (ShapeError, DomainError):
        assert issubclass(error, ManualError)
        assert issubclass(error, ValueError)
