"""By hand and automatically down the same slope, as far as one wants to look; a wrong gradient goes on by itself.

The training of `handgrad.training.lockstep` ends at the first step that disagrees. Beside it both go on here, each
alone with its own gradient, so that one sees where a mistake leads.
"""

from dataclasses import dataclass
from functools import lru_cache

from handgrad.errors import TrainingError
from handgrad.training import automatic, by_hand, printed
from handgrad.training.descent import Descent
from handgrad.training.digits import Dataset
from handgrad.training.drawn import drawn
from handgrad.training.lockstep import Compared, Lockstep, LockstepVerdict
from handgrad.training.passes import Way
from handgrad.training.settings import Settings

STEPS = 100
# Small enough that a hundred steps take about a second.
TRAIN, TEST, BATCH, SIZES = 320, 80, 16, {"cnn": {"filters": 2}, "dense": {"hidden": 16}}
RATES = tuple(float(f"{m}e{e}") for e in (-2, -1, 0, 1) for m in (1, 2, 5))  # a power of 10.0 may be off


def settings_of(network: str, rate: float, seed: int) -> Settings:
    """Of a small training of `STEPS` steps.

    >>> settings_of("cnn", 0.5, seed=7).options()
    '--epochs 5 --seed 7 --filters 2'
    """
    return Settings.of(network, rate=rate, seed=seed, batch=BATCH, epochs=STEPS * BATCH // TRAIN, **SIZES[network])


def ways_of(network: str) -> dict[str, Way]:
    """The gradients by hand that there are: the right ones, and of the convolutional network those printed wrongly.

    >>> list(ways_of("cnn")), list(ways_of("dense"))
    (['right', '(10) as printed', '(11) without 1/4', '(15) as printed'], ['right'])
    """
    errata = [printed.WAYS[name] for name in ("(10)", "(11) no effect", "(15)")] if network == "cnn" else []
    return {"right": by_hand.WAYS[network]} | {way.name: way for way in errata}


@lru_cache(maxsize=4)
def digits(seed: int) -> Dataset:
    """The digits that both learn from."""
    return drawn(TRAIN, TEST, seed)


@dataclass(frozen=True)
class Seen:
    """What has been seen up to a step.

    title     what was walked
    curves    the loss at each step, each on its own way
    compared  the last step of which the gradients were compared
    verdict   on the steps so far
    ended     why there are no more steps than these; else None
    """

    title: str
    curves: dict[str, list[tuple[float, float]]]
    compared: Compared | None
    verdict: LockstepVerdict
    ended: str | None


class Walk:
    """Two trainings, walked as far as was asked for; what was walked already is kept.

    >>> walk = Walk(settings_of("dense", 3.0, seed=0), ways_of("dense")["right"])
    >>> seen = walk.up_to(3)
    >>> [len(curve) for curve in seen.curves.values()], seen.verdict.outcome
    ([3, 3], 'agrees')
    """

    def __init__(self, settings: Settings, hand: Way):
        data = digits(settings.seed)
        self.title = f"{settings.network}, {hand.name}: learning rate {settings.rate:g}, seed {settings.seed}"
        self.lockstep = Lockstep(settings, data, hand)
        ways = {"by hand": hand, "automatic": automatic.WAYS[settings.network]}
        self.alone = {name: Descent(settings, data, way) for name, way in ways.items()}
        self.losses: list[dict[str, float]] = []
        self.found: list[tuple[Compared | None, LockstepVerdict]] = [(None, self.lockstep.verdict())]
        self.ended: str | None = None

    def up_to(self, step: int) -> Seen:
        """Walk to a step, or as far as there is a way, and look back."""
        while len(self.losses) < min(step, STEPS) and self.ended is None:
            try:
                self.advance()
            except TrainingError as error:
                self.ended = str(error)
        curves = {
            name: [(number + 1.0, losses[name]) for number, losses in enumerate(self.losses[:step])]
            for name in self.alone
        }
        ended = self.ended if len(self.losses) < step else None
        return Seen(self.title, curves, *self.found[: step + 1][-1], ended)

    def advance(self) -> None:
        """One step of each alone, and one of both beside each other as long as all before agreed."""
        losses = {name: descent.advance().result.loss for name, descent in self.alone.items()}
        _, verdict = self.found[-1]
        if verdict.failed is None:
            compared = self.lockstep.advance()
            self.found.append((compared, self.lockstep.verdict(None if compared.agrees else compared)))
        self.losses.append(losses)
