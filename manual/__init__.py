"""The report's back-propagation, by hand: one formula, one plain function over NumPy arrays.

Read in the report's order:
    dense, hidden          (1)-(4)    the output layer of the dense network, and its hidden layer
    softmax_cross_entropy  (5)-(7)    the loss and the softmax
    fully_connected        (8)-(10)   the last layer of the convolutional network
    pooling                (11)       average pooling
    sigmoid                (12)       the activation
    patches, convolution   (13)-(15)  im2col, the convolution, and Code 1
    as_printed             the literal reading, wherever it differs from the right formula
    networks               both networks put together, forward and backward
Below them lie `checks` (shapes), `windows` (where windows lie on an image), `memory` and `errors`.

A batch comes first in every array, and its error is the mean over its samples: a batch of one is the
report's own case. Functions call NumPy on whatever they are given, so they also run on anything else
that speaks NumPy's protocols. Lists become arrays; integers and booleans count as float64, float32 stays.
"""

from manual import (
    as_printed,
    convolution,
    dense,
    errors,
    fully_connected,
    hidden,
    networks,
    patches,
    pooling,
    sigmoid,
    softmax_cross_entropy,
)

__all__ = [
    "as_printed",
    "convolution",
    "dense",
    "errors",
    "fully_connected",
    "hidden",
    "networks",
    "patches",
    "pooling",
    "sigmoid",
    "softmax_cross_entropy",
]
