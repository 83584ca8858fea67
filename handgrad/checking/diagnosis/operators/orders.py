"""Mistakes with order: axes exchanged, entries in another order in memory, operands of a product exchanged."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np

from handgrad.checking.diagnosis.operators.slopes import STEPS
from handgrad.checking.diagnosis.results import Arrays
from handgrad.checking.diagnosis.trace import (
    Mutant,
    Planted,
    Pullback,
    Trace,
    after,
    before,
    edges,
    input_of,
    replaced,
    step_of,
    value_at,
    value_of,
)
from handgrad.render.messages import said
from handgrad.values import Array


def order_mutants(trace: Trace, hand: Arrays) -> Iterator[Mutant]:
    """The right entries in the wrong order, at one step: transposed, turned, shifted, reshaped for transposed."""
    for place, i in edges(trace):
        node, into = trace.nodes[place], trace.nodes[place].operands[i]
        name = step_of(node.pullbacks[i])
        step = said("on the way through {name} into {into}", name=name, into=trace.called(into))

        def at(change: Callable[[Pullback], Pullback], place: int = place, i: int = i) -> Any:
            return ((place, replaced(place, i, lambda _, pullback: change(pullback))),)

        if len(node.shape) == 2 and node.shape[0] == node.shape[1]:
            yield Mutant(
                "transposed", said("{step} a cotangent is transposed", step=step), at(lambda p: lambda bar: p(bar.T))
            )
        if len(into.shape) == 2 and into.shape[0] == into.shape[1]:
            yield Mutant(
                "transposed", said("{step} the share is transposed", step=step), at(lambda p: lambda bar: p(bar).T)
            )
        if len(into.shape) >= 2:
            turned = at(lambda p: lambda bar: np.flip(p(bar), (-2, -1)))
            yield Mutant("turned by 180 degrees", f"{step} the share is turned by 180 degrees", turned)
        for a, b in combinations(range(len(into.shape)), 2):
            if len(into.shape) > 2 and into.shape[a] == into.shape[b]:
                swapped = at(partial(after, partial(np.swapaxes, axis1=a, axis2=b)))
                yield Mutant(
                    "axes permuted",
                    said("{step} the share's axes {a} and {b} are exchanged", step=step, a=a, b=b),
                    swapped,
                )
        if (node.shape != into.shape and np.prod(node.shape) == np.prod(into.shape)) or name == "transpose":
            kept = at(lambda p, shape=into.shape: lambda bar: np.reshape(bar, shape))  # type: ignore[misc]
            yield Mutant("axes permuted", f"{step} the axes are not put back in their order", kept)
        for which, shape in (("cotangent", node.shape), ("share", into.shape)):
            for axis in range(len(shape)):
                for by in (1, -1) if shape[axis] > 1 else ():
                    moved = partial(np.roll, shift=by, axis=axis)
                    change = partial(before if which == "cotangent" else after, moved)
                    yield Mutant("index shifted", f"{step} the {which} is moved by one along axis {axis}", at(change))
            for by in (1, -1) if len(shape) > 1 else ():
                moved = partial(np.roll, shift=(by, by), axis=(-2, -1))
                change = partial(before if which == "cotangent" else after, moved)
                words = f"{step} the {which} is moved by one along both of its last axes"
                yield Mutant("index shifted", words, at(change))


def operand_mutants(trace: Trace, hand: Arrays) -> Iterator[Mutant]:
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
                    yield Mutant("transposed", words, ((place, plant),), group=same)
                else:
                    words = f"{stands} {what}, not what the cotangent is to be multiplied by"
                    yield Mutant("wrong operand", words, ((place, plant),), group=same)
    yield from of_own_operands(trace)


def of_own_operands(trace: Trace) -> Iterator[Mutant]:
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
                yield Mutant("wrong operand", words + "factor itself, where the other one belongs", ((place, own),))


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
