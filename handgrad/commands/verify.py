"""`handgrad verify`: the formulas of the report, each judged."""

import contextlib
import json
import sys
from collections.abc import Generator

import click

from handgrad import __version__
from handgrad.commands.exit_codes import status_of
from handgrad.commands.options import json_option, judged_at
from handgrad.commands.streams import is_terminal
from handgrad.commands.terminal import Printer, summary
from handgrad.render.json import strict
from handgrad.report.claims import Claim
from handgrad.report.equations import claims_of
from handgrad.report.question import Question, both_forms
from handgrad.report.symbols import sizes_with


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
    answers: list[Question] = []
    show = quiet if as_json else Printer(claims)
    with contextlib.closing(progress(claims, seen=not as_json and is_terminal(sys.stdout))) as judging:
        for claim in judging:
            for question in both_forms(claim, seed, sizes, printed):
                answers.append(question)
                show(question)
    if as_json:
        listed = [question.to_dict() for question in answers]
        click.echo(json.dumps(strict({"handgrad": __version__, "seed": seed, "claims": listed}), allow_nan=False))
    else:
        summary(answers, seed, size, batch, filters)
    wanted = "printed" if printed else "right"
    sys.exit(status_of(question.verdict.outcome for question in answers if question.form == wanted))


def quiet(question: Question) -> None:
    """Show nothing while answers come in."""


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
