"""What an exact array takes, refuses, and says of itself."""

import re
from fractions import Fraction

import numpy as np
import pytest

from handgrad.exact import (
    ExactArray,
    ExactError,
    NoExactMeaningError,
    Tower,
    VanishingDenominatorError,
    tower,
)
from handgrad.exact.array import OPAQUE, ROUNDED, UNDEFINED
from handgrad.exact.errors import LevelsSpentError
from handgrad.exact.lifting import lift
from tests.exact.fixtures import assert_is, fractions_of, same

T = tower(3, 0)
X = np.array([0.5, -0.25, 3.0])


def exact(values=X, fields=T):
    return ExactArray.input(values, fields)


@pytest.mark.parametrize(
    "values",
    [
        X,
        np.array([1e300, -(2.0**-60), 0.1]),  # too large, and too fine, for integers over 2^40
        np.array([2.0**22, 2.0**30 + 0.5, -(2.0**22) + 2.0**-30]),
        np.array([2.0**-1074, 2.0**1023]),
        [1, 0.5],
        np.array([True, False]),
        np.array([2**53, -(2**53)]),
        np.array([7], np.uint8),
        np.array([0.1], np.float32),
        1e300,
    ],
    ids=repr,
)
def test_inputs_are_taken_for_exactly_what_they_are(values):
    assert exact(values).shape == np.shape(values)
    for residues, p in zip(exact(values).residues, T.primes, strict=True):
        wanted = [x.numerator * pow(x.denominator, -1, p) % p for x in np.ravel(fractions_of(values))]
        assert np.ravel(residues).tolist() == wanted


@pytest.mark.parametrize(
    ("values", "got"),
    [
        (np.ma.masked_array([1.0, 2.0], [True, False]), "got MaskedArray"),
        (np.ma.masked_array(["a"]), "got MaskedArray"),
        (np.array([1j], np.complex64), "got an array of complex64"),
        (np.array(["a"]), "got an array of <U1"),
        (np.array([1.0], np.longdouble), "got an array of float128"),
        (np.array([None]), "got an array of object"),
        (np.array([2**53 + 1]), "got a larger one"),
        (np.array([3, -(2**53) - 1]), "got a larger one"),
    ],
)
def test_what_a_float64_does_not_hold_is_refused(values, got):
    with pytest.raises(ExactError, match=got):
        exact(values)


def test_it_shows_its_values_and_its_levels():
    assert repr(exact()) == f"ExactArray({X}, levels 0 to 2)"
    assert repr(np.exp(exact())) == f"ExactArray({np.exp(X)}, levels 1 to 2)"


def test_as_floats_it_is_a_copy_and_as_integers_plain():
    x = exact()
    copied = x.astype(np.float64)
    assert same(copied, x)
    copied[0] = 7
    assert_is(x, fractions_of(X))
    plain = x.astype(np.int64)
    assert type(plain) is np.ndarray
    assert plain.tolist() == [0, 0, 3]


def test_a_tower_without_levels_left_says_how_many_there_must_be():
    with pytest.raises(LevelsSpentError) as caught:
        np.exp(exact(fields=tower(1, 0))).deepest()
    assert caught.value.needed == 2


@pytest.mark.parametrize("mine", [np.exp, np.copy])
@pytest.mark.parametrize("theirs", [np.exp, np.copy])
def test_adding_at_indices_is_adding(mine, theirs):
    """Where one lives from a level on, so does the sum; an index named twice is added to twice."""
    x, y = mine(exact()), theirs(exact())
    z = x.copy()
    np.add.at(z, np.array([0, 2, 0]), y)
    wanted = x + np.stack([y[0] + y[2], y[0] * 0, y[1]])
    assert same(z, wanted)
    assert [r is None for r in z.residues] == [r is None for r in wanted.residues]


def test_what_is_written_into_it_limits_it():
    x = exact()
    x[0] = np.log(exact() * exact())[1]
    assert x.taint & OPAQUE
    y = np.log(exact() * exact())
    y[0] = exact()[0]
    assert y.taint & OPAQUE


def test_what_einsum_hands_out_is_never_an_operand():
    x = ExactArray.input(np.ones((2, 2)), tower(2, 0))
    np.einsum("ij->ij", x)[0, 0] = 5
    assert x.shadow.tolist() == [[1, 1], [1, 1]]
    assert [r.tolist() for r in x.residues] == [[[1, 1], [1, 1]]] * 2


def test_results_are_written_into_exact_arrays_of_their_shape_alone():
    x = exact()
    assert_is(np.add(x, 1, out=exact()), fractions_of(X + 1))
    for out in (np.empty(3), exact([1.0]), exact(np.ones((1, 3)))):
        with pytest.raises(NoExactMeaningError, match="out="):
            np.add(x, 1, out=out)
    with pytest.raises(NoExactMeaningError, match="out="):  # truth values are plain
        np.greater(x, 0, out=exact())


def test_fractions_are_constants():
    assert_is(exact() * Fraction(1, 3), fractions_of(X) * Fraction(1, 3))


@pytest.mark.parametrize(
    "x",
    [10**400, -(10**400), Fraction(10**400, 3), Fraction(-(10**400), 3), Fraction(1, 3), -(2**62), 2**62, 2**70, True],
)
def test_integers_of_any_length_are_constants(x):
    lifted = lift(x, T)
    assert [int(r) for r in lifted.residues] == [
        Fraction(x).numerator * pow(Fraction(x).denominator, -1, p) % p for p in T.primes
    ]
    assert float(lifted.shadow) == (float(x) if abs(x) < 10**300 else np.sign(float(x > 0) - 0.5) * np.inf)


def test_the_two_infinities_are_opposite_and_not_small():
    for up, down, p in zip(lift(np.inf, T).residues, lift(-np.inf, T).residues, T.primes, strict=True):
        assert (int(up) + int(down)) % p == 0
        assert 0 < int(down) < p
        assert int(up) not in (0, 1, p - 1)


def test_operands_live_in_one_tower():
    equal, other = Tower(T.primes, T.generators), tower(3, 1)
    assert equal is not T
    assert_is(exact() + exact(fields=equal), fractions_of(2 * X))
    for first, second in ((T, other), (other, T)):
        with pytest.raises(NoExactMeaningError, match="these live in different towers"):
            exact(fields=first) + exact(fields=second)
        with pytest.raises(NoExactMeaningError, match="these live in different towers"):
            np.stack([exact(fields=first), exact(fields=first), exact(fields=second)])


@pytest.mark.parametrize("kind", [np.float16, np.longdouble, np.complex64, np.complex128, "U3", object])
def test_constants_of_other_types_have_no_exact_meaning(kind):
    with pytest.raises(NoExactMeaningError, match="wanted integers, float64 or float32"):
        exact() * np.array([1, 2, 3]).astype(kind)


def test_one_constant_of_an_array_that_is_rounded_taints_it():
    assert not lift(np.array([0.5, 0.1, 1 / 3]), T).taint
    assert lift(np.array([0.5, np.pi]), T).taint == lift(np.pi, T).taint == ROUNDED
    assert lift(np.array([0.5, np.nan]), T).taint == lift(np.inf, T).taint == UNDEFINED


def test_a_constant_whose_denominator_is_the_prime_has_no_residue():
    for k in (1, 2):
        with pytest.raises(VanishingDenominatorError):
            exact() * Fraction(3, k * T.primes[0])


@pytest.mark.parametrize("join", [np.concatenate, np.stack, np.hstack])
def test_what_is_joined_is_limited_by_each_part(join):
    plain, opaque, cube = exact(), np.log(exact() ** 2), exact() ** 3
    for parts in ([plain, opaque], [opaque, plain]):
        assert join(parts).taint & OPAQUE
    for parts in ([plain, cube], [cube, plain], [plain, cube, plain]):
        assert join(parts).degree.numerator == 3
        assert not join(parts).taint


def test_arrays_like_another_are_exact_but_of_integers_plain():
    x = exact()
    assert_is(np.zeros_like(x), fractions_of([0, 0, 0]))
    assert_is(np.full_like(x, 0.1, dtype=float, shape=(2,)), np.array([Fraction(1, 10)] * 2))
    for like, kind, wanted in (
        (np.zeros_like(x, dtype=int), int, [0, 0, 0]),
        (np.ones_like(x, dtype=bool), bool, [True] * 3),
        (np.full_like(x, 7, dtype=np.uint8, shape=2), np.uint8, [7, 7]),
    ):
        assert type(like) is np.ndarray
        assert like.dtype == kind
        assert like.tolist() == wanted


@pytest.mark.parametrize("operands", [(2.0, X), (X, 2.0), (2.0, 2.0)])
def test_matrix_products_of_numbers_are_refused(operands):
    x, y = (exact(operand) for operand in operands)
    with pytest.raises(ExactError, match=r"np\.matmul: wanted arrays with axes, got shapes"):
        np.matmul(x, y)


@pytest.mark.parametrize("axes", [([0, 1], [0, 1]), ([0], [0])], ids=["as many entries", "others"])
def test_sums_over_axes_of_other_lengths_are_refused(axes):
    with pytest.raises(ExactError, match=r"equal lengths of summed axes, got \(2, 3\) and \(3, 2\)"):
        np.tensordot(exact(np.ones((2, 3))), exact(np.ones((3, 2))), axes)


def test_a_matrix_that_float64_finds_singular_has_its_exact_solution():
    """1 and 1 + 2^-60 are the same float; the solution of [[1, 1], [1, 1 + e]] x = [1, 2] is [1 - 1/e, 1/e]."""
    e = Fraction(1, 2**60)
    for batch, columns, shape in (((3, 1), (4, 1, 5), (3, 4, 2, 5)), ((3,), (1, 5), (3, 2, 5)), ((), (), (2,))):
        a, b = exact(np.ones((*batch, 2, 2))), exact(np.tile([[1.0], [2.0]], columns) if columns else [1.0, 2.0])
        a[..., 1, 1] += e
        x = np.linalg.solve(a, b)
        assert x.shape == shape
        assert np.isnan(x.shadow).all()
        rows = x if columns else np.reshape(x, (2, 1))
        for residues, p in zip(rows.residues, T.primes, strict=True):
            inverse = pow(2, 60, p)
            np.testing.assert_array_equal(residues[..., 0, :], (1 - inverse) % p)
            np.testing.assert_array_equal(residues[..., 1, :], inverse)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda x: np.linalg.qr(np.ones((2, 2)) * x[0]), "np.linalg.qr"),
        (np.sinc, "np.sinc"),
        (np.nextafter, "np.nextafter"),
        (lambda x: np.fft.fft(x), "np.fft.fft"),
    ],
)
def test_what_has_no_meaning_is_told_by_its_name(call, name):
    with pytest.raises(NoExactMeaningError, match=re.escape(name)):
        call(exact()) if name != "np.nextafter" else call(exact(), exact())


def test_the_diagonal_of_a_matrix_alone_is_filled():
    x = exact(np.ones((2, 3)))
    np.fill_diagonal(x, 0.1)
    tenth = Fraction(1, 10)
    assert_is(x, np.array([[tenth, 1, 1], [1, tenth, 1]], dtype=object))
    with pytest.raises(NoExactMeaningError, match="anything but a matrix"):
        np.fill_diagonal(exact(np.ones((2, 2, 2))), 1)
    with pytest.raises(NoExactMeaningError, match="anything but a matrix"):
        np.fill_diagonal(x, 1, wrap=True)
