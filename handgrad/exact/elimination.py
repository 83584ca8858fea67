"""Gaussian elimination modulo a prime, of a batch of matrices at once.

a   (..., n, n)   the matrices      b   (..., n, m)   right-hand sides
"""

import math
from typing import Any

import numpy as np

from handgrad.exact.errors import VanishingDenominatorError
from handgrad.exact.field import Field

Array = Any


def solve(field: Field, a: Array, b: Array) -> Array:
    """x with a x = b. Raises `VanishingDenominatorError` when a matrix is singular modulo the prime.

    >>> solve(Field(13), np.array([[2, 1], [0, 5]]), np.array([[4], [10]]))
    array([[1],
           [2]])
    """
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    n, m = b.shape[-2:]
    a = np.broadcast_to(a, (*batch, n, n))
    table = np.concatenate([a, np.broadcast_to(b, (*batch, n, m))], axis=-1)
    reduced, determinant = reduce(field, np.reshape(table, (-1, n, n + m)), n)
    if np.any(determinant == 0):
        raise VanishingDenominatorError(field.prime)
    return np.reshape(reduced[:, :, n:], (*batch, n, m))


def inverse(field: Field, a: Array) -> Array:
    """a^-1. Raises `VanishingDenominatorError` when a matrix is singular modulo the prime."""
    return solve(field, a, field.array(np.eye(a.shape[-1], dtype=np.int64)))


def determinant(field: Field, a: Array) -> Array:
    """det a; 1 for the matrix without entries."""
    n = a.shape[-1]
    return np.reshape(reduce(field, np.reshape(a, (math.prod(a.shape[:-2]), n, n)), n)[1], a.shape[:-2])


def reduce(field: Field, table: Array, columns: int) -> tuple[Array, Array]:
    """Each table with the unit matrix in its first columns, and the determinant of what was there.

    Where a matrix is singular its determinant is 0 and its table means nothing.
    """
    table = table.copy()
    p, count = field.prime, len(table)
    every = np.arange(count)
    determinant = field.array(np.ones(count, dtype=np.int64))
    for k in range(columns):
        pivot = k + np.argmax(table[:, k:, k] != 0, axis=1)
        above, chosen = table[every, k], table[every, pivot]
        table[every, k], table[every, pivot] = chosen, above
        sign = field.of_integers(np.where(pivot == k, 1, -1))
        determinant = determinant * (sign * table[:, k, k] % p) % p
        scale = field.inverse(np.where(table[:, k, k] == 0, field.array(1), table[:, k, k]))
        table[:, k] = table[:, k] * scale[:, None] % p
        factors = table[:, :, k].copy()
        factors[:, k] = 0
        table = (table - factors[:, :, None] * table[:, None, k] % p) % p
    return table, determinant
