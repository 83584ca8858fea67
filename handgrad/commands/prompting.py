"""A prompt that reads line after line, from a person or from a pipe; no line that was typed ends it."""

import contextlib
import sys
from collections.abc import Iterator

import click

from handgrad.commands.exit_codes import internal
from handgrad.commands.streams import is_terminal
from handgrad.errors import HandgradError


def begin(who: str, what: str) -> None:
    """Before the first line. Raises a usage error where there is no standard input at all."""
    if sys.stdin is None:
        raise click.UsageError(f"{who}: wanted {what} on standard input, got a closed one")
    if hasattr(sys.stdin, "reconfigure"):  # bytes that are no text make a line that is no formula
        sys.stdin.reconfigure(errors="backslashreplace")
    with contextlib.suppress(ImportError):  # line editing and history, where the platform has it
        import readline  # noqa: F401


def typed_line(prompt: str) -> str | None:
    """The next line without the blanks around it; None where the input ends, or where it says so itself."""
    try:
        line = input(prompt if is_terminal(sys.stdin) else "").strip()
    except EOFError:
        if is_terminal(sys.stdin):
            click.echo("", err=True)  # what follows begins a line of its own
        return None
    return None if line in ("quit", "exit") else line


@contextlib.contextmanager
def failures_survived() -> Iterator[None]:
    """Tell what went wrong with one line in a line on stderr, and go on."""
    try:
        yield
    except HandgradError as error:
        click.echo(str(error), err=True)
    except OSError:
        raise  # nobody reads the answers any more
    except Exception as error:
        click.echo(internal(error), err=True)
