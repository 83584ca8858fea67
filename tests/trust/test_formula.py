"""A reader's formula reaches the letters and a list of NumPy functions: nothing else, for no longer than a while.

A watch is set on Python itself: its audit events tell of every file that is opened, every module that is imported and
all code that is compiled or run, whoever does it. The first tables of attempts are in
`tests/formula/test_expression.py`.
"""

import ast
import builtins
import contextlib
import io
import sys
import time
import tokenize

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handgrad.commands.cli import main
from handgrad.errors import FormulaError
from handgrad.formula.expression import FUNCTIONS, METHODS, Expression, Typed
from handgrad.values import Values

LETTERS = {"a": np.array([1.0, 2.0, 3.0]), "W": np.arange(6.0).reshape(3, 2), "y": np.array([0.0, 1.0]), "k": 2}

events: list[str] | None = None  # what has happened while somebody watches


def seen(event, arguments):
    if events is not None:
        events.append(f"{event} {arguments!r:.80}")


sys.addaudithook(seen)  # for good: there is no way to take it away


@contextlib.contextmanager
def watched():
    global events
    events = []
    try:
        yield events
    finally:
        events = None


def value(text):
    """The value of a formula, with nothing happening beside it."""
    letters = {name: np.array(x) for name, x in LETTERS.items()}
    formula = Typed(text, list(letters))  # parsing is an event of its own
    with watched() as happened, np.errstate(all="ignore"):
        try:
            return formula(Values(letters))
        finally:
            found = list(happened)
            assert not found, found
            for name, x in LETTERS.items():
                assert np.array_equal(letters[name], x), f"{text} changes {name}"


def value_or_none(text):
    """None where a formula is refused; any other exception is a failure."""
    with contextlib.suppress(FormulaError):
        return value(text)


def test_the_watch_sees_what_happens(tmp_path):
    with watched() as happened:
        open(tmp_path / "x", "w").close()
        eval("1")
    assert [event.split()[0] for event in happened] == ["open", "compile", "exec"]


# Attempts

BREAKOUTS = r"""
a.__class__.__base__.__subclasses__()
a.T.__array_interface__
a.__reduce__()
a.__init_subclass__
W.__array_finalize__
k.__class__
(1).__class__
(1.5).fromhex("0x1")
"".__class__
"".join
"{0.__class__}".format(a)
"%s" % a
f"{a.__class__}"
f"{__import__('os').getcwd()!r}"
np.load("m.npy", allow_pickle=True)
np.fromfile("/etc/passwd")
np.fromstring("1", sep=",")
np.frombuffer(b"1")
np.loadtxt("/etc/passwd")
np.genfromtxt("/etc/passwd")
np.fromregex("/etc/passwd", ".", float)
np.memmap("/etc/passwd")
np.save("x", a)
np.savetxt("x", a)
np.savez("x", a)
np.lib.npyio.DataSource("/etc/passwd")
np.lib.format.open_memmap("x")
np.lib.stride_tricks.as_strided(a, (9999,), (8,))
np.testing.rundocs("/etc/passwd")
np.testing.suppress_warnings()
np.ctypeslib.load_library("libc", "/")
np.f2py.get_include()
np.ndarray.tofile(a, "x")
np.ndarray((3,), float, a)
np.ndarray.__new__
np.void(9)
np.object_(a)
np.frompyfunc(a, 1, 1)
np.vectorize(a)
np.apply_along_axis(np.sum, 0, a)
np.fromfunction(np.add, (3, 3))
np.piecewise(a, [a > 1], [np.sum])
np.pad(a, 1, np.sum)
np.set_printoptions(formatter={"all": np.sum})
np.seterrcall(np.sum)
np.errstate(all="raise")
np.info(a)
np.source(a)
np.show_config()
np.get_include()
np.test()
np.random.seed(0)
np.linalg.svd(W)
np.linalg.inv.__globals__
np.exp.__reduce__()
np.exp.at(a, 0)
np.add.reduce(a)
np.sum.__wrapped__
np.sum.__module__
np.pi.__class__
np.sin.__doc__
np.core.multiarray
np._core
np.__init__
np.__spec__.loader
np.sys.modules
np.os.system("true")
np.builtins.open("x")
a.tofile("x")
a.dump("x")
a.dumps()
a.tobytes()
a.tolist()
a.ctypes.data
a.data.obj
a.base
a.setflags(write=True)
a.flags.writeable
a.resize(9)
a.fill(9)
a.sort()
a.put(0, 9)
a.itemset(0, 9)
a.view("i8")
a.astype(object)
a.getfield("f8")
a.byteswap(True)
a.newbyteorder()
(lambda: a)()
(lambda x=a: x)()
[x for x in a]
{x: x for x in a}
(x for x in a)
[a for a in [a] if a.__class__]
(b := a)
(a := 1)
a if a.any() else a
a and __import__("os")
not a
a or a
a[b := 0]
a[lambda: 0]
*a
**a
{**a}
{a}
{"a": a}
print(a)
open("/etc/passwd")
exec("a = 1")
eval("a")
compile("a", "", "eval")
__import__("os")
__builtins__
__name__
__loader__
globals()
locals()
vars()
dir()
getattr(a, "base")
setattr(np, "exp", a)
type(a)
object()
help()
input()
breakpoint()
exit()
quit()
memoryview(a)
super()
True.__class__
None.__class__
Ellipsis
NotImplemented
a; import os
import os
from os import system
a = 1
a += 1
del a
assert a
raise a
return a
yield a
await a
async def f(): pass
def f(): pass
class f: pass
with a: pass
for x in a: pass
while a: pass
try: a
global a
@a
a: int
match a
np
np.exp
a.sum
np.exp if a else a
print
ａ.__class__
a.__ｃlass__
np.ｌoad("x")
np.𝘭oad("x")
а
a․T
a\u002eT
a\
a.T.T.__class__
a[()].__class__
a[np.__builtins__]
a.sum(__class__=1)
np.sum(a, **{"axis": 0})
np.sum(*[a])
np.exp(a)(a)
np.exp.__call__(a)
a.sum()()
(np.exp)(a).__class__
(np).exp(a).__class__
(np.exp, np.log)[0](a)
[np.exp][0](a)
(np if a else np).load
np.newaxis.__class__
np.einsum.__globals__
np.einsum("i->i", a).__class__
np.zeros(3, dtype="O")
np.zeros(3, "U1000000000")
np.zeros(3, dtype=np.zeros)
np.ones(3, like=np)
np.sum(a, dtype="O")
np.sum(a, dtype=np.sum)
np.take(a, 0, mode=np.exp)
np.reshape(a, (3,), order=np)
""".strip().splitlines()


@pytest.mark.parametrize("text", BREAKOUTS, ids=ascii)
def test_nothing_else_can_be_reached(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FormulaError, match=r"wanted|can't be computed") as caught:
        value(text)
    assert str(caught.value).isprintable() or not text.isprintable()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["ａ + 0", "np.ｅxp(0 * a) + a - 1"])
def test_letters_of_another_width_are_the_same_letters_as_they_are_to_python(text):
    assert np.array_equal(value(text), LETTERS["a"])


def test_the_tables_hold_functions_of_numbers_alone():
    """Whatever reads, writes, calls back or makes arrays of what was there before is in neither table."""
    outside = """
        load save savez savez_compressed savetxt loadtxt genfromtxt fromfile fromregex fromstring frombuffer memmap
        tofile dump dumps tobytes tolist tostring frompyfunc vectorize apply_along_axis apply_over_axes
        fromfunction fromiter
        piecewise select lib testing ctypeslib f2py random test info source ndarray empty empty_like resize setflags
        flags base data ctypes view astype put fill sort itemset partition byteswap getfield setfield item choose
        copyto place
        putmask put_along_axis fill_diagonal nditer seterr seterrcall errstate set_printoptions array asarray
    """.split()
    assert not (FUNCTIONS | METHODS) & set(outside)
    assert not [name for name in FUNCTIONS | METHODS if name.startswith("_")]
    assert all(hasattr(np, name) for name in FUNCTIONS)
    assert all(hasattr(np.ndarray, name) for name in METHODS)


def test_the_prompt_lets_nobody_out_either(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = [text for text in BREAKOUTS if text not in ("quit()", "exit()")]
    result = CliRunner().invoke(main, ["compare", "12", "-i"], input="\n".join(lines), catch_exceptions=False)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert result.stderr.count("formula: ") >= len(lines)
    assert "fault of handgrad" not in result.stderr
    assert not list(tmp_path.iterdir())


# Everything that can be written

NAMES = [*LETTERS, *LETTERS, "np", "np", "os", "x", "open", "eval", "__builtins__", "ａ"]
ATTRIBUTES = sorted({*dir(np.ndarray), *dir(np), *dir(np.exp), *dir(str), *dir(tuple)})
LIKELY = sorted(FUNCTIONS | METHODS)
CONSTANTS = ["0", "1", "-1", "2.5", "1e400", "9" * 30, "1j", "None", "...", "True", "'i->i'", "b'x'", "f'{a}'", "''"]
OPTIONS = ["axis", "out", "where", "dtype", "keepdims", "initial"]
OPERATORS = "+ - * / // % ** @ < <= == != > >= >> | & ^ and or is in".split()


def sound(inner):
    """What a formula may be made of, whether it has a value or not."""
    arguments = st.lists(inner, max_size=3).map(", ".join)
    return st.one_of(
        st.tuples(inner, st.sampled_from(OPERATORS[:14]), inner).map(lambda x: f"({x[0]}) {x[1]} ({x[2]})"),
        st.tuples(st.sampled_from("-+"), inner).map(lambda x: f"{x[0]}({x[1]})"),
        st.tuples(st.sampled_from(LIKELY), arguments).map(lambda x: f"np.{x[0]}({x[1]})"),
        st.tuples(inner, st.sampled_from(sorted(METHODS))).map(lambda x: f"({x[0]}).{x[1]}"),
        st.tuples(inner, st.sampled_from(sorted(METHODS)), arguments).map(lambda x: f"({x[0]}).{x[1]}({x[2]})"),
        st.tuples(inner, st.sampled_from(OPTIONS), inner).map(lambda x: f"np.sum({x[0]}, {x[1]}={x[2]})"),
        st.tuples(inner, inner).map(lambda x: f"({x[0]})[{x[1]}]"),
        st.tuples(inner, inner, inner).map(lambda x: f"({x[0]})[{x[1]}:{x[2]}]"),
        arguments.map(lambda x: f"[{x}]"),
        arguments.map(lambda x: f"({x},)"),
    )


def wild(inner):
    """The same, with what Python has beside it."""
    arguments = st.lists(inner, max_size=3).map(", ".join)
    attribute = st.sampled_from(ATTRIBUTES)
    return sound(inner) | st.one_of(
        st.tuples(inner, st.sampled_from(OPERATORS), inner).map(lambda x: f"({x[0]}) {x[1]} ({x[2]})"),
        st.tuples(st.sampled_from(["~", "not ", "*", "await "]), inner).map(lambda x: f"{x[0]}({x[1]})"),
        st.tuples(attribute, arguments).map(lambda x: f"np.{x[0]}({x[1]})"),
        st.tuples(inner, attribute).map(lambda x: f"({x[0]}).{x[1]}"),
        st.tuples(inner, attribute, arguments).map(lambda x: f"({x[0]}).{x[1]}({x[2]})"),
        st.tuples(inner, arguments).map(lambda x: f"({x[0]})({x[1]})"),
        inner.map(lambda x: f"(lambda: {x})()"),
        inner.map(lambda x: f"[x for x in {x}]"),
        inner.map(lambda x: f"f'{{{x}}}'"),
        st.tuples(inner, inner).map(lambda x: f"({x[0]}) if ({x[1]}) else a"),
    )


sound_formulas = st.recursive(st.sampled_from([*LETTERS, *LETTERS, "1", "-2", "0.5", "None", "'ij->i'"]), sound)
wild_formulas = st.recursive(st.sampled_from([*NAMES, *CONSTANTS]), wild)
# A formula takes some 0.1 ms: many are tried in every run.
searched = settings(max_examples=8 * settings.default.max_examples)


def names_in(text):
    """Every name in a text that is no keyword of a call, as Python reads it."""
    tokens = [t for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type != tokenize.NEWLINE]
    return {
        __import__("unicodedata").normalize("NFKC", one.string)
        for one, following in zip(tokens, [*tokens[1:], tokens[-1]], strict=True)
        if one.type == tokenize.NAME and following.string != "="
    }


@searched
@given(sound_formulas | wild_formulas)
@example("np.where(a > 1, a, 0)")
@example("(a).sum()")
@pytest.mark.filterwarnings("ignore")
def test_a_formula_has_a_value_in_real_numbers_or_is_refused(text):
    result = value_or_none(text)
    if result is None:
        return
    assert np.asarray(result).dtype.kind in "fiub"
    assert names_in(text) <= {*LETTERS, "np", "None", "True", "False", *FUNCTIONS, *METHODS, "is", "in"}


@searched
@given(st.text(st.sampled_from("aWyk np.()[]{}'\"\\,:=+-*/@<>!~^|&%0123456789_eEjJ\n\t#;λ\u202e\x00"), max_size=60))
def test_any_text_has_a_value_or_is_refused(text):
    result = value_or_none(text)
    assert result is None or np.asarray(result).dtype.kind in "fiub"


def test_the_grammar_reaches_far():
    """The searches above would hold of a program that refuses everything: most kinds of node are accepted somewhere."""
    accepted = set()

    @searched
    @given(wild_formulas | sound_formulas)
    def collect(text):
        with contextlib.suppress(FormulaError):
            Expression(text, list(LETTERS))
            accepted.update(type(node) for node in ast.walk(ast.parse(text.strip(), mode="eval")))

    collect()
    assert {
        ast.BinOp,
        ast.UnaryOp,
        ast.Compare,
        ast.Subscript,
        ast.Call,
        ast.Attribute,
        ast.List,
        ast.Tuple,
    } <= accepted
    assert not accepted & {ast.Lambda, ast.ListComp, ast.JoinedStr, ast.IfExp, ast.BoolOp, ast.Starred, ast.NamedExpr}


def test_no_builtin_is_a_name():
    for name in dir(builtins):
        with pytest.raises(FormulaError, match=r"^formula: wanted "):
            Expression(f"{name}(a)", list(LETTERS))


# How long it may take

LONG = [
    "np.ones((3000, 3000)) @ np.ones((3000, 3000))",
    "np.matmul(np.ones((3000, 3000)), np.ones((3000, 3000)))",
    "np.dot(np.ones((3000, 3000)), np.ones((3000, 3000)))",
    "np.ones((3000, 3000)).dot(np.ones((3000, 3000)))",
    "np.inner(np.ones((3000, 3000)), np.ones((3000, 3000)))",
    "np.tensordot(np.ones((3000, 3000)), np.ones((3000, 3000)), 1)",
    "np.tensordot(np.ones((3000, 3000)), np.ones((3000, 3000)), axes=([1], [0]))",
    "np.einsum('ij,jk->ik', np.ones((3000, 3000)), np.ones((3000, 3000)))",
    "np.einsum('ij,jk->', np.ones((3000, 3000)), np.ones((3000, 3000)))",
    "np.einsum('i,j,k,l,m->', np.ones(99), np.ones(99), np.ones(99), np.ones(99), np.ones(99))",
    "np.einsum('...i,...j,...k->...', np.ones((2, 999)), np.ones((2, 999)), np.ones((2, 999)))",
    "np.split(np.zeros(0), 9000000)",
    " + ".join(["np.sum(np.ones((900, 900)) @ np.ones((900, 900)))"] * 20),
    "9 ** 9 ** 9 ** 9",
    "(9 ** 9) ** (9 ** 9) * a",
    "9 ** 99999 * a",
    "a ** -1e308 @ a ** 9 ** 9 ** 9",
]


@pytest.mark.parametrize("text", LONG, ids=lambda text: text[:50])
def test_what_would_take_long_is_refused_before(text):
    start = time.process_time()
    with pytest.raises(FormulaError, match=r"at most \d+ (multiplications|entries)|can't be computed"):
        value(text)
    assert time.process_time() - start < 5  # each of them would take longer, most of them minutes or hours


def test_the_products_of_the_report_at_its_largest_fit():
    """64 images of 28 x 28, 64 filters of 5 x 5: the weights' gradient of (15) and the layers on the way."""
    U, d, W, a = "np.ones((64, 576, 25))", "np.ones((64, 576, 64))", "np.ones((9216, 10))", "np.ones((64, 9216))"
    assert value(f"np.einsum('nmt,nmf->tf', {U}, {d})").shape == (25, 64)
    assert value(f"{U} @ np.ones((25, 64))").shape == (64, 576, 64)
    assert value(f"({a} @ {W}) @ {W}.T").shape == (64, 9216)


@pytest.mark.parametrize("depth", [6, 60, 150])
def test_exponentials_in_each_other_end(depth):
    start = time.process_time()
    formula = "np.exp(" * depth + "0 * a" + ")" * depth
    result = CliRunner().invoke(main, ["compare", "10", "--part", "input", "--try", formula], catch_exceptions=False)
    assert (result.exit_code, result.stderr) == (1, "")
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    "text", ["(" * 150 + "a" + ")" * 150, "-" * 500 + "a", "a" + ".T" * 900, "a" + "[:]" * 600, "a" + " + a" * 450]
)
def test_deep_nesting_is_computed_or_refused(text):
    with contextlib.suppress(FormulaError):
        assert np.shape(value(text)) == (3,)
