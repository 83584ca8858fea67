"""What is said of a formula that does not hold, from comparisons written down by hand and from small mistakes.

Room for rounding is 1/4 at every entry where nothing else is said, so that sums and bounds are exact.
"""

import re
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from handgrad.checking.conclusion import Conclusion
from handgrad.checking.diagnosis.results import Case, changes, common_factor, near, result_mistakes
from handgrad.checking.evidence import Evidence
from handgrad.checking.options import Options
from handgrad.checking.verdict import Outcome
from handgrad.render.text import explanation
from handgrad.report.equations import claims_of
from handgrad.report.question import asked, judge, judge_formula, typed
from handgrad.report.symbols import Sizes
from tests.checking.test_comparison import seen_as

INF, NAN = np.inf, np.nan
(WEIGHTS,) = claims_of(["9"], "weights")
(INPUT,) = claims_of(["10"], "input")
(DIRECTION,) = claims_of(["11"], "no effect")
(MAP,) = claims_of(["13"], "Code 1")
PROBLEM = asked(WEIGHTS, "right").problem
POINT = next(PROBLEM.domain.points(PROBLEM, 0, 1))
CONCLUSION = Conclusion(PROBLEM, Options(), ())


def undecided(comparison):
    return CONCLUSION.undecided_by(Evidence(PROBLEM.domain, point=POINT, seen=comparison))


def disagreeing(comparison):
    """A disagreement as far as the comparison tells it, without a cause."""
    evidence = Evidence(PROBLEM.domain, point=POINT, seen=comparison)
    return CONCLUSION.verdict(Outcome.DISAGREES, evidence, **CONCLUSION.difference(comparison))


# Nothing to explain, and nothing decided


def test_of_what_agrees_nothing_is_said():
    assert explanation(judge(claims_of(["12"])[0], "right")) is None


@pytest.mark.parametrize("exact", [True, False])
def test_of_a_condition_it_is_said_what_happens_off_it(exact):
    words = explanation(judge(claims_of(["9"], "bias")[0], "right", exact=exact))
    off = "3 of 3 entries differ, at a random point. It holds where sum_k y_k = 1, and fails elsewhere."
    assert words == off


UNDECIDED = {
    "no finite derivative": (
        seen_as([1.0, 2.0], [INF, 2.0]),
        "no opinion on the derivative at a random point: the automatic one is not finite",
    ),
    "ill-conditioned": (
        seen_as([8.0, 2.0], [8.0, 1.0], slack=8.0),
        "rounding alone moves the result by as much as the gradient itself",
    ),
    "nobody was asked": (seen_as([9.0, 2.0], [1.0, 2.0], numeric=[NAN, 2.0]), "the numeric one can't tell"),
    "the numeric one is vague": (
        seen_as([9.0, 2.0], [1.0, 2.0], numeric=[5.0, 2.0], error=10.0),
        "the numeric one can't tell",
    ),
    "three opinions": (
        seen_as([9.0, 2.0], [1.0, 2.0], numeric=[5.0, 2.0]),
        "by hand, automatic and numeric give three different values",
    ),
    "a missing value": (
        seen_as([NAN, 2.0], [1.0, 2.0], numeric=[5.0, 2.0]),
        "1 of 2 entries have no finite value by hand",
    ),
}


@pytest.mark.parametrize("name", UNDECIDED)
def test_why_nothing_was_decided(name):
    comparison, words = UNDECIDED[name]
    verdict = undecided(comparison)
    assert (verdict.outcome, verdict.blame) == (Outcome.CANNOT_DECIDE, None)
    assert words in verdict.reason
    assert words[1:] in explanation(verdict)


@pytest.mark.parametrize(
    ("numeric", "automatic", "blame", "words"),
    [
        ([1.0], [5.0], "automatic", "numeric agree, and the automatic gradient differs from both: the engine is to"),
        ([5.0], [1.0], "numeric", "By hand and automatic agree, and the numeric gradient differs from both."),
    ],
)
def test_who_stands_alone_is_told(numeric, automatic, blame, words):
    verdict = undecided(seen_as([1.0], automatic, numeric=numeric))
    assert verdict.blame == blame
    assert words in explanation(verdict)


# How many


@pytest.mark.parametrize(
    ("hand", "automatic", "words"),
    [
        (3.0, 1.0, "The value differs, at a random point."),
        ([3.0], [1.0], "The value differs, at a random point."),
        ([3.0, 2.0], [1.0, 2.0], "1 of 2 entries differ, at a random point."),
        ([[3.0, 2.0, 5.0], [4.0, 4.0, 4.0]], np.ones((2, 3)), "6 of 6 entries differ, at a random point."),
        (
            [NAN, 1.0, 2.0],
            [1.0, 1.0, 1.0],
            "2 of 3 entries differ, at a random point. 1 of them has no finite value by hand.",
        ),
        (
            [NAN, NAN, 2.0],
            [1.0, 1.0, 1.0],
            "3 of 3 entries differ, at a random point. 2 of them have no finite value by hand.",
        ),
        (
            [NAN, INF, -INF],
            [1.0, 1.0, 1.0],
            "3 of 3 entries differ, at a random point. 3 of them have no finite value by hand.",
        ),
    ],
)
def test_how_many_entries_differ(hand, automatic, words):
    assert explanation(disagreeing(seen_as(hand, automatic))) == words


def test_a_difference_below_rounding_is_told_as_one():
    question = typed(claims_of(["12"])[0], "c * (1 - c) + c * 2**-60")
    assert explanation(question.verdict) == "The difference is below rounding at the points that were looked at."


# Factors


def case(hand, automatic, lengths=None, what="gradient"):
    return Case(("a",), (np.array(hand, float),), (np.array(automatic, float),), lengths or {}, what)


@pytest.mark.parametrize(
    ("factor", "batch", "words"),
    [
        (Fraction(-1), 1, "the sign is wrong"),
        (Fraction(4), 1, "an average over four taken as their sum: 1/4 is missing"),
        (Fraction(1, 4), 1, "1/4 once too often"),
        (Fraction(2), 1, "a factor 2 too much, as from a square whose 1/2 is missing"),
        (Fraction(1, 2), 1, "a factor 2 is missing, as from a square"),
        (Fraction(0), 1, "nothing is left of it"),
        (Fraction(2), 2, "a sum stands where a mean is meant: 1/N is missing"),
        (Fraction(1, 2), 2, "1/N stands twice"),
        (Fraction(3), 3, "a sum stands where a mean is meant: 1/N is missing"),
        (Fraction(1, 3), 3, "1/N stands twice"),
        (Fraction(3), 2, None),
        (Fraction(7), 1, None),
    ],
)
def test_what_a_factor_comes_from(factor, batch, words):
    right = [[1.0, 2.0, 3.0], [-1.0, 0.5, 2.5]]
    lengths = {batch: "axis 0 of X"} if batch > 1 else {}
    cases = [case(float(factor) * np.array(x), x, lengths) for x in right]
    (found,) = result_mistakes(cases)
    assert found.factor == float(factor)
    head, _, rest = found.words.partition(":")
    assert head == f"by hand is {factor} times the gradient"
    assert (words in rest) if words else not rest


def test_a_factor_of_one_is_no_mistake():
    assert list(result_mistakes([case([1.0, 2.0], [1.0, 2.0])] * 2)) == []


@pytest.mark.parametrize("batch", [2, 3, 4])
def test_a_factor_that_is_the_length_of_the_batch_is_told_by_it(batch):
    text = "np.sum(y_hat * np.sum(y, axis=1, keepdims=True) - y, axis=0)"
    words = explanation(typed(claims_of(["9"], "bias")[0], text, sizes=Sizes(N=batch)).verdict)
    assert f"By hand is {batch} times the gradient" in words
    assert "1/N is missing" in words


@pytest.mark.parametrize(
    ("hand", "automatic", "factor"),
    [
        ([2.0, -4.0, 6.0], [1.0, -2.0, 3.0], 2),
        ([0.0, 0.0], [1.0, 2.0], 0),
        ([-1.0, 3.0], [1.0, -3.0], -1),
        ([2.0, 5.0, 6.0], [1.0, 3.0, 3.0], None),  # one entry is its own
        ([2.0, 4.0, 6.0 + 1e-8], [1.0, 2.0, 3.0], 2),
        ([2.0, 4.0, 6.0 + 1e-5], [1.0, 2.0, 3.0], None),
        ([-8.0, -4.0], [2.0, -2.0], None),
        ([-2.0, -4.0], [-1.0, -2.0], 2),
        ([INF, 4.0], [1.0, 2.0], None),
        ([NAN, 4.0], [1.0, 2.0], None),
        ([1.0, 2.0], [0.0, 0.0], None),
        ([1.0], [1000.0], Fraction(1, 1000)),
        ([1.0], [1001.0], pytest.approx(1 / 1001, rel=1e-12)),  # no simple number, but a number
        ([1 / 3], [1.0], Fraction(1, 3)),
    ],
)
def test_a_factor_is_found_where_it_explains_every_entry(hand, automatic, factor):
    assert common_factor([case(hand, automatic)], [0]) == factor


@pytest.mark.parametrize("factor", [2, 0, -1, 7])
def test_a_factor_of_a_map_is_one_of_its_value(factor):
    scaled = replace(MAP.right, function=lambda *letters: factor * MAP.right.function(*letters))
    words = explanation(judge_formula(MAP, scaled))
    assert f"By hand is {factor} times the value" in words
    assert "gradient" not in words


def test_a_factor_without_a_name_is_told_all_the_same():
    seven = explanation(typed(claims_of(["7"], "line 5")[0], "7 * (y_hat * np.sum(y) - y)").verdict)
    assert "By hand is 7 times the gradient; to fix it, divide by 7." in seven


# Other orders

GRID = np.arange(6.0).reshape(2, 3)


@pytest.mark.parametrize(
    ("right", "turned", "words"),
    [
        ([1.0, 2.0, 4.0], [4.0, 2.0, 1.0], "it agrees once reversed"),
        ([1.0, 2.0, 4.0], [4.0, 1.0, 2.0], "it agrees once every entry is moved by one"),
        ([1.0, 2.0], [2.0, 1.0], "it agrees once every entry is moved by one"),
        (GRID, GRID[::-1, ::-1], "it agrees once its last two axes are turned by 180 degrees"),
        (GRID, GRID[:, ::-1], "it agrees once reversed along axis 1"),
        ([[1.0, 2.0], [3.0, 4.0]], [[1.0, 3.0], [2.0, 4.0]], "it agrees once transposed"),
        ([[1.0, 2.0], [3.0, 4.0]], [[4.0, 3.0], [2.0, 1.0]], "it agrees once its last two axes are turned"),
        ([1.0, 2.0, 3.0, 4.0], [4.0, 3.0, 2.0, 1.0], "it agrees once reversed"),
    ],
)
def test_an_order_that_explains_all_is_said(right, turned, words):
    scaled = [1.0, -3.0]
    (found,) = result_mistakes([case(c * np.array(turned), c * np.array(right)) for c in scaled])
    assert words in found.words


@pytest.mark.parametrize("n", [2, 3])
def test_an_image_whose_rows_and_columns_are_exchanged_is_told(n):
    formula = "np.ravel(np.reshape(W @ (y_hat * np.sum(y) - y), (n, n)).T)"
    verdict = typed(INPUT, formula, sizes=Sizes(n=n)).verdict
    assert verdict.outcome is Outcome.DISAGREES
    assert verdict.diagnosis
    assert re.search("exchanged|transposed|the wrong way round", explanation(verdict))


def test_three_axes_all_reversed_are_told():
    right = np.arange(8.0).reshape(2, 2, 2)
    (found,) = result_mistakes([case(c * right[::-1, ::-1, ::-1], c * right) for c in (1.0, -3.0)])
    assert "reversed" in found.words


def test_one_entry_has_no_order():
    assert list(changes(())) == []
    assert [change(np.array([5.0])).tolist() for _, _, change in changes((1,))] in ([], [[5.0]])


def test_an_order_must_explain_both_points():
    assert list(result_mistakes([case([2.0, 1.0], [1.0, 2.0]), case([3.0, 7.0], [3.0, 8.0])])) == []


@pytest.mark.parametrize(("value", "close"), [(1.25, True), (0.75, True), (1.5 + 1e-9, False), (0.5 - 1e-9, False)])
def test_near_is_a_share_of_the_largest_entry(value, close):
    assert near(np.array([2.0, value]), np.array([2.0, 1.0]), 0.25) is close


# The author's note, and what is claimed of a direction


def test_the_authors_note_is_told_of_the_printed_form_and_only_where_the_diagnosis_is_silent():
    (bias,) = claims_of(["15"], "bias")
    assert bias.authors_note
    printed = asked(bias, "printed")
    assert printed.verdict.outcome is Outcome.DISAGREES
    told = f"author's note: {bias.authors_note}"
    assert (told in str(printed)) is (not printed.verdict.diagnosis)
    assert "author's note" not in str(asked(bias, "right"))
    assert "author's note" not in str(typed(bias, "0 * k"))
    assert "author's note" not in str(asked(replace(bias, authors_note=""), "printed"))


WRONG_PRINTS = [
    ("10", "input, first line"), ("10", "input"), ("11", "entries"), ("11", "map"), ("11", "no effect"),
    ("15", "weights"), ("15", "bias"),
]  # fmt: skip


@pytest.mark.parametrize(("equation", "part"), WRONG_PRINTS)
def test_of_every_wrong_print_something_is_said_that_helps(equation, part):
    question = asked(claims_of([equation], part)[0], "printed")
    assert question.verdict.diagnosis or question.authors_note


def test_where_only_a_direction_is_claimed_it_is_said():
    said = "Only directions are compared: by hand was first scaled to come as near as it can."
    assert said in explanation(judge(DIRECTION, "printed"))
    assert said not in explanation(judge(INPUT, "printed"))


def test_the_sentences_stand_one_after_the_other():
    words = explanation(typed(claims_of(["7"], "line 5")[0], "2 * (y_hat * np.sum(y) - y)").verdict)
    assert words == (
        "3 of 3 entries differ, at a random point. By hand is 2 times the gradient: "
        "a factor 2 too much, as from a square whose 1/2 is missing; to fix it, divide by 2."
    )
