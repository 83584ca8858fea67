"""The report's formulas: right forms are the same as the automatic ones, wrong prints and planted faults differ."""

import ast
import inspect
import textwrap
from dataclasses import replace

import numpy as np
import pytest

import manual
from handgrad.checking.oracles.automatic import automatic
from handgrad.checking.oracles.manual import row
from handgrad.exact import ExactArray, identical
from handgrad.report.claims import Claim
from handgrad.report.equations import BEYOND, REPORT
from handgrad.report.question import Question
from handgrad.report.symbols import Sizes
from handgrad.values import Values
from manual import convolution, dense, fully_connected, hidden, pooling, sigmoid, softmax_cross_entropy

ALL = [pytest.param(claim, id=claim.id) for claim in REPORT + BEYOND]
# Worked out on paper: prints that lack a sum, a restriction of a sum, or an index; the last of them holds a
# direction for another.
WRONG_PRINTS = {"eq10-input-first-line", "eq10-input", "eq11-entries", "eq11-map", "eq11-no-effect",
                "eq15-weights", "eq15-bias"}  # fmt: skip
# These use sum y = 1 (the last line of (7)); all others hold for any labels.
NEED_DISTRIBUTIONS = {"eq7-line-5", "eq9-weights", "eq9-bias", "eq10-input", "eq11-no-effect", "eq15-weights",
                      "eq15-bias", "eqbeyond-image"}  # fmt: skip
SAMPLED = 2**17  # a letter's values are multiples of 2^-16 in [-1, 1]


def judged(claim: Claim, formula, seed=0, sizes=None, on_condition=True, trials=2):
    condition = claim.conditions[0] if claim.conditions and on_condition else None
    question = Question(claim, claim.right, sizes=sizes or Sizes())

    def draw(rng):
        return claim.draw(int(rng.integers(2**31)), 0, question.sizes, condition)

    def by_hand(at):
        return np.ravel(formula(claim.complete(Values(at))))

    def by_machine(at):
        return np.ravel(row(automatic(question.problem, question.inputs(Values(at)))))

    return identical(by_hand, by_machine, draw, seed=seed, sampled=SAMPLED, trials=trials)


@pytest.mark.parametrize("claim", ALL)
@pytest.mark.parametrize("sizes", [Sizes(), Sizes(N=4, F=2), Sizes(n=1, k=2, K=2)], ids=["small", "batch", "least"])
def test_the_right_form_is_the_same_function(claim, sizes):
    found = judged(claim, claim.right, sizes=sizes)
    assert found.same
    assert found.error_bound < 1e-3
    assert not found.opaque


@pytest.mark.parametrize("claim", [p for p in ALL if p.values[0].id in WRONG_PRINTS])
@pytest.mark.parametrize("sizes", [Sizes(), Sizes(N=4, F=2)], ids=["small", "batch"])
def test_a_wrong_print_is_refuted_at_once(claim, sizes):
    found = judged(claim, claim.printed, sizes=sizes)
    assert not found.same
    assert found.trials == 1
    assert not (found.opaque)
    assert not (found.hangs_on_constants)


@pytest.mark.parametrize("claim", [p for p in ALL if p.values[0].id in ("eq7-line-5", "eq9-weights", "eq15-bias")])
def test_what_needs_distributions_fails_without(claim):
    assert not judged(claim, claim.right, on_condition=False).same


def test_right_forms_are_never_refuted_over_many_draws():
    for seed in range(10):
        for claim in REPORT + BEYOND:
            if "14" not in claim.equation:  # a Jacobian column by column: slow, and linear
                assert judged(claim, claim.right, seed=100 + seed, trials=1).same, (claim.id, seed)


# Planted faults: one small change in the source of a formula, at every place where it can be made.

MODULES = (convolution, dense, fully_connected, hidden, pooling, sigmoid, softmax_cross_entropy)
SWAPS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}


class Mutant(ast.NodeTransformer):
    """Change the n-th place that can be changed."""

    def __init__(self, n):
        self.n, self.seen, self.what = n, -1, ""

    def here(self, what):
        self.seen += 1
        if self.seen == self.n:
            self.what = what
        return self.seen == self.n

    def visit_FunctionDef(self, node):  # the body alone: neither annotations nor defaults
        node.body = [self.visit(statement) for statement in node.body]
        return node

    def visit_keyword(self, node):  # axis=-1 is no sign of a formula
        return node

    def visit_BinOp(self, node):
        if "pooled" in ast.unparse(node):  # shapes, not values
            return node
        self.generic_visit(node)
        if type(node.op) in SWAPS and self.here(f"{type(node.op).__name__} swapped"):
            return ast.BinOp(node.left, SWAPS[type(node.op)](), node.right)
        scalable = isinstance(node.op, ast.Mult | ast.Div | ast.MatMult | ast.Sub | ast.Add)
        if scalable and self.here("2^-40 too much"):
            return ast.BinOp(ast.BinOp(node.left, node.op, node.right), ast.Mult(), ast.Constant(1 + 2.0**-40))
        return node

    def visit_UnaryOp(self, node):
        self.generic_visit(node)
        return node.operand if isinstance(node.op, ast.USub) and self.here("sign dropped") else node


def mutants(function):
    """The function with each fault in turn; lines that check shapes or count are left alone."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    kept = []
    for statement in tree.body[0].body:
        text = ast.unparse(statement)
        kept.append("check_" in text or isinstance(statement, ast.Expr) or text.startswith(("rows", "N, ")))
    n = 0
    while True:
        copy = ast.parse(textwrap.dedent(inspect.getsource(function)))
        mutant = Mutant(n)
        body = copy.body[0].body
        for i, statement in enumerate(body):
            if not kept[i]:
                body[i] = mutant.visit(statement)
        if not mutant.what:
            return
        space = dict(vars(inspect.getmodule(function)))
        exec(compile(ast.fix_missing_locations(copy), "<mutant>", "exec"), space)
        yield mutant.what, space[function.__name__]
        n += 1


# Products with a derivative that is 1 or -1: dividing by it is no fault.
BY_ONE = {("eq4-thresholds-first-line", 6), ("eq9-bias-first-line", 0), ("eq15-bias-first-line", 0)}
FAULTY = [
    pytest.param(claim, what, mutant, id=f"{claim.id}-{i}-{what}")
    for claim in REPORT + BEYOND
    if inspect.isfunction(claim.right.function)
    and claim.right.function.__module__.startswith("manual.")
    and not claim.up_to_scale
    and claim.id != "eq11-derivative"  # its arithmetic is that of shapes
    for i, (what, mutant) in enumerate(mutants(claim.right.function))
    if not (what == "Mult swapped" and (claim.id, i) in BY_ONE)
    and not (what == "Sub swapped" and (claim.id, i) == ("eq6-quotients", 0))  # the shift of a softmax
]


@pytest.mark.parametrize(("claim", "what", "mutant"), FAULTY)
def test_a_planted_fault_is_refuted(claim, what, mutant):
    faulty = replace(claim.right, function=mutant)
    # A sum of labels that is 1 hides what is done with it: imposed only where the right form needs it.
    needed = claim.id in NEED_DISTRIBUTIONS
    found = judged(
        claim,
        faulty,
        sizes=Sizes(N=2 if not claim.fixed else 1, n=2 if claim.part == "entries" else 1, k=2),
        on_condition=needed,
    )
    assert not found.same
    assert not (found.opaque)
    assert not (found.hangs_on_constants)


# Faults of the result: a dropped entry, a transposition, an index off by one, a sum over one term less.
OF_RESULTS = {
    "sign": lambda z: -z,
    "factor": lambda z: z * 2,
    "a trillionth": lambda z: z * (1 + 2.0**-40),
    "shifted": lambda z: np.roll(z, 1, axis=-1),
    "turned over": lambda z: np.flip(z, axis=-1),
    "one entry missing": lambda z: np.where(np.arange(np.size(z)).reshape(np.shape(z)) == 0, 0, z),
}


@pytest.mark.parametrize("claim", [p for p in ALL if not p.values[0].up_to_scale])
@pytest.mark.parametrize("fault", OF_RESULTS)
def test_a_fault_of_the_result_is_refuted(claim, fault):
    at = {"K": 4, "n": 2, "k": 2}
    right = claim.right(claim.complete(claim.draw(0, 0, Sizes(**at), *claim.conditions[:1])))
    plain = np.asarray(right)
    if np.array_equal(OF_RESULTS[fault](plain) if plain.ndim or fault in ("sign", "factor") else plain, plain):
        return  # no fault here: ones shifted are ones
    assert not judged(claim, lambda values: OF_RESULTS[fault](claim.right(values)), sizes=Sizes(**at)).same


def test_one_trial_of_the_report_at_full_size_is_exact():
    from handgrad.report.symbols import sizes_with

    claim = next(c for c in REPORT if c.id == "eq15-weights")
    found = judged(claim, claim.right, sizes=sizes_with("report", 1, 1), trials=1)
    assert found.same
    assert found.shadow_first.shape == (25,)
    assert not judged(claim, claim.printed, sizes=sizes_with("report", 1, 1)).same


def test_exact_arrays_leave_the_formulas_unchanged():
    assert ExactArray.__module__ not in vars(manual)
