"""Places for a graph's nodes, from left to right: layers by the longest path, in each an order with few crossings.

An edge over several layers passes each at a place of its own, so that no edge runs through a node; the edges from
one node share these places as far as they go together.
(K. Sugiyama, S. Tagawa, M. Toda, Methods for visual understanding of hierarchical system structures, 1981.)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

SWEEPS = 8  # over all layers, to and fro
Edge = tuple[int, int]


@dataclass(frozen=True)
class Layout:
    """The layer of each node, its height in rows, and the bends of each edge as (layer, height)."""

    layers: tuple[int, ...]
    heights: tuple[float, ...]
    bends: dict[Edge, tuple[tuple[int, float], ...]]


def layout(count: int, edges: Sequence[Edge]) -> Layout:
    """Places for nodes 0, 1, ..., each edge leading from a smaller number to a larger.

    >>> layout(3, [(0, 2), (1, 2)]).layers
    (0, 0, 1)
    >>> layout(3, [(0, 1), (1, 2), (0, 2)]).bends[0, 2]
    ((1, 1.0),)
    """
    layer = layers_of(count, edges)
    short, chains = bent(layer, edges)
    rows = ordered(layer, short)
    heights = spread(rows, short)
    bends = {edge: tuple((layer[i], heights[i]) for i in chain) for edge, chain in chains.items()}
    return Layout(tuple(layer[:count]), tuple(heights[:count]), bends)


def layers_of(count: int, edges: Sequence[Edge]) -> list[int]:
    """The length of the longest path that leads to each node; an input stands just before its first user."""
    layer = [0] * count
    for start, end in sorted(edges):
        layer[end] = max(layer[end], layer[start] + 1)
    computed = {end for _, end in edges}
    for node in range(count):
        users = [layer[end] for start, end in edges if start == node]
        if node not in computed and users:
            layer[node] = min(users) - 1
    return layer


def bent(layer: list[int], edges: Sequence[Edge]) -> tuple[list[Edge], dict[Edge, list[int]]]:
    """The edges cut into steps of one layer, and for each edge the places, new numbers, that it passes on its way."""
    places: dict[tuple[int, int], int] = {}  # by the node that an edge comes from, and the layer passed
    chains: dict[Edge, list[int]] = {}
    for start, end in edges:
        chains[start, end] = []
        for passed in range(layer[start] + 1, layer[end]):
            if (start, passed) not in places:
                places[start, passed] = len(layer)
                layer.append(passed)
            chains[start, end].append(places[start, passed])
    stops = ([start, *chain, end] for (start, end), chain in chains.items())
    steps = (step for some in stops for step in pairwise(some))
    return list(dict.fromkeys(steps)), chains


def ordered(layer: list[int], edges: list[Edge]) -> list[list[int]]:
    """The nodes of each layer in an order with few crossings: each by the mean place of its neighbours."""
    rows: list[list[int]] = [[] for _ in range(max(layer, default=0) + 1)]
    for node, column in enumerate(layer):
        rows[column].append(node)
    before, after = neighbours(len(layer), edges)
    best, fewest = [list(row) for row in rows], crossings(rows, edges)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        for row in rows[1:] if forward else rows[-2::-1]:
            place = {node: i for other in rows for i, node in enumerate(other)}
            near = before if forward else after
            wanted = {node: mean([place[x] for x in near[node]], place[node]) for node in row}
            row.sort(key=wanted.__getitem__)
        crossed = crossings(rows, edges)
        if crossed < fewest:
            best, fewest = [list(row) for row in rows], crossed
    return best


def neighbours(count: int, edges: list[Edge]) -> tuple[list[list[int]], list[list[int]]]:
    """For each node, those before and those after it."""
    before: list[list[int]] = [[] for _ in range(count)]
    after: list[list[int]] = [[] for _ in range(count)]
    for start, end in edges:
        before[end].append(start)
        after[start].append(end)
    return before, after


def mean(places: Sequence[float], otherwise: float) -> float:
    """The mean, or something else where there is nothing."""
    return sum(places) / len(places) if places else otherwise


def crossings(rows: list[list[int]], edges: list[Edge]) -> int:
    """How many pairs of edges cross."""
    place = {node: (x, y) for x, row in enumerate(rows) for y, node in enumerate(row)}
    between: dict[int, list[tuple[int, int]]] = {}
    for start, end in edges:
        between.setdefault(place[start][0], []).append((place[start][1], place[end][1]))
    return sum(
        (a - c) * (b - d) < 0 for pairs in between.values() for i, (a, b) in enumerate(pairs) for c, d in pairs[:i]
    )


def spread(rows: list[list[int]], edges: list[Edge]) -> list[float]:
    """Heights, in rows: every node near the mean of its neighbours, those of one layer at least one row apart."""
    count = sum(map(len, rows))
    heights = [0.0] * count
    for row in rows:
        for i, node in enumerate(row):
            heights[node] = float(i)
    before, after = neighbours(count, edges)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        for row in rows if forward else rows[::-1]:
            near = before if forward else after
            apart(row, [mean([heights[x] for x in near[node]], heights[node]) for node in row], heights)
    least = min(heights, default=0.0)
    return [height - least for height in heights]


def apart(row: list[int], wanted: list[float], heights: list[float]) -> None:
    """Put the nodes of a layer where they are wanted, but one row apart: between pushed down and pushed up."""
    down, up = list(wanted), list(wanted)
    for i in range(1, len(row)):
        down[i] = max(down[i], down[i - 1] + 1)
    for i in range(len(row) - 2, -1, -1):
        up[i] = min(up[i], up[i + 1] - 1)
    for node, a, b in zip(row, down, up, strict=True):
        heights[node] = (a + b) / 2
