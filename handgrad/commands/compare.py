"""`handgrad compare`: by hand and automatic side by side, for the report's formulas and a reader's own."""

import json
import sys

import click

from handgrad import __version__
from handgrad.commands.exit_codes import status_of
from handgrad.commands.options import json_option, judged_at
from handgrad.commands.prompting import begin, failures_survived, typed_line
from handgrad.commands.streams import echo
from handgrad.commands.terminal import letters_text, show_comparison
from handgrad.render.json import strict
from handgrad.report.claims import Claim, FormName
from handgrad.report.equations import claims_of
from handgrad.report.question import Question, asked, typed
from handgrad.report.symbols import Sizes, sizes_with


@click.command()
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
    claims, sizes = claims_of([equation], part), sizes_with(size, batch, filters)
    if interactive or formula is not None:
        if form is not None or (interactive and (formula is not None or as_json)):
            raise click.UsageError("wanted one of --form, --try and -i, got several")
        claim = only_target(claims)
        if interactive:
            return prompt(claim, seed, sizes)
        question = typed(claim, formula or "", seed, sizes)
        show_comparisons([question], as_json)
        sys.exit(status_of([question.verdict.outcome]))
    questions = [asked(claim, name, seed, sizes) for claim in claims for name in chosen_forms(claim, form)]
    show_comparisons(questions, as_json)
    last = {question.claim.title: question for question in questions}  # the right form, or the one asked for
    sys.exit(status_of(question.verdict.outcome for question in last.values()))


def chosen_forms(claim: Claim, form: str | None) -> list[FormName]:
    """The form that was asked for; else both, or the one that there is."""
    forms = claim.forms()
    if form is None:
        return list(forms) if claim.needs_correction() else list(forms)[:1]
    if form not in forms:
        raise click.UsageError(f"--form: wanted one of {', '.join(forms)} for {claim.title}, got {form}")
    return [name for name in forms if name == form]


def only_target(claims: list[Claim]) -> Claim:
    """The claim that a reader's formula is about: the last, if all are about one derivative or map.

    The lines of a derivation end in the formula that is derived, so the last of them stands for all.
    """
    targets = {(claim.function, claim.with_respect_to, claim.axes, claim.up_to_scale) for claim in claims}
    if len(targets) > 1:
        parts = ", ".join(f'--part "{claim.part}"' for claim in claims)
        raise click.UsageError(f"wanted one of {parts}, got none: equation ({claims[0].equation}) has several parts")
    return claims[-1]


def show_comparisons(questions: list[Question], as_json: bool) -> None:
    """All answers as text, or as JSON with the three arrays beside the usual keys."""
    if not as_json:
        for question in questions:
            show_comparison(question)
        return
    listed = [question.to_dict() | question.arrays() for question in questions]
    seed = questions[0].seed
    click.echo(json.dumps(strict({"handgrad": __version__, "seed": seed, "claims": listed}), allow_nan=False))


def prompt(claim: Claim, seed: int, sizes: Sizes) -> None:
    """Read formula after formula until the input ends; "help" lists the letters. Ctrl-C drops what was begun."""
    begin("-i", "formulas")
    by = f" by {', '.join(claim.with_respect_to)}" if claim.with_respect_to else ""
    click.echo(f"{claim.title}: {claim.states}. Type a formula for the derivative{by}; help, quit.", err=True)
    while True:
        try:
            line = typed_line(f"({claim.equation}) > ")
            if line is None:
                return
            with failures_survived():
                answer(line, claim, seed, sizes)
        except KeyboardInterrupt:
            click.echo("", err=True)


def answer(line: str, claim: Claim, seed: int, sizes: Sizes) -> None:
    """What the prompt says to one line."""
    if line == "help":
        echo(letters_text(claim, sizes))
        echo(f"wanted: shape {claim.shape(sizes)}; NumPy functions as np.<name>, arrays' own methods")
    elif line:
        show_comparison(typed(claim, line, seed, sizes))
