"""Labels that are no distribution."""

from collections.abc import Mapping

import numpy as np

from handgrad.report.claims import Claim
from handgrad.values import Array, Condition

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
