"""Gradient descent: step after step, whatever computes the gradient. Prints nothing.

Each step is worked out whole and then taken by one assignment, so an interruption at any moment leaves the
parameters as they were before a step or after it, never in between.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from handgrad.errors import TrainingError
from handgrad.training.digits import CLASSES, Dataset, Digits
from handgrad.training.model import PIECE, Model
from handgrad.training.passes import Parameters, Pass, Way
from handgrad.training.settings import Settings
from handgrad.values import Array

ENTRY = {"epoch", "step", "loss", "test_loss", "right", "accuracy"}  # of the history


@dataclass(frozen=True)
class State:
    """Where a descent is: after `step` steps, `within` of them in the epoch that is begun.

    mean     of the losses of the epoch's steps so far
    history  one entry for each whole epoch
    """

    parameters: Parameters
    velocities: Parameters
    step: int = 0
    within: int = 0
    mean: float = 0.0
    history: tuple[dict[str, Any], ...] = field(default=())

    @property
    def epoch(self) -> int:
        """Whole epochs behind it."""
        return len(self.history)


@dataclass(frozen=True)
class Step:
    """What a callback gets after a step: its number from 1, its epoch from 1, and its pass."""

    number: int
    epoch: int
    result: Pass


class Descent:
    """One training, from the start or from a model.

    Call `advance` for a step, or `run` for all that are left; `state` and `model` are what was learnt so far.

    Raises `TrainingError`, when the settings do not go with the data or the model, and when a step has no value
    (a rate far too high, say): the state is then the last that had.

    >>> from handgrad.training.by_hand import WAYS
    >>> from handgrad.training.drawn import drawn
    >>> settings = Settings.of("cnn", filters=1, epochs=1, batch=5)
    >>> descent = Descent(settings, drawn(train=10, test=10), WAYS["cnn"])
    >>> descent.run().step
    2
    """

    def __init__(
        self,
        settings: Settings,
        data: Dataset,
        way: Way,
        resume: Model | None = None,
        start: Parameters | None = None,
    ):
        if settings.batch > len(data.train):
            raise TrainingError(f"batch: wanted at most the {len(data.train)} images there are, got {settings.batch}")
        self.settings, self.data, self.way = settings, data, way
        self.images = data.train.images.astype(settings.dtype)
        self.labels = one_hot(data.train.labels, settings.dtype)
        self.steps_an_epoch = -(-len(data.train) // settings.batch)
        self._order: tuple[int, Array] = (-1, np.empty(0))
        self.state = (
            _first(settings, start) if resume is None else _taken_up(settings, resume, data, self.steps_an_epoch)
        )

    @property
    def model(self) -> Model:
        """What was learnt so far, as it is kept in a file; the begun epoch is the last entry of its history."""
        state = self.state
        history = list(state.history)
        if state.within:
            history.append({"epoch": state.epoch + 1, "step": state.step, "loss": state.mean, "begun": state.within})
        return Model(
            self.settings.network,
            dict(state.parameters),
            dict(state.velocities),
            self.settings.to_dict()
            | {"by": self.way.name, "data": self.data.source, "fingerprint": self.data.fingerprint},
            state.step,
            state.epoch,
            history,
        )

    def batch(self) -> tuple[Array, Array]:
        """The images and labels of the next step."""
        state = self.state
        if self._order[0] != state.epoch:
            self._order = state.epoch, self.settings.order(state.epoch, len(self.images))
        size = self.settings.batch
        chosen = self._order[1][state.within * size : (state.within + 1) * size]
        return self.images[chosen], self.labels[chosen]

    def gradient(self) -> Pass:
        """The pass of the next step, not yet taken."""
        with np.errstate(all="ignore"):  # what has no value is refused below, by name
            return self.way.backward(self.state.parameters, *self.batch())

    def take(self, result: Pass) -> None:
        """Take a step with the gradients given."""
        self.state = self.after(result)

    def after(self, result: Pass) -> State:
        """The state after a step with the gradients given; after the last of an epoch, tested."""
        state, rate, momentum = self.state, self.settings.rate, self.settings.momentum
        with np.errstate(all="ignore"):
            u = {letter: result.gradients[letter] for letter in state.parameters}
            if momentum:
                u = {letter: momentum * state.velocities[letter] + gradient for letter, gradient in u.items()}
            moved = {letter: value - rate * u[letter] for letter, value in state.parameters.items()}
        number = state.step + 1
        if np.isnan(result.loss):
            raise TrainingError(f"step {number}: wanted a loss with a value, got none")
        if lost := [letter for letter, value in moved.items() if not np.isfinite(value).all()]:
            raise TrainingError(
                f"step {number}: wanted finite parameters, got {', '.join(lost)} beyond all numbers; "
                f"a rate below {rate:g} may help"
            )
        # A loss without end, where y_hat is 0 to rounding, makes the mean one too, whatever comes after it.
        mean = state.mean + (result.loss - state.mean) / (state.within + 1) if np.isfinite(state.mean) else state.mean
        after = replace(
            state, parameters=moved, velocities=u if momentum else {}, step=number, within=state.within + 1, mean=mean
        )
        if after.within == self.steps_an_epoch:
            after = replace(after, within=0, mean=0.0, history=(*state.history, self.tested(after)))
        return after

    def advance(self) -> Step:
        """One step."""
        epoch, result = self.state.epoch + 1, self.gradient()
        self.take(result)
        return Step(self.state.step, epoch, result)

    def finished(self) -> bool:
        """Whether all epochs are over."""
        return self.state.epoch >= self.settings.epochs

    def run(
        self,
        on_step: Callable[[Step], None] | None = None,
        on_epoch: Callable[[dict[str, Any]], None] | None = None,
    ) -> Model:
        """Take all steps that are left. `on_epoch` gets the epoch's entry of the history."""
        while not self.finished():
            step = self.advance()
            if on_step is not None:
                on_step(step)
            if on_epoch is not None and self.state.epoch == step.epoch:
                on_epoch(self.state.history[-1])
        return self.model

    def tested(self, state: State) -> dict[str, Any]:
        """An epoch's entry of the history: mean loss while learning, loss and share of right answers in the test."""
        loss, right = score(self.way, state.parameters, self.data.test, self.settings.dtype)
        return {
            "epoch": state.epoch + 1,
            "step": state.step,
            "loss": state.mean,
            "test_loss": loss,
            "right": right,
            "accuracy": right / len(self.data.test),
        }


def score(way: Way, parameters: Parameters, digits: Digits, dtype: str) -> tuple[float, int]:
    """The mean error over images, and how many of them have their greatest output at their digit."""
    images, y = digits.images.astype(dtype), one_hot(digits.labels, dtype)
    total, right = 0.0, 0
    with np.errstate(all="ignore"):
        for start in range(0, len(images), PIECE):
            piece = slice(start, start + PIECE)
            loss, y_hat = way.forward(parameters, images[piece], y[piece])
            total += loss * len(images[piece])
            valued = np.isfinite(y_hat).all(axis=1)  # no answer is a wrong one
            right += int(np.sum(valued & (np.argmax(y_hat, axis=1) == digits.labels[piece])))
    return total / len(images), right


def one_hot(labels: Array, dtype: str) -> Array:
    """Labels as rows of ten with a 1 at the digit.

    >>> one_hot(np.array([2]), "float64")[0, :4]
    array([0., 0., 1., 0.])
    """
    return np.eye(CLASSES, dtype=dtype)[labels]


def _first(settings: Settings, start: Parameters | None) -> State:
    """Before the first step: as the settings say, or from given parameters."""
    parameters = settings.parameters()
    if start is not None:
        shapes = {letter: value.shape for letter, value in start.items()}
        if shapes != settings.shapes():
            raise TrainingError(f"start: wanted parameters of shapes {settings.shapes()}, got {shapes}")
        parameters = {letter: start[letter].astype(settings.dtype) for letter in parameters}
    velocities = {letter: np.zeros_like(value) for letter, value in parameters.items()} if settings.momentum else {}
    return State(parameters, velocities)


def _taken_up(settings: Settings, model: Model, data: Dataset, steps_an_epoch: int) -> State:
    """Where a model stopped. Raises `TrainingError`, when it was another training."""
    was = {name: model.settings.get(name) for name in settings.to_dict() if name != "epochs"}
    now = {name: value for name, value in settings.to_dict().items() if name != "epochs"}
    if was != now or model.network != settings.network:
        name = next(name for name in now if was.get(name) != now[name])
        raise TrainingError(f"resume: wanted the settings of the model, {name} {was.get(name)!r}, got {now[name]!r}")
    if model.settings.get("fingerprint") != data.fingerprint:
        raise TrainingError(f"resume: wanted the images of the model, {model.settings.get('data')}, got {data.source}")
    shapes = {letter: value.shape for letter, value in model.parameters.items()}
    if shapes != settings.shapes() or bool(model.velocities) != bool(settings.momentum):
        raise TrainingError(f"resume: wanted parameters of shapes {settings.shapes()}, got {shapes}")
    history = [entry for entry in model.history if "begun" not in entry]
    begun = [entry for entry in model.history if "begun" in entry]
    within, mean = (begun[0]["begun"], begun[0].get("loss")) if begun else (0, 0.0)
    if not all(set(entry) >= ENTRY for entry in history) or not isinstance(mean, int | float | None):
        raise TrainingError(f"resume: wanted a history with {', '.join(sorted(ENTRY))} of each epoch, got another")
    if (
        len(history) != model.epoch
        or not isinstance(within, int)
        or model.step != model.epoch * steps_an_epoch + within
        or not 0 <= within < steps_an_epoch
    ):
        raise TrainingError(
            f"resume: wanted a model whose steps and epochs go together, {steps_an_epoch} steps an epoch, "
            f"got {model.step} steps in {model.epoch} epochs"
        )
    mean = float("inf") if mean is None else float(mean)  # JSON has no infinity, and no step is without a value
    return State(dict(model.parameters), dict(model.velocities), model.step, within, mean, tuple(history))
