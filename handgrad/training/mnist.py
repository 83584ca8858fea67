"""MNIST, fetched once: 60,000 digits to learn from and 10,000 to test with, by LeCun, Cortes and Burges.

The files are those that http://yann.lecun.com/exdb/mnist/ had, from a mirror of them; each is accepted by its
checksum alone, and read from the cache from then on.
"""

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from handgrad.errors import DataError
from handgrad.extras import imported
from handgrad.training.digits import Dataset
from handgrad.training.idx import digits_of

WHO = "handgrad train --mnist"
BASE_URL = "https://ossci-datasets.s3.amazonaws.com/mnist/"
MD5 = {
    "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
    "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
    "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
}
CURE = "with the files in a folder of your own: --data DIR"


def fetched(
    base_url: str = BASE_URL, cache: str | os.PathLike[str] | None = None, md5: Mapping[str, str] = MD5
) -> Dataset:
    """MNIST out of the `cache` (by default a folder of the user's for handgrad), fetched from `base_url` where needed.

    `md5` holds the checksum of each of the four files, images and labels to learn from, then to test with.

    Raises `DataError`, when a file can't be fetched, when it is another than it should be, or when the cache can't be
    written; `MissingExtraError` without the package pooch.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as cache:
    ...     fetched("nonsense://", cache)
    Traceback (most recent call last):
    handgrad.errors.DataError: nonsense://train-images-idx3-ubyte.gz: wanted MNIST, could not fetch it (...
    """
    pooch = imported("pooch", "mnist", WHO)
    folder = Path(pooch.os_cache("handgrad") if cache is None else cache)
    with silent(pooch.get_logger()):
        train_images, train_labels, test_images, test_labels = (
            path_of(name, checksum, base_url, folder) for name, checksum in md5.items()
        )
    train, test = digits_of(train_images, train_labels), digits_of(test_images, test_labels)
    return Dataset(train, test, f"MNIST, {len(train):,} and {len(test):,} images")


def path_of(name: str, checksum: str, base_url: str, folder: Path) -> str:
    """Where the file is, after fetching it if there is none, or another, in the cache."""
    pooch, requests = (imported(module, "mnist", WHO) for module in ("pooch", "requests"))
    url = base_url + name
    fetch: Any = pooch.HTTPDownloader()  # said, so that an address of another kind fails as one that nobody answers
    try:
        return str(pooch.retrieve(url, f"md5:{checksum}", fname=name, path=folder, downloader=fetch))
    except requests.RequestException as error:  # before the other two: it may be an OSError and a ValueError besides
        raise DataError(f"{url}: wanted MNIST, could not fetch it ({error}); {CURE}") from error
    except ValueError as error:
        raise DataError(f"{url}: wanted the file with MD5 {checksum}, got another; try again, or {CURE}") from error
    except OSError as error:
        raise DataError(f"{folder}: wanted a folder to keep MNIST in, could not use it ({error}); {CURE}") from error


@contextmanager
def silent(logger: logging.Logger) -> Iterator[None]:
    """Keep a package's progress off the streams; warnings still pass."""
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)
