"""Functions and inputs that lead a judge astray: no wrong derivative passes by them, no right one is accused."""

import contextlib
import threading
import time
import warnings

import numpy as np
import pytest

import handgrad
from handgrad.checking import CheckError, check_gradient, check_vjp
from handgrad.checking.verdict import Outcome

X = np.array([0.5, -1.25, 2.0])


def squares(x):
    return np.sum(x * x)


def kinds_of_remarks(verdict):
    return {remark.kind for remark in verdict.notes}


# Functions that can't be traced


def cubes(x):
    y = np.zeros(x.shape)
    y[:] = np.asarray(x) ** 3
    return float(np.sum(y))


def test_where_the_numeric_opinion_has_no_value_nothing_is_decided():
    def entropy(p):
        p = np.asarray(p)
        if abs(np.sum(p) - 1) > 1e-9:
            raise ValueError("no probabilities")
        return -np.sum(p * np.log(p))

    verdict = check_gradient(entropy, lambda p: 5 + np.log(p), [np.array([0.25, 0.25, 0.5])])
    assert verdict.outcome is Outcome.CANNOT_DECIDE
    assert "the function can't be traced, and beside it there is no value either" in verdict.reason


@pytest.mark.parametrize("at", [0, 777, 1999])
def test_one_wrong_entry_of_many_is_found_by_halving(at):
    x = np.random.default_rng(0).uniform(0.5, 1.0, 2000)

    def gradient(x):
        g = 3 * x * x
        g[at] = -g[at]
        return g

    verdict = check_gradient(cubes, gradient, [x], points=1)
    assert (verdict.outcome, verdict.worst.index, verdict.share[0]) == (Outcome.DISAGREES, (at,), 1)
    assert check_gradient(cubes, lambda x: 3 * x * x, [x], points=1).agrees


def test_a_function_that_rounds_by_itself_accuses_nobody():
    def single(x):
        return float(np.sum(np.asarray(x).astype(np.float32) ** 3))

    for seed in range(12):
        assert check_gradient(single, lambda x: 3 * x * x, [X], seed=seed).outcome is not Outcome.DISAGREES
    assert check_gradient(single, lambda x: 2.5 * x * x, [X]).outcome is Outcome.DISAGREES


# No finite automatic gradient


def roots(x):
    return np.sum(np.where(x > 0, np.sqrt(x), 0 * x))


def slopes_of_roots(x):
    return np.where(x > 0, 0.5 / np.sqrt(np.where(x > 0, x, 1)), 0)


def test_where_around_a_nan_is_judged_by_the_numeric_opinion():
    x = np.array([1.0, 2.0, -1.0])
    assert check_gradient(roots, slopes_of_roots, [x]).agrees
    wrong = check_gradient(roots, lambda x: 2 * slopes_of_roots(x), [x])
    assert (wrong.outcome, wrong.blame) == (Outcome.DISAGREES, "hand")


def test_a_slope_that_is_infinite_on_one_side_is_not_decided():
    verdict = check_gradient(roots, slopes_of_roots, [np.array([2.0, 0.0])], points=1)
    assert verdict.outcome is Outcome.CANNOT_DECIDE
    assert "the numeric opinion, which judges alone, can't tell" in verdict.reason


def length(x):
    return np.sqrt(np.sum(x * x))


def test_at_the_length_of_zero_every_subgradient_is_right():
    def gradient(at_zero):
        return lambda x: x / length(x) if np.any(x) else np.array(at_zero)

    assert check_gradient(length, gradient([0.0, 0, 0]), [np.zeros(3)]).agrees
    assert check_gradient(length, gradient([0.5, 0, 0]), [np.zeros(3)]).agrees
    # On paper |<g, u>| <= |u| for all u: 1.5 is too steep.
    assert check_gradient(length, gradient([1.5, 0, 0]), [np.zeros(3)]).outcome is Outcome.DISAGREES


# Scale and kinks


@pytest.mark.parametrize("scale", [1e-6, 1e-8, 1e-12])
@pytest.mark.parametrize("points", [1, 8])
@pytest.mark.parametrize(
    ("function", "slope"),
    [
        (lambda t: t**4, lambda t: 4 * t**3),
        (np.tanh, lambda t: 1 - np.tanh(t) ** 2),
        (lambda t: np.logaddexp(0, t), lambda t: 1 / (1 + np.exp(-t))),
    ],
)
def test_a_bend_at_a_small_scale_is_no_kink(function, slope, scale, points):
    def loss(x):
        return scale * np.sum(function(x / scale))

    at = X * scale
    assert check_gradient(loss, lambda x: slope(x / scale), [at], points=points).agrees
    wrong = check_gradient(loss, lambda x: 0.9 * slope(x / scale), [at], points=points)
    assert (wrong.outcome, wrong.kinks) == (Outcome.DISAGREES, ())


def relu_sum(x):
    return np.sum(np.maximum(x, 0))


@pytest.mark.parametrize("at_zero", [0.0, 1.0])
@pytest.mark.parametrize("count", [300, 3000])
def test_many_kinks_at_once_are_kinks(at_zero, count):
    def gradient(x):
        return np.where(x == 0, at_zero, x > 0)

    verdict = check_gradient(relu_sum, gradient, [np.zeros(count)])
    assert (verdict.outcome, len(verdict.kinks)) == (Outcome.AGREES, count)
    assert f"and {count - 6} more entries at kinks" in str(verdict)
    assert len(str(verdict).splitlines()) < 30


def test_a_kink_is_no_counterexample():
    # Only where x > 1 it is wrong; at 0 every slope from 0 to 1 is right.
    def gradient(x):
        return np.where(x > 1, 2.0, np.where(x > 0, 1.0, 0.0))

    verdict = check_gradient(relu_sum, gradient, [np.array([-0.5, 2.5])])
    assert verdict.outcome is Outcome.DISAGREES
    assert np.max(verdict.counterexample.inputs["x"]) > 1


@pytest.mark.parametrize("size", [0.05, 1.0])
def test_a_branch_that_only_large_values_take_is_looked_at(size):
    def huber(x):
        return np.sum(np.where(np.abs(x) < 4, x * x / 2, 4 * np.abs(x) - 8))

    assert check_gradient(huber, lambda x: np.clip(x, -4, 4), [size * X / 4]).agrees
    wrong = check_gradient(huber, lambda x: np.where(np.abs(x) < 4, x, np.sign(x)), [size * X / 4])
    assert (wrong.outcome, wrong.where) == (Outcome.DISAGREES, "far from the given point")


# What by hand returns


@pytest.mark.parametrize(
    ("returned", "got"),
    [
        (lambda x: None, "NoneType"),
        (lambda x: 2 * x + 1j, "complex128"),
        (lambda x: np.array(["a", "b", "c"]), "<U1"),
        (lambda x: np.array([object()] * 3), "object"),
        (lambda x: (2 * v for v in x), "generator"),
    ],
)
def test_what_is_no_real_number_is_refused(returned, got):
    with pytest.raises(CheckError, match=f"wanted real numbers as the derivative by x, got {got}"):
        check_gradient(squares, returned, [X])


def test_code_that_has_a_value_only_once_is_not_decided():
    calls = []

    def gradient(x):
        calls.append(x)
        if len(calls) > 3:  # once for itself, and as often as it takes to see what it remembers
            raise ValueError("no more")
        return 2 * x

    verdict = check_gradient(lambda x: np.sum(x**2), gradient, [X], points=1)
    assert (verdict.outcome, verdict.reason) == (Outcome.CANNOT_DECIDE, "by hand has no value at any point")
    assert "ValueError: no more" in str(verdict)


# State


class Tanh:
    def forward(self, x):
        self.x = x
        return np.tanh(x)

    def backward(self, z_bar):
        return z_bar * (1 - np.tanh(self.x) ** 2)


def test_a_backward_that_reads_what_forward_left_is_told_how_to_be_judged():
    kept = Tanh()
    verdict = check_vjp(kept.forward, lambda z_bar, x: kept.backward(z_bar), [X])
    assert (verdict.outcome, kinds_of_remarks(verdict)) == (Outcome.CANNOT_DECIDE, {"hidden state"})
    assert "handgrad.layer" in str(verdict)
    assert check_vjp(*handgrad.layer(Tanh), [X]).agrees


def test_a_dictionary_of_ours_stays_as_it_is():
    settings = {"decay": np.ones(3), "steps": [1, 2]}

    def gradient(x, settings):
        settings["decay"] += 1
        settings["steps"].append(3)
        return 2 * x

    assert check_gradient(lambda x, settings: squares(x), gradient, [X, settings], wrt="x").agrees
    assert (settings["decay"].tolist(), settings["steps"]) == ([1, 1, 1], [1, 2])


def test_nothing_is_warned_of():
    def gradient(x):
        return 2 * x

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # Planted mistakes take logarithms and roots of what is negative: their affair.
        assert check_gradient(squares, gradient, [X]).mutants[1] > 0
        assert check_gradient(roots, slopes_of_roots, [np.array([1.0, -1.0])]).agrees
        assert not check_gradient(squares, np.exp, [X]).agrees
        assert check_gradient(lambda x, none: squares(x), lambda x, none: 2 * x, [X, np.zeros((0, 2))], wrt="x").agrees


def test_two_checks_at_once_leave_the_filters_as_they_are():
    outcomes = []
    inside = threading.Barrier(2, timeout=0.2)

    def loss(x):
        if np.iscomplexobj(x):
            with contextlib.suppress(threading.BrokenBarrierError):
                # Both in the midst of it, if both are let in; who came last then leaves last.
                time.sleep(0.1 * inside.wait())
        return squares(x)

    def judge():
        outcomes.append(check_gradient(loss, lambda x: 2 * x, [X], points=1).outcome)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # another than a check's own
        before = list(warnings.filters)
        threads = [threading.Thread(target=judge) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert list(warnings.filters) == before
    assert outcomes == [Outcome.AGREES, Outcome.AGREES]


# What is said


@pytest.mark.parametrize(("dtype", "off"), [(np.float32, 1e-3), (np.float64, 1e-9)])
def test_of_a_difference_too_small_to_tell_mistakes_apart_no_cause_is_named(dtype, off):
    verdict = check_gradient(lambda x: np.sum(x**3), lambda x: 3 * x**2 + dtype(off), [X.astype(dtype)])
    assert (verdict.outcome, verdict.diagnosis) == (Outcome.DISAGREES, ())


def test_a_factor_that_the_given_shape_hides_is_that_of_a_length():
    x = np.array([[0.5, -1.25, 2.0]])
    found = check_gradient(lambda x: np.sum(x**2) / len(x), lambda x: 2 * x, [x])
    assert (found.where, found.diagnosis[0].fix) == ("other shapes", "divide by the length of axis 0 of x")
    assert "as from a square" not in found.diagnosis[0].words


def test_one_number_at_one_point_is_explained_by_no_factor():
    def gradient(x):
        if x != 3:
            raise ValueError("this point alone")
        return 7.0

    assert check_gradient(lambda x: x * x, gradient, 3.0).diagnosis == ()


def test_half_is_mended_by_doubling():
    assert check_gradient(squares, lambda x: x, [X]).diagnosis[0].fix == "multiply by 2"


def test_what_is_printed_runs():
    def positive(x):
        return bool(np.all(x > 0))

    options = {"kinds": {"x": "positive"}, "condition": positive, "exact": False, "rtol": 1e-9}
    verdict = check_gradient(lambda x: squares(x), lambda x: x, [np.abs(X)], names="x", **options)
    known = {"handgrad": handgrad, "np": np, "loss": squares, "gradient": lambda x: x, "positive": positive}
    again = eval(verdict.reproduce, known)
    assert (again.outcome, again.domain, again.tolerance) == (verdict.outcome, verdict.domain, verdict.tolerance)
    assert again.options == verdict.options

    class Wrong(Tanh):
        def backward(self, z_bar):
            return z_bar * (1 - self.x**2)

    verdict = check_vjp(*handgrad.layer(Wrong), [X])
    again = eval(verdict.reproduce, {"handgrad": handgrad, "np": np, "Wrong": Wrong})
    assert (again.outcome, again.diagnosis) == (Outcome.DISAGREES, verdict.diagnosis)


# What is refused


@pytest.mark.parametrize(
    ("inputs", "options", "words"),
    [
        (lambda: [X], {}, "wanted a sequence of inputs, got function"),
        ({"x": X}, {}, "wanted a sequence of inputs, got dict"),
        ([[X, np.ones((2, 2))]], {}, "wanted each array as an input of its own"),
        ([X], {"wrt": 1.5}, "wrt: wanted one of x or a position below 1, got 1.5"),
        ([X], {"wrt": False}, "wrt: wanted one of x or a position below 1, got False"),
        ([X], {"wrt": ["x", "x"]}, "wrt: wanted each input once, got x, x"),
        ([X], {"names": 5}, r"wanted 1 different names for as many inputs, got \(5,\)"),
        ([X], {"names": [1]}, r"wanted 1 different names for as many inputs, got \(1,\)"),
        ([X], {"dtype": "float99"}, "dtype: wanted float32 or float64, got float99"),
        ([X], {"kinds": "real"}, "kinds: wanted a dictionary of kinds by name, got str"),
        ([3.0], {"kinds": {"x": "one-hot"}}, r"kinds: wanted rows for x to be one-hot, got shape \(\)"),
        ([X], {"kinds": {"x": "symmetric"}}, r"kinds: wanted square matrices for x to be symmetric, got shape \(3,\)"),
        ([X], {"condition": 3}, "condition: wanted a function of the inputs, got int"),
        ([X], {"condition": lambda x: 1 / 0}, "condition: wanted a bool, or .*, got ZeroDivisionError"),
        ([X], {"condition": lambda x: False}, "condition: wanted inputs that it admits"),
        ([X], {"intermediates": lambda x: 1 / 0}, "wanted cotangents at the inputs, got ZeroDivisionError"),
    ],
)
def test_bad_input_is_refused_by_name(inputs, options, words):
    with pytest.raises(CheckError, match=words):
        check_gradient(lambda x: squares(x), lambda x: 2 * x, inputs, **options)


def test_a_cache_beside_the_value_is_told():
    with pytest.raises(CheckError, match="got a tuple within; return no cache beside the value"):
        check_vjp(lambda x: (np.tanh(x), (x, 1)), lambda z_bar, x: z_bar, [X])


def test_numpy_scalars_are_inputs_and_positions():
    assert check_gradient(lambda x: x * x, lambda x: 2 * x, np.float32(3), wrt=np.int64(0)).agrees


def test_long_rows_of_probabilities_are_drawn():
    p = np.full(2000, 1 / 2000)
    assert check_gradient(lambda p: squares(p), lambda p: 2 * p, [p], exact=False).domain == {"p": "probabilities"}
