"""Find the first wrong step of a long backward pass, and not all that follow from it.

`handgrad.mark` names quantities of the loss; the backward pass returns its cotangents by the same names. The
derivative of tanh is taken at z in place of a = tanh(z), so z is wrong, and with it W1 and b1; a is still right.
"""

import numpy as np

from handgrad import check_gradient, mark


def loss(x, W1, b1, W2, y):
    """Half the squared error of a network of two layers, averaged over N samples."""
    z = mark("z", x @ W1 + b1)
    a = mark("a", np.tanh(z))
    r = mark("r", a @ W2 - y)
    return np.sum(r * r) / (2 * len(x))


def cotangents(x, W1, b1, W2, y):
    """By hand, from the loss back."""
    z = x @ W1 + b1
    a = np.tanh(z)
    r_bar = (a @ W2 - y) / len(x)
    a_bar = r_bar @ W2.T
    z_bar = a_bar * (1 - z**2)  # wants a
    return {"r": r_bar, "a": a_bar, "z": z_bar}


def gradient(x, W1, b1, W2, y):
    """By W1 and b1."""
    z_bar = cotangents(x, W1, b1, W2, y)["z"]
    return x.T @ z_bar, np.sum(z_bar, axis=0)


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(4, 3)).round(1), rng.normal(size=(4, 2)).round(1)
    W1, b1, W2 = rng.normal(size=(3, 5)).round(1), np.zeros(5), rng.normal(size=(5, 2)).round(1)
    print(check_gradient(loss, gradient, [x, W1, b1, W2, y], wrt=["W1", "b1"], intermediates=cotangents))
