"""Convolutions; like all libraries of neural networks, these do not turn the kernel.

C, F      channels in and out; H, W height and width; n length of a signal; K size of a kernel
x         (C, H, W) an image, or (H, W) a gray one, or (n,) a signal
w         (F, C, K, K), (K, K) or (K,)  kernel          b  (F,)  bias
stride    how far the window moves; pad, rows and columns of zeros all around
y         y_fij = sum_crs w_fcrs x_c,i*stride+r,j*stride+s + b_f
g         cotangent of y
"""

import numpy as np

from handgrad.gallery.exhibit import (
    AXES_PERMUTED,
    INDEX_SHIFTED,
    SUMMED_TOO_MUCH,
    TURNED,
    WINDOW_OFF_BY_ONE,
    Array,
    Exhibit,
    normal,
)

Three = tuple[Array, Array, Array]


def rows_of(r: int, stride: int, count: int) -> slice:
    """The rows that entry r of a kernel meets while the window stands at `count` places."""
    return slice(r, r + stride * (count - 1) + 1, stride)


def conv2d(x: Array, w: Array, b: Array, stride: int, pad: int) -> Array:
    """y, as a sum over the kernel's entries, each times the part of the image that it meets."""
    padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad)))
    K = w.shape[-1]
    height, width = (padded.shape[1] - K) // stride + 1, (padded.shape[2] - K) // stride + 1
    y = b[:, None, None]
    for r in range(K):
        for s in range(K):
            met = padded[:, rows_of(r, stride, height), rows_of(s, stride, width)]
            y = y + np.einsum("fc,chw->fhw", w[:, :, r, s], met)
    return y


def conv2d_backward(g: Array, x: Array, w: Array, b: Array, stride: int, pad: int) -> Three:
    """x_bar: each entry of g spreads the kernel where its window stood; w_bar: g times what was met; sum g."""
    padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad)))
    x_bar, w_bar = np.zeros_like(padded), np.zeros_like(w)
    _, height, width = g.shape
    for r in range(w.shape[2]):
        for s in range(w.shape[3]):
            rows, columns = rows_of(r, stride, height), rows_of(s, stride, width)
            x_bar[:, rows, columns] += np.einsum("fc,fhw->chw", w[:, :, r, s], g)
            w_bar[:, :, r, s] = np.einsum("fhw,chw->fc", g, padded[:, rows, columns])
    return x_bar[:, pad : pad + x.shape[1], pad : pad + x.shape[2]], w_bar, g.sum(axis=(1, 2))


def conv2d_weights_turned(g: Array, x: Array, w: Array, b: Array, stride: int, pad: int) -> Three:
    """w_bar turned, as if the layer were a convolution in the mathematical sense."""
    x_bar, w_bar, b_bar = conv2d_backward(g, x, w, b, stride, pad)
    return x_bar, w_bar[:, :, ::-1, ::-1], b_bar


def conv2d_channels_exchanged(g: Array, x: Array, w: Array, b: Array, stride: int, pad: int) -> Three:
    """w_bar with the axes of the channels in and out exchanged."""
    x_bar, w_bar, b_bar = conv2d_backward(g, x, w, b, stride, pad)
    return x_bar, w_bar.transpose(1, 0, 2, 3), b_bar


def conv2d_bias_over_channels(g: Array, x: Array, w: Array, b: Array, stride: int, pad: int) -> Three:
    """b_bar summed over the channels as well."""
    x_bar, w_bar, b_bar = conv2d_backward(g, x, w, b, stride, pad)
    return x_bar, w_bar, np.full_like(b_bar, g.sum())


def conv2d_padding_kept(g: Array, x: Array, w: Array, b: Array, stride: int, pad: int) -> Three:
    """x_bar cut off at the wrong end: the padding of the top and left is kept."""
    _, w_bar, b_bar = conv2d_backward(g, x, w, b, stride, pad)
    full, _, _ = conv2d_backward(g, np.pad(x, ((0, 0), (pad, pad), (pad, pad))), w, b, stride, 0)
    return full[:, : x.shape[1], : x.shape[2]], w_bar, b_bar


# Opaque: four loops that fill an array of zeros, the definition as one writes it down first.
def blur(x: Array, w: Array) -> Array:
    """y_ij = sum_rs w_rs x_i+r,j+s for a gray image, without padding."""
    height, width = x.shape[0] - w.shape[0] + 1, x.shape[1] - w.shape[1] + 1
    y = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            for r in range(w.shape[0]):
                for s in range(w.shape[1]):
                    y[i, j] += w[r, s] * x[i + r, j + s]
    return y


def blur_backward(g: Array, x: Array, w: Array) -> tuple[Array, Array]:
    """x_bar: g, padded, correlated with the turned kernel; w_bar: x correlated with g."""
    K, L = w.shape
    padded = np.pad(g, ((K - 1, K - 1), (L - 1, L - 1)))
    return blur(padded, w[::-1, ::-1]), blur(x, g)


def blur_not_turned(g: Array, x: Array, w: Array) -> tuple[Array, Array]:
    """x_bar with the kernel as it is."""
    K, L = w.shape
    padded = np.pad(g, ((K - 1, K - 1), (L - 1, L - 1)))
    return blur(padded, w), blur(x, g)


def moving_sum(x: Array, w: Array, stride: int) -> Array:
    """y_i = sum_r w_r x_i*stride+r, for a signal."""
    count = (len(x) - len(w)) // stride + 1
    return sum(w[r] * x[rows_of(r, stride, count)] for r in range(len(w)))


def moving_sum_backward(g: Array, x: Array, w: Array, stride: int) -> tuple[Array, Array]:
    """x_bar at i*stride + r gets g_i w_r;  w_bar_r = sum_i g_i x_i*stride+r."""
    x_bar, w_bar = np.zeros_like(x), np.zeros_like(w)
    for i in range(len(g)):
        window = slice(i * stride, i * stride + len(w))
        x_bar[window] += g[i] * w
        w_bar += g[i] * x[window]
    return x_bar, w_bar


def moving_sum_stride_forgotten(g: Array, x: Array, w: Array, stride: int) -> tuple[Array, Array]:
    """x_bar at i + r: the window's place is not multiplied by the stride."""
    x_bar, w_bar = np.zeros_like(x), np.zeros_like(w)
    for i in range(len(g)):
        x_bar[i : i + len(w)] += g[i] * w
        w_bar += g[i] * x[i * stride : i * stride + len(w)]
    return x_bar, w_bar


def moving_sum_short_window(g: Array, x: Array, w: Array, stride: int) -> tuple[Array, Array]:
    """The loop over the kernel stops one entry early."""
    x_bar, w_bar = np.zeros_like(x), np.zeros_like(w)
    for i in range(len(g)):
        for r in range(len(w) - 1):
            x_bar[i * stride + r] += g[i] * w[r]
            w_bar[r] += g[i] * x[i * stride + r]
    return x_bar, w_bar


# Opaque: what overlaps is added up in place.
def transposed_conv(x: Array, w: Array, stride: int) -> Array:
    """Each x_i spreads x_i w over the output from i*stride on."""
    y = np.zeros((len(x) - 1) * stride + len(w))
    for i, value in enumerate(x):
        y[i * stride : i * stride + len(w)] += value * w
    return y


def transposed_conv_backward(g: Array, x: Array, w: Array, stride: int) -> tuple[Array, Array]:
    """x_bar_i = w . g_i*stride...;  w_bar = sum_i x_i g_i*stride...: an ordinary convolution of g."""
    windows = np.stack([g[i * stride : i * stride + len(w)] for i in range(len(x))])
    return windows @ w, x @ windows


def transposed_conv_shifted(g: Array, x: Array, w: Array, stride: int) -> tuple[Array, Array]:
    """Windows that begin one entry later."""
    padded = np.pad(g, (0, 1))
    windows = np.stack([padded[i * stride + 1 : i * stride + 1 + len(w)] for i in range(len(x))])
    return windows @ w, x @ windows


IMAGE, GAUSSIAN = normal(101, 5, 5), np.array([[1.0, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16
SIGNAL, TAPS = normal(102, 7), normal(103, 3)

_conv2d = Exhibit(
    "convolution",
    "convolution",
    conv2d,
    conv2d_backward,
    (normal(104, 2, 5, 5), normal(105, 2, 2, 3, 3), normal(106, 2), 2, 1),
    ("x", "w", "b", "stride", "pad"),
    ("x", "w", "b"),
    vjp=True,
    lesson="Two channels in and out, stride 2, a border of zeros: whatever goes back to the border is cut off.",
)
_blur = Exhibit(
    "blur",
    "convolution",
    blur,
    blur_backward,
    (IMAGE, normal(107, 3, 3)),
    ("x", "w"),
    ("x", "w"),
    vjp=True,
    opaque=True,
    lesson="The gradient by the image turns the kernel, the one by the kernel does not.",
)
_moving_sum = Exhibit(
    "convolution-1d",
    "convolution",
    moving_sum,
    moving_sum_backward,
    (SIGNAL, TAPS, 2),
    ("x", "w", "stride"),
    ("x", "w"),
    vjp=True,
    lesson="Every window sends its cotangent back to where it was read.",
)
_transposed = Exhibit(
    "transposed-convolution",
    "transposed convolution",
    transposed_conv,
    transposed_conv_backward,
    (normal(108, 4), TAPS, 2),
    ("x", "w", "stride"),
    ("x", "w"),
    vjp=True,
    opaque=True,
    lesson="The backward pass of a transposed convolution is a convolution.",
)

EXHIBITS = (
    _conv2d,
    _conv2d.twin(
        "weights-turned", conv2d_weights_turned, TURNED, "The gradient by the weights is a correlation: nothing turns."
    ),
    _conv2d.twin(
        "channels-exchanged",
        conv2d_channels_exchanged,
        AXES_PERMUTED,
        "With as many channels out as in the shape is right by chance.",
    ),
    _conv2d.twin(
        "bias-over-channels",
        conv2d_bias_over_channels,
        SUMMED_TOO_MUCH,
        "g.sum() for g.sum(axis=(1, 2)): all channels get the same.",
    ),
    _conv2d.twin(
        "padding-kept",
        conv2d_padding_kept,
        INDEX_SHIFTED,
        "The border is cut off at the bottom right only: the image's gradient sits one row and one column off.",
    ),
    _blur,
    _blur.hidden_twin(
        "not-turned",
        blur_not_turned,
        TURNED,
        "No difference for a kernel that looks the same upside down, as a Gaussian does.",
        (IMAGE, GAUSSIAN),
    ),
    _moving_sum,
    _moving_sum.hidden_twin(
        "stride-forgotten",
        moving_sum_stride_forgotten,
        INDEX_SHIFTED,
        "i + r for i stride + r: no difference at stride 1.",
        (SIGNAL, TAPS, 1),
    ),
    _moving_sum.twin(
        "short-window", moving_sum_short_window, WINDOW_OFF_BY_ONE, "The last entry of w_bar is zero, whatever happens."
    ),
    _transposed,
    _transposed.twin("shifted", transposed_conv_shifted, INDEX_SHIFTED, "g[i * stride + 1 + r] for g[i * stride + r]."),
)
