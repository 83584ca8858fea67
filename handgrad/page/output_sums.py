"""Entries of (5) to (10) as sums."""

import numpy as np

from handgrad.page.sums import Factor, Sum, Sums, fraction, of_kinds
from handgrad.page.windows import POOLED, WEIGHTS
from handgrad.values import Array, Values

ERROR, FIRST_ERROR = r"(\hat{y}_i - y_i)", r"(\hat{y}_0 - y_0)"
BY_LOGIT, BY_FIRST_LOGIT = fraction("CELF", "x_i"), fraction("CELF", "x_0")
BY_WEIGHT, BY_BIAS, BY_INPUT = fraction("x_i", "w_j"), fraction("x_i", "b"), fraction("x_i", "a_j")
BY_OUTPUT, OUTPUT_BY_LOGIT = fraction("CELF", "y_k"), fraction("y_k", "x_i")


def outputs(at: Values) -> Sum:
    """(5)."""
    factors = (Factor("-y_k", -at.y, "k"), Factor(r"\frac{1}{\hat{y}_k}", 1 / at.y_hat, "k"))
    return Sum(r"-\frac{y_k}{\hat{y}_k}", "k", factors)


# (6)


def quotients(at: Values) -> Sum:
    """(6) by exponentials."""
    e = np.exp(at.x)
    total = np.sum(e)
    above = np.where(np.eye(len(e), dtype=bool), total - e, -e[:, None])
    factors = (
        Factor("e^{x_j}", e, "j"),
        Factor(r"\Big([i = j] \sum_k e^{x_k} - e^{x_i}\Big)", above, "ij"),
        Factor(r"\frac{1}{(\sum_k e^{x_k})^2}", 1 / total**2),
    )
    return Sum(r"\frac{e^{x_j} \big([i = j] \sum_k e^{x_k} - e^{x_i}\big)}{(\sum_k e^{x_k})^2}", "ij", factors)


def softmax(at: Values) -> Sum:
    """(6) by outputs."""
    factors = (Factor("y_i", at.y_hat, "i"), Factor("([i = j] - y_j)", np.eye(len(at.y_hat)) - at.y_hat, "ij"))
    return Sum("y_i ([i = j] - y_j)", "ij", factors)


# (7)


def softmax_slopes(at: Values) -> Array:
    """dy_k/dx_i, (k, i)."""
    return at.y_hat[:, None] * (np.eye(len(at.y_hat)) - at.y_hat)


def line_1(at: Values) -> Sum:
    """(7), first line."""
    factors = (Factor(BY_OUTPUT, -at.y / at.y_hat, "k"), Factor(OUTPUT_BY_LOGIT, softmax_slopes(at), "ki"))
    return Sum(rf"\sum_k {BY_OUTPUT} {OUTPUT_BY_LOGIT}", "i", factors, "k")


def line_2(at: Values) -> Sum:
    """(7), second line: the term k = i has a minus and another factor behind it."""
    factors = (
        Factor(r"\frac{y_k}{\hat{y}_k}", at.y / at.y_hat, "k"),
        Factor(r"\begin{cases} -\hat{y}_i (1 - \hat{y}_i), & k = i \\ \hat{y}_i \hat{y}_k, & k \neq i \end{cases}",
               -softmax_slopes(at), "ki"),
    )  # fmt: skip
    others = r"\sum_{k \neq i} \frac{y_k}{\hat{y}_k} \hat{y}_i \hat{y}_k"
    return Sum(rf"-\frac{{y_i}}{{\hat{{y}}_i}} \hat{{y}}_i (1 - \hat{{y}}_i) + {others}", "i", factors, "k")


def line_3(at: Values) -> Sum:
    """(7), third line: t counts the y_k y_hat_i, and after them -y_i."""
    terms = np.concatenate([np.outer(at.y_hat, at.y), -at.y[:, None]], axis=1)
    written = Factor(r"\{y_0 \hat{y}_i,\; y_1 \hat{y}_i,\; \dots,\; -y_i\}_t", terms, "it")
    return Sum(r"y_i \hat{y}_i + \sum_{k \neq i} y_k \hat{y}_i - y_i", "i", (written,), "t")


def line_4(at: Values) -> Sum:
    """(7), fourth line."""
    terms = {r"\hat{y}_i \textstyle\sum_k y_k": at.y_hat * np.sum(at.y), "-y_i": -at.y}
    return of_kinds(r"\hat{y}_i \sum_k y_k - y_i", "i", terms)


def line_5(at: Values) -> Sum:
    """(7), last line."""
    return of_kinds(r"\hat{y}_i - y_i", "i", {r"\hat{y}_i": at.y_hat, "-y_i": -at.y})


# (8)


def one_weight(at: Values) -> Sum:
    """(8) weights."""
    return Sum("x_i", "i", (Factor("x_i", at.x, "i"),), windows=POOLED)


def one_bias(at: Values) -> Sum:
    """(8) bias."""
    return Sum("1", "", (Factor("1", np.float64(1.0)),))


# (9) and (10)


def error(at: Values) -> Factor:
    """y_hat_i - y_i."""
    return Factor(ERROR, at.y_hat - at.y, "i")


def any_error(at: Values) -> Array:
    """dCELF/dx_i, whatever the labels are."""
    return at.y_hat * np.sum(at.y) - at.y


def weights_chain(at: Values) -> Sum:
    """(9) weights, first line."""
    factors = (Factor(BY_LOGIT, any_error(at), "i"), Factor(BY_WEIGHT, at.a, "j"))
    return Sum(f"{BY_LOGIT} {BY_WEIGHT}", "ji", factors, windows=WEIGHTS)


def weights(at: Values) -> Sum:
    """(9) weights."""
    return Sum(f"{ERROR} a_j", "ji", (error(at), Factor("a_j", at.a, "j")), windows=WEIGHTS)


def bias_chain(at: Values) -> Sum:
    """(9) bias, first line."""
    return Sum(f"{BY_LOGIT} {BY_BIAS}", "i", (Factor(BY_LOGIT, any_error(at), "i"), Factor(BY_BIAS, np.float64(1.0))))


def input_chain(at: Values) -> Sum:
    """(10), first line."""
    factors = (Factor(BY_LOGIT, any_error(at), "i"), Factor(BY_INPUT, at.W, "ji"))
    return Sum(rf"\sum_i {BY_LOGIT} {BY_INPUT}", "j", factors, "i", POOLED)


def input_last(at: Values) -> Sum:
    """(10)."""
    factors = (error(at), Factor("w_{ji}", at.W, "ji"))
    return Sum(rf"\sum_i {ERROR} w_{{ji}}", "j", factors, "i", POOLED)


def input_chain_of_one(at: Values) -> Sum:
    """(10), first line as printed, of the first output."""
    by_input = fraction("x_0", "a_j")
    factors = (Factor(BY_FIRST_LOGIT, any_error(at)[0]), Factor(by_input, at.W[:, 0], "j"))
    return Sum(f"{BY_FIRST_LOGIT} {by_input}", "j", factors, windows=POOLED)


def input_of_one(at: Values) -> Sum:
    """(10) as printed, of the first output."""
    factors = (Factor(FIRST_ERROR, (at.y_hat - at.y)[0]), Factor("w_{j0}", at.W[:, 0], "j"))
    return Sum(f"{FIRST_ERROR} w_{{j0}}", "j", factors, windows=POOLED)


RIGHT: Sums = {
    "eq5-outputs": outputs,
    "eq6-quotients": quotients,
    "eq6-outputs": softmax,
    "eq7-line-1": line_1,
    "eq7-line-2": line_2,
    "eq7-line-3": line_3,
    "eq7-line-4": line_4,
    "eq7-line-5": line_5,
    "eq8-weights": one_weight,
    "eq8-bias": one_bias,
    "eq9-weights-first-line": weights_chain,
    "eq9-weights": weights,
    "eq9-bias-first-line": bias_chain,
    "eq9-bias": line_5,
    "eq10-input-first-line": input_chain,
    "eq10-input": input_last,
}
PRINTED: Sums = {"eq10-input-first-line": input_chain_of_one, "eq10-input": input_of_one}
