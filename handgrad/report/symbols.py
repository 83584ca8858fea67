"""The report's letters: their shapes, the values drawn for them, and conditions on those values.

A shape is written with the names of axes, "N K" for `y_hat`; the sizes say how long each axis is.

    N  samples in the batch        F  filters               T = k^2       entries of a window
    k  side of the window          n  side of the pooled    m = (2n)^2    places of the convolution
    K  classes                        image                 J = F n^2     inputs of the fully connected layer
    h  hidden units, dense net     o  outputs, dense net    i  inputs, dense net
    H = 2n + k - 1  side of the image                       P         all parameters of the network

The report has one sample and one filter. So an axis N or F of length 1 is dropped where letters are shown
to a reader or used in a reader's formula: there `y_hat` is (K,) and `v` is (T,).
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np

from handgrad.errors import SizeError
from handgrad.values import Array, Condition


@dataclass(frozen=True)
class Sizes:
    """How long each axis is; `axes()` adds those that follow from the others.

    >>> Sizes(n=12, k=5).axes()["H"]
    28
    """

    N: int = 1
    F: int = 1
    n: int = 2
    k: int = 3
    K: int = 3
    h: int = 3
    o: int = 2
    i: int = 4

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise SizeError(f"size {field.name}: wanted an integer of at least 1, got {value!r}")

    def axes(self) -> dict[str, int]:
        """The length of every axis by its name."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        n, k, F = self.n, self.k, self.F
        derived = {"T": k * k, "m": (2 * n) ** 2, "p": n * n, "J": F * n * n, "H": 2 * n + k - 1, "1": 1}
        return given | derived | {"P": F * (k * k + 1) + (F * n * n + 1) * self.K}

    def shape(self, axes: str) -> tuple[int, ...]:
        """The shape that a string of axes names."""
        lengths = self.axes()
        return tuple(lengths[axis] for axis in axes.split())

    def shown(self, axes: str) -> tuple[int, ...]:
        """The shape as a reader sees it: without batch and filters where there is only one."""
        lengths = self.axes()
        return tuple(lengths[axis] for axis in axes.split() if axis not in "NF" or lengths[axis] > 1)


SIZES = {
    "small": Sizes(),
    "report": Sizes(n=12, k=5, K=10, h=100, o=10, i=784),
}
# Every formula is judged at these too: 1/4 is not 1/n^2, nor 3/k one, for more than a single n and k.
OTHER = Sizes(N=2, F=2, n=3, k=2, K=5, h=4, o=6, i=7)

# The sizes that an axis' length follows from.
GIVES = {"T": "k", "m": "n", "p": "n", "J": "F n", "H": "n k", "P": "F n k K"}


@dataclass(frozen=True)
class Letter:
    """One letter: its name, axes and meaning, and how values for it are drawn.

    kind    "real": dyadic numbers in [-1, 1]; "positive": the same in (0, 2]
    fan_in  the axis over which products with this letter are summed; its values shrink with the root of
            that axis' length, so that sums keep an ordinary size
    """

    name: str
    axes: str
    meaning: str
    kind: str = "real"
    fan_in: str = "1"

    def draw(self, rng: np.random.Generator, sizes: Sizes, bits: int = 16) -> Array:
        """Random values, each one of 2^(bits + 1) dyadic numbers; with 16 bits exact in float32 too."""
        shape = sizes.shape(self.axes)
        if self.kind == "positive":
            return rng.integers(1, 2 ** (bits + 1), shape, endpoint=True) / 2**bits
        shrink = 2 ** round(np.log2(sizes.axes()[self.fan_in]) / 2)
        return rng.integers(-(2**bits), 2**bits, shape, endpoint=True) / 2**bits / shrink

    def admits(self, value: Array) -> bool:
        """Whether a value lies in the letter's domain."""
        return bool(np.all(np.isfinite(value)) and (self.kind != "positive" or np.all(value > 0)))


def with_rows_summing_to_one(values: Mapping[str, Array]) -> dict[str, Array]:
    """The labels with their last entry replaced by 1 - the sum of the others; exact for dyadic numbers."""
    others = values["y"][..., :-1]
    last = 1 - np.sum(others, axis=-1, keepdims=True)
    return dict(values) | {"y": np.concatenate([others, last], axis=-1)}


LABELS_SUM_TO_ONE = Condition("sum_k y_k = 1", with_rows_summing_to_one)


def sizes_in(axes: str) -> set[str]:
    """The sizes that the lengths of some axes follow from.

    >>> sorted(sizes_in("N J"))
    ['F', 'N', 'n']
    """
    return {size for axis in axes.split() if axis != "1" for size in GIVES.get(axis, axis).split()}


def sizes_with(name: str, batch: int | None, filters: int | None) -> Sizes:
    """The sizes of a name, with another batch and number of filters. Raises `SizeError` for those there are not."""
    if name not in SIZES:
        raise SizeError(f"size: wanted one of {', '.join(SIZES)}, got {name!r}")
    changed = {axis: count for axis, count in (("N", batch), ("F", filters)) if count is not None}
    return replace(SIZES[name], **changed)
