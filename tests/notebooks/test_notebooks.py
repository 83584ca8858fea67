"""The notebooks: made of their sources, kept without outputs, run from the first cell to the last."""

import importlib.util
import re
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat", reason="the extra notebook is not installed")
nbclient = pytest.importorskip("nbclient", reason="the extra notebook is not installed")
pytest.importorskip("ipykernel", reason="the extra notebook is not installed")

from handgrad.lessons.exercises import EXERCISES  # noqa: E402
from handgrad.lessons.solutions import solution_of  # noqa: E402

HOME = Path(__file__).parents[2] / "notebooks"
NAMES = ["lesson", "exercise", "solutions"]


def module():
    """notebooks/write.py."""
    spec = importlib.util.spec_from_file_location("write_notebooks", HOME / "write.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def read(name):
    return nbformat.read(HOME / f"{name}.ipynb", as_version=4)


def run(notebook):
    """The outputs of each cell by its id, after all were run."""
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(HOME)}}).execute()
    return {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}


def printed(outputs):
    return "".join(output.get("text", "") for output in outputs)


def shown(outputs, kind):
    return [output.data[kind] for output in outputs if kind in output.get("data", {})]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_what_its_source_makes(name):
    made = nbformat.writes(module().NOTEBOOKS[name]()) + "\n"
    assert (HOME / f"{name}.ipynb").read_text("utf-8") == made, "run python notebooks/write.py"


@pytest.mark.parametrize("name", NAMES)
def test_it_is_sound_and_has_no_outputs(name):
    notebook = read(name)
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert all(not cell.outputs and cell.execution_count is None for cell in notebook.cells if "outputs" in cell)


def test_the_lesson_runs_and_shows_graphs_and_verdicts():
    outputs = [output for some in run(read("lesson")).values() for output in some]
    assert [output for output in outputs if output.output_type == "stream" and output.name == "stderr"] == []
    assert len(shown(outputs, "image/svg+xml")) == 3
    html = "".join(shown(outputs, "text/html"))
    assert len(re.findall(">agrees</b>", html)) == 2
    assert len(re.findall(">agrees on a condition</b>", html)) == 3
    assert len(re.findall(">disagrees</b>", html)) == 3
    assert "by hand is -1 times the gradient in the derivative by theta: the sign is wrong" in html
    assert "nly the term with index 0" in html
    assert html.count("0.25</td>") == 16  # the pool's derivative
    assert any("\\hat{y}_i - y_i" in text for text in shown(outputs, "text/markdown"))
    assert float(re.search(r"at most (\S+) apart", printed(outputs)).group(1)) < 1e-14  # some rounding of sums of ten


def test_the_exercises_run_with_their_blanks():
    outputs = run(read("exercise"))
    for exercise in EXERCISES:
        assert printed(outputs[f"{exercise.id}-cmp"]) == f"{exercise.title}: nothing answered yet\n"
        assert printed(outputs[f"{exercise.id}-hint"]).startswith("hint 1 of 3, what is wanted: ")
        (task,) = shown(outputs[f"{exercise.id}-ask"], "text/markdown")
        assert exercise.task.split(":")[0].split("_")[0] in task
    assert printed(outputs["tally"]).count("nothing answered yet") == len(EXERCISES)
    assert printed(outputs["tally"]).endswith("0 of 22 solved\n")


def test_every_verdict_agrees_once_the_solutions_are_filled_in():
    solved = {cell.id: cell.source for cell in read("solutions").cells}
    notebook = read("exercise")
    for cell in notebook.cells:
        if cell.id.endswith("-answer"):
            cell.source = solved[cell.id]
    outputs = run(notebook)
    for exercise in EXERCISES:
        line, verdict = printed(outputs[f"{exercise.id}-cmp"]).splitlines()
        assert re.match(r"\w+ +exact: (True |False)  approximate: True   maxdiff: \S+ +\S+ ulps$", line)
        assert verdict.startswith("agrees")
        assert printed(outputs[f"{exercise.id}-hint"]) == "Nothing is wrong with it.\n"
    assert printed(outputs["tally"]).endswith("22 of 22 solved\n")


def test_a_wrong_answer_gets_its_hints_in_the_notebook():
    notebook = read("exercise")
    wrong = {"eq12-sigmoid-answer": 'eq12_sigmoid.answer = "d * (1 - d)"'}
    wrong["eq12-sigmoid-hint"] = "for _ in range(5):\n    eq12_sigmoid.hint()"
    wrong["eq10-input-answer"] = "eq10_input.answer = lambda W, y_hat: W @ y_hat"
    for cell in notebook.cells:
        cell.source = wrong.get(cell.id, cell.source)
    outputs = run(notebook)
    assert printed(outputs["eq12-sigmoid-cmp"]).splitlines()[1].startswith("disagrees")
    hints = printed(outputs["eq12-sigmoid-hint"]).splitlines()
    assert [hint[:6] for hint in hints] == ["hint 1", "hint 2", "hint 3", "hint 4", "There "]
    assert "not what comes out" in hints[1]
    assert hints[3].endswith("c * (1 - c)")
    assert printed(outputs["eq10-input-hint"]).startswith("hint 1 of 4, where it fails: 4 of 4 entries differ")


def test_the_exercises_do_not_show_the_solutions():
    text = (HOME / "exercise.ipynb").read_text("utf-8")
    assert all(len(formula := solution_of(asked).formula) < 8 or formula not in text for asked in EXERCISES)


def test_the_solutions_have_every_step():
    notebook = read("solutions")
    steps = {cell.id: cell.source for cell in notebook.cells}
    for exercise in EXERCISES:
        assert all(step in steps[f"{exercise.id}-steps"] for step in solution_of(exercise).steps)
    outputs = run(notebook)
    assert printed(outputs["tally"]).endswith("22 of 22 solved\n")
