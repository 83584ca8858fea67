"""Between images, the patches under a window (im2col), and arrays over positions.

Glossary (all are pure numbers)
    N       samples in a batch; C: channels; F: filters; m: positions of the window, rows x columns
    X       (N, C, H, W')         images
    U       (N, m, C*kh*kw)       the patch under each position, row by row
    v       (C*kh*kw, F)          weights of the filters
    d, c    (N, m, F)             the filters' outputs, before and after the sigmoid
    u_bar   (N, m, C*kh*kw)       dCELF/dU; d_bar: dCELF/dd
    oh, ow                        rows and columns of positions
    r, s                          row and column inside the window
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from manual.checks import Array, check_axes, check_integer, check_sizes, real
from manual.errors import ShapeError
from manual.windows import covering_windows, window_count


def im2col_forward(X: Array, kernel_height: int, kernel_width: int, stride: int, pad: int) -> tuple[Array, int, int]:
    """The patch under each position of the window as a row; and how many rows and columns of positions.

    Formula: u[(n, row, column), (channel, r, s)]
             = X[n, channel, row stride + r - pad, column stride + s - pad], 0 outside the image.
    Shapes:  X (N, C, H, W') -> (N*oh*ow, C*kh*kw), oh, ow.
    Domain:  any real X.
    Raises:  ShapeError, when X has other axes, an empty one, or no room for the window;
             DomainError, when the window or stride are no integers >= 1, or pad is none >= 0.

    >>> columns, oh, ow = im2col_forward(np.arange(6.0).reshape(1, 1, 2, 3), 2, 2, stride=1, pad=0)
    >>> columns, oh, ow
    (array([[0., 1., 3., 4.], [1., 2., 4., 5.]]), 1, 2)

    Source: Report, Code 1, section 1; the matrix u of equation (13), section 2.2.6.
    """
    X = real(X)
    oh, ow = _position_counts("im2col_forward", X, kernel_height, kernel_width, stride, pad)
    U = patches(X, kernel_height, kernel_width, stride, pad)
    N, m, T = tuple(U.shape)
    return np.reshape(U, (N * m, T)), oh, ow


def patches(X: Array, kernel_height: int, kernel_width: int, stride: int = 1, pad: int = 0) -> Array:
    """The patch under each position of the window, image by image.

    Formula: U[n, (row, column), (channel, r, s)] as in `im2col_forward`.
    Shapes:  X (N, C, H, W') -> (N, m, C*kh*kw).
    Domain:  any real X.
    Raises:  as `im2col_forward`.

    >>> patches(np.arange(6.0).reshape(1, 1, 2, 3), 2, 2)
    array([[[0., 1., 3., 4.],
            [1., 2., 4., 5.]]])

    Source: the matrix u of equation (13), section 2.2.6.
    """
    X = real(X)
    oh, ow = _position_counts("patches", X, kernel_height, kernel_width, stride, pad)
    if pad:
        X = np.pad(X, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    N, C, _, _ = tuple(X.shape)
    # The image as every place (r, s) of the window sees it, from all positions at once.
    seen = sliding_window_view(X, (stride * (oh - 1) + 1, stride * (ow - 1) + 1), axis=(2, 3))
    seen = seen[:, :, :kernel_height, :kernel_width, ::stride, ::stride]
    by_entry = np.reshape(seen, (N, C * kernel_height * kernel_width, oh * ow))
    return np.transpose(by_entry, (0, 2, 1))


def feature_images(c: Array, rows: int) -> Array:
    """An array over positions as images, the last axis (filters, or weights) first.

    Formula: images[n, f, row, column] = c[n, row columns + column, f].
    Shapes:  c (N, m, F), rows an integer that divides m -> (N, F, rows, m / rows).
    Domain:  any real numbers.
    Raises:  ShapeError, when c has other axes, an empty one, or rows does not divide m.

    >>> feature_images(np.array([[[1.0], [2.0], [3.0], [4.0]]]), 2)
    array([[[[1., 2.],
             [3., 4.]]]])

    Source: beyond the report: the image behind the vector d of equation (13).
    """
    c = real(c)
    N, m, F = check_axes("feature_images", ("c", c, "N m F")).values()
    check_integer("feature_images", "rows", rows, least=1)
    if m % rows:
        raise ShapeError(f"feature_images: wanted rows to divide the {m} positions of c, got {rows}")
    return np.reshape(np.transpose(c, (0, 2, 1)), (N, F, rows, m // rows))


def positions(images: Array) -> Array:
    """Images as an array over positions, filters last: `feature_images` undone.

    Formula: c[n, row columns + column, f] = images[n, f, row, column].
    Shapes:  images (N, F, rows, columns) -> (N, m, F).
    Domain:  any real numbers.
    Raises:  ShapeError, when images has other axes or an empty one.

    >>> positions(np.array([[[[1.0, 2.0]], [[3.0, 4.0]]]])).tolist()
    [[[1.0, 3.0], [2.0, 4.0]]]

    Source: beyond the report: the vector d of equation (13) from its image.
    """
    images = real(images)
    N, F, rows, columns = check_axes("positions", ("images", images, "N F rows columns")).values()
    return np.transpose(np.reshape(images, (N, F, rows * columns)), (0, 2, 1))


def image_gradient(
    d_bar: Array, v: Array, image_shape: tuple[int, int, int, int],
    kernel_height: int, kernel_width: int, stride: int = 1, pad: int = 0,
) -> Array:  # fmt: skip
    """Gradient for the images from that for d: every patch gives its pixels their share back.

    Formula: dCELF/dX_p = sum over the patches l that contain pixel p, as entry k, of
             dCELF/du_lk = sum_f dCELF/dd_lf v_kf.
    Shapes:  d_bar (N, m, F), v (C*kh*kw, F) -> image_shape (N, C, H, W').
    Domain:  any real numbers.
    Raises:  ShapeError, when d_bar or v do not fit the images and the window;
             DomainError, when the window or stride are no integers >= 1, or pad is none >= 0.

    >>> v = np.array([[1.0], [10.0]])
    >>> image_gradient(np.array([[[2.0], [3.0]]]), v, (1, 1, 1, 3), kernel_height=1, kernel_width=2)
    array([[[[ 2., 23., 30.]]]])

    Source: beyond the report, in the style of equation (15), section 2.2.6.
    """
    d_bar, v = real(d_bar, v)
    who = "image_gradient"
    check_sizes(who, "image_shape", image_shape, "integers >= 1 (N, C, H, W')")
    if len(image_shape) != 4:
        raise ShapeError(f"{who}: wanted image_shape as (N, C, H, W'), got {tuple(image_shape)}")
    N, C, H, width = image_shape
    oh, ow = _counts(who, tuple(image_shape), kernel_height, kernel_width, stride, pad)
    entries = C * kernel_height * kernel_width
    check_axes(who, ("d_bar", d_bar, f"{N} {oh * ow} F"), ("v", v, f"{entries} F"))
    flat = np.reshape(d_bar, (N * oh * ow, v.shape[1]))
    u_bar = np.reshape(flat @ v.T, (N, oh * ow * entries))
    row, r, row_exists = covering_windows(H, kernel_height, stride, pad, oh)
    column, s, column_exists = covering_windows(width, kernel_width, stride, pad, ow)
    # Axes of the lookup into flat u_bar: channel, row, column, which patch down, which patch across.
    row, r, row_exists = (array[:, np.newaxis, :, np.newaxis] for array in (row, r, row_exists))
    column, s, column_exists = (array[:, np.newaxis, :] for array in (column, s, column_exists))
    entry = r * kernel_width + s
    channel = np.arange(C)[:, np.newaxis, np.newaxis, np.newaxis, np.newaxis]
    lookup = (row * ow + column) * entries + channel * (kernel_height * kernel_width) + entry
    shares = np.where(row_exists & column_exists, u_bar[:, lookup], 0.0)
    return np.sum(shares, axis=(-2, -1))


def _position_counts(
    who: str, X: Array, kernel_height: int, kernel_width: int, stride: int, pad: int
) -> tuple[int, int]:
    """The same, of images that are there."""
    check_axes(who, ("X", X, "N C H W'"))
    return _counts(who, tuple(X.shape), kernel_height, kernel_width, stride, pad)


def _counts(
    who: str, shape: tuple[int, ...], kernel_height: int, kernel_width: int, stride: int, pad: int
) -> tuple[int, int]:
    """How many positions the window has down and across the image."""
    check_integer(who, "kernel_height", kernel_height, least=1)
    check_integer(who, "kernel_width", kernel_width, least=1)
    check_integer(who, "stride", stride, least=1)
    check_integer(who, "pad", pad, least=0)
    oh = window_count(who, shape[2], kernel_height, stride, pad)
    return oh, window_count(who, shape[3], kernel_width, stride, pad)
