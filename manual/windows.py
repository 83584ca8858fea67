"""Where windows lie on an image: whole numbers only, shared by pooling and convolution.

Glossary (pure numbers)
    size     length of one axis of the image
    window   length of the window along that axis
    stride   step from one window to the next
    pad      zeros put before and after the image along that axis
    count    how many windows fit: floor((size + 2 pad - window) / stride) + 1
"""

from math import isqrt

import numpy as np

from manual.checks import Array, check_axes, check_integer
from manual.errors import DomainError, ShapeError

Size = int | tuple[int, int]


def pair(who: str, name: str, size: Size) -> tuple[int, int]:
    """Height and width from one integer or two, each at least 1.

    >>> pair("f", "window", 2), pair("f", "window", (2, 3))
    ((2, 2), (2, 3))
    """
    height_width = size if isinstance(size, tuple | list) else (size, size)
    if len(height_width) != 2:
        raise DomainError(f"{who}: wanted {name} as one integer or two, got {size!r}")
    height, width = height_width
    check_integer(who, name, height, least=1)
    check_integer(who, name, width, least=1)
    return height, width


def window_count(who: str, size: int, window: int, stride: int, pad: int = 0) -> int:
    """How many windows fit along an axis; what is left over at the end is dropped.

    >>> window_count("f", 28, 5, 1), window_count("f", 7, 2, 2), window_count("f", 4, 3, 1, pad=1)
    (24, 3, 4)
    """
    if size + 2 * pad < window:
        raise ShapeError(f"{who}: wanted an axis of at least {window} for the window, got {size} with padding {pad}")
    return (size + 2 * pad - window) // stride + 1


def covering_windows(size: int, window: int, stride: int, pad: int, count: int) -> tuple[Array, Array, Array]:
    """For each position of an axis, the windows that contain it, and where in the window it lies.

    Three constant arrays of shape (size, most windows on one position): the window's index, the
    position's offset inside that window, and whether there is such a window at all (index and offset
    are 0 where there is none, so that they can always be used to look up).

    >>> index, offset, exists = covering_windows(size=3, window=2, stride=1, pad=0, count=2)
    >>> [index[1].tolist(), offset[1].tolist(), exists.tolist()]
    [[1, 0], [0, 1], [[True, False], [True, True], [False, True]]]
    """
    position = np.arange(size)[:, np.newaxis] + pad
    most = -(-window // stride)
    index = position // stride - np.arange(most)
    offset = position - index * stride
    exists = (index >= 0) & (index < count) & (offset < window)
    return np.where(exists, index, 0), np.where(exists, offset, 0), exists


def check_pooled_network(
    who: str, c: Array, W: Array, y_hat: Array, y: Array, rows: int | None, window: Size, stride: Size | None
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Match c (N, m, F) with W (J, K), y_hat and y (N, K): the sizes of c's image and of the pooled one."""
    sizes = check_axes(who, ("c", c, "N m F"), ("y_hat", y_hat, "N K"), ("y", y, "N K"))
    m = sizes["m"]
    if rows is None:
        rows = isqrt(m)
        if rows * rows != m:
            raise ShapeError(f"{who}: wanted rows, as c has {m} positions and {m} is no square, got None")
    check_integer(who, "rows", rows, least=1)
    if m % rows:
        raise ShapeError(f"{who}: wanted rows to divide the {m} positions of c, got {rows}")
    height, width = pair(who, "window", window)
    step_down, step_right = (height, width) if stride is None else pair(who, "stride", stride)
    image = (rows, m // rows)
    pooled = (
        window_count(who, image[0], height, step_down),
        window_count(who, image[1], width, step_right),
    )
    J = sizes["F"] * pooled[0] * pooled[1]
    check_axes(who, ("c", c, "N m F"), ("y_hat", y_hat, "N K"), ("W", W, f"{J} K"))
    return image, pooled
