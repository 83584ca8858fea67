"""Dropout with a given mask.

x     (N, d)  inputs
mask  (N, d)  1 where an entry is kept, 0 where it is dropped; drawn beforehand, not differentiated
keep  the probability with which an entry is kept
g     (N, d)  cotangent
"""

import numpy as np

from handgrad.gallery.exhibit import DIFFERENT_FUNCTIONS, WRONG_OPERAND, Array, Exhibit, normal


def dropout(x: Array, mask: Array, keep: float) -> Array:
    """x mask / keep, whose expectation is x."""
    return x * mask / keep


def dropout_backward(g: Array, x: Array, mask: Array, keep: float) -> Array:
    """x_bar = g mask / keep."""
    return g * mask / keep


def dropout_backward_unscaled(g: Array, x: Array, mask: Array, keep: float) -> Array:
    """x_bar = g mask: the backward pass of dropout that rescales at test time."""
    return g * mask


def dropout_backward_own_mask(g: Array, x: Array, mask: Array, keep: float) -> Array:
    """x_bar = g mask' / keep with a mask drawn anew."""
    return g * (np.random.default_rng(0).random(mask.shape) < keep) / keep


_dropout = Exhibit(
    "dropout",
    "dropout",
    dropout,
    dropout_backward,
    (normal(71, 4, 3), np.array([[1.0, 0, 1], [1, 1, 0], [0, 1, 1], [1, 1, 1]]), 0.75),
    ("x", "mask", "keep"),
    ("x",),
    vjp=True,
    lesson="The same mask and the same scale as forward.",
)

EXHIBITS = (
    _dropout,
    _dropout.twin(
        "unscaled",
        dropout_backward_unscaled,
        DIFFERENT_FUNCTIONS,
        "1 / keep is in the forward pass only: two conventions of dropout are mixed.",
    ),
    _dropout.twin(
        "own-mask",
        dropout_backward_own_mask,
        WRONG_OPERAND,
        "The backward pass drew a mask of its own: some entries are right, the others zero, or should be.",
    ),
)
