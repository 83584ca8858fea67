"""A claim of the report as a problem for the judge: its letters as a reader sees them, its own domain, its own sizes.

The inputs are the free letters, without an axis for the batch or the filters where there is only one, and after
them the sizes N, F, n, k. A formula of the report is a function of `manual`, with all axes; a reader's is made for
the letters as they are shown.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from numbers import Real
from typing import Any

import numpy as np

import autograd
from handgrad.checking.domain import Domain, Draws, Point
from handgrad.checking.maps import map_problem
from handgrad.checking.oracles.automatic import try_automatic
from handgrad.checking.oracles.manual import ShapeMismatch
from handgrad.checking.oracles.numeric import central_difference, complex_step, directions, is_analytic
from handgrad.checking.problem import COTANGENT, Opinion, Problem, Rewording
from handgrad.errors import FormulaError, HandgradError, one_line
from handgrad.formula.expression import Typed
from handgrad.render.messages import said
from handgrad.report.claims import NUMBERS, Claim, Form
from handgrad.report.symbols import OTHER, Sizes
from handgrad.values import Array, Condition, Values

Formula = Callable[[Values], Array]  # of the letters

SIZES = ("N", "F", "n", "k")
DRAWN = "a random point"
REDRAWS = 200  # how often a point where the function has no finite value is drawn anew
APART = 3  # points of one seed
BITS = 25  # every input of the exact test is one of 2^26 numbers
TRIALS, BRANCHED = 2, 16
LEAST = Sizes()
AT_ONCE = 5  # numbers at which a function of one number is looked at
TRIES = 12  # random starts at each small size
SIMPLE = [
    Sizes(n=n, k=k, K=K, h=h, o=o, i=i)
    for n, k, K, h, o, i in [
        (1, 1, 1, 1, 1, 1),
        (1, 1, 2, 1, 1, 1),
        (1, 1, 2, 2, 2, 2),
        (1, 2, 2, 2, 2, 2),
        (2, 1, 2, 2, 2, 2),
        (2, 2, 3, 2, 2, 2),
    ]
]


def problem_of(claim: Claim, formula: Formula, sizes: Sizes, dtype: Any = np.float64) -> Problem:
    """Is this formula what the claim says it is?"""
    return Reading(claim, formula, sizes, dtype).problem


def sizes_of(values: Mapping[str, Any]) -> Sizes:
    """The sizes among the inputs of a problem, as far as they are given there."""
    return Sizes(**{name: values[name] for name in SIZES})


@dataclass(frozen=True)
class Reading:
    """A claim and a formula of its letters, which may be its own."""

    claim: Claim
    formula: Formula
    sizes: Sizes
    dtype: Any = np.float64

    @property
    def names(self) -> tuple[str, ...]:
        """The inputs: the free letters, then the sizes."""
        return (*(letter.name for letter in self.claim.letters), *SIZES)

    @cached_property
    def problem(self) -> Problem:
        """The question to the judge."""
        claim, domain = self.claim, ClaimDomain(self)
        edits = getattr(self.formula, "edits", None)
        sizes = tuple(name for name in SIZES if claim.letters or name not in claim.lengths(self.sizes))
        written = isinstance(self.formula, Form | Typed)
        given: dict[str, Any] = {"sizes": sizes, "title": claim.title, "between": self.between, "pure": written}
        if edits is not None:
            given["edits"] = lambda: self.edited(edits)
        if not claim.with_respect_to:
            engine = None if claim.engine is None else self.read_map(claim.engine)
            function = self.read_map(claim.function)
            return map_problem(function, self.by_hand, self.names, domain, automatic=engine, **given)
        problem = Problem(
            self.function,
            self.by_hand,
            self.names,
            claim.with_respect_to,
            domain,
            up_to_scale=claim.up_to_scale,
            **given,
        )
        if claim.contract is not None:
            return replace(
                problem, automatic=self.jacobian, shape=self.shape, numeric=self.columns,
                contracted=self.contracted(domain), traced=self.with_cotangent,
            )  # fmt: skip
        if all(letter.axes == "" for letter in claim.letters):
            return replace(problem, traced=self.at_several_numbers)
        return problem

    # Letters

    def full(self, inputs: tuple[Any, ...]) -> Values:
        """The free letters with all their axes, and the sizes as numbers, from the inputs of a problem."""
        at = dict(zip(self.names, inputs, strict=True))
        values = Values({name: at[name] for name in NUMBERS})
        for letter in self.claim.letters:
            x, axes = at[letter.name], letter.axes.split()
            if any(axis in "NF" and at[axis] == 1 for axis in axes):
                lengths = iter(np.shape(x))
                x = np.reshape(x, tuple(1 if axis in "NF" and at[axis] == 1 else next(lengths) for axis in axes))
            values[letter.name] = x
        return values

    def read(self, values: Values) -> Values:
        """The free letters as a reader sees them, and the sizes, from letters with all axes."""
        read = self.claim.as_read(values)
        return Values({letter.name: read[letter.name] for letter in self.claim.letters})

    def between(self, values: Values) -> Values:
        """All letters as a reader sees them."""
        known = self.claim.complete(self.full(tuple(values[name] for name in self.names)))
        return Values({name: x for name, x in self.claim.as_read(known).items() if name not in NUMBERS})

    def shape(self, values: Values) -> tuple[int, ...]:
        """Of the claimed array, as a reader sees it."""
        return self.claim_sizes(values).shown(self.claim.axes)

    def claim_sizes(self, values: Values) -> Sizes:
        """All sizes at some inputs."""
        known = {name: values[name] for name in SIZES}
        for letter in self.claim.letters:
            axes = [axis for axis in letter.axes.split() if axis not in "NF" or known[axis] > 1]
            lengths = zip(axes, np.shape(values[letter.name]), strict=True)
            known |= {axis: n for axis, n in lengths if axis in ("K", "h", "o", "i")}
        return Sizes(**known)

    # The two sides

    def function(self, *inputs: Any) -> Array:
        """What is differentiated."""
        return self.claim.function(self.full(inputs))

    def read_map(self, side: Callable[[Values], Array]) -> Callable[..., Array]:
        """A map, its value as a reader sees it."""

        def value(*inputs: Any) -> Array:
            values = Values(zip(self.names, inputs, strict=True))
            return np.reshape(side(self.full(inputs)), self.shape(values))

        return value

    def by_hand(self, *inputs: Any) -> Any:
        """The formula's value; one array for each letter where there are several."""
        values = Values(zip(self.names, inputs, strict=True))
        value = self.value(self.formula, values)
        if len(self.claim.with_respect_to) < 2:
            return value
        if np.shape(value) != self.shape(values):
            raise ShapeMismatch([", ".join(self.claim.with_respect_to)], (value,), (self.shape(values),))
        parts, start = [], 0
        for name in self.claim.with_respect_to:
            shape, size = np.shape(values[name]), int(np.size(values[name]))
            parts.append(np.reshape(value[start : start + size], shape))
            start += size
        return tuple(parts)

    def value(self, formula: Formula, values: Values) -> Any:
        """The formula's value as a reader sees it.

        Raises `FormulaError` where a reader's has none.
        """
        letters = self.claim.complete(self.full(tuple(values[name] for name in self.names)))
        if isinstance(formula, Form):
            value = formula(letters)
            whole = self.claim_sizes(values).shape(self.claim.axes)
            return np.reshape(value, self.shape(values)) if np.shape(value) == whole else value
        try:
            value = formula(self.claim.as_read(letters))
        except HandgradError:
            raise
        except Exception as error:
            raise FormulaError(f"{self.claim.title}: wanted a value, got {one_line(error)}") from error
        if isinstance(value, np.ma.MaskedArray) or not is_real(value):
            kind = getattr(value, "dtype", None)
            got = type(value).__name__ if kind is None or kind.kind in "fiub" else f"an array of {kind}"
            raise FormulaError(f"{self.claim.title}: wanted real numbers, got {got}")
        return value.copy() if isinstance(value, np.ndarray) else value

    def edited(self, edits: Callable[[], Iterator[tuple[str, Formula]]]) -> Iterator[Rewording]:
        """Small changes of what was typed, as functions of the values of a problem."""
        for words, formula in edits():
            yield words, lambda values, formula=formula: self.value(formula, values)

    # A Jacobian

    def jacobian(self, values: Values) -> Array:
        """The claimed entries of it, by the engine."""
        (name,) = self.claim.with_respect_to
        full = self.full(tuple(values[name] for name in self.names))
        return self.picked(derivative(self.claim.function, full, name), values)

    def picked(self, jacobian: Array, values: Values) -> Array:
        """The entries that the statement is about, as a reader sees them."""
        pick = self.claim.pick
        return np.reshape(jacobian if pick is None else pick(jacobian), self.shape(values))

    def columns(self, values: Values, suspects: list[int], rng: np.random.Generator) -> Opinion:
        """The same by the numeric opinion, a column an entry of the letter."""
        (name,) = self.claim.with_respect_to
        exact = {key: np.asarray(x, dtype=float)[()] if np.ndim(x) else x for key, x in values.items()}
        full = self.full(tuple(exact[name] for name in self.names))
        units = directions(full, (name,))
        step = complex_step if is_analytic(self.claim.function, full, units(0)) else central_difference
        found = [step(self.claim.function, full, units(i)) for i in range(np.size(full[name]))]
        slopes, errors = (
            self.picked(np.reshape(np.stack(part, axis=-1), (*np.shape(part[0]), *np.shape(full[name]))), values)
            for part in zip(*found, strict=True)
        )
        method = "complex step" if step is complex_step else "central difference"
        return Opinion(slopes, errors, method)

    def contracted(self, domain: Domain) -> Problem:
        """The same question with a cotangent of the function's value."""
        contract = self.claim.contract
        assert contract is not None

        def backward(cotangent: Array, *inputs: Any) -> Array:
            values = Values(zip(self.names, inputs, strict=True))
            value = self.value(self.formula, values)
            if np.shape(value) != self.shape(values):
                raise ShapeMismatch(self.claim.with_respect_to, (value,), (self.shape(values),))
            claimed = np.reshape(value, self.claim_sizes(values).shape(self.claim.axes))
            return np.reshape(contract(claimed, cotangent), np.shape(values[self.claim.with_respect_to[0]]))

        return Problem(
            self.function, backward, self.names, self.claim.with_respect_to, domain, True, self.between, sizes=SIZES,
            title=self.claim.title,
        )  # fmt: skip

    def with_cotangent(self, values: Values) -> tuple[Problem, Values]:
        """The contracted question, at values with a cotangent."""
        asked = self.contracted(self.problem.domain)
        return asked, asked.with_cotangents(values, np.random.default_rng(0))

    def at_several_numbers(self, values: Values) -> tuple[Problem, Values]:
        """A function of one number, which at one says little, at several at once."""
        (by,) = self.claim.with_respect_to

        def backward(cotangent: Array, *inputs: Any) -> Array:
            at = Values(zip(self.names, inputs, strict=True))
            return cotangent * np.stack([self.value(self.formula, Values(at | {by: x})) for x in at[by]])

        def between(values: Values) -> Values:
            known = self.claim.complete(self.full(tuple(values[name] for name in self.names)))
            return Values({name: x for name, x in known.items() if name not in NUMBERS})

        asked = Problem(
            self.function, backward, self.names, (by,), self.problem.domain, True, between, sizes=SIZES,
            title=self.claim.title,
        )  # fmt: skip
        spread = Values(values | {by: values[by] + np.linspace(-1, 1, AT_ONCE)})
        return asked, asked.with_cotangents(spread, np.random.default_rng(0))


def is_real(x: Any) -> bool:
    """Whether something is a real number, an array of such, or a list that may be one."""
    kind = getattr(x, "dtype", None)
    return isinstance(x, Real | list | tuple) if kind is None else kind.kind in "fiub"


def derivative(function: Callable[[Values], Array], values: Values, name: str) -> Array:
    """The Jacobian by one letter: by rows, or by columns where there are fewer inputs than values."""
    x = values[name]

    def moved(x: Any) -> Array:
        return function(Values(values | {name: x}))

    if np.size(x) >= int(np.prod(np.shape(function(values)))):
        return autograd.jacobian(moved)(x)
    units = np.eye(np.size(x), dtype=x.dtype).reshape(-1, *np.shape(x))
    columns = [autograd.jvp(moved, (x,), (unit[()],))[1] for unit in units]
    return np.reshape(np.stack(columns, axis=-1), (*np.shape(columns[0]), *np.shape(x)))


@dataclass(frozen=True)
class ClaimDomain:
    """All that a claim is about: letters drawn at the sizes asked for, and at others."""

    reading: Reading
    imposed: tuple[Condition, ...] = ()

    given: Values | None = None

    @property
    def claim(self) -> Claim:
        """The claim."""
        return self.reading.claim

    @property
    def kinds(self) -> dict[str, str]:
        """What each letter is taken for."""
        return {letter.name: letter.kind for letter in self.claim.letters}

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What the report uses without saying so, and is worth a try."""
        return () if self.imposed else self.claim.conditions

    def on(self, condition: Condition) -> "ClaimDomain":
        """The subset on which a condition holds as well."""
        return replace(self, imposed=(*self.imposed, condition))

    def relaxed(self, problem: Problem, seed: int) -> Iterator[tuple[str, str, Domain, Point]]:
        """Nothing: the letters are of no special kind."""
        return iter(())

    def impose(self, values: Values) -> Values | None:
        """The values on all conditions."""
        for condition in self.imposed:
            brought = condition.impose(values)
            if brought is None:
                return None
            values = Values(brought)
        return values

    @property
    def other(self) -> Sizes:
        """The sizes to judge at beside those asked for; a reader's formula is made for that batch and those filters."""
        own = isinstance(self.reading.formula, Form)
        wanted = self.reading.sizes
        other = OTHER if own else replace(OTHER, N=wanted.N, F=wanted.F)
        return self.claim.sizes(
            replace(other, K=wanted.K) if self.imposed else other
        )  # a condition on that many labels

    def values(self, letters: Mapping[str, Any], sizes: Sizes) -> Values:
        """Drawn letters as the inputs of the problem, on all conditions."""
        at = self.claim.sizes(sizes)
        full = Values({**letters, **self.claim.numbers(at)})
        read = Values({**self.reading.read(full), **{name: getattr(at, name) for name in SIZES}})
        return self.impose(read) or read

    def points(self, problem: Problem, seed: int, count: int) -> Iterator[Point]:
        """Three points, one of them of other sizes."""
        sizes, other = self.claim.sizes(self.reading.sizes), self.other
        here, there = self.claim.lengths(sizes), self.claim.lengths(other)
        changed = ", ".join(f"{name} = {there[name]}" for name in there if there[name] != here[name])
        where = said("other sizes alone: {changed}", changed=changed)
        own = isinstance(self.reading.formula, Form)
        yield Point(self.drawn(problem, seed, 0, sizes), said(DRAWN))
        if count > 1:
            yield Point(self.drawn(problem, seed, 1, other), where, reshaped=True, optional=not own)
            yield Point(self.drawn(problem, seed, 2, sizes), said(DRAWN))

    def drawn(self, problem: Problem, seed: int, index: int, sizes: Sizes) -> Values:
        """A point, drawn anew as long as the function or its derivative is not finite there."""
        for again in range(REDRAWS if self.claim.letters else 1):
            letters = self.claim.draw(seed, index + again * APART, sizes, dtype=self.reading.dtype)
            values = self.values(letters, sizes)
            if self.finite(problem, values):
                break
        return values

    def finite(self, problem: Problem, values: Values) -> bool:
        """Whether the function has a finite value and derivative."""
        gradient, _ = try_automatic(problem, values)
        return gradient is not None and bool(
            np.all(np.isfinite(gradient)) and np.all(np.isfinite(problem.scalar(values)))
        )

    def beside(self, problem: Problem, point: Point, seed: int, kept: Sequence[str] = ()) -> Point | None:
        """Another point of the same sizes; without letters, one of other sizes."""
        sizes = self.reading.claim_sizes(point.values) if self.claim.letters else self.other
        return Point(self.drawn(problem, seed, 1000, sizes), said(DRAWN))

    def draws(self, problem: Problem, seed: int) -> Iterator[Draws]:
        """Exactly: at the sizes asked for, at others, and where these are large at small ones, for the branches."""
        if np.dtype(self.reading.dtype) != np.float64:
            return
        own, wanted = isinstance(self.reading.formula, Form), self.claim.sizes(self.reading.sizes)
        few = own and wanted.n > LEAST.n
        yield self.draws_at(problem, wanted, TRIALS, TRIALS if few else BRANCHED)
        yield self.draws_at(problem, self.other, 1, 1 if own else BRANCHED, must=own)
        if few:
            small = self.claim.sizes(replace(LEAST, N=wanted.N, F=wanted.F))
            yield self.draws_at(problem, small, TRIALS, BRANCHED)

    def draws_at(self, problem: Problem, sizes: Sizes, trials: int, branched: int, must: bool = True) -> Draws:
        """Letters on a fine grid, with a cotangent where there is one."""

        def draw(rng: np.random.Generator) -> Values:
            values = self.values(self.claim.draw_from(rng, sizes, None, BITS), sizes)
            if not problem.vjp:
                return values
            shape = np.shape(problem.outputs(values)[0])
            grid = rng.integers(-(2**BITS), 2**BITS, shape, endpoint=True) / 2**BITS
            return Values(values | {f"{COTANGENT}0": grid})

        return Draws(draw, trials, branched, sampled=2 ** (BITS + 1), must=must)

    def simple(self, problem: Problem, seed: int) -> Iterator[Values]:
        """Small integers at the smallest sizes; a reader's formula is made for one batch and number of filters."""
        wanted = self.reading.sizes
        counts = [{"N": 1, "F": 1}, {"N": 2, "F": 2}]
        if not isinstance(self.reading.formula, Form):
            counts = [{"N": min(wanted.N, 2), "F": min(wanted.F, 2)}]
        for sizes in (self.claim.sizes(replace(sizes, **count)) for count in counts for sizes in SIMPLE):
            rng = np.random.default_rng([seed, 2])
            for _ in range(TRIES if self.claim.letters else 1):
                letters = {}
                for letter in self.claim.letters:
                    least = 1 if letter.kind == "positive" else -2
                    shape = sizes.shape(letter.axes)
                    letters[letter.name] = np.asarray(rng.integers(least, 2, shape, endpoint=True), dtype=float)
                yield self.values(letters, sizes)
