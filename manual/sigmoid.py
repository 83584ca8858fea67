"""The sigmoid and its derivative: equation (12).

Glossary (all are pure numbers; any shape, elementwise)
    d   input of the sigmoid
    c   its output, 0 < c < 1
"""

import numpy as np

from manual.checks import Array, check_not_empty, real


def sigmoid(d: Array) -> Array:
    """The sigmoid, right to rounding at both ends and without overflow.

    Formula: c = 1 / (1 + e^-d), and the same multiplied through by e^d where d < 0.
    Shapes:  d of any shape -> the same shape.
    Domain:  every real d.
    Raises:  ShapeError, when d has an empty axis.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])

    Source: Report, section 2.2.5; the same f in section 2.1.
    """
    d = real(d)
    check_not_empty("sigmoid", "d", d)
    try:
        with np.errstate(over="raise"):
            return 1 / (1 + np.exp(-d))
    except FloatingPointError:  # e^-d beyond all numbers: below -709, in float32 below -88
        # where, not abs: -|d| has no derivative at 0, and the sigmoid has one.
        e = np.exp(np.where(d >= 0, -d, d))
        return np.where(d >= 0, 1.0, e) / (1.0 + e)


def sigmoid_derivative(c: Array) -> Array:
    """Derivative of the sigmoid from its own output (12).

    Formula: dc/dd = c (1 - c).
    Shapes:  c of any shape -> the same shape.
    Domain:  c a value of the sigmoid.
    Raises:  ShapeError, when c has an empty axis.

    >>> sigmoid_derivative(np.array([0.5, 0.25]))
    array([0.25  , 0.1875])

    Source: Report, equation (12), section 2.2.5.
    """
    c = real(c)
    check_not_empty("sigmoid_derivative", "c", c)
    return c * (1 - c)
