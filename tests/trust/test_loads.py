"""Graphs of many nodes, many levels, many threads. HANDGRAD_LOAD=10000000 asks for so many nodes, not the few."""

import math
import os
import threading
import tracemalloc

import numpy as np
import pytest

from autograd import Tensor, grad, jvp, vjp

NODES = int(os.environ.get("HANDGRAD_LOAD", "300_000"))


def test_a_chain_of_many_nodes_has_the_right_gradient_or_there_is_no_memory():
    """y is halved and x is added, again and again: y tends to 2 x, and its slope to 2."""

    def f(x):
        y = x
        for _ in range(NODES // 2):
            y = y * 0.5 + x
        return y

    try:
        value, pullback = vjp(f, 3.0)
        (slope,) = pullback(1.0)
    except MemoryError:
        pytest.skip(f"{NODES} nodes: no memory, and said so")
    assert (float(value), float(slope)) == (6.0, 2.0)


def test_a_chain_is_freed_as_a_whole_and_at_once():
    tracemalloc.start()
    try:
        x = y = Tensor(1.0)
        for _ in range(100_000):
            y = y * 0.5 + x
        held = tracemalloc.get_traced_memory()[0]
        del y
        assert tracemalloc.get_traced_memory()[0] < held / 100
    finally:
        tracemalloc.stop()


def test_many_users_of_one_node():
    n = min(NODES, 10**6)

    def f(x):
        total = 0.0
        for k in range(n):
            total = total + x * (k % 2)
        return total

    assert grad(f)(1.0) == n // 2


def test_a_graph_whose_paths_double_at_every_node():
    """2^1000 paths from y to x: each node is visited once all the same."""

    def f(x):
        y = x
        for _ in range(1000):
            y = (y + y) * 0.5
        return y

    assert grad(f)(2.0) == 1.0


# Levels


def nested(f, levels):
    """One derivative after another; every second one forward."""
    for level in range(levels):
        f = grad(f) if level % 2 == 0 else (lambda x, f=f: jvp(f, (x,), (1.0,))[1])
    return f


@pytest.mark.parametrize("levels", range(1, 9))
def test_derivatives_of_every_order(levels):
    """Of x^9 and of e^(2x); one of two levels asked in the other must not know it."""
    factor = math.factorial(9) // math.factorial(9 - levels)
    assert nested(lambda x: x**9, levels)(2.0) == factor * 2.0 ** (9 - levels)
    assert nested(lambda x: np.exp(2 * x), levels)(0.25) == pytest.approx(2**levels * math.exp(0.5), rel=1e-14, abs=0)


def test_a_derivative_in_every_level_of_another():
    """f_k(x) = x times the derivative of f_(k-1) at x, f_0 = x^3: so 3^k x^3."""

    def f(x, k):
        return x**3 if k == 0 else x * grad(lambda z: f(z, k - 1))(x)

    assert [float(f(2.0, k)) for k in range(7)] == [8.0 * 3**k for k in range(7)]
    assert float(grad(lambda x: f(x, 6))(2.0)) == 3**6 * 12.0


# Threads


def test_threads_that_differentiate_at_once_do_not_know_of_each_other():
    """Each thread has levels, and an error, of its own; all begin together, and again and again."""
    THREADS, TIMES = 8, 40
    gate = threading.Barrier(THREADS)
    wrong = []

    def work(k):
        x = np.linspace(0.1, 1, 50) * (k + 1)
        gate.wait()
        for _ in range(TIMES):
            second = grad(lambda x: np.sum(grad(lambda x: np.sum(np.sin(k * x)))(x) * x))(x)
            if not np.allclose(second, k * np.cos(k * x) - k * k * x * np.sin(k * x), rtol=1e-12, atol=1e-12):
                wrong.append(k)
            try:
                grad(lambda x: np.sum(x + np.ones(k + 2)))(np.ones(60))
            except ValueError as error:
                if f"({k + 2},)" not in str(error):
                    wrong.append(str(error))

    threads = [threading.Thread(target=work, args=(k,)) for k in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_one_graph_is_swept_by_many_threads():
    """A pullback may be called from anywhere, at once: a sweep changes nothing in the graph."""
    x = np.linspace(-1, 1, 1000)
    _, pullback = vjp(lambda x: np.cumsum(np.tanh(x) * x), x)
    right = pullback(np.ones(1000))[0]
    found = []
    threads = [threading.Thread(target=lambda: found.append(pullback(np.ones(1000))[0])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    for each in found:
        np.testing.assert_array_equal(each, right)
