"""The walk over the points: the given one first, then others that hide less, until something is decided."""

import numpy as np

from handgrad.checking.domain import kinds_of
from handgrad.checking.judge import Judge, entry_at
from handgrad.checking.kinks import kinks
from handgrad.checking.options import Options
from handgrad.checking.oracles.opinions import Seen, ShapeMismatch, copies
from handgrad.checking.problem import CheckError, Problem
from handgrad.checking.purity import remarks
from handgrad.checking.sampling import FAR, OTHER_SHAPES, Point, on_condition, points
from handgrad.checking.verdict import CheckVerdict
from handgrad.comparison import Entry
from handgrad.errors import one_line
from handgrad.values import Values

# Remarks after which nothing that by hand returns means anything, and why.
UNDECIDABLE = {
    "by hand not deterministic": "it is not deterministic: two calls with the same inputs differ",
    "not deterministic": "it is not deterministic: two calls with the same inputs differ",
    "hidden state": "by hand answers for the last call of the function, not for the inputs it is given",
}


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
        raise CheckError(f"{problem.title}: wanted a derivative at the inputs, got {one_line(error)}") from error
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
        raise CheckError(f"{who}: wanted a value at the inputs, got {one_line(error)}") from error
    if not outputs:
        raise CheckError(f"{who}: wanted at least one array, got an empty tuple")
    for z in outputs:
        if isinstance(z, np.ma.MaskedArray | np.matrix):
            raise CheckError(f"{who}: wanted plain arrays, got a {type(z).__name__}")
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
