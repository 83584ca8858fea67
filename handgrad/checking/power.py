"""What the given point alone would not have shown: mistakes that make no difference there."""

from collections.abc import Iterator

import numpy as np

from handgrad.checking.causes import near
from handgrad.checking.opinions import gradients
from handgrad.checking.problem import Problem
from handgrad.letters import Array, Values

CLOSE = 1e-9


def unseen(problem: Problem, first: Values, seed: int) -> tuple[str, ...]:
    """The planted mistakes that leave the automatic gradient as it is at the given point."""
    values = problem.with_cotangents(first, np.random.default_rng([seed, 0]))
    try:
        with np.errstate(all="ignore"):
            gradient = gradients(problem, values)
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
