"""What the lab shows, as HTML; every word and number is the library's."""

import html
from threading import Lock

from handgrad.lab.descent import Seen
from handgrad.render.html import question_html, table
from handgrad.report.claims import Claim, FormName
from handgrad.report.question import Question
from handgrad.report.symbols import Sizes
from handgrad.training.curves import curves_svg
from handgrad.training.lockstep_text import compared_lines, verdict_lines

KINDS = {"agrees": "success", "agrees on a condition": "success", "disagrees": "danger", "cannot decide": "warn"}
DRAWING = Lock()  # a picture's style is the whole process's, and every open page has a thread of its own


def forms(claim: Claim) -> dict[str, FormName]:
    """The forms there are, by what they are called."""
    if not claim.in_report:
        return {"right": "right"}
    return {"as printed": "printed", "right": "right"} if claim.needs_correction() else {"as printed, right": "printed"}


def invitation(claim: Claim) -> str:
    """What stands in the empty editor."""
    by = f"the derivative by {', '.join(claim.with_respect_to)}" if claim.with_respect_to else "the value"
    return f"a formula for {by}, with NumPy's functions as np.<name>"


def letters_html(claim: Claim, sizes: Sizes) -> str:
    """The letters that a formula may use, with shapes and meanings; and the domain."""
    remarks = "".join(words_html(words) for words in (f"Domain: {claim.domain}.", claim.note) if words)
    return table(("letter", "shape", "meaning"), claim.glossary(sizes), claim.title) + remarks


def answer_html(question: Question) -> str:
    """The verdict and the worst entries, as a notebook shows them, and how to see them again."""
    again = words_html(f"the same again: {question.command()}")
    outcome = html.escape(str(question.verdict.outcome))
    return f'<div class="lab-verdict" data-outcome="{outcome}">{question_html(question)}{again}</div>'


def words_html(words: str) -> str:
    """A paragraph; of what is wrong with an input, for example."""
    return f'<p class="lab-words">{html.escape(words)}</p>'


def descent_html(seen: Seen) -> str:
    """The losses as curves, and beside them the last step that was compared, letter by letter."""
    with DRAWING:
        chart = curves_svg(seen.curves, seen.title) if any(seen.curves.values()) else ""
    compared = "" if seen.compared is None else compared_lines(seen.compared)
    lines = "\n\n".join(filter(None, (seen.ended, compared, verdict_lines(seen.verdict))))
    words = f'<div class="lab-lines">{html.escape(lines)}</div>'
    return f'<div class="lab-descent"><div class="lab-chart">{chart}</div>{words}</div>'
