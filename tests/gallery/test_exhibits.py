"""The gallery against oracles that share no code with it: differences extrapolated to step 0, and complex steps."""

import inspect
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import autograd
from handgrad.errors import HandgradError
from handgrad.gallery import EXHIBITS, MISTAKES, Exhibit, exhibit

RIGHT = [one for one in EXHIBITS if one.mistake is None]
WRONG = [one for one in EXHIBITS if one.mistake is not None]
HIDDEN = [one for one in EXHIBITS if one.hidden_at_inputs]
OPAQUE = [one for one in EXHIBITS if one.opaque]

# No complex step where NumPy's function (logaddexp, var, slogdet) takes real numbers only, or takes a size inside.
NOT_ANALYTIC = (
    *("softplus", "binary-cross-entropy", "negative-sampling", "logistic", "batch-norm", "layer-norm"),
    *("log-determinant", "gaussian"),
)


def per_exhibit(chosen: list[Exhibit]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("one", chosen, ids=[one.name for one in chosen])


def double(inputs: tuple[Any, ...]) -> list[Any]:
    """Inputs in float64; integers (indices, strides) stay what they are."""
    return [np.asarray(x, dtype=float) if np.asarray(x).dtype.kind == "f" else x for x in inputs]


def listed(values: Any) -> list[Any]:
    return list(values) if isinstance(values, tuple) else [values]


def cotangents(one: Exhibit, inputs: tuple[Any, ...], seed: int = 0) -> list[Any]:
    """Random and not uniform, so that no two entries of the value can stand in for each other."""
    draw = np.random.default_rng(seed)
    values = listed(one.function(*inputs))
    return [draw.normal(size=np.shape(v)).astype(np.asarray(v).dtype)[()] if one.vjp else 1.0 for v in values]


def by_hand(one: Exhibit, inputs: tuple[Any, ...]) -> list[Any]:
    if not one.vjp:
        return listed(one.by_hand(*inputs))
    bars = cotangents(one, inputs)
    several = isinstance(one.function(*inputs), tuple)
    return listed(one.by_hand(tuple(bars) if several else bars[0], *inputs))


def along(one: Exhibit, inputs: tuple[Any, ...], name: str, direction: Any) -> Callable[[Any], Any]:
    """The value, times the cotangent, as a function of a step in a direction of one input."""
    start, bars, place = double(inputs), cotangents(one, inputs), one.names.index(name)

    def value(step: Any) -> Any:
        moved = [x + step * direction if i == place else x for i, x in enumerate(start)]
        return sum(np.sum(bar * z) for bar, z in zip(bars, listed(one.function(*moved)), strict=True))

    return value


def extrapolated(f: Callable[[float], Any], start: float) -> float:
    """Ridders: central differences at halved steps, extrapolated; of all columns the one that changed least."""
    best, least = np.nan, np.inf
    previous: list[float] = []
    for k in range(14):
        h = start / 2**k
        row = [float((f(h) - f(-h)) / (2 * h))]
        for order, coarse in enumerate(previous, start=1):
            row.append((4**order * row[-1] - coarse) / (4**order - 1))
            change = max(abs(row[-1] - row[-2]), abs(row[-1] - coarse))
            if change <= least:
                best, least = row[-1], change
        previous = row
    return best


def units(x: Any) -> Iterator[tuple[tuple[int, ...], Any]]:
    for index in np.ndindex(*np.shape(x)):
        unit = np.zeros(np.shape(x))
        unit[index] = 1
        yield index, unit


def by_entry(one: Exhibit, inputs: tuple[Any, ...], slope: Callable[[Callable[[Any], Any], float], float]) -> list[Any]:
    gradients = []
    for name in one.wrt:
        x = inputs[one.names.index(name)]
        gradient = np.zeros(np.shape(x))
        for index, unit in units(x):
            gradient[index] = slope(along(one, inputs, name, unit), 0.1 * max(1.0, float(abs(np.asarray(x)[index]))))
        gradients.append(gradient)
    return gradients


def differences(one: Exhibit, inputs: tuple[Any, ...]) -> list[Any]:
    return by_entry(one, inputs, extrapolated)


def complex_steps(one: Exhibit, inputs: tuple[Any, ...]) -> list[Any]:
    # 1e-30 squared is far below rounding, and nothing is subtracted: the imaginary part has all digits.
    return by_entry(one, inputs, lambda f, start: float(f(1e-30j).imag / 1e-30))


def distance(hand: list[Any], oracle: list[Any]) -> float:
    """The greatest difference, relative to the greatest entry of the same gradient, or to the other gradients'.

    Where a whole gradient vanishes, a thousandth of the others' greatest entry is the scale.
    """
    assert len(hand) == len(oracle)
    if any(np.shape(x) != np.shape(y) for x, y in zip(hand, oracle, strict=True)):
        return np.inf
    greatest = [float(np.max(np.abs(y))) for y in oracle]
    scales = [max(own, 1e-3 * max(greatest)) for own in greatest]
    # np.max, as Python's max loses a NaN.
    return float(np.max([np.max(np.abs(x - y)) / scale for x, y, scale in zip(hand, oracle, scales, strict=True)]))


def rounding(one: Exhibit) -> float:
    """A tolerance: float32 carries seven digits, of which sums of a few terms lose one or two."""
    return 1e-5 if any(np.asarray(x).dtype == np.float32 for x in one.inputs) else 0.0


@per_exhibit([one for one in RIGHT if not one.at_kink])
def test_a_right_one_agrees_with_extrapolated_differences(one: Exhibit) -> None:
    # Values near 1 are known to 1e-16; at steps near 0.01, ten to eleven digits of their slopes remain.
    assert distance(by_hand(one, one.inputs), differences(one, one.inputs)) < max(1e-9, rounding(one))


@per_exhibit([x for x in RIGHT if not (x.at_kink or x.opaque or x.name.startswith(NOT_ANALYTIC))])
def test_a_right_one_agrees_with_complex_steps(one: Exhibit) -> None:
    # Nothing but the rounding of both sides, of a few dozen operations; 1 - a of a saturated sigmoid loses more,
    # but only where it is small against the greatest entry.
    assert distance(by_hand(one, one.inputs), complex_steps(one, one.inputs)) < max(1e-13, rounding(one))


@per_exhibit([one for one in RIGHT if not one.at_kink])
def test_a_right_one_is_right_at_other_values_too(one: Exhibit) -> None:
    draw = np.random.default_rng(2)

    def other(x: Any) -> Any:
        # Masks, labels and indices stay what they are; a factor near 1 leaves what is positive positive.
        if np.asarray(x).dtype.kind != "f" or set(np.ravel(x)) <= {-1.0, 0.0, 1.0}:
            return x
        return x * draw.uniform(0.8, 1.2, np.shape(x)).astype(np.asarray(x).dtype)

    inputs = tuple(other(x) for x in one.inputs)
    # As at its own inputs.
    assert distance(by_hand(one, inputs), differences(one, inputs)) < max(1e-9, rounding(one))


@per_exhibit([exhibit("sigmoid-saturated"), *(x for x in RIGHT if x.layer == "least squares")])
def test_a_right_one_agrees_in_each_entry_however_small(one: Exhibit) -> None:
    # 1 - a at z = 17 is 4e-8, known to 1e-16: eight digits are left. Least squares cancels less.
    for hand, oracle in zip(by_hand(one, one.inputs), complex_steps(one, one.inputs), strict=True):
        np.testing.assert_allclose(hand, oracle, rtol=1e-8, atol=0)


@per_exhibit([one for one in EXHIBITS if one.at_kink])
def test_at_a_kink_right_is_what_lies_between_the_one_sided_slopes(one: Exhibit) -> None:
    hand = by_hand(one, one.inputs)
    legitimate = True
    for name, gradient in zip(one.wrt, hand, strict=True):
        x = one.inputs[one.names.index(name)]
        # Entry by entry, and all at once: there ties stay ties, and the slope is one number.
        for direction in [*(unit for _, unit in units(x)), np.ones(np.shape(x))]:
            f, h = along(one, one.inputs, name, direction), 1e-3
            sides = sorted([(f(h) - f(0)) / h, (f(0) - f(-h)) / h])
            slope = np.sum(gradient * direction)
            # The functions are linear on each side, so that nothing but rounding / h is left.
            legitimate &= bool(sides[0] - 1e-9 <= slope <= sides[1] + 1e-9)
    assert legitimate == (one.mistake is None)


@per_exhibit([one for one in WRONG if not one.at_kink])
def test_a_wrong_one_is_clearly_wrong_at_generic_inputs(one: Exhibit) -> None:
    inputs = one.generic if one.generic is not None else one.inputs
    assert distance(by_hand(one, inputs), differences(one, inputs)) > 1e-6


@per_exhibit(HIDDEN)
def test_a_hidden_mistake_does_not_show_at_its_inputs(one: Exhibit) -> None:
    assert one.generic is not None
    # As for right ones.
    assert distance(by_hand(one, one.inputs), differences(one, one.inputs)) < 1e-9


@per_exhibit([one for one in EXHIBITS if not one.opaque])
def test_autograd_traces_the_function_and_agrees_with_differences(one: Exhibit) -> None:
    # At a kink there is nothing to agree on: beside it there is.
    draw = np.random.default_rng(1)
    inputs = (
        tuple(x + 0.01 * draw.normal(size=np.shape(x)) if name in one.wrt else x
              for name, x in zip(one.names, one.inputs, strict=True))
        if one.at_kink
        else one.inputs
    )  # fmt: skip
    places = tuple(one.names.index(name) for name in one.wrt)
    if one.vjp:

        def forward(*chosen: Any) -> Any:
            given = dict(zip(places, chosen, strict=True))
            return one.function(*(given.get(i, x) for i, x in enumerate(inputs)))

        value, pullback = autograd.vjp(forward, *(inputs[i] for i in places))
        bars = cotangents(one, inputs)
        automatic = list(pullback(tuple(bars) if isinstance(value, tuple) else bars[0]))
    else:
        automatic = list(autograd.grad(one.function, places)(*inputs))
    # As for right ones.
    assert distance(automatic, differences(one, inputs)) < max(1e-9, rounding(one))


@per_exhibit(OPAQUE)
def test_autograd_cannot_trace_an_opaque_function(one: Exhibit) -> None:
    def forward(*chosen: Any) -> Any:
        given = dict(zip(one.wrt, chosen, strict=True))
        return one.function(*(given.get(name, x) for name, x in zip(one.names, one.inputs, strict=True)))

    with pytest.raises(Exception, match=r"Tensor|sequence|float|in place"):
        autograd.vjp(forward, *(one.inputs[one.names.index(name)] for name in one.wrt))


@per_exhibit(list(EXHIBITS))
def test_an_exhibit_is_complete(one: Exhibit) -> None:
    assert len(one.inputs) == len(one.names) == len(set(one.names))
    assert set(one.wrt) <= set(one.names)
    assert len(one.wrt) == len(by_hand(one, one.inputs))
    assert one.lesson.endswith(".")
    assert one.hidden_at_inputs == (one.generic is not None)
    assert one.mistake is None or one.mistake in MISTAKES
    expected = [*(["cotangent"] if one.vjp else []), *one.names]
    assert len(inspect.signature(one.by_hand).parameters) == len(expected)
    if isinstance(one.function, np.ufunc):
        return
    assert tuple(inspect.signature(one.function).parameters) == one.names


@per_exhibit(list(EXHIBITS))
def test_neither_side_writes_into_its_inputs(one: Exhibit) -> None:
    arrays = [x for x in (*one.inputs, *(one.generic or ())) if isinstance(x, np.ndarray)]
    assert not any(x.flags.writeable for x in arrays)


@per_exhibit(WRONG)
def test_a_wrong_one_is_the_twin_of_a_right_one(one: Exhibit) -> None:
    right = exhibit(one.name.split(".")[0])
    assert right.mistake is None
    assert (right.function, right.names, right.wrt, right.vjp) == (one.function, one.names, one.wrt, one.vjp)


def test_names_are_unique_and_in_kebab_case() -> None:
    names = [one.name for one in EXHIBITS]
    assert len(set(names)) == len(names)
    assert all(part.replace("-", "").isalnum() and part == part.lower() for name in names for part in name.split("."))
    assert all(("." in one.name) == (one.mistake is not None) for one in EXHIBITS)


def test_every_kind_of_mistake_is_shown() -> None:
    assert set(MISTAKES) == {one.mistake for one in WRONG}


def test_right_and_wrong_are_in_balance() -> None:
    assert len(RIGHT) >= 32
    assert len(WRONG) >= 32
    assert len(RIGHT) / len(WRONG) > 0.6
    assert Counter(one.hidden_at_inputs for one in EXHIBITS)[True] >= 5
    assert len(OPAQUE) >= 4


def test_an_unknown_name_is_told_with_close_ones() -> None:
    with pytest.raises(HandgradError, match=r"exhibit: wanted one of \d+ names, got 'denseweights'; did you mean '"):
        exhibit("denseweights")


def test_importing_handgrad_leaves_the_gallery_alone() -> None:
    code = "import sys, handgrad; sys.exit('handgrad.gallery' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
