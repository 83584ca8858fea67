"""The report's formulas with a mistake in each, from the formulas of `manual`.

Shapes and letters are those of the right namesakes, for any batch and any number of filters.
"""

from math import isqrt

import numpy as np

from handgrad.report.claims import Form
from handgrad.training.printed import pulled_back
from handgrad.values import Array
from manual import as_printed, convolution, dense, pooling
from manual.sigmoid import sigmoid_derivative

# The 1/4 of the pooling left out


def pool_derivative_without_quarter(n: int) -> Array:
    """1 for l in the window of j."""
    return 4 * pooling.pool_derivative(n)


def weights_chain_without_quarter(U: Array, c: Array, W: Array, y_hat: Array, y: Array) -> Array:
    """(15) weights, first line, da_j/dc_l taken for 1."""
    return 4 * convolution.weights_gradient_chain(U, c, W, y_hat, y)


def weights_without_quarter(U: Array, c: Array, a: Array, W: Array, y_hat: Array, y: Array) -> Array:
    """(15) weights without 1/4."""
    return as_printed.gradients_without_pooling_derivative(U, c, a, W, y_hat, y)["v"]


def bias_chain_without_quarter(c: Array, W: Array, y_hat: Array, y: Array) -> Array:
    """(15) bias, first line, da_j/dc_l taken for 1."""
    return 4 * convolution.bias_gradient_chain(c, W, y_hat, y)


def bias_without_quarter(U: Array, c: Array, a: Array, W: Array, y_hat: Array, y: Array) -> Array:
    """(15) bias without 1/4."""
    return as_printed.gradients_without_pooling_derivative(U, c, a, W, y_hat, y)["q"]


# One output's share in place of the sum over the outputs


def convolved_share(a_bar: Array, c: Array) -> Array:
    """A cotangent of a, pulled back to d."""
    return pulled_back(a_bar, c, isqrt(c.shape[1])) * sigmoid_derivative(c)


def weights_chain_of_one(U: Array, c: Array, W: Array, y_hat: Array, y: Array) -> Array:
    """(15) weights, first line, with dCELF/da_j as (10) prints its first line."""
    return convolution.weights_pullback(U, convolved_share(as_printed.input_gradient_chain(W, y_hat, y), c))


def weights_of_one(U: Array, c: Array, W: Array, y_hat: Array, y: Array) -> Array:
    """(15) weights without the sum over the outputs."""
    return convolution.weights_pullback(U, convolved_share(as_printed.input_gradient(W, y_hat, y), c))


def bias_chain_of_one(c: Array, W: Array, y_hat: Array, y: Array) -> Array:
    """(15) bias, first line, with dCELF/da_j as (10) prints its first line."""
    return convolution.bias_pullback(convolved_share(as_printed.input_gradient_chain(W, y_hat, y), c))


def bias_of_one(c: Array, W: Array, y_hat: Array, y: Array) -> Array:
    """(15) bias without the sum over the outputs."""
    return convolution.bias_pullback(convolved_share(as_printed.input_gradient(W, y_hat, y), c))


# Transposed


def turned(v: Array) -> Array:
    """Filters (T, F) with rows and columns exchanged."""
    side = isqrt(v.shape[0])
    return np.reshape(np.swapaxes(np.reshape(v, (side, side, -1)), 0, 1), v.shape)


def weights_chain_turned(U: Array, c: Array, W: Array, y_hat: Array, y: Array) -> Array:
    """(15) weights, first line, with rows and columns of the filter exchanged."""
    return turned(convolution.weights_gradient_chain(U, c, W, y_hat, y))


def weights_turned(U: Array, c: Array, W: Array, y_hat: Array, y: Array) -> Array:
    """(15) weights with rows and columns of the filter exchanged."""
    return turned(convolution.weights_gradient(U, c, W, y_hat, y))


def wrong_way_round(w: Array) -> Array:
    """The transpose, read row by row into the shape that was wanted."""
    return np.reshape(np.transpose(w), w.shape)


def update_chain_wrong_way_round(eta: Array, b: Array, y_hat: Array, y: Array) -> Array:
    """(1) with the outer product taken the wrong way round."""
    return wrong_way_round(dense.weight_update_chain(eta, b, y_hat, y))


def update_expanded_wrong_way_round(eta: Array, b: Array, y_hat: Array, y: Array) -> Array:
    """(2), first line, with the outer product taken the wrong way round."""
    return wrong_way_round(dense.weight_update_expanded(eta, b, y_hat, y))


def update_wrong_way_round(eta: Array, b: Array, y_hat: Array, y: Array) -> Array:
    """(2) with the outer product taken the wrong way round."""
    return wrong_way_round(dense.weight_update(eta, b, y_hat, y))


# The sign


def opposite(form: Form) -> Form:
    """A formula with the other sign."""

    def negative(*letters: Array) -> Array:
        return -form.function(*letters)

    left, _, right = form.latex.partition(" = ")
    named, _, text = form.text.partition(" = ")
    return Form(rf"{left} = -\left({right}\right)", f"{named} = −({text})", negative, form.arguments)
