"""Entries of (11) to (15) as sums.

In (15) the sum over the outputs i and that over the window l of j are factors of the sum over the pooled places j.
"""

import numpy as np

from handgrad.letters import Array, Values
from handgrad.page.sums import Factor, Sum
from handgrad.page.windows import of_weight, whole

SHARE = r"\Big(\sum_i (\hat{y}_i - y_i) w_{ji}\Big)"
OVER_WINDOW = r"\Big(\sum_{l \in window(j)} \frac{1}{4} c_l (1 - c_l) u_{lk}\Big)"
OVER_WINDOW_BIAS = r"\Big(\sum_{l \in window(j)} \frac{1}{4} c_l (1 - c_l)\Big)"


def pooled_slopes(at: Values, by_weight: bool, quarter: float = 0.25) -> Array:
    """sum_{l in window of j} 1/4 c_l (1 - c_l), times u_lk or not: (j, k) or (j,)."""
    slopes = at.c * (1 - at.c)
    of_l = slopes[:, None] * at.U if by_weight else slopes
    blocks = np.reshape(of_l, (at.n, 2, at.n, 2, -1))
    return quarter * np.reshape(np.sum(blocks, axis=(1, 3)), (at.n**2, -1) if by_weight else (at.n**2,))


def weights(at: Values) -> Sum:
    """(15) weights."""
    factors = (
        Factor(SHARE, at.W @ (at.y_hat - at.y), "j"),
        Factor(OVER_WINDOW, pooled_slopes(at, True), "jk"),
    )
    return Sum(rf"\sum_j {SHARE} {OVER_WINDOW}", "k", factors, "j", window=of_weight("k", at.n, at.k))


def bias(at: Values) -> Sum:
    """(15) bias."""
    factors = (
        Factor(SHARE, at.W @ (at.y_hat - at.y), "j"),
        Factor(OVER_WINDOW_BIAS, pooled_slopes(at, False), "j"),
    )
    return Sum(rf"\sum_j {SHARE} {OVER_WINDOW_BIAS}", "", factors, "j", window=whole(at.n, at.k))


RIGHT = {"eq15-weights": weights, "eq15-bias": bias}
PRINTED = {}
