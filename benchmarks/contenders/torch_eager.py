"""torch, operation after operation."""

from typing import Any

import numpy as np
import tasks
import torch
from contenders import Prepared
from contenders.torch_networks import networks

PACKAGES = ("torch", "numpy")


def tape(entries: int) -> Prepared:
    """A chain on the tape, and back."""
    start = np.asarray(tasks.tape(entries))
    cotangent = torch.ones(start.shape, dtype=torch.float64)

    def call() -> Any:
        x = y = torch.tensor(start, requires_grad=True)
        for _ in range(tasks.OPERATIONS // 2):
            y = y * tasks.FACTOR + x
        y.backward(cotangent)
        return y, x.grad

    return Prepared(call, lambda result: {"value": result[0].detach().numpy(), "x": result[1].numpy()})


TASKS = networks(lambda loss: loss) | {"tape": tape}
