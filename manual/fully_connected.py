"""The fully connected layer before the softmax: equations (8)-(10).

Glossary (all are pure numbers)
    N       samples in a batch; J: inputs of the layer; K: its outputs, the classes
    a       (N, J)  inputs of the layer
    W       (J, K)  weights; the report's w_j is column i of W, for the output i at hand
    b       (K,)    biases
    x       (N, K)  outputs, x = a W + b, the inputs of the softmax; only in (8) x is the inputs
    y_hat   (N, K)  outputs of the softmax
    y       (N, K)  labels
    CELF            mean over the batch of -sum_k y_k log y_hat_k
Indices: i an output, j an input.

Gradients of CELF carry the mean's 1/N. The chains start from the fourth line of (7), which holds for any
labels; the last lines start from its fifth, which needs labels that sum to 1.
"""

import numpy as np

from manual.checks import Array, check_axes, real
from manual.softmax_cross_entropy import logits_gradient_general


def fully_connected(a: Array, W: Array, b: Array) -> Array:
    """The layer itself, all its outputs at once.

    Formula: x_i = sum_j a_j w_ji + b_i.
    Shapes:  a (N, J), W (J, K), b (K,) -> (N, K).
    Domain:  any real numbers.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> fully_connected(np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]), np.array([5.0]))
    array([[16.]])

    Source: Report, section 2.2.3.
    """
    a, W, b = real(a, W, b)
    check_axes("fully_connected", ("a", a, "N J"), ("W", W, "J K"), ("b", b, "K"))
    return a @ W + b


def output_by_weight(x: Array) -> Array:
    """Derivative of one output y = sum_k x_k w_k + b for its weights (8): x itself.

    Formula: dy/dw_i = x_i.
    Shapes:  x (N, J) -> (N, J).
    Domain:  any real numbers.
    Raises:  ShapeError, when x has other axes or an empty one.

    >>> output_by_weight(np.array([[1.0, 2.0]]))
    array([[1., 2.]])

    Source: Report, equation (8), section 2.2.3.
    """
    x = real(x)
    check_axes("output_by_weight", ("x", x, "N J"))
    return x


def output_by_bias(x: Array) -> Array:
    """Derivative of one output y = sum_k x_k w_k + b for its bias (8).

    Formula: dy/db = 1.
    Shapes:  x (N, J) -> (N,).
    Domain:  any real numbers.
    Raises:  ShapeError, when x has other axes or an empty one.

    >>> output_by_bias(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([1., 1.])

    Source: Report, equation (8), section 2.2.3.
    """
    x = real(x)
    check_axes("output_by_bias", ("x", x, "N J"))
    return np.ones_like(x[:, 0])


def weights_gradient_chain(a: Array, y_hat: Array, y: Array) -> Array:
    """Gradient of CELF for the weights as a product of two factors (9), first line.

    Formula: dCELF/dw_ji = sum_n dCELF/dx_i dx_i/dw_ji.
    Shapes:  a (N, J), y_hat (N, K), y (N, K) -> (J, K).
    Domain:  y_hat values of the softmax; any labels.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> weights_gradient_chain(np.array([[8.0]]), np.array([[0.25, 0.75]]), np.array([[1.0, 2.0]]))
    array([[-2.,  2.]])

    Source: Report, equation (9), section 2.2.3.
    """
    a, y_hat, y = real(a, y_hat, y)
    check_axes("weights_gradient_chain", ("a", a, "N J"), ("y_hat", y_hat, "N K"), ("y", y, "N K"))
    by_logit = logits_gradient_general(y_hat, y)[:, np.newaxis, :]
    return np.sum(by_logit * output_by_weight(a)[:, :, np.newaxis], axis=0)


def bias_gradient_chain(y_hat: Array, y: Array) -> Array:
    """Gradient of CELF for the biases as a product of two factors (9), third line.

    Formula: dCELF/db_i = sum_n dCELF/dx_i dx_i/db_i.
    Shapes:  y_hat (N, K), y (N, K) -> (K,).
    Domain:  y_hat values of the softmax; any labels.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> bias_gradient_chain(np.array([[0.25, 0.75]]), np.array([[1.0, 2.0]]))
    array([-0.25,  0.25])

    Source: Report, equation (9), section 2.2.3.
    """
    y_hat, y = real(y_hat, y)
    check_axes("bias_gradient_chain", ("y_hat", y_hat, "N K"), ("y", y, "N K"))
    by_logit = logits_gradient_general(y_hat, y)
    # dx_i/db_i is 1 whatever the inputs are, so any array with the right N will do for them.
    return np.sum(by_logit * output_by_bias(by_logit)[:, np.newaxis], axis=0)


def weights_gradient(a: Array, y_hat: Array, y: Array) -> Array:
    """Gradient of CELF for the weights (9), second line.

    Formula: dCELF/dw_ji = 1/N sum_n (y_hat_i - y_i) a_j.
    Shapes:  a (N, J), y_hat (N, K), y (N, K) -> (J, K).
    Domain:  y_hat values of the softmax; sum_k y_k = 1 in each sample (not checked here).
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> weights_gradient(np.array([[8.0]]), np.array([[0.25, 0.75]]), np.array([[0.0, 1.0]]))
    array([[ 2., -2.]])

    Source: Report, equation (9), section 2.2.3.
    """
    a, y_hat, y = real(a, y_hat, y)
    sizes = check_axes("weights_gradient", ("a", a, "N J"), ("y_hat", y_hat, "N K"), ("y", y, "N K"))
    return a.T @ (y_hat - y) / sizes["N"]


def bias_gradient(y_hat: Array, y: Array) -> Array:
    """Gradient of CELF for the biases (9), last line.

    Formula: dCELF/db_i = 1/N sum_n (y_hat_i - y_i).
    Shapes:  y_hat (N, K), y (N, K) -> (K,).
    Domain:  y_hat values of the softmax; sum_k y_k = 1 in each sample (not checked here).
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> bias_gradient(np.array([[0.25, 0.75]]), np.array([[0.0, 1.0]]))
    array([ 0.25, -0.25])

    Source: Report, equation (9), section 2.2.3.
    """
    y_hat, y = real(y_hat, y)
    sizes = check_axes("bias_gradient", ("y_hat", y_hat, "N K"), ("y", y, "N K"))
    return np.sum(y_hat - y, axis=0) / sizes["N"]


def input_gradient_chain(W: Array, y_hat: Array, y: Array) -> Array:
    """Gradient of CELF for the inputs as a product of two factors (10), with its sum over the outputs.

    Formula: dCELF/da_j = sum_i dCELF/dx_i dx_i/da_j.
    Shapes:  W (J, K), y_hat (N, K), y (N, K) -> (N, J).
    Domain:  y_hat values of the softmax; any labels.
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> input_gradient_chain(np.array([[4.0, 8.0]]), np.array([[0.25, 0.75]]), np.array([[1.0, 2.0]]))
    array([[1.]])

    Source: Report, equation (10), section 2.2.3; the sum over i is not printed there.
    """
    W, y_hat, y = real(W, y_hat, y)
    check_axes("input_gradient_chain", ("y_hat", y_hat, "N K"), ("W", W, "J K"), ("y", y, "N K"))
    return logits_gradient_general(y_hat, y) @ W.T


def input_gradient(W: Array, y_hat: Array, y: Array) -> Array:
    """Gradient of CELF for the inputs (10), last line, with its sum over the outputs.

    Formula: dCELF/da_j = 1/N sum_i (y_hat_i - y_i) w_ji.
    Shapes:  W (J, K), y_hat (N, K), y (N, K) -> (N, J).
    Domain:  y_hat values of the softmax; sum_k y_k = 1 in each sample (not checked here).
    Raises:  ShapeError, when axes do not match or one is empty.

    >>> input_gradient(np.array([[4.0, 8.0]]), np.array([[0.25, 0.75]]), np.array([[0.0, 1.0]]))
    array([[-1.]])

    Source: Report, equation (10), section 2.2.3; the sum over i is not printed there.
    """
    W, y_hat, y = real(W, y_hat, y)
    sizes = check_axes("input_gradient", ("y_hat", y_hat, "N K"), ("W", W, "J K"), ("y", y, "N K"))
    return (y_hat - y) @ W.T / sizes["N"]
