"""What is known of a problem while it is judged, and the verdicts on it."""

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from handgrad.checking.diagnosis import mutants as faults
from handgrad.checking.diagnosis import results as causes
from handgrad.checking.diagnosis.results import Arrays, Case, Diagnosis
from handgrad.checking.intermediates import steps
from handgrad.checking.options import Exact, Options, identifier
from handgrad.checking.oracles.opinions import Seen, ShapeMismatch, by_hand, compared, gradients, row
from handgrad.checking.problem import CheckError, Problem
from handgrad.checking.purity import Remark
from handgrad.checking.sampling import OTHER_SHAPES, Point, drawn_point
from handgrad.checking.sensitivity import planted, unseen
from handgrad.checking.shrink import Example, smallest
from handgrad.checking.verdict import Certificate, CheckVerdict
from handgrad.comparison import Entry
from handgrad.errors import TRACEBACK, one_line
from handgrad.exact import ExactError, Identity, identical
from handgrad.render.messages import said
from handgrad.values import Values
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


HELD_AS_GIVEN = "it holds where {name} is {kind}, as given, and fails elsewhere"


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
        words = one_line(error)[:200]
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
                "reason": said(HELD_AS_GIVEN, name=name, kind=said(kind)),
                "where": said("{name} without that", name=name),
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
            return row(problem.returned(Values(letters)))

        def machine(letters: dict[str, Any]) -> Any:
            return row(gradients(problem, Values(letters)))

        try:
            with np.errstate(all="ignore"):
                return identical(hand, machine, draw, trials=2, seed=self.seed, sampled=2**20, branched_trials=8), ""
        except ExactError as error:
            return None, str(error)
        except Exception as error:  # code that writes into arrays, or asks for NumPy arrays alone
            return None, one_line(error)[:200]


def entry_at(seen: Seen, index: tuple[int, ...]) -> Entry:
    """The three values at an index."""
    it = seen.comparison
    hand, third = float(it.hand[index]), float(it.numeric.value[index])
    machine = float(it.automatic[index]) if seen.known[index] else None
    return Entry(*it.named(index), hand, machine, third if np.isfinite(third) else None)


def called(problem: Problem) -> str:
    """The two functions as they stand in a call."""
    name = getattr(problem.function, "__name__", "")
    if hasattr(problem.by_hand, "fresh") and name.endswith(".forward"):
        return f"*handgrad.layer({name.removesuffix('.forward')})"
    first, second = ("forward", "backward") if problem.vjp else ("loss", "gradient")
    return f"{identifier(problem.function, first)}, {identifier(problem.by_hand, second)}"


def lengths(values: Values, problem: Problem) -> dict[int, str]:
    """The lengths of the inputs' axes, each with where it is found; the first in order wins."""
    found: dict[int, str] = {}
    for name in problem.names:
        for axis, n in enumerate(np.shape(values[name])):
            found.setdefault(n, said("axis {axis} of {name}", axis=axis, name=name))
    return found
