"""Which entry is the worst, and which are shown: the same whatever rounding does."""

from dataclasses import replace

import numpy as np
import pytest

from handgrad.checking.comparison import Comparison
from handgrad.checking.problem import Opinion
from handgrad.values import Values

NAN = np.nan


def seen_as(hand, automatic, numeric=None, error=0.0, room=0.25, slack=0.0, untraced=None, wrt=("a",), values=None):
    """A comparison of these values; the numeric opinion is the automatic one unless another is given."""
    hand, automatic = np.array(hand, dtype=float), np.array(automatic, dtype=float)
    third = automatic if numeric is None else np.array(numeric, dtype=float)

    def full(x):
        return np.full(hand.shape, x, dtype=float)

    opinion = Opinion(third, full(error), "complex step")
    known = np.full(hand.shape, untraced is None)
    return Comparison(wrt, Values(values or {}), hand, automatic, opinion, full(room), full(slack), known, untraced)


def compared(hand, automatic, numeric=None):
    """The same with almost no room."""
    return seen_as(hand, automatic, numeric, room=1e-12)


@pytest.mark.parametrize(
    ("hand", "automatic", "numeric", "worst"),
    [
        ([1.0, 5.0, 2.0], [1.5, 3.0, 2.0], None, 1),
        ([1.0, 5.0, 2.0], [1.5, 3.0, 2.0], [1.5, NAN, 2.0], 0),  # where somebody looked
        ([1.0, 5.0, 2.0], [1.5, 3.0, 2.0], [NAN, NAN, 2.0], 1),  # nobody looked at those that differ
        ([NAN, 5.0, 2.0], [1.5, 3.0, 2.0], None, 1),  # a missing value is behind those that there are
        ([NAN, np.inf, 2.0], [1.5, 3.0, 2.0], None, 0),
        ([NAN, 5.0, 2.0], [1.5, 3.0, 2.0], [1.5, NAN, 2.0], 0),  # nobody looked at the one with a value
        ([1.0, 1.0 + 1e-13, 1.0], [1.0, 1.0, 1.0], None, 1),  # nothing differs
        ([1.0, 1.0, 1.0], [1.0, 1.0, 1.0], None, 0),
    ],
)
def test_the_worst_entry_has_the_greatest_difference(hand, automatic, numeric, worst):
    assert compared(hand, automatic, numeric).worst_index == (worst,)


def test_room_for_rounding_does_not_choose_the_worst():
    seen = compared([1.0, 5.0, 2.0], [1.5, 3.0, 2.0])
    for slack in ([1e-9, 1e-6, 0.0], [1e-6, 1e-9, 0.0]):
        assert replace(seen, slack=np.array(slack)).worst_index == (1,)
    # unless it explains the difference: then there is none
    assert replace(seen, slack=np.array([0.0, 3.0, 0.0])).worst_index == (0,)


def test_of_two_that_are_as_bad_the_first_is_told_on_every_processor():
    for last_digit in (-1e-15, 0.0, 1e-15):
        seen = compared([0.0, 1.0, 2.0 + last_digit], [0.0, 2.0, 1.0])
        assert seen.worst_index == (1,)
    assert compared([0.0, 1.0, 2.00001], [0.0, 2.0, 1.0]).worst_index == (2,)


def test_rows_that_differ_are_shown_before_others_and_in_the_order_of_reading():
    # an agreeing entry with more room than another's difference; one without a value
    seen = compared([[1.0, 7.0], [NAN, 4.0]], [[1.2, 9.0], [1.0, 4.0]])
    seen = replace(seen, slack=np.array([[0.0, 3.0], [0.0, 0.0]]))
    assert seen.worst_indices(1) == [(1, 0)]
    assert seen.worst_indices(2) == [(0, 0), (1, 0)]
    assert seen.worst_indices(3) == [(0, 0), (0, 1), (1, 0)]
    assert seen.worst_indices(9) == [(0, 0), (0, 1), (1, 0), (1, 1)]
