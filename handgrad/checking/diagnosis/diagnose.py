"""What is wrong: one question after another, until a simple mistake explains the whole difference.

First changes of the result, then mistakes in one step of the backward pass, then what the inputs say, then small
changes of what was written. A mistake must explain the difference at a second point too. Where nothing explains all
of it, nothing is said.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from handgrad.checking.comparison import Comparison, compare
from handgrad.checking.diagnosis import inputs, mutants, results
from handgrad.checking.diagnosis.results import Arrays, Case, Diagnosis, all_near
from handgrad.checking.domain import Domain, Point
from handgrad.checking.oracles.automatic import automatic
from handgrad.checking.oracles.manual import ShapeMismatch, by_hand
from handgrad.checking.problem import Problem
from handgrad.errors import TRACEBACK
from handgrad.render.messages import said
from handgrad.values import Values

CLOSE = 1e-6  # of the largest entry, where a wrong shape is brought to the right one
MOST_EDITS = 2000  # changes of what was written that are tried

Question = Callable[[], Iterator[Diagnosis]]


def diagnose(problem: Problem, domain: Domain, point: Point, seen: Comparison, seed: int) -> tuple[Diagnosis, ...]:
    """The mistakes that explain the whole difference at a point and at another of the same shapes.

    Data that are not differentiated may meet a condition that others do not: if nothing explains the difference
    with other data, those of the point are kept.
    """
    found = diagnose_beside(problem, domain, point, domain.beside(problem, point, seed), seen, seed)
    data = [name for name in problem.shown if name not in problem.wrt]
    if found or domain.given is None or not data:
        return found
    return diagnose_beside(problem, domain, point, domain.beside(problem, point, seed, data), seen, seed)


def diagnose_beside(
    problem: Problem, domain: Domain, point: Point, other: Point | None, seen: Comparison, seed: int
) -> tuple[Diagnosis, ...]:
    """The mistakes that explain the difference at both points."""
    points, cases = [], []
    for one in filter(None, [point, other]):
        try:
            cases.append(case_at(problem, one.values, seen, seed))
            points.append(one.values)
        except Exception:  # code made for one point: that point alone explains
            continue
    # One number at one point is a multiple of any other; nearer than mistakes are told apart, any explains it.
    if sum(np.size(x) for case in cases for x in case.hand) < 2 or all(
        all_near(case.hand, case.machine, case.close) for case in cases
    ):
        return ()
    sums = problem.automatic is None
    elsewhere = None if point.reshaped else case_elsewhere(problem, domain, seen, seed)
    questions: list[Question] = [
        lambda: results.result_mistakes(cases, constant=not point.reshaped, sums=sums, elsewhere=elsewhere)
    ]
    if not seen.untraced:
        traced = traced_at(problem, points, seen, seed)
        questions += [
            lambda: iter(()) if sums else results.result_mistakes(traced.cases),
            lambda: inputs.other_entries(problem, points[0]),
            lambda: traced.mistakes(),
            lambda: inputs.derivatives_of_others(problem, points[0], cases[0]),
            lambda: inputs.wrong_factors(problem, points, cases),
            lambda: written_mistakes(problem, points, cases),
            lambda: inputs.wrong_zeros(cases),
            lambda: inputs.dependences(problem, points, cases),
        ]
    return first_answer(questions)


def case_elsewhere(problem: Problem, domain: Domain, seen: Comparison, seed: int) -> Case | None:
    """By hand and what it should be at a point of other shapes, where by hand has a value there."""
    for point in domain.points(problem, seed, 5):
        if point.reshaped:
            try:
                return case_at(problem, point.values, seen, seed)
            except Exception:  # code made for the given shapes alone
                continue
    return None


def first_answer(questions: list[Question]) -> tuple[Diagnosis, ...]:
    """What the first question finds that finds something."""
    for question in questions:
        try:
            with np.errstate(all="ignore"):  # what is tried overflows and divides by zero
                found = tuple(question())
        except Exception:  # a graph of a kind that can't be taken apart, code made for one size: nothing is said
            if os.environ.get(TRACEBACK):
                raise
            continue
        if found:
            return found
    return ()


def case_at(problem: Problem, values: Values, seen: Comparison, seed: int) -> Case:
    """By hand and what it should be, at one point."""
    hand = tuple(np.asarray(x, dtype=x.dtype if x.dtype.kind == "f" else float) for x in by_hand(problem, values))
    if seen.untraced:
        flat = compare(problem, values, seed).automatic.reshape(-1)
        ends = np.cumsum([np.size(x) for x in hand])[:-1]
        machine: Arrays = tuple(
            np.reshape(part, np.shape(x)) for part, x in zip(np.split(flat, ends), hand, strict=True)
        )
    else:
        machine = tuple(np.asarray(x) for x in automatic(problem, values))
    what = "gradient" if problem.wrt else "value"
    return Case(
        problem.parts if len(hand) > 1 else (", ".join(problem.parts),), hand, machine, lengths(problem, values), what
    )


def lengths(problem: Problem, values: Values) -> dict[int, str]:
    """The lengths of the inputs' axes, each with where it is found; the first in order wins."""
    found: dict[int, str] = {}
    for name in problem.shown:
        for axis, n in enumerate(np.shape(values[name])):
            found.setdefault(n, said("axis {axis} of {name}", axis=axis, name=name))
    return found


@dataclass(frozen=True)
class Traced:
    """The question in the form that a trace can be taken of: a Jacobian or a map is contracted with cotangents."""

    problem: Problem
    points: list[Values]
    cases: list[Case]

    def mistakes(self) -> Iterator[Diagnosis]:
        """A mistake in one step of the backward pass."""
        if self.problem.automatic is not None:
            return iter(())
        return mutants.step_mistakes(self.problem, self.points, [case.hand for case in self.cases], self.cases)


def traced_at(problem: Problem, points: list[Values], seen: Comparison, seed: int) -> Traced:
    """The same at some points; without cases where by hand can't be contracted."""
    try:
        at = [(problem, values) if problem.traced is None else problem.traced(values) for values in points]
        asked, values = at[0][0], [one for _, one in at]
        return Traced(asked, values, [case_at(asked, one, seen, seed) for one in values])
    except Exception:  # a map that the engine can't trace
        return Traced(problem, [], [])


def written_mistakes(problem: Problem, points: list[Values], cases: list[Case]) -> Iterator[Diagnosis]:
    """A slip in what was written: one small change of it after which it is right."""
    if problem.edits is None:
        return
    for words, edited in islice(problem.edits(), MOST_EDITS):
        try:
            pairs = zip(points, cases, strict=True)
            right = all(
                results.near(np.asarray(edited(values), float), case.machine[0], case.close) for values, case in pairs
            )
        except Exception:  # most changes make nonsense
            continue
        if right:
            yield Diagnosis("slip", words)
            return


def slips(problem: Problem, seed: int) -> tuple[Diagnosis, ...]:
    """What is wrong with a formula that has no value: a small change of it after which it is right."""
    domain = problem.domain
    for condition in domain.conditions[-1:]:
        domain = domain.on(condition)
    points = [point.values for point in islice(domain.points(problem, seed, 3), 1)]
    cases = [Case(problem.parts, (), tuple(map(np.asarray, automatic(problem, values))), {}) for values in points]
    return first_answer([lambda: written_mistakes(problem, points, cases)])


def diagnose_shape(problem: Problem, values: Values, mismatch: ShapeMismatch) -> tuple[Diagnosis, ...]:
    """What would bring an array of the wrong shape to the right one, and to the right values."""
    parts = problem.parts if len(mismatch.returned) == len(problem.parts) else (", ".join(problem.parts),)

    def questions() -> Iterator[Question]:
        machine = tuple(np.asarray(x) for x in automatic(problem, values))
        hand = tuple(np.asarray(x, dtype=float) for x in mismatch.returned)
        case = Case(parts, hand, machine, {})
        yield lambda: inputs.derivatives_of_others(problem, values, case)
        yield lambda: results.shape_mistakes(parts, mismatch.returned, machine, CLOSE)
        yield lambda: results.index_mistakes(hand, machine)
        yield lambda: written_mistakes(problem, [values], [case])

    try:
        return first_answer(list(questions()))
    except Exception:  # a function that can't be traced: the shape alone is said
        return ()
