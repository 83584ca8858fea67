"""A claim and an answer to it as what `checking` judges: a function, and its derivative by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

import autograd
from handgrad.checking.diagnosis.results import Case
from handgrad.checking.problem import Problem
from handgrad.comparison import Formula
from handgrad.oracles.automatic import automatic
from handgrad.report.claims import NUMBERS, Claim
from handgrad.report.symbols import Sizes
from handgrad.values import Array, Values

SEED = 0
POINTS = 2  # at which a mistake must explain the difference
AT_ONCE = 5  # numbers at which a function of one number is looked at

Arrays = tuple[Array, ...]


@dataclass(frozen=True)
class Claimed:
    """An answer beside what it should be, at some points; of these all meet the claim's condition, if it has one."""

    claim: Claim
    formula: Formula
    sizes: Sizes

    @cached_property
    def points(self) -> list[Values]:
        """The free letters at each point."""
        condition = self.claim.conditions[-1] if self.claim.conditions else None
        return [self.claim.draw(SEED, index, self.sizes, condition) for index in range(POINTS)]

    @cached_property
    def hands(self) -> list[Array]:
        """The answer's value at each point."""
        return [np.asarray(self.by_hand(values), dtype=float) for values in self.points]

    @cached_property
    def truths(self) -> list[Array]:
        """What it should be at each point, in the shape that a reader sees."""
        return [self.truth(values) for values in self.points]

    @cached_property
    def read(self) -> list[Values]:
        """All letters at each point, as a reader sees them."""
        return [self.claim.as_read(self.claim.complete(values)) for values in self.points]

    def by_hand(self, values: Values) -> Array:
        """The answer's value."""
        return self.formula(self.claim.complete(values))

    def truth(self, values: Values) -> Array:
        """What it should be."""
        return np.reshape(np.asarray(automatic(self.claim, values), dtype=float), self.claim.shape(self.sizes))

    def moved(self, letter: str) -> Values:
        """The first point with one letter from the second."""
        here, there = self.points
        return Values(here | {letter: there[letter]})

    # A derivative

    @cached_property
    def problem(self) -> Problem:
        """The function and its gradient by hand; a Jacobian by hand is what it makes of cotangents."""
        claim, names = self.claim, tuple(self.points[0])
        (by,) = claim.with_respect_to
        shape, contract = claim.sizes(self.sizes).shape(claim.axes), claim.contract
        if self.of_one_number:
            shape, contract = (AT_ONCE,), np.multiply

        def function(*inputs: Array) -> Array:
            return claim.function(Values(zip(names, inputs, strict=True)))

        def claimed(inputs: Arrays) -> Array:
            values = Values(zip(names, inputs, strict=True))
            if self.of_one_number:
                return np.stack([self.by_hand(Values(values | {by: x})) for x in values[by]])
            return self.by_hand(values)

        def gradient(*inputs: Array) -> Array:
            return np.reshape(claimed(inputs), np.shape(inputs[names.index(by)]))

        def backward(cotangent: Array, *inputs: Array) -> Array:
            assert contract is not None
            return contract(np.reshape(claimed(inputs), shape), cotangent)

        def between(values: Values) -> Values:
            known = claim.complete(Values({name: values[name] for name in names}))
            return Values({name: x for name, x in known.items() if name not in NUMBERS})

        hand: Callable[..., Array] = gradient if contract is None else backward
        return Problem(function, hand, names, (by,), contract is not None, between)

    @property
    def of_one_number(self) -> bool:
        """Whether it is a function of one number: at one it says little, so it is looked at at several at once."""
        return bool(self.claim.letters) and all(letter.axes == "" for letter in self.claim.letters)

    @cached_property
    def inputs(self) -> list[Values]:
        """The points as the problem has them, with cotangents where it needs some."""
        at, rng = self.points, np.random.default_rng([SEED, 3])
        if self.of_one_number:
            (by,) = self.claim.with_respect_to
            at = [Values(values | {by: values[by] + np.linspace(-1, 1, AT_ONCE)}) for values in at]
        return [self.problem.with_cotangents(values, rng) for values in at]

    def cases(self) -> list[Case]:
        """By hand and automatic at each point."""
        (by,) = self.problem.wrt
        found = []
        for values in self.inputs:
            hand = tuple(np.asarray(x, dtype=float) for x in self.problem.returned(values))
            machine = autograd.grad(lambda x, at=values: self.problem.scalar(Values(at | {by: x})))(values[by])
            found.append(Case((by,), hand, (np.asarray(machine),), {}))
        return found

    # A map

    def jacobians(self, values: Values) -> tuple[Arrays, Arrays]:
        """The derivatives of the map by hand and of the right one, by each free letter: a row for each entry."""
        names = [letter.name for letter in self.claim.letters]

        def flat(function: Formula, name: str, x: Array) -> Array:
            return np.reshape(function(Values(values | {name: x})), (-1,))

        def each(function: Formula) -> Arrays:
            slopes = (autograd.jacobian(partial(flat, function, name))(values[name]) for name in names)
            return tuple(np.reshape(x, (np.shape(x)[0], -1)) for x in slopes)

        return each(self.by_hand), each(self.claim.function)
