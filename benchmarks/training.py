"""`python -m benchmarks.training`: what training reaches, by hand, automatically and in torch.

The settings are those of `handgrad train`. Every way starts from the same parameters, takes the images in the same
order and makes the same updates, so the losses of all steps can be compared with those by hand, not the last alone.

What may differ is rounding. A gradient of n terms differs by `tasks.tolerance` at most (8 sqrt(n) units in the last
place), so each step moves the trajectories that much of a step further apart; where the descent does not push them
apart by itself, T steps give T times that, and that is printed as what is expected. It is no proven bound: along a
direction of negative curvature -k a difference grows by 1 + rate k in every step. A mistake in a gradient, even of one
part in a million, is far above it.
"""

import contextlib
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks import machine, tasks
from benchmarks.environment import peers_option, python_of
from benchmarks.processes import BenchmarkError, Worker
from benchmarks.races import Contender
from benchmarks.tables import Table, duration, text
from benchmarks.worker import decoded
from handgrad.errors import HandgradError
from handgrad.training import automatic, by_hand
from handgrad.training.descent import Descent
from handgrad.training.digits import Dataset, Digits
from handgrad.training.drawn import drawn
from handgrad.training.idx import from_folder
from handgrad.training.settings import Settings

TRAIN, TEST = 8000, 2000
NETWORKS = ("dense", "cnn")
WAYS = {"by hand": by_hand.WAYS, "automatic": automatic.WAYS}
TORCH = Contender("torch", "contenders.torch_training")


class Trained:
    """The loss of each step, the share of right answers in the test, the seconds it took."""

    def __init__(self, losses: Any, accuracy: float, seconds: float):
        self.losses, self.accuracy, self.seconds = np.asarray(losses), accuracy, seconds

    def difference(self, other: "Trained") -> float:
        """The greatest of any step's losses, relative to the other's loss."""
        return float(np.max(np.abs(self.losses - other.losses) / np.abs(other.losses)))


def ours(way: str, settings: Settings, data: Dataset) -> Trained:
    """By `handgrad.training`, as the command does it."""
    descent, losses = Descent(settings, data, WAYS[way][settings.network]), []
    start = time.perf_counter()
    model = descent.run(on_step=lambda step: losses.append(step.result.loss))
    return Trained(losses, model.history[-1]["accuracy"], time.perf_counter() - start)


def theirs(worker: Worker, settings: Settings, data: Dataset, folder: Path) -> Trained:
    """By torch, in its own process. Raises `BenchmarkError`, when it can't."""
    file = folder / "training.npz"
    np.savez(
        file,
        images=data.train.images.astype(settings.dtype),
        labels=data.train.labels,
        test_images=data.test.images.astype(settings.dtype),
        test_labels=data.test.labels,
        orders=np.stack([settings.order(epoch, len(data.train)) for epoch in range(settings.epochs)]),
        **{f"start_{letter}": value for letter, value in settings.parameters().items()},
    )
    case = {name: getattr(settings, name) for name in ("network", "rate", "batch", "momentum")}
    answer = worker.ask("prepare", task="training", case={"file": str(file)} | case)
    if "missing" in answer:
        raise BenchmarkError(f"torch: {answer['missing']}")
    result = {name: decoded(array) for name, array in answer["result"].items()}
    return Trained(result["losses"], float(result["right"]) / len(data.test), answer["seconds"])


def expected(settings: Settings, steps: int) -> float:
    """How far apart the losses may be by rounding; see the head of this file."""
    case = {"N": settings.batch, "dtype": settings.dtype}
    return tasks.tolerance(settings.network, case, steps)


def rows(settings: Settings, data: Dataset, worker: Worker | None, folder: Path) -> list[tuple[str, ...]]:
    """One row for each way."""
    trained = {way: ours(way, settings, data) for way in WAYS}
    if worker is not None:
        trained["torch"] = theirs(worker, settings, data, folder)
    first = next(iter(trained.values()))
    allowed = f"{expected(settings, len(first.losses)):.1e}"
    found = []
    for way, result in trained.items():
        compared = ("", "") if result is first else (f"{result.difference(first):.1e}", allowed)
        about = (settings.network, str(settings.seed), way)
        found.append((*about, f"{result.accuracy:.2%}", duration(result.seconds), *compared))
    return found


def cut(data: Dataset) -> Dataset:
    """The first 8,000 images to learn from, the first 2,000 to test with."""
    train, test = (
        Digits(digits.images[:most], digits.labels[:most]) for digits, most in ((data.train, TRAIN), (data.test, TEST))
    )
    return Dataset(train, test, data.source)


@click.command()
@click.option(
    "--data",
    metavar="DIR",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="IDX files of digits; without, they are drawn by the program.",
)
@click.option("--seeds", default="0", show_default=True, metavar="0,1,2", help="A training for each.")
@click.option("--only", type=click.Choice(NETWORKS), multiple=True, help="This network; may be given again.")
@click.option("--epochs", type=click.IntRange(1), help="In place of the command's default.")
@peers_option("torch")
def main(data: Path | None, seeds: str, only: tuple[str, ...], epochs: int | None, peers: Path | None) -> None:
    """What training reaches, and whether all ways take the same steps."""
    try:
        numbers = [int(seed) for seed in seeds.split(",")]
    except ValueError:
        raise click.BadParameter(f"wanted numbers with commas between, got {seeds!r}", param_hint="--seeds") from None
    worker, table, busy = None, [], machine.load()
    try:
        digits = cut(drawn(TRAIN, TEST) if data is None else from_folder(data))
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
            if peers is not None:
                torch = Worker(TORCH, python_of(peers).absolute(), machine.cores(), subprocess.DEVNULL)
                worker = stack.enter_context(torch)
            for network in only or NETWORKS:
                for seed in numbers:
                    settings = Settings.of(network, seed=seed, epochs=epochs)
                    click.echo(settings.in_words(), err=True)
                    table += rows(settings, digits, worker, Path(folder))
    except (HandgradError, BenchmarkError) as error:
        raise click.ClickException(str(error)) from error
    where = "drawn by the program" if data is None else "from the folder given"
    title = f"training, {len(digits.train):,} and {len(digits.test):,} images {where}"
    head = ("network", "seed", "by", "test accuracy", "seconds", "greatest difference of a loss", "expected below")
    click.echo(text(Table(title, head, tuple(table))))
    words = machine.words(
        machine.cores(), {}, f"python {' '.join(['-m benchmarks.training', *without_folders()])}", busy
    )
    click.echo("\n" + "\n".join(f"{name:12}{value}" for name, value in words if name != "contenders"))


def without_folders() -> list[str]:
    """The options given, a folder said as DIR."""
    return ["DIR" if Path(word).is_dir() else word for word in sys.argv[1:]]


if __name__ == "__main__":
    main()
