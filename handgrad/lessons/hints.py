"""Hints, graded: where an answer fails, what kind of mistake that is, how the derivation begins, and the solution.

The first two are about this very answer. One is told at a time; each is worked out when it is asked for.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from handgrad.comparison import value_by_hand
from handgrad.diagnosis import explanation, extent, only_elsewhere
from handgrad.errors import FormulaError
from handgrad.findings import entry_text
from handgrad.lessons.answers import SIZES, Answer
from handgrad.lessons.exercises import Exercise
from handgrad.lessons.mistakes import mistake
from handgrad.lessons.solutions import solution_of
from handgrad.verdict import Outcome

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
    hint 1 of 4, where it fails: 4 of 4 entries differ. The worst is ...
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
    if answer is not None and answer.formula is not None:
        yield "what kind of mistake", lambda: mistake(answer) or UNKNOWN
    if answer is not None and is_as_printed(answer):
        yield (
            "what the report prints",
            lambda: f"just this, and wrongly. The right form puts in {exercise.claim.correction}",
        )
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
    if answer.finding is None:
        return str(answer.error)
    verdict, seen = answer.finding.verdict, answer.finding.verdict.comparison
    if verdict.outcome is not Outcome.DISAGREES:
        return explanation(verdict) or ""
    worst = f"The worst is {entry_text(seen.worst)}" if np.any(seen.differs) else ""
    return " ".join(words for words in (only_elsewhere(verdict), extent(seen), worst) if words)


def is_as_printed(answer: Answer) -> bool:
    """Whether a wrong answer is just what the report prints."""
    claim, formula = answer.exercise.claim, answer.formula
    if answer.finding is None or formula is None or not claim.needs_correction():
        return False
    condition = claim.conditions[-1] if claim.conditions else None
    try:
        for sizes in (SIZES, claim.other_sizes(SIZES, formula)):
            values = claim.draw(0, 0, sizes, condition)
            with np.errstate(all="ignore"):
                mine = np.asarray(formula(claim.complete(values)), dtype=float)
                printed = np.reshape(value_by_hand(claim, claim.printed, values, sizes), claim.shape(sizes))
            if not np.allclose(mine, printed, rtol=1e-9, atol=0, equal_nan=True):
                return False
    except (FormulaError, ValueError, IndexError):  # made for one size alone, which the print is not
        return False
    return True
