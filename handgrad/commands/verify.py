"""`handgrad verify`: the formulas of the report, each judged."""

import contextlib
import json
import sys
from collections.abc import Generator, Iterator
from dataclasses import replace

import click

from handgrad import __version__
from handgrad.commands.exit_codes import status_of
from handgrad.commands.options import json_option, judged_at
from handgrad.commands.streams import is_terminal
from handgrad.commands.terminal import Printer, summary
from handgrad.findings import Finding, find_out
from handgrad.memory import Memory
from handgrad.report.claims import Claim
from handgrad.report.equations import claims_of
from handgrad.report.symbols import Sizes, sizes_with


@click.command()
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
    claims, sizes = claims_of(equations), sizes_with(size, batch, filters)
    findings: list[Finding] = []
    memory = Memory()
    show = quiet if as_json else Printer(claims, size, batch, filters)
    with contextlib.closing(progress(claims, seen=not as_json and is_terminal(sys.stdout))) as judging:
        for claim in judging:
            for finding in judged_forms(claim, seed, sizes, printed, memory):
                findings.append(finding)
                show(finding)
    if as_json:
        click.echo(json.dumps({"handgrad": __version__, "seed": seed, "claims": [f.to_dict() for f in findings]}))
    else:
        summary(findings, seed, size, batch, filters)
    sys.exit(status_of(f.verdict.outcome for f in findings if f.form == ("printed" if printed else "right")))


def judged_forms(claim: Claim, seed: int, sizes: Sizes, printed_only: bool, memory: Memory) -> Iterator[Finding]:
    """The findings on the printed and the right form; one judgement serves both where they are the same."""
    if claim.in_report:
        printed = find_out(claim, "printed", seed, sizes, memory)
        yield printed
        if not claim.needs_correction() and not printed_only:
            yield replace(printed, form="right")
    if not printed_only and (claim.needs_correction() or not claim.in_report):
        yield find_out(claim, "right", seed, sizes, memory)


def quiet(finding: Finding) -> None:
    """Show nothing while findings come in."""


def progress(claims: list[Claim], seen: bool) -> Generator[Claim]:
    """The claims, with a bar on stderr while a person waits there and has not `seen` the findings themselves.

    On one terminal the bar and the findings would write over each other.
    """
    if seen or not is_terminal(sys.stderr):
        yield from claims
        return
    from rich.console import Console
    from rich.progress import Progress

    # stdout stays as it is: Rich would send it to the bar's terminal.
    with Progress(console=Console(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False) as bar:
        yield from bar.track(claims, description="judging")
