"""HTML for notebooks: a verdict's word, a table of numbers. Readable on light and dark; everything is escaped."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from handgrad.render import text

if TYPE_CHECKING:
    from handgrad.checking.verdict import Verdict
    from handgrad.report.question import Question

# White on these has a contrast of at least 4.5; the word itself says the same as the colour.
COLOURS = {
    "agrees": "#1a7f37",
    "agrees on a condition": "#8a6100",
    "disagrees": "#c5221f",
    "cannot decide": "#7548c4",
}
NUMBERS = "text-align: right; font-family: monospace"


def badge(outcome: str) -> str:
    """An outcome as a word on its colour.

    >>> badge("disagrees").startswith('<b style="background: #c5221f')
    True
    """
    style = f"background: {COLOURS[outcome]}; color: #fff; padding: 0.1em 0.5em; border-radius: 0.3em"
    return f'<b style="{style}">{escape(outcome)}</b>'


def table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str) -> str:
    """Rows of text under a head, with a caption.

    >>> table(["x"], [["<1>"]], "numbers")
    '<table style="..."><caption>numbers</caption><tr><th scope="col">x</th></tr><tr><td>&lt;1&gt;</td></tr></table>'
    """
    return f'<table style="{NUMBERS}"><caption>{escape(caption)}</caption>{table_rows(head, rows)}</table>'


def table_rows(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """What stands in a table, whatever its style.

    >>> table_rows(["x"], [["1"]])
    '<tr><th scope="col">x</th></tr><tr><td>1</td></tr>'
    """
    top = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    lines = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
    return f"<tr>{top}</tr>" + "".join(f"<tr>{line}</tr>" for line in lines)


def verdict_html(verdict: "Verdict") -> str:
    """A verdict's lines, its outcome on its colour."""
    first, *others = map(escape, text.verdict_lines(verdict))
    before, _, after = first.rpartition(str(verdict.outcome).upper())
    return f"<pre>{before}{badge(str(verdict.outcome))}{after}\n{chr(10).join(others)}</pre>"


def question_html(question: "Question") -> str:
    """A question of the report with its answer, and the worst entries in a table."""
    verdict = question.verdict
    condition = f"{verdict.condition}; " if verdict.condition and verdict.agrees else ""
    head = f"{badge(str(verdict.outcome))} {escape(condition + text.certainty(verdict))}"
    worst = [] if verdict.worst is None else [f"worst at {text.entry_text(verdict.worst)}"]
    lines = "".join(f"<div>{escape(line)}</div>" for line in [*worst, *question.failure_lines()])
    if verdict.comparison is None and not verdict.agrees:
        return f"<div>{head}</div>{lines}"
    seen = verdict.comparison or question.comparison
    caption = f"{question.claim.title}, {question.form}, the worst of {seen.hand.size} entries"
    rows = table(("", *text.COLUMNS), text.worst_rows(seen, text.ROWS), caption)
    return f"<div>{head}</div>{lines}{rows}"
