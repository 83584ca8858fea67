"""A verdict as text: the same sentences wherever it is shown."""

from collections.abc import Iterator
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Any

import numpy as np

from handgrad.render.messages import Said, joined, said
from handgrad.values import Array

if TYPE_CHECKING:
    from handgrad.checking.comparison import Comparison, Entry
    from handgrad.checking.diagnosis.results import Diagnosis
    from handgrad.checking.shrink import Example
    from handgrad.checking.verdict import Verdict

ROWS = 12  # of a comparison
LONG = 48  # entries; a longer array of an example is shown by its first entries that are not 0
FIRST = 6
FEW_KINKS = 6  # that are named one by one
FEW = 24  # entries of all inputs together that are written out
COLUMNS = ("by hand", "automatic", "difference", "allowed", "")


# Sentences


def certainty(verdict: "Verdict") -> Said:
    """What the outcome rests on: exact (error < 2e-13), or floating point and why."""
    proof = verdict.exact
    if proof is None:
        numeric = "in floating point, {tolerance}: {why}"
        return said(numeric, tolerance=said(verdict.tolerance), why=said(verdict.inexact or ""))
    if not proof.error_bound and not verdict.agrees:
        branches = said(", on the branches taken") if proof.on_branches else ""
        return said("exact: differs in field {prime}{branches}", prime=proof.fields[-1], branches=branches)
    words = [said("exact")]
    if proof.on_branches:
        words.append(said("on the branches taken"))
    if proof.partial:
        words.append(said("at these sizes alone"))
    if proof.error_bound:
        words.append(said("(error < {bound})", bound=rounded_up(proof.error_bound)))
    return joined(words)


def extent(verdict: "Verdict") -> Said | None:
    """How many entries differ, and where; None where none does."""
    differing, total = verdict.share
    if not differing:
        return None
    where = said(verdict.where)
    if total == 1:
        return said("the value differs, at {where}", where=where)
    return said("{differing} of {total} entries differ, at {where}", differing=differing, total=total, where=where)


def absence(verdict: "Verdict") -> Said | None:
    """How many entries have no value by hand."""
    if not verdict.missing:
        return None
    words = "{missing} of them has no finite value by hand" if verdict.missing == 1 else MISSING
    return said(words, missing=verdict.missing)


MISSING = "{missing} of them have no finite value by hand"


def cause(found: "Diagnosis") -> Said:
    """A mistake that explains the difference, and what fixes it."""
    words, fix = said(found.words), said(found.fix or "")
    return said("{words}; to fix it, {fix}", words=words, fix=fix) if fix else words


def explanation(verdict: "Verdict") -> Said | None:
    """A few sentences about a derivative that does not hold, or does not hold everywhere; else None."""
    return joined(map(sentence, [*facts(verdict), *map(cause, verdict.diagnosis)])) or None


def facts(verdict: "Verdict") -> list[str]:
    """What was seen of a derivative that does not hold: how widely it fails, and on what that hangs."""
    scaled = said("only directions are compared: by hand was first scaled to come as near as it can")
    seen = (extent(verdict), absence(verdict), verdict.reason)
    return [words for words in (*seen, scaled if verdict.up_to_scale and not verdict.agrees else None) if words]


def failure_lines(verdict: "Verdict", example: "Example | None") -> Iterator[str]:
    """What is wrong in a paragraph, and the smallest example of it; nothing where all is well."""
    words = None if verdict.agrees and not verdict.condition else explanation(verdict)
    if words:
        yield str(words)
    if example is not None:
        yield f"smallest counterexample: {example_text(example)}"


def sentence(words: str) -> Said:
    """Words as a sentence."""
    made = said("{words}.", words=said(words))
    return Said(made[0].upper() + made[1:], made.template, made.values)


def entry_text(entry: "Entry") -> str:
    """a[17]: by hand 0.0131, automatic -0.0447, numeric -0.0447."""
    values = (("by hand", entry.hand), ("automatic", entry.automatic), ("numeric", entry.numeric))
    return f"{place(entry.argument, entry.index)}: " + ", ".join(f"{name} {number(value)}" for name, value in values)


def example_text(example: "Example") -> str:
    """a = [0], W = [[0, 1]]: by hand [0], automatic [0.5]."""
    inputs = ", ".join(f"{name} = {compact(value)}" for name, value in example.inputs.items())
    return f"{inputs}: by hand {compact(example.hand)}, automatic {compact(example.automatic)}"


# A whole verdict


def verdict_lines(verdict: "Verdict") -> Iterator[str]:
    """Everything that there is to say, a line each."""
    by = f"   by {', '.join(verdict.wrt)}" if verdict.wrt else ""
    head = f"{verdict.name}{by}   {outcome_text(verdict, upper=True)}   shape {verdict.shape}"
    yield f"{head}   {verdict.points} point{'s' * (verdict.points != 1)}"
    yield from (f"  {line}" for line in evidence_lines(verdict))
    taken = ", ".join(f"{name} {kind}" for name, kind in verdict.domain.items())
    if taken:
        yield f"  inputs taken for: {taken}"
    if verdict.mutants[1]:
        killed, tried = verdict.mutants
        yield f"  the given point alone shows {killed} of {tried} planted mistakes"
    yield from (f"    it would not have shown: {words}" for words in verdict.hidden)
    yield f"  seed {verdict.seed}" + ("" if verdict.agrees else f"; reproduce: {verdict.reproduce}")


def evidence_lines(verdict: "Verdict") -> Iterator[str]:
    """What is said beside the outcome, whoever asked."""
    if verdict.share[0]:
        yield str(extent(verdict))
    if verdict.worst is not None:
        ratio = verdict.error_ratio
        times = f", {ratio:.2g} times what rounding explains" if ratio is not None else ""
        yield f"worst at {entry_text(verdict.worst)}{times}"
    yield from (str(words) for words in (absence(verdict), verdict.reason) if words)
    yield str(certainty(verdict))
    if verdict.untraceable:
        yield f"judged by numeric opinions alone: the function can't be traced ({verdict.untraceable})"
    yield from (f"kink at {entry_text(entry)}: between the slopes on both sides" for entry in verdict.kinks[:FEW_KINKS])
    if len(verdict.kinks) > FEW_KINKS:
        yield f"and {len(verdict.kinks) - FEW_KINKS} more entries at kinks"
    yield from (f"likely: {cause(found)}" for found in verdict.diagnosis)
    if verdict.counterexample is not None:
        yield f"smallest counterexample: {example_text(verdict.counterexample)}"
    yield from map(str, verdict.intermediates)
    wrong = next((step.name for step in verdict.intermediates if not step.agrees), None)
    if wrong is not None:
        yield f"the first wrong step, from the loss back, is {wrong}"
    yield from (f"note: {note.words}" for note in verdict.notes)


def outcome_text(verdict: "Verdict", upper: bool = False) -> str:
    """The outcome, with its condition."""
    outcome = str(verdict.outcome).upper() if upper else str(verdict.outcome)
    return f"{outcome}: {verdict.condition}" if verdict.condition and verdict.agrees else outcome


def reproducing_call(verdict: "Verdict") -> str:
    """A call that shows the same again; with the inputs that show it where they are few."""
    size = sum(np.size(x) for x in verdict.inputs.values())
    inputs = ", ".join(map(as_code, verdict.inputs.values())) if size <= FEW else "*verdict.inputs.values()"
    wrt = f", wrt={list(verdict.wrt)!r}" if verdict.wrt else ""
    names = f"names={' '.join(verdict.inputs)!r}{wrt}"
    return f"{verdict.call}, [{inputs}], {names}, seed={verdict.seed}{verdict.options})"


def as_code(x: Any) -> str:
    """A value as Python code."""
    if isinstance(x, np.ndarray):
        kind = "" if x.dtype == np.float64 else f", dtype=np.{x.dtype}"
        return f"np.array({x.tolist()}{kind})"
    return repr(float(x)) if isinstance(x, np.float64) else repr(x)


# A comparison


def worst_rows(seen: "Comparison", most: int) -> list[list[str]]:
    """The worst entries in their own order: where, by hand, automatic, difference, allowed, and whether it differs."""
    rows = []
    for at in seen.worst_indices(most):
        name, index = seen.named(at)
        label = place("" if len(seen.wrt) < 2 else name, index)
        cells = [f"{x[at]:.6g}" for x in (seen.hand, seen.automatic, seen.difference)]
        rows.append([label, *cells, f"{seen.tolerance[at]:.1g}", "differs" if seen.differs[at] else ""])
    return rows


# Numbers


def place(name: str, index: tuple[int, ...]) -> str:
    """An entry: W[2, 1]."""
    return name + (f"[{', '.join(map(str, index))}]" if index else "")


def number(x: float | None) -> str:
    """Four significant digits; "none" for a value that there is not."""
    return "none" if x is None else f"{x:.4g}"


def rounded_up(bound: float) -> str:
    """A number a little above, in one digit.

    >>> rounded_up(1.36e-13), rounded_up(9.5e-7)
    ('2e-13', '1e-06')
    """
    exponent = floor(log10(bound))
    return f"{ceil(bound / 10.0**exponent) * 10.0**exponent:.0e}"


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
    listed = [f"{list(at)} = {number(value)}" for at, value in zip(others, values, strict=False)]
    if len(others) > FIRST:
        listed.append(f"{len(others) - FIRST:,} more")
    return f"zeros of shape {entries.shape}" + (f" but {', '.join(listed)}" if listed else "")
