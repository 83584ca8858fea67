"""The rules by which the engine differentiates a claim's function, as its sweep uses them."""

from typing import Any

import numpy as np

from autograd.backward import sweep
from autograd.edges import each
from autograd.table import RULES, as_function
from autograd.tensor import Tensor
from handgrad.checking.diagnosis.trace import step_of
from handgrad.report.claims import Claim
from handgrad.report.source_code import text_of
from handgrad.values import Array, Values

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
