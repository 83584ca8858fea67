"""Two trainings beside each other: the losses are those of each alone, and a mistake shows at its step and letter."""

import math
from dataclasses import replace

import pytest

from handgrad.lab.descent import RATES, STEPS, Walk, digits, settings_of, ways_of
from handgrad.training import automatic, by_hand, printed
from handgrad.training.descent import Descent
from handgrad.training.passes import Way

FEW = 12


def losses_alone(network: str, way: Way, rate: float = 0.5, seed: int = 0, steps: int = FEW) -> list[float]:
    """Of a training by itself, that knows of no other."""
    descent = Descent(settings_of(network, rate, seed), digits(seed), way)
    return [descent.advance().result.loss for _ in range(steps)]


def walked(network: str, way: Way, rate: float = 0.5, seed: int = 0) -> Walk:
    return Walk(settings_of(network, rate, seed), way)


@pytest.mark.parametrize("network", ["cnn", "dense"])
@pytest.mark.parametrize(("rate", "seed"), [(0.1, 0), (2.0, 7)])
def test_each_goes_its_own_way_and_they_agree(network, rate, seed):
    seen = walked(network, by_hand.WAYS[network], rate, seed).up_to(FEW)
    assert [step for step, _ in seen.curves["by hand"]] == list(range(1, FEW + 1))
    for name, way in (("by hand", by_hand.WAYS[network]), ("automatic", automatic.WAYS[network])):
        assert [loss for _, loss in seen.curves[name]] == losses_alone(network, way, rate, seed)
    assert seen.verdict.agrees
    assert seen.compared.step == seen.verdict.steps == FEW
    assert seen.ended is None
    assert f"{network}, by hand: learning rate {rate:g}, seed {seed}" == seen.title


@pytest.mark.parametrize("erratum", ["(10)", "(11) no effect", "(15)"])
def test_a_printed_mistake_shows_at_the_first_step_and_goes_on_by_itself(erratum):
    way = printed.WAYS[erratum]
    seen = walked("cnn", way).up_to(FEW)
    assert not seen.verdict.agrees
    assert seen.compared.step == seen.verdict.failed.step == 1
    assert seen.verdict.first.letter == {"(10)": "a", "(11) no effect": "v", "(15)": "v"}[erratum]
    assert [loss for _, loss in seen.curves["by hand"]] == losses_alone("cnn", way)
    assert [loss for _, loss in seen.curves["automatic"]] == losses_alone("cnn", automatic.WAYS["cnn"])


def wrong_from(step: int) -> Way:
    """By hand, and from a step on with the bias' gradient turned round."""
    calls = iter(range(10**9))

    def backward(parameters, images, y):
        result = by_hand.cnn_backward(parameters, images, y)
        # Of every step there are three passes by hand: the loss's, the one that is compared, the one led astray.
        late = next(calls) >= 3 * (step - 1)
        return replace(result, gradients=result.gradients | {"b": -result.gradients["b"]}) if late else result

    return replace(by_hand.WAYS["cnn"], backward=backward)


def test_a_mistake_that_comes_late_is_found_late():
    walk = walked("cnn", wrong_from(4))
    assert walk.up_to(3).verdict.agrees
    seen = walk.up_to(8)
    assert seen.compared.step == 4
    assert seen.verdict.first.letter == "b"
    assert len(seen.curves["by hand"]) == 8
    assert walk.up_to(3).verdict.agrees  # as it was then


def test_there_and_back_is_the_same_as_straight_there():
    straight, around = walked("cnn", by_hand.WAYS["cnn"]), walked("cnn", by_hand.WAYS["cnn"])
    around.up_to(9)
    around.up_to(2)
    assert around.up_to(5) == straight.up_to(5)
    assert around.up_to(2) == straight.up_to(2)
    assert around.up_to(9) == straight.up_to(9)


def test_nothing_is_walked_twice():
    passes = []

    def backward(parameters, images, y):
        passes.append(1)
        return by_hand.dense_backward(parameters, images, y)

    walk = walked("dense", replace(by_hand.WAYS["dense"], backward=backward))
    walk.up_to(5)
    walked_so_far = len(passes)
    walk.up_to(3)
    walk.up_to(5)
    assert len(passes) == walked_so_far
    walk.up_to(6)
    assert len(passes) > walked_so_far


def test_where_the_way_ends_that_is_said():
    calls = iter(range(10**9))

    def backward(parameters, images, y):
        result = by_hand.dense_backward(parameters, images, y)
        return replace(result, loss=math.nan) if next(calls) >= 9 else result  # three passes a step

    walk = walked("dense", replace(by_hand.WAYS["dense"], backward=backward))
    seen = walk.up_to(10)
    assert len(seen.curves["by hand"]) == 3
    assert seen.ended == "step 4: wanted a loss with a value, got none"
    assert walk.up_to(3).ended is None
    assert walk.up_to(10) == seen


def test_a_hundred_steps_are_all_there_are():
    walk = walked("dense", by_hand.WAYS["dense"], rate=3.0)
    seen = walk.up_to(STEPS + 50)
    assert len(seen.curves["by hand"]) == STEPS
    assert seen.ended is None
    first, last = (sum(loss for _, loss in seen.curves["automatic"][part]) for part in (slice(10), slice(-10, None)))
    assert last < 0.8 * first  # it learns


def test_the_rates_are_round_numbers_in_order():
    assert RATES[0] == 0.01
    assert RATES[-1] == 50
    assert list(RATES) == sorted(RATES)
    assert 0.5 in RATES
    assert set(ways_of("cnn")) > set(ways_of("dense"))
