"""What a mistake does to the loss: a training by gradient descent, the whole of some drawn digits in every step."""

from collections.abc import Callable
from functools import cache
from typing import Any

from handgrad.page.point import HIDDEN
from handgrad.page.wholes import Gradient
from handgrad.training import by_hand
from handgrad.training.descent import Descent, Step
from handgrad.training.digits import Dataset
from handgrad.training.drawn import drawn
from handgrad.training.passes import Parameters, Pass, Way
from handgrad.training.settings import Settings
from handgrad.values import Array
from manual.dense import half_squared_error
from manual.softmax_cross_entropy import cross_entropy

DIGITS, STEPS = 50, 120
RATES = {"cnn": 0.3, "dense": 2.0}
SIZES: dict[str, dict[str, int]] = {"cnn": {"filters": 1}, "dense": {"hidden": HIDDEN}}
FORWARDS = {"cnn": by_hand.cnn_forward, "dense": by_hand.dense_forward}
LETTERS: dict[str, Callable[[Parameters, Array], Any]] = {"cnn": by_hand.cnn_letters, "dense": by_hand.dense_letters}
LOSSES = {"cnn": cross_entropy, "dense": half_squared_error}


@cache
def curve(network: str, gradient: Gradient, seed: int, added: float = 0.0) -> tuple[float, ...]:
    """The loss after 0, 1, 2, ... steps; `added` to every label."""
    settings = Settings.of(network, batch=DIGITS, epochs=STEPS, rate=RATES[network], seed=seed, **SIZES[network])
    losses: list[float] = []

    def note(step: Step) -> None:
        losses.append(step.result.loss)

    Descent(settings, digits(seed), way(network, gradient, added)).run(on_step=note)
    return tuple(losses)


def way(network: str, gradient: Gradient, added: float) -> Way:
    """A network that descends by a gradient."""

    def backward(parameters: Parameters, images: Array, labels: Array) -> Pass:
        y, letters = labels + added, LETTERS[network](parameters, images)
        return Pass(float(LOSSES[network](letters.y_hat, y)), dict(gradient(letters, y)))

    return Way("by hand", FORWARDS[network], backward)


@cache
def digits(seed: int) -> Dataset:
    """What is learnt from."""
    return drawn(train=DIGITS, test=1, seed=seed)
