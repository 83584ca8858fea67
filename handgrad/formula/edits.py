"""Small changes of a formula as it was typed: a letter, a sign, a number, a function, an order.

The judge tries each; one after which the formula is right names the slip in the writing.
"""

import ast
import re
from collections.abc import Iterator

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

Edit = tuple[str, str]  # what is wrong, and the text without it


def edits(text: str, letters: list[str]) -> Iterator[Edit]:
    """All small changes of a formula: a letter for another throughout, then of one part, larger parts first.

    >>> next(words for words, text in edits("f * (1 + f)", ["f"]) if text == "f * (((1) - (f)))")
    'the sign + in `1 + f` is the wrong one'
    """
    text = " ".join(text.split())
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
            for words, part in part_edits(text, node, within, letters):
                yield words, spliced(text, node, part)


def part_edits(text: str, node: ast.expr, within: dict[int, ast.AST], letters: list[str]) -> Iterator[Edit]:
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
