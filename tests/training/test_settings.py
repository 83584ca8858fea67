"""What may be chosen for a training, where it starts, and in which order it takes the images."""

import math
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handgrad.errors import TrainingError
from handgrad.training.settings import DEFAULTS, MOST, Settings


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("network", "rnn", "network: wanted dense or cnn, got 'rnn'"),
        ("start", "ones", "start: wanted fan-in or glorot or zeros, got 'ones'"),
        ("dtype", "float16", "dtype: wanted float64 or float32, got 'float16'"),
        ("batch", 0, "batch: wanted an integer from 1 to 100000, got 0"),
        ("batch", 2.0, "batch: wanted an integer from 1 to 100000, got 2.0"),
        ("batch", True, "batch: wanted an integer from 1 to 100000, got True"),
        ("epochs", 0, "epochs: wanted an integer from 1 to 1000000, got 0"),
        ("epochs", "3", "epochs: wanted an integer from 1 to 1000000, got '3'"),
        ("hidden", -1, "hidden: wanted an integer from 1 to 100000, got -1"),
        ("filters", 4097, "filters: wanted an integer from 1 to 4096, got 4097"),
        ("seed", -1, "seed: wanted an integer from 0 to 9223372036854775807, got -1"),
        ("seed", 2**63, "seed: wanted an integer from 0 to 9223372036854775807, got 9223372036854775808"),
        ("rate", 0, "rate: wanted a number above 0, got 0"),
        ("rate", -0.5, "rate: wanted a number above 0, got -0.5"),
        ("rate", math.nan, "rate: wanted a number above 0, got nan"),
        ("rate", math.inf, "rate: wanted a number above 0, got inf"),
        ("rate", 10**400, "rate: wanted a number above 0, got 1000"),
        ("rate", "1", "rate: wanted a number above 0, got '1'"),
        ("rate", True, "rate: wanted a number above 0, got True"),
        ("momentum", 1, "momentum: wanted a number from 0 to below 1, got 1"),
        ("momentum", -0.1, "momentum: wanted a number from 0 to below 1, got -0.1"),
        ("momentum", math.nan, "momentum: wanted a number from 0 to below 1, got nan"),
        ("momentum", "0", "momentum: wanted a number from 0 to below 1, got '0'"),
    ],
)
def test_a_bad_setting_is_refused_by_name(name, value, words):
    good = {"network": "cnn", "rate": 0.5, "batch": 16, "epochs": 1}
    with pytest.raises(TrainingError) as error:
        Settings(**(good | {name: value}))
    assert str(error.value).startswith(words)
    if name != "network":
        with pytest.raises(TrainingError):
            Settings.of("cnn", **{name: value})


@pytest.mark.parametrize(("name", "value"), [*MOST.items(), ("rate", sys.float_info.max), ("momentum", 0.999999)])
def test_the_last_that_is_allowed(name, value):
    assert getattr(Settings.of("cnn", **{name: value}), name) == value


def test_unknown_names_are_listed_in_the_same_order_each_time():
    with pytest.raises(TrainingError, match=r"network, rate, .*, got colour, speed, zeal$"):
        Settings.of("dense", zeal=1, speed=2, colour=3)
    with pytest.raises(TrainingError, match="network: wanted dense or cnn, got 'rnn'"):
        Settings.of("rnn")


@pytest.mark.parametrize("network", ["dense", "cnn"])
def test_defaults(network):
    usual = Settings.of(network)
    assert (usual.rate, usual.batch, usual.epochs) == DEFAULTS[network]
    assert (usual.momentum, usual.start, usual.seed, usual.dtype) == (0.0, "fan-in", 0, "float64")
    assert usual == Settings.of(network, rate=None, seed=None)
    assert Settings.of(network, rate=0.125).rate == 0.125
    assert usual.options() == ""


def test_to_dict_has_its_own_size_alone():
    assert "filters" not in Settings.of("dense").to_dict()
    assert "hidden" not in Settings.of("cnn").to_dict()
    assert Settings.of("cnn", filters=3).to_dict()["filters"] == 3


def test_in_words_counts_the_parameters():
    # 784 * 7 + 7 + 7 * 10 + 10 and 25 * 3 + 3 + 144 * 3 * 10 + 10
    assert Settings.of("dense", hidden=7).in_words().startswith("dense, 5,575 parameters: ")
    assert Settings.of("cnn", filters=3).in_words().startswith("cnn, 4,408 parameters: ")


def test_options_say_what_is_unusual():
    chosen = Settings.of("dense", rate=0.5, hidden=7, dtype="float32", filters=3)
    assert chosen.options() == "--rate 0.5 --dtype float32 --hidden 7"
    assert Settings.of("dense").options("epochs", "dtype") == "--epochs 30 --dtype float64"


@pytest.mark.parametrize("number", [np.float64(0.5), 1])
def test_rates_become_plain_floats(number):
    chosen = Settings.of("cnn", rate=number, momentum=np.float64(0.5))
    assert (type(chosen.rate), type(chosen.momentum)) == (float, float)


# Starts


SHAPES = {
    "dense": {"v": (784, 100), "gamma": (100,), "w": (100, 10), "theta": (10,)},
    "cnn": {"v": (25, 8), "q": (8,), "W": (144 * 8, 10), "b": (10,)},
}


@pytest.mark.parametrize("network", SHAPES)
@pytest.mark.parametrize("start", ["fan-in", "glorot", "zeros"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_parameters_have_their_shapes_and_type(network, start, dtype):
    parameters = Settings.of(network, start=start, dtype=dtype).parameters()
    assert {letter: value.shape for letter, value in parameters.items()} == SHAPES[network]
    assert {value.dtype for value in parameters.values()} == {np.dtype(dtype)}
    for letter in ("gamma", "theta", "q", "b"):
        assert not np.any(parameters.get(letter, 0))
    if start == "zeros":
        assert not any(map(np.any, parameters.values()))


@pytest.mark.parametrize(("network", "letter"), [("dense", "v"), ("dense", "w"), ("cnn", "v"), ("cnn", "W")])
@pytest.mark.parametrize("seed", range(3))
def test_fan_in_has_deviation_one_over_root_of_rows(network, letter, seed):
    value = Settings.of(network, seed=seed, filters=40).parameters()[letter]
    rows, n = value.shape[0], value.size
    # The sum of n squares of standard normals has mean n and deviation sqrt(2 n): five deviations to either side.
    assert abs(np.sum(value**2) * rows - n) < 5 * math.sqrt(2 * n)
    assert abs(np.sum(value) * math.sqrt(rows)) < 5 * math.sqrt(n)
    # A normal variable is beyond its deviation with probability 0.3173.
    beyond = np.sum(abs(value) * math.sqrt(rows) > 1)
    assert abs(beyond - 0.3173 * n) < 5 * math.sqrt(0.3173 * 0.6827 * n)


@pytest.mark.parametrize(("network", "letter"), [("dense", "v"), ("dense", "w"), ("cnn", "v"), ("cnn", "W")])
def test_glorot_fills_its_bounds(network, letter):
    value = Settings.of(network, start="glorot").parameters()[letter]
    bound = math.sqrt(6 / sum(value.shape))
    assert np.max(abs(value)) <= bound
    # All of n uniform variables lie within 95 % of the bounds with probability 0.95^n: 4e-5 for the 200 of v.
    assert np.max(value) > 0.9 * bound
    assert np.min(value) < -0.9 * bound
    # A uniform variable has the variance bound^2 / 3, its square the deviation bound^2 sqrt(4 / 45).
    assert abs(np.mean(value**2) / bound**2 - 1 / 3) < 5 * math.sqrt(4 / 45 / value.size)


def test_starts_hang_on_the_seed_alone():
    first, again = Settings.of("cnn", seed=5, rate=0.1), Settings.of("cnn", seed=5, batch=3)
    other = Settings.of("cnn", seed=6)
    assert np.array_equal(first.parameters()["W"], again.parameters()["W"])
    assert not np.any(first.parameters()["W"] == other.parameters()["W"])


# Order


@given(seed=st.integers(0, 2**63 - 1), epoch=st.integers(0, 10**6), images=st.integers(1, 300))
def test_an_epoch_takes_every_image_once(seed, epoch, images):
    assert sorted(Settings.of("cnn", seed=seed).order(epoch, images)) == list(range(images))


@given(seed=st.integers(0, 2**32), epoch=st.integers(0, 10**6))
def test_orders_differ_between_epochs_and_seeds(seed, epoch):
    # Two orders of 100 images are the same by chance once in 100!.
    now = Settings.of("cnn", seed=seed).order(epoch, 100)
    assert np.array_equal(now, Settings.of("dense", seed=seed, rate=0.1).order(epoch, 100))
    assert not np.array_equal(now, Settings.of("cnn", seed=seed).order(epoch + 1, 100))
    assert not np.array_equal(now, Settings.of("cnn", seed=seed + 1).order(epoch, 100))
    assert not np.array_equal(now, np.arange(100))
