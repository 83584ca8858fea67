"""A chain of operations, ours alone: the time of one must not grow with the length, nor the bytes of a node.

bytes   what the graph takes at its end, less what the same values take when plain NumPy keeps them all
"""

import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import Tensor
from benchmarks.tables import Table, digits, duration

LENGTHS = (10**3, 10**4, 10**5, 10**6)
OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "y * 1.0001": lambda y, x: y * 1.0001,
    "y + x": lambda y, x: y + x,
    "np.sin(y)": lambda y, x: np.sin(y),
}
START = 1e-3  # times 1.0001 a million times is still a number


def forward(operation: Callable[[Any, Any], Any], start: Any, length: int) -> Any:
    """The end of the chain."""
    y = start
    for _ in range(length):
        y = operation(y, start)
    return y


def seconds(operation: Callable[[Any, Any], Any], length: int) -> float:
    """Of the processor, forward and backward, an operation; the best of a few, since what disturbs only adds.

    A chain is one thread, so waiting for a core that another process has is none of its work.
    """
    best = float("inf")
    for _ in range(5 if length < LENGTHS[-1] else 3):
        start = time.process_time()
        forward(operation, Tensor(START), length).backward()
        best = min(best, (time.process_time() - start) / length)
    return best


def bytes_a_node(operation: Callable[[Any, Any], Any], length: int) -> float:
    """Of the graph beside its values."""
    kept: list[Any] = [None] * length
    tracemalloc.start()
    try:
        y = np.float64(START)
        for k in range(length):
            kept[k] = y = operation(y, START)
        values = tracemalloc.get_traced_memory()[0]
        kept.clear()
        x = Tensor(START)
        before = tracemalloc.get_traced_memory()[0]
        end = forward(operation, x, length)
        graph = tracemalloc.get_traced_memory()[0] - before
        del end
    finally:
        tracemalloc.stop()
    return (graph - values) / length


def table(quick: bool) -> Table:
    """A row for each operation and length."""
    rows = []
    for name, operation in OPERATIONS.items():
        for length in LENGTHS[: 2 if quick else None]:
            bytes_each = digits(bytes_a_node(operation, length))
            rows.append((name, f"{length:,}", duration(seconds(operation, length)), bytes_each))
    return Table("chain, ours", ("operation", "length", "an operation, both ways", "bytes a node"), tuple(rows))
