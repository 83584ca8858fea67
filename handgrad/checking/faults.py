"""What is wrong, found by putting one mistake after another into the automatic gradient.

The function is traced once. Then one step of its backward pass at a time is done wrongly: a path left out, a
derivative forgotten or taken twice, one term in place of a sum, the diagonal of a Jacobian in place of all of it.
The mistake after which the automatic gradient is what stands by hand, at every point that is tried, is the
diagnosis; it names the step. Nothing here knows any layer.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from autograd.sweep import sweep
from autograd.tensor import Tensor
from handgrad.checking.causes import Arrays, Case, Diagnosis, all_near, simple
from handgrad.checking.problem import Problem
from handgrad.letters import Array, Values

LARGEST_GRAPH = 400  # nodes; beyond that nothing is tried
LONGEST_SUM = 16  # terms that are tried one by one
LARGEST_DIAGONAL = 144  # entries of a Jacobian's side
STEPS = 8  # between the two ends of a step that may consist of several

Pullback = Callable[[Array], Array]


@dataclass(frozen=True)
class Fault:
    """A mistake in one place, as it is described and as it can be planted in the trace of another point.

    place  the running number of the node whose backward step is done wrongly
    plant  the node's operands and pullbacks with the mistake, in a given trace
    """

    kind: str
    words: str
    place: int
    plant: Callable[["Trace"], tuple[tuple[Tensor, ...], tuple[Pullback, ...]]]
    mend: str | None = None


class Trace:
    """The graph of one evaluation: its nodes from the loss back to the inputs, always in the same order."""

    def __init__(self, problem: Problem, values: Values):
        self.leaves = {name: Tensor(values[name]) for name in problem.wrt}
        loss = problem.scalar(Values(values | self.leaves))
        if type(loss) is not Tensor:
            raise TypeError("the loss does not depend on the inputs")
        self.loss = loss
        self.nodes = ordered(loss)
        self.names = {id(leaf): name for name, leaf in self.leaves.items()}

    def gradient(self) -> Arrays:
        """The automatic gradient, with whatever is planted."""
        bars = sweep([self.loss], [np.ones_like(np.asarray(self.loss.primal))[()]])
        return tuple(np.asarray(bars.get(id(leaf), np.zeros(leaf.shape))) for leaf in self.leaves.values())

    def cotangents(self, node: Tensor, bar: Array) -> dict[int, Array]:
        """A cotangent of one node pulled back to all that it was computed from."""
        caught: dict[int, Array] = {}
        sweep([node], [bar], visit=lambda seen, share: caught.__setitem__(id(seen), np.asarray(share)))
        return caught

    @contextmanager
    def planted(self, fault: Fault) -> Iterator[None]:
        """The trace with a mistake in it, for as long as the block lasts."""
        node = self.nodes[fault.place]
        kept = node.operands, node.pullbacks
        node.operands, node.pullbacks = fault.plant(self)
        try:
            yield
        finally:
            node.operands, node.pullbacks = kept

    def with_fault(self, fault: Fault) -> Arrays | None:
        """The gradient with a mistake; None where it cannot be made here."""
        try:
            with self.planted(fault):
                return self.gradient()
        except Exception:  # a mistake that does not fit the shapes is none that was made
            return None

    def called(self, node: Tensor) -> str:
        """An input by its name, another node by its shape."""
        return self.names.get(id(node)) or f"an intermediate of shape {node.shape}"


def ordered(loss: Tensor) -> list[Tensor]:
    """All nodes, each before those that it was computed from are seen for the first time."""
    found, known, stack = [], {id(loss)}, [loss]
    while stack:
        node = stack.pop()
        found.append(node)
        for operand in node.operands:
            if id(operand) not in known:
                known.add(id(operand))
                stack.append(operand)
    return found


def step_of(pullback: Pullback) -> str:
    """The function that a pullback belongs to, by the name of its rule."""
    return pullback.__qualname__.split(".")[0]


def of_steps(problem: Problem, points: list[Values], hands: list[Arrays], cases: list[Case]) -> Iterator[Diagnosis]:
    """Every single mistake that explains the whole difference at all points; the plainest kinds first."""
    traces = [Trace(problem, values) for values in points]
    if len(traces[0].nodes) > LARGEST_GRAPH or len({len(trace.nodes) for trace in traces}) > 1:
        return
    close = cases[0].close
    seen = set()
    for family in (of_edges, of_elementwise, of_sums, of_diagonals, of_indices):
        for fault in family(traces[0], hands[0], close):
            if fault.words in seen:
                continue
            wrong = [trace.with_fault(fault) for trace in traces]
            if all(w is not None and all_near(w, h, close) for w, h in zip(wrong, hands, strict=True)):
                seen.add(fault.words)
                yield Diagnosis(fault.kind, fault.words, fault.mend)


def edges(trace: Trace) -> Iterator[tuple[int, int]]:
    """Every step of the backward pass: a node by its number, and which of its operands."""
    for place, node in enumerate(trace.nodes):
        for i in range(len(node.operands)):
            yield place, i


def replaced(place: int, i: int, change: Callable[[Trace, Pullback], Pullback]) -> Callable[[Trace], Any]:
    """The node with one of its pullbacks changed."""

    def plant(trace: Trace) -> tuple[tuple[Tensor, ...], tuple[Pullback, ...]]:
        node = trace.nodes[place]
        pullbacks = list(node.pullbacks)
        pullbacks[i] = change(trace, pullbacks[i])
        return node.operands, tuple(pullbacks)

    return plant


def scaled(place: int, i: int, by: float) -> Callable[[Trace], Any]:
    """One path with a factor."""
    return replaced(place, i, lambda trace, pullback: lambda bar: by * pullback(bar))


def of_edges(trace: Trace, hand: Arrays, close: float) -> Iterator[Fault]:
    """A path left out, its sign changed, counted twice, or with another simple factor."""
    whole = trace.gradient()
    for place, i in edges(trace):
        node = trace.nodes[place]
        without = trace.with_fault(Fault("", "", place, scaled(place, i, 0.0)))
        if without is None:
            continue
        path = tuple(w - v for w, v in zip(whole, without, strict=True))
        if all_near(path, whole, close) or not any(np.any(p) for p in path):
            continue  # the only path: a factor of it is a factor of the gradient
        factor = best_factor(path, tuple(h - v for h, v in zip(hand, without, strict=True)))
        if factor is None or factor == 1:
            continue
        into = trace.called(node.operands[i])
        through = f"the path through {step_of(node.pullbacks[i])} into {into}"
        kind, words = {
            Fraction(0): ("path dropped", f"{through} is left out"),
            Fraction(-1): ("sign of one term", f"{through} has the wrong sign"),
            Fraction(2): ("path counted twice", f"{through} is counted twice"),
        }.get(factor, ("constant factor", f"{through} has a factor {factor} that it should not have"))
        yield Fault(kind, words, place, scaled(place, i, float(factor)))


def best_factor(path: Arrays, left: Arrays) -> Fraction | None:
    """The simple number by which a path's share comes nearest to what is left."""
    own = sum(float(np.sum(p * p)) for p in path)
    if not own or not all(np.shape(p) == np.shape(x) for p, x in zip(path, left, strict=True)):
        return None
    along = sum(float(np.sum(p * x)) for p, x in zip(path, left, strict=True)) / own
    if not np.isfinite(along) or abs(along) > 1000:
        return None
    found = simple(along) if abs(along) > 1e-6 else Fraction(0)
    return found if isinstance(found, Fraction) and found.denominator <= 200 else None


def slopes(trace: Trace, place: int) -> Iterator[tuple[int, Array]]:
    """The nodes of which this one is a function entry by entry, within a few steps, each with its slopes."""
    node = trace.nodes[place]
    if not node.operands or not node.shape:
        return
    number = {id(other): k for k, other in enumerate(trace.nodes)}
    rng = np.random.default_rng(0)
    ones, other = np.ones(node.shape), rng.uniform(0.5, 2.0, node.shape)
    first, second = trace.cotangents(node, ones), trace.cotangents(node, other)
    for key, at_ones in first.items():
        if key == id(node) or key not in number or at_ones.shape != node.shape:
            continue
        if number[key] - place > 4 * STEPS or not np.all(np.isfinite(at_ones)):
            continue
        if np.allclose(second[key], at_ones * other, rtol=1e-6, atol=0) and np.any(at_ones != 1):
            yield number[key], at_ones


def short_cut(place: int, to: int, slope: Callable[[Trace], Array]) -> Callable[[Trace], Any]:
    """The node as if it were computed from an earlier one in a single step of these slopes."""

    def plant(trace: Trace) -> tuple[tuple[Tensor, ...], tuple[Pullback, ...]]:
        factor = slope(trace)
        return (trace.nodes[to],), (lambda bar: bar * factor,)

    return plant


def value(trace: Trace, place: int) -> Array:
    """What a node holds."""
    return np.asarray(trace.nodes[place].primal)


# Activations by their derivative as it is mostly written, from the output a, and the activation itself.
ACTIVATIONS: dict[str, tuple[Pullback, Pullback]] = {
    "a (1 - a)": (lambda a: a * (1 - a), lambda z: 1 / (1 + np.exp(-z))),
    "1 - a^2": (lambda a: 1 - a * a, np.tanh),
}


def of_elementwise(trace: Trace, hand: Arrays, close: float) -> Iterator[Fault]:
    """An activation's derivative forgotten, taken twice, or taken at the wrong one of its two sides."""
    for place in range(len(trace.nodes)):
        for to, slope in slopes(trace, place):
            if np.ptp(slope) == 0:
                continue  # a constant is no activation
            into, name = trace.called(trace.nodes[to]), step_of(trace.nodes[place].pullbacks[0])
            of = f"the derivative of the step from {into} that ends in {name}"
            cut = partial(short_cut, place, to)
            yield Fault("activation derivative missing", f"{of} is missing", place, cut(no_slope), "multiply by it")
            doubled = cut(partial(squared_slope, place, to))
            yield Fault("activation derivative doubled", f"{of} is taken twice", place, doubled, "take it once")
            for form, (of_output, activation) in ACTIVATIONS.items():
                if not np.allclose(slope, of_output(value(trace, place)), rtol=1e-6, atol=1e-12):
                    continue
                early = cut(partial(slope_at, to, of_output))
                late = cut(partial(slope_late, place, of_output, activation))
                kind = "derivative at the wrong place"
                yield Fault(kind, f"{of} is {form} with a taken for what goes in, not what comes out", place, early)
                yield Fault(kind, f"{of} is taken at its own output, one step late", place, late)


def no_slope(trace: Trace) -> Array:
    """The derivative 1."""
    return np.ones(())


def squared_slope(place: int, to: int, trace: Trace) -> Array:
    """The square of the derivative of one node by another, entry by entry."""
    ones = np.ones(trace.nodes[place].shape)
    return trace.cotangents(trace.nodes[place], ones)[id(trace.nodes[to])] ** 2


def slope_at(place: int, slope: Pullback, trace: Trace) -> Array:
    """A derivative taken at what a node holds."""
    return np.asarray(slope(value(trace, place)))


def slope_late(place: int, slope: Pullback, activation: Pullback, trace: Trace) -> Array:
    """A derivative taken at what the activation makes of its own output."""
    return np.asarray(slope(activation(value(trace, place))))


def of_sums(trace: Trace, hand: Arrays, close: float) -> Iterator[Fault]:
    """One term where a sum over an axis is meant."""
    for place, node in enumerate(trace.nodes):
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

                words = (
                    f"only the term with index {index} along axis {axis} of {trace.called(node)} "
                    f"(from {step_of(node.pullbacks[0])}) is there, of a sum over {length}"
                )
                yield Fault("one term of a sum", words, place, masked, "add up all terms")


def only(pullback: Pullback, mask: Array) -> Pullback:
    """A pullback that sees a part of its cotangent."""
    return lambda bar: pullback(bar * mask)


def of_diagonals(trace: Trace, hand: Arrays, close: float) -> Iterator[Fault]:
    """The diagonal of a Jacobian where all of it is meant, as for a softmax taken entry by entry."""
    number = {id(other): k for k, other in enumerate(trace.nodes)}
    for place, node in enumerate(trace.nodes):
        if not node.operands or not node.shape or np.prod(node.shape) > LARGEST_DIAGONAL:
            continue
        elementwise = {to for to, _ in slopes(trace, place)}
        reached = trace.cotangents(node, np.ones(node.shape))
        for key in reached:
            to = number.get(key, place)
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
            yield Fault("diagonal only", words, place, short_cut(place, to, diagonal))


def of_indices(trace: Trace, hand: Arrays, close: float) -> Iterator[Fault]:
    """Repeated rows overwritten instead of added up; a tie given to all."""
    for place, node in enumerate(trace.nodes):
        for i, pullback in enumerate(node.pullbacks):
            name = step_of(pullback)
            into = trace.called(node.operands[i])
            if "getitem" in name or "take" in name:
                words = f"where an index stands twice, the share of the last overwrites that of the first in {into}"
                yield Fault(
                    "overwritten not accumulated", words, place,
                    replaced(place, i, lambda other, pullback: last_wins(pullback)), "np.add.at(...)",
                )  # fmt: skip
            if name in ("max", "amax", "maximum", "min", "amin", "minimum"):

                def to_all(other: Trace, pullback: Pullback, place: int = place, i: int = i) -> Pullback:
                    x, z = np.asarray(other.nodes[place].operands[i].primal), np.asarray(other.nodes[place].primal)
                    return lambda bar: spread(bar, x, z)

                words = f"a tie gives the whole share of {name} to every entry of {into} that attains it"
                yield Fault("ties given to all", words, place, replaced(place, i, to_all))


def last_wins(pullback: Pullback) -> Pullback:
    """A pullback of indexing in which a later row replaces an earlier one of the same index."""

    def overwritten(bar: Array) -> Array:
        rows = np.asarray(bar)
        if rows.ndim == 0:
            return pullback(bar)
        result = None
        for r in range(rows.shape[0]):
            alone, marked = np.zeros_like(rows), np.zeros_like(rows)
            alone[r], marked[r] = rows[r], 1.0
            share, touched = pullback(alone), pullback(marked) != 0
            result = share if result is None else np.where(touched, share, result)
        return result

    return overwritten


def spread(bar: Array, x: Array, z: Array) -> Array:
    """The cotangent of a maximum, given to every entry that attains it."""
    if np.ndim(z) < np.ndim(x):
        for axis in range(np.ndim(x)):
            for shape in ((*np.shape(z)[:axis], 1, *np.shape(z)[axis:]),):
                if np.ndim(z) + 1 == np.ndim(x) and all(a in (1, b) for a, b in zip(shape, np.shape(x), strict=True)):
                    return np.reshape(bar, shape) * (x == np.reshape(z, shape))
    return bar * (x == z)
