"""Wrong answers as people give them: each is refused, its mistake is named, and nothing is given away too early."""

import ast
import re

import numpy as np
import pytest

from handgrad.checking.verdict import Outcome
from handgrad.formula.edits import edits
from handgrad.lessons.answers import judged
from handgrad.lessons.exercises import EXERCISES, exercise_of
from handgrad.lessons.hints import hints
from handgrad.lessons.solutions import solution_of

SPREAD = "np.repeat(np.repeat(({}).reshape(n, n), 2, axis=0), 2, axis=1).ravel()"
BACK = SPREAD.format("W @ (y_hat - y)")
OF_ONE = SPREAD.format("W[:, 0] * (y_hat - y)[0]")

# equation, part, what is answered, what the hint about the mistake says
WRONG = [
    ("2", "error", "y - y_hat", "-1 times the gradient: the sign is wrong"),
    ("2", "error", "2 * (y_hat - y)", "a factor 2 too much, as from a square whose 1/2 is missing"),
    ("2", "error", "(y_hat - y)**2 / 2", "what comes out of the step .* stands where its derivative belongs"),
    ("2", "error", "(y_hat - y)**2", "`2` is too much"),
    ("2", "error", "np.sum(y_hat - y)", "summed over axes that y_hat itself has"),
    ("2", "error", "y_hat", "it should depend on y, and does not"),
    ("2", "sigmoid", "f", "what comes out of the step from x to f stands where its derivative belongs"),
    ("2", "sigmoid", "f * (1 + f)", "a wrong sign in it"),
    ("2", "sigmoid", "x * (1 - x)", "with a taken for what goes in, not what comes out"),
    ("2", "sigmoid", "1 - f", "a factor f is missing"),
    ("2", "sigmoid", "-f * (1 - f)", "the sign is wrong"),
    ("2", "activation", "b @ w", "it is what is to be differentiated, not its derivative"),
    ("2", "activation", "w", "another number of indices, 2 in place of 1"),
    ("2", "activation", "w[:, 0]", "should depend on b, and does not; it depends on w, and should not"),
    ("2", "weights", "eta * np.outer(b, (y_hat - y) * y_hat * (1 - y_hat))", "the sign is wrong"),
    ("2", "weights", "-eta * np.outer(b, y_hat - y)", "the derivative of the step .* to y_hat is missing"),
    ("2", "weights", "-eta * np.outer((y_hat - y) * y_hat * (1 - y_hat), b)", "agrees once transposed"),
    ("2", "weights", "-np.outer(b, (y_hat - y) * y_hat * (1 - y_hat))", "eta is left out"),
    ("2", "weights", "-eta * (y_hat - y) * y_hat * (1 - y_hat)", "an index is missing.* axis 0"),
    ("2", "weights", "-eta * np.outer(b, (y_hat - y) * (1 - y_hat))", "a factor y_hat is missing"),
    ("2", "weights", "-eta * w * (y_hat - y) * y_hat * (1 - y_hat)", "a factor w stands where another belongs"),
    ("4", "thresholds", "-eta * y_hat * (y_hat - y) * (1 - y_hat)", "the sign is wrong"),
    ("4", "thresholds", "eta * (y_hat - y)", "the derivative of the step .* to y_hat is missing"),
    ("4", "thresholds", "eta * theta * (y_hat - y) * y_hat * (1 - y_hat)", "a factor theta too much"),
    ("5", "outputs", "y / y_hat", "the sign is wrong"),
    ("5", "outputs", "-1 / y_hat", "the factor of the result of log.* is forgotten"),
    ("5", "outputs", "-y * y_hat", "what goes into the step .* stands where its derivative belongs"),
    ("5", "outputs", "-np.sum(y / y_hat)", "summed over axes"),
    ("6", "outputs", "np.diag(y_hat * (1 - y_hat))", "only the diagonal of the Jacobian from x to y_hat"),
    ("6", "outputs", "y_hat * (1 - y_hat)", "an index is missing"),
    ("6", "outputs", "-np.outer(y_hat, y_hat)", "the path .* is left out"),
    ("6", "outputs", "np.diag(y_hat) + np.outer(y_hat, y_hat)", "has the wrong sign"),
    ("6", "outputs", "np.diag(x) - np.outer(x, x)", "the letter x is the wrong one"),
    ("7", "line 4", "y_hat - y", "a step of it needs sum_k y_k = 1, and nothing said so"),
    ("7", "line 4", "y * (y_hat - 1)", "only the diagonal of the Jacobian from x to y_hat"),
    ("7", "line 4", "-y / y_hat", "the derivative by y_hat, not by x"),
    ("7", "line 4", "(y_hat - y) * y_hat * (1 - y_hat)", "a factor too much, z .1 - z., z being y_hat"),
    ("7", "line 4", "(y_hat - y) / 3", "1/3 times the gradient"),
    ("8", "weights", "w", "a factor w stands where another belongs"),
    ("8", "weights", "x * w", "a factor w too much"),
    ("8", "bias", "0", "nothing is left of it"),
    ("8", "bias", "x", "another number of indices, 1 in place of 0"),
    ("9", "weights", "np.outer(a, y - y_hat)", "the sign is wrong"),
    ("9", "weights", "np.outer(y_hat - y, a)", "agrees once transposed"),
    ("9", "weights", "a * (y_hat - y)[0]", "an index is missing.* axis 1"),
    ("9", "weights", "W * (y_hat - y)", "a factor W stands where another belongs"),
    ("9", "weights", "np.outer(a, y_hat)", "the path .* is left out"),
    ("9", "weights", "np.outer(a, x - y)", "the letter x is the wrong one"),
    ("9", "bias", "np.sum(y_hat - y)", "an index is missing"),
    ("9", "bias", "b * (y_hat - y)", "a factor b too much"),
    ("10", "input", "(y_hat - y)[0] * W[:, 0]", "only the term with index 0 .* of x .* of a sum over 3"),
    ("10", "input", "W @ (y - y_hat)", "the sign is wrong"),
    ("10", "input", "(y_hat - y) * W", "agrees once summed over axis 1"),
    ("10", "input", "(y_hat - y) @ W", "the two sides of @ .* stand in the wrong order"),
    ("10", "input", "np.mean(W * (y_hat - y), axis=1)", "1/3 times the gradient"),
    ("11", "entries", "2 * n**2", "1/2 times the value"),
    ("11", "entries", "4 * n", "a factor n is missing"),
    ("11", "map", "c.reshape(n, 2, n, 2).sum(axis=(1, 3)).ravel()", "4 times the value: .* 1/4 is missing"),
    (
        "11",
        "map",
        "c.reshape(n * n, 4).mean(axis=1)",
        "of c.0., c.1., c.2., c.3.; it should be .* c.0., c.1., c.4., c.5.",
    ),
    ("11", "map", "c.reshape(n, 2, n, 2).mean(axis=(1, 3)).T.ravel()", "rows and columns are exchanged"),
    ("11", "derivative", "np.ones((n * n, 4 * n * n)) / 4", "48 of 64 entries should be 0, and are not"),
    ("11", "derivative", "1 / 4", "another number of indices, 0 in place of 2"),
    ("12", "sigmoid", "c", "what comes out of the step from d to c stands where its derivative belongs"),
    ("12", "sigmoid", "d * (1 - d)", "with a taken for what goes in, not what comes out"),
    ("12", "sigmoid", "1 - c", "a factor c is missing"),
    ("13", "map", "U @ v", "0 times the gradient in the derivative by q"),
    ("13", "map", "U @ v - q", "-1 times the gradient in the derivative by q: the sign is wrong"),
    ("13", "map", "np.sum(U, axis=1) + q", "should be made of v.0., v.1."),
    ("14", "weights", "U.T", "agrees once transposed"),
    ("14", "weights", "U * v", "a factor v too much"),
    ("14", "weights", "np.sum(U, axis=0)", "summed over axes"),
    ("14", "bias", "1", "an index is missing"),
    ("15", "weights", f"{BACK} * c * (1 - c) @ U", "an average over four taken as their sum: 1/4 is missing"),
    ("15", "weights", f"{BACK} / 4 @ U", "the derivative of the step from d to c is missing"),
    ("15", "weights", f"{OF_ONE} / 4 * c * (1 - c) @ U", "only the term with index 0 .* of x .* of a sum over 3"),
    ("15", "weights", f"{BACK} / 4 * d * (1 - d) @ U", "with a taken for what goes in, not what comes out"),
    ("15", "weights", "np.repeat(W @ (y_hat - y), 4) / 4 * c * (1 - c) @ U", "axes 2 and 3 are exchanged"),
    ("15", "bias", f"{BACK} / 4 * c * (1 - c)", "the derivative by d, not by q"),
    ("15", "bias", f"np.sum({BACK} * c * (1 - c))", "1/4 is missing"),
    ("15", "bias", "np.sum(W @ (y_hat - y))", "the derivative of the step from d to c is missing"),
]


def told(equation, part, given):
    exercise = exercise_of(equation, part)
    return exercise, judged(exercise, given), list(hints(exercise, judged(exercise, given)))


@pytest.mark.parametrize(("equation", "part", "given", "words"), WRONG)
def test_a_typical_mistake_is_refused_and_named(equation, part, given, words):
    _, answer, found = told(equation, part, given)
    assert not answer.solved
    refused = Outcome.ON_A_CONDITION if "a step of it needs" in words else Outcome.DISAGREES
    if answer.question is None:
        assert "can't be computed" in str(answer.error)
    else:
        assert answer.question.verdict.outcome is refused
    assert [hint.about for hint in found[:2]] == ["where it fails", "what kind of mistake"]
    assert re.search(words, found[1].words), found[1].words


def test_every_exercise_has_mistakes_in_that_list():
    assert {(equation, part) for equation, part, *_ in WRONG} == {(e.equation, e.part) for e in EXERCISES}


@pytest.mark.parametrize(("equation", "part", "given"), [row[:3] for row in WRONG])
def test_no_hint_but_the_last_gives_the_solution(equation, part, given):
    exercise, _, found = told(equation, part, given)
    solution = solution_of(exercise).formula
    right = exercise.claim.right
    secrets = {solution, right.text.partition("= ")[2], right.latex.partition("= ")[2]}
    for hint in found[:-1]:
        assert not hint.is_last
        for secret in secrets:
            if len(secret) > 3 and secret not in given:  # one letter stands in many a sentence
                assert secret not in hint.words
    assert found[-1].is_last
    assert judged(exercise, found[-1].words).solved


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_before_an_answer_there_are_hints_that_give_nothing_away(exercise):
    found = list(hints(exercise, None))
    assert [hint.about for hint in found] == ["what is wanted", "how the derivation begins", "the solution"]
    assert [hint.number for hint in found] == [1, 2, 3]
    formula = solution_of(exercise).formula
    assert len(formula) <= 3 or all(formula not in hint.words for hint in found[:-1])


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_nothing_is_said_of_what_is_right(exercise):
    answer = judged(exercise, solution_of(exercise).formula)
    assert list(hints(exercise, answer)) == []
    assert answer.question.verdict.diagnosis == ()


@pytest.mark.parametrize(
    ("equation", "part", "given"),
    [
        ("10", "input", "(y_hat - y)[0] * W[:, 0]"),
        ("11", "entries", "2 * n * n"),
        ("15", "weights", "np.sum(W[:, 0] * (y_hat - y)[0]) / 4 * (c * (1 - c)) @ U"),
    ],
)
def test_the_report_s_own_mistakes_are_known_as_such(equation, part, given):
    exercise, _, found = told(equation, part, given)
    (as_printed,) = [hint for hint in found if hint.about == "what the report prints"]
    assert exercise.claim.authors_note in as_printed.words


def test_what_is_as_large_at_one_size_alone_is_not_the_print():
    _, _, found = told("11", "entries", "4 * n")  # 8 at n = 2, as 2 n^2 is
    assert "what the report prints" not in [hint.about for hint in found]


@pytest.mark.parametrize("given", ["W[", "foo", "open('x')", "1 / 0 + a", "W @ W", "'a'", "[", "a\n+ b"])
def test_nonsense_is_told_as_such(given):
    _, answer, found = told("10", "input", given)
    assert answer.error is not None
    assert not answer.solved
    assert found[0].words == str(answer.error)
    assert found[-1].is_last


def test_what_holds_at_these_sizes_alone_is_told_where_it_fails():
    _, answer, found = told("15", "weights", f"{BACK} / n**2 * c * (1 - c) @ U")  # 1/4 at n = 2
    assert not answer.solved
    assert "at other sizes alone: " in found[0].words
    assert "n = 3" in found[0].words


def test_what_floating_point_does_not_see_is_told_as_that():
    _, answer, found = told("12", "sigmoid", "c * (1 - c) + 1 / 2**80")
    assert not answer.solved
    assert found[0].words == "The difference is below rounding at the points that were looked at."


def test_hints_are_worked_out_one_at_a_time(monkeypatch):
    from handgrad.lessons import hints as module

    monkeypatch.setattr(module, "mistake", lambda answer: pytest.fail("asked for too early"))
    exercise = exercise_of("12")
    first = next(hints(exercise, judged(exercise, "d")))
    assert (first.number, first.of) == (1, 4)


# Answers that are functions


def test_a_function_of_the_letters_is_an_answer():
    exercise = exercise_of("10")

    def answer(W, y_hat, y):
        x_bar = y_hat - y
        return np.sum(W * x_bar, axis=1)

    assert judged(exercise, answer).solved
    assert judged(exercise, answer).question.verdict.exact is not None


def test_a_function_that_writes_into_arrays_is_judged_in_floating_point():
    def answer(W, y_hat, y):
        result = np.zeros(4)
        for j in range(len(result)):
            result[j] = sum(W[j, i] * (y_hat[i] - y[i]) for i in range(3))
        return result

    found = judged(exercise_of("10"), answer)
    assert found.question.verdict.exact is None
    assert found.solved


def test_a_function_that_is_wrong_is_told_so():
    found = list(hints(exercise_of("12"), judged(exercise_of("12"), lambda d: d * (1 - d))))
    assert "what goes in, not what comes out" in found[1].words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (lambda z: z, "wanted parameters among the letters .*, got 'z'"),
        (lambda *letters: 0, "got 'letters'"),
        (3.0, "wanted a formula as text, or a function of letters, got float"),
        (lambda a: a / 0 if a is None else [][1], "IndexError"),
        (lambda a: "text", "wanted a number or an array of numbers"),
        (lambda a: None, "wanted a number or an array of numbers"),
    ],
)
def test_a_function_that_is_no_answer(given, words):
    found = judged(exercise_of("10"), given)
    assert found.question is None
    with pytest.raises(type(found.error), match=words):
        raise found.error


def test_a_function_can_not_change_the_letters():
    def answer(y_hat, y):
        y_hat[0] = y[0]
        return y_hat

    assert "read-only" in str(judged(exercise_of("5"), answer).error)


# Slips


@pytest.mark.parametrize(
    ("text", "right", "words"),
    [
        ("a + b", "a - b", "the sign + in `a + b` is the wrong one"),
        ("a * (b + c)", "a * (b - c)", "the sign + in `b + c` is the wrong one"),
        ("a * b * c", "a * b", "`c` is too much in `a * b * c`"),
        ("-a", "a", "the sign - before `a` is too much"),
        ("a[0]", "a[1]", "the number 0 in `a[0]` is the wrong one"),
        ("np.sum(a)", "np.mean(a)", "sum in `np.sum(a)` is the wrong function"),
        ("a @ a", "a.T @ a", "a in `a @ a` stands the wrong way round"),
        ("ŷ + b", "ŷ - b", "the sign + in `ŷ + b` is the wrong one"),  # more bytes than characters
    ],
)
def test_a_slip_is_found_where_it_is(text, right, words):
    tree = ast.dump(ast.parse(right))
    found = (said for said, changed in edits(text, ["a", "b", "c", "ŷ"]) if parsed(changed) == tree)
    assert next(found) == words


def parsed(text):
    try:
        return ast.dump(ast.parse(text))
    except SyntaxError:
        return None


@pytest.mark.parametrize("text", ["", "a +", "a b", "(" * 500, "a = 1"])
def test_what_is_no_formula_has_no_edits(text):
    assert list(edits(text, ["a"])) == []
