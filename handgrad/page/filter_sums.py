"""Entries of (11) to (15) as sums.

In (15) the sum over the outputs i and that over the window l of j are factors of the sum over the pooled places j.
"""

from dataclasses import dataclass

import numpy as np

from handgrad.page.sums import Factor, Sum, SumOf, Sums, fraction
from handgrad.page.windows import BLOCKS, CONVOLVED, FILTER, WHOLE
from handgrad.values import Array, Values
from manual import as_printed, pooling

QUARTER = Factor(r"\tfrac{1}{4}", np.float64(0.25))

# (11)


def entries_of(count: int) -> SumOf:
    """(11) entries: so many times n^2."""

    def entries(at: Values) -> Sum:
        factors = (Factor(str(count), np.float64(count)), Factor("n^2", np.float64(at.n**2)))
        return Sum(f"{count} n^2", "", factors)

    return entries


def pooled(at: Values) -> Sum:
    """(11) map: t counts the four entries of a window."""
    four = Factor("c_{l_t}", at.c[pooling.pool_indices(at.n)], "it")
    return Sum(r"\tfrac{1}{4} \sum_t c_{l_t}", "i", (QUARTER, four), "t", BLOCKS)


def pooled_as_printed(at: Values) -> Sum:
    """(11) map as printed; there is no entry past the end."""
    printed = as_printed.pool_indices(at.n)
    inside = printed < at.c.size
    four = Factor("c_{l_t}", np.where(inside, at.c[np.where(inside, printed, 0)], np.nan), "it")
    return Sum(r"\tfrac{1}{4} \sum_t c_{l_t}", "i", (QUARTER, four), "t")


def in_window(at: Values) -> Factor:
    """1 for l in the window of j, else 0."""
    inside = np.zeros((at.n**2, at.c.size))
    np.put_along_axis(inside, pooling.pool_indices(at.n), 1.0, axis=1)
    return Factor("[l \\in window(j)]", inside, "jl")


def pool_slopes(at: Values) -> Sum:
    """(11) derivative."""
    return Sum(r"\tfrac{1}{4} [l \in window(j)]", "jl", (QUARTER, in_window(at)))


def pool_slopes_without_quarter(at: Values) -> Sum:
    """(11) derivative without the 1/4."""
    return Sum(r"[l \in window(j)]", "jl", (in_window(at),))


# (12) to (14)


def sigmoid(at: Values) -> Sum:
    """(12)."""
    return Sum("c_l (1 - c_l)", "l", (Factor("c_l", at.c, "l"), Factor("(1 - c_l)", 1 - at.c, "l")), windows=CONVOLVED)


def convolved(at: Values) -> Sum:
    """(13) map: the term that has no index is q."""
    factors = (Factor("u_{ik}", at.U, "ik"), Factor("v_k", at.v, "k"))
    return Sum(r"\sum_k u_{ik} v_k + q", "i", factors, "k", CONVOLVED, plus=at.q)


def slopes_by_weight(at: Values) -> Sum:
    """(14) weights."""
    return Sum("u_{ij}", "ij", (Factor("u_{ij}", at.U, "ij"),))


def slopes_by_bias(at: Values) -> Sum:
    """(14) bias."""
    return Sum("1", "i", (Factor("1", np.ones(len(at.U)), "i"),), windows=CONVOLVED)


# (15)

ERROR_OF_ONE = r"(\hat{y}_0 - y_0)"
BY_POOLED, BY_POOLED_OF_ONE = fraction("CELF", "a_j"), rf"{fraction('CELF', 'x_0')} {fraction('x_0', 'a_j')}"
SHARE, SHARE_OF_ONE = r"\Big(\sum_i (\hat{y}_i - y_i) w_{ji}\Big)", rf"{ERROR_OF_ONE} w_{{j0}}"
OVER_WINDOW = r"\sum_{l \in window(j)}"


def share(at: Values, chain: bool, one: bool) -> Array:
    """What reaches a_j: from all outputs or from the first, of any labels or of those that sum to one."""
    error = at.y_hat * np.sum(at.y) - at.y if chain else at.y_hat - at.y
    return at.W[:, 0] * error[0] if one else at.W @ error


def slopes(at: Values, weights: bool) -> Array:
    """c_l (1 - c_l), times u_lk for the weights: (l, k) or (l,)."""
    of_l = at.c * (1 - at.c)
    return of_l[:, None] * at.U if weights else of_l


def over_window(at: Values, of_l: Array) -> Array:
    """The sum over the window of each j of a quantity of l, which is the first axis of both."""
    rest = np.shape(of_l)[1:]
    blocks = np.reshape(of_l, (at.n, 2, at.n, 2, *rest))
    return np.reshape(np.sum(blocks, axis=(1, 3)), (at.n**2, *rest))


def exchanged(of_k: Array) -> Array:
    """An axis of weights, the last, with rows and columns of the filter exchanged."""
    side = round(np.shape(of_k)[-1] ** 0.5)
    return np.reshape(np.swapaxes(np.reshape(of_k, (-1, side, side)), 1, 2), np.shape(of_k))


@dataclass(frozen=True)
class FilterFormula:
    """(15) of the weights or of the bias, in its first line or its last, right or with a mistake.

    one      one output's share alone
    quarter  with the 1/4 of the pooling
    turned   rows and columns of the filter exchanged
    """

    weights: bool
    chain: bool = False
    one: bool = False
    quarter: bool = True
    turned: bool = False

    @property
    def outer(self) -> str:
        """What reaches a_j, in LaTeX."""
        if self.chain:
            return BY_POOLED_OF_ONE if self.one else BY_POOLED
        return SHARE_OF_ONE if self.one else SHARE

    @property
    def inner(self) -> str:
        """The sum over the window, in LaTeX."""
        k = r"k^T" if self.turned else "k"
        if self.chain:
            by_weight = fraction("d_l", f"v_{{{k}}}" if self.weights else "q")
            return rf"\Big({OVER_WINDOW} {fraction('c_l', 'd_l')} {by_weight}\Big)"
        return rf"\Big({OVER_WINDOW} c_l (1 - c_l) {f'u_{{l{k}}}' if self.weights else ''}\Big)"

    @property
    def middle(self) -> tuple[Factor, ...]:
        """The derivative of the pooling, the same for every l in the window."""
        if not self.quarter:
            return ()
        return (Factor(fraction("a_j", "c_l"), QUARTER.array) if self.chain else QUARTER,)

    @property
    def latex(self) -> str:
        """The right side of the formula."""
        return " ".join([r"\sum_j", self.outer, *(factor.latex for factor in self.middle), self.inner])

    def __call__(self, at: Values) -> Sum:
        """An entry as a sum."""
        inner = over_window(at, slopes(at, self.weights))
        factors = (
            Factor(self.outer, share(at, self.chain, self.one), "j"),
            *self.middle,
            Factor(self.inner, exchanged(inner) if self.turned else inner, "jk" if self.weights else "j", self.weights),
        )
        return Sum(self.latex, "k" if self.weights else "", factors, "j", FILTER if self.weights else WHOLE)


def as_it_is_printed(weights: bool) -> SumOf:
    """(15) as printed, of the first output: l runs over the whole image."""

    def of(at: Values) -> Sum:
        whole = np.sum(slopes(at, weights), axis=0)
        latex = rf"\Big(\sum_l c_l (1 - c_l) {'u_{lk}' if weights else ''}\Big)"
        error = Factor(ERROR_OF_ONE, (at.y_hat - at.y)[0])
        factors = (error, Factor("w_{j0}", at.W[:, 0], "j"), QUARTER, Factor(latex, whole, "k" if weights else ""))
        written = " ".join(factor.latex for factor in factors)
        return Sum(rf"\sum_j {written}", "k" if weights else "", factors, "j", FILTER if weights else WHOLE)

    return of


RIGHT: Sums = {
    "eq11-entries": entries_of(4),
    "eq11-map": pooled,
    "eq11-derivative": pool_slopes,
    "eq12-sigmoid": sigmoid,
    "eq13-map": convolved,
    "eq14-weights": slopes_by_weight,
    "eq14-bias": slopes_by_bias,
    "eq15-weights-first-line": FilterFormula(weights=True, chain=True),
    "eq15-weights": FilterFormula(weights=True),
    "eq15-bias-first-line": FilterFormula(weights=False, chain=True),
    "eq15-bias": FilterFormula(weights=False),
}
PRINTED: Sums = {
    "eq11-entries": entries_of(2),
    "eq11-map": pooled_as_printed,
    "eq15-weights": as_it_is_printed(weights=True),
    "eq15-bias": as_it_is_printed(weights=False),
}
