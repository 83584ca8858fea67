"""Two trainings beside each other: right ones agree, a mistake is stopped where it begins."""

import contextlib
import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as search
from hypothesis import strategies as st

from handgrad.errors import TrainingError
from handgrad.render.json import strict
from handgrad.training import automatic, by_hand, printed
from handgrad.training.descent import Descent
from handgrad.training.drawn import drawn
from handgrad.training.lockstep import Lockstep, compare, drift, ulps
from handgrad.training.passes import Way
from handgrad.training.settings import Settings

DATA = drawn(train=12, test=5, seed=1)
LETTERS = {
    "dense": ["loss", "theta", "w", "b", "gamma", "v"],
    "cnn": ["loss", "x", "W", "b", "a", "c", "d", "v", "q"],
}
EVERY_LETTER = [(network, letter) for network, letters in LETTERS.items() for letter in letters]
NETWORKS = pytest.mark.parametrize("network", ["dense", "cnn"])


def small(network: str, **chosen) -> Settings:
    """Three steps an epoch, the last of two images."""
    return Settings.of(network, **({"hidden": 3, "filters": 2, "batch": 5, "epochs": 2} | chosen))


def lockstep(network: str, way: Way | None = None, **chosen) -> Lockstep:
    return Lockstep(small(network, **chosen), DATA, way or by_hand.WAYS[network])


def faulty(network: str, letter: str, factor: float = 1 + 1e-6, first_step: int = 1) -> Way:
    """By hand, but the largest entry of one letter is off from some step on; the third training calls it too."""
    right, calls = by_hand.WAYS[network], []

    def backward(*arguments):
        result = (right.every or right.backward)(*arguments)
        calls.append(letter)
        if (len(calls) + 1) // 2 < first_step:  # each step has two passes: by hand, and by hand led astray
            return result
        if letter == "loss":
            return replace(result, loss=result.loss * factor)
        wrong = np.array(result.gradients[letter], copy=True)
        wrong[np.unravel_index(np.argmax(abs(wrong)), wrong.shape)] *= factor
        return replace(result, gradients=result.gradients | {letter: wrong})

    return Way("by hand", right.forward, backward)


def assert_same(one, other) -> None:
    assert one.keys() == other.keys()
    for letter, value in one.items():
        assert value.tobytes() == other[letter].tobytes(), letter


# Right forms


@NETWORKS
@search(max_examples=8)
@given(
    seed=st.integers(0, 2**32),
    dtype=st.sampled_from(["float64", "float32"]),
    momentum=st.sampled_from([0.0, 0.9]),
    start=st.sampled_from(["fan-in", "glorot", "zeros"]),
    batch=st.sampled_from([1, 5, 12]),
)
def test_right_forms_agree_with_every_letter_present(network, seed, dtype, momentum, start, batch):
    both, steps, epochs = lockstep(network, seed=seed, dtype=dtype, momentum=momentum, start=start, batch=batch), [], []
    verdict = both.run(steps.append, epochs.append)
    assert verdict.agrees
    assert verdict.outcome == "agrees"
    assert verdict.first is verdict.failed is None
    an_epoch = -(-12 // batch)
    assert verdict.steps == 2 * an_epoch
    assert [(step.step, step.epoch) for step in steps] == [(i + 1, i // an_epoch + 1) for i in range(2 * an_epoch)]
    for step in steps:
        assert [line.letter for line in step.lines] == LETTERS[network]
        for line in step.lines:
            assert line.approximate
            assert line.exact == (line.difference == 0) == (line.ulps == 0)
            assert line.difference <= line.allowed
            assert line.difference == abs(line.hand - line.automatic)
    assert {line.letter for line in verdict.drifts} == set(both.hand.state.parameters)
    assert [entry["epoch"] for entry in epochs] == [1, 2]


@NETWORKS
def test_both_trajectories_are_those_of_their_own_descents(network):
    both = lockstep(network)
    verdict = both.run()
    for training, way in ((both.hand, by_hand), (both.automatic, automatic)):
        alone = Descent(small(network), DATA, way.WAYS[network])
        alone.run()
        assert_same(training.state.parameters, alone.state.parameters)
        assert training.state.history == alone.state.history
    for line in verdict.drifts:
        one, other = (training.state.parameters[line.letter] for training in (both.hand, both.automatic))
        assert line.exact == (one.tobytes() == other.tobytes())
        assert line.distance == pytest.approx(math.sqrt(sum((one - other).ravel() ** 2)), rel=1e-12, abs=1e-300)
        # Rounding it is, and nothing more: 6 steps of numbers about 1.
        assert line.allowed < 1e-9
    assert_same(both.model.parameters, both.hand.state.parameters)


@NETWORKS
def test_an_automatic_gradient_is_not_by_hand(network, monkeypatch):
    # If one were the other there would be nothing to compare.
    def fail(*_):
        raise AssertionError("by hand")

    for module in (by_hand.networks, by_hand.dense, by_hand.softmax_cross_entropy):
        for name in [name for name in vars(module) if callable(getattr(module, name)) and name[0].islower()]:
            monkeypatch.setattr(module, name, fail)
    settings = small(network)
    y = np.eye(10)[DATA.train.labels]
    result = automatic.gradients(network, settings.parameters(), DATA.train.images, y)
    assert set(result) == set(LETTERS[network])
    assert automatic.WAYS[network].backward(settings.parameters(), DATA.train.images, y).loss == result["loss"]


@NETWORKS
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("rate", [1e3, 1e8, 1e37, 1e154, 1e308])
def test_a_rate_far_too_high_is_never_called_a_disagreement(network, dtype, rate):
    both = lockstep(network, rate=rate, dtype=dtype)
    steps = []
    with contextlib.suppress(TrainingError):  # parameters beyond all numbers
        both.run(steps.append)
    assert all(step.agrees for step in steps)
    assert both.verdict().agrees


# Faults


@pytest.mark.parametrize(
    ("name", "letter", "before"),
    [
        ("(10)", "a", ["loss", "x", "W", "b"]),
        ("(11) no effect", "v", ["loss", "x", "W", "b", "a"]),
        ("(11) map", "loss", []),
        ("(15)", "v", ["loss", "x", "W", "b", "a", "c", "d"]),
    ],
)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_each_erratum_is_stopped_where_it_begins(name, letter, before, dtype):
    both = lockstep("cnn", printed.WAYS[name], dtype=dtype)
    verdict = both.run()
    assert verdict.outcome == "disagrees"
    assert verdict.failed is not None
    assert verdict.failed.step == 1
    assert verdict.first is not None
    assert verdict.first.letter == letter
    assert [line.letter for line in verdict.failed.lines if line.approximate][: len(before)] == before
    assert verdict.steps == 0
    assert_same(both.hand.state.parameters, small("cnn", dtype=dtype).parameters())


@pytest.mark.parametrize(("network", "letter"), EVERY_LETTER)
@pytest.mark.parametrize("factor", [1 + 1e-6, -1.0, math.nan, math.inf])
def test_a_fault_in_one_letter_is_stopped_in_it(network, letter, factor):
    verdict = lockstep(network, faulty(network, letter, factor)).run()
    assert verdict.failed is not None
    assert verdict.failed.step == 1
    assert [line.letter for line in verdict.failed.lines if not line.approximate] == [letter]
    first = verdict.first
    assert first is not None
    assert not first.exact
    assert first.hand == pytest.approx(first.automatic * factor, rel=1e-9, nan_ok=True)


@pytest.mark.parametrize(("network", "letter"), [("dense", "v"), ("cnn", "W"), ("cnn", "c")])
def test_a_fault_that_begins_at_step_3_is_stopped_there(network, letter):
    both, steps = lockstep(network, faulty(network, letter, first_step=3)), []
    verdict = both.run(steps.append)
    assert [step.agrees for step in steps] == [True, True, False]
    assert verdict.failed is steps[-1]
    assert verdict.failed.step == 3
    assert verdict.first is not None
    assert verdict.first.letter == letter
    assert verdict.steps == both.hand.state.step == both.automatic.state.step == both.astray.state.step == 2
    alone = Descent(small(network), DATA, by_hand.WAYS[network])
    alone.advance()
    alone.advance()
    assert_same(both.hand.state.parameters, alone.state.parameters)
    assert all(line.agrees for line in verdict.drifts)


@NETWORKS
def test_an_automatic_trajectory_led_astray_is_found_by_the_drift(network, monkeypatch):
    right = automatic.WAYS[network]
    letter = "w" if network == "dense" else "W"

    def backward(*arguments):
        result = right.backward(*arguments)
        return replace(result, gradients=result.gradients | {letter: result.gradients[letter] * (1 + 1e-6)})

    monkeypatch.setitem(automatic.WAYS, network, Way(right.name, right.forward, backward))
    verdict = lockstep(network).run()
    assert verdict.failed is verdict.first is None
    assert verdict.steps == 6
    assert verdict.outcome == "disagrees"
    assert letter in {line.letter for line in verdict.drifts if not line.agrees}


@pytest.mark.parametrize("moment", ["hand", "automatic", "astray"])
@pytest.mark.parametrize("call", [1, 3, 4])
def test_an_interruption_leaves_all_three_after_the_same_step(moment, call, monkeypatch):
    both, calls = lockstep("cnn"), []
    training = getattr(both, moment)
    after = training.after

    def interrupted(result):
        calls.append(result)
        if len(calls) == call:
            raise KeyboardInterrupt
        return after(result)

    monkeypatch.setattr(training, "after", interrupted)
    with pytest.raises(KeyboardInterrupt):
        both.run()
    assert {one.state.step for one in (both.hand, both.automatic, both.astray)} == {call - 1}
    verdict = both.verdict()
    assert verdict.agrees
    assert verdict.steps == call - 1
    monkeypatch.undo()
    assert both.run().steps == 6
    alone = Descent(small("cnn"), DATA, by_hand.WAYS["cnn"])
    alone.run()
    assert_same(both.hand.state.parameters, alone.state.parameters)


def test_a_verdict_is_plain_data(capsys):
    for way in (by_hand.WAYS["cnn"], printed.WAYS["(10)"], printed.WAYS["(11) map"]):
        verdict = lockstep("cnn", way, epochs=1).run()
        plain = json.loads(json.dumps(strict(verdict.to_dict()), allow_nan=False))
        assert set(plain) == {"outcome", "steps", "first", "trajectories"}
        assert plain["outcome"] == verdict.outcome
        assert [entry["letter"] for entry in plain["trajectories"]] == ["v", "q", "W", "b"]
        assert (plain["first"] is None) == verdict.agrees
        if plain["first"]:
            assert plain["first"]["step"] == 1
            assert plain["first"]["letter"] == verdict.first.letter
    assert capsys.readouterr() == ("", "")


def test_the_third_training_is_led_by_all_that_rounding_allows():
    both = lockstep("cnn")
    result = both.hand.gradient()
    allowed = {letter: np.full(value.shape, 0.25) for letter, value in result.gradients.items()}
    moved, again = both.moved(result, allowed), both.moved(result, allowed)
    for letter, value in moved.gradients.items():
        assert np.allclose(abs(value - result.gradients[letter]), 0.25)
        assert np.array_equal(value, again.gradients[letter])
    off = moved.gradients["W"] - result.gradients["W"]
    assert 0 < np.sum(off > 0) < off.size


# Comparing


NAN, INF, SUB = math.nan, math.inf, 5e-324


@pytest.mark.parametrize(
    ("hand", "automatic_", "exact", "approximate"),
    [
        ([1.0, 2.0], [1.0, 2.0], True, True),
        ([1.0, 2.0], [1.0, 2.5], False, True),
        ([1.0, 2.0], [1.0, 2.5000001], False, False),
        ([0.0], [-0.0], True, True),
        ([NAN, 1.0], [NAN, 1.0], True, True),
        ([NAN, 1.0], [1.0, 1.0], False, False),
        ([1.0, 1.0], [1.0, NAN], False, False),
        ([INF], [INF], True, True),
        ([INF], [-INF], False, False),
        ([INF], [1.0], False, False),
        ([INF], [NAN], False, False),
        ([SUB], [0.0], False, True),
        ([1e308], [-1e308], False, False),
    ],
)
def test_compare(hand, automatic_, exact, approximate):
    hand, automatic_ = np.array(hand), np.array(automatic_)
    for one, other in ((hand, automatic_), (automatic_, hand)):
        line = compare("z", one, other, np.full(hand.shape, 0.5))
        assert (line.letter, line.exact, line.approximate) == ("z", exact, approximate)
        assert (line.ulps == 0) == exact
        assert (line.difference == 0) == exact


@pytest.mark.parametrize("allowed", [0.0, NAN])
def test_where_nothing_is_allowed_only_the_same_agrees(allowed):
    allowed = np.full(1, allowed)
    assert compare("z", np.array([1.0]), np.array([1.0]), allowed).approximate
    assert not compare("z", np.array([1.0]), np.array([1.0 + 2**-52]), allowed).approximate
    assert not compare("z", np.array([SUB]), np.array([0.0]), allowed).approximate


@pytest.mark.parametrize("value", [INF, 3.0, NAN])
def test_where_right_formulas_have_no_value_nothing_can_be_judged(value):
    line = compare("loss", np.array([value, 1.0]), np.array([619.0, 1.0]), np.array([INF, 0.0]))
    assert line.approximate
    assert not line.exact
    assert not compare("loss", np.array([value, 1.0]), np.array([619.0, 2.0]), np.array([INF, 0.0])).approximate


def test_the_worst_entry_is_that_furthest_beyond_what_is_allowed():
    hand, automatic_ = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.5, 2.0], [3.0, 4.1]])
    line = compare("z", hand, automatic_, np.array([[1.0, 1.0], [1.0, 0.01]]))
    assert (line.index, line.hand, line.automatic, line.allowed) == ((1, 1), 4.0, 4.1, 0.01)
    assert line.difference == pytest.approx(0.1)
    # Where all is within, the greatest difference is told of.
    line = compare("z", hand, automatic_, np.ones((2, 2)))
    assert (line.index, line.difference) == ((0, 0), 0.5)
    scalar = compare("loss", np.float64(1.0), np.float64(2.0), np.float64(0.5))
    assert (scalar.index, scalar.hand, scalar.approximate) == ((), 1.0, False)


def test_shapes_must_be_the_same():
    with pytest.raises(TrainingError, match=r"z: wanted gradients of one shape, got \(2,\) and \(1,\)"):
        compare("z", np.zeros(2), np.zeros(1), np.zeros(2))


@given(st.floats(-1e300, 1e300), st.integers(1, 1000))
def test_ulps_count_the_steps_to_a_neighbour(x, steps):
    # Away from 0, so that neither changes its sign; at a power of two the upper entry's units count, so half as many.
    x = abs(x)
    y = x
    for _ in range(steps):
        y = float(np.nextafter(y, INF))
    counted = ulps(np.array([x, 1.0]), np.array([y, 1.0]))
    assert steps / 2 <= counted <= steps
    if math.frexp(x)[1] == math.frexp(y)[1] or y < 2.0**-1022:  # below it all are equally far apart
        assert counted == steps
    assert ulps(np.array([-y]), np.array([-x])) == counted


def test_ulps_of_particular_numbers():
    def one(x, y, kind=float):
        return ulps(np.array([x], kind), np.array([y], kind))

    assert one(1.0, 1.0 + 3 * 2**-52) == 3
    assert one(1.0, 1.0 + 3 * 2.0**-23, np.float32) == 3
    assert one(0.0, SUB) == one(-SUB, 0.0) == 1
    assert one(-SUB, SUB) == 2
    assert one(0.0, -0.0) == one(NAN, NAN) == one(INF, INF) == 0
    assert one(1.0, -1.0) == 2**53
    assert one(NAN, 1.0) == one(1.0, NAN) == one(INF, 1.0) == one(INF, -INF) == one(INF, NAN) == INF
    assert ulps(np.array([1.0, 8.0]), np.array([1.0, 8.0 + 2.0**-48])) == 2


def test_drift_is_a_distance():
    near = drift("z", np.array([3.0, 4.0]), np.zeros(2), np.array([3.0, 10.0]))
    assert (near.distance, near.allowed, near.agrees, near.exact) == (5.0, 6.0, True, False)
    assert not drift("z", np.array([3.0, 4.0]), np.zeros(2), np.array([3.0, 8.0])).agrees
    assert drift("z", np.ones(2), np.ones(2), np.ones(2)).agrees
    assert not drift("z", np.ones(2), np.full(2, NAN), np.zeros(2)).agrees
    for size in (1e-320, 1e-200, 1e200, 1e308):  # of which the squares are no numbers
        far = drift("z", np.array([0.75, 0.0]) * size, np.array([0.0, 1.0]) * size, np.ones(2) * size)
        assert far.distance == pytest.approx(1.25 * size, rel=1e-3)
    assert drift("z", np.full(2, 1e308), np.full(2, -1e308), np.zeros(2)).distance == INF
    # Squares of numbers of float32 underflow soonest.
    small_ = np.full(1, 1e-30, np.float32)
    assert not drift("z", small_, 0 * small_, small_).agrees
