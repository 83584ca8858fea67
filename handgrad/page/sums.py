"""An entry of a gradient as the sum that a formula says it is, with numbers in it.

    entry[axes] = sum over `over` of the product of the factors

Each factor is an array with the names of its indices, which are among the entry's own and those summed over. The
terms are the products; that they add up to the value by hand is not arranged here, it is tested.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from handgrad.letters import Array
from handgrad.page.numbers import Arrays
from handgrad.page.windows import Window


@dataclass(frozen=True)
class Factor:
    """A factor, as it is written, and where to look its value up."""

    latex: str
    array: Array
    index: str = ""  # the names of its axes, each a letter


@dataclass(frozen=True)
class Sum:
    """A sum of products.

    axes    of the claimed array, each a letter
    over    the indices that are summed over
    names   where the terms are not of one kind: how each is written
    window  the part of an image that an entry comes from
    """

    latex: str
    axes: str
    factors: tuple[Factor, ...]
    over: str = ""
    names: Sequence[str] = ()
    window: Window | None = None

    @property
    def terms(self) -> Array:
        """The products, with the axes of the claimed array and then those summed over."""
        indices = ",".join(factor.index for factor in self.factors)
        lengths = {name: n for f in self.factors for name, n in zip(f.index, np.shape(f.array), strict=True)}
        products = np.einsum(f"{indices}->{''.join(lengths)}", *(factor.array for factor in self.factors))
        return np.einsum(f"{''.join(lengths)}->{self.axes}{self.over}", products)

    def to_dict(self, arrays: Arrays) -> dict[str, Any]:
        """As the page has it."""
        factors = [{"latex": f.latex, "array": arrays.name(f.array), "index": list(f.index)} for f in self.factors]
        window = {} if self.window is None else self.window.to_dict(arrays)
        return {
            "latex": self.latex,
            "over": list(self.over),
            "factors": factors,
            "names": list(self.names) or None,
            "terms": arrays.name(self.terms),
            "window": None,
            "window_index": None,
            "image": None,
        } | window
