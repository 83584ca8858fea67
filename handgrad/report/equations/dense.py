"""Equations (1) to (4), section 2.1: the output layer of a dense sigmoid network with half squared error.

b  hidden outputs   w  weights   theta  thresholds   y_hat  outputs   y  targets   eta  learning rate
"""

from typing import Any

import numpy as np

from handgrad.report.claims import Claim, Form
from handgrad.report.equations.definitions import (
    as_drawn,
    dense_letters,
    dense_output,
    half_squared_error,
    sigmoid,
    sigmoid_of_number,
)
from handgrad.report.symbols import Letter
from handgrad.values import Array, Values
from manual import dense
from manual import sigmoid as manual_sigmoid

DERIVED_AXES = {"b": "N h", "y_hat": "N o", "f": ""}

ETA = Letter("eta", "", "learning rate", kind="positive")
B = Letter("b", "N h", "outputs of the hidden layer")
W = Letter("w", "h o", "weights from hidden unit i to output j", fan_in="h")
THETA = Letter("theta", "o", "thresholds of the outputs, subtracted")
Y = Letter("y", "N o", "targets")


def descent(values: Values) -> Array:
    """-eta E: its gradient is the step of gradient descent."""
    return -values.eta * half_squared_error(dense_output(values), values.y)


def error_of_output(values: Values) -> Array:
    """E of y_hat as a free letter."""
    return half_squared_error(values.y_hat, values.y)


def activations(values: Values) -> Array:
    """beta = b w of one sample."""
    return (values.b @ values.w)[0]


WEIGHTS: dict[str, Any] = {
    "section": "2.1.1 权重调整 (weights)",
    "states": "the step of the weights, dw_ij = -eta dE/dw_ij",
    "letters": (ETA, B, W, THETA, Y),
    "complete": dense_letters,
    "derived_axes": DERIVED_AXES,
    "function": descent,
    "with_respect_to": ("w",),
    "axes": "h o",
}
THRESHOLDS: dict[str, Any] = WEIGHTS | {
    "section": "2.1.2 阈值调整 (thresholds)",
    "states": "the step of the thresholds, dtheta_j = -eta dE/dtheta_j",
    "with_respect_to": ("theta",),
    "axes": "o",
}

EQ1 = Form(
    r"\Delta w_{ij} = -\eta \frac{\partial E}{\partial w_{ij}} = -\eta \frac{\partial E}{\partial \hat{y}_j}"
    r" \frac{\partial \hat{y}_j}{\partial \hat{\beta}_j} \frac{\partial \hat{\beta}_j}{\partial w_{ij}}",
    "Δw_ij = −η ∂E/∂w_ij = −η ∂E/∂ŷ_j · ∂ŷ_j/∂β_j · ∂β_j/∂w_ij",
    dense.weight_update_chain,
    "eta b y_hat y",
)
EQ2_ERROR = Form(
    r"\frac{\partial E}{\partial \hat{y}_j} = \hat{y}_j - y_j",
    "∂E/∂ŷ_j = ŷ_j − y_j",
    dense.error_by_output,
    "y_hat y",
)
EQ2_SLOPE = Form(r"f'(x) = f(x)(1 - f(x))", "f′(x) = f(x) (1 − f(x))", manual_sigmoid.sigmoid_derivative, "f")
EQ2_ACTIVATION = Form(
    r"\frac{\partial \hat{\beta}_j}{\partial w_{ij}} = b_i",
    "∂β_j/∂w_ij = b_i",
    dense.activation_by_weight,
    "b",
)
EQ2_EXPANDED = Form(
    r"\Delta w_{ij} = -\eta(\hat{y}_j - y_j)(\hat{y}_j(1 - \hat{y}_j))(b_i)",
    "Δw_ij = −η (ŷ_j − y_j) (ŷ_j (1 − ŷ_j)) b_i",
    dense.weight_update_expanded,
    "eta b y_hat y",
)
EQ2 = Form(
    r"\Delta w_{ij} = -\eta b_i \hat{y}_j(\hat{y}_j - y_j)(1 - \hat{y}_j)",
    "Δw_ij = −η b_i ŷ_j (ŷ_j − y_j) (1 − ŷ_j)",
    dense.weight_update,
    "eta b y_hat y",
)
EQ3 = Form(
    r"\Delta \theta_j = -\eta \frac{\partial E}{\partial \hat{y}_j} \frac{\partial \hat{y}_j}{\partial \theta_j}",
    "Δθ_j = −η ∂E/∂ŷ_j · ∂ŷ_j/∂θ_j",
    dense.threshold_update_chain,
    "eta y_hat y",
)
EQ4_EXPANDED = Form(
    r"\Delta \theta_j = -\eta(\hat{y}_j - y_j)(-1)(\hat{y}_j(1 - \hat{y}_j))",
    "Δθ_j = −η (ŷ_j − y_j) (−1) (ŷ_j (1 − ŷ_j))",
    dense.threshold_update_expanded,
    "eta y_hat y",
)
EQ4 = Form(
    r"\Delta \theta_j = \eta \hat{y}_j(\hat{y}_j - y_j)(1 - \hat{y}_j)",
    "Δθ_j = η ŷ_j (ŷ_j − y_j) (1 − ŷ_j)",
    dense.threshold_update,
    "eta y_hat y",
)


def slope_letters(values: Values) -> Values:
    """Adds f, the sigmoid of x."""
    return Values(values | {"f": sigmoid(values.x)})


CLAIMS = (
    Claim(equation="1", part="weights", printed=EQ1, right=EQ1, **WEIGHTS),
    Claim(
        equation="2",
        part="error",
        section=WEIGHTS["section"],
        states="the first factor of (1), dE/dy_hat_j",
        letters=(Letter("y_hat", "N o", "outputs"), Y),
        complete=as_drawn,
        function=error_of_output,
        with_respect_to=("y_hat",),
        axes="N o",
        fixed={"N": 1},
        printed=EQ2_ERROR,
        right=EQ2_ERROR,
    ),
    Claim(
        equation="2",
        part="sigmoid",
        section=WEIGHTS["section"],
        states="the second factor of (1), the derivative of the sigmoid",
        letters=(Letter("x", "", "any number"),),
        complete=slope_letters,
        derived_axes=DERIVED_AXES,
        function=sigmoid_of_number,
        with_respect_to=("x",),
        axes="",
        printed=EQ2_SLOPE,
        right=EQ2_SLOPE,
    ),
    Claim(
        equation="2",
        part="activation",
        section=WEIGHTS["section"],
        states="the third factor of (1), dbeta_j/dw_ij",
        letters=(B, W),
        complete=as_drawn,
        function=activations,
        with_respect_to=("w",),
        axes="N h",
        # The derivative has axes (output, hidden unit, output); both outputs are j.
        pick=lambda jacobian: jacobian[0, :, 0][None],
        contract=lambda b, cotangent: np.reshape(b, (-1, 1)) * np.reshape(cotangent, (1, -1)),
        fixed={"N": 1},
        printed=EQ2_ACTIVATION,
        right=EQ2_ACTIVATION,
    ),
    Claim(equation="2", part="weights, first line", printed=EQ2_EXPANDED, right=EQ2_EXPANDED, **WEIGHTS),
    Claim(equation="2", part="weights", printed=EQ2, right=EQ2, **WEIGHTS),
    Claim(equation="3", part="thresholds", printed=EQ3, right=EQ3, **THRESHOLDS),
    Claim(equation="4", part="thresholds, first line", printed=EQ4_EXPANDED, right=EQ4_EXPANDED, **THRESHOLDS),
    Claim(equation="4", part="thresholds", printed=EQ4, right=EQ4, **THRESHOLDS),
)
