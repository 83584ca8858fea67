"""Digits of a reader's own: a folder with IDX files that are named as MNIST's are."""

import os
from pathlib import Path

from handgrad.errors import DataError
from handgrad.training.digits import Dataset, Digits
from handgrad.training.idx import digits_of

PARTS = ("train", "t10k")
KINDS = ("images-idx3-ubyte", "labels-idx1-ubyte")
SHOWN = 8  # names of what is there instead


def from_folder(folder: str | os.PathLike[str]) -> Dataset:
    """The digits in `folder`, named as MNIST's: learn from the pair `train-...`, test with the pair `t10k-...`.

    A pair is `train-images-idx3-ubyte` and `train-labels-idx1-ubyte`. Each may be gzipped (`.gz`), or be spelt
    `train-images.idx3-ubyte`. Where there is one pair alone, its last fifth (rounded down, at least 1) is tested
    with and the rest learnt from: 10,000 images are 8,000 and 2,000.

    Raises `DataError`, when there is no pair, or only half of one, or when a file can't be read.

    >>> from_folder("no-such-folder")
    Traceback (most recent call last):
    handgrad.errors.DataError: no-such-folder: wanted a folder with IDX files, got none: No such file or directory
    """
    folder = Path(folder)
    try:
        there = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        raise DataError(f"{folder}: wanted a folder with IDX files, got none: {error.strerror or error}") from error
    pairs = [digits_of(*pair) for part in PARTS if (pair := found(folder, part, there))]
    if not pairs:
        names = " and ".join(f"{{{','.join(PARTS)}}}-{kind}[.gz]" for kind in KINDS)
        raise DataError(f"{folder}: wanted {names}, got {listed(there)}")
    train, test = pairs if len(pairs) == 2 else split(pairs[0], folder)
    return Dataset(train, test, f"{len(train):,} and {len(test):,} images of {folder}")


def found(folder: Path, part: str, there: list[str]) -> tuple[Path, Path] | None:
    """The files of images and of labels of one part; None where there is neither."""
    paths = []
    for kind in KINDS:
        plain = f"{part}-{kind}"
        dotted = plain.replace("-idx", ".idx")
        paths += [[name for name in (plain, f"{plain}.gz", dotted, f"{dotted}.gz") if name in there]]
    images, labels = paths
    if bool(images) != bool(labels):
        missing, other = (KINDS[0], labels[0]) if labels else (KINDS[1], images[0])
        raise DataError(f"{folder}: wanted {part}-{missing}[.gz] to go with {other}, got {listed(there)}")
    return (folder / images[0], folder / labels[0]) if images else None


def split(digits: Digits, folder: Path) -> tuple[Digits, Digits]:
    """All but the last fifth, and the last fifth."""
    if len(digits) < 2:
        raise DataError(f"{folder}: wanted at least 2 images, to learn from and to test with, got {len(digits)}")
    learnt = len(digits) - max(1, len(digits) // 5)
    images, labels = digits.images, digits.labels
    return Digits(images[:learnt], labels[:learnt]), Digits(images[learnt:], labels[learnt:])


def listed(names: list[str]) -> str:
    """The first names, and how many there are beside them."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return (", ".join(names[:SHOWN]) or "an empty folder") + more
