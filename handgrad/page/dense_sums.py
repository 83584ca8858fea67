"""Entries of (1) to (4) as sums: each is one product."""

import numpy as np

from handgrad.letters import Values
from handgrad.page.sums import Factor, Sum

ERROR, SLOPE = r"(\hat{y}_j - y_j)", r"\hat{y}_j (1 - \hat{y}_j)"


def rate(at: Values, sign: int = -1) -> Factor:
    """-eta, or eta."""
    return Factor(r"-\eta" if sign < 0 else r"\eta", sign * at.eta)


def error(at: Values, latex: str = ERROR) -> Factor:
    """y_hat_j - y_j."""
    return Factor(latex, at.y_hat - at.y, "j")


def slope(at: Values, latex: str = SLOPE) -> Factor:
    """y_hat_j (1 - y_hat_j)."""
    return Factor(latex, at.y_hat * (1 - at.y_hat), "j")


def hidden(at: Values, latex: str = "b_i") -> Factor:
    """b_i."""
    return Factor(latex, at.b, "i")


def weights_chain(at: Values) -> Sum:
    """(1)."""
    by_output, by_activation, by_weight = (
        rf"\frac{{\partial {above}}}{{\partial {below}}}"
        for above, below in (("E", r"\hat{y}_j"), (r"\hat{y}_j", r"\hat{\beta}_j"), (r"\hat{\beta}_j", "w_{ij}"))
    )
    factors = (rate(at), error(at, by_output), slope(at, by_activation), hidden(at, by_weight))
    return Sum(rf"-\eta {by_output} {by_activation} {by_weight}", "ij", factors)


def error_of_output(at: Values) -> Sum:
    """(2) error: two terms."""
    return Sum(
        r"\hat{y}_j - y_j", "j", (Factor("", np.stack([at.y_hat, -at.y], axis=-1), "jt"),), "t", (r"\hat{y}_j", "-y_j")
    )


def sigmoid(at: Values) -> Sum:
    """(2) sigmoid."""
    return Sum("f(x)(1 - f(x))", "", (Factor("f(x)", at.f), Factor("(1 - f(x))", 1 - at.f)))


def activation(at: Values) -> Sum:
    """(2) activation."""
    return Sum("b_i", "i", (hidden(at),))


def weights_expanded(at: Values) -> Sum:
    """(2), first line."""
    return Sum(rf"-\eta {ERROR} ({SLOPE}) (b_i)", "ij", (rate(at), error(at), slope(at, f"({SLOPE})"), hidden(at)))


def weights(at: Values) -> Sum:
    """(2)."""
    output, rest = Factor(r"\hat{y}_j", at.y_hat, "j"), Factor(r"(1 - \hat{y}_j)", 1 - at.y_hat, "j")
    return Sum(
        rf"-\eta b_i \hat{{y}}_j {ERROR} (1 - \hat{{y}}_j)", "ij", (rate(at), hidden(at), output, error(at), rest)
    )


def thresholds_chain(at: Values) -> Sum:
    """(3)."""
    by_output, by_threshold = (
        r"\frac{\partial E}{\partial \hat{y}_j}",
        r"\frac{\partial \hat{y}_j}{\partial \theta_j}",
    )
    factors = (rate(at), error(at, by_output), Factor(by_threshold, -at.y_hat * (1 - at.y_hat), "j"))
    return Sum(rf"-\eta {by_output} {by_threshold}", "j", factors)


def thresholds_expanded(at: Values) -> Sum:
    """(4), first line."""
    minus = Factor("(-1)", np.float64(-1.0))
    return Sum(rf"-\eta {ERROR} (-1) ({SLOPE})", "j", (rate(at), error(at), minus, slope(at, f"({SLOPE})")))


def thresholds(at: Values) -> Sum:
    """(4)."""
    output, rest = Factor(r"\hat{y}_j", at.y_hat, "j"), Factor(r"(1 - \hat{y}_j)", 1 - at.y_hat, "j")
    return Sum(rf"\eta \hat{{y}}_j {ERROR} (1 - \hat{{y}}_j)", "j", (rate(at, 1), output, error(at), rest))


RIGHT = {
    "eq1-weights": weights_chain,
    "eq2-error": error_of_output,
    "eq2-sigmoid": sigmoid,
    "eq2-activation": activation,
    "eq2-weights-first-line": weights_expanded,
    "eq2-weights": weights,
    "eq3-thresholds": thresholds_chain,
    "eq4-thresholds-first-line": thresholds_expanded,
    "eq4-thresholds": thresholds,
}
