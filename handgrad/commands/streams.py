"""Who is at the other end of a stream, and what is written to it; Rich is loaded when the first line is."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


def is_terminal(stream: Any) -> bool:
    """Whether a person reads or writes there; a stream that was closed from the start is None."""
    return stream is not None and stream.isatty()


def printable(text: str) -> str:
    """A text with the signs that would move a terminal's cursor, or that none shows, by their codes.

    >>> printable("seven" + chr(27)) == "seven" + chr(92) + "x1b"
    True
    """
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def echo(*parts: str | tuple[str, str]) -> None:
    """One line on stdout, with colour only on a terminal that wants it."""
    from rich.text import Text

    console().print(Text.assemble(*parts), soft_wrap=True)


def console() -> "Console":
    """The terminal, asked anew each time so that a redirected stdout is seen."""
    from rich.console import Console

    terminal = Console(highlight=False)
    terminal.on_broken_pipe = raise_again  # type: ignore[method-assign]
    return terminal


def raise_again() -> None:
    """Let a closed pipe be an exception like any other: Rich would exit with 1, the status of a wrong formula."""
    raise
