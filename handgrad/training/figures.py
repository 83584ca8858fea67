"""How every picture is styled and written: the same content gives the same bytes, and nothing global changes."""

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from handgrad.atomic_write import write_whole
from handgrad.errors import TrainingError
from handgrad.extras import imported
from handgrad.paths import require_place

# What each kind would note of the moment it was made at, left out.
UNDATED: dict[str, dict[str, None]] = {".svg": {"Date": None}, ".png": {}, ".pdf": {"CreationDate": None}}
# Colours that stay apart for colour-blind readers and, by their lightness, in grey. Where two curves are the same, the
# later one, thinner and mostly dashed, lies on the earlier one and both are seen.
CYCLE = (
    "cycler('color', ['#0072b2', '#e69f00', '#000000', '#cc79a7', '#009e73', '#d55e00'])"
    " + cycler('linestyle', ['-', '--', ':', '-.', '-', '--']) + cycler('linewidth', [3.4, 2.0, 1.6, 1.4, 1.3, 1.2])"
)
STYLE = {
    "svg.hashsalt": "handgrad",  # else the names of an SVG's parts are random
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": CYCLE,
    "axes.axisbelow": True,
    "grid.color": "#dddddd",
    "legend.frameon": False,
    "legend.handlelength": 4.5,
}


@contextlib.contextmanager
def styled() -> Iterator[None]:
    """Draw in the package's own style, whatever the user's settings are; they come back afterwards.

    Raises `MissingExtraError`, when matplotlib is not installed.
    """
    style = imported("matplotlib.style", "plot", "a picture").context(["default", STYLE])
    with style, np.errstate(over="ignore"):  # of ticks beyond the largest number
        yield


def new_figure(width: float, height: float) -> Any:
    """An empty figure of a size in inches, which no window and no global list of figures knows."""
    return imported("matplotlib.figure", "plot", "a picture").Figure(figsize=(width, height), layout="constrained")


def require_drawable(path: Path, force: bool) -> None:
    """Raises `TrainingError`, where no picture can be drawn, or where `force` would be needed to."""
    if path.suffix.lower() not in UNDATED:
        raise TrainingError(f"{path}: wanted a picture {', '.join(UNDATED)}, got {path.suffix or 'no suffix'}")
    require_place(path, "a file to draw to", TrainingError)
    if path.exists() and not force:
        raise TrainingError(f"{path}: wanted a new file, got one that there is already; --force writes over it")


def write_figure(figure: Any, path: Path) -> None:
    """Write a figure as its suffix says, whole or not at all. To be called where it was `styled`."""
    write_whole(path, picture_of(figure, path.suffix.lower()))


def picture_of(figure: Any, suffix: str) -> bytes:
    """What a file with a figure holds: .svg, .png or .pdf. To be called where it was `styled`."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format=suffix[1:], dpi=150, metadata=UNDATED[suffix])
    return buffer.getvalue()
