"""How every formula takes its operands, and checks of them, each with a message that says who, wanted, got.

A check looks at `.shape`, at the kind of `.dtype` and at plain numbers only; it never converts or copies an
operand. Conversion is `real` alone.
"""

from functools import lru_cache
from math import isfinite
from numbers import Number
from sys import float_info
from typing import Any

import numpy as np

from manual.errors import DomainError, ShapeError

# Any, because an operand is whatever speaks NumPy's protocols: an array, or something that stands for one.
Array = Any

NUMBERS = "fiubcO"  # kinds of entries
LONGEST = 2**31  # no axis is as long


def real(*operands: Array) -> Any:
    """Integers and booleans as float64, lists as arrays, anything else as it is: one operand, or a tuple of them.

    Bytes would wrap around, and booleans cannot be subtracted. float32 stays, and so does what is no array of
    NumPy's but speaks its protocols. A list that is no array of numbers is left to the checks.

    >>> real(np.array([200], dtype=np.uint8), [[True, 2]], 3)
    (array([200.]), array([[1., 2.]]), 3)
    """
    return _real(operands[0]) if len(operands) == 1 else tuple([_real(x) for x in operands])


def _real(x: Array) -> Array:
    """One operand of `real`."""
    if type(x) is np.ndarray and x.dtype.kind in "fc":
        return x
    if isinstance(x, list | tuple):
        try:
            array = np.array(x)
        except (TypeError, ValueError):  # ragged, or of things that are no numbers
            return x
        return array.astype(np.float64) if array.dtype.kind in "iub" else array if array.dtype.kind in "fc" else x
    if isinstance(x, np.ndarray) and x.dtype.kind in "iub":
        return x.astype(np.float64)
    return float(x) if isinstance(x, np.integer | np.bool_) else x


def check_axes(who: str, *operands: tuple[str, Array, str]) -> dict[str, int]:
    """Match every operand (name, array, axes) with its axes, and give the length of each letter.

    Axes are letters or lengths with blanks between, such as "N K" or "N 16". A letter takes its length
    from the first operand that has it, and later operands must agree.

    Raises: ShapeError, when an operand has no shape, other axes, or an empty one;
            DomainError, when it holds no numbers.

    >>> check_axes("f", ("y_hat", np.ones((2, 3)), "N K"), ("W", np.ones((5, 3)), "J K"))
    {'N': 2, 'K': 3, 'J': 5}
    >>> check_axes("f", ("y_hat", np.ones((2, 3)), "N K"), ("W", np.ones((5, 4)), "J K"))
    Traceback (most recent call last):
    manual.errors.ShapeError: f: wanted W of shape (J, 3) to go with y_hat (2, 3), got (5, 4)
    """
    axes, shapes = [], []
    for name, array, text in operands:
        _check_numbers(who, name, array)
        axes.append(text)
        shapes.append(tuple(getattr(array, "shape", ())))
    sizes = _sizes(tuple(axes), tuple(shapes))
    if sizes is None:
        raise _mismatch(who, operands)
    return sizes.copy()


@lru_cache(maxsize=4096)
def _sizes(axes: tuple[str, ...], shapes: tuple[tuple[int, ...], ...]) -> dict[str, int] | None:
    """The length of each letter, or None where shapes do not match; remembered, as a descent asks again and again."""
    sizes: dict[str, int] = {}
    for text, shape in zip(axes, shapes, strict=True):
        letters = text.split()
        if len(shape) != len(letters):
            return None
        for letter, size in zip(letters, shape, strict=True):
            known = int(letter) if letter.isdigit() else sizes.setdefault(letter, size)
            if known != size or size == 0:
                return None
    return sizes


def _mismatch(who: str, operands: tuple[tuple[str, Array, str], ...]) -> ShapeError | DomainError:
    """The error of the first operand that does not match, with those before it that share a letter with it."""
    sizes: dict[str, int] = {}
    seen: list[tuple[str, list[str]]] = []
    for name, array, axes in operands:
        letters = axes.split()
        lengths = [int(letter) if letter.isdigit() else sizes.get(letter) for letter in letters]
        described = ", ".join(str(length or letter) for letter, length in zip(letters, lengths, strict=True))
        wanted = f"{who}: wanted {name} of shape ({described}{',' * (len(letters) == 1)})"
        company = [text for text, theirs in seen if any(a.isdigit() or a in theirs for a in letters)]
        if company:
            wanted += f" to go with {' and '.join(company)}"
        if not hasattr(array, "shape"):
            return ShapeError(f"{wanted}, got a {type(array).__name__}")
        try:
            _check_numbers(who, name, array)
        except DomainError as error:
            return error
        shape = tuple(array.shape)
        if len(shape) != len(letters) or any(w not in (None, s) for w, s in zip(lengths, shape, strict=True)):
            return ShapeError(f"{wanted}, got {shape}")
        if 0 in shape:
            return ShapeError(f"{wanted} with no empty axis, got {shape}")
        for letter, size in zip(letters, shape, strict=True):
            # "N N" of shape (2, 3): the first length holds
            if not letter.isdigit() and sizes.setdefault(letter, size) != size:
                return ShapeError(f"{wanted}, got {shape}")
        seen.append((f"{name} {shape}", letters))
    raise AssertionError("every operand matches")


def check_not_empty(who: str, name: str, array: Array) -> tuple[int, ...]:
    """The shape of an array, () of a plain number; refuses an axis of length 0."""
    shape = _shape_of(who, name, array)
    if 0 in shape:
        raise ShapeError(f"{who}: wanted {name} with no empty axis, got {shape}")
    return shape


def check_bias(who: str, name: str, bias: Array, filters: int) -> None:
    """Refuse a bias that is neither one number nor one number for each filter."""
    shape = _shape_of(who, name, bias)
    if shape not in ((), (filters,)):
        raise ShapeError(f"{who}: wanted {name} as a number or of shape ({filters},), got {shape}")


def check_integer(who: str, name: str, number: int, least: int, below: int | None = None) -> None:
    """Refuse what is not an integer with least <= number < below, and what no axis could be as long as."""
    is_integer = isinstance(number, int | np.integer) and not isinstance(number, bool)
    if below is None and is_integer and number >= LONGEST:
        below = LONGEST
    if not is_integer or number < least or (below is not None and number >= below):
        upper = "" if below is None else f" and < {below}"
        raise DomainError(f"{who}: wanted {name} as an integer >= {least}{upper}, got {number!r}")


def check_number(who: str, name: str, number: Array) -> None:
    """Refuse an array with axes, and a plain number that is infinite or NaN."""
    shape = _shape_of(who, name, number)
    if shape:
        raise ShapeError(f"{who}: wanted {name} as one number, got shape {shape}")
    plain = isinstance(number, Number | np.ndarray)
    if plain and not (isfinite(np.real(number)) and isfinite(np.imag(number))):
        raise DomainError(f"{who}: wanted {name} as a finite number, got {number}")


def check_sizes(who: str, name: str, sizes: tuple[int, ...], described: str) -> None:
    """Refuse what is no tuple or list of integers of at least 1."""
    listed = isinstance(sizes, tuple | list)
    if not listed or not all(isinstance(n, int | np.integer) and not isinstance(n, bool) and n >= 1 for n in sizes):
        raise ShapeError(f"{who}: wanted {name} as {described}, got {sizes!r}")


def _shape_of(who: str, name: str, x: Array) -> tuple[int, ...]:
    """The shape of an array, () of a number; refuses what is neither."""
    if hasattr(x, "shape"):
        _check_numbers(who, name, x)
        return tuple(x.shape)
    if not isinstance(x, Number):
        raise ShapeError(f"{who}: wanted {name} as a number or an array, got a {type(x).__name__}")
    if isinstance(x, int) and abs(x) > float_info.max:
        raise DomainError(f"{who}: wanted {name} as a number that a float64 holds, got an integer too large for it")
    return ()


def _check_numbers(who: str, name: str, array: Array) -> None:
    """Refuse an array of text or dates, and those whose rules are not an array's."""
    if type(array) is np.ndarray and array.dtype.kind in NUMBERS:
        return
    if isinstance(array, np.ma.MaskedArray | np.matrix):
        raise DomainError(f"{who}: wanted {name} as a plain array, got a {type(array).__name__}")
    kind = getattr(array, "dtype", None)
    if getattr(kind, "kind", "f") not in NUMBERS:
        raise DomainError(f"{who}: wanted {name} as numbers, got an array of {kind}")
