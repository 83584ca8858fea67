"""What random programs have found: one test for each difference that was mended."""

import numpy as np
import pytest

import handgrad
from autograd import DtypeError, Tensor, grad, value_and_grad, vjp
from fuzzing import campaign
from handgrad.checking.oracles.rounding import Shaken, bare, spreads
from handgrad.exact.elimination import determinant
from handgrad.exact.tower import tower
from handgrad.values import Values

TENTH = np.float32(0.1)


def near(got, wanted):
    # A few roundings of float64; the mistakes were those of float32, a hundred million times larger.
    return abs(float(got) - wanted) <= 1e-14 * abs(wanted)


def test_the_logarithm_of_a_float32_base_is_taken_in_the_type_of_the_power():
    base, n = float(TENTH), 0.7  # with 0.5 it is a root, which NumPy 2.1 leaves in float32
    assert near(grad(lambda y: np.array(TENTH) ** y)(n), base**n * np.log(base))
    assert near(grad(lambda y: np.array([TENTH])[0] ** y)(n), base**n * np.log(base))
    second = grad(grad(lambda y: np.array(TENTH) ** y))(n)
    assert near(second, base**n * np.log(base) ** 2)


def test_a_float32_exponent_is_lowered_in_the_type_of_the_power():
    n = float(TENTH)
    assert near(grad(lambda x: x ** np.array(TENTH))(3.0), n * 3.0 ** (n - 1))


def test_the_angle_of_a_float32_and_a_float64_is_squared_in_float64():
    y, x = float(TENTH), 3.7
    assert near(grad(lambda x: np.arctan2(np.array(TENTH), x))(x), -y / (x * x + y * y))
    assert near(grad(lambda x: np.arctan2(x, np.array(TENTH)))(x), y / (x * x + y * y))


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_an_array_that_is_filled_keeps_its_type(kind):
    x = np.ones((2, 3), kind)
    value, slope = value_and_grad(lambda x, fill: np.sum(np.full_like(x, fill)), 1)(Tensor(x), np.array(0.5))
    assert value.dtype == np.sum(np.full_like(x, 0.5)).dtype
    assert slope.dtype == np.float64
    assert slope == 6


def test_an_array_is_not_filled_with_integers_that_have_no_derivative():
    with pytest.raises(DtypeError, match="astype: wanted a float type, got int64"):
        grad(lambda x: np.sum(np.full_like(x, x[0], dtype=int)))(np.array([0.5, 2.0]))


@pytest.mark.parametrize("of", [float, np.array, lambda t: np.array([t])], ids=["number", "array", "vector"])
def test_a_power_whose_exponent_passes_through_zero_bends(of):
    """torch's second derivative of it is 0.85: it takes the slope y x^(y-1) for a constant where y is 0."""
    curve = grad(lambda t: np.sum(grad(lambda t: np.sum((t + 1.25) ** t))(t)))(of(0.0))
    # (t + 5/4)^t = e^(t log(t + 5/4)), of which the exponent has slope log 5/4 and bends by 2 / (5/4)
    assert curve == pytest.approx(np.log(1.25) ** 2 + 1.6, rel=1e-14)


def test_a_right_side_of_one_axis_is_a_vector_beside_a_batch_of_one_too():
    """torch takes (1, 1) beside (1, 1, 1) for a batch of vectors: it was asked in a way that lost an axis."""
    value, pullback = vjp(np.linalg.solve, np.array([[[4.0]]]), np.array([3.0]))
    assert value.tolist() == [[0.75]]
    a_bar, b_bar = pullback(np.array([[1.0]]))
    assert a_bar.tolist() == [[[-3 / 16]]]  # -b / a^2
    assert b_bar.tolist() == [1 / 4]


# The measure of rounding


def largest_of_rows(x):
    return np.sum(np.max(np.exp2(x * 1.1), axis=1) ** 2)


def its_gradient(x):
    e = np.exp2(x * 1.1)
    return np.where(e == np.max(e, axis=1, keepdims=True), 2 * e * e * np.log(2) * 1.1, 0)


X = np.array([[0.3, 0.7, 0.2], [0.1, -0.4, 0.9]])


def test_a_gradient_through_a_maximum_that_is_off_by_a_thousandth_is_wrong():
    # Rounding was simulated so that no entry was the greatest any more, and left room for all of the gradient.
    assert handgrad.check_gradient(largest_of_rows, its_gradient, [X]).agrees
    verdict = handgrad.check_gradient(largest_of_rows, lambda x: its_gradient(x) * 1.001, [X])
    assert str(verdict.outcome) == "disagrees"


@pytest.mark.parametrize("choose", [np.max, np.amin, lambda x: np.sort(x)[..., 0], lambda x: np.maximum(x, 0.15)])
def test_rounding_does_not_move_what_is_chosen(choose):
    moves = list(spreads([lambda at: grad(lambda x: np.sum(choose(x)))(at.x)], Values(x=X), np.random.default_rng(0)))
    assert np.max(moves[-1]) <= 4 * np.finfo(float).eps  # every slope is 0 or 1; sharing among ties is a division


def test_rounding_is_measured_through_named_results_and_arrays_without_axes():
    a = Shaken(np.array([[2.0, 0.5], [0.3, 1.0]]), np.random.default_rng(0))
    sign, logabsdet = np.linalg.slogdet(a)
    assert bare(sign) == pytest.approx(1)
    assert bare(logabsdet) == pytest.approx(np.log(1.85))
    moves = list(spreads([lambda at: grad(lambda x: np.sum(np.exp(x)[None]))(at.x)], Values(x=np.array(0.3)), a.rng))
    assert 0 < moves[-1] < 1e-14


def test_a_matrix_without_entries_has_an_exact_determinant():
    # The second derivative of a determinant at a singular matrix takes it, among the cofactors of cofactors.
    def cofactors(a):
        return np.stack([np.stack([a[1, 1], -a[1, 0]]), np.stack([-a[0, 1], a[0, 0]])])

    singular = np.array([[1.0, 2.0], [2.0, 4.0]])
    verdict = handgrad.check_gradient(np.linalg.det, cofactors, [singular], points=1)
    assert verdict.exact is not None
    field = tower(1, 0).fields[0]
    np.testing.assert_array_equal(determinant(field, np.zeros((2, 0, 0), dtype=np.int64)), [1, 1])


def test_rounding_to_a_narrower_type_is_measured():
    values = Values(x=np.array([1.1, 2.3]))
    moves = list(spreads([lambda at: at.x.astype("float32") * 1.0], values, np.random.default_rng(0)))
    assert np.all(moves[-1] > 1e-9)  # float64 alone would move them by 1e-15


def test_the_error_of_the_complex_step_itself_is_no_difference():
    """sum(x2 clip(x0, x1, x2)) at x2 = 0: the step has h^2 for the loss, and by the engine it is 0."""
    assert campaign.run(8, [26901]).failures == {}


@pytest.mark.parametrize("number", [94178, 96948])
def test_a_judge_takes_the_logarithm_of_a_float32_constant_in_double_precision(number):
    """np.float32(0.5) ** y: the judges had log 0.5 to seven digits, the engine to sixteen."""
    assert campaign.run(8, [number]).failures == {}
