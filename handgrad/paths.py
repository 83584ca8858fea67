"""Whether a path is what a command needs it to be, before anything is read or computed."""

from pathlib import Path


def require_file(path: Path, wanted: str, error: type[Exception]) -> None:
    """Raises `error`, when there is no such file, or something else; to open a pipe would wait for who writes to it.

    >>> require_file(Path("none.npy"), "a file with images", ValueError)
    Traceback (most recent call last):
    ValueError: none.npy: wanted a file with images, got none
    """
    if not path.is_file():
        got = "a folder" if path.is_dir() else "no ordinary file" if path.exists() else "none"
        raise error(f"{path}: wanted {wanted}, got {got}")


def require_place(path: Path, wanted: str, error: type[Exception]) -> None:
    """Raises `error`, where no file can be: in place of a folder or a pipe, or in a folder that there is not."""
    if path.exists():
        require_file(path, wanted, error)
    if not path.absolute().parent.is_dir():
        raise error(f"{path}: wanted a file in a folder that there is, got no folder {path.absolute().parent}")
