"""Verdicts that must not be reached: on one size alone, within a tolerance as large as the gradient, unseen."""

import re
from dataclasses import replace

import numpy as np
import pytest

from autograd.table import RULES, Rule
from handgrad.checking import judge as judging
from handgrad.checking.oracles.rounding import SAMPLES
from handgrad.checking.verdict import Outcome
from handgrad.errors import FormulaError, JudgingError, UnknownEquationError
from handgrad.formula.expression import Typed
from handgrad.render.text import certainty, explanation
from handgrad.report.equations import claims_of
from handgrad.report.question import Question, asked, judge, judge_formula
from handgrad.report.symbols import SIZES, Sizes
from tests.checking.test_comparison import seen_as
from tests.report.test_exactness import claim_about


def judged(equation, part, text, sizes=SIZES["small"], exact=True):
    (claim,) = claims_of([equation], part)
    return judge_formula(claim, Typed(text, list(claim.shapes(sizes))), sizes=sizes, exact=exact)


# One size alone. Right is: (10) W (y_hat - y), (11) 4 n^2 entries, (1) b times a cotangent.


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize(
    ("equation", "part", "wrong", "sizes"),
    [
        ("11", "entries", "8 * n", "n = 3"),
        ("11", "entries", "16", "n = 3"),
        ("10", "input", "W @ (y_hat * np.sum(y) - y) * n / 2", "n = 3"),
        ("10", "input", "W @ (y_hat * np.sum(y) - y) * n**2 / a.size * n / 2", "n = 3"),
        ("15", "bias", "k / 3 * (W @ (y_hat * np.sum(y) - y)) @ np.mean(np.reshape(np.moveaxis(np.reshape("
         "c * (1 - c), (n, 2, n, 2)), 1, 2), (n * n, 4)), axis=1)", "k = 2, n = 3"),
        ("6", "outputs", "np.diag(y_hat) - np.outer(y_hat, y_hat) * 3 / y_hat.size", "K = 5"),
    ],
)  # fmt: skip
def test_a_factor_that_is_1_at_one_size_is_found_out(equation, part, wrong, sizes, exact):
    verdict = judged(equation, part, wrong, exact=exact)
    assert (verdict.outcome, verdict.blame) == (Outcome.DISAGREES, "hand")
    assert verdict.where.startswith("other sizes alone: ")
    assert set(sizes.split(", ")) <= set(verdict.where.removeprefix("other sizes alone: ").split(", "))
    assert f"at {verdict.where}" in explanation(verdict)


def test_only_the_sizes_that_a_claim_depends_on_are_named():
    assert judged("11", "entries", "16").where == "other sizes alone: n = 3"
    assert judged("6", "outputs", "np.diag(y_hat) - np.outer(y_hat, y_hat) * 3 / y_hat.size").where == (
        "other sizes alone: K = 5"
    )


def test_without_that_factor_it_holds():
    assert judged("11", "entries", "4 * n**2").outcome is Outcome.AGREES
    assert judged("10", "input", "W @ (y_hat * np.sum(y) - y) * n**2 / a.size").outcome is Outcome.AGREES


def test_a_formula_made_for_one_size_is_judged_there_and_says_so():
    verdict = judged("7", "line 5", "y_hat * np.sum(y) - y + 0 * np.sum(np.ones((3,)) * y)")
    assert verdict.outcome is Outcome.AGREES
    assert certainty(verdict).startswith("exact at these sizes alone")
    assert "alone" not in certainty(judged("7", "line 5", "y_hat * np.sum(y) - y"))


def test_a_batch_of_one_has_no_n_and_a_larger_one_has():
    claim = claims_of(["9"], "bias")[0]
    assert "N" not in claim.shapes(Sizes())
    assert "N" in claim.shapes(Sizes(N=4))
    assert set(claims_of(["2"], "weights")[0].shapes(Sizes())) & {"n", "k"} == set()


@pytest.mark.parametrize("batch", [2, 3])
def test_a_missing_mean_over_the_batch_is_named(batch):
    verdict = judged("9", "bias", "np.sum(y_hat * np.sum(y, axis=1, keepdims=True) - y, axis=0)", Sizes(N=batch))
    assert f"{batch} times the gradient" in explanation(verdict)
    assert "so a sum stands where a mean is meant: 1/N is missing" in explanation(verdict)
    assert len(verdict.counterexample.inputs["y"]) == 2  # one sample shows nothing


# Agreement that rounding alone makes


@pytest.mark.parametrize("shift", ["1e17", "1e20"])
def test_what_rounding_swallows_does_not_agree(shift):
    verdict = judged("12", "sigmoid", f"({shift} + c * (1 - c)) - {shift}", exact=False)
    assert verdict.outcome is Outcome.CANNOT_DECIDE
    assert "rounding alone moves the result by as much as the gradient itself" in explanation(verdict)
    assert judged("12", "sigmoid", "(1 + c * (1 - c)) - 1", exact=False).outcome is Outcome.AGREES


def test_a_sign_that_rounding_decides_does_not_agree():
    # c / 49 * 49 is c, or next to it: its comparison with c falls either way.
    flaky = "c * (1 - c) * np.where(c / 49 * 49 >= c, 1, -1)"
    assert judged("12", "sigmoid", flaky, exact=False).outcome is not Outcome.AGREES


def compared(claim, formula, sizes=SIZES["small"], samples=SAMPLES, condition=None):
    question = Question(claim, formula, sizes=sizes)
    return question.compared_at(question.inputs(claim.draw(0, 0, sizes, condition)), samples)


def test_a_zero_that_is_zero_agrees():
    # By hand and automatic are 0 where the gradient does not depend on an entry: rounding has no part in that.
    claim = claims_of(["11"], "derivative")[0]
    seen = compared(claim, claim.right)
    assert np.any(seen.automatic == 0)
    assert not np.any(seen.differs | seen.ill_conditioned)


# No value by hand


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("text", ["c / 0", "0 * c / 0", "np.log(-c)"])
def test_what_has_no_value_by_hand_disagrees_and_says_why(text, exact):
    verdict = judged("12", "sigmoid", text, exact=exact)
    assert (verdict.outcome, verdict.blame) == (Outcome.DISAGREES, "hand")
    words = explanation(verdict)
    assert "16 of 16 entries differ" in words
    assert "16 of them have no finite value by hand." in words
    assert verdict.missing == 16
    assert "agrees once" not in words
    assert "times the gradient" not in words
    assert np.all(np.isinf(verdict.comparison.error_ratio))


@pytest.mark.parametrize("formula", [lambda letters: letters.no_such, lambda letters: letters.c @ np.ones(5)])
@pytest.mark.parametrize("exact", [True, False])
def test_a_formula_that_can_not_be_computed_is_refused(formula, exact):
    with pytest.raises(FormulaError, match=r"^\(12\) sigmoid: wanted a value, got "):
        judge_formula(claims_of(["12"])[0], formula, exact=exact)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize(
    "formula",
    [
        lambda letters: None,
        lambda letters: np.array([None] * letters.c.size).reshape(letters.c.shape),
        lambda letters: letters.c * 1j,
        lambda letters: np.ma.masked_array(letters.c, letters.c > 0),
    ],
    ids=["None", "objects", "complex", "masked"],
)
def test_what_is_no_array_of_real_numbers_is_never_right(formula, exact):
    try:
        outcome = judge_formula(claims_of(["12"])[0], formula, exact=exact).outcome
    except (FormulaError, JudgingError):
        return
    assert outcome is Outcome.DISAGREES


# Entries that the numeric opinion did not look at


@pytest.mark.parametrize("exact", [True, False])
def test_an_engine_fault_in_a_large_gradient_is_not_blamed_on_the_hand(monkeypatch, exact):
    right = RULES[np.matmul].function

    def doubled(x, y, /):
        z, (x_bar, y_bar) = right(x, y)
        return z, (x_bar, lambda z_bar: 2 * y_bar(z_bar))

    monkeypatch.setitem(RULES, np.matmul, Rule(doubled, 2, False))
    (claim,) = claims_of(["9"], "weights")
    verdict = judge(claim, "right", sizes=SIZES["report"], exact=exact)
    assert verdict.outcome is Outcome.CANNOT_DECIDE
    assert verdict.blame == "automatic"
    assert verdict.worst.numeric is not None


@pytest.mark.parametrize("exact", [True, False])
def test_the_engine_is_blamed_for_a_wrong_rule(monkeypatch, exact):
    wrong = Rule(lambda x: (np.exp(x), (lambda z_bar: -z_bar * np.exp(x),)), 1, False)
    monkeypatch.setitem(RULES, np.exp, wrong)
    verdict = judge(claims_of(["7"], "line 4")[0], "right", exact=exact)
    assert (verdict.outcome, verdict.blame) == (Outcome.CANNOT_DECIDE, "automatic")


@pytest.mark.parametrize("exact", [True, False])
def test_where_no_two_agree_nobody_is_blamed(monkeypatch, exact):
    monkeypatch.setitem(RULES, np.exp, Rule(lambda x: (np.exp(x), (lambda z_bar: 5 * z_bar,)), 1, False))
    verdict = judge_formula(claims_of(["7"], "line 4")[0], lambda values: values.x, exact=exact)
    assert (verdict.outcome, verdict.blame) == (Outcome.CANNOT_DECIDE, None)


@pytest.mark.parametrize("exact", [True, False])
def test_a_function_without_finite_values_cannot_be_decided(exact):
    claim = claim_about(lambda v: np.sum(np.log(-np.abs(v.x) - 1)), lambda x: x)
    assert judge(claim, "right", exact=exact).outcome is Outcome.CANNOT_DECIDE


@pytest.mark.parametrize("exact", [True, False])
def test_a_single_wrong_entry_of_a_large_gradient_is_looked_at(exact):
    (claim,) = claims_of(["9"], "weights")
    bump = np.zeros((144, 10))
    bump[77, 7] = 1e-6
    wrong = replace(claim.right, function=lambda *letters: claim.right.function(*letters) + bump)
    seen = compared(claim, wrong, SIZES["report"], 2 if exact else SAMPLES, claim.conditions[0])
    assert (seen.worst_index, seen.blame) == ((77, 7), "hand")


def test_where_nobody_was_asked_nobody_is_blamed():
    (claim,) = claims_of(["9"], "weights")
    seen = compared(claim, twice(claim.right), SIZES["report"])
    assert seen.blame == "hand"
    unseen = np.full(np.shape(seen.hand), np.nan)
    assert replace(seen, numeric=replace(seen.numeric, value=unseen)).blame is None


def twice(form):
    return replace(form, function=lambda *letters: 2 * form.function(*letters))


def test_an_error_of_the_numeric_opinion_that_covers_both_blames_nobody():
    (claim,) = claims_of(["12"])
    seen = compared(claim, twice(claim.right))
    assert seen.blame == "hand"
    vague = replace(seen.numeric, error=np.full(np.shape(seen.hand), 10.0))
    assert replace(seen, numeric=vague).blame is None


def test_an_entry_of_several_letters_is_named_by_its_own():
    (claim,) = claims_of(["11"], "no effect")
    seen = compared(claim, claim.printed)
    shapes = [np.shape(seen.values[name]) for name in "vqWb"]
    expected = [(name, at) for name, shape in zip("vqWb", shapes, strict=True) for at in np.ndindex(shape)]
    assert [seen.named((i,)) for i in range(seen.hand.size)] == expected
    assert seen.worst.argument in "vqWb"


@pytest.mark.parametrize("exact", [True, False])
def test_the_opposite_direction_is_named_a_sign(exact):
    (claim,) = claims_of(["11"], "no effect")
    opposite = replace(claim.right, function=lambda *letters: -claim.right.function(*letters))
    verdict = judge_formula(claim, opposite, exact=exact)
    assert (verdict.outcome, verdict.blame) == (Outcome.DISAGREES, "hand")
    (found,) = verdict.diagnosis
    assert (found.kind, found.factor) == ("sign", -1)
    assert "By hand is -1 times the gradient" in explanation(verdict)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("exact", [True, False])
def test_a_point_without_a_finite_value_is_drawn_anew(seed, exact):
    # Of numbers with any sign, one draw in eight has three logarithms.
    seven = claims_of(["7"], "line 5")[0]
    claim = replace(
        seven, letters=seven.letters[:1], complete=lambda values: values,
        function=lambda values: np.sum(np.log(values.x)), conditions=(), derived_axes={},
    )  # fmt: skip
    assert judge_formula(claim, lambda values: 1 / values.x, seed, exact=exact).outcome is Outcome.AGREES
    assert judge_formula(claim, lambda values: 2 / values.x, seed, exact=exact).blame == "hand"


# What is not said


@pytest.mark.parametrize(
    "judgement",
    [lambda claim: judge(claim, "right"), lambda claim: judge_formula(claim, claim.right)],
    ids=["a form", "a formula"],
)
def test_a_judgement_is_exact_and_of_seed_0_unless_told(judgement):
    verdict = judgement(claims_of(["12"])[0])
    assert (verdict.seed, verdict.inexact) == (0, None)
    assert verdict.exact is not None


def test_a_question_is_of_small_sizes_and_float64_unless_told():
    question = asked(claims_of(["12"])[0], "right")
    assert (question.seed, question.sizes, question.dtype, question.exact) == (0, Sizes(), np.float64, True)
    assert question.comparison.hand.dtype == np.float64
    assert question.comparison.hand.shape == (16,)


@pytest.mark.parametrize("options", [{"exact": False}, {"dtype": np.float32}])
def test_a_judgement_in_floating_point_says_that_it_was_asked_for(options):
    verdict = judge(claims_of(["12"])[0], "right", **options)
    assert (verdict.outcome, verdict.exact, verdict.inexact) == (Outcome.AGREES, None, "asked for")
    assert verdict.worst is None
    assert verdict.condition is None


@pytest.mark.parametrize("exact", [True, False])
def test_on_a_condition_there_is_a_worst_entry_off_it_and_none_on_it(exact):
    question = Question(claims_of(["9"], "bias")[0], claims_of(["9"], "bias")[0].right, "right", exact=exact)
    verdict = question.verdict
    assert (verdict.outcome, verdict.agrees) == (Outcome.ON_A_CONDITION, True)
    assert np.sum(question.comparison.values["y"]) == 1
    assert not np.any(question.comparison.differs)
    assert np.sum(verdict.comparison.values["y"]) != 1
    assert np.any(verdict.comparison.differs)
    assert verdict.worst == verdict.comparison.worst


@pytest.mark.parametrize("exact", [True, False])
def test_what_disagrees_agrees_nowhere(exact):
    question = Question(claims_of(["10"], "input")[0], claims_of(["10"], "input")[0].printed, "printed", exact=exact)
    verdict = question.verdict
    assert (verdict.outcome, verdict.agrees, verdict.condition) == (Outcome.DISAGREES, False, None)
    assert question.comparison is verdict.comparison
    assert np.sum(verdict.comparison.values["y"]) == 1  # what fails on the condition too is the stronger evidence
    assert (verdict.blame, verdict.worst) == ("hand", verdict.comparison.worst)
    assert (verdict.exact is not None) is exact


def test_what_is_known_exactly_takes_fewer_samples_of_rounding(monkeypatch):
    taken = []
    original = judging.compare

    def watched(problem, values, seed, samples=SAMPLES):
        taken.append(samples)
        return original(problem, values, seed, samples)

    monkeypatch.setattr("handgrad.checking.evidence.compare", watched)
    claim = claims_of(["10"], "input")[0]
    assert judge(claim, "printed", exact=False).comparison
    assert judge(claim, "right", exact=False).comparison
    assert set(taken) == {SAMPLES}
    taken.clear()
    assert judge(claim, "printed").comparison
    assert judge(claim, "right").comparison
    assert max(taken) < SAMPLES


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("np.exp(np.log(c) + np.log(1 - c))", "values of log or roots"),
        ("c * (1 - c) * 0.6366197723675814 * 1.5707963267948966", "constants that are no simple numbers"),  # 2/pi pi/2
    ],
)
def test_an_exact_difference_that_is_no_evidence_leaves_it_to_floating_point(text, why):
    verdict = judged("12", "sigmoid", text)
    assert (verdict.outcome, verdict.exact) == (Outcome.AGREES, None)
    assert why in verdict.inexact


def test_an_exact_difference_below_rounding_is_one():
    verdict = judged("12", "sigmoid", "c * (1 - c) + c * 2**-60")
    assert (verdict.outcome, verdict.blame) == (Outcome.DISAGREES, "hand")
    assert verdict.reason == "the difference is below rounding at the points that were looked at"
    assert verdict.exact is not None


WRONG = seen_as([3.0, 2.0, 2.0], [1.0, 2.0, 2.0], values={"b": np.zeros(3)}, wrt=("b",))
ON_LABELS = {
    "it agrees": (seen_as([1.0, 2.0, 2.0], [1.0, 2.0, 2.0]), Outcome.ON_A_CONDITION),
    "it differs": (WRONG, Outcome.DISAGREES),
    "it agrees by rounding alone": (seen_as([1.5, 2.0, 2.0], [1.0, 2.0, 2.0], slack=1.0), Outcome.CANNOT_DECIDE),
    "the numeric opinion differs": (
        seen_as([1.0, 2.0, 2.0], [1.0, 2.0, 2.0], numeric=[4.0, 2.0, 2.0]), Outcome.CANNOT_DECIDE,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ON_LABELS)
def test_a_condition_must_leave_no_doubt(monkeypatch, name):
    there, outcome = ON_LABELS[name]

    def written_down(problem, values, seed, samples=SAMPLES):
        return there if np.allclose(np.sum(values["y"], axis=-1), 1) else WRONG

    monkeypatch.setattr("handgrad.checking.evidence.compare", written_down)
    (claim,) = claims_of(["9"], "bias")
    verdict = judge_formula(claim, claim.right, exact=False)
    assert verdict.outcome is outcome
    assert verdict.condition == (claim.conditions[0].text if outcome is Outcome.ON_A_CONDITION else None)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"seed": -1}, "seed: wanted an integer of at least 0, got -1"),
        ({"seed": True}, "seed: wanted an integer of at least 0, got True"),
        ({"seed": 1.0}, "seed: wanted an integer of at least 0, got 1.0"),
        ({"seed": "0"}, "seed: wanted an integer of at least 0, got '0'"),
        ({"dtype": "no type"}, "dtype: wanted float32 or float64, got no type"),
        ({"dtype": np.float16}, "dtype: wanted float32 or float64, got float16"),
        ({"sizes": 3}, "sizes: wanted Sizes, got int"),
    ],
)
def test_what_nothing_can_be_judged_with_is_refused(options, words):
    with pytest.raises(JudgingError, match=re.escape(words)):
        judge_formula(claims_of(["12"])[0], lambda values: values.c, **options)


@pytest.mark.parametrize(
    ("claim", "formula", "words"),
    [
        ("12", lambda values: values.c, "judge: wanted a claim, as claims_of gives them, got str"),
        (claims_of(["12"])[0], "c * (1 - c)", "judge: wanted a formula as a function of the letters, got str"),
    ],
)
def test_what_can_not_be_judged_is_refused(claim, formula, words):
    with pytest.raises(JudgingError, match=re.escape(words)):
        judge_formula(claim, formula)


def test_a_form_that_there_is_not_is_refused():
    with pytest.raises(
        UnknownEquationError, match=r"form: wanted one of printed, right for \(12\) sigmoid, got 'yours'"
    ):
        judge(claims_of(["12"])[0], "yours")
