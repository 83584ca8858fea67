"""Declare a gradient where it is written, and let `handgrad check declared.py` or `pytest declared.py` judge it.

The decorators change nothing: both functions can be called as before. The second is wrong on purpose.
"""

import numpy as np

from handgrad import gradient_of, vjp_of


def huber(x):
    """The sum of x^2 / 2 within [-1, 1], of |x| - 1/2 outside."""
    size = np.abs(x)
    return np.sum(np.where(size <= 1, size**2 / 2, size - 0.5))


@gradient_of(huber, inputs=[np.array([0.5, -2.0, 0.25, 3.0])])
def huber_gradient(x):
    """x, cut off at -1 and 1."""
    return np.clip(x, -1, 1)


def softmax(z):
    """e^z_i / sum_k e^z_k, row by row."""
    e = np.exp(z)
    return e / np.sum(e, axis=1, keepdims=True)


@vjp_of(softmax, inputs=lambda: [np.array([[0.5, -1.0, 2.0], [0.0, 1.0, -0.5]])])
def softmax_backward(s_bar, z):
    """s (1 - s), entry by entry: the diagonal of a Jacobian that is full."""
    s = softmax(z)
    return s * (1 - s) * s_bar
