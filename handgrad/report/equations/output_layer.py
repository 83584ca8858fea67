"""Equations (5) to (10), sections 2.2.1 to 2.2.3: cross-entropy, softmax and the fully connected layer.

a  pooled image   W, b  weights and biases   x = W^T a + b   y_hat = softmax(x)   y  labels
"""

from typing import Any

from handgrad.report.claims import Claim, Form
from handgrad.report.equations.definitions import (
    as_drawn,
    loss_of_logits,
    loss_of_outputs,
    one_output,
    output_layer_loss,
    output_letters,
    softmax_of_logits,
)
from handgrad.report.symbols import LABELS_SUM_TO_ONE, Letter
from manual import as_printed, fully_connected, softmax_cross_entropy

X = Letter("x", "N K", "inputs of the softmax")
A = Letter("a", "N J", "pooled image, the inputs of the fully connected layer")
W = Letter("W", "J K", "weights from input j to output i", fan_in="J")
B = Letter("b", "K", "biases of the outputs")
Y = Letter("y", "N K", "labels")
ANY_LABELS = "all real values; the labels any numbers"

# (5)

EQ5 = Form(
    r"\frac{\Delta CELF}{\Delta \hat{y}_k} = -\frac{y_k}{\hat{y}_k}",
    "∂CELF/∂ŷ_k = −y_k / ŷ_k",
    softmax_cross_entropy.cross_entropy_gradient,
    "y_hat y",
)

# (6)

SOFTMAX: dict[str, Any] = {
    "section": "2.2.2 softmax 激活函数 (softmax)",
    "letters": (X,),
    "complete": output_letters,
    "function": softmax_of_logits,
    "with_respect_to": ("x",),
    "axes": "N K K",
    "pick": lambda jacobian: jacobian[:, :, 0, :],
    "contract": lambda jacobian, cotangent: cotangent @ jacobian[0],
    "fixed": {"N": 1},
}
EQ6_QUOTIENTS = Form(
    r"\frac{\partial y_i}{\partial x_j} = \begin{cases} \frac{e^{x_j} (\sum_{k=1}^n e^{x_k} - e^{x_j})}"
    r"{(\sum_{k=1}^n e^{x_k})^2}, & i = j \\ \frac{0 - e^{x_i} e^{x_j}}{(\sum_{k=1}^n e^{x_k})^2}, & i \neq j"
    r" \end{cases}",
    "∂y_i/∂x_j = e^x_j (Σ_k e^x_k − e^x_j) / (Σ_k e^x_k)²  for i = j,  (0 − e^x_i e^x_j) / (Σ_k e^x_k)²  for i ≠ j",
    softmax_cross_entropy.softmax_jacobian_quotient,
    "x",
)
EQ6 = Form(
    r"\frac{\partial y_i}{\partial x_j} = \begin{cases} y_i(1 - y_i), & i = j \\ -y_i y_j, & i \neq j \end{cases}",
    "∂y_i/∂x_j = y_i (1 − y_i)  for i = j,  −y_i y_j  for i ≠ j",
    softmax_cross_entropy.softmax_jacobian,
    "y_hat",
)

# (7)

LOGITS: dict[str, Any] = {
    "section": "2.2.2 softmax 激活函数 (softmax)",
    "states": "CELF of softmax(x), differentiated by x",
    "letters": (X, Y),
    "complete": output_letters,
    "function": loss_of_logits,
    "with_respect_to": ("x",),
    "axes": "N K",
    "domain": ANY_LABELS,
    "conditions": (LABELS_SUM_TO_ONE,),
}
EQ7_LINES = (
    (
        "line 1",
        Form(
            r"\frac{\partial CELF}{\partial x_i} = \sum_{k=1}^n \frac{\partial CELF}{\partial y_k}"
            r" \frac{\partial y_k}{\partial x_i}",
            "∂CELF/∂x_i = Σ_k ∂CELF/∂y_k · ∂y_k/∂x_i",
            softmax_cross_entropy.logits_gradient_chain,
            "y_hat y",
        ),
        "The print writes y_k for the output, as (6) does; everywhere else in (7) y_k is the label and ŷ_k the "
        "output. Judged with y_k read as the output.",
    ),
    (
        "line 2",
        Form(
            r"\frac{\partial CELF}{\partial x_i} = -\frac{y_i}{\hat{y}_i} \hat{y}_i (1 - \hat{y}_i)"
            r" + \sum_{k \neq i} \frac{y_k}{\hat{y}_k} \hat{y}_i \hat{y}_k",
            "∂CELF/∂x_i = −(y_i/ŷ_i) ŷ_i (1 − ŷ_i) + Σ_{k≠i} (y_k/ŷ_k) ŷ_i ŷ_k",
            softmax_cross_entropy.logits_gradient_expanded,
            "y_hat y",
        ),
        "",
    ),
    (
        "line 3",
        Form(
            r"\frac{\partial CELF}{\partial x_i} = y_i \hat{y}_i + \sum_{k \neq i} y_k \hat{y}_i - y_i",
            "∂CELF/∂x_i = y_i ŷ_i + Σ_{k≠i} y_k ŷ_i − y_i",
            softmax_cross_entropy.logits_gradient_collected,
            "y_hat y",
        ),
        "",
    ),
    (
        "line 4",
        Form(
            r"\frac{\partial CELF}{\partial x_i} = \hat{y}_i \sum_{k=1}^n y_k - y_i",
            "∂CELF/∂x_i = ŷ_i Σ_k y_k − y_i",
            softmax_cross_entropy.logits_gradient_general,
            "y_hat y",
        ),
        "",
    ),
    (
        "line 5",
        Form(
            r"\frac{\partial CELF}{\partial x_i} = \hat{y}_i - y_i",
            "∂CELF/∂x_i = ŷ_i − y_i",
            softmax_cross_entropy.logits_gradient,
            "y_hat y",
        ),
        "The report states nowhere that the labels sum to one.",
    ),
)

# (8)

LINEAR: dict[str, Any] = {
    "section": "2.2.3 全连接层 (fully connected layer)",
    "letters": (
        Letter("x", "N J", "inputs"),
        Letter("w", "J", "weights of one output", fan_in="J"),
        Letter("b", "", "bias of that output"),
    ),
    "complete": as_drawn,
    "function": one_output,
}
EQ8_WEIGHTS = Form(r"\frac{\Delta y}{\Delta w_i} = x_i", "∂y/∂w_i = x_i", fully_connected.output_by_weight, "x")
EQ8_BIAS = Form(r"\frac{\Delta y}{\Delta b} = 1", "∂y/∂b = 1", fully_connected.output_by_bias, "x")

# (9) and (10)

OUTPUT_LAYER: dict[str, Any] = {
    "section": "2.2.3 全连接层 (fully connected layer)",
    "letters": (A, W, B, Y),
    "complete": output_letters,
    "function": output_layer_loss,
    "domain": ANY_LABELS,
    "conditions": (LABELS_SUM_TO_ONE,),
}
WEIGHTS = OUTPUT_LAYER | {
    "states": "CELF differentiated by the weights",
    "with_respect_to": ("W",),
    "axes": "J K",
}
BIAS = OUTPUT_LAYER | {"states": "CELF differentiated by the biases", "with_respect_to": ("b",), "axes": "K"}
INPUT = OUTPUT_LAYER | {
    "states": "CELF differentiated by the inputs",
    "with_respect_to": ("a",),
    "axes": "N J",
}

EQ9_WEIGHTS_CHAIN = Form(
    r"\frac{\partial CELF}{\partial w_j} = \frac{\partial CELF}{\partial x_i} \frac{\partial x_i}{\partial w_j}",
    "∂CELF/∂w_j = ∂CELF/∂x_i · ∂x_i/∂w_j",
    fully_connected.weights_gradient_chain,
    "a y_hat y",
)
EQ9_WEIGHTS = Form(
    r"\frac{\partial CELF}{\partial w_j} = (\hat{y}_i - y_i) a_j",
    "∂CELF/∂w_j = (ŷ_i − y_i) a_j",
    fully_connected.weights_gradient,
    "a y_hat y",
)
EQ9_BIAS_CHAIN = Form(
    r"\frac{\partial CELF}{\partial b} = \frac{\partial CELF}{\partial x_i} \frac{\partial x_i}{\partial b}",
    "∂CELF/∂b = ∂CELF/∂x_i · ∂x_i/∂b",
    fully_connected.bias_gradient_chain,
    "y_hat y",
)
EQ9_BIAS = Form(
    r"\frac{\partial CELF}{\partial b} = (\hat{y}_i - y_i)",
    "∂CELF/∂b = ŷ_i − y_i",
    fully_connected.bias_gradient,
    "y_hat y",
)
EQ10_CHAIN_PRINTED = Form(
    r"\frac{\partial CELF}{\partial a_j} = \frac{\partial CELF}{\partial x_i} \frac{\partial x_i}{\partial a_j}",
    "∂CELF/∂a_j = ∂CELF/∂x_i · ∂x_i/∂a_j",
    as_printed.input_gradient_chain,
    "W y_hat y",
)
EQ10_CHAIN = Form(
    r"\frac{\partial CELF}{\partial a_j} = \sum_i \frac{\partial CELF}{\partial x_i}"
    r" \frac{\partial x_i}{\partial a_j}",
    "∂CELF/∂a_j = Σ_i ∂CELF/∂x_i · ∂x_i/∂a_j",
    fully_connected.input_gradient_chain,
    "W y_hat y",
)
EQ10_PRINTED = Form(
    r"\frac{\partial CELF}{\partial a_j} = (\hat{y}_i - y_i) w_j",
    "∂CELF/∂a_j = (ŷ_i − y_i) w_j",
    as_printed.input_gradient,
    "W y_hat y",
)
EQ10 = Form(
    r"\frac{\partial CELF}{\partial a_j} = \sum_i (\hat{y}_i - y_i) w_{ji}",
    "∂CELF/∂a_j = Σ_i (ŷ_i − y_i) w_ji",
    fully_connected.input_gradient,
    "W y_hat y",
)
CLAIMS = (
    Claim(
        equation="5",
        part="outputs",
        section="2.2.1 交叉熵损失函数 (cross-entropy)",
        states="CELF differentiated by the outputs of the softmax, as free letters",
        letters=(Letter("y_hat", "N K", "outputs of the softmax", kind="positive"), Y),
        complete=as_drawn,
        function=loss_of_outputs,
        with_respect_to=("y_hat",),
        axes="N K",
        domain="all real labels, all y_hat_k > 0",
        printed=EQ5,
        right=EQ5,
    ),
    Claim(
        equation="6",
        part="quotients",
        states="the Jacobian of the softmax, by exponentials",
        printed=EQ6_QUOTIENTS,
        right=EQ6_QUOTIENTS,
        **SOFTMAX,
    ),
    Claim(
        equation="6",
        part="outputs",
        states="the Jacobian of the softmax, by its outputs",
        printed=EQ6,
        right=EQ6,
        **SOFTMAX,
    ),
    *(Claim(equation="7", part=part, printed=form, right=form, note=note, **LOGITS) for part, form, note in EQ7_LINES),
    Claim(
        equation="8",
        part="weights",
        states="one output y = sum_k x_k w_k + b, differentiated by its weights",
        with_respect_to=("w",),
        axes="N J",
        contract=lambda x, cotangent: cotangent @ x,
        printed=EQ8_WEIGHTS,
        right=EQ8_WEIGHTS,
        **LINEAR,
    ),
    Claim(
        equation="8",
        part="bias",
        states="one output y = sum_k x_k w_k + b, differentiated by its bias",
        with_respect_to=("b",),
        axes="N",
        contract=lambda ones, cotangent: cotangent @ ones,
        printed=EQ8_BIAS,
        right=EQ8_BIAS,
        **LINEAR,
    ),
    Claim(
        equation="9",
        part="weights, first line",
        printed=EQ9_WEIGHTS_CHAIN,
        right=EQ9_WEIGHTS_CHAIN,
        **WEIGHTS,
    ),
    Claim(equation="9", part="weights", printed=EQ9_WEIGHTS, right=EQ9_WEIGHTS, **WEIGHTS),
    Claim(equation="9", part="bias, first line", printed=EQ9_BIAS_CHAIN, right=EQ9_BIAS_CHAIN, **BIAS),
    Claim(equation="9", part="bias", printed=EQ9_BIAS, right=EQ9_BIAS, **BIAS),
    Claim(
        equation="10",
        part="input, first line",
        printed=EQ10_CHAIN_PRINTED,
        right=EQ10_CHAIN,
        **INPUT,
    ),
    Claim(equation="10", part="input", printed=EQ10_PRINTED, right=EQ10, **INPUT),
)
