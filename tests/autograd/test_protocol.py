"""What a `Tensor` does where a plain array stood: what is tracked, what is plain, what is refused and how."""

import copy
import math
import operator
import pickle
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from autograd import (
    AutogradError,
    DtypeError,
    GraphError,
    MissingAttributeError,
    NoDerivativeError,
    ShapeError,
    Tensor,
    UnsupportedArgumentError,
    conv2d,
    grad,
    sigmoid,
)


def vector() -> Tensor:
    return Tensor([1.0, 2.0, 3.0])


# What would lose the graph

LOSSES = {
    "np.asarray": (lambda t: np.asarray(t), "np.asarray.*t.value"),
    "np.array of a list": (lambda t: np.array([t, t]), "np.asarray.*np.stack"),
    "np.array of scalars": (lambda t: np.array([t[0], t[1]]), "np.asarray.*np.stack"),
    "float": (lambda t: float(t[0]), r"float.*float\(t.value\)"),
    "int": (lambda t: int(t[0]), r"int.*int\(t.value\)"),
    "complex": (lambda t: complex(t[0]), r"complex.*complex\(t.value\)"),
    "index": (lambda t: [1, 2, 3][t[0]], r"index.*int\(t.value\)"),
    "operator.index": (lambda t: operator.index(t[0]), r"index.*int\(t.value\)"),
    "range": (lambda t: range(t[0]), r"index.*int\(t.value\)"),
    "item": (lambda t: t[0].item(), r"item.*t.value.item"),
    "math.exp": (lambda t: math.exp(t[0]), r"float.*float\(t.value\)"),
    "assignment": (lambda t: operator.setitem(t, 0, 1.0), r"t\[...\] = value.*np.where"),
    "assignment into an array": (lambda t: operator.setitem(np.ones(3), slice(None), t), "np.asarray"),
    "a sum over a list": (lambda t: np.sum([t[0], t[1]]), "np.asarray.*np.stack"),
    "a Tensor in a Tensor": (lambda t: Tensor(t), "tracked already"),
    "tolist": (lambda t: t.tolist(), r"tolist.*t\.value\.tolist"),
    "math.trunc": (lambda t: math.trunc(t[0]), r"math\.trunc.*np\.trunc"),
    "math.floor": (lambda t: math.floor(t[0]), r"float.*float\(t.value\)"),
    "assignment of a scalar to a slice": (lambda t: operator.setitem(np.ones(3), slice(0, 1), t[0]), "np.stack"),
    "assignment into integers": (lambda t: operator.setitem(np.ones(3, int), 0, t[0]), "np.stack"),
    **{
        f"pickle, protocol {n}": (lambda t, n=n: pickle.dumps(t * 2, n), "pickle.*t.value")
        for n in range(pickle.HIGHEST_PROTOCOL + 1)
    },
    "pickle in a list": (lambda t: pickle.dumps([t]), "pickle.*t.value"),
}


@pytest.mark.parametrize("name", LOSSES)
def test_the_graph_is_never_lost_silently(name):
    lose, message = LOSSES[name]
    with pytest.raises(GraphError, match=message):
        lose(vector())


@pytest.mark.parametrize("kind", [float, np.float32, complex])
def test_numpys_own_error_at_an_assignment_is_caused_by_ours(kind):
    """NumPy replaces what `__float__` raises, and keeps it as the cause."""
    out = np.zeros(3, kind)
    with pytest.raises((GraphError, ValueError, TypeError)) as caught:
        out[0] = vector()[0]
    error = caught.value if isinstance(caught.value, GraphError) else caught.value.__cause__
    assert isinstance(error, GraphError)
    assert "join them with np.stack or np.concatenate" in str(error)
    assert not out.any()


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, Tensor.copy, lambda t: copy.deepcopy({"t": t})["t"]])
def test_a_copy_is_the_same_node(duplicate):
    t = vector()
    y = t * t
    assert duplicate(t) is t
    np.sum(duplicate(y)).backward()
    assert t.grad.tolist() == [2, 4, 6]
    assert grad(lambda x: np.sum(duplicate(x * x)))(np.ones(2)).tolist() == [2, 2]


MISSING = ["fill", "sort", "put", "view", "tobytes", "flat", "flags", "partition", "no_such_thing"]


@pytest.mark.parametrize("name", MISSING)
def test_what_a_tensor_has_not(name):
    with pytest.raises(MissingAttributeError, match=f"^Tensor: wanted .*, got '{name}'") as caught:
        getattr(vector(), name)
    assert (f"Use t.value.{name}" in str(caught.value)) is hasattr(np.ndarray, name)
    assert isinstance(caught.value, AttributeError)
    assert not hasattr(vector(), name)


def test_no_subclass():
    with pytest.raises(GraphError, match="wanted no subclass"):
        type("Mine", (Tensor,), {})


def test_an_array_is_not_written_to_in_place():
    x = np.ones(3)
    with pytest.raises(UnsupportedArgumentError, match=r"np.add.*'out'.*x = x \+ t"):
        x += vector()
    assert list(x) == [1, 1, 1]


def test_rebinding_a_tensor_is_no_write():
    t = before = vector()
    t += 1.0
    assert t is not before
    assert list(before.value) == [1, 2, 3]
    np.sum(t * t).backward()
    assert list(before.grad) == [4, 6, 8]


# Calls without a rule

NO_RULE = {
    "np.arcsinh": (lambda t: np.arcsinh(t), 0),
    "np.linalg.svd": (lambda t: np.linalg.svd(t), 0),
    "np.copyto": (lambda t: np.copyto(np.ones(3), t), 1),
    "np.unique": (lambda t: np.unique(t), 0),
    "np.remainder": (lambda t: t % 2, 0),
    "np.floor_divide": (lambda t: 7 // t, 1),
    "np.divmod": (lambda t: divmod(t, 2), 0),
    "np.divmod ": (lambda t: divmod(7, t), 1),
}


@pytest.mark.parametrize("name", NO_RULE)
def test_a_function_without_a_rule_says_what_to_do(name):
    call, operand = NO_RULE[name]
    with pytest.raises(
        NoDerivativeError, match=rf"^{name.strip()}: wanted .*operand {operand}.*derivative_of.*t\.value"
    ) as caught:
        call(vector())
    assert isinstance(caught.value, NotImplementedError)
    assert isinstance(caught.value, AutogradError)


UNSUPPORTED = {
    "sum dtype": lambda t: np.sum(t, dtype=float),
    "sum where": lambda t: np.sum(t, where=[True, False, True]),
    "sum initial": lambda t: np.sum(t, initial=3.0),
    "sum out": lambda t: np.sum(t, out=np.zeros(())),
    "sum extra positional": lambda t: np.sum(t, 0, None),
    "sum by keyword": lambda t: np.sum(a=t),
    "max initial": lambda t: np.max(t, initial=0.0),
    "mean extra positionals": lambda t: np.mean(t, 0, None, None),
    "add out": lambda t: np.add(t, t, out=np.zeros(3)),
    "add out by position": lambda t: np.add(t, t, np.zeros(3)),
    "add out a Tensor": lambda t: np.add(np.ones(3), np.ones(3), out=t),
    "add where": lambda t: np.add(t, t, where=np.array([True, False, True])),
    "add dtype": lambda t: np.add(t, t, dtype=np.float32),
    "exp out": lambda t: np.exp(t, out=np.zeros(3)),
    "add.reduce": lambda t: np.add.reduce(t),
    "add.accumulate": lambda t: np.add.accumulate(t),
    "add.at": lambda t: np.add.at(np.zeros(3), [0], t),
    "multiply.outer": lambda t: np.multiply.outer(t, t),
    "pad edge": lambda t: np.pad(t, 1, mode="edge"),
    "pad reflect": lambda t: np.pad(t, 1, "reflect", reflect_type="odd"),
    "pad dictionary": lambda t: np.pad(t, {0: (1, 1)}),
    "reshape order": lambda t: np.reshape(t, (3, 1), order="A"),
    "where of one": lambda t: np.where(t),
    "concatenate dtype": lambda t: np.concatenate([t, t], dtype=np.float32),
    "matmul axes": lambda t: np.matmul(t[None], t[:, None], axes=[(0, 1), (0, 1), (0, 1)]),
    "norm of a matrix": lambda t: np.linalg.norm(t[None], 2),
    "norm of order 0": lambda t: np.linalg.norm(t, 0),
    "einsum by lists": lambda t: np.einsum(t, [0], [0]),
    "take mode": lambda t: np.take(t, [5], mode="clip"),
    "index a Tensor": lambda t: t[t],
    "axis a Tensor": lambda t: np.sum(t, t[0]),
    "fill a Tensor": lambda t: np.pad(t, 1, constant_values=t[0]),
}


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_an_unsupported_argument_is_refused(name):
    with pytest.raises(UnsupportedArgumentError, match="wanted") as caught:
        UNSUPPORTED[name](vector())
    assert "np." in str(caught.value) or "getitem" in str(caught.value)
    assert isinstance(caught.value, TypeError)


def test_none_for_all_axes_is_not_dropped():
    a = Tensor([[3.0, 1.0], [2.0, 0.0]])
    assert np.sort(a, axis=None).shape == (4,)
    assert np.concatenate([a, a], axis=None).shape == (8,)
    assert np.sum(a, axis=None, dtype=None, out=None).shape == ()


def test_numpys_own_errors_are_numpys():
    with pytest.raises(ValueError, match="broadcast"):
        vector() + np.ones(4)
    with pytest.raises(ValueError, match="equal lengths"):
        np.tensordot(Tensor(np.ones((2, 6))), np.ones((3, 4)), axes=([0, 1], [0, 1]))
    with pytest.raises(ValueError, match="one axis or two, got 3"):
        np.linalg.norm(Tensor(np.ones((2, 2, 2))), axis=(0, 1, 2))
    with pytest.raises(ValueError, match="vector or a matrix"):
        np.diag(Tensor(1.0))
    with pytest.raises(ValueError, match="Input operand"):
        np.matmul(3.0, vector())
    with pytest.raises(ValueError, match="mismatch in its core dimension"):
        np.matmul(Tensor(np.ones((2, 3))), np.ones((2, 3)))
    with pytest.raises(IndexError):
        vector()[5]


# Dtypes

NOT_REAL = {
    "complex number": 1j,
    "complex array": np.array([1j, 2, 3]),
    "complex scalar": np.complex128(1j),
    "complex list": [1j, 2, 3],
    "text": "a",
    "text array": np.array(["a", "b", "c"]),
    "object array": np.array([1, 2, 3], dtype=object),
    "masked array": np.ma.array([1.0, 2.0, 3.0], mask=[False, True, False]),
    "matrix": np.ma.masked,
    "datetime array": np.array(["2020-01-01"] * 3, dtype="datetime64[D]"),
    "timedelta": np.timedelta64(5),
    "timedelta array": np.array([1, 2, 3], dtype="timedelta64[s]"),
    "decimal": Decimal(1),
    "none": None,
    "dictionary": {},
    "set": {1.0},
}


@pytest.mark.parametrize("name", NOT_REAL)
def test_what_is_not_real_is_refused(name):
    x = NOT_REAL[name]
    with pytest.raises(DtypeError, match="autograd: wanted"):
        Tensor(x)
    with pytest.raises(DtypeError, match="autograd: wanted"):
        vector() * x
    with pytest.raises(DtypeError, match="autograd: wanted"):
        np.maximum(vector(), x)
    with pytest.raises(DtypeError, match="autograd: wanted"):
        grad(lambda y: y)(x)
    with pytest.raises(AutogradError):  # a masked array asks for the plain values first
        x * vector()


@pytest.mark.parametrize("x", [True, np.bool_(True), 1, np.int32(1), [1], np.array([True]), Fraction(1)])
def test_integers_and_booleans_become_float64(x):
    assert Tensor(x).dtype == np.float64
    assert np.all(Tensor(x) == 1)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_float_types_are_kept(kind):
    for x in (kind(2), np.array([1, 2], kind)):
        t = Tensor(x)
        y = np.sum(np.exp(t * 0.5 + 1) ** 2) / 3
        assert t.dtype == kind
        assert y.dtype == kind
        y.backward()
        assert t.grad.dtype == kind


def test_a_float32_input_has_a_float32_gradient_of_a_float64_loss():
    t = Tensor(np.ones(3, np.float32))
    loss = np.sum(t * np.arange(3.0))
    assert loss.dtype == np.float64
    loss.backward()
    assert t.grad.dtype == np.float32
    assert grad(lambda x: np.sum(x * np.arange(3.0)))(np.ones(3, np.float32)).dtype == np.float32


# What is tracked

OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]
OTHERS = {
    "int": 2,
    "float": 2.0,
    "bool": True,
    "fraction": Fraction(1, 2),
    "np.float64": np.float64(2),
    "np.float32": np.float32(2),
    "np.int64": np.int64(2),
    "array": np.array([1.0, 2.0, 3.0]),
    "integer array": np.array([1, 2, 3]),
    "column": np.array([[1.0], [2.0]]),
    "list": [1.0, 2.0, 3.0],
    "tuple": (1, 2, 3),
    "Tensor": Tensor([1.0, 2.0, 3.0]),
}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("act", OPERATORS, ids=lambda act: act.__name__)
def test_operators_track_on_both_sides(act, name):
    other = OTHERS[name]
    plain = other.value if isinstance(other, Tensor) else other
    plain = float(plain) if isinstance(plain, Fraction) else np.array(plain)
    t = vector()
    for result, wanted in (
        (act(t, other), act(np.array([1.0, 2, 3]), plain)),
        (act(other, t), act(plain, np.array([1.0, 2, 3]))),
    ):
        assert isinstance(result, Tensor)
        assert any(operand is t for operand in result.operands)
        np.testing.assert_allclose(result.value, wanted, rtol=1e-15)


def test_matrix_products_track_on_both_sides():
    m, t = np.arange(9.0).reshape(3, 3), vector()
    for result, wanted in (
        (m @ t, m @ t.value),
        (t @ m, t.value @ m),
        (m.tolist() @ t, m @ t.value),
        (t @ m.tolist(), t.value @ m),
        (t @ t, 14.0),
    ):
        assert isinstance(result, Tensor)
        np.testing.assert_array_equal(result.value, wanted)


def test_signs_and_modulus():
    t = Tensor([-2.0, 3.0])
    assert +t is t
    assert list((-t).value) == [2, -3]
    assert list(abs(t).value) == [2, 3]


def test_integer_exponents():
    t = Tensor(-2.0)
    assert float((t**3).value) == -8
    assert float((t**-2).value) == 0.25
    assert grad(lambda x: x**3)(-2.0) == 12
    with pytest.raises(TypeError):
        pow(t, 2, 5)


def test_tensors_of_a_lower_level_are_constants():
    w = Tensor(3.0)
    slope = grad(lambda x: w * x**2)(2.0)  # 2 w x, still tracked by w
    assert isinstance(slope, Tensor)
    assert float(slope.value) == 12
    slope.backward()
    assert w.grad == 4


# Branches and comparisons


def test_a_branch_is_decided_by_the_value():
    def f(x):
        return x * 2 if x > 0 else -x

    assert grad(f)(3.0) == 2
    assert grad(f)(-3.0) == -1
    assert bool(Tensor(0.0)) is False
    assert bool(Tensor([2.0])) is True
    with pytest.raises(ValueError, match="ambiguous"):
        bool(vector())


COMPARISONS = [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge]


@pytest.mark.parametrize("compare", COMPARISONS, ids=lambda compare: compare.__name__)
@pytest.mark.parametrize("other", [2, 2.0, np.float64(2), np.array([3.0, 2, 1]), [3, 2, 1], Tensor([3.0, 2, 1])])
def test_comparisons_are_plain(compare, other):
    t, x = vector(), np.array([1.0, 2.0, 3.0])
    plain = other.value if isinstance(other, Tensor) else np.array(other)
    for got, wanted in ((compare(t, other), compare(x, plain)), (compare(other, t), compare(plain, x))):
        assert type(got) is np.ndarray
        assert got.dtype == bool
        np.testing.assert_array_equal(got, wanted)


def test_comparisons_across_levels_are_plain():
    def f(x):
        return grad(lambda y: y * (x if y > x else 1.0))(5.0)

    assert grad(f)(3.0) == 1


def test_hash_and_membership():
    t, u = vector(), vector()
    assert len({t, u, t}) == 2
    assert 2.0 in t
    assert 5.0 not in t
    assert (t == None).tolist() == [False] * 3  # noqa: E711


def test_constant_functions_give_plain_values():
    t = Tensor([3.0, -1.0, 2.0])
    assert np.argmax(t) == 0
    assert t.argmin() == 1
    assert np.argsort(t).tolist() == [1, 2, 0]
    assert np.sign(t).tolist() == [1, -1, 1]
    assert np.shape(t) == (3,)
    assert np.any(t > 2)
    assert np.isfinite(t).all()
    assert np.allclose(t, [3, -1, 2])
    assert type(np.zeros_like(t)) is np.ndarray
    assert np.full_like(t, 7).tolist() == [7, 7, 7]


def test_constant_methods_are_the_functions():
    x = np.array([[2.5, -1.26], [0.0, 7.0]])
    t = Tensor(x)
    for method, wanted in (
        (t.any(), x.any()),
        (t.any(axis=1), x.any(axis=1)),
        (t.all(), x.all()),
        (t.all(0), x.all(0)),
        (t.argsort(), x.argsort()),
        (t.argsort(axis=0), x.argsort(axis=0)),
        (t.nonzero(), x.nonzero()),
        (t.round(), x.round()),
        (t.round(1), x.round(1)),
        (t.imag, x.imag),
        (round(t), x.round()),
        (round(t, 1), x.round(1)),
        (np.around(t, 1), x.round(1)),
        (np.round(t, decimals=1), x.round(1)),
    ):
        assert not isinstance(method, Tensor)
        np.testing.assert_array_equal(method, wanted)
    assert grad(lambda x: np.sum(x * x.round()))(np.array([1.2, 2.9])).tolist() == [1, 3]
    assert grad(lambda x: x * round(x))(2.9) == 3


def test_format():
    t = Tensor(2.5)
    assert f"{t:.3f}" == f"{np.float64(2.5):.3f}" == "2.500"
    assert f"{t}" == str(t) == "Tensor(2.5)"
    assert f"{vector()}" == str(vector())
    with pytest.raises(ShapeError, match=r"format: wanted a scalar for '.3f', got a Tensor of shape \(3,\)"):
        format(vector(), ".3f")

    def f(x):
        assert f"{x:.2f}" == "3.00"
        return grad(lambda y: y * float(f"{y * x:.1f}"))(x)

    assert grad(f)(3.0) == 0


@pytest.mark.parametrize("kind", ["float32", np.float32, np.dtype("f4"), "f"])
def test_astype_is_linear(kind):
    t = vector()
    z = (t * t).astype(kind)
    assert z.dtype == np.float32
    z.backward(np.array([1.0, 10.0, 100.0], np.float32))
    assert z.grad.dtype == np.float32
    assert t.grad.dtype == np.float64
    assert t.grad.tolist() == [2, 40, 600]
    assert grad(lambda x: np.sum(x.astype(float) ** 2))(np.ones(2, np.float32)).dtype == np.float32
    assert grad(grad(lambda x: x.astype(kind) ** 3))(2.0) == 12
    assert Tensor(2.0).astype(kind).value.dtype == np.float32


def test_the_cotangent_of_astype_is_of_the_first_type():
    def f(x):
        slope = grad(lambda y: np.sum(y.astype(float) ** 2))(x)
        assert slope.dtype == np.float32
        return np.sum(slope)

    assert grad(f)(np.ones(2, np.float32)).tolist() == [2, 2]


@pytest.mark.parametrize("kind", [int, bool, complex, np.uint8, object, "U3"])
def test_astype_of_another_kind_is_refused(kind):
    with pytest.raises(DtypeError, match=r"astype: wanted a float type, got .*t\.value\.astype"):
        vector().astype(kind)


def test_a_tracked_fill_is_tracked():
    assert grad(lambda x: np.sum(np.full_like(x, x[0]) * [1.0, 10.0]))(np.array([2.0, 3.0])).tolist() == [11, 0]


# A container


def test_iteration_and_length():
    m = Tensor([[1.0, 2.0], [3.0, 4.0]])
    rows = list(m)
    assert len(m) == 2
    assert [row.shape for row in rows] == [(2,), (2,)]
    a, b = rows[0]
    (a * b).backward()
    assert m.grad.tolist() == [[2, 1], [0, 0]]
    with pytest.raises(ShapeError, match="len"):
        len(Tensor(1.0))
    with pytest.raises(ShapeError):
        iter(Tensor(1.0))


def test_what_it_says_of_itself():
    m = Tensor(np.ones((2, 3), np.float32))
    assert (m.shape, m.ndim, m.size, m.dtype) == ((2, 3), 2, 6, np.dtype(np.float32))
    assert m.T.shape == (3, 2)
    assert repr(Tensor(2.0)) == "Tensor(2.0)"


METHODS = {
    "sum": lambda a: a.sum(axis=1, keepdims=True),
    "mean": lambda a: a.mean(0),
    "prod": lambda a: a.prod(),
    "max": lambda a: a.max(axis=-1),
    "min": lambda a: a.min(),
    "var": lambda a: a.var(axis=0, ddof=1),
    "std": lambda a: a.std(),
    "cumsum": lambda a: a.cumsum(1),
    "dot": lambda a: a.dot(np.arange(3.0)),
    "trace": lambda a: a.trace(1),
    "clip": lambda a: a.clip(0.2, 0.7),
    "reshape a tuple": lambda a: a.reshape((3, 2)),
    "reshape integers": lambda a: a.reshape(3, -1),
    "transpose": lambda a: a.transpose(),
    "transpose integers": lambda a: a.transpose(1, 0),
    "transpose a tuple": lambda a: a.transpose((1, 0)),
    "ravel": lambda a: a.ravel(),
    "flatten": lambda a: a.flatten(),
    "squeeze": lambda a: a[:, :1].squeeze(1),
    "swapaxes": lambda a: a.swapaxes(0, 1),
    "repeat": lambda a: a.repeat(2, 1),
    "take": lambda a: a.take([2, 2], axis=1),
    "diagonal": lambda a: a.diagonal(1),
    "T": lambda a: a.T,
    "copy": lambda a: a.copy(),
    "real": lambda a: a.real,
    "conj": lambda a: a.conj(),
    "conjugate": lambda a: a.conjugate(),
    "astype": lambda a: a.astype(float),
}


@pytest.mark.parametrize("name", METHODS)
def test_methods_are_the_functions(name):
    # Multiples of 1/64, whose sums and products are exact in every order: the dot of a tensor is not that of an array.
    x = np.random.default_rng(0).integers(1, 64, (2, 3)) / 64
    t = METHODS[name](Tensor(x))
    assert isinstance(t, Tensor)
    np.testing.assert_array_equal(t.value, METHODS[name](x))


def test_layers_take_numbers_and_lists_and_refuse_what_does_not_fit():
    assert sigmoid([0.0]).tolist() == [0.5]
    assert sigmoid(True) == sigmoid(1.0)
    with pytest.raises(DtypeError):
        sigmoid(1j)
    x = np.zeros((1, 1, 3, 3))
    for kernel, options in (((1, 2, 2, 2), {}), ((1, 1, 4, 4), {}), ((1, 1, 2, 2), {"stride": 0})):
        with pytest.raises(ShapeError, match=r"conv2d.*wanted.*got"):
            conv2d(x, np.zeros(kernel), np.zeros(1), **options)
