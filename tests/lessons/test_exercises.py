"""The exercises: in the report's order, each with a solution that is judged like any answer."""

from pathlib import Path

import pytest

import handgrad.lessons
from handgrad.checking.verdict import Outcome
from handgrad.errors import UnknownEquationError
from handgrad.lessons.answers import SIZES, is_blank, judged
from handgrad.lessons.exercises import EXERCISES, exercise_of, starting_at
from handgrad.lessons.solutions import SOLUTIONS, solution_of
from handgrad.report.equations import numbers
from handgrad.report.question import judge_formula
from handgrad.report.symbols import SIZES as NAMED
from handgrad.report.symbols import Sizes

HOME = Path(handgrad.lessons.__file__).parent
OTHERS = [Sizes(n=3, k=2, K=5, h=4, o=6), Sizes(n=1, k=1, K=2, h=2, o=3), NAMED["report"]]


def by_id(exercise):
    return exercise.id


def test_they_follow_the_report_and_leave_out_the_chain_rules_alone():
    equations = [int(exercise.equation) for exercise in EXERCISES]
    assert equations == sorted(equations)
    assert set(map(int, numbers())) - set(equations) == {1, 3}
    assert len({exercise.id for exercise in EXERCISES}) == len(EXERCISES)


def test_each_has_one_solution_and_there_is_no_other():
    assert list(SOLUTIONS) == [exercise.title for exercise in EXERCISES]


@pytest.mark.parametrize("exercise", EXERCISES, ids=by_id)
@pytest.mark.parametrize("seed", [0, 3])
def test_every_solution_is_what_is_asked_for(exercise, seed):
    answer = judged(exercise, solution_of(exercise).formula, seed)
    assert answer.solved
    proof = answer.question.verdict.exact
    assert proof is not None  # exactly
    assert not proof.partial  # and not at the sizes of the exercise alone
    assert answer.line.approximate
    if exercise.everywhere:
        assert answer.question.verdict.outcome is Outcome.AGREES


@pytest.mark.parametrize("exercise", EXERCISES, ids=by_id)
@pytest.mark.parametrize("sizes", OTHERS, ids=["odd", "least", "report"])
def test_every_solution_holds_at_other_sizes(exercise, sizes):
    formula = judged(exercise, solution_of(exercise).formula).question.formula
    assert judge_formula(exercise.claim, formula, sizes=sizes).agrees


@pytest.mark.parametrize("exercise", EXERCISES, ids=by_id)
def test_the_letters_alone_do_not_solve_it_unless_one_letter_is_the_solution(exercise):
    for letter in exercise.claim.shapes(SIZES):
        solved = judged(exercise, letter).solved
        assert solved == (letter == solution_of(exercise).formula)


@pytest.mark.parametrize("file", sorted(HOME.glob("*.py")), ids=lambda file: file.stem)
def test_solutions_stand_apart(file):
    text = "".join(file.read_text("utf-8").split())
    long_ones = [solution for solution in SOLUTIONS.values() if len(solution.formula) > 10]
    known = [solution for solution in long_ones if "".join(solution.formula.split()) in text]
    # The docstrings of two files show one answer that is right.
    shown = {"solutions": len(long_ones), "answers": 1, "notebook": 1}
    assert len(known) == shown.get(file.stem, 0)


def test_an_equation_without_an_exercise_leads_to_the_next():
    for number in numbers():
        assert int(EXERCISES[starting_at(number)].equation) == int(number) + (number in ("1", "3"))


@pytest.mark.parametrize("number", ["0", "16", "x", "", "beyond"])
def test_no_exercise_to_start_at(number):
    with pytest.raises(UnknownEquationError, match=r"wanted one of \(1\) to \(15\)"):
        starting_at(number)


def test_several_exercises_of_one_equation_need_a_choice():
    assert exercise_of("(9)", "bias").title == "(9) bias"
    with pytest.raises(UnknownEquationError, match=r"wanted one of \(9\) weights, \(9\) bias, got \(9\)$"):
        exercise_of("9")
    with pytest.raises(UnknownEquationError, match=r"got \(10\) output$"):
        exercise_of("10", "output")


@pytest.mark.parametrize(("given", "blank"), [("", True), (" ... ", True), (None, True), (..., True), ("x", False)])
def test_what_counts_as_no_answer(given, blank):
    assert is_blank(given) is blank
