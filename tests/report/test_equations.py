"""The report's claims: every right form holds on its domain, every wrong print has a witness.

Ids read like the report: `pytest -k eq10`.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, find, given, settings
from hypothesis import strategies as st

import autograd
from handgrad.checking.comparison import Comparison
from handgrad.checking.oracles.rounding import SAMPLES
from handgrad.checking.shrink import clear_failure
from handgrad.checking.verdict import Outcome
from handgrad.errors import UnknownEquationError
from handgrad.report.claims import Claim, Form
from handgrad.report.equations import BEYOND, REPORT, claims_of, numbers
from handgrad.report.question import Question, judge, judge_formula
from handgrad.report.symbols import LABELS_SUM_TO_ONE, OTHER, SIZES, Sizes
from handgrad.values import Values
from tests.report.domains import domain

ALL = [pytest.param(claim, id=claim.id) for claim in REPORT + BEYOND]

# What the mathematics says, worked out on paper (the reader's analysis of the report): these prints lack a
# sum, a restriction of a sum, or an index, or call a gradient's direction what it is not.
WRONG_PRINTS = {
    "eq10-input-first-line",
    "eq10-input",
    "eq11-entries",
    "eq11-map",
    "eq11-no-effect",
    "eq15-weights",
    "eq15-bias",
}
# These use sum y = 1 (the last line of (7)); all others hold for any labels.
NEED_DISTRIBUTIONS = {
    "eq7-line-5",
    "eq9-weights",
    "eq9-bias",
    "eq10-input",
    "eq11-no-effect",
    "eq15-weights",
    "eq15-bias",
    "eqbeyond-image",
}


def compared(claim: Claim, formula: Callable, values: Values, sizes: Sizes) -> Comparison:
    """The three opinions at some letters with all their axes."""
    question = Question(claim, formula, sizes=sizes)
    return question.compared_at(question.inputs(values), SAMPLES)


def test_numbers_are_exactly_1_to_15():
    assert numbers() == [str(i) for i in range(1, 16)]


def test_ids_are_unique():
    ids = [claim.id for claim in REPORT + BEYOND]
    assert len(ids) == len(set(ids))


def test_every_printed_line_of_seven_is_a_claim():
    assert [claim.part for claim in claims_of(["7"])] == [f"line {i}" for i in range(1, 6)]


@pytest.mark.parametrize("name", ["16", "0", "ten", "", "10.5"])
def test_unknown_equations_are_refused(name):
    with pytest.raises(UnknownEquationError, match=r"wanted one of \(1\) to \(15\).*got"):
        claims_of([name])


def test_unknown_parts_are_refused_with_the_known_ones():
    with pytest.raises(UnknownEquationError, match=r"'input'.*got 'inputs'"):
        claims_of(["10"], "inputs")


@pytest.mark.parametrize("claim", ALL)
def test_right_form_agrees_on_its_whole_domain(claim: Claim):
    condition = LABELS_SUM_TO_ONE if claim.id in NEED_DISTRIBUTIONS else None

    @given(drawn=domain(claim, condition))
    def agrees(drawn: tuple[Sizes, Values]) -> None:
        sizes, values = drawn
        seen = compared(claim, claim.right, values, sizes)
        assert not np.any(seen.differs), seen.worst
        assert seen.blame is None, seen.worst

    agrees()


@pytest.mark.parametrize("claim", ALL)
def test_right_form_in_float32_is_not_accused(claim: Claim):
    condition = LABELS_SUM_TO_ONE if claim.id in NEED_DISTRIBUTIONS else None

    @settings(max_examples=10)
    @given(drawn=domain(claim, condition, np.float32))
    def agrees(drawn: tuple[Sizes, Values]) -> None:
        sizes, values = drawn
        seen = compared(claim, claim.right, values, sizes)
        # The exponential overflows at 89 in this type and its square at 44: then the numeric opinion, which is
        # computed in float64, stands by the formula.
        assume(np.all(seen.known))
        assert seen.blame == "automatic" if np.any(seen.differs) else seen.blame is None, seen.worst

    agrees()


def test_an_overflow_in_float32_is_no_error_of_the_judge():
    """Whatever is drawn: each d is -89, where e^-d leaves the type, and NumPy's warnings are errors here."""
    (claim,) = claims_of(["15"], "weights")
    sizes = claim.sizes(Sizes(N=1, F=1, n=1, k=3, K=2))
    X, v, W = np.full((1, 4, 4), 4), np.full((9, 1), -89 / 36), np.zeros((1, 2))
    letters = {"X": X, "v": v, "q": np.zeros(1), "W": W, "b": np.zeros(2), "y": np.array([[0, 1]])}
    values = Values({name: np.asarray(x, np.float32) for name, x in letters.items()} | claim.numbers(sizes))
    seen = compared(claim, claim.right, values, sizes)
    assert np.all(1 + np.exp(np.float64(89)) > np.finfo(np.float32).max)  # what the sigmoid divides by
    assert seen.blame != "hand"


@pytest.mark.parametrize("claim", [p for p in ALL if p.values[0].id in WRONG_PRINTS])
def test_wrong_print_has_a_witness_that_meets_every_condition(claim: Claim):
    condition = LABELS_SUM_TO_ONE if claim.conditions else None

    def refuted(drawn: tuple[Sizes, Values]) -> bool:
        sizes, values = drawn
        question = Question(claim, claim.printed, "printed", sizes=sizes)
        return clear_failure(question.problem, question.inputs(values)) is not None

    quick = settings(max_examples=100, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    find(domain(claim, condition), refuted, settings=quick)  # raises NoSuchExample when there is none


@pytest.mark.parametrize(
    ("claim", "form"),
    [pytest.param(*p.values, form, id=f"{p.id}-{form}") for p in ALL for form in p.values[0].forms()],
)
def test_verdict_is_what_the_mathematics_says(claim: Claim, form):
    outcome = judge(claim, form).outcome
    if form == "printed" and claim.id in WRONG_PRINTS:
        assert outcome is Outcome.DISAGREES
    elif claim.id in NEED_DISTRIBUTIONS:
        assert outcome is Outcome.ON_A_CONDITION
    else:
        assert outcome is Outcome.AGREES


@pytest.mark.parametrize("claim", ALL)
def test_verdict_is_the_same_for_batches_and_filters(claim: Claim):
    sizes = replace(SIZES["small"], N=3, F=2)
    for form in claim.forms():
        assert judge(claim, form, 5, sizes).outcome is judge(claim, form).outcome


# Planted faults: a wrong twin of every right form is called wrong by the same judgement.


def entry_off(x):
    """One entry off by a millionth of the largest."""
    last = np.zeros(np.shape(x))
    last.reshape(-1)[-1] = 1e-6
    return x + np.max(np.abs(x)) * last


FAULTS: dict[str, Callable] = {
    "sign": lambda x: -x,
    "factor 2": lambda x: 2 * x,
    "factor 1/4": lambda x: x / 4,
    "a billionth": lambda x: x * (1 + 1e-9),
    "entry off": entry_off,
    "shifted": lambda x: np.roll(x, 1),
    "nothing": lambda x: 0 * x,
}


def with_fault(form: Form, fault: Callable) -> Form:
    return replace(form, function=lambda *arguments: fault(form.function(*arguments)))


OF_LENGTH = ("factor 2", "factor 1/4", "a billionth")  # a claim about directions says nothing of these


@pytest.mark.parametrize(
    ("claim", "fault"),
    [
        pytest.param(claim, fault, id=f"{claim.id}-{fault.replace(' ', '-')}")
        for claim in REPORT + BEYOND
        for fault in FAULTS
        if not (claim.up_to_scale and fault in OF_LENGTH)
    ],
)
def test_planted_fault_is_caught(claim: Claim, fault: str):
    rights = [claim.right(claim.complete(claim.draw(3, 0, sizes))) for sizes in (Sizes(), OTHER)]
    verdict = judge_formula(claim, with_fault(claim.right, FAULTS[fault]), seed=3)
    if all(np.array_equal(FAULTS[fault](right), right) for right in rights):  # ones shifted are ones: no fault
        assert verdict.agrees
        return
    assert verdict.outcome is Outcome.DISAGREES
    assert verdict.blame == "hand"  # found in floating point too, also where the exact answer came first


SQUARE = Sizes(n=2, k=2, K=4, h=4, o=4, i=4)  # where a transpose has the right shape


@pytest.mark.parametrize(
    "claim",
    [
        pytest.param(claim, id=claim.id)
        for claim in REPORT + BEYOND
        # The softmax's Jacobian is symmetric: there a transpose is no fault.
        if len(set(claim.shape(SQUARE))) == 1 and len(claim.shape(SQUARE)) == 2 and claim.equation != "6"
    ],
)
def test_planted_transpose_is_caught(claim: Claim):
    assert judge(claim, "right", 3, SQUARE).agrees
    assert judge_formula(claim, with_fault(claim.right, transposed), 3, SQUARE).outcome is Outcome.DISAGREES


def transposed(x):
    return np.reshape(np.transpose(np.reshape(x, x.shape[-2:])), x.shape)


def test_a_sign_flip_in_a_tiny_gradient_is_caught():
    # eta scales the step: with eta = 1e-9 every entry is below the absolute floors of other checkers.
    claim = claims_of(["2"], "weights")[0]
    values = claim.draw(0, 0, Sizes()) | {"eta": 1e-9}
    flipped = with_fault(claim.right, lambda x: -x)
    seen = compared(claim, flipped, Values(values), Sizes())
    assert np.max(np.abs(seen.automatic)) < 1e-9
    assert np.all(seen.differs)
    assert seen.blame == "hand"


def test_the_sigmoid_is_not_accused_where_it_saturates():
    # c (1 - c) is 0 in floating point from d = 37 on, its true value e^-d: rounding explains it.
    claim = claims_of(["12"])[0]
    sizes = Sizes(N=1, F=1, n=1)
    values = Values({"d": np.array([40.0, -40.0, 300.0, -300.0]).reshape(1, 4, 1)} | claim.numbers(sizes))
    seen = compared(claim, claim.right, values, sizes)
    assert not np.any(seen.differs)
    assert seen.blame is None


@pytest.mark.parametrize(
    ("formula", "shape"),
    [
        (lambda values: values.W, (4, 3)),
        (lambda values: values.a[None], (1, 4)),  # an axis of length 1 too many
        (lambda values: np.sum(values.a), ()),
    ],
)
@pytest.mark.parametrize("exact", [True, False])
def test_a_formula_of_the_wrong_shape_is_wrong_and_its_shape_is_told(formula, shape, exact):
    verdict = judge_formula(claims_of(["10"], "input")[0], formula, exact=exact)
    assert (verdict.outcome, verdict.blame) == (Outcome.DISAGREES, "hand")
    assert verdict.reason == f"the derivative by a has shape {shape}, wanted (4,)"
    assert verdict.shape == shape


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("claim", ALL)
def test_an_axis_too_many_is_a_wrong_shape_of_every_claim(claim: Claim, exact: bool):
    def with_an_axis(x):
        return np.reshape(x, (1, *np.shape(x)))

    verdict = judge_formula(claim, with_fault(claim.right, with_an_axis), exact=exact)
    assert (verdict.outcome, verdict.blame) == (Outcome.DISAGREES, "hand")
    assert f"wanted {claim.shape(Sizes())}" in verdict.reason


@given(seed=st.integers(0, 2**32), index=st.integers(0, 5))
def test_drawn_values_depend_on_seed_and_index_and_on_nothing_else(seed, index):
    claim = claims_of(["15"], "weights")[0]
    first = claim.draw(seed, index, Sizes())
    judge(claims_of(["12"])[0], "right", seed)
    np.random.default_rng().random()
    second, later, other = (claim.draw(*at, Sizes()) for at in ((seed, index), (seed, index + 1), (seed + 1, index)))
    assert all(np.array_equal(first[name], second[name]) for name in first)
    assert not np.array_equal(first["X"], later["X"])
    assert not np.array_equal(first["X"], other["X"])


@pytest.mark.parametrize("claim", [p for p in ALL if p.values[0].contract is not None])
def test_a_claimed_jacobian_contracted_is_the_pullback(claim: Claim):
    values = claim.draw(4, 0, Sizes())
    (name,) = claim.with_respect_to
    value, pullback = autograd.vjp(lambda x: claim.function(Values(values | {name: x})), values[name])
    cotangent = np.random.default_rng(4).normal(size=np.shape(value))
    contracted = claim.contract(claim.right(claim.complete(values)), cotangent)
    # Two orders of a sum of at most 16 products of size 1.
    np.testing.assert_allclose(contracted, pullback(cotangent)[0], rtol=1e-12, atol=1e-14)
