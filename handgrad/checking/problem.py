"""A function, its hand-derived derivative, by what it is differentiated, and the domain on which the two are compared.

A loss is a scalar of the inputs, its gradient a function of the same inputs. A backward pass takes a cotangent
of the function's value first; contracted with that cotangent the function is a loss, whose gradient the backward
pass returns. So both are judged in the same way: scalar(inputs) and by hand(inputs), the cotangents among them.
A map, or a Jacobian, brings its own automatic value; then the two must be one array, whatever it is.
"""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np

from handgrad.checking.domain import Domain
from handgrad.errors import CheckError
from handgrad.values import Array, Values

Rewording = tuple[str, Callable[..., Any]]  # a small change of what was written, in words, and the code with it


@dataclass(frozen=True)
class Opinion:
    """The derivative as computed numerically; NaN where it was not looked at.

    error   how far each entry may be off by the method alone, rounding aside
    method  "complex step", "central difference" or "definition"
    """

    value: Array
    error: Array
    method: str


@dataclass(frozen=True)
class Problem:
    """A derivative to be judged.

    function    of the inputs: a scalar, an array, or a tuple of arrays where there are cotangents
    by_hand     gradient(*inputs), or backward(cotangent, *inputs) where `vjp`
    names       of the inputs
    wrt         those of them that by_hand returns an array for, in its order; none for a map
    domain      where the two are compared
    between     quantities on the way from the inputs to the value, by the names that a diagnosis calls them
    automatic   in place of the engine's gradient: the one array that by_hand must return
    shape       of that array
    numeric     in place of a numeric derivative: the same array by a third way
    up_to_scale the direction alone is claimed
    sizes       inputs that are sizes, which a reader is not shown
    contracted  of a Jacobian: the same question with a cotangent, which costs one sweep instead of one a row
    traced      the same question, at values made of given ones, in the form that a diagnosis takes apart
    edits       small changes of what was written as text
    pure        by hand is a written formula, which has no side effects
    title       what the code by hand is called, where that is not its own name
    """

    function: Callable[..., Any]
    by_hand: Callable[..., Any]
    names: tuple[str, ...]
    wrt: tuple[str, ...]
    domain: Domain
    vjp: bool = False
    between: Callable[[Values], Mapping[str, Array]] | None = None
    automatic: Callable[[Values], Array] | None = None
    shape: Callable[[Values], tuple[int, ...]] | None = None
    numeric: Callable[[Values, list[int], np.random.Generator], Opinion] | None = None
    up_to_scale: bool = False
    sizes: tuple[str, ...] = ()
    contracted: "Problem | None" = None
    traced: "Callable[[Values], tuple[Problem, Values]] | None" = None
    edits: Callable[[], Iterator[Rewording]] | None = None
    pure: bool = False
    title: str = ""

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
        if not self.wrt:
            return (result,)
        several = isinstance(result, tuple) or (isinstance(result, list) and len(self.wrt) > 1)
        result = tuple(result) if several else (result,)
        if len(result) != len(self.wrt):
            raise CheckError(f"{self.name}: wanted {len(self.wrt)} arrays, by {', '.join(self.wrt)}, got {len(result)}")
        return result

    @property
    def name(self) -> str:
        """What the code by hand is called."""
        return self.title or str(getattr(self.by_hand, "__name__", type(self.by_hand).__name__))

    @property
    def parts(self) -> tuple[str, ...]:
        """What the arrays that by hand returns are called: by the inputs, or the value of a map."""
        return self.wrt or ("value",)

    @property
    def shown(self) -> tuple[str, ...]:
        """The inputs that a reader is shown."""
        return tuple(name for name in self.names if name not in self.sizes)

    def shapes(self, values: Values) -> tuple[tuple[int, ...], ...]:
        """The shapes that by hand must return."""
        if self.shape is not None:
            return (self.shape(values),)
        return tuple(np.shape(values[name]) for name in self.wrt)

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
