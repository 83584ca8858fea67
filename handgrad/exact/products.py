"""What products of arrays and linear algebra mean.

One matrix product is all that touches residues here; the others arrange their operands for it. Inverse,
solution and determinant come from elimination in each field.
"""

import math
from typing import Any

import numpy as np

from handgrad.exact import elimination
from handgrad.exact.branches import absolute
from handgrad.exact.degree import Degree
from handgrad.exact.dispatch import meaning_of
from handgrad.exact.elementwise import binary, multiply, sqrt, unary
from handgrad.exact.errors import ExactError, NoExactMeaningError
from handgrad.exact.field import Field
from handgrad.exact.lifting import lift, tower_of
from handgrad.exact.reductions import max_, sum_

Array = Any


@meaning_of(np.matmul)
def matmul(x: Any, y: Any) -> Array:
    """The matrix product. Raises `ExactError` for numbers, which NumPy refuses too."""
    if np.ndim(x) == 0 or np.ndim(y) == 0:
        raise ExactError(f"np.matmul: wanted arrays with axes, got shapes {np.shape(x)} and {np.shape(y)}")
    inner = np.shape(x)[-1]
    return binary(Field.matmul, x, y, np.matmul, lambda d, e: d.times(e).of_sum(inner))


@meaning_of(np.dot)
def dot(a: Any, b: Any) -> Any:
    """A product with a number, of matrices, or over the last axis of a and the second to last of b."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return multiply(a, b)
    if np.ndim(b) == 1 or (np.ndim(a) <= 2 and np.ndim(b) == 2):
        return matmul(a, b)
    return tensordot(a, b, (-1, -2))


@meaning_of(np.vdot)
def vdot(a: Any, b: Any) -> Any:
    """The inner product of all entries."""
    return matmul(np.reshape(a, (-1,)), np.reshape(b, (-1,)))


@meaning_of(np.inner)
def inner(a: Any, b: Any) -> Any:
    """Over the last axes of both."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return multiply(a, b)
    return tensordot(a, b, (-1, -1))


@meaning_of(np.outer, np.linalg.outer)
def outer(a: Any, b: Any) -> Any:
    """All products of an entry of a and an entry of b."""
    return np.reshape(a, (-1, 1)) * np.reshape(b, (1, -1))


@meaning_of(np.kron)
def kron(a: Any, b: Any) -> Any:
    """Each entry of a times all of b."""
    ndim = max(np.ndim(a), np.ndim(b))
    a_shape = (1,) * (ndim - np.ndim(a)) + np.shape(a)
    b_shape = (1,) * (ndim - np.ndim(b)) + np.shape(b)
    wide = np.reshape(a, [n for m in a_shape for n in (m, 1)]) * np.reshape(b, [n for m in b_shape for n in (1, m)])
    return np.reshape(wide, [m * n for m, n in zip(a_shape, b_shape, strict=True)])


@meaning_of(np.tensordot)
def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """A matrix product, with the summed axes of a put last and those of b put first.

    Raises `ExactError` where the summed axes have other lengths.
    """
    over_a: Any
    over_b: Any
    if isinstance(axes, int | np.integer):
        over_a, over_b = list(range(np.ndim(a) - int(axes), np.ndim(a))), list(range(int(axes)))
    else:
        over_a, over_b = ([x] if isinstance(x, int | np.integer) else list(x) for x in axes)
    over_a, over_b = [i % np.ndim(a) for i in over_a], [i % np.ndim(b) for i in over_b]
    free_a = [i for i in range(np.ndim(a)) if i not in over_a]
    free_b = [i for i in range(np.ndim(b)) if i not in over_b]
    if [np.shape(a)[i] for i in over_a] != [np.shape(b)[i] for i in over_b]:
        raise ExactError(f"np.tensordot: wanted equal lengths of summed axes, got {np.shape(a)} and {np.shape(b)}")
    z = matmul(matrices(a, [], free_a, over_a), matrices(b, [], over_b, free_b))
    return np.reshape(z, [*(np.shape(a)[i] for i in free_a), *(np.shape(b)[i] for i in free_b)])


@meaning_of(np.trace)
def trace(a: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The sum of a diagonal."""
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1)


# Einstein's sums


@meaning_of(np.einsum)
def einsum(subscripts: Any, *operands: Any, optimize: Any = False) -> Any:
    """Products summed over indices: operand after operand, each time as one matrix product."""
    if not isinstance(subscripts, str):
        raise NoExactMeaningError("np.einsum with subscripts that are no string")
    tower = tower_of(*operands)
    terms, out = indices_of(subscripts, [np.ndim(x) for x in operands])
    arrays = [lift(x, tower) for x in operands]
    lengths: dict[str, int] = {}
    for term, x in zip(terms, arrays, strict=True):
        for i, n in zip(term, x.shape, strict=True):
            lengths[i] = n if lengths.get(i, 1) == 1 else lengths[i]
    parts = [distinct(term, x, lengths) for term, x in zip(terms, arrays, strict=True)]
    term, x = parts[0]
    for k, (other, y) in enumerate(parts[1:], 2):
        needed = out + "".join(later for later, _ in parts[k:])
        term, x = contracted(term, x, other, y, needed)
    summed = tuple(axis for axis, i in enumerate(term) if i not in out)
    x = np.sum(x, axis=summed) if summed else x
    term = "".join(i for i in term if i in out)
    return np.transpose(x, [term.index(i) for i in out])  # never x itself, which may be an operand


def indices_of(subscripts: str, ranks: list[int]) -> tuple[list[str], str]:
    """The indices of each operand and of the output, with letters in place of '...'."""
    left, arrow, out = subscripts.replace(" ", "").partition("->")
    terms = left.split(",")
    letters = [c for c in left if c.isalpha()]
    if not arrow:
        out = "..." * ("..." in left) + "".join(c for c in sorted(set(letters)) if letters.count(c) == 1)
    if len(terms) != len(ranks) or any(i not in (*letters, ".") for i in out):
        raise ExactError(f"np.einsum: wanted subscripts for {len(ranks)} operands, got {subscripts!r}")
    spare = [chr(ord("\u0391") + i) for i in range(32)]
    hidden = [rank - len(t.replace("...", "")) if "..." in t else 0 for t, rank in zip(terms, ranks, strict=True)]
    widest = max(hidden)
    terms = [t.replace("...", "".join(spare[widest - h : widest])) for t, h in zip(terms, hidden, strict=True)]
    return terms, out.replace("...", "".join(spare[:widest]))


def distinct(term: str, x: Array, lengths: dict[str, int]) -> tuple[str, Array]:
    """An operand in full length, with the diagonal taken where an index stands twice."""
    full = tuple(lengths[i] for i in term)
    x = x if x.shape == full else np.broadcast_to(x, full)
    for i in dict.fromkeys(term):
        while term.count(i) > 1:
            first = term.index(i)
            second = term.index(i, first + 1)
            x = np.diagonal(x, 0, first, second)
            term = term[:first] + term[first + 1 : second] + term[second + 1 :] + i
    return term, x


def contracted(term: str, x: Array, other: str, y: Array, needed: str) -> tuple[str, Array]:
    """Two operands in one, summed over the indices that nobody needs any more."""
    x_alone = tuple(a for a, i in enumerate(term) if i not in other and i not in needed)
    y_alone = tuple(a for a, i in enumerate(other) if i not in term and i not in needed)
    x, y = (np.sum(x, axis=x_alone) if x_alone else x), (np.sum(y, axis=y_alone) if y_alone else y)
    term = "".join(i for a, i in enumerate(term) if a not in x_alone)
    other = "".join(i for a, i in enumerate(other) if a not in y_alone)
    batch = [i for i in term if i in other and i in needed]
    summed = [i for i in term if i in other and i not in needed]
    rows, columns = [i for i in term if i not in other], [i for i in other if i not in term]
    length = dict(zip(term, x.shape, strict=True)) | dict(zip(other, y.shape, strict=True))
    left = matrices(x, *([term.index(i) for i in indices] for indices in (batch, rows, summed)))
    right = matrices(y, *([other.index(i) for i in indices] for indices in (batch, summed, columns)))
    kept = batch + rows + columns
    return "".join(kept), np.reshape(matmul(left, right), [length[i] for i in kept])


def matrices(x: Array, batch: list[int], rows: list[int], columns: list[int]) -> Array:
    """An operand as matrices of these axes, the longer runs of entries side by side: windows are copied row by row."""
    length = np.shape(x)
    turned = bool(rows) and bool(columns) and length[rows[-1]] > length[columns[-1]]
    first, last = (columns, rows) if turned else (rows, columns)
    shape = [*(length[i] for i in batch), *(math.prod(length[i] for i in axes) for axes in (first, last))]
    laid = np.reshape(transposed(x, [*batch, *first, *last]), shape)
    return np.swapaxes(laid, -1, -2) if turned else laid


def transposed(x: Array, axes: list[int]) -> Array:
    """The axes in another order, if it is another: where it is not, x itself, so for what is not handed out."""
    return x if axes == sorted(axes) else np.transpose(x, axes)


# Inverse, solution, determinant


def of_determinant(degree: Degree, n: int) -> Degree:
    """The degree of a determinant: n! products of n entries over all n^2 denominators."""
    own = degree.numerator, degree.denominator
    common = degree.to_the(n)
    return Degree(n * own[0] + (n * n - n) * own[1], n * n * own[1], common.excess, common.divisors)


def of_inverse(degree: Degree, n: int, a: Array) -> Degree:
    """The degree of an entry of the inverse: a cofactor over the determinant."""
    minor, whole = of_determinant(degree, max(n - 1, 0)), of_determinant(degree, n)
    common = degree.inverted(a.name, max(a.size // (n * n or 1), 1), n)
    own = minor.numerator + whole.denominator, minor.denominator + whole.numerator
    return Degree(*own, common.excess, common.divisors)


def in_floats(function: Any, *shadows: Array, shape: tuple[int, ...]) -> Array:
    """A shadow of linear algebra: NaN where float64 finds the matrix singular."""
    try:
        return function(*shadows)
    except np.linalg.LinAlgError:
        return np.full(shape, np.nan)


@meaning_of(np.linalg.inv)
def inv(a: Array) -> Array:
    """a^-1."""
    shadow = in_floats(np.linalg.inv, a.shadow, shape=a.shape)
    return unary(elimination.inverse, a, shadow, of_inverse(a.degree, a.shape[-1], a))


@meaning_of(np.linalg.solve)
def solve(a: Any, b: Any) -> Array:
    """x with a x = b; b is a vector when it has one axis."""
    a, n = lift(a, tower_of(a, b)), np.shape(a)[-1]
    if np.ndim(b) == 1:
        return solve(a, np.reshape(b, (n, 1)))[..., 0]
    shape = (*np.broadcast_shapes(np.shape(a)[:-2], np.shape(b)[:-2]), *np.shape(b)[-2:])

    def shadow(x: Array, y: Array) -> Array:
        return in_floats(np.linalg.solve, x, y, shape=shape)

    return binary(elimination.solve, a, b, shadow, lambda d, e: of_inverse(d, n, a).times(e).of_sum(n))


@meaning_of(np.linalg.det)
def det(a: Array) -> Array:
    """The determinant."""
    degree = of_determinant(a.degree, a.shape[-1])
    return unary(elimination.determinant, a, np.linalg.det(a.shadow), degree)


@meaning_of(np.linalg.norm)
def norm(x: Array, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Euclidean and Frobenius norms, and the vector norms of order 1 and infinity."""
    axes = tuple(range(x.ndim)) if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
    if ord is None or (ord == "fro" and len(axes) == 2) or (ord == 2 and len(axes) == 1):
        return sqrt(sum_(x * x, axes, keepdims=keepdims))
    if len(axes) == 1 and ord == 1:
        return sum_(absolute(x), axes, keepdims=keepdims)
    if len(axes) == 1 and ord == np.inf:
        return max_(absolute(x), axes, keepdims=keepdims)
    raise NoExactMeaningError(f"np.linalg.norm of order {ord!r}")
