"""The numeric opinion: the function evaluated on plain NumPy arrays, by nobody's rules.

Where the function is analytic, the complex step f'(x) u = Im f(x + i h u) / h, with h so small that
nothing is lost and nothing subtracted (Squire and Trapp, 1998). Where it is not, central differences with
Richardson's extrapolation, which come with an estimate of their own error. Which of the two it is, is
tried at every point: a complex step that a central difference contradicts is no derivative.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from handgrad.report.claims import Claim
from handgrad.values import Array, Values

STEP = 1e-150
EPS = float(np.finfo(float).eps)
UNDERFLOW = float(np.finfo(float).tiny) / EPS / STEP  # 1e-142: slopes below it lose digits in the complex step
MOST_ENTRIES = 600  # of a gradient; of a larger one a sample is looked at


@dataclass(frozen=True)
class Opinion:
    """The claimed array as computed numerically; NaN where it was not looked at.

    error   how far each entry may be off by the method alone, rounding aside
    method  "complex step", "central difference" or "definition"
    """

    value: Array
    error: Array
    method: str


def numeric(
    claim: Claim, values: Values, entries: list[int], rng: np.random.Generator, most: int = MOST_ENTRIES
) -> Opinion:
    """All entries of the claimed array; the ones given and a sample where there are more than `most`."""
    exact = Values({name: np.asarray(x, dtype=float)[()] if np.ndim(x) else x for name, x in values.items()})
    if not claim.with_respect_to:
        value = np.asarray(claim.function(exact), dtype=float)
        return Opinion(value, np.zeros_like(value), "definition")
    scalar = np.shape(claim.function(exact)) == ()
    columns = directions(exact, claim.with_respect_to)
    total = sum(np.size(exact[name]) for name in claim.with_respect_to)
    looked_at = range(total)
    if scalar and claim.pick is None and total > most:
        sample = rng.choice(total, size=min(64, most), replace=False)
        looked_at = sorted({*entries, *(int(i) for i in sample)})  # type: ignore[assignment]

    # Differences are far dearer than a complex step; they are only asked whether it is one at all.
    step = complex_step if is_analytic(claim.function, exact, columns(looked_at[0])) else central_difference
    found = {i: step(claim.function, exact, columns(i)) for i in looked_at}
    shape = np.shape(next(iter(found.values()))[0])
    value, error = np.full((*shape, total), np.nan), np.zeros((*shape, total))
    for i, (slope, off) in found.items():
        value[..., i], error[..., i] = slope, off
    method = "complex step" if step is complex_step else "central difference"
    return Opinion(arranged(claim, exact, value), arranged(claim, exact, error), method)


def arranged(claim: Claim, values: Values, columns: Array) -> Array:
    """Columns of slopes, one an entry of the letters, in the shape of the claimed array."""
    if len(claim.with_respect_to) == 1:
        columns = np.reshape(columns, (*columns.shape[:-1], *np.shape(values[claim.with_respect_to[0]])))
    return columns if claim.pick is None else claim.pick(columns)


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
