"""Hints, graded: where an answer fails, what kind of mistake that is, how the derivation begins, and the solution.

The first two are about this very answer. One is told at a time; each is worked out when it is asked for.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from handgrad.checking.oracles.manual import numbers
from handgrad.checking.verdict import Outcome
from handgrad.errors import FormulaError
from handgrad.lessons.answers import SIZES, Answer
from handgrad.lessons.exercises import Exercise
from handgrad.lessons.solutions import solution_of
from handgrad.render.messages import joined
from handgrad.render.text import absence, entry_text, explanation, extent, sentence
from handgrad.report.question import asked

UNKNOWN = "no single mistake that is known here explains the whole difference"


@dataclass(frozen=True)
class Hint:
    """One hint: which of how many, what it is about, and its words."""

    number: int
    of: int
    about: str
    words: str

    @property
    def is_last(self) -> bool:
        """Whether it gives the solution."""
        return self.number == self.of

    def __str__(self) -> str:
        return f"hint {self.number} of {self.of}, {self.about}: {self.words}"


def hints(exercise: Exercise, answer: Answer | None) -> Iterator[Hint]:
    """The hints after an answer, or before there is one; none where nothing is wrong.

    >>> from handgrad.lessons.answers import judged
    >>> from handgrad.lessons.exercises import exercise_of
    >>> print(next(hints(exercise_of("10"), judged(exercise_of("10"), "W @ (y - y_hat)"))))
    hint 1 of 4, where it fails: 4 of 4 entries differ, at a random point. The worst is ...
    """
    if answer is not None and answer.solved:
        return
    told = list(ladder(exercise, answer))
    for number, (about, words) in enumerate(told, start=1):
        yield Hint(number, len(told), about, words())


def ladder(exercise: Exercise, answer: Answer | None) -> Iterator[tuple[str, Callable[[], str]]]:
    """What each hint is about, and what works out its words."""
    solution = solution_of(exercise)
    if answer is None:
        yield "what is wanted", lambda: wanted(exercise)
    else:
        yield "where it fails", lambda: where(answer)
    if answer is not None and (answer.question is not None or answer.slips):
        yield "what kind of mistake", lambda: mistake(answer)
    if answer is not None and is_as_printed(answer):
        note = exercise.claim.authors_note
        yield "what the report prints", lambda: "just this, and wrongly" + (f"; author's note: {note}" if note else "")
    yield "how the derivation begins", lambda: solution.steps[0]
    yield "the solution", lambda: solution.formula


def wanted(exercise: Exercise) -> str:
    """The shape of what is asked for."""
    shape = exercise.claim.shape(SIZES)
    by = ", ".join(exercise.claim.with_respect_to)
    value = f"an array of shape {shape}" if shape else "one number"
    return f"{value}, the derivative by {by}" if by else value


def where(answer: Answer) -> str:
    """Where an answer fails: its shape, how many entries, the worst of them; or on what condition it holds."""
    if answer.question is None:
        return str(answer.error)
    verdict = answer.question.verdict
    if verdict.outcome is not Outcome.DISAGREES:
        return explanation(verdict) or ""
    worst = None if verdict.worst is None else f"the worst is {entry_text(verdict.worst)}"
    return str(joined(sentence(words) for words in (extent(verdict), absence(verdict), verdict.reason, worst) if words))


def mistake(answer: Answer) -> str:
    """What kind of mistake it is, as every verdict says it."""
    if answer.question is None:
        return "; ".join(found.words for found in answer.slips)
    verdict = answer.question.verdict
    if verdict.agrees:
        return f"a step of it needs {verdict.condition}, and nothing said so"
    return "; ".join(found.words for found in verdict.diagnosis) or UNKNOWN


def is_as_printed(answer: Answer) -> bool:
    """Whether a wrong answer is just what the report prints."""
    claim, question = answer.exercise.claim, answer.question
    if question is None or question.verdict.agrees or not claim.needs_correction():
        return False
    printed = asked(claim, "printed", question.seed, SIZES)
    domain = question.problem.domain
    try:
        for point in domain.points(question.problem, 0, 2):
            with np.errstate(all="ignore"):
                mine, theirs = (numbers(one.problem.returned(point.values)) for one in (question, printed))
            if mine.shape != theirs.shape or not np.allclose(mine, theirs, rtol=1e-9, atol=0, equal_nan=True):
                return False
    except (FormulaError, ValueError, IndexError):  # made for one size alone, which the print is not
        return False
    return True
