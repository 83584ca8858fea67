"""`handgrad predict`: which digits a trained network sees."""

import json
from pathlib import Path
from typing import Any

import click

from handgrad.commands.options import json_option
from handgrad.commands.streams import echo, printable
from handgrad.training.model import load, outputs
from handgrad.training.reading import read_images


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("images", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="IMAGE...")
@click.option("--invert", is_flag=True, help="Ink is dark and paper light: turn it round.")
@click.option("--fit", is_flag=True, help="Crop, scale and centre each digit to 28 x 28, as MNIST was made.")
@json_option
def predict(model: Path, images: tuple[Path, ...], invert: bool, fit: bool, as_json: bool) -> None:
    """Name the digit on each IMAGE as the network in the file MODEL sees it.

    An IMAGE is a picture, an .npy or an IDX file, light ink on dark paper. Beside the digit stand its ten
    probabilities, or the ten outputs of a dense network, which do not sum to 1; a star marks the highest.
    """
    network = load(model)
    name = "probabilities" if network.network == "cnn" else "outputs"
    seen: list[dict[str, Any]] = []
    for file in images:
        y_hat = outputs(network, read_images(file, invert, fit))
        seen += [
            {"file": str(file), "index": index, "digit": int(row.argmax()), name: [float(y) for y in row]}
            for index, row in enumerate(y_hat)
        ]
    if as_json:
        click.echo(json.dumps(seen))
    else:
        show(seen, name)


def show(seen: list[dict[str, Any]], name: str) -> None:
    """A line an image, under a line that says what stands where."""
    counts = {image["file"]: image["index"] + 1 for image in seen}
    names = [named(image["file"], image["index"], counts[image["file"]]) for image in seen]
    width = max(map(len, (*names, "image")))
    echo(f"{'image':{width}}  digit  {name}")
    echo(" " * (width + 9) + "".join(f"{digit:<8}" for digit in range(10)).rstrip())
    for label, image in zip(names, seen, strict=True):
        cells = [f"{y:.3f}{'*' if digit == image['digit'] else ' '}  " for digit, y in enumerate(image[name])]
        highest = image["digit"]
        before, after = "".join(cells[:highest]), "".join(cells[highest + 1 :])
        echo(f"{label:{width}}  ", (f"{highest}", "bold"), f"      {before}", (cells[highest], "bold"), after.rstrip())


def named(file: str, index: int, count: int) -> str:
    """A file, with the place in it where it has several images.

    >>> named("digits.npy", 3, count=10), named("seven.png", 0, count=1)
    ('digits.npy[3]', 'seven.png')
    """
    return printable(file) if count == 1 else f"{printable(file)}[{index}]"
