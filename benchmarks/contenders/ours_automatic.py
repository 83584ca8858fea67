"""Package `autograd`: the networks written forward only, the tape, and the exact check."""

from typing import Any

import numpy as np
import tasks
from contenders import Prepared
from contenders.ours import networks

from autograd import Tensor
from handgrad.training.automatic import WAYS

PACKAGES = ("handgrad", "numpy")


def tape(entries: int) -> Prepared:
    """A chain on the tape, and back."""
    start = tasks.tape(entries)
    cotangent = np.ones(np.shape(start))[()]

    def call() -> Any:
        x = y = Tensor(start)
        for _ in range(tasks.OPERATIONS // 2):
            y = y * tasks.FACTOR + x
        y.backward(cotangent)
        return y.value, x.grad

    return Prepared(call, lambda result: {"value": result[0], "x": result[1]})


def exact() -> Prepared:
    """By hand against automatic, in prime fields, at a point that is given, as gradcheck's is."""
    from benchmarks.exact import drawn, exact_check

    point = drawn()
    return Prepared(lambda: exact_check(point), lambda holds: {"holds": float(holds)})


TASKS = networks(WAYS) | {"tape": tape, "exact": exact}
