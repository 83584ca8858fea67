"""`grad` and its kin: arguments, shapes, nesting, accumulation, exceptions, threads."""

import gc
import math
import threading
import time
import tracemalloc

import numpy as np
import pytest

from autograd import (
    DtypeError,
    GraphError,
    ShapeError,
    Tensor,
    derivative_of,
    grad,
    hessian,
    jacobian,
    jvp,
    sigmoid,
    value_and_grad,
    vjp,
)
from autograd.table import RULES

X, Y = np.array([1.0, 2.0, 3.0]), np.array([5.0, 7.0, 11.0])


def bilinear(x, y, scale=1.0):
    return np.sum(x * y * y) * scale


# Arguments


def test_argnums():
    by_x, by_y = Y * Y, 2 * X * Y
    np.testing.assert_array_equal(grad(bilinear)(X, Y), by_x)
    np.testing.assert_array_equal(grad(bilinear, 1)(X, Y), by_y)
    np.testing.assert_array_equal(grad(bilinear, -1)(X, Y), by_y)
    np.testing.assert_array_equal(grad(bilinear, -2)(X, Y), by_x)
    both = grad(bilinear, (1, 0))(X, Y)
    assert isinstance(both, tuple)
    np.testing.assert_array_equal(both[0], by_y)
    np.testing.assert_array_equal(both[1], by_x)
    (one,) = grad(bilinear, (0,))(X, Y)
    np.testing.assert_array_equal(one, by_x)


def test_only_backward_leaves_gradients():
    seen = []

    def loss(x):
        seen.append(x)
        return np.sum(x * x)

    grad(loss)(X)
    jvp(loss, (X,), (Y,))
    assert [x.grad for x in seen] == [None, None]


@pytest.mark.parametrize("argnums", [2, -3, (0, 2), (), [0], "x", 1.0])
def test_wrong_argnums(argnums):
    for transform in (grad, value_and_grad, jacobian):
        with pytest.raises(ShapeError, match="argnums: wanted"):
            transform(bilinear, argnums)(X, Y)


def test_vjp_of_nothing():
    with pytest.raises(ShapeError, match="argnums"):
        vjp(lambda: 1.0)


def test_keywords_are_passed_on():
    np.testing.assert_array_equal(grad(bilinear)(X, Y, scale=3.0), 3 * Y * Y)
    value, slope = value_and_grad(bilinear)(X, Y, scale=3.0)
    assert value == 3 * np.sum(X * Y * Y)
    np.testing.assert_array_equal(slope, 3 * Y * Y)
    assert jacobian(lambda x, k=1: x * k)(X, k=2).tolist() == (2 * np.eye(3)).tolist()
    assert hessian(lambda x, k=1: np.sum(x * x) * k)(X, k=2).tolist() == (4 * np.eye(3)).tolist()


@pytest.mark.parametrize("f", [lambda x: x, lambda x: x[:1], lambda x: X, lambda x: (x[0], 1.0), lambda x: [x[0]]])
def test_a_loss_that_is_no_scalar(f):
    with pytest.raises(ShapeError, match=r"grad: wanted a scalar, got"):
        grad(f)(X)


@pytest.mark.parametrize("f", [lambda x: None, lambda x: "a", lambda x: 1j, lambda x: np.array(1j), lambda x: {}])
def test_a_loss_that_is_no_number(f):
    with pytest.raises(DtypeError, match="wanted real values of the function"):
        grad(f)(X)
    with pytest.raises(DtypeError, match="wanted real values of the function"):
        vjp(f, X)


@pytest.mark.parametrize("f", [np.exp, lambda x: np.where(x > 0, x, 0.0), lambda x: np.clip(x, 0, 2), np.sum, np.max])
def test_the_derivative_by_a_number_is_a_number(f):
    value, slope = value_and_grad(f)(1.0)
    assert type(value) is np.float64
    assert type(slope) is np.float64
    assert type(grad(f)(np.float32(1))) is np.float32
    assert type(vjp(f, 1.0)[1](1.0)[0]) is np.float64


# vjp and jvp


def test_vjp_of_several_outputs():
    value, pullback = vjp(lambda x, y: (x * y, np.sum(x), Y), X, Y)
    assert [np.shape(v) for v in value] == [(3,), (), (3,)]
    for _ in range(2):
        x_bar, y_bar = pullback((np.array([1.0, 0, 0]), 10.0, X))
        assert x_bar.tolist() == [15, 10, 10]
        assert y_bar.tolist() == [1, 0, 0]


def test_vjp_of_one_output_given_twice():
    _, pullback = vjp(lambda x: (x, x, x * 2), X)
    assert pullback((np.ones(3), np.ones(3), np.ones(3)))[0].tolist() == [4, 4, 4]


def test_vjp_of_an_output_and_what_it_is_made_of():
    def f(x):
        y = x * x
        return y, y * 10

    _, pullback = vjp(f, 3.0)
    assert pullback((1.0, 1.0)) == (66.0,)


@pytest.mark.parametrize("cotangent", [1.0, np.ones(2), np.ones((1, 3)), np.ones((3, 1))])
def test_a_cotangent_of_another_shape(cotangent):
    _, pullback = vjp(lambda x: x * 2, X)
    with pytest.raises(ShapeError, match=r"pullback: wanted a cotangent of shape \(3,\), got"):
        pullback(cotangent)
    with pytest.raises(ShapeError, match="backward: wanted"):
        (Tensor(X) * 2).backward(cotangent)


def test_a_wrong_number_of_cotangents():
    _, pullback = vjp(lambda x: (x, x), X)
    with pytest.raises(ShapeError, match="wanted 2 cotangents, got 1"):
        pullback((X,))


def test_jvp():
    value, tangent = jvp(lambda x, y: (x * y, np.sum(x)), (X, Y), (np.ones(3), 2 * X))
    assert value[1] == 6
    np.testing.assert_array_equal(tangent[0], Y + 2 * X * X)
    assert tangent[1] == 3
    assert jvp(lambda x: 5.0, (X,), (X,)) == (5.0, 0.0)
    with pytest.raises(ShapeError, match=r"jvp: wanted a tangent of shape \(3,\), got \(2,\)"):
        jvp(np.sin, (X,), (np.ones(2),))
    with pytest.raises(ShapeError, match="jvp: wanted 1 tangents"):
        jvp(np.sin, (X,), (X, X))
    for primals, tangents in ((X, (X,)), ((X,), X)):
        with pytest.raises(ShapeError, match="jvp: wanted a tuple of primals and one of tangents, got a ndarray"):
            jvp(np.sin, primals, tangents)


def test_jvp_of_jvp():
    def along(x):
        return jvp(np.sin, (x,), (1.0,))[1]

    assert jvp(along, (0.5,), (1.0,))[1] == pytest.approx(-math.sin(0.5), rel=1e-15, abs=0)


# Whose the gradients are


def test_gradients_by_two_views_of_one_cotangent_are_apart():
    def loss(x, y):
        return np.sum((np.reshape(x, (2, 2)) + np.transpose(y)) ** 2) / 4

    by_x, by_y = grad(loss, (0, 1))(np.ones(4), np.zeros((2, 2)))
    by_x += 5
    np.testing.assert_array_equal(by_y, np.ones((2, 2)) / 2)


def test_a_gradient_that_is_a_value_of_the_graph_is_a_copy_to_write_to():
    doubled = np.frompyfunc(lambda x: 2 * x, 1, 1)
    values = []

    @derivative_of(doubled)
    def rule(x, /):  # of x^2, as seen from behind
        values.append(2.0 * x)
        return values[-1], (lambda z_bar: values[-1],)

    try:
        gradient = grad(lambda x: np.sum(doubled(x)))(X)
    finally:
        del RULES[doubled]
    np.testing.assert_array_equal(gradient, 2 * X)
    assert not values[-1].flags.writeable
    gradient += 1
    np.testing.assert_array_equal(values[-1], 2 * X)


def test_a_second_derivative_has_the_type_of_what_it_is_taken_by():
    wide = np.float64(2)
    for x in (np.float32(3), np.array([3.0], np.float32)):
        second = grad(lambda x: np.sum(grad(lambda x: np.sum(wide * x * x * x))(x)))(x)
        assert second.dtype == np.float32
        assert second == 36


# jacobian and hessian


def test_jacobian_is_by_the_first_argument_if_none_is_named():
    np.testing.assert_array_equal(jacobian(lambda x, y: x * y)(X, Y), np.diag(Y))


def test_jacobian_sends_cotangents_of_the_type_of_the_value():
    seen = []
    same = np.frompyfunc(lambda x: x, 1, 1)

    @derivative_of(same)
    def rule(x, /):
        return x, (lambda z_bar: seen.append(z_bar.dtype) or z_bar,)

    try:
        jacobian(same)(X.astype(np.float32))
    finally:
        del RULES[same]
    assert set(seen) == {np.dtype(np.float32)}


def test_shapes_of_jacobians():
    m = np.arange(6.0).reshape(2, 3)
    assert jacobian(np.sum)(m).shape == (2, 3)
    assert jacobian(lambda m: m.T)(m).shape == (3, 2, 2, 3)
    assert jacobian(lambda s: m * s)(2.0).shape == (2, 3)
    assert jacobian(np.sin)(0.0) == 1
    left, right = jacobian(lambda a, b: a @ b, (0, 1))(m, X)
    np.testing.assert_array_equal(left, np.einsum("ij,k->ijk", np.eye(2), X))
    np.testing.assert_array_equal(right, m)
    assert jacobian(lambda x: Y)(X).tolist() == np.zeros((3, 3)).tolist()
    with pytest.raises(ShapeError, match="jacobian: wanted an array"):
        jacobian(lambda x: (x, x))(X)


def test_shapes_of_hessians():
    def f(x, s):
        return s * np.sum(x**3)

    np.testing.assert_array_equal(hessian(f)(X, 2.0), np.diag(12 * X))
    (xx, xs), (sx, ss) = hessian(f, (0, 1))(X, 2.0)
    np.testing.assert_array_equal(xx, np.diag(12 * X))
    np.testing.assert_array_equal(xs, 3 * X**2)
    np.testing.assert_array_equal(sx, 3 * X**2)
    assert ss == 0
    assert hessian(lambda m: np.sum(m @ m))(np.ones((2, 2))).shape == (2, 2, 2, 2)
    assert hessian(lambda x: x**3)(2.0) == 12


def test_jacobian_of_a_jacobian():
    third = jacobian(jacobian(jacobian(lambda x: np.sum(x**3))))(X)
    wanted = np.zeros((3, 3, 3))
    wanted[range(3), range(3), range(3)] = 6
    np.testing.assert_array_equal(third, wanted)
    assert jacobian(jacobian(lambda x: np.outer(x, x)))(X).shape == (3, 3, 3, 3)


def test_independent_functions_have_zero_derivatives():
    for f in (lambda x: 3.0, lambda x: 3, lambda x: np.float32(3), lambda x: np.sum(Y), lambda x: Tensor(3.0)):
        slope = grad(f)(X)
        assert slope.tolist() == [0, 0, 0]
        assert grad(grad(lambda x, f=f: f(x) * 1.0))(2.0) == 0
    by_x, by_y = grad(lambda x, y: np.sum(y), (0, 1))(X, Y)
    assert by_x.tolist() == [0, 0, 0]
    assert by_y.tolist() == [1, 1, 1]
    assert grad(lambda x: 1.0)(np.ones(2, np.float32)).dtype == np.float32


# Levels


def test_no_perturbation_confusion():
    # The classic: d/dx (x * d/dy (x + y)) = d/dx (x * 1) = 1; 2 where levels mix.
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1
    # d/dx (x * d/dy (x y)) = d/dx x^2 = 2 x
    assert grad(lambda x: x * grad(lambda y: x * y)(2.0))(3.0) == 6
    # The inner point depends on the outer variable: d/dx (d/dy y^3 at y = 2 x) = d/dx 12 x^2 = 24 x
    assert grad(lambda x: grad(lambda y: y**3)(2 * x))(3.0) == 72


def test_three_levels():
    # d3/dx dy dz of x^2 y^3 z^4 = 2 x 3 y^2 4 z^3
    def f(x):
        return grad(lambda y: grad(lambda z: x**2 * y**3 * z**4)(5.0))(3.0)

    assert grad(f)(2.0) == 2 * 2 * 3 * 9 * 4 * 125


def test_a_curried_derivative():
    # Manzyuk and others, "Perturbation confusion in forward automatic differentiation of higher-order
    # functions": a derivative that returns a function, applied to itself.
    def shift(x):
        return lambda g: lambda y: g(x + y)

    def slope_of_shift(g, y):
        return grad(lambda x: shift(x)(g)(y))(0.0)

    e = pytest.approx(math.e, rel=1e-15, abs=0)  # whose exponential it is decides on the last digit: some units of it
    assert slope_of_shift(np.exp, 1.0) == e
    assert slope_of_shift(lambda y: slope_of_shift(np.exp, y), 1.0) == e


def test_closures_over_tensors_of_several_levels():
    w = Tensor(2.0)

    def f(x):
        return grad(lambda y: w * x * y**2)(x)  # 2 w x^2

    slope = grad(f)(3.0)  # 4 w x
    assert slope.value == 24
    slope.backward()
    assert w.grad == 12


def test_a_pullback_inside_another_gradient():
    _, pullback = vjp(lambda x: x**3, 2.0)
    assert grad(lambda z: pullback(z * z)[0])(3.0) == 12 * 6  # d/dz 12 z^2 = 24 z

    def f(x):
        _, inner = vjp(lambda y: x * y * y, 2.0)
        return inner(x)[0]  # x * 2 x y = 4 x^2

    assert grad(f)(3.0) == 24


def test_backward_inside_a_gradient():
    def f(x):
        t = x * x
        (t * t).backward()  # leaves 2 t in t.grad: of the same level, a plain number
        w = Tensor(3.0)
        (w**2).backward()
        return x * w.grad

    assert grad(f)(2.0) == 6


def test_a_tensor_kept_from_an_inner_differentiation():
    kept = []

    def f(x):
        grad(lambda y: kept.append(y) or y * y)(x)
        return kept[0] * x

    with pytest.raises(GraphError, match="inner differentiation"):
        grad(f)(2.0)


@pytest.mark.parametrize(
    ("f", "x", "wanted"),
    [
        (np.exp, 0.5, math.exp(0.5)),
        (np.sin, 0.5, math.sin(0.5)),
        (lambda x: x**5, 2.0, 240.0),
        (lambda x: 1 / x, 2.0, 24 / 32),
        # s'''' = s (1 - s) (1 - 2 s) (1 - 12 s + 12 s^2)
        (
            sigmoid,
            1.0,
            (lambda s: s * (1 - s) * (1 - 2 * s) * (1 - 12 * s + 12 * s * s))(1 / (1 + math.exp(-1))),
        ),
        (np.log, 2.0, -6 / 16),
    ],
    ids=["exp", "sin", "fifth power", "reciprocal", "sigmoid", "log"],
)
def test_the_fourth_derivative(f, x, wanted):
    # Some dozens of roundings, with cancellation in the sigmoid's polynomial.
    assert grad(grad(grad(grad(f))))(x) == pytest.approx(wanted, rel=1e-13, abs=0)


# Graphs


def test_backward_leaves_every_nodes_gradient():
    x = Tensor(2.0)
    y = x * x
    z = y * y * x
    z.backward()
    assert (z.grad, y.grad, x.grad) == (1, 2 * 4 * 2, 80)
    z.backward()
    assert (z.grad, x.grad) == (2, 160)
    x.grad = None
    z.backward(10.0)
    assert x.grad == 800
    with pytest.raises(ShapeError, match="backward: wanted a scalar"):
        (Tensor(X) * 2).backward()


def test_a_node_used_many_times():
    x = Tensor(3.0)
    total = sum((x for _ in range(1000)), start=x * 0)
    total.backward()
    assert x.grad == 1000


def test_a_diamond():
    x = Tensor(2.0)
    a = x * 3
    b, c = np.sin(a), a * a
    (b * c + a).backward()
    assert x.grad == pytest.approx(3 * (math.cos(6) * 36 + math.sin(6) * 12 + 1), rel=1e-14, abs=0)
    assert a.grad == pytest.approx(math.cos(6) * 36 + math.sin(6) * 12 + 1, rel=1e-14, abs=0)


def test_a_tower_of_diamonds_is_linear_in_time():
    """2^200 paths, 400 nodes: each pullback runs once."""
    x = Tensor(1.0)
    y = x
    for _ in range(200):
        y = (y + y) * 0.5
    y.backward()
    assert x.grad == 1


def test_an_exception_leaves_the_engine_fine():
    class OursError(Exception):
        pass

    def broken(x):
        grad(lambda y: y * x)(1.0)
        raise OursError

    for transform in (grad, jacobian, hessian):
        with pytest.raises(OursError):
            transform(broken)(2.0)
    with pytest.raises(OursError):
        grad(lambda x: grad(broken)(x))(2.0)
    assert grad(grad(lambda x: x**3))(2.0) == 12
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1


def test_two_threads():
    wrong: list[object] = []

    def work(k):
        for i in range(200):
            x = float(i % 7 + k)
            got = grad(lambda x: x * grad(lambda y: x * y**2)(x))(x)  # 2 x^3, slope 6 x^2
            if got != 6 * x * x:
                wrong.append((k, i, got))

    threads = [threading.Thread(target=work, args=(k,)) for k in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_chain_of_a_million_operations():
    n = 1_000_000
    start = time.perf_counter()
    x = Tensor(1.0)
    y = x
    for _ in range(n // 2):
        y = y * 1.000001 + 0.0
    y.backward()
    middle = time.perf_counter()
    # n / 2 multiplications, each rounded: about sqrt(n) half-units, at most n of them.
    assert x.grad == pytest.approx(1.000001 ** (n // 2), rel=n * 1e-16)
    del y
    gc.collect()
    done = time.perf_counter()
    print(f"{n} operations: {middle - start:.2f} s, freed in {done - middle:.2f} s")


def test_an_operation_takes_little_memory():
    n = 50_000
    x = y = Tensor(1.0)
    tracemalloc.start()
    for _ in range(n):
        y = y * 1.5
        y = y / 1.5
    held, _ = tracemalloc.get_traced_memory()
    del y
    left, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert x.value == 1
    assert held / (2 * n) < 400 + 32  # bytes: a Tensor, its edges, a pullback and what it holds; and the value
    # All of it is freed at once, without the collector's help; but Python keeps 2,000 tuples of each length for later.
    assert left < held / 50
