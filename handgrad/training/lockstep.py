"""By hand and automatically at once: from the same start, over the same batches, compared after every step.

Two things are judged. At each step both gradients are taken at the same parameters, those of the training by
hand, and every letter's must agree to within what rounding allows there (`tolerance`). Then each training takes its
own step with its own gradient, so that in the end two whole trajectories stand side by side. How far rounding may
drive those apart is measured too: a third training, by hand, has every gradient moved by all of its tolerance, at
random up or down, but an entry always the same way, so that it does not come back by chance. The two must stay nearer
to each other than that one stays to them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from handgrad.errors import TrainingError
from handgrad.training import automatic
from handgrad.training.descent import Descent
from handgrad.training.digits import Dataset
from handgrad.training.model import Model
from handgrad.training.passes import Parameters, Pass, Way
from handgrad.training.settings import Settings
from handgrad.training.tolerance import LETTERS, tolerances
from handgrad.values import Array


@dataclass(frozen=True)
class Line:
    """One letter's gradient at one step, by hand against automatic.

    exact        bit for bit the same
    approximate  every entry within what rounding allows
    difference   the greatest, at `index`, where `hand` and `automatic` stand
    ulps         the greatest difference in units in the last place of the greater of the two entries
    allowed      what rounding allows at `index`
    """

    letter: str
    exact: bool
    approximate: bool
    difference: float
    ulps: float
    allowed: float
    index: tuple[int, ...]
    hand: float
    automatic: float

    def __str__(self) -> str:
        same = f"exact: {self.exact!s:5}  approximate: {self.approximate!s:5}"
        return f"{self.letter:5}  {same}  maxdiff: {self.difference:8.2e}  {self.ulps:9.6g} ulps"


@dataclass(frozen=True)
class Compared:
    """One step: a line for the loss and one a letter, in the order of the backward pass."""

    step: int
    epoch: int
    lines: tuple[Line, ...]

    @property
    def agrees(self) -> bool:
        """Whether every letter is within what rounding allows."""
        return all(line.approximate for line in self.lines)


@dataclass(frozen=True)
class Drift:
    """How far a parameter's two trajectories are apart in the end (Euclidean norm), and how far they may be."""

    letter: str
    exact: bool
    distance: float
    allowed: float
    ulps: float

    @property
    def agrees(self) -> bool:
        """Bit for bit, or nearer than rounding alone leads astray."""
        return self.exact or self.distance <= self.allowed


@dataclass(frozen=True)
class LockstepVerdict:
    """What was found: `agrees`, or the first step that does not, and the letter in which it begins."""

    steps: int
    failed: Compared | None
    drifts: tuple[Drift, ...]

    @property
    def agrees(self) -> bool:
        """No step differs by more than rounding, nor do the trajectories."""
        return self.failed is None and all(drift.agrees for drift in self.drifts)

    @property
    def outcome(self) -> str:
        """In the words of every verdict."""
        return "agrees" if self.agrees else "disagrees"

    @property
    def first(self) -> Line | None:
        """Where the first wrong step begins: the first letter of the backward pass that differs."""
        return None if self.failed is None else next(line for line in self.failed.lines if not line.approximate)

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "outcome": self.outcome,
            "steps": self.steps,
            "first": None
            if self.first is None or self.failed is None
            else vars(self.first) | {"step": self.failed.step},
            "trajectories": [vars(drift) | {"agrees": drift.agrees} for drift in self.drifts],
        }


class Lockstep:
    """Two trainings of one network, step by step beside each other.

    `hand` may be any way to compute the gradient: one with a mistake is stopped at the first step that shows it.

    >>> from handgrad.training.by_hand import WAYS
    >>> from handgrad.training.drawn import drawn
    >>> settings = Settings.of("cnn", filters=1, epochs=1, batch=5)
    >>> Lockstep(settings, drawn(train=10, test=10), WAYS["cnn"]).run().outcome
    'agrees'
    """

    def __init__(self, settings: Settings, data: Dataset, hand: Way, start: Parameters | None = None):
        self.hand = Descent(settings, data, hand, start=start)
        self.automatic = Descent(settings, data, automatic.WAYS[settings.network], start=start)
        self.astray = Descent(settings, data, hand, start=start)
        rng = np.random.default_rng((settings.seed, 2))
        self.directions = {letter: rng.choice((-1.0, 1.0), shape) for letter, shape in settings.shapes().items()}

    @property
    def model(self) -> Model:
        """What was learnt by hand so far."""
        return self.hand.model

    def advance(self) -> Compared:
        """One step of all three, unless the gradients disagree: then none is taken."""
        state, settings = self.hand.state, self.hand.settings
        at = state.parameters, *self.hand.batch()
        rng = np.random.default_rng((settings.seed, 3, state.step))
        with np.errstate(all="ignore"):
            by_hand = self.hand.way.complete(*at)
            beside = automatic.every(settings.network, *at)
            for allowed in tolerances(settings.network, *at, rng):
                lines = tuple(
                    compare(letter, value_of(letter, by_hand), value_of(letter, beside), allowed[letter])
                    for letter in LETTERS[settings.network]
                )
                if all(line.approximate for line in lines):
                    break
        compared = Compared(state.step + 1, state.epoch + 1, lines)
        if compared.agrees:
            own, astray = self.automatic.gradient(), self.moved(self.astray.gradient(), allowed)
            after = self.hand.after(by_hand), self.automatic.after(own), self.astray.after(astray)
            # All at once: whatever interrupts, the three are after the same step.
            self.hand.state, self.automatic.state, self.astray.state = after
        return compared

    def moved(self, result: Pass, allowed: dict[str, Array]) -> Pass:
        """A pass of which the gradient by every parameter is off by all that rounding allows."""
        gradients = {
            letter: (result.gradients[letter] + allowed[letter] * up_or_down).astype(result.gradients[letter].dtype)
            for letter, up_or_down in self.directions.items()
        }
        return Pass(result.loss, gradients)

    def run(
        self,
        on_step: Callable[[Compared], None] | None = None,
        on_epoch: Callable[[dict[str, Any]], None] | None = None,
    ) -> LockstepVerdict:
        """Take all steps, or stop at the first that disagrees."""
        while not self.hand.finished():
            compared = self.advance()
            if on_step is not None:
                on_step(compared)
            if not compared.agrees:
                return self.verdict(compared)
            if on_epoch is not None and self.hand.state.epoch == compared.epoch:
                on_epoch(self.hand.state.history[-1])
        return self.verdict()

    def verdict(self, failed: Compared | None = None) -> LockstepVerdict:
        """What was found so far."""
        paths = (descent.state.parameters for descent in (self.hand, self.automatic, self.astray))
        by_hand, beside, astray = paths
        drifts = tuple(drift(letter, by_hand[letter], beside[letter], astray[letter]) for letter in by_hand)
        return LockstepVerdict(self.hand.state.step, failed, drifts)


def value_of(letter: str, result: Pass) -> Array:
    """The gradient of a letter, be it a parameter or one between; or the loss."""
    return np.float64(result.loss) if letter == "loss" else result.gradients[letter]


def compare(letter: str, hand: Array, automatic: Array, allowed: Array) -> Line:
    """Two gradients of one letter; where rounding allows what it likes, anything agrees, even what has no value."""
    if hand.shape != automatic.shape:
        raise TrainingError(f"{letter}: wanted gradients of one shape, got {hand.shape} and {automatic.shape}")
    with np.errstate(all="ignore"):
        same = (hand == automatic) | (np.isnan(hand) & np.isnan(automatic))
        difference = np.where(same, 0.0, np.abs(hand.astype(float) - automatic.astype(float)))
        excess = np.where(same | np.isposinf(allowed), 0.0, difference / allowed)
        excess = np.where(np.isnan(excess), np.inf, excess)
    approximate = bool(np.max(excess) <= 1)
    worst = np.argmax(difference if approximate else excess)
    index = tuple(int(i) for i in np.unravel_index(worst, excess.shape))
    return Line(
        letter,
        exact=bool(np.all(same)),
        approximate=approximate,
        difference=float(difference[index]),
        ulps=ulps(hand, automatic),
        allowed=float(allowed[index]),
        index=index,
        hand=float(hand[index]),
        automatic=float(automatic[index]),
    )


def ulps(x: Array, y: Array) -> float:
    """The greatest difference of two arrays in units in the last place of the greater entry of each pair.

    It is infinite where an infinity or a value that is none stands against anything else.

    >>> ulps(np.array([1.0, 0.0]), np.array([1.0 + 2**-51, 0.0]))
    2.0
    """
    with np.errstate(all="ignore"):
        apart = np.abs(x - y) / np.spacing(np.maximum(np.abs(x), np.abs(y)))
    same = (x == y) | (np.isnan(x) & np.isnan(y))
    return float(np.max(np.where(same, 0.0, np.where(np.isnan(apart), np.inf, apart))))


def drift(letter: str, hand: Array, automatic: Array, astray: Array) -> Drift:
    """How far two trajectories ended from each other, and the one that was led astray from the first."""
    return Drift(
        letter,
        exact=bool(np.array_equal(hand, automatic)),
        distance=apart(hand, automatic),
        allowed=apart(hand, astray),
        ulps=ulps(hand, automatic),
    )


def apart(x: Array, y: Array) -> float:
    """The Euclidean distance, whose squares neither overflow nor underflow.

    >>> apart(np.array([0.0, 1e200]), np.zeros(2))
    1e+200
    """
    with np.errstate(all="ignore"):
        difference = np.abs(x.astype(float) - y.astype(float))
        greatest = np.max(difference)
        if greatest == 0 or not np.isfinite(greatest):
            return float(greatest)
        return float(greatest * np.linalg.norm(difference / greatest))
