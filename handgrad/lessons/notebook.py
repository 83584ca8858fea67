"""The exercises in a notebook: a blank to fill, a line by hand against automatic, and hints one at a time.

    notebook = Notebook()
    eq10_input = notebook.ask("10", "input")
    eq10_input.answer = "W @ (y_hat - y)"  # or a function of the letters
    eq10_input.cmp()
    eq10_input.hint()

Nothing is answered as long as `answer` is "...".
"""

from collections.abc import Iterator

from handgrad.lessons.answers import SIZES, Answer, Given, is_blank, judged
from handgrad.lessons.exercises import Exercise, exercise_of
from handgrad.lessons.hints import Hint, hints, wanted
from handgrad.report.claims import marked


class Asked:
    """An exercise that is asked: assign to `answer`, then `cmp()`; `hint()` says what is wrong with it.

    >>> asked = Notebook().ask("12")
    >>> asked.cmp()
    (12) sigmoid: nothing answered yet
    >>> asked.answer = lambda c: c * (1 + c)
    >>> asked.hint()
    hint 1 of 4, where it fails: 16 of 16 entries differ, at a random point. The worst is ...
    >>> asked.hint()
    hint 2 of 4, what kind of mistake: ... a wrong sign in it
    """

    def __init__(self, exercise: Exercise, seed: int = 0):
        self.exercise, self.seed = exercise, seed
        self.answer: Given = "..."
        self._judged: tuple[Given, Answer] | None = None
        self._hints: tuple[Given, Iterator[Hint]] | None = None

    def judged(self) -> Answer | None:
        """What was found out about the answer; None as long as there is none."""
        if is_blank(self.answer):
            return None
        if self._judged is None or not same(self._judged[0], self.answer):
            self._judged = self.answer, judged(self.exercise, self.answer, self.seed)
        return self._judged[1]

    def cmp(self) -> None:
        """Print by hand against automatic in a line, and the verdict."""
        answer = self.judged()
        if answer is None:
            print(f"{self.exercise.title}: nothing answered yet")
        elif answer.question is None:
            print(answer.error)
        else:
            print("\n".join(filter(None, [str(answer.line or ""), "".join(answer.words)])))

    def hint(self) -> None:
        """Print the next hint; another answer has hints of its own."""
        answer = self.judged()
        if answer is not None and answer.solved:
            print("Nothing is wrong with it.")
            return
        if self._hints is None or not same(self._hints[0], self.answer):
            self._hints = self.answer, hints(self.exercise, answer)
        print(next(self._hints[1], "There is no further hint."))

    def _repr_markdown_(self) -> str:
        letters = ", ".join(
            f"`{name}` {marked(str(shape or 'number'))}" for name, shape in self.exercise.claim.shapes(SIZES).items()
        )
        parts = (f"**{marked(self.exercise.title)}** {marked(self.exercise.task)}", f"letters: {letters}")
        return "\n\n".join([*parts, f"wanted: {marked(wanted(self.exercise))}"])

    def __repr__(self) -> str:
        return f"{self.exercise.title}: {self.exercise.task}"


def same(one: Given, other: Given) -> bool:
    """Whether two answers are one: the same function, or the same text, typed once more."""
    return one is other or (isinstance(one, str) and isinstance(other, str) and one == other)


class Notebook:
    """All that was asked, for a tally in the end."""

    def __init__(self, seed: int = 0):
        self.seed = seed
        self.asked: dict[str, Asked] = {}

    def ask(self, equation: str, part: str | None = None) -> Asked:
        """An exercise, to be shown as the last thing in its cell.

        Raises `UnknownEquationError` where there is none.
        """
        asked = Asked(exercise_of(equation, part), self.seed)
        self.asked[asked.exercise.id] = asked
        return asked

    def tally(self) -> None:
        """Print every answer in a line, and how many are solved."""
        for asked in self.asked.values():
            answer = asked.judged()
            seen = "nothing answered yet" if answer is None else str(answer.line or answer.error)
            print(f"{asked.exercise.title:16}  {seen}")
        solved = [asked for asked in self.asked.values() if (answer := asked.judged()) is not None and answer.solved]
        print(f"{len(solved)} of {len(self.asked)} solved")
