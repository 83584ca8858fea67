"""A finding: a verdict with what a reader wants to know beside it, as text and as JSON.

The JSON of a finding, one for each claim and form:

    {"equation": "10", "part": "input", "form": "printed" | "right" | "yours",
     "outcome": "agrees" | "agrees on a condition" | "disagrees" | "cannot decide",
     "condition": text or null,
     "worst": {"argument", "index", "hand", "automatic", "numeric"} or null,
     "explanation": text or null,
     "counterexample": {"letters": {name: value}, "hand", "automatic"} or null,
     "exact": {"trials": n, "error_bound": p, "fields": [primes]} or null}

`exact` is the certificate of an exact verdict: p bounds the probability of a false "agrees". It is null where
the verdict rests on floating point.

A value that there is not (no entry of that index, an overflow) is null.
"""

import shlex
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cached_property
from html import escape
from math import ceil, floor, log10
from typing import Any

import numpy as np

from handgrad.comparison import Comparison, Entry
from handgrad.counterexample import Counterexample, smallest
from handgrad.diagnosis import explanation
from handgrad.formula.expression import formula_of
from handgrad.memory import Memory
from handgrad.render.html import badge, table
from handgrad.render.messages import Said, joined, said
from handgrad.report.claims import Claim, FormName
from handgrad.report.symbols import Sizes
from handgrad.values import Array, Values
from handgrad.verdict import Outcome, Verdict, judge, judge_formula

ROWS = 12  # of a comparison
LONG = 48  # entries; a longer array of an example is told by its first entries that are not 0
FIRST = 6
COLUMNS = ("by hand", "automatic", "difference", "allowed", "")


@dataclass(frozen=True)
class Finding:
    """A verdict, what is wrong in words, and the smallest example of it; the last two when they are asked for."""

    verdict: Verdict
    form: str

    @cached_property
    def explanation(self) -> Said | None:
        """A few sentences about a formula that does not hold everywhere."""
        return explanation(self.verdict)

    @cached_property
    def counterexample(self) -> Counterexample | None:
        """The smallest example of what is wrong.

        Where the formula fails even on its condition, the example meets the condition: nobody can then put the
        failure down to that.
        """
        verdict = self.verdict
        if verdict.outcome not in (Outcome.DISAGREES, Outcome.ON_A_CONDITION):
            return None
        conditions = verdict.claim.conditions
        fails_on = conditions[-1] if verdict.outcome is Outcome.DISAGREES and conditions else None
        return smallest(verdict.claim, verdict.formula, verdict.seed, fails_on, verdict.sizes)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the module's docstring."""
        verdict = self.verdict
        return {
            "equation": verdict.claim.equation,
            "part": verdict.claim.part,
            "form": self.form,
            "outcome": str(verdict.outcome),
            "condition": verdict.condition,
            "worst": None if verdict.worst is None else asdict(verdict.worst) | {"index": list(verdict.worst.index)},
            "explanation": self.explanation,
            "counterexample": None if self.counterexample is None else self.counterexample.to_dict(),
            "exact": None if verdict.proof is None else verdict.proof.to_dict(),
        }

    def __str__(self) -> str:
        verdict = self.verdict
        condition = f": {verdict.condition}" if verdict.condition else ""
        head = f"{verdict.claim.title}   {self.form}   {str(verdict.outcome).upper()}{condition}   {certainty(verdict)}"
        return "\n  ".join([head, *self._evidence()])

    def _evidence(self) -> list[str]:
        """What is said beside the outcome."""
        verdict = self.verdict
        elsewhere = "elsewhere, " if verdict.condition else ""
        lines = [] if verdict.worst is None else [f"{elsewhere}worst at {entry_text(verdict.worst)}"]
        lines += [self.explanation] if self.explanation else []
        if self.counterexample is not None:
            lines.append(f"smallest counterexample: {example_text(self.counterexample)}")
        return lines

    def _repr_html_(self) -> str:
        verdict, seen = self.verdict, self.verdict.elsewhere or self.verdict.comparison
        condition = f"{verdict.condition}; " if verdict.condition else ""
        head = f"{badge(str(verdict.outcome))} {escape(condition + certainty(verdict))}"
        lines = "".join(f"<div>{escape(line)}</div>" for line in self._evidence())
        caption = f"{verdict.claim.title}, {self.form}, the worst of {np.size(seen.hand)} entries"
        return f"<div>{head}</div>{lines}{table(('', *COLUMNS), worst_rows(seen, ROWS), caption)}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self._repr_html_()}


def find_out(claim: Claim, form: FormName, seed: int, sizes: Sizes, memory: Memory | None = None) -> Finding:
    """Judge the printed or the right form of a claim."""
    return Finding(judge(claim, form, seed, sizes, memory=memory), form)


def find_out_yours(claim: Claim, formula: Callable[[Values], Array], seed: int, sizes: Sizes) -> Finding:
    """Judge a reader's formula in the letters of a claim."""
    return Finding(judge_formula(claim, formula, seed, sizes), "yours")


def find_out_text(claim: Claim, text: str, seed: int, sizes: Sizes) -> Finding:
    """Judge a formula that a reader has typed.

    Raises `FormulaError` when it can't be read, can't be computed or has not the claimed shape.
    """
    return find_out_yours(claim, formula_of(text, list(claim.shapes(sizes)), claim.as_read), seed, sizes)


def certainty(verdict: Verdict) -> Said:
    """exact (error < 2e-13), or why the verdict rests on floating point."""
    if verdict.proof is None:
        return said("numeric: {why}", why=said(verdict.remark or ""))
    identity = verdict.proof.identity
    if not verdict.agrees:
        return said("exact: differs in field {prime}", prime=identity.fields[-1])
    words = [said("exact")]
    if identity.branched:
        words.append(said("on the branches taken"))
    if not verdict.proof.everywhere:
        words.append(said("at these sizes alone"))
    if identity.error_bound:
        words.append(said("(error < {bound})", bound=rounded_up(identity.error_bound)))
    return joined(words)


def worst_rows(seen: Comparison, most: int) -> list[list[str]]:
    """The worst entries in their own order: where, by hand, automatic, difference, allowed, and whether it differs."""
    rows = []
    for at in seen.worst_indices(most):
        name, index = seen.named(at)
        label = ("" if len(seen.letters) < 2 else name) + (str(list(index)) if index else "")
        cells = [f"{x[at]:.6g}" for x in (seen.hand, seen.automatic, seen.difference)]
        rows.append([label, *cells, f"{seen.tolerance[at]:.1g}", "differs" if seen.differs[at] else ""])
    return rows


def rounded_up(bound: float) -> str:
    """A number a little above, in one digit.

    >>> rounded_up(1.36e-13), rounded_up(9.5e-7)
    ('2e-13', '1e-06')
    """
    exponent = floor(log10(bound))
    return f"{ceil(bound / 10.0**exponent) * 10.0**exponent:.0e}"


def entry_text(entry: Entry) -> str:
    """a[17]: by hand 0.0131, automatic -0.0447, numeric -0.0447."""
    index = "".join(f"[{', '.join(map(str, entry.index))}]" if entry.index else "")
    values = (("by hand", entry.hand), ("automatic", entry.automatic), ("numeric", entry.numeric))
    return f"{entry.argument}{index}: " + ", ".join(f"{name} {number(value)}" for name, value in values)


def example_text(example: Counterexample) -> str:
    """a = [0], W = [[0, 1]]: by hand [0], automatic [0.5]."""
    shown = example.to_dict()
    letters = ", ".join(f"{name} = {compact(value)}" for name, value in shown["letters"].items())
    return f"{letters}: by hand {compact(shown['hand'])}, automatic {compact(shown['automatic'])}"


def compact(x: Any) -> str:
    """Nested lists of numbers in few characters."""
    if isinstance(x, list):
        try:
            entries = np.array(x, dtype=float)  # None, a value that there is not, becomes NaN
        except (TypeError, ValueError):  # no numbers, or lists of different lengths
            return repr(x)
        return sparse(entries) if entries.size > LONG else "[" + ", ".join(map(compact, x)) + "]"
    return number(x) if x is None or isinstance(x, float | int) else repr(x)


def sparse(entries: Array) -> str:
    """A long array by the first of its entries that are not 0."""
    others = [tuple(map(int, at)) for at in np.argwhere(entries != 0)]
    values = [None if np.isnan(entries[at]) else float(entries[at]) for at in others[:FIRST]]
    told = [f"{list(at)} = {number(value)}" for at, value in zip(others, values, strict=False)]
    if len(others) > FIRST:
        told.append(f"{len(others) - FIRST:,} more")
    return f"zeros of shape {entries.shape}" + (f" but {', '.join(told)}" if told else "")


def number(x: float | None) -> str:
    """Four significant digits; "none" for a value that there is not."""
    return "none" if x is None else f"{x:.4g}"


def reproduce(finding: Finding, size: str, batch: int | None, filters: int | None, text: str = "") -> str:
    """The command that shows the same again; `text` is what a reader typed, where the formula is a reader's."""
    claim, verdict = finding.verdict.claim, finding.verdict
    form = f"--try {shlex.quote(text)}" if finding.form == "yours" else f"--form {finding.form}"
    options = f' --part "{claim.part}" {form} --seed {verdict.seed}'
    options += "" if size == "small" else f" --size {size}"
    options += "" if batch is None else f" --batch {batch}"
    options += "" if filters is None else f" --filters {filters}"
    return f"handgrad compare {claim.equation}{options}"
