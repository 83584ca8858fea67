"""Equation (12), and the sigmoid itself at its ends."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from manual.sigmoid import sigmoid, sigmoid_derivative
from tests.manual.reference import DIFFERENCES, agree, differences, few

EPS = float(np.finfo(float).eps)


def sigmoid_by_scalars(d):
    """The form that loses nothing on d's side, in Python numbers."""
    return 1 / (1 + math.exp(-d)) if d >= 0 else math.exp(d) / (1 + math.exp(d))


def test_sigmoid_far_out_is_exact_and_silent():
    # Warnings are errors, so an overflow would fail here.
    assert sigmoid(np.array([-1000.0, 0.0, 1000.0])).tolist() == [0.0, 0.5, 1.0]
    assert sigmoid(np.array([-700.0]))[0] == pytest.approx(math.exp(-700), rel=4 * EPS, abs=0)


@given(st.floats(-700, 700))
@few
def test_sigmoid_is_right_to_rounding(d):
    # exp, the sum and the quotient round once each, at most one unit each.
    assert sigmoid(np.array([d]))[0] == pytest.approx(sigmoid_by_scalars(d), rel=4 * EPS, abs=0)


@given(st.floats(-700, 700))
@few
def test_sigmoid_has_the_right_symmetry(d):
    c = sigmoid(np.array([d, -d]))
    assert c.sum() == pytest.approx(1, rel=4 * EPS)


def test_sigmoid_takes_plain_numbers():
    assert float(sigmoid(0.0)) == 0.5
    assert float(sigmoid_derivative(0.25)) == 0.1875


def test_sigmoid_takes_complex_steps_at_zero():
    # f(ih) = 1/2 + ih/4 + O(h^3): no kink at 0.
    assert sigmoid(np.array([1e-20j]))[0].imag == pytest.approx(0.25e-20, rel=4 * EPS, abs=0)


@given(seed=st.integers(0, 2**32 - 1))
@few
def test_eq12_is_the_differences(seed):
    d = np.random.default_rng(seed).normal(size=(2, 3))
    for entry in np.ndindex(*d.shape):
        slope = differences(lambda moved, entry=entry: sigmoid_by_scalars(moved[entry]), d)
        agree(sigmoid_derivative(sigmoid(d))[entry], slope[entry], DIFFERENCES)


FAULTS = {
    "eq12-sign": lambda c: -c * (1 - c),
    "eq12-plus": lambda c: c * (1 + c),
    "eq12-half_of_it": lambda c: c,
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_planted_fault_is_caught(fault):
    d = np.array([0.3])
    slope = differences(lambda moved: sigmoid_by_scalars(moved[0]), d)
    with pytest.raises(AssertionError, match="off by"):
        agree(fault(sigmoid(d)), slope, DIFFERENCES)


@pytest.mark.parametrize(("d", "dtype"), [(-720.0, np.float64), (-740.0, np.float64), (-95.0, np.float32)])
def test_eq12_below_the_normal_numbers(d, dtype):
    # there e^-d is beyond all numbers, and c = e^d to rounding: within two of the steps that are left
    c = sigmoid(np.array([d, 0.5], dtype))
    assert c.dtype == dtype
    assert abs(float(c[0]) - math.exp(d)) <= 2 * float(np.finfo(dtype).smallest_subnormal)
    assert c[0] > 0
    assert c[1] == pytest.approx(1 / (1 + math.exp(-0.5)), rel=4 * float(np.finfo(dtype).eps))


def test_sigmoid_of_near_values_beside_one_that_overflows():
    # One entry far below takes all of them to the form without overflow; each keeps its own side of 0.
    d = [-1000.0, -5.0, -0.5, 0.0, 0.5, 5.0]
    wanted = [0.0, *map(sigmoid_by_scalars, d[1:])]
    np.testing.assert_allclose(sigmoid(np.array(d)), wanted, rtol=4 * EPS, atol=0)
