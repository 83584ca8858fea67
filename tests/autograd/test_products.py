"""Products of two matrices of every size: the small ones are made in bands of rows, which nobody must notice."""

import numpy as np
import pytest

from autograd import vjp
from autograd.rules import linalg

# rows, inner, columns: below, at and above the sizes at which bands begin and end
SIZES = [
    (1, 784, 100),
    (64, 64, 64),  # as large as one band
    (64, 64, 65),
    (64, 1152, 10),
    (3, 1, 100_000),
    (5, 300_000, 1),  # one row is more than a band
    (2**11, 2**7, 2**4),  # as large as all bands together
    (2**11, 2**7, 2**4 + 1),
    (0, 3, 4),
    (3, 0, 4),
    (3, 4, 0),
]


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_products_of_small_integers_are_exact(sizes, dtype):
    rows, inner, columns = sizes
    rng = np.random.default_rng(0)
    x, y, z_bar = (rng.integers(-2, 3, shape) for shape in ((rows, inner), (inner, columns), (rows, columns)))
    z, pullback = vjp(np.matmul, x.astype(dtype), y.astype(dtype))
    x_bar, y_bar = pullback(z_bar.astype(dtype))
    assert z.dtype == x_bar.dtype == y_bar.dtype == dtype
    np.testing.assert_array_equal(z, x @ y)
    np.testing.assert_array_equal(x_bar, z_bar @ y.T)
    np.testing.assert_array_equal(y_bar, x.T @ z_bar)


def test_operands_of_two_types_and_orders_make_what_numpy_makes():
    rng = np.random.default_rng(1)
    x = np.asfortranarray(rng.integers(-2, 3, (64, 1152)).astype(np.float32))
    y = rng.integers(-2, 3, (10, 1152)).T[:, ::-1]  # integers: a constant
    z = linalg.product(x, y)
    assert z.dtype == (x @ y).dtype == np.float64
    np.testing.assert_array_equal(z, x @ y)


@pytest.mark.parametrize(
    ("sizes", "bands"),
    [
        ((64, 64, 64), 1),
        ((64, 64, 65), 2),
        ((64, 1152, 10), 3),
        ((5, 300_000, 1), 5),
        ((2**11, 2**7, 2**4), 16),
        ((2**11, 2**7, 2**4 + 1), 1),  # beyond 2^22 multiplications other threads are worth waking
    ],
)
def test_a_band_is_2_to_the_18_multiplications_or_one_row(sizes, bands, monkeypatch):
    rows, inner, columns = sizes
    seen = []
    dot = np.dot

    def counted(x, y, out=None):
        seen.append(len(x))
        return dot(x, y, out)

    monkeypatch.setattr(np, "dot", counted)
    linalg.product(np.ones((rows, inner)), np.ones((inner, columns)))
    assert sum(seen) == rows
    assert len(seen) == bands
    assert bands == 1 or max(seen) == 1 or max(seen) * inner * columns <= 2**18
