"""What every room shares: arrays, values by name, and subsets of a domain."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Array = Any  # an ndarray, or another type that speaks NumPy's protocols


class Values(dict[str, Any]):
    """Letters with their values: `values.y_hat` is `values["y_hat"]`."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


@dataclass(frozen=True)
class Condition:
    """A subset of a domain; `impose` brings values onto it, and gives None where they can't be brought there."""

    text: str
    impose: Callable[[Mapping[str, Array]], Mapping[str, Array] | None]
