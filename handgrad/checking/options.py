"""How a derivative is judged: the options of `check_gradient` and `check_vjp`, and how they stand in a call."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

import numpy as np

from handgrad.checking.comparison import Comparison
from handgrad.errors import CheckError

Exact = Literal["auto"] | bool


@dataclass(frozen=True)
class Options:
    """How a problem is judged; as `check_gradient` has them."""

    seed: int = 0
    exact: Exact = "auto"
    points: int = 8
    kinds: dict[str, str] | None = None
    condition: Callable[..., Any] | None = None
    rtol: float | None = None
    atol: float | None = None
    intermediates: Callable[..., Any] | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.points, int) or isinstance(self.points, bool) or self.points < 1:
            raise CheckError(f"points: wanted an integer of at least 1, got {self.points!r}")
        if not isinstance(self.seed, int) or isinstance(self.seed, bool) or self.seed < 0:
            raise CheckError(f"seed: wanted an integer of at least 0, got {self.seed!r}")
        if not isinstance(self.exact, bool) and not (isinstance(self.exact, str) and self.exact == "auto"):
            raise CheckError(f'exact: wanted "auto", True or False, got {self.exact!r}')
        for name in ("rtol", "atol"):
            room = getattr(self, name)
            if room is not None and not (isinstance(room, int | float) and 0 <= room < np.inf):
                raise CheckError(f"{name}: wanted a finite number of at least 0, got {room!r}")
        for name in ("condition", "intermediates"):
            function = getattr(self, name)
            if function is not None and not callable(function):
                raise CheckError(f"{name}: wanted a function of the inputs, got {type(function).__name__}")

    def allow(self, seen: Comparison) -> Comparison:
        """The comparison with what the caller allows beyond rounding."""
        if self.rtol is None and self.atol is None:
            return seen
        more = (self.atol or 0.0) + (self.rtol or 0.0) * np.abs(seen.automatic)
        return replace(seen, least=seen.least + more)

    @property
    def tolerance(self) -> str:
        """What a difference is held against, in words."""
        given = {"rtol": self.rtol, "atol": self.atol}
        return "room for rounding" + "".join(f" and {name}={x:g}" for name, x in given.items() if x is not None)

    def as_arguments(self) -> str:
        """Those that are not as they would be anyway, as the end of a call; the seed is told apart."""
        words = ""
        for f in fields(self):
            x = getattr(self, f.name)
            if x != f.default and f.name not in ("seed", "points"):
                words += f", {f.name}={identifier(x, f.name) if callable(x) else repr(x)}"
        return words


def identifier(function: Any, otherwise: str) -> str:
    """The name by which a function can be written in a call; a lambda has none."""
    name = getattr(function, "__name__", "")
    return name if name.isidentifier() else otherwise
