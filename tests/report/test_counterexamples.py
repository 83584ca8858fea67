"""Counterexamples fail clearly, are small and plain; explanations name the change that explains all."""

import json
from dataclasses import replace

import numpy as np
import pytest

from handgrad.counterexample import SMALLEST_FIRST, plain, smallest
from handgrad.findings import find_out, find_out_yours
from handgrad.oracles.numeric import numeric
from handgrad.report.equations import claims_of
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


@pytest.mark.parametrize(("equation", "part"), WRONG_PRINTS)
def test_example_fails_clearly_when_computed_again(equation, part):
    (claim,) = claims_of([equation], part)
    example = smallest(claim, claim.printed, 0, claim.conditions[0] if claim.conditions else None)
    values = again(claim, example)
    hand = np.ravel(claim.printed(claim.complete(values)))
    third = numeric(claim, values, [], np.random.default_rng(0))
    machine = np.ravel(third.value)
    if claim.up_to_scale:
        hand = hand * np.vdot(hand, machine) / np.vdot(hand, hand)
    np.testing.assert_allclose(np.ravel(example.hand), hand, rtol=1e-12)
    np.testing.assert_allclose(np.ravel(example.automatic), machine, rtol=1e-12, atol=1e-15)
    assert np.any(np.isnan(hand) | (np.abs(hand - machine) > 0.1 * np.maximum(np.abs(hand), np.abs(machine))))
    assert np.all(np.isin(np.concatenate([np.ravel(x) for x in example.letters.values()]), [-2, -1, 0, 1, 2, 3]))
    if "y" in example.letters:
        assert np.sum(example.letters["y"]) == 1


def again(claim, example):
    """The letters of an example with their axes for batch and filters."""
    for sizes in SMALLEST_FIRST:
        shapes = {letter.name: claim.sizes(sizes).shape(letter.axes) for letter in claim.letters}
        if all(np.size(example.letters[name]) == np.prod(shape) for name, shape in shapes.items()):
            letters = {name: np.reshape(example.letters[name], shape) for name, shape in shapes.items()}
            return Values(letters | claim.numbers(claim.sizes(sizes)))
    raise AssertionError("the example has none of the small sizes")


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


def test_what_is_off_by_a_hundredth_is_no_clear_example():
    claim = claims_of(["12"])[0]
    for off, clear in ((1.01, False), (1.2, True)):
        form = replace(claim.right, function=lambda c, off=off: off * c * (1 - c))
        assert (smallest(claim, form) is not None) == clear


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
    from handgrad.formula.expression import formula_of

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
