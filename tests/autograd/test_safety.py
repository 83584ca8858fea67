"""What a graph has captured cannot be changed from outside, and nothing given out shares memory."""

import copy
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, grad, jacobian, jvp, value_and_grad, vjp
from tests.autograd.cases import CASES, Pick
from tests.autograd.checks import cotangent_of


def test_the_value_is_read_only():
    for t in (Tensor([1.0, 2.0]), Tensor([1.0, 2.0]) * 2, np.reshape(Tensor([1.0, 2.0]), (2, 1))):
        with pytest.raises(ValueError, match="read-only"):
            t.value[0] = 5
    with pytest.raises(ValueError, match="WRITEABLE"):
        Tensor([1.0]).value.flags.writeable = True


def writes(x: np.ndarray) -> dict[str, Any]:
    """Ways to pass values on, each with the array through which they are changed afterwards."""
    base = np.concatenate([x, x])
    late = x.copy()
    early_view = late[:]
    late.flags.writeable = False
    unlocked = x.copy()
    unlocked.flags.writeable = False
    buffer = bytearray(x.tobytes())
    over_buffer = np.frombuffer(buffer, dtype=x.dtype)
    over_buffer.flags.writeable = False
    return {
        "itself": (x, lambda: x.fill(9)),
        "a view": (base[: x.size], lambda: base.fill(9)),
        "a broadcast": (np.broadcast_to(base[:1], (x.size,)), lambda: base.fill(9)),
        "locked, an older view writes": (late, lambda: early_view.fill(9)),
        "locked, then unlocked": (
            unlocked,
            lambda: (setattr(unlocked.flags, "writeable", True), unlocked.fill(9)),
        ),
        "over a foreign buffer": (
            over_buffer,
            lambda: buffer.__setitem__(slice(None), np.full(x.size, 9.0).tobytes()),
        ),
    }


WAYS = list(writes(np.ones(2)))


@pytest.mark.parametrize("way", WAYS)
def test_a_captured_constant_is_safe(way):
    constant, change = writes(np.array([2.0, 3.0]))[way]
    before = constant.copy()
    t = Tensor([5.0, 7.0])
    loss = np.sum(t * constant)
    change()
    loss.backward()
    np.testing.assert_array_equal(t.grad, before)
    assert not np.array_equal(constant, before)  # the change was one


@pytest.mark.parametrize("way", WAYS)
def test_an_input_is_safe(way):
    x, change = writes(np.array([2.0, 3.0]))[way]
    before = x.copy()
    t = Tensor(x)
    loss = np.sum(t * t)
    change()
    loss.backward()
    np.testing.assert_array_equal(t.value, before)
    np.testing.assert_array_equal(t.grad, 2 * before)

    x, change = writes(np.array([2.0, 3.0]))[way]
    before = x.copy()
    value, pullback = vjp(lambda x: x**2, x)
    change()
    np.testing.assert_array_equal(value, before**2)
    np.testing.assert_array_equal(pullback(np.ones(2))[0], 2 * before)


def test_indices_options_and_sequences_are_safe():
    t = Tensor([1.0, 2.0, 3.0])
    index, array_index, mask = [0, 2], np.array([0, 2]), np.array([True, False, True])
    axes, parts = [1, 0], [t, np.ones(1)]
    values = [t[index], t[array_index], t[mask], t[(array_index,)]]
    moved = np.moveaxis(Tensor(np.ones((2, 3))), axes, [0, 1])
    joined = np.concatenate(parts)
    index[0] = array_index[0] = 1
    mask[:] = [False, True, True]
    axes.reverse()
    parts.clear()
    for value in values:
        t.grad = None
        np.sum(value).backward()
        assert t.grad.tolist() == [1, 0, 1]
    moved.backward(np.ones((3, 2)))
    t.grad = None
    joined.backward(np.arange(4.0))
    assert t.grad.tolist() == [0, 1, 2]


# function of t and of an option that is changed before the pullback runs | shape of t | the option
OPTIONS: dict[str, tuple[Any, tuple[int, ...], Any]] = {
    "roll, shift": (lambda t, o: np.roll(t, shift=o, axis=(0, 1)), (3, 4), [1, 2]),
    "roll, shift an array": (lambda t, o: np.roll(t, shift=o, axis=(0, 1)), (3, 4), np.array([1, 2])),
    "roll, shift without axes": (lambda t, o: np.roll(t, shift=o), (5,), np.array(2)),
    "moveaxis": (lambda t, o: np.moveaxis(t, source=o, destination=[0, 1]), (2, 2, 2), [1, 2]),
    "transpose": (lambda t, o: np.transpose(t, axes=o), (2, 2, 2), [1, 2, 0]),
    "transpose, an array": (lambda t, o: np.transpose(t, axes=o), (2, 2, 2), np.array([1, 2, 0])),
    "repeat": (lambda t, o: np.repeat(t, repeats=o, axis=0), (2, 3), [1, 2]),
    "repeat, an array": (lambda t, o: np.repeat(t, repeats=o, axis=0), (2, 3), np.array([1, 2])),
    "pad": (lambda t, o: np.pad(t, pad_width=o), (2, 3), [[0, 2], [1, 0]]),
    "pad, an array": (lambda t, o: np.pad(t, pad_width=o), (2, 3), np.array([[0, 2], [1, 0]])),
    "take": (lambda t, o: np.take(t, indices=o, axis=0), (3, 2), [0, 2]),
    "take, an array": (lambda t, o: np.take(t, indices=o, axis=0), (3, 2), np.array([0, 2])),
    "take_along_axis": (lambda t, o: np.take_along_axis(t, indices=o, axis=0), (3, 1), np.array([[0], [2]])),
    "tensordot": (lambda t, o: np.tensordot(t, np.arange(4.0).reshape(2, 2), axes=o), (2, 2), [[0, 1], [0, 1]]),
    "reshape": (lambda t, o: np.reshape(t, shape=o), (2, 3), [3, 2]),
    "split": (lambda t, o: np.split(t, indices_or_sections=o)[0], (4,), [1, 3]),
    "where": (lambda t, o: np.where(o, t, 0.0), (3,), np.array([True, False, True])),
    "where, a list": (lambda t, o: np.where(o, t, 0.0), (3,), [True, False, False]),
    "roll by position": (lambda t, o: np.roll(t, o, (0, 1)), (3, 4), [1, 2]),
}


def changed(option: Any) -> None:
    """Turn it round, in place."""
    if isinstance(option, list):
        option.reverse()
        for item in option:
            changed(item)
    elif isinstance(option, np.ndarray):
        option[...] = 1 - option if option.ndim == 0 or option.dtype == bool else option[::-1].copy()


@pytest.mark.parametrize("name", OPTIONS)
def test_options_are_frozen(name):
    call, shape, option = OPTIONS[name]
    option = copy.deepcopy(option)
    x = np.arange(1.0, 1 + np.prod(shape)).reshape(shape)
    _, pullback = vjp(lambda t: call(t, copy.deepcopy(option)), x)
    value, late = vjp(lambda t: call(t, option), x)
    z = np.arange(1.0, 1 + value.size).reshape(value.shape)
    wanted = pullback(z)[0]
    before = copy.deepcopy(option)
    changed(option)
    assert not np.array_equal(before, option)
    np.testing.assert_array_equal(late(z)[0], wanted)


@pytest.mark.parametrize("name", CASES)
def test_no_node_can_be_written_to(name):
    """Neither the array that a node holds, nor one behind it, nor what it hands out."""
    for seed in range(5):
        sample = CASES[name].build(Pick.seeded(seed))
        result = sample.call(*map(Tensor, sample.operands))
        nodes = [x for x in (result if isinstance(result, tuple | list) else [result]) if isinstance(x, Tensor)]
        assert nodes
        for node in nodes:
            nodes.extend(node.operands)
            for array in (node.primal, node.value):
                while isinstance(array, np.ndarray):
                    assert not array.flags.writeable
                    array = array.base


def test_a_write_into_a_node_is_refused():
    t = np.exp(Tensor([1.0, 2.0]))
    for array in (t.primal, t.value, t.value.base, np.transpose(np.outer(t, t)).primal):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 99


@pytest.mark.parametrize("name", CASES)
def test_nothing_given_out_shares_memory(name):
    """Write into each gradient, and look at the others, at a second pullback and at the inputs."""
    for seed in range(3):
        sample = CASES[name].build(Pick.seeded(seed))
        xs = tuple(x.copy() for x in sample.operands)
        value, pullback = vjp(sample.call, *xs)
        kept = np.array(value)
        z = cotangent_of(value, np.random.default_rng(seed))
        z_before = z.copy()
        bars, again = pullback(z), pullback(z)
        wanted = [np.array(bar) for bar in again]
        for i, bar in enumerate(bars):
            if isinstance(bar, np.ndarray):
                bar[...] = 1e6 + i
                for j, other in enumerate(bars):
                    if j > i:
                        np.testing.assert_array_equal(other, wanted[j])
        for x in xs:
            assert not isinstance(x, np.ndarray) or x.flags.writeable
        for x, before in zip(xs, sample.operands, strict=True):
            np.testing.assert_array_equal(x, before)
        np.testing.assert_array_equal(z, z_before)
        np.testing.assert_array_equal(value, kept)
        for bar, right in zip(pullback(z), wanted, strict=True):
            np.testing.assert_array_equal(bar, right)
        assert not any(np.shares_memory(value, x) for x in (*xs, *bars))


def test_one_array_for_two_arguments():
    x = np.array([1.0, 2.0])
    left, right = grad(lambda a, b: np.sum(a + b), (0, 1))(x, x)
    left[0] = 7
    assert right.tolist() == [1, 1]
    same, twin = grad(lambda a: np.sum(a * 3), (0, 0))(x)
    same[0] = 7
    assert twin.tolist() == [3, 3]


def test_the_cotangent_given_is_not_given_back():
    z = np.ones(2)
    _, pullback = vjp(lambda x: x, np.zeros(2))
    (bar,) = pullback(z)
    bar[0] = 7
    z[1] = 8
    assert z.tolist() == [1, 8]
    assert bar.tolist() == [7, 1]


def test_grad_attributes_share_no_memory():
    t = Tensor([1.0, 2.0])
    u = t + 0.0
    v = u + u
    v.backward(np.ones(2))
    u.grad[0] = 50
    v.grad[0] = 60
    assert t.grad.tolist() == [2, 2]
    v.backward(np.ones(2))
    assert t.grad.tolist() == [4, 4]


def test_values_are_given_out_read_only_or_anew():
    x = np.array([1.0, 2.0])
    value, _ = value_and_grad(lambda x: np.sum(x))(x)
    assert value == 3
    for value in (vjp(lambda x: x, x)[0], jvp(lambda x: x * 1, (x,), (x,))[0]):
        with pytest.raises(ValueError, match="read-only"):
            value[0] = 5
    full = jacobian(lambda x: x)(x)
    full[0, 0] = 9
    assert x.tolist() == [1, 2]
