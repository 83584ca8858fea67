"""Which formula has which mistake: the formula with it, an entry of it as a sum, and an expression to try it by."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from handgrad.page import dense_sums, filter_sums, formulas, output_sums
from handgrad.page.filter_sums import FilterFormula
from handgrad.page.labels import has_labels
from handgrad.page.sums import Factor, Sum, SumOf, Sums, fraction
from handgrad.report.claims import Claim, Form
from handgrad.report.equations import REPORT
from handgrad.values import Array, Values

CLAIMS: Mapping[str, Claim] = {claim.id: claim for claim in REPORT}
RIGHT_SUMS: Sums = {**dense_sums.RIGHT, **output_sums.RIGHT, **filter_sums.RIGHT}
PRINTED_SUMS: Sums = {**output_sums.PRINTED, **filter_sums.PRINTED}


@dataclass(frozen=True)
class Mistake:
    """A formula with a mistake in it; `tried` is an expression that `handgrad compare --try` reads."""

    form: Form
    sum: SumOf | None
    tried: str | None = None


# The right formulas in the letters of `handgrad compare`.
SHARE, ANY_SHARE = "W @ (y_hat - y)", "W @ (y_hat * np.sum(y) - y)"
ONE_SHARE, ANY_ONE_SHARE = "W[:, 0] * (y_hat - y)[0]", "W[:, 0] * (y_hat * np.sum(y) - y)[0]"
OVER_WINDOWS = "np.kron(({share}).reshape(n, n), np.ones((2, 2))).ravel() / 4 * c * (1 - c)"
IN_PAIR = "np.kron(np.eye(n), np.ones((1, 2)))"  # 1 for the two of 2n that one of n is made of
DELTA = "(y_hat - y) * y_hat * (1 - y_hat)"


def on_filter(share: str) -> str:
    """(15) weights from what reaches a."""
    return f"U.T @ ({OVER_WINDOWS.format(share=share)})"


def on_bias(share: str) -> str:
    """(15) bias from what reaches a."""
    return f"np.sum({OVER_WINDOWS.format(share=share)})"


EXPRESSIONS = {
    "eq3-thresholds": f"eta * {DELTA}",
    "eq4-thresholds-first-line": f"eta * {DELTA}",
    "eq4-thresholds": f"eta * {DELTA}",
    "eq5-outputs": "-y / y_hat",
    **{f"eq7-line-{i}": "y_hat * np.sum(y) - y" for i in (1, 2, 3, 4)},
    "eq7-line-5": "y_hat - y",
    "eq9-weights-first-line": "np.outer(a, y_hat * np.sum(y) - y)",
    "eq9-weights": "np.outer(a, y_hat - y)",
    "eq9-bias-first-line": "y_hat * np.sum(y) - y",
    "eq9-bias": "y_hat - y",
    "eq10-input-first-line": ANY_SHARE,
    "eq10-input": SHARE,
    "eq15-weights-first-line": on_filter(ANY_SHARE),
    "eq15-weights": on_filter(SHARE),
    "eq15-bias-first-line": on_bias(ANY_SHARE),
    "eq15-bias": on_bias(SHARE),
}


# The mistakes


def with_minus(name: str) -> Mistake:
    """The right formula with the other sign."""
    right = RIGHT_SUMS[name]

    def negative(at: Values) -> Sum:
        whole = right(at)
        minus = Factor("(-1)", np.float64(-1.0))
        return replace(whole, latex=rf"-\left({whole.latex}\right)", factors=(minus, *whole.factors))

    return Mistake(formulas.opposite(CLAIMS[name].right), negative, f"-({EXPRESSIONS[name]})")


def as_printed(name: str, tried: str | None = None) -> Mistake:
    """The formula as the report prints it."""
    return Mistake(CLAIMS[name].printed, PRINTED_SUMS.get(name), tried)


def on_filters(formula: FilterFormula, function: Callable[..., Array], tried: str) -> Mistake:
    """(15) with a mistake."""
    left = fraction("CELF", "v_k" if formula.weights else "q")
    arguments = " ".join(inspect.signature(function).parameters)
    return Mistake(Form(f"{left} = {formula.latex}", tried, function, arguments), formula, tried)


def the_wrong_way_round(function: Callable[..., Array]) -> Mistake:
    """(1) and (2), the outer product of b and delta taken the wrong way round and brought into shape."""
    tried = f"-eta * np.outer({DELTA}, b).reshape(w.shape)"
    latex = rf"\Delta w = {dense_sums.WRONG_WAY_ROUND}, \quad \delta_j = {dense_sums.ERROR} {dense_sums.SLOPE}"
    return Mistake(Form(latex, tried, function, "eta b y_hat y"), dense_sums.wrong_way_round, tried)


MISTAKES: dict[str, dict[str, Mistake]] = {
    "printed": {claim.id: as_printed(claim.id) for claim in REPORT if claim.needs_correction()},
    "no-quarter": {
        "eq11-derivative": Mistake(
            Form(
                r"\frac{\partial a_j}{\partial c_l} = 1",
                "∂a_j/∂c_l = 1 for l in the window of j, else 0",
                formulas.pool_derivative_without_quarter,
                "n",
            ),
            filter_sums.pool_slopes_without_quarter,
            f"np.kron({IN_PAIR}, {IN_PAIR})",
        ),
        "eq11-no-effect": as_printed("eq11-no-effect"),
        "eq15-weights-first-line": on_filters(
            FilterFormula(weights=True, chain=True, quarter=False),
            formulas.weights_chain_without_quarter,
            f"4 * ({on_filter(ANY_SHARE)})",
        ),
        "eq15-weights": on_filters(
            FilterFormula(weights=True, quarter=False), formulas.weights_without_quarter, f"4 * ({on_filter(SHARE)})"
        ),
        "eq15-bias-first-line": on_filters(
            FilterFormula(weights=False, chain=True, quarter=False),
            formulas.bias_chain_without_quarter,
            f"4 * ({on_bias(ANY_SHARE)})",
        ),
        "eq15-bias": on_filters(
            FilterFormula(weights=False, quarter=False), formulas.bias_without_quarter, f"4 * ({on_bias(SHARE)})"
        ),
    },
    "no-sum": {
        "eq10-input-first-line": as_printed("eq10-input-first-line", ANY_ONE_SHARE),
        "eq10-input": as_printed("eq10-input", ONE_SHARE),
        "eq15-weights-first-line": on_filters(
            FilterFormula(weights=True, chain=True, one=True), formulas.weights_chain_of_one, on_filter(ANY_ONE_SHARE)
        ),
        "eq15-weights": on_filters(
            FilterFormula(weights=True, one=True), formulas.weights_of_one, on_filter(ONE_SHARE)
        ),
        "eq15-bias-first-line": on_filters(
            FilterFormula(weights=False, chain=True, one=True), formulas.bias_chain_of_one, on_bias(ANY_ONE_SHARE)
        ),
        "eq15-bias": on_filters(FilterFormula(weights=False, one=True), formulas.bias_of_one, on_bias(ONE_SHARE)),
    },
    "transposed": {
        "eq1-weights": the_wrong_way_round(formulas.update_chain_wrong_way_round),
        "eq2-weights-first-line": the_wrong_way_round(formulas.update_expanded_wrong_way_round),
        "eq2-weights": the_wrong_way_round(formulas.update_wrong_way_round),
        "eq15-weights-first-line": on_filters(
            FilterFormula(weights=True, chain=True, turned=True),
            formulas.weights_chain_turned,
            f"({on_filter(ANY_SHARE)}).reshape(k, k).T.ravel()",
        ),
        "eq15-weights": on_filters(
            FilterFormula(weights=True, turned=True),
            formulas.weights_turned,
            f"({on_filter(SHARE)}).reshape(k, k).T.ravel()",
        ),
    },
    "sign": {name: with_minus(name) for name in EXPRESSIONS},
}


def changes(variant: str, claim: Claim) -> bool:
    """Whether a claim is another one in a variant; other labels change all that is about labels."""
    return has_labels(claim) if variant == "labels" else claim.id in MISTAKES.get(variant, {})
