"""One line on the terminal."""

from rich.console import Console
from rich.text import Text


def echo(*parts: str | tuple[str, str]) -> None:
    """One line on stdout, with colour only on a terminal that wants it."""
    console().print(Text.assemble(*parts), soft_wrap=True)


def console() -> Console:
    """The terminal, asked anew each time so that a redirected stdout is seen."""
    return Console(highlight=False)
