"""`Tensor`: a value that remembers how it was computed.

    primal     the value: an array, a NumPy scalar, a `Tensor` of an outer level, or any other array type
    edges      the tensors of the same level that it was computed from, each with the function from this
               tensor's cotangent to the operand's; empty for an input
    level      which differentiation it belongs to: 0 for a `Tensor` made by hand; each transformation
               (`grad`, `vjp`, ...) takes a new, higher number. An operation belongs to the highest level
               among its operands; tensors of lower levels are constants to it. So nested derivatives
               never mix, whatever is captured by whom.

No derivative is written here; the rules are in `autograd/derivatives`. The two methods in which NumPy
itself calls back (`__array_ufunc__`, `__array_function__`) look the function up in the table of rules.
"""

import itertools
import operator
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np

from autograd.complaints import name_of, raise_if_signature
from autograd.edges import Edges, each
from autograd.errors import GraphError, NoDerivativeError, ShapeError, UnsupportedArgumentError
from autograd.methods import ArrayMethods
from autograd.refusals import Refusals
from autograd.shown import Shown
from autograd.table import COMPOSITES, CONSTANTS, RULES, Array, F, Rule, as_function
from autograd.values import constant_value, frozen, input_value, protected, read_only

new_level = itertools.count(1).__next__


class Tensor(ArrayMethods, Refusals, Shown):
    """A tracked value. Use it wherever NumPy takes an array; a plain array is a constant.

    `Tensor(value)` makes an input of a graph from a real number, an array or a nested list. The values
    are copied, so that later changes of the original cannot reach the graph. float32 and float64 are
    kept, integers and booleans become float64.

    A tensor is never written to, so `copy.copy` and `copy.deepcopy` give the very same node, with its graph.
    A graph holds functions, which do not pickle: that raises `GraphError`, and `t.value` pickles.

    An array cannot hold tensors: `out[...] = t` raises `GraphError`. From `out[0] = t` NumPy makes a
    ValueError of its own, whose cause is that `GraphError`. Both say what to write instead: `np.stack`.

    Raises `DtypeError` for complex, masked or non-numeric values.

    >>> import numpy as np
    >>> w = Tensor([1.0, 2.0, 3.0])
    >>> loss = np.sum(w * w)
    >>> loss.backward()
    >>> w.grad
    array([2., 4., 6.])
    """

    __slots__ = ("edges", "gradient", "level", "raw")

    raw: Array  # the primal, for the engine alone: whoever else gets it gets it protected
    edges: Edges
    level: int
    gradient: Any  # `grad` if asked for; before that what a sweep left, which other tensors may share, as (array,)

    def __init__(self, value: Any):
        if type(value) is Tensor:
            raise GraphError(f"Tensor: wanted a number or an array, got {value!r}, which is tracked already")
        self.raw = input_value(value)
        self.edges = ()
        self.level = 0
        self.gradient = None

    def __init_subclass__(cls) -> NoReturn:
        raise GraphError("Tensor: wanted no subclass, got one; the dispatch knows Tensor alone")

    # What it holds

    @property
    def primal(self) -> Array:
        """The value as the graph holds it; pullbacks have captured it, so writing to it raises."""
        return protected(self.raw)

    @property
    def value(self) -> Array:
        """The value, as a read-only view; a number for an array without axes."""
        return read_only(protected(self.raw))

    @property
    def operands(self) -> tuple["Tensor", ...]:
        """The tensors of the same level that it was computed from."""
        return tuple(operand for operand, _ in each(self.edges))

    @property
    def pullbacks(self) -> tuple[Callable[[Array], Array], ...]:
        """For each operand, the function from this tensor's cotangent to the operand's."""
        return tuple(as_function(pullback) for _, pullback in each(self.edges))

    @property
    def grad(self) -> Array | None:
        """What `backward` has left: the derivative by this tensor, in its type; None before. Yours to write to."""
        if type(self.gradient) is tuple:
            (bar,) = self.gradient
            if type(bar) is np.ndarray:
                bar = bar.astype(self.dtype)  # always a copy: nobody else holds what is handed out
            elif isinstance(bar, np.generic) and bar.dtype != self.dtype:
                bar = self.dtype.type(bar)
            self.gradient = bar
        return self.gradient

    @grad.setter
    def grad(self, value: Array | None) -> None:
        self.gradient = value

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the value."""
        return self.raw.shape  # type: ignore[no-any-return]

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.raw.ndim  # type: ignore[no-any-return]

    @property
    def size(self) -> int:
        """The number of entries."""
        return self.raw.size  # type: ignore[no-any-return]

    @property
    def dtype(self) -> Any:
        """The type of the entries: float64 or float32."""
        return self.raw.dtype

    def __repr__(self) -> str:
        kept = repr(self.raw) if type(self.raw) is Tensor else str(self.raw)
        return f"Tensor({kept})" if self.level == 0 else f"Tensor({kept}, level={self.level})"

    def __format__(self, how: str) -> str:
        if how and self.shape:
            raise ShapeError(f"format: wanted a scalar for {how!r}, got a Tensor of shape {self.shape}")
        return format(plain(self), how) if how else str(self)

    def __len__(self) -> int:
        if not self.shape:
            raise ShapeError("len: wanted a Tensor with at least one axis, got a scalar")
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def backward(self, cotangent: Any = None) -> None:
        """Add to `.grad` of every tensor of this graph the derivative of this one with respect to it.

        For a scalar the cotangent is 1; otherwise it must be given, in the shape of this tensor.
        Calling it again adds again, as in micrograd and torch; set `.grad = None` to start anew.

        Raises `ShapeError` when the cotangent does not fit.
        """
        from autograd.backward import backward  # the sweep is written over tensors, so it comes after them

        backward(self, cotangent)

    def copy(self) -> "Tensor":
        """Itself: a tensor is never written to, so there is nothing to protect a copy from."""
        return self

    __copy__ = copy

    def __deepcopy__(self, memo: Any) -> "Tensor":
        return self

    def astype(self, dtype: Any, *, copy: bool = True) -> "Tensor":
        """The same numbers in another float type; the cotangent goes back in this one.

        Raises `DtypeError` for a type that is not float: its values have no derivative.
        """
        return record(RULES[np.ndarray.astype], (self, dtype), {}, np.ndarray.astype)  # type: ignore[no-any-return]

    # What it decides

    def __bool__(self) -> bool:
        # A branch is decided by the value, as in every tracing of plain Python: the derivative is that of
        # the branch taken.
        return bool(self.raw)

    # Python's operators

    def __add__(self, other: Any) -> "Tensor":
        return binary(np.add, self, other)

    def __radd__(self, other: Any) -> "Tensor":
        return binary(np.add, other, self)

    def __sub__(self, other: Any) -> "Tensor":
        return binary(np.subtract, self, other)

    def __rsub__(self, other: Any) -> "Tensor":
        return binary(np.subtract, other, self)

    def __mul__(self, other: Any) -> "Tensor":
        return binary(np.multiply, self, other)

    def __rmul__(self, other: Any) -> "Tensor":
        return binary(np.multiply, other, self)

    def __truediv__(self, other: Any) -> "Tensor":
        return binary(np.divide, self, other)

    def __rtruediv__(self, other: Any) -> "Tensor":
        return binary(np.divide, other, self)

    def __pow__(self, other: Any) -> "Tensor":
        return binary(np.power, self, other)

    def __rpow__(self, other: Any) -> "Tensor":
        return binary(np.power, other, self)

    def __matmul__(self, other: Any) -> "Tensor":
        return binary(np.matmul, self, other)

    def __rmatmul__(self, other: Any) -> "Tensor":
        return binary(np.matmul, other, self)

    def __neg__(self) -> "Tensor":
        return unary(np.negative, self)

    def __pos__(self) -> "Tensor":
        return self

    def __abs__(self) -> "Tensor":
        return unary(np.absolute, self)

    def __getitem__(self, index: Any) -> Any:
        return record(RULES[operator.getitem], (self, index), {}, operator.getitem)

    # A comparison is a plain array of booleans: its derivative is zero wherever it has one.

    def __eq__(self, other: object) -> Any:
        return np.equal(plain(self), plain(other))

    def __ne__(self, other: object) -> Any:
        return np.not_equal(plain(self), plain(other))

    def __lt__(self, other: Any) -> Any:
        return np.less(plain(self), plain(other))

    def __le__(self, other: Any) -> Any:
        return np.less_equal(plain(self), plain(other))

    def __gt__(self, other: Any) -> Any:
        return np.greater(plain(self), plain(other))

    def __ge__(self, other: Any) -> Any:
        return np.greater_equal(plain(self), plain(other))

    __hash__ = object.__hash__

    # NumPy calls back

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if method != "__call__":
            raise UnsupportedArgumentError(
                f"np.{ufunc.__name__}.{method}: wanted a call that has a rule, got method {method!r} on a "
                "Tensor. Use np.sum, np.prod, np.cumsum, np.max, np.min or np.outer."
            )
        return apply(ufunc, inputs, options)

    def __array_function__(
        self, function: Callable[..., Any], types: Any, args: tuple[Any, ...], options: dict[str, Any]
    ) -> Any:
        return apply(function, args, options)


# Calling a function on tensors


def apply(function: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """Look the function up in the table and do what its entry says."""
    if options:  # None is "not given" for every option but the axis, where it means all of them
        options = {name: value for name, value in options.items() if value is not None or name == "axis"}
    rule = RULES.get(function)
    try:
        if rule is not None:
            return record(rule, args, options, function)
        if function in COMPOSITES:
            return COMPOSITES[function](*args, **options)
    except TypeError as error:
        raise_if_signature(function, args, options, error)
        raise
    if function in CONSTANTS:
        return function(*plain(args), **plain(options))
    where = next((i for i, x in enumerate(args) if type(x) is Tensor), 0)
    raise NoDerivativeError(
        f"{name_of(function)}: wanted a function with a rule, got one without, called with a Tensor as "
        f"operand {where}. Write it in terms of other NumPy functions, or give it a rule with "
        "autograd.derivative_of; where no derivative is wanted, pass t.value."
    )


def record(rule: Rule, args: tuple[Any, ...], options: dict[str, Any], function: Any) -> Any:
    """Call a rule on the primals, and tie its value to the tensors that it came from."""
    if rule.over_sequence:
        sources, rest = tuple(args[0]), args[1:]
    else:
        sources, rest = args[: rule.operands], args[rule.operands :]
    level = -1
    for x in sources:
        if type(x) is Tensor and x.level > level:
            level = x.level
    if rest or options:
        for x in (*rest, *options.values()):
            if type(x) is Tensor:
                raise UnsupportedArgumentError(
                    f"{name_of(function)}: wanted its operands by position and plain options, got a Tensor elsewhere."
                )
        rest = tuple(frozen(x) for x in rest)
        options = {name: frozen(x) for name, x in options.items()}
    primals = [
        (protected(x.raw) if x.level == level else x) if type(x) is Tensor else constant_value(x) for x in sources
    ]
    value, pullbacks = rule.function(*([primals] if rule.over_sequence else primals), *rest, **options)
    if len(pullbacks) != len(sources):
        raise GraphError(
            f"{name_of(function)}: wanted a pullback from its rule for each of {len(sources)} operands, "
            f"got {len(pullbacks)}"
        )
    if not hasattr(value, "shape"):
        value = input_value(value)
    edges: Edges = ()
    for x, pullback in zip(reversed(sources), reversed(pullbacks), strict=True):
        if type(x) is Tensor and x.level == level and pullback is not None:
            edges = (x, pullback, edges)
    return node(value, edges, level) if edges else value


def node(value: Array, edges: Edges, level: int) -> Tensor:
    """A tensor that was computed."""
    made = _new(Tensor)
    made.raw = value
    made.edges = edges
    made.level = level
    made.gradient = None
    return made


_new = Tensor.__new__


def binary(function: Any, x: Any, y: Any) -> Tensor:
    """`record` for an operator with two operands: the same in fewer steps."""
    rule = RULES[function].function
    made = _new(Tensor)
    made.gradient = None
    x_level, y_level = x.level if type(x) is Tensor else -1, y.level if type(y) is Tensor else -1
    if x_level == y_level:
        made.raw, (x_bar, y_bar) = rule(x.raw, y.raw)
        made.edges = (x, x_bar, (y, y_bar, ()))
        made.level = x_level
    elif x_level > y_level:
        made.raw, (x_bar, _) = rule(x.raw, y if y_level >= 0 or type(y) is float else constant_value(y))
        made.edges = (x, x_bar, ())
        made.level = x_level
    else:
        made.raw, (_, y_bar) = rule(x if x_level >= 0 or type(x) is float else constant_value(x), y.raw)
        made.edges = (y, y_bar, ())
        made.level = y_level
    return made


def unary(function: Any, x: Tensor) -> Tensor:
    """`record` for an operator with one operand."""
    value, (x_bar,) = RULES[function].function(x.raw)
    return node(value, (x, x_bar, ()), x.level)


def primitive(function: F) -> F:
    """Make a function of ours behave as NumPy's do: plain on plain values, by its rule on tensors."""

    def call(*args: Any, **options: Any) -> Any:
        if any(type(x) is Tensor for x in args):
            return record(RULES[call], args, options, call)
        return function(*args, **options)

    call.__name__, call.__doc__ = function.__name__, function.__doc__
    return call  # type: ignore[return-value]


def plain(x: Any) -> Any:
    """The values without their graphs, of all levels, also inside tuples, lists and dictionaries."""
    while type(x) is Tensor:
        x = protected(x.raw)
    if type(x) is tuple or type(x) is list:
        return type(x)(plain(item) for item in x)
    if type(x) is dict:
        return {name: plain(item) for name, item in x.items()}
    return x
