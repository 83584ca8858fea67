"""The exercises as a notebook asks them; that whole notebooks run is tested beside these."""

import pytest

from handgrad.errors import UnknownEquationError
from handgrad.lessons.exercises import EXERCISES
from handgrad.lessons.notebook import Notebook


def said(capsys, *calls):
    for call in calls:
        call()
    return capsys.readouterr().out.splitlines()


def test_another_answer_has_hints_of_its_own_and_the_same_goes_on(capsys):
    asked = Notebook().ask("12")
    asked.answer = "d * (1 - d)"
    assert [line[:6] for line in said(capsys, asked.hint, asked.hint)] == ["hint 1", "hint 2"]
    asked.answer = " d * (1 - d)".strip()  # typed once more
    assert said(capsys, asked.hint)[0].startswith("hint 3 of 4")
    asked.answer = lambda c: -c * (1 - c)
    lines = said(capsys, asked.hint, asked.hint)
    assert lines[0].startswith("hint 1 of 4")
    assert lines[1].endswith("by hand is -1 times the gradient: the sign is wrong")
    asked.answer = "c * (1 - c)"
    assert said(capsys, asked.hint) == ["Nothing is wrong with it."]


def test_what_is_no_formula_is_a_line(capsys):
    asked = Notebook().ask("10", "input")
    for given, words in (
        ("W @", "wanted one expression"),
        ("W", "the derivative by a has shape (4, 3), wanted (4,)"),
        (3, "int"),
    ):
        asked.answer = given
        (line,) = said(capsys, asked.cmp)
        assert words in line


def test_a_verdict_is_computed_once_for_an_answer(monkeypatch, capsys):
    from handgrad.lessons import notebook

    asked, count = Notebook().ask("12"), []
    judged = notebook.judged
    monkeypatch.setattr(notebook, "judged", lambda *given: count.append(1) or judged(*given))
    asked.answer = "c"
    said(capsys, asked.cmp, asked.cmp, asked.hint)
    asked.answer = "d"
    said(capsys, asked.cmp)
    assert len(count) == 2


def test_a_tally_has_a_line_for_each(capsys):
    notebook = Notebook()
    first, second, third = (notebook.ask(exercise.equation, exercise.part) for exercise in EXERCISES[:3])
    first.answer, second.answer = "y_hat - y", "f["
    lines = said(capsys, notebook.tally)
    assert "maxdiff: 0.00e+00" in lines[0]
    assert "wanted one expression" in lines[1]
    assert lines[2].endswith("nothing answered yet")
    assert lines[3] == "1 of 3 solved"
    assert third.judged() is None


def test_text_where_there_is_no_notebook():
    asked = Notebook().ask("12")
    assert repr(asked).startswith("(12) sigmoid: Before the pool stands the sigmoid")
    assert "letters: `n` number, `d` (16,), `c` (16,)" in asked._repr_markdown_()
    assert "wanted: an array of shape (16,)" in asked._repr_markdown_()


def test_no_such_exercise():
    with pytest.raises(UnknownEquationError):
        Notebook().ask("16")
