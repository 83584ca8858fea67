"""Numbers at the ends of what a check admits."""

import sys

import pytest

from manual import pooling
from manual.checks import check_integer, check_number
from manual.errors import DomainError


def test_no_axis_is_as_long_as_two_to_the_31():
    assert pooling.number_of_inputs(2**31 - 1) == 4 * (2**31 - 1) ** 2
    for n in (2**31, 2**40):
        with pytest.raises(DomainError, match=f"wanted n as an integer >= 1 and < {2**31}, got {n}"):
            pooling.number_of_inputs(n)


def test_a_bound_that_is_given_is_the_one_that_is_told():
    check_integer("f", "n", 4, least=1, below=5)
    for n in (5, 2**40):
        with pytest.raises(DomainError, match=f"f: wanted n as an integer >= 1 and < 5, got {n}"):
            check_integer("f", "n", n, least=1, below=5)


def test_integers_that_no_float_holds_are_refused():
    largest = int(sys.float_info.max)
    for n in (0, 3, -3, largest, -largest):
        check_number("f", "x", n)
    for n in (largest + 1, -largest - 1, 10**400):
        with pytest.raises(DomainError, match="f: wanted x as a number that a float64 holds, got an integer too large"):
            check_number("f", "x", n)
