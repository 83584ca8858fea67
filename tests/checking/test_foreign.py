"""Functions of torch and JAX: their own derivative is the automatic opinion."""

import sys

import numpy as np
import pytest

from handgrad.checking import CheckError, check_gradient, check_vjp
from handgrad.checking.oracles.foreign import Foreign, from_jax, from_torch
from handgrad.checking.verdict import Outcome

X = np.array([[0.5, -1.25], [1.5, 0.25]])


def cubes() -> Foreign:
    """A library of its own: x^3, and a derivative that is not the engine's."""

    def pullback(places, inputs, cotangents):
        return tuple(3 * inputs[p] ** 2 * (1.0 if cotangents is None else cotangents[0]) for p in places)

    return Foreign("cubes", lambda x: np.sum(np.asarray(x) ** 3), pullback)


def test_a_foreign_derivative_is_the_automatic_opinion():
    verdict = check_gradient(cubes(), lambda x: 3 * x**2, [X], names="x")
    assert verdict.agrees
    assert verdict.untraceable is None
    wrong = check_gradient(cubes(), lambda x: 3 * x, [X], names="x")
    assert (wrong.outcome, wrong.blame) == (Outcome.DISAGREES, "hand")
    at = wrong.worst.index
    assert wrong.worst.automatic == 3 * X[at] ** 2


def test_a_wrong_foreign_derivative_is_blamed_itself():
    lying = cubes()
    right = lying.pullback
    lying.pullback = lambda *given: tuple(2 * g for g in right(*given))
    verdict = check_gradient(lying, lambda x: 3 * x**2, [X])
    assert (verdict.outcome, verdict.blame) == (Outcome.CANNOT_DECIDE, "automatic")


@pytest.mark.parametrize(("make", "name"), [(from_torch, "torch"), (from_jax, "jax")])
def test_a_missing_library_is_a_line(monkeypatch, make, name):
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(CheckError, match=f"python -m pip install {name}"):
        make(lambda x: x)


def test_torch():
    torch = pytest.importorskip("torch", reason="torch is not installed")

    def loss(x, y):
        return torch.nn.functional.cross_entropy(x, y)

    def gradient(x, y):
        e = np.exp(x)
        return (e / e.sum(axis=1, keepdims=True) - np.eye(2)[y]) / len(x)

    inputs = [X, np.array([0, 1])]
    assert check_gradient(from_torch(loss), gradient, inputs, names="x y").agrees
    forgotten = check_gradient(from_torch(loss), lambda x, y: 2 * gradient(x, y), inputs, names="x y")
    assert (forgotten.outcome, forgotten.diagnosis[0].factor) == (Outcome.DISAGREES, 2.0)
    assert check_vjp(from_torch(torch.sin), lambda z_bar, x: z_bar * np.cos(x), [X]).agrees


def test_jax():
    jax = pytest.importorskip("jax", reason="JAX is not installed")
    jax.config.update("jax_enable_x64", True)
    assert check_vjp(from_jax(jax.numpy.sin), lambda z_bar, x: z_bar * np.cos(x), [X]).agrees
    assert not check_vjp(from_jax(jax.numpy.sin), lambda z_bar, x: z_bar * np.sin(x), [X]).agrees
