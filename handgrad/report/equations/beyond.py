"""Formulas that the report leaves out, in its style: the hidden layer of the dense network, and the image.

x  inputs   v  hidden weights   gamma  hidden thresholds   b  hidden outputs   w, theta, y_hat, y  as in (1)-(4)
"""

from typing import Any

from handgrad.report.claims import Claim, Form
from handgrad.report.equations import dense as output
from handgrad.report.equations.definitions import dense_hidden, dense_letters, dense_output, half_squared_error
from handgrad.report.equations.network import NETWORK
from handgrad.report.symbols import Letter
from handgrad.values import Array, Values
from manual import convolution, hidden


def dense_loss(values: Values) -> Array:
    """E of the whole dense network."""
    b = dense_hidden(values)
    return half_squared_error(dense_output(Values(values | {"b": b})), values.y)


def image_gradient(X: Array, v: Array, c: Array, W: Array, y_hat: Array, y: Array) -> Array:
    """dCELF/dX of images with one channel."""
    d_bar = convolution.convolution_cotangent(c, W, y_hat, y)
    side = round(v.shape[0] ** 0.5)
    return convolution.image_gradient(d_bar, v, (X.shape[0], 1, *X.shape[1:]), side, side)[:, 0]


DENSE: dict[str, Any] = {
    "section": "beyond 2.1",
    "letters": (
        Letter("x", "N i", "inputs"),
        Letter("v", "i h", "weights from input to hidden unit", fan_in="i"),
        Letter("gamma", "h", "thresholds of the hidden units, subtracted"),
        output.W,
        output.THETA,
        output.Y,
    ),
    "complete": dense_letters,
    "derived_axes": output.DERIVED_AXES,
    "function": dense_loss,
}
HIDDEN_WEIGHTS = Form(
    r"\frac{\partial E}{\partial v_{hi}} = \sum_j (\hat{y}_j - y_j) \hat{y}_j (1 - \hat{y}_j) w_{ij} b_i (1 - b_i) x_h",
    "∂E/∂v_hi = Σ_j (ŷ_j − y_j) ŷ_j (1 − ŷ_j) w_ij · b_i (1 − b_i) x_h",
    hidden.hidden_weight_gradient,
    "x b w y_hat y",
)
HIDDEN_THRESHOLDS = Form(
    r"\frac{\partial E}{\partial \gamma_i} = -\sum_j (\hat{y}_j - y_j) \hat{y}_j (1 - \hat{y}_j) w_{ij} b_i (1 - b_i)",
    "∂E/∂γ_i = −Σ_j (ŷ_j − y_j) ŷ_j (1 − ŷ_j) w_ij · b_i (1 − b_i)",
    hidden.hidden_threshold_gradient,
    "b w y_hat y",
)
IMAGE = Form(
    r"\frac{\partial CELF}{\partial X_p} = \sum_{(l, k): p = (l, k)} \frac{\partial CELF}{\partial d_l} v_k",
    "∂CELF/∂X_p = Σ over the windows l with pixel p as their entry k of ∂CELF/∂d_l · v_k",
    image_gradient,
    "X v c W y_hat y",
)

CLAIMS = (
    Claim(
        equation="beyond",
        part="hidden weights",
        states="E differentiated by the weights of the hidden layer",
        with_respect_to=("v",),
        axes="i h",
        printed=HIDDEN_WEIGHTS,
        right=HIDDEN_WEIGHTS,
        **DENSE,
    ),
    Claim(
        equation="beyond",
        part="hidden thresholds",
        states="E differentiated by the thresholds of the hidden layer",
        with_respect_to=("gamma",),
        axes="h",
        printed=HIDDEN_THRESHOLDS,
        right=HIDDEN_THRESHOLDS,
        **DENSE,
    ),
    Claim(
        equation="beyond",
        part="image",
        section="beyond 2.2",
        states="CELF of the whole network, differentiated by the image",
        with_respect_to=("X",),
        axes="N H H",
        printed=IMAGE,
        right=IMAGE,
        **NETWORK,
    ),
)
