"""Equations (12) to (15) and Code 1, sections 1, 2.2.5 and 2.2.6: sigmoid and convolution.

X  images   U  their windows, row by row   v, q  weights and biases of the filters   d = U v + q
c = sigmoid(d)   a  2 x 2 average pool of c   W, b, x, y_hat, y  as in the output layer
"""

from typing import Any

import numpy as np

import autograd
from handgrad.report.claims import Claim, Form
from handgrad.report.equations.definitions import (
    convolution_and_sigmoid,
    convolution_letters,
    convolve,
    sigmoid_letters,
    sigmoid_of_convolution,
)
from handgrad.report.equations.network import NETWORK, Q, V, X
from handgrad.report.symbols import Letter
from handgrad.values import Array, Values
from manual import as_printed, convolution
from manual import sigmoid as manual_sigmoid

# (12)

EQ12 = Form(r"\frac{\partial c}{\partial d} = c(1 - c)", "∂c/∂d = c (1 − c)", manual_sigmoid.sigmoid_derivative, "c")


def diagonal(jacobian: Array) -> Array:
    """The derivative of each entry by itself."""
    side = jacobian.shape[1]
    return np.diagonal(np.reshape(jacobian, (side, side)))[None, :, None]


# (13), Code 1, (14)

CONVOLUTION = "2.2.6 卷积层 (convolution)"
LAYER: dict[str, Any] = {"letters": (X, V, Q), "complete": convolution_letters}
ONE = {"N": 1, "F": 1}


def convolution_map(values: Values) -> Array:
    """d of the images."""
    return convolve(values.X, values.v, values.q)


def convolution_map_by_engine(values: Values) -> Array:
    """The same by the engine's layer."""
    filters = np.reshape(np.transpose(values.v), (-1, 1, values.k, values.k))
    d = autograd.conv2d(values.X[:, None], filters, values.q)
    return np.transpose(np.reshape(d, (d.shape[0], d.shape[1], -1)), (0, 2, 1))


def one_channel(function: Any) -> Any:
    """Code 1 on images of one channel, its rows (image, place) in two axes."""

    def of_images(X: Array, v: Array, q: Array) -> Array:
        return np.reshape(function(X[:, None], v, q), (X.shape[0], -1, v.shape[1]))

    of_images.__wrapped__ = function  # type: ignore[attr-defined]  # so that the source shown is Code 1
    return of_images


EQ13 = Form(
    r"\begin{bmatrix} d_1 \\ d_2 \\ \dots \\ d_m \end{bmatrix} = \begin{bmatrix} u_{11} & u_{12} & \dots & u_{1n} \\"
    r" u_{21} & u_{22} & \dots & u_{2n} \\ \dots & \dots & & \dots \\ u_{m1} & u_{m2} & \dots & u_{mn} \end{bmatrix}"
    r" \times \begin{bmatrix} v_1 \\ v_2 \\ \dots \\ v_n \end{bmatrix} + \begin{bmatrix} q \\ q \\ \dots \\ q"
    r" \end{bmatrix}",
    "d = U v + q",
    convolution.convolve,
    "U v q",
)
CODE1_PRINTED = Form(
    r"\mathrm{sigmoid}(\mathrm{im2col}(X, 5, 5)\, W + b)",
    "sigmoid(im2col(X, 5, 5) W + b)",
    one_channel(as_printed.convolution_forward),
    "X v q",
)
CODE1 = Form(
    r"\mathrm{sigmoid}(\mathrm{im2col}(X, k, k)\, W + b)",
    "sigmoid(im2col(X, k, k) W + b), the side k read from W",
    one_channel(convolution.convolution_forward),
    "X v q",
)
EQ14_WEIGHTS = Form(
    r"\frac{\partial d_i}{\partial v_j} = u_{ij}", "∂d_i/∂v_j = u_ij", convolution.output_by_weight, "U"
)
EQ14_BIAS = Form(r"\frac{\partial d_i}{\partial q} = 1", "∂d_i/∂q = 1", convolution.output_by_bias, "U")

# (15)

FILTERS = NETWORK | {
    "section": CONVOLUTION,
    "states": "CELF of the whole network, differentiated by the weights of the filters",
    "with_respect_to": ("v",),
    "axes": "T F",
}
FILTER_BIAS = NETWORK | {
    "section": CONVOLUTION,
    "states": "CELF of the whole network, differentiated by the biases of the filters",
    "with_respect_to": ("q",),
    "axes": "F",
}
EQ15_WEIGHTS_CHAIN = Form(
    r"\frac{\partial CELF}{\partial v_k} = \sum_j \frac{\partial CELF}{\partial a_j} \sum_l"
    r" \frac{\partial a_j}{\partial c_l} \frac{\partial c_l}{\partial d_l} \frac{\partial d_l}{\partial v_k}",
    "∂CELF/∂v_k = Σ_j ∂CELF/∂a_j Σ_l ∂a_j/∂c_l · ∂c_l/∂d_l · ∂d_l/∂v_k",
    convolution.weights_gradient_chain,
    "U c W y_hat y",
)
EQ15_WEIGHTS_PRINTED = Form(
    r"\frac{\partial CELF}{\partial v_k} = \sum_j (\hat{y}_i - y_i) w_j \sum_l \frac{1}{4} c_l (1 - c_l) u_{lk}",
    "∂CELF/∂v_k = Σ_j (ŷ_i − y_i) w_j Σ_l 1/4 c_l (1 − c_l) u_lk",
    as_printed.weights_gradient,
    "U c W y_hat y",
)
EQ15_WEIGHTS = Form(
    r"\frac{\partial CELF}{\partial v_k} = \sum_j \sum_i (\hat{y}_i - y_i) w_{ji}"
    r" \sum_{l \in window(j)} \frac{1}{4} c_l (1 - c_l) u_{lk}",
    "∂CELF/∂v_k = Σ_j Σ_i (ŷ_i − y_i) w_ji Σ_{l in window of j} 1/4 c_l (1 − c_l) u_lk",
    convolution.weights_gradient,
    "U c W y_hat y",
)
EQ15_BIAS_CHAIN = Form(
    r"\frac{\partial CELF}{\partial b} = \sum_j \frac{\partial CELF}{\partial a_j} \sum_l"
    r" \frac{\partial a_j}{\partial c_l} \frac{\partial c_l}{\partial d_l} \frac{\partial d_l}{\partial b}",
    "∂CELF/∂b = Σ_j ∂CELF/∂a_j Σ_l ∂a_j/∂c_l · ∂c_l/∂d_l · ∂d_l/∂b",
    convolution.bias_gradient_chain,
    "c W y_hat y",
)
EQ15_BIAS_PRINTED = Form(
    r"\frac{\partial CELF}{\partial b} = \sum_j (\hat{y}_i - y_i) w_j \sum_l \frac{1}{4} c_l (1 - c_l)",
    "∂CELF/∂b = Σ_j (ŷ_i − y_i) w_j Σ_l 1/4 c_l (1 − c_l)",
    as_printed.bias_gradient,
    "c W y_hat y",
)
EQ15_BIAS = Form(
    r"\frac{\partial CELF}{\partial q} = \sum_j \sum_i (\hat{y}_i - y_i) w_{ji}"
    r" \sum_{l \in window(j)} \frac{1}{4} c_l (1 - c_l)",
    "∂CELF/∂q = Σ_j Σ_i (ŷ_i − y_i) w_ji Σ_{l in window of j} 1/4 c_l (1 − c_l)",
    convolution.bias_gradient,
    "c W y_hat y",
)
TWO_SUMS = (
    "the right form puts in the sum over the outputs i, as in (10), and l running over the window of j "
    "instead of the whole image"
)
BIAS_IS_Q = "The print writes ∂b; the text before (15) names the bias q, and q is what is judged."

CLAIMS = (
    Claim(
        equation="12",
        part="sigmoid",
        section="2.2.5 sigmoid 激活函数 (sigmoid)",
        states="the sigmoid, differentiated entry by entry",
        letters=(Letter("d", "N m F", "inputs of the sigmoid"),),
        complete=sigmoid_letters,
        function=sigmoid_of_convolution,
        with_respect_to=("d",),
        axes="N m F",
        pick=diagonal,
        contract=lambda slope, cotangent: slope * cotangent,
        fixed=ONE,
        printed=EQ12,
        right=EQ12,
    ),
    Claim(
        equation="13",
        part="map",
        section=CONVOLUTION,
        states="the convolution as a matrix product, U the windows of the image row by row",
        function=convolution_map,
        engine=convolution_map_by_engine,
        with_respect_to=(),
        axes="N m F",
        printed=EQ13,
        right=EQ13,
        **LAYER,
    ),
    Claim(
        equation="13",
        part="Code 1",
        section="1 概述 (overview), Code 1",
        states="convolution_forward as a map: the convolution and its sigmoid",
        function=convolution_and_sigmoid,
        engine=lambda values: autograd.sigmoid(convolution_map_by_engine(values)),
        with_respect_to=(),
        axes="N m F",
        fixed={"k": 5},
        printed=CODE1_PRINTED,
        right=CODE1,
        note="The listing is right for the report's 5 x 5 windows; other windows need their side read from W.",
        domain="all real values; windows of 5 x 5, as the listing has them",
        **LAYER,
    ),
    Claim(
        equation="14",
        part="weights",
        section=CONVOLUTION,
        states="d_i of (13), differentiated by the weights of the filter",
        function=convolution_map,
        with_respect_to=("v",),
        axes="N m T",
        pick=lambda jacobian: jacobian[:, :, 0, :, 0],
        contract=lambda U, cotangent: np.transpose(U[0]) @ cotangent[0],
        fixed=ONE,
        printed=EQ14_WEIGHTS,
        right=EQ14_WEIGHTS,
        **LAYER,
    ),
    Claim(
        equation="14",
        part="bias",
        section=CONVOLUTION,
        states="d_i of (13), differentiated by the bias of the filter",
        function=convolution_map,
        with_respect_to=("q",),
        axes="N m",
        pick=lambda jacobian: jacobian[:, :, 0, 0],
        contract=lambda ones, cotangent: ones[0] @ cotangent[0],
        fixed=ONE,
        printed=EQ14_BIAS,
        right=EQ14_BIAS,
        **LAYER,
    ),
    Claim(
        equation="15",
        part="weights, first line",
        printed=EQ15_WEIGHTS_CHAIN,
        right=EQ15_WEIGHTS_CHAIN,
        **FILTERS,
    ),
    Claim(
        equation="15",
        part="weights",
        printed=EQ15_WEIGHTS_PRINTED,
        right=EQ15_WEIGHTS,
        authors_note=TWO_SUMS,
        **FILTERS,
    ),
    Claim(
        equation="15",
        part="bias, first line",
        printed=EQ15_BIAS_CHAIN,
        right=EQ15_BIAS_CHAIN,
        note=BIAS_IS_Q,
        **FILTER_BIAS,
    ),
    Claim(
        equation="15",
        part="bias",
        printed=EQ15_BIAS_PRINTED,
        right=EQ15_BIAS,
        authors_note=TWO_SUMS,
        note=BIAS_IS_Q,
        **FILTER_BIAS,
    ),
)
