"""The judge: one problem in, one verdict out. Here stands the order of the questions, and nothing else.

1. Is the code by hand a function at all, without side effects that make its answer worthless? (`purity.py`)
2. Is it the same function as the automatic gradient, on its whole domain: exactly, and at points? (`evidence.py`)
3. Where it is, does that hang on what the inputs happen to be? (the domain, relaxed; `conditions.py`)
4. Where it is not, on which condition does it hold? (`conditions.py`)
5. Who is to blame, what is wrong, and what is the smallest example? (`comparison.py`, `diagnosis/`, `shrink.py`)
"""

import numpy as np

from handgrad.checking.comparison import Comparison, compare
from handgrad.checking.conclusion import Conclusion
from handgrad.checking.conditions import find_conditions, meets
from handgrad.checking.domain import Domain
from handgrad.checking.evidence import Evidence, gather
from handgrad.checking.options import Options
from handgrad.checking.problem import Problem
from handgrad.checking.purity import WORTHLESS, side_effects
from handgrad.checking.verdict import Verdict
from handgrad.render.messages import said
from handgrad.values import Condition


def run(problem: Problem, options: Options) -> Verdict:
    """The verdict on a problem."""
    return decide(problem, options)[0]


def decide(problem: Problem, options: Options) -> tuple[Verdict, Domain]:
    """The verdict, and the domain on which it was reached: that of a condition, where it holds on one."""
    with np.errstate(all="ignore"):  # what is tried overflows and divides by zero, and that is no one's fault
        domain = problem.domain
        notes = side_effects(problem, domain, options.seed)
        conclusion = Conclusion(problem, options, notes)
        for note in notes:
            if note.kind in WORTHLESS:
                return conclusion.undecided(WORTHLESS[note.kind]), domain
        whole = gather(problem, domain, options)
        if whole.holds:
            special = special_inputs(problem, domain, options, whole)
            verdict = conclusion.agreeing(whole) if special is None else conclusion.on_condition(*special)
            return verdict, domain
        if not (whole.differs or whole.refuted):
            return conclusion.undecided_by(whole), domain
        tried = conditions_tried(problem, domain, options, whole)
        held = next(((there, condition) for there, condition in tried if there.holds), None)
        if held is not None and whole.accuses:
            there, condition = held
            if domain.given is None or meets(condition, domain.given):
                where = "" if whole.point is None else whole.point.where
                return conclusion.on_condition(there, condition, whole.seen, where), there.domain
            return conclusion.disagreeing(whole, condition), domain
        # What fails on a condition too is the stronger evidence: nobody can then put it down to that.
        strong = tried[-1][0] if tried else whole
        if not strong.accuses:
            return conclusion.undecided_by(strong), strong.domain
        return conclusion.disagreeing(strong, None), strong.domain


def conditions_tried(
    problem: Problem, domain: Domain, options: Options, whole: Evidence
) -> list[tuple[Evidence, Condition]]:
    """What is seen on each equation that is found, up to one on which the formula holds; else on what is known."""
    if domain.imposed or whole.unfair:
        return []
    search = options.exact is not False and whole.mismatch is None and whole.accuses
    in_doubt = not whole.refuted and (whole.identity is not None or domain.given is None)
    tried = []
    for condition in find_conditions(problem, domain, options.seed) if search and not in_doubt else ():
        tried.append((gather(problem, domain.on(condition), options), condition))
        if tried[-1][0].holds:
            return tried
    return tried or [(gather(problem, domain.on(condition), options), condition) for condition in domain.conditions]


def special_inputs(
    problem: Problem, domain: Domain, options: Options, whole: Evidence
) -> tuple[Evidence, Condition, Comparison, str] | None:
    """The weakest condition that is needed where an input must be of its special kind, and what fails without."""
    for name, kind, wider, point in domain.relaxed(problem, options.seed):
        try:
            seen = options.allow(compare(problem, point.values, options.seed))
        except Exception:  # code made for that kind alone
            continue
        if seen.blame != "hand" or not np.any(seen.differs) or not np.all(np.isfinite(seen.hand)):
            continue
        where = said("{name} without that", name=name)
        search = options.exact is not False and not domain.imposed
        for condition in find_conditions(problem, wider, options.seed) if search else ():
            there = gather(problem, wider.on(condition), options)
            if there.holds and (domain.given is None or meets(condition, domain.given)):
                return there, condition, seen, where
        as_given = Condition(said("{name} is {kind}", name=name, kind=said(kind)), lambda values: values)
        return whole, as_given, seen, where
    return None
