"""Rules of linear algebra. Matrices are the last two axes; axes before them are a batch.

    x, y, a, b   operands          z       the value
    z_bar        its cotangent     x_bar   what the pullback returns
    T            exchanges the last two axes

Source of the matrix rules: M. Giles, "Collected matrix derivative results for forward and reverse mode
algorithmic differentiation", 2008.
"""

import math
from typing import Any, NamedTuple

import numpy as np

from autograd.chunks import are_plain
from autograd.errors import ShapeError, UnsupportedArgumentError
from autograd.rules.reductions import axes_of, kept
from autograd.table import Array, Derivative, Pullback, derivative_of, in_terms_of_others
from autograd.tensor import plain, primitive

# Multiplications that OpenBLAS does in the thread it was called from, and those for which others gain little: waking
# them takes as long as they save, and where other programs keep the cores busy, a time slice.
ALONE, SMALL = 2**18, 2**22


def T(a: Array) -> Array:
    """The last two axes exchanged."""
    return np.swapaxes(a, -1, -2)


# Products


def product(x: Array, y: Array) -> Array:
    """The product of two matrices; a small one in bands of rows, each too small for BLAS to wake its threads for it."""
    if not are_plain(x, y):
        return x @ y
    (rows, inner), columns = x.shape, y.shape[1]
    if not ALONE < rows * inner * columns <= SMALL:
        return np.dot(x, y)  # the same as np.matmul, and where x is a single row in a third of the time
    z = np.empty((rows, columns), np.result_type(x, y))
    step = max(1, ALONE // (inner * columns))
    for start in range(0, rows, step):
        np.dot(x[start : start + step], y, out=z[start : start + step])
    return z


@derivative_of(np.matmul)
def matmul(x: Array, y: Array, /) -> Derivative:
    """z = x y;  x_bar = z_bar y^T,  y_bar = x^T z_bar;  a vector is a row left, a column right."""
    if np.ndim(x) == np.ndim(y) == 2 and x.shape[1] == y.shape[0]:  # where they don't fit, NumPy says so
        return product(x, y), (lambda z_bar: product(z_bar, y.T), lambda z_bar: product(x.T, z_bar))
    z = x @ y
    if x.ndim == 1 and y.ndim == 1:
        return z, (lambda z_bar: z_bar * y, lambda z_bar: z_bar * x)
    if x.ndim == 1:
        return z, (
            lambda z_bar: (y @ z_bar[..., None])[..., 0],
            lambda z_bar: x[:, None] * z_bar[..., None, :],
        )
    if y.ndim == 1:
        return z, (
            lambda z_bar: z_bar[..., None] * y,
            lambda z_bar: (T(x) @ z_bar[..., None])[..., 0],
        )
    return z, (lambda z_bar: z_bar @ T(y), lambda z_bar: T(x) @ z_bar)


@in_terms_of_others(np.dot)
def dot(a: Array, b: Array) -> Array:
    """A product with a number, of matrices, or over the last axis of a and the second to last of b."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    if np.ndim(b) == 1 or (np.ndim(a) <= 2 and np.ndim(b) == 2):
        return np.matmul(a, b)
    return np.tensordot(a, b, (-1, -2))


@in_terms_of_others(np.vdot)
def vdot(a: Array, b: Array) -> Array:
    """The inner product of all entries."""
    return np.matmul(np.reshape(a, (-1,)), np.reshape(b, (-1,)))


@in_terms_of_others(np.inner)
def inner(a: Array, b: Array) -> Array:
    """Over the last axes of both."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    return np.tensordot(a, b, (-1, -1))


@in_terms_of_others(np.outer)
def outer(a: Array, b: Array) -> Array:
    """All products of an entry of a and an entry of b."""
    return np.reshape(a, (-1, 1)) * np.reshape(b, (1, -1))


@in_terms_of_others(np.tensordot)
def tensordot(a: Array, b: Array, axes: Any = 2) -> Array:
    """A matrix product, with the summed axes of a put last and those of b put first."""
    a_sum, b_sum = summed_axes(np.ndim(a), np.ndim(b), axes)
    a_free = [i for i in range(np.ndim(a)) if i not in a_sum]
    b_free = [i for i in range(np.ndim(b)) if i not in b_sum]
    a_shape, b_shape = np.shape(a), np.shape(b)
    summed = tuple(a_shape[i] for i in a_sum)
    if summed != tuple(b_shape[i] for i in b_sum):
        raise ShapeError(f"np.tensordot: wanted equal lengths of the summed axes, got {a_shape} and {b_shape}")
    rows, columns = tuple(a_shape[i] for i in a_free), tuple(b_shape[i] for i in b_free)
    left = np.reshape(np.transpose(a, (*a_free, *a_sum)), (math.prod(rows), math.prod(summed)))
    right = np.reshape(np.transpose(b, (*b_sum, *b_free)), (math.prod(summed), math.prod(columns)))
    return np.reshape(left @ right, (*rows, *columns))


def summed_axes(a_ndim: int, b_ndim: int, axes: Any) -> tuple[list[int], list[int]]:
    """Both forms of tensordot's argument as two lists of axes."""
    if isinstance(axes, int | np.integer):
        return list(range(a_ndim - int(axes), a_ndim)), list(range(int(axes)))
    a_sum, b_sum = ([int(x)] if isinstance(x, int | np.integer) else [int(i) for i in x] for x in axes)
    return [i % a_ndim for i in a_sum], [i % b_ndim for i in b_sum]


@in_terms_of_others(np.einsum)
def einsum(subscripts: str, *operands: Any, optimize: Any = False) -> Array:
    """Products summed over indices, which stand in one string."""
    if not isinstance(subscripts, str):
        raise UnsupportedArgumentError(
            f"np.einsum: wanted subscripts in one string, as in 'ij,jk->ik', got {type(subscripts).__name__}"
        )
    return contraction(*operands, subscripts=subscripts, optimize=optimize)


@primitive
def contraction(*operands: Array, subscripts: str, optimize: Any = False) -> Array:
    """`np.einsum`, with the operands first."""
    return np.einsum(subscripts, *operands, optimize=optimize)


@derivative_of(contraction)
def contraction_rule(*operands: Array, subscripts: str, optimize: Any = False) -> Derivative:
    """z = sum of products by index;  an operand's cotangent is the einsum of z_bar with all the others."""
    z = contraction(*operands, subscripts=subscripts, optimize=optimize)
    terms, out = explicit_subscripts(subscripts, operands)

    def pullback(i: int) -> Pullback:
        others = [(t, x) for j, (t, x) in enumerate(zip(terms, operands, strict=True)) if j != i]
        return lambda z_bar: einsum_cotangent(z_bar, out, terms[i], operands[i].shape, others)

    return z, tuple(pullback(i) for i in range(len(operands)))


def einsum_cotangent(
    z_bar: Array, out: str, term: str, shape: tuple[int, ...], others: list[tuple[str, Array]]
) -> Array:
    """The cotangent of one operand, whose indices are `term`.

    An index that stands nowhere else was summed out, so the cotangent is constant along it; one that stands
    twice took a diagonal, so the cotangent is zero beside it.
    """
    distinct = "".join(dict.fromkeys(term))
    known = "".join(i for i in distinct if i in out or any(i in t for t, _ in others))
    inputs = ",".join([out, *(t for t, _ in others)])
    bar = np.einsum(f"{inputs}->{known}", z_bar, *(x for _, x in others))
    length = dict(zip(term, shape, strict=True))
    for axis, i in enumerate(distinct):
        if i not in known:
            bar = np.expand_dims(bar, axis)
    # Where the operand alone is longer than 1 along an index, it was the others that were broadcast.
    bar = np.broadcast_to(bar, [length[i] if bar.shape[a] == 1 else bar.shape[a] for a, i in enumerate(distinct)])
    for axis, i in enumerate(term):
        if i in term[:axis]:
            bar = beside_diagonal(bar, term[:axis].index(i), axis)
    return bar


def beside_diagonal(a: Array, first: int, second: int) -> Array:
    """A new axis `second` as long as `first`, with a where the two indices are equal and 0 elsewhere."""
    wide = np.expand_dims(a, second)
    n = a.shape[first]
    shape = [n if axis in (first, second) else 1 for axis in range(wide.ndim)]
    return np.where(np.reshape(np.eye(n, dtype=bool), shape), wide, 0)


def explicit_subscripts(subscripts: str, operands: tuple[Array, ...]) -> tuple[list[str], str]:
    """The subscripts with their output, and with letters in place of '...'."""
    left, arrow, out = subscripts.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(operands):
        raise ShapeError(f"np.einsum: wanted {len(terms)} operands for {left!r}, got {len(operands)}")
    letters = [c for c in left if c.isalpha()]
    if not arrow:
        out = ("..." if "..." in left else "") + "".join(c for c in sorted(set(letters)) if letters.count(c) == 1)
    spare = [c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" if c not in letters]
    ranks = [np.ndim(x) - len(t.replace("...", "")) if "..." in t else 0 for t, x in zip(terms, operands, strict=True)]
    widest = max(ranks)
    terms = [t.replace("...", "".join(spare[widest - r : widest])) for t, r in zip(terms, ranks, strict=True)]
    return terms, out.replace("...", "".join(spare[:widest]))


@in_terms_of_others(np.trace)
def trace(a: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The sum of a diagonal."""
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1)


# Inverse and determinants


@derivative_of(np.linalg.inv)
def inv(a: Array, /) -> Derivative:
    """z = a^-1;  a_bar = -z^T z_bar z^T."""
    z = np.linalg.inv(a)
    return z, (lambda z_bar: -(T(z) @ z_bar @ T(z)),)


@derivative_of(np.linalg.solve)
def solve(a: Array, b: Array, /) -> Derivative:
    """z = a^-1 b;  b_bar = a^-T z_bar,  a_bar = -b_bar z^T."""
    z = np.linalg.solve(a, b)

    def b_bar(z_bar: Array) -> Array:
        if b.ndim == 1:  # NumPy takes a vector only when it is one, never a batch of them
            return np.linalg.solve(T(a), z_bar[..., None])[..., 0]
        return np.linalg.solve(T(a), z_bar)

    def a_bar(z_bar: Array) -> Array:
        bar = b_bar(z_bar)
        if b.ndim == 1:
            return -(bar[..., :, None] * z[..., None, :])
        return -(bar @ T(z))

    return z, (a_bar, b_bar)


@derivative_of(np.linalg.det)
def det(a: Array, /) -> Derivative:
    """z = det a;  a_bar = z_bar times the cofactors, which are z a^-T where a is regular."""
    z = np.linalg.det(a)

    def a_bar(z_bar: Array) -> Array:
        if not np.any(z == 0):
            inverse = np.linalg.inv(a)
            if not nearly_singular(a, inverse):
                return (z_bar * z)[..., None, None] * T(inverse)
        return z_bar[..., None, None] * cofactors(a)

    return z, (a_bar,)


def nearly_singular(a: Array, inverse: Array) -> bool:
    """Whether products of z and a^-1 lose too many digits: the second derivatives lose the most."""
    if a.size == 0:
        return False
    condition = a.shape[-1] * np.max(np.absolute(plain(a))) * np.max(np.absolute(plain(inverse)))
    return bool(condition > 1e-4 / np.finfo(a.dtype).eps)


def cofactors(a: Array) -> Array:
    """The signed determinants of a without row i and column j; defined for singular matrices too."""
    n = a.shape[-1]
    kept = np.array([[k for k in range(n) if k != i] for i in range(n)], dtype=int).reshape(n, n - 1)
    minors = a[..., kept[:, None, :, None], kept[None, :, None, :]]
    signs = 1 - 2 * (np.add.outer(np.arange(n), np.arange(n)) % 2)
    return np.linalg.det(minors) * signs.astype(a.dtype)


class SlogdetResult(NamedTuple):
    """What `np.linalg.slogdet` returns: the determinant is sign e^logabsdet."""

    sign: Any
    logabsdet: Any


@primitive
def logabsdet(a: Array) -> Array:
    """log |det a|."""
    return np.linalg.slogdet(a)[1]


@derivative_of(logabsdet)
def logabsdet_rule(a: Array, /) -> Derivative:
    """z = log |det a|;  a_bar = z_bar a^-T."""
    return logabsdet(a), (lambda z_bar: z_bar[..., None, None] * T(np.linalg.inv(a)),)


@in_terms_of_others(np.linalg.slogdet)
def slogdet(a: Array) -> SlogdetResult:
    """The sign is constant; the logarithm has a rule."""
    return SlogdetResult(np.linalg.slogdet(plain(a))[0], logabsdet(a))


@derivative_of(np.linalg.cholesky)
def cholesky(a: Array, /) -> Derivative:
    """a = z z^T, z lower triangular;  a_bar = z^-T P(z^T z_bar) z^-1, made symmetric.

    P halves the diagonal and drops what is above it. NumPy reads only the lower triangle of a; the
    cotangent is that of symmetric changes, shared equally by both triangles. Source: I. Murray,
    "Differentiation of the Cholesky decomposition", 2016.
    """
    z = np.linalg.cholesky(a)

    def a_bar(z_bar: Array) -> Array:
        product = T(z) @ z_bar
        half = np.tril(product) - np.eye(a.shape[-1], dtype=a.dtype) * product * 0.5
        bar = np.linalg.solve(T(z), T(np.linalg.solve(T(z), T(half))))
        return (bar + T(bar)) * 0.5

    return z, (a_bar,)


# Norms


@primitive
def euclidean_norm(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    """The root of the sum of squares."""
    return np.linalg.norm(x, None, axis, keepdims)


@derivative_of(euclidean_norm)
def euclidean_norm_rule(x: Array, /, axis: Any = None, keepdims: bool = False) -> Derivative:
    """z = (sum x^2)^(1/2);  x_bar = z_bar x / z, 0 where x = 0.

    Where squares are too large or too small for a float, x is scaled first: x / z does not change.
    """
    z = euclidean_norm(x, axis, keepdims)

    def x_bar(z_bar: Array) -> Array:
        u, r = x, z
        if not np.all(np.isfinite(z) & (z > np.sqrt(np.finfo(x.dtype).tiny))):
            u = x / largest(x, axis)
            r = euclidean_norm(u, axis, keepdims)
        scale = np.where(r == 0, 0, z_bar / np.where(r == 0, 1, r))
        return kept(scale, x, axis) * u

    return z, (x_bar,)


@primitive
def power_norm(x: Array, order: float, axis: Any, keepdims: bool) -> Array:
    """The order-th root of the sum of the moduli's powers."""
    return np.linalg.norm(x, order, axis, keepdims)


@derivative_of(power_norm)
def power_norm_rule(x: Array, /, order: float, axis: Any, keepdims: bool) -> Derivative:
    """z = (sum |x|^p)^(1/p);  x_bar = z_bar sign x (|x| / z)^(p-1), 0 where x = 0; x is scaled first, as above."""

    def x_bar(z_bar: Array) -> Array:
        u = x / largest(x, axis)
        r = power_norm(u, order, axis, True)
        return kept(z_bar, x, axis) * (np.sign(u) * (np.absolute(u) / np.where(r == 0, 1, r)) ** (order - 1))

    return power_norm(x, order, axis, keepdims), (x_bar,)


def largest(x: Array, axis: Any) -> Array:
    """The largest modulus along axes, as a constant to divide by: 1 where it is 0 or not finite."""
    if x.size == 0:
        return 1
    top = np.max(np.absolute(plain(x)), axis=axis, keepdims=True)
    return np.where((top > 0) & np.isfinite(top), top, 1)


@in_terms_of_others(np.linalg.norm)
def norm(x: Array, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Array:
    """Euclidean and Frobenius norms, vector norms of order 1, inf and p; other orders have no rule.

    Each norm has slope 0 at 0.
    """
    axes = axes_of(x, axis)
    if ord is None and axis is None:
        return euclidean_norm(x, None, keepdims)
    if len(axes) not in (1, 2):
        raise ShapeError(f"np.linalg.norm: wanted one axis or two, got {len(axes)}")
    matrix = len(axes) == 2
    if ord is None or (ord == "fro" and matrix) or (ord == 2 and not matrix):
        return euclidean_norm(x, axes, keepdims)
    if matrix or not isinstance(ord, int | float | np.number) or ord <= 0:
        raise UnsupportedArgumentError(
            "np.linalg.norm: wanted the Euclidean or Frobenius norm, or a positive order of a vector, "
            f"got ord {ord!r} of a {'matrix' if matrix else 'vector'}"
        )
    if ord == 1:
        return np.sum(np.absolute(x), axis=axes, keepdims=keepdims)
    if ord == np.inf:
        return np.max(np.absolute(x), axis=axes, keepdims=keepdims)
    return power_norm(x, float(ord), axes, keepdims)  # a Python number does not change the dtype of x
