"""What the lab shows of a finding and of a comparison, as HTML; every word and number is theirs."""

import html
import math
from collections.abc import Iterator, Sequence
from threading import Lock

import numpy as np

from handgrad.commands.progress import compared_lines, verdict_lines
from handgrad.comparison import Comparison
from handgrad.diagnosis import extent
from handgrad.findings import Finding, certainty, entry_text, example_text, number
from handgrad.lab.descent import Seen
from handgrad.lab.question import Question
from handgrad.render.html import table_rows
from handgrad.report.claims import Claim, FormName
from handgrad.report.symbols import Sizes
from handgrad.training.curves import curves_svg
from handgrad.values import Array

KINDS = {"agrees": "success", "agrees on a condition": "success", "disagrees": "danger", "cannot decide": "warn"}
NAMES = {"hand": "By hand", "automatic": "Automatic", "numeric": "Numeric"}
ROWS = 12  # of the table
WRITTEN, DRAWN = 200, 2000  # entries up to which a map has numbers in its cells, and up to which there is one
SHORT, WIDEST = 12, 40  # cells in a row of a vector, and of a matrix
# Colours that are told apart by colour-blind readers too, light enough for black numbers on them.
MORE, LESS = (107, 174, 214), (253, 174, 97)
NONE = "repeating-linear-gradient(45deg, #ddd 0 4px, #fff 4px 8px)"
DRAWING = Lock()  # a picture's style is the whole process's, and every open page has a thread of its own


# A formula


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
    return table(("letter", "shape", "meaning"), claim.glossary(sizes)) + remarks


def letters_words(claim: Claim, sizes: Sizes) -> str:
    """The same in a line, with the shape that is wanted.

    >>> from handgrad.report.equations import claims_of
    >>> letters_words(claims_of(["5"])[0], Sizes())
    'letters: y_hat (3,), y (3,); wanted: shape (3,)'
    """
    letters = ", ".join(f"{name} {shape or ''}".rstrip() for name, shape in claim.shapes(sizes).items())
    return f"letters: {letters}; wanted: shape {claim.shape(sizes)}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Text in rows and columns, in the lab's style."""
    return f'<table class="lab-table">{table_rows(head, rows)}</table>'


# A verdict


def verdict_html(question: Question, finding: Finding) -> str:
    """The outcome, what it rests on, what is wrong, and how to see it again."""
    verdict = finding.verdict
    outcome = str(verdict.outcome)
    head = "AGREES" if verdict.agrees else outcome.upper()
    head += f" on a condition: {verdict.condition}" if verdict.condition else ""
    whose = {"yours": "your formula", "printed": "as printed", "right": "right"}[finding.form]
    rows: list[tuple[str, str]] = [("evidence", certainty(verdict))]
    if finding.explanation:
        rows.append(("diagnosis", finding.explanation))
    if verdict.worst is not None:
        rows.append(("worst entry", entry_text(verdict.worst)))
    if finding.counterexample is not None:
        rows.append(("smallest counterexample", example_text(finding.counterexample)))
    rows.append(("the same again", question.command(finding)))
    said = "".join(f"<dt>{name}</dt><dd>{html.escape(words)}</dd>" for name, words in rows)
    return (
        f'<div class="lab-verdict" data-outcome="{outcome}"><strong>{html.escape(head)}</strong> '
        f"<span>{html.escape(verdict.claim.title)}, {whose}</span><dl>{said}</dl></div>"
    )


def words_html(words: str) -> str:
    """A paragraph; of what is wrong with an input, for example."""
    return f'<p class="lab-words">{html.escape(words)}</p>'


# A comparison


def point_words(seen: Comparison) -> str:
    """What by hand, automatic and numeric say at the values shown."""
    if not np.all(np.isfinite(seen.automatic)):
        return "The function has no finite derivative at these values."
    alone = "" if seen.blame is None else f" {NAMES[seen.blame]} stands alone."
    if not np.any(seen.differs):
        unsure = " Rounding alone may move some entries by a good part of themselves." if np.any(seen.blurred) else ""
        return f"At these values by hand and automatic are the same, up to rounding.{unsure}{alone}"
    return f"At these values: {extent(seen)} Worst at {entry_text(seen.worst)}.{alone}"


def worst_rows_html(seen: Comparison) -> str:
    """The entries that differ most, or all where there are few."""
    rows = []
    for at in seen.worst_indices(ROWS):
        values = (seen.hand[at], seen.automatic[at], seen.numeric.value[at], seen.difference[at])
        cells = [number(float(x) if np.isfinite(x) else None) for x in values]
        differs = "differs" if seen.differs[at] else ""
        rows.append((place(seen, at), *cells, f"{seen.tolerance[at]:.1g}", differs))
    more = f"<p>{ROWS} of {np.size(seen.hand)} entries, the worst ones.</p>" if np.size(seen.hand) > ROWS else ""
    return table((seen.argument, "by hand", "automatic", "numeric", "difference", "allowed", ""), rows) + more


def maps_html(seen: Comparison) -> str:
    """By hand, automatic and their difference as heat maps; the first two on one scale, the third on its own."""
    if np.size(seen.hand) > DRAWN:
        return f"<p>{np.size(seen.hand)} entries are too many for a map; the table has the worst.</p>"
    together = max(largest(seen.hand), largest(seen.automatic))
    apart = largest(seen.difference) if np.any(seen.differs) else math.inf  # rounding has no colour
    scales = f"full colour is {number(together)} for by hand and automatic"
    scales += f", {number(apart)} for the difference" if np.isfinite(apart) else "; all differences are rounding"
    maps = (
        map_html("by hand", seen.hand, together, seen, framed=False),
        map_html("automatic", seen.automatic, together, seen, framed=False),
        map_html("by hand - automatic", seen.difference, apart, seen, framed=True),
    )
    return (
        f'<div class="lab-maps" tabindex="0">{"".join(maps)}</div>'
        f"<p>Blue is positive, orange negative, hatched no value, framed differs; {scales}.</p>"
    )


def map_html(name: str, x: Array, scale: float, seen: Comparison, framed: bool) -> str:
    """One heat map; `framed` with a frame where by hand and automatic differ."""
    small = np.size(x) > WRITTEN

    def entry(at: tuple[int, ...]) -> str:
        return cell(x[at], scale, place(seen, at), framed and bool(seen.differs[at]), small)

    rows = "".join("<tr>" + "".join(map(entry, row)) + "</tr>" for row in rows_of(np.shape(x)))
    return f'<table class="lab-map"><caption>{name}</caption><tbody>{rows}</tbody></table>'


def cell(x: float, scale: float, where: str, differs: bool, small: bool) -> str:
    """One entry: its number, or its colour alone where there are many; the number and the place when pointed at."""
    text = number(float(x) if np.isfinite(x) else None)
    kinds = " ".join(word for word, holds in (("differs", differs), ("small", small)) if holds)
    return (
        f'<td class="{kinds}" style="background:{colour(x, scale)}" title="{html.escape(where)}: {text}">'
        f"{'' if small else text}</td>"
    )


def colour(x: float, scale: float) -> str:
    """From white at 0 to full colour at the scale; hatched where there is no number.

    >>> colour(1.0, 1.0), colour(-0.5, 1.0), colour(0.0, 0.0)
    ('rgb(107,174,214)', 'rgb(254,214,176)', 'rgb(255,255,255)')
    """
    if not np.isfinite(x):
        return NONE
    share = min(abs(x) / scale, 1.0) if scale else 0.0
    return "rgb({},{},{})".format(*(round(255 + share * (full - 255)) for full in (MORE if x > 0 else LESS)))


def largest(x: Array) -> float:
    """The greatest size of a finite entry."""
    return float(np.max(np.abs(x), where=np.isfinite(x), initial=0.0))


def place(seen: Comparison, at: tuple[int, ...]) -> str:
    """W[2, 1], as in a verdict."""
    name, index = seen.named(at)
    return name + (str(list(index)) if index else "")


def rows_of(shape: tuple[int, ...]) -> Iterator[list[tuple[int, ...]]]:
    """Where each entry stands: a matrix as it is, what is too long for a row as a square if it is one.

    >>> [len(row) for row in rows_of((4, 3))], [len(row) for row in rows_of((144,))], list(rows_of(()))
    ([3, 3, 3, 3], [12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12], [[()]])
    """
    if not shape:
        yield [()]
        return
    width = shape[-1]
    if (len(shape) == 1 and width > SHORT) or width > WIDEST:
        width = math.isqrt(width) if math.isqrt(width) ** 2 == width else SHORT
    for before in np.ndindex(shape[:-1]):
        row = [(*before, i) for i in range(shape[-1])]
        yield from (row[start : start + width] for start in range(0, len(row), width))


# A descent


def descent_html(seen: Seen) -> str:
    """The losses as curves, and beside them the last step that was compared, letter by letter."""
    with DRAWING:
        chart = curves_svg(seen.curves, seen.title) if any(seen.curves.values()) else ""
    compared = "" if seen.compared is None else compared_lines(seen.compared)
    said = "\n\n".join(filter(None, (seen.ended, compared, verdict_lines(seen.verdict))))
    words = f'<div class="lab-lines">{html.escape(said)}</div>'
    return f'<div class="lab-descent"><div class="lab-chart">{chart}</div>{words}</div>'
