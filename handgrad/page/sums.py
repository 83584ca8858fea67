"""An entry of a claimed array as the sum that a formula says it is, with numbers in it.

    entry[axes] = sum over `over` of the product of the factors

Each factor is an array with the names of its indices, which are among the entry's own and those summed over. That
the products add up to the value by hand is not arranged here: it is tested.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from handgrad.page.arrays import Arrays
from handgrad.page.windows import Windows
from handgrad.values import Array, Values


@dataclass(frozen=True)
class Factor:
    """A factor, how it is written, and the names of its axes, a letter each; `large` with more than should be told."""

    latex: str
    array: Array
    index: str = ""
    large: bool = False


MOST, LARGEST = 16, 8  # of more terms than 16 the 8 largest are told
PLACE = "kept"  # the index that counts these


@dataclass(frozen=True)
class Sum:
    """A sum of products.

    axes     of the claimed array, a letter each
    over     the index that is summed over, if there is one
    windows  the part of a picture that each entry comes from
    plus     what is added to the products
    """

    latex: str
    axes: str
    factors: tuple[Factor, ...]
    over: str = ""
    windows: Windows | None = None
    plus: Array = None

    @property
    def terms(self) -> Array:
        """The products, with the axes of the claimed array and then those summed over."""
        indices = ",".join(factor.index for factor in self.factors)
        return np.einsum(f"{indices}->{self.axes}{self.over}", *(factor.array for factor in self.factors))

    def to_dict(self, arrays: Arrays) -> dict[str, Any]:
        """As the page has it."""
        terms = self.terms
        count = np.shape(terms)[-1] if self.over else 1
        kept = None if count <= MOST else np.argsort(-np.abs(terms), axis=-1, kind="stable")[..., :LARGEST]
        windows = self.windows
        return {
            "latex": self.latex,
            "over": list(self.over),
            "factors": [told(factor, self, kept, arrays) for factor in self.factors],
            "count": count + (self.plus is not None),
            "terms": arrays.name(terms if kept is None else np.take_along_axis(terms, kept, axis=-1)),
            "largest": None if kept is None else arrays.name(kept),
            "rest": None if kept is None else arrays.name(self.rest(kept)),
            "window": None if windows is None else arrays.name(windows.ends),
            "image": None if windows is None else windows.image,
        }

    def rest(self, kept: Array) -> Array:
        """What the terms that are not kept add up to, with what is added to the products."""
        left = np.array(self.terms)
        np.put_along_axis(left, kept, 0.0, axis=-1)
        return np.sum(left, axis=-1) + (0.0 if self.plus is None else self.plus)


def told(factor: Factor, of: Sum, kept: Array | None, arrays: Arrays) -> dict[str, Any]:
    """A factor as the page has it: of a large one only what belongs to the terms that are told."""
    if kept is None or not factor.large:
        return {"latex": factor.latex, "array": arrays.name(factor.array), "index": list(factor.index)}
    whole = np.einsum(f"{factor.index}->{of.axes}{of.over}", factor.array)
    return {
        "latex": factor.latex,
        "array": arrays.name(np.take_along_axis(whole, kept, axis=-1)),
        "index": [*of.axes, PLACE],
    }


# The sum of a formula, of its letters as a reader sees them.
SumOf = Callable[[Values], Sum]
Sums = Mapping[str, SumOf]  # by the claim's id


def of_kinds(latex: str, axes: str, terms: Mapping[str, Array], windows: Windows | None = None) -> Sum:
    """A sum of a few terms of different kinds, each by how it is written; t counts them."""
    columns = np.stack(np.broadcast_arrays(*terms.values()), axis=-1)
    written = r"\{" + r",\; ".join(terms) + r"\}_t"
    return Sum(latex, axes, (Factor(written, columns, f"{axes}t"),), "t", windows)


def fraction(above: str, below: str) -> str:
    r"""A derivative in LaTeX.

    >>> print(fraction("E", "b"))
    \frac{\partial E}{\partial b}
    """
    return rf"\frac{{\partial {above}}}{{\partial {below}}}"
