"""The part of a picture that an entry comes from: first and last row, first and last column, counted from 0."""

from dataclasses import dataclass

import numpy as np

from handgrad.page.point import REPORT
from handgrad.values import Array


@dataclass(frozen=True)
class Windows:
    """Windows in the picture of a letter: the axes of the claimed array, then the four ends."""

    image: str
    ends: Array


def squares(places: int, step: int, side: int) -> Array:
    """Squares of a side, one for each of places x places starts, row by row: (places^2, 4).

    >>> squares(2, 2, 6).tolist()
    [[0, 5, 0, 5], [0, 5, 2, 7], [2, 7, 0, 5], [2, 7, 2, 7]]
    """
    row, column = np.divmod(np.arange(places**2), places)
    return np.stack([step * row, step * row + side - 1, step * column, step * column + side - 1], axis=-1)


N, K, CLASSES = REPORT.n, REPORT.k, REPORT.K
POOLED = Windows("X", squares(N, 2, K + 1))  # the pixels that an entry of a hangs on
WEIGHTS = Windows("X", np.repeat(POOLED.ends[:, None], CLASSES, axis=1))  # the same for every weight behind it
CONVOLVED = Windows("X", squares(2 * N, 1, K))  # the pixels that an entry of c or d hangs on
BLOCKS = Windows("c", squares(N, 2, 2))  # the entries of c that an entry of a is the mean of
FILTER = Windows("X", squares(K, 1, 2 * N))  # the pixels that a weight of the filter meets
WHOLE = Windows("X", squares(1, 1, 2 * N + K - 1)[0])  # all of them
