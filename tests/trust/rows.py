"""A row of a table: a call with bad or odd input, and what must come of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Refused:
    """Input that is refused.

    who    the public function that is called
    what   is wrong with the input
    call   makes the call
    error  the package's own exception
    words  a pattern of what it says: who, wanted, got
    """

    who: str
    what: str
    call: Callable[..., Any]
    error: type[Exception]
    words: str

    @property
    def id(self):
        return f"{self.who}, {self.what}"


@dataclass(frozen=True)
class Right:
    """Input that is odd and valid: `value` is what must come out, computed in another way."""

    who: str
    what: str
    call: Callable[..., Any]
    value: Any

    @property
    def id(self):
        return f"{self.who}, {self.what}"


def read_only(x):
    x = np.array(x)
    x.flags.writeable = False
    return x


def strided(x):
    """The same values, every axis walked backwards and every second place of the memory left out."""
    wide = np.zeros([2 * n for n in np.shape(x)], np.asarray(x).dtype)
    view = wide[(slice(None, None, -2),) * wide.ndim]
    view[...] = x
    return view


def masked(x):
    return np.ma.masked_array(x, mask=np.arange(np.size(x)).reshape(np.shape(x)) == 0)
