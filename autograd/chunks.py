"""Large arrays a piece at a time: a piece stays in the processor's cache through all steps that it takes.

Threads for the pieces were tried: NumPy's steps on one piece are so short that handing Python's lock over costs what
the second core gains.
"""

import contextlib
import functools
from collections.abc import Iterator
from typing import Any

import numpy as np

PIECE = 2**19  # bytes, a quarter of a cache or so: a step takes several arrays
LARGE = 2**17  # bytes, from which on the GNU C library asks the system for memory each time
FREED = 2**25 - 2**16  # bytes


def pieces(*arrays: Any) -> Iterator[slice]:
    """Slices of the first axis, which the arrays have in common, so that a piece of all takes `PIECE` bytes or so.

    >>> list(pieces(np.empty((5, 2**15))))
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    return pieces_of(len(arrays[0]), sum(x.nbytes for x in arrays))


def pieces_of(count: int, size: int) -> Iterator[slice]:
    """The same for `count` entries that together take `size` bytes."""
    expect(size)
    if size <= PIECE:
        yield slice(0, count)
        return
    step = max(1, count * PIECE // size)
    for start in range(0, count, step):
        yield slice(start, min(start + step, count))


def are_plain(*arrays: Any) -> bool:
    """Whether they are NumPy's own and have axes, so that memory may be filled piece by piece."""
    return all(type(x) is np.ndarray and x.ndim for x in arrays)


def expect(size: int) -> None:
    """Get ready for arrays of so many bytes, which will come again in the next step."""
    if size > LARGE:
        keep_freed_memory()


@functools.cache
def keep_freed_memory() -> None:
    """Let freed memory wait for the next array, instead of going back to the system and being asked for anew.

    The GNU C library keeps twice the largest piece that was ever freed, of 32 MB at most. This one is never touched,
    so it costs nothing; elsewhere it changes nothing. Without it a gradient of the report's network asks the system
    for its memory page by page, which takes as long as computing it.
    """
    with contextlib.suppress(MemoryError):
        np.empty(FREED, np.uint8)
