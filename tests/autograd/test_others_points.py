"""The points that the tests of micrograd, JAX and HIPS autograd single out, with values worked out by hand."""

import math
from fractions import Fraction

import numpy as np
import pytest

from autograd import Tensor, grad, hessian, jacobian, relu, sigmoid, value_and_grad

ROUNDINGS = 4e-15  # relative: some ten roundings of 2e-16, and the condition of the functions at these points


def near(got, wanted):
    np.testing.assert_allclose(got, wanted, rtol=ROUNDINGS, atol=0)


# micrograd: two small graphs of scalars


def test_a_value_that_is_used_many_times():
    """x = -4: z = 3x + 2 = -10, q = relu z + z x = 40, h = relu z^2 = 100, y = h + q + q x = -20.

    dz = 3;  dq = z + 3x = -22 (the relu is shut);  dh = 2z 3 = -60;  dy = dh + dq (1 + x) + q = -60 + 66 + 40.
    """
    x = Tensor(-4.0)
    z = 2 * x + 2 + x
    q = relu(z) + z * x
    h = relu(z * z)
    y = h + q + q * x
    y.backward()
    assert float(y.value) == -20
    assert x.grad == 46


def test_names_that_are_used_again():
    """a = -4, b = 2: c = -1, d = 6, e = c - d = -7, f = 49, g = f/2 + 10/f.

    by a: c = 4a + 4b + 3 - a gives 3, d = 4 (3 (ab + b^3)) + b - a gives 12b - 1 = 23;
    by b: c gives 4, d gives 12 (a + 3b^2) + 1 = 97;  dg = (1/2 - 10/f^2) 2e de.
    """
    a, b = Tensor(-4.0), Tensor(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + relu(b + a)
    d += 3 * d + relu(b - a)
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    slope = (Fraction(1, 2) - Fraction(10, 49**2)) * 2 * -7
    near(g.value, float(Fraction(49, 2) + Fraction(10, 49)))
    near(a.grad, float(slope * (3 - 23)))
    near(b.grad, float(slope * (4 - 97)))


@pytest.mark.parametrize("at", [-1.0, 0.123, 2.0])
def test_functions_of_a_value(at):
    for function, value, slope in [
        (np.tanh, math.tanh(at), 1 / math.cosh(at) ** 2),
        (np.exp, math.exp(at), math.exp(at)),
    ]:
        x = Tensor(at)
        y = function(x)
        y.backward()
        near(y.value, value)
        near(x.grad, slope)


# JAX: special values, to second order

HALF = math.sqrt(0.5)
# function | at | value | first | second derivative. Where a sine or a cosine is 0 on paper, the float nearest to pi or
# pi/2 has a value of its own: the rounding of the argument is then what is seen, and allowed for.
SPECIAL = [
    (np.sinh, 0.0, 0.0, 1.0, 0.0),
    (np.cosh, 0.0, 1.0, 0.0, 1.0),
    (np.tanh, 0.0, 0.0, 1.0, 0.0),
    (np.tanh, 1000.0, 1.0, 0.0, 0.0),
    (np.sin, 0.0, 0.0, 1.0, 0.0),
    (np.sin, math.pi, 0.0, -1.0, 0.0),
    (np.sin, math.pi / 2, 1.0, 0.0, -1.0),
    (np.sin, math.pi / 4, HALF, HALF, -HALF),
    (np.cos, 0.0, 1.0, 0.0, -1.0),
    (np.cos, math.pi, -1.0, 0.0, 1.0),
    (np.cos, math.pi / 2, 0.0, -1.0, 0.0),
    (np.cos, math.pi / 4, HALF, -HALF, -HALF),
    (np.tan, 0.0, 0.0, 1.0, 0.0),
    (np.arcsin, 0.0, 0.0, 1.0, 0.0),
    (np.arccos, 0.0, math.pi / 2, -1.0, 0.0),
    (np.arctan, 0.0, 0.0, 1.0, 0.0),
    (np.arctan, 1000.0, math.atan(1000), 1 / 1000001, -2000 / 1000001**2),
    (sigmoid, 0.0, 0.5, 0.25, 0.0),
    (np.expm1, 0.0, 0.0, 1.0, 1.0),
    (np.log1p, 0.0, 0.0, 1.0, -1.0),
    (np.exp2, 0.0, 1.0, math.log(2), math.log(2) ** 2),
]


@pytest.mark.parametrize(("function", "at", "value", "first", "second"), SPECIAL)
def test_special_values(function, at, value, first, second):
    got = (function(at), grad(function)(at), grad(grad(function))(at))
    # 3e-16 for what is 0 on paper: half a unit in the last place of pi.
    np.testing.assert_allclose(got, (value, first, second), rtol=ROUNDINGS, atol=3e-16)


def test_the_second_derivatives_of_a_power_at_the_exponent_zero():
    """x^y at (4, 0): by xx y (y-1) x^(y-2) = 0, by xy x^(y-1) (1 + y log x) = 1/4, by yy x^y log^2 x."""
    (xx, xy), (yx, yy) = hessian(lambda x, y: x**y, argnums=(0, 1))(4.0, 0.0)
    assert xx == 0
    near([xy, yx, yy], [0.25, 0.25, math.log(4) ** 2])


def test_zero_to_the_zero_is_constant():
    # JAX gives NaN here. x^0 is 1 everywhere, so its slope is 0.
    assert grad(lambda x, y: x**y)(0.0, 0.0) == 0
    assert grad(lambda x, n: x**n)(0.0, 0) == 0


@pytest.mark.parametrize("kind", [int, float])
def test_powers_among_which_is_the_zeroth(kind):
    assert grad(lambda z: np.sum(z ** np.arange(0, 2, dtype=kind)))(3.14) == 1
    assert grad(lambda z: z ** kind(0) + z)(3.14) == 1


def test_a_power_whose_exponent_has_another_shape():
    x = np.arange(4.0)
    np.testing.assert_array_equal(jacobian(lambda x: np.power(x, 2))(x), np.diag(2 * x))


def test_the_sixth_derivative_of_a_reciprocal():
    """The n-th derivative of 1/x is (-1)^n n! / x^(n+1): 720 / 4^7."""
    f = lambda x: 1 / x
    for _ in range(6):
        f = grad(f)
    assert f(np.float32(4)).dtype == np.float32
    assert f(4.0) == 720 / 4**7
    assert f(np.float32(4)) == 720 / 4**7


def test_a_value_taken_out_of_the_graph_is_a_constant():
    """sin x cos c at c = x: cos x cos c."""
    near(grad(lambda x: np.sin(x) * np.cos(x.value))(3.14), math.cos(3.14) ** 2)


# HIPS autograd: scalars, three times a function, on both sides of a kink


@pytest.mark.parametrize("at", [1.1, -1.1])
def test_three_times_a_function_with_a_kink(at):
    side = math.copysign(1, at)
    for function, value, slope in [(np.abs, 1.1, side), (np.sign, side, 0.0), (np.fabs, 1.1, side)]:
        got = value_and_grad(lambda x, function=function: 3.0 * function(x) + 0 * x)(at)
        near(got, (3 * value, 3 * slope))
        assert grad(grad(lambda x, function=function: 3.0 * function(x) + 0 * x))(at) == 0


@pytest.mark.parametrize("at", [0.2, 1.7])
def test_three_times_a_function(at):
    s, c = math.sin(at), math.cos(at)
    for function, first, second in [
        (np.sin, c, -s),
        (np.cos, -s, -c),
        (np.exp, math.exp(at), math.exp(at)),
        (np.log, 1 / at, -1 / at**2),
        (np.negative, -1, 0),
        (np.tan, 1 / c**2, 2 * s / c**3),
        (np.cosh, math.sinh(at), math.cosh(at)),
        (np.sinh, math.cosh(at), math.sinh(at)),
        (np.tanh, 1 / math.cosh(at) ** 2, -2 * math.tanh(at) / math.cosh(at) ** 2),
    ]:
        three = lambda x, function=function: 3.0 * function(x)
        # tanh loses a digit in 1 - z^2 at 1.7, where that is 0.13
        np.testing.assert_allclose(grad(three)(at), 3 * first, rtol=2e-14)
        np.testing.assert_allclose(grad(grad(three))(at), 3 * second, rtol=2e-14)


def test_what_a_function_decides_is_no_derivative():
    """x^2 where x > 1, else x: the slope of the branch taken, and 0 by what has no part in it."""
    f = lambda x, y: x * x if x > 1 else x + 0 * y
    assert grad(f)(3.0, 1.0) == 6
    assert grad(f)(0.5, 1.0) == 1
    assert grad(f, 1)(3.0, 1.0) == 0
