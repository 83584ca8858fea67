"""By hand, automatic and numeric at one point, for any function of arrays.

Where the engine cannot trace the function (code that writes into arrays, SciPy, C), the numeric opinion takes
the automatic one's place, with its own error estimate as room, and says so.
"""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

import autograd
from handgrad.checking.foreign import Foreign
from handgrad.checking.problem import Problem, cotangents_of
from handgrad.comparison import Comparison, opinions, suspected, with_slack
from handgrad.letters import Array, Values
from handgrad.oracles.numeric import (
    MOST_ENTRIES,
    Opinion,
    central_difference,
    complex_step,
    directions,
    is_analytic,
)
from handgrad.oracles.rounding import SAMPLES, spreads

SAMPLE = 64  # entries looked at of a gradient that has more than MOST_ENTRIES


@dataclass(frozen=True)
class Seen:
    """A comparison; `opaque` says why the engine could not trace the function, if so."""

    comparison: Comparison
    opaque: str | None


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

    Raises `ShapeMismatch` where by hand has another shape than the input.
    """
    rng = np.random.default_rng([seed, 1])
    with np.errstate(all="ignore"):
        hand = row(problem, by_hand(problem, values))
        machine, opaque = machine_at(problem, values)
        kind = np.result_type(*(np.asarray(values[name]) for name in problem.wrt))
        suspects = [] if machine is None else suspected(hand, machine, kind)
        third = numeric(problem, values, suspects, rng)
        shown = Values({name: values[name] for name in problem.names})
        if machine is None:
            machine = np.where(np.isnan(third.value), hand, third.value)
            seen = opinions(problem.wrt, shown, hand, machine, third, kind)
            return Seen(with_slack(with_method_error(seen), moves(problem, values, rng, False)), opaque)
        seen = opinions(problem.wrt, shown, hand, machine, third, kind)
        return Seen(with_slack(seen, moves(problem, values, rng, True)), None)


def with_method_error(seen: Comparison) -> Comparison:
    """Room for the error of the numeric opinion, where it stands in for the automatic one."""
    return replace(seen, least=seen.least + seen.numeric.error)


def by_hand(problem: Problem, values: Values) -> tuple[Array, ...]:
    """What the code by hand returns, on copies of the inputs; checked for its shapes.

    Raises `ShapeMismatch`.
    """
    returned = problem.returned(copies(values))
    arrays = tuple(x if hasattr(x, "shape") else np.asarray(x) for x in returned)
    if any(np.shape(x) != np.shape(values[name]) for name, x in zip(problem.wrt, arrays, strict=True)):
        raise ShapeMismatch(problem, values, arrays)
    return arrays


def copies(values: Values) -> Values:
    """The values with arrays of their own, so that code that writes into its arguments does no harm."""
    return Values({name: x.copy() if isinstance(x, np.ndarray) else x for name, x in values.items()})


def row(problem: Problem, arrays: tuple[Any, ...]) -> Array:
    """One array as it is; several as one row."""
    if len(problem.wrt) == 1:
        return np.asarray(arrays[0], dtype=float)
    return np.concatenate([np.reshape(np.asarray(x, dtype=float), (-1,)) for x in arrays])


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
        return row(problem, gradients(problem, values)), None
    except Exception as error:  # a function that can't be traced may raise anything
        return None, " ".join(f"{type(error).__name__}: {error}".split())[:200]


def numeric(problem: Problem, values: Values, suspects: list[int], rng: np.random.Generator) -> Opinion:
    """The numeric opinion on every entry, or on the suspects and a sample of a large gradient; NaN elsewhere."""
    at = Values({name: in_double(x) for name, x in values.items()})
    columns = directions(at, problem.wrt)
    total = sum(np.size(at[name]) for name in problem.wrt)
    looked_at = list(range(total))
    if total > MOST_ENTRIES:
        looked_at = sorted({*suspects, *(int(i) for i in rng.choice(total, SAMPLE, replace=False))})
    scalar = plain_scalar(problem)
    shape = np.shape(values[problem.wrt[0]]) if len(problem.wrt) == 1 else (total,)
    value, error = np.full(total, np.nan), np.zeros(total)
    everything = {name: rng.uniform(0.5, 1.0, np.shape(at[name])) for name in problem.wrt}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # NumPy's word for an imaginary part that was dropped is a warning
            analytic = is_analytic(scalar, at, everything)
    except Exception:  # a function that refuses complex numbers
        analytic = False
    step = complex_step if analytic else central_difference
    for i in looked_at:
        try:
            value[i], error[i] = step(scalar, at, columns(i))
        except Exception:  # no value beside the point: no opinion on this entry
            value[i] = np.nan
    method = "complex step" if analytic else "central difference"
    return Opinion(np.reshape(value, shape), np.reshape(error, shape), method)


def plain_scalar(problem: Problem) -> Callable[[Values], Array]:
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
        return flat(problem, problem.returned(copies_of_any(Values(at | fixed))))

    def machine(at: Values) -> Array:
        return flat(problem, gradients(problem, Values(at | fixed)))

    computations = [hand, machine] if traced else [hand]
    try:
        yield from spreads(computations, values, rng)
    except Exception:  # shaken arrays can't be written to by C code, for one
        yield from moved_inputs(problem, values, rng, traced, fixed)


def copies_of_any(values: Values) -> Values:
    """Copies of whatever can be copied."""
    return Values({name: x.copy() if hasattr(x, "copy") else x for name, x in values.items()})


def flat(problem: Problem, arrays: tuple[Any, ...]) -> Any:
    """One array as it is; several as one row, of whatever array type."""
    if len(problem.wrt) == 1:
        return arrays[0]
    return np.concatenate([np.reshape(x, (-1,)) for x in arrays])


def moved_inputs(
    problem: Problem, values: Values, rng: np.random.Generator, traced: bool, fixed: dict[str, Any]
) -> Iterator[Array]:
    """The widest change of both results while each input moves by one unit in the last place."""
    at_rest = row(problem, by_hand(problem, values))
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
            change = np.abs(row(problem, by_hand(problem, moved)) - at_rest)
        except Exception:  # code made for the point itself: nothing is known of its rounding
            continue
        if machine_at_rest is not None:
            machine = machine_at(problem, moved)[0]
            change = change + (0 if machine is None else np.abs(machine - machine_at_rest))
        widest = np.fmax(widest, change)
        yield widest
