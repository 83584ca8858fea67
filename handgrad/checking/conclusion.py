"""What follows from the evidence: the verdict in each case, and what it says beside its outcome."""

from typing import Any

import numpy as np

from handgrad.checking.comparison import Comparison
from handgrad.checking.diagnosis.diagnose import diagnose, diagnose_shape
from handgrad.checking.evidence import Evidence
from handgrad.checking.intermediates import compared_intermediates
from handgrad.checking.options import Options, identifier
from handgrad.checking.problem import Problem
from handgrad.checking.purity import Note
from handgrad.checking.sampling import GIVEN
from handgrad.checking.sensitivity import hidden_mistakes
from handgrad.checking.shrink import Example, shrink
from handgrad.checking.verdict import Certificate, Outcome, Verdict
from handgrad.errors import CheckError
from handgrad.render.messages import said
from handgrad.values import Condition

KINK = "at a kink, and not between the slopes on its two sides"
ENGINE = "by hand and numeric agree, and the automatic gradient differs from both: the engine is to blame"
NUMERIC = "by hand and automatic agree, and the numeric gradient differs from both"
THREE = "by hand, automatic and numeric give three different values, or the numeric one can't tell"
BELOW = "the difference is below rounding at the points that were looked at"
ILL = "ill-conditioned: rounding alone moves the result by as much as the gradient itself"
ALONE = "the numeric opinion, which judges alone, can't tell: its own error is as large as the gradient"
MISSING = "{missing} of {of} entries have no finite value by hand"
SHAPE = "the shape is wrong already"
IN_DOUBT = "an exact difference hangs on constants that are no simple numbers, or on values of log or roots"


class Conclusion:
    """What is known of a problem while it is judged, and the verdicts on it."""

    def __init__(self, problem: Problem, options: Options, notes: tuple[Note, ...]):
        self.problem, self.options, self.notes = problem, options, notes

    def verdict(self, outcome: Outcome, evidence: Evidence | None, **found: Any) -> Verdict:
        """A verdict with what is the same for all."""
        notes, known = self.notes, dict[str, Any]()
        if evidence is not None:
            known = {"points": evidence.points, "kinks": evidence.kinks, "inexact": evidence.inexact or None}
            if evidence.point is not None:
                values = evidence.point.values
                known["where"] = evidence.point.where
                known["inputs"] = {name: values[name] for name in self.problem.names}
                if self.options.intermediates is not None:
                    by_hand = self.options.intermediates
                    known["intermediates"] = compared_intermediates(self.problem, values, by_hand)
            if evidence.seen is not None:
                hand = evidence.seen.hand
                known |= {"shape": np.shape(hand), "share": (0, int(hand.size)), "comparison": evidence.seen}
                known["untraceable"] = evidence.seen.untraced
            if evidence.raised is not None and not any(note.kind == "raises" for note in notes):
                notes += (Note("raises", "by hand has no value at {}: {}".format(*evidence.raised)),)
            known["exact"] = self.certificate(evidence)
        domain = self.problem.domain
        return Verdict(
            name=self.problem.name, wrt=self.problem.wrt, outcome=outcome, notes=notes, domain=dict(domain.kinds),
            seed=self.options.seed, call=called(self.problem), options=self.options.as_arguments(),
            tolerance=self.options.tolerance, up_to_scale=self.problem.up_to_scale, **(known | found),
        )  # fmt: skip

    def certificate(self, evidence: Evidence) -> Certificate | None:
        """The exact answer, where it is one way or the other."""
        it = evidence.identity
        if it is None or not (it.same or evidence.refuted):
            return None
        bound = it.error_bound if it.same else 0.0
        return Certificate(it.trials, bound, it.fields, it.branched, evidence.partial)

    # It holds

    def agreeing(self, evidence: Evidence) -> Verdict:
        """Nothing showed a difference."""
        inexact = IN_DOUBT if evidence.identity is not None and not evidence.proved else evidence.inexact
        if self.options.exact is True and not evidence.proved:
            return self.verdict(
                Outcome.CANNOT_DECIDE,
                evidence,
                inexact=inexact,
                reason=f"no exact answer: {inexact}",
                **self.sensitivity(),
            )
        condition = self.options.condition
        on = None if condition is None else f"on the condition {getattr(condition, '__name__', 'given')}"
        outcome = Outcome.AGREES if condition is None else Outcome.ON_A_CONDITION
        return self.verdict(outcome, evidence, inexact=inexact or None, reason=on, **self.sensitivity())

    def on_condition(self, there: Evidence, condition: Condition, off: Comparison | None, where: str) -> Verdict:
        """It holds on a condition, as was seen there; off it was seen to fail."""
        reason = said("it holds where {condition}, and fails elsewhere", condition=said(condition.text))
        found = {} if off is None else self.difference(off)
        return self.verdict(
            Outcome.ON_A_CONDITION, there, condition=condition.text, reason=reason,
            **(found | {"where": where} | self.sensitivity()),
        )  # fmt: skip

    def sensitivity(self) -> dict[str, Any]:
        """What the given point alone would have shown; nothing where there is none."""
        given = self.problem.domain.given
        return {} if given is None else hidden_mistakes(self.problem, self.options.seed)

    # It fails

    def difference(self, seen: Comparison) -> dict[str, Any]:
        """The worst entry, and how many differ."""
        at = seen.worst_index
        ratio = float(seen.error_ratio[at])
        missing = int(np.sum(~np.isfinite(seen.hand)))
        return {
            "shape": np.shape(seen.hand), "worst": seen.worst,
            "share": (int(np.sum(seen.differs)), int(seen.hand.size)),
            "error_ratio": ratio if np.isfinite(ratio) else None, "missing": missing, "comparison": seen,
            "blame": "hand" if seen.untraced else seen.blame, "untraceable": seen.untraced,
        }  # fmt: skip

    def disagreeing(self, evidence: Evidence, condition: Condition | None) -> Verdict:
        """By hand is wrong; on a condition that the given inputs do not meet it may still be right."""
        if evidence.mismatch is not None:
            return self.wrong_shape(evidence)
        reason = None
        if condition is not None:
            words = "it would hold where {condition}, which the given inputs do not meet"
            reason = said(words, condition=said(condition.text))
        elif evidence.unfair:
            reason = said(KINK)
        elif not evidence.differs:
            reason = said(BELOW)
        seen, point = evidence.seen, evidence.point
        found: dict[str, Any] = {"blame": "hand"}
        if seen is not None and point is not None and evidence.differs:
            found = self.difference(seen) | found
            found["diagnosis"] = diagnose(self.problem, evidence.domain, point, seen, self.options.seed)
            if not seen.untraced:
                found["counterexample"] = self.smallest(evidence)
        if evidence.unfair:
            found["kinks"] = ()
        return self.verdict(
            Outcome.DISAGREES, evidence, reason=reason, condition=None if condition is None else condition.text, **found
        )

    def wrong_shape(self, evidence: Evidence) -> Verdict:
        """By hand has another shape than it should: wrong, whatever its entries are."""
        assert evidence.mismatch is not None
        assert evidence.point is not None
        found = diagnose_shape(self.problem, evidence.point.values, evidence.mismatch)
        return self.verdict(
            Outcome.DISAGREES, evidence, reason=str(evidence.mismatch), blame="hand", diagnosis=found,
            shape=np.shape(evidence.mismatch.returned[0]), inexact=SHAPE,
        )  # fmt: skip

    def smallest(self, evidence: Evidence) -> Example | None:
        """A small example, where one can be found."""
        try:
            smooth = evidence.identity is not None and not evidence.identity.branched
            return shrink(self.problem, evidence.domain, self.options.seed, smooth)
        except CheckError:
            raise
        except Exception:  # code that is made for the given sizes alone
            return None

    # Neither

    def undecided(self, reason: str, evidence: Evidence | None = None) -> Verdict:
        """Nothing was looked at, for a reason."""
        given = self.problem.domain.given
        inputs = {} if given is None else {name: given[name] for name in self.problem.names}
        return self.verdict(
            Outcome.CANNOT_DECIDE, evidence, reason=reason, inexact="not asked", inputs=inputs, where=GIVEN, points=1
        )

    def undecided_by(self, evidence: Evidence) -> Verdict:
        """The evidence decides nothing."""
        seen = evidence.seen
        if seen is None or evidence.point is None:
            return self.undecided("by hand has no value at any point", evidence)
        where, found = evidence.point.where, self.sensitivity()
        if not np.all(np.isfinite(seen.automatic)):
            why = "the function can't be traced" if seen.untraced else "the automatic one is not finite"
            reason = f"no opinion on the derivative at {where}: {why}, and beside it there is no value either"
        elif np.any(seen.differs):
            found = self.difference(seen)
            reason = ENGINE if seen.blame == "automatic" else THREE
            if found["missing"]:
                reason = MISSING.format(**found, of=seen.hand.size)
        elif np.any(seen.ill_conditioned & ~seen.known):
            reason = ALONE
        elif seen.blame == "numeric":
            found, reason = found | {"blame": "numeric"}, NUMERIC
        else:
            reason = ILL
        return self.verdict(Outcome.CANNOT_DECIDE, evidence, reason=said(reason), exact=None, **found)


def called(problem: Problem) -> str:
    """The beginning of a call that judges the same."""
    first, second = ("forward", "backward") if problem.vjp else ("loss", "gradient")
    name = getattr(problem.function, "__name__", "")
    if hasattr(problem.by_hand, "fresh") and name.endswith(".forward"):
        both = f"*handgrad.layer({name.removesuffix('.forward')})"
    else:
        both = f"{identifier(problem.function, first)}, {identifier(problem.by_hand, second)}"
    judge = "check_vjp" if problem.vjp else "check_gradient" if problem.wrt else "check_equal"
    return f"handgrad.{judge}({both}"
