"""Check a class with `forward`, `backward` and a cache, as courses and home-made frameworks write them.

`handgrad.layer` makes two functions of the class. Beside the mathematics, the cache is tried: `Shared` keeps it
on the class, so that two layers of one network overwrite each other's. Its formula is right, and it is told of.
"""

import numpy as np

import handgrad


class Tanh:
    """a = tanh(z)."""

    def forward(self, z):
        """Keep a."""
        self.a = np.tanh(z)
        return self.a

    def backward(self, a_bar):
        """z_bar = a_bar (1 - a^2)."""
        return a_bar * (1 - self.a**2)


class Shared(Tanh):
    """The same with a cache that all layers share."""

    def forward(self, z):
        """Keep a on the class."""
        Shared.a = np.tanh(z)
        return Shared.a


if __name__ == "__main__":
    z = np.array([[1.5, -2.0], [-0.25, 3.0]])
    for layer in (Tanh, Shared):
        print(handgrad.check_vjp(*handgrad.layer(layer), [z], names="z"), end="\n\n")
