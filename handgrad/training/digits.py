"""Images of digits with their labels, as every source of data hands them out.

Images are (N, 28, 28), brightness from 0 (paper) to 1 (ink), float64; labels (N,), the digit on each, 0 to 9.
"""

import zlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from handgrad.errors import DataError
from handgrad.values import Array

SIDE = 28
CLASSES = 10


@dataclass(frozen=True)
class Digits:
    """Images and their labels.

    Raises `DataError`, when there are none, when they do not go together, or when they are no digits.
    """

    images: Array
    labels: Array

    def __post_init__(self) -> None:
        require_kind("images", self.images, "fu", "floats")
        require_kind("labels", self.labels, "iu", "integers")
        n = len(self.images) if self.images.ndim else 0
        if self.images.shape != (n, SIDE, SIDE) or n == 0:
            raise DataError(f"digits: wanted images of shape (N, {SIDE}, {SIDE}), N >= 1, got {self.images.shape}")
        if self.labels.shape != (n,):
            raise DataError(f"digits: wanted a label for each of {n} images, got labels of shape {self.labels.shape}")
        if self.labels.min() < 0 or self.labels.max() >= CLASSES:
            wrong = self.labels[(self.labels < 0) | (self.labels >= CLASSES)][0]
            raise DataError(f"digits: wanted labels from 0 to {CLASSES - 1}, got {wrong}")

        if not (np.isfinite(self.images.min()) and np.isfinite(self.images.max())):
            raise DataError("digits: wanted finite brightness, got NaN or an infinity")

    def __len__(self) -> int:
        return len(self.images)


def require_kind(name: str, array: Array, kinds: str, wanted: str) -> None:
    """Raises `DataError` for what is no plain array of such numbers."""
    if type(array) is not np.ndarray or array.dtype.kind not in kinds:
        got = array.dtype if type(array) is np.ndarray else f"a {type(array).__name__}"
        raise DataError(f"digits: wanted {name} as an array of {wanted}, got {got}")


@dataclass(frozen=True)
class Dataset:
    """Digits to learn from and digits to test with; `source` says in words where they are from."""

    train: Digits
    test: Digits
    source: str

    @cached_property
    def fingerprint(self) -> str:
        """By which a model knows the images again that it has learnt from, in their order."""
        return f"{zlib.crc32(self.train.labels.tobytes(), zlib.crc32(self.train.images.tobytes())):08x}"
