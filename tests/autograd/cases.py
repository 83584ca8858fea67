"""One table: for every entry of the engine's tables, how to draw a call of it and how to compute it anew.

A `Case` draws `Sample`s. A sample's `call` is what a user writes; it runs on plain arrays (then it is NumPy
itself) and on tensors. Its `reference` is the same function for complex numbers, written from the
definition, so that the derivative oracle is a complex step, which has no step size to choose. Where NumPy's
own function is analytic for complex numbers it is its own reference. A branch in a reference looks at the
real part alone.

Values stay away from kinks and from the ends of domains; the boundary has its own table, in
`test_autograd_boundaries.py`.
"""

import itertools
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from autograd.functional import (
    _cross_entropy,
    _logsumexp,
    _relu,
    _sigmoid,
    _softmax,
    _softplus,
    avg_pool2d,
    conv2d,
    cross_entropy,
    log_softmax,
    logsumexp,
    max_pool2d,
    relu,
    sigmoid,
    softmax,
    softplus,
)
from autograd.rules import indexing, linalg, windows


@dataclass(frozen=True)
class Sample:
    """One call: the function, its differentiated operands and the same function for complex numbers."""

    call: Callable[..., Any]
    operands: tuple[np.ndarray, ...]
    reference: Callable[..., Any] | None = None
    symmetric: bool = False  # operands and tangents are symmetric matrices


@dataclass(frozen=True)
class Case:
    """How to draw samples of a function; `covers` are the entries of the tables that they exercise."""

    name: str
    covers: tuple[Any, ...]
    build: Callable[["Pick"], Sample]
    exact: bool  # the engine's value is NumPy's, bit by bit


CASES: dict[str, Case] = {}


class Pick:
    """Draws shapes, choices and values: from Hypothesis, or from a seeded generator."""

    def __init__(self, integer: Callable[[int, int], int]):
        self.integer = integer
        self.rng = np.random.default_rng(integer(0, 2**32 - 1))

    @classmethod
    def seeded(cls, seed: int) -> "Pick":
        rng = np.random.default_rng(seed)
        return cls(lambda low, high: int(rng.integers(low, high + 1)))

    def choice(self, options: Sequence[Any]) -> Any:
        return options[self.integer(0, len(options) - 1)]

    def shape(self, least: int = 0, most: int = 3, side: int = 3) -> tuple[int, ...]:
        return tuple(self.integer(1, side) for _ in range(self.integer(least, most)))

    def broadcastable(self, count: int) -> list[tuple[int, ...]]:
        """Shapes that broadcast together: axes missing in front, or of length 1."""
        full = self.shape()
        shapes = []
        for _ in range(count):
            kept = full[self.integer(0, len(full)) :]
            shapes.append(tuple(1 if self.integer(0, 3) == 0 else n for n in kept))
        return shapes

    def values(self, shape: tuple[int, ...], low: float = -2.0, high: float = 2.0) -> np.ndarray:
        return self.rng.uniform(low, high, shape)

    def away_from_zero(self, shape: tuple[int, ...], low: float = 0.4, high: float = 2.0) -> np.ndarray:
        return self.rng.uniform(low, high, shape) * self.rng.choice([-1.0, 1.0], shape)

    def distinct(self, shape: tuple[int, ...]) -> np.ndarray:
        """Values at least 0.3 apart and 0.15 from zero, in random order: no ties, no kinks nearby."""
        n = int(np.prod(shape, dtype=int))
        return (self.rng.permutation(n) * 0.3 - 0.3 * (n // 2) + 0.15).reshape(shape)

    def axis(self, ndim: int) -> Any:
        """None, an axis or a tuple of axes, counted from the front or the back."""
        kind = self.choice(["all", "one", "several"])
        if kind == "all" or ndim == 0:
            return None
        if kind == "one":
            return self.integer(-ndim, ndim - 1)
        axes = self.rng.permutation(ndim)[: self.integer(1, ndim)]
        return tuple(int(i) - ndim * self.integer(0, 1) for i in axes)

    def regular(self, n: int, batch: tuple[int, ...] = ()) -> np.ndarray:
        """Well-conditioned square matrices, of both signs of the determinant."""
        signs = self.rng.choice([-2.0, 2.0], (*batch, n, 1))
        return np.eye(n) * signs + self.values((*batch, n, n), -0.6, 0.6) / n


def samples(case: Case) -> st.SearchStrategy[Sample]:
    """The case's Hypothesis strategy."""

    @st.composite
    def draw_sample(draw: Any) -> Sample:
        return case.build(Pick(lambda low, high: draw(st.integers(low, high))))

    return draw_sample()


def case(*covers: Any, name: str = "", exact: bool = True) -> Callable[[Callable[[Pick], Sample]], Any]:
    """Enter a case into the table."""

    def enter(build: Callable[[Pick], Sample]) -> Callable[[Pick], Sample]:
        key = name or covers[0].__name__.lstrip("_")
        assert key not in CASES, key
        CASES[key] = Case(key, covers, build, exact)
        return build

    return enter


def sign(x: Any) -> Any:
    return np.sign(np.real(x))


# Entry by entry


def unary(function: Any, low: float, high: float, reference: Any = None) -> None:
    """A function of one operand on an interval; both signs where low is negative of high."""

    @case(function)
    def build(pick: Pick) -> Sample:
        return Sample(function, (pick.values(pick.shape(), low, high),), reference)


def signed(function: Any, reference: Any = None) -> None:
    """A function of one operand that is not differentiable at zero, or unbounded there."""

    @case(function)
    def build(pick: Pick) -> Sample:
        return Sample(function, (pick.away_from_zero(pick.shape()),), reference)


def same(x: Any) -> Any:
    return x


def times_sign(x: Any) -> Any:
    return x * sign(x)


unary(np.negative, -2, 2)
unary(np.positive, -2, 2)
unary(np.copy, -2, 2)
unary(np.real, -2, 2, same)
unary(np.conjugate, -2, 2, same)
unary(np.square, -2, 2)
unary(np.sqrt, 0.4, 3)
unary(np.exp, -2, 2)
unary(np.exp2, -2, 2)
unary(np.expm1, -2, 2)
unary(np.log, 0.4, 3)
unary(np.log2, 0.4, 3)
unary(np.log10, 0.4, 3)
unary(np.log1p, -0.6, 3)
unary(np.sin, -3, 3)
unary(np.cos, -3, 3)
unary(np.tan, -1, 1)
unary(np.arcsin, -0.6, 0.6)
unary(np.arccos, -0.6, 0.6)
unary(np.arctan, -0.6, 0.6)
unary(np.sinh, -2, 2)
unary(np.cosh, -2, 2)
unary(np.tanh, -1, 1)
signed(np.reciprocal)
signed(np.absolute, times_sign)
signed(np.fabs, times_sign)
signed(np.cbrt, lambda x: sign(x) * (x * sign(x)) ** (1 / 3))


def pairs(function: Any, reference: Any = None) -> None:
    """A function of two operands that broadcast, smooth away from zero."""

    @case(function)
    def build(pick: Pick) -> Sample:
        left, right = pick.broadcastable(2)
        return Sample(function, (pick.away_from_zero(left), pick.away_from_zero(right)), reference)


pairs(np.add)
pairs(np.subtract)
pairs(np.multiply)
pairs(np.divide)
pairs(np.hypot, lambda x, y: np.sqrt(x * x + y * y))
pairs(np.logaddexp, lambda x, y: np.log(np.exp(x) + np.exp(y)))
pairs(np.arctan2, lambda y, x: 2 * np.arctan(y / (np.sqrt(x * x + y * y) + x)))


@case(np.power, exact=False)  # x**2 and np.power(x, 2) may round differently
def power(pick: Pick) -> Sample:
    left, right = pick.broadcastable(2)
    kind = pick.choice(["both", "integer", "integers", "float", "base"])
    if kind == "both":
        return Sample(np.power, (pick.values(left, 0.4, 2), pick.away_from_zero(right)))
    if kind == "integer":
        n = pick.integer(-3, 4)
        return Sample(lambda x: x**n, (pick.away_from_zero(left),))
    if kind == "integers":
        n = pick.rng.integers(-3, 4, right).astype(float)
        return Sample(lambda x: np.power(x, n.astype(x.dtype)), (pick.away_from_zero(left),))
    if kind == "float":
        return Sample(lambda x: x**-1.5, (pick.values(left, 0.4, 2),))
    return Sample(lambda y: 1.7**y, (pick.values(right),))


@case(np.float_power, exact=False)
def float_power(pick: Pick) -> Sample:
    left, right = pick.broadcastable(2)
    return Sample(np.float_power, (pick.values(left, 0.4, 2), pick.values(right)))


def choosers(function: Any) -> None:
    """The greater or smaller of two; NumPy compares complex numbers by their real parts first."""

    @case(function)
    def build(pick: Pick) -> Sample:
        left, right = pick.broadcastable(2)
        values = pick.distinct((int(np.prod(left, dtype=int)) + int(np.prod(right, dtype=int)),))
        split = int(np.prod(left, dtype=int))
        return Sample(function, (values[:split].reshape(left), values[split:].reshape(right)))


choosers(np.maximum)
choosers(np.minimum)


@case(np.where)
def where(pick: Pick) -> Sample:
    left, right, chosen = pick.broadcastable(3)
    condition = pick.rng.integers(0, 2, chosen).astype(bool)
    return Sample(lambda x, y: np.where(condition, x, y), (pick.values(left), pick.values(right)))


@case(np.clip)
def clip(pick: Pick) -> Sample:
    shape = pick.shape()
    x = pick.distinct(shape)
    kind = pick.choice(["numbers", "one", "tracked", "keywords"])
    if kind == "tracked":
        return Sample(
            np.clip,
            (x, np.full(shape[-1:], -0.3), np.array(0.6)),
            lambda a, low, high: np.where(a.real < low.real, low, np.where(a.real > high.real, high, a)),
        )
    options = {"numbers": {"a_min": -0.3, "a_max": 0.6}, "keywords": {"min": -0.3, "max": 0.6}}.get(
        kind, {"a_min": None, "a_max": 0.0}
    )
    low = options.get("a_min", options.get("min"))
    high = options.get("a_max", options.get("max"))

    def reference(a: Any) -> Any:
        a = a if low is None else np.where(a.real < low, low, a)
        return np.where(a.real > high, high, a)

    return Sample(lambda a: np.clip(a, **options), (x,), reference)


@case(np.heaviside)
def heaviside(pick: Pick) -> Sample:
    step = pick.rng.integers(-1, 2, (4,)).astype(float)
    return Sample(
        lambda y: np.heaviside(step.astype(y.dtype), y),
        (pick.values((4,)),),
        lambda y: np.where(step == 0, y, step > 0),
    )


@case(np.full_like)
def full_like(pick: Pick) -> Sample:
    return Sample(lambda x: np.full_like(x, x[0, 1]), (pick.values((2, 3)),), lambda x: np.ones((2, 3)) * x[0, 1])


# Reductions


def reductions(function: Any, values: Callable[[Pick, tuple[int, ...]], np.ndarray]) -> None:
    @case(function)
    def build(pick: Pick) -> Sample:
        a = values(pick, pick.shape())
        axis, keepdims = pick.axis(a.ndim), bool(pick.integer(0, 1))
        return Sample(lambda a: function(a, axis=axis, keepdims=keepdims), (a,))


reductions(np.sum, Pick.values)
reductions(np.mean, Pick.values)
reductions(np.prod, Pick.away_from_zero)
reductions(np.max, Pick.distinct)
reductions(np.amax, Pick.distinct)
reductions(np.min, Pick.distinct)
reductions(np.amin, Pick.distinct)


def spreads(function: Any, root: bool) -> None:
    """Variance or standard deviation; NumPy's takes the modulus, so the reference is the formula."""

    @case(function)
    def build(pick: Pick) -> Sample:
        shape = tuple(n + 2 for n in pick.shape(1))
        axis, keepdims, ddof = pick.axis(len(shape)), bool(pick.integer(0, 1)), pick.integer(0, 1)
        a = pick.distinct(shape)
        n = a.size // np.sum(a, axis=axis).size

        def reference(a: Any) -> Any:
            deviation = a - np.mean(a, axis=axis, keepdims=True)
            z = np.sum(deviation * deviation, axis=axis, keepdims=keepdims) / (n - ddof)
            return np.sqrt(z) if root else z

        return Sample(lambda a: function(a, axis=axis, ddof=ddof, keepdims=keepdims), (a,), reference)


spreads(np.var, root=False)
spreads(np.std, root=True)


@case(np.cumsum)
def cumsum(pick: Pick) -> Sample:
    a = pick.values(pick.shape())
    axis = None if a.ndim == 0 else pick.choice([None, 0, -1])
    return Sample(lambda a: np.cumsum(a, axis=axis), (a,))


# Taking entries out and putting them back

INDICES: dict[str, Any] = {  # into an array of shape (3, 4)
    "integer": 1,
    "negative": (-1, -2),
    "slice": slice(None, None, 2),
    "reversed": (slice(None, None, -1), slice(3, 0, -2)),
    "new axis": (None, Ellipsis, 1),
    "repeated": [0, 2, 0, 0],
    "repeated from both ends": np.array([0, -3, 1]),
    "tuple in a tuple": ((1, 1, 2),),
    "pairs": (np.array([0, 0, 2]), np.array([1, 1, 3])),
    "crossed": np.ix_([0, 0, 1], [3, 1]),
    "apart": (slice(None), np.array([[1, 1], [2, 0]])),
    "mask": np.array([[True, False, True, False], [False, False, False, True], [True, True, False, False]]),
    "mask of rows": np.array([True, False, True]),
    "mask with an integer": (np.array([True, False, True]), 2),
    "none": np.zeros(3, dtype=bool),
    "empty list": [],
}


@case(operator.getitem)
def getitem(pick: Pick) -> Sample:
    index = INDICES[pick.choice(list(INDICES))]
    return Sample(lambda a: a[index], (pick.values((3, 4)),))


@case(indexing.scatter)
def scatter(pick: Pick) -> Sample:
    index = INDICES[pick.choice(list(INDICES))]
    places = np.arange(12).reshape(3, 4)[index]

    def reference(a: Any) -> Any:
        z = np.zeros(12, dtype=np.asarray(a).dtype)
        for place, entry in zip(np.ravel(places), np.ravel(a), strict=True):
            z[place] += entry
        return z.reshape(3, 4)

    return Sample(lambda a: indexing.scatter(a, index, (3, 4)), (pick.values(places.shape),), reference)


@case(np.take)
def take(pick: Pick) -> Sample:
    indices, axis = pick.choice(
        [
            ([0, 1, 1], 0),
            ((1, 0), None),
            (np.array([[2, -1], [2, 2]]), 1),
            (1, -1),
            (np.array([7, 7]), None),
            ([True, False], 0),
        ]
    )
    return Sample(lambda a: np.take(a, indices, axis), (pick.values((3, 4)),))


@case(np.take_along_axis)
def take_along_axis(pick: Pick) -> Sample:
    indices, axis = pick.choice(
        [
            (np.array([[3, 3], [0, 1], [2, 2]]), 1),
            (np.array([[0, 2, 1, 0]]), 0),
            (np.array([[1, 1]]), -1),  # one row of indices for all rows
            (np.array([5, 0, 5]), None),
        ]
    )
    return Sample(lambda a: np.take_along_axis(a, indices, axis), (pick.values((3, 4)),))


@case(np.sort)
def sort(pick: Pick) -> Sample:
    a = pick.distinct(pick.shape(1))
    axis = pick.choice([None, 0, -1])
    return Sample(lambda a: np.sort(a, axis=axis), (a,))


@case(np.diagonal)
def diagonal(pick: Pick) -> Sample:
    offset, axes = pick.integer(-2, 3), pick.choice([(0, 1), (2, 0), (-1, 1)])
    return Sample(lambda a: np.diagonal(a, offset, *axes), (pick.values((2, 3, 4)),))


@case(np.diag)
def diag(pick: Pick) -> Sample:
    k = pick.integer(-2, 2)
    return Sample(lambda v: np.diag(v, k), (pick.values(pick.choice([(1,), (3,), (3, 4), (2, 2)])),))


# Shape


@case(np.ndarray.astype)
def astype(pick: Pick) -> Sample:
    # Of the float types only float64 keeps what the reference computes; float32 has tests of its own.
    return Sample(lambda a: a.astype(np.float64), (pick.values(pick.shape(least=1)),), same)


@case(np.reshape)
def reshape(pick: Pick) -> Sample:
    shape, order = pick.choice([(6, 4), (2, -1), (-1,), (2, 1, 3, 4), 24]), pick.choice("CF")
    return Sample(lambda a: np.reshape(a, shape, order=order), (pick.values((2, 3, 4)),))


@case(np.ravel)
def ravel(pick: Pick) -> Sample:
    order = pick.choice("CF")
    return Sample(lambda a: np.ravel(a, order), (pick.values(pick.shape()),))


@case(np.transpose)
def transpose(pick: Pick) -> Sample:
    axes = pick.choice([None, (1, 2, 0), (-1, 0, 1), [2, 0, 1]])
    return Sample(lambda a: np.transpose(a, axes), (pick.values(pick.choice([(2, 3, 4), (3, 3, 3)])),))


@case(np.swapaxes)
def swapaxes(pick: Pick) -> Sample:
    i, j = pick.integer(-3, 2), pick.integer(-3, 2)
    return Sample(lambda a: np.swapaxes(a, i, j), (pick.values(pick.choice([(2, 3, 4), (3, 3, 3)])),))


@case(np.moveaxis)
def moveaxis(pick: Pick) -> Sample:
    moves = pick.choice([(0, -1), (2, 0), ((0, 1), (-1, 0)), ([2, 0], [0, 1])])
    return Sample(lambda a: np.moveaxis(a, *moves), (pick.values(pick.choice([(2, 3, 4), (3, 3, 3)])),))


@case(np.expand_dims)
def expand_dims(pick: Pick) -> Sample:
    axis = pick.choice([0, -1, (0, 2), (-1, 1)])
    return Sample(lambda a: np.expand_dims(a, axis), (pick.values((2, 3)),))


@case(np.squeeze)
def squeeze(pick: Pick) -> Sample:
    shape, axis = pick.choice([((1, 3, 1, 2, 1), (0, 2)), ((3, 1, 2, 1), -1), ((3, 1, 2, 1), None), ((1, 1), 0)])
    return Sample(lambda a: np.squeeze(a, axis), (pick.values(shape),))


@case(np.broadcast_to)
def broadcast_to(pick: Pick) -> Sample:
    shape = pick.choice([(), (1,), (4,), (3, 1), (3, 4), (1, 1, 4)])
    return Sample(lambda a: np.broadcast_to(a, (2, 3, 4)), (pick.values(shape),))


@case(np.flip)
def flip(pick: Pick) -> Sample:
    a = pick.values(pick.shape())
    axis = pick.axis(a.ndim)
    return Sample(lambda a: np.flip(a, axis), (a,))


@case(np.roll)
def roll(pick: Pick) -> Sample:
    shift = pick.choice([(1, None), (-5, 1), ((1, 2), (0, -1)), ([2, -1], [0, 1]), (1, (0, 1)), (np.array(2), 0)])
    return Sample(lambda a: np.roll(a, *shift), (pick.values((3, 4)),))


def triangles(function: Any) -> None:
    @case(function)
    def build(pick: Pick) -> Sample:
        k = pick.integer(-2, 2)
        return Sample(lambda m: function(m, k), (pick.values(pick.choice([(3, 4), (2, 3, 3), (3,)])),))


triangles(np.tril)
triangles(np.triu)


@case(np.concatenate)
def concatenate(pick: Pick) -> Sample:
    axis = pick.choice([0, 1, -1, None])
    if axis is None:
        shapes = [pick.shape() for _ in range(3)]
    else:
        shapes = [tuple(pick.integer(0, 3) if i == axis % 2 else 2 for i in range(2)) for _ in range(3)]
    fixed = pick.values(shapes[1])
    return Sample(
        lambda a, b, c: np.concatenate([a, fixed.astype(a.dtype), b, c], axis),
        (pick.values(shapes[0]), pick.values(shapes[1]), pick.values(shapes[2])),
    )


@case(np.stack)
def stack(pick: Pick) -> Sample:
    shape = pick.shape(most=2)
    axis = pick.integer(-len(shape) - 1, len(shape))
    return Sample(lambda *xs: np.stack(xs, axis), tuple(pick.values(shape) for _ in range(3)))


def stackers(function: Any, shapes: list[list[tuple[int, ...]]]) -> None:
    @case(function)
    def build(pick: Pick) -> Sample:
        return Sample(lambda *xs: function(xs), tuple(pick.values(shape) for shape in pick.choice(shapes)))


stackers(np.vstack, [[(), ()], [(3,), (3,)], [(3,), (2, 3)], [(1, 3, 2), (2, 3, 2)]])
stackers(np.hstack, [[(), (2,)], [(3,)], [(3,), (1,)], [(2, 1), (2, 3)], [(2, 1, 3), (2, 2, 3)]])

for promote in (np.atleast_1d, np.atleast_2d):

    @case(promote)
    def at_least(pick: Pick, promote: Any = promote) -> Sample:
        return Sample(promote, (pick.values(pick.shape()),))


def splitters(function: Any, sections: list[Any]) -> None:
    @case(function)
    def build(pick: Pick) -> Sample:
        where, axis = pick.choice(sections), pick.choice([0, -1])
        weights = pick.away_from_zero((8,))

        def call(a: Any) -> Any:
            return np.concatenate([w * x for w, x in zip(weights, function(a, where, axis), strict=False)], axis)

        return Sample(call, (pick.values((6, 6)),))


splitters(np.split, [1, 2, 3, [2], [1, 4], [4, 2], [-2], [0, 9], np.array([3])])
splitters(np.array_split, [1, 4, 5, [2, 3], [5, 1]])


@case(np.pad)
def pad(pick: Pick) -> Sample:
    width = pick.choice([0, 2, (1, 2), ((1, 0), (0, 2)), ((1,), (2,)), [[0, 1], [2, 0]]])
    fill = pick.choice([0, 3.5])
    return Sample(lambda a: np.pad(a, width, "constant", constant_values=fill), (pick.values((2, 3)),))


@case(np.repeat)
def repeat(pick: Pick) -> Sample:
    repeats, axis = pick.choice(
        [(2, None), (3, 0), (2, -1), ([1, 0, 2], 1), ((2, 1), 0), (np.array(2), 1), (0, 1), ([3], 1)]
    )
    return Sample(lambda a: np.repeat(a, repeats, axis), (pick.values((2, 3)),))


@case(np.tile)
def tile(pick: Pick) -> Sample:
    reps = pick.choice([2, (2, 3), (2, 1, 2), [3], np.array([1, 2]), 0])
    return Sample(lambda a: np.tile(a, reps), (pick.values(pick.shape()),))


# Linear algebra


@case(np.matmul, exact=False)  # two matrices go to np.dot, which may sum up in another order
def matmul(pick: Pick) -> Sample:
    left, right = pick.choice(
        [
            ((3,), (3,)),
            ((3, 3), (3, 3)),
            ((2, 3), (3, 4)),
            ((3,), (3, 2)),
            ((2, 3), (3,)),
            ((3,), (4, 3, 2)),
            ((4, 2, 3), (3,)),
            ((2, 1, 2, 3), (5, 3, 2)),
            ((2, 3), (4, 3, 2)),
        ]
    )
    return Sample(np.matmul, (pick.values(left), pick.values(right)))


def products(function: Any, shapes: list[tuple[tuple[int, ...], tuple[int, ...]]]) -> None:
    @case(function, exact=False)  # sums in another order
    def build(pick: Pick) -> Sample:
        left, right = pick.choice(shapes)
        return Sample(function, (pick.values(left), pick.values(right)))


products(
    np.dot,
    [((), (2,)), ((3,), (3,)), ((2, 3), (3, 2)), ((2, 3), (3,)), ((3,), (2, 3, 2)), ((4, 2, 3), (2, 3, 2))],
)
products(np.inner, [((), (2,)), ((3,), (3,)), ((2, 3), (4, 3)), ((3,), (4, 3)), ((2, 2, 3), (4, 3))])
products(np.outer, [((), (2,)), ((3,), (2,)), ((2, 3), (2, 2))])
products(np.vdot, [((3,), (3,)), ((2, 3), (2, 3)), ((), ())])
CASES["vdot"] = Case(  # it conjugates its first operand: not analytic
    "vdot",
    (np.vdot,),
    lambda pick: Sample(np.vdot, (pick.values((2, 3)), pick.values((3, 2))), lambda x, y: x.ravel() @ y.ravel()),
    False,
)


@case(np.tensordot, exact=False)
def tensordot(pick: Pick) -> Sample:
    left, right, axes = pick.choice(
        [
            ((2, 3, 4), (3, 4, 2), 2),
            ((2, 3), (3, 2), 1),
            ((2, 3), (2,), 0),
            ((2, 3, 4), (4, 2, 3), ([0, -1], [1, 0])),
            ((2, 3), (4, 2), (0, 1)),
            ((2, 3), (3, 2), np.int64(1)),
            ((2, 0), (0, 3), 1),
        ]
    )
    return Sample(lambda a, b: np.tensordot(a, b, axes), (pick.values(left), pick.values(right)))


EINSUMS: list[tuple[str, list[tuple[int, ...]]]] = [
    ("ij,jk->ik", [(2, 3), (3, 4)]),
    ("ij,jk", [(2, 3), (3, 4)]),
    ("kj,ji", [(2, 3), (3, 4)]),  # implicit output, in alphabetical order
    ("ii", [(3, 3)]),
    ("ii->i", [(3, 3)]),
    ("iij->j", [(3, 3, 2)]),
    ("iji->j", [(3, 2, 3)]),
    ("ijij,j->i", [(2, 3, 2, 3), (3,)]),
    ("ij->", [(2, 3)]),
    ("ij->j", [(2, 3)]),
    ("ij->ji", [(2, 3)]),
    ("ij,kl->k", [(2, 3), (4, 2)]),
    ("i,i,i->", [(3,), (3,), (3,)]),
    ("i,j,k->kij", [(2,), (3,), (2,)]),
    ("...ij,...jk->...ik", [(4, 2, 3), (3, 2)]),
    ("...ij,...jk", [(5, 1, 2, 3), (4, 3, 2)]),
    ("i...,i...->...", [(3, 2), (3, 1)]),
    ("b i j , b j -> b i", [(2, 3, 2), (2, 2)]),
    (",ij->ji", [(), (2, 3)]),
    ("ij,ij->i", [(2, 1), (2, 3)]),  # an index of length 1 is broadcast
    ("ij,ij->", [(1, 3), (2, 1)]),
]


@case(np.einsum, linalg.contraction, exact=False)
def einsum(pick: Pick) -> Sample:
    subscripts, shapes = pick.choice(EINSUMS)
    optimize = bool(pick.integer(0, 1))
    return Sample(
        lambda *xs: np.einsum(subscripts, *xs, optimize=optimize), tuple(pick.values(shape) for shape in shapes)
    )


@case(np.trace, exact=False)
def trace(pick: Pick) -> Sample:
    offset, axes = pick.integer(-2, 3), pick.choice([(0, 1), (2, 0), (-1, 1)])
    return Sample(lambda a: np.trace(a, offset, *axes), (pick.values((2, 3, 4)),))


@case(np.linalg.inv)
def inv(pick: Pick) -> Sample:
    return Sample(np.linalg.inv, (pick.regular(pick.integer(1, 3), pick.shape(most=1)),))


@case(np.linalg.solve)
def solve(pick: Pick) -> Sample:
    n = pick.integer(1, 3)
    batch, right = pick.choice(
        [((), (n,)), ((), (n, 2)), ((2,), (2, n, 2)), ((n,), (n,)), ((2,), (n, 2)), ((), (3, n, 1))]
    )
    return Sample(np.linalg.solve, (pick.regular(n, batch), pick.values(right)))


@case(np.linalg.det)
def det(pick: Pick) -> Sample:
    return Sample(np.linalg.det, (pick.regular(pick.integer(1, 4), pick.shape(most=1)),))


@case(np.linalg.slogdet, linalg.logabsdet)
def slogdet(pick: Pick) -> Sample:
    def reference(a: Any) -> Any:
        determinant = np.linalg.det(a)
        return np.log(determinant * sign(determinant))

    a = pick.regular(pick.integer(1, 3), pick.shape(most=1))
    return Sample(lambda a: np.linalg.slogdet(a)[1], (a,), reference)


@case(np.linalg.cholesky)
def cholesky(pick: Pick) -> Sample:
    def reference(a: Any) -> Any:
        n = a.shape[-1]
        z = np.zeros(a.shape, dtype=a.dtype)
        for i, j in itertools.product(range(n), repeat=2):
            if j <= i:
                rest = a[..., i, j] - sum(z[..., i, k] * z[..., j, k] for k in range(j))
                z[..., i, j] = np.sqrt(rest) if i == j else rest / z[..., j, j]
        return z

    root = pick.regular(pick.integer(1, 3), pick.shape(most=2))
    return Sample(np.linalg.cholesky, (root @ np.swapaxes(root, -1, -2),), reference, symmetric=True)


def root_of_squares(axis: Any, keepdims: bool) -> Any:
    return lambda x: np.sqrt(np.sum(x * x, axis=axis, keepdims=keepdims))


@case(linalg.euclidean_norm)
def euclidean_norm(pick: Pick) -> Sample:
    axis, keepdims = pick.choice([None, 0, -1, (0, 1)]), bool(pick.integer(0, 1))
    return Sample(
        lambda x: linalg.euclidean_norm(x, axis, keepdims),
        (pick.away_from_zero((2, 3)),),
        root_of_squares(axis, keepdims),
    )


@case(linalg.power_norm)
def power_norm(pick: Pick) -> Sample:
    order, axis, keepdims = pick.choice([1.5, 3.0]), pick.choice([0, -1]), bool(pick.integer(0, 1))
    return Sample(
        lambda x: linalg.power_norm(x, order, axis, keepdims),
        (pick.away_from_zero((2, 3)),),
        lambda x: np.sum(times_sign(x) ** order, axis=axis, keepdims=keepdims) ** (1 / order),
    )


@case(np.linalg.norm, exact=False)
def norm(pick: Pick) -> Sample:
    shape, order, axis = pick.choice(
        [
            ((), None, None),
            ((4,), None, None),
            ((4,), 2, None),
            ((2, 3), None, None),
            ((2, 3), "fro", None),
            ((2, 3, 2), None, None),
            ((2, 3, 2), None, (0, -1)),
            ((2, 3), 2, (1,)),
            ((4,), 1, None),
            ((2, 3), 1, -1),
            ((2, 3), 3, 0),
            ((4,), np.float64(2.5), None),
            ((2, 3), np.inf, 0),
        ]
    )
    keepdims = bool(pick.integer(0, 1))
    x = pick.distinct(shape) if order == np.inf else pick.away_from_zero(shape)
    x = np.abs(x) * np.sign(pick.away_from_zero(shape)) + (0.05 * (x > 0) if order == np.inf else 0)

    def reference(x: Any) -> Any:
        size = times_sign(x)
        if order == np.inf:
            return np.max(size, axis=axis, keepdims=keepdims)
        p = order if isinstance(order, int | float) else 2
        return np.sum(size**p, axis=axis, keepdims=keepdims) ** (1 / p)

    return Sample(lambda x: np.linalg.norm(x, order, axis, keepdims), (x,), reference)


# Windows


@case(sliding_window_view)
def windows_of(pick: Pick) -> Sample:
    shape, window, axis = pick.choice(
        [
            ((5,), 2, None),
            ((4, 3), (2, 2), None),
            ((4, 3), 3, 0),
            ((2, 4, 4), (2, 3), (1, -1)),
            ((5, 2), (2, 3), (0, 0)),
            ((3,), 3, 0),
        ]
    )
    return Sample(lambda x: sliding_window_view(x, window, axis), (pick.values(shape),))


@case(windows.overlap_add)
def overlap_add(pick: Pick) -> Sample:
    shape, window, axes = pick.choice(
        [((5,), (2,), (0,)), ((4, 3), (2, 2), (0, 1)), ((4, 3), (3,), (1,)), ((5, 2), (2, 3), (0, 0))]
    )
    places = sliding_window_view(np.arange(int(np.prod(shape))).reshape(shape), window, axes)

    def reference(a: Any) -> Any:
        z = np.zeros(int(np.prod(shape)), dtype=a.dtype)
        for place, entry in zip(np.ravel(places), np.ravel(a), strict=True):
            z[place] += entry
        return z.reshape(shape)

    return Sample(lambda a: windows.overlap_add(a, shape, axes), (pick.values(places.shape),), reference)


# Layers: the references are loops over the definition


def window_places(height: int, width: int, window: Any, stride: Any) -> Any:
    rows, columns = (height - window[0]) // stride[0] + 1, (width - window[1]) // stride[1] + 1
    for i, j in itertools.product(range(rows), range(columns)):
        top, left = i * stride[0], j * stride[1]
        yield i, j, slice(top, top + window[0]), slice(left, left + window[1])


def pair(n: Any) -> tuple[int, int]:
    return n if isinstance(n, tuple) else (n, n)


@case(conv2d, windows.convolution, exact=False)
def convolution(pick: Pick) -> Sample:
    n, c, f = pick.integer(1, 2), pick.integer(1, 2), pick.integer(1, 3)
    window = (pick.integer(1, 3), pick.integer(1, 2))
    stride, padding = pick.choice([1, 2, (1, 2), (3, 1)]), pick.choice([0, 1, (0, 2)])
    height, width = pick.integer(3, 5), pick.integer(3, 5)

    def reference(x: Any, kernel: Any, bias: Any) -> Any:
        (up, side), (sh, sw) = pair(padding), pair(stride)
        wide = np.zeros((n, c, height + 2 * up, width + 2 * side), dtype=np.result_type(x, kernel, bias))
        wide[:, :, up : up + height, side : side + width] = x
        out = ((wide.shape[2] - window[0]) // sh + 1, (wide.shape[3] - window[1]) // sw + 1)
        z = np.zeros((n, f, *out), dtype=wide.dtype)
        for image, k in itertools.product(range(n), range(f)):
            for i, j, rows, columns in window_places(*wide.shape[2:], window, (sh, sw)):
                z[image, k, i, j] = np.sum(wide[image, :, rows, columns] * kernel[k]) + bias[k]
        return z

    operands = pick.values((n, c, height, width)), pick.values((f, c, *window)), pick.values((f,))
    return Sample(lambda x, kernel, bias: conv2d(x, kernel, bias, stride, padding), operands, reference)


def pools(function: Any, covers: tuple[Any, ...], best: bool) -> None:
    @case(function, *covers, exact=False)
    def build(pick: Pick) -> Sample:
        window, stride = pick.choice([(2, None), ((1, 2), None), ((2, 3), (1, 2)), (2, 1), (1, 2), (3, (2, 1))])
        shape = (pick.integer(1, 2), pick.integer(1, 2), pick.integer(3, 5), pick.integer(3, 6))

        def reference(x: Any) -> Any:
            size = pair(window)
            step = size if stride is None else pair(stride)
            out = ((shape[2] - size[0]) // step[0] + 1, (shape[3] - size[1]) // step[1] + 1)
            z = np.zeros((*shape[:2], *out), dtype=x.dtype)
            for n, c in itertools.product(range(shape[0]), range(shape[1])):
                for i, j, rows, columns in window_places(*shape[2:], size, step):
                    seen = x[n, c, rows, columns].ravel()
                    z[n, c, i, j] = seen[np.argmax(seen.real)] if best else np.sum(seen) / len(seen)
            return z

        x = pick.distinct(shape) if best else pick.values(shape)
        return Sample(lambda x: function(x, window, stride), (x,), reference)


pools(avg_pool2d, (windows.average_pooling,), best=False)
pools(max_pool2d, (), best=True)


def layers(function: Any, covers: tuple[Any, ...], values: Any, reference: Any) -> None:
    @case(function, *covers, exact=False)
    def build(pick: Pick) -> Sample:
        return Sample(function, (values(pick, pick.shape()),), reference)


layers(sigmoid, (_sigmoid,), Pick.values, lambda x: 1 / (1 + np.exp(-x)))
layers(softplus, (_softplus,), Pick.values, lambda x: np.log(1 + np.exp(x)))
layers(relu, (_relu,), Pick.away_from_zero, lambda x: np.where(x.real > 0, x, 0))


@case(softmax, _softmax, exact=False)
def softmax_case(pick: Pick) -> Sample:
    x = pick.values(pick.shape(1))
    axis = pick.integer(-x.ndim, x.ndim - 1)
    return Sample(lambda x: softmax(x, axis), (x,), lambda x: np.exp(x) / np.sum(np.exp(x), axis=axis, keepdims=True))


@case(log_softmax, exact=False)
def log_softmax_case(pick: Pick) -> Sample:
    x = pick.values(pick.shape(1))
    axis = pick.integer(-x.ndim, x.ndim - 1)
    return Sample(
        lambda x: log_softmax(x, axis),
        (x,),
        lambda x: np.log(np.exp(x) / np.sum(np.exp(x), axis=axis, keepdims=True)),
    )


@case(logsumexp, _logsumexp, exact=False)
def logsumexp_case(pick: Pick) -> Sample:
    x = pick.values(pick.shape())
    axis, keepdims = pick.axis(x.ndim), bool(pick.integer(0, 1))
    return Sample(
        lambda x: logsumexp(x, axis, keepdims),
        (x,),
        lambda x: np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims)),
    )


@case(cross_entropy, _cross_entropy, exact=False)
def cross_entropy_case(pick: Pick) -> Sample:
    shape = (pick.integer(1, 3), pick.integer(1, 4))
    kind = pick.choice(["weights", "one hot", "distribution"])
    targets = pick.values(shape)  # any weights, negative ones too
    if kind == "one hot":
        targets = np.eye(shape[1])[pick.rng.integers(0, shape[1], shape[0])]
    if kind == "distribution":
        targets = np.abs(targets) / np.sum(np.abs(targets), axis=1, keepdims=True)

    def reference(x: Any, t: Any) -> Any:
        total = 0
        for n in range(shape[0]):
            log_sum = np.log(sum(np.exp(x[n, k]) for k in range(shape[1])))
            total = total - sum(t[n, k] * (x[n, k] - log_sum) for k in range(shape[1]))
        return total / shape[0]

    return Sample(cross_entropy, (pick.values(shape), targets), reference)
