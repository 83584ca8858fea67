"""micrograd: scalars alone."""

import sys
from typing import Any

import tasks
from contenders import MissingError, Prepared
from micrograd.engine import Value

sys.setrecursionlimit(100 * tasks.OPERATIONS)  # its sort is recursive, as deep as the chain is long

PACKAGES = ("micrograd",)
CANNOT = dict.fromkeys(("cnn", "dense", "epoch"), "knows scalars alone: a network of this size is millions of them")


def tape(entries: int) -> Prepared:
    """The chain on the tape, and back."""
    if entries:
        raise MissingError("knows scalars alone")

    def call() -> Any:
        x = y = Value(tasks.START)
        for _ in range(tasks.OPERATIONS // 2):
            y = y * tasks.FACTOR + x
        y.backward()
        return y, x

    return Prepared(call, lambda result: {"value": result[0].data, "x": result[1].grad})


TASKS = {"tape": tape}
