"""Verdicts as the page has them: on one formula, and on the gradient of a whole network."""

from typing import Any

import numpy as np

from handgrad.checking.diagnosis.results import Diagnosis
from handgrad.checking.verdict import CheckVerdict
from handgrad.comparison import Entry
from handgrad.counterexample import plain
from handgrad.diagnosis import failure, likely_causes
from handgrad.findings import Finding, certainty
from handgrad.page.arrays import rounded
from handgrad.page.texts import chinese, in_both, maybe
from handgrad.render.messages import Said, joined, said


def of_formula(finding: Finding, reproduce: str | None) -> dict[str, Any]:
    """The verdict on a formula, and the command that shows it again."""
    verdict, example = finding.verdict, finding.counterexample
    return {
        "outcome": str(verdict.outcome),
        "condition": maybe(verdict.condition),
        "evidence": in_both(certainty(verdict)),
        "worst": worst(verdict.worst),
        "explanation": maybe(failure(verdict)),
        "diagnosis": maybe(joined(likely_causes(verdict))),
        "counterexample": None if example is None else shown(example.letters, example.hand, example.automatic),
        "reproduce": reproduce,
    }


def of_whole(verdict: CheckVerdict) -> dict[str, Any]:
    """The verdict on a gradient that is given as a function."""
    example = verdict.counterexample
    return {
        "outcome": str(verdict.outcome),
        "condition": None,
        "evidence": in_both(verdict.evidence),
        "worst": worst(verdict.worst),
        "explanation": maybe(joined([sentence(verdict.reason), sentence(verdict.extent)])),
        "diagnosis": maybe(joined(map(likely, verdict.diagnosis))),
        "counterexample": None if example is None else shown(example.inputs, example.hand, example.automatic),
        "reproduce": None,
    }


def sentence(words: str | None) -> str:
    """Words as a sentence."""
    if not words:
        return ""
    told = said("{words}.", words=said(words))
    return Said(told[0].upper() + told[1:], told.template, told.values)


def likely(diagnosis: Diagnosis) -> Said:
    """A mistake that explains the difference, and what mends it; in Chinese at least of what kind it is."""
    words, mend = said(diagnosis.words), diagnosis.mend and said(diagnosis.mend)
    told = said("{words}; to mend it, {mend}." if mend else "{words}.", words=words, mend=mend)
    return told if chinese(told) is not None else Said(told, "{words}.", {"words": said(diagnosis.kind)})


def worst(entry: Entry | None) -> dict[str, Any] | None:
    """The worst entry with its three values."""
    if entry is None:
        return None
    values = {name: getattr(entry, name) for name in ("hand", "automatic", "numeric")}
    return {"argument": entry.argument, "index": list(entry.index)} | {
        name: None if x is None else rounded(x) for name, x in values.items()
    }


def shown(letters: dict[str, Any], hand: Any, automatic: Any) -> dict[str, Any]:
    """A counterexample."""
    return {
        "letters": {name: short(x) for name, x in letters.items()},
        "hand": short(hand),
        "automatic": short(automatic),
    }


def short(x: Any) -> Any:
    """Nested lists of rounded numbers; None for a value that there is not."""
    if isinstance(x, list):
        return [short(entry) for entry in x]
    return None if x is None else rounded(x) if np.ndim(x) == 0 else short(plain(x))
