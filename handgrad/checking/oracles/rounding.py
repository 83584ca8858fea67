"""How far rounding alone may move a result: the measure of what "equal" can mean in floating point.

The inputs, and the result of every operation after them, are moved at random by about one unit in the last
place (Monte Carlo arithmetic; D. S. Parker, 1997). The spread of the outcome is what rounding does to this
formula at this point, cancellation and conditioning included, entry by entry. It shrinks with the result
itself, so no small gradient hides under an absolute floor.

`Shaken` speaks NumPy's protocols, so hand-written formulas and the engine's rules run on it unchanged. It is no
opinion on a gradient, only on its rounding; so it may take from the engine the list of an array's methods.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from autograd.methods import ArrayMethods
from autograd.tensor import Tensor
from handgrad.checking.oracles.automatic import automatic, try_automatic
from handgrad.checking.oracles.manual import by_hand, numbers, row
from handgrad.checking.problem import Problem
from handgrad.values import Array, Values

EPS = {np.dtype(kind).char: float(np.finfo(kind).eps) for kind in (np.float16, np.float32, np.float64, np.longdouble)}
SAMPLES = 8
# The two results that are compared differ by their own rounding, which is one more draw from the spread that
# was sampled. Eight draws all fall below a tenth of the typical one with probability 1e-8, so 32 times the
# widest is beyond three typical ones always, and some fifty of them as a rule.
ALLOWANCE = 32

# They choose or move entries and round nothing. Moved all the same, a maximum would equal no entry any more, and the
# derivative that looks for it would vanish: room for any mistake.
WITHOUT_ROUNDING = {
    *(np.max, np.amax, np.min, np.amin, np.maximum, np.minimum, np.where, np.sort, np.take, np.take_along_axis),
    *(np.negative, np.absolute, np.copy, np.reshape, np.ravel, np.transpose, np.swapaxes, np.moveaxis),
    *(np.expand_dims, np.squeeze, np.broadcast_to, np.repeat, np.tile, np.flip, np.roll, np.concatenate, np.stack),
}


class Shaken(NDArrayOperatorsMixin, ArrayMethods):
    """An array whose every result is off by about one unit in the last place, at random."""

    __slots__ = ("rng", "value")

    def __init__(self, value: Any, rng: np.random.Generator):
        self.value = value
        self.rng = rng

    shape = property(lambda self: np.shape(self.value))
    ndim = property(lambda self: np.ndim(self.value))
    size = property(lambda self: np.size(self.value))
    dtype = property(lambda self: self.value.dtype)

    def __len__(self) -> int:
        return len(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __getitem__(self, index: Any) -> Any:
        return Shaken(self.value[index], self.rng)

    def __setitem__(self, index: Any, value: Any) -> None:
        self.value[index] = bare(value)

    def astype(self, dtype: Any) -> "Shaken":
        """The same in another type; a narrower float type rounds."""
        value = self.value.astype(dtype)
        narrower = value.dtype.kind == "f" and value.dtype.itemsize < self.value.dtype.itemsize
        return shaken(value, self.rng) if narrower else Shaken(value, self.rng)

    def copy(self) -> "Shaken":
        """An array of its own."""
        return Shaken(self.value.copy(), self.rng)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if any(type(x) is Tensor for x in inputs):
            return NotImplemented
        result = getattr(ufunc, method)(*bare(inputs), **bare(options))
        return Shaken(result, self.rng) if ufunc in WITHOUT_ROUNDING else shaken(result, self.rng)

    def __array_function__(self, function: Callable[..., Any], types: Any, args: Any, options: Any) -> Any:
        if any(kind is Tensor for kind in types):
            return NotImplemented
        result = function(*bare(args), **bare(options))
        return Shaken(result, self.rng) if function in WITHOUT_ROUNDING else shaken(result, self.rng)


def bare(x: Any) -> Any:
    """The plain array, also inside tuples, lists and dictionaries."""
    if isinstance(x, Shaken):
        return x.value
    if type(x) in (tuple, list):
        return type(x)(bare(item) for item in x)
    if type(x) is dict:
        return {name: bare(item) for name, item in x.items()}
    return x


def shaken(x: Any, rng: np.random.Generator) -> Any:
    """A floating result moved by up to two halves of a unit in the last place; anything else as it is."""
    if isinstance(x, tuple | list):
        items = [shaken(item, rng) for item in x]
        return type(x)._make(items) if hasattr(x, "_make") else type(x)(items)
    kind = getattr(x, "dtype", None)
    if kind is None or kind.kind != "f":
        return x
    factor = 1 + (rng.random(x.shape) - 0.5) * (4 * EPS[kind.char])
    moved = x * factor
    least = np.finfo(kind)
    faint = (x != 0) & (np.abs(x) < least.tiny)
    if np.any(faint):  # below the normal numbers the unit in the last place no longer shrinks with the number
        moved = moved + faint * (2 * least.smallest_subnormal * (2 * rng.random(x.shape) - 1))
    moved = moved if moved.dtype == kind else moved.astype(kind)
    return Shaken(np.asarray(moved) if isinstance(x, np.ndarray) else moved, rng)  # an array without axes stays one


def spreads(
    computations: Sequence[Callable[[Values], Array]], values: Values, rng: np.random.Generator, samples: int = SAMPLES
) -> Iterator[Array]:
    """The sum of the widest moves of several results by rounding, entry by entry, after 1, 2, ... samples.

    It only grows: a difference that is within bounds after one sample stays within.
    """
    at = [np.asarray(compute(values), dtype=float) for compute in computations]
    widest = [np.zeros(result.shape) for result in at]
    for _ in range(samples):
        moved = Values({name: shaken(x, rng) if np.asarray(x).dtype.kind == "f" else x for name, x in values.items()})
        for i, compute in enumerate(computations):
            result = np.asarray(bare(compute(moved)), dtype=float)
            widest[i] = np.fmax(widest[i], np.abs(result - at[i]))
        yield sum(widest)


def moves(
    problem: Problem, values: Values, rng: np.random.Generator, traced: bool, scale: float = 1.0, samples: int = SAMPLES
) -> Iterator[Array]:
    """How rounding moves both results; where code does not run on shaken arrays, how moves of its inputs do.

    scale is the factor that by hand is brought to the gradient by, where the direction alone is claimed.

    Zeros and ones that nothing is differentiated by are labels and masks: no rounding has touched them.
    """
    fixed = {name: x for name, x in values.items() if name not in problem.wrt and np.all(np.isin(x, [0, 1]))}

    def hand(at: Values) -> Array:
        return scale * row(problem.returned(copies_of_any(Values(at | fixed))))

    def machine(at: Values) -> Array:
        return row(automatic(problem, Values(at | fixed)))

    computations = [hand, machine] if traced else [hand]
    try:
        yield from spreads(computations, values, rng, samples)
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
    machine_at_rest = try_automatic(problem, values)[0] if traced else None
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
            machine = try_automatic(problem, moved)[0]
            change = change + (0 if machine is None else np.abs(machine - machine_at_rest))
        widest = np.fmax(widest, change)
        yield widest
