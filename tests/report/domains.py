"""The domain of a claim as a Hypothesis strategy: sizes and values, which shrink to the simplest that fail."""

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from handgrad.report.claims import Claim
from handgrad.report.symbols import Letter, Sizes
from handgrad.values import Condition, Values

SIDES = st.integers(1, 3)


def domain(
    claim: Claim, condition: Condition | None = None, dtype: Any = np.float64
) -> st.SearchStrategy[tuple[Sizes, Values]]:
    """Sizes and free letters of a claim, on the whole domain or where a condition holds.

    >>> from handgrad.report.equations import claims_of
    >>> domain(claims_of(["12"])[0]).validate()
    """

    @st.composite
    def drawn(draw: st.DrawFn) -> tuple[Sizes, Values]:
        sizes = Sizes(N=draw(SIDES), F=draw(SIDES), n=draw(SIDES), k=draw(SIDES), K=draw(st.integers(2, 4)),
                      h=draw(SIDES), o=draw(SIDES), i=draw(SIDES))  # fmt: skip
        letters = {letter.name: draw(values_of(letter, claim.sizes(sizes))) for letter in claim.letters}
        if condition is not None:
            letters = condition.impose(letters)
        typed = {name: np.asarray(x, dtype=dtype)[()] for name, x in letters.items()}
        return sizes, Values(typed | claim.numbers(claim.sizes(sizes)))

    return drawn()


def values_of(letter: Letter, sizes: Sizes) -> st.SearchStrategy[Any]:
    """Multiples of 1/64: exact in every float type, and sums of them too."""
    least = 1 if letter.kind == "positive" else -256
    return arrays(np.int64, sizes.shape(letter.axes), elements=st.integers(least, 256)).map(lambda x: x / 64)
