"""What is wrong, found by putting one mistake after another into the automatic gradient.

The function is traced once. Then one step of its backward pass at a time is done wrongly: a path left out, a
derivative forgotten or taken twice, one term in place of a sum, the diagonal of a Jacobian in place of all of it.
The mistake after which the automatic gradient is what stands by hand, at every point that is tried, is the
diagnosis; it names the step. Nothing here knows any layer.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice

import numpy as np

from handgrad.checking.diagnosis.operators import OPERATORS
from handgrad.checking.diagnosis.results import Arrays, Case, Diagnosis, all_near
from handgrad.checking.diagnosis.trace import Mutant, Trace
from handgrad.checking.diagnosis.variants import variant_mistakes
from handgrad.checking.problem import Problem
from handgrad.values import Values

LARGEST_GRAPH = 400  # nodes; beyond that nothing is tried
MOST_STEPS = 300_000  # of backward passes, of all mistakes together: some seconds
FEWEST_KEPT = 3  # entries that a wrong mask lets through, before it is called one


def step_mistakes(
    problem: Problem, points: list[Values], hands: list[Arrays], cases: list[Case]
) -> Iterator[Diagnosis]:
    """The plainest mistake that explains the whole difference at all points, if there is one.

    Others that explain it too give the same gradient at all points: they are the same mistake in other words.
    """
    traces = [Trace(problem, values) for values in points]
    if len(traces[0].nodes) > LARGEST_GRAPH or len({len(trace.nodes) for trace in traces}) > 1:
        return
    close = cases[0].close
    tried = chain.from_iterable(with_groups(operator(traces[0], hands[0])) for operator in OPERATORS)
    for mutant in islice(tried, MOST_STEPS // len(traces[0].nodes)):
        if traces[0].could_explain(mutant, hands[0]) and all(
            explains(mutant, trace, hand, close) for trace, hand in zip(traces, hands, strict=True)
        ):
            yield Diagnosis(mutant.kind, mutant.words, mutant.fix)
            return
    yield from variant_mistakes(problem, points, hands, close)


def explains(mutant: Mutant, trace: Trace, hand: Arrays, close: float) -> bool:
    """Whether the gradient with a mistake is what stands by hand; for a mask, wherever by hand is not zero."""
    wrong = trace.with_mutant(mutant)
    if wrong is None:
        return False
    if mutant.masks:
        kept = [np.asarray(h) != 0 for h in hand]
        if sum(int(np.sum(k)) for k in kept) < FEWEST_KEPT:
            return False
        wrong = tuple(np.where(k, w, 0.0) for k, w in zip(kept, wrong, strict=True))
    return all_near(wrong, hand, close)


def with_groups(mutants: Iterator[Mutant]) -> Iterator[Mutant]:
    """Every mistake alone, then those of one group together."""
    groups: dict[str, list[Mutant]] = {}
    for mutant in mutants:
        yield mutant
        if mutant.group is not None:
            groups.setdefault(mutant.group, []).append(mutant)
    for together in groups.values():
        places = {mutant.plants[0][0]: mutant.plants[0] for mutant in reversed(together)}
        if len(places) > 1:
            words = f"{together[0].words} (and so in all {len(places)} such steps)"
            yield replace(together[0], words=words, plants=tuple(places.values()), group=None)
