"""What networks need and NumPy has no name for. Each takes plain arrays and tensors alike.

    x       any array                                   axis    the axis of the classes, the last by default
    logits  (N, K), one row a sample                    targets (N, K), a weight for each class
    images  (N, C, H, W)                                kernel  (F, C, kh, kw)

All values are pure numbers; integers and booleans count as float64. A function saturates without a warning:
its values at +-1000 are decided.
"""

from typing import Any

import numpy as np

from autograd.chunks import are_plain, pieces
from autograd.errors import ShapeError
from autograd.rules.windows import average_pooling, convolution, image_windows
from autograd.table import Array, Derivative, derivative_of
from autograd.tensor import Tensor, plain, primitive
from autograd.values import input_value


@primitive
def _sigmoid(x: Array) -> Array:
    if are_plain(x):
        z = np.empty(x.shape, x.dtype)
        try:
            with np.errstate(over="raise"):
                for piece in pieces(x, z):
                    here = np.negative(x[piece], out=z[piece])
                    np.exp(here, out=here)
                    here += 1
                    np.reciprocal(here, out=here)
            return z
        except FloatingPointError:
            pass  # below -709, where the slower form is right still
    e = np.exp(-np.absolute(x))  # at most 1: nothing overflows
    return np.where(x >= 0, 1, e) / (1 + e)


@derivative_of(_sigmoid)
def _sigmoid_rule(x: Array, /) -> Derivative:
    """s' = s (1 - s)."""
    s = _sigmoid(x)

    def x_bar(s_bar: Array) -> Array:
        if not are_plain(s, s_bar) or s_bar.dtype != s.dtype:
            return s_bar * (s * (1 - s))
        bar = np.empty(s.shape, s.dtype)
        for piece in pieces(s, s_bar, bar):
            here = np.subtract(1, s[piece], out=bar[piece])
            here *= s[piece]
            here *= s_bar[piece]
        return bar

    return s, (x_bar,)


def sigmoid(x: Array) -> Array:
    """The logistic function, entry by entry: 1 / (1 + e^-x). Any shape; any real x.

    >>> sigmoid(0.0), sigmoid(-1000.0), sigmoid(1000.0)
    (np.float64(0.5), np.float64(0.0), np.float64(1.0))
    """
    return _sigmoid(_operand(x))


@primitive
def _relu(x: Array) -> Array:
    return np.maximum(x, 0)


@derivative_of(_relu)
def _relu_rule(x: Array, /) -> Derivative:
    """The slope at the kink is 0, at NaN it is NaN."""
    # Where x is neither above 0 nor not, it is NaN.
    return _relu(x), (lambda z_bar: np.where(x > 0, z_bar, np.where(x <= 0, 0, x)),)


def relu(x: Array) -> Array:
    """The greater of x and 0, with slope 0 at 0. Any shape; any real x.

    >>> relu(np.array([-1.0, 2.0]))
    array([0., 2.])
    """
    return _relu(_operand(x))


@primitive
def _softplus(x: Array) -> Array:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.absolute(x)))


@derivative_of(_softplus)
def _softplus_rule(x: Array, /) -> Derivative:
    """The slope is the sigmoid."""
    return _softplus(x), (lambda z_bar: z_bar * _sigmoid(x),)


def softplus(x: Array) -> Array:
    """log(1 + e^x). Any shape; any real x.

    >>> softplus(1000.0)
    np.float64(1000.0)
    """
    return _softplus(_operand(x))


@primitive
def _softmax(x: Array, axis: int) -> Array:
    e = np.exp(x - _finite_maximum(x, axis))
    return e / np.sum(e, axis=axis, keepdims=True)


@derivative_of(_softmax)
def _softmax_rule(x: Array, /, axis: Any) -> Derivative:
    """x_bar = s (s_bar - sum s_bar s)."""
    s = _softmax(x, axis)
    return s, (lambda s_bar: s * (s_bar - np.sum(s_bar * s, axis=axis, keepdims=True)),)


def softmax(x: Array, axis: int = -1) -> Array:
    """e^x_i / sum_k e^x_k along an axis. Real x, or -inf for a class ruled out (not all of them).

    Raises `ShapeError` for an axis that x does not have, or that is empty.

    >>> softmax(np.array([1e4, 1e4]))
    array([0.5, 0.5])
    """
    x = _operand(x)
    _check_axis("softmax", x, axis)
    return _softmax(x, axis)


@primitive
def _logsumexp(x: Array, axis: Any, keepdims: bool) -> Array:
    top = _finite_maximum(x, axis)
    with np.errstate(divide="ignore"):  # log 0 = -inf is the value when all are -inf
        z = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top
    return z if keepdims else np.squeeze(z, axis)


@derivative_of(_logsumexp)
def _logsumexp_rule(x: Array, /, axis: Any, keepdims: bool) -> Derivative:
    """x_bar_i = z_bar e^x_i / sum_k e^x_k, and 0 where all are -inf.

    Not e^(x_i - z): at x = 1000 the rounding of z would cost three digits.
    """
    z = _logsumexp(x, axis, True)

    def x_bar(z_bar: Array) -> Array:
        e = np.exp(x - _finite_maximum(plain(x), axis))
        total = np.sum(e, axis=axis, keepdims=True)
        return e / np.where(total == 0, 1, total) * (z_bar if keepdims else np.reshape(z_bar, z.shape))

    return (z if keepdims else np.squeeze(z, axis)), (x_bar,)


def logsumexp(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    """log sum_k e^x_k along an axis, all by default. Real x or -inf; all -inf gives -inf with slope 0.

    Raises as `softmax` does.

    >>> round(float(logsumexp(np.array([1000.0, 1000.0]))), 6)
    1000.693147
    """
    x = _operand(x)
    _check_axis("logsumexp", x, axis)
    return _logsumexp(x, axis, keepdims)


def log_softmax(x: Array, axis: int = -1) -> Array:
    """log softmax = x - logsumexp x along an axis. Real x.

    Raises as `softmax` does.

    >>> log_softmax(np.array([0.0, 1e4]))
    array([-10000.,      0.])
    """
    x = _operand(x)
    _check_axis("log_softmax", x, axis)
    return x - _logsumexp(x, axis, True)


@primitive
def _cross_entropy(x: Array, t: Array) -> Array:
    return _cross_entropy_rule(x, t)[0]


@derivative_of(_cross_entropy)
def _cross_entropy_rule(x: Array, t: Array, /) -> Derivative:
    """E = -(sum_nk t_nk log s_nk) / N, s = softmax x;  x_bar = (s sum_k t_k - t) / N,  t_bar = -log s / N."""
    shifted = x - _finite_maximum(plain(x), 1)
    e = np.exp(shifted)
    total = np.sum(e, axis=1, keepdims=True)
    logs = shifted - np.log(total)
    if np.any(np.isinf(logs)):  # a class of weight 0 counts 0
        logs = np.where((t == 0) & np.isinf(logs), 0, logs)

    def x_bar(E_bar: Array) -> Array:
        return (e / total * np.sum(t, axis=1, keepdims=True) - t) * (E_bar / x.shape[0])

    return -(np.sum(t * logs) / x.shape[0]), (x_bar, lambda E_bar: logs * (-E_bar / x.shape[0]))


def cross_entropy(logits: Array, targets: Array) -> Array:
    """-(sum_k t_k log softmax(x)_k), averaged over the N rows.

    The targets may be any weights, a distribution or not: it is the formula that is differentiated, not a
    shortcut that needs them to sum to one. A class of weight 0 counts 0 even where its logit is -inf.

    Raises `ShapeError` unless both are (N, K), N and K at least 1.

    >>> round(float(cross_entropy(np.zeros((1, 2)), np.array([[1.0, 0.0]]))), 6)
    0.693147
    """
    logits, targets = _operand(logits), _operand(targets)
    if logits.ndim != 2 or 0 in logits.shape or logits.shape != targets.shape:
        raise ShapeError(
            f"cross_entropy: wanted logits and targets of one shape (N, K), got {logits.shape} and {targets.shape}"
        )
    return _cross_entropy(logits, targets)


def conv2d(x: Array, kernel: Array, bias: Array, stride: Any = 1, padding: Any = 0) -> Array:
    """The layer called convolution: each filter slid over all channels (a cross-correlation), plus its bias.

    x (N, C, H, W), kernel (F, C, kh, kw), bias (F,); stride and padding (zeros around) are a number or a
    pair (rows, columns). Returns (N, F, (H + 2p - kh) // s + 1, (W + 2p - kw) // s + 1).

    Raises `ShapeError` when the shapes do not fit or the kernel is larger than the padded image.

    >>> image = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> conv2d(image, np.ones((1, 1, 2, 2)), np.zeros(1))
    array([[[[ 8., 12.],
             [20., 24.]]]])
    """
    x, kernel, bias = _operand(x), _operand(kernel), _operand(bias)
    stride, padding = _pair(stride, "conv2d: stride", 1), _pair(padding, "conv2d: padding", 0)
    if x.ndim != 4 or kernel.ndim != 4 or x.shape[1] != kernel.shape[1] or bias.shape != kernel.shape[:1]:
        raise ShapeError(
            "conv2d: wanted x (N, C, H, W), kernel (F, C, kh, kw) and bias (F,), "
            f"got {x.shape}, {kernel.shape} and {bias.shape}"
        )
    if any(padding):
        x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    _check_window("conv2d: kernel", x, kernel.shape[2:])
    return convolution(x, kernel, bias, stride)


def avg_pool2d(x: Array, window: Any, stride: Any = None) -> Array:
    """The mean of each window of images (N, C, H, W); rows and columns that no window reaches are dropped.

    window and stride are a number or a pair (rows, columns); the stride is the window by default.

    Raises `ShapeError` when x has not four axes or the window is larger than the image.

    >>> avg_pool2d(np.arange(4.0).reshape(1, 1, 2, 2), 2)
    array([[[[1.5]]]])
    """
    x, window, stride = _pooling_arguments("avg_pool2d", x, window, stride)
    return average_pooling(x, window, stride)


def max_pool2d(x: Array, window: Any, stride: Any = None) -> Array:
    """The greatest entry of each window of images (N, C, H, W); several greatest share the cotangent.

    window and stride are a number or a pair (rows, columns); the stride is the window by default.

    Raises `ShapeError` when x has not four axes or the window is larger than the image.

    >>> max_pool2d(np.arange(4.0).reshape(1, 1, 2, 2), 2)
    array([[[[3.]]]])
    """
    x, window, stride = _pooling_arguments("max_pool2d", x, window, stride)
    return np.max(image_windows(x, window, stride), axis=(-2, -1))


# Arguments


def _operand(x: Any) -> Array:
    """A number or a list as an array; tensors as they are; integers and booleans as float64, as in a `Tensor`."""
    return x if type(x) is Tensor else input_value(x)


def _check_axis(who: str, x: Array, axis: Any) -> None:
    """Refuse axes that x does not have, and those with nothing along them. A number has one of length 1."""
    shape = x.shape or (1,)
    axes = range(len(shape)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    if not all(isinstance(i, int | np.integer) and -len(shape) <= i < len(shape) for i in axes):
        raise ShapeError(f"{who}: wanted an axis of x, which has shape {x.shape}, got {axis!r}")
    if any(shape[i] == 0 for i in axes):
        raise ShapeError(f"{who}: wanted x with entries along the axis {axis!r}, got shape {x.shape}")


def _finite_maximum(x: Array, axis: Any) -> Array:
    """The maximum along an axis, 0 where it is infinite: what may be subtracted before exp."""
    top = np.max(x, axis=axis, keepdims=True)
    return np.where(np.isfinite(top), top, 0)


def _pair(value: Any, who: str, least: int) -> tuple[int, int]:
    """A number or a pair of numbers, as a pair."""
    pair = (value, value) if isinstance(value, int | np.integer) else value
    fits = isinstance(pair, tuple | list) and len(pair) == 2
    if not fits or not all(isinstance(n, int | np.integer) and n >= least for n in pair):
        raise ShapeError(f"{who}: wanted an integer of at least {least} or a pair of such, got {value!r}")
    return int(pair[0]), int(pair[1])


def _pooling_arguments(who: str, x: Any, window: Any, stride: Any) -> tuple[Array, tuple[int, int], tuple[int, int]]:
    """The arguments of a pooling layer, checked."""
    x, window = _operand(x), _pair(window, f"{who}: window", 1)
    stride = window if stride is None else _pair(stride, f"{who}: stride", 1)
    if x.ndim != 4:
        raise ShapeError(f"{who}: wanted images (N, C, H, W), got {x.shape}")
    _check_window(f"{who}: window", x, window)
    return x, window, stride


def _check_window(who: str, x: Array, window: tuple[int, ...]) -> None:
    """Refuse a window that fits nowhere."""
    if 0 in window or window[0] > x.shape[2] or window[1] > x.shape[3]:
        raise ShapeError(f"{who}: wanted at most {x.shape[2:]}, the size of the (padded) image, got {tuple(window)}")
