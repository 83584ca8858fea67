"""By hand and automatically down the same slope, as far as one wants to look; a wrong gradient goes on by itself.

As long as the two gradients agree this is the training of `handgrad.training.lockstep`. At the first step that
disagrees that one ends; here both go on, each with its own gradient, so that one sees where a mistake leads.
"""

from dataclasses import dataclass
from functools import lru_cache

from handgrad.errors import TrainingError
from handgrad.training import by_hand, printed
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
        self.title = f"{settings.network}, {hand.name}: learning rate {settings.rate:g}, seed {settings.seed}"
        self.lockstep = Lockstep(settings, digits(settings.seed), hand)
        self.losses: list[tuple[float, float]] = []
        self.compared: list[Compared] = []
        self.verdicts: list[LockstepVerdict] = []
        self.ended: str | None = None

    def up_to(self, step: int) -> Seen:
        """Walk to a step, or as far as there is a way, and look back."""
        while len(self.losses) < step and self.ended is None and not self.lockstep.hand.finished():
            try:
                self.advance()
            except TrainingError as error:
                self.ended = str(error)
        names = "by hand", "automatic"
        curves = {
            name: [(number + 1.0, losses[side]) for number, losses in enumerate(self.losses[:step])]
            for side, name in enumerate(names)
        }
        compared, verdicts = self.compared[:step], self.verdicts[:step]
        return Seen(
            self.title,
            curves,
            compared[-1] if compared else None,
            verdicts[-1] if verdicts else self.lockstep.verdict(),
            self.ended if len(self.losses) < step else None,
        )

    def advance(self) -> None:
        """One step of both: compared, as long as all before agreed."""
        hand, automatic = self.lockstep.hand, self.lockstep.automatic
        ours, theirs = hand.gradient(), automatic.gradient()
        if not self.compared or self.compared[-1].agrees:
            compared = self.lockstep.advance()
            self.compared.append(compared)
            self.verdicts.append(self.lockstep.verdict(None if compared.agrees else compared))
        if not self.compared[-1].agrees:
            hand.state, automatic.state = hand.after(ours), automatic.after(theirs)
        self.losses.append((ours.loss, theirs.loss))
