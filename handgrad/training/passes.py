"""What one pass through a network gives, forward and back, and who computes it.

    x images   (N, 28, 28)    y labels (N, 10), a 1 at the digit    K = 10
A way to compute a network is a pair of functions of its parameters, images and labels.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from handgrad.values import Array

Parameters = Mapping[str, Array]


class Forward(NamedTuple):
    """The mean error over the images, and the outputs y_hat (N, 10)."""

    loss: float
    y_hat: Array


@dataclass(frozen=True)
class Pass:
    """The mean error over a batch, its gradient for each parameter, and for letters between where asked for."""

    loss: float
    gradients: dict[str, Array]


@dataclass(frozen=True)
class Way:
    """One way to compute a network: by hand, automatically, or as printed.

    `backward` descends. `every` is for looking, where `backward` leaves out the gradients of the letters between.
    """

    name: str
    forward: Callable[[Parameters, Array, Array], Forward]
    backward: Callable[[Parameters, Array, Array], Pass]
    every: Callable[[Parameters, Array, Array], Pass] | None = None

    def complete(self, parameters: Parameters, images: Array, y: Array) -> Pass:
        """The pass that descends, with the gradients of the letters between."""
        result = self.backward(parameters, images, y)
        if self.every is None:
            return result
        return replace(result, gradients=self.every(parameters, images, y).gradients | result.gradients)


def pass_of(found: Mapping[str, Array]) -> Pass:
    """The pass of "loss" and a gradient by each letter."""
    return Pass(float(found["loss"]), {letter: gradient for letter, gradient in found.items() if letter != "loss"})
