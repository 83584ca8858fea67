"""The rules by which the engine differentiates a claim's function, as its sweep uses them."""

from typing import Any

import numpy as np

from autograd.edges import each
from autograd.rules import RULES, as_function
from autograd.sweep import sweep
from autograd.tensor import Tensor
from handgrad.checking.trace import step_of
from handgrad.claims import Claim
from handgrad.letters import Array, Values
from handgrad.sources import text_of

BY_NAME: dict[str, Any] = {step_of(rule.function): rule.function for rule in RULES.values()}


def rules_of(claim: Claim, values: Values) -> dict[str, str]:
    """The source of each rule by its name; of a map, those that the engine's own layers are made of."""
    names = claim.with_respect_to or tuple(letter.name for letter in claim.letters)
    result = (claim.engine or claim.function)(Values(values | {name: Tensor(values[name]) for name in names}))
    sources: dict[str, str] = {}

    def note(node: Tensor, _: Array) -> None:
        for _, pullback in each(node.edges):
            name = step_of(as_function(pullback))
            sources.setdefault(name, source_of(name, pullback))

    if isinstance(result, Tensor):
        sweep([result], [np.ones(result.shape)[()]], visit=note)
    return sources


def source_of(name: str, pullback: Any) -> str:
    """A rule, and behind it the pullback where that is a function of its own."""
    function = pullback[0] if isinstance(pullback, tuple) else pullback
    own = [] if "<locals>" in function.__qualname__ else [text_of(function)]
    return "\n".join([text_of(BY_NAME[name]), *own]).rstrip("\n")
