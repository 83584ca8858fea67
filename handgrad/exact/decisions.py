"""Whether the shadow decided something on the way: then an identity was seen on the branches taken alone.

A maximum, an absolute value or a comparison makes a function one of several, each on a part of its domain. The
residues tell of the parts that the points fell into, and of no others.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

DECIDING = frozenset(
    [
        *(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal),
        *(np.maximum, np.minimum, np.max, np.amax, np.min, np.amin, np.clip, np.absolute, np.fabs, np.sign),
        *(np.argmax, np.argmin, np.argsort, np.sort, np.any, np.all, np.count_nonzero, np.nonzero, np.ptp),
    ]
)

_watched: ContextVar[set[str] | None] = ContextVar("functions that decided", default=None)


@contextmanager
def watching() -> Iterator[set[str]]:
    """Collect the names of the functions that decide something while this lasts; a block around it does too.

    >>> from handgrad.exact import ExactArray, tower
    >>> x = ExactArray.input(np.array([1.0, -2.0]), tower(2, 0))
    >>> with watching() as decided:
    ...     y = np.absolute(x) * 2
    >>> decided
    {'absolute'}
    """
    decided: set[str] = set()
    token = _watched.set(decided)
    try:
        yield decided
    finally:
        _watched.reset(token)
        note_again(decided)


def note(function: Any) -> None:
    """Remember a function that decides, while somebody watches."""
    decided = _watched.get()
    if decided is not None and function in DECIDING:
        decided.add(function.__name__)


def note_again(names: set[str]) -> None:
    """Remember functions that decided a result which is known already."""
    decided = _watched.get()
    if decided is not None:
        decided |= names
