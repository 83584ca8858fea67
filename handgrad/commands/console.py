"""One line on the terminal."""

from rich.console import Console
from rich.text import Text


class Terminal(Console):
    """Rich's console, except that a closed pipe is an exception like any other."""

    def on_broken_pipe(self) -> None:
        """Raise it again: Rich would exit with status 1, which says that a formula is wrong."""
        raise


def echo(*parts: str | tuple[str, str]) -> None:
    """One line on stdout, with colour only on a terminal that wants it."""
    console().print(Text.assemble(*parts), soft_wrap=True)


def console() -> Console:
    """The terminal, asked anew each time so that a redirected stdout is seen."""
    return Terminal(highlight=False)
