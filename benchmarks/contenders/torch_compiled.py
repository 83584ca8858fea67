"""torch.compile of the same losses; compiling is not timed."""

from collections.abc import Callable
from typing import Any

import torch
from contenders import MissingError
from contenders.torch_networks import networks

PACKAGES = ("torch", "numpy")
CANNOT = {"tape": "a compiler takes the chain away: there is no operation to time"}


def compiled(loss: Callable[..., Any]) -> Callable[..., Any]:
    """The loss, compiled anew for each case, with its backward pass."""
    torch.compiler.reset()
    optimised = torch.compile(loss, dynamic=False)

    def call(*arguments: Any) -> Any:
        try:
            return optimised(*arguments)
        except Exception as error:  # no compiler for C++, say
            lines = str(error).strip().splitlines() or [""]
            raise MissingError(f"torch.compile fails: {type(error).__name__}: {lines[0]}") from error

    return call


TASKS = networks(compiled)
