"""The table: from a NumPy function to what a `Tensor` does when it meets that function.

There are three kinds of entries, one dictionary each:

- a **rule** returns the value and, for each operand, its pullback (or None where the derivative is zero);
- a **composite** is the same function written in terms of others that have rules;
- a **constant** function has derivative zero wherever it has one (comparisons, shapes, `argmax`).

A rule's operands are its positional-only parameters, all that stand before the `/`; options follow.

    @derivative_of(np.multiply)
    def multiply(x, y, /):
        return x * y, (lambda z_bar: z_bar * y, lambda z_bar: z_bar * x)

A pullback is a function of the cotangent. For the arithmetic that graphs are full of it may also be a pair, a
function and what it needs beside the cotangent, which costs less to make than a function of its own:

        return x * y, ((multiply_bar, y), (multiply_bar, x))

A rule is written in NumPy calls on whatever it was given: an array, a `Tensor` of an outer level, or any
other type that speaks NumPy's protocols. That is what makes derivatives of any order work.
"""

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from autograd.errors import UnsupportedArgumentError

# Whatever speaks NumPy's two dispatch protocols: an ndarray, a NumPy scalar, a Tensor, another array type.
Array = Any
Pullback = Callable[[Array], Array] | tuple[Callable[[Array, Array], Array], Array]
# What a rule returns: the value and, an operand, its pullback, or None where the derivative is zero.
Derivative = tuple[Array, tuple[Pullback | None, ...]]
F = TypeVar("F", bound=Callable[..., Any])


class Rule(NamedTuple):
    """A derivative rule, with what the dispatch needs to know of its signature."""

    function: Callable[..., Any]
    operands: int
    over_sequence: bool


RULES: dict[Any, Rule] = {}
COMPOSITES: dict[Any, Callable[..., Any]] = {}
CONSTANTS: set[Any] = set()

_ALL = 1_000_000  # "every positional argument is an operand", for rules with *operands


def derivative_of(*functions: Any, over_sequence: bool = False) -> Callable[[F], F]:
    """Enter the decorated rule into the table, for one function or several synonyms.

    With `over_sequence` the function's first argument is a sequence of operands (`np.concatenate`).

    Raises `UnsupportedArgumentError` when no function is named, or the rule has no operand.

    >>> import math
    >>> import numpy as np
    >>> from autograd import grad
    >>> erf = np.frompyfunc(math.erf, 1, 1)  # any ufunc, such as SciPy's
    >>> @derivative_of(erf)
    ... def erf_rule(x, /):
    ...     return erf(x), (lambda z_bar: z_bar * 2 / math.sqrt(math.pi) * np.exp(-x * x),)
    >>> round(float(grad(erf)(0.0)), 6)
    1.128379
    >>> del RULES[erf]  # or it stays for good
    """
    if not functions:
        raise UnsupportedArgumentError("derivative_of: wanted the functions that the rule is for, got none")
    require_functions("derivative_of", *functions)

    def enter(rule: F) -> F:
        require_functions("derivative_of", rule)
        kinds = [parameter.kind for parameter in inspect.signature(rule).parameters.values()]
        takes_any_number = inspect.Parameter.VAR_POSITIONAL in kinds
        operands = _ALL if takes_any_number else kinds.count(inspect.Parameter.POSITIONAL_ONLY)
        if not operands:
            raise UnsupportedArgumentError(
                "derivative_of: wanted a rule with its operands before a '/', as in rule(x, /), "
                f"got {getattr(rule, '__name__', 'rule')}{inspect.signature(rule)}"
            )
        for function in functions:
            RULES[function] = Rule(rule, operands, over_sequence)
        return rule

    return enter


def as_function(pullback: Pullback | None) -> Any:
    """A pullback as a function of the cotangent, whichever way it was given."""
    if not isinstance(pullback, tuple):
        return pullback
    function, residual = pullback

    def call(z_bar: Array) -> Array:
        return function(z_bar, residual)

    call.__qualname__ = function.__qualname__
    return call


def in_terms_of_others(*functions: Any) -> Callable[[F], F]:
    """Enter the decorated function as a composite: it calls only functions that have an entry."""
    require_functions("in_terms_of_others", *functions)

    def enter(composite: F) -> F:
        require_functions("in_terms_of_others", composite)
        for function in functions:
            COMPOSITES[function] = composite
        return composite

    return enter


def constant(*functions: Any) -> None:
    """Enter functions whose derivative is zero: on a `Tensor` they return plain values."""
    require_functions("constant", *functions)
    CONSTANTS.update(functions)


def require_functions(who: str, *functions: Any) -> None:
    """Raises `UnsupportedArgumentError` for what can't be called."""
    for function in functions:
        if not callable(function):
            raise UnsupportedArgumentError(f"{who}: wanted functions, got {function!r}")
