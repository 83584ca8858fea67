"""The automatic opinion: the function traced by `autograd`, differentiated by its rules; or by its own library."""

from typing import Any

import autograd
from handgrad.checking.oracles.foreign import Foreign
from handgrad.checking.oracles.manual import numbers
from handgrad.checking.problem import Problem, cotangents_of
from handgrad.errors import one_line
from handgrad.values import Array, Values


def automatic(problem: Problem, values: Values) -> tuple[Any, ...]:
    """The automatic gradient, by every letter of `wrt`: the engine's, or that of the function's own library."""
    if problem.automatic is not None:
        return (problem.automatic(values),)
    if isinstance(problem.function, Foreign):
        places = [problem.names.index(name) for name in problem.wrt]
        given = [values[name] for name in problem.names]
        return problem.function.pullback(places, given, cotangents_of(values) if problem.vjp else None)

    def function(*chosen: Any) -> Any:
        return problem.scalar(Values(values | dict(zip(problem.wrt, chosen, strict=True))))

    given = [values[name] for name in problem.wrt]
    return tuple(autograd.grad(function, tuple(range(len(given))))(*given))


def try_automatic(problem: Problem, values: Values) -> tuple[Array | None, str | None]:
    """The automatic gradient; or None, and why the engine can't trace the function."""
    try:
        return numbers(automatic(problem, values)), None
    except Exception as error:  # a function that can't be traced may raise anything
        return None, one_line(error)[:200]
