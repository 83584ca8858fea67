"""Verdicts as the page has them."""

from typing import Any

from handgrad.comparison import Entry
from handgrad.findings import Finding, certainty, reproduce
from handgrad.page.numbers import rounded
from handgrad.page.texts import in_both, maybe


def of_claim(finding: Finding) -> dict[str, Any]:
    """The verdict on a formula."""
    verdict, example = finding.verdict, finding.counterexample
    return {
        "outcome": str(verdict.outcome),
        "condition": maybe(verdict.condition),
        "evidence": in_both(certainty(verdict)),
        "worst": worst(verdict.worst),
        "explanation": maybe(finding.explanation),
        "diagnosis": None,
        "counterexample": None if example is None else example.to_dict(),
        "reproduce": reproduce(finding, "small", None, None),
    }


def worst(entry: Entry | None) -> dict[str, Any] | None:
    """The worst entry with its three values."""
    if entry is None:
        return None
    values = {name: getattr(entry, name) for name in ("hand", "automatic", "numeric")}
    shown = {name: None if x is None else rounded(x) for name, x in values.items()}
    return {"argument": entry.argument, "index": list(entry.index), **shown}
