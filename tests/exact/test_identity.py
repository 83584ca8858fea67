"""The identity test: verdicts, bounds, redraws, deeper towers."""

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from handgrad.exact import (
    ExactArray,
    ExactError,
    NoExactMeaningError,
    NoSquareRootError,
    Tower,
    VanishingDenominatorError,
    identical,
    tower,
)
from handgrad.exact import identity as identity_module
from handgrad.exact.errors import LevelsSpentError
from handgrad.exact.identity import Points, Seen, deepest_of_both
from tests.exact.fixtures import draw_of

XY = draw_of(x=(3,), y=(3,))


def same(first, second, draw=XY, **options):
    return identical(first, second, draw, **options).same


def test_a_coefficient_off_by_a_trillionth_is_caught():
    found = identical(lambda at: at["x"] * (1 + 2.0**-40), lambda at: at["x"], XY)
    assert not found.same
    assert found.differs.tolist() == [True] * 3
    assert not found.hangs_on_constants
    assert not found.opaque
    # No checker in floating point sees it at a tolerance that rounding needs.
    np.testing.assert_allclose(found.shadow_first, found.shadow_second, rtol=1e-11)


def test_a_difference_in_one_entry_is_found_there():
    def second(at):
        z = at["x"] * 1
        z[1] += at["y"][0] * 2.0**-40
        return z

    found = identical(lambda at: at["x"], second, XY)
    assert found.differs.tolist() == [False, True, False]


def test_the_certificate():
    found = identical(lambda at: at["x"] * 0.1 + at["y"] * (1 / 3), lambda at: (3 * at["x"] + 10 * at["y"]) / 30, XY)
    assert found.same
    assert found.trials == 2
    assert len(set(found.fields)) == 2
    assert {str(c.value) for c in found.constants} == {"1/10", "1/3"}
    assert found.degree == 1  # a linear form
    # Degree 1 in 2^25 to 2^26 places, twice.
    assert 2.0**-52 <= found.error_bound <= 2.0**-50
    assert found.differs is None
    np.testing.assert_allclose(found.shadow_first, found.inputs["x"] * 0.1 + found.inputs["y"] / 3, rtol=1e-14)


def test_a_verdict_comes_from_its_seed():
    def ask(seed):
        return identical(lambda at: np.exp(at["x"]), lambda at: np.exp(at["x"]), XY, seed=seed)

    assert ask(4).fields == ask(4).fields
    assert np.array_equal(ask(4).inputs["x"], ask(4).inputs["x"])
    assert ask(4).fields != ask(5).fields
    assert not np.array_equal(ask(4).inputs["x"], ask(5).inputs["x"])


def test_more_trials_and_larger_samples_lower_the_bound():
    def bound(**options):
        return identical(lambda at: at["x"] ** 3, lambda at: at["x"] * at["x"] ** 2, XY, **options).error_bound

    assert bound(sampled=300) == pytest.approx((3 / 300) ** 2)
    assert bound(sampled=300, trials=4) == pytest.approx((3 / 300) ** 4)
    assert bound(sampled=2) == 1


def test_a_constant_of_unknown_meaning_is_not_evidence_alone():
    # sqrt(2 / pi) squared is not exactly 2 / pi: neither literal is a simple fraction.
    c = float(np.sqrt(2 / np.pi))
    found = identical(lambda at: at["x"] * c * c, lambda at: at["x"] * (2 / np.pi), XY)
    assert not found.same
    assert found.hangs_on_constants
    assert same(lambda at: at["x"] * c, lambda at: c * at["x"])
    # With a difference of its own beside it, the constant is no excuse.
    wrong = identical(lambda at: at["x"] * c * c, lambda at: 2 * at["x"] * (2 / np.pi), XY)
    assert not wrong.same
    assert not wrong.hangs_on_constants


def test_values_of_logarithms_are_no_evidence():
    product = identical(lambda at: np.log(at["x"] ** 2 * 4), lambda at: np.log(at["x"] ** 2) + np.log(4.0), XY)
    assert not product.same
    assert product.opaque
    slope = identical(lambda at: autograd.grad(lambda x: np.sum(np.log(x * x)))(at["x"]), lambda at: 2 / at["x"], XY)
    assert slope.same
    wrong = identical(lambda at: autograd.grad(lambda x: np.sum(np.log(x * x)))(at["x"]), lambda at: 1 / at["x"], XY)
    assert not wrong.same
    assert not wrong.opaque


def test_products_of_roots_are_no_evidence():
    # In a field the smaller root of x^2 y^2 need not be the product of the smaller roots.
    def apart(at):
        return np.sqrt(at["x"] ** 2) * np.sqrt(at["y"] ** 2)

    found = identical(lambda at: np.sqrt(at["x"] ** 2 * at["y"] ** 2), apart, XY)
    assert not found.same
    assert found.opaque


def test_roots_are_drawn_until_there_are_some():
    def root(at):
        return np.sqrt(1 + at["x"] ** 2)

    def slope(at):
        return autograd.grad(lambda x: np.sum(np.sqrt(1 + x**2)))(at["x"])

    assert same(slope, lambda at: at["x"] / root(at))
    assert not same(slope, lambda at: 2 * at["x"] / root(at))
    many = draw_of(x=(100,))  # 2^-100 that all have roots in one field
    with pytest.raises(NoSquareRootError, match="wanted squares"):
        identical(root, root, many)


def test_a_vanishing_denominator_is_drawn_anew_and_not_accused():
    draws = []

    def draw(rng):
        draws.append(1)
        return {"x": np.array([0.0 if len(draws) < 4 else 0.5])}

    assert same(lambda at: 1 / at["x"], lambda at: at["x"] / at["x"] ** 2, draw)
    assert len(draws) == 5
    with pytest.raises(VanishingDenominatorError, match="wanted denominators other than 0"):
        identical(lambda at: 1 / (at["x"] - at["x"]), lambda at: at["x"], XY)


def test_a_tower_is_made_as_deep_as_needed():
    def nested(at):
        x = at["x"]
        for _ in range(6):
            x = np.exp(x)
        return x

    found = identical(nested, lambda at: nested(at) ** 2 / nested(at), XY)
    assert found.same
    assert found.fields[0] in tower(7, 0).primes[-1:]
    assert not same(nested, lambda at: nested(at) + 2.0**-60)


def test_nothing_is_said_of_functions_without_meaning():
    with pytest.raises(NoExactMeaningError, match="arctan"):
        identical(lambda at: np.arctan(at["x"]), lambda at: np.arctan(at["x"]), XY)
    with pytest.raises(ExactError, match=r"one shape, got \(3,\) and \(\)"):
        identical(lambda at: at["x"], lambda at: np.sum(at["x"]), XY)


def test_plain_results_and_integers_are_constants():
    draw = lambda rng: {"x": rng.integers(0, 99, 2) / 32, "n": 3}
    assert same(lambda at: at["x"] * 0 + at["n"], lambda at: np.full(2, 3.0), draw)
    assert not same(lambda at: at["x"] * 0 + at["n"], lambda at: np.full(2, 4.0), draw)
    assert not same(lambda at: np.zeros(2), lambda at: np.array([0.0, np.nan]), draw)
    assert same(lambda at: np.array([0.0, np.nan]), lambda at: np.array([0.0, np.nan]), draw)
    assert not same(lambda at: at["x"] * 0, lambda at: at["x"] * 0 * np.nan, draw)


@pytest.mark.parametrize("p", [13, 29, 101])
@pytest.mark.parametrize("degree", [1, 2, 4])
def test_the_bound_holds_in_a_tiny_field(p, degree):
    # x (x - 1) ... (x - d + 1) is as hard to tell from 0 as a polynomial of degree d can be: of the p points
    # d vanish, and so the test is wrong with probability d / p, its very bound.
    def vanishing(at):
        z = at["x"]
        for root in range(1, degree):
            z = z * (at["x"] - root)
        return z

    points = Points(vanishing, lambda at: at["x"] * 0, lambda rng: {}, 0, 1)
    seen = [points.at({"x": np.array(float(x))}, Tower((p,), ())) for x in range(p)]
    wrong = sum(not s.differs for s in seen)
    assert wrong == degree
    assert all(s.degree / p >= wrong / p for s in seen)


@given(st.lists(st.integers(-3, 3), min_size=2, max_size=5), st.integers(0, 10**6))
def test_random_polynomials_vanish_no_more_often_than_the_bound_says(coefficients, seed):
    p = 61
    if not any(coefficients):
        return

    def polynomial(at):
        x, y = at["x"], at["y"]
        return sum(c * x**i * y ** (len(coefficients) - i) for i, c in enumerate(coefficients))

    points = Points(polynomial, lambda at: at["x"] * 0, lambda rng: {}, 0, 1)
    grid = np.arange(float(p))
    seen = points.at({"x": np.repeat(grid, p), "y": np.tile(grid, p)}, Tower((p,), ()))
    assert np.count_nonzero(~seen.differs) / p**2 <= seen.degree / p


def test_degrees_are_those_of_the_functions():
    def degree(f, **shapes):
        return identical(f, lambda at: f(at), draw_of(**shapes)).degree

    assert degree(lambda at: at["x"] ** 5, x=()) == 5
    assert degree(lambda at: at["x"] @ at["w"], x=(4,), w=(4,)) == 2
    assert degree(lambda at: np.linalg.det(at["a"]), a=(3, 3)) == 3
    # a/b - c/d over the denominators b and d: numerator 2, denominator 2 (both sides have the same b).
    assert degree(lambda at: at["x"] / at["y"], x=(), y=()) == 4
    # n quotients by one number have one denominator, not n.
    assert degree(lambda at: np.sum(at["x"] / at["y"]), x=(50,), y=()) <= 4


# A recurrent network, eight steps deep: each tanh spends a level.


def rnn_loss(W, U, x, h):
    for step in range(8):
        h = np.tanh(W @ h + U @ x[step])
    return np.sum(h * h) / 2


def rnn_gradient_by_hand(W, U, x, h, fault=1):
    """dL/dW = sum_t (1 - h_t^2) h_bar_t h_{t-1}^T, h_bar_{t-1} = W^T (1 - h_t^2) h_bar_t."""
    states = [h]
    for step in range(8):
        states.append(np.tanh(W @ states[-1] + U @ x[step]))
    h_bar, W_bar = states[-1], 0
    for t in range(8, 0, -1):
        z_bar = (1 - states[t] ** 2) * h_bar
        W_bar = W_bar + np.outer(z_bar, states[t - 1]) * (fault if t == 1 else 1)
        h_bar = W.T @ z_bar
    return W_bar


def test_backpropagation_through_eight_steps_of_time():
    draw = draw_of(W=(2, 2), U=(2, 2), x=(8, 2), h=(2,))
    at = lambda f, **options: lambda v: f(v["W"], v["U"], v["x"], v["h"], **options)
    automatic = at(lambda W, U, x, h: autograd.grad(rnn_loss)(W, U, x, h))
    found = identical(automatic, at(rnn_gradient_by_hand), draw, trials=1)
    assert found.same
    assert found.fields == tower(9, 0).primes[-1:]
    # The first step's share off by 2^-40.
    assert not identical(automatic, at(rnn_gradient_by_hand, fault=1 + 2.0**-40), draw, trials=1).same


# Right forms are never refuted; HYPOTHESIS_PROFILE=thorough asks 10,000 times.


def test_a_right_form_is_never_refuted():
    # Sixteen points a call, because of np.max.
    draws = 625 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 40

    def loss(x, W):
        e = np.exp(np.tanh(x) @ W)
        return np.sum(np.log(e / np.sum(e)) * (1 / 3))

    def by_hand(at):
        t = np.tanh(at["x"])
        z = t @ at["W"]
        p = np.exp(z - np.max(z)) / np.sum(np.exp(z - np.max(z)))
        return (at["W"] @ (1 - 3 * p)) * (1 - t * t) / 3

    draw = draw_of(x=(2,), W=(2, 3))
    for seed in range(draws):
        found = identical(lambda at: autograd.grad(loss)(at["x"], at["W"]), by_hand, draw, trials=1, seed=seed)
        assert found.same, seed


def test_a_difference_on_one_branch_in_eight_is_found():
    # |x| and x are the same where all three are positive, which one point in eight is.
    for seed in range(20):
        found = identical(
            lambda at: np.absolute(at["x"]),
            lambda at: at["x"],
            lambda rng: {"x": rng.integers(-(2**25), 2**25, 3) / 2**20},
            seed=seed,
        )
        assert found.branched
        assert not found.same


def test_without_a_comparison_nothing_is_branched():
    draw = lambda rng: {"x": rng.integers(1, 2**25, 3) / 2**20}
    assert not identical(lambda at: at["x"] * 2, lambda at: at["x"] + at["x"], draw).branched


# What is refused


@pytest.mark.parametrize("place", [0, 1, 2])
def test_functions_and_draws_must_be_callable(place):
    given = [lambda at: at["x"], lambda at: at["x"], XY]
    given[place] = 3
    with pytest.raises(ExactError, match="identical: wanted two functions and one that draws, got int"):
        identical(*given)


@pytest.mark.parametrize("option", ["trials", "sampled", "branched_trials"])
def test_numbers_of_trials_and_values_are_at_least_one(option):
    with pytest.raises(ExactError, match=f"identical: wanted {option} of at least 1, got 0"):
        identical(lambda at: at["x"], lambda at: at["x"], XY, **{option: 0})
    assert same(lambda at: at["x"], lambda at: at["x"], **{option: 1})


# The certificate


def test_one_trial_is_wrong_with_the_probability_of_its_smallest_field():
    def f(at):
        return at["x"]

    first = tower(3, 0)
    assert identical(f, f, XY, trials=1).error_bound == 1 / first.primes[0] > 2.0**-26
    assert identical(f, f, XY, trials=1).levels == 3
    # Above, a draw has fewer values than the field.
    assert tower(1, 0).primes[0] > 2**26
    assert identical(f, f, XY, trials=1, levels=1).error_bound == 2.0**-26
    assert identical(f, f, XY, trials=1, levels=1, sampled=2**20).error_bound == 2.0**-20


def test_two_trials_multiply_and_the_smallest_field_counts():
    def f(at):
        return at["x"]

    sizes = [tower(3, seed).primes[0] for seed in range(20)]
    falling = next(k for k in range(19) if sizes[k + 1] < sizes[k])
    found = identical(f, f, XY, seed=falling)
    assert found.error_bound == pytest.approx(1 / sizes[falling] / sizes[falling + 1], rel=1e-12, abs=0)


def test_what_differs_has_no_error_bound():
    assert identical(lambda at: at["x"], lambda at: at["y"], XY).error_bound == 0.0


def test_where_the_shadow_decides_there_are_sixteen_trials():
    assert identical(lambda at: np.abs(at["x"]), lambda at: np.abs(at["x"]), XY).trials == 16


def test_a_value_of_a_logarithm_in_either_is_no_evidence():
    for f, g in ((np.log, np.cos), (np.cos, np.log)):
        found = identical(lambda at, f=f: f(at["x"] ** 2), lambda at, g=g: g(at["x"]), XY)
        assert not found.same
        assert found.opaque


def test_a_difference_that_the_shadows_do_not_show_is_seen_in_another_tower():
    hidden = identical(lambda at: at["x"] * (1 + 2.0**-40), lambda at: at["x"], XY)
    assert hidden.fields == (tower(3, 500).primes[-1],)
    clear = identical(lambda at: at["x"] * 2, lambda at: at["x"], XY)
    assert clear.fields == (tower(3, 0).primes[-1],)


@pytest.mark.parametrize(
    ("first", "second", "clearly"),
    [
        ([1.0], [1.0 + 1e-8], True),
        ([1.0], [1.0 + 1e-10], False),
        ([0.0], [0.0], False),  # to the last bit the same: seen in the residues alone
        ([1e-20], [1.1e-20], True),  # small, and so is everything beside it
        ([1.0, 1e-14], [1.0, 2e-14], False),  # next to 1 that is rounding
        ([1.0, 1e-12], [1.0, 2e-12], True),
        ([1e6], [1e6 * (1 + 1e-10)], False),
        ([1e6, 1e-8], [1e6, 2e-8], False),
        ([np.inf], [1.0], True),
        ([np.nan], [np.nan], False),
    ],
)
def test_shadows_differ_clearly_by_more_than_rounding(first, second, clearly):
    first, second = np.array(first), np.array(second)
    everywhere = np.ones(len(first), bool)
    assert Seen(everywhere, 13, 1, 0, first, second, {}).clearly is clearly


# Towers, points, levels


def test_the_first_point_is_kept_where_the_tower_was_too_low():
    def f(at):
        return np.exp(np.exp(np.exp(np.exp(at["x"]))))

    found = identical(f, f, XY, trials=1)
    assert found.levels > 3
    np.testing.assert_array_equal(found.inputs["x"], XY(np.random.default_rng([0, 0, 0]))["x"])


def test_towers_are_made_higher_up_to_forty_levels(monkeypatch):
    asked = []

    def low(levels, seed):
        asked.append(levels)
        return tower(3, 0)

    monkeypatch.setattr(identity_module, "tower", low)

    def needing(levels):
        def f(at):
            if asked[-1] < levels:
                raise LevelsSpentError(asked[-1], levels)
            return at["x"]

        return f

    assert same(needing(40), lambda at: at["x"], trials=1)
    assert asked[-1] == 40
    with pytest.raises(LevelsSpentError):
        identical(needing(41), lambda at: at["x"], XY)


def test_after_four_points_without_a_value_there_is_another_tower(monkeypatch):
    seeds = []

    def counted(levels, seed):
        seeds.append(seed)
        return tower(levels, seed % 5)

    monkeypatch.setattr(identity_module, "tower", counted)
    with pytest.raises(VanishingDenominatorError):
        identical(lambda at: 1 / (at["x"] - at["x"]), lambda at: at["x"], XY)
    assert len(seeds) >= 200
    assert len(set(seeds)) == 50


def test_two_results_are_compared_in_the_largest_field_that_has_both():
    fields = tower(3, 0)
    a, b = ExactArray.input(np.ones(2), fields), ExactArray.input(np.zeros(2), fields)
    assert deepest_of_both(a, b)[2] == fields.primes[2]
    a.residues[2] = None
    for x, y in ((a, b), (b, a)):
        r, s, prime = deepest_of_both(x, y)
        assert prime == fields.primes[1]
        assert {*r.tolist(), *s.tolist()} == {0, 1}
    spent = np.exp(ExactArray.input(np.ones(2), tower(1, 0)))
    with pytest.raises(LevelsSpentError):
        deepest_of_both(spent, spent)
