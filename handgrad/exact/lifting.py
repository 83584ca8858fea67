"""Plain numbers as exact values: constants that meet exact arrays."""

from fractions import Fraction
from hashlib import blake2b
from typing import Any

import numpy as np

from handgrad.exact.array import ROUNDED, UNDEFINED, ExactArray
from handgrad.exact.constants import is_plainly_itself, mantissa_bits, taken_for
from handgrad.exact.degree import CONSTANT
from handgrad.exact.errors import NoExactMeaningError, VanishingDenominatorError
from handgrad.exact.field import Field
from handgrad.exact.tower import Tower

Array = Any


def tower_of(*operands: Any) -> Tower:
    """The tower of the exact arrays among the operands, which must be one."""
    first, *others = [x.tower for x in operands if type(x) is ExactArray]
    for other in others:
        if other is not first and other != first:
            raise NoExactMeaningError("exact arrays", "these live in different towers")
    return first


def lift(x: Any, tower: Tower) -> ExactArray:
    """An exact array as it is; a number or an array of numbers as a constant."""
    if type(x) is ExactArray:
        return x
    if type(x) in (int, bool) and abs(x) < 2**62:
        return ExactArray([field.array(x % field.prime) for field in tower.fields], float(x), tower)
    if isinstance(x, int | Fraction):
        value = Fraction(x)
        return ExactArray([field.array(residue(value, field)) for field in tower.fields], nearest(value), tower)
    if type(x) is float or isinstance(x, np.floating):
        return of_float(x, tower)
    if isinstance(x, np.ma.MaskedArray):
        raise NoExactMeaningError("a masked array", "what is masked has no value")
    array = np.asarray(x)
    if array.dtype.kind in "iub":
        return ExactArray([field.of_integers(array) for field in tower.fields], array.astype(float), tower)
    if array.dtype.kind != "f" or array.dtype.itemsize not in (4, 8):
        raise NoExactMeaningError(f"a constant of type {array.dtype}", "wanted integers, float64 or float32")
    return of_floats(array, tower)


def of_float(x: Any, tower: Tower) -> ExactArray:
    """A number, taken for a rational."""
    if not np.isfinite(x):
        return ExactArray([field.array(unknown(x, field)) for field in tower.fields], x, tower, CONSTANT, UNDEFINED)
    found = taken_for(float(x), mantissa_bits(x))
    residues = [field.array(residue(found.value, field)) for field in tower.fields]
    # For a float32 the rational's own float64, so that the shadow is the shadow of what is computed with.
    return ExactArray(residues, float(found.value), tower, CONSTANT, 0 if found.simple else ROUNDED)


def of_floats(array: Array, tower: Tower) -> ExactArray:
    """An array of numbers, each taken for a rational."""
    shadow = array.astype(float)
    with np.errstate(all="ignore"):
        plainly = is_plainly_itself(array)
    residues: list[Array | None] = [field.of_dyadic(np.where(plainly, shadow, 0)) for field in tower.fields]
    taint = 0
    if not np.all(plainly):
        others, where = np.unique(array[~plainly], return_inverse=True)
        lifted = [of_float(x, tower) for x in others]
        for level, field in enumerate(tower.fields):
            mine = residues[level] = np.array(residues[level], dtype=field.dtype)
            mine[~plainly] = field.array([x.residues[level] for x in lifted])[where]
        shadow[~plainly] = np.array([x.shadow for x in lifted])[where]
        for x in lifted:
            taint |= x.taint
    return ExactArray(residues, shadow, tower, CONSTANT, taint)


def residue(value: Fraction, field: Field) -> int:
    """A rational modulo the prime."""
    if value.denominator % field.prime == 0:
        raise VanishingDenominatorError(field.prime)
    return value.numerator * pow(value.denominator, -1, field.prime) % field.prime


def nearest(value: Fraction) -> float:
    """The float nearest a rational, an infinity beyond the range."""
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def unknown(x: Any, field: Field) -> int:
    """A NaN or an infinity: a value of its own, equal to nothing else."""
    if x == -np.inf:
        return -unknown(np.inf, field) % field.prime
    return digest(repr(float(x)).encode(), field)


def digest(data: bytes, field: Field) -> int:
    """A number of the field that depends on the data in no simple way."""
    return int.from_bytes(blake2b(data, digest_size=16, key=str(field.prime).encode()[:64]).digest()) % field.prime
