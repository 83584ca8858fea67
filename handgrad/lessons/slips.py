"""Slips in the writing: one small change of what was typed after which the formula is right.

Each change is tried; the one that mends the formula names the mistake: a wrong letter, sign, number, function, order.
What would be right in its place is not told.
"""

import ast
import re
from collections.abc import Callable, Iterator
from itertools import islice

MOST = 2000  # changes that are tried
OTHER_SIGNS: dict[type[ast.operator], tuple[str, ...]] = {
    ast.Add: ("-",),
    ast.Sub: ("+",),
    ast.Mult: ("/", "@"),
    ast.Div: ("*",),
    ast.MatMult: ("*",),
    ast.Pow: ("*",),
}
OTHER_FUNCTIONS = {"sum": ("mean", "max"), "mean": ("sum",), "max": ("mean", "sum"), "min": ("mean", "sum"),
                   "outer": ("inner", "multiply"), "tile": ("repeat",), "repeat": ("tile",)}  # fmt: skip
NUMBERS = (0, 1, 2, 3, 4)

Change = tuple[str, str]  # what is wrong, and the text without it


def slip(text: str, letters: list[str], holds: Callable[[str], bool]) -> str | None:
    """What is wrong with a formula, if one small change mends it.

    >>> slip("f * (1 + f)", ["x", "f"], lambda text: "-" in text)
    'the sign + in `1 + f` is the wrong one'
    """
    text = " ".join(text.split())
    return next((words for words, changed in islice(changes(text, letters), MOST) if holds(changed)), None)


def changes(text: str, letters: list[str]) -> Iterator[Change]:
    """All small changes of a formula: a letter for another throughout, then of one part, larger parts first."""
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for letter in sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} & set(letters)):
        for other in letters:
            if other != letter:
                yield f"the letter {letter} is the wrong one", re.sub(rf"\b{letter}\b", other, text)
    within = {id(child): parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            for words, part in changes_of(text, node, within, letters):
                yield words, spliced(text, node, part)


def changes_of(text: str, node: ast.expr, within: dict[int, ast.AST], letters: list[str]) -> Iterator[Change]:
    """The small changes of one part."""
    here = f"`{written(text, node)}`"
    around = within.get(id(node))
    place = f" in `{written(text, around)}`" if isinstance(around, ast.expr) else ""
    match node:
        case ast.BinOp(left, sign, right):
            first, second = written(text, left), written(text, right)
            shown = signed(text, left, right)
            for other in OTHER_SIGNS.get(type(sign), ()):
                yield f"the sign {shown} in {here} is the wrong one", f"({first}) {other} ({second})"
            if isinstance(sign, ast.MatMult):
                yield f"the two sides of @ in {here} stand in the wrong order", f"({second}) @ ({first})"
            if isinstance(sign, ast.Mult | ast.Div | ast.Add | ast.Sub | ast.Pow):
                yield f"`{second}` is too much in {here}", first
            if isinstance(sign, ast.Mult | ast.Add):
                yield f"`{first}` is too much in {here}", second
        case ast.UnaryOp(ast.USub(), operand):
            yield f"the sign - before `{written(text, operand)}` is too much", written(text, operand)
        case ast.Name(name) if name != "np":
            for letter in letters:
                if letter != name:
                    yield f"the letter {name}{place} is the wrong one", letter
            yield f"{name}{place} stands the wrong way round", f"{name}.T"
        case ast.Constant(number) if type(number) is int:
            for instead in NUMBERS:
                if instead != number:
                    yield f"the number {number}{place} is the wrong one", str(instead)
        case ast.Attribute(value, "T"):
            yield f"{here} stands the wrong way round", written(text, value)
        case ast.Attribute(value, name):
            for other in OTHER_FUNCTIONS.get(name, ()):
                yield f"{name}{place} is the wrong function", f"{written(text, value)}.{other}"


def written(text: str, node: ast.AST) -> str:
    """A part as it was typed."""
    return ast.get_source_segment(text, node) or ""


def signed(text: str, left: ast.expr, right: ast.expr) -> str:
    """The sign between two parts as it was typed, without the brackets around them."""
    raw = text.encode()
    return raw[left.end_col_offset : right.col_offset].decode().strip(" ()")


def spliced(text: str, node: ast.expr, part: str) -> str:
    """The formula with one part replaced; a part of one name or number needs no brackets."""
    raw = text.encode()
    part = part if part.isidentifier() or part.isdigit() or isinstance(node, ast.Attribute) else f"({part})"
    return raw[: node.col_offset].decode() + part + raw[node.end_col_offset :].decode()
