"""What a float stands for."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from handgrad.exact import ExactArray, ExactError, constant, tower
from handgrad.exact.constants import is_plainly_itself, mantissa_bits, recording, simplest
from tests.exact.fixtures import assert_is

T = tower(3, 0)


@pytest.mark.parametrize(
    ("x", "wanted"),
    [
        (0.1, "1/10"), (1 / 3, "1/3"), (-2 / 7, "-2/7"), (0.044715, "8943/200000"), (0.5, "1/2"), (3.0, "3"),
        (0.0, "0"), (-0.0, "0"), (1e-8, "1/100000000"), (0.7, "7/10"), (1e15, "1000000000000000"),
        (1 / 999983, "1/999983"), (123.456, "15432/125"),
    ],
)  # fmt: skip
def test_simple_fractions_are_found(x, wanted):
    assert constant(x).value == Fraction(wanted)
    assert constant(x).simple


@given(st.integers(-(10**6), 10**6), st.integers(1, 1000))
def test_every_quotient_of_small_integers_is_itself(a, b):
    assert constant(a / b).value == Fraction(a, b)


@pytest.mark.parametrize("x", [1 + 2.0**-40, 1 - 2.0**-40, 2.0**-60, 1 + 2.0**-25])
def test_short_binary_fractions_stay_what_they_are(x):
    assert constant(x).value == Fraction(x)
    assert constant(x).simple


@pytest.mark.parametrize("x", [np.sqrt(2 / np.pi), np.pi, np.e, np.log(2), 1 + 2.0**-52, np.sqrt(2), 0.7978845608])
def test_what_is_no_simple_fraction_is_its_own_value(x):
    assert constant(float(x)).value == Fraction(float(x))
    assert not constant(float(x)).simple


@pytest.mark.parametrize(("prime", "simple"), [(1048573, True), (1048583, False)])
def test_a_fraction_is_simple_where_chance_makes_one_in_4096(prime, simple):
    # From 1 to 2 an interval is 2^-52 wide: 2^-52 q^2 <= 2^-12 up to q = 2^20 = 1048576. Below 1 it is half as wide.
    third = prime // 3
    assert constant((prime + third) / prime).simple is simple
    assert constant(-(prime + third) / prime).simple is simple
    assert constant((prime - third) / prime).simple


@pytest.mark.parametrize(("bits", "zeros"), [(53, 12), (24, 12)])
def test_a_binary_fraction_is_short_with_twelve_of_its_last_bits_zero(bits, zeros):
    for sign in (1, -1):
        short = sign * (1 + 2.0 ** -(bits - zeros - 1))  # as many bits as are left
        longer = sign * (1 + 2.0 ** -(bits - zeros) + 2.0**-2)
        assert constant(short, bits).simple
        assert constant(short, bits).value == Fraction(short)
        assert not constant(longer, bits).simple
    assert constant(2.0**bits - 1, bits).simple
    assert not constant(2.0**bits * (1 + 2.0 ** -(bits - 1)), bits).simple  # an integer that others round to as well
    assert constant(2.0 ** (bits + 9), bits).simple


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_a_float_stands_for_rounds_to_it(x):
    assert float(constant(x).value) == x


def test_a_float32_is_read_with_its_own_rounding():
    for a, b in ((1, 3), (1, 10), (-2, 7), (5, 8)):
        x = np.float32(a / b)
        assert constant(float(x), 24).value == Fraction(a, b)
    assert not constant(float(np.float32(np.pi)), 24).simple
    one = ExactArray.input(np.ones(2), T)
    assert_is(one * np.float32(1 / 3), [Fraction(1, 3)] * 2)
    assert_is(one * np.array([1 / 3, 0.1], np.float32), [Fraction(1, 3), Fraction(1, 10)])


@given(st.fractions(0, 1000, max_denominator=1000), st.fractions(0, 1, max_denominator=10**9))
def test_the_simplest_fraction_of_an_interval(low, width):
    assume(width > 0)
    high = low + width
    found = simplest(low, high)
    assert low < found < high
    for q in range(1, min(found.denominator, 300)):
        # Nothing simpler lies strictly between.
        assert not low < Fraction(low * q // 1 + 1, q) < high


def test_constants_in_arrays_are_those_alone():
    values = [1 / 3, 0.1, 0.25, 7.0, 1 + 2.0**-40, 4096.5, 0.0, -2 / 7]
    wanted = [Fraction(1, 3), Fraction(1, 10), Fraction(1, 4), 7, 1 + Fraction(1, 2**40), Fraction(8193, 2), 0,
              Fraction(-2, 7)]  # fmt: skip
    assert_is(ExactArray.input(np.ones(8), T) * np.array(values), wanted)
    assert_is(ExactArray.input(np.ones(2), T) * np.array([2, -3]), [2, -3])
    assert_is(ExactArray.input(np.ones(2), T) * np.array([True, False]), [1, 0])


def test_large_integers_are_exact():
    assert_is(ExactArray.input(np.ones(1), T) * 10**30, [10**30])


def test_what_was_taken_for_what_is_noted():
    x = ExactArray.input(np.ones(1), T)
    with recording() as taken:
        x * 0.1 + 2.0 + x * np.array([1 / 3])
    assert {str(c.value) for c in taken.values()} == {"1/10", "1/3"}
    assert {str(c) for c in taken.values()} == {"0.1 as 1/10", f"{1 / 3!r} as 1/3"}


@pytest.mark.parametrize("x", ["0.1", None, 1j, float("nan"), float("inf"), -float("inf"), [0.1]])
def test_what_is_no_finite_number_stands_for_nothing(x):
    if isinstance(x, list):
        x = tuple(x)
    with pytest.raises(ExactError, match="constant: wanted a finite number, got"):
        constant(x)


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_a_mantissa_is_as_long_as_numpy_says(kind):
    for x in (kind(0.1), np.ones(2, kind)):
        assert mantissa_bits(x) == np.finfo(kind).nmant + 1
    assert mantissa_bits(0.1) == mantissa_bits(np.arange(3)) == 53


@pytest.mark.parametrize(("kind", "finest", "below"), [(np.float64, 2.0**-20, 2.0**12), (np.float32, 2.0**-5, 2.0**5)])
def test_short_binary_fractions_need_no_search(kind, finest, below):
    """So many that lie at the very ends of what is short, and next to them, either way."""
    plain = [0.0, 1.0, -0.5, finest, -3 * finest, below - finest, finest - below]
    others = [finest / 2, 1 + finest / 2, below, -below, 2 * below, 0.1, np.inf, np.nan]
    with np.errstate(invalid="ignore"):
        assert is_plainly_itself(np.array(plain, kind)).all()
        assert not is_plainly_itself(np.array(others, kind)).any()
    bits = np.finfo(kind).nmant + 1
    for x in plain:
        assert constant(float(kind(x)), bits).value == Fraction(x)
