"""How degrees are counted, against sums worked out on paper.

An entry is n / d of its own, and N / D over all that was ever divided by: `excess` is deg N - deg D.
"""

import numpy as np
import pytest

from handgrad.exact import ExactArray, identical, tower
from handgrad.exact.degree import CONSTANT, VARIABLE, Degree
from handgrad.exact.products import of_determinant, of_inverse
from tests.exact.fixtures import draw_of

P, Q, Z = "p", "q", "z"  # what was divided by
A = Degree(5, 2, 3, {P: (2, 1)})
B = Degree(3, 4, 1, {P: (2, 3), Q: (7, 2)})


def test_a_constant_has_degree_0_and_a_variable_1():
    assert (Degree(0, 0, 0, {}), Degree(1, 0, 1, {})) == (CONSTANT, VARIABLE)
    assert (CONSTANT.total, VARIABLE.total) == (0, 1)


def test_the_common_denominator_has_every_divisor_as_often_as_it_occurs():
    assert (CONSTANT.common, A.common, B.common) == (0, 2, 2 * 3 + 7 * 2)


@pytest.mark.parametrize(
    ("degree", "total"),
    [
        (Degree(5, 2, 9, {P: (2, 1)}), 5 + 2),  # D has 2, N has 2 + 9
        (Degree(5, 5, 1, {P: (2, 1)}), 2 + (2 + 1)),
        (Degree(5, 5, 3, {P: (2, 2)}), 5 + 5),  # 4 + (4 + 3) is more
        (Degree(9, 9, -9, {P: (2, 1)}), 0),
    ],
)
def test_the_smaller_count_is_the_bound(degree, total):
    assert degree.total == total


def test_a_sum_is_over_both_denominators():
    # 5/2 + 3/4: the numerators 5 + 4 and 3 + 2, the denominator 2 + 4
    wanted = Degree(9, 6, 3, {P: (2, 3), Q: (7, 2)})
    assert A.plus(B) == wanted
    assert B.plus(A) == wanted


def test_a_product_adds_all():
    wanted = Degree(8, 6, 4, {P: (2, 4), Q: (7, 2)})
    assert A.times(B) == wanted
    assert B.times(A) == wanted
    assert A.divisors == {P: (2, 1)}, "the operands stay as they are"


def test_entries_of_either_have_the_larger_degrees():
    wanted = Degree(5, 4, 3, {P: (2, 3), Q: (7, 2)})
    assert wanted == A | B
    assert wanted == B | A


def test_where_one_has_no_divisors_the_other_s_count():
    plain = Degree(1, 0, 1)
    assert plain.plus(A).divisors == A.plus(plain).divisors == plain.times(A).divisors == {P: (2, 1)}


@pytest.mark.parametrize(("terms", "numerator", "denominator"), [(0, 5, 2), (1, 5, 2), (2, 5 + 2, 4), (4, 5 + 6, 8)])
def test_a_sum_of_terms_has_all_their_denominators(terms, numerator, denominator):
    assert A.of_sum(terms) == Degree(numerator, denominator, 3, {P: (2, 1)})


def test_a_power_is_a_product_of_equals():
    assert A.to_the(3) == A.times(A).times(A) == Degree(15, 6, 9, {P: (2, 3)})
    assert B.to_the(2) == B.times(B)
    assert A.to_the(1) == A
    assert A.to_the(0) == CONSTANT


@pytest.mark.parametrize(("entries", "times", "below"), [(1, 1, 5), (4, 1, 20), (4, 3, 60)])
def test_an_inverse_divides_by_the_numerators_of_all_entries(entries, times, below):
    # N has degree 2 + 3; there are so many of them, each so often
    assert A.inverted(Z, entries, times) == Degree(2, 5, -3, {Z: (below, 1)})


def test_dividing_by_constants_adds_no_divisor():
    assert CONSTANT.inverted(Z, 7) == CONSTANT
    assert Degree(0, 2, -2, {P: (2, 1)}).inverted(Z, 7) == Degree(2, 0, 2)
    assert Degree(0, 2, -3, {P: (2, 1)}).inverted(Z, 7) == Degree(2, 0, 3)


def test_a_quotient_is_a_product_with_the_inverse():
    assert B.over(A, Z, 4) == Degree(3 + 2, 4 + 5, 1 - 3, {P: (2, 3), Q: (7, 2), Z: (20, 1)})
    twice = VARIABLE.over(A, Z, 1).times(VARIABLE.over(A, Z, 1))
    assert twice.divisors == {Z: (5, 2)}


@pytest.mark.parametrize(
    ("n", "wanted"),
    [
        (0, CONSTANT),
        (1, A),
        (2, Degree(2 * 5 + 2 * 2, 4 * 2, 6, {P: (2, 2)})),
        # products of 3 entries over the 9 denominators: 6 of these are not their own
        (3, Degree(3 * 5 + 6 * 2, 9 * 2, 9, {P: (2, 3)})),
    ],
)
def test_a_determinant_is_over_all_denominators(n, wanted):
    assert of_determinant(A, n) == wanted


def test_an_entry_of_the_inverse_is_a_cofactor_over_the_determinant():
    # Two matrices of 3 x 3: cofactor (14, 8), determinant (27, 18); det N has degree 3 (2 + 3) in each.
    a = ExactArray.input(np.ones((2, 3, 3)), tower(1, 0))
    assert of_inverse(A, 3, a) == Degree(14 + 18, 8 + 27, -3, {a.name: (30, 1)})
    one = ExactArray.input(np.ones((1, 1)), tower(1, 0))
    assert of_inverse(A, 1, one) == Degree(0 + 2, 0 + 5, -3, {one.name: (5, 1)})
    none = ExactArray.input(np.ones((0, 0)), tower(1, 0))
    assert of_inverse(A, 0, none).divisors == {}


def bounded(shape, bound):
    """An array of ones of which more is not known than this bound."""
    x = ExactArray.input(np.ones(shape) + np.eye(shape[-1]), tower(1, 0))
    x.degree = bound
    return x


def test_a_matrix_product_is_a_sum_of_as_many_terms_as_a_row_has():
    matrix = bounded((2, 2, 3, 3), A)
    wanted = A.times(B).of_sum(3)
    assert (matrix @ bounded((3, 3), B)).degree == wanted
    assert (bounded((2, 3, 3), A)[0, :2] @ bounded((3, 3), B)).degree == wanted
    assert (bounded((3, 3), A)[0] @ bounded((3, 3), B)).degree == wanted


def test_linear_algebra_counts_by_the_length_of_a_row():
    matrices = bounded((5, 4, 2, 2), A)
    assert np.linalg.det(matrices).degree == of_determinant(A, 2)
    assert np.linalg.inv(matrices).degree == of_inverse(A, 2, matrices)
    sides = bounded((5, 4, 2, 2), B)
    assert np.linalg.solve(matrices, sides).degree == of_inverse(A, 2, matrices).times(B).of_sum(2)


def degree(f, **shapes):
    return identical(f, f, draw_of(**shapes), trials=1).degree


# Of the difference of a function and itself, each with a y of its own: their quotients have degree 2 above and below.
FUNCTIONS = {
    "a sum": (lambda at: np.sum(at["x"] * at["x"]), {"x": (5,)}, 2),
    "a product": (lambda at: np.prod(at["x"]), {"x": (5,)}, 5),
    "a product along an axis": (lambda at: np.prod(at["x"], axis=0), {"x": (2, 5)}, 2),
    "a running sum of quotients": (lambda at: np.cumsum(at["x"] / at["y"]), {"x": (9,), "y": ()}, 2 + 2),
    "a matrix product": (lambda at: at["a"] @ at["b"] @ at["c"], {"a": (2, 3), "b": (3, 2), "c": (2, 2)}, 3),
    "a power": (lambda at: at["x"] ** 7, {"x": (3,)}, 7),
    "a power in an array": (lambda at: at["x"] ** np.array([1, 4]), {"x": (2,)}, 4),
    # 1/x - 1/x' = (x' - x) / (x x')
    "an inverse": (lambda at: at["x"] ** -1, {"x": ()}, 1 + 2),
    "an inverse square": (lambda at: at["x"] ** -2, {"x": ()}, 2 + 4),
    "a determinant": (lambda at: np.linalg.det(at["a"]), {"a": (4, 4)}, 4),
    "an exponential": (lambda at: np.exp(at["x"]) * at["x"], {"x": ()}, 2),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_degree_of_a_function(name):
    f, shapes, wanted = FUNCTIONS[name]
    assert degree(f, **shapes) == wanted
