"""What a network has learnt and what it takes for what, drawn."""

from pathlib import Path
from typing import Any

import numpy as np

from handgrad.errors import DataError
from handgrad.training.digits import CLASSES, SIDE
from handgrad.training.figures import new_figure, require_drawable, styled, write_figure
from handgrad.training.model import Model
from handgrad.values import Array

KERNEL = 5
MOST = 25  # small pictures of weights that are drawn
# From dark blue over grey to light yellow: the sign is a colour, and in grey still how dark it is.
WEIGHTS = "cividis"
COUNTS = "Blues"


def confusion(labels: Array, predicted: Array) -> Array:
    """How often each digit was taken for each.

    Shapes:  labels (N,), predicted (N,), integers 0 to 9 -> (10, 10) counts, a row a label, a column a prediction.
    Raises:  DataError, when the two do not go together or are no digits.

    >>> confusion(np.array([3, 3, 8]), np.array([3, 8, 8]))[[3, 3, 8], [3, 8, 8]]
    array([1, 1, 1])
    """
    labels, predicted = np.asarray(labels), np.asarray(predicted)
    if labels.ndim != 1 or labels.shape != predicted.shape:
        raise DataError(f"confusion: wanted a prediction a label, got {predicted.shape} for labels {labels.shape}")
    for name, digits in (("labels", labels), ("predictions", predicted)):
        if digits.dtype.kind not in "iu" or np.any((digits < 0) | (digits >= CLASSES)):
            raise DataError(f"confusion: wanted {name} as integers from 0 to {CLASSES - 1}, got others")
    pairs = labels.astype(np.intp) * CLASSES + predicted.astype(np.intp)
    return np.bincount(pairs, minlength=CLASSES * CLASSES).reshape(CLASSES, CLASSES)


def weight_images(model: Model) -> Array:
    """The first layer's weights as pictures: a filter (F, 5, 5), or what a hidden neuron looks for (q, 28, 28).

    >>> zeros = {"v": np.zeros((25, 2)), "q": np.zeros(2), "W": np.zeros((288, 10)), "b": np.zeros(10)}
    >>> weight_images(Model("cnn", zeros)).shape
    (2, 5, 5)
    """
    side = KERNEL if model.network == "cnn" else SIDE
    return model.parameters["v"].T.reshape(-1, side, side)


def draw_model(model: Model, confusion_counts: Array, path: Path | str, force: bool = False) -> None:
    """Draw the learnt weights beside the confusion matrix, to an .svg, .png or .pdf file.

    Of the convolutional network each filter, of the dense one the weights of the first 25 hidden neurons, all
    on one scale that is symmetric about 0.
    Raises `TrainingError`, when the suffix is another, or there is a file already and `force` does not say to
    write over it; `DataError`, when the counts are no (10, 10); `MissingExtraError` without matplotlib; `OSError`.

    >>> import tempfile
    >>> zeros = {"v": np.zeros((25, 2)), "q": np.zeros(2), "W": np.zeros((288, 10)), "b": np.zeros(10)}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     draw_model(Model("cnn", zeros), np.eye(10, dtype=int), Path(folder, "look.svg"))
    ...     Path(folder, "look.svg").exists()
    True
    """
    path = Path(path)
    require_drawable(path, force)
    counts = np.asarray(confusion_counts)
    if counts.shape != (CLASSES, CLASSES):
        raise DataError(f"draw_model: wanted counts of shape ({CLASSES}, {CLASSES}), got {counts.shape}")
    with styled():
        figure = new_figure(12.4, 6.2)
        left, right = figure.subfigures(1, 2, width_ratios=(1, 1.12), wspace=0.03)
        draw_weights(left, model)
        draw_confusion(right, counts)
        write_figure(figure, path)


def draw_weights(figure: Any, model: Model) -> None:
    """Small pictures in a square grid, on one scale."""
    images = weight_images(model)
    shown = images[:MOST]
    what, whose = ("filter", "filters") if model.network == "cnn" else ("neuron", "hidden neurons")
    count = f"{len(images)}" if len(images) == len(shown) else f"first {len(shown)} of {len(images)}"
    noun = whose if len(images) > 1 else whose[:-1]
    figure.suptitle(f"{count} {noun}: weights v", x=0.02, ha="left", fontsize=11)
    columns = int(np.ceil(np.sqrt(len(shown))))
    rows = -(-len(shown) // columns)
    scale = float(np.max(np.abs(shown))) or 1.0
    grid = figure.subplots(rows, columns, squeeze=False)
    picture = None
    for place, axes in enumerate(grid.flat):
        if place >= len(shown):
            axes.set_axis_off()
            continue
        picture = axes.imshow(shown[place], cmap=WEIGHTS, vmin=-scale, vmax=scale, interpolation="nearest")
        axes.set_xticks([])
        axes.set_yticks([])
        axes.spines[:].set_visible(False)
        axes.set_title(f"{what} {place}" if place == 0 else f"{place}", fontsize=8, pad=2)
    bar = figure.colorbar(picture, ax=grid, location="bottom", fraction=0.045, pad=0.02, aspect=40)
    bar.set_label("weight")
    bar.outline.set_visible(False)


def draw_confusion(figure: Any, counts: Array) -> None:
    """The matrix with its counts; how dark a place is says which share of its row it has."""
    total, right = int(counts.sum()), int(np.trace(counts))
    percent = f" ({100 * right / total:.1f} %)" if total else ""
    figure.suptitle(f"{right} of {total} test images right{percent}", x=0.02, ha="left", fontsize=11)
    axes = figure.subplots()
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(share, cmap=COUNTS, vmin=0, vmax=1.25, interpolation="nearest")
    for (row, column), count in np.ndenumerate(counts):
        axes.text(
            column, row, f"{count}" if count else "·", ha="center", va="center",
            fontsize=10 if counts.max() < 10_000 else 8, fontweight="bold" if row == column else "normal",
            color="white" if share[row, column] > 0.7 else "black" if count else "#888888",
        )  # fmt: skip
    axes.set_xticks(range(CLASSES))
    axes.set_yticks(range(CLASSES))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel("digit that the network names")
    axes.set_ylabel("digit on the image")
