"""Numbers as the page shows them, and the arrays that it looks them up in.

A page computes nothing, so every number stands in it as it is shown: rounded here, once.
"""

from typing import Any

import numpy as np

from handgrad.values import Array

DIGITS = 5  # significant
LARGE = 10_000  # entries


def rounded(x: float) -> float | int | None:
    """A number in five significant digits; None for a value that there is not.

    >>> rounded(0.123456789), rounded(2.0), rounded(float("nan"))
    (0.12346, 2, None)
    """
    if not np.isfinite(x):
        return None
    short = float(f"{x:.{DIGITS}g}")
    return int(short) if short.is_integer() and abs(short) < 10**DIGITS else short


class Arrays:
    """The arrays of a page by their names, each content once.

    In the page an array is {"shape": [..], "data": [flat numbers]}; a large one that is zero nearly everywhere is
    {"shape": [..], "fill": 0, "at": [flat places], "data": [the numbers at those places]}.
    """

    def __init__(self) -> None:
        self._names: dict[Any, str] = {}
        self.written: dict[str, dict[str, Any]] = {}

    def name(self, x: Array) -> str:
        """The name under which the page has an array.

        >>> arrays = Arrays()
        >>> arrays.name(np.zeros(3)), arrays.name(np.ones(3)), arrays.name(np.zeros(3))
        ('A0', 'A1', 'A0')
        """
        shape = np.shape(x)
        data = [rounded(entry) for entry in np.ravel(x).tolist()]
        key = shape, tuple(data)
        if key not in self._names:
            self._names[key] = f"A{len(self._names)}"
            self.written[self._names[key]] = {"shape": list(shape)} | shortest(data)
        return self._names[key]


def shortest(data: list[Any]) -> dict[str, Any]:
    """All entries; of very many, of which few are not zero, these alone."""
    at = [i for i, entry in enumerate(data) if entry != 0]
    if len(data) < LARGE or 4 * len(at) > len(data):
        return {"data": data}
    return {"fill": 0, "at": at, "data": [data[i] for i in at]}
