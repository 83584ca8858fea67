"""`check_gradient`, `check_vjp`, `assert_gradient`: what they decide, what they refuse, and what they leave alone."""

import json
import pickle
import random

import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from handgrad.checking import CheckError, assert_gradient, check_gradient, check_vjp, layer, mark
from handgrad.checking.verdict import Outcome

X = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
W = np.array([[1.0, -0.5], [0.25, 2.0], [-1.5, 0.75]])


def squares(x):
    return np.sum(x**2) / x.shape[0]


def right(x):
    return 2 * x / x.shape[0]


# Outcomes


def test_a_right_gradient_agrees_exactly_and_everywhere():
    verdict = check_gradient(squares, right, [X])
    assert verdict.outcome is Outcome.AGREES
    assert verdict.agrees
    assert verdict.points == 8
    assert 0 < verdict.exact.error_bound < 1e-6
    assert verdict.diagnosis == ()


def test_a_wrong_gradient_is_told_by_entry_share_blame_and_cause():
    verdict = check_gradient(squares, lambda x: 2 * x, [X], names="x")
    assert verdict.outcome is Outcome.DISAGREES
    assert not verdict.agrees
    assert (verdict.blame, verdict.share, verdict.where) == ("hand", (6, 6), "the given point")
    assert verdict.worst.argument == "x"
    # On paper: 2 x by hand, x the gradient, at every entry.
    at = verdict.worst.index
    assert (verdict.worst.hand, verdict.worst.automatic) == (2 * X[at], X[at])
    assert verdict.worst.numeric == pytest.approx(X[at], rel=1e-12)
    assert verdict.error_ratio > 1e10


def test_a_sign_flip_in_a_tiny_gradient_is_caught():
    verdict = check_gradient(lambda x: 1e-12 * np.sum(np.tanh(x)), lambda x: -1e-12 * (1 - np.tanh(x) ** 2), [X])
    assert (verdict.outcome, verdict.diagnosis[0].kind) == (Outcome.DISAGREES, "sign")


def test_the_given_point_hides_a_mistake_and_others_show_it():
    # One sample: 1/N is 1. A symmetric matrix: its transpose is itself.
    one = check_gradient(squares, lambda x: 2 * x, [X[:1]])
    assert (one.outcome, one.where) == (Outcome.DISAGREES, "other shapes")
    square = np.array([[1.0, 2.0], [2.0, 5.0]])
    turned = check_vjp(
        lambda x, w: x @ w, lambda z_bar, x, w: z_bar @ w, [np.ones((2, 2)), square], wrt="x w".split()[:1]
    )
    assert turned.outcome is not Outcome.AGREES
    assert check_gradient(squares, lambda x: 2 * x, [X[:1]], points=1).agrees


def test_the_power_of_a_pass_is_told():
    verdict = check_gradient(squares, right, [X[:1]], points=1)
    assert any("1/N" in words for words in verdict.hidden)
    flat = check_gradient(
        lambda w: np.sum(w @ w.T), lambda w: 2 * np.sum(w, axis=0) * np.ones_like(w), [np.ones((2, 2))]
    )
    assert flat.agrees
    assert any("symmetric" in words for words in flat.hidden)


def test_code_made_for_one_point_is_explained_by_that_point():
    def forward(x):
        return np.tanh(x) * 2 + x

    def backward(z_bar, x):
        if not np.array_equal(x, X):
            raise ValueError("this point alone")
        return z_bar * (2 * (1 - np.tanh(x) ** 2) - 1)

    verdict = check_vjp(forward, backward, [X])
    assert verdict.outcome is Outcome.DISAGREES
    assert verdict.diagnosis[0].kind == "sign of one term"


def test_code_that_raises_elsewhere_is_told_and_judged_where_it_does_not():
    def gradient(x):
        if not np.array_equal(x, X):
            raise ValueError("this point alone")
        return right(x)

    verdict = check_gradient(squares, gradient, [X])
    assert (verdict.outcome, verdict.points) == (Outcome.AGREES, 1)
    assert "raises" in kinds_of_remarks(verdict)
    assert "by hand has no value at near the given point: ValueError: this point alone" in str(verdict)


def test_planted_mistakes_are_counted_and_those_that_hide_are_named():
    def loss(w, decay):
        return np.sum(np.tanh(w)) + decay * np.sum(w**2)

    def gradient(w, decay):
        return 1 - np.tanh(w) ** 2 + 2 * decay * w

    # Without the regulariser nothing tells whether its path is there.
    without = check_gradient(loss, gradient, [X, 0.0], wrt="w")
    shown, tried = without.mutants
    assert 0 < shown < tried
    assert any("left out" in words for words in without.hidden)
    assert f"shows {shown} of {tried} planted mistakes" in str(without)
    with_it = check_gradient(loss, gradient, [X, 0.5], wrt="w")
    assert with_it.mutants[0] == with_it.mutants[1] > 0
    assert with_it.hidden == ()
    assert check_gradient(in_place, lambda x: -np.exp(-x), [X]).mutants == (0, 0)


def test_softmax_summed_hides_nothing_behind_a_uniform_cotangent():
    def softmax(x):
        e = np.exp(x)
        return e / np.sum(e)

    verdict = check_vjp(softmax, lambda s_bar, x: 0 * x, [X[0]])
    assert verdict.outcome is Outcome.DISAGREES


def test_a_condition_that_was_recognised_is_found_to_be_needed():
    def loss(x, y):
        return -np.sum(y * (x - np.log(np.sum(np.exp(x)))))

    def gradient(x, y):
        return np.exp(x) / np.sum(np.exp(x)) - y

    verdict = check_gradient(loss, gradient, [X[0], np.array([0.0, 1.0, 0.0])], wrt="x")
    assert verdict.outcome is Outcome.ON_A_CONDITION
    assert verdict.condition == "sum_k y_k = 1"  # one-hot is more than it needs
    assert verdict.reason == "it holds where sum_k y_k = 1, and fails elsewhere"
    everywhere = check_gradient(
        loss, lambda x, y: np.exp(x) / np.sum(np.exp(x)) * np.sum(y) - y, [X[0], np.ones(3)], wrt=0
    )
    assert everywhere.outcome is Outcome.AGREES


def test_a_condition_can_be_given_as_predicate_or_sampler():
    def is_rising(x):
        return bool(np.all(np.diff(x) > 0))

    def gradient(x):
        return np.array([-1.0, 0.0, 1.0])

    rising = np.array([1.0, 2.0, 3.0])
    for condition in (is_rising, lambda x: (np.sort(x),)):
        verdict = check_gradient(lambda x: np.max(x) - np.min(x), gradient, [rising], condition=condition)
        assert verdict.outcome is Outcome.ON_A_CONDITION
    assert check_gradient(lambda x: np.max(x) - np.min(x), gradient, [rising]).outcome is Outcome.DISAGREES
    with pytest.raises(CheckError, match="condition: wanted a bool, or a tuple"):
        check_gradient(squares, right, [X], condition=lambda x: 3)


def test_a_difference_below_rounding_is_found_exactly():
    verdict = check_gradient(lambda x: np.sum(x**3), lambda x: 3 * x**2 * (1 + 2.0**-60), [X])
    assert verdict.outcome is Outcome.AGREES  # 1 + 2^-60 is 1 in float64
    verdict = check_gradient(lambda x: np.sum(x**3) + 2.0**-80 * np.sum(x), lambda x: 3 * x**2, [X])
    assert verdict.outcome is Outcome.DISAGREES
    assert "below rounding" in verdict.reason


@pytest.mark.parametrize("scale", [1e-30, 1e-3, 1e6, 1e30])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_right_gradient_is_not_accused_at_any_scale(scale, dtype):
    x = (X * scale).astype(dtype)
    verdict = check_gradient(
        lambda x: np.sum(np.tanh(x / dtype(scale))), lambda x: (1 - np.tanh(x / dtype(scale)) ** 2) / dtype(scale), [x]
    )
    assert verdict.agrees


def test_what_rounding_swallows_is_not_decided():
    verdict = check_gradient(lambda x: np.sum(np.arctan(x)), lambda x: (1e20 + 1 / (1 + x * x)) - 1e20, [X])
    assert verdict.outcome is Outcome.CANNOT_DECIDE
    assert "ill-conditioned" in verdict.reason


def test_more_room_is_printed():
    off = check_gradient(squares, lambda x: right(x) * (1 + 1e-6), [X], rtol=1e-4, exact=False)
    assert off.agrees
    assert "rtol=0.0001" in str(off)
    assert not check_gradient(squares, lambda x: right(x) * (1 + 1e-6), [X], exact=False).agrees


def test_exact_can_be_demanded_and_declined():
    assert check_gradient(squares, right, [X], exact=False).exact is None
    demanded = check_gradient(lambda x: np.sum(np.arctan(x)), lambda x: 1 / (1 + x * x), [X], exact=True)
    assert demanded.outcome is Outcome.CANNOT_DECIDE
    assert "arctan" in demanded.reason


# Opaque functions


def in_place(x):
    y = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        y[i] = np.exp(-x[i])
    return np.sum(y)


def test_a_function_that_cannot_be_traced_is_judged_numerically_and_says_so():
    verdict = check_gradient(in_place, lambda x: -np.exp(-x), [X])
    assert verdict.agrees
    assert verdict.untraceable
    assert "numeric opinions alone" in str(verdict)
    wrong = check_gradient(in_place, lambda x: np.exp(-x), [X])
    assert (wrong.outcome, wrong.blame, wrong.worst.automatic) == (Outcome.DISAGREES, "hand", None)
    assert wrong.diagnosis[0].kind == "sign"


# Kinks


def relu_sum(x):
    return np.sum(np.maximum(x, 0))


@pytest.mark.parametrize("at_zero", [0.0, 0.3, 1.0])
def test_any_slope_between_the_two_of_a_kink_is_right(at_zero):
    verdict = check_gradient(relu_sum, lambda x: np.where(x == 0, at_zero, x > 0), [np.array([0.0, 1.0, -1.0])])
    assert verdict.agrees
    assert [entry.index for entry in verdict.kinks] == [(0,)]
    assert "kink at x[0]" in str(verdict)


def test_a_slope_outside_is_wrong():
    verdict = check_gradient(relu_sum, lambda x: np.where(x == 0, 1.2, x > 0), [np.array([0.0, 1.0, -1.0])])
    assert (verdict.outcome, verdict.blame) == (Outcome.DISAGREES, "hand")
    assert "kink" in verdict.reason


def test_a_tie_may_go_to_one_or_be_shared_but_not_go_to_all():
    tied = np.array([2.0, 2.0, 1.0])
    for share in ([1.0, 0, 0], [0, 1.0, 0], [0.5, 0.5, 0]):
        fair = check_gradient(np.max, lambda x, s=share: np.array(s) if x[0] == x[1] else x == np.max(x) * 1.0, [tied])
        assert fair.agrees
    to_all = check_gradient(np.max, lambda x: (x == np.max(x)) * 1.0, [tied])
    assert (to_all.outcome, to_all.diagnosis[0].kind) == (Outcome.DISAGREES, "ties given to all")


# Hygiene


def kinds_of_remarks(verdict):
    return {remark.kind for remark in verdict.notes}


def test_an_input_that_is_changed_is_told_and_ours_stays_as_it_is():
    given = X.copy()

    def gradient(x):
        x *= 2
        return x

    verdict = check_gradient(lambda x: np.sum(x**2), gradient, [given])
    assert "input changed" in kinds_of_remarks(verdict)
    assert "aliasing" in kinds_of_remarks(verdict)
    assert verdict.agrees
    assert np.array_equal(given, X)


def test_a_cotangent_that_is_changed_or_ignored_is_told():
    def changing(z_bar, x):
        z_bar *= 2
        return z_bar * x

    assert "input changed" in kinds_of_remarks(check_vjp(lambda x: x**2, changing, [X]))
    ignored = check_vjp(lambda x: x**2, lambda z_bar, x: 2 * x, [X])
    assert "cotangent ignored" in kinds_of_remarks(ignored)
    assert ignored.outcome is Outcome.DISAGREES


def test_another_type_is_told():
    verdict = check_gradient(lambda x: np.sum(x * x), lambda x: 2 * x.astype(np.float64), [X.astype(np.float32)])
    assert verdict.agrees
    assert "dtype" in kinds_of_remarks(verdict)


def test_chance_is_told_and_not_judged():
    rng = np.random.default_rng(0)
    by_chance = check_gradient(lambda x: np.sum(x) * rng.random(), right, [X])
    assert (by_chance.outcome, kinds_of_remarks(by_chance)) == (Outcome.CANNOT_DECIDE, {"not deterministic"})
    hand = check_gradient(squares, lambda x: right(x) * rng.random(), [X])
    assert (hand.outcome, kinds_of_remarks(hand)) == (Outcome.CANNOT_DECIDE, {"by hand not deterministic"})


def test_checking_leaves_no_trace():
    random.seed(4)
    np.random.seed(4)
    states = random.getstate(), np.random.get_state()[1].tolist(), np.geterr()
    check_gradient(squares, lambda x: 2 * x, [X])
    check_gradient(squares, right, given=[arrays(float, (2,), elements=st.integers(1, 3).map(float))])
    assert (random.getstate(), np.random.get_state()[1].tolist(), np.geterr()) == states


# Shapes


def test_a_wrong_shape_is_wrong_whatever_the_entries():
    bias = np.array([0.5, -1.0])

    def loss(x, w, b):
        return np.sum((x @ w + b) ** 2)

    verdict = check_gradient(loss, lambda x, w, b: 2 * (x @ w + b), [X, W, bias], wrt="b")
    assert verdict.outcome is Outcome.DISAGREES
    assert verdict.reason == "the derivative by b has shape (2, 2), wanted (2,)"
    assert verdict.diagnosis[0].kind == "not summed"
    kept = check_gradient(loss, lambda x, w, b: np.sum(2 * (x @ w + b), axis=0, keepdims=True), [X, W, bias], wrt="b")
    assert (kept.outcome, kept.reason) == (Outcome.DISAGREES, "the derivative by b has shape (1, 2), wanted (2,)")


def test_several_letters_and_tuples():
    verdict = check_vjp(
        lambda x, w: (x @ w, np.sum(w)), lambda bars, x, w: (bars[0] @ w.T, x.T @ bars[0] + bars[1]), [X, W]
    )
    assert verdict.agrees
    assert verdict.wrt == ("x", "w")
    dropped = check_vjp(lambda x, w: (x @ w, np.sum(w)), lambda bars, x, w: (bars[0] @ w.T, x.T @ bars[0]), [X, W])
    assert (dropped.outcome, dropped.worst.argument) == (Outcome.DISAGREES, "w")
    assert dropped.diagnosis[0].kind == "path dropped"


# Kinds


def test_labels_masks_and_indices_stay_what_they_are():
    table, rows, mask = np.arange(12.0).reshape(4, 3) / 7, np.array([0, 2, 1]), np.array([1.0, 0.0, 1.0])

    def loss(table, rows, mask):
        return np.sum((table[rows] * mask[:, None]) ** 2)

    def gradient(table, rows, mask):
        assert set(rows) <= {0, 1, 2}
        assert set(mask) <= {0.0, 1.0}
        table_bar = np.zeros_like(table)
        np.add.at(table_bar, rows, 2 * table[rows] * (mask * mask)[:, None])
        return table_bar

    verdict = check_gradient(loss, gradient, [table, rows, mask], wrt="table")
    assert verdict.domain == {"table": "real", "rows": "distinct", "mask": "mask"}
    assert verdict.agrees

    def overwritten(table, rows, mask):
        table_bar = np.zeros_like(table)
        table_bar[rows] = 2 * table[rows] * mask[:, None]
        return table_bar

    wrong = check_gradient(loss, overwritten, [table, rows, mask], wrt="table")
    assert wrong.outcome is Outcome.ON_A_CONDITION  # wrong only where a row repeats, which the given ones do not
    assert wrong.reason == "it holds where rows is distinct, and fails elsewhere"
    repeated = check_gradient(loss, overwritten, [table, np.array([0, 2, 0]), mask], wrt="table")
    assert repeated.outcome is Outcome.DISAGREES


def test_a_derivative_that_needs_a_permutation_is_not_accused():
    def gradient(x, order):
        return 3 * x[order][np.argsort(order)] ** 2

    verdict = check_gradient(lambda x, order: np.sum(x[order] ** 3), gradient, [X[0], np.array([2, 0, 1])], wrt="x")
    assert verdict.outcome is Outcome.ON_A_CONDITION
    assert verdict.agrees


def test_a_kind_can_be_told():
    eye = np.eye(2)

    def loss(a):
        return np.sum(np.linalg.inv(a))

    def gradient(a):  # for symmetric a
        inverse = np.linalg.inv(a)
        return -inverse @ np.ones(a.shape) @ inverse

    told = check_gradient(loss, gradient, [eye], kinds={"a": "positive definite"})
    assert told.domain == {"a": "positive definite"}
    assert told.outcome is Outcome.ON_A_CONDITION
    with pytest.raises(CheckError, match=r"kinds: wanted one of .* for a, got 'square'"):
        check_gradient(loss, gradient, [eye], kinds={"a": "square"})
    with pytest.raises(CheckError, match="kinds: wanted names among a, got 'b'"):
        check_gradient(loss, gradient, [eye], kinds={"b": "real"})


# Intermediates


def network(x, w):
    h = mark("h", np.tanh(mark("z", x @ w)))
    return np.sum(mark("o", h**2))


def test_the_first_wrong_step_is_named_and_not_those_that_follow():
    def told(x, w):
        h = np.tanh(x @ w)
        h_bar = 2 * h
        return {"o": np.ones_like(h), "h": h_bar, "z": h_bar * (1 - h)}

    def gradient(x, w):
        return x.T @ told(x, w)["z"]

    verdict = check_gradient(network, gradient, [X, W], wrt="w", intermediates=told)
    assert [(step.name, step.agrees) for step in verdict.intermediates] == [("o", True), ("h", True), ("z", False)]
    assert "the first wrong step, from the loss back, is z" in str(verdict)
    with pytest.raises(CheckError, match="wanted names among o, h, z, got 'y'"):
        check_gradient(network, gradient, [X, W], wrt="w", intermediates=lambda x, w: {"y": 1})
    with pytest.raises(CheckError, match="wanted a dictionary"):
        check_gradient(network, gradient, [X, W], wrt="w", intermediates=lambda x, w: 1)


def test_marking_twice_is_refused_and_outside_it_does_nothing():
    assert mark("a", 1) == mark("a", 1) == 1
    with pytest.raises(CheckError, match="wanted each name once, got 'h' twice"):
        check_gradient(lambda x: np.sum(mark("h", mark("h", x))), np.ones_like, [X], intermediates=lambda x: {"h": 1})


# Strategies


def test_strategies_shrink_to_the_simplest_failure():
    vectors = st.integers(1, 4).flatmap(lambda n: arrays(float, (n,), elements=st.integers(-5, 5).map(float)))
    verdict = check_gradient(squares, lambda x: 2 * x, given=[vectors])
    assert verdict.outcome is Outcome.DISAGREES
    assert verdict.inputs["x"].tolist() in ([0.0, 1.0], [1.0, 0.0])
    assert check_gradient(squares, right, given=[vectors]).agrees
    with pytest.raises(CheckError, match="either inputs or given=, got both"):
        check_gradient(squares, right, [X], given=[vectors])
    with pytest.raises(CheckError, match="either inputs or given=, got neither"):
        check_gradient(squares, right)
    with pytest.raises(CheckError, match="wanted Hypothesis strategies, got int"):
        check_gradient(squares, right, given=3)


# Layers


class Relu:
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, z_bar):
        return z_bar * (self.x > 0)


def test_a_layer_with_a_cache_is_two_functions():
    for made in (Relu, Relu(), lambda: Relu()):
        assert check_vjp(*layer(made), [X]).agrees
    kept = Relu()
    check_vjp(*layer(kept), [X])
    assert not hasattr(kept, "x")


class Forgetful(Relu):
    def forward(self, x):
        self.x = getattr(self, "x", x)
        return np.maximum(x, 0)


class Shared(Relu):
    kept: list = []  # noqa: RUF012 - the mistake

    def forward(self, x):
        self.kept[:] = [x]
        return np.maximum(x, 0)

    def backward(self, z_bar):
        return z_bar * np.exp(self.kept[0])


class Exponential(Shared):
    def forward(self, x):
        super().forward(x)
        return np.exp(x)


def test_a_cache_that_does_not_match_is_told():
    def smooth(kind):
        class Layer(kind):
            def forward(self, x):
                super().forward(x)
                return np.exp(x)

            def backward(self, z_bar):
                return z_bar * np.exp(self.x)

        return Layer

    stale = check_vjp(*layer(smooth(Forgetful)), [X])
    assert kinds_of_remarks(stale) == {"cache"}
    assert "not written anew" in str(stale)
    shared = check_vjp(*layer(Exponential), [X])
    assert "two layers share a cache" in str(shared)
    assert kinds_of_remarks(check_vjp(*layer(smooth(Relu)), [X])) == set()


def test_what_is_no_layer_is_refused():
    with pytest.raises(CheckError, match="wanted an object with forward and backward, got dict"):
        check_vjp(*layer(dict), [X])
    with pytest.raises(CheckError, match="wanted a class or a layer, got int"):
        layer(3)


# The verdict as data


def test_a_verdict_is_data():
    verdict = check_gradient(squares, lambda x: 2 * x, [X])
    assert pickle.loads(pickle.dumps(verdict)).to_dict() == verdict.to_dict()
    assert json.loads(json.dumps(verdict.to_dict(), allow_nan=False))["outcome"] == "disagrees"
    with pytest.raises(AttributeError):
        verdict.outcome = Outcome.AGREES
    html = check_gradient(
        squares, type("G", (), {"__call__": lambda s, x: 2 * x, "__name__": "<b>"})(), [X]
    )._repr_html_()
    assert "&lt;b&gt;" in html
    assert "<b>" not in html.replace("<b style", "")


def test_the_counterexample_is_small_and_fails():
    verdict = check_gradient(squares, lambda x: 2 * x, [X])
    example = verdict.counterexample
    x = np.array(example.inputs["x"])
    assert x.size <= 2
    assert not np.allclose(2 * x, right(x))
    assert np.array_equal(np.ravel(example.hand), np.ravel(2 * x))
    np.testing.assert_allclose(np.ravel(example.automatic), np.ravel(right(x)))


@pytest.mark.parametrize(
    ("constant", "told"),
    [("half", "'half'"), (None, "none"), ((1, 2), "(1, 2)"), (3, "3"), ([["a"], ["b"]], "[['a'], ['b']]")],
)
def test_a_counterexample_tells_constants_of_every_kind(constant, told):
    verdict = check_gradient(lambda x, how: squares(x), lambda x, how: 2 * x, [X, constant], names="x how")
    assert f"how = {told}: by hand" in str(verdict)


def test_a_function_of_one_size_has_a_counterexample_after_few_calls():
    calls = []

    def loss(x, w):
        calls.append(x.shape)
        if (x.shape, w.shape) != ((32, 20), (20, 10)):
            raise ValueError("another size")
        return np.sum(np.tanh(x @ w) ** 2) / 2

    def gradient(x, w):
        h = np.tanh(x @ w)
        error = h * (1 - h)
        return error @ w.T, x.T @ error

    rng = np.random.default_rng(0)
    at = [rng.normal(size=(32, 20)), rng.normal(size=(20, 10))]
    verdict = check_gradient(loss, gradient, at, names="x w")
    example = {name: np.array(x) for name, x in verdict.counterexample.inputs.items()}
    assert {name: x.shape for name, x in example.items()} == {"x": (32, 20), "w": (20, 10)}
    assert [np.count_nonzero(x) for x in example.values()] == [1, 1]
    assert len(calls) < 10_000  # one entry at a time takes 124,000
    (row,) = (line for line in str(verdict).splitlines() if "smallest" in line)
    ((i, k),), ((_, j),) = np.argwhere(example["x"]), np.argwhere(example["w"])
    assert f"x = zeros of shape (32, 20) but [{i}, {k}] = 1, w = zeros of shape (20, 10) but [{k}, {j}] = 1" in row
    assert len(row) < 400


def test_the_printed_call_shows_the_same_again():
    import handgrad

    loss, gradient = squares, lambda x: 2 * x
    verdict = check_gradient(loss, gradient, [X[:1].astype(np.float32)], names="x")
    code = verdict.reproduce.replace("<lambda>", "gradient")
    assert code in str(verdict).replace("<lambda>", "gradient")
    again = eval(code, {"handgrad": handgrad, "np": np, "squares": squares, "gradient": gradient})
    assert (again.outcome, again.worst.argument) == (verdict.outcome, "x")
    assert again.inputs["x"].dtype == np.float32
    large = check_gradient(loss, gradient, [np.ones((10, 10))], names="x")
    assert "*verdict.inputs.values()" in large.reproduce


def test_the_same_seed_gives_the_same_verdict():
    first, second = (check_gradient(squares, lambda x: 2 * x, [X[:1]], seed=5) for _ in range(2))
    assert first.to_dict() == second.to_dict()
    other = check_gradient(squares, lambda x: 2 * x, [X[:1]], seed=6)
    assert other.worst.hand != first.worst.hand


def test_assert_gradient_raises_with_the_text_and_returns_the_verdict():
    assert assert_gradient(squares, right, [X]).agrees
    with pytest.raises(AssertionError, match="DISAGREES"):
        assert_gradient(squares, lambda x: 2 * x, [X])


# What is refused


@pytest.mark.parametrize(
    ("inputs", "options", "words"),
    [
        ([], {}, "wanted at least one input, got none"),
        ([np.array([1.0, np.nan])], {}, "wanted finite inputs, got NaN or an infinity in x"),
        ([np.array([1.0, np.inf])], {}, "wanted finite inputs"),
        ([np.zeros((0, 2))], {}, r"wanted x with at least one entry, got shape \(0, 2\)"),
        ([np.array([1, 2])], {}, "wanted an input of floats to differentiate by, got none among x"),
        (["text"], {}, "wanted an input of floats"),
        ([np.array([1 + 2j])], {}, "wanted an input of floats"),
        ([np.ma.masked_array([1.0, 2.0], [True, False])], {}, "wanted plain arrays, got a MaskedArray"),
        ([X], {"names": "a b"}, "wanted 1 different names"),
        ([X], {"wrt": "y"}, "wrt: wanted one of x or a position below 1, got 'y'"),
        ([X], {"wrt": 3}, "wrt: wanted one of x or a position below 1, got 3"),
        ([X], {"points": 0}, "points: wanted an integer of at least 1, got 0"),
        ([X], {"points": 2.5}, "points: wanted an integer"),
        ([X], {"seed": -1}, "seed: wanted an integer of at least 0, got -1"),
        ([X], {"exact": "yes"}, "exact: wanted"),
        ([X], {"rtol": float("nan")}, "rtol: wanted a finite number"),
        ([X], {"atol": -1.0}, "atol: wanted a finite number"),
        ([X], {"dtype": np.int32}, "dtype: wanted float32 or float64, got int32"),
    ],
)
def test_bad_input_is_refused(inputs, options, words):
    with pytest.raises(CheckError, match=words):
        check_gradient(squares, right, inputs, **options)


@pytest.mark.parametrize(
    ("loss", "gradient", "words"),
    [
        (lambda x: x, right, r"wanted a scalar, got shape \(2, 3\); check_vjp"),
        (lambda x: np.sum(x) / 0.0 * np.nan, right, "wanted a finite value at the inputs"),
        (lambda x: np.sum(x @ x), right, "wanted a value at the inputs, got ValueError"),
        (lambda x: "text", right, "wanted real numbers, got str"),
        (lambda x: 1j * np.sum(x), right, "wanted real numbers"),
        (3, right, "wanted two functions, got int and function"),
        (squares, lambda x: (x, x), "wanted 1 arrays, by x, got 2"),
        (squares, lambda x: x.nothing, "wanted a derivative at the inputs, got AttributeError"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_bad_functions_are_refused(loss, gradient, words):
    with pytest.raises(CheckError, match=words):
        check_gradient(loss, gradient, [X])
