"""Verdicts that must not be reached: on one size alone, within a tolerance as large as the gradient, unseen."""

import re
from dataclasses import replace

import numpy as np
import pytest

from autograd.table import RULES, Rule
from handgrad.comparison import compare_at, compare_on
from handgrad.diagnosis import explanation
from handgrad.errors import JudgingError
from handgrad.findings import Finding, certainty, find_out_yours
from handgrad.formula.expression import formula_of
from handgrad.oracles.rounding import SAMPLES
from handgrad.report.equations import claims_of
from handgrad.report.symbols import SIZES, Sizes
from handgrad.verdict import Outcome, in_floating_point, judge, judge_formula
from tests.report.test_explanations import seen


def typed(claim, text, sizes):
    return formula_of(text, list(claim.shapes(sizes)), claim.as_read)


def judged(equation, part, text, sizes=SIZES["small"], exact=True):
    (claim,) = claims_of([equation], part)
    return judge_formula(claim, typed(claim, text, sizes), sizes=sizes, exact=exact)


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
    assert verdict.outcome is Outcome.DISAGREES
    assert f"It holds at the sizes asked for, and fails with {sizes}." in explanation(verdict)


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


def test_a_missing_mean_over_the_batch_is_named():
    verdict = judged("9", "bias", "np.sum(y_hat * np.sum(y, axis=1, keepdims=True) - y, axis=0)", Sizes(N=2))
    assert "a sum over the N = 2 samples in place of their mean: 1/N is missing" in explanation(verdict)
    finding = find_out_yours(verdict.claim, verdict.formula, 0, Sizes(N=2))
    assert len(finding.counterexample.letters["y"]) == 2  # one sample shows nothing


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


def test_a_zero_that_is_zero_agrees():
    # By hand and automatic are 0 where the gradient does not depend on an entry: nothing is blurred by that.
    claim = claims_of(["11"], "derivative")[0]
    seen = compare_on(claim, claim.right, 0, Sizes(), None)
    assert np.any(seen.automatic == 0)
    assert not np.any(seen.blurred)


# No value by hand


@pytest.mark.parametrize(
    ("text", "what"),
    [("c / 0", "an infinite value"), ("0 * c / 0", "no value (NaN)"), ("np.log(-c)", "no value (NaN)")],
)
def test_what_has_no_value_by_hand_disagrees_and_says_why(text, what):
    verdict = judged("12", "sigmoid", text)
    assert verdict.outcome is Outcome.DISAGREES
    words = explanation(verdict)
    assert f"have {what} by hand." in words
    assert "agrees once" not in words
    assert "times the gradient" not in words
    assert np.all(np.isinf(verdict.comparison.badness))


# Entries that the numeric opinion did not look at


def test_an_engine_fault_in_a_large_gradient_is_not_blamed_on_the_hand(monkeypatch):
    right = RULES[np.matmul].function

    def doubled(x, y, /):
        z, (x_bar, y_bar) = right(x, y)
        return z, (x_bar, lambda z_bar: 2 * y_bar(z_bar))

    monkeypatch.setitem(RULES, np.matmul, Rule(doubled, 2, False))
    (claim,) = claims_of(["9"], "weights")
    for exact in (True, False):
        verdict = judge(claim, "right", sizes=SIZES["report"], exact=exact)
        assert verdict.outcome is Outcome.CANNOT_DECIDE
        assert verdict.blame == "automatic"
        assert verdict.worst.numeric is not None


@pytest.mark.parametrize("exact", [True, False])
def test_a_single_wrong_entry_of_a_large_gradient_is_looked_at(exact):
    (claim,) = claims_of(["9"], "weights")
    sizes = SIZES["report"]
    bump = np.zeros((144, 10))
    bump[77, 7] = 1e-6
    wrong = replace(claim.right, function=lambda *letters: claim.right.function(*letters) + bump)
    on_labels = replace(claim, conditions=())
    seen = compare_at(on_labels, wrong, claim.draw(0, 0, sizes, claim.conditions[0]), sizes, samples=3 if exact else 8)
    assert (seen.worst_index, seen.blame) == ((77, 7), "hand")


def test_where_nobody_was_asked_nobody_is_blamed():
    (claim,) = claims_of(["9"], "weights")
    sizes = SIZES["report"]
    seen = compare_at(claim, twice(claim.right), claim.draw(0, 0, sizes), sizes)
    assert seen.blame == "hand"
    unseen = np.full(np.shape(seen.hand), np.nan)
    assert replace(seen, numeric=replace(seen.numeric, value=unseen)).blame is None


def twice(form):
    return replace(form, function=lambda *letters: 2 * form.function(*letters))


def test_an_error_of_the_numeric_opinion_that_covers_both_blames_nobody():
    (claim,) = claims_of(["12"])
    seen = compare_at(claim, twice(claim.right), claim.draw(0, 0, Sizes()), Sizes())
    assert seen.blame == "hand"
    vague = replace(seen.numeric, error=np.full(np.shape(seen.hand), 10.0))
    assert replace(seen, numeric=vague).blame is None


def test_an_entry_of_several_letters_is_named_by_its_own():
    (claim,) = claims_of(["11"], "no effect")
    values = claim.draw(0, 0, Sizes())
    seen = compare_at(claim, claim.printed, values, Sizes())
    shapes = [np.shape(seen.values[name]) for name in "vqWb"]
    expected = [(name, at) for name, shape in zip("vqWb", shapes, strict=True) for at in np.ndindex(shape)]
    assert [seen.named((i,)) for i in range(seen.hand.size)] == expected
    assert seen.worst.argument in "vqWb"


def test_the_opposite_direction_is_named_a_sign():
    (claim,) = claims_of(["11"], "no effect")
    opposite = replace(claim.right, function=lambda *letters: -claim.right.function(*letters))
    assert "By hand is -1 times the gradient: a sign." in explanation(judge_formula(claim, opposite))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("exact", [True, False])
def test_a_point_without_a_finite_value_is_drawn_anew(seed, exact):
    # Of numbers with any sign, one draw in eight has three logarithms.
    seven = claims_of(["7"], "line 5")[0]
    claim = replace(
        seven, letters=seven.letters[:1], complete=lambda values: values,
        function=lambda values: np.sum(np.log(values.x)), conditions=(), derived_axes={},
    )  # fmt: skip
    assert judge_formula(claim, lambda values: 1 / values.x[0], seed, exact=exact).outcome is Outcome.AGREES
    assert judge_formula(claim, lambda values: 2 / values.x[0], seed, exact=exact).blame == "hand"


# What is not said


@pytest.mark.parametrize(
    "judgement",
    [lambda claim: judge(claim, "right"), lambda claim: judge_formula(claim, claim.right)],
    ids=["a form", "a formula"],
)
def test_a_judgement_is_exact_and_of_seed_0_unless_told(judgement):
    verdict = judgement(claims_of(["12"])[0])
    assert (verdict.seed, verdict.sizes, verdict.dtype, verdict.remark) == (0, Sizes(), np.float64, None)
    assert verdict.proof is not None
    assert verdict.comparison.hand.dtype == np.float64


@pytest.mark.parametrize("options", [{"exact": False}, {"dtype": np.float32}])
def test_a_judgement_in_floating_point_says_that_it_was_asked_for(options):
    verdict = judge(claims_of(["12"])[0], "right", **options)
    assert (verdict.outcome, verdict.proof, verdict.remark) == (Outcome.AGREES, None, "asked for")
    assert verdict.worst is None
    assert verdict.elsewhere is None


@pytest.mark.parametrize("exact", [True, False])
def test_on_a_condition_there_is_a_worst_entry_off_it_and_none_on_it(exact):
    verdict = judge(claims_of(["9"], "bias")[0], "right", exact=exact)
    assert (verdict.outcome, verdict.agrees) == (Outcome.ON_A_CONDITION, True)
    assert not np.any(verdict.comparison.differs)
    assert np.any(verdict.elsewhere.differs)
    assert verdict.worst == verdict.elsewhere.worst


@pytest.mark.parametrize("exact", [True, False])
def test_what_disagrees_agrees_nowhere(exact):
    verdict = judge(claims_of(["10"], "input")[0], "printed", exact=exact)
    assert (verdict.outcome, verdict.agrees, verdict.condition, verdict.elsewhere) == (
        Outcome.DISAGREES, False, None, None,
    )  # fmt: skip
    assert (verdict.blame, verdict.worst) == ("hand", verdict.comparison.worst)
    assert (verdict.proof is not None) is exact
    assert "evidence" not in repr(verdict)


def test_what_is_known_exactly_takes_fewer_samples_of_rounding(monkeypatch):
    asked = []

    def watched(*arguments):
        asked.append(arguments[-1])
        return compare_on(*arguments)

    monkeypatch.setattr("handgrad.verdict.compare_on", watched)
    claim = claims_of(["10"], "input")[0]
    assert judge(claim, "printed", exact=False).comparison
    assert judge(claim, "right", exact=False).elsewhere
    assert set(asked) == {SAMPLES}
    asked.clear()
    assert judge(claim, "printed").comparison
    assert judge(claim, "right").elsewhere
    assert max(asked) < SAMPLES


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        (
            "np.exp(np.log(c) + np.log(1 - c))",
            "values of log or square roots take part, whose identities have no exact meaning here",
        ),
        (  # 2 / pi and pi / 2
            "c * (1 - c) * 0.6366197723675814 * 1.5707963267948966",
            "an exact difference hangs on constants that are no simple numbers: 0.6366197723675814, 1.5707963267948966",
        ),
    ],
)
def test_an_exact_difference_that_is_no_evidence_leaves_it_to_floating_point(text, remark):
    verdict = judged("12", "sigmoid", text)
    assert (verdict.outcome, verdict.proof, verdict.remark) == (Outcome.AGREES, None, remark)


def test_an_exact_difference_below_rounding_is_one():
    verdict = judged("12", "sigmoid", "c * (1 - c) + c * 2**-60")
    assert (verdict.outcome, verdict.remark) == (Outcome.DISAGREES, "the difference is below rounding")
    assert verdict.proof is not None


WRONG = seen([3.0, 2.0], [1.0, 2.0])
ON_LABELS = {
    "it agrees": (seen([1.0, 2.0], [1.0, 2.0]), Outcome.ON_A_CONDITION),
    "it differs": (WRONG, Outcome.DISAGREES),
    "it agrees by rounding alone": (seen([1.5, 2.0], [1.0, 2.0], slack=1.0), Outcome.CANNOT_DECIDE),
    "the numeric opinion differs": (seen([1.0, 2.0], [1.0, 2.0], numeric=[4.0, 2.0]), Outcome.CANNOT_DECIDE),
}


@pytest.mark.parametrize("name", ON_LABELS)
def test_a_condition_must_leave_no_doubt(monkeypatch, name):
    there, outcome = ON_LABELS[name]
    monkeypatch.setattr(
        "handgrad.verdict.compare_on", lambda claim, formula, seed, sizes, on, *rest: there if on else WRONG
    )
    (claim,) = claims_of(["9"], "bias")
    on = claim.conditions[0] if outcome is Outcome.ON_A_CONDITION else None
    assert in_floating_point(claim, claim.right, 0, Sizes(), np.float64, SAMPLES) == (outcome, on, there)


def test_a_verdict_shows_itself_as_the_form_that_it_is_about():
    claim = claims_of(["10"])[0]
    printed = judge(claim, "printed")
    assert printed._repr_mimebundle_() == Finding(printed, "printed")._repr_mimebundle_()
    own = judge_formula(claim, claim.right)
    assert own.form is None
    assert own._repr_mimebundle_() == Finding(own, "yours")._repr_mimebundle_()
    assert printed._repr_mimebundle_() != Finding(printed, "yours")._repr_mimebundle_()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"seed": -1}, "seed: wanted an integer of at least 0, got -1"),
        ({"seed": True}, "seed: wanted an integer of at least 0, got True"),
        ({"seed": 1.0}, "seed: wanted an integer of at least 0, got 1.0"),
        ({"seed": "0"}, "seed: wanted an integer of at least 0, got '0'"),
        ({"dtype": "no type"}, "dtype: wanted float32 or float64, got no type"),
        ({"dtype": np.float16}, "dtype: wanted float32 or float64, got float16"),
    ],
)
def test_what_nothing_can_be_judged_with_is_refused(options, words):
    with pytest.raises(JudgingError, match=re.escape(words)):
        judge_formula(claims_of(["12"])[0], lambda values: values.c, **options)
