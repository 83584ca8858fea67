"""The three opinions and the measure of rounding: each against derivatives known on paper, and blame."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.table import RULES, Rule
from handgrad.checking import check_gradient, check_vjp
from handgrad.checking.comparison import compare
from handgrad.checking.given import given_problem
from handgrad.checking.oracles.numeric import central_difference, complex_step, is_analytic, numeric
from handgrad.checking.oracles.rounding import ALLOWANCE, SAMPLES, Shaken, bare, spreads
from handgrad.checking.verdict import Outcome
from handgrad.values import Values

X = np.array([0.5, -1.25, 2.0])


def problem_of(function, gradient, x):
    return given_problem(function, gradient, [x], "x", None, None, None, None, vjp=False)


@given(x=st.floats(-3, 3), u=st.floats(0.01, 2))
def test_complex_step_is_right_to_rounding(x, u):
    slope, _ = complex_step(lambda v: np.exp(v.x) * v.x, Values(x=x), {"x": u})
    # (x + 1) e^x u, in a handful of operations: a few units in the last place of its terms.
    assert abs(slope - (x + 1) * np.exp(x) * u) <= 1e-14 * (abs(x) + 1) * np.exp(x) * abs(u)


@pytest.mark.parametrize("exponent", [-400, -350, -330, -300, -100])
def test_the_complex_step_knows_where_it_underflows(exponent):
    slope, error = complex_step(lambda v: np.exp(v.x), Values(x=float(exponent)), {"x": 1.0})
    assert abs(slope - np.exp(exponent)) <= error + 1e-15 * np.exp(exponent)
    assert error <= 1e-120


@given(x=st.floats(-3, 3))
def test_central_difference_stays_within_its_own_error(x):
    slope, error = central_difference(lambda v: np.sin(3 * v.x) * v.x, Values(x=x), {"x": 1.0})
    assert abs(slope - (np.sin(3 * x) + 3 * x * np.cos(3 * x))) <= error
    assert error < 1e-6


def test_central_difference_does_not_step_out_of_the_domain_unnoticed():
    with np.errstate(invalid="ignore", divide="ignore"):
        slope, error = central_difference(lambda v: np.log(v.x), Values(x=1e-3), {"x": 1.0})
    assert abs(slope - 1000) <= error < 10


@pytest.mark.parametrize("function", [np.abs, np.sign, lambda x: np.where(np.abs(x) > 1, x, 0 * x) * np.real(x)])
def test_what_is_not_analytic_is_found_out(function):
    assert not is_analytic(lambda v: np.sum(function(v.x)), Values(x=np.array([0.5, 1.5])), {"x": np.ones(2)})


@pytest.mark.parametrize("seed", range(20))
def test_what_is_nearly_analytic_is_found_out(seed):
    # NumPy's variance of complex numbers is that of absolute values: its complex step is off by a small part.
    x = np.random.default_rng(seed).normal(size=3)
    u = np.random.default_rng(seed + 100).normal(size=3)

    def normed(v):
        return np.sum(np.array([1.0, -2.0, 0.5]) * (v.x - np.mean(v.x)) / np.sqrt(np.var(v.x) + 1))

    values, change = Values(x=x), {"x": u}
    step, difference = complex_step(normed, values, change)[0], central_difference(normed, values, change)[0]
    assert not is_analytic(normed, values, change) or abs(step - difference) <= 1e-6 * abs(difference) + 1e-9


def test_what_is_analytic_is_kept():
    assert is_analytic(lambda v: np.sum(np.exp(v.x)), Values(x=np.array([0.5, -1.5])), {"x": np.ones(2)})


def test_a_function_that_is_not_analytic_is_judged_by_differences():
    def function(x):
        return np.sum(np.abs(x) * x)

    verdict = check_gradient(function, lambda x: 2 * np.abs(x), [X])
    assert verdict.outcome is Outcome.AGREES
    assert verdict.comparison.numeric.method == "central difference"
    wrong = check_gradient(function, lambda x: 2 * x, [X])
    assert (wrong.outcome, wrong.blame) == (Outcome.DISAGREES, "hand")


def test_of_a_large_gradient_a_sample_and_the_suspects_are_looked_at():
    x = np.linspace(-1, 1, 1000)
    problem = problem_of(lambda x: np.sum(x**2), lambda x: 2 * x, x)
    opinion, asked = numeric(problem, problem.domain.given, 2 * x, [7], np.random.default_rng(0), judges=False)
    seen = ~np.isnan(opinion.value)
    assert np.array_equal(seen, asked)
    assert seen[7]
    assert 64 <= np.sum(seen) <= 65
    np.testing.assert_allclose(opinion.value[seen], 2 * x[seen], rtol=1e-15)


# Blame


def with_rule(monkeypatch, function, rule):
    monkeypatch.setitem(RULES, function, Rule(rule, 1, False))


@pytest.mark.parametrize("exact", ["auto", False])
def test_the_engine_is_blamed_for_a_wrong_rule(monkeypatch, exact):
    with_rule(monkeypatch, np.exp, lambda x: (np.exp(x), (lambda z_bar: -z_bar * np.exp(x),)))
    verdict = check_gradient(lambda x: np.sum(np.exp(x)), lambda x: np.exp(x), [X], exact=exact)
    assert (verdict.outcome, verdict.blame) == (Outcome.CANNOT_DECIDE, "automatic")


@pytest.mark.parametrize("exact", ["auto", False])
def test_the_hand_is_blamed_for_a_wrong_formula(exact):
    verdict = check_gradient(lambda x: np.sum(np.exp(x)), lambda x: -np.exp(x), [X], exact=exact)
    assert (verdict.outcome, verdict.blame) == (Outcome.DISAGREES, "hand")


def test_the_numeric_opinion_is_blamed_when_it_stands_alone():
    # A function that answers complex numbers with something else deceives both numeric methods' source.
    def deceiving(x):
        moved = x.dtype.kind == "c" or not np.array_equal(x, X)
        return np.sum((3 if moved and type(x) is np.ndarray else 1) * x**2)

    problem = problem_of(deceiving, lambda x: 2 * x, X)
    seen = compare(problem, problem.domain.given, 0)
    assert not np.any(seen.differs)
    assert seen.blame == "numeric"


@pytest.mark.parametrize("exact", ["auto", False])
def test_no_two_agree(monkeypatch, exact):
    with_rule(monkeypatch, np.exp, lambda x: (np.exp(x), (lambda z_bar: 5 * z_bar,)))
    verdict = check_gradient(lambda x: np.sum(np.exp(x)), lambda x: x, [X], exact=exact)
    assert (verdict.outcome, verdict.blame) == (Outcome.CANNOT_DECIDE, None)


# Rounding


def last_spread(compute, values):
    return list(spreads([compute], values, np.random.default_rng(0)))[-1]


def test_spread_grows_with_each_sample():
    steps = list(spreads([lambda v: v.x * 3], Values(x=np.ones(50)), np.random.default_rng(0)))
    assert len(steps) == SAMPLES
    assert all(np.all(later >= earlier) for earlier, later in pairwise(steps))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_spread_sees_cancellation(dtype):
    # 1 + x - 1 for small x has lost what x was beyond eps: the spread is of the order of eps, not of x.
    eps = np.finfo(dtype).eps
    lost = last_spread(lambda v: (1 + v.x) - 1, Values(x=np.full(20, 1e-12 if dtype is np.float64 else 1e-5, dtype)))
    kept = last_spread(lambda v: v.x * 1, Values(x=np.full(20, 1e-12, dtype)))
    assert np.all(lost > eps / 10)
    assert np.all(kept < 20 * eps * 1e-12)


@given(scale=st.integers(-300, 100))
def test_the_allowance_has_no_floor(scale):
    # Scaling the input by a power of two scales what is allowed with it, down to the tiniest gradients.
    unit = last_spread(lambda v: np.exp(v.x) * v.y, Values(x=0.5, y=1.0))
    scaled = last_spread(lambda v: np.exp(v.x) * v.y, Values(x=0.5, y=2.0**scale))
    assert scaled == pytest.approx(unit * 2.0**scale, rel=1e-9, abs=0)


def test_spread_sees_what_underflow_loses():
    # Squaring 1e-22 in float32 leaves a number with one digit, which a square root brings back to the surface.
    lost = last_spread(lambda v: np.sqrt(v.x * v.x), Values(x=np.full(20, 1e-22, np.float32)))
    assert np.all(lost > 1e-24)
    zero = last_spread(lambda v: v.x * np.float32(0), Values(x=np.full(20, 1e-22, np.float32)))
    assert np.all(zero == 0)


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=30))
def test_two_orders_of_summation_are_within_the_allowance(numbers):
    x = np.array(numbers) / 7
    allowed = ALLOWANCE * last_spread(lambda v: np.sum(v.x), Values(x=x))
    assert abs(sum(x) - sum(reversed(x))) <= allowed + 1e-300


def test_the_allowance_has_room_and_not_too_much():
    # Two ways to compute the same at 200,000 points: all within a twentieth of the allowance.
    rng = np.random.default_rng(0)
    values = Values({name: rng.normal(size=200_000) for name in "abcdefg"})

    def left(v):
        return ((v.a + v.b) + v.c + v.d) * v.e * v.f / v.g

    def right(v):
        return (v.a + (v.b + (v.c + v.d))) / v.g * (v.e * v.f)

    widest = list(spreads([left, right], values, np.random.default_rng(1)))[-1]
    assert np.all(np.abs(left(values) - right(values)) <= 0.05 * ALLOWANCE * widest)
    # And a fault of 1e-13, some 500 units in the last place, is outside.
    off = check_vjp(lambda d: 1 / (1 + np.exp(-d)), sigmoid_back(1 + 1e-13), [np.linspace(-2, 2, 16)], exact=False)
    assert (off.outcome, off.blame) == (Outcome.DISAGREES, "hand")
    fine = check_vjp(lambda d: 1 / (1 + np.exp(-d)), sigmoid_back(1.0), [np.linspace(-2, 2, 16)], exact=False)
    assert fine.outcome is Outcome.AGREES


def sigmoid_back(factor):
    def backward(g, d):
        c = 1 / (1 + np.exp(-d))
        return g * c * (1 - c) * factor

    return backward


def test_shaken_arrays_keep_type_and_shape_and_the_original():
    rng = np.random.default_rng(0)
    x = np.ones((2, 3), dtype=np.float32)
    result = np.transpose(Shaken(x, rng) @ np.ones((3, 2), dtype=np.float32))
    assert result.shape == (2, 2)
    assert result.dtype == np.float32
    assert np.array_equal(x, np.ones((2, 3)))
    assert type(Shaken(x, rng) > 0) is np.ndarray
    assert bare((Shaken(x, rng), [Shaken(x, rng)]))[1][0] is x
