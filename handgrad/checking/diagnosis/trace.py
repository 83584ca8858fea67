"""The trace of one evaluation, and how a mistake is planted in its backward pass and taken out again."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from autograd.backward import sweep
from autograd.edges import edges_of
from autograd.tensor import Tensor, plain
from handgrad.checking.diagnosis.results import Arrays, all_near
from handgrad.checking.problem import Problem
from handgrad.render.messages import said
from handgrad.values import Array, Values

STEP = 1e-6  # of the differences that give tangents
ROUGH = 1e-5  # what they may be off, as a share of all that is added up

Pullback = Callable[[Array], Array]
Planted = tuple[tuple[Tensor, ...], tuple[Pullback, ...]]


@dataclass(frozen=True)
class Mutant:
    """A mistake, as it is described and as it can be planted in the trace of any point.

    plants  the places, by the running number of a node, and what makes its operands and pullbacks wrong there
    group   mistakes of one group are also made together: code in a loop makes them in every step
    masks   by hand may be zero anywhere: which entries get through is what is wrong
    """

    kind: str
    words: str
    plants: tuple[tuple[int, Callable[["Trace"], Planted]], ...]
    fix: str | None = None
    group: str | None = None
    masks: bool = False


@dataclass(frozen=True)
class Probe:
    """What a mistake at one node changes, seen along one direction of the inputs: no sweep is needed for that.

    along     the direction, an array for each letter
    tangents  how each node's value moves along it
    bars      the cotangent of each node
    """

    along: Arrays
    tangents: dict[int, Array]
    bars: dict[int, Array]

    def slope(self, gradient: Arrays) -> float:
        """A gradient along the direction."""
        return float(sum(np.sum(g * u) for g, u in zip(gradient, self.along, strict=True)))

    def size(self, gradient: Arrays) -> float:
        """The sum of the sizes of what is added up for that."""
        return float(sum(np.sum(np.abs(g * u)) for g, u in zip(gradient, self.along, strict=True)))

    def share(self, node: Tensor, plan: Planted) -> tuple[float, float]:
        """What a node sends on along the direction, by some operands and pullbacks, and how large its parts are."""
        bar = self.bars[id(node)]
        parts = [np.asarray(pull(bar)) * self.tangents[id(operand)] for operand, pull in zip(*plan, strict=True)]
        return float(sum(map(np.sum, parts))), float(sum(np.sum(np.abs(part)) for part in parts))


class Trace:
    """The graph of one evaluation: its nodes from the loss back to the inputs, always in the same order."""

    def __init__(self, problem: Problem, values: Values):
        self.problem, self.values = problem, values
        self.leaves, self.loss = evaluated(problem, values)
        self.nodes = ordered(self.loss)
        self.number = {id(node): k for k, node in enumerate(self.nodes)}
        between = {} if problem.between is None else problem.between(values)
        self.between = {id(node): name for name, x in between.items() for node in self.nodes if holds(node, x)}
        self.names = self.between | {id(leaf): name for name, leaf in self.leaves.items()}
        self.drop_what_cancels()

    def drop_what_cancels(self) -> None:
        """Leave out paths that add nothing, such as the maximum that a softmax subtracts: nobody derives them."""
        whole = self.gradient()
        for place, i in edges(self):
            if self.certainly_sends(place, i):
                continue
            mutant = Mutant("", "", ((place, scaled(place, i, 0.0)),))
            without = self.with_mutant(mutant)
            if without is not None and all_near(without, whole, 1e-12):
                self.nodes[place].edges = edges_of(*mutant.plants[0][1](self))

    @cached_property
    def probes(self) -> tuple[Probe, ...]:
        """Two directions along which mistakes are looked at first; none where the function does not allow it."""
        rng = np.random.default_rng(0)
        bars: dict[int, Array] = {}
        unit = np.ones_like(np.asarray(self.loss.primal))[()]
        sweep([self.loss], [unit], visit=lambda node, bar: bars.__setitem__(id(node), np.asarray(bar)))
        try:
            found = tuple(self.probe(rng, bars) for _ in range(2))
        except Exception:  # no value beside the point
            return ()
        return tuple(probe for probe in found if probe is not None)

    def probe(self, rng: np.random.Generator, bars: dict[int, Array]) -> Probe | None:
        """One of them, by differences of all nodes' values; None where the graph beside the point is another."""
        if any(leaf.dtype != np.float64 for leaf in self.leaves.values()):
            return None  # float32 has too few digits for that
        along = tuple(rng.normal(size=leaf.shape) for leaf in self.leaves.values())
        sides = []
        for sign in (-STEP, STEP):
            moved = {name: plain(leaf) + sign * u for (name, leaf), u in zip(self.leaves.items(), along, strict=True)}
            sides.append(ordered(evaluated(self.problem, Values(self.values | moved))[1]))
        if {len(side) for side in sides} != {len(self.nodes)}:
            return None
        before, after = sides
        slopes = (
            (np.asarray(b.primal) - np.asarray(a.primal)) / (2 * STEP) for a, b in zip(before, after, strict=True)
        )
        tangents = {id(node): slope for node, slope in zip(self.nodes, slopes, strict=True)}
        fits = all(t.shape == node.shape for t, node in zip(tangents.values(), self.nodes, strict=True))
        return Probe(along, tangents, bars) if fits else None

    def certainly_sends(self, place: int, i: int) -> bool:
        """Whether a path surely adds something to the gradient."""
        node = self.nodes[place]
        if not self.probes or id(node) not in self.probes[0].bars:
            return False
        share, size = self.probes[0].share(node, ((node.operands[i],), (node.pullbacks[i],)))
        return abs(share) > 1e-3 * size > 0

    def could_explain(self, mutant: "Mutant", hand: Arrays) -> bool:
        """Whether a mistake changes the gradient, along two directions, as by hand differs from it."""
        if len(mutant.plants) != 1 or mutant.masks or not self.probes:
            return True  # that is asked at once
        place, plant = mutant.plants[0]
        node = self.nodes[place]
        try:
            plan = plant(self)
            for probe in self.probes:
                right, size = probe.share(node, (node.operands, node.pullbacks))
                wrong, other = probe.share(node, plan)
                missing = probe.slope(hand) - probe.slope(self.right)
                allowed = ROUGH * (size + other + abs(missing) + probe.size(self.right))
                if abs(wrong - right - missing) > allowed:
                    return False
        except Exception:  # a mistake that does not fit the shapes is none that was made
            return False
        return True

    @cached_property
    def right(self) -> Arrays:
        """The automatic gradient, before anything is planted."""
        return self.gradient()

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
    def planted(self, mutant: Mutant) -> Iterator[None]:
        """The trace with a mistake in it, for as long as the block lasts."""
        changed = [(self.nodes[place], plant(self)) for place, plant in mutant.plants]
        kept = [(node, node.edges) for node, _ in changed]
        try:
            for node, plan in changed:
                node.edges = edges_of(*plan)
            yield
        finally:
            for node, before in kept:
                node.edges = before

    def with_mutant(self, mutant: Mutant) -> Arrays | None:
        """The gradient with a mistake; None where it cannot be made here."""
        try:
            with self.planted(mutant):
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


def evaluated(problem: Problem, values: Values) -> tuple[dict[str, Tensor], Tensor]:
    """The inputs as tensors, and the traced loss."""
    leaves = {name: Tensor(values[name]) for name in problem.wrt}
    loss = problem.scalar(Values(values | leaves))
    if type(loss) is not Tensor:
        raise TypeError("the loss does not depend on the inputs")
    return leaves, loss


def holds(node: Tensor, x: Array) -> bool:
    """Whether a node holds this very value; axes of length 1 may be others."""
    alike = tuple(n for n in node.shape if n > 1) == tuple(n for n in np.shape(x) if n > 1)
    return alike and bool(np.array_equal(np.ravel(plain(node)), np.ravel(x)))


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
