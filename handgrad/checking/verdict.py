"""The verdict on a derivative: plain data that shows itself as text, as JSON and in a notebook, and that pickles."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from handgrad.checking.comparison import Blame, Comparison, Entry
from handgrad.checking.diagnosis.results import Diagnosis
from handgrad.checking.intermediates import Intermediate
from handgrad.checking.purity import Note
from handgrad.checking.shrink import Example
from handgrad.render import html, json, text


class Outcome(StrEnum):
    """What a verdict says."""

    AGREES = "agrees"
    ON_A_CONDITION = "agrees on a condition"
    DISAGREES = "disagrees"
    CANNOT_DECIDE = "cannot decide"


@dataclass(frozen=True)
class Certificate:
    """An exact answer: how many trials, the bound on a false "same", the primes.

    on_branches  comparisons decided something: it holds on the branches that were taken
    partial      at other sizes than those asked for the formula can't be computed
    """

    trials: int
    error_bound: float
    fields: tuple[int, ...]
    on_branches: bool
    partial: bool = False


@dataclass(frozen=True)
class Verdict:
    """What was found out about a derivative by hand.

    name           of the code by hand
    wrt            the inputs it is a derivative by; none for a map
    outcome        agrees | agrees on a condition | disagrees | cannot decide
    condition      in words, where it holds on a condition, or would if the given inputs met it
    reason         why no decision was reached, or what an agreement leaves open
    where          the kind of point that shows it: "the given point", "other values", "other shapes", ...
    points         how many points were looked at
    shape          of the array shown, that of several inputs in one row
    worst          the worst entry; `error_ratio` is its difference in units of what rounding explains
    share          how many entries differ, of how many
    missing        how many of them have no finite value by hand
    blame          who stands alone: "hand", "automatic" or "numeric"
    exact          the certificate where every operation has an exact meaning, else None; `inexact` says why
    untraceable    why the engine could not trace the function, where numeric opinions judged alone
    up_to_scale    directions alone were compared
    kinks          entries at which the function has two slopes, by hand between them
    diagnosis      the mistakes that explain the whole difference
    notes          side effects and the like: what is wrong with the code beside its mathematics
    domain         what each input was taken for
    hidden         mistakes that the given point alone would not have shown
    mutants        of the mistakes that were planted to see that: how many it shows, of how many
    intermediates  the intermediate quantities that were given, from the loss back
    counterexample the smallest inputs that fail clearly, where some were found
    seed           what to give to see the same again
    call           the beginning of a call that does; `options` its end
    inputs         those that show a disagreement
    comparison     the three opinions there; off the condition, where it holds on one
    """

    name: str
    wrt: tuple[str, ...]
    outcome: Outcome
    condition: str | None = None
    reason: str | None = None
    where: str = ""
    points: int = 0
    shape: tuple[int, ...] = ()
    worst: Entry | None = None
    error_ratio: float | None = None
    share: tuple[int, int] = (0, 0)
    missing: int = 0
    blame: Blame | None = None
    exact: Certificate | None = None
    inexact: str | None = None
    untraceable: str | None = None
    up_to_scale: bool = False
    kinks: tuple[Entry, ...] = ()
    diagnosis: tuple[Diagnosis, ...] = ()
    notes: tuple[Note, ...] = ()
    domain: dict[str, str] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    mutants: tuple[int, int] = (0, 0)
    seed: int = 0
    call: str = ""
    options: str = ""
    tolerance: str = ""
    intermediates: tuple[Intermediate, ...] = ()
    counterexample: Example | None = None
    inputs: dict[str, Any] = field(default_factory=dict, repr=False)
    comparison: Comparison | None = field(default=None, repr=False, compare=False)

    @property
    def agrees(self) -> bool:
        """Whether the derivative holds."""
        return self.outcome in (Outcome.AGREES, Outcome.ON_A_CONDITION)

    @property
    def reproduce(self) -> str:
        """A call that shows the same again; with the inputs that show it where they are few."""
        return text.reproducing_call(self)

    def to_dict(self) -> dict[str, Any]:
        """Everything but the inputs, in types that JSON has."""
        return json.verdict_dict(self)

    def __str__(self) -> str:
        return "\n".join(text.verdict_lines(self))

    def _repr_html_(self) -> str:
        return html.verdict_html(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))
