"""IDX files, the format of MNIST: numbers of one type, in one box of so many sides, big-endian.

    bytes 0, 1    0
    byte  2       type of the elements; 0x08, unsigned byte, is all that images of digits need
    byte  3       how many dimensions: 3 images (N, rows, columns), 1 labels (N,)
    4 bytes each  the dimensions
    then          the elements, the last dimension fastest

A file may be gzipped; its content says so, not its name. A file is not believed: no more is read than it holds.
"""

import gzip
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from math import prod
from pathlib import Path

import numpy as np

from handgrad.errors import DataError
from handgrad.training.digits import Digits
from handgrad.values import Array

KINDS = {0x00000801: "labels", 0x00000803: "images"}
TYPES = {8: "uint8", 9: "int8", 11: "int16", 12: "int32", 13: "float32", 14: "float64"}
LIMIT = 2**28  # elements; MNIST's largest file has 47 million, and as float64 they take eight times the memory
PIECE = 2**20  # bytes read at a time


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
    with opened(Path(path)) as stream:
        shape = read_header(stream, path, wanted)
        size = prod(shape)
        data = read_up_to(stream, size + 1)  # one more, to see whether that was all; a gzip's checksum is there too
    if len(data) != size:
        got = f"only {len(data)}, it is truncated" if len(data) < size else "more"
        raise DataError(f"{path}: wanted {size} bytes of data ({sides(shape)}), got {got}")
    return np.frombuffer(data, np.uint8).reshape(shape)


def digits_of(images_path: str | os.PathLike[str], labels_path: str | os.PathLike[str]) -> Digits:
    """The images in one IDX file, brightness / 255, with their labels in another.

    Raises `DataError`, when one can't be read (see `read_idx`), when their counts differ, when the images are not
    28 x 28, or when a label is no digit.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     images, labels = Path(folder, "images"), Path(folder, "labels")
    ...     _ = images.write_bytes(bytes([0, 0, 8, 3] + [0, 0, 0, 1] + [0, 0, 0, 28] * 2) + bytes([51]) * 784)
    ...     _ = labels.write_bytes(bytes([0, 0, 8, 1] + [0, 0, 0, 1] + [7]))
    ...     digits = digits_of(images, labels)
    >>> digits.images.shape, float(digits.images[0, 0, 0]), digits.labels
    ((1, 28, 28), 0.2, array([7]))
    """
    images, labels = read_idx(images_path, wanted=0x00000803), read_idx(labels_path, wanted=0x00000801)
    try:
        checked = Digits(images, labels)  # as they are: brightness takes eight times the memory
    except DataError as error:
        raise DataError(f"{images_path} with {labels_path}: {error}") from None
    return Digits(checked.images / 255, checked.labels.astype(np.int64))


@contextmanager
def opened(path: Path) -> Iterator[BufferedIOBase]:
    """The bytes of a file, inflated where they are gzipped; what fails while they are read is a `DataError`."""
    try:
        if path.exists() and not path.is_file():  # to open a pipe would wait for somebody who writes
            raise DataError(f"{path}: wanted an IDX file, got {'a directory' if path.is_dir() else 'no regular file'}")
        with path.open("rb") as file:
            gzipped = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            if gzipped:
                with gzip.GzipFile(fileobj=file) as inflated:
                    yield inflated
            else:
                yield file
    except EOFError:
        raise DataError(f"{path}: wanted a whole gzip file, got one that ends too early") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path}: wanted a gzip file, got a damaged one: {error}") from None
    except OSError as error:
        raise DataError(f"{path}: wanted an IDX file, got none: {error.strerror or error}") from error


def read_header(stream: BufferedIOBase, path: str | os.PathLike[str], wanted: int | None) -> tuple[int, ...]:
    """The dimensions; each at least 1, and no more elements together than `LIMIT`."""
    start = read_up_to(stream, 4)
    if len(start) < 4:
        got = f"only {len(start)} bytes, it is truncated" if start else "an empty file"
        raise DataError(f"{path}: wanted an IDX file, got {got}")
    magic = int.from_bytes(start, "big")
    kinds = KINDS if wanted is None else {wanted: KINDS[wanted]}
    if magic not in kinds:
        names = " or ".join(f"0x{number:08x} ({kind})" for number, kind in kinds.items())
        raise DataError(f"{path}: wanted an IDX file that starts with {names}, got 0x{magic:08x}{meaning(magic)}")
    dimensions = start[-1]
    rest = read_up_to(stream, 4 * dimensions)
    if len(rest) < 4 * dimensions:
        got = f"only {4 + len(rest)}, it is truncated"
        raise DataError(f"{path}: wanted a header of {4 + 4 * dimensions} bytes, got {got}")
    shape = tuple(int.from_bytes(rest[4 * k : 4 * k + 4], "big") for k in range(dimensions))
    if 0 in shape:
        raise DataError(f"{path}: wanted at least one element, got none ({sides(shape)})")
    if prod(shape) > LIMIT:
        raise DataError(f"{path}: wanted at most {LIMIT} elements, got a header that says {sides(shape)}")
    return shape


def meaning(magic: int) -> str:
    """What a magic number that was not wanted means, if anything."""
    zeros, code, dimensions = magic >> 16, magic >> 8 & 0xFF, magic & 0xFF
    if magic in KINDS:
        return f" ({KINDS[magic]})"
    return f" ({TYPES[code]}, dimensions: {dimensions})" if zeros == 0 and code in TYPES else ""


def read_up_to(stream: BufferedIOBase, size: int) -> bytearray:
    """The next `size` bytes, or fewer where the file ends; no more memory than that, whatever `size` is."""
    data = bytearray()
    while len(data) < size and (piece := stream.read(min(PIECE, size - len(data)))):
        data += piece
    return data


def sides(shape: tuple[int, ...]) -> str:
    """(2, 28, 28) as "2 x 28 x 28"."""
    return " x ".join(map(str, shape))
