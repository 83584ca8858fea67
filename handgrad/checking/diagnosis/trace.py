"""The trace of one evaluation, and how a mistake is planted in its backward pass and taken out again."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.backward import sweep
from autograd.edges import edges_of
from autograd.tensor import Tensor, plain
from handgrad.checking.diagnosis.results import Arrays, all_near
from handgrad.checking.problem import Problem
from handgrad.render.messages import said
from handgrad.values import Array, Values

Pullback = Callable[[Array], Array]
Planted = tuple[tuple[Tensor, ...], tuple[Pullback, ...]]


@dataclass(frozen=True)
class Fault:
    """A mistake, as it is described and as it can be planted in the trace of any point.

    plants  the places, by the running number of a node, and what makes its operands and pullbacks wrong there
    group   mistakes of one group are also made together: code in a loop makes them in every step
    masks   by hand may be zero anywhere: which entries get through is what is wrong
    """

    kind: str
    words: str
    plants: tuple[tuple[int, Callable[["Trace"], Planted]], ...]
    mend: str | None = None
    group: str | None = None
    masks: bool = False


class Trace:
    """The graph of one evaluation: its nodes from the loss back to the inputs, always in the same order."""

    def __init__(self, problem: Problem, values: Values):
        self.values = values
        self.leaves = {name: Tensor(values[name]) for name in problem.wrt}
        loss = problem.scalar(Values(values | self.leaves))
        if type(loss) is not Tensor:
            raise TypeError("the loss does not depend on the inputs")
        self.loss = loss
        self.nodes = ordered(loss)
        self.number = {id(node): k for k, node in enumerate(self.nodes)}
        between = {} if problem.between is None else problem.between(values)
        self.between = {id(node): name for name, x in between.items() for node in self.nodes if holds(node, x)}
        self.names = self.between | {id(leaf): name for name, leaf in self.leaves.items()}
        self.drop_what_cancels()

    def drop_what_cancels(self) -> None:
        """Leave out paths that add nothing, such as the maximum that a softmax subtracts: nobody derives them."""
        whole = self.gradient()
        for place, i in edges(self):
            fault = Fault("", "", ((place, scaled(place, i, 0.0)),))
            without = self.with_fault(fault)
            if without is not None and all_near(without, whole, 1e-12):
                self.nodes[place].edges = edges_of(*fault.plants[0][1](self))

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
        changed = [(self.nodes[place], plant(self)) for place, plant in fault.plants]
        kept = [(node, node.edges) for node, _ in changed]
        try:
            for node, plan in changed:
                node.edges = edges_of(*plan)
            yield
        finally:
            for node, before in kept:
                node.edges = before

    def with_fault(self, fault: Fault) -> Arrays | None:
        """The gradient with a mistake; None where it cannot be made here."""
        try:
            with self.planted(fault):
                return self.gradient()
        except Exception:  # a mistake that does not fit the shapes is none that was made
            return None

    def called(self, node: Tensor) -> str:
        """An input by its name, another node by the step that made it and its shape."""
        if id(node) in self.names:
            return self.names[id(node)]
        if not node.pullbacks:
            return said("an intermediate, shape {shape}", shape=node.shape)
        return said("the result of {step}, shape {shape}", step=step_of(node.pullbacks[0]), shape=node.shape)

    def way(self, start: int, end: int) -> str:
        """The step, or the several steps, from one node to a later one."""
        first, last = self.nodes[start], self.nodes[end]
        to = f"to {self.called(last)}" if id(last) in self.names else f"that ends in {step_of(last.pullbacks[0])}"
        return f"the step from {self.called(first)} {to}"

    def named_first(self, places: Iterable[int] | None = None) -> list[int]:
        """Nodes by their running numbers, those with a name first: a mistake is best told of these."""
        known = range(len(self.nodes)) if places is None else places
        return sorted(known, key=lambda place: id(self.nodes[place]) not in self.between)


def holds(node: Tensor, x: Array) -> bool:
    """Whether a node holds this very value."""
    return node.shape == np.shape(x) and bool(np.array_equal(plain(node), x))


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
    """The function that a pullback belongs to, by the name of its rule: exp.<locals>..., divide_x_bar, _relu_rule."""
    return re.sub("(_[xy])?_bar$|_rule$", "", pullback.__qualname__.split(".")[0]).strip("_")


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


def short_cut(place: int, to: int, slope: Callable[[Trace], Array]) -> Callable[[Trace], Any]:
    """The node as if it were computed from an earlier one in a single step of these slopes."""

    def plant(trace: Trace) -> tuple[tuple[Tensor, ...], tuple[Pullback, ...]]:
        factor = slope(trace)
        return (trace.nodes[to],), (lambda bar: bar * factor,)

    return plant


def value(trace: Trace, place: int) -> Array:
    """What a node holds."""
    return np.asarray(trace.nodes[place].primal)


def value_at(place: int, trace: Trace) -> Array:
    """What a node holds."""
    return value(trace, place)


def input_of(name: str, trace: Trace) -> Array:
    """An input of the function."""
    return np.asarray(trace.values[name])


def value_of(node: Tensor) -> Array:
    """What a node holds."""
    return np.asarray(node.primal)


def before(move: Pullback, pullback: Pullback) -> Pullback:
    """A pullback of a cotangent whose entries were moved."""
    return lambda bar: pullback(move(bar))


def after(move: Pullback, pullback: Pullback) -> Pullback:
    """A pullback whose share's entries are moved."""
    return lambda bar: move(pullback(bar))
