"""`handgrad check`: what files declare with `gradient_of` and `vjp_of`, each judged."""

import contextlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from handgrad import __version__
from handgrad.checking.declared import Declaration, declarations_in, files_of, imported
from handgrad.checking.verdict import Verdict
from handgrad.commands.exit_codes import AGREES, INTERNAL, internal, status_of
from handgrad.commands.options import json_option
from handgrad.commands.streams import echo, is_terminal, printable
from handgrad.commands.terminal import STYLES
from handgrad.errors import HandgradError
from handgrad.render.json import strict


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--seed", type=click.IntRange(0), help="Seed of the random values.  [default: each declaration's, or 0]")
@click.option("-k", "part", metavar="TEXT", help="Only those with TEXT in their name.")
@json_option
def check(paths: tuple[Path, ...], seed: int | None, part: str | None, as_json: bool) -> None:
    """Judge what is declared with handgrad.gradient_of and vjp_of in the .py files or folders PATHS.

    The files are imported, so they run. Of a folder only those that name one of the decorators are.
    """
    files = {file.resolve(): file for path in paths for file in files_of(path)}  # a file given twice counts once
    judging = Judging(seed, part, as_json)
    for file in files.values():
        judging.judge_file(file, named=file in paths)
    # Nothing judged and nothing told so far: to end with 0 would say that all agree.
    if not (judging.checks or judging.errors):
        sought = "" if part is None else f" with {part!r} in its name"
        judging.trouble(
            ", ".join(map(str, paths)), None, "",
            f"wanted a function declared with handgrad.gradient_of or vjp_of{sought}, got none",
        )  # fmt: skip
    judging.finish()


class Judging:
    """The command `check` at work: what was found so far."""

    def __init__(self, seed: int | None, part: str | None, as_json: bool):
        self.seed, self.part, self.as_json = seed, part, as_json
        self.checks: list[dict[str, Any]] = []
        self.errors: list[dict[str, Any]] = []
        self.status = AGREES
        self.stdout = sys.stdout  # which is stderr as long as a file may print
        # on one terminal what is being done and what was found would stand in each other's way
        self.narrates = as_json or not (is_terminal(sys.stdout) and is_terminal(sys.stderr))

    def judge_file(self, file: Path, named: bool) -> None:
        """All that a file declares; a file that was asked for by its name must declare something."""
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

    def judge(self, file: Path, name: str, declaration: Declaration) -> None:
        """One declaration, whatever happens."""
        if self.narrates:
            click.echo(printable(f"judging {file}:{declaration.line} {name}"), err=True)
        try:
            verdict = declaration.check(self.seed)
        except HandgradError as error:
            self.trouble(str(file), declaration.line, name, str(error))
        except Exception as error:
            self.trouble(str(file), declaration.line, name, internal(error), INTERNAL)
        else:
            self.found(file, name, declaration, verdict)

    def found(self, file: Path, name: str, declaration: Declaration, verdict: Verdict) -> None:
        """A verdict, shown at once unless all are shown together."""
        outcome, line = str(verdict.outcome), declaration.line
        self.checks.append(verdict.to_dict() | {"name": name, "file": str(file), "line": line})
        if not self.as_json:
            with contextlib.redirect_stdout(self.stdout):
                echo(printable(f"{file}:{line} {name}  "), (outcome, STYLES[outcome]))
                echo(str(verdict))
                echo("")

    def trouble(self, file: str, line: int | None, name: str, words: str, status: int = 2) -> None:
        """What could not be judged, told in a line."""
        where = file if line is None else f"{file}:{line} {name}"
        words = words.removeprefix(f"{name}: ")
        click.echo(printable(f"Error: {where}: {words}"), err=True)
        self.errors.append({"file": file, "line": line, "name": name or None, "error": words})
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
