"""Conditions on which a formula holds are found, not declared."""

from dataclasses import replace

import numpy as np
import pytest

from handgrad.checking.conditions import find_conditions
from handgrad.checking.verdict import Outcome
from handgrad.report.equations import claims_of
from handgrad.report.question import judge, judge_formula, typed
from handgrad.report.symbols import SIZES, Sizes


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("equation", "part"), [("7", "line 5"), ("9", "weights"), ("10", "input"), ("15", "bias")])
def test_the_condition_is_found_and_not_declared(equation, part, seed):
    claim = replace(claims_of([equation], part)[0], conditions=())
    verdict = judge(claim, "right", seed)
    assert (verdict.outcome, verdict.condition) == (Outcome.ON_A_CONDITION, "sum_k y_k = 1")
    assert verdict.exact is not None


@pytest.mark.parametrize("sizes", [replace(SIZES["small"], N=3), SIZES["report"]], ids=["a batch", "ten classes"])
def test_it_is_found_at_any_size(sizes):
    claim = replace(claims_of(["7"], "line 5")[0], conditions=())
    assert judge(claim, "right", sizes=sizes).condition == "sum_k y_k = 1"


FORMULAS = [
    # Against y_hat_i sum y - y_i: the difference is y_hat_i times (what is put for sum y) - sum y.
    ("2 * y_hat - y", "sum_k y_k = 2"),
    ("y_hat * (np.sum(y) + y[0] - 3 * y[2]) - y", "y_1 - 3 y_3 = 0"),
    ("y_hat * np.sum(y) ** 2 - y", None),  # not affine
    ("y_hat - 2 * y", None),  # no single equation
    ("-y_hat + y", None),
]


@pytest.mark.parametrize(("formula", "condition"), FORMULAS)
def test_other_conditions_are_found_too(formula, condition):
    claim = replace(claims_of(["7"], "line 5")[0], conditions=())
    question = typed(claim, formula)
    assert [found.text for found in find_conditions(question.problem, question.problem.domain, 0)] == (
        [] if condition is None else [condition]
    )
    wanted = Outcome.DISAGREES if condition is None else Outcome.ON_A_CONDITION
    assert (question.verdict.outcome, question.verdict.condition) == (wanted, condition)


def test_the_point_of_difference_is_off_the_condition_and_the_point_shown_on_it():
    question = typed(claims_of(["7"], "line 5")[0], "2 * y_hat - y")
    assert np.sum(question.verdict.comparison.values["y"]) != pytest.approx(2)
    assert np.any(question.verdict.comparison.differs)
    assert np.sum(question.comparison.values["y"]) == pytest.approx(2)
    assert not np.any(question.comparison.differs)


def test_without_exact_numbers_the_declared_conditions_are_tried():
    claim = claims_of(["7"], "line 5")[0]
    assert judge(claim, "right", exact=False).condition == "sum_k y_k = 1"
    bare = judge_formula(replace(claim, conditions=()), claim.right, 0, Sizes(), exact=False)
    assert (bare.outcome, bare.condition) == (Outcome.DISAGREES, None)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize(
    "formula",
    [
        "y_hat - y",
        "np.exp(np.log(y_hat)) - y",
        "np.sqrt(y_hat**2) - y",
        "y_hat * 0.6366197723675814 * 1.5707963267948966 - y",  # 2 / pi and pi / 2
        "y_hat - y + 0 * np.arctan(y)",
        "np.maximum(y_hat, 0) - y",
    ],
)
def test_what_leaves_the_exact_numbers_in_doubt_does_not_hide_the_condition(formula, exact):
    verdict = replace(typed(claims_of(["9"], "bias")[0], formula), exact=exact).verdict
    assert (verdict.outcome, verdict.condition) == (Outcome.ON_A_CONDITION, "sum_k y_k = 1")


@pytest.mark.parametrize("seed", range(3))
def test_a_formula_that_rounding_hides_on_the_condition_alone_is_not_accused(seed):
    # Right where the labels sum to 1, but there it is the difference of two huge numbers.
    huge = "1e17 * np.exp(-1000 * (np.sum(y) - 1)**2)"
    question = typed(claims_of(["9"], "bias")[0], f"({huge} + (y_hat - y)) - {huge}", seed)
    assert question.verdict.condition == "sum_k y_k = 1"
    assert replace(question, exact=False).verdict.outcome is Outcome.CANNOT_DECIDE
