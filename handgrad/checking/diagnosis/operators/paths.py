"""Mistakes on a path: left out, with a wrong sign or factor, without its other operand, behind another mask."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from handgrad.checking.diagnosis.results import Arrays, all_near, simple
from handgrad.checking.diagnosis.trace import Mutant, Planted, Trace, edges, replaced, scaled, step_of
from handgrad.render.messages import said
from handgrad.values import Array

TOO_MUCH = "{through} has a factor {factor} that it should not have"
SMALL_SHARE = 0.05  # of the largest entry: a path that adds no more is a small term


def edge_mutants(trace: Trace, hand: Arrays) -> Iterator[Mutant]:
    """A path left out, its sign changed, counted twice, or with another simple factor."""
    whole = trace.gradient()
    for place, i in edges(trace):
        node = trace.nodes[place]
        without = trace.with_mutant(Mutant("", "", ((place, scaled(place, i, 0.0)),)))
        if without is None:
            continue
        path = tuple(w - v for w, v in zip(whole, without, strict=True))
        if all_near(path, whole, 1e-9) or not any(np.any(p) for p in path):
            continue  # the only path: a factor of it is a factor of the gradient
        name = step_of(node.pullbacks[i])
        through = said("the path through {step} into {into}", step=name, into=trace.called(node.operands[i]))
        same = f"{name} {i} {node.shape}"
        dropped = ((place, scaled(place, i, 0.0)),)
        small = all(np.max(np.abs(p)) <= SMALL_SHARE * np.max(np.abs(w)) for p, w in zip(path, whole, strict=True))
        kind = "small term dropped" if small else "path dropped"
        yield Mutant(kind, said("{through} is left out", through=through), dropped, group=f"dropped {same}")
        turned = ((place, scaled(place, i, -1.0)),)
        yield Mutant(
            "sign of one term", said("{through} has the wrong sign", through=through), turned, group=f"sign {same}"
        )
        factor = best_factor(path, tuple(h - v for h, v in zip(hand, without, strict=True)))
        if factor is None or factor in (0, 1, -1):
            continue
        words = "{through} is counted twice" if factor == 2 else TOO_MUCH
        yield Mutant(
            "constant factor", said(words, through=through, factor=factor), ((place, scaled(place, i, float(factor))),)
        )


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


def branch_mutants(trace: Trace, hand: Arrays) -> Iterator[Mutant]:
    """One branch of a choice taken everywhere, as if the function had no other."""
    for place, i in edges(trace):
        node, into = trace.nodes[place], trace.nodes[place].operands[i]
        if len(node.operands) < 2 or step_of(node.pullbacks[i]) not in ("where", "maximum", "minimum"):
            continue

        def alone(trace: Trace, place: int = place, i: int = i) -> Planted:
            operands = trace.nodes[place].operands
            return operands, tuple((lambda bar, on=k == i: bar * on) for k in range(len(operands)))

        words = f"the branch of {step_of(node.pullbacks[i])} with {trace.called(into)} is taken everywhere"
        yield Mutant(
            "forward and backward of different functions", words, ((place, alone),), "choose as the function does"
        )


def forgotten_mutants(trace: Trace, hand: Arrays) -> Iterator[Mutant]:
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
        yield Mutant(kind, words, ((place, plant),), f"{name} by it", group=f"forgotten {name} {i} {node.shape}")


def mask_mutants(trace: Trace, hand: Arrays) -> Iterator[Mutant]:
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
        yield Mutant("wrong operand", words, ((place, plant),), "use the function's own mask", masks=True)


def is_mask(x: Array) -> bool:
    """Zeros and ones, both of them."""
    return bool(np.all((x == 0) | (x == 1)) and np.any(x == 0) and np.any(x == 1))
