"""The convolution: equations (13)-(15), and the report's Code 1.

Glossary (all are pure numbers)
    N       samples in a batch; C: channels; F: filters; m: positions of a filter, rows x columns
    X       (N, C, H, W')         images
    U       (N, m, C*kh*kw)       the patch under each position, row by row (im2col)
    v       (C*kh*kw, F)          weights of the filters; the report has one filter
    q       (F,)                  biases of the filters
    d       (N, m, F)             d = U v + q
    c       (N, m, F)             c = sigmoid(d)
    a       (N, J)                c of each filter pooled, filters first: J = F*pr*pc
    W       (J, K)                weights of the fully connected layer (in Code 1: the filters)
    y_hat   (N, K)                outputs of the softmax
    y       (N, K)                labels
    CELF                          mean over the batch of -sum_k y_k log y_hat_k
    d_bar   (N, m, F)             dCELF/dd
    rows                          rows of c's image, the root of m if None
    window, stride                of the pooling in (15), each an integer or (down, right); stride = window if
                                  None. In Code 1 stride and pad are the convolution's
Indices: i an output, j a pooled position, l a position, k a weight of a filter.

Gradients of CELF carry the mean's 1/N. In (15) j runs over the pooled positions of the filter at hand, and
l over the window of j.
"""

from math import isqrt

import numpy as np

from manual import fully_connected
from manual.checks import Array, check_axes, check_bias, real
from manual.errors import ShapeError
from manual.patches import feature_images, im2col_forward, image_gradient, patches, positions
from manual.pooling import average_pool, average_pool_gradient
from manual.sigmoid import sigmoid, sigmoid_derivative
from manual.windows import Size, check_pooled_network

__all__ = [
    "bias_gradient",
    "bias_gradient_chain",
    "bias_pullback",
    "convolution_cotangent",
    "convolution_forward",
    "convolve",
    "im2col_forward",
    "image_gradient",
    "output_by_bias",
    "output_by_weight",
    "patches",
    "weights_gradient",
    "weights_gradient_chain",
    "weights_pullback",
]


def convolution_forward(X: Array, W: Array, b: Array, stride: int = 1, pad: int = 0) -> Array:
    """The convolution and its sigmoid as in Code 1, the side of the square window read from W.

    Formula: sigmoid(im2col(X) W + b).
    Shapes:  X (N, C, H, W'), W (C*k*k, F), b a number or (F,) -> (N*oh*ow, F).
    Domain:  any real numbers.
    Raises:  ShapeError, when W is no square window over the channels of X, or axes do not match;
             DomainError, when stride is no integer >= 1 or pad none >= 0.

    >>> convolution_forward(np.array([[[[1.0, -1.0]]]]), np.zeros((1, 1)), 0.0)
    array([[0.5],
           [0.5]])

    Source: Report, Code 1, section 1.
    """
    X, W, b = real(X, W, b)
    who = "convolution_forward"
    sizes = check_axes(who, ("X", X, "N C H W'"), ("W", W, "T F"))
    side = isqrt(sizes["T"] // sizes["C"])
    if side * side * sizes["C"] != sizes["T"]:
        wanted = f"wanted W of shape ({sizes['C']} k^2, F) to go with X {tuple(X.shape)}"
        raise ShapeError(f"{who}: {wanted}, got {tuple(W.shape)}")
    check_bias(who, "b", b, sizes["F"])
    cal_X = im2col_forward(X, side, side, stride, pad)
    return sigmoid(cal_X[0] @ W + b)


def convolve(U: Array, v: Array, q: Array) -> Array:
    """The convolution as a matrix product (13).

    Formula: d = U v + q.
    Shapes:  U (N, m, C*kh*kw), v (C*kh*kw, F), q a number or (F,) -> (N, m, F).
    Domain:  any real numbers.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> convolve(np.array([[[1.0, 2.0], [3.0, 4.0]]]), np.array([[1.0], [10.0]]), np.array([0.5]))
    array([[[21.5],
            [43.5]]])

    Source: Report, equation (13), section 2.2.6.
    """
    U, v, q = real(U, v, q)
    sizes = check_axes("convolve", ("U", U, "N m T"), ("v", v, "T F"))
    check_bias("convolve", "q", q, sizes["F"])
    # (v^T U^T)^T: in memory each filter's image is one piece then, as are the columns of U.
    return _transposed(_transposed(v) @ _transposed(U)) + q


def output_by_weight(U: Array) -> Array:
    """Derivative of each position's d for the weights of its filter (14): U itself.

    Formula: dd_l/dv_k = u_lk.
    Shapes:  U (N, m, C*kh*kw) -> (N, m, C*kh*kw).
    Domain:  any real numbers.
    Raises:  ShapeError, when U has other axes or an empty one.

    >>> output_by_weight(np.array([[[1.0, 2.0]]]))
    array([[[1., 2.]]])

    Source: Report, equation (14), section 2.2.6.
    """
    U = real(U)
    check_axes("output_by_weight", ("U", U, "N m T"))
    return U


def output_by_bias(U: Array) -> Array:
    """Derivative of each position's d for the bias of its filter (14).

    Formula: dd_l/dq = 1.
    Shapes:  U (N, m, C*kh*kw) -> (N, m).
    Domain:  any real numbers.
    Raises:  ShapeError, when U has other axes or an empty one.

    >>> output_by_bias(np.array([[[1.0, 2.0], [3.0, 4.0]]]))
    array([[1., 1.]])

    Source: Report, equation (14), section 2.2.6.
    """
    U = real(U)
    check_axes("output_by_bias", ("U", U, "N m T"))
    return np.ones_like(U[:, :, 0])


def weights_gradient_chain(
    U: Array, c: Array, W: Array, y_hat: Array, y: Array,
    rows: int | None = None, window: Size = 2, stride: Size | None = None,
) -> Array:  # fmt: skip
    """Gradient of CELF for the filters as a chain of sums (15), first line.

    Formula: dCELF/dv_k = sum_n sum_j dCELF/da_j sum_l da_j/dc_l dc_l/dd_l dd_l/dv_k.
    Shapes:  U (N, m, C*kh*kw), c (N, m, F), W (J, K), y_hat (N, K), y (N, K) -> (C*kh*kw, F).
    Domain:  y_hat values of the softmax, c of the sigmoid; any labels.
    Raises:  ShapeError, when axes do not match or one is empty; DomainError, when a size is not >= 1.

    >>> U, c, W = np.full((1, 4, 1), 8.0), np.full((1, 4, 1), 0.5), np.array([[1.0, 2.0]])
    >>> weights_gradient_chain(U, c, W, np.array([[0.25, 0.75]]), np.array([[0.0, 1.0]]))
    array([[-0.5]])

    Source: Report, equation (15), section 2.2.6.
    """
    U, c, W, y_hat, y = real(U, c, W, y_hat, y)
    who = "weights_gradient_chain"
    check_axes(who, ("c", c, "N m F"), ("U", U, "N m T"))
    (rows, _), pooled = check_pooled_network(who, c, W, y_hat, y, rows, window, stride)
    N, _, F = tuple(c.shape)
    by_input = np.reshape(fully_connected.input_gradient_chain(W, y_hat, y), (N, F, 1) + pooled)
    by_sigmoid = feature_images(sigmoid_derivative(c), rows)[:, :, np.newaxis]
    by_weight = feature_images(output_by_weight(U), rows)[:, np.newaxis]
    # The sum over l with da_j/dc_l is average pooling, since pooling is linear.
    over_l = average_pool(by_sigmoid * by_weight, window, stride)
    return np.sum(by_input * over_l, axis=(0, 3, 4)).T


def bias_gradient_chain(
    c: Array, W: Array, y_hat: Array, y: Array,
    rows: int | None = None, window: Size = 2, stride: Size | None = None,
) -> Array:  # fmt: skip
    """Gradient of CELF for the filters' biases as a chain of sums (15), third line.

    Formula: dCELF/dq = sum_n sum_j dCELF/da_j sum_l da_j/dc_l dc_l/dd_l dd_l/dq.
    Shapes:  c (N, m, F), W (J, K), y_hat (N, K), y (N, K) -> (F,).
    Domain:  y_hat values of the softmax, c of the sigmoid; any labels.
    Raises:  ShapeError, when axes do not match or one is empty; DomainError, when a size is not >= 1.

    >>> c, W = np.full((1, 4, 1), 0.5), np.array([[1.0, 2.0]])
    >>> bias_gradient_chain(c, W, np.array([[0.25, 0.75]]), np.array([[0.0, 1.0]]))
    array([-0.0625])

    Source: Report, equation (15), section 2.2.6; the bias is printed b there.
    """
    c, W, y_hat, y = real(c, W, y_hat, y)
    who = "bias_gradient_chain"
    (rows, _), pooled = check_pooled_network(who, c, W, y_hat, y, rows, window, stride)
    N, _, F = tuple(c.shape)
    by_input = np.reshape(fully_connected.input_gradient_chain(W, y_hat, y), (N, F) + pooled)
    # dd_l/dq is 1 whatever the patches are, so any array with the right N and m will do for them.
    by_bias = output_by_bias(c)[:, :, np.newaxis]
    over_l = average_pool(feature_images(sigmoid_derivative(c) * by_bias, rows), window, stride)
    return np.sum(by_input * over_l, axis=(0, 2, 3))


def convolution_cotangent(
    c: Array, W: Array, y_hat: Array, y: Array,
    rows: int | None = None, window: Size = 2, stride: Size | None = None,
) -> Array:  # fmt: skip
    """Gradient of CELF for d, the part that both last lines of (15) share.

    Formula: dCELF/dd_l = 1/N sum_j sum_i (y_hat_i - y_i) w_ji 1/4 c_l (1 - c_l), over the j whose window
             contains l; 1/4 is 1/(h w) for any window.
    Shapes:  c (N, m, F), W (J, K), y_hat (N, K), y (N, K) -> (N, m, F).
    Domain:  y_hat values of the softmax, c of the sigmoid; sum_k y_k = 1 in each sample (not checked here).
    Raises:  ShapeError, when axes do not match or one is empty; DomainError, when a size is not >= 1.

    >>> c, W = np.full((1, 4, 1), 0.5), np.array([[64.0, 128.0]])
    >>> convolution_cotangent(c, W, np.array([[0.25, 0.75]]), np.array([[0.0, 1.0]])).tolist()
    [[[-1.0], [-1.0], [-1.0], [-1.0]]]

    Source: Report, equation (15), section 2.2.6.
    """
    c, W, y_hat, y = real(c, W, y_hat, y)
    who = "convolution_cotangent"
    image, pooled = check_pooled_network(who, c, W, y_hat, y, rows, window, stride)
    N, _, F = tuple(c.shape)
    a_bar = np.reshape(fully_connected.input_gradient(W, y_hat, y), (N, F) + pooled)
    c_bar = positions(average_pool_gradient(a_bar, (N, F) + image, window, stride))
    return c_bar * sigmoid_derivative(c)


def weights_pullback(U: Array, d_bar: Array) -> Array:
    """Gradient for the filters from that for d, by (14).

    Formula: dCELF/dv_k = sum_n sum_l dCELF/dd_l u_lk.
    Shapes:  U (N, m, C*kh*kw), d_bar (N, m, F) -> (C*kh*kw, F).
    Domain:  any real numbers.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> weights_pullback(np.array([[[1.0], [2.0]]]), np.array([[[10.0], [100.0]]]))
    array([[210.]])

    Source: Report, equations (14) and (15), section 2.2.6.
    """
    U, d_bar = real(U, d_bar)
    check_axes("weights_pullback", ("U", U, "N m T"), ("d_bar", d_bar, "N m F"))
    return np.sum(_transposed(U) @ d_bar, axis=0)


def bias_pullback(d_bar: Array) -> Array:
    """Gradient for the filters' biases from that for d, by (14).

    Formula: dCELF/dq = sum_n sum_l dCELF/dd_l.
    Shapes:  d_bar (N, m, F) -> (F,).
    Domain:  any real numbers.
    Raises:  ShapeError, when d_bar has other axes or an empty one.

    >>> bias_pullback(np.array([[[10.0], [100.0]]]))
    array([110.])

    Source: Report, equations (14) and (15), section 2.2.6.
    """
    d_bar = real(d_bar)
    check_axes("bias_pullback", ("d_bar", d_bar, "N m F"))
    return np.sum(d_bar, axis=(0, 1))


def weights_gradient(
    U: Array, c: Array, W: Array, y_hat: Array, y: Array,
    rows: int | None = None, window: Size = 2, stride: Size | None = None,
) -> Array:  # fmt: skip
    """Gradient of CELF for the filters (15), second line, put right.

    Formula: dCELF/dv_k = 1/N sum_n sum_j sum_i (y_hat_i - y_i) w_ji sum_l 1/4 c_l (1 - c_l) u_lk.
    Shapes:  U (N, m, C*kh*kw), c (N, m, F), W (J, K), y_hat (N, K), y (N, K) -> (C*kh*kw, F).
    Domain:  y_hat values of the softmax, c of the sigmoid; sum_k y_k = 1 in each sample (not checked here).
    Raises:  ShapeError, when axes do not match or one is empty; DomainError, when a size is not >= 1.

    >>> U, c, W = np.full((1, 4, 1), 8.0), np.full((1, 4, 1), 0.5), np.array([[1.0, 2.0]])
    >>> weights_gradient(U, c, W, np.array([[0.25, 0.75]]), np.array([[0.0, 1.0]]))
    array([[-0.5]])

    Source: Report, equation (15), section 2.2.6; the sum over i is not printed there.
    """
    U, c, W, y_hat, y = real(U, c, W, y_hat, y)
    check_axes("weights_gradient", ("c", c, "N m F"), ("U", U, "N m T"))
    check_pooled_network("weights_gradient", c, W, y_hat, y, rows, window, stride)
    return weights_pullback(U, convolution_cotangent(c, W, y_hat, y, rows, window, stride))


def bias_gradient(
    c: Array, W: Array, y_hat: Array, y: Array,
    rows: int | None = None, window: Size = 2, stride: Size | None = None,
) -> Array:  # fmt: skip
    """Gradient of CELF for the filters' biases (15), last line, put right.

    Formula: dCELF/dq = 1/N sum_n sum_j sum_i (y_hat_i - y_i) w_ji sum_l 1/4 c_l (1 - c_l).
    Shapes:  c (N, m, F), W (J, K), y_hat (N, K), y (N, K) -> (F,).
    Domain:  y_hat values of the softmax, c of the sigmoid; sum_k y_k = 1 in each sample (not checked here).
    Raises:  ShapeError, when axes do not match or one is empty; DomainError, when a size is not >= 1.

    >>> c, W = np.full((1, 4, 1), 0.5), np.array([[1.0, 2.0]])
    >>> bias_gradient(c, W, np.array([[0.25, 0.75]]), np.array([[0.0, 1.0]]))
    array([-0.0625])

    Source: Report, equation (15), section 2.2.6; the sum over i is not printed there, and q is printed b.
    """
    c, W, y_hat, y = real(c, W, y_hat, y)
    check_pooled_network("bias_gradient", c, W, y_hat, y, rows, window, stride)
    return bias_pullback(convolution_cotangent(c, W, y_hat, y, rows, window, stride))


def _transposed(array: Array) -> Array:
    """The last two axes exchanged."""
    return np.swapaxes(array, -2, -1)
