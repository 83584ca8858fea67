"""Judging a derivative by hand: `check_gradient`, `check_vjp`, `assert_gradient`.

The given point first, then points that hide less: other values of the same kinds, other shapes. At each the
three opinions are compared, entry by entry, with as much room as rounding needs and no more. Where nothing
differs, the two are compared as functions, exactly, if every operation has an exact meaning.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from handgrad.checking.options import Exact, Options
from handgrad.checking.problem import CheckError, problem_of
from handgrad.checking.search import search
from handgrad.checking.verdict import CheckVerdict
from handgrad.checking.walk import check
from handgrad.values import Values


def check_gradient(
    loss: Callable[..., Any],
    gradient: Callable[..., Any],
    inputs: Sequence[Any] | None = None,
    *,
    names: str | Sequence[str] | None = None,
    wrt: str | int | Sequence[str | int] | None = None,
    dtype: Any = None,
    seed: int = 0,
    exact: Exact = "auto",
    points: int = 8,
    kinds: dict[str, str] | None = None,
    condition: Callable[..., Any] | None = None,
    rtol: float | None = None,
    atol: float | None = None,
    intermediates: Callable[..., Any] | None = None,
    given: Any = None,
) -> CheckVerdict:
    """Is a gradient that was derived by hand right, and if not, what is wrong with it?

    loss(*inputs) is a scalar; gradient(*inputs) returns one array, or one for each input of `wrt` (all inputs
    that hold floats, without it), each in its input's shape. Both in NumPy, or in whatever computes with arrays.

    points     how many points are looked at; 1 is the given one alone
    kinds      what inputs are, where the guess is wrong: see `handgrad.checking.domain`
    condition  of the inputs: a predicate, or a function that returns the inputs put right
    exact      False judges in floating point alone; True demands an exact answer
    rtol, atol more room than rounding needs; without them nothing is hidden by a tolerance
    intermediates  of the inputs: cotangents by hand of quantities that the loss marks, by name (`mark`)
    given      Hypothesis strategies in place of inputs, one each: the simplest inputs that fail are found

    Raises `CheckError` for inputs that are no inputs: none, not finite, unknown names, a loss that is no scalar.

    >>> import numpy as np
    >>> loss = lambda x: np.sum(x**2) / x.shape[0]
    >>> check_gradient(loss, lambda x: 2 * x / x.shape[0], [np.array([1.0, 2.0, 3.0])]).agrees
    True
    >>> print(check_gradient(loss, lambda x: 2 * x, [np.array([1.0, 2.0, 3.0])]).diagnosis[0].kind)
    constant factor
    """
    options = Options(seed, exact, points, kinds, condition, rtol, atol, intermediates)
    return found_or_given(loss, gradient, inputs, names, wrt, dtype, options, given, vjp=False)


def check_vjp(
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    inputs: Sequence[Any] | None = None,
    *,
    names: str | Sequence[str] | None = None,
    wrt: str | int | Sequence[str | int] | None = None,
    dtype: Any = None,
    seed: int = 0,
    exact: Exact = "auto",
    points: int = 8,
    kinds: dict[str, str] | None = None,
    condition: Callable[..., Any] | None = None,
    rtol: float | None = None,
    atol: float | None = None,
    intermediates: Callable[..., Any] | None = None,
    given: Any = None,
) -> CheckVerdict:
    """Is a backward pass right? It is tried with random cotangents, which have no common sign or size.

    forward(*inputs) is an array or a tuple of arrays; backward(cotangent, *inputs) returns the cotangents of the
    inputs in `wrt`. Where forward returns a tuple, backward takes a tuple first. Everything else as for
    `check_gradient`.

    >>> import numpy as np
    >>> softmax = lambda x: np.exp(x) / np.sum(np.exp(x))
    >>> def backward(s_bar, x):
    ...     s = softmax(x)
    ...     return s * (1 - s) * s_bar
    >>> check_vjp(softmax, backward, [np.array([0.5, -1.0, 2.0])]).diagnosis[0].kind
    'diagonal only'
    """
    options = Options(seed, exact, points, kinds, condition, rtol, atol, intermediates)
    return found_or_given(forward, backward, inputs, names, wrt, dtype, options, given, vjp=True)


def assert_gradient(
    loss: Callable[..., Any], gradient: Callable[..., Any], inputs: Sequence[Any] | None = None, **options: Any
) -> CheckVerdict:
    """`check_gradient` for a test: raises AssertionError with the verdict's text unless it agrees.

    >>> import numpy as np
    >>> verdict = assert_gradient(lambda x: np.sum(np.sin(x)), lambda x: np.cos(x), [np.array([0.1, 0.2])])
    """
    verdict = check_gradient(loss, gradient, inputs, **options)
    if not verdict.agrees:
        raise AssertionError(str(verdict))
    return verdict


def found_or_given(
    function: Callable[..., Any], by_hand: Callable[..., Any], inputs: Sequence[Any] | None, names: Any, wrt: Any,
    dtype: Any, options: Options, given: Any, vjp: bool,
) -> CheckVerdict:  # fmt: skip
    """Judge at the inputs, or at the simplest that fail among those that strategies give."""
    if (inputs is None) == (given is None):
        raise CheckError("check: wanted either inputs or given=, got " + ("neither" if given is None else "both"))

    def judged(at: Sequence[Any], options: Options) -> CheckVerdict:
        problem, first = problem_of(function, by_hand, at, names, wrt, vjp)
        with np.errstate(all="ignore"):  # what is tried overflows and divides by zero, and that is no one's fault
            return check(problem, typed(first, dtype), options)

    if inputs is not None:
        return judged(inputs, options)
    alone = replace(options, points=1, exact=False, intermediates=None)
    return judged(search(given, lambda at: judged(at, alone), options.seed), replace(options, points=1))


def typed(values: Values, dtype: Any) -> Values:
    """The inputs with their floats in another type."""
    if dtype is None:
        return values
    try:
        known = np.dtype(dtype) in (np.float32, np.float64)
    except TypeError:
        known = False
    if not known:
        raise CheckError(f"dtype: wanted float32 or float64, got {getattr(dtype, '__name__', dtype)}")
    return Values(
        {n: np.asarray(x, dtype=dtype)[()] if np.asarray(x).dtype.kind == "f" else x for n, x in values.items()}
    )
