"""A claim as the page has it: its forms and code, its letters and arrays, and what each variant makes of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from handgrad.comparison import compare_at
from handgrad.findings import Finding, find_out, reproduce
from handgrad.memory import Memory
from handgrad.page import pictures, verdicts
from handgrad.page import symbols as letters
from handgrad.page.arrays import Arrays
from handgrad.page.labels import SUM_TO_TWO, has_labels, of_labels_that_sum_to_two
from handgrad.page.mistakes import MISTAKES, RIGHT_SUMS, Mistake
from handgrad.page.point import REPORT, Point
from handgrad.page.rules import rules_of
from handgrad.page.texts import in_both, maybe, of_section
from handgrad.report.claims import Claim, Form, FormName
from handgrad.report.source_code import shortened
from handgrad.report.symbols import SIZES
from handgrad.verdict import FEW, judge_formula

SMALL = SIZES["small"]
AXES = {"eq11-no-effect": "p", "eq13-code-1": "i"}  # of the claimed array, where no sum names them


@dataclass(frozen=True)
class Told:
    """What all claims of a page share: the point, the same with other labels, and what is found once."""

    point: Point
    other_labels: Point
    arrays: Arrays
    memory: Memory
    rules: dict[str, str]

    @property
    def seed(self) -> int:
        """The seed of the page."""
        return self.point.seed


def of_claim(claim: Claim, told: Told) -> dict[str, Any]:
    """Everything about a claim."""
    at = told.point.letters(claim)
    read = claim.as_read(claim.complete(at))
    seen = compare_at(claim, claim.right, at, REPORT, told.seed)
    right, rules = RIGHT_SUMS.get(claim.id), rules_of(claim, at)
    told.rules.update(rules)
    return {
        "title": claim.title,
        "equation": claim.equation,
        "part": claim.part,
        "section": of_section(claim.section),
        "states": in_both(claim.states),
        "domain": in_both(claim.domain),
        "note": maybe(claim.note),
        "printed": of_form(claim.printed, claim.needs_correction()),
        "right": of_form(claim.right, True),
        "same": not claim.needs_correction(),
        "rules": list(rules),
        "letters": letters.of_claim(claim, read),
        "axes": list(AXES[claim.id] if right is None else right(read).axes),
        "by": ", ".join(claim.with_respect_to) or "value",
        "picture": pictures.of_shape(np.shape(seen.hand)),
        "automatic": told.arrays.name(seen.automatic),
        "numeric": told.arrays.name(seen.numeric.value) if np.all(seen.looked_at) else None,
        "variants": dict(of_variants(claim, told)),
    }


def of_form(form: Form, with_code: bool) -> dict[str, Any]:
    """A formula, with its code where that is not told elsewhere."""
    code = [{"name": form.function.__name__, "source": brief(form.code)}] if with_code else []
    return {"latex": form.latex, "text": form.text, "code": code}


def brief(code: str) -> str:
    """The source of functions, each with the first line of its docstring."""
    return "\n".join(shortened(f"def {function}") for function in re.split(r"^def ", code, flags=re.M)[1:]).rstrip("\n")


def of_variants(claim: Claim, told: Told) -> Iterator[tuple[str, dict[str, Any]]]:
    """The claim in every variant that changes it, and put right."""
    right = Mistake(claim.right, RIGHT_SUMS.get(claim.id))
    yield "right", in_variant(claim, right, told.point, told, on_form(claim, "right", told))
    for name, mistakes in MISTAKES.items():
        if claim.id in mistakes:
            mistake = mistakes[claim.id]
            yield name, in_variant(claim, mistake, told.point, told, on_mistake(claim, mistake, told))
    if has_labels(claim):
        yield "labels", in_variant(claim, right, told.other_labels, told, on_other_labels(claim, told))


def in_variant(claim: Claim, formula: Mistake, point: Point, told: Told, verdict: dict[str, Any]) -> dict[str, Any]:
    """A formula at the page's point: its values, the automatic ones, what is between them, and each as a sum."""
    at = point.letters(claim)
    seen = compare_at(claim, formula.form, at, REPORT, told.seed, FEW)
    read = claim.as_read(claim.complete(at))
    return {
        "latex": formula.form.latex,
        "hand": told.arrays.name(seen.hand),
        "automatic": told.arrays.name(seen.automatic),
        "difference": told.arrays.name(np.where(seen.differs, seen.difference, 0.0)),
        "agrees_here": not np.any(seen.differs),
        "verdict": verdict,
        "sum": None if formula.sum is None else formula.sum(read).to_dict(told.arrays),
    }


def on_form(claim: Claim, form: FormName, told: Told) -> dict[str, Any]:
    """The verdict on one of the report's two forms, as `handgrad verify` has it."""
    finding = find_out(claim, form, told.seed, SMALL, told.memory)
    return verdicts.of_formula(finding, reproduce(finding, "small", None, None))


def on_mistake(claim: Claim, mistake: Mistake, told: Told) -> dict[str, Any]:
    """The verdict on a formula with a mistake, which may be the print itself."""
    if mistake.form is claim.printed:
        return on_form(claim, "printed", told)
    finding = Finding(judge_formula(claim, mistake.form, told.seed, SMALL, memory=told.memory), "yours")
    command = f'handgrad compare {claim.equation} --part "{claim.part}" --try "{mistake.tried}" --seed {told.seed}'
    return verdicts.of_formula(finding, command)


def on_other_labels(claim: Claim, told: Told) -> dict[str, Any]:
    """The verdict on the right form where the labels sum to two."""
    finding = Finding(judge_formula(of_labels_that_sum_to_two(claim), claim.right, told.seed, SMALL), "right")
    return verdicts.of_formula(finding, None) | {"condition": in_both(SUM_TO_TWO.text)}
