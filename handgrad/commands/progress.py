"""What a training says while it runs: epochs on stdout, a bar on stderr, every step in the log."""

import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import click

from handgrad.commands.streams import is_terminal
from handgrad.errors import TrainingError
from handgrad.paths import require_place
from handgrad.render.json import strict

POINTS = 200  # of a curve; the losses between are averaged


class Report:
    """Callbacks for a training; several trainings, each with its `name`, may follow each other."""

    def __init__(self, steps: int, log: IO[str] | None, quiet: bool):
        self.steps, self.log, self.quiet = steps, log, quiet
        self.name = ""
        self.losses: dict[str, list[tuple[int, float]]] = {}
        self.accuracy = ""
        self.progress: Any = None
        self.task: Any = None

    @contextlib.contextmanager
    def bar(self) -> Iterator[None]:
        """With a bar on stderr, where a person sees it."""
        if not is_terminal(sys.stderr):
            yield
            return
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[text]}"),
            TimeRemainingColumn(),
        )
        shown = Progress(
            *columns, console=Console(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False
        )
        with shown as self.progress:
            self.task = self.progress.add_task("", total=self.steps, text="")
            yield
        self.progress = None

    def begin(self, name: str, done: int = 0) -> None:
        """The next training; some of its steps may be done already."""
        self.name, self.accuracy, self.losses[name] = name, "", []
        if self.progress is not None:
            self.progress.reset(self.task, total=self.steps, completed=done, description=name)

    def step(self, number: int, epoch: int, loss: float) -> None:
        """After a step."""
        self.losses[self.name].append((number, loss))
        self.write({"by": self.name, "step": number, "epoch": epoch, "loss": loss})
        if self.progress is not None:
            self.progress.update(self.task, completed=number, text=f"epoch {epoch}  loss {loss:.4f}{self.accuracy}")

    def epoch(self, entry: dict[str, Any]) -> None:
        """After an epoch."""
        self.accuracy = f"  {entry['accuracy']:.2%} right"
        self.write({"by": self.name} | entry)
        self.line(epoch_line(entry))

    def line(self, text: str) -> None:
        """A line of the result; the bar makes room for it where both are on one terminal."""
        if self.quiet:
            return
        beside = self.progress is not None and is_terminal(sys.stdout)
        if beside:
            self.progress.stop()
        click.echo(text)
        if beside:
            self.progress.start()

    def write(self, entry: dict[str, Any]) -> None:
        """A line of the log."""
        if self.log is not None:
            self.log.write(json.dumps(strict(entry)) + "\n")
            self.log.flush()  # so that it can be watched, and is whole whatever happens

    def curves(self) -> dict[str, list[tuple[float, float]]]:
        """The losses to draw, each point the mean of some steps."""
        return {name: thinned(losses) for name, losses in self.losses.items() if losses}


def thinned(losses: list[tuple[int, float]]) -> list[tuple[float, float]]:
    """At most some hundred points, each the mean over as many steps in a row.

    >>> thinned([(1, 4.0), (2, 2.0)])
    [(1.0, 4.0), (2.0, 2.0)]
    >>> len(thinned([(i, 1.0) for i in range(10_000)]))
    200
    """
    size = -(-len(losses) // POINTS)
    pieces = [losses[i : i + size] for i in range(0, len(losses), size)]
    return [(piece[-1][0] * 1.0, sum(loss for _, loss in piece) / len(piece)) for piece in pieces]


@contextlib.contextmanager
def log_to(path: Path | None, force: bool, append: bool) -> Iterator[IO[str] | None]:
    """A file for the log. One that is there is written over only by force; a log is gone on with when resuming."""
    if path is None:
        yield None
        return
    require_loggable(path, force, append)
    with open(path, "a" if append and is_log(path) else "w", encoding="utf-8") as file:
        yield file


def require_loggable(path: Path, force: bool, append: bool) -> None:
    """Raises `TrainingError`, where no log can be written, or where `force` would be needed to."""
    if path.is_dir() or not path.exists():  # a pipe may be logged to
        require_place(path, "a file for the log", TrainingError)
    if path.is_file() and not (force or (append and is_log(path))):
        wanted = "a new file for the log, or one to go on with" if append else "a new file for the log"
        raise TrainingError(f"{path}: wanted {wanted}, got one that there is already; --force writes over it")


def is_log(path: Path) -> bool:
    """Whether a file is one that a training has logged to; an empty one may be."""
    try:
        with open(path, encoding="utf-8") as file:
            first = file.readline(1_000_000)
        entry = json.loads(first) if first else {"step": 0}
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(entry, dict) and "step" in entry


def epoch_line(entry: dict[str, Any]) -> str:
    """An epoch in one line.

    >>> epoch_line({"epoch": 2, "loss": 0.5, "test_loss": 0.25, "right": 9, "accuracy": 0.9})
    'epoch   2  loss 0.5000  test loss 0.2500  test images right 9, 90.00 %'
    """
    losses = f"loss {entry['loss']:.4f}  test loss {entry['test_loss']:.4f}"
    return f"epoch {entry['epoch']:3}  {losses}  test images right {entry['right']:,}, {entry['accuracy'] * 100:.2f} %"
