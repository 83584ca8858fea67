"""Each kind of mistake made in a tiny function: it is named, at its place, with its factor and what mends it."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from handgrad.checking import check_gradient, check_vjp
from handgrad.checking.diagnosis.mutants import with_groups
from handgrad.checking.diagnosis.operators import OPERATORS
from handgrad.checking.diagnosis.results import Case, all_near, near, result_mistakes
from handgrad.checking.diagnosis.trace import Trace
from handgrad.checking.diagnosis.variants import gradient_blind_to_constants
from handgrad.checking.given import given_problem
from handgrad.checking.problem import Problem
from handgrad.values import Values

X = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
S = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75], [-0.5, 1.0, 3.0]])
V = np.array([0.5, -1.25, 2.0])
U = np.array([1.5, 0.25, -0.75])
W = np.array([[1.0, -0.5], [0.25, 2.0], [-1.5, 0.75]])
Q = np.array([[1.0, -0.5, 0.75], [0.25, 2.0, -1.0], [-1.5, 0.75, 0.5]])
LONG = np.array([0.5, -1.25, 2.0, 0.75, -0.25, 1.5, -1.75])


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def softmax(z: Any) -> Any:
    return np.exp(z) / np.sum(np.exp(z))


class Mistake(NamedTuple):
    function: Callable[..., Any]
    by_hand: Callable[..., Any]
    inputs: tuple[Any, ...]
    kind: str
    words: str  # a pattern
    vjp: bool = False
    wrt: Any = None


def windows(x: Any) -> Any:
    return np.stack([np.sum(x[k : k + 3]) for k in range(5)])


def windows_short(g: Any, x: Any) -> Any:
    x_bar = np.zeros_like(x)
    for k in range(5):
        x_bar[k : k + 2] += g[k]
    return x_bar


def every_other_placed_side_by_side(g: Any, x: Any) -> Any:
    x_bar = np.zeros_like(x)
    x_bar[: len(g)] = g
    return x_bar


def lookup_overwritten(g: Any, x: Any, ids: Any) -> Any:
    x_bar = np.zeros_like(x)
    x_bar[ids] = g
    return x_bar


def chain(w: Any, x: Any) -> Any:
    h = x
    for _ in range(3):
        h = np.tanh(h @ w)
    return h


def chain_with_states_after(g: Any, w: Any, x: Any) -> Any:
    h = [x]
    for _ in range(3):
        h.append(np.tanh(h[-1] @ w))
    w_bar = np.zeros_like(w)
    for t in reversed(range(3)):
        z_bar = g * (1 - h[t + 1] ** 2)
        w_bar += np.outer(h[t + 1], z_bar)
        g = z_bar @ w.T
    return w_bar


def scaled_deviation(x: Any, gamma: Any) -> Any:
    return gamma * (x - np.mean(x)) / np.sqrt(np.var(x) + 1.0)


def scaled_deviation_without_gamma(g: Any, x: Any, gamma: Any) -> Any:
    d = np.sqrt(np.var(x) + 1.0)
    x_hat = (x - np.mean(x)) / d
    return (g - np.mean(g) - x_hat * np.mean(g * x_hat)) / d, g * x_hat


def pair(x: Any) -> Any:
    return np.mean(np.reshape(x, (2, 2)), axis=1)


MISTAKES = {
    "factor": Mistake(lambda x: np.sum(x**2), lambda x: x, (V,), "constant factor", "1/2 times.*2 is missing"),
    "length": Mistake(lambda x: np.mean(x**2), lambda x: 2 * x, (V,), "constant factor", "1/N is missing"),
    "mean": Mistake(lambda x: np.sum(x**2), lambda x: 2 * x / 3, (V,), "mean for sum", "mean stands where a sum"),
    "sign": Mistake(lambda x: -np.sum(x**2), lambda x: 2 * x, (V,), "sign", "-1 times"),
    "factor-of-one-path": Mistake(
        lambda x: np.sum(np.sin(x)) + 0.5 * np.sum(x**2), lambda x: np.cos(x) + 2 * x, (V,), "constant factor", "twice"
    ),
    "divisor": Mistake(
        lambda x, k: np.sum(np.sin(x) + x / k),
        lambda x, k: np.cos(x) + 1,
        (V, 0.75),
        "constant factor",
        "divisor of x",
        wrt="x",
    ),
    "sign-of-one": Mistake(
        lambda x: np.sum(np.sin(x)) - np.sum(x**2), lambda x: np.cos(x) + 2 * x, (V,), "sign of one term", "wrong sign"
    ),
    "tanh-plus": Mistake(
        lambda x: np.tanh(x), lambda g, x: g * (1 + np.tanh(x) ** 2), (V,), "sign of one term", "1 - a.2", vjp=True
    ),
    "dropped": Mistake(
        lambda x: np.sum(x * np.sin(x)), lambda x: np.sin(x), (V,), "path dropped", "path through .* is left out"
    ),
    "decay": Mistake(
        lambda x: np.sum(np.sin(x)) + 1e-3 * np.sum(x**2), lambda x: np.cos(x), (V,), "small term dropped", "left out"
    ),
    "epsilon-of-norm": Mistake(
        lambda x: x / np.sqrt(np.sum(x * x) + 1e-3),
        lambda g, x: (g - x * np.sum(g * x) / np.sum(x * x)) / np.sqrt(np.sum(x * x)),
        (V,),
        "small term dropped",
        "0.001, which the function adds",
        vjp=True,
    ),
    "transposed-result": Mistake(
        lambda s: np.sum(s @ s), lambda s: (s @ np.ones((3, 3)) + np.ones((3, 3)) @ s), (S,), "transposed", "transposed"
    ),
    "transposed-factor": Mistake(
        lambda x, w: x @ w, lambda g, x, w: (g @ w, x.T @ g), (S, Q), "transposed", "into x", vjp=True
    ),
    "turned": Mistake(
        lambda x: 0.5 * np.sum(x**2), lambda x: x[::-1, ::-1], (X,), "turned by 180 degrees", "180 degrees"
    ),
    "axes": Mistake(
        lambda x: np.transpose(x), lambda g, x: np.reshape(g, np.shape(x)), (X,), "axes permuted", "transpose", vjp=True
    ),
    "not-summed": Mistake(
        lambda x, b: x + b, lambda g, x, b: (g, g), (X, V), "not summed", "derivative by b.*axis 0", vjp=True
    ),
    "summed-too-much": Mistake(
        lambda x, b: x + b,
        lambda g, x, b: (g, np.full_like(b, np.sum(g))),
        (X, V),
        "summed too much",
        "axis 0 too in the derivative by b",
        vjp=True,
    ),
    "one-term": Mistake(
        lambda x, u: np.sum(np.sin(x @ u)) + np.sum(u**2),
        lambda x, u: 2 * u + np.cos(x[0] @ u) * x[0],
        (S, U),
        "one term of a sum",
        "index 0",
        wrt="u",
    ),
    "diagonal": Mistake(
        softmax, lambda g, z: g * softmax(z) * (1 - softmax(z)), (V,), "diagonal only", "diagonal", vjp=True
    ),
    "slope-missing": Mistake(
        lambda x, w: np.tanh(x @ w),
        lambda g, x, w: x.T @ g,
        (X, W),
        "activation derivative missing",
        "tanh",
        vjp=True,
        wrt="w",
    ),
    "slope-doubled": Mistake(
        lambda x, w: np.tanh(x @ w),
        lambda g, x, w: x.T @ (g * (1 - np.tanh(x @ w) ** 2) ** 2),
        (X, W),
        "activation derivative doubled",
        "taken twice",
        vjp=True,
        wrt="w",
    ),
    "slope-once-more": Mistake(
        lambda z, y: np.sum(np.logaddexp(0, z) - y * z),
        lambda z, y: (sigmoid(z) - y) * sigmoid(z) * (1 - sigmoid(z)),
        (V, U),
        "activation derivative doubled",
        "sigmoid of z",
        wrt="z",
    ),
    "slope-at-a": Mistake(
        lambda x: sigmoid(x),
        lambda g, x: g * sigmoid(sigmoid(x)) * (1 - sigmoid(sigmoid(x))),
        (V,),
        "derivative at the wrong place",
        "one step late",
        vjp=True,
    ),
    "value-for-slope": Mistake(
        lambda x: np.tanh(x), lambda g, x: g * np.tanh(x), (V,), "derivative at the wrong place", "comes out", vjp=True
    ),
    "by-log": Mistake(
        lambda m, v: np.sum(m**2 * np.sin(v)),
        lambda m, v: (2 * m * np.sin(v), m**2 * np.cos(v) * np.exp(-v)),
        (V, U),
        "derivative at the wrong place",
        "derivative by exp v, not by v",
    ),
    "window": Mistake(windows, windows_short, (LONG,), "window off by one", "last entry .* of x .*all 5", vjp=True),
    "step-of-slice": Mistake(
        lambda x: x[::2], every_other_placed_side_by_side, (LONG,), "index shifted", "step of a slice of x", vjp=True
    ),
    "shifted": Mistake(lambda x: np.sum(x**2), lambda x: np.roll(2 * x, 1), (V,), "index shifted", "moved by one"),
    "tiled": Mistake(
        pair, lambda g, x: np.tile(g, 2) / 2, (LONG[:4],), "index shifted|axes permuted", "tile|exchanged", vjp=True
    ),
    "overwritten": Mistake(
        lambda x, ids: x[ids],
        lookup_overwritten,
        (LONG, np.array([1, 3, 1, 0])),
        "overwritten not accumulated",
        "stands twice",
        vjp=True,
    ),
    "branch": Mistake(
        lambda z: np.where(z > 0, np.exp(z), np.sin(z)),
        lambda g, z: g * np.exp(z),
        (V,),
        "forward and backward of different functions",
        "branch .* exp",
        vjp=True,
    ),
    "mask": Mistake(
        lambda z: np.maximum(z, 0), lambda g, z: g * (g > 0), (LONG,), "wrong operand", "mask is another", vjp=True
    ),
    "operand": Mistake(
        lambda x, y: np.sin(x) * y, lambda g, x, y: (g * np.cos(x) * x, g * np.sin(x)), (V, U), "wrong operand",
        "stands x", vjp=True,
    ),
    "own-factor": Mistake(
        lambda x, y: x @ y, lambda g, x, y: (g @ x.T, y.T @ g), (S, Q), "wrong operand", "each taken with", vjp=True
    ),
    "operand-in-a-loop": Mistake(
        chain, chain_with_states_after, (Q, V), "wrong operand", "in all 3", vjp=True, wrt="w"
    ),
    "left-out": Mistake(
        scaled_deviation, scaled_deviation_without_gamma, (V, U), "wrong operand", "gamma is 1", vjp=True
    ),
}  # fmt: skip


def verdict_on(m: Mistake, inputs: tuple[Any, ...] | None = None) -> Any:
    check = check_vjp if m.vjp else check_gradient
    return check(m.function, m.by_hand, inputs or m.inputs, wrt=m.wrt)


@pytest.mark.parametrize("m", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_named_at_its_place(m: Mistake) -> None:
    verdict = verdict_on(m)
    assert verdict.blame == "hand", str(verdict)
    (found,) = verdict.diagnosis
    assert re.fullmatch(m.kind, found.kind), str(verdict)
    assert re.search(m.words, found.words), str(verdict)


@pytest.mark.parametrize("name", ["factor", "sign", "dropped", "slope-missing", "diagonal", "overwritten", "shifted"])
def test_a_mistake_is_named_in_float32(name: str) -> None:
    m = MISTAKES[name]
    single = tuple(np.asarray(x, np.float32) if np.asarray(x).dtype.kind == "f" else x for x in m.inputs)
    (found,) = verdict_on(m, single).diagnosis
    assert re.fullmatch(m.kind, found.kind)


def test_ties_given_to_all_are_named() -> None:
    x = np.array([[1.0, 3.0, 3.0], [2.0, 2.0, 0.5]])

    def to_all(g, x):
        return g[:, None] * (x == np.max(x, axis=1, keepdims=True))

    (found,) = check_vjp(lambda x: np.max(x, axis=1), to_all, [x]).diagnosis
    assert found.kind == "ties given to all"


# Factor and mend


@pytest.mark.parametrize("factor", [-1.0, 0.5, 2.0, 0.3, 10.0, 4.0])
def test_a_factor_is_told_as_a_number(factor: float) -> None:
    (found,) = check_gradient(lambda x: np.sum(np.sin(x)), lambda x: factor * np.cos(x), [LONG]).diagnosis
    assert found.factor == pytest.approx(factor, rel=1e-9)
    assert found.fix is not None


def test_a_length_is_told_where_other_letters_are_right() -> None:
    def by_hand(g, x, b):
        return g, np.mean(g, axis=0)

    (found,) = check_vjp(lambda x, b: x + b, by_hand, [np.outer(LONG, V), V]).diagnosis
    assert (found.kind, found.factor) == ("mean for sum", pytest.approx(1 / 7))
    assert "derivative by b" in found.words
    assert "axis 0 of x" in found.fix


def test_what_mends_a_sum_left_out_is_code() -> None:
    (found,) = verdict_on(MISTAKES["not-summed"]).diagnosis
    assert found.fix == "np.sum(..., axis=0)"


# Silence


def wild(*inputs: Any) -> Any:
    """Numbers without relation to any derivative, that move with every input."""
    rng = np.random.default_rng(5)
    mixed = sum(np.sum(rng.normal(size=np.shape(x)) * x) for x in inputs)
    shares = tuple(np.cos(rng.normal(size=np.shape(x)) + mixed) for x in inputs)
    return shares if len(shares) > 1 else shares[0]


def wild_of_cotangent(g: Any, *inputs: Any) -> Any:
    shares = wild(*inputs)
    along = np.sum(np.cos(np.arange(np.size(g))) * np.ravel(g))
    return tuple(along * share for share in shares) if isinstance(shares, tuple) else along * shares


UNEXPLAINED = [name for name, m in MISTAKES.items() if m.wrt is None and name != "overwritten"]
# No cause is told of them, but what can be seen: functions that are linear, and entries without influence.
SEEN = {
    "axes": "it depends on x, and should not",
    "window": "it depends on x, and should not",
    "tiled": "it depends on x, and should not",
    "not-summed": "it depends on x, b, and should not",
    "summed-too-much": "it depends on x, b, and should not",
    "step-of-slice": "3 of 7 entries should be 0, and are not",
    "mask": "3 of 7 entries should be 0, and are not",
}


@pytest.mark.parametrize("name", UNEXPLAINED)
def test_a_gradient_of_random_numbers_is_wrong_and_not_explained(name: str) -> None:
    m = MISTAKES[name]
    verdict = verdict_on(m._replace(by_hand=wild_of_cotangent if m.vjp else wild))
    assert verdict.blame == "hand"
    assert [found.words for found in verdict.diagnosis] == ([SEEN[name]] if name in SEEN else [])


def test_of_random_numbers_that_never_move_that_alone_is_said() -> None:
    numbers = np.random.default_rng(5).normal(size=3)
    (found,) = check_gradient(lambda x: np.sum(np.sin(x)), lambda x: numbers, [V]).diagnosis
    assert (found.kind, found.words) == ("dependence", "it should depend on x, and does not")
    assert check_gradient(lambda x: np.sum(3 * x), lambda x: numbers, [V]).diagnosis == ()  # nor does the right one


def test_a_term_that_is_none_of_the_functions_is_not_explained() -> None:
    verdict = check_gradient(lambda x: np.sum(np.tanh(x)), lambda x: 1 - np.tanh(x) ** 2 + 0.1 * np.sin(5 * x), [LONG])
    assert verdict.blame == "hand"
    assert verdict.diagnosis == ()


def test_two_mistakes_at_once_are_not_explained_by_one() -> None:
    def by_hand(x):
        return 2 * np.sin(x) + 3 * x * np.cos(x) ** 2

    assert check_gradient(lambda x: np.sum(x * np.sin(x)), by_hand, [LONG]).diagnosis == ()


# Functions that can't be traced: the result alone tells


def filled(x):
    z = np.zeros(len(x))
    for i in range(len(x)):
        z[i] = np.sin(x[i])
    return z


def test_an_opaque_functions_factor_is_named() -> None:
    verdict = check_vjp(filled, lambda g, x: -g * np.cos(x), [LONG])
    assert verdict.untraceable
    assert [found.kind for found in verdict.diagnosis] == ["sign"]


def test_an_opaque_functions_inner_mistake_is_not_named() -> None:
    verdict = check_vjp(filled, lambda g, x: g * np.sin(x), [LONG])
    assert verdict.untraceable
    assert verdict.blame == "hand"
    assert verdict.diagnosis == ()


# The machinery


def problem_of(function: Any, by_hand: Any, inputs: Any, wrt: Any = None, vjp: bool = False) -> tuple[Problem, Values]:
    problem = given_problem(function, by_hand, inputs, None, wrt, None, None, None, vjp=vjp)
    return problem, problem.domain.given


@pytest.mark.parametrize("name", [name for name, m in MISTAKES.items() if name != "overwritten"])
def test_a_trace_is_as_it_was_after_every_mistake(name: str) -> None:
    m = MISTAKES[name]
    problem, first = problem_of(m.function, m.by_hand, m.inputs, m.wrt, vjp=m.vjp)
    values = problem.with_cotangents(first, np.random.default_rng(0))
    trace = Trace(problem, values)
    before = trace.gradient()
    kept = [node.edges for node in trace.nodes]
    for family in OPERATORS:
        for fault in with_groups(family(trace, before)):
            trace.with_mutant(fault)
    assert all(node.edges is edges for node, edges in zip(trace.nodes, kept, strict=True))
    assert all_near(trace.gradient(), before, 0.0)


def test_a_trace_is_as_it_was_after_a_mistake_that_does_not_fit() -> None:
    problem, first = problem_of(lambda x: np.sum(np.sin(x)), lambda x: x, [V])
    trace = Trace(problem, first)
    before = trace.gradient()
    with pytest.raises(RuntimeError), trace.planted(next(iter(OPERATORS[4](trace, before)))):
        raise RuntimeError
    assert all_near(trace.gradient(), before, 0.0)


def test_constants_are_left_out_where_they_are_small_and_added() -> None:
    def function(x):
        return np.sum(np.log(x.T.reshape(-1)[1:] ** 2 + 1e-3) + np.sqrt(1e-4 + x[0] ** 2) + (x[0] + 0.5) * 1e-3)

    problem, first = problem_of(function, lambda x: x, [V])
    left_out, (gradient,) = gradient_blind_to_constants(problem, first)
    assert left_out == {1e-3, 1e-4}
    # log(x^2) by x is 2 / x; sqrt(x^2) by x is the sign, for each of the two entries of the row.
    assert near(gradient, np.array([2 * (1 + 1e-3), 2 / V[1], 2 / V[2]]), 1e-12)


def test_a_result_that_is_right_has_no_cause() -> None:
    assert list(result_mistakes([Case(("x",), (V,), (V,), {3: "axis 0 of x"})])) == []


def test_nothing_is_near_what_is_not_finite_or_has_another_shape() -> None:
    assert not near(np.array([np.nan]), np.array([np.nan]), 1e-7)
    assert not near(np.zeros(2), np.zeros((2, 1)), 1e-7)
    assert near(np.zeros(2), np.zeros(2), 1e-7)
