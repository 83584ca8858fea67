"""A verdict as the page has it: on one formula, or on the gradient of a whole network."""

from typing import Any

import numpy as np

from handgrad.checking.comparison import Entry
from handgrad.checking.diagnosis.results import Diagnosis
from handgrad.checking.shrink import Example
from handgrad.checking.verdict import Verdict
from handgrad.page.arrays import rounded
from handgrad.page.texts import chinese, in_both, maybe
from handgrad.render.messages import Said, joined, said
from handgrad.render.text import cause, certainty, facts, sentence
from handgrad.report.question import Question


def question_data(question: Question, reproduce: str | None = None) -> dict[str, Any]:
    """The answer to a question of the report, with the author's note where the diagnosis is silent."""
    return verdict_data(question.verdict, question.counterexample, reproduce, question.authors_note)


def whole_data(verdict: Verdict) -> dict[str, Any]:
    """The verdict on the gradient of a whole network."""
    return verdict_data(verdict, verdict.counterexample)


def verdict_data(
    verdict: Verdict, example: Example | None, reproduce: str | None = None, note: str | None = None
) -> dict[str, Any]:
    """The verdict, its smallest example, the command that shows it again, and a note."""
    return {
        "outcome": str(verdict.outcome),
        "condition": maybe(verdict.condition if verdict.agrees else None),
        "evidence": in_both(certainty(verdict)),
        "worst": worst(verdict.worst),
        "explanation": maybe(joined(map(sentence, facts(verdict)))),
        "diagnosis": maybe(joined(map(likely, verdict.diagnosis)) or noted(note)),
        "counterexample": None if example is None else shown(example.inputs, example.hand, example.automatic),
        "reproduce": reproduce,
    }


def noted(note: str | None) -> Said | None:
    """The author's note as a sentence."""
    return None if note is None else sentence(said("author's note: {note}", note=said(note)))


def likely(diagnosis: Diagnosis) -> Said:
    """A mistake that explains the difference, and what fixes it; in Chinese at least of what kind it is."""
    words = sentence(cause(diagnosis))
    return words if chinese(words) is not None else Said(words, "{words}.", {"words": said(diagnosis.kind)})


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
    return None if x is None else rounded(x) if np.ndim(x) == 0 else short(np.asarray(x).tolist())
