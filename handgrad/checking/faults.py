"""What is wrong, found by putting one mistake after another into the automatic gradient.

The function is traced once. Then one step of its backward pass at a time is done wrongly: a path left out, a
derivative forgotten or taken twice, one term in place of a sum, the diagonal of a Jacobian in place of all of it.
The mistake after which the automatic gradient is what stands by hand, at every point that is tried, is the
diagnosis; it names the step. Nothing here knows any layer.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import chain, combinations, islice
from typing import Any

import numpy as np

from handgrad.checking.causes import Arrays, Case, Diagnosis, all_near, near, simple
from handgrad.checking.problem import Problem
from handgrad.checking.relatives import of_relatives
from handgrad.checking.trace import (
    Fault,
    Planted,
    Pullback,
    Trace,
    edges,
    input_of,
    replaced,
    scaled,
    short_cut,
    step_of,
    value,
    value_at,
    value_of,
)
from handgrad.letters import Array, Values
from handgrad.wording import said

LARGEST_GRAPH = 400  # nodes; beyond that nothing is tried
MOST_STEPS = 300_000  # of backward passes, of all mistakes together: some seconds
LONGEST_SUM = 16  # terms that are tried one by one
LARGEST_DIAGONAL = 144  # entries of a Jacobian's side
STEPS = 8  # between the two ends of a step that may consist of several
SMALL_SHARE = 0.05  # of the largest entry: a path that adds no more is a small term
FEWEST_KEPT = 3  # entries that a wrong mask lets through, before it is called one


def of_steps(problem: Problem, points: list[Values], hands: list[Arrays], cases: list[Case]) -> Iterator[Diagnosis]:
    """The plainest mistake that explains the whole difference at all points, if there is one.

    Others that explain it too give the same gradient at all points: they are the same mistake in other words.
    """
    traces = [Trace(problem, values) for values in points]
    if len(traces[0].nodes) > LARGEST_GRAPH or len({len(trace.nodes) for trace in traces}) > 1:
        return
    close = cases[0].close
    tried = chain.from_iterable(with_groups(family(traces[0], hands[0])) for family in FAMILIES)
    for fault in islice(tried, MOST_STEPS // len(traces[0].nodes)):
        if all(explains(fault, trace, hand, close) for trace, hand in zip(traces, hands, strict=True)):
            yield Diagnosis(fault.kind, fault.words, fault.mend)
            return
    yield from of_relatives(problem, points, hands, close)


def explains(fault: Fault, trace: Trace, hand: Arrays, close: float) -> bool:
    """Whether the gradient with a mistake is what stands by hand; for a mask, wherever by hand is not zero."""
    wrong = trace.with_fault(fault)
    if wrong is None:
        return False
    if fault.masks:
        kept = [np.asarray(h) != 0 for h in hand]
        if sum(int(np.sum(k)) for k in kept) < FEWEST_KEPT:
            return False
        wrong = tuple(np.where(k, w, 0.0) for k, w in zip(kept, wrong, strict=True))
    return all_near(wrong, hand, close)


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
        small = all(np.max(np.abs(p)) <= SMALL_SHARE * np.max(np.abs(w)) for p, w in zip(path, whole, strict=True))
        kind = "small term dropped" if small else "path dropped"
        yield Fault(kind, f"{through} is left out", dropped, group=f"dropped {same}")
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
    rng = np.random.default_rng(0)
    ones, other = np.ones(node.shape), rng.uniform(0.5, 2.0, node.shape)
    first, second = trace.cotangents(node, ones), trace.cotangents(node, other)
    for key in sorted(first, key=lambda key: key not in trace.between):
        at_ones = first[key]
        if key == id(node) or key not in trace.number or at_ones.shape != node.shape:
            continue
        if trace.number[key] - place > 4 * STEPS or not np.all(np.isfinite(at_ones)):
            continue
        if np.allclose(second[key], at_ones * other, rtol=1e-6, atol=0) and np.any(at_ones != 1):
            yield trace.number[key], at_ones


# Activations by their derivative as it is mostly written, from the output a; the activation; a sign slip in it.
ACTIVATIONS: dict[str, tuple[Pullback, Pullback, Pullback]] = {
    "a (1 - a)": (lambda a: a * (1 - a), lambda z: 1 / (1 + np.exp(-z)), lambda a: a * (1 + a)),
    "1 - a^2": (lambda a: 1 - a * a, np.tanh, lambda a: 1 + a * a),
}


def of_elementwise(trace: Trace, hand: Arrays) -> Iterator[Fault]:
    """An activation's derivative forgotten, taken twice, with a wrong sign, or at the wrong one of its two sides."""
    for place in trace.named_first():
        for to, slope in slopes(trace, place):
            if np.ptp(slope) == 0:
                continue  # a constant is no activation
            name = step_of(trace.nodes[place].pullbacks[0])
            of, same = f"the derivative of {trace.way(to, place)}", f"{name} {to - place}"

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


def of_values(trace: Trace, hand: Arrays) -> Iterator[Fault]:
    """What goes into or comes out of a step, where its derivative belongs."""
    for place in trace.named_first():
        for to, slope in slopes(trace, place):
            if np.ptp(slope) == 0:
                continue
            name = step_of(trace.nodes[place].pullbacks[0])
            for side, at in (("goes into", to), ("comes out of", place)):
                words = f"what {side} {trace.way(to, place)} stands where its derivative belongs"
                plants = ((place, short_cut(place, to, partial(value_at, at))),)
                yield Fault("derivative at the wrong place", words, plants, group=f"{side} {name} {to - place}")


def of_branches(trace: Trace, hand: Arrays) -> Iterator[Fault]:
    """One branch of a choice taken everywhere, as if the function had no other."""
    for place, i in edges(trace):
        node, into = trace.nodes[place], trace.nodes[place].operands[i]
        if len(node.operands) < 2 or step_of(node.pullbacks[i]) not in ("where", "maximum", "minimum"):
            continue

        def alone(trace: Trace, place: int = place, i: int = i) -> Planted:
            operands = trace.nodes[place].operands
            return operands, tuple((lambda bar, on=k == i: bar * on) for k in range(len(operands)))

        words = f"the branch of {step_of(node.pullbacks[i])} with {trace.called(into)} is taken everywhere"
        yield Fault(
            "forward and backward of different functions", words, ((place, alone),), "choose as the function does"
        )


def of_forgotten(trace: Trace, hand: Arrays) -> Iterator[Fault]:
    """A product or a quotient that is pulled back without its other factor."""
    for place, i in edges(trace):
        node, into = trace.nodes[place], trace.nodes[place].operands[i]
        name = step_of(node.pullbacks[i])
        if name not in ("multiply", "divide") or node.shape[len(node.shape) - len(into.shape) :] != into.shape:
            continue
        factor = np.asarray(node.pullbacks[i](np.ones(node.shape)))
        if not np.all(np.isfinite(factor)):
            continue
        one, mask = factor.size and np.ptp(factor) == 0, is_mask(factor)
        kind = "constant factor" if one else "activation derivative missing" if mask else "wrong operand"
        words = f"the {'factor' if name == 'multiply' else 'divisor'} of {trace.called(into)} in {name} is forgotten"
        plant = replaced(place, i, lambda _, pullback: np.asarray)
        yield Fault(kind, words, ((place, plant),), f"{name} by it", group=f"forgotten {name} {i} {node.shape}")


def of_factors(trace: Trace, hand: Arrays) -> Iterator[Fault]:
    """A factor where none belongs: an activation's derivative once more, or that of a change of variables."""
    for place in trace.named_first():
        node = trace.nodes[place]
        if not node.shape:
            continue
        later = range(max(0, place - 2 * STEPS), place + 1) if node.operands else range(len(trace.nodes))
        others = trace.named_first(k for k in later if k != place and trace.nodes[k].shape == node.shape)
        for at in (place, *others):
            for form, slope in ONCE_MORE.items():
                words = f"the cotangent of {trace.called(node)} has a factor too much, {form}"
                words += (
                    "" if at == place and trace.called(node) == "z" else f", z being {trace.called(trace.nodes[at])}"
                )
                plants = with_factor(trace, place, partial(slope_at, at, slope))
                yield Fault("activation derivative doubled", words, plants, "leave it out")
        if node.operands:
            continue
        for other, (factor, slope) in OTHER_VARIABLES.items():
            name = trace.called(node)
            named = other.format(name)
            words = f"it is the derivative by {named}, not by {name}: a factor {factor.format(name)} too much"
            plants = with_factor(trace, place, partial(slope_at, place, slope))
            yield Fault("derivative at the wrong place", words, plants, f"multiply by the derivative of {named}")


# Derivatives of activations, by what stands at hand: the output a, the input z, or the logarithm of the output.
ONCE_MORE: dict[str, Pullback] = {
    "z (1 - z)": lambda z: z * (1 - z),
    "1 - z^2": lambda z: 1 - z * z,
    "s (1 - s) with s the sigmoid of z": lambda z: 1 / (1 + np.exp(-z)) * (1 - 1 / (1 + np.exp(-z))),
    "1 - t^2 with t = tanh z": lambda z: 1 - np.tanh(z) ** 2,
    "p (1 - p) with p = exp z": lambda z: np.exp(z) * (1 - np.exp(z)),
}

# Variables that are taken for others, each with what the derivative by it has as a factor.
OTHER_VARIABLES: dict[str, tuple[str, Pullback]] = {
    "exp {}": ("exp(-{})", lambda x: np.exp(-x)),
    "log {}": ("{}", lambda x: x),
    "the square of {}": ("1/(2 {})", lambda x: 1 / (2 * x)),
    "the root of {}": ("2 sqrt {}", lambda x: 2 * np.sqrt(x)),
    "1 / {}": ("-{}^2", lambda x: -x * x),
}


def with_factor(trace: Trace, place: int, factor: Callable[[Trace], Array]) -> Any:
    """Every share that a node gets multiplied entry by entry; a share may be in a shape that it is broadcast to."""
    return tuple(
        (user, replaced_into(user, place, factor))
        for user, node in enumerate(trace.nodes)
        if any(operand is trace.nodes[place] for operand in node.operands)
    )


def replaced_into(user: int, place: int, factor: Callable[[Trace], Array]) -> Callable[[Trace], Planted]:
    """A node whose shares for another get a factor."""

    def plant(trace: Trace) -> Planted:
        node, by = trace.nodes[user], factor(trace)
        pairs = zip(node.operands, node.pullbacks, strict=True)
        changed = [after(lambda share: share * by, p) if x is trace.nodes[place] else p for x, p in pairs]
        return node.operands, tuple(changed)

    return plant


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
                yield Fault("one term of a sum", words, ((place, masked),), said("add up all terms"))
                for i, operand in enumerate(node.operands if len(node.operands) > 1 else ()):
                    alone = replaced(place, i, lambda _, pullback, mask=mask: only(pullback, mask))  # type: ignore[misc]
                    share = said("{words}, in the share of {operand}", words=words, operand=trace.called(operand))
                    yield Fault("one term of a sum", share, ((place, alone),), said("add up all terms"))


def only(pullback: Pullback, mask: Array) -> Pullback:
    """A pullback that sees a part of its cotangent."""
    return lambda bar: pullback(bar * mask)


def of_diagonals(trace: Trace, hand: Arrays) -> Iterator[Fault]:
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
        for a, b in combinations(range(len(into.shape)), 2):
            if len(into.shape) > 2 and into.shape[a] == into.shape[b]:
                swapped = at(partial(after, partial(np.swapaxes, axis1=a, axis2=b)))
                yield Fault("axes permuted", f"{step} the share's axes {a} and {b} are exchanged", swapped)
        if (node.shape != into.shape and np.prod(node.shape) == np.prod(into.shape)) or name == "transpose":
            kept = at(lambda p, shape=into.shape: lambda bar: np.reshape(bar, shape))  # type: ignore[misc]
            yield Fault("axes permuted", f"{step} the axes are not put back in their order", kept)
        for which, shape in (("cotangent", node.shape), ("share", into.shape)):
            for axis in range(len(shape)):
                for by in (1, -1) if shape[axis] > 1 else ():
                    moved = partial(np.roll, shift=by, axis=axis)
                    change = partial(before if which == "cotangent" else after, moved)
                    yield Fault("index shifted", f"{step} the {which} is moved by one along axis {axis}", at(change))
            for by in (1, -1) if len(shape) > 1 else ():
                moved = partial(np.roll, shift=(by, by), axis=(-2, -1))
                change = partial(before if which == "cotangent" else after, moved)
                words = f"{step} the {which} is moved by one along both of its last axes"
                yield Fault("index shifted", words, at(change))


def before(move: Pullback, pullback: Pullback) -> Pullback:
    """A pullback of a cotangent whose entries were moved."""
    return lambda bar: pullback(move(bar))


def after(move: Pullback, pullback: Pullback) -> Pullback:
    """A pullback whose share's entries are moved."""
    return lambda bar: move(pullback(bar))


def of_operands(trace: Trace, hand: Arrays) -> Iterator[Fault]:
    """In a product, another quantity of the same shape in place of the right one."""
    pool: list[tuple[str, int | None, Callable[[Trace], Array]]] = [
        (name, None, partial(input_of, name)) for name, x in trace.values.items() if np.ndim(x)
    ]
    pool += [(trace.called(node), k, partial(value_at, k)) for k, node in enumerate(trace.nodes) if node.shape]
    for place, i in edges(trace):
        node, into = trace.nodes[place], trace.nodes[place].operands[i]
        name = step_of(node.pullbacks[i])
        if name not in ("multiply", "matmul", "divide") or 0 in (*node.shape, *into.shape):
            continue
        left, higher = is_left(node.pullbacks[i], node.shape, into.shape), above(trace, place)
        bar = np.random.default_rng(0).normal(size=node.shape)
        for what, k, get in pool:
            V = get(trace)
            for flipped, share in products(name, left, node.shape, into.shape, V.shape):
                plant = replaced(place, i, lambda other, _, get=get, share=share: partial(share, get(other)))  # type: ignore[misc]
                right = flipped and V.ndim == 2 and V.shape[0] == V.shape[1]
                right = right and np.allclose(share(V.T, bar), node.pullbacks[i](bar), rtol=1e-6)
                stands = f"in the path through {name} into {trace.called(into)} stands"
                same = f"{name} {step_of(trace.nodes[k].pullbacks[0])} {higher[k]}" if k in higher else None
                if right:
                    words = f"{stands} {what} where its transpose belongs, or the other way round"
                    yield Fault("transposed", words, ((place, plant),), group=same)
                else:
                    words = f"{stands} {what}, not what the cotangent is to be multiplied by"
                    yield Fault("wrong operand", words, ((place, plant),), group=same)
    yield from of_own_operands(trace)


def of_own_operands(trace: Trace) -> Iterator[Fault]:
    """In a product of two, each factor's share is taken with the factor itself, not with the other."""
    for place, node in enumerate(trace.nodes):
        if len(node.operands) != 2 or step_of(node.pullbacks[0]) not in ("multiply", "matmul"):
            continue
        name, (x, y) = step_of(node.pullbacks[0]), node.operands
        for _, first in products(name, True, node.shape, x.shape, x.shape):
            for _, second in products(name, False, node.shape, y.shape, y.shape):

                def own(trace: Trace, place: int = place, shares: Any = (first, second)) -> Planted:
                    operands = trace.nodes[place].operands
                    pairs = zip(shares, operands, strict=True)
                    return operands, tuple(partial(share, value_of(x)) for share, x in pairs)

                words = f"in {name} the shares of {trace.called(x)} and of {trace.called(y)} are each taken with the "
                yield Fault("wrong operand", words + "factor itself, where the other one belongs", ((place, own),))


def above(trace: Trace, place: int) -> dict[int, int]:
    """The nodes that are computed from one, and in how many steps, up to a few."""
    found: dict[int, int] = {}
    reached = {id(trace.nodes[place])}
    for distance in range(1, STEPS):
        users = [
            k for k, node in enumerate(trace.nodes) if k not in found and any(id(x) in reached for x in node.operands)
        ]
        found |= dict.fromkeys(users, distance)
        reached = {id(trace.nodes[k]) for k in users}
    return found


def is_left(pullback: Pullback, node: tuple[int, ...], into: tuple[int, ...]) -> bool:
    """Whether a matrix is the left factor: the first row of its product is its own first row's doing."""
    if len(into) < 2 or not node:
        return True
    bar = np.zeros(node)
    bar[:1] = 1.0
    return not np.any(np.asarray(pullback(bar))[1:])


def products(
    name: str, left: bool, node: tuple[int, ...], into: tuple[int, ...], other: tuple[int, ...]
) -> Iterator[tuple[bool, Callable[[Array, Array], Array]]]:
    """The products of a cotangent with a quantity that have the right shape, and whether it stands transposed."""
    if name != "matmul":
        if other == node == into:
            yield False, lambda V, bar: bar * V
        return
    if len(into) == 2 and len(node) == 1 and len(other) == 1:  # a row times a matrix, or a matrix times a column
        if not left and other == into[:1]:
            yield False, np.outer
        if left and other == into[1:]:
            yield False, lambda V, bar: np.outer(bar, V)
        return
    if len(other) != 2 or len(into) != 2 or len(node) != 2:
        return
    if left and other == (into[1], node[1]):
        yield False, lambda V, bar: bar @ V.T
    if left and other == (node[1], into[1]):
        yield True, lambda V, bar: bar @ V
    if not left and other == (node[0], into[0]):
        yield False, lambda V, bar: V.T @ bar
    if not left and other == (into[0], node[0]):
        yield True, lambda V, bar: V @ bar


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


def of_windows(trace: Trace, hand: Arrays) -> Iterator[Fault]:
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
                yield Fault("window off by one", words, ((place, plant),), group=f"short {end} {axes} {same}")
        touched = np.asarray(node.pullbacks[i](np.ones(node.shape)))
        at = [np.unique(index) for index in np.nonzero(touched)]
        if [len(index) for index in at] != [n for n in node.shape if n] or touched.ndim != len(node.shape):
            continue
        if all(np.array_equal(index, index[0] + np.arange(len(index))) for index in at):
            continue
        close_by = np.ix_(*(index[0] + np.arange(len(index)) for index in at))
        plant = replaced(place, i, lambda _, __, at=close_by, shape=into.shape: partial(put, at, shape))  # type: ignore[misc]
        words = f"the step of a slice of {trace.called(into)} is forgotten: the share is put into entries side by side"
        yield Fault("index shifted", words, ((place, plant),), group=f"step {same}")


def put(at: Any, shape: tuple[int, ...], bar: Array) -> Array:
    """Zeros, with a cotangent at an index."""
    share = np.zeros(shape)
    share[at] = bar
    return share


def of_spreads(trace: Trace, hand: Arrays) -> Iterator[Fault]:
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
                yield Fault(
                    "index shifted", f"{words}: np.tile for np.repeat", ((place, tiled),), "np.repeat, per axis"
                )


def of_masks(trace: Trace, hand: Arrays) -> Iterator[Fault]:
    """A mask that lets other entries through than the forward pass did."""
    for place, i in edges(trace):
        node, into = trace.nodes[place], trace.nodes[place].operands[i]
        if (
            node.shape != into.shape
            or not node.shape
            or not is_mask(np.asarray(node.pullbacks[i](np.ones(node.shape))))
        ):
            continue
        words = f"on the way through {step_of(node.pullbacks[i])} into {trace.called(into)} other entries are let "
        words += "through than in the function: the mask is another one"
        plant = replaced(place, i, lambda _, pullback: np.asarray)
        yield Fault("wrong operand", words, ((place, plant),), "use the function's own mask", masks=True)


def is_mask(x: Array) -> bool:
    """Zeros and ones, both of them."""
    return bool(np.all((x == 0) | (x == 1)) and np.any(x == 0) and np.any(x == 1))


# The plainest first.
FAMILIES = (
    of_edges, of_branches, of_forgotten, of_elementwise, of_values, of_factors, of_windows, of_sums, of_spreads,
    of_orders, of_operands, of_diagonals, of_indices, of_masks,
)  # fmt: skip
