"""Equation (11) and the sentence after it, section 2.2.4: the average pool.

X  images   U  their windows   v, q  the filters   c  what is pooled, 2n x 2n   a  pooled, n x n
"""

import numpy as np

import autograd
from handgrad.report.claims import Claim, Form
from handgrad.report.equations.definitions import as_drawn, pool
from handgrad.report.equations.network import NETWORK
from handgrad.report.symbols import Letter
from handgrad.values import Array, Values
from manual import as_printed, convolution, fully_connected, pooling

C = Letter("c", "N m", "the image that is pooled, row by row")
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
    pooling.number_of_inputs,
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
        domain="every n",
    ),
    Claim(
        equation="11",
        part="map",
        section=POOLING,
        states="the 2 x 2 average pool as a map, entries counted from 0",
        letters=(C,),
        complete=as_drawn,
        function=pooled,
        engine=pooled_by_engine,
        with_respect_to=(),
        axes="N p",
        printed=EQ11_PRINTED,
        right=EQ11,
    ),
    Claim(
        equation="11",
        part="derivative",
        section=POOLING,
        states="the sentence after (11): the derivative of the pooling is 1/4",
        letters=(C,),
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
        **NETWORK,
    ),
)
