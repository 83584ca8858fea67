"""Intermediate results: the first wrong step of a backward pass, and not all that follow from it.

In the function, `mark("logits", x @ W)` gives a name to a quantity and is otherwise the quantity itself. The
code by hand tells its cotangents by the same names; each is compared with the automatic one, from the loss back.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from autograd.backward import sweep
from autograd.tensor import Tensor
from handgrad.checking.diagnosis.results import CLOSE
from handgrad.checking.oracles.manual import copies
from handgrad.checking.problem import Problem, cotangents_of
from handgrad.errors import CheckError, one_line
from handgrad.values import Array, Values

T = TypeVar("T")
_marked: ContextVar[dict[str, Any] | None] = ContextVar("quantities that were given names", default=None)


def mark(name: str, x: T) -> T:
    """Give a quantity of a function a name; outside of a check this does nothing.

    Raises `CheckError` for a name that is no text, and in a check for one given twice.

    >>> mark("two", 2.0)
    2.0
    """
    if not isinstance(name, str):
        raise CheckError(f"mark: wanted a name as text, got {name!r}")
    marked = _marked.get()
    if marked is not None:
        if name in marked:
            raise CheckError(f"mark: wanted each name once, got {name!r} twice")
        marked[name] = x
    return x


@contextmanager
def marking() -> Iterator[dict[str, Any]]:
    """Collect the quantities that are marked while this lasts."""
    marked: dict[str, Any] = {}
    token = _marked.set(marked)
    try:
        yield marked
    finally:
        _marked.reset(token)


@dataclass(frozen=True)
class Intermediate:
    """One intermediate quantity: whether its cotangent by hand agrees, and how far the two are apart.

    exact    bit for bit the same
    agrees   the same as far as rounding goes
    """

    name: str
    shape: tuple[int, ...]
    exact: bool
    agrees: bool
    difference: float | None
    note: str | None = None

    def __str__(self) -> str:
        words = (
            self.note or f"exact {self.exact!s:5}  approximate {self.agrees!s:5}  max difference {self.difference:.3g}"
        )
        return f"{self.name:16} {words}"


def compared_intermediates(problem: Problem, values: Values, by_hand: Callable[..., Any]) -> tuple[Intermediate, ...]:
    """The marked quantities from the loss back, each compared.

    by_hand takes what the gradient takes, and returns a dictionary of cotangents by name.

    Raises `CheckError` for a name that is not marked, or a function that can't be traced.
    """
    who = getattr(by_hand, "__name__", "intermediates")
    given = [copies(values)[name] for name in problem.names]
    cotangents = cotangents_of(values)
    first = [cotangents[0] if len(cotangents) == 1 else cotangents] if problem.vjp else []
    try:
        told = by_hand(*first, *given)
    except Exception as error:
        raise CheckError(f"{who}: wanted cotangents at the inputs, got {one_line(error)}") from error
    if not isinstance(told, Mapping):
        raise CheckError(f"{who}: wanted a dictionary of cotangents by name, got {type(told).__name__}")
    automatic = automatic_cotangents(problem, values)
    unknown = [name for name in told if name not in automatic]
    if unknown:
        raise CheckError(
            f"{who}: wanted names among {', '.join(automatic) or 'none that is marked'}, got {unknown[0]!r}"
        )
    return tuple(compared(name, told[name], automatic[name]) for name in automatic if name in told)


def automatic_cotangents(problem: Problem, values: Values) -> dict[str, Array]:
    """The automatic cotangents of all marked quantities, those nearest to the loss first."""
    leaves = {name: Tensor(values[name]) for name in problem.wrt}
    try:
        with marking() as marked:
            loss = problem.scalar(Values(values | leaves))
    except CheckError:
        raise
    except Exception as error:
        raise CheckError(f"intermediates: wanted a function that can be traced, got {one_line(error)}") from error
    names = {id(x): name for name, x in marked.items() if type(x) is Tensor}
    found: dict[str, Array] = {}

    def keep(node: Tensor, bar: Array) -> None:
        if id(node) in names:
            found[names[id(node)]] = np.asarray(bar)

    if type(loss) is Tensor:
        sweep([loss], [np.ones_like(np.asarray(loss.primal))[()]], visit=keep)
    return found


def compared(name: str, hand: Any, machine: Array) -> Intermediate:
    """One quantity, by hand and automatic."""
    try:
        x = np.asarray(hand)
    except ValueError:  # lists of different lengths
        return Intermediate(name, machine.shape, False, False, None, "is no array by hand")
    if x.shape != machine.shape:
        return Intermediate(
            name, machine.shape, False, False, None, f"has shape {x.shape} by hand, wanted {machine.shape}"
        )
    if x.dtype.kind not in "fiu" or not np.all(np.isfinite(x)):
        return Intermediate(name, machine.shape, False, False, None, "has no finite value by hand")
    difference = float(np.max(np.abs(x - machine), initial=0))
    room = CLOSE["f4" if x.dtype == np.float32 or machine.dtype == np.float32 else "f8"]
    size = max(float(np.max(np.abs(x), initial=0)), float(np.max(np.abs(machine), initial=0)))
    return Intermediate(name, machine.shape, bool(np.all(x == machine)), difference <= room * size, difference)


def first_wrong(found: tuple[Intermediate, ...]) -> str | None:
    """The step in which the mistake is: the first that does not agree."""
    return next((step.name for step in found if not step.agrees), None)
