"""Images of bytes and masks of booleans give the numbers that their float64 copies give: nothing wraps around."""

import operator

import numpy as np
import pytest

import autograd
from autograd import (
    Tensor,
    avg_pool2d,
    conv2d,
    cross_entropy,
    functional,
    grad,
    log_softmax,
    logsumexp,
    max_pool2d,
    relu,
    sigmoid,
    softmax,
    softplus,
)

rng = np.random.default_rng(3)
BYTES = rng.integers(0, 256, (2, 4))
IMAGES = rng.integers(180, 256, (2, 1, 4, 4))  # two of them already leave a byte
KERNEL = rng.integers(100, 256, (2, 1, 2, 2))
BIAS = rng.integers(100, 256, 2)

LAYERS = {
    "sigmoid": (sigmoid, (BYTES,)),
    "relu": (relu, (BYTES,)),
    "softplus": (softplus, (BYTES,)),
    "softmax": (softmax, (BYTES,)),
    "log_softmax": (log_softmax, (BYTES,)),
    "logsumexp": (logsumexp, (BYTES,)),
    "cross_entropy": (cross_entropy, (BYTES, BYTES[:, ::-1])),
    "conv2d": (lambda x, k, b: conv2d(x, k, b, stride=1, padding=1), (IMAGES, KERNEL, BIAS)),
    "avg_pool2d": (lambda x: avg_pool2d(x, 2), (IMAGES,)),
    "max_pool2d": (lambda x: max_pool2d(x, 2), (IMAGES,)),
}
KINDS = [np.uint8, np.int8, bool, np.int16, np.uint64]


def test_every_layer_is_here():
    public = {name for name in autograd.__all__ if hasattr(functional, name) and callable(getattr(functional, name))}
    assert public - {"Tensor", "ShapeError", "derivative_of"} == set(LAYERS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_on_integers(name, kind):
    layer, operands = LAYERS[name]
    narrow = [x.astype(kind) for x in operands]
    wide = [x.astype(float) for x in narrow]
    value = layer(*narrow)
    assert value.dtype == np.float64
    np.testing.assert_array_equal(value, layer(*wide))
    if all(x.ndim == 2 for x in operands):
        lists = layer(*(x.tolist() for x in narrow))
        np.testing.assert_array_equal(lists, value)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [name for name in LAYERS if len(LAYERS[name][1]) > 1])
def test_the_gradient_of_a_layer_beside_integers(name, kind):
    layer, operands = LAYERS[name]
    wide = [x.astype(kind).astype(float) for x in operands]
    for i in range(len(operands)):
        mixed = [x if j == i else x.astype(kind) for j, x in enumerate(wide)]
        mean = grad(lambda *xs: np.sum(layer(*xs) * 0.01), i)
        np.testing.assert_array_equal(mean(*mixed), mean(*wide))


@pytest.mark.parametrize("name", LAYERS)
def test_floats_are_kept(name):
    layer, operands = LAYERS[name]
    assert layer(*(x.astype(np.float32) for x in operands)).dtype == np.float32


TWO = {
    "power": operator.pow,
    "np.power": np.power,
    "np.float_power": np.float_power,
    "times": operator.mul,
    "minus": operator.sub,
    "divided": operator.truediv,
    "arctan2": np.arctan2,
    "hypot": np.hypot,
    "maximum": np.maximum,
    "logaddexp": np.logaddexp,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", TWO)
def test_an_integer_beside_a_tensor(name, kind):
    act = TWO[name]
    t, constants = np.array([1.5, 2.5, 1e10, 3.5]), np.array([1, 2, 0, 20]).astype(kind)
    if name == "divided":
        constants = np.maximum(constants, 1)
    for constant in (constants, constants[1], constants[2] if name != "divided" else constants[0]):
        wide = np.asarray(constant, float)[()]
        for call, twin in (
            (lambda x, c=constant: act(x, c), lambda x, c=wide: act(x, c)),
            (lambda x, c=constant: act(c, x / 1e9), lambda x, c=wide: act(c, x / 1e9)),
        ):
            got, wanted = grad(lambda x, f=call: np.sum(f(x)))(t), grad(lambda x, f=twin: np.sum(f(x)))(t)
            np.testing.assert_array_equal(got, wanted)


def test_a_byte_as_exponent_zero_has_slope_zero():
    x = Tensor([1e10, 2.0])
    np.sum(x ** np.array([0, 3], np.uint8)).backward()  # 0 - 1 = 255 in bytes, and 1e10**255 is infinite
    assert x.grad.tolist() == [0, 12]
    assert grad(lambda x: x ** np.uint8(0))(1e10) == 0


def test_a_byte_as_base_has_its_logarithm_in_double_precision():
    assert grad(lambda y: np.uint8(200) ** y)(1.0) == pytest.approx(200 * np.log(200), rel=1e-15, abs=0)
    slopes = grad(lambda y: np.sum(np.array([200, 3], np.uint8) ** y))(np.ones(2))
    np.testing.assert_allclose(slopes, [200 * np.log(200), 3 * np.log(3)], rtol=1e-15)


def test_arctan2_of_bytes_squares_them_in_full():
    # x / (x^2 + y^2) with x = 20, y = 2: 400 leaves a byte
    assert grad(lambda y: np.arctan2(y, np.uint8(20)))(2.0) == pytest.approx(20 / 404, rel=1e-15, abs=0)
