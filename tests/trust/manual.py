"""What `manual` is given and must refuse, or must take as it is: every formula with every kind of operand.

Sizes and shapes formula by formula are in `tests/manual/test_errors.py`.
"""

import functools

import numpy as np

from manual import pooling
from manual.errors import DomainError, ManualError
from tests.manual.calls import TABLE
from tests.trust.rows import Refused, Right, masked, read_only, strided

BAD = {
    "text": "x",
    "nothing": None,
    "a dictionary": {},
    "lists of two lengths": [[1.0], [1.0, 2.0]],
    "words": np.array([["a", "b"]]),
    "dates": np.array(["2020"], "M8"),
    "no entry": np.zeros((0, 0, 0)),
}
ODD = {"read-only": read_only, "backwards and with gaps": strided, "big-endian": lambda x: x.astype(">f8")}
LISTS = {"nested lists": lambda x: x.tolist()}


def arrays_in(operands):
    return [name for name, x in operands.items() if isinstance(x, np.ndarray) and x.ndim]


def name_of(function):
    """Its module and name; a wrapper of the table stands for the function of `networks` that it calls last."""
    module, name = function.__module__, function.__name__
    return (
        f"networks.{name.removesuffix('_of')}"
        if module == "tests.manual.calls"
        else f"{module.removeprefix('manual.')}.{name}"
    )


def called(function, operands, name, x):
    return functools.partial(function, **(operands | {name: x}))


def refused():
    for _, function, operands in TABLE:
        first = next(iter(operands))
        for what, x in BAD.items():
            yield Refused(
                name_of(function),
                f"{first}: {what}",
                called(function, operands, first, x),
                ManualError,
                "wanted .*got ",
            )
        for name in arrays_in(operands):
            yield Refused(
                name_of(function), f"{name}: masked", called(function, operands, name, masked(operands[name])),
                DomainError, "wanted .* as a plain array, got a MaskedArray",
            )  # fmt: skip


def right():
    """Odd memory and lists give the very bits that plain arrays give."""
    for _, function, operands in TABLE:
        for what, odd in (ODD | LISTS).items():
            names = arrays_in(operands)
            if names:
                given = operands | {name: odd(operands[name]) for name in names}
                yield Right(name_of(function), what, functools.partial(function, **given), function(**operands))


REFUSED = [
    *refused(),
    Refused("pooling.pool_indices", "too long", lambda: pooling.pool_indices(10**400), DomainError, "< 2147483648"),
]  # fmt: skip
RIGHT = [*right()]
