"""Labels that are no distribution, and claims judged where they are none."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from handgrad.report.claims import Claim
from handgrad.values import Array, Condition, Values

ADDED = 0.1  # to each of ten labels that summed to 1


def with_rows_summing_to_two(values: Mapping[str, Array]) -> dict[str, Array]:
    """The labels with their last entry replaced by 2 - the sum of the others."""
    others = values["y"][..., :-1]
    last = 2 - np.sum(others, axis=-1, keepdims=True)
    return dict(values) | {"y": np.concatenate([others, last], axis=-1)}


SUM_TO_TWO = Condition("sum_k y_k = 2", with_rows_summing_to_two)


def has_labels(claim: Claim) -> bool:
    """Whether a claim is about labels of the softmax's outputs."""
    return any(letter.name == "y" for letter in claim.letters) and not claim.section.startswith("2.1")


def of_labels_that_sum_to_two(claim: Claim) -> Claim:
    """The claim on the labels that sum to two alone, whatever labels it is given."""
    complete, function = claim.complete, claim.function

    def completed(values: Values) -> Values:
        return complete(Values(with_rows_summing_to_two(values)))

    def differentiated(values: Values) -> Array:
        return function(Values(with_rows_summing_to_two(values)))

    return replace(claim, complete=completed, function=differentiated, conditions=())
