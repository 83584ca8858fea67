"""Products, inverses, determinants, norms."""

import itertools
import operator
from typing import Any

import numpy as np

from autograd.rules import linalg
from fuzzing.building import Builder
from fuzzing.dual import branch
from fuzzing.grammar.elementwise import size_of
from fuzzing.operation import Drawn, Function, UnfitError, operation

Array = Any

# Products


def matmul_shapes(b: Builder) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """A vector, a matrix or a batch on either side; the axes of batches broadcast."""
    n, m, k = (b.integer(1, 3) for _ in range(3))
    batch = b.shape(most=1)
    left = b.choice([(n, m), (m,), (*batch, n, m), (1, n, m)])
    right = b.choice([(m, k), (m,), (*batch, m, k), (1, m, k)])
    return left, right


def products(call: Function, name: str, covers: Any) -> None:
    """As matrices are multiplied."""

    @operation(call, covers, name=name)
    def draw(b: Builder) -> Drawn:
        left, right = matmul_shapes(b)
        return (b.of_shape(left), b.of_shape(right)), {}


products(operator.matmul, "x @ y", np.matmul)
products(np.matmul, "matmul", np.matmul)


@operation(np.dot)
def dot(b: Builder) -> Drawn:
    x = b.operand()
    shape = np.shape(b.value(x))
    m = shape[-1] if shape else 1
    others = [(m,), (m, b.integer(1, 3)), (b.integer(1, 2), m, b.integer(1, 2))] if shape else [b.shape(most=2)]
    return (x, b.of_shape(b.choice([*others, ()]))), {}


@operation(np.inner)
def inner(b: Builder) -> Drawn:
    x = b.operand()
    shape = np.shape(b.value(x))
    others = [(shape[-1],), (b.integer(1, 3), shape[-1])] if shape else [b.shape(most=2)]
    return (x, b.of_shape(b.choice([*others, ()]))), {}


@operation(np.outer)
def outer(b: Builder) -> Drawn:
    return (b.operand(most=2), b.operand(most=2)), {}


@operation(np.vdot, definition=lambda x, y: np.sum(np.reshape(x, (-1,)) * np.reshape(y, (-1,))))
def vdot(b: Builder) -> Drawn:
    x = b.operand()
    return (x, b.of_shape(np.shape(b.value(x)))), {}


@operation(np.tensordot)
def tensordot(b: Builder) -> Drawn:
    x = b.operand()
    shape = np.shape(b.value(x))
    summed = [int(i) for i in b.rng.permutation(len(shape))[: b.integer(0, len(shape))]]
    free = b.shape(most=1)
    if b.flag():
        count = len(summed)
        y = b.of_shape((*shape[len(shape) - count :], *free))
        return (x, y), {"axes": count}
    y = b.of_shape((*free, *(shape[i] for i in summed)))
    return (x, y), {"axes": [summed, [i + len(free) for i in range(len(summed))]]}


EINSUMS = (
    *("ij,jk->ik", "ij,jk", "kj,ji", "ii", "ii->i", "iij->j", "iji->j", "ijij,j->i", "ij->", "ij->j", "ij->ji", "i->i"),
    *("ij,kl->k", "i,i,i->", "i,j,k->kij", "...ij,...jk->...ik", "...ij,...jk", "i...,i...->...", "b i j , b j -> b i"),
    *(",ij->ji", "ij,ij->i", "ij,ij->", "i,ij,j->", "ij,ik->ijk", "bij,bjk,bk->bi", "ii,jj->ij", "...i->..."),
)


@operation(
    lambda *xs, subscripts, optimize: np.einsum(subscripts, *xs, optimize=optimize),
    *(np.einsum, linalg.contraction),
    name="einsum",
    definition=lambda *xs, subscripts, optimize: np.einsum(subscripts, *xs),
)
def einsum(b: Builder) -> Drawn:
    subscripts = b.choice(EINSUMS)
    length = {letter: b.integer(1, 3) for letter in "bijkl"}
    batch = b.shape(most=1)
    operands = []
    for term in subscripts.replace(" ", "").partition("->")[0].split(","):
        letters = term.replace("...", "")
        shape = tuple(1 if letters.count(i) == 1 and b.integer(0, 7) == 7 else length[i] for i in letters)
        dots = tuple(1 if b.integer(0, 3) == 3 else n for n in batch) if "..." in term else ()
        operands.append(b.of_shape((*dots, *shape) if term.startswith("...") else (*shape, *dots)))
    return tuple(operands), {"subscripts": subscripts, "optimize": b.flag()}


@operation(np.trace)
def trace(b: Builder) -> Drawn:
    x = b.operand(least=2)
    ndim = np.ndim(b.value(x))
    axis1, axis2 = (int(i) for i in b.rng.permutation(ndim)[:2])
    return (x,), {"offset": b.integer(-1, 1), "axis1": axis1 - ndim * b.integer(0, 1), "axis2": axis2}


# Inverse and determinants


def matrices(b: Builder, n: int) -> int:
    """Regular ones."""
    return b.regular(b.of_shape((*b.shape(most=1, side=2), n, n)))


def determinant(a: Array) -> Array:
    """By its first row, and so on."""
    n = np.shape(a)[-1]
    if n == 1:
        return a[..., 0, 0]
    minors = [a[..., 1:, [k for k in range(n) if k != j]] for j in range(n)]
    terms = [a[..., 0, j] * determinant(minor) * (-1.0) ** j for j, minor in enumerate(minors)]
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


@operation(np.linalg.inv)
def inv(b: Builder) -> Drawn:
    return (matrices(b, b.integer(1, 3)),), {}


@operation(np.linalg.solve)
def solve(b: Builder) -> Drawn:
    n, m = b.integer(1, 3), b.integer(1, 2)
    a = matrices(b, n)
    batch = np.shape(b.value(a))[:-2]
    return (a, b.of_shape(b.choice([(n,), (n, m), (*batch, n, m), (2, n, m)]))), {}


@operation(np.linalg.det, definition=determinant)
def det(b: Builder) -> Drawn:
    if b.integer(0, 3) == 3:  # singular: two equal rows
        x = b.of_shape((b.integer(1, 2), 2))
        return (b.emit("x[index]", x, index=np.array([0, 0])),), {}
    return (matrices(b, b.integer(1, 3)),), {}


def log_of_determinant(a: Array) -> Array:
    """Of its size."""
    return np.log(size_of(determinant(a)))


@operation(
    lambda a: np.linalg.slogdet(a)[1],
    *(np.linalg.slogdet, linalg.logabsdet),
    name="slogdet",
    definition=log_of_determinant,
    exact=False,
)
def slogdet(b: Builder) -> Drawn:
    return (matrices(b, b.integer(1, 3)),), {}


def root(a: Array) -> Array:
    """The lower triangle z with a = z z^T, entry by entry."""
    n = np.shape(a)[-1]
    z: dict[tuple[int, int], Array] = {}
    for i, j in itertools.product(range(n), repeat=2):
        if j <= i:
            rest = a[..., i, j]
            for k in range(j):
                rest = rest - z[i, k] * z[j, k]
            z[i, j] = np.sqrt(rest) if i == j else rest / z[j, j]
    zero = 0.0 * a[..., 0, 0]
    return np.stack([np.stack([z.get((i, j), zero) for j in range(n)], axis=-1) for i in range(n)], axis=-2)


@operation(np.linalg.cholesky, definition=root, exact=False)
def cholesky(b: Builder) -> Drawn:
    x = matrices(b, b.integer(1, 3))
    turned = b.emit("swapaxes", x, axis1=-1, axis2=-2)
    return (b.emit("x @ y", x, turned),), {}


# Norms


def length(x: Array, order: Any, axis: Any, keepdims: bool) -> Array:
    """From the definition, of entries away from zero."""
    size = size_of(x)
    if order == np.inf:
        seen = branch(size)
        best = seen == np.max(seen, axis=axis, keepdims=True)
        return np.sum(np.where(best, size, 0.0), axis=axis, keepdims=keepdims)
    if order == 1:
        return np.sum(size, axis=axis, keepdims=keepdims)
    if order in (None, 2, "fro"):
        return np.sqrt(np.sum(x * x, axis=axis, keepdims=keepdims))
    powers = np.sum(np.exp(order * np.log(size)), axis=axis, keepdims=keepdims)
    return np.exp(np.log(powers) / order)


@operation(
    lambda x, order, axis, keepdims: np.linalg.norm(x, order, axis, keepdims),
    *(np.linalg.norm, linalg.euclidean_norm, linalg.power_norm),
    name="norm",
    definition=length,
    exact=False,
)
def norm(b: Builder) -> Drawn:
    x = b.distinct_moduli(b.operand())
    ndim = np.ndim(b.value(x))
    order = b.choice([None, 2, 1, np.inf, 3.0, 1.5, "fro"])
    axis: Any = None if order is None else b.one_axis(ndim)
    if order == "fro":
        if ndim < 2:
            raise UnfitError
        axis = tuple(int(i) for i in b.rng.permutation(ndim)[:2])
    return (x,), {"order": order, "axis": axis, "keepdims": b.flag()}
