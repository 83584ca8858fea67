"""Losses over steps, drawn one over the other."""

import itertools
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from handgrad.errors import TrainingError
from handgrad.training.figures import new_figure, picture_of, require_drawable, styled, write_figure

# Colours that stay apart for colour-blind readers and, by their lightness, in grey; dashes that do without.
COLOURS = ("#0072b2", "#e69f00", "#000000", "#cc79a7", "#009e73", "#d55e00")
DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.6)), (0, (7, 2, 1.5, 2)), (0, (3, 3)), (0, (9, 3)))
# Where two curves are the same, the later one, thinner and dashed, lies on the earlier one and both are seen.
WIDTHS = (3.4, 2.0, 1.6, 1.4, 1.3, 1.2)

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
    positive = [loss for loss in losses if loss > 0]
    if positive and min(losses) > 0:
        axes.set_yscale("log")
        axes.set_ylim(limits(min(positive), max(positive)))
    elif positive:
        axes.set_yscale("symlog", linthresh=min(positive))
    if positive:  # 0.1 for 10 to the -1; the fewer powers of ten there are, the more numbers between them
        spread = max(positive) / min(positive)
        between = "123456789" if spread < 4 else "25" if spread < 1000 else ""
        axes.yaxis.set_major_formatter(lambda loss, _: f"{loss:g}")
        axes.yaxis.set_minor_formatter(lambda loss, _: f"{loss:g}" if f"{loss:e}"[0] in between else "")
    for index, (name, curve) in enumerate(curves.items()):
        draw_curve(axes, name, curve, index)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set(xlabel="step", ylabel="loss")
    axes.set_title(plain(title), pad=10)
    axes.grid(True, which="major", color="#dddddd", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.legend(loc="upper left", bbox_to_anchor=(0, -0.14), borderaxespad=0, frameon=False, handlelength=4.5)
    return figure


def limits(least: float, most: float) -> tuple[float, float]:
    """The ends of a logarithmic axis, with a margin; not so far out that a number beyond them would be none any more.

    >>> [f"{end:.3g}" for end in limits(1e-300, 1e300)]
    ['1e-200', '1e+200']
    """
    low, high = math.log10(least), math.log10(most)
    margin = 0.05 * (high - low) or 0.05
    return 10.0 ** max(low - margin, -200), 10.0 ** min(high + margin, 200)


def draw_curve(axes: Any, name: str, curve: Curve, index: int) -> None:
    """One line with its name, and a cross at each place where its values end."""
    steps = [float(step) for step, _ in curve]
    losses = [float(loss) if math.isfinite(loss) else math.nan for _, loss in curve]
    colour = COLOURS[index % len(COLOURS)]
    axes.plot(
        steps, losses, color=colour, label=plain(": ".join(filter(None, (name, gaps(curve))))),
        # As many dashes as colours would pair them for ever; in another rhythm the pairs come back much later.
        linestyle=DASHES[(index + index // len(DASHES)) % len(DASHES)], linewidth=WIDTHS[min(index, len(WIDTHS) - 1)],
        marker="o" if len(curve) == 1 else None, zorder=2 + index / 100,
    )  # fmt: skip
    ends = [i for i in range(len(losses) - 1) if math.isnan(losses[i + 1]) and not math.isnan(losses[i])]
    axes.plot(
        [steps[i] for i in ends], [losses[i] for i in ends], color=colour, marker="X", markersize=10,
        markeredgecolor="white", linestyle="none", zorder=4 + index / 100, clip_on=False,
    )  # fmt: skip


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
