"""A claim as the page has it: its forms and code, its letters and arrays, and what each variant makes of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from handgrad.checking.oracles.rounding import SAMPLES
from handgrad.page import pictures, verdicts
from handgrad.page import symbols as letters
from handgrad.page.arrays import Arrays
from handgrad.page.labels import SUM_TO_TWO, has_labels
from handgrad.page.mistakes import MISTAKES, RIGHT_SUMS, Mistake
from handgrad.page.point import REPORT, Point
from handgrad.page.rules import rules_of
from handgrad.page.texts import in_both, maybe, of_section
from handgrad.report.claims import Claim, Form, FormName
from handgrad.report.question import Question, asked
from handgrad.report.source_code import shortened
from handgrad.report.symbols import SIZES

SMALL = SIZES["small"]
AXES = {"eq11-no-effect": "p", "eq13-code-1": "i"}  # of the claimed array, where no sum names them


@dataclass(frozen=True)
class PageContext:
    """What all claims of a page share: the point, the same with other labels, and what is found once."""

    point: Point
    other_labels: Point
    arrays: Arrays
    rules: dict[str, str]

    @property
    def seed(self) -> int:
        """The seed of the page."""
        return self.point.seed


def of_claim(claim: Claim, context: PageContext) -> dict[str, Any]:
    """Everything about a claim."""
    at = context.point.letters(claim)
    read = claim.as_read(claim.complete(at))
    question = Question(claim, claim.right, "right", context.seed, REPORT)
    seen = question.compared_at(question.inputs(at), SAMPLES)
    right, rules = RIGHT_SUMS.get(claim.id), rules_of(claim, at)
    context.rules.update(rules)
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
        "automatic": context.arrays.name(seen.automatic),
        "numeric": context.arrays.name(seen.numeric.value) if np.all(seen.looked_at) else None,
        "variants": dict(of_variants(claim, context)),
    }


def of_form(form: Form, with_code: bool) -> dict[str, Any]:
    """A formula, with its code where that is not told elsewhere."""
    code = [{"name": form.function.__name__, "source": brief(form.code)}] if with_code else []
    return {"latex": form.latex, "text": form.text, "code": code}


def brief(code: str) -> str:
    """The source of functions, each with the first line of its docstring."""
    return "\n".join(shortened(f"def {function}") for function in re.split(r"^def ", code, flags=re.M)[1:]).rstrip("\n")


def of_variants(claim: Claim, context: PageContext) -> Iterator[tuple[str, dict[str, Any]]]:
    """The claim in every variant that changes it, and put right."""
    right = Mistake(claim.right, RIGHT_SUMS.get(claim.id))
    yield "right", in_variant(claim, right, context.point, context, on_form(claim, "right", context))
    for name, mistakes in MISTAKES.items():
        if claim.id in mistakes:
            mistake = mistakes[claim.id]
            yield name, in_variant(claim, mistake, context.point, context, on_mistake(claim, mistake, context))
    if has_labels(claim):
        yield "labels", in_variant(claim, right, context.other_labels, context, on_other_labels(claim, context))


def in_variant(
    claim: Claim, formula: Mistake, point: Point, context: PageContext, verdict: dict[str, Any]
) -> dict[str, Any]:
    """A formula at the page's point: its values, the automatic ones, what is between them, and each as a sum."""
    at = point.letters(claim)
    question = Question(claim, formula.form, "yours", context.seed, REPORT)
    seen = question.compared_at(question.inputs(at))
    read = claim.as_read(claim.complete(at))
    return {
        "latex": formula.form.latex,
        "hand": context.arrays.name(seen.hand),
        "automatic": context.arrays.name(seen.automatic),
        "difference": context.arrays.name(np.where(seen.differs, seen.difference, 0.0)),
        "agrees_here": not np.any(seen.differs),
        "verdict": verdict,
        "sum": None if formula.sum is None else formula.sum(read).to_dict(context.arrays),
    }


def on_form(claim: Claim, form: FormName, context: PageContext) -> dict[str, Any]:
    """The verdict on one of the report's two forms, as `handgrad verify` has it."""
    question = asked(claim, form, context.seed, SMALL)
    return verdicts.question_data(question, question.command())


def on_mistake(claim: Claim, mistake: Mistake, context: PageContext) -> dict[str, Any]:
    """The verdict on a formula with a mistake, which may be the print itself."""
    if mistake.form is claim.printed:
        return on_form(claim, "printed", context)
    question = Question(claim, mistake.form, "yours", context.seed, SMALL)
    command = f'handgrad compare {claim.equation} --part "{claim.part}" --try "{mistake.tried}" --seed {context.seed}'
    return verdicts.question_data(question, command)


def on_other_labels(claim: Claim, context: PageContext) -> dict[str, Any]:
    """The verdict on the right form where the labels sum to two."""
    question = Question(claim, claim.right, "right", context.seed, SMALL, on=SUM_TO_TWO)
    return verdicts.question_data(question) | {"condition": in_both(SUM_TO_TWO.text)}
