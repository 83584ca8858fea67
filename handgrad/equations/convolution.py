"""Equations (11) to (15) and Code 1, sections 1 and 2.2.4 to 2.2.6: pooling, sigmoid and convolution.

X  images   U  their windows, row by row   v, q  weights and biases of the filters   d = U v + q
c = sigmoid(d)   a  2 x 2 average pool of c   W, b, x, y_hat, y  as in the output layer
"""

from typing import Any

import numpy as np

import autograd
from handgrad.claims import Claim, Form
from handgrad.equations.definitions import (
    as_drawn,
    convolution_letters,
    convolve,
    network_letters,
    network_loss,
    pool,
    sigmoid,
    sigmoid_letters,
)
from handgrad.equations.output_layer import ANY_LABELS, B, W, Y
from handgrad.letters import LABELS_SUM_TO_ONE, Array, Letter, Values
from manual import as_printed, convolution, fully_connected, pooling
from manual import sigmoid as manual_sigmoid

X = Letter("X", "N H H", "images")
V = Letter("v", "T F", "weights of the filters", fan_in="T")
Q = Letter("q", "F", "biases of the filters")
FLAT_C = Letter("c", "N m", "the image that is pooled, row by row")

# (11)

POOLING = "2.2.4 池化层 (pooling)"


def pooled(values: Values) -> Array:
    """a of one filter: the mean of every 2 x 2 block."""
    return pool(values.c[:, :, None], values.n)


def pooled_by_engine(values: Values) -> Array:
    """The same by the engine's layer."""
    side = 2 * values.n
    images = np.reshape(values.c, (-1, 1, side, side))
    return np.reshape(autograd.avg_pool2d(images, 2), (-1, values.n**2))


def pooled_entries(values: Values) -> Array:
    """How many entries the pooled image depends on, counted: one unit image for each."""
    units = np.eye((2 * values.n) ** 2)
    return np.count_nonzero(np.any(pool(units[:, :, None], values.n), axis=1))


def pooled_entries_by_engine(values: Values) -> Array:
    """The same, counted: the entries of c on which the engine's pooled image depends."""
    side = 2 * values.n
    slopes = autograd.grad(lambda c: np.sum(autograd.avg_pool2d(c, 2)))(np.zeros((1, 1, side, side)))
    return np.count_nonzero(slopes)


EQ11_ENTRIES_PRINTED = Form(
    r"[c_1, c_2, \dots, c_{2n^2}] \to [a_1, a_2, \dots, a_{n^2}]",
    "c has 2n² entries",
    as_printed.number_of_inputs,
    "n",
)
EQ11_ENTRIES = Form(
    r"[c_1, c_2, \dots, c_{4n^2}] \to [a_1, a_2, \dots, a_{n^2}]",
    "c has 4n² entries",
    lambda n: 4 * n * n,
    "n",
)
EQ11_PRINTED = Form(
    r"a_i = \frac{c_{2[\frac{i}{n}] \times 2n + 2(i \% n)} + c_{2[\frac{i}{n}] \times 2n + 2(i \% n + 1)}"
    r" + c_{2([\frac{i}{n}] + 1) \times 2n + 2(i \% n)} + c_{2([\frac{i}{n}] + 1) \times 2n + 2(i \% n + 1)}}{4}",
    "a_i = (c[2⌊i/n⌋·2n + 2(i%n)] + c[2⌊i/n⌋·2n + 2(i%n + 1)]\n"
    "     + c[2(⌊i/n⌋ + 1)·2n + 2(i%n)] + c[2(⌊i/n⌋ + 1)·2n + 2(i%n + 1)]) / 4",
    as_printed.average_pool_flat,
    "c n",
)
EQ11 = Form(
    r"a_i = \frac{c_{2[\frac{i}{n}] \times 2n + 2(i \% n)} + c_{2[\frac{i}{n}] \times 2n + 2(i \% n) + 1}"
    r" + c_{(2[\frac{i}{n}] + 1) \times 2n + 2(i \% n)} + c_{(2[\frac{i}{n}] + 1) \times 2n + 2(i \% n) + 1}}{4}",
    "a_i = (c[2⌊i/n⌋·2n + 2(i%n)] + c[2⌊i/n⌋·2n + 2(i%n) + 1]\n"
    "     + c[(2⌊i/n⌋ + 1)·2n + 2(i%n)] + c[(2⌊i/n⌋ + 1)·2n + 2(i%n) + 1]) / 4",
    pooling.average_pool_flat,
    "c n",
)
EQ11_DERIVATIVE = Form(
    r"\frac{\partial a_j}{\partial c_l} = \frac{1}{4}",
    "∂a_j/∂c_l = 1/4 for l in the window of j, else 0",
    pooling.pool_derivative,
    "n",
)


def joined(gradients: dict[str, Array]) -> Array:
    """All gradients of the network in one row: v, q, W, b."""
    return np.concatenate([np.reshape(gradients[name], (-1,)) for name in ("v", "q", "W", "b")])


def without_pooling(U: Array, c: Array, a: Array, W: Array, y_hat: Array, y: Array) -> Array:
    """The direction of descent with the pooling derivative left out."""
    return joined(as_printed.gradients_without_pooling_derivative(U, c, a, W, y_hat, y))


def with_pooling(U: Array, c: Array, a: Array, W: Array, y_hat: Array, y: Array) -> Array:
    """The direction of descent with it."""
    return joined(
        {
            "v": convolution.weights_gradient(U, c, W, y_hat, y),
            "q": convolution.bias_gradient(c, W, y_hat, y),
            "W": fully_connected.weights_gradient(a, y_hat, y),
            "b": fully_connected.bias_gradient(y_hat, y),
        }
    )


PROSE_PRINTED = Form(
    r"\left[4 \frac{\partial CELF}{\partial v}, 4 \frac{\partial CELF}{\partial q}, \frac{\partial CELF}{\partial W},"
    r" \frac{\partial CELF}{\partial b}\right] \parallel \nabla CELF",
    "the gradient without pooling's 1/4 points where the gradient points",
    without_pooling,
    "U c a W y_hat y",
)
PROSE = Form(
    r"\left[\frac{\partial CELF}{\partial v}, \frac{\partial CELF}{\partial q}, \frac{\partial CELF}{\partial W},"
    r" \frac{\partial CELF}{\partial b}\right] \parallel \nabla CELF",
    "the gradient with pooling's 1/4 points where the gradient points",
    with_pooling,
    "U c a W y_hat y",
)

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
    r"\begin{bmatrix} d_1 \\ \dots \\ d_m \end{bmatrix} = U v + q",
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

NETWORK: dict[str, Any] = {
    "letters": (X, V, Q, W, B, Y),
    "complete": network_letters,
    "function": network_loss,
    "domain": ANY_LABELS,
    "conditions": (LABELS_SUM_TO_ONE,),
}
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
    "∂CELF/∂q = Σ_j ∂CELF/∂a_j Σ_l ∂a_j/∂c_l · ∂c_l/∂d_l · ∂d_l/∂q",
    convolution.bias_gradient_chain,
    "c W y_hat y",
)
EQ15_BIAS_PRINTED = Form(
    r"\frac{\partial CELF}{\partial b} = \sum_j (\hat{y}_i - y_i) w_j \sum_l \frac{1}{4} c_l (1 - c_l)",
    "∂CELF/∂q = Σ_j (ŷ_i − y_i) w_j Σ_l 1/4 c_l (1 − c_l)",
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
TWO_SUMS = "the sum over the outputs i, as in (10), and l running over the window of j instead of the whole image"
BIAS_IS_Q = "The print writes ∂b; the text before (15) names the bias q, and q is what is judged."

CLAIMS = (
    Claim(
        equation="11",
        part="entries",
        section=POOLING,
        states="how many entries of c the n x n pooled image is made of",
        letters=(),
        complete=as_drawn,
        function=pooled_entries,
        engine=pooled_entries_by_engine,
        with_respect_to=(),
        axes="",
        printed=EQ11_ENTRIES_PRINTED,
        right=EQ11_ENTRIES,
        correction="4n² in place of 2n²: every one of the n² windows has four entries of its own",
        domain="every n",
    ),
    Claim(
        equation="11",
        part="map",
        section=POOLING,
        states="the 2 x 2 average pool as a map, entries counted from 0",
        letters=(FLAT_C,),
        complete=as_drawn,
        function=pooled,
        engine=pooled_by_engine,
        with_respect_to=(),
        axes="N p",
        printed=EQ11_PRINTED,
        right=EQ11,
        correction="+ 1 outside the brackets: the neighbour is one column or one row further, not two",
    ),
    Claim(
        equation="11",
        part="derivative",
        section=POOLING,
        states="the sentence after (11): the derivative of the pooling is 1/4",
        letters=(FLAT_C,),
        complete=as_drawn,
        function=pooled,
        with_respect_to=("c",),
        axes="p m",
        pick=lambda jacobian: jacobian[0, :, 0, :],
        contract=lambda derivative, cotangent: cotangent @ derivative,
        fixed={"N": 1},
        printed=EQ11_DERIVATIVE,
        right=EQ11_DERIVATIVE,
    ),
    Claim(
        equation="11",
        part="no effect",
        section=POOLING,
        states="the sentence after (11): leaving that 1/4 out does not affect gradient descent",
        with_respect_to=("v", "q", "W", "b"),
        axes="P",
        up_to_scale=True,
        printed=PROSE_PRINTED,
        right=PROSE,
        correction="the 1/4: v and q lie before the pooling, W and b behind it, so without it the step of v and q "
        "is four times as long as it should be beside that of W and b",
        **NETWORK,
    ),
    Claim(
        equation="12",
        part="sigmoid",
        section="2.2.5 sigmoid 激活函数 (sigmoid)",
        states="the sigmoid, differentiated entry by entry",
        letters=(Letter("d", "N m F", "inputs of the sigmoid"),),
        complete=sigmoid_letters,
        function=lambda values: sigmoid(values.d),
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
        function=lambda values: sigmoid(convolution_map(values)),
        engine=lambda values: autograd.sigmoid(convolution_map_by_engine(values)),
        with_respect_to=(),
        axes="N m F",
        fixed={"k": 5},
        printed=CODE1_PRINTED,
        right=CODE1,
        correction="nothing for the report's 5 x 5 windows; other windows need their side read from W",
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
        correction=TWO_SUMS,
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
        correction=TWO_SUMS,
        note=BIAS_IS_Q,
        **FILTER_BIAS,
    ),
)
