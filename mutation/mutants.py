"""The mutants of a file: Cosmic Ray's operators, each applied at every place where it says something of the arithmetic.

Left alone is what computes nothing: annotations and signatures (their default values are mutated), decorators, the
words of an exception, the types that `isinstance` asks for, and `strict=` of `zip`, which only doubles a check.
"""

import ast
import copy
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator
from parso.python.tree import Number

from mutation.places import ROOT

ARITHMETIC = "Add_Sub Sub_Add Mul_Div Div_Mul FloorDiv_Mul Mod_FloorDiv Pow_Mul"
BITS = "BitAnd_BitOr BitOr_BitAnd BitXor_BitAnd LShift_RShift RShift_LShift"
COMPARISONS = "Lt_LtE Lt_GtE LtE_Lt LtE_Gt Gt_GtE Gt_LtE GtE_Gt GtE_Lt Eq_NotEq NotEq_Eq Is_IsNot IsNot_Is"
OPERATORS = (
    *(f"ReplaceBinaryOperator_{pair}" for pair in f"{ARITHMETIC} {BITS}".split()),
    *(f"ReplaceComparisonOperator_{pair}" for pair in COMPARISONS.split()),
    *(f"ReplaceUnaryOperator_Delete_{sign}" for sign in ("USub", "Invert", "Not")),
    *("NumberReplacer", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd"),
    *("AddNot", "ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ZeroIterationForLoop"),
)

Position = tuple[int, int]  # line, from 1, and column, from 0
Span = tuple[Position, Position]


@dataclass(frozen=True)
class Mutant:
    """One fault.

    function   where it is, such as "power.x_bar"
    was, now   the line before and after
    which      1, or more where the function has the same line again
    lines      of the statement; for a default value, of the function
    within     whether that runs when a function is called, not when the file is imported
    source     the whole file with the fault
    """

    file: str
    function: str
    line: int
    was: str
    now: str
    lines: range = field(repr=False)
    within: bool
    source: str = field(repr=False)
    which: int = 1

    @property
    def key(self) -> str:
        """What it is called where mutants are listed; it outlives changes elsewhere in the file."""
        again = f" ({self.which})" if self.which > 1 else ""
        return f"{self.function}{again}: {self.was} -> {self.now}"


def mutants_of(file: str) -> list[Mutant]:
    """All mutants of a file, in the order of its lines."""
    source = (ROOT / file).read_text(encoding="utf-8")
    tree, original = get_ast(source), ast.parse(source)
    starts = list(itertools.accumulate((len(line) for line in source.splitlines(keepends=True)), initial=0))
    idle, idle_bars = computing_nothing(original)
    operators = [(name, get_operator(f"core/{name}")()) for name in OPERATORS]
    found = []
    for node in ast_nodes(tree):
        begin, end = (starts[line - 1] + column for line, column in (node.get_start_pos_of_prefix(), node.end_pos))
        for name, operator in operators:
            for index, (at, _) in enumerate(operator.mutation_positions(node)):
                spans = idle_bars if name.startswith("ReplaceBinary") else idle
                if any(first <= at < last for first, last in spans):
                    continue
                mutated = source[:begin] + changed(operator, node, index) + source[end:]
                if is_python(mutated):
                    found.append(described(file, source, mutated, at, original))
    return numbered(sorted(found, key=lambda mutant: mutant.line))


def changed(operator: Operator, node: object, index: int) -> str:
    """A node's text after a mutation; the node itself stays as it is."""
    parent = node.parent  # type: ignore[attr-defined]
    twin = operator.mutate(copy.deepcopy(node, {id(parent): parent}), index)
    if isinstance(twin, Number):  # comes with a blank of its own
        return f"{node.prefix}{twin.value.strip()}"  # type: ignore[attr-defined]
    return str(twin.get_code())


def is_python(source: str) -> bool:
    """Whether a text can be parsed."""
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def computing_nothing(tree: ast.AST) -> tuple[list[Span], list[Span]]:
    """The spans that no operator looks into; the second list is for operators between two operands."""
    idle: list[Span] = []
    bars: list[Span] = []
    for node in ast.walk(tree):
        parts: list[ast.AST | None] = []
        if isinstance(node, ast.FunctionDef):
            parts = [*node.decorator_list, node.returns]
            bars.append(((node.lineno, node.col_offset), (node.body[0].lineno, node.body[0].col_offset)))
        elif isinstance(node, ast.ClassDef):
            parts = [*node.decorator_list]
        elif isinstance(node, ast.arg | ast.AnnAssign):
            parts = [node.annotation]
        elif isinstance(node, ast.Raise):
            parts = [node]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("isinstance", "zip"):
            parts = [node.args[1]] if node.func.id == "isinstance" else [k.value for k in node.keywords]
        elif isinstance(node, ast.Module):  # aliases of types
            bars += [span(part.value) for part in node.body if isinstance(part, ast.Assign)]
        idle += [span(part) for part in parts if part is not None]
    return idle, idle + bars


def span(node: ast.AST) -> Span:
    """From where to where it stands; columns are counted as Parso does, in characters."""
    return (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]


def described(file: str, source: str, mutated: str, at: Position, tree: ast.AST) -> Mutant:
    """The mutant in words, with the function and the statement that it is in."""
    pairs = zip(source.splitlines(), mutated.splitlines(), strict=False)
    line, (was, now) = next((n, pair) for n, pair in enumerate(pairs, 1) if pair[0] != pair[1])
    names: list[str] = []
    lines = range(line, line + 1)
    inside = False
    for node in within(tree, at):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.append(node.name)
        if isinstance(node, ast.FunctionDef):
            inside = inside or at >= (node.body[0].lineno, node.body[0].col_offset)
        if isinstance(node, ast.stmt):
            body, end = getattr(node, "body", None), (node.end_lineno or line) + 1
            lines = range(node.lineno, body[0].lineno if body else end)
            if isinstance(node, ast.FunctionDef):  # a default value shows where the function runs
                lines = range(node.body[0].lineno, end)
    return Mutant(file, ".".join(names) or "module", line, was.strip(), now.strip(), lines, inside, mutated)


def within(tree: ast.AST, at: Position) -> Iterator[ast.AST]:
    """The nodes around a place, the largest first."""
    for child in ast.iter_child_nodes(tree):
        if not hasattr(child, "end_lineno"):
            yield from within(child, at)
        elif span(child)[0] <= at < span(child)[1]:
            yield child
            yield from within(child, at)


def numbered(mutants: list[Mutant]) -> list[Mutant]:
    """Equal keys told apart: a function may have the same line, and a line the same change, again."""
    seen: Counter[str] = Counter()
    told = []
    for mutant in mutants:
        seen[mutant.key] += 1
        told.append(replace(mutant, which=seen[mutant.key]))
    return told
