"""A reader's formula: what may be written, what is refused, and that nothing else can be reached."""

import numpy as np
import pytest

from handgrad.errors import FormulaError
from handgrad.expression import Expression, formula_of
from handgrad.letters import Values

VALUES = Values(a=np.array([1.0, 2.0, 3.0]), W=np.arange(6.0).reshape(3, 2), y=np.array([0.0, 1.0]), k=2)


def value(text):
    return Expression(text, list(VALUES))(VALUES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", [1.0, 2.0, 3.0]),
        ("2 * a + 1", [3.0, 5.0, 7.0]),
        ("-a ** 2", [-1.0, -4.0, -9.0]),
        ("a @ W", [16.0, 22.0]),
        ("W[:, 0]", [0.0, 2.0, 4.0]),
        ("W[-1]", [4.0, 5.0]),
        ("W.T[0]", [0.0, 2.0, 4.0]),
        ("a[None, ...]", [[1.0, 2.0, 3.0]]),
        ("np.outer(a, y)", [[0.0, 1.0], [0.0, 2.0], [0.0, 3.0]]),
        ("np.sum(W, axis=1, keepdims=True)", [[1.0], [5.0], [9.0]]),
        ("W.sum(axis=0)", [6.0, 9.0]),
        ("np.einsum('ij,i->j', W, a)", [16.0, 22.0]),
        ("np.where(a > 1, a, 0)", [0.0, 2.0, 3.0]),
        ("np.reshape(W, (2, 3))[0]", [0.0, 1.0, 2.0]),
        ("np.concatenate([a, y])", [1.0, 2.0, 3.0, 0.0, 1.0]),
        ("a / a.shape[0]", [1 / 3, 2 / 3, 1.0]),
        ("a[:k]", [1.0, 2.0]),
        ("a % 2 + a // 2", [1.0, 1.0, 2.0]),
        ("np.exp(0 * a)", [1.0, 1.0, 1.0]),
        ("2 ** 3 * y", [0.0, 8.0]),
    ],
)
def test_formulas(text, expected):
    assert np.array_equal(value(text), expected)


BREAKOUTS = """
__import__("os")
().__class__
a.__class__
a.__array_interface__
a.tofile("x")
a.dump("x")
a.data
a.base
a.ctypes
np.load("x")
np.save("x", a)
np.fromfile("x")
np.lib
np.f2py
np.testing
np.memmap("x")
np.loadtxt("x")
np.genfromtxt("x")
np.frompyfunc
np.vectorize
np.__builtins__
np.random.rand(3)
open("x")
eval("1")
exec("1")
getattr(a, "base")
globals()
(lambda: 1)()
[x for x in a]
{x for x in a}
{1: 2}
f"{a}"
a if a else a
a and a
not a
a < a < a
(b := a)
*a,
a; a
a = 1
import os
yield a
await a
print(a)
a.sum.__self__
np.sum.__globals__
np
b"x"
1j * a
np.exp(*a)
a.T.__doc__
W[()].__class__
"abc".format(a)
"{0.__class__}".format(a)
""".strip().splitlines()


@pytest.mark.parametrize("text", BREAKOUTS)
def test_nothing_else_can_be_reached(text):
    with pytest.raises(FormulaError, match=r"wanted|can't be computed"):
        value(text)


@pytest.mark.parametrize(
    "text", ["np.exp(a, a)", "np.add(a, a, a)", "np.exp(a, out=a)", "np.sum(W, 0, None, y)", "np.clip(a, 0, 1, a)"]
)
def test_letters_cannot_be_written_to(text):
    letters = {name: np.array(x) for name, x in VALUES.items()}
    with pytest.raises(FormulaError):
        formula_of(text, list(VALUES), lambda values: values)(Values(letters))
    assert all(np.array_equal(letters[name], VALUES[name]) for name in letters)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "got nothing"),
        ("   ", "got nothing"),
        ("a +", "wanted one expression, got 'a \\+'"),
        ("Wa", "wanted one of the letters a, W, y, k .*got 'Wa'"),
        ("np.sumn(a)", "did you mean sum"),
        ("exp(a)", "did you mean np.exp"),
        ("a @ a @ W @ a", "can't be computed"),
        ("W[:, 7]", "can't be computed: .*out of bounds"),
        ("a + y", "can't be computed: .*broadcast"),
        ("9**9**9", "can't be computed"),
        ("999999 ** 999999 * a", "can't be computed"),
        ("np.ones((100000, 100000))", "at most 10000000 entries"),
        ("np.repeat(a, 10 ** 9)", "wanted|can't be computed"),
        ("np.outer(np.ones(9999999), np.ones(9999999))", "wanted|can't be computed"),
        ("'x' * 10", "wanted a number or an array, got 'x'"),
        ("[1] * 10", "wanted a number or an array, got"),
        ("a" + "+a" * 2000, "wanted at most 2000 characters"),
        ("(" * 900 + "a" + ")" * 900, "wanted one expression"),
        ("-" * 1900 + "a", "wanted"),
        ("a >> 1", "wanted \\+"),
        ("~a", "wanted \\+"),
    ],
)
def test_mistakes_are_told(text, words):
    with pytest.raises(FormulaError, match=words):
        value(text)
