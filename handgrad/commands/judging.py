"""The command `check` at work: what was found so far, and how it is told."""

import contextlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handgrad import __version__
from handgrad.commands.exit_codes import AGREES, INTERNAL, internal, status_of
from handgrad.commands.streams import is_terminal, printable
from handgrad.errors import HandgradError
from handgrad.render.json import strict

if TYPE_CHECKING:
    from handgrad.checking import CheckVerdict
    from handgrad.checking.declared import Declaration


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
            click.echo(printable(f"judging {file}:{declaration.line} {name}"), err=True)
        try:
            verdict = declaration.check(self.seed)
        except HandgradError as error:
            self.trouble(str(file), declaration.line, name, str(error))
        except Exception as error:
            self.trouble(str(file), declaration.line, name, internal(error), INTERNAL)
        else:
            self.found(file, name, declaration, verdict)

    def found(self, file: Path, name: str, declaration: "Declaration", verdict: "CheckVerdict") -> None:
        """A verdict, shown at once unless all are shown together."""
        outcome, line = str(verdict.outcome), declaration.line
        self.checks.append(verdict.to_dict() | {"name": name, "file": str(file), "line": line})
        if not self.as_json:
            from handgrad.commands.console import echo
            from handgrad.commands.terminal import STYLES

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
