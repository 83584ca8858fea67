"""What other tests call, to the order to which they differentiate it: those of HIPS autograd, of JAX and of NumPy.

Only the lists are theirs: which operations, on which shapes, in which spelling. Each row is held by the properties of
`autograd_checks`: complex steps of the plain function are the judge of first derivatives, and differences of them of
second ones. Special points are in `test_autograd_others_points.py`, what has no rule in `test_autograd_unsupported.py`.
"""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import avg_pool2d, conv2d, max_pool2d, sigmoid
from tests.autograd.cases import Sample, sign, times_sign
from tests.autograd.checks import check_first_order, check_float32, check_second_order

rng = np.random.default_rng(0)
ROWS: dict[str, Sample] = {}


def row(name: str, call: Callable[..., Any], *operands: Any, reference: Any = None) -> None:
    """One more; an operand may be given by its shape."""
    assert name not in ROWS, name
    drawn = tuple(A(x) if isinstance(x, tuple) else np.asarray(x) for x in operands)
    ROWS[name] = Sample(call, drawn, reference)


def A(shape: tuple[int, ...], low: float = -2.0, high: float = 2.0) -> np.ndarray:
    return np.asarray(rng.uniform(low, high, shape))


def apart(*shape: int) -> np.ndarray:
    """No two entries nearer than 0.3, and none nearer to zero than half of it."""
    n = int(np.prod(shape))
    return (rng.permutation(n) * 0.3 - 0.3 * (n // 2) + 0.15).reshape(shape)


# HIPS autograd: ufuncs of one operand, on a number, a vector and a matrix

UNARY: dict[str, tuple[Any, float, float, Any]] = {
    "sin": (np.sin, -2, 2, None), "abs": (np.abs, 0.4, 4, times_sign), "cos": (np.cos, -2, 2, None),
    "cosh": (np.cosh, -2, 2, None), "exp": (np.exp, -2, 2, None), "exp2": (np.exp2, -2, 2, None),
    "expm1": (np.expm1, -2, 2, None), "fabs": (np.fabs, 0.4, 2, times_sign), "log": (np.log, 0.4, 2, None),
    "log10": (np.log10, 0.4, 2, None), "log1p": (np.log1p, 0.2, 2, None), "log2": (np.log2, 0.4, 2, None),
    "sinh": (np.sinh, -2, 2, None), "sqrt": (np.sqrt, 1, 3, None), "square": (np.square, -2, 2, None),
    "tan": (np.tan, -1.1, 1.1, None), "tanh": (np.tanh, -1, 1, None), "real": (np.real, -2, 2, lambda x: x),
    "conj": (np.conj, -2, 2, lambda x: x), "negative": (np.negative, -2, 2, None),
    "reciprocal": (np.reciprocal, 0.4, 2, None), "arctan": (np.arctan, -0.6, 0.6, None),
    "arcsin": (np.arcsin, -0.6, 0.6, None), "arccos": (np.arccos, -0.6, 0.6, None),
    "floor": (lambda x: x + np.floor(x), 0.1, 0.4, lambda x: x),
    "ceil": (lambda x: x + np.ceil(x), 0.1, 0.4, lambda x: x + 1),
    "round": (lambda x: x + np.round(x), 0.1, 0.4, lambda x: x), "sign": (lambda x: x * np.sign(x), 0.4, 2, times_sign),
}  # fmt: skip
for name, (function, low, high, reference) in UNARY.items():
    for shape in ((), (4,), (3, 2)):
        row(f"HIPS, {name} of {shape}", function, A(shape, low, high), reference=reference)

# HIPS autograd: operators of two operands, broadcast in every way

PAIRS = [((), ()), ((), (4,)), ((4,), (4,)), ((3, 1), (1, 4)), ((3, 4), (4,)), ((2, 3, 4), (3, 1)), ((2, 1, 4), (3, 4))]
BINARY: dict[str, tuple[Any, float, Any]] = {
    "add": (np.add, -2, None), "op.add": (operator.add, -2, None), "op.mul": (operator.mul, -2, None),
    "op.sub": (operator.sub, -2, None), "op.truediv": (operator.truediv, 0.4, None),
    "true_divide": (np.true_divide, 0.4, None), "op.pow": (operator.pow, 0.7, None),
    "logaddexp": (np.logaddexp, -2, lambda x, y: np.log(np.exp(x) + np.exp(y))),
    "arctan2": (np.arctan2, 0.4, lambda y, x: np.arctan(y / x)),
    "hypot": (np.hypot, 0.4, lambda x, y: np.sqrt(x * x + y * y)),
}  # fmt: skip
for name, (function, low, reference) in BINARY.items():
    for left, right in PAIRS:
        row(f"HIPS, {name} of {left} and {right}", function, A(left, low), A(right, low), reference=reference)
for function in (np.maximum, np.minimum):
    for left, right in PAIRS:
        values = apart(int(np.prod(left)) + int(np.prod(right)))
        x, y = np.split(values, [int(np.prod(left))])
        row(f"HIPS, {function.__name__} of {left} and {right}", function, x.reshape(left), y.reshape(right))

# HIPS autograd: statistics over no, one and several axes, with and without keepdims

for function in (np.sum, np.mean, np.max, np.min, np.prod):
    for axis in (None, 0, -1, 1, (0, 2), (-1, 0)):
        for keepdims in (False, True):
            row(
                f"HIPS, {function.__name__} along {axis}, keepdims {keepdims}",
                lambda x, function=function, axis=axis, keepdims=keepdims: function(x, axis=axis, keepdims=keepdims),
                apart(2, 3, 2) if function is not np.prod else A((2, 3, 2), 0.5, 1.5),
            )


def variance(x: Any, axis: Any, ddof: int, keepdims: bool) -> Any:
    deviation = x - np.mean(x, axis=axis, keepdims=True)
    n = x.size // np.sum(x, axis=axis).size
    return np.sum(deviation * deviation, axis=axis, keepdims=keepdims) / (n - ddof)


for shape, axis, ddof in [((3,), None, 1), ((3, 4), None, 0), ((3, 4), 1, 2), ((1, 3), None, 2), ((1, 3), 1, 1)]:
    for keepdims in (False, True):
        options = {"axis": axis, "ddof": ddof, "keepdims": keepdims}
        how = f"of {shape}: {options}"
        row(
            f"HIPS, var {how}",
            lambda x, o=options: np.var(x, **o),
            apart(*shape),
            reference=lambda x, o=options: variance(x, **o),
        )
        row(
            f"HIPS, std {how}", lambda x, o=options: np.std(x, **o), apart(*shape),
            reference=lambda x, o=options: np.sqrt(variance(x, **o)),
        )  # fmt: skip

# HIPS autograd: arrays

row("HIPS, dot of matrix and vector", np.dot, (4, 3), (3,))
row("HIPS, dot of matrices", np.dot, (4, 3), (3, 4))
row("HIPS, dot of vector and matrix", np.dot, (4,), (4, 3))
row("HIPS, dot of vectors", np.dot, (3,), (3,))
row("HIPS, dot of vector and array", np.dot, (3,), (2, 3, 2))
row("HIPS, dot of matrix and number", np.dot, (4, 3), ())
row("HIPS, dot of number and vector", np.dot, (), (4,))
row("HIPS, dot of slices", lambda x: np.dot(x[:2], x[2:]), (4,))
row("HIPS, outer", np.outer, (3,), (4,))
row("HIPS, outer of transposed vectors", lambda x, y: np.outer(x.T, y.T), (3,), (4,))
row("HIPS, Python's sum of arrays", lambda x, y: sum([x, y]), (3, 2), (3, 2))
for axis in (None, 0, 1):
    row(f"HIPS, cumsum along {axis}", lambda x, axis=axis: np.cumsum(x, axis=axis), (3, 4))
for name, index in {
    "integers": (2, 0, 1), "slices": np.s_[::-1, 1:3, :], "lists": np.s_[[0, 1, 2], :, :],
    "mixed": np.s_[2, 1:, [1, 1]], "a mask of rows": np.s_[np.array([True, False, True])], "nothing": np.s_[[], :],
}.items():  # fmt: skip
    row(f"HIPS, indexed by {name}", lambda x, index=index: x[index], (3, 3, 2))
row("HIPS, indexed twice by one", lambda x: np.sum(x[[0, 1, 0]]), (3,))
row("HIPS, overlapping slices", lambda x: x[::-1, 0:2] + x[::-1, 1:3], (3, 3, 2))
row("HIPS, a slice of a slice", lambda x: x[2:6][1:3], (7,))
row("HIPS, reshape by method", lambda x: x.reshape((6, 2)), (2, 3, 2))
row("HIPS, reshape by method, no tuple", lambda x: x.reshape(6, 2), (2, 3, 2))
row("HIPS, reshape", lambda x: np.reshape(x, (6, 2)), (2, 3, 2))
row("HIPS, ravel by method", lambda x: x.ravel(), (2, 3, 2))
row("HIPS, ravel", np.ravel, (2, 3, 2))
row("HIPS, flatten", lambda x: x.flatten(), (2, 3, 2))
for axis in (0, 1, 2, -1):
    row(
        f"HIPS, concatenated between others along {axis}",
        lambda x, axis=axis: np.concatenate((np.ones((2, 3, 2), x.dtype), x, x), axis), (2, 3, 2),
    )  # fmt: skip
for shape in ((3, 4), (4, 3), (3, 3), (2, 3, 2, 2)):
    for offset in (-2, 0, 1):
        row(f"HIPS, trace of {shape} by {offset}", lambda x, k=offset: np.trace(x, offset=k), shape)
row("HIPS, the first half", lambda x: np.split(x, 2)[0], (4,))
row("HIPS, diag of matrix", np.diag, (4, 4))
row("HIPS, diag of vector", np.diag, (4,))
row("HIPS, diagonal of the last axes", lambda x: np.diagonal(x, axis1=-1, axis2=-2), (2, 3, 3))
row("HIPS, T", lambda x: x.T, (3, 2))
for axes in (None, (0, 2, 1), (2, 0, 1), (2, 1, 0), (1, 0, 2), (1, 2, 0)):
    row(f"HIPS, transpose by {axes}", lambda x, axes=axes: np.transpose(x, axes), (2, 3, 4))
row("HIPS, roll", lambda x: np.roll(x, 2, axis=1), (3, 4))
row("HIPS, roll of all", lambda x: np.roll(x, 2), (3, 4))
row("HIPS, triu", lambda x: np.triu(x, k=2), (4, 4))
row("HIPS, tril", lambda x: np.tril(x, k=2), (4, 4))
row(
    "HIPS, clip", lambda x: np.clip(x, a_min=0.0, a_max=1.0), apart(3, 3),
    reference=lambda x: np.where(x.real < 0, 0, np.where(x.real > 1, 1, x)),
)  # fmt: skip
row("HIPS, where", lambda x, y: np.where(np.arange(6).reshape(2, 3) % 2 == 0, x, y), (2, 3), (2, 3))
row("HIPS, squeeze", np.squeeze, (3, 1, 2))
row("HIPS, squeeze by method", lambda x: x.squeeze(), (3, 1, 2))
for shape, repeats, axis in [((3, 2, 2), 2, 1), ((3, 2), 1, 1), ((3, 2), 2, 0), ((4,), 2, 0), ((4, 1), 1, 0)]:
    row(
        f"HIPS, {shape} repeated {repeats} times along {axis}",
        lambda x, n=repeats, i=axis: np.repeat(x, n, axis=i),
        shape,
    )
row("HIPS, expand_dims", lambda x: np.expand_dims(x, 2), (3, 1, 2))
for axes, left, right in [
    ([(1,), (0,)], (2, 3, 2), (3, 4, 2)), ([(0,), (1,)], (3, 4, 2), (2, 3, 2)),
    ([(0, 1), (1, 2)], (2, 3, 4), (2, 2, 3)),
    ([(1, 0), (2, 1)], (2, 3, 4), (2, 2, 3)), (1, (4, 2, 2), (2, 2)), (2, (2, 2), (2, 2, 4)),
]:  # fmt: skip
    row(f"HIPS, tensordot over {axes}", lambda x, y, axes=axes: np.tensordot(x, y, axes), left, right)
for subscripts, *shapes in [
    ("ij->ji", (3, 4)), ("ij,jk->ik", (2, 3), (3, 4)), ("ijk,lji->lki", (3, 2, 2), (2, 2, 3)),
    ("...jk,...lj->...lk", (2, 3, 3), (2, 3, 3)), ("...,...->...", (2, 3), (2, 3)),
    ("ijk,lji,lli->lki", (3, 2, 2), (2, 2, 3), (2, 2, 3)),
]:  # fmt: skip
    row(f"HIPS, einsum {subscripts}", lambda *xs, s=subscripts: np.einsum(s, *xs), *shapes)
for shape in ((1,), (5,)):
    row(f"HIPS, sort of {shape}", np.sort, apart(*shape))
for promote in (np.atleast_1d, np.atleast_2d):
    for shape in ((), (1,), (4,), (1, 4), (2, 4), (2, 2, 2)):
        row(f"HIPS, {promote.__name__} of {shape}", promote, shape)
row("HIPS, an array without relation", lambda x: 0 * x + np.ones((3, 2), x.dtype), (3, 2))

REGULAR = np.array([[2.0, 0.3, -0.4], [0.2, -1.8, 0.5], [-0.3, 0.4, 2.2]])
SEVERAL = np.stack([REGULAR, REGULAR.T])
row("HIPS, inv", np.linalg.inv, REGULAR)
row("HIPS, inv of several", np.linalg.inv, SEVERAL)
row("HIPS, solve for a vector", np.linalg.solve, REGULAR, (3,))
row("HIPS, solve for a matrix", np.linalg.solve, REGULAR, (3, 2))
row("HIPS, solve for several", np.linalg.solve, SEVERAL, (2, 3, 2))
row("HIPS, det", np.linalg.det, REGULAR)
row("HIPS, det of several", np.linalg.det, SEVERAL)
row("HIPS, slogdet", lambda a: np.linalg.slogdet(a)[1], SEVERAL, reference=lambda a: np.log(-np.linalg.det(a)))
for order, axis in [(None, None), (2, 0), (2, -1), (1.2, 1), (3, 0), ("fro", (0, 1)), (None, (1, 0))]:

    def of_moduli(x: Any, order: Any = order, axis: Any = axis) -> Any:
        p = order if isinstance(order, int | float) else 2
        return np.sum(times_sign(x) ** p, axis=axis) ** (1 / p)

    row(
        f"HIPS, norm of order {order} along {axis}", lambda x, o=order, i=axis: np.linalg.norm(x, o, i),
        A((3, 2), 0.5) , reference=of_moduli,
    )  # fmt: skip

# JAX: what its gradient tests list beyond that, to second order

row("JAX, rsqrt", lambda x: 1 / np.sqrt(x), A((3, 4), 0.4))
row("JAX, cbrt", np.cbrt, A((3, 4), 0.4), reference=lambda x: x ** (1 / 3))
row("JAX, logistic", sigmoid, (3, 4), reference=lambda x: 1 / (1 + np.exp(-x)))
row("JAX, clamp of a number", lambda x: np.clip(x, x - 10, x + 10), (), reference=lambda x: x)
row("JAX, clamped from below", lambda x: np.clip(x - 10, x, x + 10), (2, 3), reference=lambda x: x)
row("JAX, clamped from above", lambda x: np.clip(x + 10, x - 10, x), (2, 3), reference=lambda x: x)
for axis in range(3):
    shapes = [tuple(n if i == axis else 2 for i in range(3)) for n in (3, 1, 4)]
    row(f"JAX, concatenate along {axis}", lambda *xs, axis=axis: np.concatenate(xs, axis), *shapes)
    row(
        f"JAX, split along {axis}",
        lambda x, axis=axis: np.concatenate(np.split(x, [1, 1, 3], axis)[::-1], axis), (4, 4, 4)[: axis + 1],
    )  # fmt: skip
for stride in ((1, 1), (1, 2), (2, 1)):
    for padding in ((0, 0), (1, 0)):

        def correlated(x: Any, k: Any, b: Any, stride: Any = stride, padding: Any = padding) -> Any:
            x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
            seen = np.lib.stride_tricks.sliding_window_view(x, k.shape[2:], (2, 3))[:, :, :: stride[0], :: stride[1]]
            return np.einsum("nchwij,fcij->nfhw", seen, k) + b[:, None, None]

        row(
            f"JAX, convolution, stride {stride}, padding {padding}",
            lambda x, k, b, s=stride, p=padding: conv2d(x, k, b, s, p),
            (2, 3, 3, 4), (2, 3, 1, 2), (2,), reference=correlated,
        )  # fmt: skip
for left, right in [((2,), (2,)), ((3, 2), (2,)), ((2,), (2, 4)), ((3, 2), (2, 4))]:
    row(f"JAX, dot of {left} and {right}", np.dot, left, right)
for subscripts, left, right in [
    ("ij,kj->ik", (3, 5), (2, 5)), ("ji,jk->ik", (5, 3), (5, 2)), ("bij,bjk->bik", (3, 3, 2), (3, 2, 4)),
    ("abc,cdb->bad", (3, 5, 2), (2, 4, 5)), ("abcd,defc->cabef", (2, 3, 2, 2), (2, 2, 4, 2)),
]:  # fmt: skip
    row(f"JAX, contraction {subscripts}", lambda x, y, s=subscripts: np.einsum(s, x, y), left, right)
for shape, wide in [((), (2,)), ((), (1, 2)), ((2, 3), (1, 2, 2, 3)), ((2,), (2, 2)), ((), (2, 3)), ((2, 1), (2, 3))]:
    row(f"JAX, {shape} broadcast to {wide}", lambda x, wide=wide: np.broadcast_to(x, wide), shape)
for shape, wanted, axes in [((3, 4), (12,), (1, 0)), ((2, 1, 4), (8,), (2, 0, 1)), ((2, 2, 4), (2, 8), (0, 2, 1))]:
    row(f"JAX, {shape} turned and reshaped", lambda x, s=wanted, a=axes: np.reshape(np.transpose(x, a), s), shape)
row("JAX, pad", lambda x: np.pad(x, ((1, 2), (0, 1))), (2, 3))
row("JAX, pad of a number", lambda x: np.pad(x, 0), ())
row("JAX, reverse", lambda x: np.flip(x, (0, 1)), (2, 3))
row("JAX, power of whole numbers", lambda x: x ** np.arange(3), A((3,), 0.4))
row("JAX, power of whole floats", lambda x: x ** np.arange(3.0).astype(x.dtype), A((3,), 0.4))
for shape in ((), (3,), (2, 3)):
    row(f"JAX, select of {shape} by one", lambda x, y: np.where(True, x, y), shape, shape)
for shape, index in [
    ((3,), np.s_[1:2]), ((7,), np.s_[4:7]), ((5,), np.s_[1:5:2]), ((8,), np.s_[1:6:2]), ((5, 3), np.s_[1:3, 1:2]),
    ((5, 3), np.s_[1:3, 1:1]), ((4, 3, 3), np.s_[2:4, 0:1, 1:3]), ((5, 3), np.s_[1:5:2, 1:3]),
    ((3, 3, 5), np.s_[0:3, 2:2, 0:5]), ((3, 4, 2), np.s_[[0, 2, 1]]), ((3, 4, 2), np.s_[[-1, -2]]),
    ((3, 4, 2), np.s_[[0, 2], [1, 3]]), ((3, 4, 2), np.s_[[0, 2], :, [1, 0]]), ((10,), np.s_[[0, 0, 0]]),
]:  # fmt: skip
    row(f"JAX, {shape} at {index}", lambda x, index=index: x[index], shape)
for function in (np.sum, np.max, np.min, np.prod):
    for shape, axis in [((), None), ((), ()), ((2, 3, 2), ()), ((2, 3, 2), (1, 2)), ((3, 1), (1,))]:
        row(
            f"JAX, {function.__name__} of {shape} over {axis}",
            lambda x, function=function, axis=axis: function(x, axis=axis),
            A(shape, 0.5) if function is np.prod else apart(*shape),
        )  # fmt: skip
row("JAX, sum of no entries", lambda x: np.sum(x, axis=1), (3, 0, 2))
row("JAX, product of no entries", lambda x: np.prod(x, axis=1), (3, 0, 2))
for axis in range(3):
    row(f"JAX, cumsum along {axis}", lambda x, axis=axis: np.cumsum(x, axis), (3, 2, 2))
    row(f"JAX, reversed cumsum along {axis}", lambda x, i=axis: np.flip(np.cumsum(np.flip(x, i), i), i), (3, 2, 2))
for shape in ((0,), (5,), (2, 4), (2, 3, 2)):
    row(f"JAX, sort of {shape}", np.sort, apart(*shape))
row("JAX, the greatest three", lambda x: np.sort(x, axis=0)[:-4:-1], apart(5, 2))
for shape, reps in [((3,), (2,)), ((2, 3), (1, 2)), ((1, 1, 4), (1, 3, 1))]:
    row(f"JAX, {shape} tiled by {reps}", lambda x, reps=reps: np.tile(x, reps), shape)
for window, stride in [((2, 1), (1, 1)), ((1, 2), (2, 1)), ((2, 2), (1, 2))]:

    def seen(x: Any, window: Any = window, stride: Any = stride) -> Any:
        return np.lib.stride_tricks.sliding_window_view(x, window, (2, 3))[:, :, :: stride[0], :: stride[1]]

    row(
        f"JAX, mean of windows {window} at strides {stride}", lambda x, w=window, s=stride: avg_pool2d(x, w, s),
        (1, 2, 4, 3), reference=lambda x, seen=seen: np.mean(seen(x), (-2, -1)),
    )  # fmt: skip
    row(
        f"JAX, maximum of windows {window} at strides {stride}", lambda x, w=window, s=stride: max_pool2d(x, w, s),
        apart(1, 2, 4, 3), reference=lambda x, seen=seen: np.max(seen(x), (-2, -1)),
    )  # fmt: skip

# NumPy: array functions at their edges

row("NumPy, a new axis first", lambda x: x[None], (2, 3))
row("NumPy, new axes on a number", lambda x: x[None, None], ())
row("NumPy, a number by an empty index", lambda x: x[()], ())
row("NumPy, a number by an ellipsis", lambda x: x[...], ())
row("NumPy, an ellipsis in the middle", lambda x: x[1, ..., None, 0], (2, 3, 2))
row("NumPy, a mask of all entries", lambda x: x[np.array([[True, False, True], [False, False, True]])], (2, 3))
row("NumPy, a mask of none", lambda x: x[np.zeros((2, 3), bool)], (2, 3))
row("NumPy, a mask beside a slice", lambda x: x[np.array([True, False]), 1:], (2, 3))
row("NumPy, a mask beside a list", lambda x: x[[1, 0], np.array([True, False, True])], (2, 3))
row("NumPy, arrays of indices apart", lambda x: x[np.array([[0], [1]]), :, [0, 1]], (2, 3, 2))
row("NumPy, a row of no entries", lambda x: x[:0], (2, 3))
row("NumPy, backwards past the start", lambda x: x[10:0:-2], (6,))
row("NumPy, sum over an axis of length 1", lambda x: np.sum(x, axis=1), (3, 1, 2))
row("NumPy, mean over all axes named backwards", lambda x: np.mean(x, axis=(-1, -2), keepdims=True), (2, 3))
row("NumPy, max over an axis of length 1", lambda x: np.max(x, axis=-2, keepdims=True), apart(3, 1, 2))
row("NumPy, broadcast against length 1 on both sides", operator.mul, (3, 1, 2), (1, 4, 1))
row("NumPy, a number against three axes", operator.truediv, (), A((2, 1, 2), 0.4))
row("NumPy, no entries against length 1", operator.add, (2, 0), (2, 1))
row("NumPy, matmul of a batch and one of length 1", np.matmul, (3, 2, 2), (1, 2, 2))
row("NumPy, matmul of no rows", np.matmul, (0, 3), (3, 2))
row("NumPy, matmul over no entries", np.matmul, (2, 0), (0, 3))
row("NumPy, concatenate with an empty one", lambda x, y: np.concatenate([x, y]), (0, 2), (3, 2))
row("NumPy, concatenate flattened", lambda x, y: np.concatenate([x, y], axis=None), (2, 2), (3,))
row("NumPy, stack at the end", lambda x, y: np.stack([x, y], axis=-1), (2, 3), (2, 3))
row("NumPy, vstack of a vector and a matrix", lambda x, y: np.vstack([x, y]), (3,), (2, 3))
row("NumPy, hstack of numbers", lambda x, y: np.hstack([x, y]), (), ())
row("NumPy, squeeze of a tuple", lambda x: np.squeeze(x, axis=(0, -1)), (1, 3, 1))
row("NumPy, expand_dims of a tuple", lambda x: np.expand_dims(x, (0, -1)), (3,))
row("NumPy, moveaxis of several", lambda x: np.moveaxis(x, [0, 1], [-1, -2]), (2, 3, 4))
row("NumPy, roll of two axes the opposite ways", lambda x: np.roll(x, (1, -2), (0, 1)), (3, 4))
row("NumPy, roll by more than the length", lambda x: np.roll(x, 7, 0), (3,))
row("NumPy, repeat by counts with a zero", lambda x: np.repeat(x, [2, 0, 1], axis=0), (3, 2))
row("NumPy, tile to more axes", lambda x: np.tile(x, (2, 1, 2)), (3,))
row("NumPy, take from the end", lambda x: np.take(x, [-1, 0, -1], axis=1), (2, 3))
row("NumPy, take of a table of indices", lambda x: np.take(x, [[0, 5], [5, 1]]), (2, 3))
row("NumPy, take_along_axis of one row", lambda x: np.take_along_axis(x, np.array([[1, 1, 0]]), 0), (2, 3))
row("NumPy, sort flattened", lambda x: np.sort(x, axis=None), apart(2, 3))
row("NumPy, sort of columns", lambda x: np.sort(x, axis=0), apart(3, 2))
row("NumPy, cumsum of a number", np.cumsum, ())
row("NumPy, diag far off", lambda x: np.diag(x, 5), (3, 3))
row("NumPy, triu of a batch", lambda x: np.triu(x, -1), (2, 3, 3))
row("NumPy, a product with one zero", np.prod, [0.0, 1.5, -0.7])
row("NumPy, a product with two zeros", np.prod, [0.0, 1.5, 0.0])
row("NumPy, reshape by columns", lambda x: np.reshape(x, (-1, 2), order="F"), (3, 4))
row("NumPy, windows longer than half", lambda x: np.lib.stride_tricks.sliding_window_view(x, 3), (4,))
row("NumPy, where of numbers and arrays", lambda x, y: np.where([True, False, True], x, y), (), (2, 3))
row("NumPy, the negative part", lambda x: np.minimum(x, 0), apart(6), reference=lambda x: np.where(x.real < 0, x, 0))
row("NumPy, a sign taken out", lambda x: np.sign(x) * x**2, apart(6), reference=lambda x: sign(x) * x**2)


@pytest.mark.parametrize("name", ROWS)
def test_first_and_second_derivatives(name):
    sample = ROWS[name]
    check_first_order(sample, np.random.default_rng(1), exact=False)
    check_second_order(sample, np.random.default_rng(2))


@pytest.mark.parametrize("name", [name for name in ROWS if name.startswith("JAX")])
def test_float32_is_kept(name):
    check_float32(ROWS[name], np.random.default_rng(3))
