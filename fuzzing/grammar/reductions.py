"""Functions that reduce axes, and running sums."""

import functools
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from fuzzing.building import Builder
from fuzzing.dual import branch
from fuzzing.operation import Drawn, Function, UnfitError, operation

Array = Any


def reduction(call: Function, fit: Callable[[Builder, int], int], definition: Function | None = None) -> None:
    """Along all axes, one or several."""

    @operation(call, definition=definition)
    def draw(b: Builder) -> Drawn:
        x = fit(b, b.operand())
        return (x,), {"axis": b.axis(np.ndim(b.value(x))), "keepdims": b.flag()}


def product(x: Array, axis: Any, keepdims: bool) -> Array:
    """One factor after the other, zeros or not."""
    axes = tuple(range(x.ndim)) if axis is None else normalize_axis_tuple(axis, x.ndim)
    shape = np.shape(x)
    rows = np.moveaxis(x, axes, tuple(range(len(axes))))
    rows = np.reshape(rows, (math.prod(shape[i] for i in axes), *(n for i, n in enumerate(shape) if i not in axes)))
    z = functools.reduce(operator.mul, (rows[i] for i in range(len(rows))))
    return np.reshape(z, tuple(1 if i in axes else n for i, n in enumerate(shape))) if keepdims else z


def chosen(extreme: Function) -> Function:
    """The sum of the entries that are the extreme one; there is one."""

    def definition(x: Array, axis: Any, keepdims: bool) -> Array:
        seen = branch(x)
        best = seen == extreme(seen, axis=axis, keepdims=True)
        return np.sum(np.where(best, x, 0.0), axis=axis, keepdims=keepdims)

    return definition


def small(b: Builder, x: int) -> int:
    """Products of many stay of size one; some have zeros among them."""
    x = b.inside(x, -1.5, 1.5)
    if b.integer(0, 3) < 3:
        return b.apart(x)
    mask = b.rng.integers(0, 3, np.shape(b.value(x))) > 0
    return b.emit("where", x, 0.0, mask=mask)


reduction(np.sum, lambda b, x: x)
reduction(np.mean, lambda b, x: x)
reduction(np.prod, small, product)
for largest in (np.max, np.amax):
    reduction(largest, Builder.distinct, chosen(np.max))
for smallest in (np.min, np.amin):
    reduction(smallest, Builder.distinct, chosen(np.min))


def spread(x: Array, axis: Any, ddof: int, keepdims: bool) -> Array:
    """The variance."""
    deviation = x - np.mean(x, axis=axis, keepdims=True)
    n = np.size(branch(x)) // np.size(np.sum(branch(x), axis=axis))
    return np.sum(deviation * deviation, axis=axis, keepdims=keepdims) / (n - ddof)


def spreads(call: Function, definition: Function, exact: bool) -> None:
    """Of more than one entry each."""

    @operation(call, definition=definition, exact=exact)
    def draw(b: Builder) -> Drawn:
        x = b.distinct(b.operand(least=1))
        value = b.value(x)
        axis, ddof = b.axis(value.ndim), b.integer(0, 1)
        if value.size // np.size(np.sum(value, axis=axis)) < 2:
            raise UnfitError
        return (x,), {"axis": axis, "ddof": ddof, "keepdims": b.flag()}


spreads(np.var, spread, True)
spreads(np.std, lambda *args, **options: np.sqrt(spread(*args, **options)), False)


@operation(np.cumsum)
def cumsum(b: Builder) -> Drawn:
    x = b.operand()
    ndim = np.ndim(b.value(x))
    return (x,), {"axis": None if not ndim or b.flag() else b.one_axis(ndim)}
