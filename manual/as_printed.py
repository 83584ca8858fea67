"""The report read letter by letter, wherever that differs from the right formula: (10), (11), (15), Code 1.

Each function has the shapes of its right namesake, so that the two can be set side by side. None of these
is a gradient to descend.

Glossary (all are pure numbers)
    N       samples in a batch; C: channels; F: filters; m: positions of a filter; n: side of the pooled image
    U       (N, m, C*kh*kw)  the patch under each position
    c       (N, m, F)        outputs of the convolution's sigmoid; in (11) flat images (N, 4 n^2)
    a       (N, J)           c of each filter pooled, filters first; in (11) (N, n^2)
    W       (J, K)           weights of the fully connected layer (in Code 1: the filters)
    y_hat   (N, K)           outputs of the softmax
    y       (N, K)           labels
    CELF                     mean over the batch of -sum_k y_k log y_hat_k
Indices: i an output, j a pooled position, l a position, k a weight of a filter.

Where the print leaves i free, the argument i holds it at one output. The batch's mean gives 1/N as ever.
"""

import numpy as np

from manual import convolution, fully_connected
from manual.checks import Array, check_axes, check_bias, check_integer, real
from manual.sigmoid import sigmoid, sigmoid_derivative
from manual.softmax_cross_entropy import logits_gradient_general
from manual.windows import Size, check_pooled_network, pair


def input_gradient_chain(W: Array, y_hat: Array, y: Array, i: int = 0) -> Array:
    """Gradient for the inputs of the fully connected layer, of one output alone: (10), first line as printed.

    Formula: dCELF/da_j = dCELF/dx_i dx_i/da_j, with dCELF/dx_i of any labels.
    Shapes:  W (J, K), y_hat (N, K), y (N, K), i an integer -> (N, J).
    Domain:  y_hat values of the softmax; any labels.
    Raises:  ShapeError, when axes do not match or one is empty; DomainError, when i is no output.

    >>> input_gradient_chain(np.array([[4.0, 8.0]]), np.array([[0.25, 0.75]]), np.array([[1.0, 2.0]]), i=1)
    array([[2.]])

    Source: Report, equation (10), section 2.2.3.
    """
    W, y_hat, y = real(W, y_hat, y)
    who = "as_printed.input_gradient_chain"
    sizes = check_axes(who, ("y_hat", y_hat, "N K"), ("W", W, "J K"), ("y", y, "N K"))
    check_integer(who, "i", i, least=0, below=sizes["K"])
    return logits_gradient_general(y_hat, y)[:, i, np.newaxis] * W[:, i]


def input_gradient(W: Array, y_hat: Array, y: Array, i: int = 0) -> Array:
    """Gradient for the inputs of the fully connected layer, of one output alone: (10), last line as printed.

    Formula: dCELF/da_j = (y_hat_i - y_i) w_j, divided by N.
    Shapes:  W (J, K), y_hat (N, K), y (N, K), i an integer -> (N, J).
    Domain:  y_hat values of the softmax; sum_k y_k = 1 in each sample (not checked here).
    Raises:  ShapeError, when axes do not match or one is empty; DomainError, when i is no output.

    >>> input_gradient(np.array([[4.0, 8.0]]), np.array([[0.25, 0.75]]), np.array([[0.0, 1.0]]), i=1)
    array([[-2.]])

    Source: Report, equation (10), section 2.2.3.
    """
    W, y_hat, y = real(W, y_hat, y)
    who = "as_printed.input_gradient"
    sizes = check_axes(who, ("y_hat", y_hat, "N K"), ("W", W, "J K"), ("y", y, "N K"))
    check_integer(who, "i", i, least=0, below=sizes["K"])
    return (y_hat - y)[:, i, np.newaxis] * W[:, i] / sizes["N"]


def number_of_inputs(n: int) -> int:
    """How many inputs pooling has, as the text before (11) counts them; the indices need 4 n^2.

    Formula: 2 n^2.
    Shapes:  n an integer -> an integer.
    Domain:  n >= 1.
    Raises:  DomainError, when n is no integer or less than 1.

    >>> number_of_inputs(12)
    288

    Source: Report, text before equation (11), section 2.2.4.
    """
    check_integer("as_printed.number_of_inputs", "n", n, least=1)
    return 2 * n**2


def pool_indices(n: int) -> Array:
    """The four indices of each output as printed in (11), i from 0; some are past the end of the image.

    Formula: 2 [i/n] 2n + 2 (i % n),        2 [i/n] 2n + 2 (i % n + 1),
             2 ([i/n] + 1) 2n + 2 (i % n),  2 ([i/n] + 1) 2n + 2 (i % n + 1).
    Shapes:  n an integer -> (n^2, 4), integers.
    Domain:  n >= 1.
    Raises:  DomainError, when n is no integer or less than 1.

    >>> pool_indices(2)
    array([[ 0,  2,  8, 10],
           [ 2,  4, 10, 12],
           [ 8, 10, 16, 18],
           [10, 12, 18, 20]])

    Source: Report, equation (11), section 2.2.4.
    """
    check_integer("as_printed.pool_indices", "n", n, least=1)
    i = np.arange(n * n)
    printed = (
        2 * (i // n) * 2 * n + 2 * (i % n),
        2 * (i // n) * 2 * n + 2 * (i % n + 1),
        2 * (i // n + 1) * 2 * n + 2 * (i % n),
        2 * (i // n + 1) * 2 * n + 2 * (i % n + 1),
    )
    return np.stack(printed, axis=1)


def average_pool_flat(c: Array, n: int) -> Array:
    """Average over the four printed indices (11); NaN where one is past the end, as c has no such entry.

    The last row of outputs is all NaN; a printed index past its row but not past the end means the entry
    at that place of the flat image, at the start of the next row.

    Formula: a_i = (c at the first + second + third + fourth printed index of i) / 4.
    Shapes:  c (N, 4 n^2), n an integer -> (N, n^2).
    Domain:  any real c; n >= 1.
    Raises:  ShapeError, when c has other axes or an empty one; DomainError, when n < 1.

    >>> average_pool_flat(np.arange(16.0).reshape(1, 16), 2)
    array([[ 5.,  7., nan, nan]])

    Source: Report, equation (11), section 2.2.4.
    """
    c = real(c)
    check_integer("as_printed.average_pool_flat", "n", n, least=1)
    check_axes("as_printed.average_pool_flat", ("c", c, f"N {4 * n * n}"))
    printed = pool_indices(n)
    inside = printed < 4 * n * n
    first, second, third, fourth = np.where(inside, printed, 0).T
    average = (c[:, first] + c[:, second] + c[:, third] + c[:, fourth]) / 4
    return np.where(np.all(inside, axis=1), average, np.nan)


def weights_gradient(
    U: Array, c: Array, W: Array, y_hat: Array, y: Array,
    i: int = 0, rows: int | None = None, window: Size = 2, stride: Size | None = None,
) -> Array:  # fmt: skip
    """Gradient for the filters, of one output alone and with l over the whole image: (15), second line.

    Formula: sum_j (y_hat_i - y_i) w_j sum_l 1/4 c_l (1 - c_l) u_lk, mean over the batch; j runs over the
             pooled positions of the filter at hand, and 1/4 is 1/(h w) for any window.
    Shapes:  U (N, m, C*kh*kw), c (N, m, F), W (J, K), y_hat (N, K), y (N, K), i an integer
             -> (C*kh*kw, F); rows of c's image (the root of m if None), window and stride of the pooling.
    Domain:  y_hat values of the softmax, c of the sigmoid; sum_k y_k = 1 in each sample (not checked here).
    Raises:  ShapeError, when axes do not match or one is empty; DomainError, when i is no output, or rows,
             window or stride are no integers >= 1.

    >>> U, c, W = np.full((1, 4, 1), 8.0), np.full((1, 4, 1), 0.5), np.array([[1.0, 2.0]])
    >>> weights_gradient(U, c, W, np.array([[0.25, 0.75]]), np.array([[0.0, 1.0]]), i=1)
    array([[-1.]])

    Source: Report, equation (15), section 2.2.6.
    """
    U, c, W, y_hat, y = real(U, c, W, y_hat, y)
    who = "as_printed.weights_gradient"
    check_axes(who, ("c", c, "N m F"), ("U", U, "N m T"))
    over_j, quarter = _one_output(who, c, W, y_hat, y, i, rows, window, stride)
    over_l = np.transpose(U, (0, 2, 1)) @ (quarter * sigmoid_derivative(c))
    return np.sum(over_j[:, np.newaxis, :] * over_l, axis=0)


def bias_gradient(
    c: Array, W: Array, y_hat: Array, y: Array,
    i: int = 0, rows: int | None = None, window: Size = 2, stride: Size | None = None,
) -> Array:  # fmt: skip
    """Gradient for the filters' biases, of one output alone and with l over the whole image: (15), last line.

    Formula: sum_j (y_hat_i - y_i) w_j sum_l 1/4 c_l (1 - c_l), mean over the batch; j runs over the pooled
             positions of the filter at hand, and 1/4 is 1/(h w) for any window.
    Shapes:  c (N, m, F), W (J, K), y_hat (N, K), y (N, K), i an integer -> (F,); rows of c's image (the
             root of m if None), window and stride of the pooling.
    Domain:  y_hat values of the softmax, c of the sigmoid; sum_k y_k = 1 in each sample (not checked here).
    Raises:  ShapeError, when axes do not match or one is empty; DomainError, when i is no output, or rows,
             window or stride are no integers >= 1.

    >>> c, W = np.full((1, 4, 1), 0.5), np.array([[1.0, 2.0]])
    >>> bias_gradient(c, W, np.array([[0.25, 0.75]]), np.array([[0.0, 1.0]]), i=1)
    array([-0.125])

    Source: Report, equation (15), section 2.2.6; the bias is printed b there.
    """
    c, W, y_hat, y = real(c, W, y_hat, y)
    over_j, quarter = _one_output("as_printed.bias_gradient", c, W, y_hat, y, i, rows, window, stride)
    over_l = np.sum(quarter * sigmoid_derivative(c), axis=1)
    return np.sum(over_j * over_l, axis=0)


def _one_output(
    who: str, c: Array, W: Array, y_hat: Array, y: Array,
    i: int, rows: int | None, window: Size, stride: Size | None,
) -> tuple[Array, float]:  # fmt: skip
    """sum_j (y_hat_i - y_i) w_j / N over the pooled positions of each filter, (N, F); and the factor 1/4."""
    _, (pr, pc) = check_pooled_network(who, c, W, y_hat, y, rows, window, stride)
    check_integer(who, "i", i, least=0, below=W.shape[1])
    N, _, F = tuple(c.shape)
    height, width = pair(who, "window", window)
    w_of_filter = np.sum(np.reshape(W[:, i], (F, pr * pc)), axis=1)
    return (y_hat - y)[:, i, np.newaxis] * w_of_filter / N, 1 / (height * width)


def gradients_without_pooling_derivative(
    U: Array, c: Array, a: Array, W: Array, y_hat: Array, y: Array, rows: int | None = None
) -> dict[str, Array]:
    """All four gradients of the convolutional network with pooling's 1/4 left out.

    The text after (11) says that this constant "has no effect on gradient descent". Left out, it stretches
    the gradients of v and q by 4 and leaves those of W and b alone, so the joint gradient turns.

    Formula: v and q as in (15) put right, but with 1 where the pooling has 1/4; W and b as in (9).
    Shapes:  U (N, m, C*kh*kw), c (N, m, F), a (N, J), W (J, K), y_hat (N, K), y (N, K) ->
             v (C*kh*kw, F), q (F,), W (J, K), b (K,); rows of c's image (the root of m if None).
    Domain:  y_hat values of the softmax, c of the sigmoid; sum_k y_k = 1 in each sample (not checked here);
             the pooling has 2 x 2 windows.
    Raises:  ShapeError, when axes do not match or one is empty; DomainError, when rows is no integer >= 1.

    >>> U, c, a = np.full((1, 4, 1), 8.0), np.full((1, 4, 1), 0.5), np.array([[0.5]])
    >>> W, y_hat, y = np.array([[1.0, 2.0]]), np.array([[0.25, 0.75]]), np.array([[0.0, 1.0]])
    >>> gradients_without_pooling_derivative(U, c, a, W, y_hat, y)
    {'v': array([[-2.]]), 'q': array([-0.25]), 'W': array([[ 0.125, -0.125]]), 'b': array([ 0.25, -0.25])}

    Source: Report, text after equation (11), section 2.2.4.
    """
    U, c, a, W, y_hat, y = real(U, c, a, W, y_hat, y)
    who = "as_printed.gradients_without_pooling_derivative"
    check_pooled_network(who, c, W, y_hat, y, rows, 2, None)
    check_axes(who, ("c", c, "N m F"), ("U", U, "N m T"), ("W", W, "J K"), ("a", a, "N J"))
    d_bar = 4 * convolution.convolution_cotangent(c, W, y_hat, y, rows)
    return {
        "v": convolution.weights_pullback(U, d_bar),
        "q": convolution.bias_pullback(d_bar),
        "W": fully_connected.weights_gradient(a, y_hat, y),
        "b": fully_connected.bias_gradient(y_hat, y),
    }


def convolution_forward(X: Array, W: Array, b: Array, stride: int = 1, pad: int = 0) -> Array:
    """Code 1 letter by letter: whatever W is, the window is 5 x 5.

    Formula: sigmoid(im2col(X) W + b).
    Shapes:  X (N, C, H, W'), W (C*25, F), b a number or (F,) -> (N*oh*ow, F).
    Domain:  any real numbers.
    Raises:  ShapeError, when X is smaller than the window or axes do not match;
             DomainError, when stride is no integer >= 1 or pad none >= 0.

    >>> convolution_forward(np.ones((1, 1, 5, 6)), np.zeros((25, 1)), 0.0)
    array([[0.5],
           [0.5]])

    Source: Report, Code 1, section 1.
    """
    X, W, b = real(X, W, b)
    who = "as_printed.convolution_forward"
    sizes = check_axes(who, ("X", X, "N C H W'"))
    sizes |= check_axes(who, ("X", X, "N C H W'"), ("W", W, f"{25 * sizes['C']} F"))
    check_bias(who, "b", b, sizes["F"])
    cal_X = convolution.im2col_forward(X, 5, 5, stride, pad)
    result = np.dot(cal_X[0], W)
    result = result + b  # printed as +=, which would write into the product and could not widen its type
    result = sigmoid(result)
    return result  # noqa: RET504 - the five lines of Code 1 stay five
