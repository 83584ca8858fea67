"""Entries of (5) to (10) as sums."""

import numpy as np

from handgrad.letters import Values
from handgrad.page.sums import Factor, Sum
from handgrad.page.windows import of_pooled

ERROR = r"(\hat{y}_i - y_i)"
BY_LOGIT = r"\frac{\partial CELF}{\partial x_i}"
FIRST = 0  # the output that stands for i where the print leaves it free


def of_kinds(latex: str, axes: str, terms: dict[str, object]) -> Sum:
    """A sum of a few terms that are not of one kind, each by how it is written."""
    columns = np.stack(np.broadcast_arrays(*terms.values()), axis=-1)
    return Sum(latex, axes, (Factor("", columns, axes + "t"),), "t", tuple(terms))


def outputs(at: Values) -> Sum:
    """(5)."""
    return Sum(
        r"-\frac{y_k}{\hat{y}_k}", "k", (Factor("-y_k", -at.y, "k"), Factor(r"\frac{1}{\hat{y}_k}", 1 / at.y_hat, "k"))
    )


def error(at: Values, latex: str = ERROR) -> Factor:
    """y_hat_i - y_i."""
    return Factor(latex, at.y_hat - at.y, "i")


def general_error(at: Values) -> Factor:
    """dCELF/dx_i of any labels."""
    return Factor(BY_LOGIT, at.y_hat * np.sum(at.y) - at.y, "i")


def weights_chain(at: Values) -> Sum:
    """(9) weights, first line."""
    by_weight = r"\frac{\partial x_i}{\partial w_j}"
    return Sum(
        f"{BY_LOGIT} {by_weight}",
        "ji",
        (general_error(at), Factor(by_weight, at.a, "j")),
        window=of_pooled("j", at.n, 5),
    )


def weights(at: Values) -> Sum:
    """(9) weights."""
    return Sum(f"{ERROR} a_j", "ji", (error(at), Factor("a_j", at.a, "j")), window=of_pooled("j", at.n, 5))


def bias_chain(at: Values) -> Sum:
    """(9) bias, first line."""
    by_bias = r"\frac{\partial x_i}{\partial b}"
    return Sum(f"{BY_LOGIT} {by_bias}", "i", (general_error(at), Factor(by_bias, np.float64(1.0))))


def bias(at: Values) -> Sum:
    """(9) bias."""
    return of_kinds(r"\hat{y}_i - y_i", "i", {r"\hat{y}_i": at.y_hat, "-y_i": -at.y})


def input_chain(at: Values) -> Sum:
    """(10), first line."""
    by_input = r"\frac{\partial x_i}{\partial a_j}"
    factors = (general_error(at), Factor(by_input, at.W, "ji"))
    return Sum(rf"\sum_i {BY_LOGIT} {by_input}", "j", factors, "i", window=of_pooled("j", at.n, 5))


def input_(at: Values) -> Sum:
    """(10)."""
    factors = (error(at), Factor("w_{ji}", at.W, "ji"))
    return Sum(rf"\sum_i {ERROR} w_{{ji}}", "j", factors, "i", window=of_pooled("j", at.n, 5))


def input_chain_printed(at: Values) -> Sum:
    """(10), first line as printed: the share of one output."""
    by_input = r"\frac{\partial x_0}{\partial a_j}"
    by_logit = r"\frac{\partial CELF}{\partial x_0}"
    share = (at.y_hat * np.sum(at.y) - at.y)[FIRST]
    factors = (Factor(by_logit, share), Factor(by_input, at.W[:, FIRST], "j"))
    return Sum(f"{by_logit} {by_input}", "j", factors, window=of_pooled("j", at.n, 5))


def input_printed(at: Values) -> Sum:
    """(10) as printed: the share of one output."""
    factors = (
        Factor(r"(\hat{y}_0 - y_0)", (at.y_hat - at.y)[FIRST]),
        Factor("w_j", at.W[:, FIRST], "j"),
    )
    return Sum(r"(\hat{y}_0 - y_0) w_j", "j", factors, window=of_pooled("j", at.n, 5))


RIGHT = {
    "eq5-outputs": outputs,
    "eq9-weights-first-line": weights_chain,
    "eq9-weights": weights,
    "eq9-bias-first-line": bias_chain,
    "eq9-bias": bias,
    "eq10-input-first-line": input_chain,
    "eq10-input": input_,
}
PRINTED = {"eq10-input-first-line": input_chain_printed, "eq10-input": input_printed}
