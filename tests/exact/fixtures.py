"""What the tests of exact arithmetic share: towers, points, and rationals taken modulo primes."""

from fractions import Fraction

import numpy as np

from handgrad.exact import ExactArray, Tower, tower

# Hand-made: 5 | 41 - 1 and 41 | 821 - 1; all are 1 modulo 4. 10 and its kin have the orders 5 and 41.
TINY = Tower((5, 41, 821), (10, pow(2, 820 // 41, 821)))
TOWERS = [TINY, tower(3, 0), tower(6, 1)]


def modulo(value, p):
    """A rational, or an array of rationals, modulo p."""
    if isinstance(value, np.ndarray):
        flat = [modulo(x, p) for x in value.ravel()]
        return np.array(flat, dtype=object).reshape(value.shape)
    value = Fraction(value)
    return value.numerator * pow(value.denominator, -1, p) % p


def fractions_of(values):
    """Floats as exact rationals."""
    flat = [Fraction(float(x)) for x in np.ravel(values)]
    result = np.empty(len(flat), dtype=object)
    result[:] = flat
    return result.reshape(np.shape(values))


def assert_is(exact: ExactArray, wanted) -> None:
    """The residues of every level are those of rationals; the shadow is near them."""
    wanted = np.asarray(wanted, dtype=object)
    assert exact.shape == wanted.shape
    for residues, p in zip(exact.residues, exact.tower.primes, strict=True):
        assert residues is not None
        assert residues.tolist() == modulo(wanted, p).tolist()
    # A few operations on numbers near 1: rounding is far below 1e-9.
    np.testing.assert_allclose(exact.shadow, wanted.astype(float), rtol=1e-9, atol=1e-9)


def same(a: ExactArray, b: ExactArray) -> bool:
    """Whether two values agree at every level that both have; there must be one."""
    pairs = [(r, s) for r, s in zip(a.residues, b.residues, strict=True) if r is not None and s is not None]
    assert pairs
    assert a.shape == b.shape
    return all(np.array_equal(r, s) for r, s in pairs)


def draw_of(**shapes):
    """A draw of dyadic numbers in [-1, 1) with 2^26 values, one array a name."""
    return lambda rng: {name: rng.integers(-(2**25), 2**25, shape) / 2**25 for name, shape in shapes.items()}
