"""A claim as the page has it: its two forms, their code, the rules of its automatic graph, its arrays, its variants."""

from typing import Any

import numpy as np

from handgrad.claims import NUMBERS, Claim, Form
from handgrad.comparison import compare_at
from handgrad.findings import find_out
from handgrad.letters import SIZES
from handgrad.memory import Memory
from handgrad.page import dense_sums, filter_sums, output_sums, verdicts
from handgrad.page.numbers import Arrays
from handgrad.page.point import REPORT, Point
from handgrad.page.texts import in_both, maybe
from handgrad.sources import source

RIGHT = dense_sums.RIGHT | output_sums.RIGHT | filter_sums.RIGHT
PRINTED = output_sums.PRINTED | filter_sums.PRINTED
AXES = {
    "N": "", "F": "", "h": "i", "o": "j", "J": "j", "K": "i", "T": "k", "m": "l", "p": "j", "P": "p",
}  # fmt: skip


def form_of(form: Form) -> dict[str, Any]:
    """A formula."""
    return {
        "latex": form.latex,
        "text": form.text,
        "code": [{"name": form.function.__name__, "source": form.code}],
    }


def picture_of(shape: tuple[int, ...]) -> list[int] | None:
    """How an array is best seen: a row of a square number of entries as that square."""
    side = round(float(np.prod(shape)) ** 0.5)
    if len(shape) == 2:
        return list(shape)
    return [side, side] if len(shape) == 1 and side * side == shape[0] and side > 3 else None


def of_claim(claim: Claim, point: Point, arrays: Arrays, memory: Memory) -> dict[str, Any]:
    """Everything about a claim."""
    letters = point.letters(claim)
    read = claim.as_read(claim.complete(letters))
    forms = {"right": claim.right} | ({"printed": claim.printed} if claim.needs_correction() else {})
    variants: dict[str, Any] = {}
    for name, form in forms.items():
        seen = compare_at(claim, form, letters, REPORT, point.seed)
        builder = (RIGHT if name == "right" else PRINTED).get(claim.id)
        difference = np.where(seen.differs, seen.difference, 0.0)
        variants[name] = {
            "hand": arrays.name(seen.hand),
            "automatic": arrays.name(seen.automatic),
            "difference": arrays.name(difference),
            "verdict": verdicts.of_claim(find_out(claim, name, point.seed, SIZES["small"], memory)),
            "sum": None if builder is None else builder(read).to_dict(arrays),
        }
    seen = compare_at(claim, claim.right, letters, REPORT, point.seed)
    numeric = None if np.any(np.isnan(seen.numeric.value)) else arrays.name(seen.numeric.value)
    known = [letter.name for letter in claim.letters]
    return {
        "title": claim.title,
        "equation": claim.equation,
        "part": claim.part,
        "section": in_both(claim.section),
        "states": in_both(claim.states),
        "domain": in_both(claim.domain),
        "note": maybe(claim.note),
        "printed": form_of(claim.printed),
        "right": form_of(claim.right),
        "same": not claim.needs_correction(),
        "rules": [],
        "letters": [{"name": name, "shape": list(np.shape(x))} for name, x in read.items() if name not in NUMBERS],
        "axes": list(sum_axes(claim)),
        "by": ", ".join(claim.with_respect_to) or "value",
        "picture": picture_of(np.shape(seen.hand)),
        "automatic": arrays.name(seen.automatic),
        "numeric": numeric,
        "variants": variants,
        "function": source(claim.function),
        "known": known,
    }


def sum_axes(claim: Claim) -> str:
    """The names of the claimed array's axes."""
    return "".join(AXES[axis] for axis in claim.axes.split())
