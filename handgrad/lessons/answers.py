"""A reader's answer to an exercise, judged: a formula as text, or a function of the letters."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from handgrad.comparison import Comparison, Formula
from handgrad.errors import FormulaError, one_line
from handgrad.exact import ExactArray, ExactError
from handgrad.findings import Finding, certainty, find_out_yours
from handgrad.formula.expression import formula_of, read_only, result_of
from handgrad.lessons.exercises import Exercise
from handgrad.oracles.rounding import Shaken, bare
from handgrad.report.symbols import Sizes
from handgrad.training.lockstep import Line, ulps
from handgrad.values import Array, Values
from handgrad.verdict import Outcome

SIZES = Sizes()  # at which exercises are asked; that a formula holds at others too is asked by the verdict
BLANK = ("", "...", "…")

Given = str | Callable[..., Any]


@dataclass(frozen=True)
class Answer:
    """What was answered, and what was found out about it.

    text     the formula as it was typed; None for a function
    formula  of the letters; None where the text is no formula
    finding  the verdict; None where there is none, and `error` says why
    """

    exercise: Exercise
    text: str | None
    formula: Formula | None
    finding: Finding | None
    error: FormulaError | None

    @property
    def solved(self) -> bool:
        """Whether the verdict is what the exercise asks for."""
        if self.finding is None or not self.finding.verdict.agrees:
            return False
        return not (self.exercise.everywhere and self.finding.verdict.outcome is Outcome.ON_A_CONDITION)

    @property
    def line(self) -> Line | None:
        """By hand against automatic at the point that shows the verdict: name, exact, approximate, maxdiff."""
        return None if self.finding is None else line_of(self.finding.verdict.comparison)

    @property
    def words(self) -> tuple[str, str]:
        """The outcome, and on what condition, with what certainty, and whether it is what is asked for."""
        assert self.finding is not None
        verdict = self.finding.verdict
        condition = f": {verdict.condition}" if verdict.condition else ""
        short_of = ", and is asked for without one" if verdict.agrees and not self.solved else ""
        return str(verdict.outcome), f"{condition}{short_of}   {certainty(verdict)}"


def judged(exercise: Exercise, given: Given, seed: int = 0) -> Answer:
    """Judge an answer: an expression in the letters of the exercise, or a function that takes some of them by name.

    Never raises for what a reader may write: what is no formula, or has another shape, is an answer with an `error`.

    >>> from handgrad.lessons.exercises import exercise_of
    >>> judged(exercise_of("10"), "W @ (y_hat - y)").solved
    True
    >>> judged(exercise_of("10"), lambda W, y_hat: W @ y_hat).solved
    False
    >>> print(judged(exercise_of("10"), "W").error)
    (10) input: wanted a value of shape (4,), got (4, 3)
    """
    claim = exercise.claim
    letters = list(claim.shapes(SIZES))
    text = given if isinstance(given, str) else None
    formula: Formula | None = None
    try:
        if isinstance(given, str):
            formula = formula_of(given, letters, claim.as_read)
        else:
            formula = formula_by(given, letters, claim.as_read)
        return Answer(exercise, text, formula, find_out_yours(claim, formula, seed, SIZES), None)
    except FormulaError as error:
        return Answer(exercise, text, formula, None, error)


def is_blank(given: Any) -> bool:
    """Whether nothing was answered yet.

    >>> is_blank("..."), is_blank("x")
    (True, False)
    """
    return given is None or given is ... or (isinstance(given, str) and given.strip() in BLANK)


def formula_by(function: Any, letters: Sequence[str], read: Callable[[Values], Values]) -> Formula:
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
        known = read(values)
        given = {letter: read_only(known[letter]) for letter in wanted}
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


def line_of(seen: Comparison) -> Line:
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
