"""What a caller gives, as a problem: two functions, inputs, names, and by what is differentiated."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from handgrad.checking.domain import is_float, recognised_kinds
from handgrad.checking.maps import map_problem
from handgrad.checking.oracles.manual import copies
from handgrad.checking.problem import Problem
from handgrad.checking.sampling import GivenDomain, user_condition
from handgrad.errors import CheckError, one_line
from handgrad.values import Values


def given_problem(
    function: Callable[..., Any], by_hand: Callable[..., Any], inputs: Any,
    names: str | Sequence[str] | None, wrt: str | int | Sequence[str | int] | None,
    kinds: dict[str, str] | None, condition: Callable[..., Any] | None, dtype: Any, *, vjp: bool,
) -> Problem:  # fmt: skip
    """A derivative around the inputs that a caller gives.

    Without `wrt` it is for every input that holds floats.

    Raises `CheckError` for anything that does not fit together.
    """
    values = named_inputs(function, by_hand, inputs, names)
    chosen = chosen_inputs(values, wrt)
    domain = given_domain(values, kinds, condition, dtype)
    problem = Problem(function, by_hand, tuple(values), chosen, domain, vjp)
    require_value(problem, domain.start)
    require_admitted(domain)
    return problem


def given_map(
    function: Callable[..., Any], by_hand: Callable[..., Any], inputs: Any, names: Any, wrt: Any, kinds: Any,
    condition: Any, dtype: Any,
) -> Problem:  # fmt: skip
    """Two maps that must be one, around the inputs that a caller gives.

    Raises `CheckError` for anything that does not fit together.
    """
    if wrt is not None:
        raise CheckError("wrt: wanted none, since a map is not differentiated")
    values = named_inputs(function, by_hand, inputs, names)
    domain = given_domain(values, kinds, condition, dtype)
    problem = map_problem(function, by_hand, tuple(values), domain)
    require_value(replace(problem, vjp=True), domain.start)  # an array is welcome
    require_admitted(domain)
    return problem


def named_inputs(function: Any, by_hand: Any, inputs: Any, names: str | Sequence[str] | None) -> Values:
    """The inputs by name. Raises `CheckError` for what are no functions, no inputs or no names."""
    if not callable(function) or not callable(by_hand):
        raise CheckError(f"check: wanted two functions, got {type(function).__name__} and {type(by_hand).__name__}")
    if isinstance(inputs, np.ndarray | np.generic | float | int):
        inputs = (inputs,)
    if isinstance(inputs, str | Mapping) or not isinstance(inputs, Iterable):
        raise CheckError(f"check: wanted a sequence of inputs, got {type(inputs).__name__}")
    given = [as_input(x) for x in inputs]
    if not given:
        raise CheckError("check: wanted at least one input, got none")
    listed = names.split() if isinstance(names, str) else names or default_names(function, len(given))
    named = tuple(listed) if isinstance(listed, Iterable) else (listed,)
    if not all(isinstance(name, str) for name in named) or len(named) != len(given) or len(set(named)) != len(named):
        raise CheckError(f"check: wanted {len(given)} different names for as many inputs, got {named}")
    if not all(name.isprintable() for name in named):  # they are shown on terminals
        raise CheckError(f"check: wanted names that can be shown, got {named}")
    for name, x in zip(named, given, strict=True):
        if is_float(x) and not np.all(np.isfinite(x)):
            raise CheckError(f"check: wanted finite inputs, got NaN or an infinity in {name}")
    return Values(zip(named, given, strict=True))


def chosen_inputs(values: Values, wrt: str | int | Sequence[str | int] | None) -> tuple[str, ...]:
    """The names of the inputs that are differentiated by. Raises `CheckError` for those that can't be."""
    named = tuple(values)
    if wrt is None:
        chosen = tuple(name for name, x in values.items() if is_float(x))
    else:
        positions: Sequence[Any] = wrt if isinstance(wrt, list | tuple) else [wrt]
        chosen = tuple(name_of(which, named) for which in positions)
        if len(set(chosen)) != len(chosen):
            raise CheckError(f"wrt: wanted each input once, got {', '.join(chosen)}")
    if not chosen:
        raise CheckError(f"check: wanted an input of floats to differentiate by, got none among {', '.join(named)}")
    for name in chosen:
        if not is_float(values[name]):
            got = np.asarray(values[name]).dtype
            raise CheckError(f"check: wanted floats to differentiate by, got {name} of {got}")
        if np.size(values[name]) == 0:
            raise CheckError(f"check: wanted {name} with at least one entry, got shape {np.shape(values[name])}")
    return chosen


def given_domain(values: Values, kinds: dict[str, str] | None, condition: Any, dtype: Any) -> GivenDomain:
    """The domain around the inputs. Raises `CheckError` for kinds and types that there are not."""
    values = typed(values, dtype)
    if condition is not None and not callable(condition):
        raise CheckError(f"condition: wanted a function of the inputs, got {type(condition).__name__}")
    imposed = () if condition is None else (user_condition(condition),)
    return GivenDomain(values, recognised_kinds(values, kinds), imposed)


def require_admitted(domain: GivenDomain) -> None:
    """The given inputs must lie on the condition."""
    if domain.impose(domain.start) is None:
        raise CheckError("condition: wanted inputs that it admits, got the given ones, which it does not")


def as_input(x: Any) -> Any:
    """A copy of its own; a Python float counts as float64, lists of numbers as arrays.

    Raises `CheckError` for masked arrays and matrices, whose rules are not those of arrays.
    """
    if isinstance(x, np.ma.MaskedArray | np.matrix):
        raise CheckError(f"check: wanted plain arrays, got a {type(x).__name__}")
    if isinstance(x, float | list | np.ndarray | np.generic):
        try:
            array = np.array(x)
        except ValueError:  # a list of arrays, say: parameters that belong apart
            raise CheckError(
                "check: wanted each array as an input of its own, got a list of different shapes"
            ) from None
        return array[()] if array.dtype.kind in "fiub" else x
    return x


def name_of(which: str | int, names: tuple[str, ...]) -> str:
    """The name of an input given by name or position."""
    if isinstance(which, int | np.integer) and not isinstance(which, bool) and -len(names) <= which < len(names):
        return names[int(which)]
    if isinstance(which, str) and which in names:
        return which
    raise CheckError(f"wrt: wanted one of {', '.join(names)} or a position below {len(names)}, got {which!r}")


def default_names(function: Callable[..., Any], count: int) -> tuple[str, ...]:
    """The parameters of the function, where they can be told; else x0, x1, ..."""
    code = getattr(function, "__code__", None)
    plain = code is not None and not code.co_flags & 0x0C and code.co_argcount == count
    return tuple(code.co_varnames[:count]) if plain and code else tuple(f"x{i}" for i in range(count))


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


def require_value(problem: Problem, first: Values) -> None:
    """The function must have a finite value at the given point, a scalar where it is a loss."""
    who = getattr(problem.function, "__name__", "function")
    try:
        with np.errstate(all="ignore"):
            outputs = problem.outputs(copies(first))
    except Exception as error:
        raise CheckError(f"{who}: wanted a value at the inputs, got {one_line(error)}") from error
    if not outputs:
        raise CheckError(f"{who}: wanted at least one array, got an empty tuple")
    for z in outputs:
        if isinstance(z, np.ma.MaskedArray | np.matrix):
            raise CheckError(f"{who}: wanted plain arrays, got a {type(z).__name__}")
        if isinstance(z, tuple | list):
            words = "an array or a tuple of arrays" if problem.vjp else "a scalar"
            raise CheckError(
                f"{who}: wanted {words}, got a {type(z).__name__} within; return no cache beside the value"
            )
        kind = np.asarray(z).dtype.kind
        if kind not in "fiu":
            raise CheckError(f"{who}: wanted real numbers, got {type(z).__name__}")
        if not np.all(np.isfinite(np.asarray(z, dtype=float))):
            raise CheckError(f"{who}: wanted a finite value at the inputs, got NaN or an infinity")
    if not problem.vjp and (len(outputs) != 1 or np.shape(outputs[0]) != ()):
        shapes = ", ".join(str(np.shape(z)) for z in outputs)
        raise CheckError(f"{who}: wanted a scalar, got shape {shapes}; check_vjp takes a function of arrays")
