"""MNIST, fetched once: 60,000 digits to learn from and 10,000 to test with, by LeCun, Cortes and Burges.

The files are those that http://yann.lecun.com/exdb/mnist/ had, from a mirror of them; each is accepted by its
checksum alone, and read from the cache from then on.
"""

import os
from collections.abc import Mapping
from typing import Any

from handgrad.errors import DataError, one_line
from handgrad.extras import imported
from handgrad.training.digits import Dataset
from handgrad.training.idx import digits_of

BASE_URL = "https://ossci-datasets.s3.amazonaws.com/mnist/"
MD5 = {
    "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
    "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
    "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
}


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
    handgrad.errors.DataError: nonsense://train-images-idx3-ubyte.gz: wanted MNIST, got InvalidSchema: ...
    """
    pooch = imported("pooch", "mnist", "handgrad train --mnist")
    folder = pooch.os_cache("handgrad") if cache is None else cache
    registry = {name: f"md5:{checksum}" for name, checksum in md5.items()}
    store = pooch.create(folder, base_url, registry=registry)
    fetch: Any = pooch.HTTPDownloader()  # named, so that an address of another kind fails as one that nobody answers
    files = []
    for name in registry:
        try:
            files.append(store.fetch(name, downloader=fetch))
        except (OSError, ValueError) as error:  # no answer, another file, or a cache that can't be written
            cure = "with the files in a folder of your own: --data DIR"
            raise DataError(f"{base_url}{name}: wanted MNIST, got {one_line(error)}; {cure}") from error
    train, test = digits_of(*files[:2]), digits_of(*files[2:])
    return Dataset(train, test, f"MNIST, {len(train):,} and {len(test):,} images")
