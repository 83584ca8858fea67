"""What an input is taken for, so that values drawn anew stay of its kind.

    constant           single integers, rising ones, booleans, text: never drawn anew
    distinct           an array of integers from 0 on, none twice: put in another order
    index              other integers from 0 on: drawn anew among those that the array holds
    mask               zeros and ones as floats
    one-hot            rows with a single 1
    probabilities      rows that are positive and sum to 1
    positive definite  symmetric with positive eigenvalues
    symmetric          a square matrix that is its own transpose; only where `kinds` says so
    positive           floats above 0
    real               any other floats

A kind is a guess, and the verdict says what each input was taken for; `kinds=` says it better.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from handgrad.errors import CheckError
from handgrad.values import Array, Condition, Values

Draw = Callable[[np.random.Generator, tuple[int, ...], float], Array]


def is_float(x: Any) -> bool:
    """Whether it is a float or an array of floats."""
    return isinstance(x, np.ndarray | np.floating | float) and np.asarray(x).dtype.kind == "f"


def kind_of(x: Any) -> str:
    """The kind that an input is recognised as.

    >>> kind_of(np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])), kind_of(np.array([0.3, -1.2])), kind_of(7)
    ('one-hot', 'real', 'constant')
    """
    if isinstance(x, np.ndarray) and x.dtype.kind in "iu" and x.size > 1 and np.min(x) >= 0:
        if np.all(np.diff(x.reshape(-1).astype(int)) > 0):
            return "constant"  # bounds of segments, for one
        return "distinct" if np.unique(x).size == x.size else "index"
    if not is_float(x):
        return "constant"
    x = np.asarray(x, dtype=float)
    near = 1e-5 if x.size else 0.0
    rows = x.ndim >= 1 and x.shape[-1] > 1
    if x.size > 1 and np.all((x == 0) | (x == 1)):
        if rows and np.all(np.sum(x, axis=-1) == 1):
            return "one-hot"
        # Ones alone, or zeros alone, are what people type for any number.
        return "mask" if 0 < np.sum(x) < x.size else "real"
    if rows and np.all(x > 0) and np.all(np.abs(np.sum(x, axis=-1) - 1) <= near):
        return "probabilities"
    square = x.ndim == 2 and x.shape[0] == x.shape[1] > 1
    if square and np.all(np.abs(x - x.T) <= near * np.max(np.abs(x))) and np.any(x != x[0, 0]):
        return "positive definite" if np.min(np.linalg.eigvalsh(x)) > 0 else "real"
    return "positive" if np.all(x > 0) else "real"


def grid(x: Array) -> Array:
    """Rounded to 20 bits below its largest entry, so that sums and differences of draws are exact."""
    top = np.max(np.abs(x), initial=0)
    if not top:
        return x
    unit = 2.0 ** (np.ceil(np.log2(top)) - 20)
    return np.asarray(np.rint(x / unit) * unit)


def real(rng: np.random.Generator, shape: tuple[int, ...], scale: float) -> Array:
    """Any sign."""
    return np.asarray(scale * rng.normal(size=shape))


def positive(rng: np.random.Generator, shape: tuple[int, ...], scale: float) -> Array:
    """Within a factor e of the scale, above 0."""
    return np.asarray(scale * np.exp(rng.uniform(-1.0, 1.0, shape)))


def mask(rng: np.random.Generator, shape: tuple[int, ...], scale: float) -> Array:
    """Zeros and ones."""
    return np.asarray(rng.integers(0, 2, shape), dtype=float)


def one_hot(rng: np.random.Generator, shape: tuple[int, ...], scale: float) -> Array:
    """One 1 a row."""
    return np.asarray(np.eye(shape[-1])[rng.integers(0, shape[-1], shape[:-1])])


def probabilities(rng: np.random.Generator, shape: tuple[int, ...], scale: float) -> Array:
    """Rows of multiples of 1/1024, or of a finer one where they are long, that sum to exactly 1."""
    whole = max(1024, 2 ** int(np.ceil(np.log2(4 * shape[-1]))))
    counts = rng.multinomial(whole - shape[-1], np.full(shape[-1], 1 / shape[-1]), shape[:-1]) + 1
    return np.asarray(counts / whole)


def symmetric(rng: np.random.Generator, shape: tuple[int, ...], scale: float) -> Array:
    """Its own transpose."""
    half = real(rng, shape, scale)
    return np.asarray(half + np.swapaxes(half, -1, -2))


def positive_definite(rng: np.random.Generator, shape: tuple[int, ...], scale: float) -> Array:
    """Symmetric, its eigenvalues away from 0."""
    root = rng.normal(size=shape)
    n = shape[-1]
    return np.asarray(scale * (root @ np.swapaxes(root, -1, -2) / n + 0.5 * np.eye(n)))


DRAWS: dict[str, Draw] = {
    "real": real,
    "positive": positive,
    "mask": mask,
    "one-hot": one_hot,
    "probabilities": probabilities,
    "symmetric": symmetric,
    "positive definite": positive_definite,
}


SQUARE = ("symmetric", "positive definite")


def drawn(kind: str, x: Any, rng: np.random.Generator, shape: tuple[int, ...], distance: int = 1) -> Any:
    """A value of the kind, of the scale and type of `x`; or `distance` times that, and 1 at least."""
    kept = np.asarray(x)
    if kind == "constant" or not kept.size:
        return x
    if kind == "distinct" and shape == kept.shape:
        return rng.permutation(kept.reshape(-1)).reshape(shape)
    if kind in ("index", "distinct"):
        return rng.choice(kept.reshape(-1), shape)
    scale = float(np.sqrt(np.mean(np.square(kept, dtype=float)))) or 1.0
    if distance > 1:
        scale = distance * max(scale, 1.0)
    fresh = DRAWS[kind](rng, shape, scale)
    exact = fresh if kind in ("mask", "one-hot", "probabilities") else grid(fresh)
    if kind == "positive definite":
        exact = (exact + np.swapaxes(exact, -1, -2)) / 2
    return exact.astype(kept.dtype)[()]


def recognised_kinds(values: dict[str, Any], given: dict[str, str] | None) -> dict[str, str]:
    """The kind of every input: as given, else as recognised.

    Raises `CheckError` for a name or a kind that there is not.
    """
    known = ("constant", "index", "distinct", *DRAWS)
    if given is not None and not isinstance(given, dict):
        raise CheckError(f"kinds: wanted a dictionary of kinds by name, got {type(given).__name__}")
    for name, kind in (given or {}).items():
        if name not in values:
            raise CheckError(f"kinds: wanted names among {', '.join(values)}, got {name!r}")
        if kind not in known:
            raise CheckError(f"kinds: wanted one of {', '.join(known)} for {name}, got {kind!r}")
        shape = np.shape(values[name])
        square = len(shape) >= 2 and shape[-1] == shape[-2]
        if (kind in ("one-hot", "probabilities") and not shape) or (kind in SQUARE and not square):
            what = "square matrices" if kind in SQUARE else "rows"
            raise CheckError(f"kinds: wanted {what} for {name} to be {kind}, got shape {shape}")
    return {name: (given or {}).get(name) or kind_of(x) for name, x in values.items()}


# A domain


@dataclass(frozen=True)
class Point:
    """Values of the inputs, cotangents among them, and how they came about.

    reshaped  the shapes are others than those asked for
    optional  code by hand may be made for the given shapes alone, and need not run here
    """

    values: Values
    where: str
    reshaped: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Draws:
    """Points for the exact test: what draws one, how many trials, and how many where branches are taken.

    must  a failure to compute there is an error of the formula; else it may be made for other sizes alone
    """

    draw: Callable[[np.random.Generator], Values]
    trials: int
    branched: int
    sampled: int
    must: bool = True


class Domain(Protocol):
    """Where a problem is judged. `sampling.py` has the one around a given point; the report's claims have their own.

    The given point is None where a formula is claimed for all of it.
    """

    @property
    def given(self) -> Values | None:
        """The user's own point."""
        ...

    @property
    def kinds(self) -> Mapping[str, str]:
        """What each input is taken for."""
        ...

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Subsets that are worth a try."""
        ...

    @property
    def imposed(self) -> tuple[Condition, ...]:
        """Those on which all of it lies."""
        ...

    def points(self, problem: Any, seed: int, count: int) -> Iterator[Point]:
        """Points for floating point, those that a person would look at first before others."""
        ...

    def draws(self, problem: Any, seed: int) -> Iterator[Draws]:
        """What the exact test draws, at the sizes asked for before others."""
        ...

    def beside(self, problem: Any, point: Point, seed: int, kept: Sequence[str] = ()) -> Point | None:
        """Another point of the same shapes, some inputs kept as they are where they are the user's own."""
        ...

    def simple(self, problem: Any, seed: int) -> Iterator[Values]:
        """Points of small integers, those with the fewest entries first."""
        ...

    def impose(self, values: Values) -> Values | None:
        """The values brought onto all conditions of the domain; None where they can't be."""
        ...

    def on(self, condition: Condition) -> "Domain":
        """The subset on which a condition holds."""
        ...

    def relaxed(self, problem: Any, seed: int) -> Iterator[tuple[str, str, "Domain", Point]]:
        """Each input that is of a special kind, that kind, the domain in which it is not, and a point of that."""
        ...
