"""The command `handgrad`.

Results go to stdout, narration to stderr. Exit status: 0 every right form agrees, 1 one does not (or a
printed one with --printed, or yours with --try), 2 wrong usage, 3 cannot decide; `exit_codes.py` has the others.
For `check`: 0 every declared derivative agrees, 1 one does not, 2 something could not be checked at all.
"""

import sys
from importlib import import_module
from typing import Any

import click

from handgrad import __version__
from handgrad.commands.exit_codes import INTERRUPTED, failures_told, leave, refuse

COMMANDS = {
    "check": "Judge what is declared with handgrad.gradient_of and vjp_of in the .py files or folders PATHS.",
    "compare": "Set by hand, automatic and difference side by side for one random draw, with the verdict.",
    "doctor": "Versions, the distribution that owns the imported `autograd`, and which extras are present.",
    "lab": "Open the lab: judge formulas while you type them, and watch two gradients descend (extra lab).",
    "lesson": "Derive the report's formulas yourself, from EQUATION on or from the first that the score has not as "
    "done.",
    "look": "Show the network in the file MODEL: how it was trained, its filters, and what it takes for what.",
    "page": "Write a page that opens from disk: both networks, every formula, every entry, and what each mistake does.",
    "predict": "Name the digit on each IMAGE as the network in the file MODEL sees it.",
    "show": "Show formulas: as printed and as right, what is differentiated, the code, domain and section.",
    "train": "Train NETWORK, dense or cnn, by gradient descent with the report's formulas.",
    "verify": 'Judge the formulas of the report, all fifteen or the EQUATIONS named ("10 15", "beyond").',
}
WITHOUT_GRADIENTS = ("doctor", "look", "predict")


class Commands(click.Group):
    """A command's module is imported when it is asked for; until then the command is its name and a line of help.

    Our own errors become one line on stderr and exit status 2, other failures one line and their status.
    """

    def main(self, *args: Any, **options: Any) -> Any:
        """Run and end. click would give an interruption between its own steps the status of a disagreement."""
        try:
            status = super().main(*args, **options | {"standalone_mode": False})
        except click.ClickException as error:
            refuse(error)
        except (click.Abort, KeyboardInterrupt):
            leave("interrupted", INTERRUPTED)
        raise SystemExit(status or 0)

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        """Read the arguments; --help and --version print here already."""
        with failures_told():
            return super().make_context(*args, **options)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name, imported."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command if name is None else load(name), rest

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        for stream in (sys.stdout, sys.stderr):  # a terminal without the formulas' signs gets their codes instead
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        with failures_told():
            return super().invoke(ctx)


def load(name: str) -> click.Command:
    """The command itself.

    Raises `InstallationError`, before its module can import an `autograd` or `manual` of somebody else.
    """
    if name not in WITHOUT_GRADIENTS:
        from handgrad.doctor import require_own_packages

        require_own_packages()
    command: click.Command = getattr(import_module(f"handgrad.commands.{name}"), name)
    return command


LISTED = {name: click.Command(name, help=line) for name, line in COMMANDS.items()}


@click.group(cls=Commands, commands=LISTED, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="handgrad")
def main() -> None:
    """Is the gradient that you derived by hand right, and if not, what is wrong with it?"""
