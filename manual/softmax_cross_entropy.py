"""Cross entropy and softmax: equations (5)-(7).

Glossary (all are pure numbers)
    N       samples in a batch; K: classes (the report's n)
    x       (N, K)  inputs of the softmax
    y_hat   (N, K)  outputs of the softmax; the text of (6) and the first line of (7) write y for it
    y       (N, K)  labels
    CELF            mean over the batch of -sum_k y_k log y_hat_k
Indices: i and j classes, k the class summed over.

Gradients of CELF carry the mean's 1/N; the Jacobian belongs to one sample and does not.
"""

import numpy as np

from manual.checks import Array, check_axes, real


def softmax(x: Array) -> Array:
    """The softmax of each row, with the row's maximum subtracted first: the same value, no overflow.

    Formula: y_i = e^x_i / sum_k e^x_k.
    Shapes:  x (N, K) -> (N, K).
    Domain:  every finite x.
    Raises:  ShapeError, when x has other axes or an empty one.

    >>> softmax(np.array([[1000.0, 1000.0, -1000.0]]))
    array([[0.5, 0.5, 0. ]])

    Source: Report, section 2.2.2.
    """
    x = real(x)
    check_axes("softmax", ("x", x, "N K"))
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def cross_entropy(y_hat: Array, y: Array) -> Array:
    """The cross entropy CELF; a class with y_k = 0 counts 0, whatever its y_hat_k.

    Formula: CELF = 1/N sum_n -(sum_k y_k log y_hat_k).
    Shapes:  y_hat (N, K), y (N, K) -> a number.
    Domain:  y_hat_k > 0 wherever y_k is not 0.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> round(float(cross_entropy(np.array([[0.5, 0.5, 0.0]]), np.array([[0.0, 1.0, 0.0]]))), 6)
    0.693147

    Source: Report, section 2.2.1.
    """
    y_hat, y = real(y_hat, y)
    sizes = check_axes("cross_entropy", ("y_hat", y_hat, "N K"), ("y", y, "N K"))
    log_y_hat = np.log(np.where(y == 0, 1.0, y_hat))
    return -np.sum(y * log_y_hat) / sizes["N"]


def cross_entropy_gradient(y_hat: Array, y: Array) -> Array:
    """Gradient of CELF for the outputs (5).

    Formula: dCELF/dy_hat_k = -y_k / y_hat_k, divided by N.
    Shapes:  y_hat (N, K), y (N, K) -> (N, K).
    Domain:  y_hat_k > 0.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> cross_entropy_gradient(np.array([[0.25, 0.75]]), np.array([[1.0, 3.0]]))
    array([[-4., -4.]])

    Source: Report, equation (5), section 2.2.1.
    """
    y_hat, y = real(y_hat, y)
    sizes = check_axes("cross_entropy_gradient", ("y_hat", y_hat, "N K"), ("y", y, "N K"))
    return -y / y_hat / sizes["N"]


def softmax_jacobian_quotient(x: Array) -> Array:
    """Jacobian of the softmax by the quotient rule (6), middle column.

    The maximum of each row is subtracted from x first: numerator and denominator both carry the
    factor's square, so the quotient is the same, and nothing overflows.

    Formula: dy_i/dx_j = e^x_j (sum_k e^x_k - e^x_j) / (sum_k e^x_k)^2  for i = j,
             (0 - e^x_i e^x_j) / (sum_k e^x_k)^2  for i != j.
    Shapes:  x (N, K) -> (N, K, K), entry [n, i, j] = dy_i/dx_j.
    Domain:  every finite x.
    Raises:  ShapeError, when x has other axes or an empty one.

    >>> softmax_jacobian_quotient(np.array([[0.0, 0.0]]))
    array([[[ 0.25, -0.25],
            [-0.25,  0.25]]])

    Source: Report, equation (6), section 2.2.2.
    """
    x = real(x)
    sizes = check_axes("softmax_jacobian_quotient", ("x", x, "N K"))
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    e_i, e_j = e[:, :, np.newaxis], e[:, np.newaxis, :]
    total = np.sum(e_j, axis=-1, keepdims=True)
    same = e_j * (total - e_j) / (total * total)
    other = (0 - e_i * e_j) / (total * total)
    return np.where(np.eye(sizes["K"], dtype=bool), same, other)


def softmax_jacobian(y_hat: Array) -> Array:
    """Jacobian of the softmax from its own outputs (6), right column.

    Formula: dy_i/dx_j = y_i (1 - y_i)  for i = j,  -y_i y_j  for i != j.
    Shapes:  y_hat (N, K) -> (N, K, K), entry [n, i, j] = dy_i/dx_j.
    Domain:  y_hat values of the softmax.
    Raises:  ShapeError, when y_hat has other axes or an empty one.

    >>> softmax_jacobian(np.array([[0.25, 0.75]]))
    array([[[ 0.1875, -0.1875],
            [-0.1875,  0.1875]]])

    Source: Report, equation (6), section 2.2.2.
    """
    y_hat = real(y_hat)
    sizes = check_axes("softmax_jacobian", ("y_hat", y_hat, "N K"))
    y_i, y_j = y_hat[:, :, np.newaxis], y_hat[:, np.newaxis, :]
    return np.where(np.eye(sizes["K"], dtype=bool), y_i * (1 - y_i), -y_i * y_j)


def logits_gradient_chain(y_hat: Array, y: Array) -> Array:
    """Gradient of CELF for the softmax's inputs, as (5) times (6): (7), first line.

    Formula: dCELF/dx_i = sum_k dCELF/dy_hat_k dy_hat_k/dx_i, divided by N.
    Shapes:  y_hat (N, K), y (N, K) -> (N, K).
    Domain:  y_hat values of the softmax, y_hat_k > 0; any labels.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> logits_gradient_chain(np.array([[0.25, 0.75]]), np.array([[1.0, 3.0]]))
    array([[0., 0.]])

    Source: Report, equation (7), section 2.2.2.
    """
    y_hat, y = real(y_hat, y)
    check_axes("logits_gradient_chain", ("y_hat", y_hat, "N K"), ("y", y, "N K"))
    by_output = cross_entropy_gradient(y_hat, y)[:, :, np.newaxis]
    return np.sum(by_output * softmax_jacobian(y_hat), axis=1)


def logits_gradient_expanded(y_hat: Array, y: Array) -> Array:
    """Gradient of CELF for the softmax's inputs, factors written out: (7), second line.

    Formula: -(y_i / y_hat_i) y_hat_i (1 - y_hat_i) + sum_{k != i} (y_k / y_hat_k) y_hat_i y_hat_k, over N.
    Shapes:  y_hat (N, K), y (N, K) -> (N, K).
    Domain:  y_hat values of the softmax, y_hat_k > 0; any labels.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> logits_gradient_expanded(np.array([[0.25, 0.75]]), np.array([[0.0, 1.0]]))
    array([[ 0.25, -0.25]])

    Source: Report, equation (7), section 2.2.2.
    """
    y_hat, y = real(y_hat, y)
    sizes = check_axes("logits_gradient_expanded", ("y_hat", y_hat, "N K"), ("y", y, "N K"))
    y_hat_i = y_hat[:, :, np.newaxis]
    y_k, y_hat_k = y[:, np.newaxis, :], y_hat[:, np.newaxis, :]
    same = np.eye(sizes["K"], dtype=bool)
    others = np.sum(np.where(same, 0.0, y_k / y_hat_k * y_hat_i * y_hat_k), axis=-1)
    return (-y / y_hat * y_hat * (1 - y_hat) + others) / sizes["N"]


def logits_gradient_collected(y_hat: Array, y: Array) -> Array:
    """Gradient of CELF for the softmax's inputs, quotients cancelled: (7), third line.

    Formula: y_i y_hat_i + sum_{k != i} y_k y_hat_i - y_i, divided by N.
    Shapes:  y_hat (N, K), y (N, K) -> (N, K).
    Domain:  y_hat values of the softmax; any labels.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> logits_gradient_collected(np.array([[0.25, 0.75]]), np.array([[1.0, 2.0]]))
    array([[-0.25,  0.25]])

    Source: Report, equation (7), section 2.2.2.
    """
    y_hat, y = real(y_hat, y)
    sizes = check_axes("logits_gradient_collected", ("y_hat", y_hat, "N K"), ("y", y, "N K"))
    same = np.eye(sizes["K"], dtype=bool)
    others = np.sum(np.where(same, 0.0, y[:, np.newaxis, :] * y_hat[:, :, np.newaxis]), axis=-1)
    return (y * y_hat + others - y) / sizes["N"]


def logits_gradient_general(y_hat: Array, y: Array) -> Array:
    """Gradient of CELF for the softmax's inputs, of any labels: (7), fourth line.

    Formula: dCELF/dx_i = y_hat_i sum_k y_k - y_i, divided by N.
    Shapes:  y_hat (N, K), y (N, K) -> (N, K).
    Domain:  y_hat values of the softmax; any labels.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> logits_gradient_general(np.array([[0.25, 0.75]]), np.array([[1.0, 2.0]]))
    array([[-0.25,  0.25]])

    Source: Report, equation (7), section 2.2.2.
    """
    y_hat, y = real(y_hat, y)
    sizes = check_axes("logits_gradient_general", ("y_hat", y_hat, "N K"), ("y", y, "N K"))
    return (y_hat * np.sum(y, axis=-1, keepdims=True) - y) / sizes["N"]


def logits_gradient(y_hat: Array, y: Array) -> Array:
    """Gradient of CELF for the softmax's inputs, of labels that sum to 1: (7), last line.

    Formula: dCELF/dx_i = y_hat_i - y_i, divided by N.
    Shapes:  y_hat (N, K), y (N, K) -> (N, K).
    Domain:  y_hat values of the softmax; sum_k y_k = 1 in each sample (not checked here).
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> logits_gradient(np.array([[0.25, 0.75]]), np.array([[0.0, 1.0]]))
    array([[ 0.25, -0.25]])

    Source: Report, equation (7), section 2.2.2.
    """
    y_hat, y = real(y_hat, y)
    sizes = check_axes("logits_gradient", ("y_hat", y_hat, "N K"), ("y", y, "N K"))
    return (y_hat - y) / sizes["N"]
