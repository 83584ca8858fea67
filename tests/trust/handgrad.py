"""What the judge is given and must refuse, or must take as it is: checks, claims, exact arithmetic, formulas."""
# ruff: noqa: E501  a row of a table is one line

import numpy as np

import handgrad
from handgrad import CheckError, check_equal, check_gradient, check_vjp
from handgrad.errors import DrawingError, FormulaError, JudgingError, SizeError, UnknownEquationError
from handgrad.exact import (
    ExactArray,
    ExactError,
    LevelsSpentError,
    NoExactMeaningError,
    NoSquareRootError,
    Tower,
    TowerError,
    VanishingDenominatorError,
    constant,
    identical,
    tower,
)
from handgrad.formula.expression import Expression, Typed
from handgrad.report.equations import claims_of
from handgrad.report.question import Question, asked, judge, judge_formula, typed
from handgrad.report.symbols import SIZES, Sizes, sizes_with
from handgrad.values import Values
from tests.trust.rows import Refused, Right, masked, read_only, strided

X = np.array([0.5, -1.25, 2.0])
SMALL = SIZES["small"]
(CLAIM,) = claims_of(["10"], "input")
FIELDS = tower(3, 0)
POINT = Values(a=X, W=np.ones((3, 2)), y=np.array([0.0, 1.0]), k=2)


def squares(x):
    return np.sum(x * x)


def slopes(x):
    return 2 * x


def checked(gradient=slopes, inputs=(X,), loss=squares, **options):
    return check_gradient(loss, gradient, list(inputs), **{"points": 1, **options})


def outcome(**given):
    return str(checked(**given).outcome)


def backward_checked(forward, backward=lambda bar, x: x):
    return check_vjp(forward, backward, [X], points=1)


def marked(x):
    return np.sum(handgrad.mark("z", x * 1) ** 2)


def judged(formula, **given):
    return judge_formula(CLAIM, formula, **given)


def exact(values=(1.0, 2.0)):
    return ExactArray.input(values, FIELDS)


def same(
    first=lambda at: at["x"], second=lambda at: at["x"], draw=lambda rng: {"x": rng.integers(1, 9, 2) / 4}, **options
):
    return identical(first, second, draw, **options)


def of(text):
    return Expression(text, list(POINT))(POINT)


class Silent:
    def forward(self, x):
        return x


def raises(*_):
    raise KeyError("mine\nin two lines")


CHECKS = [
    Refused("check_gradient", "neither inputs nor strategies", lambda: check_gradient(squares, slopes), CheckError, "got neither"),
    Refused("check_gradient", "no strategy", lambda: check_gradient(squares, slopes, given=[3]), CheckError, "wanted Hypothesis strategies, got int"),
    Refused("check_gradient", "nothing", lambda: checked(inputs=[None]), CheckError, "wanted an input of floats .*, got none among x"),
    Refused("check_gradient", "objects", lambda: checked(inputs=[np.array([1.0, None])]), CheckError, "wanted an input of floats"),
    Refused("check_gradient", "a matrix", lambda: checked(inputs=[np.ones((2, 2)).view(np.matrix)]), CheckError, "wanted plain arrays, got a matrix"),
    Refused("check_gradient", "overflow", lambda: checked(inputs=[1e300 * X]), CheckError, "wanted a finite value at the inputs, got NaN or an infinity"),
    Refused("check_gradient", "outside the domain", lambda: checked(loss=lambda x: np.sum(np.log(x))), CheckError, "wanted a finite value"),
    Refused("check_gradient", "a masked derivative", lambda: checked(lambda x: masked(2 * x)), CheckError, "a plain array as the derivative by x, got a MaskedArray"),
    Refused("check_gradient", "a masked loss", lambda: checked(loss=lambda x: np.ma.masked_array(np.sum(x), True)), CheckError, "wanted plain arrays, got a MaskedArray"),
    Refused("check_gradient", "a derivative of None", lambda: checked(lambda x: None), CheckError, "wanted real numbers as the derivative by x, got NoneType"),
    Refused("check_gradient", "a derivative in words", lambda: checked(lambda x: "2x"), CheckError, "wanted real numbers as the derivative by x, got <U2"),
    Refused("check_gradient", "a dictionary", lambda: checked(lambda x: {"x": x}), CheckError, "wanted real numbers .*, got dict"),
    Refused("check_gradient", "complex", lambda: checked(lambda x: 2j * x), CheckError, "wanted real numbers .*, got complex128"),
    Refused("check_gradient", "lists of two lengths", lambda: checked(lambda x: [[1], [1, 2]]), CheckError, "wanted a derivative at the inputs, got ValueError"),
    Refused("check_gradient", "a derivative without parameters", lambda: checked(lambda: 1), CheckError, "got TypeError: .*takes 0 positional"),
    Refused("check_gradient", "an endless recursion", lambda: checked(lambda x: (lambda f: f(f))(lambda f: f(f))), CheckError, "got RecursionError"),
    Refused("check_gradient", "an exception in two lines", lambda: checked(raises), CheckError, r"got KeyError: 'mine\\nin two lines'$"),
    Refused("check_gradient", "seed 1.0", lambda: checked(seed=1.0), CheckError, "seed: wanted an integer of at least 0, got 1.0"),
    Refused("check_gradient", "points True", lambda: checked(points=True), CheckError, "points: wanted an integer of at least 1, got True"),
    Refused("check_gradient", "exact None", lambda: checked(exact=None), CheckError, "exact: wanted .*, got None"),
    Refused("check_gradient", "exact an array", lambda: checked(exact=np.ones(2)), CheckError, "exact: wanted .*, got array"),
    Refused("check_gradient", "rtol in words", lambda: checked(rtol="1"), CheckError, "rtol: wanted a finite number of at least 0, got '1'"),
    Refused("check_gradient", "atol without end", lambda: checked(atol=np.inf), CheckError, "atol: wanted a finite number"),
    Refused("check_gradient", "dtype complex", lambda: checked(dtype=complex), CheckError, "dtype: wanted float32 or float64, got complex"),
    Refused("check_gradient", "an unknown kind", lambda: checked(kinds={"x": []}), CheckError, r"kinds: wanted one of .* for x, got \[\]"),
    Refused("check_gradient", "a kind of no input", lambda: checked(kinds={1: "real"}), CheckError, "kinds: wanted names among x, got 1"),
    Refused("check_gradient", "by nothing", lambda: checked(wrt=[]), CheckError, "wanted an input of floats to differentiate by, got none"),
    Refused("check_gradient", "by a set", lambda: checked(wrt={"x"}), CheckError, "wrt: wanted one of x or a position .*, got {'x'}"),
    Refused("check_gradient", "names of bytes", lambda: checked(names=[b"x"]), CheckError, r"1 different names .*, got \(b'x',\)"),
    Refused("check_gradient", "a name that moves the cursor", lambda: checked(names=["x\x1b[2J"]), CheckError, r"names that can be shown, got \('x\\x1b\[2J',\)"),
    Refused("check_gradient", "intermediates as a list", lambda: checked(intermediates=lambda x: [1]), CheckError, "a dictionary of cotangents by name, got list"),
    Refused("check_gradient", "no such intermediate", lambda: checked(loss=marked, intermediates=lambda x: {"q": x}), CheckError, "names among z, got 'q'"),
    Refused("check_vjp", "no function", lambda: backward_checked(3), CheckError, "wanted two functions, got int and function"),
    Refused("check_vjp", "nothing out", lambda: backward_checked(lambda x: ()), CheckError, "wanted at least one array, got an empty tuple"),
    Refused("check_vjp", "None out", lambda: backward_checked(lambda x: None), CheckError, "wanted real numbers, got NoneType"),
    Refused("check_vjp", "text out", lambda: backward_checked(lambda x: "x"), CheckError, "wanted real numbers, got str"),
    Refused("check_vjp", "masked out", lambda: backward_checked(masked), CheckError, "wanted plain arrays, got a MaskedArray"),
    Refused("check_vjp", "backward takes too little", lambda: backward_checked(lambda x: x, lambda bar: bar), CheckError, "wanted a derivative .*, got TypeError"),
    Refused("assert_gradient", "a loss of None", lambda: handgrad.assert_gradient(lambda x: None, slopes, [X]), CheckError, "wanted real numbers, got NoneType"),
    Refused("layer", "nothing", lambda: handgrad.layer(None), CheckError, "layer: wanted a class or a layer, got NoneType"),
    Refused("layer", "no backward", lambda: handgrad.layer(Silent)[0](X), CheckError, "an object with forward and backward, got Silent"),
    Refused("layer", "no forward", lambda: handgrad.layer(object)[0](X), CheckError, "an object with forward and backward, got object"),
    Refused("draw", "no tensor", lambda: handgrad.draw(3), DrawingError, "draw: wanted a Tensor, or a claim or a question about one, got int"),
    Refused("mark", "no name", lambda: handgrad.mark(None, X), CheckError, "mark: wanted a name as text, got None"),
    Refused("mark", "a list", lambda: handgrad.mark(["z"], X), CheckError, r"mark: wanted a name as text, got \['z'\]"),
    Refused("gradient_of", "no function", lambda: declared(handgrad.gradient_of, 3), CheckError, "wanted two functions, got int and function"),
    Refused("gradient_of", "inputs raise", lambda: declared(handgrad.gradient_of, squares, inputs=raises), CheckError, r"inputs\(\): wanted inputs, got KeyError"),
    Refused("gradient_of", "no such option", lambda: declared(handgrad.gradient_of, squares, nonsense=1), CheckError, "wanted options among .*, got nonsense"),
    Refused("vjp_of", "inputs in words", lambda: declared(handgrad.vjp_of, squares, inputs="x"), CheckError, "wanted a sequence of inputs, got str"),
    Refused("from_torch", "on nothing", lambda: foreign(handgrad.from_torch), CheckError, "wanted torch, which is missing"),
    Refused("from_jax", "on nothing", lambda: foreign(handgrad.from_jax), CheckError, "wanted JAX, which is missing"),
]  # fmt: skip


def declared(decorator, function, **options):
    declaration = decorator(function, **{"inputs": [X], **options})(lambda *a: X).__handgrad__[0]
    return declaration.check()


def foreign(of):
    """Without the library, whether this machine has it or not."""
    import sys
    from unittest import mock

    with mock.patch.dict(sys.modules, {"torch": None, "jax": None}):
        return of(squares)


CLAIMS = [
    Refused("claims_of", "no such equation", lambda: claims_of(["16"]), UnknownEquationError, r"wanted one of \(1\) to \(15\) .*, got '16'"),
    Refused("claims_of", "nothing", lambda: claims_of([""]), UnknownEquationError, "wanted one of .*, got ''"),
    Refused("claims_of", "no such part", lambda: claims_of(["10"], "\x1b[2J"), UnknownEquationError, r"part: wanted one of .*, got '\\x1b\[2J'"),
    Refused("judge", "no claim", lambda: judge("10", "right"), JudgingError, "wanted a claim, as claims_of gives them, got str"),
    Refused("judge", "no such form", lambda: judge(CLAIM, "wrong"), UnknownEquationError, r"form: wanted one of printed, right for \(10\) input, got 'wrong'"),
    Refused("judge", "seed -1", lambda: judge(CLAIM, "right", seed=-1), JudgingError, "seed: wanted an integer of at least 0, got -1"),
    Refused("judge", "seed in words", lambda: judge(CLAIM, "right", seed="7"), JudgingError, "seed: wanted an integer of at least 0, got '7'"),
    Refused("judge", "sizes in words", lambda: judge(CLAIM, "right", sizes="small"), JudgingError, "sizes: wanted Sizes, got str"),
    Refused("judge", "dtype int32", lambda: judge(CLAIM, "right", dtype=np.int32), JudgingError, "dtype: wanted float32 or float64, got int32"),
    Refused("judge", "dtype nonsense", lambda: judge(CLAIM, "right", dtype="nonsense"), JudgingError, "dtype: wanted .*, got nonsense"),
    Refused("judge_formula", "no function", lambda: judged(3), JudgingError, "wanted a formula as a function of the letters, got int"),
    Refused("judge_formula", "text", lambda: judged(lambda v: "a"), FormulaError, "wanted real numbers, got str"),
    Refused("judge_formula", "None", lambda: judged(lambda v: None), FormulaError, "wanted real numbers, got NoneType"),
    Refused("judge_formula", "complex", lambda: judged(lambda v: 1j * np.ones(4)), FormulaError, "wanted real numbers, got an array of complex128"),
    Refused("judge_formula", "masked", lambda: judged(lambda v: masked(np.ones(4))), FormulaError, "wanted real numbers, got MaskedArray"),
    Refused("judge_formula", "it raises", lambda: judged(raises), FormulaError, "wanted a value, got KeyError"),
    Refused("judge_formula", "no such letter", lambda: judged(lambda v: v.zeta), FormulaError, "wanted a value, got AttributeError: zeta"),
    Refused("asked", "no such form", lambda: asked(CLAIM, "x", 0, SMALL), UnknownEquationError, "form: wanted one of .*, got 'x'"),
    Refused("asked", "seed 0.5", lambda: asked(CLAIM, "right", 0.5, SMALL), JudgingError, "seed: wanted .*, got 0.5"),
    Refused("Question", "no function", lambda: Question(CLAIM, None, "yours", 0, SMALL), JudgingError, "wanted a formula .*, got NoneType"),
    Refused("typed", "nothing", lambda: typed(CLAIM, " "), FormulaError, "wanted an expression, got nothing"),
    Refused("check_equal", "wrt", lambda: check_equal(slopes, slopes, [X], wrt="x"), CheckError, "wrt: wanted none, since a map is not differentiated"),
    Refused("check_equal", "no inputs", lambda: check_equal(slopes, slopes, []), CheckError, "wanted at least one input, got none"),
    Refused("check_equal", "no such option", lambda: check_equal(slopes, slopes, [X], tol=1), CheckError, "wanted options among .*, got tol"),
    Refused("Sizes", "none", lambda: Sizes(N=0), SizeError, "size N: wanted an integer of at least 1, got 0"),
    Refused("Sizes", "True", lambda: Sizes(n=True), SizeError, "size n: wanted an integer of at least 1, got True"),
    Refused("sizes_with", "no such name", lambda: sizes_with("huge", None, None), SizeError, "size: wanted one of small, report, got 'huge'"),
    Refused("sizes_with", "a batch in words", lambda: sizes_with("small", "2", None), SizeError, "size N: wanted an integer .*, got '2'"),
]  # fmt: skip

EXACT = [
    Refused("tower", "no level", lambda: tower(0), TowerError, "wanted at least one level, got 0"),
    Refused("tower", "one level and a half", lambda: tower(1.5), TowerError, "wanted at least one level, got 1.5"),
    Refused("tower", "in words", lambda: tower("3"), TowerError, "wanted at least one level, got '3'"),
    Refused("Tower", "no prime", lambda: Tower((4,), ()), TowerError, r"wanted primes .*, got \(4,\) and \(\)"),
    Refused("Tower", "words", lambda: Tower(("a", "b"), (1,)), TowerError, r"wanted primes .*, got \('a', 'b'\)"),
    Refused("Tower", "none", lambda: Tower((), ()), TowerError, r"wanted primes .*, got \(\)"),
    Refused("ExactArray", "NaN", lambda: exact([np.nan]), ExactError, "wanted finite values, got NaN or an infinity"),
    Refused("ExactArray", "infinity", lambda: exact([np.inf]), ExactError, "wanted finite values, got NaN or an infinity"),
    Refused("ExactArray", "text", lambda: exact(["a"]), ExactError, "wanted numbers that a float64 holds, got an array of <U1"),
    Refused("ExactArray", "None", lambda: exact(None), ExactError, "wanted numbers that a float64 holds, got an array of object"),
    Refused("ExactArray", "complex", lambda: exact(np.array([1 + 2j])), ExactError, "got an array of complex128"),
    Refused("ExactArray", "lists of two lengths", lambda: exact([[1], [1, 2]]), ExactError, "wanted an array .*, got lists of different lengths"),
    Refused("ExactArray", "masked", lambda: exact(masked(X)), ExactError, "wanted numbers that a float64 holds, got MaskedArray"),
    Refused("ExactArray", "an integer that would be rounded", lambda: exact([2**53 + 1]), ExactError, "integers of at most 2.53, .*, got a larger one"),
    Refused("ExactArray", "a longer float", lambda: exact(X.astype(np.longdouble)), ExactError, "wanted numbers that a float64 holds"),
    Refused("ExactArray", "no tower", lambda: ExactArray.input([1.0], 3), ExactError, "wanted a tower of fields, got int"),
    Refused("ExactArray", "plus text", lambda: exact() + "a", NoExactMeaningError, "wanted integers, float64 or float32"),
    Refused("ExactArray", "plus a masked array", lambda: exact() + masked(X[:2]), NoExactMeaningError, "a masked array: wanted .*, got one without"),
    Refused("ExactArray", "plus 1j", lambda: exact() + 1j, NoExactMeaningError, "a constant of type complex128"),
    Refused("ExactArray", "by 0", lambda: exact() / 0, VanishingDenominatorError, "wanted denominators other than 0 modulo .*, got 0"),
    Refused("ExactArray", "of two towers", lambda: exact() + ExactArray.input([1.0, 2.0], tower(3, 1)), NoExactMeaningError, "these live in different towers"),
    Refused("ExactArray", "float()", lambda: float(exact()[0]), NoExactMeaningError, "float: wanted .*, got one without"),
    Refused("ExactArray", "asarray", lambda: np.asarray(exact()), NoExactMeaningError, "np.asarray: wanted .*, got one without"),
    Refused("ExactArray", "no meaning", lambda: np.sinc(exact()), NoExactMeaningError, "np.sinc: wanted .*, got one without"),
    Refused("ExactArray", "a write into a view", lambda: exact()[0:1].__setitem__(0, 1), ExactError, "wanted a write into an array, .*, got one into a view"),
    Refused("ExactArray", "a product with a number", lambda: exact()[0] @ exact(), ExactError, r"wanted arrays with axes, got shapes \(\) and \(2,\)"),
    Refused("ExactArray", "more levels than there are", lambda: np.exp(np.exp(np.exp(exact()))).deepest(), LevelsSpentError, "wanted a tower of 4 levels, .*, got 3"),
    Refused("ExactArray", "a root of what is no square", lambda: np.sqrt(-exact()).deepest(), NoSquareRootError, "wanted squares modulo .*, got a value that is none"),
    Refused("identical", "no function", lambda: same(first=3), ExactError, "wanted two functions and one that draws, got int"),
    Refused("identical", "two shapes", lambda: same(second=lambda at: at["x"][:1]), ExactError, r"results of one shape, got \(2,\) and \(1,\)"),
    Refused("identical", "no draw", lambda: same(draw=lambda rng: None), ExactError, "wanted inputs by name of a draw, got NoneType"),
    Refused("identical", "NaN drawn", lambda: same(draw=lambda rng: {"x": np.array([np.nan])}), ExactError, "wanted finite values"),
    Refused("identical", "no trial", lambda: same(trials=0), ExactError, "wanted trials of at least 1, got 0"),
    Refused("identical", "of no value", lambda: same(sampled=0), ExactError, "wanted sampled of at least 1, got 0"),
    Refused("identical", "text out", lambda: same(first=lambda at: "a"), NoExactMeaningError, "a constant of type <U1"),
    Refused("identical", "never a value", lambda: same(first=lambda at: 1 / (at["x"] - at["x"])), VanishingDenominatorError, "got 0"),
    Refused("identical", "exponentials without end", lambda: same(first=deep), LevelsSpentError, "wanted a tower of .* levels"),
    Refused("constant", "NaN", lambda: constant(np.nan), ExactError, "constant: wanted a finite number, got nan"),
    Refused("constant", "text", lambda: constant("0.1"), ExactError, "constant: wanted a finite number, got '0.1'"),
]  # fmt: skip


def deep(at):
    x = at["x"]
    for _ in range(60):
        x = np.exp(x)
    return x


FORMULAS = [
    Refused("Expression", "another letter by its look", lambda: of("\u0430 * 2"), FormulaError, "one of the letters a, W, y, k or np.<function>, got '\u0430'"),
    Refused("Expression", "a typo", lambda: of("np.sume(a)"), FormulaError, r"got 'sume'; did you mean sum\?"),
    Refused("Expression", "an outside name", lambda: of("os.getcwd()"), FormulaError, "wanted one of the letters .*, got 'getcwd'|got 'os'"),
    Refused("Expression", "a line too many", lambda: of("a\na"), FormulaError, "wanted one expression, got 'a.na'"),
    Refused("Expression", "a zero byte", lambda: of("a\x00"), FormulaError, r"wanted one expression, got 'a\\x00'"),
    Refused("Expression", "an integer beyond floats", lambda: of("9" * 400), FormulaError, "can't be computed: int too large"),
    Refused("Expression", "a number times a matrix", lambda: of("a @ a @ W"), FormulaError, "can't be computed: matmul"),
    Refused("Expression", "a choice left unwritten", lambda: of("np.add(a, a, where=a > 1)"), FormulaError, "wanted np.where for a choice, got where="),
    Refused("Expression", "memory as it was", lambda: of("np.pad(a, 1, 'empty')"), FormulaError, "wanted another argument of np.pad than 'empty'"),
    Refused("Expression", "a function as an argument", lambda: of("np.pad(a, 1, np.exp)"), FormulaError, "wanted another argument of np.pad than np.exp"),
    Refused("Typed", "nothing", lambda: Typed(" ", ["a"]), FormulaError, "wanted an expression, got nothing"),
    Refused("Typed", "no letters", lambda: Typed("a", []), FormulaError, "got 'a'"),
]  # fmt: skip

REFUSED = [*CHECKS, *CLAIMS, *EXACT, *FORMULAS]

RIGHT = [
    Right("judge_formula", "another shape", lambda: judged(lambda v: np.ones(9)).reason, "the derivative by a has shape (9,), wanted (4,)"),
    Right("check_gradient", "a list", lambda: outcome(inputs=[[1.0, 2.0]]), "agrees"),
    Right("check_gradient", "a number", lambda: str(check_gradient(lambda x: x * x, slopes, 3.0, points=1).outcome), "agrees"),
    Right("check_gradient", "with gaps", lambda: outcome(inputs=[strided(X)]), "agrees"),
    Right("check_gradient", "with gaps and wrong", lambda: outcome(gradient=lambda x: 3 * x, inputs=[strided(X)]), "disagrees"),
    Right("check_gradient", "read-only", lambda: outcome(inputs=[read_only(X)]), "agrees"),
    Right("check_gradient", "big-endian", lambda: outcome(inputs=[X.astype(">f8")]), "agrees"),
    Right("check_gradient", "half precision", lambda: outcome(inputs=[X.astype(np.float16)], exact=False), "agrees"),
    Right("check_gradient", "half precision and wrong", lambda: outcome(gradient=lambda x: 3 * x, inputs=[X.astype(np.float16)], exact=False), "disagrees"),
    Right("check_gradient", "tiny", lambda: outcome(inputs=[1e-200 * X]), "agrees"),
    Right("check_gradient", "a derivative of NaN", lambda: outcome(gradient=lambda x: x * np.nan), "disagrees"),
    Right("check_gradient", "a derivative without end", lambda: outcome(gradient=lambda x: x * np.inf), "disagrees"),
    Right("check_gradient", "booleans for a derivative", lambda: outcome(gradient=lambda x: x > 0), "disagrees"),
    Right("check_gradient", "a list for a derivative", lambda: outcome(gradient=lambda x: list(2 * x)), "agrees"),
    Right("check_gradient", "a short derivative", lambda: outcome(gradient=lambda x: 2 * x[:2]), "disagrees"),
    Right("check_gradient", "a seed beyond 64 bits", lambda: outcome(seed=10**40), "agrees"),
    Right("check_vjp", "integers out", lambda: str(backward_checked(lambda x: np.array([1, 2]), lambda bar, x: 0 * x).outcome), "agrees"),
    Right("check_gradient", "cotangents in lists of two lengths", lambda: checked(loss=marked, intermediates=lambda x: {"z": [[1], [1, 2]]}).intermediates[0].note, "is no array by hand"),
    Right("claims_of", "a number", lambda: [claim.title for claim in claims_of([10])], ["(10) input, first line", "(10) input"]),
    Right("claims_of", "one equation in words", lambda: claims_of("10") == claims_of(["10"]), True),
    Right("judge", "a seed beyond 64 bits", lambda: str(judge(CLAIM, "right", seed=10**30).outcome), "agrees on a condition"),
    Right("judge_formula", "a list", lambda: str(judged(lambda v: [1.0, 2.0, 3.0, 4.0]).outcome), "disagrees"),
    Right("judge_formula", "NaN", lambda: str(judged(lambda v: np.full(4, np.nan)).outcome), "disagrees"),
    Right("ExactArray", "with gaps", lambda: exact(strided(X)).deepest()[0].tolist() == exact(X).deepest()[0].tolist(), True),
    Right("ExactArray", "empty", lambda: exact([]).shape, (0,)),
    Right("ExactArray", "integers up to 2^53", lambda: exact([2**53]).shadow, [2.0**53]),
    Right("identical", "the same", lambda: same().same, True),
    Right("Expression", "full width letters are letters", lambda: of("\uff41 * 2"), 2 * X),
    Right("Expression", "a large integer", lambda: of("10 ** 20 * a"), 1e20 * X),
]  # fmt: skip
