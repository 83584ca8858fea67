"""Rules that a user writes: what is refused when they are entered, when they run and when they pull back."""

import functools
import math

import numpy as np
import pytest

from autograd import DtypeError, GraphError, ShapeError, Tensor, UnsupportedArgumentError, derivative_of, grad, vjp
from autograd.table import RULES

cube = np.frompyfunc(lambda x: x**3, 1, 1)
less = np.frompyfunc(lambda x, y: x - y, 2, 1)


@pytest.fixture(autouse=True)
def _the_table_afterwards(monkeypatch):
    """The table as it was."""
    before = dict(RULES)
    yield
    RULES.clear()
    RULES.update(before)


def test_a_rule_of_ones_own():
    @derivative_of(cube)
    def rule(x, /):
        return x * x * x, (lambda z_bar: z_bar * 3 * x * x,)

    assert grad(cube)(2.0) == 12
    assert grad(grad(cube))(2.0) == 12


WITHOUT_OPERANDS = {
    "no slash": lambda x: (x, ()),
    "options alone": lambda *, x: (x, ()),
    "nothing": lambda: (0, ()),
    "a partial": functools.partial(lambda x, y: (x, ()), y=1),
}


@pytest.mark.parametrize("name", WITHOUT_OPERANDS)
def test_a_rule_without_operands_is_refused(name):
    before = dict(RULES)
    with pytest.raises(UnsupportedArgumentError, match=r"^derivative_of: wanted .* before a '/'.*, got .*\("):
        derivative_of(cube)(WITHOUT_OPERANDS[name])
    assert before == RULES


def test_the_refused_rule_is_named():
    with pytest.raises(UnsupportedArgumentError, match=r"got my_rule\(x, axis=None\)"):

        @derivative_of(cube)
        def my_rule(x, axis=None):
            return x, (lambda z_bar: z_bar,)


def test_a_rule_for_no_function_is_refused():
    with pytest.raises(UnsupportedArgumentError, match="derivative_of: wanted the functions"):
        derivative_of()


@pytest.mark.parametrize("pullbacks", [(), (None, None)])
def test_a_wrong_number_of_pullbacks(pullbacks):
    derivative_of(cube)(lambda x, /: (x, pullbacks))
    with pytest.raises(GraphError, match=rf"vectorized.*: wanted a pullback .* of 1 operands, got {len(pullbacks)}"):
        cube(Tensor(1.0))


@pytest.mark.parametrize("value", [8, 8.0, np.float32(8), np.array(8.0), True])
def test_a_value_that_is_a_python_number(value):
    derivative_of(cube)(lambda x, /: (value, (lambda z_bar: z_bar * 3 * x * x,)))
    assert np.shape(cube(Tensor(2.0)).value) == ()
    assert grad(cube)(2.0) == 12


@pytest.mark.parametrize("share", [12, 12.0, np.float32(12), np.int64(12), np.array(12.0)])
def test_a_pullback_may_return_a_python_number(share):
    derivative_of(cube)(lambda x, /: (x * x * x, (lambda z_bar: share,)))
    assert grad(cube)(2.0) == 12
    t = Tensor(2.0)
    cube(t).backward()
    assert t.grad == 12


def test_a_pullback_may_return_a_list():
    derivative_of(cube)(lambda x, /: (x * x * x, (lambda z_bar: [1.0, 2.0],)))
    assert vjp(cube, np.ones(2))[1](np.ones(2))[0].tolist() == [1, 2]


def test_a_pullback_may_return_the_broadcast_shape():
    @derivative_of(less)
    def rule(x, y, /):
        return x - y, (lambda z_bar: z_bar, lambda z_bar: -z_bar)

    x_bar, y_bar = vjp(less, np.ones((2, 1)), np.ones(3))[1](np.ones((2, 3)))
    assert x_bar.tolist() == [[3], [3]]
    assert y_bar.tolist() == [-2, -2, -2]


@pytest.mark.parametrize("share", [1.0, np.ones(()), np.ones(2), np.ones(1), np.ones((3, 1)), np.ones((3, 2))])
def test_a_pullback_of_the_wrong_shape(share):
    @derivative_of(cube)
    def my_rule(x, /):
        def my_pullback(z_bar):
            return share

        return x * x * x, (my_pullback,)

    message = (
        rf"my_rule.*my_pullback: wanted a cotangent of shape \(3,\).*, got \({', '.join(map(str, np.shape(share)))}"
    )
    with pytest.raises(ShapeError, match=message):
        vjp(cube, np.ones(3))[1](np.ones(3))
    t = Tensor(np.ones(3))
    with pytest.raises(ShapeError, match=message):
        cube(t).backward(np.ones(3))


@pytest.mark.parametrize("share", [None, "a", 1j])
def test_a_pullback_that_returns_no_number(share):
    derivative_of(cube)(lambda x, /: (x * x * x, (lambda z_bar: share,)))
    with pytest.raises(DtypeError, match="autograd: wanted a real number"):
        grad(cube)(2.0)


def test_the_example_of_the_error_function():
    erf = np.frompyfunc(math.erf, 1, 1)

    @derivative_of(erf)
    def erf_rule(x, /):
        return erf(x), (lambda z_bar: z_bar * 2 / math.sqrt(math.pi) * np.exp(-x * x),)

    assert grad(erf)(0.5) == pytest.approx(2 / math.sqrt(math.pi) * math.exp(-0.25), rel=1e-15, abs=0)


@pytest.mark.parametrize("share", [2.0, np.float64(2.0), np.array(2.0)], ids=["a number", "a scalar", "no axes"])
def test_one_number_is_no_cotangent_of_an_array(share):
    @derivative_of(cube)
    def rule(x, /):
        return x[0], (lambda z_bar: share,)

    with pytest.raises(ShapeError, match=r"wanted a cotangent of shape \(2,\).*got \(\)"):
        grad(cube)(np.array([1.0, 2.0]))
