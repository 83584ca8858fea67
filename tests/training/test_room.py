"""The room for rounding: never too small for two right computations, never so large that a fault fits in."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from handgrad.training import automatic, by_hand
from handgrad.training.descent import one_hot
from handgrad.training.lockstep import gradients_of
from handgrad.training.room import ROOMS, Bounded
from handgrad.training.settings import Settings

LETTERS = {"dense": ["loss", "theta", "w", "b", "gamma", "v"], "cnn": ["loss", "x", "W", "b", "a", "c", "d", "v", "q"]}
NETWORKS = pytest.mark.parametrize("network", LETTERS)
DTYPES = pytest.mark.parametrize("dtype", ["float64", "float32"])
SCALES = st.sampled_from([0.01, 0.1, 1.0, 3.0, 10.0, 30.0])  # at 30 most sigmoids and the softmax are saturated
SEEDS = st.integers(0, 2**32)


def case(network: str, dtype: str, scale: float, seed: int, images: int = 2):
    rng = np.random.default_rng(seed)
    shapes = Settings.of(network, hidden=4, filters=2).shapes()
    parameters = {letter: (scale * rng.normal(size=shape)).astype(dtype) for letter, shape in shapes.items()}
    pixels = rng.random((images, 28, 28)) * (rng.random((images, 28, 28)) < 0.5)  # much paper
    return parameters, pixels.astype(dtype), one_hot(rng.integers(0, 10, images), dtype)


def within(hand, beside, room):
    """Whether each entry is as near as the room says; only a room without end has place for an infinity."""
    with np.errstate(all="ignore"):
        apart = np.abs(np.asarray(hand, float) - np.asarray(beside, float))
    return np.all((np.asarray(hand) == np.asarray(beside)) | (apart <= room))


@NETWORKS
@DTYPES
@given(scale=SCALES, seed=SEEDS)
@example(scale=30.0, seed=7)  # y_hat that are subnormal, and 0, in float32
@example(scale=30.0, seed=12)
def test_two_right_computations_are_never_further_apart(network, dtype, scale, seed):
    parameters, images, y = case(network, dtype, scale, seed)
    with np.errstate(all="ignore"):
        hand, beside = (
            by_hand.WAYS[network].complete(parameters, images, y),
            automatic.whole(network, parameters, images, y),
        )
        room = ROOMS[network](parameters, images, y)
    assert list(room) == LETTERS[network]
    for letter, units in room.items():
        assert within(*gradients_of(letter, hand, beside), units * np.finfo(dtype).eps / 2), letter


@NETWORKS
@given(scale=SCALES, seed=SEEDS)
def test_float32_is_off_by_half_the_room_at_most(network, scale, seed):
    parameters, images, y = case(network, "float32", scale, seed)
    exact = {letter: value.astype(float) for letter, value in parameters.items()}
    with np.errstate(all="ignore"):
        room = ROOMS[network](parameters, images, y)
        rounded = (
            by_hand.WAYS[network].complete(parameters, images, y),
            automatic.whole(network, parameters, images, y),
        )
        # What float64 rounds is 2^-29 of what float32 does, far less than the bound has to spare.
        exact_pass = automatic.whole(network, exact, images.astype(float), y.astype(float))
    for result in rounded:
        for letter, units in room.items():
            assert within(*gradients_of(letter, result, exact_pass), units * 2.0**-24 / 2), letter


@NETWORKS
@given(scale=st.sampled_from([0.01, 0.1, 0.3, 1.0]), seed=SEEDS)
def test_a_fault_of_a_millionth_is_outside(network, scale, seed):
    parameters, images, y = case(network, "float64", scale, seed)
    hand = by_hand.WAYS[network].complete(parameters, images, y)
    beside = automatic.whole(network, parameters, images, y)
    for letter, units in ROOMS[network](parameters, images, y).items():
        right, other = gradients_of(letter, hand, beside)
        wrong = np.array(right, copy=True)
        wrong[np.unravel_index(np.argmax(abs(wrong)), wrong.shape)] *= 1 + 1e-6
        assert not within(wrong, other, units * 2.0**-53), letter


@NETWORKS
def test_room_is_finite_above_zero_and_of_each_letters_shape(network):
    parameters, images, y = case(network, "float64", 0.1, seed=0, images=3)
    result = automatic.whole(network, parameters, images, y)
    for letter, units in ROOMS[network](parameters, images, y).items():
        assert units.shape == gradients_of(letter, result, result)[0].shape
        assert np.isfinite(units).all()
        assert (units > 0).all()


# The arithmetic of bounds, against exact fractions of what float32 makes of rounded inputs

U = 2.0**-24


def array_of(*shape: int, most: float = 1e6):
    """Numbers that float64 has and float32 rounds, none of them so small that it would underflow there."""
    numbers = st.floats(-most, most).filter(lambda x: x == 0 or abs(x) > 1e-6)
    return arrays.arrays(np.float64, shape, elements=numbers)


def inexact(exact: np.ndarray) -> tuple[np.ndarray, Bounded]:
    """float64 inputs as float32 has them, and the bound of what that rounding did."""
    return exact.astype(np.float32), Bounded(exact, abs(exact))


def fractions(x: np.ndarray) -> np.ndarray:
    return np.vectorize(Fraction, otypes=[object])(x.astype(float))


def assert_bounds(bounded: Bounded, computed: np.ndarray, exact: np.ndarray) -> None:
    off = np.asarray(abs(fractions(np.asarray(computed)) - exact)).astype(float)
    # First order: what is left out is of the order of u times the bound; float64 rounds the bound itself.
    assert np.all(off <= bounded.error_array() * U * (1 + 20 * U))
    assert np.allclose(bounded.value, np.asarray(exact, float), rtol=1e-9, atol=1e-3)


@pytest.mark.parametrize("operation", [np.add, np.subtract, np.multiply])
@given(x=array_of(5), y=array_of(5))
def test_bounds_of_two_operands(operation, x, y):
    (x32, bx), (y32, by) = inexact(x), inexact(y)
    assert_bounds(operation(bx, by), operation(x32, y32), operation(fractions(x), fractions(y)))


@pytest.mark.parametrize("operation", [np.add, np.subtract])
@pytest.mark.parametrize("inexact_one", [0, 1])
@given(x=array_of(5))
def test_what_is_left_when_operands_cancel_carries_the_error_of_either(operation, inexact_one, x):
    # Nothing is left but what rounding did to the one that is not exact.
    (x32, bx), exact = inexact(x), x.astype(np.float32).astype(float)
    if operation is np.add:
        exact = -exact
    pair = [(x32, bx, x), (exact.astype(np.float32), Bounded(exact), exact)]
    (a32, ba, a), (b32, bb, b) = pair if inexact_one == 0 else pair[::-1]
    assert_bounds(operation(ba, bb), operation(a32, b32), operation(fractions(a), fractions(b)))


@given(x=array_of(5), number=st.integers(1, 1000))
def test_bounds_of_a_quotient(x, number):
    x32, bx = inexact(x)
    assert_bounds(bx / number, x32 / np.float32(number), fractions(x) / number)


@given(x=array_of(3, 4), axis=st.sampled_from([0, 1, (0, 1)]))
def test_bounds_of_a_sum_in_any_order(x, axis):
    x32, bx = inexact(x)
    for computed in (np.sum(x32, axis), np.sum(x32[::-1, ::-1], axis)[..., ::-1] if axis != (0, 1) else np.sum(x32.T)):
        assert_bounds(bx.sum(axis), computed, np.sum(fractions(x), axis))


@given(
    x=array_of(2, 6, most=1e3),
    y=array_of(6, 3, most=1e3),
)
def test_bounds_of_a_matrix_product(x, y):
    (x32, bx), (y32, by) = inexact(x), inexact(y)
    tiny = 2.0**-149 / U
    bx, by = Bounded(x, abs(x) + tiny, tiny), Bounded(y, abs(y) + tiny, tiny)
    for computed in (x32 @ y32, (x32[:, ::-1] @ y32[::-1])):
        assert_bounds(bx @ by, computed, fractions(x) @ fractions(y))
    moved = bx.map(np.transpose)
    assert np.array_equal(moved.value, x.T)
    assert np.array_equal(moved.error_array(), bx.error_array().T)


@given(
    x=arrays.arrays(np.float32, 4, elements=st.floats(-(2.0**-70), 2.0**-70, width=32)),
    y=arrays.arrays(np.float32, 4, elements=st.floats(-(2.0**-70), 2.0**-70, width=32)),
)
def test_products_that_underflow_have_room(x, y):
    tiny = 2.0**-149 / U
    bx, by = Bounded(x.astype(float), 0.0, tiny), Bounded(y.astype(float))
    with np.errstate(under="ignore"):
        off = np.abs(fractions(x * y) - fractions(x) * fractions(y)).astype(float)
        assert np.all(off <= (bx * by).error_array() * U)
        off = np.abs(fractions(x / np.float32(7)) - fractions(x) / 7).astype(float)
        assert np.all(off <= (bx / 7).error_array() * U)


def test_a_bound_without_roundings_would_be_found():
    # 1 + 2^-24 in float32 is 1: off by all of u, so a bound of half as much is none.
    (one, b_one), (small, b_small) = inexact(np.array([1.0])), inexact(np.array([2.0**-24]))
    b_one.error = b_small.error = 0.0
    bounded = b_one + b_small
    assert abs(Fraction(float((one + small)[0])) - (1 + Fraction(2) ** -24)) <= bounded.error[0] * U < 1.1 * U
