"""Large arrays go through a gradient piece by piece, and nobody can tell from the result."""

import platform
import subprocess
import sys
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor, avg_pool2d, conv2d, sigmoid, vjp
from autograd import chunks as pieces

RNG = np.random.default_rng(0)
# Multiples of 1/64: their products and sums are exact in whatever order a BLAS adds up matrices of whatever size.
IMAGES, KERNEL, BIAS = (RNG.integers(-128, 129, shape) / 64 for shape in ((5, 2, 7, 6), (3, 2, 3, 2), 3))
LAYERS = {
    "conv2d": lambda x: conv2d(x, KERNEL, BIAS),
    "conv2d by its kernel": lambda kernel: conv2d(IMAGES, kernel, BIAS),
    "conv2d by its bias": lambda bias: conv2d(IMAGES, KERNEL, bias),
    "conv2d, stride 2": lambda x: conv2d(x, KERNEL, BIAS, stride=2),
    "avg_pool2d": lambda x: avg_pool2d(x, (1, 2)),
    "avg_pool2d, windows that overlap": lambda x: avg_pool2d(x, 3, stride=1),
    "avg_pool2d, rows left over": lambda x: avg_pool2d(x, 2),
    "sigmoid": sigmoid,
}
INPUTS = {"conv2d by its kernel": KERNEL, "conv2d by its bias": BIAS}
BYTES = [1, 700, 3000]  # one image a piece, two or three, almost all


@given(st.integers(1, 50), st.integers(0, 1000), st.integers(1, 300))
def test_pieces_are_all_entries_once_and_none_is_too_large(count, each, most):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "PIECE", most)
        found = list(pieces.pieces_of(count, count * each))
    assert [k for piece in found for k in range(piece.start, piece.stop)] == list(range(count))
    assert all((piece.stop - piece.start) * each <= most for piece in found) or each > most


@pytest.mark.parametrize("most", BYTES)
@pytest.mark.parametrize("name", LAYERS)
def test_value_and_cotangents_are_those_of_the_whole(name, most, monkeypatch):
    x = INPUTS.get(name, IMAGES)
    whole, pullback = vjp(LAYERS[name], x)
    z_bar = np.random.default_rng(1).normal(size=whole.shape)
    (x_bar,) = pullback(z_bar)
    monkeypatch.setattr(pieces, "PIECE", most)
    value, pullback = vjp(LAYERS[name], x)
    # A vector loop and what it leaves over may differ in the last place of an exponential; all else here is exact.
    np.testing.assert_allclose(value, whole, rtol=1e-15 if name == "sigmoid" else 0, atol=0)
    # The kernel's cotangent is a sum over images, in another order: of 5 terms, each a sum of some 30.
    np.testing.assert_allclose(pullback(z_bar)[0], x_bar, rtol=1e-12, atol=1e-13)


def test_a_piece_is_as_large_as_it_is_said(monkeypatch):
    monkeypatch.setattr(pieces, "PIECE", 100)
    assert list(pieces.pieces(np.empty((5, 4)), np.empty((5, 1)))) == [slice(0, 2), slice(2, 4), slice(4, 5)]


def test_one_overflow_in_a_late_piece_spoils_none(monkeypatch):
    monkeypatch.setattr(pieces, "PIECE", 16)
    x = np.array([0.0, 1.0, -1000.0, 2.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        got = sigmoid(Tensor(x)).value
    np.testing.assert_array_equal(got[[0, 2]], [0.5, 0.0])
    np.testing.assert_allclose(got[[1, 3]], [1 / (1 + np.exp(-1.0)), 1 / (1 + np.exp(-2.0))], rtol=4e-16)


def test_too_little_memory_for_what_is_never_touched_is_no_failure(monkeypatch):
    def refuse(*_):
        raise MemoryError

    monkeypatch.setattr(np, "empty", refuse)
    pieces.keep_freed_memory.__wrapped__()


FAULTS = """
import resource
import numpy as np
from autograd import grad, sigmoid

step = grad(lambda x: np.sum(sigmoid(sigmoid(x[:, None] * x))))  # small inputs, larger arrays between
x = np.zeros({entries})
for _ in range(5):
    step(x)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    step(x)
print((resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) / 20)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only the GNU C library keeps freed memory so")
@pytest.mark.parametrize("entries", [150, 250, 550], ids=["180 kB", "500 kB", "2.4 MB"])
def test_memory_is_not_asked_for_anew_in_every_step(entries):
    """A page of 4 kB that the system hands out is a fault; a step makes some five arrays."""
    script = FAULTS.format(entries=entries)
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    pages = entries**2 * 8 / 4096
    assert float(run.stdout) < pages / 4
