"""A function, its derivative by hand, and the point where a person would look first.

A loss is a scalar of the inputs, its gradient a function of the same inputs. A backward pass takes a cotangent
of the function's value first; contracted with that cotangent the function is a loss, whose gradient the backward
pass returns. So both are judged in the same way: scalar(inputs) and by hand(inputs), the cotangents among them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np

from handgrad.errors import HandgradError
from handgrad.values import Array, Values


class CheckError(HandgradError, ValueError):
    """What was given can't be checked: no inputs, unknown names, a loss that is no scalar."""


@dataclass(frozen=True)
class Problem:
    """A derivative to be judged.

    function  of the inputs: a scalar, an array, or a tuple of arrays where there are cotangents
    by_hand   gradient(*inputs), or backward(cotangent, *inputs) where `vjp`
    names     of the inputs
    wrt       those of them that by_hand returns an array for, in its order
    between   quantities on the way from the inputs to the value, by the names that a diagnosis calls them
    """

    function: Callable[..., Any]
    by_hand: Callable[..., Any]
    names: tuple[str, ...]
    wrt: tuple[str, ...]
    vjp: bool = False
    between: Callable[[Values], Mapping[str, Array]] | None = None

    def given(self, values: Values) -> list[Any]:
        """The inputs as one call gets them: it may write into lists and dictionaries, which are no arrays, too."""
        listed = [values[name] for name in self.names]
        return [deepcopy(x) if isinstance(x, list | tuple | dict) else x for x in listed]

    def outputs(self, values: Values) -> tuple[Any, ...]:
        """The function's value, as a tuple also where it is one array."""
        value = self.function(*self.given(values))
        return tuple(value) if isinstance(value, tuple | list) else (value,)

    def scalar(self, values: Values) -> Any:
        """The loss, or the function's value contracted with the cotangents."""
        outputs = self.outputs(values)
        if not self.vjp:
            return outputs[0]
        shares = [np.sum(z * z_bar) for z, z_bar in zip(outputs, cotangents_of(values), strict=True)]
        total = shares[0]
        for share in shares[1:]:
            total = total + share
        return total

    def returned(self, values: Values) -> tuple[Any, ...]:
        """What the code by hand returns, one array for each letter of `wrt`, of whatever shapes."""
        given = self.given(values)
        if not self.vjp:
            result = self.by_hand(*given)
        else:
            cotangents = cotangents_of(values)
            result = self.by_hand(cotangents[0] if len(cotangents) == 1 else cotangents, *given)
        several = isinstance(result, tuple) or (isinstance(result, list) and len(self.wrt) > 1)
        result = tuple(result) if several else (result,)
        if len(result) != len(self.wrt):
            raise CheckError(
                f"{self.title}: wanted {len(self.wrt)} arrays, by {', '.join(self.wrt)}, got {len(result)}"
            )
        return result

    @property
    def title(self) -> str:
        """What the code by hand is called."""
        return getattr(self.by_hand, "__name__", type(self.by_hand).__name__)

    def with_cotangents(self, values: Values, rng: np.random.Generator) -> Values:
        """The inputs with random cotangents of the function's value, of no common sign or size."""
        if not self.vjp:
            return values
        drawn = {}
        for i, z in enumerate(self.outputs(values)):
            kind = np.asarray(z).dtype
            drawn[f"{COTANGENT}{i}"] = dyadic(rng, np.shape(z)).astype(kind if kind.kind == "f" else float)[()]
        return Values(values | drawn)


COTANGENT = "cotangent "  # with a blank: no name of an input


def cotangents_of(values: Values) -> tuple[Any, ...]:
    """The cotangents among the values, in order."""
    return tuple(x for name, x in values.items() if name.startswith(COTANGENT))


def dyadic(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Multiples of 2^-10 in [-2, 2], none of them 0: exact in float32 too."""
    return np.asarray(rng.integers(1, 2**11, shape, endpoint=True) * rng.choice([-1, 1], shape) / 2**10)


def problem_of(
    function: Callable[..., Any], by_hand: Callable[..., Any], inputs: Sequence[Any],
    names: str | Sequence[str] | None, wrt: str | int | Sequence[str | int] | None, vjp: bool,
) -> tuple[Problem, Values]:  # fmt: skip
    """The problem and its first point, from what a caller gives.

    Without `wrt` the gradient is for every input that holds floats.

    Raises `CheckError` for anything that does not fit together.
    """
    if not callable(function) or not callable(by_hand):
        raise CheckError(f"check: wanted two functions, got {type(function).__name__} and {type(by_hand).__name__}")
    if isinstance(inputs, np.ndarray | np.generic | float | int):
        inputs = (inputs,)
    if isinstance(inputs, str | Mapping) or not isinstance(inputs, Iterable):
        raise CheckError(f"check: wanted a sequence of inputs, got {type(inputs).__name__}")
    given = [as_input(x) for x in inputs]
    if not given:
        raise CheckError("check: wanted at least one input, got none")
    listed = names.split() if isinstance(names, str) else names or default_names(function, len(given))
    named = tuple(listed) if isinstance(listed, Iterable) else (listed,)
    if not all(isinstance(name, str) for name in named) or len(named) != len(given) or len(set(named)) != len(named):
        raise CheckError(f"check: wanted {len(given)} different names for as many inputs, got {named}")
    if not all(name.isprintable() for name in named):  # they are shown on terminals
        raise CheckError(f"check: wanted names that can be shown, got {named}")
    if wrt is None:
        chosen = tuple(name for name, x in zip(named, given, strict=True) if is_float(x))
    else:
        positions: Sequence[Any] = wrt if isinstance(wrt, list | tuple) else [wrt]
        chosen = tuple(name_of(which, named) for which in positions)
        if len(set(chosen)) != len(chosen):
            raise CheckError(f"wrt: wanted each input once, got {', '.join(chosen)}")
    if not chosen:
        raise CheckError(f"check: wanted an input of floats to differentiate by, got none among {', '.join(named)}")
    values = Values(zip(named, given, strict=True))
    for name in chosen:
        if not is_float(values[name]):
            raise CheckError(
                f"check: wanted floats to differentiate by, got {name} of {np.asarray(values[name]).dtype}"
            )
        if np.size(values[name]) == 0:
            raise CheckError(f"check: wanted {name} with at least one entry, got shape {np.shape(values[name])}")
    for name in named:
        if is_float(values[name]) and not np.all(np.isfinite(values[name])):
            raise CheckError(f"check: wanted finite inputs, got NaN or an infinity in {name}")
    return Problem(function, by_hand, named, chosen, vjp), values


def as_input(x: Any) -> Any:
    """A copy of its own; a Python float counts as float64, lists of numbers as arrays.

    Raises `CheckError` for masked arrays and matrices, whose rules are not those of arrays.
    """
    if isinstance(x, np.ma.MaskedArray | np.matrix):
        raise CheckError(f"check: wanted plain arrays, got a {type(x).__name__}")
    if isinstance(x, float | list | np.ndarray | np.generic):
        try:
            array = np.array(x)
        except ValueError:  # a list of arrays, say: parameters that belong apart
            raise CheckError(
                "check: wanted each array as an input of its own, got a list of different shapes"
            ) from None
        return array[()] if array.dtype.kind in "fiub" else x
    return x


def is_float(x: Any) -> bool:
    """Whether it is a float or an array of floats."""
    return isinstance(x, np.ndarray | np.floating | float) and np.asarray(x).dtype.kind == "f"


def name_of(which: str | int, names: tuple[str, ...]) -> str:
    """The name of an input given by name or position."""
    if isinstance(which, int | np.integer) and not isinstance(which, bool) and -len(names) <= which < len(names):
        return names[int(which)]
    if isinstance(which, str) and which in names:
        return which
    raise CheckError(f"wrt: wanted one of {', '.join(names)} or a position below {len(names)}, got {which!r}")


def default_names(function: Callable[..., Any], count: int) -> tuple[str, ...]:
    """The parameters of the function, where they can be told; else x0, x1, ..."""
    code = getattr(function, "__code__", None)
    plain = code is not None and not code.co_flags & 0x0C and code.co_argcount == count
    return tuple(code.co_varnames[:count]) if plain and code else tuple(f"x{i}" for i in range(count))
