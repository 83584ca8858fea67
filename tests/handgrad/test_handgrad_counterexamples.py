"""Counterexamples fail clearly, are small and plain; explanations name the change that explains all."""

import json
from dataclasses import replace

import numpy as np
import pytest

from handgrad.counterexample import CLEARLY, plain, plainness, smallest
from handgrad.equations import REPORT, claims_of
from handgrad.findings import find_out, find_out_yours
from handgrad.letters import LABELS_SUM_TO_ONE, Sizes, Values
from handgrad.verdict import judge


def failing(form):
    return [
        pytest.param(claim, id=claim.id)
        for claim in REPORT
        if not judge(claim, form).agrees and claim.part != "entries"
    ]


@pytest.mark.parametrize("claim", failing("printed"))
def test_example_fails_clearly_when_computed_again(claim):
    condition = claim.conditions[0] if claim.conditions else None
    example = smallest(claim, claim.printed, 0, condition)
    assert example is not None
    hand, machine = np.ravel(example.hand), np.ravel(example.automatic)
    size = np.maximum(np.abs(hand), np.abs(machine))
    assert np.any(np.isnan(hand) | (np.abs(hand - machine) > CLEARLY * size))
    if "y" in example.letters:
        assert np.sum(example.letters["y"]) == 1
    assert all(
        plainness(float(x)) <= 2 and float(x).is_integer() for v in example.letters.values() for x in np.ravel(v)
    )


def test_the_example_for_ten_is_the_one_found_on_paper():
    # Two outputs, one input, only the second output's weight: y_hat = (1/2, 1/2), so the printed term i = 0
    # is (1/2 - 1) 0 = 0, the true sum 0 + (1/2 - 0) 1 = 1/2.
    claim = claims_of(["10"], "input")[0]
    example = smallest(claim, claim.printed, 0, LABELS_SUM_TO_ONE)
    assert example.to_dict() == {
        "letters": {"a": [0.0], "W": [[0.0, 1.0]], "b": [0.0, 0.0], "y": [1.0, 0.0]},
        "hand": [0.0],
        "automatic": [0.5],
    }


def test_there_is_no_example_against_a_right_formula():
    claim = claims_of(["10"], "input")[0]
    assert smallest(claim, claim.right, 0, LABELS_SUM_TO_ONE) is None


def test_plain_values_are_json():
    assert json.dumps(plain(np.array([[1.0, np.nan], [np.inf, -0.0]]))) == "[[1.0, null], [null, 0.0]]"


EXPLAINED = [
    ("-(y_hat - y)", "-1 times the gradient: a sign"),
    ("4 * (y_hat - y)", "4 times the gradient: an average over four"),
    ("(y_hat - y) / 4", "1/4 times the gradient"),
    ("(y_hat - y)[::-1]", "agrees once reversed"),
    ("3 * (y_hat - y)", "3 times the gradient."),
]


@pytest.mark.parametrize(("formula", "words"), EXPLAINED)
def test_a_simple_mistake_is_named(formula, words):
    from handgrad.expression import formula_of

    claim = claims_of(["7"], "line 5")[0]
    finding = find_out_yours(claim, formula_of(formula, list(claim.shapes(Sizes())), claim.as_read), 0, Sizes())
    assert words in finding.explanation


def test_a_transpose_is_named():
    claim = claims_of(["9"], "weights")[0]
    swapped = replace(claim.right, function=lambda *letters: claim.right.function(*letters).T)
    finding = find_out_yours(claim, lambda values: np.reshape(swapped(values), (4, 4)), 0, Sizes(K=4))
    assert "agrees once transposed" in finding.explanation


def test_nothing_is_named_where_nothing_explains_all():
    claim = claims_of(["7"], "line 5")[0]
    finding = find_out_yours(claim, lambda values: Values(values).y_hat[0] ** 2, 0, Sizes())
    assert finding.explanation == "3 of 3 entries differ."


def test_an_index_that_leaves_the_image_is_told():
    finding = find_out(claims_of(["11"], "map")[0], "printed", 0, Sizes(n=3))
    # The last of three rows of windows reads below the image: 3 of 9 entries, worked out from (11).
    assert "3 of them have no value (NaN) by hand." in finding.explanation
    assert "so that no window leaves the image" in finding.explanation
    assert finding.to_dict()["worst"]["hand"] is not None
