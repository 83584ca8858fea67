"""What is wrong, found by putting one mistake after another into the automatic gradient.

The function is traced once. Then one step of its backward pass at a time is done wrongly: a path left out, a
derivative forgotten or taken twice, one term in place of a sum, the diagonal of a Jacobian in place of all of it.
The mistake after which the automatic gradient is what stands by hand, at every point that is tried, is the
diagnosis; it names the step. Nothing here knows any layer.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import combinations
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


Planted = tuple[tuple[Tensor, ...], tuple[Pullback, ...]]


@dataclass(frozen=True)
class Fault:
    """A mistake, as it is described and as it can be planted in the trace of any point.

    plants  the places, by the running number of a node, and what makes its operands and pullbacks wrong there
    group   mistakes of one group are also made together: code in a loop makes them in every step
    """

    kind: str
    words: str
    plants: tuple[tuple[int, Callable[["Trace"], Planted]], ...]
    mend: str | None = None
    group: str | None = None


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
        self.names = {id(leaf): name for name, leaf in self.leaves.items()}
        self.drop_what_cancels()

    def drop_what_cancels(self) -> None:
        """Leave out paths that add nothing, such as the maximum that a softmax subtracts: nobody derives them."""
        whole = self.gradient()
        for place, i in edges(self):
            fault = Fault("", "", ((place, scaled(place, i, 0.0)),))
            without = self.with_fault(fault)
            if without is not None and all_near(without, whole, 1e-12):
                self.nodes[place].operands, self.nodes[place].pullbacks = fault.plants[0][1](self)

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
        kept = [(node, node.operands, node.pullbacks) for node, _ in changed]
        try:
            for node, (operands, pullbacks) in changed:
                node.operands, node.pullbacks = operands, pullbacks
            yield
        finally:
            for node, operands, pullbacks in kept:
                node.operands, node.pullbacks = operands, pullbacks

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
    """Every mistake that explains the whole difference at all points; the plainest kinds first."""
    traces = [Trace(problem, values) for values in points]
    if len(traces[0].nodes) > LARGEST_GRAPH or len({len(trace.nodes) for trace in traces}) > 1:
        return
    close, seen = cases[0].close, set()
    for family in (of_edges, of_elementwise, of_factors, of_sums, of_orders, of_operands, of_diagonals, of_indices):
        for fault in with_groups(family(traces[0], hands[0])):
            explains = fault.words not in seen
            for trace, hand in zip(traces, hands, strict=True):
                wrong = trace.with_fault(fault) if explains else None
                explains = wrong is not None and all_near(wrong, hand, close)
            if explains:
                seen.add(fault.words)
                yield Diagnosis(fault.kind, fault.words, fault.mend)


def with_groups(faults: Iterator[Fault]) -> Iterator[Fault]:
    """Every mistake alone, then those of one group together."""
    groups: dict[str, list[Fault]] = {}
    for fault in faults:
        yield fault
        if fault.group is not None:
            groups.setdefault(fault.group, []).append(fault)
    for together in groups.values():
        places = {fault.plants[0][0]: fault.plants[0] for fault in reversed(together)}
        if len(places) > 1:
            words = f"{together[0].words} (and so in all {len(places)} such steps)"
            yield replace(together[0], words=words, plants=tuple(places.values()), group=None)


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


def of_edges(trace: Trace, hand: Arrays) -> Iterator[Fault]:
    """A path left out, its sign changed, counted twice, or with another simple factor."""
    whole = trace.gradient()
    for place, i in edges(trace):
        node = trace.nodes[place]
        without = trace.with_fault(Fault("", "", ((place, scaled(place, i, 0.0)),)))
        if without is None:
            continue
        path = tuple(w - v for w, v in zip(whole, without, strict=True))
        if all_near(path, whole, 1e-9) or not any(np.any(p) for p in path):
            continue  # the only path: a factor of it is a factor of the gradient
        name = step_of(node.pullbacks[i])
        through = f"the path through {name} into {trace.called(node.operands[i])}"
        same = f"{name} {i} {node.shape}"
        dropped = ((place, scaled(place, i, 0.0)),)
        yield Fault("path dropped", f"{through} is left out", dropped, group=f"dropped {same}")
        turned = ((place, scaled(place, i, -1.0)),)
        yield Fault("sign of one term", f"{through} has the wrong sign", turned, group=f"sign {same}")
        factor = best_factor(path, tuple(h - v for h, v in zip(hand, without, strict=True)))
        if factor is None or factor in (0, 1, -1):
            continue
        words = "is counted twice" if factor == 2 else f"has a factor {factor} that it should not have"
        yield Fault("constant factor", f"{through} {words}", ((place, scaled(place, i, float(factor))),))


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


# Activations by their derivative as it is mostly written, from the output a; the activation; a sign slip in it.
ACTIVATIONS: dict[str, tuple[Pullback, Pullback, Pullback]] = {
    "a (1 - a)": (lambda a: a * (1 - a), lambda z: 1 / (1 + np.exp(-z)), lambda a: a * (1 + a)),
    "1 - a^2": (lambda a: 1 - a * a, np.tanh, lambda a: 1 + a * a),
}


def of_elementwise(trace: Trace, hand: Arrays) -> Iterator[Fault]:
    """An activation's derivative forgotten, taken twice, with a wrong sign, or at the wrong one of its two sides."""
    for place in range(len(trace.nodes)):
        for to, slope in slopes(trace, place):
            if np.ptp(slope) == 0:
                continue  # a constant is no activation
            into, name = trace.called(trace.nodes[to]), step_of(trace.nodes[place].pullbacks[0])
            of, same = f"the derivative of the step from {into} that ends in {name}", f"{name} {to - place}"

            def cut(slope: Callable[[Trace], Array], place: int = place, to: int = to) -> Any:
                return ((place, short_cut(place, to, slope)),)

            yield Fault(
                "activation derivative missing", f"{of} is missing", cut(no_slope), "multiply by it", f"missing {same}"
            )
            doubled = cut(partial(squared_slope, place, to))
            yield Fault(
                "activation derivative doubled", f"{of} is taken twice", doubled, "take it once", f"doubled {same}"
            )
            for form, (of_output, activation, turned) in ACTIVATIONS.items():
                if not np.allclose(slope, of_output(value(trace, place)), rtol=1e-6, atol=1e-12):
                    continue
                early = cut(partial(slope_at, to, of_output))
                late = cut(partial(slope_late, place, of_output, activation))
                plus = cut(partial(slope_at, place, turned))
                kind = "derivative at the wrong place"
                yield Fault(
                    kind, f"{of} is {form} with a taken for what goes in, not what comes out", early,
                    group=f"early {same}",
                )  # fmt: skip
                yield Fault(kind, f"{of} is taken at its own output, one step late", late, group=f"late {same}")
                yield Fault("sign of one term", f"{of}, {form}, has a wrong sign in it", plus, group=f"plus {same}")


def of_factors(trace: Trace, hand: Arrays) -> Iterator[Fault]:
    """An activation's derivative where none belongs, at any quantity on the way."""
    for place, node in enumerate(trace.nodes):
        if not node.shape:
            continue
        for form, (of_output, activation, _) in ACTIVATIONS.items():
            for words, slope in (
                (f"{form} of it", partial(slope_at, place, of_output)),
                (f"{form} of its activation", partial(slope_of, place, of_output, activation)),
            ):
                yield Fault(
                    "activation derivative doubled",
                    f"the cotangent of {trace.called(node)} has a factor too much, {words}",
                    ((place, with_factor(place, slope)),), "leave it out",
                )  # fmt: skip


def with_factor(place: int, factor: Callable[[Trace], Array]) -> Callable[[Trace], Planted]:
    """The node's own cotangent multiplied entry by entry; an input's as well."""

    def plant(trace: Trace) -> Planted:
        node, by = trace.nodes[place], factor(trace)
        if node.operands:
            return node.operands, tuple(seen_through(pullback, by) for pullback in node.pullbacks)
        raise TypeError("an input has no pullbacks")

    return plant


def seen_through(pullback: Pullback, by: Array) -> Pullback:
    """A pullback of a cotangent that was multiplied first."""
    return lambda bar: pullback(bar * by)


def slope_of(place: int, slope: Pullback, activation: Pullback, trace: Trace) -> Array:
    """A derivative taken at the activation of what a node holds."""
    return np.asarray(slope(activation(value(trace, place))))


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


def of_sums(trace: Trace, hand: Arrays) -> Iterator[Fault]:
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
                yield Fault("one term of a sum", words, ((place, masked),), "add up all terms")


def only(pullback: Pullback, mask: Array) -> Pullback:
    """A pullback that sees a part of its cotangent."""
    return lambda bar: pullback(bar * mask)


def of_diagonals(trace: Trace, hand: Arrays) -> Iterator[Fault]:
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
            yield Fault("diagonal only", words, ((place, short_cut(place, to, diagonal)),))


def of_orders(trace: Trace, hand: Arrays) -> Iterator[Fault]:
    """The right entries in the wrong order, at one step: transposed, turned, shifted, reshaped for transposed."""
    for place, i in edges(trace):
        node, into = trace.nodes[place], trace.nodes[place].operands[i]
        name = step_of(node.pullbacks[i])
        step = f"on the way through {name} into {trace.called(into)}"

        def at(change: Callable[[Pullback], Pullback], place: int = place, i: int = i) -> Any:
            return ((place, replaced(place, i, lambda _, pullback: change(pullback))),)

        if len(node.shape) == 2 and node.shape[0] == node.shape[1]:
            yield Fault("transposed", f"{step} a cotangent is transposed", at(lambda p: lambda bar: p(bar.T)))
        if len(into.shape) == 2 and into.shape[0] == into.shape[1]:
            yield Fault("transposed", f"{step} the share is transposed", at(lambda p: lambda bar: p(bar).T))
        if len(into.shape) >= 2:
            turned = at(lambda p: lambda bar: np.flip(p(bar), (-2, -1)))
            yield Fault("turned by 180 degrees", f"{step} the share is turned by 180 degrees", turned)
        if (node.shape != into.shape and np.prod(node.shape) == np.prod(into.shape)) or name == "transpose":
            kept = at(lambda p, shape=into.shape: lambda bar: np.reshape(bar, shape))  # type: ignore[misc]
            yield Fault("axes permuted", f"{step} the axes are not put back in their order", kept)
        for which, shape in (("cotangent", node.shape), ("share", into.shape)):
            for axis in range(len(shape)):
                for by in (1, -1) if shape[axis] > 1 else ():
                    moved = partial(np.roll, shift=by, axis=axis)
                    change = partial(before if which == "cotangent" else after, moved)
                    yield Fault("index shifted", f"{step} the {which} is moved by one along axis {axis}", at(change))


def before(move: Pullback, pullback: Pullback) -> Pullback:
    """A pullback of a cotangent whose entries were moved."""
    return lambda bar: pullback(move(bar))


def after(move: Pullback, pullback: Pullback) -> Pullback:
    """A pullback whose share's entries are moved."""
    return lambda bar: move(pullback(bar))


def of_operands(trace: Trace, hand: Arrays) -> Iterator[Fault]:
    """In a product, another quantity of the same shape in place of the right one."""
    pool: list[tuple[str, Callable[[Trace], Array]]] = [
        (name, partial(input_of, name)) for name, x in trace.values.items() if np.ndim(x)
    ]
    pool += [(trace.called(node), partial(value_at, k)) for k, node in enumerate(trace.nodes) if node.shape]
    for place, i in edges(trace):
        node, into = trace.nodes[place], trace.nodes[place].operands[i]
        name = step_of(node.pullbacks[i])
        if name not in ("multiply", "matmul", "divide") or (name == "matmul" and len(node.shape) != 2):
            continue
        for what, get in pool:
            V = get(trace)
            for form, share in products(name, i, node.shape, into.shape, V.shape):
                plant = replaced(place, i, lambda other, _, get=get, share=share: partial(share, get(other)))  # type: ignore[misc]
                words = f"in the path through {name} into {trace.called(into)} stands {form.format(what)}"
                kind = "transposed" if form != "{}" else "wrong operand"
                yield Fault(kind, f"{words}, not what the cotangent is to be multiplied by", ((place, plant),))


def products(
    name: str, i: int, node: tuple[int, ...], into: tuple[int, ...], other: tuple[int, ...]
) -> Iterator[tuple[str, Callable[[Array, Array], Array]]]:
    """The products of a cotangent with a quantity that have the right shape: its name's form, and the product."""
    if name != "matmul":
        if other == node == into:
            yield "{}", lambda V, bar: bar * V
        return
    if len(other) != 2 or len(into) != 2:
        return
    if i == 0 and other == (into[1], node[1]):
        yield "{}", lambda V, bar: bar @ V.T
    if i == 0 and other == (node[1], into[1]):
        yield "the transpose of {}", lambda V, bar: bar @ V
    if i == 1 and other == (node[0], into[0]):
        yield "{}", lambda V, bar: V.T @ bar
    if i == 1 and other == (into[0], node[0]):
        yield "the transpose of {}", lambda V, bar: V @ bar


def input_of(name: str, trace: Trace) -> Array:
    """An input of the function."""
    return np.asarray(trace.values[name])


def value_at(place: int, trace: Trace) -> Array:
    """What a node holds."""
    return value(trace, place)


def of_indices(trace: Trace, hand: Arrays) -> Iterator[Fault]:
    """Repeated rows overwritten instead of added up; a tie given to all."""
    for place, node in enumerate(trace.nodes):
        for i, pullback in enumerate(node.pullbacks):
            name, operand = step_of(pullback), node.operands[i]
            into = trace.called(operand)
            if "getitem" in name or "take" in name:
                words = f"where an index stands twice, the share of the last overwrites that of the first in {into}"
                rows = max(1, len(node.shape) - len(operand.shape) + 1)
                plant = replaced(place, i, lambda _, pullback, rows=rows: last_wins(pullback, rows))  # type: ignore[misc]
                yield Fault("overwritten not accumulated", words, ((place, plant),), "np.add.at(...)")
            if name.rstrip("_") in ("max", "amax", "maximum", "min", "amin", "minimum"):

                def to_all(other: Trace, _: Pullback, place: int = place, i: int = i) -> Pullback:
                    x, z = value_of(other.nodes[place].operands[i]), value_of(other.nodes[place])
                    return lambda bar: spread(bar, x, z)

                words = f"a tie gives the whole share of {name.rstrip('_')} to every entry of {into} that attains it"
                yield Fault("ties given to all", words, ((place, replaced(place, i, to_all)),))


def value_of(node: Tensor) -> Array:
    """What a node holds."""
    return np.asarray(node.primal)


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
