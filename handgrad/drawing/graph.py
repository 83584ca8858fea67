"""What is drawn: the nodes of a tensor's graph from its inputs to the result, each with what it holds, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from autograd.backward import sweep
from autograd.tensor import Tensor, plain
from handgrad.checking.diagnosis.trace import ordered, step_of
from handgrad.errors import DrawingError
from handgrad.values import Array

SHOWN = 3  # entries of a value

Kind = Literal["input", "operation", "result"]


@dataclass(frozen=True)
class Node:
    """One tensor.

    name       its own name, or that of the operation that made it; of a named result both
    shape      (2, 3), or "number"
    value      its first entries
    cotangent  those of the derivative of the result by it, where that is known
    """

    kind: Kind
    name: str
    shape: str
    value: str
    cotangent: str | None

    def __str__(self) -> str:
        bar = "" if self.cotangent is None else f", cotangent {self.cotangent}"
        return f"{self.name}, {self.shape}: value {self.value}{bar}"


@dataclass(frozen=True)
class Graph:
    """Nodes, inputs before what is computed from them, and edges from operands to users by their numbers."""

    nodes: tuple[Node, ...]
    edges: tuple[tuple[int, int], ...]

    def __str__(self) -> str:
        lines = []
        for place, node in enumerate(self.nodes):
            operands = [self.nodes[start].name for start, end in self.edges if end == place]
            lines.append(f"{node}" + (f"; from {', '.join(operands)}" if operands else ""))
        return "\n".join(lines)


def graph_of(result: Tensor, names: Mapping[str, Tensor], cotangents: bool, most: int) -> Graph:
    """The graph of a result; with cotangents those of a scalar, else what `backward` has left.

    Raises `DrawingError` for a graph of more than `most` nodes, and where cotangents are wanted of no scalar.
    """
    tensors = ordered(result)[::-1]
    if len(tensors) > most:
        raise DrawingError(
            f"draw: wanted a graph of at most {most} nodes, got {len(tensors):,}: draw a part of it, or give most="
        )
    tensors = by_depth(tensors)
    number = {id(x): place for place, x in enumerate(tensors)}
    called = {id(x): name for name, x in names.items()}
    bars = cotangents_of(result) if cotangents else {id(x): x.grad for x in tensors if x.gradient is not None}
    nodes = tuple(node_of(x, x is result, called.get(id(x)), bars.get(id(x))) for x in tensors)
    edges = dict.fromkeys((number[id(x)], number[id(user)]) for user in tensors for x in user.operands)
    return Graph(nodes, tuple(edges))


def by_depth(tensors: list[Tensor]) -> list[Tensor]:
    """The same with every operand before its users."""
    waiting = {id(x): len(x.operands) for x in tensors}
    users: dict[int, list[Tensor]] = {id(x): [] for x in tensors}
    for user in tensors:
        for x in user.operands:
            users[id(x)].append(user)
    found = [x for x in tensors if not x.operands]
    for x in found:  # grows while it is read
        for user in users[id(x)]:
            waiting[id(user)] -= 1
            if not waiting[id(user)]:
                found.append(user)
    return found


def cotangents_of(result: Tensor) -> dict[int, Array]:
    """The derivative of a scalar by every node; nothing is left in their `.grad`."""
    if result.shape != ():
        raise DrawingError(f"draw: wanted a scalar to have cotangents, got a Tensor of shape {result.shape}")
    found: dict[int, Array] = {}
    unit = np.ones_like(plain(result))[()]
    sweep([result], [unit], visit=lambda node, bar: found.__setitem__(id(node), bar))
    return found


def node_of(x: Tensor, is_result: bool, name: str | None, bar: Array | None) -> Node:
    """A tensor in words."""
    made_by = step_of(x.pullbacks[0]) if x.operands else None
    words = [word for word in (name, made_by) if word] or ["input"]
    kind: Kind = "result" if is_result else "operation" if x.operands else "input"
    shape = str(x.shape) if x.shape else "number"
    return Node(kind, " = ".join(words), shape, short(x), None if bar is None else short(bar))


def short(x: Array) -> str:
    """The first entries of a value.

    >>> short(np.float64(0.12345)), short(np.arange(4.0)), short(np.zeros(0))
    ('0.123', '0, 1, 2, …', 'empty')
    """
    value = np.asarray(plain(x))
    if not value.size:
        return "empty"
    shown = [f"{float(entry):.3g}" for entry in value.reshape(-1)[:SHOWN]]
    return ", ".join(shown) + (", …" if value.size > SHOWN else "")
