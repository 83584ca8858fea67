"""Mistakes with sums: one term in place of all, the diagonal in place of a whole Jacobian, tiles for repetitions."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from handgrad.checking.diagnosis.operators.slopes import STEPS, slopes
from handgrad.checking.diagnosis.results import Arrays, near
from handgrad.checking.diagnosis.trace import Mutant, Planted, Pullback, Trace, replaced, short_cut, step_of
from handgrad.render.messages import said
from handgrad.values import Array

LONGEST_SUM = 16  # terms that are tried one by one
LARGEST_DIAGONAL = 144  # entries of a Jacobian's side


def sum_mutants(trace: Trace, hand: Arrays) -> Iterator[Mutant]:
    """One term where a sum over an axis is meant."""
    for place in trace.named_first():
        node = trace.nodes[place]
        if not node.operands:
            continue
        for axis, length in enumerate(node.shape):
            if not 1 < length <= LONGEST_SUM:
                continue
            for index in dict.fromkeys((0, length - 1, *range(length))):
                mask = np.zeros([length if k == axis else 1 for k in range(len(node.shape))])
                np.put(mask, index, 1.0)

                def masked(trace: Trace, place: int = place, mask: Array = mask) -> Any:
                    node = trace.nodes[place]
                    return node.operands, tuple(only(pullback, mask) for pullback in node.pullbacks)

                words = said(
                    "only the term with index {index} along axis {axis} of {whole} (from {step}) is there, "
                    "of a sum over {length}",
                    index=index, axis=axis, whole=trace.called(node), step=step_of(node.pullbacks[0]), length=length,
                )  # fmt: skip
                yield Mutant("one term of a sum", words, ((place, masked),), said("add up all terms"))
                for i, operand in enumerate(node.operands if len(node.operands) > 1 else ()):
                    alone = replaced(place, i, lambda _, pullback, mask=mask: only(pullback, mask))  # type: ignore[misc]
                    share = said("{words}, in the share of {operand}", words=words, operand=trace.called(operand))
                    yield Mutant("one term of a sum", share, ((place, alone),), said("add up all terms"))


def only(pullback: Pullback, mask: Array) -> Pullback:
    """A pullback that sees a part of its cotangent."""
    return lambda bar: pullback(bar * mask)


def diagonal_mutants(trace: Trace, hand: Arrays) -> Iterator[Mutant]:
    """The diagonal of a Jacobian where all of it is meant, as for a softmax taken entry by entry."""
    for place in trace.named_first():
        node = trace.nodes[place]
        if not node.operands or not node.shape or np.prod(node.shape) > LARGEST_DIAGONAL:
            continue
        elementwise = {to for to, _ in slopes(trace, place)}
        reached = trace.cotangents(node, np.ones(node.shape))
        for key in sorted(reached, key=lambda key: key not in trace.between):
            to = trace.number.get(key, place)
            if to == place or to in elementwise or trace.nodes[to].shape != node.shape or to - place > 2 * STEPS:
                continue

            def diagonal(other: Trace, place: int = place, to: int = to) -> Array:
                upper, lower = other.nodes[place], other.nodes[to]
                entries = []
                for i in range(int(np.prod(upper.shape))):
                    unit = np.zeros(upper.shape)
                    unit.reshape(-1)[i] = 1
                    entries.append(other.cotangents(upper, unit)[id(lower)].reshape(-1)[i])
                return np.reshape(np.array(entries), upper.shape)

            words = (
                f"only the diagonal of the Jacobian from {trace.called(trace.nodes[to])} to "
                f"{trace.called(node)} (from {step_of(node.pullbacks[0])}) is there"
            )
            yield Mutant("diagonal only", words, ((place, short_cut(place, to, diagonal)),))


def spread_mutants(trace: Trace, hand: Arrays) -> Iterator[Mutant]:
    """What is to be repeated entry by entry is repeated as a whole: np.tile for np.repeat."""
    for place, node in enumerate(trace.nodes):
        if not node.operands or not node.shape or max(node.shape) == 1:
            continue
        bar = np.random.default_rng(0).normal(size=node.shape)
        reached = trace.cotangents(node, bar)
        for to, lower in enumerate(trace.nodes):
            if id(lower) not in reached or len(lower.shape) != len(node.shape) or lower.shape == node.shape:
                continue
            if any(n % m for n, m in zip(lower.shape, node.shape, strict=True)):
                continue
            times = tuple(n // m for n, m in zip(lower.shape, node.shape, strict=True))
            factor = float(reached[id(lower)].reshape(-1)[0] / bar.reshape(-1)[0])
            if near(reached[id(lower)], np.kron(bar, np.full(times, factor)), 1e-9):

                def tiled(trace: Trace, to: int = to, times: Any = times, factor: float = factor) -> Planted:
                    return (trace.nodes[to],), (lambda share: factor * np.tile(share, times),)

                words = (
                    f"the cotangent of shape {node.shape} is put side by side as a whole to fill {trace.called(lower)}"
                )
                yield Mutant(
                    "index shifted", f"{words}: np.tile for np.repeat", ((place, tiled),), "np.repeat, per axis"
                )
