"""`handgrad look`: what a trained network has learnt, and what it takes for what."""

import json
from pathlib import Path
from typing import Any

import click

from handgrad.commands.options import chosen, data_options, json_option
from handgrad.commands.streams import echo, printable
from handgrad.errors import ModelError
from handgrad.training.figures import require_drawable
from handgrad.training.model import Model, load, outputs
from handgrad.training.pictures import confusion, draw_model, weight_images
from handgrad.values import Array

SHADES = ".:oO@"  # from hardly any weight to the largest
WIDTH = 80


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Draw it too: .svg, .png, .pdf.")
@click.option("--force", is_flag=True, help="Let -o write over a file.")
@data_options
@json_option
def look(model: Path, output: Path | None, force: bool, data: Path | None, mnist: bool, as_json: bool) -> None:
    """Show the network in the file MODEL: how it was trained, its filters, and what it takes for what.

    It is tested with the test images of --data or --mnist; without either, with those drawn by its own seed.
    """
    network = load(model)
    if output is not None:
        require_drawable(output, force)
    dataset = chosen(data, mnist, seed_of(network, model))
    counts = confusion(dataset.test.labels, outputs(network, dataset.test.images).argmax(axis=1))
    if output is not None:
        draw_model(network, counts, output, force)
    if as_json:
        click.echo(json.dumps(described(network, model, dataset.source, counts)))
    else:
        show(network, model, dataset.source, counts)


def seed_of(network: Model, path: Path) -> int:
    """The seed that a network was trained with, 0 where it does not say. Raises `ModelError`, when it is none."""
    seed = network.settings.get("seed", 0)
    if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        raise ModelError(f"{path}: wanted the setting seed as an integer of at least 0, got {seed!r}")
    return seed


def described(network: Model, path: Path, source: str, counts: Array) -> dict[str, Any]:
    """Everything that is shown, as JSON has it."""
    right, total = int(counts.trace()), int(counts.sum())
    filters = {"filters": weight_images(network).tolist()} if network.network == "cnn" else {}
    return {
        "file": str(path), "network": network.network, "settings": network.settings, "step": network.step,
        "epoch": network.epoch, "history": network.history, **filters, "data": source,
        "confusion": counts.tolist(), "right": right, "images": total, "accuracy": right / total,
    }  # fmt: skip


def show(network: Model, path: Path, source: str, counts: Array) -> None:
    """The same for a reader."""
    sizes = ", ".join(f"{letter} {array.shape}" for letter, array in network.parameters.items())
    noted = {"gradients" if name == "by" else name: value for name, value in network.settings.items()}
    settings = ", ".join(f"{name} {value}" for name, value in noted.items() if value is not None)
    echo((printable(str(path)), "bold"), f": network {network.network}, {sizes}")
    echo(f"  settings: {printable(settings) or 'none noted'}")
    last = network.history[-1].get("accuracy") if network.history else None
    then = f"; accuracy then {last:.4f}" if isinstance(last, float) else ""
    echo(f"  trained for {network.step} steps, {network.epoch} whole epochs{then}")
    if network.network == "cnn":
        echo("")
        images = weight_images(network)
        scale = float(abs(images).max())
        echo(f"filters: a sign and a shade for each weight, {' '.join(SHADES)} up to {scale:.3g}")
        for line in shaded(images, scale):
            echo(line)
    right, total = int(counts.trace()), int(counts.sum())
    echo("")
    echo(f"data: {printable(source)}")
    echo("test images: a row for the digit on the image, a column for the digit that the network names")
    width = max(4, len(str(counts.max())) + 1)
    echo(" " * 3 + "".join(f"{digit:{width}}" for digit in range(10)))
    for digit, row in enumerate(counts):
        cells = [f"{count or '.':>{width}}" for count in row.tolist()]
        echo(f"{digit:3}" + "".join(cells[:digit]), (cells[digit], "bold"), "".join(cells[digit + 1 :]))
    echo(f"right: {right}/{total} ({100 * right / total:.2f} %)")


def shaded(images: Array, scale: float) -> list[str]:
    """Small pictures of weights side by side, as many as a line holds: each weight is its sign and its shade.

    Shapes:  images (F, rows, columns) -> lines of text.

    >>> import numpy as np
    >>> for line in shaded(np.array([[[1.0, -1.0], [0.1, 0.0]], [[-0.5, 0.5], [0.9, -0.1]]]), scale=1.0):
    ...     print(line)
    0       1
    +@-@    -o+o
    +. .    +@-.
    """
    _, _, columns = images.shape
    apart = 2 * columns + 4
    beside = max(1, WIDTH // apart)
    lines: list[str] = []
    for first in range(0, len(images), beside):
        group = images[first : first + beside]
        lines += [""] if first else []
        lines.append("".join(f"{first + place:<{apart}}" for place in range(len(group))).rstrip())
        for rows in group.transpose(1, 0, 2):
            lines.append("".join("".join(cell(x, scale) for x in row).ljust(apart) for row in rows.tolist()).rstrip())
    return lines


def cell(weight: float, scale: float) -> str:
    """A weight in two signs.

    >>> cell(-0.5, 1.0), cell(1.0, 1.0), cell(0.0, 0.0)
    ('-o', '+@', ' .')
    """
    share = abs(weight) / scale if scale else 0.0
    sign = "+" if weight > 0 else "-" if weight < 0 else " "
    return sign + SHADES[min(int(share * len(SHADES)), len(SHADES) - 1)]
