"""Judging a derivative by hand: `check_gradient`, `check_vjp`, `assert_gradient`.

The given point first, then points that hide less: other values of the same kinds, other shapes. At each the
three opinions are compared, entry by entry, with as much room as rounding needs and no more. Where nothing
differs, the two are compared as functions, exactly, if every operation has an exact meaning.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

import numpy as np

from handgrad.checking import causes, faults
from handgrad.checking.causes import Arrays, Case, Diagnosis
from handgrad.checking.hygiene import Remark, remarks
from handgrad.checking.kinds import kinds_of
from handgrad.checking.kinks import kinks
from handgrad.checking.opinions import Seen, ShapeMismatch, by_hand, compared, copies, gradients
from handgrad.checking.points import FAR, OTHER_SHAPES, Point, drawn_point, on_condition, points
from handgrad.checking.power import planted, unseen
from handgrad.checking.problem import CheckError, Problem, problem_of
from handgrad.checking.search import search
from handgrad.checking.smallest import Example, smallest
from handgrad.checking.steps import steps
from handgrad.checking.verdict import Certificate, CheckVerdict
from handgrad.comparison import Entry
from handgrad.exact import ExactError, Identity, identical
from handgrad.exits import TRACEBACK, words_of
from handgrad.letters import Values
from handgrad.verdict import Outcome

# What inputs of a special kind are drawn as, to see whether a derivative needs them to be special.
RELAXED = {
    "one-hot": "real",
    "probabilities": "positive",
    "mask": "real",
    "positive definite": "real",
    "positive": "real",
    "distinct": "index",
}

# Remarks after which nothing that by hand returns means anything, and why.
UNDECIDABLE = {
    "by hand not deterministic": "it is not deterministic: two calls with the same inputs differ",
    "not deterministic": "it is not deterministic: two calls with the same inputs differ",
    "hidden state": "by hand answers for the last call of the function, not for the inputs it is given",
}

Exact = Literal["auto"] | bool


def check_gradient(
    loss: Callable[..., Any],
    gradient: Callable[..., Any],
    inputs: Sequence[Any] | None = None,
    *,
    names: str | Sequence[str] | None = None,
    wrt: str | int | Sequence[str | int] | None = None,
    dtype: Any = None,
    seed: int = 0,
    exact: Exact = "auto",
    points: int = 8,
    kinds: dict[str, str] | None = None,
    condition: Callable[..., Any] | None = None,
    rtol: float | None = None,
    atol: float | None = None,
    intermediates: Callable[..., Any] | None = None,
    given: Any = None,
) -> CheckVerdict:
    """Is a gradient that was derived by hand right, and if not, what is wrong with it?

    loss(*inputs) is a scalar; gradient(*inputs) returns one array, or one for each input of `wrt` (all inputs
    that hold floats, without it), each in its input's shape. Both in NumPy, or in whatever computes with arrays.

    points     how many points are looked at; 1 is the given one alone
    kinds      what inputs are, where the guess is wrong: see `handgrad.checking.kinds`
    condition  of the inputs: a predicate, or a function that returns the inputs put right
    exact      False judges in floating point alone; True demands an exact answer
    rtol, atol more room than rounding needs; without them nothing is hidden by a tolerance
    intermediates  of the inputs: cotangents by hand of quantities that the loss marks, by name (`mark`)
    given      Hypothesis strategies in place of inputs, one each: the simplest inputs that fail are found

    Raises `CheckError` for inputs that are no inputs: none, not finite, unknown names, a loss that is no scalar.

    >>> import numpy as np
    >>> loss = lambda x: np.sum(x**2) / x.shape[0]
    >>> check_gradient(loss, lambda x: 2 * x / x.shape[0], [np.array([1.0, 2.0, 3.0])]).agrees
    True
    >>> print(check_gradient(loss, lambda x: 2 * x, [np.array([1.0, 2.0, 3.0])]).diagnosis[0].kind)
    constant factor
    """
    options = Options(seed, exact, points, kinds, condition, rtol, atol, intermediates)
    return found_or_given(loss, gradient, inputs, names, wrt, dtype, options, given, vjp=False)


def check_vjp(
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    inputs: Sequence[Any] | None = None,
    *,
    names: str | Sequence[str] | None = None,
    wrt: str | int | Sequence[str | int] | None = None,
    dtype: Any = None,
    seed: int = 0,
    exact: Exact = "auto",
    points: int = 8,
    kinds: dict[str, str] | None = None,
    condition: Callable[..., Any] | None = None,
    rtol: float | None = None,
    atol: float | None = None,
    intermediates: Callable[..., Any] | None = None,
    given: Any = None,
) -> CheckVerdict:
    """Is a backward pass right? It is tried with random cotangents, which have no common sign or size.

    forward(*inputs) is an array or a tuple of arrays; backward(cotangent, *inputs) returns the cotangents of the
    inputs in `wrt`. Where forward returns a tuple, backward takes a tuple first. Everything else as for
    `check_gradient`.

    >>> import numpy as np
    >>> softmax = lambda x: np.exp(x) / np.sum(np.exp(x))
    >>> def backward(s_bar, x):
    ...     s = softmax(x)
    ...     return s * (1 - s) * s_bar
    >>> check_vjp(softmax, backward, [np.array([0.5, -1.0, 2.0])]).diagnosis[0].kind
    'diagonal only'
    """
    options = Options(seed, exact, points, kinds, condition, rtol, atol, intermediates)
    return found_or_given(forward, backward, inputs, names, wrt, dtype, options, given, vjp=True)


def assert_gradient(
    loss: Callable[..., Any], gradient: Callable[..., Any], inputs: Sequence[Any] | None = None, **options: Any
) -> CheckVerdict:
    """`check_gradient` for a test: raises AssertionError with the verdict's text unless it agrees.

    >>> import numpy as np
    >>> verdict = assert_gradient(lambda x: np.sum(np.sin(x)), lambda x: np.cos(x), [np.array([0.1, 0.2])])
    """
    verdict = check_gradient(loss, gradient, inputs, **options)
    if not verdict.agrees:
        raise AssertionError(str(verdict))
    return verdict


def typed(values: Values, dtype: Any) -> Values:
    """The inputs with their floats in another type."""
    if dtype is None:
        return values
    try:
        known = np.dtype(dtype) in (np.float32, np.float64)
    except TypeError:
        known = False
    if not known:
        raise CheckError(f"dtype: wanted float32 or float64, got {getattr(dtype, '__name__', dtype)}")
    return Values(
        {n: np.asarray(x, dtype=dtype)[()] if np.asarray(x).dtype.kind == "f" else x for n, x in values.items()}
    )


@dataclass(frozen=True)
class Options:
    """How a problem is judged; as `check_gradient` has them."""

    seed: int = 0
    exact: Exact = "auto"
    points: int = 8
    kinds: dict[str, str] | None = None
    condition: Callable[..., Any] | None = None
    rtol: float | None = None
    atol: float | None = None
    intermediates: Callable[..., Any] | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.points, int) or isinstance(self.points, bool) or self.points < 1:
            raise CheckError(f"points: wanted an integer of at least 1, got {self.points!r}")
        if not isinstance(self.seed, int) or isinstance(self.seed, bool) or self.seed < 0:
            raise CheckError(f"seed: wanted an integer of at least 0, got {self.seed!r}")
        if self.exact not in ("auto", True, False):
            raise CheckError(f'exact: wanted "auto", True or False, got {self.exact!r}')
        for name in ("rtol", "atol"):
            room = getattr(self, name)
            if room is not None and not (isinstance(room, int | float) and 0 <= room < np.inf):
                raise CheckError(f"{name}: wanted a finite number of at least 0, got {room!r}")
        for name in ("condition", "intermediates"):
            function = getattr(self, name)
            if function is not None and not callable(function):
                raise CheckError(f"{name}: wanted a function of the inputs, got {type(function).__name__}")

    def said(self) -> str:
        """Those that are not as they would be anyway, as the end of a call; the seed is told apart."""
        words = ""
        for f in fields(self):
            x = getattr(self, f.name)
            if x != f.default and f.name not in ("seed", "points"):
                words += f", {f.name}={identifier(x, f.name) if callable(x) else repr(x)}"
        return words


def identifier(function: Any, otherwise: str) -> str:
    """The name by which a function can be written in a call; a lambda has none."""
    name = getattr(function, "__name__", "")
    return name if name.isidentifier() else otherwise


def called(problem: Problem) -> str:
    """The two functions as they stand in a call."""
    name = getattr(problem.function, "__name__", "")
    if hasattr(problem.by_hand, "fresh") and name.endswith(".forward"):
        return f"*handgrad.layer({name.removesuffix('.forward')})"
    first, second = ("forward", "backward") if problem.vjp else ("loss", "gradient")
    return f"{identifier(problem.function, first)}, {identifier(problem.by_hand, second)}"


def found_or_given(
    function: Callable[..., Any], by_hand: Callable[..., Any], inputs: Sequence[Any] | None, names: Any, wrt: Any,
    dtype: Any, options: Options, given: Any, vjp: bool,
) -> CheckVerdict:  # fmt: skip
    """Judge at the inputs, or at the simplest that fail among those that strategies give."""
    if (inputs is None) == (given is None):
        raise CheckError("check: wanted either inputs or given=, got " + ("neither" if given is None else "both"))

    def judged(at: Sequence[Any], options: Options) -> CheckVerdict:
        problem, first = problem_of(function, by_hand, at, names, wrt, vjp)
        with np.errstate(all="ignore"):  # what is tried overflows and divides by zero, and that is no one's fault
            return check(problem, typed(first, dtype), options)

    if inputs is not None:
        return judged(inputs, options)
    alone = replace(options, points=1, exact=False, intermediates=None)
    return judged(search(given, lambda at: judged(at, alone), options.seed), replace(options, points=1))


def check(problem: Problem, first: Values, options: Options) -> CheckVerdict:
    """The verdict on a problem."""
    seed, count, condition = options.seed, options.points, options.condition
    kinds = kinds_of(first, options.kinds)
    require_value(problem, first)
    if on_condition(first, condition) is None:
        raise CheckError("condition: wanted inputs that it admits, got the given ones, which it does not")
    start = problem.with_cotangents(first, np.random.default_rng([seed, 0]))
    try:
        amiss = tuple(remarks(problem, start, np.random.default_rng([seed, 2])))
    except CheckError:
        raise
    except Exception as error:
        raise CheckError(f"{problem.title}: wanted a derivative at the inputs, got {words_of(error)}") from error
    judge = Judge(problem, start, options, kinds, amiss)
    for remark in amiss:
        if remark.kind in UNDECIDABLE:
            return judge.undecided(UNDECIDABLE[remark.kind])
    looked_at = 0
    last: tuple[Point, Seen] | None = None
    kinked: tuple[Entry, ...] = ()
    for point in points(problem, start, kinds, seed, count, condition):
        try:
            seen = judge.seen(point)
        except ShapeMismatch as error:
            if point.where == OTHER_SHAPES:
                continue  # what else the shape means is for the function's author to say
            return judge.wrong_shape(error, point, looked_at + 1)
        except Exception as error:
            judge.raised(error, point)
            continue
        looked_at += 1
        comparison = seen.comparison
        if not np.all(np.isfinite(comparison.automatic)):
            if looked_at == 1:
                last = last or (point, seen)
            continue
        if point.where == FAR and not judge.convinces(seen):
            continue
        if np.any(comparison.differs | comparison.blurred):
            bent = kinks(problem, point.values, comparison)
            if bent is not None:
                kinked += tuple(entry_at(seen, index) for index in bent.at)
                if not bent.fair:
                    return judge.differing(point, judge.at_kinks(seen), looked_at, kinked, unfair=True)
                continue
        if np.any(comparison.differs):
            return judge.differing(point, seen, looked_at, kinked)
        last = (point, seen) if last is None or np.any(comparison.blurred) else last
    if not looked_at:
        return judge.undecided("by hand has no value at any point")
    if last is None:
        return judge.kinked_only(point, seen, looked_at, kinked)
    return judge.agreeing(*last, looked_at, options.exact, kinked)


def require_value(problem: Problem, first: Values) -> None:
    """The function must have a finite value at the given point, a scalar where it is a loss."""
    who = getattr(problem.function, "__name__", "function")
    try:
        with np.errstate(all="ignore"):
            outputs = problem.outputs(copies(first))
    except Exception as error:
        raise CheckError(f"{who}: wanted a value at the inputs, got {words_of(error)}") from error
    for z in outputs:
        if isinstance(z, tuple | list):
            words = "an array or a tuple of arrays" if problem.vjp else "a scalar"
            raise CheckError(
                f"{who}: wanted {words}, got a {type(z).__name__} within; return no cache beside the value"
            )
        kind = np.asarray(z).dtype.kind
        if kind not in "fiu":
            raise CheckError(f"{who}: wanted real numbers, got {type(z).__name__}")
        if not np.all(np.isfinite(np.asarray(z, dtype=float))):
            raise CheckError(f"{who}: wanted a finite value at the inputs, got NaN or an infinity")
    if not problem.vjp and (len(outputs) != 1 or np.shape(outputs[0]) != ()):
        shapes = ", ".join(str(np.shape(z)) for z in outputs)
        raise CheckError(f"{who}: wanted a scalar, got shape {shapes}; check_vjp takes a function of arrays")


def entry_at(seen: Seen, index: tuple[int, ...]) -> Entry:
    """The three values at an index."""
    it = seen.comparison
    hand, third = float(it.hand[index]), float(it.numeric.value[index])
    machine = float(it.automatic[index]) if seen.known[index] else None
    return Entry(*it.named(index), hand, machine, third if np.isfinite(third) else None)


class Judge:
    """What is known of a problem while it is judged, and the verdicts on it."""

    def __init__(
        self, problem: Problem, start: Values, options: Options, kinds: dict[str, str], amiss: tuple[Remark, ...]
    ):
        self.problem, self.kinds, self.amiss = problem, kinds, amiss
        self.start = Point(start, "the given point")
        self.first = Values({name: start[name] for name in problem.names})
        self.seed, self.condition, self.intermediates = options.seed, options.condition, options.intermediates
        self.rtol, self.atol = options.rtol, options.atol
        self.said = options.said()

    def seen(self, point: Point) -> Seen:
        """The three opinions at a point, with the room that the caller allows beyond rounding."""
        seen = compared(self.problem, point.values, self.seed)
        if self.rtol is None and self.atol is None:
            return seen
        more = (self.atol or 0.0) + (self.rtol or 0.0) * np.abs(seen.comparison.automatic)
        return replace(seen, comparison=replace(seen.comparison, least=seen.comparison.least + more))

    def convinces(self, seen: Seen) -> bool:
        """Whether a point far away says something: there much overflows, or is lost in rounding."""
        it = seen.comparison
        differs = bool(np.any(it.differs))
        return bool(np.all(np.isfinite(it.hand))) and not np.any(it.blurred) and (not differs or it.blame == "hand")

    def raised(self, error: Exception, point: Point) -> None:
        """Remember that by hand raises where the function has a value; at other shapes that is its own affair."""
        if point.where == OTHER_SHAPES or any(remark.kind == "raises" for remark in self.amiss):
            return
        words = words_of(error)[:200]
        self.amiss += (Remark("raises", f"by hand has no value at {point.where}: {words}"),)

    def verdict(self, outcome: Outcome, point: Point, **found: Any) -> CheckVerdict:
        """A verdict with what is the same for all."""
        given = {"rtol": self.rtol, "atol": self.atol}
        extra = "".join(f" and {name}={x:g}" for name, x in given.items() if x is not None)
        values = point.values
        known: dict[str, Any] = {
            "name": self.problem.title,
            "wrt": self.problem.wrt,
            "outcome": outcome,
            "reason": None,
            "where": point.where,
            "points": 1,
            "shape": (),
            "worst": None,
            "badness": None,
            "share": (0, 0),
            "blame": None,
            "exact": None,
            "inexact": None,
            "opaque": None,
            "kinks": (),
            "diagnosis": (),
            "remarks": self.amiss,
            "kinds": self.kinds,
            "power": (),
            "planted": (0, 0),
            "seed": self.seed,
            "call": f"handgrad.{'check_vjp' if self.problem.vjp else 'check_gradient'}({called(self.problem)}",
            "options": self.said,
            "tolerance": f"room for rounding{extra}",
            "counterexample": None,
            "letters": {name: values[name] for name in self.problem.names},
        }
        known["steps"] = () if self.intermediates is None else steps(self.problem, values, self.intermediates)
        return CheckVerdict(**(known | found))

    def undecided(self, reason: str) -> CheckVerdict:
        """Nothing was decided."""
        return self.verdict(Outcome.CANNOT_DECIDE, self.start, reason=reason, inexact="not asked")

    def wrong_shape(self, error: ShapeMismatch, point: Point, looked_at: int) -> CheckVerdict:
        """By hand has another shape than its input: wrong, whatever its entries are."""
        found: list[Diagnosis] = []
        try:
            machine = gradients(self.problem, point.values)
            found = list(causes.of_shapes(self.problem.wrt, error.returned, machine, 1e-6))
        except Exception:  # a function that can't be traced: the shape alone is told
            found = []
        return self.verdict(
            Outcome.DISAGREES, point, reason=str(error), points=looked_at, blame="hand", diagnosis=tuple(found),
            shape=np.shape(error.returned[0]), inexact="the shape is wrong already",
        )  # fmt: skip

    def at_kinks(self, seen: Seen) -> Seen:
        """The comparison at kinks where by hand is unfair: rounding, which falls to either side, excuses nothing."""
        return replace(seen, comparison=replace(seen.comparison, slack=np.zeros(np.shape(seen.comparison.hand))))

    def kinked_only(self, point: Point, seen: Seen, looked_at: int, kinked: tuple[Entry, ...]) -> CheckVerdict:
        """Every point that was looked at lies at kinks, and by hand is fair at all of them."""
        shape = np.shape(seen.comparison.hand)
        return self.verdict(
            self.agreement, point, points=looked_at, kinks=kinked, shape=shape, inexact="kinks", reason=self.on,
            share=(0, int(seen.comparison.hand.size)), opaque=seen.opaque,
        )  # fmt: skip

    def differing(
        self, point: Point, seen: Seen, looked_at: int, kinked: tuple[Entry, ...], unfair: bool = False
    ) -> CheckVerdict:
        """By hand and automatic differ by more than rounding at a point."""
        it = seen.comparison
        blame = "hand" if seen.opaque else it.blame
        at = it.worst_index
        reason = None
        if unfair:
            blame, reason = "hand", "at a kink, and not between the slopes on its two sides"
        elif blame == "automatic":
            reason = "by hand and numeric agree, and the automatic gradient differs from both: the engine is to blame"
        elif blame is None:
            reason = "by hand, automatic and numeric give three different values, or the numeric one can't tell"
        badness = float(it.badness[at])
        missing = int(np.sum(~np.isfinite(it.hand)))
        if missing:
            reason = f"{missing} of {it.hand.size} entries have no finite value by hand"
        return self.verdict(
            Outcome.DISAGREES if blame == "hand" else Outcome.CANNOT_DECIDE, point, reason=reason, points=looked_at,
            shape=np.shape(it.hand), worst=entry_at(seen, at) if not missing else it.worst,
            badness=badness if np.isfinite(badness) else None, share=(int(np.sum(it.differs)), int(it.hand.size)),
            blame=blame, opaque=seen.opaque, kinks=() if unfair else kinked, inexact="a difference is evidence enough",
            diagnosis=self.diagnosis(point, seen) if blame == "hand" and not missing else (),
            counterexample=self.smallest() if blame == "hand" and not missing and not seen.opaque else None,
        )  # fmt: skip

    def smallest(self) -> Example | None:
        """A small example, where one can be found."""
        try:
            return smallest(self.problem, self.first, self.kinds, self.seed, self.condition)
        except CheckError:
            raise
        except Exception:  # code that is made for the given sizes alone
            return None

    def diagnosis(self, point: Point, seen: Seen) -> tuple[Diagnosis, ...]:
        """The mistakes that explain the whole difference, there and at a second point."""
        values, cases, hands = [], [], []
        for one in self.around(point):
            try:
                hand = tuple(np.asarray(x) for x in by_hand(self.problem, one.values))
                machine = self.machine(one.values, seen)
            except Exception:  # code made for one point: that point alone explains
                continue
            values.append(one.values)
            cases.append(Case(self.problem.wrt, hand, machine, lengths(one.values, self.problem)))
            hands.append(hand)
        # One number at one point is a multiple of any other; nearer than mistakes are told apart, any explains it.
        if sum(np.size(x) for hand in hands for x in hand) < 2 or all(
            causes.all_near(case.hand, case.machine, case.close) for case in cases
        ):
            return ()
        found = list(causes.of_results(cases, constant=point.where != OTHER_SHAPES))
        if not seen.opaque and not found:
            try:
                found += list(faults.of_steps(self.problem, values, hands, cases))
            except Exception:  # a graph of a kind that can't be taken apart: nothing is said
                if os.environ.get(TRACEBACK):
                    raise
        return tuple(found)

    def around(self, point: Point) -> Iterator[Point]:
        """A point, and another of the same shapes: what explains a difference must explain it at both."""
        yield point
        first = Values({name: point.values[name] for name in self.problem.names})
        other = drawn_point(self.problem, first, self.kinds, [self.seed, 1000], None, False, self.condition)
        if other is not None:
            yield other

    def machine(self, values: Values, seen: Seen) -> Arrays:
        """The gradient that by hand should be, one array for each letter."""
        if not seen.opaque:
            return tuple(np.asarray(g) for g in gradients(self.problem, values))
        flat = compared(self.problem, values, self.seed).comparison.automatic.reshape(-1)
        sizes = [np.size(values[name]) for name in self.problem.wrt]
        parts = np.split(flat, np.cumsum(sizes)[:-1])
        return tuple(np.reshape(p, np.shape(values[n])) for n, p in zip(self.problem.wrt, parts, strict=True))

    def agreeing(
        self, point: Point, seen: Seen, looked_at: int, exact: Exact, kinked: tuple[Entry, ...]
    ) -> CheckVerdict:
        """No point showed a difference: the exact test may still, and rounding may hide one."""
        it = seen.comparison
        found: dict[str, Any] = {
            "points": looked_at, "shape": np.shape(it.hand), "opaque": seen.opaque, "kinks": kinked,
            "share": (0, int(it.hand.size)), **self.power(),
        }  # fmt: skip
        if not np.all(np.isfinite(it.automatic)):
            why = "the function can't be traced" if seen.opaque else "the automatic one is not finite"
            reason = f"no opinion on the derivative at {point.where}: {why}, and beside it there is no value either"
            return self.verdict(Outcome.CANNOT_DECIDE, point, reason=reason, inexact="not asked", **found)
        if np.any(it.blurred & ~seen.known):
            reason = "the numeric opinion, which judges alone, can't tell: its own error is as large as the gradient"
            return self.verdict(Outcome.CANNOT_DECIDE, point, reason=reason, inexact="not asked", **found)
        hidden = self.relaxed()
        if hidden is not None:
            return self.verdict(Outcome.ON_A_CONDITION, point, inexact="a condition was found", **found | hidden)
        identity, why = (None, "asked for") if exact is False else self.identity(seen)
        if identity is not None and identity.same:
            proof = Certificate(identity.trials, identity.error_bound, identity.fields, identity.branched)
            return self.verdict(self.agreement, point, exact=proof, reason=self.on, **found)
        if identity is not None and not identity.opaque and not identity.hangs_on_constants and not kinked:
            proof = Certificate(identity.trials, 0.0, identity.fields, identity.branched)
            reason = "the difference is below rounding at the points that were looked at"
            return self.verdict(Outcome.DISAGREES, point, exact=proof, reason=reason, **found | {"blame": "hand"})
        if identity is not None:
            why = "an exact difference hangs on constants that are no simple numbers, or on values of log or roots"
        if exact is True:
            reason = f"no exact answer: {why}"
            return self.verdict(Outcome.CANNOT_DECIDE, point, inexact=why, reason=reason, **found)
        if np.any(it.blurred):
            reason = "ill-conditioned: rounding alone moves the result by as much as the gradient itself"
            return self.verdict(Outcome.CANNOT_DECIDE, point, inexact=why, reason=reason, **found)
        return self.verdict(self.agreement, point, inexact=why, reason=self.on, **found)

    def power(self) -> dict[str, Any]:
        """What the given point alone would have shown."""
        *_, other = self.around(self.start)
        shown, tried, missed = planted(self.problem, self.start.values, other.values)
        return {"power": (*unseen(self.problem, self.start.values), *missed), "planted": (shown, tried)}

    def relaxed(self) -> dict[str, Any] | None:
        """Whether it holds for inputs of the kinds that were recognised alone: what fails, drawn without them."""
        for name, kind in self.kinds.items():
            if kind not in RELAXED:
                continue
            point = drawn_point(
                self.problem,
                self.first,
                self.kinds | {name: RELAXED[kind]},
                [self.seed, 2000],
                None,
                False,
                self.condition,
            )
            try:
                seen = None if point is None else self.seen(point)
            except Exception:  # code made for that kind alone
                continue
            if point is None or seen is None or seen.comparison.blame != "hand" or not np.any(seen.comparison.differs):
                continue
            if not np.all(np.isfinite(seen.comparison.hand)):
                continue
            it = seen.comparison
            return {
                "reason": f"it holds where {name} is {kind}, as given, and fails elsewhere",
                "where": f"{name} without that",
                "worst": entry_at(seen, it.worst_index),
                "share": (int(np.sum(it.differs)), int(it.hand.size)),
                "blame": "hand",
            }
        return None

    @property
    def agreement(self) -> Outcome:
        """The best that can be said: on the condition, where one was given."""
        return Outcome.AGREES if self.condition is None else Outcome.ON_A_CONDITION

    @property
    def on(self) -> str | None:
        """The condition in words."""
        return None if self.condition is None else f"on the condition {getattr(self.condition, '__name__', 'given')}"

    def identity(self, seen: Seen) -> tuple[Identity | None, str]:
        """The identity test on inputs of the same kinds and shapes; or None, and why it has no answer."""
        if seen.opaque:
            return None, "the function can't be traced"
        if any(np.asarray(x).dtype == np.float32 for x in self.first.values()):
            return None, "float32 is judged in floating point"
        problem = self.problem

        def draw(rng: np.random.Generator) -> Values:
            source = [self.seed, int(rng.integers(2**31))]
            point = drawn_point(problem, self.first, self.kinds, source, None, False, self.condition)
            if point is None:
                raise ExactError("no point inside the domain was found")
            return point.values

        def hand(letters: dict[str, Any]) -> Any:
            return joined(problem, problem.returned(Values(letters)))

        def machine(letters: dict[str, Any]) -> Any:
            return joined(problem, gradients(problem, Values(letters)))

        try:
            with np.errstate(all="ignore"):
                return identical(hand, machine, draw, trials=2, seed=self.seed, sampled=2**20, branched_trials=8), ""
        except ExactError as error:
            return None, str(error)
        except Exception as error:  # code that writes into arrays, or asks for NumPy arrays alone
            return None, words_of(error)[:200]


def joined(problem: Problem, arrays: tuple[Any, ...]) -> Any:
    """All arrays in one row."""
    rows = [np.reshape(x, (-1,)) for x in arrays]
    return rows[0] if len(rows) == 1 else np.concatenate(rows)


def lengths(values: Values, problem: Problem) -> dict[int, str]:
    """The lengths of the inputs' axes, each with where it is found; the first in order wins."""
    found: dict[int, str] = {}
    for name in problem.names:
        for axis, n in enumerate(np.shape(values[name])):
            found.setdefault(n, f"axis {axis} of {name}")
    return found
