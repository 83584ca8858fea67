"""Mistakes with places: an index written twice, windows that are shifted, the step of a slice forgotten."""

from collections.abc import Iterator
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np

from handgrad.checking.diagnosis.operators.sums import only
from handgrad.checking.diagnosis.results import Arrays
from handgrad.checking.diagnosis.trace import Mutant, Pullback, Trace, edges, replaced, step_of, value_of
from handgrad.values import Array


def index_mutants(trace: Trace, hand: Arrays) -> Iterator[Mutant]:
    """Repeated rows overwritten instead of added up; a tie given to all."""
    for place, node in enumerate(trace.nodes):
        for i, pullback in enumerate(node.pullbacks):
            name, operand = step_of(pullback), node.operands[i]
            into = trace.called(operand)
            if "getitem" in name or "take" in name:
                words = f"where an index stands twice, the share of the last overwrites that of the first in {into}"
                rows = max(1, len(node.shape) - len(operand.shape) + 1)
                plant = replaced(place, i, lambda _, pullback, rows=rows: last_wins(pullback, rows))  # type: ignore[misc]
                yield Mutant("overwritten not accumulated", words, ((place, plant),), "np.add.at(...)")
            if name.rstrip("_") in ("max", "amax", "maximum", "min", "amin", "minimum"):

                def to_all(other: Trace, _: Pullback, place: int = place, i: int = i) -> Pullback:
                    x, z = value_of(other.nodes[place].operands[i]), value_of(other.nodes[place])
                    return lambda bar: spread(bar, x, z)

                words = f"a tie gives the whole share of {name.rstrip('_')} to every entry of {into} that attains it"
                yield Mutant("ties given to all", words, ((place, replaced(place, i, to_all)),))


def last_wins(pullback: Pullback, axes: int) -> Pullback:
    """A pullback of indexing in which a later row replaces an earlier one of the same index.

    The rows lie along the first so many axes of the cotangent.
    """

    def overwritten(bar: Array) -> Array:
        rows = np.asarray(bar)
        result = None
        for at in np.ndindex(rows.shape[:axes]):
            alone, marked = np.zeros_like(rows), np.zeros_like(rows)
            alone[at], marked[at] = rows[at], 1.0
            share, touched = pullback(alone), pullback(marked) != 0
            result = share if result is None else np.where(touched, share, result)
        return result

    return overwritten


def spread(bar: Array, x: Array, z: Array) -> Array:
    """The cotangent of a maximum, given to every entry that attains it; the axes left out may be any."""
    if np.shape(z) == np.shape(x):
        return bar * (x == z)
    for axes in combinations(range(np.ndim(x)), np.ndim(x) - np.ndim(z)):
        if np.array_equal(np.max(x, axis=axes), z) or np.array_equal(np.min(x, axis=axes), z):
            shape = [1 if k in axes else n for k, n in enumerate(np.shape(x))]
            return np.reshape(bar, shape) * (x == np.reshape(z, shape))
    return bar * (x == z)


def window_mutants(trace: Trace, hand: Arrays) -> Iterator[Mutant]:
    """A slice that ends one early or late, or whose step is forgotten, in every place of a window."""
    for place, i in edges(trace):
        node, into = trace.nodes[place], trace.nodes[place].operands[i]
        if "getitem" not in step_of(node.pullbacks[i]) or not node.shape:
            continue
        count = np.arange(1.0, 1.0 + np.prod(node.shape))
        share = np.asarray(node.pullbacks[i](np.reshape(count, node.shape)))
        if not np.array_equal(share[share != 0], count):
            continue  # rows taken in any order, or twice, are no window
        same = f"{node.shape} {into.shape}"
        long = [axis for axis, n in enumerate(node.shape) if n > 1]
        for axes in dict.fromkeys((*((axis,) for axis in long), tuple(long))):
            for end, word in ((-1, "last"), (0, "first")):
                short = np.ones(node.shape)
                for axis in axes:
                    short[(slice(None),) * axis + (end,)] = 0.0
                plant = replaced(place, i, lambda _, pullback, short=short: only(pullback, short))  # type: ignore[misc]
                along = f"axis {axes[0]}" if len(axes) == 1 else "each axis"
                words = f"the {word} entry along {along} of a slice of {trace.called(into)} gets nothing"
                yield Mutant("window off by one", words, ((place, plant),), group=f"short {end} {axes} {same}")
        touched = np.asarray(node.pullbacks[i](np.ones(node.shape)))
        at = [np.unique(index) for index in np.nonzero(touched)]
        if [len(index) for index in at] != [n for n in node.shape if n] or touched.ndim != len(node.shape):
            continue
        if all(np.array_equal(index, index[0] + np.arange(len(index))) for index in at):
            continue
        close_by = np.ix_(*(index[0] + np.arange(len(index)) for index in at))
        plant = replaced(place, i, lambda _, __, at=close_by, shape=into.shape: partial(put, at, shape))  # type: ignore[misc]
        words = f"the step of a slice of {trace.called(into)} is forgotten: the share is put into entries side by side"
        yield Mutant("index shifted", words, ((place, plant),), group=f"step {same}")


def put(at: Any, shape: tuple[int, ...], bar: Array) -> Array:
    """Zeros, with a cotangent at an index."""
    share = np.zeros(shape)
    share[at] = bar
    return share
