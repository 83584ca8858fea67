"""What is wrong, found by holding the result against the inputs and what is computed from them on the way."""

from collections.abc import Iterator
from itertools import permutations

import numpy as np

import autograd
from handgrad.checking.diagnosis.results import Arrays, Case, Diagnosis, near
from handgrad.checking.diagnosis.trace import Trace
from handgrad.checking.domain import is_float
from handgrad.checking.oracles.automatic import automatic
from handgrad.checking.oracles.manual import by_hand
from handgrad.checking.problem import Problem
from handgrad.render.messages import said
from handgrad.values import Array, Values

FEW = 9  # entries that are listed


def derivatives_of_others(problem: Problem, values: Values, case: Case) -> Iterator[Diagnosis]:
    """By hand is the value itself, or its derivative by a quantity on the way."""
    hand, close = case.hand[0], case.close
    if not problem.wrt or len(case.hand) > 1:
        return
    if not problem.vjp and near(hand, np.squeeze(problem.outputs(values)[0]), close):
        yield Diagnosis("value for derivative", "it is what is to be differentiated, not its derivative")
        return
    if problem.automatic is not None or problem.vjp or len(problem.wrt) != 1:
        return
    trace = Trace(problem, values)
    (by,) = problem.wrt
    between = {} if problem.between is None else problem.between(values)
    for key, bar in trace.cotangents(trace.loss, np.ones_like(trace.loss.value)).items():
        name = trace.names.get(key, by)
        shape = np.shape(between.get(name, bar))
        if name != by and np.size(bar) == int(np.prod(shape)) and near(hand, np.reshape(bar, shape), close):
            words = f"it is the derivative by {name}, not by {by}: what lies between the two is missing"
            yield Diagnosis("path dropped", words)
            return


def other_entries(problem: Problem, values: Values) -> Iterator[Diagnosis]:
    """The first entry of a map's value that is made of other entries of an input than it should be."""
    for name in () if problem.wrt else problem.shown:
        if not is_float(values[name]):
            continue
        mine, right = (jacobian(problem, values, name, side) for side in (hand_side, machine_side))
        for entry, (got, wanted) in enumerate(zip(mine != 0, right != 0, strict=True)):
            if np.any(got != wanted) and max(np.sum(got), np.sum(wanted)) <= FEW:
                made, due = (", ".join(f"{name}[{i}]" for i in np.flatnonzero(x)) or "none" for x in (got, wanted))
                words = "entry {entry} is made of {made}; it should be made of {due}"
                yield Diagnosis("index shifted", said(words, entry=entry, made=made, due=due))
                return


def hand_side(problem: Problem, values: Values) -> Array:
    """What by hand returns, on any arrays."""
    return problem.returned(values)[0]


def machine_side(problem: Problem, values: Values) -> Array:
    """The function itself, on any arrays."""
    return problem.outputs(values)[0]


def jacobian(problem: Problem, values: Values, name: str, side: object) -> Array:
    """The derivative of one side of a map by an input, a row for each entry."""

    def flat(x: Array) -> Array:
        return np.reshape(side(problem, Values(values | {name: x})), (-1,))  # type: ignore[operator]

    slopes = autograd.jacobian(flat)(np.asarray(values[name], dtype=float))
    return np.reshape(slopes, (np.shape(slopes)[0], -1))


def wrong_factors(problem: Problem, points: list[Values], cases: list[Case]) -> Iterator[Diagnosis]:
    """An input that is missing as a factor, is there once too often, or stands where another belongs."""
    if len(cases[0].hand) > 1:
        return
    shape = cases[0].machine[0].shape
    factors = [as_factors(named_values(problem, values), shape) for values in points]
    pairs = [(case.hand[0], case.machine[0]) for case in cases]
    close = cases[0].close

    def holds(mine: str | None, right: str | None) -> bool:
        """Whether by hand is right once one factor is taken out and another put in."""
        sides = (
            (hand * (f[right] if right else 1.0), truth * (f[mine] if mine else 1.0))
            for f, (hand, truth) in zip(factors, pairs, strict=True)
        )
        return all(near(a, b, close) and np.any(a) for a, b in sides)  # two zeros say nothing

    names = [name for name in factors[0] if all(name in f for f in factors)]
    for name in names:
        if holds(None, name):
            yield Diagnosis("factor missing", f"a factor {name} is missing", f"multiply by {name}")
            return
    for name in names:
        if holds(name, None):
            yield Diagnosis("factor too much", f"a factor {name} is too much", "leave it out")
            return
    for mine, right in permutations(names, 2):
        if holds(mine, right):
            words = f"a factor {mine} stands where another belongs"
            yield Diagnosis("wrong operand", words, f"put {right} in its place")
            return


def named_values(problem: Problem, values: Values) -> dict[str, Array]:
    """The inputs and what has a name on the way."""
    named = {name: values[name] for name in problem.shown}
    return named if problem.between is None else named | dict(problem.between(values))


def as_factors(named: dict[str, Array], shape: tuple[int, ...]) -> dict[str, Array]:
    """Each x, and 1 - x, brought to a shape along its first or its last axes."""
    found: dict[str, Array] = {}
    for name, x in named.items():
        if np.asarray(x).dtype.kind not in "fiu":
            continue
        for axes in (np.shape(x), np.shape(x) + (1,) * (len(shape) - np.ndim(x))):
            if name not in found and len(axes) <= len(shape):
                try:
                    found[name] = np.broadcast_to(np.reshape(np.asarray(x, dtype=float), axes), shape)
                except ValueError:  # it does not go into that shape
                    continue
                found[f"1 - {name}"] = 1 - found[name]
    return found


def wrong_zeros(cases: list[Case]) -> Iterator[Diagnosis]:
    """Entries that should be 0 and are not, or the other way round."""
    if len(cases[0].hand) > 1:
        return
    hand, truth = cases[0].hand[0], cases[0].machine[0]
    differs = np.abs(hand - truth) > cases[0].close * np.max(np.abs(truth), initial=0)
    for some, words in ((truth == 0, "should be 0, and are not"), (hand == 0, "are 0, and should not be")):
        count = np.count_nonzero(some & differs)
        if count:
            yield Diagnosis("wrong zeros", f"{count} of {truth.size} entries {words}")
            return


def dependences(problem: Problem, points: list[Values], cases: list[Case]) -> Iterator[Diagnosis]:
    """Which inputs by hand should depend on and does not, or the other way round."""
    here, there, *_ = points
    missing, extra = [], []
    for name in problem.shown:
        moved = Values(here | {name: there[name]})
        mine = unmoved(by_hand(problem, moved), cases[0].hand)
        right = unmoved(automatic(problem, moved), cases[0].machine)
        missing += [name] * (mine and not right)
        extra += [name] * (right and not mine)
    words = [f"it should depend on {', '.join(missing)}, and does not"] if missing else []
    words += [f"it depends on {', '.join(extra)}, and should not"] if extra else []
    if words:
        yield Diagnosis("dependence", "; ".join(words))


def unmoved(some: Arrays, others: Arrays) -> bool:
    """Whether all arrays are bit for bit as they were."""
    return all(np.array_equal(a, b) for a, b in zip(some, others, strict=True))
