"""Two maps that must be one, as a problem: the value is compared in place of a derivative."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

import autograd
from handgrad.checking.domain import Domain, is_float
from handgrad.checking.problem import Opinion, Problem, Rewording
from handgrad.values import Array, Values


def map_problem(
    function: Callable[..., Any], by_hand: Callable[..., Any], names: tuple[str, ...], domain: Domain, *,
    automatic: Callable[..., Any] | None = None, sizes: tuple[str, ...] = (), title: str = "", pure: bool = False,
    between: Callable[[Values], Mapping[str, Array]] | None = None,
    edits: Callable[[], Iterator[Rewording]] | None = None,
) -> Problem:  # fmt: skip
    """Is by_hand the same map as function?

    automatic  the same map by another way, a layer of the engine for one; then function is the third opinion
    """
    other = automatic or function

    def given(values: Values) -> list[Any]:
        return [values[name] for name in names]

    def definition(values: Values, suspects: list[int], rng: np.random.Generator) -> Opinion:
        value = np.asarray(function(*given(in_double(values))), dtype=float)
        return Opinion(value, np.zeros_like(value), "definition")

    def in_double(values: Values) -> Values:
        return Values({name: np.float64(x) if is_float(x) else x for name, x in values.items()})

    def traced(values: Values) -> tuple[Problem, Values]:
        """Both contracted with a cotangent and differentiated: maps that are not one have other derivatives."""
        floats = tuple(name for name in names if is_float(values[name]) and name not in sizes)
        if not floats:
            return problem, values

        def backward(cotangent: Array, *inputs: Any) -> Any:
            at = dict(zip(names, inputs, strict=True))

            def hand(*chosen: Any) -> Any:
                moved = at | dict(zip(floats, chosen, strict=True))
                return by_hand(*(moved[name] for name in names))

            return autograd.vjp(hand, *(at[name] for name in floats))[1](cotangent)

        asked = Problem(function, backward, names, floats, domain, True, between, sizes=sizes, title=title)
        return asked, asked.with_cotangents(values, np.random.default_rng(0))

    problem = Problem(
        function, by_hand, names, (), domain, between=between, sizes=sizes, title=title, edits=edits,
        traced=traced, pure=pure, automatic=lambda values: other(*given(values)), numeric=definition,
        shape=lambda values: np.shape(other(*given(values))),
    )  # fmt: skip
    return problem
