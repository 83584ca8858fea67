"""Checks of shapes and sizes, each with a message that says who, wanted, got.

A check looks at `.shape` and at plain integers only; it never converts or copies an operand.
"""

from typing import Any

import numpy as np

from manual.errors import DomainError, ShapeError

# Any, because an operand is whatever speaks NumPy's protocols: an array, or something that stands for one.
Array = Any


def check_axes(who: str, *operands: tuple[str, Array, str]) -> dict[str, int]:
    """Match every operand (name, array, axes) with its axes, and give the length of each letter.

    Axes are letters or lengths with blanks between, such as "N K" or "N 16". A letter takes its length
    from the first operand that has it, and later operands must agree.

    Raises: ShapeError, when an operand has no shape, other axes, or an empty one.

    >>> check_axes("f", ("y_hat", np.ones((2, 3)), "N K"), ("W", np.ones((5, 3)), "J K"))
    {'N': 2, 'K': 3, 'J': 5}
    >>> check_axes("f", ("y_hat", np.ones((2, 3)), "N K"), ("W", np.ones((5, 4)), "J K"))
    Traceback (most recent call last):
    manual.errors.ShapeError: f: wanted W of shape (J, 3) to go with y_hat (2, 3), got (5, 4)
    """
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
            raise ShapeError(f"{wanted}, got a {type(array).__name__}")
        shape = tuple(array.shape)
        if len(shape) != len(letters) or any(w not in (None, s) for w, s in zip(lengths, shape, strict=True)):
            raise ShapeError(f"{wanted}, got {shape}")
        if 0 in shape:
            raise ShapeError(f"{wanted} with no empty axis, got {shape}")
        sizes.update((a, size) for a, size in zip(letters, shape, strict=True) if not a.isdigit())
        seen.append((f"{name} {shape}", letters))
    return sizes


def check_not_empty(who: str, name: str, array: Array) -> None:
    """Refuse an array of any shape that has an axis of length 0; a plain number passes."""
    shape = tuple(getattr(array, "shape", ()))
    if 0 in shape:
        raise ShapeError(f"{who}: wanted {name} with no empty axis, got {shape}")


def check_bias(who: str, name: str, bias: Array, filters: int) -> None:
    """Refuse a bias that is neither one number nor one number for each filter."""
    shape = tuple(getattr(bias, "shape", ()))
    if shape not in ((), (filters,)):
        raise ShapeError(f"{who}: wanted {name} as a number or of shape ({filters},), got {shape}")


def check_integer(who: str, name: str, number: int, least: int, below: int | None = None) -> None:
    """Refuse what is not an integer with least <= number < below."""
    is_integer = isinstance(number, int | np.integer) and not isinstance(number, bool)
    if not is_integer or number < least or (below is not None and number >= below):
        upper = "" if below is None else f" and < {below}"
        raise DomainError(f"{who}: wanted {name} as an integer >= {least}{upper}, got {number!r}")
