"""By hand, automatic and numeric at one point, for any function of arrays.

Where the engine cannot trace the function (code that writes into arrays, SciPy, C), the numeric opinion takes
the automatic one's place, with its own error estimate as room, and says so.
"""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from threading import RLock
from typing import Any

import numpy as np

import autograd
from handgrad.checking.oracles.foreign import Foreign
from handgrad.checking.problem import CheckError, Problem, cotangents_of
from handgrad.comparison import SUSPECTS, Comparison, opinions, suspected, with_slack
from handgrad.errors import one_line
from handgrad.oracles.numeric import (
    MOST_ENTRIES,
    Opinion,
    central_difference,
    complex_step,
    directions,
    is_analytic,
)
from handgrad.oracles.rounding import ALLOWANCE, SAMPLES, spreads
from handgrad.values import Array, Values

SAMPLE = 64  # entries looked at of a gradient that has more than MOST_ENTRIES
SMALLEST, SMALL = 1e-100, 2.0**-4  # sizes of inputs for which steps of about 1 are too large
SIZES = (1.0, 0.77, 0.59)  # of the steps of differences that judge alone
DOUBT = 10  # times as far as such differences are apart is how far they may be off

Scalar = Callable[[Values], Array]
Step = Callable[[Scalar, Values, dict[str, Array]], tuple[Any, Any]]
_filters = RLock()  # of warnings: they are the process's, and two threads that change them leave them changed


@dataclass(frozen=True)
class Seen:
    """A comparison; `opaque` says why the engine could not trace the function, if so.

    known  where there is an automatic opinion; elsewhere the numeric one stands in its place
    """

    comparison: Comparison
    opaque: str | None
    known: Array


class ShapeMismatch(Exception):  # noqa: N818 - it leads to a verdict, not to an error
    """By hand returns arrays of other shapes than the inputs have."""

    def __init__(self, problem: Problem, values: Values, returned: tuple[Any, ...]):
        self.returned = returned
        wanted = [np.shape(values[name]) for name in problem.wrt]
        pairs = zip(problem.wrt, wanted, (np.shape(x) for x in returned), strict=True)
        wrong = [
            f"the derivative by {name} has shape {got}, wanted {shape}" for name, shape, got in pairs if got != shape
        ]
        super().__init__("; ".join(wrong))


def compared(problem: Problem, values: Values, seed: int) -> Seen:
    """Ask all three at one point.

    Where the automatic opinion has no finite value, the numeric one takes its place, with room for its own error.

    Raises `ShapeMismatch` where by hand has another shape than the input.
    """
    rng = np.random.default_rng([seed, 1])
    with np.errstate(all="ignore"):
        hand = numbers(by_hand(problem, values))
        machine, opaque = machine_at(problem, values)
        kind = np.result_type(*(np.asarray(values[name]) for name in problem.wrt))
        traced = machine is not None
        machine = np.full(np.shape(hand), np.nan) if machine is None else machine
        known = np.isfinite(machine)
        suspects = suspected(hand, machine, kind) if traced else []
        third, asked = numeric(problem, values, hand, suspects, rng, judges=not np.all(known))
        # an entry that was not asked for is as it is by hand; one that was, and has no value, stays without
        machine = np.where(known, machine, np.where(asked, third.value, hand))
        shown = Values({name: values[name] for name in problem.names})
        seen = opinions(problem.wrt, shown, hand, machine, third, kind)
        error = np.where(known, 0.0, third.error)
        widest = (error / ALLOWANCE + width for width in moves(problem, values, rng, traced))
        return Seen(with_slack(replace(seen, slack=error), widest), opaque, known)


def by_hand(problem: Problem, values: Values) -> tuple[Array, ...]:
    """What the code by hand returns, on copies of the inputs; checked for its shapes.

    Raises `ShapeMismatch`.
    """
    returned = problem.returned(copies(values))
    arrays = tuple(x if hasattr(x, "shape") else np.asarray(x) for x in returned)
    if any(np.shape(x) != np.shape(values[name]) for name, x in zip(problem.wrt, arrays, strict=True)):
        raise ShapeMismatch(problem, values, arrays)
    for name, x in zip(problem.wrt, arrays, strict=True):
        require_real(problem, name, x)
    return arrays


def require_real(problem: Problem, name: str, x: Any) -> None:
    """By hand must be real numbers; another library's array answers for its own type."""
    if isinstance(x, np.ma.MaskedArray | np.matrix):
        raise CheckError(f"{problem.title}: wanted a plain array as the derivative by {name}, got a {type(x).__name__}")
    kind = x.dtype if isinstance(x, np.ndarray | np.generic) else None
    if kind is not None and kind.kind not in "fiub":
        got = type(x[()]).__name__ if kind.kind == "O" and x.ndim == 0 else kind
        raise CheckError(f"{problem.title}: wanted real numbers as the derivative by {name}, got {got}")


def copies(values: Values) -> Values:
    """The values with arrays of their own, so that code that writes into its arguments does no harm."""
    return Values({name: x.copy() if isinstance(x, np.ndarray) else x for name, x in values.items()})


def row(arrays: tuple[Any, ...]) -> Any:
    """One array as it is; several as one row, of whatever array type."""
    return arrays[0] if len(arrays) == 1 else np.concatenate([np.reshape(x, (-1,)) for x in arrays])


def numbers(arrays: tuple[Any, ...]) -> Array:
    """The same as plain floats."""
    return np.asarray(row(arrays), dtype=float)


def gradients(problem: Problem, values: Values) -> tuple[Any, ...]:
    """The automatic gradient, by every letter of `wrt`: the engine's, or that of the function's own library."""
    if isinstance(problem.function, Foreign):
        places = [problem.names.index(name) for name in problem.wrt]
        given = [values[name] for name in problem.names]
        return problem.function.pullback(places, given, cotangents_of(values) if problem.vjp else None)

    def function(*chosen: Any) -> Any:
        return problem.scalar(Values(values | dict(zip(problem.wrt, chosen, strict=True))))

    given = [values[name] for name in problem.wrt]
    return tuple(autograd.grad(function, tuple(range(len(given))))(*given))


def machine_at(problem: Problem, values: Values) -> tuple[Array | None, str | None]:
    """The automatic gradient; or None, and why the engine can't trace the function."""
    try:
        return numbers(gradients(problem, values)), None
    except Exception as error:  # a function that can't be traced may raise anything
        return None, one_line(error)[:200]


def numeric(
    problem: Problem, values: Values, hand: Array, suspects: list[int], rng: np.random.Generator, judges: bool
) -> tuple[Opinion, Array]:
    """The numeric opinion on every entry, or on the suspects and a sample of a large gradient; NaN elsewhere.

    judges  it stands in for the automatic one: differences say how steady they are, and all entries that are not
            looked at one by one are looked at together

    Also which entries were asked for.
    """
    at = Values({name: in_double(x) for name, x in values.items()})
    columns = directions(at, problem.wrt)
    total = sum(np.size(at[name]) for name in problem.wrt)
    scalar = plain_scalar(problem)
    step: Step = complex_step if is_smooth(problem, scalar, at, rng) else difference
    looked_at = list(range(total))
    if total > MOST_ENTRIES:
        if judges:
            suspects = [*suspects, *suspected_together(problem, scalar, at, np.ravel(hand), step, rng)]
        looked_at = sorted({*suspects, *(int(i) for i in rng.choice(total, SAMPLE, replace=False))})
    shape = np.shape(values[problem.wrt[0]]) if len(problem.wrt) == 1 else (total,)
    value, error, asked = np.full(total, np.nan), np.zeros(total), np.zeros(total, dtype=bool)
    asked[looked_at] = True
    unsteady = np.zeros(total)
    for i in looked_at:
        try:
            if judges and step is not complex_step:
                value[i], error[i], unsteady[i] = steadied(step, scalar, at, columns(i))
            else:
                value[i], error[i] = step(scalar, at, columns(i))
        except Exception:  # no value beside the point: no opinion on this entry
            value[i] = np.nan
    # The noise of a function, float32 within it for one, is the same along all its inputs.
    common = np.median(unsteady[looked_at])
    error = np.maximum(error, DOUBT * np.maximum(unsteady, common)) if common < np.inf else error
    method = "complex step" if step is complex_step else "central difference"
    opinion = Opinion(np.reshape(value, shape), np.reshape(error, shape), method)
    return opinion, np.reshape(asked, shape)


def is_smooth(problem: Problem, scalar: Scalar, at: Values, rng: np.random.Generator) -> bool:
    """Whether the complex step is a derivative here."""
    everything = {name: rng.uniform(0.5, 1.0, np.shape(at[name])) for name in problem.wrt}
    try:
        with _filters, warnings.catch_warnings():
            warnings.simplefilter("error")  # NumPy's word for an imaginary part that was dropped is a warning
            return any(is_analytic(scalar, at, times(by, everything)) for by in scales(at, everything))
    except Exception:  # a function that refuses complex numbers
        return False


def scales(at: Values, change: dict[str, Array]) -> tuple[float, ...]:
    """Of steps: about 1, and where what is changed is much smaller, its own size."""
    own = max(float(np.max(np.abs(at[name]), initial=0)) for name in change)
    return (1.0, own) if SMALLEST < own < SMALL else (1.0,)


def times(by: float, change: dict[str, Array]) -> dict[str, Array]:
    """A change with another size."""
    return {name: by * u for name, u in change.items()}


def difference(scalar: Scalar, at: Values, change: dict[str, Array]) -> tuple[float, float]:
    """The slope by central differences, and its error: at those of the scales that are the surer."""
    found = []
    for by in scales(at, change):
        slope, error = central_difference(scalar, at, times(by, change))
        found.append((float(slope) / by, float(error) / by))
    return min(found, key=lambda one: one[1])


def steadied(step: Step, scalar: Scalar, at: Values, change: dict[str, Array]) -> tuple[float, float, float]:
    """A slope by differences, its error, and how far it moves with the size of the steps.

    Steps that are too fine for a function that rounds by itself agree by chance.
    """
    found = [step(scalar, at, times(size, change)) for size in SIZES]
    slopes = [float(slope) / size for (slope, _), size in zip(found, SIZES, strict=True)]
    return slopes[0], max(float(error) / size for (_, error), size in zip(found, SIZES, strict=True)), np.ptp(slopes)


def suspected_together(
    problem: Problem, scalar: Scalar, at: Values, hand: Array, step: Step, rng: np.random.Generator
) -> list[int]:
    """Entries by hand that are wrong, found by halving: the slope along many at once is their weighted sum."""
    weights = rng.choice([-1.0, 1.0], hand.size) * rng.uniform(0.5, 1.0, hand.size)
    ends = np.cumsum([np.size(at[name]) for name in problem.wrt])[:-1]

    def off(group: Array) -> bool:
        along = np.zeros(hand.size)
        along[group] = weights[group]
        parts = zip(problem.wrt, np.split(along, ends), strict=True)
        try:
            slope, error = step(scalar, at, {name: np.reshape(part, np.shape(at[name])) for name, part in parts})
        except Exception:  # no value beside the point
            return False
        return bool(abs(slope - along @ hand) > 2 * error + 1e-9 * (np.abs(along) @ np.abs(hand)))

    found: list[int] = []
    groups = [np.arange(hand.size)]
    while groups and len(found) < SUSPECTS:
        group = groups.pop()
        if not off(group):
            continue
        if group.size == 1:
            found.append(int(group[0]))
        else:
            groups += np.array_split(group, 2)
    return found


def plain_scalar(problem: Problem) -> Scalar:
    """The scalar as a plain number, computed from copies."""

    def scalar(values: Values) -> Array:
        with np.errstate(all="ignore"):
            return np.asarray(problem.scalar(copies(values)))

    return scalar


def in_double(x: Any) -> Any:
    """Floats of less precision as float64."""
    return np.asarray(x, dtype=float)[()] if isinstance(x, np.ndarray | np.floating) and x.dtype.kind == "f" else x


def moves(problem: Problem, values: Values, rng: np.random.Generator, traced: bool) -> Iterator[Array]:
    """How rounding moves both results; where code does not run on shaken arrays, how moves of its inputs do.

    Zeros and ones that nothing is differentiated by are labels and masks: no rounding has touched them.
    """
    fixed = {name: x for name, x in values.items() if name not in problem.wrt and np.all(np.isin(x, [0, 1]))}

    def hand(at: Values) -> Array:
        return row(problem.returned(copies_of_any(Values(at | fixed))))

    def machine(at: Values) -> Array:
        return row(gradients(problem, Values(at | fixed)))

    computations = [hand, machine] if traced else [hand]
    try:
        yield from spreads(computations, values, rng)
    except Exception:  # shaken arrays can't be written to by C code, for one
        yield from moved_inputs(problem, values, rng, traced, fixed)


def copies_of_any(values: Values) -> Values:
    """Copies of whatever can be copied."""
    return Values({name: x.copy() if hasattr(x, "copy") else x for name, x in values.items()})


def moved_inputs(
    problem: Problem, values: Values, rng: np.random.Generator, traced: bool, fixed: dict[str, Any]
) -> Iterator[Array]:
    """The widest change of both results while each input moves by one unit in the last place."""
    at_rest = numbers(by_hand(problem, values))
    machine_at_rest = machine_at(problem, values)[0] if traced else None
    widest = np.zeros(np.shape(at_rest))
    for _ in range(SAMPLES):
        moved = Values(values)
        for name, x in values.items():
            kind = np.asarray(x).dtype
            if kind.kind == "f" and name not in fixed:
                factor = 1 + rng.choice([-1, 1], np.shape(x)) * np.finfo(kind).eps
                moved[name] = np.asarray(x * factor, dtype=kind)[()]
        try:
            change = np.abs(numbers(by_hand(problem, moved)) - at_rest)
        except Exception:  # code made for the point itself: nothing is known of its rounding
            continue
        if machine_at_rest is not None:
            machine = machine_at(problem, moved)[0]
            change = change + (0 if machine is None else np.abs(machine - machine_at_rest))
        widest = np.fmax(widest, change)
        yield widest
