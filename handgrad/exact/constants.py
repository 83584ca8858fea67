"""What number a constant in a formula stands for.

A float literal is a rounded number. It is taken for the simplest rational that rounds to it, the fraction
with the smallest denominator in its rounding interval, so that `x * (1 / 3)` is `x / 3` and 0.1 is 1/10.

Not every float has a simple rational nearby: sqrt(2 / pi) has none, and then the float stands for its own
value m 2^e, the same one wherever it occurs. How simple is simple enough? An interval of width d holds
about 0.3 d q^2 fractions with denominators up to q. So an arbitrary number has one as simple as a/q by
chance with probability about d q^2, and a fraction is accepted when that is at most 2^-12: for a float64
near 1, when q is at most 10^6. The same measure is used for binary fractions: one with 12 of its last bits
zero (1 + 2^-40, say) is meant as it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import floor, isfinite
from numbers import Real
from typing import Any

import numpy as np

from handgrad.exact.errors import ExactError

CHANCE = Fraction(1, 2**12)
SPARE_BITS = 12


@dataclass(frozen=True)
class Constant:
    """A float and what it was taken for.

    simple  whether that is an integer, a simple fraction or a short binary fraction; where it is not, the
            value is the float's own
    """

    written: float
    value: Fraction
    simple: bool

    def __str__(self) -> str:
        return f"{self.written!r} as {self.value}" if self.simple else f"{self.written!r} as its own binary value"


@lru_cache(maxsize=4096)
def constant(x: float, bits: int = 53) -> Constant:
    """What a finite float stands for; bits is the length of its mantissa, 24 for float32.

    >>> str(constant(0.1).value), str(constant(1 / 3).value), str(constant(0.044715).value)
    ('1/10', '1/3', '8943/200000')
    >>> constant(1 + 2.0**-40).value == 1 + Fraction(1, 2**40)
    True
    >>> constant((2 / 3.141592653589793) ** 0.5).simple
    False

    Raises `ExactError` for what is no finite number.
    """
    if not isinstance(x, Real) or not isfinite(x):
        raise ExactError(f"constant: wanted a finite number, got {x!r}")
    exact = Fraction(x)
    if exact.denominator == 1:
        return Constant(x, exact, abs(exact) < 2**bits or short(exact, bits))
    kind: Any = np.float64 if bits == 53 else np.float32
    low, high = ((Fraction(float(np.nextafter(kind(x), kind(end)))) + exact) / 2 for end in (-np.inf, np.inf))
    candidate = simplest(low, high)
    if candidate.denominator**2 * (high - low) <= CHANCE:
        return Constant(x, candidate, True)
    return Constant(x, exact, short(exact, bits))


def short(x: Fraction, bits: int) -> bool:
    """Whether a binary fraction leaves the last bits of its mantissa unused."""
    odd = abs(x.numerator)
    while odd and odd % 2 == 0:
        odd //= 2
    return odd.bit_length() <= bits - SPARE_BITS


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The fraction with the smallest denominator strictly between two others, less than 1 apart.

    By continued fractions, which is the walk down the tree of Stern and Brocot.

    >>> simplest(Fraction(31, 100), Fraction(35, 100))
    Fraction(1, 3)
    """
    whole = floor(low)
    if whole + 1 < high:
        return Fraction(whole + 1)
    if low == whole:  # then 1 / (x - whole) may be any number above 1 / (high - whole)
        return whole + Fraction(1, floor(1 / (high - whole)) + 1)
    return whole + 1 / simplest(1 / (high - whole), 1 / (low - whole))


def mantissa_bits(x: Any) -> int:
    """The length of the mantissa of a number or of an array's entries."""
    kind = getattr(x, "dtype", None)
    return 24 if kind is not None and kind.kind == "f" and kind.itemsize == 4 else 53


def is_plainly_itself(values: Any) -> Any:
    """Where floats are binary fractions so short that they are their own simplest fraction.

    Multiples of 2^-20 below 2^12: another fraction a/b with b <= 2^20 is at least 2^-40 away, and the
    interval reaches 2^-42 at most. For float32 the margin is narrower: multiples of 2^-5 below 2^5.
    """
    places, top = (20, 12) if mantissa_bits(values) == 53 else (5, 5)
    scaled = values * 2.0**places
    return (scaled == np.rint(scaled)) & (np.abs(values) < 2.0**top)


_record: ContextVar[dict[tuple[float, int], Constant] | None] = ContextVar("constants taken", default=None)


@contextmanager
def recording() -> Iterator[dict[tuple[float, int], Constant]]:
    """Note every constant that is taken for something, until the block ends; a block around it notes it too."""
    taken: dict[tuple[float, int], Constant] = {}
    token = _record.set(taken)
    try:
        yield taken
    finally:
        _record.reset(token)
        record_again(taken)


def record_again(taken: dict[tuple[float, int], Constant]) -> None:
    """Note constants of which a result is known already."""
    record = _record.get()
    if record is not None:
        record.update(taken)


def taken_for(x: float, bits: int) -> Constant:
    """`constant`, noted when somebody records."""
    found = constant(x, bits)
    record = _record.get()
    if record is not None and found.value.denominator != 1:
        record[x, bits] = found
    return found
