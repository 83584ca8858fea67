"""Counterexamples fail clearly, are small and plain; explanations name the change that explains all."""

import json
from dataclasses import replace

import numpy as np
import pytest

from handgrad.checking.oracles.numeric import numeric
from handgrad.checking.shrink import listed, shrink
from handgrad.checking.verdict import Outcome
from handgrad.render.text import explanation
from handgrad.report.equations import claims_of
from handgrad.report.problems import SIMPLE
from handgrad.report.question import Question, asked, judge_formula, typed
from handgrad.report.symbols import LABELS_SUM_TO_ONE, Sizes
from handgrad.values import Values

# What the mathematics says, worked out on paper.
WRONG_PRINTS = [
    ("10", "input, first line"),
    ("10", "input"),
    ("11", "map"),
    ("11", "no effect"),
    ("15", "weights"),
    ("15", "bias"),
]


def smallest(claim, formula, condition=None):
    problem = Question(claim, formula).problem
    return shrink(problem, problem.domain if condition is None else problem.domain.on(condition), 0)


@pytest.mark.parametrize(("equation", "part"), WRONG_PRINTS)
def test_example_fails_clearly_when_computed_again(equation, part):
    (claim,) = claims_of([equation], part)
    question = asked(claim, "printed")
    example = question.verdict.counterexample
    values, sizes = again(claim, example)
    hand = np.ravel(claim.printed(claim.complete(values)))
    inputs = replace(question, sizes=sizes).inputs(values)
    third, _ = numeric(question.problem, inputs, hand, [], np.random.default_rng(0), judges=False)
    machine = np.ravel(third.value)
    if claim.up_to_scale:
        hand = hand * np.vdot(hand, machine) / np.vdot(hand, hand)
    np.testing.assert_allclose(np.ravel(np.array(example.hand, float)), hand, rtol=1e-12)
    np.testing.assert_allclose(np.ravel(example.automatic), machine, rtol=1e-12, atol=1e-15)
    assert np.any(np.isnan(hand) | (np.abs(hand - machine) > 0.1 * np.maximum(np.abs(hand), np.abs(machine))))
    assert np.all(np.isin(np.concatenate([np.ravel(x) for x in example.inputs.values()]), [-2, -1, 0, 1, 2, 3]))
    if "y" in example.inputs:
        assert np.sum(example.inputs["y"]) == 1


def again(claim, example):
    """The letters of an example with their axes for batch and filters, and its sizes."""
    for sizes in SIMPLE:
        if not claim.letters:
            sizes = Sizes(n=example.inputs["n"])
        shapes = {letter.name: claim.sizes(sizes).shape(letter.axes) for letter in claim.letters}
        if all(np.size(example.inputs[name]) == np.prod(shape) for name, shape in shapes.items()):
            letters = {name: np.reshape(example.inputs[name], shape) for name, shape in shapes.items()}
            return Values(letters | claim.numbers(claim.sizes(sizes))), sizes
    raise AssertionError("the example has none of the small sizes")


def test_the_example_for_ten_is_the_one_found_on_paper():
    # Two outputs, one input, only the second output's weight: y_hat = (1/2, 1/2), so the printed term i = 0
    # is (1/2 - 1) 0 = 0, the true sum 0 + (1/2 - 0) 1 = 1/2.
    question = asked(claims_of(["10"], "input")[0], "printed")
    assert question.to_dict()["counterexample"] == {
        "letters": {"a": [0.0], "W": [[0.0, 1.0]], "b": [0.0, 0.0], "y": [1.0, 0.0]},
        "hand": [0.0],
        "automatic": [0.5],
    }


def test_there_is_no_example_against_a_right_formula():
    claim = claims_of(["10"], "input")[0]
    assert smallest(claim, claim.right, LABELS_SUM_TO_ONE) is None
    assert smallest(claim, claim.right) is not None  # off the condition there is


@pytest.mark.parametrize("condition", [None, LABELS_SUM_TO_ONE], ids=["any labels", "labels that sum to 1"])
def test_an_example_is_on_the_condition_that_it_was_asked_on(condition):
    claim = claims_of(["10"], "input")[0]
    twice = replace(claim.right, function=lambda *letters: 2 * claim.right.function(*letters))
    example = smallest(claim, twice, condition)
    assert condition is None or np.sum(example.inputs["y"]) == 1
    assert not np.allclose(example.hand, example.automatic)


def test_what_is_off_by_a_hundredth_is_no_clear_example():
    claim = claims_of(["12"])[0]
    for off, clear in ((1.01, False), (1.2, True)):
        form = replace(claim.right, function=lambda c, off=off: off * c * (1 - c))
        assert (smallest(claim, form) is not None) == clear


def test_plain_values_are_json():
    assert json.dumps(listed(np.array([[1.0, np.nan], [np.inf, -0.0]]))) == "[[1.0, null], [null, 0.0]]"


def test_an_example_is_json():
    for equation, part in WRONG_PRINTS:
        found = asked(claims_of([equation], part)[0], "printed").to_dict()["counterexample"]
        assert json.loads(json.dumps(found)) == found


EXPLAINED = [
    ("-(y_hat - y)", "-1 times the gradient"),
    ("4 * (y_hat - y)", "4 times the gradient: an average over four"),
    ("(y_hat - y) / 4", "1/4 times the gradient"),
    ("(y_hat - y)[::-1]", "agrees once reversed"),
    ("3 * (y_hat - y)", "3 times the gradient"),
]


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize(("formula", "words"), EXPLAINED)
def test_a_simple_mistake_is_named(formula, words, exact):
    question = replace(typed(claims_of(["7"], "line 5")[0], formula), exact=exact)
    assert question.verdict.outcome is Outcome.DISAGREES
    assert words in explanation(question.verdict)


def test_a_transpose_is_named():
    claim = claims_of(["9"], "weights")[0]
    swapped = replace(claim.right, function=lambda *letters: claim.right.function(*letters).T)
    verdict = judge_formula(claim, swapped, 0, Sizes(K=4))
    assert verdict.outcome is Outcome.DISAGREES
    assert "agrees once transposed" in explanation(verdict)


def test_nothing_is_named_where_nothing_explains_all():
    claim = claims_of(["7"], "line 5")[0]
    verdict = judge_formula(claim, lambda values: values.y_hat**2 * np.sum(np.cos(values.y)), 0, Sizes())
    assert explanation(verdict) == "3 of 3 entries differ, at a random point."


def test_an_index_that_leaves_the_image_is_told():
    question = asked(claims_of(["11"], "map")[0], "printed", 0, Sizes(n=3))
    # The last of three rows of windows reads below the image: 3 of 9 entries, worked out from (11).
    assert "3 of them have no finite value by hand." in explanation(question.verdict)
    assert question.verdict.missing == 3
    assert question.to_dict()["worst"]["hand"] is not None
    (found,) = question.verdict.diagnosis
    assert found.kind == "index shifted"
