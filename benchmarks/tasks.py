"""What the contenders are given: the data of each task, from a seed, with NumPy alone.

Every worker imports this file, whoever's gradients it computes, so all of them have the same numbers.

    images (N, 28, 28)   v (25, F)   q (F,)   W (144 F, 10)   b (10,)   y (N, 10)        the report's network
    x (N, 784)   v (784, 100)   gamma (100,)   w (100, 10)   theta (10,)   y (N, 10)      the dense network
"""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

Array = Any
SEED = 0
HIDDEN, CLASSES = 100, 10
OPERATIONS, FACTOR, START = 1000, 1.0001, 1.5  # of the tape
RATE = 0.5  # of the epoch


class Network(NamedTuple):
    """Parameters by their letters, images and labels."""

    parameters: dict[str, Array]
    images: Array
    y: Array


def cnn(N: int, F: int, dtype: str) -> Network:
    """The report's convolutional network; the labels are rows with a single 1."""
    rng = np.random.default_rng(SEED)
    images, y = rng.random((N, 28, 28)), np.eye(CLASSES)[rng.integers(0, CLASSES, N)]
    parameters = {
        "v": rng.normal(size=(25, F)) / 5,
        "q": rng.normal(size=F) / 5,
        "W": rng.normal(size=(144 * F, CLASSES)) / 12,
        "b": rng.normal(size=CLASSES) / 5,
    }
    return _cast(parameters, images, y, dtype)


def dense(N: int, dtype: str) -> Network:
    """784-100-10 with thresholds; the images are rows."""
    rng = np.random.default_rng(SEED)
    images, y = rng.random((N, 784)), np.eye(CLASSES)[rng.integers(0, CLASSES, N)]
    parameters = {
        "v": rng.normal(size=(784, HIDDEN)) / 28,
        "gamma": rng.normal(size=HIDDEN) / 5,
        "w": rng.normal(size=(HIDDEN, CLASSES)) / 10,
        "theta": rng.normal(size=CLASSES) / 5,
    }
    return _cast(parameters, images, y, dtype)


def tape(entries: int) -> Array:
    """Where the chain starts: a number (`entries` 0) or an array."""
    return np.full(entries, START) if entries else START


class Epoch(NamedTuple):
    """One epoch of the convolutional network: where it starts, and its batches in their order."""

    parameters: dict[str, Array]
    images: Array
    y: Array
    batch: int
    rate: float

    def batches(self) -> list[slice]:
        """The images of each step; they lie in the order in which they are learnt."""
        return [slice(k, k + self.batch) for k in range(0, len(self.images), self.batch)]


def write_epoch(file: Path, images: Array, labels: Array) -> None:
    """Images and digits in the order in which an epoch takes them, for `epoch` to read in every worker."""
    order = np.random.default_rng(SEED).permutation(len(images))
    np.savez(file, images=images[order], labels=labels[order])


def epoch(file: str, batch: int, F: int, dtype: str) -> Epoch:
    """The epoch whose images `write_epoch` has written."""
    with np.load(file) as data:
        images, labels = data["images"], data["labels"]
    start = cnn(1, F, dtype).parameters
    return Epoch(start, images.astype(dtype), np.eye(CLASSES, dtype=dtype)[labels], batch, RATE)


def patches(images: Array) -> Array:
    """Every 5 x 5 window as a column, (25, N 576): what a convolution multiplies when written in NumPy."""
    windows = np.lib.stride_tricks.sliding_window_view(images, (24, 24), axis=(1, 2))
    return windows.transpose(1, 2, 0, 3, 4).reshape(25, -1)


def terms(task: str, case: Mapping[str, Any]) -> int:
    """The longest sum that a gradient of this task is, in terms."""
    if task == "cnn":
        return 576 * int(case["N"])  # an entry of v: over all places of all images
    if task == "epoch":
        return 576 * int(case["batch"])
    return {"dense": max(784, int(case.get("N", 1))), "tape": OPERATIONS}.get(task, 1)


def tolerance(task: str, case: Mapping[str, Any], steps: int = 1) -> float:
    """How far apart two right results may be, relative to the greatest entry of the array.

    A sum of n terms in two orders differs by about sqrt(n) units in the last place of its partial sums (at worst n
    of them, Higham, Accuracy and Stability of Numerical Algorithms, section 4.2). 8 is room for partial sums that are
    greater than the result, and for the few roundings of e^x, sigmoid and softmax behind each term. After `steps`
    updates the differences have been added up as many times. The most that this allows is 4 in 10,000 (float32, 256
    images); the mistakes it is to find, a factor, a sign, a term left out, are of the size of the gradient itself.
    """
    return 8 * math.sqrt(terms(task, case)) * float(np.finfo(case.get("dtype", "float64")).eps) * steps


def _cast(parameters: dict[str, Array], images: Array, y: Array, dtype: str) -> Network:
    cast = {letter: value.astype(dtype) for letter, value in parameters.items()}
    return Network(cast, images.astype(dtype), y.astype(dtype))
