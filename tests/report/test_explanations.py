"""What is said of a formula that does not hold, from comparisons written down by hand.

Room for rounding is 1/4 at every entry where nothing else is said, so that sums and bounds are exact.
"""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from handgrad.comparison import Comparison
from handgrad.diagnosis import constant_factor, explanation, extent, matches, named_factor, rearrangements, undecided
from handgrad.oracles.numeric import Opinion
from handgrad.report.equations import claims_of
from handgrad.report.symbols import Sizes
from handgrad.values import Values
from handgrad.verdict import Outcome, Verdict, judge

INF, NAN = np.inf, np.nan
(WEIGHTS,) = claims_of(["9"], "weights")
(PRINTED_WRONG,) = claims_of(["10"], "input")
(DIRECTION,) = claims_of(["11"], "no effect")
(MAP,) = claims_of(["11"], "map")


def seen(hand, automatic, numeric=None, error=0.0, room=0.25, slack=0.0, sizes=None):
    """A comparison of these values; the numeric opinion is the automatic one unless another is given."""
    hand, automatic = np.array(hand, dtype=float), np.array(automatic, dtype=float)
    third = automatic if numeric is None else np.array(numeric, dtype=float)

    def full(x):
        return np.full(hand.shape, x, dtype=float)

    opinion = Opinion(third, full(error), "complex step")
    return Comparison(("a",), Values({}), hand, automatic, opinion, full(room), full(slack), sizes)


def verdict(comparison, outcome=Outcome.DISAGREES, claim=WEIGHTS, form=None, blame=None, sizes=None, on=None):
    sizes = sizes or Sizes()
    return Verdict(claim, form, claim.right, outcome, on, blame, None, None, 0, sizes, np.float64, comparison)


# Nothing to explain, and nothing decided


def test_of_what_agrees_nothing_is_said():
    assert explanation(verdict(seen([1.0], [1.0]), Outcome.AGREES)) is None


def test_of_a_condition_it_is_said_what_happens_off_it():
    (claim,) = claims_of(["9"], "bias")
    off = "It holds where sum_k y_k = 1. Elsewhere it fails: 3 of 3 entries differ."
    assert explanation(judge(claim, "right")) == off


UNDECIDED = {
    "no finite derivative": (
        seen([1.0, 2.0], [INF, 2.0]),
        "The function has no finite derivative at any point that was drawn.",
    ),
    "blurred by rounding": (
        seen([8.0, 2.0], [8.0, 1.0], slack=8.0),
        "In floating point, rounding alone moves the result by as much as the gradient itself.",
    ),
    "nobody was asked": (
        seen([9.0, 2.0], [1.0, 2.0], numeric=[NAN, 2.0]),
        "By hand and automatic differ at entries of which there is no numeric opinion.",
    ),
    "the numeric one is vague": (
        seen([9.0, 2.0], [1.0, 2.0], numeric=[5.0, 2.0], error=10.0),
        "By hand and automatic differ by less than the numeric gradient can tell.",
    ),
    "three opinions": (
        seen([9.0, 2.0], [1.0, 2.0], numeric=[5.0, 2.0]),
        "By hand, automatic and numeric give three different values.",
    ),
}


@pytest.mark.parametrize("name", UNDECIDED)
def test_why_nothing_was_decided(name):
    comparison, words = UNDECIDED[name]
    assert explanation(verdict(comparison, Outcome.CANNOT_DECIDE)) == words


@pytest.mark.parametrize(
    ("blame", "words"),
    [
        ("automatic", "numeric agree and the automatic gradient differs from both: the engine is to blame."),
        ("numeric", "By hand and automatic agree and the numeric gradient differs from both."),
    ],
)
def test_who_stands_alone_is_told(blame, words):
    assert words in undecided(verdict(seen([1.0], [1.0]), Outcome.CANNOT_DECIDE, blame=blame))


# How many


@pytest.mark.parametrize(
    ("hand", "automatic", "words"),
    [
        ([1.0, 2.0], [1.25, 2.0], "The difference is smaller than rounding: floating point can't see it here."),
        (3.0, 1.0, "The value differs."),
        ([3.0], [1.0], "The value differs."),
        ([3.0, 2.0], [1.0, 2.0], "1 of 2 entries differ."),
        ([[3.0, 2.0, 5.0], [4.0, 4.0, 4.0]], np.ones((2, 3)), "6 of 6 entries differ."),
        ([NAN, 1.0, 2.0], [1.0, 1.0, 1.0], "2 of 3 entries differ. 1 of them has no value (NaN) by hand."),
        ([NAN, NAN, 2.0], [1.0, 1.0, 1.0], "3 of 3 entries differ. 2 of them have no value (NaN) by hand."),
        (
            [NAN, INF, -INF],
            [1.0, 1.0, 1.0],
            "3 of 3 entries differ. 1 of them has no value (NaN) by hand. 2 of them have an infinite value by hand.",
        ),
    ],
)
def test_how_many_entries_differ(hand, automatic, words):
    assert extent(seen(hand, automatic)) == words


# At which sizes


@pytest.mark.parametrize(
    ("asked", "there", "words"),
    [
        (Sizes(), Sizes(), "The value differs."),
        (Sizes(), None, "The value differs."),
        (Sizes(), Sizes(n=3), "It holds at the sizes asked for, and fails with n = 3. The value differs."),
        (
            Sizes(n=3),
            Sizes(K=4, n=2),
            "It holds at the sizes asked for, and fails with K = 4, n = 2. The value differs.",
        ),
    ],
)
def test_other_sizes_are_named_by_what_changed(asked, there, words):
    assert explanation(verdict(seen([3.5], [1.0], sizes=there), sizes=asked, claim=WEIGHTS)).startswith(words)


# Factors


@pytest.mark.parametrize(
    ("factor", "batch", "words"),
    [
        (Fraction(-1), 1, "a sign"),
        (Fraction(4), 1, "an average over four entries taken as their sum: 1/4 is missing"),
        (Fraction(1, 4), 1, "1/4 once too often"),
        (Fraction(2), 1, "a factor 2 too much, as from a square whose 1/2 is missing"),
        (Fraction(1, 2), 1, "a factor 2 is missing, as from a square"),
        (Fraction(0), 1, "nothing is left of the gradient"),
        (Fraction(2), 2, "a sum over the N = 2 samples in place of their mean: 1/N is missing"),
        (Fraction(1, 2), 2, "1/N once too often, for N = 2 samples"),
        (Fraction(3), 3, "a sum over the N = 3 samples in place of their mean: 1/N is missing"),
        (Fraction(1, 3), 3, "1/N once too often, for N = 3 samples"),
        (Fraction(3), 2, None),
        (Fraction(1), 1, None),
        (Fraction(7), 1, None),
    ],
)
def test_what_a_factor_comes_from(factor, batch, words):
    assert named_factor(factor, batch) == words


@pytest.mark.parametrize(
    ("hand", "automatic", "room", "factor"),
    [
        ([2.0, -4.0, 6.0], [1.0, -2.0, 3.0], 0.25, 2),
        ([0.0, 0.0], [1.0, 2.0], 0.25, 0),
        ([-1.0, 3.0], [1.0, -3.0], 0.25, -1),
        ([2.0, 5.0, 6.0], [1.0, 3.0, 3.0], 0.25, None),  # one entry is its own
        # 2 off by 1 + 2 times the room, and by more
        ([2.0, 4.0, 6.75], [1.0, 2.0, 3.0], 0.25, 2),
        ([2.0, 4.0, 6.875], [1.0, 2.0, 3.0], 0.25, None),
        ([-2.0, -4.0, -6.75], [1.0, 2.0, 3.0], 0.25, -2),
        ([-2.0, -4.0, -6.875], [1.0, 2.0, 3.0], 0.25, None),
        ([0.5], [0.25], 0.25, None),  # as small as rounding: a ratio says nothing
        ([0.5, 4.0], [0.25, 2.0], 0.25, 2),
        ([-8.0, -4.0], [2.0, -2.0], 0.25, None),
        ([-2.0, -4.0], [-1.0, -2.0], 0.25, 2),
        ([INF, 4.0], [1.0, 2.0], 0.25, None),
        ([NAN, 4.0], [1.0, 2.0], 0.25, None),
        # simple means a denominator of at most 1000
        ([1.0], [1000.0], 1e-9, Fraction(1, 1000)),
        ([1.0], [1001.0], 1e-9, None),
        ([1 / 3], [1.0], 1e-9, Fraction(1, 3)),
    ],
)
def test_a_factor_is_found_where_it_explains_every_entry(hand, automatic, room, factor):
    assert constant_factor(seen(hand, automatic, room=room)) == factor


def test_a_factor_is_said_of_a_gradient_and_not_of_a_map():
    twice = seen([2.0, 4.0], [1.0, 2.0])
    said = "By hand is 2 times the gradient: a factor 2 too much, as from a square whose 1/2 is missing."
    assert said in explanation(verdict(twice))
    assert "times the gradient" not in explanation(verdict(twice, claim=MAP))
    assert "By hand is 7 times the gradient." in explanation(verdict(seen([7.0, 14.0], [1.0, 2.0])))


@pytest.mark.parametrize(
    ("sizes", "words"),
    [(None, "a factor 2 too much"), (Sizes(), "a factor 2 too much"), (Sizes(N=2), "a sum over the N = 2 samples")],
)
def test_the_batch_is_that_of_the_point_seen(sizes, words):
    assert words in explanation(verdict(seen([2.0, 4.0], [1.0, 2.0], sizes=sizes), sizes=sizes))


# Other orders

GRID = np.arange(6.0).reshape(2, 3)


@pytest.mark.parametrize(
    ("hand", "orders"),
    [
        (np.array(1.0), {}),
        (np.array([1.0]), {}),
        (np.array([[5.0]]), {"transposed": [[5.0]]}),
        (np.array([1.0, 2.0]), {"reversed": [2.0, 1.0]}),
        (GRID, {"reversed": [[5.0, 4.0, 3.0], [2.0, 1.0, 0.0]]}),
        (
            np.array([[1.0, 2.0], [3.0, 4.0]]),
            {"transposed": [[1.0, 3.0], [2.0, 4.0]], "reversed": [[4.0, 3.0], [2.0, 1.0]]},
        ),
        (
            np.array([1.0, 2.0, 3.0, 4.0]),
            {"reversed": [4.0, 3.0, 2.0, 1.0], "its rows and columns are exchanged": [1.0, 3.0, 2.0, 4.0]},
        ),
        (
            np.arange(9.0),
            {
                "reversed": np.arange(8.0, -1.0, -1.0).tolist(),
                "its rows and columns are exchanged": [0.0, 3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0],
            },
        ),
        (np.arange(5.0), {"reversed": [4.0, 3.0, 2.0, 1.0, 0.0]}),
        (np.arange(8.0).reshape(2, 2, 2), {"reversed": [[[7.0, 6.0], [5.0, 4.0]], [[3.0, 2.0], [1.0, 0.0]]]}),
    ],
)  # fmt: skip
def test_the_orders_that_are_tried(hand, orders):
    assert {words: turned.tolist() for words, turned in rearrangements(hand)} == orders


def test_an_order_that_explains_all_is_said():
    turned = seen([[1.0, 2.0], [3.0, 4.0]], [[1.0, 3.0], [2.0, 4.0]])
    words = explanation(verdict(turned))
    assert "2 of 4 entries differ." in words
    assert "It agrees once transposed." in words
    assert "reversed" not in words


@pytest.mark.parametrize(("value", "near"), [(1.25, True), (0.75, True), (1.5, False), (0.5, False)])
def test_an_order_explains_within_rounding(value, near):
    assert matches(np.array([2.0, value]), seen([9.0, 9.0], [2.0, 1.0])) is near


# The right form, and what is claimed of a direction


def test_the_right_form_is_told_of_the_printed_one_alone():
    wrong = seen([3.0, 5.0], [1.0, 7.0])
    said = f"The right form puts in {PRINTED_WRONG.correction}."
    assert said in explanation(verdict(wrong, claim=PRINTED_WRONG, form="printed"))
    assert said not in explanation(verdict(wrong, claim=PRINTED_WRONG, form="right"))
    assert said not in explanation(verdict(wrong, claim=PRINTED_WRONG))
    assert "puts in" not in explanation(verdict(wrong, claim=replace(PRINTED_WRONG, correction=""), form="printed"))


def test_where_only_a_direction_is_claimed_it_is_said():
    wrong = seen([3.0, 5.0], [1.0, 7.0])
    said = "Only directions are compared: by hand was first scaled to come as near as it can."
    assert said in explanation(verdict(wrong, claim=DIRECTION))
    assert said not in explanation(verdict(wrong))


def test_the_sentences_stand_one_after_the_other():
    there = seen([2.0, 4.0], [1.0, 2.0], sizes=Sizes(n=3))
    assert explanation(verdict(there)) == (
        "It holds at the sizes asked for, and fails with n = 3. 2 of 2 entries differ. "
        "By hand is 2 times the gradient: a factor 2 too much, as from a square whose 1/2 is missing."
    )
