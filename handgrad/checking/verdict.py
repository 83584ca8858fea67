"""The verdict on a derivative: plain data that shows itself as text, as JSON and in a notebook, and that pickles."""

import html
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from handgrad.checking.diagnosis.results import Diagnosis
from handgrad.checking.intermediates import Step, first_wrong
from handgrad.checking.purity import Remark
from handgrad.checking.shrink import Example
from handgrad.comparison import Blame, Entry
from handgrad.findings import compact, entry_text, rounded_up
from handgrad.render.html import badge
from handgrad.render.messages import Said, said
from handgrad.verdict import Outcome

FEW_KINKS = 6  # that are told one by one
FEW = 24  # entries of all inputs together that are written out


def written(x: Any) -> str:
    """A value as Python code."""
    if isinstance(x, np.ndarray):
        kind = "" if x.dtype == np.float64 else f", dtype=np.{x.dtype}"
        return f"np.array({x.tolist()}{kind})"
    return repr(float(x)) if isinstance(x, np.float64) else repr(x)


@dataclass(frozen=True)
class Certificate:
    """An exact answer: how many trials, the bound on a false "same", the primes; whether branches were taken."""

    trials: int
    error_bound: float
    fields: tuple[int, ...]
    on_branches: bool


@dataclass(frozen=True)
class CheckVerdict:
    """What was found out about a derivative by hand.

    name        of the code by hand
    wrt         the letters it is a derivative by
    outcome     agrees | agrees on a condition | disagrees | cannot decide
    reason      why no decision was reached, or what an agreement leaves open
    where       the kind of point that shows it: "the given point", "other values", "other shapes", ...
    points      how many points were looked at
    shape       of the array shown, that of several letters in one row
    worst       the worst entry; `badness` is its difference in units of what rounding explains
    share       how many entries differ, of how many
    blame       who stands alone: "hand", "automatic" or "numeric"
    exact       the certificate where every operation has an exact meaning, else None; `inexact` says why
    opaque      why the engine could not trace the function, where numeric opinions judged alone
    kinks       entries at which the function has two slopes, by hand between them
    diagnosis   the mistakes that explain the whole difference
    remarks     what is amiss with the code beside its mathematics
    kinds       what each input was taken for
    power       mistakes that the given point alone would not have shown
    planted     of the mistakes that were planted to see that: how many it shows, of how many
    steps       the intermediate quantities that were told, from the loss back
    counterexample  the smallest inputs that fail clearly, where some were found
    letters     the inputs that show a disagreement
    seed        what to give to see the same again
    call        the beginning of a call that does; `options` its end
    """

    name: str
    wrt: tuple[str, ...]
    outcome: Outcome
    reason: str | None
    where: str
    points: int
    shape: tuple[int, ...]
    worst: Entry | None
    badness: float | None
    share: tuple[int, int]
    blame: Blame | None
    exact: Certificate | None
    inexact: str | None
    opaque: str | None
    kinks: tuple[Entry, ...]
    diagnosis: tuple[Diagnosis, ...]
    remarks: tuple[Remark, ...]
    kinds: dict[str, str]
    power: tuple[str, ...]
    planted: tuple[int, int]
    seed: int
    call: str
    options: str
    tolerance: str
    steps: tuple[Step, ...]
    counterexample: Example | None
    letters: dict[str, Any] = field(repr=False)

    @property
    def agrees(self) -> bool:
        """Whether the derivative holds."""
        return self.outcome in (Outcome.AGREES, Outcome.ON_A_CONDITION)

    @property
    def extent(self) -> Said | None:
        """How many entries differ, and where; None where none does."""
        differing, total = self.share
        words = "{differing} of {total} entries differ, at {where}"
        return said(words, differing=differing, total=total, where=said(self.where)) if differing else None

    @property
    def evidence(self) -> Said:
        """What the outcome rests on."""
        if self.exact is None:
            words = "in floating point, {tolerance}: {why}"
            return said(words, tolerance=said(self.tolerance), why=said(self.inexact or ""))
        branches = said(", on the branches taken") if self.exact.on_branches else ""
        if self.exact.error_bound:
            bound = rounded_up(self.exact.error_bound)
            return said("exact: the same function, error < {bound}{branches}", bound=bound, branches=branches)
        return said("exact: differs in field {prime}{branches}", prime=self.exact.fields[-1], branches=branches)

    @property
    def reproduce(self) -> str:
        """A call that shows the same again; with the inputs that show it where they are few."""
        size = sum(np.size(x) for x in self.letters.values())
        inputs = ", ".join(map(written, self.letters.values())) if size <= FEW else "*verdict.letters.values()"
        names = f"names={' '.join(self.letters)!r}, wrt={list(self.wrt)!r}"
        return f"{self.call}, [{inputs}], {names}, seed={self.seed}{self.options})"

    def to_dict(self) -> dict[str, Any]:
        """Everything but the inputs, in types that JSON has."""
        fields = asdict(self)
        del fields["letters"]
        return fields | {"outcome": str(self.outcome), "agrees": self.agrees, "reproduce": self.reproduce}

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> list[str]:
        head = f"{self.name}   by {', '.join(self.wrt)}   {str(self.outcome).upper()}   shape {self.shape}"
        lines = [f"{head}   {self.points} point{'s' * (self.points != 1)}"]
        if self.worst is not None and self.extent is not None:
            lines.append(f"  {self.extent}")
            times = f", {self.badness:.2g} times what rounding explains" if self.badness is not None else ""
            lines.append(f"  worst at {entry_text(self.worst)}{times}")
        if self.reason:
            lines.append(f"  {self.reason}")
        lines.append(f"  {self.evidence}")
        if self.opaque:
            lines.append(f"  judged by numeric opinions alone: the function can't be traced ({self.opaque})")
        first_ones = self.kinks[:FEW_KINKS]
        lines += [f"  kink at {entry_text(entry)}: between the slopes on both sides" for entry in first_ones]
        if len(self.kinks) > len(first_ones):
            lines.append(f"  and {len(self.kinks) - len(first_ones)} more entries at kinks")
        for found in self.diagnosis:
            lines.append(f"  likely: {found.words}" + (f"; to mend it, {found.mend}" if found.mend else ""))
        if self.counterexample is not None:
            inputs = ", ".join(f"{name} = {compact(x)}" for name, x in self.counterexample.inputs.items())
            hand, machine = compact(self.counterexample.hand), compact(self.counterexample.automatic)
            lines.append(f"  smallest counterexample: {inputs}: by hand {hand}, automatic {machine}")
        lines += [f"  {step}" for step in self.steps]
        wrong = first_wrong(self.steps)
        if wrong is not None:
            lines.append(f"  the first wrong step, from the loss back, is {wrong}")
        lines += [f"  note: {remark.words}" for remark in self.remarks]
        guessed = ", ".join(f"{name} {kind}" for name, kind in self.kinds.items())
        lines.append(f"  inputs taken for: {guessed}")
        if self.planted[1]:
            shown, tried = self.planted
            lines.append(f"  the given point alone shows {shown} of {tried} planted mistakes")
        lines += [f"    it would not have shown: {words}" for words in self.power]
        lines.append(f"  seed {self.seed}" + ("" if self.agrees else f"; reproduce: {self.reproduce}"))
        return lines

    def _repr_html_(self) -> str:
        first, *others = map(html.escape, self._lines())
        before, _, after = first.rpartition(str(self.outcome).upper())
        return f"<pre>{before}{badge(str(self.outcome))}{after}\n{chr(10).join(others)}</pre>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))
