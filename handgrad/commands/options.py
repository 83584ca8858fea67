"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from handgrad.training.digits import Dataset


def judged_at(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say at which values a formula is judged."""
    for option in (
        click.option("--filters", type=click.IntRange(1, 64), help="Filters of the convolution.  [default: 1]"),
        click.option("--batch", type=click.IntRange(1, 64), help="Images in the batch.  [default: 1]"),
        click.option(
            "--size",
            type=click.Choice(["small", "report"]),
            default="small",
            show_default=True,
            help="Sizes of the networks; report: 28 x 28 images, 5 x 5 windows, 12 x 12 pooled, 10 classes.",
        ),
        click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the random values."),
    ):
        command = option(command)
    return command


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


def data_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options `--data DIR` and `--mnist`; the command gets `data: Path | None` and `mnist: bool`."""
    for option in (
        click.option(
            "--mnist",
            is_flag=True,
            help="Learn from MNIST: fetched once, checked by its checksums, then kept (needs the extra mnist).",
        ),
        click.option(
            "--data",
            type=click.Path(path_type=Path),
            metavar="DIR",
            help="Learn from a folder of IDX files, gzipped or not: {train,t10k}-images-idx3-ubyte and "
            "{train,t10k}-labels-idx1-ubyte. Of one pair alone the last fifth is tested with.  "
            "[default: digits that the program draws]",
        ),
    ):
        command = option(command)
    return command


def chosen(data: Path | None, mnist: bool, seed: int) -> "Dataset":
    """The digits that the options ask for: those of a folder, MNIST, or, with neither, digits drawn by `seed`.

    What reads, fetches or draws them is imported here: commands that learn nothing share this module.

    Raises `click.UsageError`, when both are asked for; `DataError`, when they can't be read or fetched.

    >>> chosen(Path("digits"), mnist=True, seed=0)
    Traceback (most recent call last):
    click.exceptions.UsageError: wanted --data or --mnist, got both
    """
    if data is not None and mnist:
        raise click.UsageError("wanted --data or --mnist, got both")
    if data is not None:
        from handgrad.training.idx import from_folder

        return from_folder(data)
    if mnist:
        from handgrad.training.mnist import fetched

        return fetched()
    from handgrad.training.drawn import drawn

    return drawn(seed=seed)
