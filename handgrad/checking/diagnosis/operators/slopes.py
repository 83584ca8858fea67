"""Mistakes with a derivative taken entry by entry: forgotten, taken twice, at the wrong place, of something else."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from handgrad.checking.diagnosis.results import Arrays
from handgrad.checking.diagnosis.trace import (
    Mutant,
    Planted,
    Pullback,
    Trace,
    after,
    short_cut,
    step_of,
    value,
    value_at,
)
from handgrad.values import Array

STEPS = 8  # between the two ends of a step that may consist of several


# Activations by their derivative as it is mostly written, from the output a; the activation; a sign slip in it.
ACTIVATIONS: dict[str, tuple[Pullback, Pullback, Pullback]] = {
    "a (1 - a)": (lambda a: a * (1 - a), lambda z: 1 / (1 + np.exp(-z)), lambda a: a * (1 + a)),
    "1 - a^2": (lambda a: 1 - a * a, np.tanh, lambda a: 1 + a * a),
}


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


def elementwise_mutants(trace: Trace, hand: Arrays) -> Iterator[Mutant]:
    """An activation's derivative forgotten, taken twice, with a wrong sign, or at the wrong one of its two sides."""
    for place in trace.named_first():
        for to, slope in slopes(trace, place):
            if np.ptp(slope) == 0:
                continue  # a constant is no activation
            name = step_of(trace.nodes[place].pullbacks[0])
            of, same = f"the derivative of {trace.way(to, place)}", f"{name} {to - place}"

            def cut(slope: Callable[[Trace], Array], place: int = place, to: int = to) -> Any:
                return ((place, short_cut(place, to, slope)),)

            yield Mutant(
                "activation derivative missing", f"{of} is missing", cut(no_slope), "multiply by it", f"missing {same}"
            )
            doubled = cut(partial(squared_slope, place, to))
            yield Mutant(
                "activation derivative doubled", f"{of} is taken twice", doubled, "take it once", f"doubled {same}"
            )
            for form, (of_output, activation, turned) in ACTIVATIONS.items():
                if not np.allclose(slope, of_output(value(trace, place)), rtol=1e-6, atol=1e-12):
                    continue
                early = cut(partial(slope_at, to, of_output))
                late = cut(partial(slope_late, place, of_output, activation))
                plus = cut(partial(slope_at, place, turned))
                kind = "derivative at the wrong place"
                yield Mutant(
                    kind, f"{of} is {form} with a taken for what goes in, not what comes out", early,
                    group=f"early {same}",
                )  # fmt: skip
                yield Mutant(kind, f"{of} is taken at its own output, one step late", late, group=f"late {same}")
                yield Mutant("sign of one term", f"{of}, {form}, has a wrong sign in it", plus, group=f"plus {same}")


def value_mutants(trace: Trace, hand: Arrays) -> Iterator[Mutant]:
    """What goes into or comes out of a step, where its derivative belongs."""
    for place in trace.named_first():
        for to, slope in slopes(trace, place):
            if np.ptp(slope) == 0:
                continue
            name = step_of(trace.nodes[place].pullbacks[0])
            for side, at in (("goes into", to), ("comes out of", place)):
                words = f"what {side} {trace.way(to, place)} stands where its derivative belongs"
                plants = ((place, short_cut(place, to, partial(value_at, at))),)
                yield Mutant("derivative at the wrong place", words, plants, group=f"{side} {name} {to - place}")


def factor_mutants(trace: Trace, hand: Arrays) -> Iterator[Mutant]:
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
                yield Mutant("activation derivative doubled", words, plants, "leave it out")
        if node.operands:
            continue
        for other, (factor, slope) in OTHER_VARIABLES.items():
            name = trace.called(node)
            named = other.format(name)
            words = f"it is the derivative by {named}, not by {name}: a factor {factor.format(name)} too much"
            plants = with_factor(trace, place, partial(slope_at, place, slope))
            yield Mutant("derivative at the wrong place", words, plants, f"multiply by the derivative of {named}")


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
