"""A tower of prime fields p0 < p1 < ... < pL with p(j) | p(j+1) - 1.

So field j + 1 has an element w of order p(j), and x -> w^x takes field j to field j + 1 with
w^(a+b) = w^a w^b: an exponential. Every prime is 1 modulo 4, so that every field has a square root of -1,
and with it a sine and a cosine.
"""

import random
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from math import isqrt
from typing import Any

import numpy as np

from handgrad.exact.errors import TowerError
from handgrad.exact.field import Field

Array = Any

WORD = 2**31  # residues below it multiply within 64-bit integers
SMALL = tuple(p for p in range(3, 200, 2) if all(p % d for d in range(3, isqrt(p) + 1, 2)))
# With these bases the test of Miller and Rabin is a proof below 3.3e24 (J. Sorenson and J. Webster, 2015);
# above, beyond 13 levels or so, a composite that passed would show as a root that is none.
BASES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41)
BASES_OF_A_WORD = (2, 3, 5, 7)  # a proof below 3.2e9 (C. Pomerance, J. Selfridge and S. Wagstaff, 1980)
# Where to look for p0 by the number of levels: as high as leaves towers below 2^31 that are quickly found.
START = {1: 2**30, 2: 2**28, 3: 2**25, 4: 2**22}
DEEP_START = 2**26
CHUNK = 9  # bits of an exponent that one table answers


@dataclass(frozen=True)
class Tower:
    """Primes p0 < p1 < ... and, for each but the last, an element of that order in the next field.

    Raises `TowerError` when they are no tower.

    >>> Tower((5, 41), (10,)).exponential(1, np.array([0, 1, 2]))
    array([ 1, 10, 18])
    """

    primes: tuple[int, ...]
    generators: tuple[int, ...]

    def __post_init__(self) -> None:
        pairs = list(pairwise(self.primes))
        orders = zip(pairs, self.generators, strict=False)
        if (
            not self.primes
            or not all(isinstance(x, int) for x in (*self.primes, *self.generators))
            or len(self.generators) != len(pairs)
            or not all(is_prime(p) and p % 4 == 1 for p in self.primes)
            or not all((above - 1) % below == 0 for below, above in pairs)
            or not all(w % above != 1 and pow(w, below, above) == 1 for (below, above), w in orders)
        ):
            raise TowerError(
                "tower: wanted primes of the form 4n + 1, each dividing the next less 1, and elements of their "
                f"order, got {self.primes} and {self.generators}"
            )

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The arithmetic of every level."""
        return tuple(Field(p) for p in self.primes)

    @cached_property
    def levels(self) -> int:
        """How many fields there are."""
        return len(self.primes)

    @cached_property
    def _powers(self) -> dict[int, list[Array]]:
        return {}

    def exponential(self, level: int, x: Array) -> Array:
        """w^x in the field `level`, for residues x of the field below it."""
        if level not in self._powers:
            bits = self.primes[level - 1].bit_length()
            w = self.generators[level - 1]
            field = self.fields[level]
            self._powers[level] = [powers(pow(w, 1 << k, field.prime), field) for k in range(0, bits, CHUNK)]
        first, *others = self._powers[level]
        mask = (1 << CHUNK) - 1
        result = first[np.asarray(x & mask, dtype=np.intp)]
        for k, table in enumerate(others, 1):
            result = result * table[np.asarray((x >> (CHUNK * k)) & mask, dtype=np.intp)] % self.primes[level]
        return self.fields[level].array(result)


def powers(base: int, field: Field) -> Array:
    """The table base^0, base^1, ..., by doubling."""
    table = field.array([1])
    for k in range(CHUNK):
        table = np.concatenate([table, table * pow(base, 1 << k, field.prime) % field.prime])
    return table


@lru_cache(maxsize=64)
def tower(levels: int = 3, seed: int = 0) -> Tower:
    """The tower of a seed: always the same one.

    Up to four levels all primes are below 2^31; deeper towers outgrow the machine's integers.

    >>> tower(3, 0) == tower(3, 0), tower(3, 0) == tower(3, 1)
    (True, False)
    """
    if not isinstance(levels, int) or levels < 1:
        raise TowerError(f"tower: wanted at least one level, got {levels!r}")
    rng = random.Random(f"tower {levels} {seed}")
    start = START.get(levels, DEEP_START)
    limit = WORD if levels in START else None
    while True:
        p = rng.randrange(start, 2 * start if limit is None else min(2 * start, limit)) | 3
        p -= 2  # 1 modulo 4
        if not is_prime(p):
            continue
        primes = chain(p, levels, limit)
        if primes is not None:
            return Tower(primes, tuple(element_of_order(p, above) for p, above in pairwise(primes)))


def chain(p: int, levels: int, limit: int | None) -> tuple[int, ...] | None:
    """p and the primes on top of it, all below the limit, with small quotients first."""
    if levels == 1:
        return (p,)
    quotient, room = 4, 4 ** (levels - 2)  # what the later quotients need at least
    while limit is None or p * quotient * room < limit:
        above = p * quotient + 1
        if is_prime(above):
            rest = chain(above, levels - 1, limit)
            if rest is not None:
                return (p, *rest)
        quotient += 4
    return None


def element_of_order(p: int, above: int) -> int:
    """An element of order p modulo the prime `above`."""
    g = 2
    while (w := pow(g, (above - 1) // p, above)) == 1:
        g += 1
    return w


def is_prime(n: int) -> bool:
    """Whether n is a prime, by the test of Miller and Rabin with fixed bases.

    >>> [n for n in range(20) if is_prime(n)]
    [2, 3, 5, 7, 11, 13, 17, 19]
    """
    if n < 3 or n % 2 == 0:
        return n == 2
    for q in SMALL:
        if n % q == 0:
            return n == q
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return all(passes(n, base, odd, twos) for base in (BASES_OF_A_WORD if n < WORD else BASES))


def passes(n: int, base: int, odd: int, twos: int) -> bool:
    """Whether n behaves to this base as a prime does; n - 1 = odd 2^twos."""
    x = pow(base, odd, n)
    if x in (1, n - 1):
        return True
    for _ in range(twos - 1):
        x = x * x % n
        if x == n - 1:
            return True
    return False
