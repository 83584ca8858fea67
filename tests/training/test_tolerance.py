"""What rounding allows: never too little for two right computations, never so much that a fault fits in."""

import itertools

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handgrad.training import automatic, by_hand
from handgrad.training.descent import one_hot
from handgrad.training.lockstep import compare, value_of
from handgrad.training.settings import Settings
from handgrad.training.tolerance import LETTERS, tolerances

NETWORKS = pytest.mark.parametrize("network", LETTERS)
DTYPES = pytest.mark.parametrize("dtype", ["float64", "float32"])
SEEDS = st.integers(0, 2**32)


def case(network: str, dtype: str, scale: float, seed: int, images: int = 2):
    rng = np.random.default_rng(seed)
    shapes = Settings.of(network, hidden=4, filters=2).shapes()
    parameters = {letter: (scale * rng.normal(size=shape)).astype(dtype) for letter, shape in shapes.items()}
    pixels = rng.random((images, 28, 28)) * (rng.random((images, 28, 28)) < 0.5)  # much paper
    return parameters, pixels.astype(dtype), one_hot(rng.integers(0, 10, images), dtype)


def allowed_at(network: str, at: tuple, seed: int = 0) -> list[dict]:
    with np.errstate(all="ignore"):
        return list(tolerances(network, *at, np.random.default_rng(seed)))


@NETWORKS
@DTYPES
# At 30 most sigmoids and the softmax are saturated, at 1e37 float32 has no value left for many a letter.
@given(scale=st.sampled_from([0.01, 0.1, 1.0, 3.0, 10.0, 30.0, 1e3, 1e37]), seed=SEEDS)
@example(scale=30.0, seed=7)  # y_hat that are subnormal, and 0, in float32
@example(scale=30.0, seed=12)
def test_two_right_computations_are_never_further_apart(network, dtype, scale, seed):
    at = case(network, dtype, scale, seed)
    with np.errstate(all="ignore"):
        hand, beside = by_hand.WAYS[network].complete(*at), automatic.every(network, *at)
    allowed = allowed_at(network, at)[-1]
    assert tuple(allowed) == LETTERS[network]
    for letter in allowed:
        assert compare(letter, value_of(letter, hand), value_of(letter, beside), allowed[letter]).approximate, letter


@NETWORKS
@given(scale=st.sampled_from([0.01, 0.1, 0.3, 1.0, 3.0]), seed=SEEDS)
def test_it_covers_what_float32_is_off_by(network, scale, seed):
    parameters, images, y = at = case(network, "float32", scale, seed)
    exact_at = (
        {letter: value.astype(float) for letter, value in parameters.items()},
        images.astype(float),
        y.astype(float),
    )
    exact, allowed = automatic.every(network, *exact_at), allowed_at(network, at)[-1]
    with np.errstate(divide="ignore"):  # the logarithm of a y_hat that is 0 in float32: its loss is not judged
        rounded = by_hand.WAYS[network].complete(*at), automatic.every(network, *at)
    for result in rounded:
        for letter in allowed:
            one, other = np.asarray(value_of(letter, result), float), value_of(letter, exact)
            assert compare(letter, one, np.asarray(other), allowed[letter]).approximate, letter


@NETWORKS
@given(scale=st.sampled_from([0.01, 0.1, 0.3, 1.0]), seed=SEEDS)
def test_a_fault_of_a_millionth_is_beyond_it(network, scale, seed):
    at = case(network, "float64", scale, seed)
    hand, beside = by_hand.WAYS[network].complete(*at), automatic.every(network, *at)
    allowed = allowed_at(network, at)[-1]
    for letter in allowed:
        wrong = np.array(value_of(letter, hand), copy=True)
        wrong[np.unravel_index(np.argmax(abs(wrong)), wrong.shape)] *= 1 + 1e-6
        assert not compare(letter, wrong, value_of(letter, beside), allowed[letter]).approximate, letter


@NETWORKS
def test_it_only_grows_and_the_same_numbers_measure_the_same(network):
    at = case(network, "float64", 0.1, seed=0, images=3)
    grown, again = allowed_at(network, at), allowed_at(network, at)
    result = automatic.every(network, *at)
    for letter in LETTERS[network]:
        assert grown[0][letter].shape == np.shape(value_of(letter, result))
        assert all(np.all(a[letter] <= b[letter]) for a, b in itertools.pairwise(grown))
        assert all(np.array_equal(a[letter], b[letter]) for a, b in zip(grown, again, strict=True))
        assert np.all(np.isfinite(grown[-1][letter]))
        assert np.all(grown[-1][letter] > 0)


def test_it_is_without_end_where_right_formulas_overflow_and_nowhere_else():
    parameters, images, y = case("cnn", "float32", 1.0, seed=3)
    parameters["W"][:, 4] = 3e38  # x is infinite there, and y_hat has no value in any class
    allowed = allowed_at("cnn", (parameters, images, y))[-1]
    assert np.all(np.isposinf(allowed["x"]))
    parameters["W"][:, 4] = 0
    assert all(np.all(np.isfinite(tolerance)) for tolerance in allowed_at("cnn", (parameters, images, y))[-1].values())
