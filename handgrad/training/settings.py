"""How a network is trained: what may be chosen, and where the parameters start."""

import math
import sys
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from handgrad.errors import TrainingError
from handgrad.training.digits import CLASSES, SIDE
from handgrad.values import Array

POOLED = 12 * 12  # places of a filter behind 5 x 5 windows and 2 x 2 pooling
MOST = {"batch": 100_000, "epochs": 1_000_000, "hidden": 100_000, "filters": 4096, "seed": 2**63 - 1}
STARTS = ("fan-in", "glorot", "zeros")
# What works: rate, batch, epochs of each network with everything else as it is.
DEFAULTS = {"dense": (3.0, 16, 30), "cnn": (0.5, 16, 20)}


@dataclass(frozen=True)
class Settings:
    """Everything that a training depends on, beside its data: the same settings give the same training.

    network   "dense" (784-hidden-10, half squared error) or "cnn" (the report's, with `filters` filters)
    rate      the learning rate: a step is -rate times the gradient of the mean error over a batch
    momentum  0 is the report's plain descent; else a step is -rate u, with u = momentum u + gradient
    start     where weights start: "fan-in": normal, of deviation 1/sqrt(rows); "glorot": uniform up to
              sqrt(6/(rows + columns)); "zeros". Biases and thresholds start at 0
    seed      of the start and of the order of the images, an order of its own in every epoch
    dtype     "float64" or "float32"

    Raises `TrainingError`, when one of them is nothing to train with.

    >>> Settings.of("cnn", filters=2).epochs
    20
    >>> Settings.of("dense", rate=-1.0)
    Traceback (most recent call last):
    handgrad.errors.TrainingError: rate: wanted a number above 0, got -1.0
    """

    network: str
    rate: float
    batch: int
    epochs: int
    momentum: float = 0.0
    start: str = "fan-in"
    seed: int = 0
    dtype: str = "float64"
    hidden: int = 100
    filters: int = 8

    def __post_init__(self) -> None:
        for name, among in (("network", tuple(DEFAULTS)), ("start", STARTS), ("dtype", ("float64", "float32"))):
            if getattr(self, name) not in among:
                raise TrainingError(f"{name}: wanted {' or '.join(among)}, got {getattr(self, name)!r}")
        for name, most in MOST.items():
            count, least = getattr(self, name), 0 if name == "seed" else 1
            if not isinstance(count, int) or isinstance(count, bool) or not least <= count <= most:
                raise TrainingError(f"{name}: wanted an integer from {least} to {most}, got {count!r}")
        if not _is_number(self.rate) or not 0 < self.rate <= sys.float_info.max:
            raise TrainingError(f"rate: wanted a number above 0, got {self.rate!r}")
        if not _is_number(self.momentum) or not 0 <= self.momentum < 1:
            raise TrainingError(f"momentum: wanted a number from 0 to below 1, got {self.momentum!r}")
        for name in ("rate", "momentum"):  # a float of NumPy's would turn float32 into float64
            object.__setattr__(self, name, float(getattr(self, name)))

    @classmethod
    def of(cls, network: str, **chosen: Any) -> "Settings":
        """The settings of a network, its defaults where nothing (or None) is chosen."""
        if network not in DEFAULTS:
            raise TrainingError(f"network: wanted {' or '.join(DEFAULTS)}, got {network!r}")
        rate, batch, epochs = DEFAULTS[network]
        given = {name: value for name, value in chosen.items() if value is not None}
        unknown = set(given) - set(cls.__dataclass_fields__)
        if unknown:
            raise TrainingError(
                f"settings: wanted {', '.join(cls.__dataclass_fields__)}, got {', '.join(sorted(unknown))}"
            )
        default: dict[str, Any] = {"network": network, "rate": rate, "batch": batch, "epochs": epochs}
        return cls(**(default | given))

    def to_dict(self) -> dict[str, Any]:
        """As plain data, without the size that the network does not have."""
        return {name: value for name, value in asdict(self).items() if name != self._foreign_size()}

    def in_words(self) -> str:
        """In one line, with the number of parameters.

        >>> Settings.of("cnn").in_words()
        'cnn, 11,738 parameters: rate 0.5, batch 16, epochs 20, momentum 0.0, start fan-in, seed 0, ...'
        """
        parameters = sum(math.prod(shape) for shape in self.shapes().values())
        chosen = ", ".join(f"{name} {value}" for name, value in self.to_dict().items() if name != "network")
        return f"{self.network}, {parameters:,} parameters: {chosen}"

    def options(self, *always: str) -> str:
        """The options of `handgrad train` that are not at their defaults, or to be said in any case.

        >>> Settings.of("cnn", rate=0.25, seed=7).options("epochs")
        '--rate 0.25 --epochs 20 --seed 7'
        """
        usual = Settings.of(self.network).to_dict()
        unusual = {name: value for name, value in self.to_dict().items() if value != usual[name] or name in always}
        return " ".join(f"--{name} {value}" for name, value in unusual.items())

    def _foreign_size(self) -> str:
        return "filters" if self.network == "dense" else "hidden"

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each parameter, by the report's letters."""
        return shapes_of(self.network, self.hidden if self.network == "dense" else self.filters)

    def parameters(self) -> dict[str, Array]:
        """The parameters before the first step."""
        rng = np.random.default_rng((self.seed, 0))
        return {letter: _start(self.start, shape, rng).astype(self.dtype) for letter, shape in self.shapes().items()}

    def order(self, epoch: int, images: int) -> Array:
        """In which order an epoch, counted from 0, takes the images: by seed and epoch alone, so it can be resumed."""
        return np.random.default_rng((self.seed, 1, epoch)).permutation(images)


def shapes_of(network: str, size: int) -> dict[str, tuple[int, ...]]:
    """The shape of each parameter of a network with so many hidden neurons or filters.

    >>> shapes_of("cnn", 2)
    {'v': (25, 2), 'q': (2,), 'W': (288, 10), 'b': (10,)}
    """
    if network == "dense":
        return {"v": (SIDE * SIDE, size), "gamma": (size,), "w": (size, CLASSES), "theta": (CLASSES,)}
    return {"v": (25, size), "q": (size,), "W": (POOLED * size, CLASSES), "b": (CLASSES,)}


def _start(how: str, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Weights as they start; a vector of biases or thresholds starts at 0."""
    if len(shape) == 1 or how == "zeros":
        return np.zeros(shape)
    rows, columns = shape
    if how == "glorot":
        return rng.uniform(-1, 1, shape) * math.sqrt(6 / (rows + columns))
    return rng.normal(size=shape) / math.sqrt(rows)


def _is_number(x: Any) -> bool:
    return isinstance(x, int | float) and not isinstance(x, bool)
