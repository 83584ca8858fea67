"""The part of an image that an entry comes from: first and last row, first and last column, counted from 0.

n  side of the pooled image a   2n  side of c and d   2n + k - 1  side of X   k  side of the filter
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from handgrad.letters import Array
from handgrad.page.numbers import Arrays


@dataclass(frozen=True)
class Window:
    """Windows in the picture of a letter, one for each value of some of the claim's indices."""

    image: str
    index: str
    ends: Array  # the axes of `index`, then 4

    def to_dict(self, arrays: Arrays) -> dict[str, Any]:
        """As the page has it."""
        return {"window": arrays.name(self.ends), "window_index": list(self.index), "image": self.image}


def squares(starts: int, step: int, side: int) -> Array:
    """Squares of a side, one for each of starts x starts places, row by row: (starts^2, 4)."""
    row, column = np.divmod(np.arange(starts**2), starts)
    return np.stack([step * row, step * row + side - 1, step * column, step * column + side - 1], axis=-1)


def of_pooled(index: str, n: int, k: int) -> Window:
    """The pixels of X that an entry of a hangs on."""
    return Window("X", index, squares(n, 2, k + 1))


def of_convolved(index: str, n: int, k: int) -> Window:
    """The pixels of X that an entry of c or d hangs on."""
    return Window("X", index, squares(2 * n, 1, k))


def of_block(index: str, n: int) -> Window:
    """The entries of c that an entry of a is the mean of."""
    return Window("c", index, squares(n, 2, 2))


def of_weight(index: str, n: int, k: int) -> Window:
    """The pixels of X that a weight of the filter meets."""
    return Window("X", index, squares(k, 1, 2 * n))


def whole(n: int, k: int) -> Window:
    """All of X."""
    side = 2 * n + k - 1
    return Window("X", "", np.array([0, side - 1, 0, side - 1]))
