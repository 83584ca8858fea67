"""What the command prints of findings and claims: lines on stdout, colour only on a terminal that wants it."""

import textwrap

import numpy as np
from rich.table import Table

from handgrad.commands.streams import console, echo
from handgrad.findings import COLUMNS, ROWS, Finding, certainty, entry_text, example_text, reproduce, worst_rows
from handgrad.report.claims import Claim
from handgrad.report.source_code import source
from handgrad.report.symbols import SIZES, Sizes

STYLES = {"agrees": "green", "agrees on a condition": "yellow", "disagrees": "red", "cannot decide": "magenta"}


class Printer:
    """Prints findings as they come, the two forms of a claim in one line where they are the same."""

    def __init__(self, claims: list[Claim], size: str, batch: int | None, filters: int | None):
        self.sizes = (size, batch, filters)
        self.number_width = max(5, *(len(f"({claim.equation}) ") for claim in claims))
        self.part_width = max(24, *(len(claim.part) + 2 for claim in claims))

    def __call__(self, finding: Finding) -> None:
        """One finding."""
        verdict = finding.verdict
        same = verdict.claim.in_report and not verdict.claim.needs_correction()
        if same and finding.form == "right":
            return  # printed with the printed form
        form = "printed, right" if same and finding.form == "printed" else finding.form
        outcome = str(verdict.outcome)
        label = f"({verdict.claim.equation})".ljust(self.number_width) + verdict.claim.part.ljust(self.part_width)
        failed = outcome in ("disagrees", "cannot decide")
        condition = f": {verdict.condition}" if verdict.condition else ""
        worst = "" if verdict.worst is None else entry_text(verdict.worst)
        words = worst if failed else certainty(verdict) + (f"  elsewhere, worst at {worst}" if worst else "")
        echo(label + form.ljust(16), (outcome, STYLES[outcome]), f"{condition}  {'  ' * failed}{words}".rstrip())
        if failed:
            echo(f"     {certainty(verdict)}. {finding.explanation}")
            if finding.counterexample is not None:
                echo(f"     smallest counterexample: {example_text(finding.counterexample)}")
            echo(f"     reproduce: {reproduce(finding, *self.sizes)}")


def summary(findings: list[Finding], seed: int, size: str, batch: int | None, filters: int | None) -> None:
    """How many hold, and which do not."""
    numbers = list(dict.fromkeys(finding.verdict.claim.equation for finding in findings))
    names = ", ".join(f"({number})" for number in numbers) if len(numbers) < 4 else f"{len(numbers)} equations"
    sizes = f"size {size}, batch {batch or 1}, filters {filters or 1}"
    echo("")
    echo(f"{names}; seed {seed}, {sizes}")
    for form in ("printed", "right"):
        chosen = [finding for finding in findings if finding.form == form]
        if not chosen:
            continue
        holding = [finding for finding in chosen if finding.verdict.agrees]
        on_condition = sum(finding.verdict.condition is not None for finding in holding)
        words = f"{form} forms: {len(holding)} of {len(chosen)} hold"
        words += f", {on_condition} of them on a condition" if on_condition else ""
        echo(words)
        for outcome in ("disagrees", "cannot decide"):
            titles = [finding.verdict.claim.title for finding in chosen if finding.verdict.outcome == outcome]
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
        block("right", f"{claim.right.text}\n{claim.right.latex}\nputs in {claim.correction}")
    else:
        block("right", "the same")
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


def show_comparison(finding: Finding) -> None:
    """By hand, automatic and difference, row by row; the worst rows where there are many."""
    verdict = finding.verdict
    seen, outcome = verdict.comparison, str(verdict.outcome)
    echo((verdict.claim.title, "bold"), f"   {finding.form}   shape {np.shape(seen.hand)}   seed {verdict.seed}")
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
    condition = f": {verdict.condition}" if verdict.condition else ""
    echo((outcome, STYLES[outcome]), condition, f"   {certainty(verdict)}   (third opinion: {seen.numeric.method})")
    if finding.explanation:
        echo(finding.explanation)
    if verdict.elsewhere is not None:
        echo(f"elsewhere, worst at {entry_text(verdict.elsewhere.worst)}")
    if finding.counterexample is not None:
        echo(f"smallest counterexample: {example_text(finding.counterexample)}")
    echo("")
