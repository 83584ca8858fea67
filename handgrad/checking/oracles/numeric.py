"""The numeric opinion: the function evaluated on plain NumPy arrays, by nobody's rules.

Where the function is analytic, the complex step f'(x) u = Im f(x + i h u) / h, with h so small that
nothing is lost and nothing subtracted (Squire and Trapp, 1998). Where it is not, central differences with
Richardson's extrapolation, which come with an estimate of their own error. Which of the two it is, is
tried at every point: a complex step that a central difference contradicts is no derivative.
"""

import warnings
from collections.abc import Callable, Iterator
from threading import RLock
from typing import Any

import numpy as np

from handgrad.checking.oracles.manual import copies
from handgrad.checking.problem import Opinion, Problem
from handgrad.values import Array, Values

STEP = 1e-150
EPS = float(np.finfo(float).eps)
UNDERFLOW = float(np.finfo(float).tiny) / EPS / STEP  # 1e-142: slopes below it lose digits in the complex step
MOST_ENTRIES = 600  # of a gradient; of a larger one a sample is looked at
SAMPLE = 64  # entries looked at of a gradient that has more than MOST_ENTRIES
SUSPECTS = 8  # entries of a large gradient at which the numeric opinion is asked in any case
SMALLEST, SMALL = 1e-100, 2.0**-4  # sizes of inputs for which steps of about 1 are too large
SIZES = (1.0, 0.77, 0.59)  # of the steps of differences that judge alone
DOUBT = 10  # times as far as such differences are apart is how far they may be off

Scalar = Callable[[Values], Array]
Step = Callable[[Scalar, Values, dict[str, Array]], tuple[Any, Any]]
_filters = RLock()  # of warnings: they are the process's, and two threads that change them leave them changed


def numeric(
    problem: Problem, values: Values, hand: Array, suspects: list[int], rng: np.random.Generator, judges: bool
) -> tuple[Opinion, Array]:
    """The numeric opinion on every entry, or on the suspects and a sample of a large gradient; NaN elsewhere.

    judges  it stands in for the automatic one: differences say how steady they are, and all entries that are not
            looked at one by one are looked at together

    Also which entries were asked for.
    """
    if problem.numeric is not None:
        opinion = problem.numeric(values, suspects, rng)
        return opinion, ~np.isnan(opinion.value)
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


# Steps


def directions(values: Values, names: tuple[str, ...]) -> Callable[[int], dict[str, Array]]:
    """For a running number, the unit change of that one entry among the letters named."""
    ends = np.cumsum([np.size(values[name]) for name in names])

    def unit(i: int) -> dict[str, Array]:
        which = int(np.searchsorted(ends, i, side="right"))
        change = np.zeros(np.shape(values[names[which]]))
        change.reshape(-1)[i - (ends[which - 1] if which else 0)] = 1
        return {names[which]: change}

    return unit


def moved(values: Values, change: dict[str, Array], by: complex) -> Values:
    """The letters with some of them changed."""
    return Values(values | {name: values[name] + by * u for name, u in change.items()})


def complex_step(function: Callable[[Values], Array], values: Values, change: dict[str, Array]) -> tuple[Array, Array]:
    """The slope along a change; the only error is that slopes near the smallest float over the step underflow."""
    slope = np.imag(function(moved(values, change, 1j * STEP))) / STEP
    return slope, np.full_like(slope, UNDERFLOW)


def central_difference(
    function: Callable[[Values], Array], values: Values, change: dict[str, Array]
) -> tuple[Array, Array]:
    """The slope along a change by Richardson's extrapolation, and an estimate of its error.

    The best estimate is the one that halving the step changes least, rounding included; a step that leaves
    the domain gives none at all.
    """
    slopes, noises = (np.stack(part) for part in zip(*extrapolated(function, values, change), strict=True))
    doubts = np.abs(np.diff(slopes, axis=0)) + noises[1:]
    doubts = np.where(np.isnan(doubts), np.inf, doubts)
    best = np.argmin(doubts, axis=0)[None]
    return np.take_along_axis(slopes[1:], best, axis=0)[0], 10 * np.take_along_axis(doubts, best, axis=0)[0]


def extrapolated(
    function: Callable[[Values], Array], values: Values, change: dict[str, Array]
) -> Iterator[tuple[Array, Array]]:
    """Differences (f(x + h u) - f(x - h u)) / 2h for falling h, each freed of its error in h^2.

    With each comes what rounding of f alone may make of it.
    """
    size = max(1.0, *(float(np.max(np.abs(values[name]), initial=0)) for name in change))
    previous = None
    for halvings in range(4, 24):
        h = size * 0.5**halvings
        ahead, behind = np.asarray(function(moved(values, change, h))), np.asarray(function(moved(values, change, -h)))
        slope = (ahead - behind) / (2 * h)
        if previous is not None:
            yield (4 * slope - previous) / 3, EPS * (np.abs(ahead) + np.abs(behind)) / h
        previous = slope


def is_analytic(function: Callable[[Values], Array], values: Values, change: dict[str, Array]) -> bool:
    """Whether the complex step is a derivative here: a central difference does not contradict it.

    The two may be near each other without being the same: NumPy's variance of complex numbers is that of absolute
    values, and has a complex step that is off by a small part.
    """
    try:
        slope, _ = complex_step(function, values, change)
    except TypeError:  # NumPy's word for "not for complex numbers"
        return False
    difference, error = central_difference(function, values, change)
    near = 100 * error + 1e-6 * np.abs(difference)
    return bool(np.all(np.isfinite(slope)) and np.all(np.abs(slope - difference) <= near))
