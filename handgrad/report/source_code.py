"""The source of a function together with that of the functions of this project that it is made of."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any, TypeGuard

# What a formula is made of. The checks of its arguments, and counts of windows, are not.
FORMULAS = ("manual.", "handgrad.report.equations.")
NOT_SHOWN = ("manual.checks", "manual.windows")


def source(function: Callable[..., Any]) -> str:
    """The function as it is written, then those that it calls, each with the first line of its docstring.

    >>> from handgrad.report.equations.definitions import sigmoid_of_number
    >>> print(source(sigmoid_of_number))
    def sigmoid_of_number(values: Values) -> Array:
        \"\"\"f(x).\"\"\"
        return sigmoid(values.x)
    <BLANKLINE>
    def sigmoid(x: Array) -> Array:
        \"\"\"f(x) = 1 / (1 + e^-x).\"\"\"
        return 1 / (1 + np.exp(-x))
    """
    first, *others = made_of(inspect.unwrap(function))
    return "\n".join([text_of(first), *(shortened(text_of(other)) for other in others)]).rstrip("\n")


def made_of(function: FunctionType) -> list[FunctionType]:
    """The function and all formulas that it calls, those first that are called first."""
    found = [function]
    for caller in found:  # grows while it is read
        found += [other for other in called_by(caller) if other not in found]
    return found


def called_by(function: FunctionType) -> Iterator[FunctionType]:
    """The formulas that a function names: those known in its own module, and those it reaches as module.function."""
    known = function.__globals__
    modules = [known[name] for name in function.__code__.co_names if inspect.ismodule(known.get(name))]
    for name in function.__code__.co_names:
        places = [known[name]] if name in known else [getattr(module, name, None) for module in modules]
        yield from (other for other in places if is_formula(other))


def is_formula(thing: Any) -> TypeGuard[FunctionType]:
    """Whether it is a function of this project that says what is computed, and not a check of arguments."""
    if not inspect.isfunction(thing) or thing.__name__.startswith(("check_", "_")):
        return False
    return thing.__module__.startswith(FORMULAS) and thing.__module__ not in NOT_SHOWN


def text_of(function: FunctionType) -> str:
    """The source, not indented."""
    return textwrap.dedent(inspect.getsource(function))


def shortened(text: str) -> str:
    """The same with the first line of the docstring alone."""
    (definition,) = ast.parse(text).body
    assert isinstance(definition, ast.FunctionDef)
    docstring, lines = definition.body[0], text.splitlines()
    words = ast.get_docstring(definition)
    if words is None or docstring.end_lineno is None:
        return text
    short = " " * docstring.col_offset + f'"""{words.splitlines()[0]}"""'
    return "\n".join([*lines[: docstring.lineno - 1], short, *lines[docstring.end_lineno :]]) + "\n"
