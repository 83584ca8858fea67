"""A reader's answer to an exercise, judged: a formula as text, or a function of the letters."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from handgrad.checking.comparison import Comparison
from handgrad.checking.diagnosis.diagnose import slips
from handgrad.checking.diagnosis.results import Diagnosis
from handgrad.checking.oracles.rounding import Shaken, bare
from handgrad.checking.verdict import Outcome
from handgrad.errors import FormulaError, one_line
from handgrad.exact import ExactArray, ExactError
from handgrad.formula.expression import Typed, read_only, result_of
from handgrad.lessons.exercises import Exercise
from handgrad.render.text import certainty
from handgrad.report.problems import Formula
from handgrad.report.question import Question
from handgrad.report.symbols import Sizes
from handgrad.training.lockstep import Line, ulps
from handgrad.values import Array, Values

SIZES = Sizes()  # at which exercises are asked; that a formula holds at others too is asked by the verdict
BLANK = ("", "...", "…")

Given = str | Callable[..., Any]


@dataclass(frozen=True)
class Answer:
    """What was answered, and what was found out about it.

    question  with the verdict; None where the text is no formula or has no value, and `error` says why
    slips     small changes after which a formula without a value is right
    """

    exercise: Exercise
    question: Question | None
    error: FormulaError | None
    slips: tuple[Diagnosis, ...] = ()

    @property
    def solved(self) -> bool:
        """Whether the verdict is what the exercise asks for."""
        if self.question is None or not self.question.verdict.agrees:
            return False
        return not (self.exercise.everywhere and self.question.verdict.outcome is Outcome.ON_A_CONDITION)

    @property
    def line(self) -> Line | None:
        """By hand against automatic at the point that shows the verdict: name, exact, approximate, maxdiff."""
        if self.question is None or (self.question.verdict.comparison is None and not self.question.verdict.agrees):
            return None
        return compared_line(self.question.comparison)

    @property
    def words(self) -> tuple[str, str]:
        """The outcome, and on what condition, with what certainty, and whether it is what is asked for."""
        assert self.question is not None
        verdict = self.question.verdict
        condition = f": {verdict.condition}" if verdict.condition and verdict.agrees else ""
        short_of = ", and is asked for without one" if verdict.agrees and not self.solved else ""
        why = certainty(verdict) if self.line is not None else verdict.reason
        return str(verdict.outcome), f"{condition}{short_of}   {why}"


def judged(exercise: Exercise, given: Given, seed: int = 0) -> Answer:
    """Judge an answer: an expression in the letters of the exercise, or a function that takes some of them by name.

    Never raises for what a reader may write: what is no formula is an answer with an `error`.

    >>> from handgrad.lessons.exercises import exercise_of
    >>> judged(exercise_of("10"), "W @ (y_hat - y)").solved
    True
    >>> judged(exercise_of("10"), lambda W, y_hat: W @ y_hat).solved
    False
    >>> print(judged(exercise_of("10"), "W").question.verdict.reason)
    the derivative by a has shape (4, 3), wanted (4,)
    """
    letters = list(exercise.claim.shapes(SIZES))
    try:
        formula = Typed(given, letters) if isinstance(given, str) else function_of_letters(given, letters)
        question = Question(exercise.claim, formula, "yours", seed, SIZES)
    except FormulaError as error:
        return Answer(exercise, None, error)
    try:
        _ = question.verdict
        return Answer(exercise, question, None)
    except FormulaError as error:
        return Answer(exercise, None, error, slips(question.problem, seed))


def is_blank(given: Any) -> bool:
    """Whether nothing was answered yet.

    >>> is_blank("..."), is_blank("x")
    (True, False)
    """
    return given is None or given is ... or (isinstance(given, str) and given.strip() in BLANK)


def function_of_letters(function: Any, letters: Sequence[str]) -> Formula:
    """A function of some letters as a formula of a claim. It is the reader's own code, so it runs as it is.

    Raises `FormulaError` for what is no function, and for parameters that are no letters.
    """
    name = getattr(function, "__name__", type(function).__name__)
    try:
        wanted = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        raise FormulaError(f"answer: wanted a formula as text, or a function of letters, got {name}") from None
    unknown = [parameter for parameter in wanted if parameter not in letters]
    if unknown:
        raise FormulaError(f"{name}: wanted parameters among the letters {', '.join(letters)}, got {unknown[0]!r}")

    def formula(values: Values) -> Array:
        given = {letter: read_only(values[letter]) for letter in wanted}
        try:
            return result_of(function(**given), name)
        except FormulaError:
            raise
        except Exception as error:
            if any(isinstance(x, ExactArray) for x in given.values()):
                raise ExactError(f"{name} has no value on exact numbers: {one_line(error)}") from error
            if any(isinstance(x, Shaken) for x in given.values()):  # then its inputs alone are moved, not each step
                return result_of(function(**bare(given)), name)
            raise FormulaError(f"{name}: wanted a value at the letters, got {one_line(error)}") from error

    return formula


def compared_line(seen: Comparison) -> Line:
    """A comparison in the line that a training by both prints; a value that there is not is as far away as can be."""
    with np.errstate(all="ignore"):
        difference = np.where(np.isfinite(seen.difference), np.abs(seen.difference), np.inf)
    at = seen.worst_index if np.any(seen.differs) else np.unravel_index(np.argmax(difference), np.shape(difference))
    index = tuple(int(i) for i in at)
    return Line(
        seen.argument,
        exact=bool(np.array_equal(seen.hand, seen.automatic)),
        approximate=not np.any(seen.differs),
        difference=float(np.max(difference)),
        ulps=ulps(seen.hand, seen.automatic),
        allowed=float(seen.tolerance[index]),
        index=index,
        hand=float(seen.hand[index]),
        automatic=float(seen.automatic[index]),
    )
