"""Arithmetic of arrays of residues modulo one prime.

Residues lie in [0, p). Below 2^31 they are 64-bit integers: a product of two fits, and so does the sum of
2^32 of them. Residues of larger primes are Python's own integers in arrays of objects; the code is the same.
"""

from functools import cached_property
from typing import Any

import numpy as np

from handgrad.exact.errors import VanishingDenominatorError

Array = Any
LONGEST = 2**13  # terms of a sum at once: float64 then sums the products with 8 bits of a residue
FEW = 8  # numbers that are inverted one by one

COARSE = 40  # most numbers that are drawn are multiples of 2^-40


class Field:
    """The field of a prime.

    >>> F = Field(13)
    >>> F.multiply(F.array([5, 6]), F.inverse(F.array([5, 6])))
    array([1, 1])
    """

    def __init__(self, prime: int):
        self.prime = prime
        self.dtype: Any = np.int64 if prime < 2**31 else object

    def __repr__(self) -> str:
        return f"Field({self.prime})"

    def array(self, values: Any) -> Array:
        """Residues as an array, also those of a single number."""
        return np.asarray(values, dtype=self.dtype)

    def of_integers(self, values: Any) -> Array:
        """The residues of integers."""
        return self.array(np.asarray(values, dtype=self.dtype) % self.prime)

    def of_dyadic(self, values: Array) -> Array:
        """The residues of finite float64 numbers m 2^e."""
        scaled = as_integers(values)
        return self.of_scaled(scaled) if scaled is not None else self.of_binary(values)

    def of_scaled(self, scaled: Array) -> Array:
        """The residues of integers over 2^40."""
        return self.multiply(self.of_integers(scaled), self.array(pow(2, -COARSE, self.prime)))

    def of_binary(self, values: Array) -> Array:
        """The residues of finite floats of any exponents."""
        fraction, exponent = np.frexp(values)
        mantissa = np.asarray(fraction * 2.0**53).astype(np.int64)
        shifts, where = np.unique(exponent, return_inverse=True)
        scales = self.array([pow(2, int(e) - 53, self.prime) for e in shifts])
        return self.multiply(self.of_integers(mantissa), scales[np.reshape(where, np.shape(values))])

    def add(self, a: Array, b: Array) -> Array:
        """a + b."""
        return self.array((a + b) % self.prime)

    def subtract(self, a: Array, b: Array) -> Array:
        """a - b."""
        return self.array((a - b) % self.prime)

    def negative(self, a: Array) -> Array:
        """-a."""
        return self.array(-a % self.prime)

    def multiply(self, a: Array, b: Array) -> Array:
        """a b, entry by entry."""
        return self.array(a * b % self.prime)

    def divide(self, a: Array, b: Array) -> Array:
        """a / b. Raises `VanishingDenominatorError` where b is 0."""
        return self.multiply(a, self.inverse(b))

    def inverse(self, a: Array) -> Array:
        """1 / a. Raises `VanishingDenominatorError` where a is 0.

        All inverses for a few: those of the products at the top of a tree, taken apart on the way down
        (P. Montgomery, 1987).
        """
        p = self.prime
        rows = [np.reshape(a, (-1,))]
        while len(rows[-1]) > FEW:
            row = rows[-1]
            if len(row) % 2:
                row = rows[-1] = np.concatenate([row, self.array([1])])
            rows.append(row[::2] * row[1::2] % p)
        try:
            inverse = self.array([pow(x, -1, p) for x in rows.pop().tolist()])
        except ValueError:
            raise VanishingDenominatorError(p) from None
        while rows:
            row = rows.pop()
            parts = np.empty_like(row)
            inverse = inverse[: len(row) // 2]
            parts[::2], parts[1::2] = inverse * row[1::2] % p, inverse * row[::2] % p
            inverse = parts
        return np.reshape(inverse[: a.size], a.shape)

    def power(self, a: Array, exponent: int) -> Array:
        """a^n for an integer n, negative ones too; a^0 = 1."""
        if exponent < 0:
            return self.power(self.inverse(a), -exponent)
        result, square = self.array(np.ones(np.shape(a), dtype=self.dtype)), a
        while exponent:
            if exponent & 1:
                result = result * square % self.prime
            exponent >>= 1
            if exponent:
                square = square * square % self.prime
        return self.array(result)

    # Sums and products

    def sum(self, a: Array, axis: Any = None, keepdims: bool = False) -> Array:
        """The sum over axes."""
        return self.array(np.sum(a, axis=axis, keepdims=keepdims) % self.prime)

    def cumsum(self, a: Array, axis: int | None = None) -> Array:
        """Running sums along an axis."""
        return self.array(np.cumsum(a, axis=axis, dtype=self.dtype) % self.prime)

    def prod(self, a: Array) -> Array:
        """The product over the last axis, by halves."""
        while a.shape[-1] > 1:
            half = a.shape[-1] // 2
            odd = a[..., 2 * half :]
            a = np.concatenate([a[..., :half] * a[..., half : 2 * half] % self.prime, odd], axis=-1)
        return self.array(a[..., 0]) if a.shape[-1] else self.array(np.ones(a.shape[:-1], dtype=self.dtype))

    def matmul(self, a: Array, b: Array) -> Array:
        """The matrix product as `np.matmul` has it.

        The operand with fewer entries is split in digits, b = b0 + b1 2^w + b2 2^2w + ..., of so few bits w that
        float64 sums the products with a digit exactly.
        """
        if self.dtype is object:
            return self.array(np.matmul(a, b) % self.prime)
        inner = a.shape[-1]
        if inner > LONGEST:
            half = inner // 2
            first, rest = (b[:half], b[half:]) if b.ndim == 1 else (b[..., :half, :], b[..., half:, :])
            return self.add(self.matmul(a[..., :half], first), self.matmul(a[..., half:], rest))
        bits = self.prime.bit_length()
        w = 53 - bits - inner.bit_length()
        shifts = range(0, bits, w)[::-1]
        if b.size <= a.size:
            whole = a.astype(float)
            products = (whole @ digits(b, shift, w) for shift in shifts)
        else:
            whole = b.astype(float)
            products = (digits(a, shift, w) @ whole for shift in shifts)
        total = self.array(0)
        for product in products:
            total = ((total << w) + np.asarray(product).astype(np.int64)) % self.prime
        return self.array(total)

    # Roots

    @cached_property
    def root_of_minus_one(self) -> int:
        """i with i^2 = -1, the smaller of the two; there is one, as p = 1 modulo 4."""
        g = self._nonresidue
        i = pow(g, (self.prime - 1) // 4, self.prime)
        return min(i, self.prime - i)

    @cached_property
    def _nonresidue(self) -> int:
        g = 2
        while pow(g, (self.prime - 1) // 2, self.prime) != self.prime - 1:
            g += 1
        return g

    def square_root(self, a: Array) -> Array | None:
        """For each entry the smaller of its two roots; None when one of them has none.

        A. Tonelli, 1891, and D. Shanks, 1973.
        """
        flat = [int(x) for x in np.reshape(a, (-1,))]
        if any(x and pow(x, (self.prime - 1) // 2, self.prime) != 1 for x in flat):
            return None
        return np.reshape(self.array([self._root(x) for x in flat]), np.shape(a))

    def _root(self, x: int) -> int:
        if not x:
            return 0
        p = self.prime
        odd, twos = p - 1, 0
        while odd % 2 == 0:
            odd, twos = odd // 2, twos + 1
        c, t, r = pow(self._nonresidue, odd, p), pow(x, odd, p), pow(x, (odd + 1) // 2, p)
        while t != 1:
            order, u = 0, t
            while u != 1:
                u, order = u * u % p, order + 1
            b = pow(c, 1 << (twos - order - 1), p)
            twos, c = order, b * b % p
            t, r = t * c % p, r * b % p
        return min(r, p - r)


def digits(residues: Array, shift: int, bits: int) -> Array:
    """So many bits of each residue, in float64, where they begin at bit `shift`."""
    return (residues >> shift & (1 << bits) - 1).astype(float)


def as_integers(values: Array) -> Array | None:
    """Floats as integers over 2^40, if all of them are: most that are drawn. One power of two then does for all."""
    if not np.all(np.abs(values) < 2.0**22):
        return None
    scaled = np.asarray(values * 2.0**COARSE)
    return scaled.astype(np.int64) if np.all(np.rint(scaled) == scaled) else None
