"""Average pooling: equation (11), and the same for any image, window and stride.

Glossary (all are pure numbers)
    N       samples in a batch; n: side of the pooled image in (11)
    c       (N, 4 n^2)      inputs of (11): a 2n x 2n image, row by row
            (..., H, W')    inputs in general: images of H rows and W' columns
    a       (N, n^2)        outputs of (11): an n x n image, row by row
            (..., pr, pc)   outputs in general
    a_bar   the shape of a  dCELF/da
Indices: i an output, l an input; both count from 0.
"""

import numpy as np

from manual.checks import Array, check_axes, check_integer, check_not_empty, check_sizes, real
from manual.errors import ShapeError
from manual.windows import Size, covering_windows, pair, window_count


def number_of_inputs(n: int) -> int:
    """How many inputs the n x n pooled image has: the count in the text before (11), put right.

    Formula: 4 n^2.
    Shapes:  n an integer -> an integer.
    Domain:  n >= 1.
    Raises:  DomainError, when n is no integer or less than 1.

    >>> number_of_inputs(12)
    576

    Source: Report, text before equation (11), section 2.2.4, which counts 2 n^2.
    """
    check_integer("number_of_inputs", "n", n, least=1)
    return 4 * n**2


def pool_indices(n: int) -> Array:
    """Where the four inputs of each output lie in the flat image (11), put right.

    Formula: with r = [i / n] and s = i % n,
             2 r 2n + 2 s,  2 r 2n + 2 s + 1,  (2 r + 1) 2n + 2 s,  (2 r + 1) 2n + 2 s + 1.
    Shapes:  n an integer -> (n^2, 4), integers.
    Domain:  n >= 1.
    Raises:  DomainError, when n is no integer or less than 1.

    >>> pool_indices(2)
    array([[ 0,  1,  4,  5],
           [ 2,  3,  6,  7],
           [ 8,  9, 12, 13],
           [10, 11, 14, 15]])

    Source: Report, equation (11), section 2.2.4; the printed indices step two where one is meant.
    """
    check_integer("pool_indices", "n", n, least=1)
    r, s = np.divmod(np.arange(n * n), n)
    upper, lower = 2 * r * 2 * n + 2 * s, (2 * r + 1) * 2 * n + 2 * s
    return np.stack([upper, upper + 1, lower, lower + 1], axis=1)


def average_pool_flat(c: Array, n: int) -> Array:
    """Average of 2 x 2 inputs on flat images (11), put right.

    Formula: a_i = (sum of c at the four indices of i) / 4.
    Shapes:  c (N, 4 n^2), n an integer -> (N, n^2).
    Domain:  any real c; n >= 1.
    Raises:  ShapeError, when c has other axes or an empty one; DomainError, when n < 1.

    >>> average_pool_flat(np.array([[1.0, 2.0, 3.0, 6.0]]), 1)
    array([[3.]])

    Source: Report, equation (11), section 2.2.4; c has 4 n^2 entries, not the printed 2 n^2.
    """
    c = real(c)
    check_integer("average_pool_flat", "n", n, least=1)
    check_axes("average_pool_flat", ("c", c, f"N {4 * n * n}"))
    first, second, third, fourth = pool_indices(n).T
    return (c[:, first] + c[:, second] + c[:, third] + c[:, fourth]) / 4


def pool_derivative(n: int) -> Array:
    """Derivative of every output of (11) for every input.

    Formula: da_i/dc_l = 1/4 for l in the window of i, 0 elsewhere.
    Shapes:  n an integer -> (n^2, 4 n^2).
    Domain:  n >= 1.
    Raises:  DomainError, when n is no integer or less than 1.

    >>> pool_derivative(1)
    array([[0.25, 0.25, 0.25, 0.25]])

    Source: Report, text after equation (11), section 2.2.4.
    """
    check_integer("pool_derivative", "n", n, least=1)
    derivative = np.zeros((n * n, 4 * n * n))
    np.put_along_axis(derivative, pool_indices(n), 0.25, axis=1)
    return derivative


def average_pool(c: Array, window: Size = 2, stride: Size | None = None) -> Array:
    """Average over each window of any images; rows and columns that fill no window are dropped.

    Formula: a_i = 1/(h w) sum of c over the h x w window of i.
    Shapes:  c (..., H, W') -> (..., pr, pc); window and stride an integer or (down, right), stride = window
             if None.
    Domain:  any real c.
    Raises:  ShapeError, when c has fewer than 2 axes, an empty one, or no room for a window;
             DomainError, when window or stride are no integers >= 1.

    >>> average_pool(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), 2, stride=1)
    array([[3., 4.]])

    Source: Report, equation (11), section 2.2.4, for any window.
    """
    c = real(c)
    shape = check_not_empty("average_pool", "c", c)
    (pr, pc), (height, width), (down, right) = _pooled_sizes("average_pool", shape, window, stride)
    # Rows are added first, then columns.
    rows = [c[..., row : row + (pr - 1) * down + 1 : down, :] for row in range(height)]
    added = sum(rows[1:], start=rows[0])
    columns = [added[..., column : column + (pc - 1) * right + 1 : right] for column in range(width)]
    return sum(columns[1:], start=columns[0]) / (height * width)


def average_pool_gradient(
    a_bar: Array, input_shape: tuple[int, ...], window: Size = 2, stride: Size | None = None
) -> Array:
    """Gradient for the inputs of `average_pool` from that for its outputs; overlapping windows add up.

    Formula: dCELF/dc_l = 1/(h w) sum of dCELF/da_i over the windows i that contain l.
    Shapes:  a_bar (..., pr, pc) -> input_shape (..., H, W'); window and stride as in `average_pool`.
    Domain:  any real a_bar.
    Raises:  ShapeError, when a_bar is not of the shape that input_shape pools to;
             DomainError, when window or stride are no integers >= 1.

    >>> average_pool_gradient(np.array([[4.0, 8.0]]), (2, 3), 2, stride=1)
    array([[1., 3., 2.],
           [1., 3., 2.]])

    Source: Report, text after equation (11), section 2.2.4, for any window.
    """
    a_bar = real(a_bar)
    who = "average_pool_gradient"
    got = check_not_empty(who, "a_bar", a_bar)
    check_sizes(who, "input_shape", input_shape, "integers >= 1 (..., H, W')")
    shape = tuple(input_shape)
    (pr, pc), (height, width), (down, right) = _pooled_sizes(who, shape, window, stride)
    wanted = shape[:-2] + (pr, pc)
    if got != wanted:
        raise ShapeError(f"{who}: wanted a_bar of shape {wanted} to go with c {shape}, got {got}")
    if (pr * height, pc * width) == shape[-2:] and (down, right) == (height, width):
        # Every input lies in one window.
        return np.repeat(np.repeat(a_bar / (height * width), width, axis=-1), height, axis=-2)
    row, _, row_exists = covering_windows(shape[-2], height, down, 0, pr)
    column, _, column_exists = covering_windows(shape[-1], width, right, 0, pc)
    # Axes of the lookup: row, column, which window down, which window across.
    row, row_exists = row[:, np.newaxis, :, np.newaxis], row_exists[:, np.newaxis, :, np.newaxis]
    column, column_exists = column[:, np.newaxis, :], column_exists[:, np.newaxis, :]
    shares = np.where(row_exists & column_exists, a_bar[..., row, column], 0.0)
    return np.sum(shares, axis=(-2, -1)) / (height * width)


def _pooled_sizes(
    who: str, shape: tuple[int, ...], window: Size, stride: Size | None
) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    """Sizes of the pooled image, of the window and of the step, each (down, right)."""
    if len(shape) < 2:
        raise ShapeError(f"{who}: wanted images of shape (..., H, W') with no empty axis, got {shape}")
    height, width = pair(who, "window", window)
    down, right = (height, width) if stride is None else pair(who, "stride", stride)
    pooled = window_count(who, shape[-2], height, down), window_count(who, shape[-1], width, right)
    return pooled, (height, width), (down, right)
