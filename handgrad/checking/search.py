"""A search over a domain: Hypothesis strategies in place of fixed inputs, which shrink shape and value."""

from collections.abc import Callable, Sequence
from typing import Any

from handgrad.checking.verdict import Verdict
from handgrad.errors import CheckError

EXAMPLES = 100


def search(given: Any, judge: Callable[[Sequence[Any]], Verdict], seed: int, examples: int = EXAMPLES) -> Any:
    """The simplest inputs at which the verdict is no agreement; else the last that were tried.

    given  a strategy of tuples of inputs, or a sequence with one strategy for each input

    Raises `CheckError` where Hypothesis is missing, or what is given is no strategy.
    """
    try:
        from hypothesis import HealthCheck, Phase, find, settings, strategies
        from hypothesis.errors import NoSuchExample, Unsatisfiable
    except ImportError:
        raise CheckError('given: wanted Hypothesis, which is missing: python -m pip install "handgrad[test]"') from None
    strategy = given
    for each in given if isinstance(given, tuple | list) else [given]:
        if not isinstance(each, strategies.SearchStrategy):
            raise CheckError(f"given: wanted Hypothesis strategies, got {type(each).__name__}")
    if isinstance(given, tuple | list):
        strategy = strategies.tuples(*given)
    tried: list[Any] = []

    def fails(inputs: Any) -> bool:
        inputs = tuple(inputs)
        try:
            verdict = judge(inputs)
        except CheckError:
            return False  # outside the domain of the function
        tried[:] = [inputs]
        return not verdict.agrees

    phases = [Phase.explicit, Phase.generate, Phase.shrink]
    quiet = settings(
        max_examples=examples, database=None, deadline=None, phases=phases, suppress_health_check=list(HealthCheck)
    )
    try:
        import random

        return tuple(find(strategy, fails, settings=quiet, random=random.Random(seed)))
    except (NoSuchExample, Unsatisfiable):
        if not tried:
            raise CheckError("given: wanted inputs at which the function has a value, found none") from None
        return tried[0]
