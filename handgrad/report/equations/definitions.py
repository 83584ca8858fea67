"""The report's networks as it defines them: what is differentiated.

Written from the report's prose, without a look at the hand-derived formulas and without their package.
Plain NumPy that also accepts complex numbers, so that the complex step can be taken.

    X (N, H, H) images   v (T, F) weights of the filters   q (F,) their biases   W (J, K), b (K,)
    U (N, m, T)   d, c (N, m, F)   a (N, J)   x, y_hat, y (N, K)
"""

from math import isqrt

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from handgrad.values import Array, Values

# Section 2.1


def sigmoid(x: Array) -> Array:
    """f(x) = 1 / (1 + e^-x)."""
    return 1 / (1 + np.exp(-x))


def sigmoid_of_number(values: Values) -> Array:
    """f(x)."""
    return sigmoid(values.x)


def half_squared_error(y_hat: Array, y: Array) -> Array:
    """E = 1/2 sum_j (y_hat_j - y_j)^2, averaged over the batch."""
    return np.sum((y_hat - y) ** 2) / (2 * y.shape[0])


def dense_output(values: Values) -> Array:
    """y_hat_j = f(beta_j - theta_j), beta_j = sum_h w_hj b_h."""
    return sigmoid(values.b @ values.w - values.theta)


def dense_hidden(values: Values) -> Array:
    """b_h = f(alpha_h - gamma_h), alpha_h = sum_i v_ih x_i."""
    return sigmoid(values.x @ values.v - values.gamma)


# Section 2.2


def softmax(x: Array) -> Array:
    """y_i = e^x_i / sum_k e^x_k."""
    e = np.exp(x)
    return e / np.sum(e, axis=-1, keepdims=True)


def cross_entropy(y_hat: Array, y: Array) -> Array:
    """CELF = -sum_k y_k log y_hat_k, averaged over the batch."""
    return -(np.sum(y * np.log(y_hat)) / y.shape[0])


def softmax_of_logits(values: Values) -> Array:
    """y_hat = softmax(x)."""
    return softmax(values.x)


def loss_of_outputs(values: Values) -> Array:
    """CELF of y_hat as it is."""
    return cross_entropy(values.y_hat, values.y)


def loss_of_logits(values: Values) -> Array:
    """CELF of softmax(x)."""
    return cross_entropy(softmax(values.x), values.y)


def one_output(values: Values) -> Array:
    """y = sum_k x_k w_k + b."""
    return values.x @ values.w + values.b


def patches(X: Array, k: int) -> Array:
    """U: row l holds the k x k window of the image at place l."""
    side = X.shape[1] - k + 1
    shifted = [X[:, r : r + side, s : s + side] for r in range(k) for s in range(k)]
    return np.reshape(np.stack(shifted, axis=-1), (X.shape[0], side * side, k * k))


def convolve(X: Array, v: Array, q: Array) -> Array:
    """d: every filter on every k x k window of the images, plus its bias."""
    k = isqrt(v.shape[0])
    windows = sliding_window_view(X, (k, k), axis=(1, 2))
    d = np.einsum("nijrs,rsf->nijf", windows, np.reshape(v, (k, k, -1))) + q
    return np.reshape(d, (X.shape[0], -1, v.shape[1]))


def pool(c: Array, n: int) -> Array:
    """a: the mean of every 2 x 2 block of the 2n x 2n images in c, filter after filter."""
    blocks = np.reshape(c, (c.shape[0], n, 2, n, 2, c.shape[2]))
    means = np.sum(blocks, axis=(2, 4)) / 4
    return np.reshape(np.transpose(means, (0, 3, 1, 2)), (c.shape[0], -1))


def sigmoid_of_convolution(values: Values) -> Array:
    """c = f(d), for any d."""
    return sigmoid(values.d)


def convolution_and_sigmoid(values: Values) -> Array:
    """c = f(d), d the convolution of the images."""
    return sigmoid(convolve(values.X, values.v, values.q))


def network_loss(values: Values) -> Array:
    """CELF of the whole network."""
    a = pool(sigmoid(convolve(values.X, values.v, values.q)), values.n)
    return cross_entropy(softmax(a @ values.W + values.b), values.y)


def output_layer_loss(values: Values) -> Array:
    """CELF from the pooled image on: x = W^T a + b, y_hat = softmax(x)."""
    return cross_entropy(softmax(values.a @ values.W + values.b), values.y)


# All letters of a claim from those that are free


def dense_letters(values: Values) -> Values:
    """Adds y_hat, and b where the hidden layer is part of the claim."""
    values = Values(values)
    if "x" in values:
        values["b"] = dense_hidden(values)
    values["y_hat"] = dense_output(values)
    return values


def output_letters(values: Values) -> Values:
    """Adds x, where the fully connected layer is part of the claim, and y_hat."""
    values = Values(values)
    if "a" in values:
        values["x"] = values.a @ values.W + values.b
    values["y_hat"] = softmax(values.x)
    return values


def network_letters(values: Values) -> Values:
    """Adds U, d, c, a, x, y_hat."""
    values = Values(values)
    values["U"] = patches(values.X, values.k)
    values["d"] = convolve(values.X, values.v, values.q)
    values["c"] = sigmoid(values.d)
    values["a"] = pool(values.c, values.n)
    return output_letters(values)


def convolution_letters(values: Values) -> Values:
    """Adds U."""
    values = Values(values)
    values["U"] = patches(values.X, values.k)
    return values


def sigmoid_letters(values: Values) -> Values:
    """Adds c."""
    values = Values(values)
    values["c"] = sigmoid(values.d)
    return values


def as_drawn(values: Values) -> Values:
    """All letters of the claim are free."""
    return values
