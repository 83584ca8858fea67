"""A reader's formula: what may be written, what is refused, and that nothing else can be reached."""

import numpy as np
import pytest

from handgrad.errors import FormulaError
from handgrad.formula.expression import Expression, Typed
from handgrad.values import Values

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
        Typed(text, list(VALUES))(Values(letters))
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a[0], 2, a[2]]", [1.0, 2.0, 3.0]),
        ("(y, y + 1)", [[0.0, 1.0], [1.0, 2.0]]),
        ("np.max([y, 1 - y], axis=0)", [1.0, 1.0]),
        ("np.sum([[y[0], y[1]], [y[1], 5]], axis=1)", [1.0, 6.0]),
        ("[y, y][0]", [0.0, 1.0]),
        ("np.stack([[y[1], 2], y])", [[1.0, 2.0], [0.0, 1.0]]),
    ],
)
def test_a_list_of_arrays_is_an_array_on_every_kind_of_value(text, expected):
    from handgrad.checking.oracles.rounding import Shaken
    from handgrad.exact import ExactArray
    from handgrad.exact.tower import tower

    fields, rng = tower(2, 0), np.random.default_rng(0)
    kinds = {
        "plain": lambda x: x,
        "exact": lambda x: ExactArray.input(x, fields),
        "shaken": lambda x: Shaken(x, rng),
    }
    for kind, of in kinds.items():
        letters = Values({name: of(x) if isinstance(x, np.ndarray) else x for name, x in VALUES.items()})
        result = Expression(text, list(VALUES))(letters)
        bare = getattr(result, "shadow", getattr(result, "value", result))
        assert np.allclose(bare, expected, rtol=1e-14), kind


@pytest.mark.parametrize("text", ["None", "'x'", "...", "np.exp", "a.sum", "[None]", "[a, [a]]", "[a, y]"])
def test_a_formula_without_a_value_in_numbers(text):
    with pytest.raises(FormulaError, match=r"^formula: "):
        value(text)


TOO_LARGE = """
np.outer(np.ones(9999), np.ones(9999))
np.kron(np.ones((999, 99)), np.ones((999, 99)))
np.einsum('i,j->ij', np.ones(9999), np.ones(9999))
np.einsum('i,j', np.ones(9999), np.ones(9999))
np.einsum('a,b,ac,bc->', np.ones(9999), np.ones(9999), np.ones((9999, 1)), np.ones((9999, 1)))
np.einsum('...i,j->...ij', np.ones((99, 999)), np.ones(999))
np.ones((9999, 1)) * np.ones(9999)
np.ones((9999, 1)) < np.ones(9999)
np.ones((9999, 1)) @ np.ones((1, 9999))
np.matmul(np.ones((9999, 1)), np.ones((1, 9999)))
np.dot(np.ones((9999, 1)), np.ones((1, 9999)))
np.ones((9999, 1)).dot(np.ones((1, 9999)))
np.inner(np.ones((9999, 1)), np.ones((9999, 1)))
np.tensordot(np.ones(9999), np.ones(9999), 0)
np.tensordot(np.ones((9999, 1)), np.ones((9999, 1)), axes=([1], [1]))
np.maximum(np.ones((9999, 1)), np.ones(9999))
np.where(np.ones((9999, 1)) > 0, np.ones(9999), 0)
np.clip(np.ones((9999, 1)), np.ones(9999), 2)
np.var(np.ones((9999, 1)), mean=np.ones(9999))
np.add(np.ones((999999, 1)), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
np.tril(np.ones(9999))
np.triu(np.ones(9999))
np.diag(np.ones(9999))
np.diag(y, 99999)
np.eye(9999)
np.eye(99, 999999)
np.zeros((9999, 9999))
np.ones(shape=(9999, 9999))
np.zeros_like(a, shape=(9999, 9999))
np.ones_like(a, shape=99999999)
np.arange(99999999)
np.arange(0, 1, 1 / 99999999)
np.broadcast_to(a, (99999999, 3))
np.tile(a, 9999999)
np.tile(a, (9999, 9999))
np.repeat(a, 9999999)
np.repeat(a, [9999999, 1, 1])
a.repeat(9999999)
np.pad(a, 9999999)
np.pad(W, ((0, 9999), (0, 9999)))
np.take(a, np.argmax(W[0]) * np.ones((9999, 9999)))
np.take(np.ones((2, 9999)), np.argmin(np.ones((9999, 1)), axis=1), axis=0)
np.ones((2, 9999))[np.argmin(np.ones((9999, 2)), axis=1)]
np.ones((9999, 2))[..., np.argmin(np.ones((9999, 2)), axis=1)]
np.concatenate([np.ones(6000000), np.ones(6000000)])
np.stack([np.ones(6000000), np.ones(6000000)])
np.split(np.zeros(0), 10 ** 9)
np.zeros(10 ** 9 // 1)
a * 9 ** 9 ** 9
""".strip().splitlines()


@pytest.mark.parametrize("text", TOO_LARGE)
def test_what_would_fill_the_memory_is_refused_before(text):
    import tracemalloc

    tracemalloc.start()
    try:
        with pytest.raises(FormulaError, match=r"at most 10000000 entries|can't be computed"):
            value(text)
        assert tracemalloc.get_traced_memory()[1] < 300e6
    finally:
        tracemalloc.stop()


def test_much_on_the_way_is_refused_too():
    with pytest.raises(FormulaError, match="at most 50000000 entries on the way"):
        value(" + ".join(["np.sum(np.ones(5000000))"] * 20))


@pytest.mark.parametrize("text", ["np.zeros(3, 'S99999999')", "np.zeros(3, [('a', 'S9')])", "np.zeros(3, dtype='U9')"])
def test_types_are_no_part_of_a_formula(text):
    with pytest.raises(FormulaError, match=r"wanted numbers and arrays in np\.zeros"):
        value(text)


def test_what_is_large_and_allowed():
    assert value("np.einsum('ni,ij->nj', np.ones((64, 784)), np.ones((784, 100)))").shape == (64, 100)
    assert value("np.ones((64, 784)) @ np.ones((784, 100))").shape == (64, 100)
    assert value("np.tensordot(np.ones((64, 784)), np.ones((784, 100)), 1)").shape == (64, 100)
    assert value("np.pad(a, 1, 'edge')").tolist() == [1, 1, 2, 3, 3]
