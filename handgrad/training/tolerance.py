"""How far rounding alone may set two right computations of one gradient apart, measured at the parameters at hand.

Both right computations, by hand and automatic, run again and again on numbers that are moved by about one unit in the
last place, and so is the result of every operation in them (`handgrad.oracles.rounding`). What an entry moves by is its
spread, and `ALLOWANCE` times the spreads of both is what two gradients may differ by there; what underflows moves by
the smallest number there is. The gradient that is judged has no part in it, so a mistake makes itself no tolerance.
"""

import math
from collections.abc import Callable, Iterator

import numpy as np

from handgrad.checking.oracles.rounding import ALLOWANCE, Shaken, spreads
from handgrad.training import automatic, by_hand
from handgrad.training.passes import Parameters
from handgrad.values import Array, Values

# The loss and every letter that has a gradient, in the order of the backward pass.
LETTERS = {"dense": ("loss", "theta", "w", "b", "gamma", "v"), "cnn": ("loss", "x", "W", "b", "a", "c", "d", "v", "q")}


def tolerances(
    network: str, parameters: Parameters, images: Array, y: Array, rng: np.random.Generator
) -> Iterator[dict[str, Array]]:
    """What rounding allows for the loss and each gradient, by letter, after 1, 2, ... samples. It only grows.

    It is infinite where a right computation has no finite value: nothing can be judged there.
    """
    shapes: dict[str, tuple[int, ...]] = {}
    finite: list[Array] = []

    def in_one_row(gradients: dict[str, Array]) -> Array:
        row = np.concatenate([np.ravel(gradients[letter]) for letter in LETTERS[network]])
        if not isinstance(row, Shaken):  # before anything is moved, both are run once
            finite.append(np.isfinite(row))
            shapes.update({letter: np.shape(gradients[letter]) for letter in LETTERS[network]})
        return row

    computations: tuple[Callable[[Values], Array], ...] = (
        lambda moved: in_one_row(by_hand.GRADIENTS[network](moved, images, y)),
        lambda moved: in_one_row(automatic.gradients(network, moved, images, y)),
    )
    least = max(float(np.finfo(value.dtype).smallest_subnormal) for value in parameters.values())
    for spread in spreads(computations, Values(parameters), rng):
        row = np.where(np.all(finite, axis=0), ALLOWANCE * (spread + least), np.inf)
        pieces = np.split(row, np.cumsum([math.prod(shape) for shape in shapes.values()])[:-1])
        yield {letter: piece.reshape(shapes[letter]) for letter, piece in zip(shapes, pieces, strict=True)}
