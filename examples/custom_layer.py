"""Check a layer of your own: RMS normalisation, first with the mistake that almost everybody makes.

Every input reaches its own output, and through the mean square the outputs of its whole row. The first backward
pass forgets the second path. Both have the right shape and plausible numbers.
"""

import numpy as np

import handgrad


def rms_norm(x, gain):
    """Rows scaled to a mean square of 1, then by a gain a column: (N, d), (d,) -> (N, d)."""
    return gain * x / np.sqrt(np.mean(x * x, axis=1, keepdims=True))


def backward_wrong(z_bar, x, gain):
    """x_bar, gain_bar; the root mean square is taken for a constant."""
    r = np.sqrt(np.mean(x * x, axis=1, keepdims=True))
    return gain * z_bar / r, np.sum(z_bar * x / r, axis=0)


def backward(z_bar, x, gain):
    """x_bar, gain_bar, with what goes through the root mean square."""
    r = np.sqrt(np.mean(x * x, axis=1, keepdims=True))
    straight = gain * z_bar / r
    through_r = x / r**2 * np.mean(straight * x, axis=1, keepdims=True)
    return straight - through_r, np.sum(z_bar * x / r, axis=0)


if __name__ == "__main__":
    x = np.array([[1.0, -2.0, 0.5], [0.25, 3.0, -1.0]])
    gain = np.array([1.0, 0.5, 2.0])
    for by_hand in (backward_wrong, backward):
        print(handgrad.check_vjp(rms_norm, by_hand, [x, gain]), end="\n\n")
