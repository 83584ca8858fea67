"""`python -m benchmarks`: how fast gradients, checks and the command are on this machine, and beside others'.

Every contender is a process of its own. All get the same data and the same threads, their results are compared before
anything is timed, and they take turns, round after round. Nothing is fetched; `benchmarks.environment` does that.
"""

import concurrent.futures
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import click

from benchmarks import chain, command, goals, growth, machine, tables, tasks
from benchmarks.environment import peers_option, python_of
from benchmarks.processes import BenchmarkError, Field, Outcome, limits
from benchmarks.races import EPOCH_IMAGES, FLOOR, HERE, ONE_FUNCTION, TASKS, Contender, races
from handgrad.errors import HandgradError
from handgrad.training.drawn import drawn
from handgrad.training.idx import from_folder

ALONE: dict[str, Callable[[bool], tables.Table]] = {
    "chain": chain.table,
    "growth": growth.table,
    "command": command.table,
}
EVERYTHING = ("cnn", "dense", "tape", "chain", "growth", "exact", "command", "epoch")
QUICK_IMAGES = 640
BUSY = 0.3  # processes in the mean of a minute


def write_images(file: Path, data: Path | None, images: int) -> int:
    """The images of the epoch into a file for the workers; how many there are."""
    digits = (drawn(images, 1) if data is None else from_folder(data)).train
    tasks.write_epoch(file, digits.images[:images], digits.labels[:images])
    return min(images, len(digits))


def alone(task: str, quick: bool, threads: int) -> tables.Table:
    """What only ours take part in, in a process of its own with as many threads as the others have."""
    os.environ.update(limits(threads))  # read when the new process imports NumPy
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, context) as pool:
        return pool.submit(ALONE[task], quick).result()


def one_line(peers: Path | None, quick: bool, only: tuple[str, ...], data: Path | None, threads: int) -> str:
    """The command that measures the same again, without the folders of this machine."""
    chosen = [("--peers", peers), ("--quick", quick), ("--data DIR", data)]
    parts = [words for words, given in chosen if given] + [f"--only {task}" for task in only]
    if threads != machine.cores():
        parts.append(f"--threads {threads}")
    return " ".join(["python -m benchmarks", *parts])


def printed(table: tables.Table) -> tables.Table:
    """The same table, once it stands on stdout."""
    click.echo(tables.text(table) + "\n")
    return table


def measured(
    chosen: tuple[str, ...], field: Field, peers: bool, quick: bool, data: Path | None, say: Callable[[str], None]
) -> tuple[list[Outcome], list[tables.Table]]:
    """All tables, printed as they come, and the races among them."""
    outcomes, shown = [], []
    with tempfile.TemporaryDirectory() as folder:
        for task in chosen:
            if task in ALONE:
                say(f"{task}: ours alone")
                shown.append(printed(alone(task, quick, field.threads)))
                continue
            assert task in TASKS
            file, images = Path(folder) / "epoch.npz", 0
            if task == "epoch":
                images = write_images(file, data, QUICK_IMAGES if quick else EPOCH_IMAGES)
            for race in races(task, peers, quick, str(file), images):
                outcome = field.run(race, seconds=0.02 if quick else 0.1, say=say)
                outcomes.append(outcome)
                shown.append(printed(tables.of_outcome(outcome)))
    return outcomes, shown


@click.command()
@peers_option("Others")
@click.option("--quick", is_flag=True, help="Fewer sizes and rounds, for about a minute.")
@click.option("--only", type=click.Choice(EVERYTHING), multiple=True, help="This task; may be given again.")
@click.option("--threads", type=click.IntRange(1), help="Threads of each contender: the number of cores.")
@click.option(
    "--data",
    metavar="DIR",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="IDX files of digits to take the epoch from, in place of drawn ones.",
)
@click.option(
    "--write",
    metavar="[FOLDER]",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    is_flag=False,
    flag_value=HERE,
    help="Write RESULTS.md and results.svg, into the folder of the benchmarks if no other is given.",
)
def main(
    peers: Path | None, quick: bool, only: tuple[str, ...], threads: int | None, data: Path | None, write: Path | None
) -> None:
    """How fast it is here."""
    threads = threads or machine.cores()
    chosen = tuple(task for task in EVERYTHING if not only or task in only)
    theirs = Path(sys.executable) if peers is None else python_of(peers).absolute()

    def python(contender: Contender) -> Path:
        return Path(sys.executable) if contender.ours or contender in (FLOOR, ONE_FUNCTION) else theirs

    def say(text: str) -> None:
        click.echo(text, err=True)

    busy = machine.load()
    if busy > BUSY:
        say(f"this machine is busy (load {busy:.2f}): times, and ratios too, will not be what they are on a quiet one")
    with Field(python, threads, subprocess.DEVNULL) as field:
        try:
            outcomes, shown = measured(chosen, field, peers is not None, quick, data, say)
        except (BenchmarkError, HandgradError) as error:
            raise click.ClickException(str(error)) from error
    reached = [printed(table) for table in goals.tables(outcomes)]
    words = machine.words(threads, field.versions, one_line(peers, quick, only, data, threads), busy)
    click.echo("\n".join(f"{name:12}{value}" for name, value in words))
    if write is not None:
        picture = tables.draw(outcomes, write / "results.svg")
        (write / "RESULTS.md").write_text(tables.report(words, [*reached, *shown], picture), encoding="utf-8")
        say(f"written: {write / 'RESULTS.md'}")


if __name__ == "__main__":
    main()
