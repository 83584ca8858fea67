"""Files of digits: crafted ones, and MNIST's own where they are beside the repository."""

import os
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest


@pytest.fixture(scope="session")
def mnist_folder() -> Path:
    """A folder with MNIST's `t10k` files: $HANDGRAD_MNIST, or shared/data/mnist beside the repository."""
    beside = Path(__file__).resolve().parents[2].parent / "shared/data/mnist"
    folder = Path(os.environ.get("HANDGRAD_MNIST", beside))
    if not any(folder.glob("t10k-images*")):
        pytest.skip(f"no MNIST in {folder}; the environment variable HANDGRAD_MNIST may name another folder")
    return folder


@pytest.fixture(scope="session")
def idx_bytes() -> Callable[..., bytes]:
    """The IDX file of an array of bytes, written as the format's description says."""

    def encoded(array: np.ndarray) -> bytes:
        sides = b"".join(struct.pack(">I", side) for side in array.shape)
        return bytes([0, 0, 8, array.ndim]) + sides + array.astype(np.uint8).tobytes()

    return encoded
