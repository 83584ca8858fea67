"""Who is at the other end of a stream, and what may be written to it."""

from typing import Any


def is_terminal(stream: Any) -> bool:
    """Whether a person reads or writes there; a stream that was closed from the start is None."""
    return stream is not None and stream.isatty()


def printable(text: str) -> str:
    """A text with the signs that would move a terminal's cursor, or that none shows, by their codes.

    >>> printable("seven" + chr(27)) == "seven" + chr(92) + "x1b"
    True
    """
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
