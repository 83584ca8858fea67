"""The front door: `check_gradient`, `check_vjp`, `check_equal`, `assert_gradient`.

The given point first, then points that hide less: other values of the same kinds, other shapes. At each the
three opinions are compared, entry by entry, with as much room as rounding needs and no more. Where nothing
differs, the two are compared as functions, exactly, if every operation has an exact meaning.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypedDict, Unpack

from handgrad.checking.given import given_map, given_problem
from handgrad.checking.judge import run
from handgrad.checking.options import Exact, Options
from handgrad.checking.problem import Problem
from handgrad.checking.search import search
from handgrad.checking.verdict import Verdict
from handgrad.errors import CheckError


class CheckOptions(TypedDict, total=False):
    """What `check_gradient`, `check_vjp` and `check_equal` take beside two functions and inputs.

    names      of the inputs; the function's own parameters, without it
    wrt        those that by hand is a derivative by, as names or positions; all that hold floats, without it
    dtype      float32 or float64, for all inputs that hold floats
    seed       of the values that are drawn
    exact      False judges in floating point alone; True demands an exact answer
    points     how many points are looked at; 1 is the given one alone
    kinds      what inputs are, where the guess is wrong: see `handgrad.checking.domain`
    condition  of the inputs: a predicate, or a function that returns the inputs put right
    rtol, atol more room than rounding needs; without them nothing is hidden by a tolerance
    intermediates  of the inputs: cotangents by hand of quantities that the loss marks, by name (`mark`)
    given      Hypothesis strategies in place of inputs, one each: the simplest inputs that fail are found
    """

    names: str | Sequence[str] | None
    wrt: str | int | Sequence[str | int] | None
    dtype: Any
    seed: int
    exact: Exact
    points: int
    kinds: dict[str, str] | None
    condition: Callable[..., Any] | None
    rtol: float | None
    atol: float | None
    intermediates: Callable[..., Any] | None
    given: Any


def check_gradient(
    loss: Callable[..., Any], gradient: Callable[..., Any], inputs: Sequence[Any] | None = None,
    **options: Unpack[CheckOptions],
) -> Verdict:  # fmt: skip
    """Is a gradient that was derived by hand right, and if not, what is wrong with it?

    loss(*inputs) is a scalar; gradient(*inputs) returns one array, or one for each input of `wrt` (all inputs
    that hold floats, without it), each in its input's shape. Both in NumPy, or in whatever computes with arrays.
    `CheckOptions` lists the options.

    Raises `CheckError` for inputs that are no inputs: none, not finite, unknown names, a loss that is no scalar;
    and for options that there are not.

    >>> import numpy as np
    >>> loss = lambda x: np.sum(x**2) / x.shape[0]
    >>> check_gradient(loss, lambda x: 2 * x / x.shape[0], [np.array([1.0, 2.0, 3.0])]).agrees
    True
    >>> print(check_gradient(loss, lambda x: 2 * x, [np.array([1.0, 2.0, 3.0])]).diagnosis[0].kind)
    constant factor
    >>> softmax = lambda x: np.exp(x) / np.sum(np.exp(x), axis=-1, keepdims=True)
    >>> loss = lambda x, y: -np.sum(y * np.log(softmax(x)))
    >>> labels = np.array([[0.25, 0.5, 0.25]])
    >>> check_gradient(loss, lambda x, y: softmax(x) - y, [np.array([[0.5, -1.0, 2.0]]), labels], wrt="x").condition
    'sum_k y_k = 1'
    """
    return check(inputs, options, lambda *about: given_problem(loss, gradient, *about, vjp=False))


def check_vjp(
    forward: Callable[..., Any], backward: Callable[..., Any], inputs: Sequence[Any] | None = None,
    **options: Unpack[CheckOptions],
) -> Verdict:  # fmt: skip
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
    return check(inputs, options, lambda *about: given_problem(forward, backward, *about, vjp=True))


def check_equal(
    function: Callable[..., Any], by_hand: Callable[..., Any], inputs: Sequence[Any] | None = None,
    **options: Unpack[CheckOptions],
) -> Verdict:  # fmt: skip
    """Are two functions the same? For a forward map that was written out by hand: a convolution, a pooling.

    function(*inputs) and by_hand(*inputs) return one array of the same shape. Everything else as for
    `check_gradient`, without `wrt` and `intermediates`.

    >>> import numpy as np
    >>> x = np.array([1.0, 2.0, 4.0])
    >>> check_equal(np.cumsum, lambda x: np.tril(np.ones((x.size, x.size))) @ x, [x]).agrees
    True
    >>> print(check_equal(np.cumsum, lambda x: np.cumsum(x[::-1]), [x]).outcome)
    disagrees
    """
    return check(inputs, options, lambda *about: given_map(function, by_hand, *about))


def assert_gradient(
    loss: Callable[..., Any], gradient: Callable[..., Any], inputs: Sequence[Any] | None = None,
    **options: Unpack[CheckOptions],
) -> Verdict:  # fmt: skip
    """`check_gradient` for a test: raises AssertionError with the verdict's text unless it agrees.

    >>> import numpy as np
    >>> verdict = assert_gradient(lambda x: np.sum(np.sin(x)), lambda x: np.cos(x), [np.array([0.1, 0.2])])
    """
    verdict = check_gradient(loss, gradient, inputs, **options)
    if not verdict.agrees:
        raise AssertionError(str(verdict))
    return verdict


def check(inputs: Any, options: CheckOptions, problem_of: Callable[..., Problem]) -> Verdict:
    """Judge at the inputs, or at the simplest that fail among those that strategies give."""
    given = options.get("given")
    if (inputs is None) == (given is None):
        raise CheckError("check: wanted either inputs or given=, got " + ("neither" if given is None else "both"))
    unknown = [name for name in options if name not in CheckOptions.__annotations__]
    if unknown:
        raise CheckError(f"check: wanted options among {', '.join(CheckOptions.__annotations__)}, got {unknown[0]}")
    judging = Options(**{name: x for name, x in options.items() if name in Options.__annotations__})  # type: ignore[arg-type]

    def judged(at: Any, how: Options) -> Verdict:
        about = (options.get(name) for name in ("names", "wrt", "kinds", "condition", "dtype"))
        return run(problem_of(at, *about), how)

    if inputs is not None:
        return judged(inputs, judging)
    alone = replace(judging, points=1, exact=False, intermediates=None)
    return judged(search(given, lambda at: judged(at, alone), judging.seed), replace(judging, points=1))
