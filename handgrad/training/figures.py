"""How every picture is styled and written: the same content gives the same bytes, and nothing global changes."""

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from handgrad.atomic_write import write_whole
from handgrad.errors import TrainingError
from handgrad.extras import imported

# What each kind would note of the moment it was made at, left out.
UNDATED: dict[str, dict[str, None]] = {".svg": {"Date": None}, ".png": {}, ".pdf": {"CreationDate": None}}
STYLE = {
    "svg.hashsalt": "handgrad",  # else the names of an SVG's parts are random
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": "white",
}


@contextlib.contextmanager
def styled() -> Iterator[None]:
    """Draw in the package's own style, whatever the user's settings are; they come back afterwards.

    Raises `MissingExtraError`, when matplotlib is not installed.
    """
    with imported("matplotlib.style", "plot", "a picture").context(["default", STYLE]):
        yield


def new_figure(width: float, height: float) -> Any:
    """An empty figure of a size in inches, which no window and no global list of figures knows."""
    return imported("matplotlib.figure", "plot", "a picture").Figure(figsize=(width, height), layout="constrained")


def require_drawable(path: Path, force: bool) -> None:
    """Raises `TrainingError`, where no picture can be drawn, or where `force` would be needed to."""
    if path.suffix.lower() not in UNDATED:
        raise TrainingError(f"{path}: wanted a picture {', '.join(UNDATED)}, got {path.suffix or 'no suffix'}")
    if path.is_dir():
        raise TrainingError(f"{path}: wanted a file to draw to, got a folder")
    if not path.absolute().parent.is_dir():
        raise TrainingError(f"{path}: wanted a file in a folder that there is, got no folder {path.absolute().parent}")
    if path.exists() and not path.is_file():
        raise TrainingError(f"{path}: wanted an ordinary file to draw to, got another kind")
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
