"""How the command ends: what each exit status means, and the failures that say nothing about a formula.

1 means "disagrees" and nothing else, so whatever else may go wrong has a status of its own.
"""

import contextlib
import os
import sys
import traceback
from collections.abc import Iterable, Iterator
from typing import IO, Any, NoReturn

import click

from handgrad.commands.streams import printable
from handgrad.errors import TRACEBACK, HandgradError, one_line

AGREES, DISAGREES, CANNOT_DECIDE = 0, 1, 3  # 2 is click's own for wrong usage
INTERNAL, INPUT_OUTPUT = 70, 74  # EX_SOFTWARE and EX_IOERR of sysexits.h
INTERRUPTED, CLOSED_PIPE = 130, 141  # what a shell says of a command that SIGINT or SIGPIPE ended


def status_of(outcomes: Iterable[str]) -> int:
    """0, 1 or 3; 1 beats 3: that a formula is wrong says more than that another could not be judged.

    >>> status_of(["agrees", "cannot decide", "disagrees"])
    1
    """
    seen = set(map(str, outcomes))
    return DISAGREES if "disagrees" in seen else CANNOT_DECIDE if "cannot decide" in seen else AGREES


@contextlib.contextmanager
def failures_told() -> Iterator[None]:
    """Each failure becomes one line on stderr and its status; a pipe that nobody reads ends quietly."""
    try:
        try:
            yield
        finally:
            flush()  # here, where a full disk can still be told, not when Python ends
    except HandgradError as error:
        raise click.UsageError(printable(str(error))) from None
    except click.ClickException as error:
        message = error.format_message()  # it may quote what was typed, or a file's name
        if message.isprintable() or isinstance(error, click.exceptions.NoArgsIsHelpError):
            raise
        raise click.UsageError(printable(message), getattr(error, "ctx", None)) from None
    except (click.exceptions.Exit, click.Abort):
        raise
    except KeyboardInterrupt:
        leave("interrupted", INTERRUPTED)
    except BrokenPipeError:
        leave("", CLOSED_PIPE)
    except OSError as error:
        if error.errno is None:
            leave(internal(error), INTERNAL)
        where = "" if error.filename is None else f": {printable(str(error.filename))}"
        leave(f"input or output failed: {error.strerror}{where}", INPUT_OUTPUT)
    except Exception as error:
        leave(internal(error), INTERNAL)


def flush() -> None:
    """Write what is still to be written; a stdout that was closed from the start takes nothing."""
    if sys.stdout is not None:
        sys.stdout.flush()


def internal(error: Exception) -> str:
    """What is said of an exception that nobody expected; the traceback too where it is asked for."""
    if os.environ.get(TRACEBACK):
        return traceback.format_exc()
    return f"a fault of handgrad itself, {one_line(error)} ({TRACEBACK}=1 shows where)"


def leave(message: str, status: int) -> NoReturn:
    """End with a message, whatever can still be written."""
    silence(sys.stdout)
    try:
        if message:
            click.echo(f"Error: {message}", err=True)
    except OSError:
        silence(sys.stderr)
    raise SystemExit(status)


def refuse(error: click.ClickException) -> NoReturn:
    """End with what click says of wrong usage, or of what is missing; the status stays where that can't be written."""
    try:
        if sys.stderr is not None:  # else click would write to stdout
            error.show()
    except OSError:
        silence(sys.stderr)
    raise SystemExit(error.exit_code)


def silence(stream: IO[Any] | None) -> None:
    """Let the rest of a stream go nowhere if it can't be written, so that Python does not fail at it once more."""
    try:
        if stream is not None:
            stream.flush()
    except (OSError, ValueError):
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())  # type: ignore[union-attr]
            os.close(nowhere)
