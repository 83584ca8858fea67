"""Hand-derived gradients of real layers and losses, right ones and wrong ones: lessons, and a test of any checker.

Each wrong one makes one mistake, of a kind that is made again and again; `MISTAKES` explains the kinds.
Reading order: `exhibit.py`, `functions.py`, `dense.py`, then the other families in any order.

>>> exhibit("dense-weights.without-mean").mistake
'constant factor'
"""

from difflib import get_close_matches

from handgrad.gallery import (
    activations,
    attention,
    convolution,
    dense,
    embedding,
    linear_models,
    losses,
    normalisation,
    pooling,
    recurrent,
    regularisation,
    statistics,
)
from handgrad.gallery.exhibit import MISTAKES, Exhibit, UnknownExhibitError

__all__ = ["EXHIBITS", "MISTAKES", "Exhibit", "UnknownExhibitError", "exhibit"]

EXHIBITS: tuple[Exhibit, ...] = (
    *dense.EXHIBITS,
    *activations.EXHIBITS,
    *losses.EXHIBITS,
    *linear_models.EXHIBITS,
    *normalisation.EXHIBITS,
    *recurrent.EXHIBITS,
    *attention.EXHIBITS,
    *convolution.EXHIBITS,
    *pooling.EXHIBITS,
    *embedding.EXHIBITS,
    *regularisation.EXHIBITS,
    *statistics.EXHIBITS,
)
"""All exhibits; a wrong twin follows the right one."""


def exhibit(name: str) -> Exhibit:
    """The exhibit of this name.

    Raises `UnknownExhibitError`, with names that are close, when there is none.

    >>> exhibit("softmax").wrt
    ('z',)
    """
    for one in EXHIBITS:
        if one.name == name:
            return one
    close = get_close_matches(name, [one.name for one in EXHIBITS])
    meant = f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
    raise UnknownExhibitError(f"exhibit: wanted one of {len(EXHIBITS)} names, got {name!r}{meant}")
