"""Who is at the other end of a stream."""

from typing import Any


def is_terminal(stream: Any) -> bool:
    """Whether a person reads or writes there; a stream that was closed from the start is None."""
    return stream is not None and stream.isatty()
