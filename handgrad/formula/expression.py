"""A reader's formula: one Python expression over the letters of a claim and a list of NumPy functions.

The expression is parsed, and its tree is walked here; nothing is handed to Python's own `eval`. Only what
is listed below can be reached: numbers, the letters, arithmetic, comparisons, indexing, the functions and
methods of two tables. So a formula can neither name nor import anything else.
"""

import ast
import difflib
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from handgrad.errors import FormulaError, HandgradError
from handgrad.formula.allocation import broadcast, entries, entries_at, entries_of_call, matmul, multiplications
from handgrad.formula.edits import edits
from handgrad.values import Array, Values

FUNCTIONS = frozenset(
    """
    abs absolute arange arctan argmax argmin broadcast_to clip concatenate cos cosh cumsum diag diagonal dot
    einsum exp expand_dims expm1 eye flip inner kron log log1p matmul max maximum mean min minimum moveaxis
    multiply negative newaxis ones ones_like outer pad pi power prod ravel repeat reshape roll sign sin sinh
    split sqrt square squeeze stack std subtract sum swapaxes take tan tanh tensordot tile trace transpose
    tril triu var vdot where zeros zeros_like add divide reciprocal
    """.split()
)
METHODS = frozenset(
    """
    T shape ndim size sum mean prod max min var std cumsum dot reshape transpose ravel squeeze swapaxes repeat
    take trace clip diagonal
    """.split()
)
BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.MatMult: operator.matmul,
}
UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {ast.USub: operator.neg, ast.UAdd: operator.pos}
COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
SEQUENCES = frozenset("concatenate stack".split())  # their first argument is a list of arrays
OPTIONS = frozenset("order mode".split())  # the arguments that are text
LONGEST = 2000  # characters of a formula
LARGEST = 10_000_000  # entries of any value on the way
TOGETHER = 5 * LARGEST  # entries of all values on the way
MOST_WORK = 500_000_000  # multiplications in products on the way: below a second, where each entry takes its turn
UNWRITTEN = "empty"  # what np.pad calls memory as it happens to be


@dataclass
class Point:
    """The letters at which a formula is computed, and how much may still be made and multiplied on the way.

    name  what a node is called, asked for where it is told alone: to find it takes longer than most operations
    """

    values: Values
    name: Callable[[ast.AST], str]
    left: float = TOGETHER
    work: float = MOST_WORK

    def make(self, entries: float, of: ast.AST) -> None:
        """Count a result before it is computed.

        Raises `FormulaError` when it would be too large.
        """
        if entries > LARGEST:
            raise FormulaError(
                f"formula: wanted values of at most {LARGEST} entries, got one of {entries:.3g}: {self.name(of)}"
            )
        self.left -= entries
        if self.left < 0:
            raise FormulaError(f"formula: wanted at most {TOGETHER} entries on the way, got more: {self.name(of)}")

    def multiply(self, products: float, of: ast.AST) -> None:
        """Count the multiplications of a product before they are done.

        Raises `FormulaError` when they would take too long.
        """
        self.work -= products
        if self.work < 0:
            raise FormulaError(
                f"formula: wanted at most {MOST_WORK} multiplications in products on the way, got more: {self.name(of)}"
            )


class Expression:
    """A formula in a claim's letters, checked when it is made, computed when it is called.

    Raises `FormulaError` for what is no expression, for unknown names and for anything outside the tables;
    and when it is called, for what NumPy refuses (shapes that do not fit, an index out of range).

    >>> Expression("(y_hat - y) * 2", ["y_hat", "y"])(Values(y_hat=1.5, y=1.0))
    1.0
    """

    def __init__(self, text: str, letters: Mapping[str, Any] | list[str]):
        self.text = text.strip()
        self.letters = list(letters)
        if not self.text:
            raise FormulaError("formula: wanted an expression, got nothing")
        if len(self.text) > LONGEST:
            raise FormulaError(f"formula: wanted at most {LONGEST} characters, got {len(self.text)}")
        try:
            self.tree = ast.parse(self.text, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            reason = getattr(error, "msg", None) or type(error).__name__
            raise FormulaError(f"formula: wanted one expression, got {self.text!r}: {reason}") from None
        self._walk(lambda node: self._check(node))

    def __call__(self, values: Values) -> Array:
        """The value of the formula at some letters."""
        try:
            return result_of(self._compute(self.tree, Point(values, self._name)), self.text)
        except HandgradError:
            raise
        except RecursionError:
            raise FormulaError(f"formula: wanted fewer nested parentheses, got {self.text[:40]!r}...") from None
        except Exception as error:
            raise FormulaError(f"formula: {self.text!r} can't be computed: {error}") from None

    def _walk(self, visit: Callable[[ast.AST], None]) -> None:
        for node in ast.walk(self.tree):
            visit(node)

    def _check(self, node: ast.AST) -> None:
        allowed = (
            *(ast.BinOp, ast.UnaryOp, ast.Compare, ast.Call, ast.keyword, ast.Name, ast.Attribute, ast.Constant),
            *(ast.Subscript, ast.Slice, ast.Tuple, ast.List, ast.expr_context, ast.operator, ast.unaryop, ast.cmpop),
        )
        if not isinstance(node, allowed):
            raise FormulaError(f"formula: wanted arithmetic, indexing and NumPy functions, got {self._name(node)}")
        if isinstance(node, ast.Constant) and not isinstance(node.value, int | float | str | type(...) | None):
            raise FormulaError(f"formula: wanted a real number, got {node.value!r}")
        if isinstance(node, ast.Name) and node.id not in (*self.letters, "np"):
            raise FormulaError(self._unknown(node.id, [*self.letters, *(f"np.{name}" for name in FUNCTIONS)]))
        if isinstance(node, ast.Attribute):
            of_numpy = isinstance(node.value, ast.Name) and node.value.id == "np"
            known = FUNCTIONS if of_numpy else METHODS
            if node.attr not in known:
                raise FormulaError(self._unknown(node.attr, sorted(known)))
        if isinstance(node, ast.Call) and not isinstance(node.func, ast.Attribute | ast.Name):
            raise FormulaError("formula: wanted a call of np.<function> or of a method, got another call")

    def _name(self, node: ast.AST) -> str:
        return ast.get_source_segment(self.text, node) or type(node).__name__.lower()

    def _unknown(self, name: str, known: list[str]) -> str:
        near = difflib.get_close_matches(name, known, n=1) or difflib.get_close_matches(f"np.{name}", known, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        return f"formula: wanted one of the letters {', '.join(self.letters)} or np.<function>, got {name!r}{hint}"

    def _compute(self, node: ast.AST | None, at: Point) -> Any:
        match node:
            case None:
                return None
            case ast.Constant(value):
                return value
            case ast.Name(name):
                if name == "np":
                    raise FormulaError("formula: wanted np.<function>, got np alone")
                return at.values[name]
            case ast.BinOp(left, sign, right):
                x, y = self._number(left, at), self._number(right, at)
                if isinstance(sign, ast.Pow) and type(x) is int and type(y) is int:
                    x = float(x)  # 9**9**9 overflows at once instead of filling the memory
                at.make((matmul if isinstance(sign, ast.MatMult) else broadcast)(x, y), node)
                if isinstance(sign, ast.MatMult):
                    at.multiply(multiplications("matmul", [x, y], {}), node)
                return BINARY[self._known(sign, BINARY)](x, y)
            case ast.UnaryOp(sign, operand):
                x = self._number(operand, at)
                at.make(entries(x), node)
                return UNARY[self._known(sign, UNARY)](x)
            case ast.Compare(left, [sign], [right]):
                x, y = self._number(left, at), self._number(right, at)
                at.make(broadcast(x, y), node)
                return COMPARE[self._known(sign, COMPARE)](x, y)
            case ast.Subscript(value, index):
                x, chosen = array_of(self._compute(value, at)), self._compute(index, at)
                at.make(entries_at(x, chosen), node)
                return x[chosen]
            case ast.Slice(lower, upper, step):
                return slice(*(self._compute(part, at) for part in (lower, upper, step)))
            case ast.Tuple(elements):
                return tuple(self._compute(element, at) for element in elements)
            case ast.List(elements):
                return [self._compute(element, at) for element in elements]
            case ast.Attribute(ast.Name("np"), name):
                return getattr(np, name)
            case ast.Attribute(value, name):
                return getattr(owner_of(self._compute(value, at)), name)
            case ast.Call(ast.Attribute(value, name), arguments, keywords):
                of_numpy = isinstance(value, ast.Name) and value.id == "np"
                itself = [] if of_numpy else [owner_of(self._compute(value, at))]
                called = getattr(np if of_numpy else itself[0], name)
                if callable(called):
                    listed = [self._argument(name, argument, i, at) for i, argument in enumerate(arguments)]
                    named = {str(k.arg): self._argument(name, k.value, str(k.arg), at) for k in keywords}
                    if "where" in named and isinstance(called, np.ufunc):  # elsewhere nothing would be written
                        raise FormulaError(f"formula: wanted np.where for a choice, got where= in {self._name(node)}")
                    at.make(entries_of_call(name, itself + listed, named), node)
                    at.multiply(multiplications(name, itself + listed, named), node)
                    return called(*listed, **named)
        raise FormulaError(f"formula: wanted arithmetic, indexing and NumPy functions, got {self._name(node)}")

    def _argument(self, name: str, node: ast.AST, place: int | str, at: Point) -> Any:
        """An argument of a function, at a place or by its name; a list of arrays is one array, as it is in NumPy."""
        x = self._compute(node, at)
        text_wanted = place in OPTIONS or (name, place) in (("einsum", 0), ("pad", 2))
        if has_text(x) and not text_wanted:  # a type may be written so, and one entry of it be of any length
            raise FormulaError(f"formula: wanted numbers and arrays in np.{name}, got {self._name(node)}")
        if callable(x) or (isinstance(x, str) and x == UNWRITTEN):
            raise FormulaError(f"formula: wanted another argument of np.{name} than {self._name(node)}")
        if name in SEQUENCES and isinstance(x, list | tuple):
            return [array_of(item) for item in x]
        return array_of(x)

    def _number(self, node: ast.AST, at: Point) -> Any:
        x = self._compute(node, at)
        if isinstance(x, list | tuple | str) or x is None or x is ... or callable(x):
            raise FormulaError(f"formula: wanted a number or an array, got {self._name(node)}")
        return float(x) if type(x) is int and abs(x) > 10**6 else x

    def _known(self, sign: Any, table: Mapping[Any, Any]) -> Any:
        if type(sign) not in table:
            raise FormulaError(f"formula: wanted + - * / // % ** @ or a comparison, got {type(sign).__name__}")
        return type(sign)


def array_of(x: Any) -> Any:
    """A list of arrays as the array that NumPy makes of it; anything else, a shape for example, as it is.

    NumPy's own conversion knows plain arrays alone, and a formula is also computed on exact values.
    """
    return np.stack([array_of(item) for item in x]) if isinstance(x, list | tuple) and has_array(x) else x


def has_array(x: Any) -> bool:
    """Whether something is an array or a list with one."""
    if isinstance(x, list | tuple):
        return any(map(has_array, x))
    return hasattr(x, "ndim") and not isinstance(x, np.integer | np.bool)


def has_text(x: Any) -> bool:
    """Whether something is text or a list with some."""
    return any(map(has_text, x)) if isinstance(x, list | tuple) else isinstance(x, str)


def owner_of(x: Any) -> Any:
    """What has the methods of an array."""
    return np.float64(x) if isinstance(x, int) else array_of(x)


def result_of(x: Any, text: str) -> Array:
    """The value of a whole formula: one array of numbers.

    Raises `FormulaError` for anything else.
    """
    x = float(x) if type(x) is int else array_of(x)
    if isinstance(x, list | tuple) and not has_text(x):
        x = np.asarray(x)
    kind = x.dtype.kind if hasattr(x, "dtype") else "i" if isinstance(x, int | float) else "O"
    if kind not in "fiub":
        raise FormulaError(f"formula: wanted a number or an array of numbers, got {text!r:.60}")
    return x


class Typed:
    """A formula as it was typed, as a function of the letters that a reader sees.

    Raises `FormulaError` as `Expression` does.

    >>> Typed("a * 2", ["a"])(Values(a=1.5))
    3.0
    """

    def __init__(self, text: str, letters: list[str]):
        self.text, self.letters = text, letters
        self.expression = Expression(text, letters)

    def __call__(self, values: Values) -> Array:
        """The value of the formula."""
        return self.expression(Values({name: read_only(x) for name, x in values.items()}))

    def edits(self) -> Iterator[tuple[str, "Typed"]]:
        """Each small change of what was typed that is a formula again, and what it says was wrong."""
        for words, text in edits(self.text, self.letters):
            try:
                yield words, Typed(text, self.letters)
            except FormulaError:  # most changes make nonsense
                continue


def read_only(x: Array) -> Array:
    """A view that cannot be written to: some NumPy functions take a place for their result."""
    if type(x) is np.ndarray:
        x = x.view()
        x.flags.writeable = False
    return x
