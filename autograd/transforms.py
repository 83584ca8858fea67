"""Derivatives of functions written in NumPy: `grad`, `value_and_grad`, `vjp`, `jvp`, `jacobian`, `hessian`.

Each transformation takes a function and returns one, so they nest: `grad(grad(f))`, `jacobian(grad(f))`,
a `grad` inside a function that is itself differentiated. A new level for every call keeps them apart.

    primal      x, a point               tangent    x_dot, a direction at it
    cotangent   x_bar, the derivative of a scalar with respect to x
    pullback    the function z_bar -> x_bar = z_bar J of one evaluation z = f(x)
"""

import numbers
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.backward import fitting_cotangent, sweep, unit_cotangent
from autograd.errors import DtypeError, GraphError, ShapeError, UnsupportedArgumentError
from autograd.table import Array
from autograd.tensor import Tensor, new_level, node, plain
from autograd.values import input_value, read_only

Argnums = int | tuple[int, ...]


def grad(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The gradient of a scalar function.

    `grad(f)(x, ...)` has the shape of `x`; with a tuple of `argnums` it is a tuple of gradients.

    Raises `ShapeError` when f's value is no scalar, `DtypeError` when an argument is not real.

    >>> import numpy as np
    >>> grad(lambda x: np.sum(x ** 3))(np.array([1.0, 2.0]))
    array([ 3., 12.])
    >>> float(grad(grad(np.exp))(0.0))
    1.0
    """
    both = value_and_grad(f, argnums)

    def gradient(*args: Any, **options: Any) -> Any:
        return both(*args, **options)[1]

    return gradient


def value_and_grad(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., tuple[Any, Any]]:
    """The value and the gradient of a scalar function, from one evaluation.

    Raises as `grad` does.

    >>> value, gradient = value_and_grad(lambda x, y: x * y, argnums=(0, 1))(3.0, 4.0)
    >>> float(value), [float(g) for g in gradient]
    (12.0, [4.0, 3.0])
    """

    def value_and_gradient(*args: Any, **options: Any) -> tuple[Any, Any]:
        value, inputs = trace(f, args, argnums, options)
        if isinstance(value, tuple | list):
            raise ShapeError(f"grad: wanted a scalar, got a {type(value).__name__}")
        if type(value) is Tensor and value.level == inputs[0].level:
            bars = pull([value], [unit_cotangent(value, "grad")], inputs)
            value = value.primal
        else:
            if np.shape(value) != ():
                raise ShapeError(f"grad: wanted a scalar, got shape {np.shape(value)}")
            bars = pull([], [], inputs)
        return read_only(value), bars if isinstance(argnums, tuple) else bars[0]

    return value_and_gradient


def vjp(f: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[..., tuple[Array, ...]]]:
    """The value of f at the primals, and its pullback: from cotangents of the value to those of the primals.

    The pullback may be called any number of times. It always returns a tuple, one cotangent a primal.
    Where f returns a tuple, the pullback takes a tuple.

    Raises `ShapeError` when a cotangent has not its value's shape.

    >>> import numpy as np
    >>> value, pullback = vjp(lambda x: x ** 2, np.array([1.0, 3.0]))
    >>> pullback(np.array([1.0, 10.0]))
    (array([ 2., 60.]),)
    """
    outputs, inputs = trace(f, primals, tuple(range(len(primals))), {})
    several = isinstance(outputs, tuple | list)
    level = inputs[0].level
    listed = list(outputs) if several else [outputs]
    values = [x.primal if type(x) is Tensor and x.level == level else x for x in listed]

    def pullback(cotangent: Any) -> tuple[Array, ...]:
        if several and not isinstance(cotangent, tuple | list):
            raise ShapeError(f"pullback: wanted a tuple of cotangents, got a {type(cotangent).__name__}")
        cotangents = list(cotangent) if several else [cotangent]
        if len(cotangents) != len(values):
            raise ShapeError(f"pullback: wanted {len(values)} cotangents, got {len(cotangents)}")
        shaped = [x if hasattr(x, "shape") else np.float64(x) for x in values]
        bars = [fitting_cotangent(x, bar, "pullback") for x, bar in zip(shaped, cotangents, strict=True)]
        depend = [i for i, x in enumerate(listed) if type(x) is Tensor and x.level == level]
        return pull([listed[i] for i in depend], [bars[i] for i in depend], inputs)

    seen = tuple(read_only(x) for x in values)
    return (seen if several else seen[0]), pullback


def jvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """The value of f, and its derivative along the tangents: J x_dot.

    The pullback z_bar -> z_bar J is linear, so its own pullback, at any z_bar, is x_dot -> J x_dot.

    Raises `ShapeError` when a tangent has not its primal's shape.

    >>> value, tangent = jvp(lambda x, y: x * y, (3.0, 4.0), (1.0, 10.0))
    >>> float(value), float(tangent)
    (12.0, 34.0)
    """
    for given in (primals, tangents):
        if not isinstance(given, tuple | list):
            raise ShapeError(f"jvp: wanted a tuple of primals and one of tangents, got a {type(given).__name__}")
    if len(primals) != len(tangents):
        raise ShapeError(f"jvp: wanted {len(primals)} tangents, one a primal, got {len(tangents)}")
    for x, x_dot in zip(primals, tangents, strict=True):
        if np.shape(x) != np.shape(x_dot):
            raise ShapeError(f"jvp: wanted a tangent of shape {np.shape(x)}, got {np.shape(x_dot)}")
    value, pullback = vjp(f, *primals)
    several = isinstance(value, tuple)
    listed = list(value) if several else [value]
    start = tuple(np.zeros_like(plain(x))[()] for x in listed)

    def pulled_back(*cotangents: Any) -> tuple[Array, ...]:
        return pullback(cotangents if several else cotangents[0])

    _, pushforward = vjp(pulled_back, *start)
    along = pushforward(tuple(tangents))
    return value, along if several else along[0]


def jacobian(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """All partial derivatives of an array function, in shape `value.shape + x.shape`.

    Raises `DtypeError` when an argument is not real.

    >>> import numpy as np
    >>> jacobian(lambda x: np.array([[1.0, 2.0], [3.0, 4.0]]) @ x)(np.zeros(2))
    array([[1., 2.],
           [3., 4.]])
    """

    def full(*args: Any, **options: Any) -> Any:
        value, inputs = trace(f, args, argnums, options)
        if isinstance(value, tuple | list):
            raise ShapeError(f"jacobian: wanted an array, got a {type(value).__name__}; np.stack joins values")
        level = inputs[0].level
        depends = type(value) is Tensor and value.level == level
        shape = np.shape(value)
        zero = np.zeros_like(plain(value)) if depends else np.zeros(shape)
        rows = []
        for index in np.ndindex(*shape):
            unit = zero.copy()
            unit[index] = 1
            rows.append(pull([value] if depends else [], [unit[()]] if depends else [], inputs))
        blocks = [
            np.reshape(np.stack([row[i] for row in rows]), (*shape, *x.shape)) if rows else np.zeros((*shape, *x.shape))
            for i, x in enumerate(inputs)
        ]
        return tuple(blocks) if isinstance(argnums, tuple) else blocks[0]

    return full


def hessian(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """All second derivatives of a scalar function, in shape `x.shape + x.shape`.

    With a tuple of `argnums` it is a tuple of tuples of blocks. Raises as `grad` does.

    >>> import numpy as np
    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([3.0, 5.0]))
    array([[10.,  6.],
           [ 6.,  0.]])
    """
    if not isinstance(argnums, tuple):
        return jacobian(grad(f, argnums), argnums)
    rows = [jacobian(grad(f, i), argnums) for i in argnums]
    return lambda *args, **options: tuple(row(*args, **options) for row in rows)


def trace(
    f: Callable[..., Any], args: tuple[Any, ...], argnums: Argnums, options: dict[str, Any]
) -> tuple[Any, list[Tensor]]:
    """Call f with the chosen arguments made tensors of a new level; return its value and those tensors."""
    if not callable(f):
        raise UnsupportedArgumentError(f"autograd: wanted a function to differentiate, got {type(f).__name__}")
    chosen = argnums if isinstance(argnums, tuple) else (argnums,)
    if not chosen:
        raise ShapeError("argnums: wanted at least one argument to differentiate by, got none")
    for i in chosen:
        if not isinstance(i, int) or not -len(args) <= i < len(args):
            raise ShapeError(f"argnums: wanted positions among {len(args)} arguments, got {i!r}")
    level = new_level()
    traced = list(args)
    for i in chosen:
        x = args[i]
        traced[i] = node(x if type(x) is Tensor else input_value(x), (), level)
    value = f(*traced, **options)
    for x in value if isinstance(value, tuple | list) else [value]:
        check_output(x, level)
    return value, [traced[i] for i in chosen]


def check_output(x: Any, level: int) -> None:
    """Refuse what a function differentiated at this level cannot return."""
    if type(x) is Tensor:
        if x.level > level:
            raise GraphError(
                "autograd: wanted values of this function's own graph, got a Tensor that was kept from an "
                "inner differentiation, which is over"
            )
    elif isinstance(x, np.ndarray | np.generic):
        if x.dtype.kind not in "fiub":
            raise DtypeError(f"autograd: wanted real values of the function, got {x.dtype}")
    elif not isinstance(x, numbers.Real) and not hasattr(x, "__array_function__"):
        raise DtypeError(f"autograd: wanted real values of the function, got {type(x).__name__}")


def pull(outputs: Sequence[Any], cotangents: Sequence[Array], inputs: Sequence[Tensor]) -> tuple[Array, ...]:
    """The inputs' cotangents, each the caller's own array; zero for an input that nothing depends on."""
    reached = sweep(outputs, cotangents)
    shared = {id(bar) for bar in cotangents}
    bars = []
    for x in inputs:
        bar = reached.get(id(x))
        if bar is None:
            bar = np.zeros_like(plain(x))[()]
        elif type(bar) is np.ndarray:
            if bar.dtype != x.dtype:
                bar = bar.astype(x.dtype)
            elif bar.base is not None or not bar.flags.writeable or id(bar) in shared:
                bar = bar.copy()
            shared.add(id(bar))
            bar = bar[()] if bar.ndim == 0 else bar
        elif isinstance(bar, np.generic) and bar.dtype != x.dtype:
            bar = x.dtype.type(bar)
        bars.append(bar)
    return tuple(bars)
