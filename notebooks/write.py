"""Write the notebooks: `python notebooks/write.py`.

lesson.ipynb is made of lesson.md, a cell for each piece of code and each text between; exercise.ipynb and
solutions.ipynb of the tables in `handgrad/lessons`. They are kept without outputs; a test holds them to this.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, v4, writes

from handgrad.lessons.exercises import EXERCISES, Exercise
from handgrad.lessons.solutions import solution_of

HOME = Path(__file__).parent
LONGEST = 95  # characters of a formula that stands on the line of its answer
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
SETUP = "from handgrad.lessons.notebook import Notebook\n\nnotebook = Notebook()"
EXERCISE = """\
# Derive it yourself

Each exercise asks for one formula of the report. Put yours in place of the dots: as text, in the letters shown, with
`+ - * / ** @` and NumPy's functions as `np.<name>`; or as a function of some of the letters, `answer = lambda c: ...`.

- `cmp()` sets by hand against automatic: bit for bit the same (*exact*), the same as far as rounding goes
  (*approximate*), the greatest difference (*maxdiff*), and the verdict.
- `hint()` says one thing after another: where your answer fails, what kind of mistake that is, how the derivation
  begins, and last the solution. Another answer has hints of its own.
"""
SOLUTIONS = """\
# The solutions

Each with the steps that lead to it, and judged like any answer. Try `exercise.ipynb` first.
"""


def lesson() -> NotebookNode:
    """The lesson, from its text."""
    text = (HOME / "lesson.md").read_text("utf-8")
    pieces = re.split(r"^```python\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)
    makers = (v4.new_markdown_cell, v4.new_code_cell)
    filled = [(makers[i % 2], piece.strip()) for i, piece in enumerate(pieces) if piece.strip()]
    return notebook([make(piece, id=f"lesson-{i:02}") for i, (make, piece) in enumerate(filled)])


def exercise() -> NotebookNode:
    """A blank for each exercise."""
    return notebook([*opening(EXERCISE), *(cell for asked in EXERCISES for cell in blank(asked)), closing()])


def solutions() -> NotebookNode:
    """Each exercise with its steps and its formula."""
    return notebook([*opening(SOLUTIONS), *(cell for asked in EXERCISES for cell in solved(asked)), closing()])


def opening(text: str) -> list[NotebookNode]:
    """What comes before the first exercise."""
    return [v4.new_markdown_cell(text.strip(), id="opening"), v4.new_code_cell(SETUP, id="setup")]


def closing() -> NotebookNode:
    """What comes after the last."""
    return v4.new_code_cell("notebook.tally()", id="tally")


def blank(asked: Exercise) -> Iterator[NotebookNode]:
    """The task, a blank, the line, the hints."""
    yield from question(asked)
    yield answer(asked, "...")
    yield code(asked, "cmp", "{}.cmp()")
    yield code(asked, "hint", "{}.hint()")


def solved(asked: Exercise) -> Iterator[NotebookNode]:
    """The task, the steps, the formula, the line."""
    yield from question(asked)
    steps = "\n".join(f"{i}. {step}" for i, step in enumerate(solution_of(asked).steps, start=1))
    yield v4.new_markdown_cell(steps, id=f"{asked.id}-steps")
    yield answer(asked, solution_of(asked).formula)
    yield code(asked, "cmp", "{}.cmp()")


def question(asked: Exercise) -> Iterator[NotebookNode]:
    """The cell that shows the task."""
    yield code(asked, "ask", f'{{0}} = notebook.ask("{asked.equation}", "{asked.part}")\n{{0}}')


def answer(asked: Exercise, formula: str) -> NotebookNode:
    """The cell with the answer."""
    line = f'"{formula}"' if len(formula) < LONGEST else f'(\n    "{formula}"\n)'
    return code(asked, "answer", f"{{}}.answer = {line}")


def code(asked: Exercise, what: str, text: str) -> NotebookNode:
    """A cell about one exercise, whose variable is named by it."""
    return v4.new_code_cell(text.format(asked.id.replace("-", "_")), id=f"{asked.id}-{what}")


def notebook(cells: list[Any]) -> NotebookNode:
    """Cells as a notebook."""
    return v4.new_notebook(cells=cells, metadata=METADATA)


NOTEBOOKS = {"lesson": lesson, "exercise": exercise, "solutions": solutions}


def main() -> None:
    """Write all of them."""
    for name, make in NOTEBOOKS.items():
        (HOME / f"{name}.ipynb").write_text(writes(make()) + "\n", "utf-8")


if __name__ == "__main__":
    main()
