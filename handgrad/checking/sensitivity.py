"""What the given point alone would have shown: mistakes that are planted, and make a difference there or none."""

from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

import numpy as np

from handgrad.checking.diagnosis.operators import OPERATORS
from handgrad.checking.diagnosis.results import all_near, near
from handgrad.checking.diagnosis.trace import Trace
from handgrad.checking.oracles.automatic import automatic
from handgrad.checking.problem import Problem
from handgrad.values import Array, Values

CLOSE, CLEARLY = 1e-9, 1e-6
MOST = 120  # mistakes that are planted
LARGEST = 100_000  # numbers at a point where they are: of more, each takes a while
SHOWN = 3  # of those that are not seen


def hidden_mistakes(problem: Problem, seed: int) -> dict[str, Any]:
    """How many planted mistakes the given point shows, of how many; and some that it alone would not have shown."""
    first = next(problem.domain.points(problem, seed, 1), None)
    other = None if first is None else problem.domain.beside(problem, first, seed)
    if first is None or other is None or problem.automatic is not None:
        return {}
    killed, tried, survived = planted(problem, first.values, other.values)
    return {"hidden": (*unseen(problem, first.values), *survived), "mutants": (killed, tried)}


def planted(problem: Problem, given: Values, other: Values) -> tuple[int, int, tuple[str, ...]]:
    """How many of the mistakes that show at another point show at the given one, of how many; and which do not.

    They are those by which a difference is explained: paths left out, derivatives forgotten, orders, operands.
    """
    if sum(np.size(x) for x in given.values()) > LARGEST:
        return 0, 0, ()
    try:
        here, there = Trace(problem, given), Trace(problem, other)
        if len(here.nodes) != len(there.nodes):
            return 0, 0, ()
        here_whole, there_whole = here.gradient(), there.gradient()
        tried, missed = 0, []
        for mutant in islice(chain.from_iterable(operator(there, there_whole) for operator in OPERATORS), MOST):
            wrong = there.with_mutant(mutant)
            if wrong is None or all_near(wrong, there_whole, CLEARLY):
                continue
            tried += 1
            at_given = here.with_mutant(mutant)
            if at_given is not None and all_near(at_given, here_whole, CLOSE):
                missed.append(mutant.words)
    except Exception:  # a function that can't be traced, or taken apart: nothing is claimed
        return 0, 0, ()
    return tried - len(missed), tried, tuple(dict.fromkeys(missed))[:SHOWN]


def unseen(problem: Problem, values: Values) -> tuple[str, ...]:
    """The planted mistakes that leave the automatic gradient as it is at the given point."""
    try:
        with np.errstate(all="ignore"):
            gradient = automatic(problem, values)
    except Exception:  # a function that can't be traced: nothing is claimed
        return ()
    found = [words for name, g in zip(problem.wrt, gradient, strict=True) for words in hidden(name, np.asarray(g))]
    batch = [name for name in problem.names if np.ndim(values[name]) >= 2 and np.shape(values[name])[0] == 1]
    if batch:
        found.append(f"a missing 1/N (axis 0 of {batch[0]} has length 1)")
    return tuple(found)


def hidden(name: str, g: Array) -> Iterator[str]:
    """Changes of one gradient that change nothing."""
    if not np.any(g):
        yield f"a wrong sign or factor by {name} (its gradient is 0)"
        return
    if g.ndim == 2 and g.shape[0] == g.shape[1] > 1 and near(g, g.T, CLOSE):
        yield f"a transposed gradient by {name} (it is symmetric)"
    if g.size > 1 and near(g, np.full_like(g, np.ravel(g)[0]), CLOSE):
        yield f"entries of {name} in any other order (all are equal)"
