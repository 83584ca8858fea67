"""The command `handgrad`: it shows what a verdict says; no mathematics here.

Results go to stdout, narration to stderr. Exit status: 0 every right form agrees, 1 one does not (or a
printed one with --printed, or yours with --try), 2 wrong usage, 3 cannot decide.

Heavy imports stand inside the commands, so that `handgrad --help` answers at once.
"""

import json
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from handgrad import __version__
from handgrad.errors import HandgradError

if TYPE_CHECKING:
    from handgrad.claims import Claim
    from handgrad.findings import Finding
    from handgrad.letters import Sizes

AGREES, DISAGREES, WRONG_USAGE, CANNOT_DECIDE = 0, 1, 2, 3
STYLES = {"agrees": "green", "agrees on a condition": "yellow", "disagrees": "red", "cannot decide": "magenta"}


class Commands(click.Group):
    """Our own errors become one line on stderr and exit status 2."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except HandgradError as error:
            raise click.UsageError(str(error)) from None
        except (ImportError, AttributeError):
            from handgrad.doctor import autograd_owner

            if autograd_owner().well:
                raise
            raise click.UsageError('the imported autograd is not handgrad\'s own; see "handgrad doctor"') from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="handgrad")
def main() -> None:
    """Is the gradient that you derived by hand right, and if not, what is wrong with it?"""


def judged_at(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say at which values a formula is judged."""
    for option in (
        click.option("--filters", type=click.IntRange(1, 64), help="Filters of the convolution.  [default: 1]"),
        click.option("--batch", type=click.IntRange(1, 64), help="Images in the batch.  [default: 1]"),
        click.option(
            "--size",
            type=click.Choice(["small", "report"]),
            default="small",
            show_default=True,
            help="Sizes of the networks; report: 28 x 28 images, 5 x 5 windows, 12 x 12 pooled, 10 classes.",
        ),
        click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the random values."),
    ):
        command = option(command)
    return command


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


# verify


@main.command()
@click.argument("equations", nargs=-1)
@click.option("--printed", is_flag=True, help="Judge the printed forms alone; exit 1 when one disagrees.")
@judged_at
@json_option
def verify(
    equations: tuple[str, ...],
    printed: bool,
    seed: int,
    size: str,
    batch: int | None,
    filters: int | None,
    as_json: bool,
) -> None:
    """Judge the formulas of the report, all fifteen or the EQUATIONS named ("10 15", "beyond")."""
    from handgrad.equations import claims_of
    from handgrad.letters import sizes_with

    claims, sizes = claims_of(equations), sizes_with(size, batch, filters)
    findings: list[Finding] = []
    show = quiet if as_json else Printer(size, batch, filters)
    for claim in progress(claims):
        for finding in judged_forms(claim, seed, sizes, printed):
            findings.append(finding)
            show(finding)
    if as_json:
        click.echo(json.dumps({"handgrad": __version__, "seed": seed, "claims": [f.to_dict() for f in findings]}))
    else:
        summary(findings, seed, size, batch, filters)
    sys.exit(exit_status(findings, "printed" if printed else "right"))


def judged_forms(claim: "Claim", seed: int, sizes: "Sizes", printed_only: bool) -> "Iterator[Finding]":
    """The findings on the printed and the right form; one judgement serves both where they are the same."""
    from dataclasses import replace

    from handgrad.findings import find_out

    finding = find_out(claim, "printed", seed, sizes)
    yield finding
    if not printed_only:
        yield find_out(claim, "right", seed, sizes) if claim.needs_correction() else replace(finding, form="right")


def exit_status(findings: "list[Finding]", form: str) -> int:
    """0, 1 or 3, by the findings on one form."""
    outcomes = {str(finding.verdict.outcome) for finding in findings if finding.form == form}
    return DISAGREES if "disagrees" in outcomes else CANNOT_DECIDE if "cannot decide" in outcomes else AGREES


def quiet(finding: "Finding") -> None:
    """Show nothing while findings come in."""


def progress(claims: "list[Claim]") -> "Iterator[Claim]":
    """The claims, with a bar on stderr while a person watches."""
    if not sys.stderr.isatty():
        yield from claims
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(claims, "judging", console=Console(stderr=True), transient=True)


class Printer:
    """Prints findings as they come, the two forms of a claim in one line where they are the same."""

    def __init__(self, size: str, batch: int | None, filters: int | None):
        self.sizes = (size, batch, filters)

    def __call__(self, finding: "Finding") -> None:
        """One finding."""
        from handgrad.findings import entry_text, example_text, reproduce

        verdict = finding.verdict
        same = not verdict.claim.needs_correction()
        if same and finding.form == "right":
            return  # printed with the printed form
        form = "printed, right" if same and finding.form == "printed" else finding.form
        outcome = str(verdict.outcome)
        label = f"({verdict.claim.equation})".ljust(5) + verdict.claim.part.ljust(24) + form.ljust(16)
        failed = outcome in ("disagrees", "cannot decide")
        worst = f"  {entry_text(verdict.worst)}" if failed and verdict.worst is not None else ""
        condition = f": {verdict.condition}" if verdict.condition else ""
        echo(label, (outcome, STYLES[outcome]), condition + worst)
        if failed:
            echo(f"     {finding.explanation}")
            if finding.counterexample is not None:
                echo(f"     smallest counterexample: {example_text(finding.counterexample)}")
            echo(f"     reproduce: {reproduce(finding, *self.sizes)}")


def summary(findings: "list[Finding]", seed: int, size: str, batch: int | None, filters: int | None) -> None:
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


def echo(*parts: str | tuple[str, str]) -> None:
    """One line on stdout, with colour only on a terminal that wants it."""
    from rich.text import Text

    console().print(Text.assemble(*parts), soft_wrap=True)


def console() -> Any:
    """The terminal, asked anew each time so that a redirected stdout is seen."""
    from rich.console import Console

    return Console(highlight=False)


# show


@main.command()
@click.argument("equations", nargs=-1, required=True)
def show(equations: tuple[str, ...]) -> None:
    """Show formulas: as printed and as right, what is differentiated, the code, domain and section."""
    from handgrad.equations import claims_of

    for claim in claims_of(equations):
        show_claim(claim)


def show_claim(claim: "Claim") -> None:
    """Everything that the table says of a claim."""
    import inspect
    import textwrap

    from handgrad.letters import SIZES

    def block(title: str, text: str) -> None:
        echo((title, "bold"))
        echo(textwrap.indent(textwrap.dedent(text).strip("\n"), "    "))

    echo((claim.title, "bold underline"))
    block("section", claim.section)
    block("about", claim.states)
    conditions = "".join(f"; tried also where {condition.text}" for condition in claim.conditions)
    block("domain", claim.domain + conditions)
    block("as printed", f"{claim.printed.text}\n{claim.printed.latex}")
    if claim.needs_correction():
        block("right", f"{claim.right.text}\n{claim.right.latex}\nputs in {claim.correction}")
    else:
        block("right", "the same")
    if claim.note:
        block("note", claim.note)
    by = f", by {', '.join(claim.with_respect_to)}" if claim.with_respect_to else ""
    block(f"function {'differentiated' if by else 'compared'}{by}", inspect.getsource(claim.function))
    block("by hand, right form", claim.right.code)
    if claim.needs_correction():
        block("by hand, as printed", claim.printed.code)
    block("letters", letters_text(claim, SIZES["report"]))
    echo("")


def letters_text(claim: "Claim", sizes: "Sizes") -> str:
    """The letters with their shapes and meanings."""
    from handgrad.claims import NUMBERS

    meanings = NUMBERS | {letter.name: letter.meaning for letter in claim.letters}
    lines = [
        f"{name:6} {'number' if shape == () else str(shape):14} {meanings.get(name, 'computed from the others')}"
        for name, shape in claim.shapes(sizes).items()
    ]
    return "\n".join(lines)


# compare


@main.command()
@click.argument("equation")
@click.option("--part", help='A part of the equation, as "verify" names them.')
@click.option("--form", type=click.Choice(["printed", "right"]), help="One form alone.")
@click.option("--try", "formula", metavar="FORMULA", help="Your own formula, in the letters of the report.")
@click.option("-i", "--interactive", is_flag=True, help="A prompt: formula after formula, each judged.")
@judged_at
@json_option
def compare(
    equation: str,
    part: str | None,
    form: str | None,
    formula: str | None,
    interactive: bool,
    seed: int,
    size: str,
    batch: int | None,
    filters: int | None,
    as_json: bool,
) -> None:
    """Set by hand, automatic and difference side by side for one random draw, with the verdict."""
    from handgrad.equations import claims_of
    from handgrad.findings import find_out
    from handgrad.letters import sizes_with

    claims, sizes = claims_of([equation], part), sizes_with(size, batch, filters)
    if interactive or formula is not None:
        if form is not None or (interactive and (formula is not None or as_json)):
            raise click.UsageError("wanted one of --form, --try and -i, got several")
        claim = only_target(claims)
        if interactive:
            return prompt(claim, seed, sizes)
        finding = judge_text(claim, formula or "", seed, sizes)
        show_comparisons([finding], as_json)
        sys.exit(exit_status([finding], "yours"))
    forms = [form] if form else ["printed", "right"]
    findings = [
        find_out(claim, name, seed, sizes)  # type: ignore[arg-type]
        for claim in claims
        for name in forms
        if name == "printed" or claim.needs_correction() or form == "right"
    ]
    show_comparisons(findings, as_json)
    last = {finding.verdict.claim.title: finding for finding in findings}  # the right form, or the one asked for
    sys.exit(max(exit_status([finding], finding.form) for finding in last.values()))


def only_target(claims: "list[Claim]") -> "Claim":
    """The claim that a reader's formula is about: the last of those that differentiate by the same letter."""
    targets = {claim.with_respect_to: claim for claim in claims}
    if len(targets) > 1:
        parts = ", ".join(f'--part "{claim.part}"' for claim in claims)
        raise click.UsageError(f"wanted one of {parts}, got none: equation ({claims[0].equation}) has several parts")
    return claims[-1]


def judge_text(claim: "Claim", text: str, seed: int, sizes: "Sizes") -> "Finding":
    """Judge a formula that was typed."""
    from handgrad.expression import formula_of
    from handgrad.findings import find_out_yours

    formula = formula_of(text, list(claim.shapes(sizes)), claim.as_read)
    return find_out_yours(claim, formula, seed, sizes)


def show_comparisons(findings: "list[Finding]", as_json: bool) -> None:
    """All findings as text, or as JSON with the three arrays beside the usual keys."""
    from handgrad.counterexample import plain

    if not as_json:
        for finding in findings:
            show_comparison(finding)
        return
    listed = []
    for finding in findings:
        seen = finding.verdict.comparison
        arrays = {"hand": plain(seen.hand), "automatic": plain(seen.automatic), "numeric": plain(seen.numeric.value)}
        listed.append(finding.to_dict() | arrays)
    click.echo(json.dumps({"handgrad": __version__, "seed": findings[0].verdict.seed, "claims": listed}))


ROWS = 12


def show_comparison(finding: "Finding") -> None:
    """By hand, automatic and difference, row by row; the worst rows where there are many."""
    import numpy as np
    from rich.table import Table

    from handgrad.findings import entry_text, example_text

    verdict = finding.verdict
    seen, outcome = verdict.comparison, str(verdict.outcome)
    echo((verdict.claim.title, "bold"), f"   {finding.form}   shape {np.shape(seen.hand)}   seed {verdict.seed}")
    with np.errstate(invalid="ignore"):
        difference = seen.hand - seen.automatic
        badness = np.where(np.isnan(difference), np.inf, np.abs(difference) / seen.tolerance)
    order = np.argsort(-badness, axis=None, kind="stable")[:ROWS]
    table = Table(box=None, pad_edge=False)
    for column in (verdict.comparison.argument, "by hand", "automatic", "difference", "allowed", ""):
        table.add_column(column, justify="left" if column in (verdict.comparison.argument, "") else "right")
    for flat in sorted(int(i) for i in order):
        at = np.unravel_index(flat, np.shape(seen.hand))
        cells = [f"{x[at]:.6g}" for x in (seen.hand, seen.automatic, difference)]
        index = "[" + ", ".join(str(int(i)) for i in at) + "]" if at else ""
        table.add_row(index, *cells, f"{seen.tolerance[at]:.1g}", "differs" if seen.differs[at] else "")
    console().print(table)
    if np.size(seen.hand) > ROWS:
        echo(f"{ROWS} of {np.size(seen.hand)} entries, the worst ones")
    condition = f": {verdict.condition}" if verdict.condition else ""
    third = f"   (third opinion: {seen.numeric.method})"
    echo((outcome, STYLES[outcome]), condition, third)
    if finding.explanation:
        echo(finding.explanation)
    if verdict.elsewhere is not None:
        echo(f"elsewhere, worst at {entry_text(verdict.elsewhere.worst)}")
    if finding.counterexample is not None:
        echo(f"smallest counterexample: {example_text(finding.counterexample)}")
    echo("")


def prompt(claim: "Claim", seed: int, sizes: "Sizes") -> None:
    """Read formula after formula until the input ends; "help" lists the letters."""
    import contextlib

    with contextlib.suppress(ImportError):  # line editing and history, where the platform has it
        import readline  # noqa: F401

    by = f" by {', '.join(claim.with_respect_to)}" if claim.with_respect_to else ""
    click.echo(f"{claim.title}: {claim.states}. Type a formula for the derivative{by}; help, quit.", err=True)
    while True:
        try:
            line = input(f"({claim.equation}) > " if sys.stdin.isatty() else "").strip()
        except (EOFError, KeyboardInterrupt):
            return
        if line in ("quit", "exit"):
            return
        if line == "help":
            echo(letters_text(claim, sizes))
            echo(f"wanted: shape {claim.shape(sizes)}; NumPy functions as np.<name>, arrays' own methods")
        elif line:
            try:
                show_comparison(judge_text(claim, line, seed, sizes))
            except HandgradError as error:
                click.echo(str(error), err=True)


# doctor


@main.command()
@json_option
def doctor(as_json: bool) -> None:
    """Versions, the distribution that owns the imported `autograd`, and which extras are present."""
    from handgrad.doctor import examine

    lines = examine()
    if as_json:
        click.echo(json.dumps({line.name: {"found": line.found, "well": line.well} for line in lines}))
    else:
        for line in lines:
            echo(f"{line.name:14}", line.found if line.well else (f"! {line.found}", "red"))
    sys.exit(AGREES if all(line.well for line in lines) else DISAGREES)
