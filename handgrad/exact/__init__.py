"""Exact verdicts: are two formulas the same function? Decided in a tower of prime fields, with no tolerance."""

from handgrad.exact import branches, elementwise, products, reductions, shapes
from handgrad.exact.array import ExactArray
from handgrad.exact.constants import Constant, constant
from handgrad.exact.errors import (
    ExactError,
    LevelsSpentError,
    NoExactMeaningError,
    NoSquareRootError,
    TowerError,
    VanishingDenominatorError,
)
from handgrad.exact.identity import Identity, identical
from handgrad.exact.tower import Tower, tower

__all__ = [
    "Constant",
    "ExactArray",
    "ExactError",
    "Identity",
    "LevelsSpentError",
    "NoExactMeaningError",
    "NoSquareRootError",
    "Tower",
    "TowerError",
    "VanishingDenominatorError",
    "constant",
    "identical",
    "tower",
]

# Importing a family enters its functions into the table.
FAMILIES = (elementwise, branches, reductions, shapes, products)
