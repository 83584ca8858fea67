"""What the command prints of findings and claims: lines on stdout, colour only on a terminal that wants it."""

import textwrap

import numpy as np
from rich.table import Table

from handgrad.commands.streams import console, echo
from handgrad.render.text import COLUMNS, ROWS, certainty, entry_text, worst_rows
from handgrad.report.claims import Claim
from handgrad.report.question import Question
from handgrad.report.source_code import source
from handgrad.report.symbols import SIZES, Sizes

STYLES = {"agrees": "green", "agrees on a condition": "yellow", "disagrees": "red", "cannot decide": "magenta"}


class Printer:
    """Prints answers as they come, the two forms of a claim in one line where they are the same."""

    def __init__(self, claims: list[Claim]):
        self.number_width = max(5, *(len(f"({claim.equation}) ") for claim in claims))
        self.part_width = max(24, *(len(claim.part) + 2 for claim in claims))

    def __call__(self, question: Question) -> None:
        """One answer."""
        claim, verdict = question.claim, question.verdict
        same = claim.in_report and not claim.needs_correction()
        if same and question.form == "right":
            return  # printed with the printed form
        form = "printed, right" if same and question.form == "printed" else question.form
        outcome = str(verdict.outcome)
        label = f"({claim.equation})".ljust(self.number_width) + claim.part.ljust(self.part_width)
        failed = not verdict.agrees
        condition = f": {verdict.condition}" if verdict.condition and verdict.agrees else ""
        worst = "" if verdict.worst is None else entry_text(verdict.worst)
        words = worst if failed else certainty(verdict) + (f"  elsewhere, worst at {worst}" if worst else "")
        echo(label + form.ljust(16), (outcome, STYLES[outcome]), f"{condition}  {'  ' * failed}{words}".rstrip())
        if failed:
            echo(f"     {certainty(verdict)}")
            for line in question.failure_lines():
                echo(f"     {line}")
            echo(f"     reproduce: {question.command()}")


def summary(questions: list[Question], seed: int, size: str, batch: int | None, filters: int | None) -> None:
    """How many hold, and which do not."""
    numbers = list(dict.fromkeys(question.claim.equation for question in questions))
    names = ", ".join(f"({number})" for number in numbers) if len(numbers) < 4 else f"{len(numbers)} equations"
    sizes = f"size {size}, batch {batch or 1}, filters {filters or 1}"
    echo("")
    echo(f"{names}; seed {seed}, {sizes}")
    for form in ("printed", "right"):
        chosen = [question for question in questions if question.form == form]
        if not chosen:
            continue
        holding = [question for question in chosen if question.verdict.agrees]
        on_condition = sum(question.verdict.condition is not None for question in holding)
        words = f"{form} forms: {len(holding)} of {len(chosen)} hold"
        words += f", {on_condition} of them on a condition" if on_condition else ""
        echo(words)
        for outcome in ("disagrees", "cannot decide"):
            titles = [question.claim.title for question in chosen if question.verdict.outcome == outcome]
            if titles:
                echo("  ", (outcome, STYLES[outcome]), ": " + "; ".join(titles))


def show_claim(claim: Claim) -> None:
    """Everything that the table says of a claim."""

    def block(title: str, text: str) -> None:
        echo((title, "bold"))
        echo(textwrap.indent(textwrap.dedent(text).strip("\n"), "    "))

    echo((claim.title, "bold underline"))
    block("section", claim.section)
    block("about", claim.states)
    conditions = "".join(f"; tried also where {condition.text}" for condition in claim.conditions)
    block("domain", claim.domain + conditions)
    if claim.in_report:
        block("as printed", f"{claim.printed.text}\n{claim.printed.latex}")
    if not claim.in_report:
        block("formula", f"{claim.right.text}\n{claim.right.latex}")
    elif claim.needs_correction():
        block("right", f"{claim.right.text}\n{claim.right.latex}")
    else:
        block("right", "the same")
    if claim.authors_note:
        block("author's note", claim.authors_note)
    if claim.note:
        block("note", claim.note)
    by = f", by {', '.join(claim.with_respect_to)}" if claim.with_respect_to else ""
    block(f"function {'differentiated' if by else 'compared'}{by}", source(claim.function))
    block("by hand, right form" if claim.in_report else "by hand", claim.right.code)
    if claim.needs_correction():
        block("by hand, as printed", claim.printed.code)
    block("letters", letters_text(claim, SIZES["report"]))
    echo("")


def letters_text(claim: Claim, sizes: Sizes) -> str:
    """The letters with their shapes and meanings."""
    return "\n".join(f"{name:6} {shape:14} {meaning}" for name, shape, meaning in claim.glossary(sizes))


def show_comparison(question: Question) -> None:
    """By hand, automatic and difference, row by row, the worst where there are many; then the verdict."""
    verdict, outcome = question.verdict, str(question.verdict.outcome)
    echo((question.claim.title, "bold"), f"   {question.form}   shape {verdict.shape}   seed {verdict.seed}")
    third = ""
    if verdict.comparison is not None or verdict.agrees:  # a wrong shape can't be set beside the right one
        seen = question.comparison
        third = f"   (third opinion: {seen.numeric.method})"
        table = Table(box=None, pad_edge=False)
        for column in (seen.argument, *COLUMNS):
            table.add_column(column, justify="left" if column in (seen.argument, "") else "right")
        for row in worst_rows(seen, ROWS):
            table.add_row(*row)
        wide = console()
        wide.width = max(wide.width, 100)  # a narrow terminal wraps the rows; it does not lose their digits
        wide.print(table)
        if np.size(seen.hand) > ROWS:
            echo(f"{ROWS} of {np.size(seen.hand)} entries, the worst ones")
    condition = f": {verdict.condition}" if verdict.condition and verdict.agrees else ""
    echo((outcome, STYLES[outcome]), condition, f"   {certainty(verdict)}{third}")
    for line in question.failure_lines():
        echo(line)
    echo("")
