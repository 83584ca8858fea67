"""The report's two networks, joined from the formulas: forward with every intermediate, then backward.

Glossary of the dense network (all are pure numbers; shapes in `dense`)
    x, v, gamma, w, theta    inputs, hidden weights and thresholds, output weights and thresholds
    alpha   (N, q)           inputs of the hidden layer, alpha = x v
    b       (N, q)           its outputs, b = f(alpha - gamma)
    beta    (N, l)           inputs of the output layer, beta = b w
    y_hat   (N, l)           its outputs, y_hat = f(beta - theta)
Glossary of the convolutional network (shapes in `convolution`)
    X, v, q, W, b            images, filters and their biases, fully connected weights and biases
    U, d, c, a, x, y_hat     patches, convolution, sigmoid, pooling, fully connected layer, softmax

A forward function returns its letters; a backward function takes them, with the labels y, and returns the
gradient of the mean error for each letter that has one, under that letter.
"""

from dataclasses import dataclass

import numpy as np

from manual import convolution, dense, fully_connected, pooling, softmax_cross_entropy
from manual.checks import Array, check_axes, check_integer, real
from manual.errors import DomainError
from manual.memory import keep_freed_memory
from manual.patches import feature_images, positions
from manual.sigmoid import sigmoid, sigmoid_derivative
from manual.windows import Size, check_pooled_network, pair, window_count

PIECE = 2**22  # bytes of images' patches that are worth the calls of a pass, and not yet far beyond a cache


@dataclass(frozen=True)
class DenseLetters:
    """Every array of one forward pass of the dense network, by its letter."""

    x: Array
    v: Array
    gamma: Array
    alpha: Array
    b: Array
    w: Array
    theta: Array
    beta: Array
    y_hat: Array


@dataclass(frozen=True)
class DenseGradients:
    """dE/d(letter) for the parameters v, gamma, w, theta and the hidden outputs b."""

    v: Array
    gamma: Array
    w: Array
    theta: Array
    b: Array


@dataclass(frozen=True)
class CNNLetters:
    """Every array of one forward pass of the convolutional network by its letter, and its plan."""

    X: Array
    U: Array
    v: Array
    q: Array
    d: Array
    c: Array
    a: Array
    W: Array
    b: Array
    x: Array
    y_hat: Array
    rows: int
    kernel: tuple[int, int]
    stride: int
    pad: int
    window: tuple[int, int]


@dataclass(frozen=True)
class CNNGradients:
    """dCELF/d(letter) for the parameters v, q, W, b and the intermediates x, a, c, d."""

    v: Array
    q: Array
    W: Array
    b: Array
    x: Array
    a: Array
    c: Array
    d: Array


def dense_forward(x: Array, v: Array, gamma: Array, w: Array, theta: Array) -> DenseLetters:
    """Forward pass of the dense network.

    Formula: b = f(x v - gamma), y_hat = f(b w - theta), f the sigmoid.
    Shapes:  x (N, d), v (d, q), gamma (q,), w (q, l), theta (l,) -> letters.
    Domain:  any real numbers.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> x, v, gamma = np.ones((1, 2)), np.ones((2, 1)), np.array([2.0])
    >>> letters = dense_forward(x, v, gamma, w=np.ones((1, 1)), theta=np.array([0.5]))
    >>> letters.b, letters.y_hat
    (array([[0.5]]), array([[0.5]]))

    Source: Report, section 2.1 and figure 1.
    """
    x, v, gamma, w, theta = real(x, v, gamma, w, theta)
    check_axes(
        "dense_forward",
        *(("x", x, "N d"), ("v", v, "d q"), ("gamma", gamma, "q"), ("w", w, "q l"), ("theta", theta, "l")),
    )
    alpha = x @ v
    b = sigmoid(alpha - gamma)
    beta = b @ w
    y_hat = sigmoid(beta - theta)
    return DenseLetters(x=x, v=v, gamma=gamma, alpha=alpha, b=b, w=w, theta=theta, beta=beta, y_hat=y_hat)


def dense_backward(letters: DenseLetters, y: Array) -> DenseGradients:
    """Gradients of E for the parameters of the dense network and its hidden outputs.

    Formula: (2) and (4) for w and theta; the same one layer down for v and gamma, from dE/dalpha.
    Shapes:  y (N, l) -> v (d, q), gamma (q,), w (q, l), theta (l,), b (N, q).
    Domain:  any real y.
    Raises:  ShapeError, when y does not go with the letters.

    >>> x, v, gamma = np.ones((1, 2)), np.ones((2, 1)), np.array([2.0])
    >>> letters = dense_forward(x, v, gamma, w=np.ones((1, 1)), theta=np.array([0.5]))
    >>> gradients = dense_backward(letters, np.array([[1.0]]))
    >>> gradients.w, gradients.theta, gradients.gamma
    (array([[-0.0625]]), array([0.125]), array([0.03125]))

    Source: Report, equations (1)-(4), section 2.1; v and gamma beyond the report.
    """
    keep_freed_memory()
    y = real(y)
    x, b, w, y_hat = letters.x, letters.b, letters.w, letters.y_hat
    check_axes("dense_backward", ("y_hat", y_hat, "N l"), ("y", y, "N l"))
    b_bar = dense.hidden_gradient(w, y_hat, y)
    alpha_bar = dense.activation_gradient(b, b_bar)
    return DenseGradients(
        v=np.dot(x.T, alpha_bar),  # as @, which takes three times as long for a single sample
        gamma=-np.sum(alpha_bar, axis=0),
        w=dense.weight_gradient(b, y_hat, y),
        theta=dense.threshold_gradient(y_hat, y),
        b=b_bar,
    )


def dense_loss(x: Array, v: Array, gamma: Array, w: Array, theta: Array, y: Array) -> Array:
    """The error E of the dense network, straight from its inputs.

    Formula: E of dense_forward(x, v, gamma, w, theta).y_hat and y.
    Shapes:  as in `dense_forward`, and y (N, l) -> a number.
    Domain:  any real numbers.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> one = np.ones((1, 1))
    >>> float(dense_loss(one, one, np.array([1.0]), one, np.array([0.5]), y=one))
    0.125

    Source: Report, section 2.1.
    """
    return dense.half_squared_error(dense_forward(x, v, gamma, w, theta).y_hat, y)


def cnn_forward(
    X: Array, v: Array, q: Array, W: Array, b: Array,
    kernel: tuple[int, int] = (5, 5), stride: int = 1, pad: int = 0, window: Size = 2,
) -> CNNLetters:  # fmt: skip
    """Forward pass of the convolutional network.

    Formula: d = U v + q, c = sigmoid(d), a = average pool of c, x = a W + b, y_hat = softmax(x).
    Shapes:  X (N, C, H, W'), v (C*kh*kw, F), q (F,), W (J, K), b (K,), J = F*pr*pc -> letters;
             kernel (kh, kw), stride and pad of the convolution, window of the pooling.
    Domain:  any real numbers.
    Raises:  ShapeError, when axes do not match, one is empty, or a window has no room;
             DomainError, when kernel, stride or window are no integers >= 1, or pad is none >= 0.

    >>> X, v, q = np.ones((1, 1, 6, 6)), np.zeros((25, 1)), np.zeros(1)
    >>> letters = cnn_forward(X, v, q, W=np.ones((1, 2)), b=np.zeros(2))
    >>> letters.a, letters.x, letters.y_hat
    (array([[0.5]]), array([[0.5, 0.5]]), array([[0.5, 0.5]]))

    Source: Report, section 2.2.
    """
    X, v, q, W, b = real(X, v, q, W, b)
    kernel = pair("cnn_forward", "kernel", kernel)
    window = pair("cnn_forward", "window", window)
    check_integer("cnn_forward", "stride", stride, least=1)
    check_integer("cnn_forward", "pad", pad, least=0)
    U = convolution.patches(X, *kernel, stride, pad)
    rows = window_count("cnn_forward", X.shape[2], kernel[0], stride, pad)
    d = convolution.convolve(U, v, q)
    c = sigmoid(d)
    pooled = pooling.average_pool(feature_images(c, rows), window)
    N, F, pr, pc = tuple(pooled.shape)
    a = np.reshape(pooled, (N, F * pr * pc))
    x = fully_connected.fully_connected(a, W, b)
    y_hat = softmax_cross_entropy.softmax(x)
    return CNNLetters(
        X=X, U=U, v=v, q=q, d=d, c=c, a=a, W=W, b=b, x=x, y_hat=y_hat,
        rows=rows, kernel=kernel, stride=stride, pad=pad, window=window,
    )  # fmt: skip


def cnn_backward(letters: CNNLetters, y: Array) -> CNNGradients:
    """Gradients of CELF for the parameters of the convolutional network and its intermediates.

    Formula: (7), (9), (10), (11), (12), (15) in this order, each put right.
    Shapes:  y (N, K) -> every gradient of the shape of its letter.
    Domain:  sum_k y_k = 1 in each sample: the last line of (7) needs it.
    Raises:  ShapeError, when y does not go with the letters; DomainError, when a row of y does not sum to 1
             within rounding, or a letter's size is no integer >= 1.

    >>> X, v, q = np.ones((1, 1, 6, 6)), np.zeros((25, 1)), np.zeros(1)
    >>> letters = cnn_forward(X, v, q, W=np.ones((1, 2)), b=np.zeros(2))
    >>> gradients = cnn_backward(letters, np.array([[0.0, 1.0]]))
    >>> gradients.W, gradients.b, gradients.q
    (array([[ 0.25, -0.25]]), array([ 0.5, -0.5]), array([0.]))

    Source: Report, equations (5)-(15), section 2.2.
    """
    y = real(y)
    c, W, y_hat = letters.c, letters.W, letters.y_hat
    image, pooled = check_pooled_network("cnn_backward", c, W, y_hat, y, letters.rows, letters.window, None)
    _check_distribution("cnn_backward", y)
    N, _, F = tuple(c.shape)

    x_bar = softmax_cross_entropy.logits_gradient(y_hat, y)
    a_bar = fully_connected.input_gradient(W, y_hat, y)
    a_images = np.reshape(a_bar, (N, F) + pooled)
    c_bar = positions(pooling.average_pool_gradient(a_images, (N, F) + image, letters.window))
    d_bar = c_bar * sigmoid_derivative(c)
    return CNNGradients(
        v=convolution.weights_pullback(letters.U, d_bar),
        q=convolution.bias_pullback(d_bar),
        W=fully_connected.weights_gradient(letters.a, y_hat, y),
        b=fully_connected.bias_gradient(y_hat, y),
        x=x_bar,
        a=a_bar,
        c=c_bar,
        d=d_bar,
    )


def cnn_descent(
    X: Array, v: Array, q: Array, W: Array, b: Array, y: Array,
    kernel: tuple[int, int] = (5, 5), stride: int = 1, pad: int = 0, window: Size = 2,
) -> tuple[Array, dict[str, Array]]:  # fmt: skip
    """What a step of descent needs: the error, and its gradients for the parameters alone.

    A batch is taken in pieces, so that a piece with all its letters stays in the processor's cache.

    Formula: the mean over the batch is the sum over its pieces of n/N times the mean over the piece, n images
             of N; and so is its gradient. Within a piece `cnn_forward` and `cnn_backward`.
    Shapes:  as in `cnn_forward`, and y (N, K) -> a number, and v (C*kh*kw, F), q (F,), W (J, K), b (K,).
    Domain:  sum_k y_k = 1 in each sample.
    Raises:  as `cnn_forward` and `cnn_backward`.

    >>> X, v, q = np.ones((1, 1, 6, 6)), np.zeros((25, 1)), np.zeros(1)
    >>> W, b, y = np.ones((1, 2)), np.zeros(2), np.array([[0.0, 1.0]])
    >>> loss, gradients = cnn_descent(X, v, q, W, b, y)
    >>> round(float(loss), 6), gradients["W"], gradients["b"]
    (0.693147, array([[ 0.25, -0.25]]), array([ 0.5, -0.5]))

    Source: Report, equations (5)-(15), section 2.2.
    """
    keep_freed_memory()
    X, v, q, W, b, y = real(X, v, q, W, b, y)
    sizes = check_axes("cnn_descent", ("X", X, "N C H W'"), ("v", v, "T F"), ("y", y, "N K"))
    N = sizes["N"]
    images = max(1, PIECE // (sizes["T"] * sizes["H"] * sizes["W'"] * np.dtype(X.dtype).itemsize))
    total: Array = 0
    sums: dict[str, Array] = {}
    for start in range(0, N, images):
        piece = slice(start, min(start + images, N))
        share = (piece.stop - piece.start) / N
        loss, gradients = _descent_of_a_piece(X[piece], v, q, W, b, y[piece], kernel, stride, pad, window)
        total = total + share * loss
        sums = {letter: sums.get(letter, 0) + share * gradient for letter, gradient in gradients.items()}
    return total, sums


def _descent_of_a_piece(
    X: Array, v: Array, q: Array, W: Array, b: Array, y: Array,
    kernel: tuple[int, int], stride: int, pad: int, window: Size,
) -> tuple[Array, dict[str, Array]]:  # fmt: skip
    """What `cnn_descent` sums; all other letters of the piece are let go before the next one is begun."""
    letters = cnn_forward(X, v, q, W, b, kernel, stride, pad, window)
    gradients = cnn_backward(letters, y)
    return (
        softmax_cross_entropy.cross_entropy(letters.y_hat, y),
        {letter: getattr(gradients, letter) for letter in ("v", "q", "W", "b")},
    )


def cnn_image_gradient(letters: CNNLetters, gradients: CNNGradients) -> Array:
    """Gradient of CELF for the images of the convolutional network; no descent needs it.

    Formula: `convolution.image_gradient` of dCELF/dd.
    Shapes:  letters and their gradients -> (N, C, H, W').
    Domain:  what `cnn_forward` and `cnn_backward` returned.
    Raises:  ShapeError, when the two do not go together.

    >>> X, v, q = np.ones((1, 1, 2, 2)), np.array([[1.0], [2.0], [3.0], [-6.0]]), np.zeros(1)
    >>> W, b, y = np.array([[0.0, 8.0]]), np.array([4.0, 0.0]), np.array([[1.0, 0.0]])
    >>> letters = cnn_forward(X, v, q, W, b, kernel=(2, 2), window=1)
    >>> cnn_image_gradient(letters, cnn_backward(letters, y))
    array([[[[ 1.,  2.],
             [ 3., -6.]]]])

    Source: beyond the report, in the style of equation (15), section 2.2.6.
    """
    how = (*letters.kernel, letters.stride, letters.pad)
    return convolution.image_gradient(gradients.d, letters.v, tuple(letters.X.shape), *how)


def cnn_loss(
    X: Array, v: Array, q: Array, W: Array, b: Array, y: Array,
    kernel: tuple[int, int] = (5, 5), stride: int = 1, pad: int = 0, window: Size = 2,
) -> Array:  # fmt: skip
    """The cross entropy CELF of the convolutional network, straight from its images; any labels.

    Formula: CELF of cnn_forward(X, v, q, W, b, ...).y_hat and y.
    Shapes:  as in `cnn_forward`, and y (N, K) -> a number.
    Domain:  any real numbers.
    Raises:  as `cnn_forward`, and ShapeError, when y does not go with it.

    >>> X, v, q, W, b = np.ones((1, 1, 6, 6)), np.zeros((25, 1)), np.zeros(1), np.ones((1, 2)), np.zeros(2)
    >>> round(float(cnn_loss(X, v, q, W, b, np.array([[0.0, 1.0]]))), 6)
    0.693147

    Source: Report, section 2.2.
    """
    letters = cnn_forward(X, v, q, W, b, kernel, stride, pad, window)
    return softmax_cross_entropy.cross_entropy(letters.y_hat, y)


def _check_distribution(who: str, y: Array) -> None:
    """Refuse labels of which a row does not sum to 1 up to the rounding of its K terms; NaN never does."""
    kind = np.dtype(getattr(y, "dtype", float))
    tolerance = y.shape[1] * float(np.finfo(kind).eps) if kind.kind in "fc" else 0.0
    total = np.sum(y, axis=1)
    fits = np.abs(total - 1) <= tolerance
    if not np.all(fits):
        row = int(np.argmin(fits))
        raise DomainError(
            f"{who}: wanted each row of y to sum to 1, as y_hat - y needs it, got {total[row]} in row {row}"
        )
