"""Those who compute the same: one module a contender, each with `TASKS`, imported by `worker.py` alone.

TASKS     by task, a function of the case's sizes that returns what is ready to be timed
CANNOT    by task, why this contender has no part in it
PACKAGES  the distributions whose versions matter
"""

from collections.abc import Callable
from typing import Any, NamedTuple

Arrays = dict[str, Any]


class MissingError(Exception):
    """This contender can't take part here; the message says why."""


class Prepared(NamedTuple):
    """A call to be timed, and what turns its result into NumPy arrays; None for a bound, which is no result."""

    call: Callable[[], Any]
    arrays: Callable[[Any], Arrays] | None
