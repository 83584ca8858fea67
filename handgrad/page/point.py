"""The one point that the page shows: a digit that the program draws, and parameters as a training starts with them.

One sample, one filter, the report's sizes:

    cnn    X (1, 28, 28)   v (25, 1)   q (1,)   W (144, 10)   b (10,)   y (1, 10)   and U, d, c, a, x, y_hat
    dense  x (1, 784)   v (784, 12)   gamma (12,)   b (1, 12)   w (12, 10)   theta (10,)   y (1, 10)   and y_hat
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from handgrad.report.claims import Claim
from handgrad.report.equations.definitions import dense_letters, network_letters
from handgrad.report.symbols import SIZES
from handgrad.training.digits import CLASSES, Digits
from handgrad.training.drawn import drawn
from handgrad.training.settings import Settings
from handgrad.values import Array, Values

HIDDEN = 12
REPORT = replace(SIZES["report"], h=HIDDEN)


@dataclass(frozen=True)
class Point:
    """The point of a seed; `labels` in place of a 1 at the digit, where they are given."""

    seed: int
    labels: Array = None

    @cached_property
    def drawn(self) -> Digits:
        """The digit."""
        return drawn(train=1, test=1, seed=self.seed).train

    @cached_property
    def digit(self) -> int:
        """Which one it is."""
        return int(self.drawn.labels[0])

    @cached_property
    def y(self) -> Array:
        """The labels, (1, 10)."""
        return np.eye(CLASSES)[[self.digit]] if self.labels is None else self.labels

    @cached_property
    def cnn(self) -> Values:
        """All letters of the convolutional network."""
        parameters = Settings.of("cnn", filters=1, seed=self.seed).parameters()
        return network_letters(
            Values({"X": self.drawn.images, **parameters, "y": self.y, "n": REPORT.n, "k": REPORT.k})
        )

    @cached_property
    def dense(self) -> Values:
        """All letters of the dense network."""
        settings = Settings.of("dense", hidden=HIDDEN, seed=self.seed)
        inputs = {"x": np.reshape(self.drawn.images, (1, -1)), "y": self.y, "eta": np.float64(settings.rate)}
        return dense_letters(Values(inputs | settings.parameters()))

    def letters(self, claim: Claim) -> Values:
        """The free letters of a claim, each with the value that it has in the network."""
        here = dict(getattr(self, network_of(claim)))
        if claim.id in STANDS_FOR:
            here |= STANDS_FOR[claim.id](self)
        free = {letter.name: here[letter.name] for letter in claim.letters}
        return Values(free | claim.numbers(claim.sizes(REPORT)))


# What letters stand for in claims about one output, one number, one image alone.
STANDS_FOR: dict[str, Callable[[Point], dict[str, Any]]] = {
    "eq2-sigmoid": lambda point: {
        "x": (point.dense.b @ point.dense.w - point.dense.theta)[0, point.digit],
    },
    "eq8-weights": lambda point: one_output(point),
    "eq8-bias": lambda point: one_output(point),
    "eq11-map": lambda point: {"c": point.cnn.c[:, :, 0]},
    "eq11-derivative": lambda point: {"c": point.cnn.c[:, :, 0]},
}


def one_output(point: Point) -> dict[str, Any]:
    """The fully connected layer of the digit's output: x is a there, w a column of W."""
    here = point.cnn
    return {"x": here.a, "w": here.W[:, point.digit], "b": here.b[point.digit]}


def network_of(claim: Claim) -> str:
    """The network that a claim belongs to."""
    return "dense" if claim.section.startswith("2.1") else "cnn"
