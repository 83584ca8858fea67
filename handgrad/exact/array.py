"""`ExactArray`: an array of exact values, one residue in every field of a tower, and a float64 shadow.

    residues   for each level an array of residues, or None where there is none
    shadow     the same values in float64; it decides every branch and nothing else
    degree     a bound of the degrees of the entries as quotients of polynomials in the inputs and in the
               exponentials that were taken
    taint      what limits a comparison: OPAQUE, UNDEFINED, ROUNDED
    spent      how many levels are spent: an exponential of a value that lives from level j on lives from
               level j + 1 on

It speaks NumPy's two protocols; what each function means is in the table, filled by the modules
`elementwise`, `branches`, `reductions`, `shapes` and `products`.
"""

from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from autograd.methods import ArrayMethods
from autograd.tensor import Tensor
from handgrad.exact.degree import CONSTANT, VARIABLE, Degree
from handgrad.exact.dispatch import apply
from handgrad.exact.errors import ExactError, LevelsSpentError, NoExactMeaningError, NoSquareRootError
from handgrad.exact.field import Field, as_integers
from handgrad.exact.tower import Tower

Array = Any

OPAQUE = 1  # came out of log or sqrt, whose identities do not all hold: "differs" is no evidence
UNDEFINED = 2  # a NaN or an infinity among the constants took part
ROUNDED = 4  # a constant that is no simple rational took part


class ExactArray(NDArrayOperatorsMixin, ArrayMethods):
    """An array of exact values. Use it wherever NumPy takes an array; plain numbers are constants.

    Make one with `ExactArray.input`. `x += y` makes a new array: nothing is written through a view, and
    `x[0][1] = y` is refused.

    Raises `NoExactMeaningError` for functions without exact meaning, and wherever a plain number is asked for.

    >>> from handgrad.exact.tower import tower
    >>> x = ExactArray.input(np.array([0.5, 2.0]), tower(3, 0))
    >>> one = np.exp(x) / (1 + np.exp(x)) + 1 / (1 + np.exp(x))
    >>> one.deepest()[0].tolist()
    [1, 1]
    """

    __slots__ = ("_name", "degree", "picked", "residues", "shadow", "spent", "taint", "tower")

    def __init__(
        self,
        residues: list[Array | None],
        shadow: Any,
        tower: Tower,
        degree: Degree = CONSTANT,
        taint: int = 0,
        spent: int = 0,
        picked: bool = False,
    ):
        self.residues = residues
        self.shadow = np.asarray(shadow, dtype=float)
        self.tower = tower
        self.degree = degree
        self.taint = taint
        self.spent = spent
        self.picked = picked
        self._name: object = None

    @property
    def name(self) -> object:
        """What stands for this array where degrees are counted: dividing by it again is dividing by the same."""
        if self._name is None:
            self._name = object()
        return self._name

    @classmethod
    def input(cls, values: Any, tower: Tower) -> "ExactArray":
        """Values of the variables: finite floats, each taken for exactly what it is.

        Raises `ExactError` for NaN and infinities, and for what is no float64 without being rounded.
        """
        if type(tower) is not Tower:
            raise ExactError(f"ExactArray.input: wanted a tower of fields, got {type(tower).__name__}")
        shadow = as_floats(values)
        if not np.all(np.isfinite(shadow)):
            raise ExactError("ExactArray.input: wanted finite values, got NaN or an infinity")
        scaled = as_integers(shadow)
        residues = [field.of_binary(shadow) if scaled is None else field.of_scaled(scaled) for field in tower.fields]
        return cls(residues, shadow, tower, VARIABLE)

    shape = property(lambda self: self.shadow.shape)
    ndim = property(lambda self: self.shadow.ndim)
    size = property(lambda self: self.shadow.size)
    dtype = property(lambda self: self.shadow.dtype)

    def __repr__(self) -> str:
        return f"ExactArray({self.shadow!s}, levels {self.spent} to {self.tower.levels - 1})"

    def __len__(self) -> int:
        return len(self.shadow)

    def __iter__(self) -> Iterator["ExactArray"]:
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        return bool(self.shadow)

    def deepest(self) -> tuple[Array, Field]:
        """The residues in the largest field that has them, and that field.

        Raises `LevelsSpentError` when the tower was too low, `NoSquareRootError` when roots had none.
        """
        for residues, field in zip(reversed(self.residues), reversed(self.tower.fields), strict=True):
            if residues is not None:
                return residues, field
        if self.spent >= self.tower.levels:
            raise LevelsSpentError(self.tower.levels, self.spent + 1)
        raise NoSquareRootError(self.tower.primes)

    # Entries

    def moved(self, move: Callable[[Array], Array], picked: bool = False) -> "ExactArray":
        """The entries moved in the same way in every field."""
        levels = zip(self.residues, self.tower.fields, strict=True)
        residues = [None if r is None else field.array(move(r)) for r, field in levels]
        return ExactArray(residues, move(self.shadow), self.tower, self.degree, self.taint, self.spent, picked)

    def __getitem__(self, index: Any) -> "ExactArray":
        index = plain_index(index)
        return self.moved(lambda a: a[index], picked=True)

    def __setitem__(self, index: Any, value: Any) -> None:
        from handgrad.exact.lifting import lift  # it makes ExactArrays, so it comes after them

        self._own()
        index, value = plain_index(index), lift(value, self.tower)
        for level, (mine, theirs) in enumerate(zip(self.residues, value.residues, strict=True)):
            if mine is None or theirs is None:
                self.residues[level] = None
            else:
                mine[index] = theirs
        self.shadow[index] = value.shadow
        self._join(value)

    def add_at(self, index: Any, value: Any) -> None:
        """`np.add.at`: an entry named twice is added to twice."""
        from handgrad.exact.lifting import lift

        self._own()
        index, value = plain_index(index), lift(value, self.tower)
        for level, (mine, theirs) in enumerate(zip(self.residues, value.residues, strict=True)):
            if mine is None or theirs is None:
                self.residues[level] = None
            else:
                np.add.at(mine, index, theirs)
                mine %= self.tower.primes[level]
        np.add.at(self.shadow, index, value.shadow)
        self.degree = self.degree.plus(value.degree.of_sum(value.size))
        self._join(value)

    def _own(self) -> None:
        self._name = None
        if self.picked:
            raise ExactError("x[i][j] = value: wanted a write into an array, x[i, j] = value, got one into a view")
        self.residues = [None if r is None else r.copy() if r.base is not None else r for r in self.residues]
        self.shadow = self.shadow.copy() if self.shadow.base is not None else self.shadow

    def _join(self, value: "ExactArray") -> None:
        self.degree, self.taint = self.degree | value.degree, self.taint | value.taint
        self.spent = max(self.spent, value.spent)

    def copy(self) -> "ExactArray":
        """An array of its own."""
        return self.moved(np.copy)

    def astype(self, dtype: Any, **options: Any) -> Any:
        """The same values as floats; as integers or booleans, plain ones by the shadow."""
        return self.copy() if np.dtype(dtype).kind == "f" else self.shadow.astype(dtype, **options)

    # What would lose exactness

    def _lost(self, what: str) -> NoReturn:
        raise NoExactMeaningError(what, "a plain number of an exact value is rounded")

    def __array__(self, dtype: Any = None, copy: Any = None) -> NoReturn:
        self._lost("np.asarray")

    def __float__(self) -> NoReturn:
        self._lost("float")

    def __int__(self) -> NoReturn:
        self._lost("int")

    def __complex__(self) -> NoReturn:
        self._lost("complex")

    def __index__(self) -> NoReturn:
        self._lost("an index")

    def item(self) -> NoReturn:
        """Refuse: a plain number of an exact value is rounded."""
        self._lost("item")

    # NumPy calls back

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if Tensor in map(type, inputs):
            return NotImplemented
        if method == "at" and ufunc is np.add:
            inputs[0].add_at(*inputs[1:])
            return None
        out = options.pop("out", None)
        function: Any = ufunc
        if method != "__call__":
            function = {
                (np.add, "reduce"): np.sum,
                (np.multiply, "reduce"): np.prod,
                (np.maximum, "reduce"): np.max,
                (np.minimum, "reduce"): np.min,
            }.get((ufunc, method))
            if method == "outer":
                function, inputs = ufunc, (outer_operand(inputs[0], np.ndim(inputs[1])), inputs[1])
            elif function is None:
                raise NoExactMeaningError(f"np.{ufunc.__name__}.{method}")
            else:
                options.setdefault("axis", 0)
        result = apply(function, inputs, options)
        if out is None:
            return result
        return written(out[0] if isinstance(out, tuple) else out, result)

    def __array_function__(
        self, function: Callable[..., Any], types: Any, args: tuple[Any, ...], options: dict[str, Any]
    ) -> Any:
        if Tensor in types:
            return NotImplemented
        return apply(function, args, options)


def as_floats(values: Any) -> Array:
    """Values as a float64 array of its own. Raises `ExactError`, when some are no float64, or would be rounded to one.

    >>> as_floats([1, 0.5])
    array([1. , 0.5])
    """
    try:
        given = np.array(values)
    except ValueError:
        raise ExactError("ExactArray.input: wanted an array of numbers, got lists of different lengths") from None
    if isinstance(values, np.ma.MaskedArray) or given.dtype.kind not in "fiub" or given.dtype.itemsize > 8:
        kind = type(values).__name__ if isinstance(values, np.ma.MaskedArray) else f"an array of {given.dtype}"
        raise ExactError(f"ExactArray.input: wanted numbers that a float64 holds, got {kind}")
    if given.dtype.kind in "iu" and np.any(np.abs(given) > 2**53):
        raise ExactError("ExactArray.input: wanted integers of at most 2^53, which float64 holds, got a larger one")
    return given.astype(float)


def outer_operand(x: Any, ndim: int) -> Any:
    """An operand with so many axes of length 1 behind its own."""
    return np.reshape(x, np.shape(x) + (1,) * ndim)


def written(out: Any, result: Any) -> Any:
    """The result in the array given for it: only `x += y` and its like ask for this."""
    if type(out) is not ExactArray or type(result) is not ExactArray or out.shape != result.shape:
        raise NoExactMeaningError("out=", "an exact value needs an exact array of its shape")
    return result


def plain_index(index: Any) -> Any:
    """An index that is no exact value itself."""
    if any(type(part) is ExactArray for part in (index if isinstance(index, tuple) else (index,))):
        raise NoExactMeaningError("an index", "a plain number of an exact value is rounded")
    return index
