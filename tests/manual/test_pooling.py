"""Equation (11) put right, and pooling of any window and stride, against loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from manual import pooling
from manual.errors import DomainError
from tests.manual.reference import LOOPS, agree, few, pool_loops

seeds = st.integers(0, 2**32 - 1)


@st.composite
def geometries(draw):
    """Sizes of an image, and a window and stride (down, right) of which at least one window fits."""
    window = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    stride = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    image = tuple(side + draw(st.integers(0, 4)) for side in window)
    return image, window, stride


@given(n=st.integers(1, 6))
@few
def test_eq11_indices_are_two_rows_and_two_columns(n):
    image = np.arange(4 * n * n).reshape(2 * n, 2 * n)
    wanted = [
        [image[2 * r, 2 * s], image[2 * r, 2 * s + 1], image[2 * r + 1, 2 * s], image[2 * r + 1, 2 * s + 1]]
        for r in range(n)
        for s in range(n)
    ]
    got = pooling.pool_indices(n)
    assert got.tolist() == wanted
    assert sorted(got.ravel().tolist()) == list(range(4 * n * n)), "every input belongs to one window"


@pytest.mark.parametrize("n", [1, 2, 3, 12])
def test_eq11_inputs_are_the_entries_of_an_image_twice_as_wide_and_high(n):
    assert pooling.number_of_inputs(n) == np.zeros((2 * n, 2 * n)).size


@pytest.mark.parametrize(
    "refused",
    [
        lambda: pooling.number_of_inputs(0),
        lambda: pooling.pool_indices(0),
        lambda: pooling.pool_derivative(0),
        lambda: pooling.average_pool_flat(np.ones((1, 4)), 0),
    ],
)
def test_eq11_of_no_image_is_refused(refused):
    with pytest.raises(DomainError, match="wanted n as an integer >= 1, got 0"):
        refused()


@given(seed=seeds, N=st.integers(1, 3), n=st.integers(1, 4))
@few
def test_eq11_flat_is_the_loops(seed, N, n):
    c = np.random.default_rng(seed).normal(size=(N, 4 * n * n))
    wanted = [pool_loops(image.reshape(2 * n, 2 * n), (2, 2), (2, 2)).ravel() for image in c]
    agree(pooling.average_pool_flat(c, n), wanted, LOOPS)
    agree(c @ pooling.pool_derivative(n).T, wanted, LOOPS)


@given(n=st.integers(1, 4))
@few
def test_eq11_derivative_is_a_quarter_in_the_window_and_zero_elsewhere(n):
    wanted = np.zeros((n * n, 4 * n * n))
    for i, l in np.ndindex(n * n, 4 * n * n):
        row, column = divmod(l, 2 * n)
        wanted[i, l] = 0.25 if (row // 2, column // 2) == divmod(i, n) else 0
    assert pooling.pool_derivative(n).tolist() == wanted.tolist()


@given(seed=seeds, lead=st.lists(st.integers(1, 2), max_size=2), geometry=geometries())
@few
def test_eq11_any_window_is_the_loops(seed, lead, geometry):
    image, window, stride = geometry
    c = np.random.default_rng(seed).normal(size=(*lead, *image))
    got = pooling.average_pool(c, window, stride)
    for place in np.ndindex(*lead):
        agree(got[place], pool_loops(c[place], window, stride), LOOPS)


@given(seed=seeds, N=st.integers(1, 2), geometry=geometries())
@few
def test_eq11_gradient_gives_every_input_its_share(seed, N, geometry):
    image, (height, width), (down, right) = geometry
    pr, pc = (image[0] - height) // down + 1, (image[1] - width) // right + 1
    a_bar = np.random.default_rng(seed).normal(size=(N, pr, pc))
    wanted = np.zeros((N, *image))
    for n, row, column, r, s in np.ndindex(N, pr, pc, height, width):
        wanted[n, row * down + r, column * right + s] += a_bar[n, row, column] / (height * width)
    got = pooling.average_pool_gradient(a_bar, (N, *image), (height, width), (down, right))
    agree(got, wanted, LOOPS)


def test_eq11_windows_that_overlap_where_their_lengths_add_up_to_the_image():
    # Windows of 3 from 0 and from 2 (the one from 4 would leave the image): 2 x 3 is the image's 6 all the same.
    rows = pooling.average_pool_gradient(np.array([[3.0], [30.0]]), (6, 1), (3, 1), (2, 1))
    columns = pooling.average_pool_gradient(np.array([[3.0, 30.0]]), (1, 6), (1, 3), (1, 2))
    assert rows.ravel().tolist() == columns.ravel().tolist() == [1.0, 1.0, 11.0, 10.0, 10.0, 0.0]


def test_eq11_window_and_stride_default():
    c = np.arange(30.0).reshape(5, 6)
    # Rows 0 to 3 and all columns: the fifth row fills no window. Means of 0 1 6 7 and so on.
    assert pooling.average_pool(c).tolist() == [[3.5, 5.5, 7.5], [15.5, 17.5, 19.5]]
    shares = pooling.average_pool_gradient(np.full((2, 3), 4.0), (5, 6))
    assert shares.tolist() == [[1.0] * 6] * 4 + [[0.0] * 6]
    assert pooling.average_pool(c, 3).tolist() == [[7.0, 10.0]]


FAULTS = {
    "eq11-no_quarter": lambda a_bar: 4 * pooling.average_pool_gradient(a_bar, (1, 4, 4)),
    "eq11-transposed": lambda a_bar: np.swapaxes(pooling.average_pool_gradient(a_bar, (1, 4, 4)), 1, 2),
    "eq11-shifted": lambda a_bar: np.roll(pooling.average_pool_gradient(a_bar, (1, 4, 4)), 1, axis=2),
    "eq11-one_input_only": lambda a_bar: np.kron(a_bar, np.array([[[1.0, 0.0], [0.0, 0.0]]])),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_planted_fault_is_caught(fault):
    a_bar = np.random.default_rng(0).normal(size=(1, 2, 2))
    wanted = np.kron(a_bar, np.full((1, 2, 2), 0.25))
    agree(pooling.average_pool_gradient(a_bar, (1, 4, 4)), wanted, LOOPS)
    with pytest.raises(AssertionError, match="off by"):
        agree(fault(a_bar), wanted, LOOPS)
