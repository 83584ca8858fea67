"""A question about the report: is this form, or this formula of a reader, what the claim says? The judge answers.

The JSON of an answer:

    {"equation": "10", "part": "input", "form": "printed" | "right" | "yours",
     "outcome": "agrees" | "agrees on a condition" | "disagrees" | "cannot decide",
     "condition": text or null,
     "worst": {"argument", "index", "hand", "automatic", "numeric"} or null,
     "explanation": text or null,
     "diagnosis": [{"kind", "words", "fix", "factor"}],
     "authors_note": text or null,
     "counterexample": {"letters": {name: value}, "hand", "automatic"} or null,
     "exact": {"trials": n, "error_bound": p, "fields": [primes]} or null}

`exact` is the certificate of an exact verdict: p bounds the probability of a false "agrees". It is null where
the verdict rests on floating point. A value that there is not (no entry of that index, an overflow) is null.
"""

import shlex
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np

from handgrad.checking.comparison import Comparison, compare
from handgrad.checking.domain import Domain
from handgrad.checking.judge import decide
from handgrad.checking.options import Options
from handgrad.checking.problem import Problem
from handgrad.checking.shrink import Example, listed, shrink
from handgrad.checking.verdict import Outcome, Verdict
from handgrad.errors import JudgingError, UnknownEquationError
from handgrad.formula.expression import Typed
from handgrad.render import html, text
from handgrad.report.claims import Claim, FormName
from handgrad.report.problems import Formula, problem_of
from handgrad.report.symbols import SIZES, Sizes
from handgrad.values import Condition, Values

SMALL = SIZES["small"]


@dataclass(frozen=True)
class Question:
    """Is this formula what the claim says it is?

    form    "printed", "right", or "yours" for a reader's formula of the letters as they are shown
    exact   False judges in floating point alone, as float32 does
    on      the condition that all letters meet

    >>> from handgrad.report.equations import claims_of
    >>> claim, = claims_of(["10"], part="input")
    >>> question = typed(claim, "W @ (y_hat - y) * 2")
    >>> print(question.verdict.outcome, question.command(), sep="; ")
    disagrees; handgrad compare 10 --part "input" --try 'W @ (y_hat - y) * 2' --seed 0
    """

    claim: Claim
    formula: Formula
    form: Literal["printed", "right", "yours"] = "yours"
    seed: int = 0
    sizes: Sizes = SMALL
    dtype: Any = np.float64
    exact: bool = True
    on: Condition | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.claim, Claim):
            got = type(self.claim).__name__
            raise JudgingError(f"judge: wanted a claim, as claims_of gives them, got {got}")
        if not callable(self.formula):
            got = type(self.formula).__name__
            raise JudgingError(f"judge: wanted a formula as a function of the letters, got {got}")
        if not isinstance(self.seed, int) or isinstance(self.seed, bool) or self.seed < 0:
            raise JudgingError(f"seed: wanted an integer of at least 0, got {self.seed!r}")
        if not isinstance(self.sizes, Sizes):
            raise JudgingError(f"sizes: wanted Sizes, got {type(self.sizes).__name__}")
        try:
            known = np.dtype(self.dtype) in (np.float32, np.float64)
        except TypeError:
            known = False
        if not known:
            got = getattr(self.dtype, "__name__", self.dtype)
            raise JudgingError(f"dtype: wanted float32 or float64, got {got!s}")

    @cached_property
    def problem(self) -> Problem:
        """The question as the judge takes it."""
        problem = problem_of(self.claim, self.formula, self.sizes, self.dtype)
        return problem if self.on is None else replace(problem, domain=problem.domain.on(self.on))

    @cached_property
    def decided(self) -> tuple[Verdict, Domain]:
        """The answer, and where it was reached. Raises `FormulaError` where a reader's formula has no value."""
        exact: Any = "auto" if self.exact and np.dtype(self.dtype) == np.float64 else False
        return decide(self.problem, Options(seed=self.seed, exact=exact))

    @property
    def verdict(self) -> Verdict:
        """The answer."""
        return self.decided[0]

    @cached_property
    def comparison(self) -> Comparison:
        """The three opinions at a point that shows the verdict; on the condition, where it holds on one."""
        verdict, domain = self.decided
        if verdict.comparison is not None and verdict.outcome is not Outcome.ON_A_CONDITION:
            return verdict.comparison
        return self.compared_at(next(domain.points(self.problem, self.seed, 1)).values)

    def inputs(self, letters: Values) -> Values:
        """Free letters with all their axes, at the question's sizes, as the problem takes them."""
        return self.problem.domain.values(letters, self.sizes)  # type: ignore[attr-defined, no-any-return]

    def compared_at(self, values: Values, samples: int = 2) -> Comparison:
        """The three opinions at some letters. Raises `FormulaError` where a reader's formula has no value."""
        with np.errstate(all="ignore"):
            return compare(self.problem, values, self.seed, samples)

    @cached_property
    def counterexample(self) -> Example | None:
        """The smallest example of what is wrong; off the condition, where it holds on one."""
        if self.verdict.outcome is not Outcome.ON_A_CONDITION:
            return self.verdict.counterexample
        with np.errstate(all="ignore"):
            return shrink(self.problem, self.problem.domain, self.seed, smooth=True)

    def command(self) -> str:
        """What to type to get the same answer."""
        typed = getattr(self.formula, "text", None)
        form = f"--try {shlex.quote(typed)}" if self.form == "yours" and typed else f"--form {self.form}"
        options = f' --part "{self.claim.part}" {form} --seed {self.seed}'
        if self.sizes.n > Sizes().n:
            options += " --size report"
        options += "" if self.sizes.N == 1 else f" --batch {self.sizes.N}"
        options += "" if self.sizes.F == 1 else f" --filters {self.sizes.F}"
        return f"handgrad compare {self.claim.equation}{options}"

    def failure_lines(self) -> Iterator[str]:
        """What is wrong, the smallest example, and the author's note where the diagnosis is silent on the print."""
        yield from text.failure_lines(self.verdict, self.counterexample)
        if self.authors_note:
            yield f"author's note: {self.authors_note}"

    @property
    def authors_note(self) -> str | None:
        """What a person says of a wrong print, where the judge can't say it yet."""
        silent = self.verdict.outcome is Outcome.DISAGREES and not self.verdict.diagnosis
        return self.claim.authors_note or None if silent and self.form == "printed" else None

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the module's docstring."""
        verdict, example = self.verdict, self.counterexample
        proof = verdict.exact
        fields = ("trials", "error_bound", "fields")
        return {
            "equation": self.claim.equation,
            "part": self.claim.part,
            "form": self.form,
            "outcome": str(verdict.outcome),
            "condition": verdict.condition if verdict.agrees else None,
            "worst": None if verdict.worst is None else asdict(verdict.worst) | {"index": list(verdict.worst.index)},
            "explanation": text.explanation(verdict) if verdict.outcome is not Outcome.AGREES else None,
            "diagnosis": [asdict(found) for found in verdict.diagnosis],
            "authors_note": self.authors_note,
            "counterexample": None
            if example is None
            else {"letters": example.inputs, "hand": example.hand, "automatic": example.automatic},
            "exact": None if proof is None else {name: asdict(proof)[name] for name in fields},
        }

    def arrays(self) -> dict[str, Any]:
        """The three opinions as lists; none where by hand has a wrong shape."""
        if self.verdict.comparison is None and not self.verdict.agrees:
            return {"hand": None, "automatic": None, "numeric": None}
        seen = self.comparison
        return {"hand": listed(seen.hand), "automatic": listed(seen.automatic), "numeric": listed(seen.numeric.value)}

    def __str__(self) -> str:
        head = f"{self.claim.title}   {self.form}   {text.outcome_text(self.verdict, upper=True)}"
        note = [f"author's note: {self.authors_note}"] if self.authors_note else []
        return "\n  ".join([head, *text.evidence_lines(self.verdict), *note])

    def _repr_html_(self) -> str:
        return html.question_html(self)


def asked(
    claim: Claim, form: FormName, seed: int = 0, sizes: Sizes | None = None, dtype: Any = np.float64, exact: bool = True
) -> Question:
    """The question about one form of a claim.

    Raises `UnknownEquationError` for a form that there is not, `JudgingError` for what can't be judged with.
    """
    if not isinstance(claim, Claim):
        raise JudgingError(f"judge: wanted a claim, as claims_of gives them, got {type(claim).__name__}")
    if form not in claim.forms():
        raise UnknownEquationError(f"form: wanted one of {', '.join(claim.forms())} for {claim.title}, got {form!r}")
    return Question(claim, claim.forms()[form], form, seed, Sizes() if sizes is None else sizes, dtype, exact)


def typed(claim: Claim, text: str, seed: int = 0, sizes: Sizes | None = None) -> Question:
    """The question about a formula that a reader has typed.

    Raises `FormulaError` when it can't be read.
    """
    sizes = Sizes() if sizes is None else sizes
    return Question(claim, Typed(text, list(claim.shapes(sizes))), "yours", seed, sizes)


def judge(
    claim: Claim, form: FormName, seed: int = 0, sizes: Sizes | None = None, dtype: Any = np.float64, exact: bool = True
) -> Verdict:
    """The verdict on one form of a claim.

    >>> from handgrad.report.equations import claims_of
    >>> claim, = claims_of(["10"], part="input")
    >>> judge(claim, "printed").outcome, judge(claim, "right").condition
    (<Outcome.DISAGREES: 'disagrees'>, 'sum_k y_k = 1')
    """
    return asked(claim, form, seed, sizes, dtype, exact).verdict


def judge_formula(
    claim: Claim, formula: Formula, seed: int = 0, sizes: Sizes | None = None, dtype: Any = np.float64,
    exact: bool = True,
) -> Verdict:  # fmt: skip
    """The verdict on any formula in a claim's letters: a function of the letters as a reader sees them.

    `exact=False`, or float32, judges in floating point alone.

    Raises `FormulaError` when the formula has no value, `JudgingError` for anything else that can't be judged.
    """
    return Question(claim, formula, "yours", seed, Sizes() if sizes is None else sizes, dtype, exact).verdict


def both_forms(claim: Claim, seed: int, sizes: Sizes, printed_only: bool = False) -> list[Question]:
    """The questions about the printed and the right form; one judgement serves both where they are the same."""
    if not claim.in_report:
        return [] if printed_only else [asked(claim, "right", seed, sizes)]
    printed = asked(claim, "printed", seed, sizes)
    if printed_only:
        return [printed]
    if claim.needs_correction():
        return [printed, asked(claim, "right", seed, sizes)]
    again = replace(printed, form="right")
    again.__dict__["decided"] = printed.decided
    return [printed, again]
