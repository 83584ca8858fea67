"""The edges of a graph: what a tensor was computed from, and the pullback to each of those operands.

    edges    (operand, pullback, edges), the first one and then those that follow, or () after the last

A chain of small tuples and not one long one, or a list: a graph of a million operations has a million of them, and
`operand, pullback, edges = edges` is the fastest step that Python has.
"""

from collections.abc import Iterator, Sequence
from typing import Any

Edges = tuple[()] | tuple[Any, Any, "Edges"]


def edges_of(operands: Sequence[Any], pullbacks: Sequence[Any]) -> Edges:
    """Operands and their pullbacks as a tensor keeps them.

    >>> edges_of("xy", "fg")
    ('x', 'f', ('y', 'g', ()))
    """
    edges: Edges = ()
    for operand, pullback in zip(reversed(operands), reversed(pullbacks), strict=True):
        edges = (operand, pullback, edges)
    return edges


def each(edges: Edges) -> Iterator[tuple[Any, Any]]:
    """Every operand with its pullback.

    >>> list(each(("x", "f", ("y", "g", ()))))
    [('x', 'f'), ('y', 'g')]
    """
    while edges:
        operand, pullback, edges = edges
        yield operand, pullback
