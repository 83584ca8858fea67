"""The command `handgrad`.

Results go to stdout, narration to stderr. Exit status: 0 every right form agrees, 1 one does not (or a
printed one with --printed, or yours with --try), 2 wrong usage, 3 cannot decide; `exits.py` has the others.
For `check`: 0 every declared derivative agrees, 1 one does not, 2 something could not be checked at all.
"""

import sys
from typing import Any

import click

from handgrad import __version__
from handgrad.commands.check import check
from handgrad.commands.compare import compare
from handgrad.commands.doctor import doctor
from handgrad.commands.exit_codes import INTERRUPTED, failures_told, leave, refuse
from handgrad.commands.lab import lab
from handgrad.commands.lesson import lesson
from handgrad.commands.look import look
from handgrad.commands.page import page
from handgrad.commands.predict import predict
from handgrad.commands.show import show
from handgrad.commands.train import train
from handgrad.commands.verify import verify


class Commands(click.Group):
    """Our own errors become one line on stderr and exit status 2, other failures one line and their status."""

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


for command in (verify, show, compare, check, train, predict, look, page, lesson, lab, doctor):
    main.add_command(command)
