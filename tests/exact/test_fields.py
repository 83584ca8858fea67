"""Towers and the arithmetic of their fields."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handgrad.exact import ExactError, Tower, TowerError, VanishingDenominatorError, tower
from handgrad.exact.elimination import determinant, inverse, solve
from handgrad.exact.field import Field
from handgrad.exact.tower import BASES, BASES_OF_A_WORD, SMALL, element_of_order, is_prime
from tests.exact.fixtures import TINY, TOWERS, modulo

LEVELS = [(t, level) for t in TOWERS for level in range(t.levels)]
IDS = [f"{t.levels} levels, modulo {t.primes[level]}" for t, level in LEVELS]
numbers = st.lists(st.integers(0, 2**90), min_size=3, max_size=3)


def by_division(n):
    return n > 1 and all(n % d for d in range(2, int(n**0.5) + 1))


def test_primes_are_those_that_nothing_divides():
    assert [n for n in range(2000) if is_prime(n)] == [n for n in range(2000) if by_division(n)]


def test_bases_and_divisors_are_the_first_primes():
    # The proofs are for the first 13 primes, and for the first 4.
    assert tuple(n for n in range(42) if by_division(n)) == BASES
    assert tuple(n for n in range(8) if by_division(n)) == BASES_OF_A_WORD
    assert tuple(n for n in range(3, 200) if by_division(n)) == SMALL


# Strong pseudoprimes to the bases 2; 2, 3; 2, 3, 5 (OEIS A014233); to 2, 3, 5, 7 without a small divisor; Carmichael
# numbers, the last two without a small divisor; and products of Mersenne primes.
@pytest.mark.parametrize(
    "n",
    [
        *(2047, 1373653, 25326001, 3215031751, 172243 * 688969),
        *(561, 41041, 211 * 421 * 631, 1171 * 2341 * 3511),
        *(2**67 - 1, (2**31 - 1) ** 2),
    ],
)
def test_composites_that_look_like_primes(n):
    assert not is_prime(n)


@pytest.mark.parametrize(("p", "above"), [(3, 7), (3, 31), (3, 43), (5, 11), (5, 31), (7, 29), (7, 127), (13, 53)])
def test_an_element_of_an_order_is_one(p, above):
    """Modulo 31, 43 and 127 the powers of 2 are not."""
    w = element_of_order(p, above)
    assert [k for k in range(1, p + 1) if pow(w, k, above) == 1] == [p]


def test_without_being_asked_a_tower_has_three_levels_and_the_first_seed():
    assert tower() == tower(3, 0)
    assert (tower().levels, tower(1).primes) == (3, tower(1, 0).primes)


@pytest.mark.parametrize("levels", [0, -1, 2.0, "3", None])
def test_a_tower_has_at_least_one_level(levels):
    with pytest.raises(TowerError, match="tower: wanted at least one level, got"):
        tower(levels)


@pytest.mark.parametrize("n", [2**31 - 1, 2**61 - 1, 2**89 - 1])
def test_large_primes(n):
    assert is_prime(n)


@pytest.mark.parametrize("levels", [1, 2, 3, 4, 5, 9, 12])
@pytest.mark.parametrize("seed", range(3))
def test_a_tower_is_one(levels, seed):
    found = tower(levels, seed)
    assert len(found.primes) == levels
    for below, above in pairwise(found.primes):
        assert (above - 1) % below == 0
    for p in found.primes:
        assert p % 4 == 1
        assert pow(Field(p).root_of_minus_one, 2, p) == p - 1
    for (below, above), w in zip(pairwise(found.primes), found.generators, strict=True):
        assert w != 1  # below is a prime, so the order of any other element with w^below = 1 is below
        assert pow(w, below, above) == 1
    if levels <= 4:
        assert found.primes[-1] < 2**31


@pytest.mark.parametrize(("levels", "start"), [(1, 2**30), (2, 2**28), (3, 2**25), (4, 2**22), (5, 2**26), (9, 2**26)])
def test_the_smallest_prime_is_as_large_as_the_bound_on_errors_needs(levels, start):
    firsts = [tower(levels, seed).primes[0] for seed in range(24)]
    assert start <= min(firsts) < 1.25 * start  # 24 draws of a range leave a quarter out once in a thousand times
    assert 1.75 * start < max(firsts) < 2 * start


def test_towers_come_from_their_seed():
    again = tower.__wrapped__(3, 5)
    assert again == tower(3, 5)
    assert len({tower(3, seed).primes for seed in range(50)}) == 50


@pytest.mark.parametrize(
    ("primes", "generators"),
    [((), ()), ((5, 41), ()), ((5, 43), (2,)), ((7, 29), (2,)), ((5, 41), (1,)), ((5, 41), (2,)), ((9, 37), (7,))],
)
def test_what_is_no_tower_is_refused(primes, generators):
    with pytest.raises(TowerError, match="wanted primes"):
        Tower(primes, generators)


@pytest.mark.parametrize(("t", "level"), LEVELS, ids=IDS)
@given(x=numbers, y=numbers, z=numbers)
def test_field_axioms(t, level, x, y, z):
    field, p = t.fields[level], t.primes[level]
    a, b, c = (field.array([n % p for n in v]) for v in (x, y, z))
    add, multiply = field.add, field.multiply
    zero, one = field.array([0] * 3), field.array([1] * 3)
    assert np.array_equal(add(a, b), add(b, a))
    assert np.array_equal(multiply(a, b), multiply(b, a))
    assert np.array_equal(add(add(a, b), c), add(a, add(b, c)))
    assert np.array_equal(multiply(multiply(a, b), c), multiply(a, multiply(b, c)))
    assert np.array_equal(multiply(a, add(b, c)), add(multiply(a, b), multiply(a, c)))
    assert np.array_equal(add(a, field.negative(a)), zero)
    assert np.array_equal(field.subtract(a, b), add(a, field.negative(b)))
    nonzero = np.where(a == 0, 1, a)
    assert np.array_equal(multiply(nonzero, field.inverse(nonzero)), one)
    assert [int(v) for v in multiply(a, b)] == [m * n % p for m, n in zip(x, y, strict=True)]


@pytest.mark.parametrize(
    ("t", "level"), [p for p in LEVELS if p[1]], ids=[i for i, p in zip(IDS, LEVELS, strict=True) if p[1]]
)
@given(x=numbers, y=numbers)
def test_exponentials_are_homomorphisms(t, level, x, y):
    below, field = t.fields[level - 1], t.fields[level]
    a, b = (below.array([n % below.prime for n in v]) for v in (x, y))

    def e(v):
        return t.exponential(level, v)

    assert np.array_equal(e(below.add(a, b)), field.multiply(e(a), e(b)))
    assert np.array_equal(field.multiply(e(below.negative(a)), e(a)), field.array([1] * 3))
    assert e(below.array([0])).tolist() == [1]
    w = t.generators[level - 1]
    assert [int(v) for v in e(a)] == [pow(w, int(v), field.prime) for v in a]


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 7, 8, 33, 100])
@pytest.mark.parametrize("p", [13, 2**31 - 1, 2**61 - 1])
def test_inverses_of_any_number_at_once(n, p):
    field = Field(p)
    a = field.array([k % (p - 1) + 1 for k in range(n)])
    assert [int(x) for x in field.inverse(a)] == [pow(int(x), -1, p) for x in a]


def test_zero_has_no_inverse():
    with pytest.raises(VanishingDenominatorError, match="wanted denominators other than 0 modulo 13, got 0"):
        Field(13).inverse(np.array([1, 0]))
    assert issubclass(VanishingDenominatorError, ExactError)


@pytest.mark.parametrize("p", [13, 2**31 - 1, 2**61 - 1])
@pytest.mark.parametrize(
    "shapes", [((3, 4), (4, 2)), ((4,), (4,)), ((2, 3, 4), (4,)), ((4,), (2, 4, 3)), ((2, 1), (1, 3))]
)
def test_matrix_products_are_exact_at_the_largest_residues(p, shapes):
    field = Field(p)
    rng = np.random.default_rng(1)
    a, b = (field.array(p - 1 - rng.integers(0, 5, shape)) for shape in shapes)
    wanted = np.asarray(np.matmul(a.astype(object), b.astype(object)) % p)
    assert np.array_equal(field.matmul(a, b), wanted)


def test_a_long_matrix_product_does_not_overflow():
    field = Field(2**31 - 1)
    a = np.full((1, 2**20 + 3), 2**31 - 2)  # -1, so that the sum of squares counts
    assert field.matmul(a, a.T).tolist() == [[2**20 + 3]]


def test_a_matrix_product_longer_than_one_sum_is_exact():
    # Odd digits, as large as can be: without a cut their products add up beyond 2^53.
    field, n = Field(2**31 - 1), 3 * 2**20 + 1
    for low in (2**16, 2**17):
        entries = [2**30 + low - 1 - k for k in (0, 2, 6, 10)]
        a = np.resize(np.array(entries), n)
        counts = [(n + 3 - i) // 4 for i in range(4)]
        wanted = sum(count * x * x for count, x in zip(counts, entries, strict=True)) % (2**31 - 1)
        assert int(field.matmul(a, a)) == wanted


def test_digits_of_one_bit_more_would_not_be_exact():
    # 8,191 odd numbers next to 2^31 times the lowest 10 bits of another: an odd sum beyond 2^53, which no float64 is.
    field, entry, n = Field(2**31 - 1), 2**31 - 3, 2**13 - 1
    a = np.full(n, entry)
    assert n * entry * (entry % 2**10) > 2**53
    assert int(field.matmul(a, a)) == n * entry * entry % (2**31 - 1)


@pytest.mark.parametrize("p", [2**31 - 1, 2147483659, 4294967291])  # primes beside 2^31 and below 2^32
def test_primes_beside_a_word_do_not_overflow(p):
    field = Field(p)
    a = field.array([p - 1] * 7)  # -1
    assert [int(x) for x in field.multiply(a, a)] == [1] * 7
    assert int(field.matmul(a, a)) == 7
    assert int(field.prod(a)) == p - 1
    assert int(field.sum(a)) == p - 7


def test_sums_and_products_do_not_overflow():
    field = Field(2**31 - 1)
    a = np.full(1001, 2**31 - 2)  # -1
    assert field.sum(a) == 2**31 - 1 - 1001
    assert field.cumsum(a)[-1] == 2**31 - 1 - 1001
    assert field.prod(a) == 2**31 - 2
    assert field.prod(a[:0]) == 1


@pytest.mark.parametrize("p", [13, 17, 97, 2**31 - 1, 193, 2**61 - 1])
def test_roots_of_squares_and_of_nothing_else(p):
    field = Field(p)
    for n in range(min(p, 60)):
        square = n * n % p
        root = field.square_root(field.array(square))
        assert root is not None
        assert int(root) == min(n, p - n) if n else int(root) == 0
    if p < 100:
        squares = {n * n % p for n in range(p)}
        assert all(field.square_root(field.array(n)) is None for n in range(p) if n not in squares)


@given(st.integers(-50, 50), st.integers(1, 100))
def test_integer_powers(n, a):
    field = Field(1009)
    assert int(field.power(field.array(a), n)) == pow(a, n, 1009)


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=4))
def test_binary_fractions_are_taken_exactly(xs):
    for field in TOWERS[1].fields:
        assert field.of_dyadic(np.array(xs)).tolist() == [modulo(Fraction(x), field.prime) for x in xs]


# Linear algebra against elimination with fractions


def eliminated(a, b):
    """x with a x = b and det a, by plain elimination over the rationals."""
    n, rows, det = len(a), [list(map(Fraction, [*r, *s])) for r, s in zip(a, b, strict=True)], Fraction(1)
    for k in range(n):
        pivot = next(i for i in range(k, n) if rows[i][k])
        if pivot != k:
            rows[k], rows[pivot], det = rows[pivot], rows[k], -det
        det *= rows[k][k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for i in range(n):
            if i != k:
                rows[i] = [x - rows[i][k] * y for x, y in zip(rows[i], rows[k], strict=True)]
    return [r[n:] for r in rows], det


@pytest.mark.parametrize("n", [1, 2, 3, 5])
@pytest.mark.parametrize("p", [2**31 - 1, 2**61 - 1])
def test_elimination_is_that_of_fractions(n, p):
    field, rng = Field(p), np.random.default_rng(n)
    a = rng.integers(-9, 9, (4, n, n))
    a[:, 0, 0] = 0 if n > 1 else 3  # a first pivot that must be searched for
    a[:, n - 1, 0] += 20
    b = rng.integers(-9, 9, (4, n, 2))
    r, s = field.of_integers(a), field.of_integers(b)
    solved, dets, inverses = solve(field, r, s), determinant(field, r), inverse(field, r)
    for i in range(4):
        x, det = eliminated(a[i].tolist(), b[i].tolist())
        one, _ = eliminated(a[i].tolist(), np.eye(n, dtype=int).tolist())
        assert solved[i].tolist() == modulo(np.array(x, dtype=object), p).tolist()
        assert inverses[i].tolist() == modulo(np.array(one, dtype=object), p).tolist()
        assert dets[i] == modulo(det, p)


def test_a_singular_matrix_has_determinant_zero_and_no_inverse():
    field = Field(13)
    a = field.array([[1, 2], [2, 17]])  # 17 is 4 modulo 13
    assert determinant(field, a % 13) == 0
    with pytest.raises(VanishingDenominatorError):
        inverse(field, a % 13)
    assert determinant(field, field.array(np.zeros((0, 3, 3)))).shape == (0,)
    assert TINY.levels == 3


def test_permutations_have_the_sign_of_their_exchanges():
    """Pivots that lie two rows below, and rows that must not be looked at again."""
    field = Field(13)
    for order, sign in {(1, 2, 0): 1, (2, 0, 1): 1, (1, 0, 2): 12, (2, 1, 0): 12, (0, 2, 1): 12}.items():
        p = field.array(np.eye(3, dtype=int)[list(order)])
        assert determinant(field, p) == sign
        assert inverse(field, p).tolist() == p.T.tolist()


def test_a_product_of_no_entries_is_one():
    assert Field(13).prod(np.zeros((2, 0), int)).tolist() == [1, 1]
    assert Field(13).prod(np.zeros((2, 3, 0), int)).tolist() == [[1] * 3] * 2
    assert Field(13).prod(np.zeros((0, 2), int)).shape == (0,)


@pytest.mark.parametrize(("p", "root"), [(5, 2), (13, 5), (17, 4), (29, 12), (37, 6), (41, 9)])
def test_of_two_roots_of_minus_one_it_is_the_smaller(p, root):
    assert root * root % p == p - 1
    assert Field(p).root_of_minus_one == root


@pytest.mark.parametrize("n", [2**20, 2**22])
def test_sums_of_halves_are_exact_up_to_the_longest(n):
    """n times the largest low half squared, less one time that half: a sum that float64 must hold to the last bit."""
    field = Field(2**31 - 1)
    for bits in (16, 17):
        x = 2**bits - 1
        a = np.full((1, n), x)
        a[0, 0] -= 1
        assert field.matmul(a, np.full((n, 1), x)).tolist() == [[(n * x * x - x) % (2**31 - 1)]]
