"""What every function keeps: NumPy's protocols, the type, its operands, and the refusal of wrong shapes."""

import dataclasses
import inspect
import subprocess
import sys

import numpy as np
import pytest
from numpy.lib.mixins import NDArrayOperatorsMixin

from manual.errors import ShapeError
from tests.manual import calls as manual_calls


class Duck(NDArrayOperatorsMixin):
    """Stands for an array through NumPy's two protocols alone: no conversion, no writing, no out."""

    def __init__(self, value):
        self.value = value

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        if method != "__call__" or "out" in kwargs:
            return NotImplemented
        return Duck(ufunc(*map(bare, inputs), **kwargs))

    def __array_function__(self, function, types, args, kwargs):
        if "out" in kwargs:
            return NotImplemented
        return Duck(function(*map(bare, args), **{name: bare(value) for name, value in kwargs.items()}))

    def __array__(self, dtype=None, copy=None):
        raise TypeError("a duck is not to be converted")

    def __getitem__(self, key):
        return Duck(self.value[key])

    def __bool__(self):
        return bool(self.value)

    shape = property(lambda self: self.value.shape)
    ndim = property(lambda self: self.value.ndim)
    dtype = property(lambda self: self.value.dtype)
    T = property(lambda self: Duck(self.value.T))


def bare(value):
    if isinstance(value, list):  # np.stack takes one
        return [bare(item) for item in value]
    return value.value if isinstance(value, Duck) else value


def arrays_of(result):
    """The arrays in a result, whether it is one, a tuple, a dict or a dataclass of them."""
    if dataclasses.is_dataclass(result):
        result = [getattr(result, field.name) for field in dataclasses.fields(result)]
    if isinstance(result, dict):
        result = list(result.values())
    parts = result if isinstance(result, tuple | list) else [result]
    return [part for part in parts if isinstance(part, Duck | np.ndarray | np.floating)]


def mapped(operands, change):
    return {name: change(value) if isinstance(value, np.ndarray) else value for name, value in operands.items()}


def row(equation, function, operands):
    name = f"{equation}-{function.__module__.removeprefix('manual.')}.{function.__name__}"
    return pytest.param(function, operands, id=name)


EVERY = [row(*line) for line in manual_calls.TABLE]
WITH_ARRAYS = [
    row(*line) for line in manual_calls.TABLE if any(isinstance(value, np.ndarray) for value in line[2].values())
]


def test_table_holds_every_public_function():
    public = {
        function
        for module in manual_calls.MODULES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }
    called = {function for _, function, _ in manual_calls.TABLE}
    # The backward passes are called through helpers that make their letters, or name what they return.
    networks = manual_calls.networks
    backward = {networks.dense_backward, networks.cnn_backward, networks.cnn_image_gradient, networks.cnn_descent}
    assert {function.__name__ for function in public - called} == {function.__name__ for function in backward}


@pytest.mark.parametrize(("function", "operands"), WITH_ARRAYS)
def test_runs_unchanged_on_ducks(function, operands):
    plain = arrays_of(function(**operands))
    ducks = arrays_of(function(**mapped(operands, Duck)))
    assert len(ducks) == len(plain)
    for duck, array in zip(ducks, plain, strict=True):
        assert isinstance(duck, Duck)
        assert np.array_equal(duck.value, array, equal_nan=True)


@pytest.mark.parametrize(("function", "operands"), WITH_ARRAYS)
def test_runs_unchanged_on_one_duck_among_arrays(function, operands):
    plain = arrays_of(function(**operands))
    for name in operands:
        if isinstance(operands[name], np.ndarray):
            mixed = arrays_of(function(**(operands | {name: Duck(operands[name])})))
            assert any(isinstance(part, Duck) for part in mixed)
            for part, array in zip(mixed, plain, strict=True):
                assert np.array_equal(bare(part), array, equal_nan=True)


@pytest.mark.parametrize(("function", "operands"), WITH_ARRAYS)
def test_keeps_float32(function, operands):
    narrow = arrays_of(function(**mapped(operands, lambda array: array.astype(np.float32))))
    assert [array.dtype for array in narrow] == [np.float32] * len(narrow)
    # At most some hundred roundings of 2^-24, on numbers of order 1 and more.
    for array, wide in zip(narrow, arrays_of(function(**operands)), strict=True):
        np.testing.assert_allclose(array, wide, rtol=1e-4, atol=1e-5)


def integers(name, array, kind, labels):
    """Numbers from 1 to 180, whose sums, squares and negatives leave a byte; as booleans both, outputs all true."""
    if name == "y" and labels:  # of which each row must sum to 1
        return np.eye(array.shape[1])[np.arange(len(array)) % array.shape[1]].astype(kind)
    whole = np.ceil(array * 200)
    return (whole > (0 if name == "y_hat" else 90)).astype(kind) if kind is bool else whole.astype(kind)


@pytest.mark.parametrize("kind", [np.uint8, bool, np.int64])
@pytest.mark.parametrize(("function", "operands"), WITH_ARRAYS)
def test_integers_count_as_float64(function, operands, kind):
    labels = function.__name__ in ("cnn_backward_of", "cnn_image_gradient_of", "cnn_descent_of")
    narrow = {
        name: integers(name, value, kind, labels) if isinstance(value, np.ndarray) else value
        for name, value in operands.items()
    }
    with np.errstate(all="ignore"):  # a softmax of such numbers is decided
        got = arrays_of(function(**narrow))
        wanted = arrays_of(function(**mapped(narrow, lambda array: array.astype(float))))
    assert [array.dtype for array in got] == [np.float64] * len(wanted)
    for array, wide in zip(got, wanted, strict=True):
        np.testing.assert_array_equal(array, wide)


@pytest.mark.parametrize(("function", "operands"), WITH_ARRAYS)
def test_lists_count_as_arrays(function, operands):
    lists = arrays_of(function(**mapped(operands, np.ndarray.tolist)))
    for got, wanted in zip(lists, arrays_of(function(**operands)), strict=True):
        np.testing.assert_array_equal(got, wanted)


@pytest.mark.parametrize("byte", [np.uint8(200), np.array(200, np.uint8)])
def test_a_number_of_eight_bits(byte):
    assert float(manual_calls.sigmoids.sigmoid(byte)) == float(manual_calls.sigmoids.sigmoid(200.0))
    assert float(manual_calls.sigmoids.sigmoid_derivative(byte)) == 200 * -199
    got = manual_calls.dense.weight_update(byte, **{k: v for k, v in manual_calls.eq2.items() if k != "eta"})
    wanted = manual_calls.dense.weight_update(200.0, **{k: v for k, v in manual_calls.eq2.items() if k != "eta"})
    np.testing.assert_array_equal(got, wanted)


@pytest.mark.parametrize(("function", "operands"), WITH_ARRAYS)
def test_leaves_its_operands_alone(function, operands):
    def locked(array):
        array = array.copy()
        array.setflags(write=False)
        return array

    given = mapped(operands, locked)
    function(**given)
    for name, value in operands.items():
        assert np.array_equal(given[name], value)


@pytest.mark.parametrize(("function", "operands"), WITH_ARRAYS)
def test_refuses_an_empty_axis(function, operands):
    for name, value in operands.items():
        for axis in range(value.ndim if isinstance(value, np.ndarray) else 0):
            empty = np.take(value, [], axis=axis)
            with pytest.raises(ShapeError, match=r"\w+: wanted .*, got "):
                function(**(operands | {name: empty}))


ANY_NUMBER_OF_AXES = {"sigmoid", "sigmoid_derivative", "average_pool"}


@pytest.mark.parametrize(("function", "operands"), WITH_ARRAYS)
def test_refuses_another_number_of_axes(function, operands):
    if function.__name__ in ANY_NUMBER_OF_AXES:
        function(**mapped(operands, lambda array: array[np.newaxis]))
        return
    for name, value in operands.items():
        if isinstance(value, np.ndarray):
            with pytest.raises(ShapeError, match=r"\w+: wanted .*, got "):
                function(**(operands | {name: value[np.newaxis]}))


@pytest.mark.parametrize(("function", "operands"), EVERY)
def test_docstring_says_everything_in_order(function, operands):
    if function.__module__ == manual_calls.__name__:
        function = getattr(manual_calls.networks, function.__name__.removesuffix("_of"))
    text = function.__doc__
    places = [text.index(word) for word in ("Formula:", "Shapes:", "Domain:", "Raises:", ">>>", "Source:")]
    assert places == sorted(places)


def test_needs_only_numpy_and_the_standard_library():
    script = (
        "import sys, numpy; before = set(sys.modules); import manual;"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before};"
        "print(sorted(new - set(sys.stdlib_module_names) - {'numpy'}))"
    )
    root = str(manual_calls.dense.__file__).rpartition("manual")[0]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "['manual']"
