"""Rules of sliding windows, and of the layers built on them.

    x       (N, C, H, W) images        kernel  (F, C, kh, kw)       bias  (F,)
    z       the value                  z_bar   its cotangent
    patch   the C kh kw entries of x that one entry of z is made of

`sliding_window_view` and `overlap_add` are each other's adjoint: what several windows share is added.
"""

import functools
import itertools
import math
import operator
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple
from numpy.lib.stride_tricks import sliding_window_view

from autograd.chunks import are_plain, pieces
from autograd.rules.indexing import scatter
from autograd.rules.patches import times_patches, times_patches_transposed
from autograd.table import Array, Derivative, derivative_of
from autograd.tensor import primitive


@derivative_of(sliding_window_view)
def sliding_window_view_rule(x: Array, /, window_shape: Any, axis: Any = None) -> Derivative:
    """All windows of x: as many as fit along each axis, their entries as new last axes."""
    axes = tuple(range(x.ndim)) if axis is None else normalize_axis_tuple(axis, x.ndim, allow_duplicate=True)
    return sliding_window_view(x, window_shape, axis), (lambda z_bar: overlap_add(z_bar, x.shape, axes),)


@primitive
def overlap_add(windows: Array, shape: tuple[int, ...], axes: tuple[int, ...]) -> Array:
    """Put windows back where they were taken from an array of this shape, adding where they overlap."""
    z = np.zeros_like(windows, shape=shape)
    ndim = len(shape)
    for offset in itertools.product(*(range(n) for n in windows.shape[ndim:])):
        start = [0] * ndim
        for axis, step in zip(axes, offset, strict=True):
            start[axis] += step
        place = tuple(slice(i, i + n) for i, n in zip(start, windows.shape, strict=False))
        z[place] += windows[(..., *offset)]
    return z


@derivative_of(overlap_add)
def overlap_add_rule(windows: Array, /, shape: tuple[int, ...], axes: Any) -> Derivative:
    """z = windows added;  the cotangent of a window is the window of the cotangent."""
    window_shape = windows.shape[len(shape) :]
    return overlap_add(windows, shape, axes), (lambda z_bar: sliding_window_view(z_bar, window_shape, axes),)


def every(stride: tuple[int, int]) -> tuple[slice, ...]:
    """The index that keeps every stride-th window."""
    return (slice(None), slice(None), slice(None, None, stride[0]), slice(None, None, stride[1]))


def image_windows(x: Array, window: tuple[int, int], stride: tuple[int, int]) -> Array:
    """The windows of images, (N, C, rows, columns, *window)."""
    return sliding_window_view(x, window, (2, 3))[every(stride)]


def images_of_windows(
    windows: Array, shape: tuple[int, ...], window: tuple[int, int], stride: tuple[int, int]
) -> Array:
    """The adjoint of `image_windows`."""
    if stride != (1, 1):
        n, c, h, w = shape
        windows = scatter(windows, every(stride), (n, c, h - window[0] + 1, w - window[1] + 1, *window))
    return overlap_add(windows, shape, (2, 3))


@primitive
def convolution(x: Array, kernel: Array, bias: Array, stride: tuple[int, int]) -> Array:
    """z[n,f] = sum over c of kernel[f,c] slid over x[n,c], plus bias[f]."""
    return convolution_rule(x, kernel, bias, stride)[0]


@derivative_of(convolution)
def convolution_rule(x: Array, kernel: Array, bias: Array, /, stride: tuple[int, int]) -> Derivative:
    """z = K P + bias, with K = kernel as (F, patch) and P = the patches of each image as columns (patch, places).

    K_bar = z_bar P^T,  P_bar = K^T z_bar,  bias_bar = z_bar summed over images and places.
    """
    windows = image_windows(x, kernel.shape[2:], stride)
    n, channels, rows, columns = windows.shape[:4]
    K = np.reshape(kernel, (kernel.shape[0], math.prod(kernel.shape[1:])))

    def flat(z_bar: Array) -> Array:
        return np.reshape(z_bar, (n, K.shape[0], rows * columns))

    def x_bar(z_bar: Array) -> Array:
        bars = np.reshape(K.T @ flat(z_bar), (n, channels, *kernel.shape[2:], rows, columns))
        return images_of_windows(np.transpose(bars, (0, 1, 4, 5, 2, 3)), x.shape, kernel.shape[2:], stride)

    return np.reshape(times_patches(K, windows, bias), (n, K.shape[0], rows, columns)), (
        x_bar,
        lambda z_bar: np.reshape(times_patches_transposed(flat(z_bar), windows), kernel.shape),
        lambda z_bar: np.sum(np.sum(flat(z_bar), axis=2), axis=0),
    )


@primitive
def average_pooling(x: Array, window: tuple[int, int], stride: tuple[int, int]) -> Array:
    """The mean of each window."""
    return average_pooling_rule(x, window, stride)[0]


@derivative_of(average_pooling)
def average_pooling_rule(x: Array, /, window: tuple[int, int], stride: tuple[int, int]) -> Derivative:
    """z = the sum of the window's entries / (kh kw): rows added first, then columns, a strided slice for each."""
    (kh, kw), (sh, sw) = window, stride
    rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
    share = 1 / (kh * kw)

    def pooled(images: Array) -> Array:
        down = functools.reduce(operator.add, (images[:, :, i : i + sh * (rows - 1) + 1 : sh] for i in range(kh)))
        across = (down[..., j : j + sw * (columns - 1) + 1 : sw] for j in range(kw))
        return functools.reduce(operator.add, across) * share

    def x_bar(z_bar: Array) -> Array:
        if window == stride and x.shape[2:] == (rows * kh, columns * kw):  # every entry in one window
            return repeated(z_bar, share, window)
        spread = np.broadcast_to((z_bar * share)[..., None, None], (*z_bar.shape, kh, kw))
        return images_of_windows(spread, x.shape, window, stride)

    if not are_plain(x):
        return pooled(x), (x_bar,)
    z = np.empty((*x.shape[:2], rows, columns), x.dtype)
    for piece in pieces(x, z):
        z[piece] = pooled(x[piece])
    return z, (x_bar,)


def repeated(x: Array, share: float, window: tuple[int, int]) -> Array:
    """Every entry of images, times its share, in all places of its window; windows lie side by side."""
    kh, kw = window
    if not are_plain(x):
        return np.repeat(np.repeat(x * share, kw, axis=3), kh, axis=2)
    n, c, rows, columns = x.shape
    z = np.empty((n, c, rows, kh, columns * kw), x.dtype)
    for piece in pieces(x, z):
        z[piece] = np.repeat(x[piece] * share, kw, axis=3)[:, :, :, None]
    return np.reshape(z, (n, c, rows * kh, columns * kw))
