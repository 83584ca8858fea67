"""Whoever chooses integers between two bounds makes a program; the lowest choices make the simplest."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np


class Choices(Protocol):
    """Whoever decides."""

    def integer(self, low: int, high: int) -> int:
        """An integer between the bounds, which it may be too."""


class Seeded:
    """Choices of a seeded generator, remembered."""

    def __init__(self, *seed: int):
        self.rng = np.random.default_rng(seed)
        self.made: list[int] = []

    def integer(self, low: int, high: int) -> int:
        """At random."""
        self.made.append(int(self.rng.integers(low, high + 1)))
        return self.made[-1]


class Replayed:
    """Choices that were made before; what does not fit any more, or is not there, is the lowest."""

    def __init__(self, made: Sequence[int]):
        self.given = iter(made)
        self.made: list[int] = []

    def integer(self, low: int, high: int) -> int:
        """The next."""
        self.made.append(min(max(next(self.given, low), low), high))
        return self.made[-1]


class Drawn:
    """Choices of Hypothesis."""

    def __init__(self, draw: Callable[[Any], Any]):
        self.draw = draw

    def integer(self, low: int, high: int) -> int:
        """Drawn."""
        from hypothesis import strategies as st

        return int(self.draw(st.integers(low, high)))
