"""A reader's formula: one Python expression over the letters of a claim and a list of NumPy functions.

The expression is parsed, and its tree is walked here; nothing is handed to Python's own `eval`. Only what
is listed below can be reached: numbers, the letters, arithmetic, comparisons, indexing, the functions and
methods of two tables. So a formula can neither name nor import anything else.
"""

import ast
import difflib
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from handgrad.errors import FormulaError, HandgradError
from handgrad.letters import Array, Values

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
ALLOCATING = frozenset("arange broadcast_to eye ones pad repeat tile zeros".split())
LONGEST = 2000  # characters of a formula
LARGEST = 10_000_000  # entries of any value on the way


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
            return self._compute(self.tree, values)
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

    def _compute(self, node: ast.AST | None, values: Values) -> Any:
        result = self._step(node, values)
        if getattr(result, "size", 0) > LARGEST:
            raise FormulaError(f"formula: wanted values of at most {LARGEST} entries, got one of {result.size}")
        return result

    def _step(self, node: ast.AST | None, values: Values) -> Any:
        match node:
            case None:
                return None
            case ast.Constant(value):
                return value
            case ast.Name(name):
                if name == "np":
                    raise FormulaError("formula: wanted np.<function>, got np alone")
                return values[name]
            case ast.BinOp(left, sign, right):
                x, y = self._number(left, values), self._number(right, values)
                if isinstance(sign, ast.Pow) and type(x) is int and type(y) is int:
                    x = float(x)  # 9**9**9 overflows at once instead of filling the memory
                return BINARY[self._known(sign, BINARY)](x, y)
            case ast.UnaryOp(sign, operand):
                return UNARY[self._known(sign, UNARY)](self._number(operand, values))
            case ast.Compare(left, [sign], [right]):
                return COMPARE[self._known(sign, COMPARE)](self._number(left, values), self._number(right, values))
            case ast.Subscript(value, index):
                return self._compute(value, values)[self._compute(index, values)]
            case ast.Slice(lower, upper, step):
                return slice(*(self._compute(part, values) for part in (lower, upper, step)))
            case ast.Tuple(elements):
                return tuple(self._compute(element, values) for element in elements)
            case ast.List(elements):
                return [self._compute(element, values) for element in elements]
            case ast.Attribute(ast.Name("np"), name):
                return getattr(np, name)
            case ast.Attribute(value, name):
                return getattr(np.float64(of) if isinstance(of := self._compute(value, values), int) else of, name)
            case ast.Call(function, arguments, keywords):
                called = self._compute(function, values)
                if not callable(called):
                    raise FormulaError(f"formula: wanted a function, got {self._name(function)}")
                named = {str(k.arg): self._compute(k.value, values) for k in keywords}
                listed = [self._compute(argument, values) for argument in arguments]
                self._check_allocation(self._name(function), listed)
                return called(*listed, **named)
        raise FormulaError(f"formula: wanted arithmetic, indexing and NumPy functions, got {self._name(node)}")

    def _number(self, node: ast.AST, values: Values) -> Any:
        x = self._compute(node, values)
        if isinstance(x, list | tuple | str) or x is None or x is ...:
            raise FormulaError(f"formula: wanted a number or an array, got {self._name(node)}")
        return float(x) if type(x) is int and abs(x) > 10**6 else x

    def _known(self, sign: Any, table: Mapping[Any, Any]) -> Any:
        if type(sign) not in table:
            raise FormulaError(f"formula: wanted + - * / // % ** @ or a comparison, got {type(sign).__name__}")
        return type(sign)

    def _check_allocation(self, name: str, arguments: list[Any]) -> None:
        if name.split(".")[-1] in ALLOCATING:
            listed = [n for x in arguments for n in (x if isinstance(x, tuple | list) else [x])]
            asked = [float(n) for n in listed if isinstance(n, int | float)]
            if any(n > LARGEST for n in asked) or np.prod([max(n, 1.0) for n in asked]) > LARGEST:
                raise FormulaError(f"formula: wanted values of at most {LARGEST} entries, got a larger {name}")


def formula_of(text: str, claim_letters: list[str], read: Callable[[Values], Values]) -> Callable[[Values], Array]:
    """The expression as a formula of a claim: its letters are first brought into the shapes a reader sees."""
    expression = Expression(text, claim_letters)

    def formula(values: Values) -> Array:
        letters = read(values)
        return expression(Values({name: read_only(x) for name, x in letters.items()}))

    return formula


def read_only(x: Array) -> Array:
    """A view that cannot be written to: some NumPy functions take a place for their result."""
    if type(x) is np.ndarray:
        x = x.view()
        x.flags.writeable = False
    return x
