"""Options that several commands share."""

from collections.abc import Callable
from typing import Any

import click


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
