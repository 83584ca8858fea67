"""The command `handgrad`: it shows what a verdict says; no mathematics here.

Results go to stdout, narration to stderr. Exit status: 0 every right form agrees, 1 one does not (or a
printed one with --printed, or yours with --try), 2 wrong usage, 3 cannot decide; `exits.py` has the others.
For `check`: 0 every declared derivative agrees, 1 one does not, 2 something could not be checked at all.

Heavy imports stand inside the commands, so that `handgrad --help` answers at once.
"""

import contextlib
import json
import math
import sys
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handgrad import __version__
from handgrad.errors import HandgradError
from handgrad.exits import AGREES, DISAGREES, INTERNAL, failures_told, internal, status_of

if TYPE_CHECKING:
    from handgrad.checking import CheckVerdict
    from handgrad.checking.declared import Declaration
    from handgrad.claims import Claim, FormName
    from handgrad.findings import Finding
    from handgrad.junit import Case
    from handgrad.letters import Sizes
    from handgrad.memory import Memory


class Commands(click.Group):
    """Our own errors become one line on stderr and exit status 2, other failures one line and their status."""

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        """Read the arguments; --help and --version print here already."""
        with failures_told():
            return super().make_context(*args, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        for stream in (sys.stdout, sys.stderr):  # a terminal without the formulas' signs gets their codes instead
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        with failures_told():
            return super().invoke(ctx)


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
    from handgrad.doctor import require_own_packages

    require_own_packages()
    from handgrad.equations import claims_of
    from handgrad.letters import sizes_with
    from handgrad.memory import Memory
    from handgrad.terminal import Printer, summary

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


def judged_forms(
    claim: "Claim", seed: int, sizes: "Sizes", printed_only: bool, memory: "Memory"
) -> "Iterator[Finding]":
    """The findings on the printed and the right form; one judgement serves both where they are the same."""
    from dataclasses import replace

    from handgrad.findings import find_out

    if claim.in_report:
        printed = find_out(claim, "printed", seed, sizes, memory)
        yield printed
        if not claim.needs_correction() and not printed_only:
            yield replace(printed, form="right")
    if not printed_only and (claim.needs_correction() or not claim.in_report):
        yield find_out(claim, "right", seed, sizes, memory)


def quiet(finding: "Finding") -> None:
    """Show nothing while findings come in."""


def is_terminal(stream: Any) -> bool:
    """Whether a person reads or writes there; a stream that was closed from the start is None."""
    return stream is not None and stream.isatty()


def progress(claims: "list[Claim]", seen: bool) -> "Generator[Claim]":
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


# show


@main.command()
@click.argument("equations", nargs=-1, required=True)
def show(equations: tuple[str, ...]) -> None:
    """Show formulas: as printed and as right, what is differentiated, the code, domain and section."""
    from handgrad.doctor import require_own_packages

    require_own_packages()
    from handgrad.equations import claims_of
    from handgrad.terminal import show_claim

    for claim in claims_of(equations):
        show_claim(claim)


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
    from handgrad.doctor import require_own_packages

    require_own_packages()
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
        sys.exit(status_of([finding.verdict.outcome]))
    findings = [find_out(claim, name, seed, sizes) for claim in claims for name in chosen_forms(claim, form)]
    show_comparisons(findings, as_json)
    last = {finding.verdict.claim.title: finding for finding in findings}  # the right form, or the one asked for
    sys.exit(status_of(finding.verdict.outcome for finding in last.values()))


def chosen_forms(claim: "Claim", form: str | None) -> "list[FormName]":
    """The form that was asked for; else both, or the one that there is."""
    forms = claim.forms()
    if form is None:
        return list(forms) if claim.needs_correction() else list(forms)[:1]
    if form not in forms:
        raise click.UsageError(f"--form: wanted one of {', '.join(forms)} for {claim.title}, got {form}")
    return [name for name in forms if name == form]


def only_target(claims: "list[Claim]") -> "Claim":
    """The claim that a reader's formula is about: the last, if all are about one derivative or map.

    The lines of a derivation end in the formula that is derived, so the last of them stands for all.
    """
    targets = {(claim.function, claim.with_respect_to, claim.axes, claim.up_to_scale) for claim in claims}
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
    from handgrad.terminal import show_comparison

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


def prompt(claim: "Claim", seed: int, sizes: "Sizes") -> None:
    """Read formula after formula until the input ends; "help" lists the letters. Ctrl-C drops what was begun."""
    if sys.stdin is None:
        raise click.UsageError("-i: wanted formulas on standard input, got a closed one")
    with contextlib.suppress(ImportError):  # line editing and history, where the platform has it
        import readline  # noqa: F401

    by = f" by {', '.join(claim.with_respect_to)}" if claim.with_respect_to else ""
    click.echo(f"{claim.title}: {claim.states}. Type a formula for the derivative{by}; help, quit.", err=True)
    while True:
        try:
            line = input(f"({claim.equation}) > " if is_terminal(sys.stdin) else "").strip()
            if line in ("quit", "exit"):
                return
            answer(line, claim, seed, sizes)
        except EOFError:
            return
        except KeyboardInterrupt:
            click.echo("", err=True)


def answer(line: str, claim: "Claim", seed: int, sizes: "Sizes") -> None:
    """What the prompt says to one line; no formula ends it."""
    from handgrad.console import echo
    from handgrad.terminal import letters_text, show_comparison

    if line == "help":
        echo(letters_text(claim, sizes))
        echo(f"wanted: shape {claim.shape(sizes)}; NumPy functions as np.<name>, arrays' own methods")
    elif line:
        try:
            show_comparison(judge_text(claim, line, seed, sizes))
        except HandgradError as error:
            click.echo(str(error), err=True)
        except OSError:
            raise  # nobody reads the answers any more
        except Exception as error:
            click.echo(internal(error), err=True)


# check


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--seed", type=click.IntRange(0), help="Seed of the random values.  [default: each declaration's, or 0]")
@click.option("-k", "part", metavar="TEXT", help="Only those with TEXT in their name.")
@click.option("--junit", type=click.Path(path_type=Path), metavar="FILE", help="Write JUnit XML too.")
@click.option("--force", is_flag=True, help="Let --junit write over a file of another kind.")
@json_option
def check(
    paths: tuple[Path, ...], seed: int | None, part: str | None, junit: Path | None, force: bool, as_json: bool
) -> None:
    """Judge what is declared with handgrad.gradient_of and vjp_of in the .py files or folders PATHS.

    The files are imported, so they run. Of a folder only those that name one of the decorators are.
    """
    from handgrad import junit as reports
    from handgrad.doctor import require_own_packages

    require_own_packages()
    from handgrad.checking.declared import files_of

    if junit is not None:
        reports.require_writable(junit, force)
    files = {file.resolve(): file for path in paths for file in files_of(path)}  # a file given twice counts once
    judging = Judging(seed, part, as_json)
    for file in files.values():
        judging.judge_file(file, named=file in paths)
    # Nothing judged and nothing told so far: to end with 0 would say that all agree.
    if not judging.cases:
        sought = "" if part is None else f" with {part!r} in its name"
        judging.trouble(
            ", ".join(map(str, paths)), None, "",
            f"wanted a function declared with handgrad.gradient_of or vjp_of{sought}, got none",
        )  # fmt: skip
    if junit is not None:
        reports.write(junit, judging.cases)
    judging.finish()


class Judging:
    """The command `check` at work: what was found so far."""

    def __init__(self, seed: int | None, part: str | None, as_json: bool):
        self.seed, self.part, self.as_json = seed, part, as_json
        self.checks: list[dict[str, Any]] = []
        self.errors: list[dict[str, Any]] = []
        self.cases: list[Case] = []
        self.status = AGREES
        self.stdout = sys.stdout  # which is stderr as long as a file may print
        # on one terminal what is being done and what was found would stand in each other's way
        self.narrates = as_json or not (is_terminal(sys.stdout) and is_terminal(sys.stderr))

    def judge_file(self, file: Path, named: bool) -> None:
        """All that a file declares; a file that was asked for by its name must declare something."""
        from handgrad.checking.declared import declarations_in, imported

        try:
            # What a file prints is no verdict.
            with contextlib.redirect_stdout(sys.stderr), imported(file) as module:
                declared = declarations_in(module)
                if named and not declared:
                    words = "wanted a function declared with handgrad.gradient_of or vjp_of, got a file without one"
                    self.trouble(str(file), None, "", words)
                for name, declaration in declared:
                    if self.part is None or self.part.casefold() in name.casefold():
                        self.judge(file, name, declaration)
        except HandgradError as error:
            self.trouble(str(file), None, "", str(error))

    def judge(self, file: Path, name: str, declaration: "Declaration") -> None:
        """One declaration, whatever happens."""
        if self.narrates:
            click.echo(f"judging {file}:{declaration.line} {name}", err=True)
        start = time.perf_counter()
        try:
            verdict = declaration.check(self.seed)
        except HandgradError as error:
            self.trouble(str(file), declaration.line, name, str(error), time.perf_counter() - start)
        except Exception as error:
            self.trouble(str(file), declaration.line, name, internal(error), time.perf_counter() - start, INTERNAL)
        else:
            self.found(file, name, declaration, verdict, time.perf_counter() - start)

    def found(self, file: Path, name: str, declaration: "Declaration", verdict: "CheckVerdict", seconds: float) -> None:
        """A verdict, shown at once unless all are shown together."""
        from handgrad.junit import Case

        outcome, line = str(verdict.outcome), declaration.line
        self.checks.append(verdict.to_dict() | {"name": name, "file": str(file), "line": line})
        fault = None if verdict.agrees else "failure"
        self.cases.append(Case(str(file), line, name, seconds, fault, outcome, str(verdict)))
        if not self.as_json:
            from handgrad.console import echo
            from handgrad.terminal import STYLES

            with contextlib.redirect_stdout(self.stdout):
                echo(f"{file}:{line} {name}  ", (outcome, STYLES[outcome]))
                echo(str(verdict))
                echo("")

    def trouble(
        self, file: str, line: int | None, name: str, words: str, seconds: float = 0.0, status: int = 2
    ) -> None:
        """What could not be judged, told in a line."""
        from handgrad.junit import Case

        where = file if line is None else f"{file}:{line} {name}"
        words = words.removeprefix(f"{name}: ")
        click.echo(f"Error: {where}: {words}", err=True)
        self.errors.append({"file": file, "line": line, "name": name or None, "error": words})
        self.cases.append(Case(file, line, name or file, seconds, "error", "not checked", words))
        self.status = max(self.status, status)

    def finish(self) -> None:
        """The summary, or everything as JSON; then the end. What could not be judged goes before what was."""
        outcomes = [str(check["outcome"]) for check in self.checks]
        if self.as_json:
            told = {"handgrad": __version__, "seed": self.seed, "checks": self.checks, "errors": self.errors}
            click.echo(json.dumps(strict(told), allow_nan=False))
        elif outcomes:
            click.echo(tally(outcomes, len(self.errors)))
        sys.exit(self.status or status_of(outcomes))


def tally(outcomes: Sequence[str], failed: int = 0) -> str:
    """How many agree, disagree and are undecided.

    >>> tally(["agrees", "agrees on a condition", "cannot decide"])
    '2 agree (1 on a condition), 0 disagree, 1 cannot decide'
    """
    on_condition = outcomes.count("agrees on a condition")
    words = f"{outcomes.count('agrees') + on_condition} agree"
    words += f" ({on_condition} on a condition)" if on_condition else ""
    words += f", {outcomes.count('disagrees')} disagree, {outcomes.count('cannot decide')} cannot decide"
    return words + (f"; {failed} not checked" if failed else "")


def strict(value: Any) -> Any:
    """The same in what JSON has: NaN and the infinities are null, NumPy's numbers plain ones, the rest its text.

    >>> strict({"a": (1.0, float("nan")), 2: None})
    {'a': [1.0, None], '2': None}
    """
    if isinstance(value, dict):
        return {str(key): strict(x) for key, x in value.items()}
    if isinstance(value, list | tuple):
        return [strict(x) for x in value]
    if hasattr(value, "tolist"):
        return strict(value.tolist())
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value if isinstance(value, str | int | None) else str(value)


# doctor


@main.command()
@json_option
def doctor(as_json: bool) -> None:
    """Versions, the distribution that owns the imported `autograd`, and which extras are present."""
    from handgrad.console import echo
    from handgrad.doctor import examine

    lines = examine()
    if as_json:
        click.echo(json.dumps({line.name: {"found": line.found, "well": line.well} for line in lines}))
    else:
        for line in lines:
            echo(f"{line.name:14}", line.found if line.well else (f"! {line.found}", "red"))
    sys.exit(AGREES if all(line.well for line in lines) else DISAGREES)
