"""One judge: the same question gets the same answer, word for word, through every door that can take it."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from handgrad import check_equal, check_gradient, check_vjp
from handgrad.checking.declared import declarations_of, gradient_of, vjp_of
from handgrad.commands.cli import main
from handgrad.gallery import EXHIBITS
from handgrad.lab.question import Choice
from handgrad.lessons.answers import judged
from handgrad.lessons.exercises import EXERCISES
from handgrad.page.mistakes import MISTAKES
from handgrad.report.equations import BEYOND, REPORT
from handgrad.report.question import Question, asked, typed
from handgrad.report.symbols import LABELS_SUM_TO_ONE, Sizes
from handgrad.values import Values

FORMS = [
    pytest.param(claim, form, id=f"{claim.id}-{form}")
    for claim in (*REPORT, *BEYOND)
    for form in claim.forms()
    if form == "printed" or claim.needs_correction() or not claim.in_report
]
TYPED = [
    pytest.param(claim, mistakes[claim.id].tried, id=f"{claim.id}-{variant}")
    for variant, mistakes in MISTAKES.items()
    for claim in REPORT
    if claim.id in mistakes and mistakes[claim.id].tried
]


def said(answer):
    """What is compared: the outcome, the condition, and the causes in words."""
    return answer["outcome"], answer["condition"], [found["words"] for found in answer["diagnosis"]]


def of(question):
    return said(question.to_dict())


def printed_by(*arguments):
    """The answers that a command prints as JSON."""
    return json.loads(CliRunner().invoke(main, [*arguments, "--json"], catch_exceptions=False).stdout)["claims"]


@pytest.fixture(scope="module")
def verified():
    answers = [*printed_by("verify"), *printed_by("verify", "beyond")]
    return {(answer["equation"], answer["part"], answer["form"]): answer for answer in answers}


@pytest.mark.parametrize(("claim", "form"), FORMS)
def test_a_form_of_a_claim(claim, form, verified):
    wanted = of(asked(claim, form))
    assert said(verified[claim.equation, claim.part, form]) == wanted
    assert of(Choice(claim, form).question()) == wanted
    (compared,) = printed_by("compare", claim.equation, "--part", claim.part, "--form", form)
    assert said(compared) == wanted


@pytest.mark.parametrize(("claim", "form"), FORMS)
def test_a_claim_s_own_two_functions_given_by_a_user(claim, form):
    """A user gives values: labels that sum to one. No letters of the report, so causes are compared by their kind."""
    question = asked(claim, form)
    problem, wanted = question.problem, question.verdict
    if claim.up_to_scale or (claim.contract is not None and claim.fixed.get("N") != 1) or not claim.letters:
        pytest.skip("no gradient, no map of values: a direction, a Jacobian, a count")
    sizes = claim.sizes(Sizes())
    condition = LABELS_SUM_TO_ONE if claim.conditions else None
    given = question.inputs(Values(claim.draw(1, 0, sizes, condition)))
    names = list(problem.names)
    inputs = [given[name] for name in names]
    if not claim.with_respect_to:
        verdict = check_equal(problem.function, problem.by_hand, inputs, names=names)
    elif problem.contracted is not None:
        asked_so = problem.contracted
        verdict = check_vjp(asked_so.function, asked_so.by_hand, inputs, names=names, wrt=list(problem.wrt))
    else:
        verdict = check_gradient(problem.function, problem.by_hand, inputs, names=names, wrt=list(problem.wrt))
    assert verdict.outcome == wanted.outcome
    assert verdict.condition == wanted.condition
    if claim.with_respect_to and wanted.diagnosis:
        assert [found.kind for found in verdict.diagnosis] == [found.kind for found in wanted.diagnosis]


@pytest.mark.parametrize(("claim", "text"), TYPED)
def test_a_formula_that_is_typed(claim, text):
    wanted = of(typed(claim, text))
    (compared,) = printed_by("compare", claim.equation, "--part", claim.part, "--try", text)
    assert said(compared) == wanted
    assert of(Choice(claim, text=text).question()) == wanted
    for exercise in EXERCISES:
        if exercise.claim is claim:
            assert of(judged(exercise, text).question) == wanted


def test_a_formula_as_a_function_and_as_text():
    claim = next(claim for claim in REPORT if claim.id == "eq6-outputs")
    text = typed(claim, "np.diag(y_hat * (1 - y_hat))")
    function = Question(claim, lambda at: np.diag(at.y_hat * (1 - at.y_hat)))
    assert of(text) == of(function)
    assert of(text)[2] == ["only the diagonal of the Jacobian from x to y_hat (from divide) is there"]


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: exhibit.name)
def test_an_exhibit_declared_and_called(exhibit):
    judge, declare = (check_vjp, vjp_of) if exhibit.vjp else (check_gradient, gradient_of)

    def by_hand(*arguments):
        return exhibit.by_hand(*arguments)

    options = {"names": exhibit.names, "wrt": exhibit.wrt}
    called = judge(exhibit.function, by_hand, exhibit.inputs, **options)
    (declaration,) = declarations_of(declare(exhibit.function, inputs=exhibit.inputs, **options)(by_hand))
    assert said(declaration.check().to_dict()) == said(called.to_dict())
