"""One row of the grammar: a function, how a call of it is drawn, and what it is by definition."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Function = Callable[..., Any]
Drawn = tuple[tuple[Any, ...], dict[str, Any]]  # operands and options of a call
Draw = Callable[[Any], Drawn]  # from a `Builder`


class UnfitError(Exception):
    """The operation can't be called on what there is."""


@dataclass(frozen=True)
class Operation:
    """`covers`: the entries of the engine's tables that it is there for."""

    name: str
    call: Function
    draw: Draw
    covers: tuple[Any, ...]
    definition: Function | None
    exact: bool


OPERATIONS: dict[str, Operation] = {}


def operation(
    call: Function, *also: Any, name: str = "", definition: Function | None = None, exact: bool = True
) -> Callable[[Draw], Draw]:
    """Enter the call that the decorated function draws; `also` names entries of the engine behind it."""

    def enter(draw: Draw) -> Draw:
        key = name or call.__name__
        assert key not in OPERATIONS, key
        OPERATIONS[key] = Operation(key, call, draw, (call, *also), definition, exact)
        return draw

    return enter
