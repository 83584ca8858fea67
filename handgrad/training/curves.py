"""Losses over steps, drawn one over the other."""

import itertools
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from handgrad.errors import TrainingError
from handgrad.extras import imported
from handgrad.training.figures import new_figure, picture_of, require_drawable, styled, write_figure

Curve = Sequence[tuple[float, float]]


def draw_curves(curves: Mapping[str, Curve], path: Path | str, title: str, force: bool = False) -> None:
    """Draw losses over steps to an .svg, .png or .pdf file, on a logarithmic axis, one line a name.

    A point is (step, loss). Where a loss is NaN or infinite the line ends at a cross, and the name says from
    which step on there is no value, and up to which if there is one again.
    Raises `TrainingError`, when the suffix is another, when there is no curve, or when there is a file already
    and `force` does not say to write over it; `MissingExtraError` without matplotlib; `OSError`.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     draw_curves({"by hand": [(0, 2.3), (100, 0.4)]}, Path(folder, "loss.svg"), "cnn")
    ...     Path(folder, "loss.svg").exists()
    True
    """
    path = Path(path)
    require_drawable(path, force)
    with styled():
        write_figure(figure_of(curves, title, str(path)), path)


def curves_svg(curves: Mapping[str, Curve], title: str) -> str:
    """The same as the text of an SVG, to be shown in a page.

    Raises `TrainingError`, when there is no curve; `MissingExtraError` without matplotlib.

    >>> curves_svg({"by hand": [(0, 2.3), (100, 0.4)]}, "cnn").startswith("<svg")
    True
    """
    with styled():
        text = picture_of(figure_of(curves, title, "curves"), ".svg").decode()
    return text[text.index("<svg") :]  # without what makes it a file of its own


def figure_of(curves: Mapping[str, Curve], title: str, who: str) -> Any:
    """The figure. To be called where it is `styled`."""
    if not any(map(len, curves.values())):
        raise TrainingError(f"{who}: wanted at least one point of a curve to draw, got none")
    figure = new_figure(8, 3.9 + 0.22 * len(curves))  # the names have lines of their own below
    axes = figure.add_subplot()
    # A loss of exactly 0 has no place on a logarithmic axis; below the smallest other one it is linear then.
    losses = [loss for curve in curves.values() for _, loss in curve if math.isfinite(loss)]
    if positive := [loss for loss in losses if loss > 0]:
        axes.set_yscale("log") if min(losses) > 0 else axes.set_yscale("symlog", linthresh=min(positive))
        axes.yaxis.set_major_formatter("{x:g}")  # 0.1 for 10 to the -1
        axes.yaxis.set_minor_formatter(imported("matplotlib.ticker", "plot", "a picture").LogFormatter())
    for name, curve in curves.items():
        draw_curve(axes, name, curve)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set(xlabel="step", ylabel="loss")
    axes.set_title(plain(title), pad=10)
    axes.grid(True)
    axes.legend(loc="upper left", bbox_to_anchor=(0, -0.14), borderaxespad=0)
    return figure


def draw_curve(axes: Any, name: str, curve: Curve) -> None:
    """One line with its name, and a cross at each place where its values end."""
    steps = [float(step) for step, _ in curve]
    losses = [float(loss) if math.isfinite(loss) else math.nan for _, loss in curve]
    label = plain(": ".join(filter(None, (name, gaps(curve)))))
    (line,) = axes.plot(steps, losses, label=label, marker="o" if len(curve) == 1 else None)
    ends = [i for i in range(len(losses) - 1) if math.isnan(losses[i + 1]) and not math.isnan(losses[i])]
    axes.scatter([steps[i] for i in ends], [losses[i] for i in ends], c=line.get_color(), marker="X", s=100, zorder=3)


def gaps(curve: Curve) -> str:
    """In words, where a curve has no value; nothing where it has one everywhere.

    >>> gaps([(0, 2.3), (1, float("nan")), (2, float("inf")), (3, 0.5), (4, float("nan"))])
    'no value from step 1 to 2 and from step 4'
    >>> gaps([(0, 2.3)])
    ''
    """
    stretches = []
    for valued, points in itertools.groupby(curve, key=lambda point: math.isfinite(point[1])):
        if not valued:
            steps = [step for step, _ in points]
            goes_on = steps[-1] == curve[-1][0]
            stretches.append(f"from step {steps[0]:g}" + ("" if goes_on else f" to {steps[-1]:g}"))
    return f"no value {' and '.join(stretches)}" if stretches else ""


def plain(text: str) -> str:
    """A text in which a dollar sign is one, and opens no formula."""
    return text.replace("$", r"\$")
