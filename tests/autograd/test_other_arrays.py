"""A foreign array type runs through values and pullbacks unchanged: no rule makes plain arrays of operands.

`Duck` is no ndarray. It speaks the two protocols by unwrapping, calling NumPy and wrapping again, and it
refuses to become an array in any other way.
"""

from typing import Any

import numpy as np
import pytest
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.lib.stride_tricks import sliding_window_view

from autograd import (
    Tensor,
    avg_pool2d,
    conv2d,
    cross_entropy,
    grad,
    log_softmax,
    logsumexp,
    max_pool2d,
    relu,
    sigmoid,
    softmax,
    softplus,
    vjp,
)


def unwrap(x: Any) -> Any:
    if isinstance(x, Duck):
        return x.inside
    if isinstance(x, tuple | list):
        return type(x)(unwrap(item) for item in x)
    return x


def wrap(x: Any) -> Any:
    if isinstance(x, tuple | list):
        return tuple(wrap(item) for item in x)
    return Duck(x) if isinstance(x, np.ndarray | np.generic) else x


class Duck(NDArrayOperatorsMixin):
    """An array type of somebody else."""

    def __init__(self, inside: Any):
        self.inside = np.array(inside)

    shape = property(lambda self: self.inside.shape)
    ndim = property(lambda self: self.inside.ndim)
    size = property(lambda self: self.inside.size)
    dtype = property(lambda self: self.inside.dtype)
    T = property(lambda self: Duck(self.inside.T))

    def __array__(self, *args: Any, **options: Any) -> Any:
        raise AssertionError("somebody made a plain array of a Duck")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if any(isinstance(x, Tensor) for x in inputs):
            return NotImplemented
        if "out" in options:
            options["out"] = unwrap(options["out"])
        return wrap(getattr(ufunc, method)(*unwrap(inputs), **options))

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        if any(issubclass(kind, Tensor) for kind in types):
            return NotImplemented
        return wrap(function(*unwrap(args), **{name: unwrap(x) for name, x in options.items()}))

    def __getitem__(self, index: Any) -> Any:
        return Duck(self.inside[unwrap(index)])

    def __setitem__(self, index: Any, value: Any) -> None:
        self.inside[unwrap(index)] = unwrap(value)

    def __bool__(self) -> bool:
        return bool(self.inside)

    def astype(self, dtype: Any) -> Any:
        return Duck(self.inside.astype(dtype))


rng = np.random.default_rng(5)
SQUARE = np.eye(3) * 2 + rng.uniform(-0.3, 0.3, (3, 3))
IMAGES = rng.uniform(-1, 1, (2, 1, 4, 4))
POSITIVE = rng.uniform(0.5, 2, (3, 4))
WHERE = POSITIVE > 1

# function | operands, all of which become ducks
CALLS: dict[str, tuple[Any, tuple[np.ndarray, ...]]] = {
    "arithmetic": (lambda x, y: (x + y) * x / y - x**2 - (-y), (POSITIVE, POSITIVE[:1])),
    "power of a number": (lambda x: x**1.5, (POSITIVE,)),
    "power of a tracked exponent": (lambda x, y: x**y, (POSITIVE, POSITIVE)),
    "exponentials": (lambda x: np.exp(x) + np.log(x) + np.sqrt(x) + np.expm1(x) + np.log1p(x), (POSITIVE,)),
    "circular": (lambda x: np.sin(x) * np.cos(x) + np.tanh(x) + np.arctan(x), (POSITIVE,)),
    "choices": (lambda x: np.where(WHERE, x, -x) + np.maximum(x, 1.0) + np.abs(x), (POSITIVE,)),
    "clip": (lambda x: np.clip(x, 0.8, 1.5), (POSITIVE,)),
    "reductions": (lambda x: np.sum(x, axis=0) + np.mean(x) + np.prod(x) + np.max(x, axis=0), (POSITIVE,)),
    "spread": (lambda x: np.var(x, axis=1) + np.std(x, axis=1), (POSITIVE,)),
    "cumsum": (lambda x: np.cumsum(x, axis=1), (POSITIVE,)),
    "getitem": (lambda x: x[1:, ::2], (POSITIVE,)),
    "repeated index": (lambda x: x[[0, 0, 2], [1, 1, 3]], (POSITIVE,)),
    "mask": (lambda x: x[WHERE], (POSITIVE,)),
    "take and sort": (lambda x: np.take(x, [1, 1], axis=1), (POSITIVE,)),
    "diagonals": (lambda x: np.diag(np.diag(x)) + np.trace(x), (SQUARE,)),
    "shapes": (lambda x: np.swapaxes(np.reshape(np.transpose(x), (2, 6)), 0, 1), (POSITIVE,)),
    "joined": (lambda x, y: np.concatenate([x, y], axis=0), (POSITIVE, POSITIVE)),
    "stacked": (lambda x, y: np.stack([x, y], axis=1), (POSITIVE, POSITIVE)),
    "split": (lambda x: np.split(x, 2, axis=1)[1], (POSITIVE,)),
    "pad": (lambda x: np.pad(x, ((1, 0), (0, 2))), (POSITIVE,)),
    "repeat and tile": (lambda x: np.repeat(np.tile(x, (1, 2)), 3, axis=0), (POSITIVE,)),
    "flip and roll": (lambda x: np.roll(np.flip(x, 0), 1, 1), (POSITIVE,)),
    "triangles": (lambda x: np.tril(x) + 2 * np.triu(x), (SQUARE,)),
    "matmul": (lambda x, y: x @ y, (POSITIVE, POSITIVE.T.copy())),
    "einsum": (lambda x, y: np.einsum("ij,kj->i", x, y), (POSITIVE, POSITIVE)),
    "einsum with a repeated index": (lambda x: np.einsum("ii->i", x), (SQUARE,)),
    "tensordot and inner": (lambda x, y: np.tensordot(x, y, 2) + np.inner(x, y), (POSITIVE, POSITIVE)),
    "solve": (np.linalg.solve, (SQUARE, rng.uniform(size=(3, 2)))),
    "solve of a vector": (np.linalg.solve, (SQUARE, rng.uniform(size=3))),
    "inv": (np.linalg.inv, (SQUARE,)),
    "det": (np.linalg.det, (SQUARE,)),
    "cholesky": (np.linalg.cholesky, (SQUARE @ SQUARE.T,)),
    "norm": (lambda x: np.linalg.norm(x) + np.linalg.norm(x, 3, axis=1), (POSITIVE,)),
    "windows": (lambda x: sliding_window_view(x, (2, 2)), (POSITIVE,)),
    "sigmoid": (sigmoid, (POSITIVE,)),
    "relu and softplus": (lambda x: relu(x - 1.0) + softplus(x), (POSITIVE,)),
    "softmax": (softmax, (POSITIVE,)),
    "log_softmax": (log_softmax, (POSITIVE,)),
    "logsumexp": (lambda x: logsumexp(x, axis=0), (POSITIVE,)),
    "cross_entropy": (cross_entropy, (POSITIVE, POSITIVE)),
    "conv2d": (
        lambda x, k, b: conv2d(x, k, b, stride=2, padding=1),
        (IMAGES, rng.uniform(size=(3, 1, 2, 2)), rng.uniform(size=3)),
    ),
    "avg_pool2d, tiles": (lambda x: avg_pool2d(x, 2), (IMAGES,)),
    "avg_pool2d, overlapping": (lambda x: avg_pool2d(x, 2, 1), (IMAGES,)),
    "max_pool2d": (lambda x: max_pool2d(x, 2), (IMAGES,)),
}


@pytest.mark.parametrize("name", CALLS)
def test_values_and_pullbacks_on_a_foreign_array(name):
    f, arrays = CALLS[name]
    wanted, pull_arrays = vjp(f, *arrays)
    value, pull_ducks = vjp(f, *map(Duck, arrays))
    assert type(value) is Duck
    # Plain arrays take shorter ways (np.dot, pieces), in which sums of numbers about one may have another order.
    np.testing.assert_allclose(value.inside, wanted, rtol=1e-14, atol=1e-15)
    z = rng.uniform(0.5, 1, np.shape(wanted))
    for bar, right in zip(pull_ducks(Duck(z)), pull_arrays(z), strict=True):
        assert type(bar) is Duck
        np.testing.assert_allclose(bar.inside, right, rtol=1e-14, atol=1e-15)


def network(images, kernel, bias, W, b, targets):
    hidden = sigmoid(conv2d(images, kernel, bias))
    pooled = avg_pool2d(hidden, 3)
    features = np.concatenate([np.reshape(pooled, (2, -1)), np.exp(images[:, 0, :2, 0])], axis=1)
    logits = np.linalg.solve(SQUARE, np.einsum("nf,fk->kn", features, W)).T + b
    return cross_entropy(logits * softmax(logits), targets)


def test_a_network_on_a_foreign_array():
    arrays = (
        IMAGES,
        rng.uniform(-1, 1, (2, 1, 2, 2)),
        rng.uniform(-1, 1, 2),
        rng.uniform(-1, 1, (4, 3)),
        rng.uniform(-1, 1, 3),
        rng.uniform(0, 1, (2, 3)),
    )
    everything = tuple(range(len(arrays)))
    for bar, right in zip(
        grad(network, everything)(*map(Duck, arrays)), grad(network, everything)(*arrays), strict=True
    ):
        assert type(bar) is Duck
        np.testing.assert_allclose(bar.inside, right, rtol=1e-13)


def test_a_second_derivative_on_a_foreign_array():
    x = np.array([0.5, 1.0, 2.0])
    second = grad(lambda x: np.sum(grad(lambda x: np.sum(np.exp(x) * x**2))(x)))(Duck(x))
    assert type(second) is Duck
    np.testing.assert_allclose(second.inside, np.exp(x) * (x**2 + 4 * x + 2), rtol=1e-14)


def test_a_tensor_by_hand_of_a_foreign_array():
    t = Tensor(Duck(np.array([1.0, 2.0])))
    np.sum(t * t).backward()
    assert type(t.grad) is Duck
    assert t.grad.inside.tolist() == [2, 4]


def test_the_foreign_array_refuses_to_be_forced():
    with pytest.raises(AssertionError, match="plain array"):
        np.asarray(Duck(np.ones(2)))
