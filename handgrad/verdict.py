"""Reaching a verdict on a formula.

First exactly (`proof.py`), where every operation has an exact meaning: by hand and automatic are the same
function or they are not. A difference is then looked at in floating point, where a numeric opinion says
whom to blame. What has no exact meaning is judged in floating point alone (`comparison.py`), and the
verdict says so. A formula that fails on its whole domain is tried again on a condition.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np

from handgrad.comparison import Blame, Comparison, Entry, Formula, compare_on
from handgrad.errors import JudgingError, UnknownEquationError
from handgrad.exact import ExactError
from handgrad.memory import Memory
from handgrad.oracles.rounding import SAMPLES
from handgrad.proof import Proof, prove
from handgrad.report.claims import Claim, FormName
from handgrad.report.symbols import Sizes
from handgrad.values import Condition

FEW = 2  # samples of rounding where the exact answer is known already, and floating point only shows it


class Outcome(StrEnum):
    """What a verdict says."""

    AGREES = "agrees"
    ON_A_CONDITION = "agrees on a condition"
    DISAGREES = "disagrees"
    CANNOT_DECIDE = "cannot decide"


@dataclass(frozen=True)
class Verdict:
    """What was found out about a formula.

    on          the condition, where the outcome is "agrees on a condition"
    blame       who stands alone: "hand", "automatic" or "numeric"
    proof       the exact answer that the outcome rests on; None where it rests on floating point
    remark      why it rests on floating point, or what the exact answer hangs on
    seed, sizes, dtype  what to give to see the same again
    """

    claim: Claim
    form: FormName | None
    formula: Formula
    outcome: Outcome
    on: Condition | None
    blame: Blame | None
    proof: Proof | None
    remark: str | None
    seed: int
    sizes: Sizes
    dtype: Any
    evidence: Comparison | None = field(repr=False, default=None)

    @property
    def agrees(self) -> bool:
        """Whether the formula holds, on the whole domain or on a condition."""
        return self.outcome in (Outcome.AGREES, Outcome.ON_A_CONDITION)

    @property
    def condition(self) -> str | None:
        """The condition in words."""
        return None if self.on is None else self.on.text

    @cached_property
    def comparison(self) -> Comparison:
        """A point that shows the verdict in floating point; on the condition, where there is one."""
        return self.evidence or self._compare(self.on)

    @cached_property
    def elsewhere(self) -> Comparison | None:
        """Where the outcome is "agrees on a condition": a point off the condition."""
        return None if self.on is None else self._compare(None)

    def _compare(self, on: Condition | None) -> Comparison:
        samples = SAMPLES if self.proof is None else FEW
        return compare_on(self.claim, self.formula, self.seed, self.sizes, on, self.dtype, samples)

    @property
    def worst(self) -> Entry | None:
        """The worst entry, where by hand and automatic differ somewhere in the whole domain."""
        if self.outcome is Outcome.AGREES:
            return None
        seen = self.elsewhere or self.comparison
        return seen.worst if np.any(seen.differs) else None

    def _repr_html_(self) -> str:
        return self._repr_mimebundle_()["text/html"]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        from handgrad.findings import Finding  # a finding is made of a verdict, so it comes after

        return Finding(self, self.form or "yours")._repr_mimebundle_()


def judge(
    claim: Claim,
    form: FormName,
    seed: int = 0,
    sizes: Sizes | None = None,
    dtype: Any = np.float64,
    exact: bool = True,
    memory: Memory | None = None,
) -> Verdict:
    """Judge one form of a claim.

    Raises as `judge_formula` does, and `UnknownEquationError` for a form that there is not.

    >>> from handgrad.report.equations import claims_of
    >>> claim, = claims_of(["10"], part="input")
    >>> judge(claim, "printed").outcome, judge(claim, "right").condition
    (<Outcome.DISAGREES: 'disagrees'>, 'sum_k y_k = 1')
    """
    require_claim(claim)
    if form not in claim.forms():
        raise UnknownEquationError(f"form: wanted one of {', '.join(claim.forms())} for {claim.title}, got {form!r}")
    return judge_formula(claim, claim.forms()[form], seed, sizes, dtype, form, exact, memory)


def judge_formula(
    claim: Claim,
    formula: Formula,
    seed: int = 0,
    sizes: Sizes | None = None,
    dtype: Any = np.float64,
    form: FormName | None = None,
    exact: bool = True,
    memory: Memory | None = None,
) -> Verdict:
    """Judge any formula in a claim's letters: a function of the claim's `Values`.

    `exact=False`, or float32, judges in floating point alone; judgements that share a `memory` compute less.

    Raises `FormulaError` when the formula has no value of the claimed shape, `JudgingError` for anything else that
    can't be judged or judged with.
    """
    require_judgeable(claim, formula, seed, sizes, dtype)
    sizes = sizes or Sizes()
    proof, remark = None, "asked for"
    if exact and np.dtype(dtype) == np.float64:
        try:
            proof, remark = prove(claim, formula, seed, sizes, memory), ""
        except ExactError as error:
            remark = str(error)

    def verdict(
        outcome: Outcome, on: Condition | None, seen: Comparison | None, shown: Proof | None, remark: str = ""
    ) -> Verdict:
        blame = None if seen is None else seen.blame
        return Verdict(claim, form, formula, outcome, on, blame, shown, remark or None, seed, sizes, dtype, seen)

    if proof is not None and proof.identity.same:
        outcome = Outcome.AGREES if proof.condition is None else Outcome.ON_A_CONDITION
        return verdict(outcome, proof.condition, None, proof)
    outcome, on, seen = in_floating_point(claim, formula, seed, sizes, dtype, SAMPLES if proof is None else FEW)
    if proof is None:
        return verdict(outcome, on, seen, None, remark)
    if outcome in (Outcome.AGREES, Outcome.ON_A_CONDITION):
        if proof.identity.opaque or proof.identity.hangs_on_constants:
            return verdict(outcome, on, seen, None, hangs_on(proof))
        return verdict(Outcome.DISAGREES, None, seen, proof, "the difference is below rounding")
    return verdict(outcome, on, seen, proof if outcome is Outcome.DISAGREES else None)


def require_claim(claim: Any) -> None:
    """Raises `JudgingError` for what is none."""
    if not isinstance(claim, Claim):
        raise JudgingError(f"judge: wanted a claim, as claims_of gives them, got {type(claim).__name__}")


def require_judgeable(claim: Any, formula: Any, seed: Any, sizes: Any, dtype: Any) -> None:
    """Raises `JudgingError`, where nothing can be judged with these."""
    require_claim(claim)
    if not callable(formula):
        raise JudgingError(f"judge: wanted a formula as a function of the letters, got {type(formula).__name__}")
    if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        raise JudgingError(f"seed: wanted an integer of at least 0, got {seed!r}")
    if sizes is not None and not isinstance(sizes, Sizes):
        raise JudgingError(f"sizes: wanted Sizes, got {type(sizes).__name__}")
    try:
        known = np.dtype(dtype) in (np.float32, np.float64)
    except TypeError:
        known = False
    if not known:
        raise JudgingError(f"dtype: wanted float32 or float64, got {getattr(dtype, '__name__', dtype)!s}")


def hangs_on(proof: Proof) -> str:
    """Why an exact difference is no evidence."""
    if proof.identity.opaque:
        return "values of log or square roots take part, whose identities have no exact meaning here"
    constants = ", ".join(proof.irrational_constants())
    return f"an exact difference hangs on constants that are no simple numbers: {constants}"


def in_floating_point(
    claim: Claim, formula: Formula, seed: int, sizes: Sizes, dtype: Any, samples: int
) -> tuple[Outcome, Condition | None, Comparison]:
    """The outcome by three opinions, the condition if there is one, and the point that shows it."""
    everywhere = compare_on(claim, formula, seed, sizes, None, dtype, samples)
    if not np.all(np.isfinite(everywhere.automatic)):
        return Outcome.CANNOT_DECIDE, None, everywhere
    if not np.any(everywhere.differs):
        undecided = everywhere.blame is not None or np.any(everywhere.blurred)
        return (Outcome.CANNOT_DECIDE if undecided else Outcome.AGREES), None, everywhere
    seen = everywhere
    for condition in claim.conditions:
        seen = compare_on(claim, formula, seed, sizes, condition, dtype, samples)
        holds = not np.any(seen.differs) and not np.any(seen.blurred) and seen.blame is None
        if holds and everywhere.blame == "hand":
            return Outcome.ON_A_CONDITION, condition, seen
    # What fails even on a condition is the stronger evidence.
    return (Outcome.DISAGREES if seen.blame == "hand" else Outcome.CANNOT_DECIDE), None, seen
