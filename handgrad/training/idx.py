"""IDX files, the format of MNIST: numbers of one type, in one box of so many sides, big-endian.

    bytes 0, 1    0
    byte  2       type of the elements; 0x08, unsigned byte, is all that images of digits need
    byte  3       how many dimensions: 3 images (N, rows, columns), 1 labels (N,)
    4 bytes each  the dimensions
    then          the elements, the last dimension fastest

A file may be gzipped; its content says so, not its name.
"""

import gzip
import os
import struct
import zlib
from math import prod
from pathlib import Path

import numpy as np

from handgrad.errors import DataError, one_line
from handgrad.paths import require_file
from handgrad.training.digits import Dataset, Digits
from handgrad.values import Array

KINDS = {0x00000801: "labels", 0x00000803: "images"}
LIMIT = 2**28  # elements; MNIST's largest file has 47 million, and as float64 they take eight times the memory
PARTS = ("train", "t10k")
NAMES = ("images-idx3-ubyte", "labels-idx1-ubyte")
SHOWN = 8  # names of what is there instead


def read_idx(path: str | os.PathLike[str], wanted: int | None = None) -> Array:
    """The array in the file `path`: images (N, rows, columns) or labels (N,), uint8, as they are there.

    `wanted` is the magic number that the file must have: 0x00000803 images, 0x00000801 labels, None either.

    Raises `DataError`, with the file, what was wanted and what was got: no file, none that can be read, another
    format, truncated, longer than its header says, empty, damaged gzip, more than 2^28 elements.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "three-labels")
    ...     _ = file.write_bytes(bytes([0, 0, 8, 1] + [0, 0, 0, 3] + [7, 2, 1]))
    ...     read_idx(file)
    array([7, 2, 1], dtype=uint8)
    """
    path = Path(path)
    require_file(path, "an IDX file", DataError)
    kinds = KINDS if wanted is None else {wanted: KINDS[wanted]}
    try:
        with path.open("rb") as file:
            gzipped = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            stream = gzip.GzipFile(fileobj=file) if gzipped else file
            start = stream.read(4)
            if (magic := int.from_bytes(start, "big")) not in kinds:
                names = " or ".join(f"0x{number:08x} ({kind})" for number, kind in kinds.items())
                got = f"0x{start.hex()}" + f" ({KINDS.get(magic)})" * (magic in KINDS) if start else "an empty file"
                raise DataError(f"{path}: wanted an IDX file that starts with {names}, got {got}")
            shape = struct.unpack(f">{magic & 0xFF}I", stream.read(4 * (magic & 0xFF)))
            sides, size = " x ".join(map(str, shape)), prod(shape)
            if not 0 < size <= LIMIT:
                raise DataError(f"{path}: wanted 1 to {LIMIT} elements, got a header that says {sides}")
            data = stream.read(size + 1)  # one more, to see whether that was all; a gzip's checksum is there too
    except (EOFError, struct.error):
        raise DataError(f"{path}: wanted a whole IDX file, got one that ends too early") from None
    except (OSError, zlib.error) as error:
        raise DataError(f"{path}: wanted an IDX file, gzipped or not, got {one_line(error)}") from None
    if len(data) != size:
        got = f"only {len(data)}, it is truncated" if len(data) < size else "more"
        raise DataError(f"{path}: wanted {size} bytes of data ({sides}), got {got}")
    return np.frombuffer(bytearray(data), np.uint8).reshape(shape)


def digits_of(images_path: str | os.PathLike[str], labels_path: str | os.PathLike[str]) -> Digits:
    """The images in one IDX file, brightness / 255, with their labels in another.

    Raises `DataError`, when one can't be read (see `read_idx`), when their counts differ, when the images are not
    28 x 28, or when a label is no digit.
    """
    images, labels = read_idx(images_path, wanted=0x00000803), read_idx(labels_path, wanted=0x00000801)
    try:
        checked = Digits(images, labels)  # as they are: brightness takes eight times the memory
    except DataError as error:
        raise DataError(f"{images_path} with {labels_path}: {error}") from None
    return Digits(checked.images / 255, checked.labels.astype(np.int64))


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
    pairs = []
    for part in PARTS:
        plain = [f"{part}-{kind}" for kind in NAMES]
        files = {
            name: [file for file in there if file.removesuffix(".gz").replace(".idx", "-idx") == name] for name in plain
        }
        have = [name for name in plain if files[name]]
        if len(have) == 1:
            (missing,) = set(plain) - set(have)
            raise DataError(f"{folder}: wanted {missing}[.gz] to go with {files[have[0]][0]}, got {listed(there)}")
        if have:
            pairs.append(digits_of(*(folder / files[name][0] for name in plain)))
    if not pairs:
        names = " and ".join(f"{{{','.join(PARTS)}}}-{kind}[.gz]" for kind in NAMES)
        raise DataError(f"{folder}: wanted {names}, got {listed(there)}")
    train, test = pairs if len(pairs) == 2 else split(pairs[0], folder)
    return Dataset(train, test, f"{len(train):,} and {len(test):,} images of {folder}")


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
