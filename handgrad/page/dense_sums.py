"""Entries of (1) to (4) as sums: all but one are a single product."""

import numpy as np

from handgrad.page import formulas
from handgrad.page.sums import Factor, Sum, Sums, fraction, of_kinds
from handgrad.values import Values

ERROR, SLOPE = r"(\hat{y}_j - y_j)", r"(\hat{y}_j (1 - \hat{y}_j))"
E_BY_OUTPUT = fraction("E", r"\hat{y}_j")
OUTPUT_BY_ACTIVATION = fraction(r"\hat{y}_j", r"\hat{\beta}_j")
ACTIVATION_BY_WEIGHT = fraction(r"\hat{\beta}_j", "w_{ij}")
OUTPUT_BY_THRESHOLD = fraction(r"\hat{y}_j", r"\theta_j")


def minus_rate(at: Values) -> Factor:
    """-eta."""
    return Factor(r"-\eta", -at.eta)


def error(at: Values, latex: str = ERROR) -> Factor:
    """y_hat_j - y_j."""
    return Factor(latex, at.y_hat - at.y, "j")


def slope(at: Values, latex: str = SLOPE) -> Factor:
    """y_hat_j (1 - y_hat_j)."""
    return Factor(latex, at.y_hat * (1 - at.y_hat), "j")


def output(at: Values) -> Factor:
    """y_hat_j."""
    return Factor(r"\hat{y}_j", at.y_hat, "j")


def rest(at: Values) -> Factor:
    """1 - y_hat_j."""
    return Factor(r"(1 - \hat{y}_j)", 1 - at.y_hat, "j")


def weights_chain(at: Values) -> Sum:
    """(1)."""
    factors = (
        minus_rate(at),
        error(at, E_BY_OUTPUT),
        slope(at, OUTPUT_BY_ACTIVATION),
        Factor(ACTIVATION_BY_WEIGHT, at.b, "i"),
    )
    return Sum(rf"-\eta {E_BY_OUTPUT} {OUTPUT_BY_ACTIVATION} {ACTIVATION_BY_WEIGHT}", "ij", factors)


def error_of_output(at: Values) -> Sum:
    """(2) error."""
    return of_kinds(r"\hat{y}_j - y_j", "j", {r"\hat{y}_j": at.y_hat, "-y_j": -at.y})


def sigmoid(at: Values) -> Sum:
    """(2) sigmoid."""
    return Sum("f(x)(1 - f(x))", "", (Factor("f(x)", at.f), Factor("(1 - f(x))", 1 - at.f)))


def activation(at: Values) -> Sum:
    """(2) activation."""
    return Sum("b_i", "i", (Factor("b_i", at.b, "i"),))


def weights_expanded(at: Values) -> Sum:
    """(2), first line."""
    factors = (minus_rate(at), error(at), slope(at), Factor("(b_i)", at.b, "i"))
    return Sum(rf"-\eta {ERROR} {SLOPE} (b_i)", "ij", factors)


def weights(at: Values) -> Sum:
    """(2)."""
    factors = (minus_rate(at), Factor("b_i", at.b, "i"), output(at), error(at), rest(at))
    return Sum(rf"-\eta b_i \hat{{y}}_j {ERROR} (1 - \hat{{y}}_j)", "ij", factors)


WRONG_WAY_ROUND = r"-\eta\, \mathrm{reshape}(\delta\, b^T)"


def wrong_way_round(at: Values) -> Sum:
    """(1) and (2) transposed: row by row stands delta_s b_r, where s and r are counted on in another shape."""
    shape = (at.b.size, at.y_hat.size)
    delta = np.broadcast_to(at.y_hat * (1 - at.y_hat) * (at.y_hat - at.y), shape)
    b = np.broadcast_to(at.b[:, None], shape)
    factors = (
        minus_rate(at),
        Factor(r"\delta_s", formulas.wrong_way_round(delta), "ij"),
        Factor("b_r", formulas.wrong_way_round(b), "ij"),
    )
    return Sum(WRONG_WAY_ROUND, "ij", factors)


def thresholds_chain(at: Values) -> Sum:
    """(3)."""
    by_threshold = Factor(OUTPUT_BY_THRESHOLD, -at.y_hat * (1 - at.y_hat), "j")
    return Sum(
        rf"-\eta {E_BY_OUTPUT} {OUTPUT_BY_THRESHOLD}", "j", (minus_rate(at), error(at, E_BY_OUTPUT), by_threshold)
    )


def thresholds_expanded(at: Values) -> Sum:
    """(4), first line."""
    factors = (minus_rate(at), error(at), Factor("(-1)", np.float64(-1.0)), slope(at))
    return Sum(rf"-\eta {ERROR} (-1) {SLOPE}", "j", factors)


def thresholds(at: Values) -> Sum:
    """(4)."""
    factors = (Factor(r"\eta", at.eta), output(at), error(at), rest(at))
    return Sum(rf"\eta \hat{{y}}_j {ERROR} (1 - \hat{{y}}_j)", "j", factors)


RIGHT: Sums = {
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
