"""Every entry as a sum: the factors multiply to the terms, and the terms add up to the value by hand."""

import re

import numpy as np
import pytest

from handgrad.page.arrays import Arrays
from handgrad.page.labels import ADDED
from handgrad.page.mistakes import CLAIMS, MISTAKES, RIGHT_SUMS, Mistake
from handgrad.page.point import REPORT, Point
from handgrad.page.sums import Factor, Sum
from tests.page import reference

WITHOUT = {"eq11-no-effect", "eq13-code-1"}  # the one about a direction, and the one behind a sigmoid


def formulas():
    """Every formula with its mistake, by claim and variant."""
    for claim in CLAIMS.values():
        yield claim, "right", Mistake(claim.right, RIGHT_SUMS.get(claim.id))
        for variant, mistakes in MISTAKES.items():
            if claim.id in mistakes:
                yield claim, variant, mistakes[claim.id]


FORMULAS = {f"{claim.id} {variant}": (claim, mistake) for claim, variant, mistake in formulas()}


@pytest.mark.parametrize("labels", ["of the digit", "any"])
@pytest.mark.parametrize("name", FORMULAS)
def test_the_terms_add_up_to_the_value_by_hand(name, labels):
    claim, mistake = FORMULAS[name]
    if claim.id in WITHOUT:
        assert mistake.sum is None
        return
    point = Point(3) if labels == "of the digit" else Point(3, np.random.default_rng(0).normal(size=(1, 10)))
    free = point.letters(claim)
    if "q" in free:
        free["q"] = np.array([0.5])  # at the start it is 0 and would not be missed
    letters = claim.complete(free)
    told = mistake.sum(claim.as_read(letters))
    by_hand = np.reshape(mistake.form(letters), claim.shape(REPORT))
    assert np.shape(told.terms) == (*np.shape(by_hand), *np.shape(told.terms)[len(told.axes) :])
    total = np.sum(told.terms, axis=tuple(range(len(told.axes), np.ndim(told.terms))))
    size = np.sum(np.abs(told.terms), axis=tuple(range(len(told.axes), np.ndim(told.terms))))
    off = np.abs(total + (0 if told.plus is None else told.plus) - by_hand)
    assert np.all((off <= 1e-13 * (size + 1)) | (np.isnan(total) & np.isnan(by_hand)))


def shown(data):
    for name, claim in data["claims"].items():
        for variant, told in claim["variants"].items():
            yield name, variant, claim, told


def test_all_but_two_claims_have_sums(data):
    without = {(name, variant) for name, variant, _, told in shown(data) if told["sum"] is None}
    assert {name for name, _ in without} == WITHOUT


def test_what_is_told_multiplies_and_adds_up(data, array):
    """As the page has it: each number is rounded to within 5e-5 of itself."""
    for name, variant, claim, told in shown(data):
        if told["sum"] is None:
            continue
        it, by_hand = told["sum"], array(told["hand"])
        terms, axes = array(it["terms"]), claim["axes"]
        lengths = dict(zip(axes, np.shape(by_hand), strict=True))
        product = np.ones(np.shape(terms))
        where = np.indices(np.shape(terms))
        at = dict(zip(axes, where, strict=False))
        if it["over"]:
            at["kept"] = where[-1]
            at[it["over"][0]] = where[-1] if it["largest"] is None else array(it["largest"]).astype(int)
        for factor in it["factors"]:
            product = product * array(factor["array"])[tuple(at[index] for index in factor["index"])]
        slack = 5.1e-5 * (len(it["factors"]) + 1)
        off = np.abs(product - terms)
        assert np.all((off <= slack * np.abs(terms) + 1e-13) | np.isnan(terms)), (name, variant)
        rest = 0 if it["rest"] is None else array(it["rest"])
        total = np.sum(terms, axis=-1) if it["over"] else terms
        size = np.sum(np.abs(terms), axis=-1) if it["over"] else np.abs(terms)
        off = np.abs(total + rest - by_hand)
        assert np.all((off <= 5.1e-5 * (size + np.abs(rest) + np.abs(by_hand)) + 1e-13) | np.isnan(total)), name
        assert list(lengths.values()) == list(np.shape(terms)[: len(axes)])


def test_of_many_terms_the_largest_are_told_the_largest_first(data, array):
    many = 0
    for name, _, _, told in shown(data):
        it = told["sum"]
        if it is None or it["largest"] is None:
            continue
        many += 1
        terms = np.abs(array(it["terms"]))
        assert terms.shape[-1] == 8 < it["count"]
        assert np.all(np.diff(terms, axis=-1) <= 0), name
        indices = np.sort(array(it["largest"]), axis=-1)
        assert np.all(np.diff(indices, axis=-1) > 0)  # none twice
    assert many > 10


def test_the_largest_terms_of_fifteen_are_those_of_all(data, array, digit, parameters):
    (X, y), (v, q, W, b) = digit, parameters
    _, c, _, _, y_hat = reference.forward(X, v, q, W, b)
    share, slope = W @ (y_hat - y), c * (1 - c) / 4
    all_terms = [
        [
            share[j] * np.sum((slope * X[r : r + 24, s : s + 24])[2 * (j // 12) :, 2 * (j % 12) :][:2, :2])
            for j in range(144)
        ]
        for r in range(5)
        for s in range(5)
    ]
    it = data["claims"]["eq15-weights"]["variants"]["right"]["sum"]
    assert it["count"] == 144
    largest = np.sort(np.abs(all_terms), axis=1)[:, :-9:-1]
    np.testing.assert_allclose(np.abs(array(it["terms"])), largest, rtol=5.1e-5)
    rest = np.sum(all_terms, axis=1) - np.sum(
        np.take_along_axis(np.array(all_terms), array(it["largest"]).astype(int), 1), 1
    )
    np.testing.assert_allclose(array(it["rest"]), rest, rtol=5.1e-5, atol=1e-12)


def test_what_is_added_to_the_products_counts_among_the_rest():
    """Of 20 ones and one half, 8 are told."""
    it, arrays = Sum("", "", (Factor("1", np.ones(20), "k"),), "k", plus=np.float64(0.5)), Arrays()
    told = it.to_dict(arrays)
    assert told["count"] == 21
    assert arrays.written[told["terms"]]["data"] == [1] * 8
    assert arrays.written[told["rest"]]["data"] == [12.5]


def window(array, it, index):
    top, bottom, left, right = array(it["window"])[index].astype(int)
    return slice(top, bottom + 1), slice(left, right + 1)


def test_a_window_is_what_an_entry_hangs_on(data, array, digit, parameters):
    (X, _), (v, q, W, b) = digit, parameters
    inputs = (v, q, W, b)
    d, c, a, _, _ = reference.forward(X, *inputs)
    variants = {name: claim["variants"]["right"]["sum"] for name, claim in data["claims"].items()}
    for j in (0, 17, 143):
        part = window(array, variants["eq10-input"], j)
        moved = np.array(X)
        moved[part] += 1.0
        changed = reference.forward(moved, *inputs)[2] != a
        assert changed[j]
        moved = X + 1.0
        moved[part] = X[part]  # all around it changes, and it does not
        assert reference.forward(moved, *inputs)[2][j] == a[j]
        assert X[part].shape == (6, 6)
        assert window(array, variants["eq9-weights"], (j, 4)) == part == window(array, variants["eq8-weights"], j)
        np.testing.assert_allclose(np.mean(c[window(array, variants["eq11-map"], j)]), a[j])
    for i in (0, 31, 575):
        part = window(array, variants["eq13-map"], i)
        np.testing.assert_allclose(np.sum(X[part] * v) + q, d.ravel()[i])
        assert window(array, variants["eq12-sigmoid"], i) == part
    for k in (0, 7, 24):
        part = window(array, variants["eq15-weights"], k)
        np.testing.assert_allclose(X[part], X[k // 5 : k // 5 + 24, k % 5 : k % 5 + 24])
    assert window(array, variants["eq15-bias"], ()) == (slice(0, 28), slice(0, 28))


def test_the_pictures_have_room_for_all_entries(data, array):
    for claim in data["claims"].values():
        if claim["picture"]:
            assert np.prod(claim["picture"]) == array(claim["automatic"]).size
        assert len(claim["axes"]) == array(claim["automatic"]).ndim
    for network in data["networks"].values():
        for node in network["nodes"]:
            assert array(node["value"]).shape == tuple(node["shape"])
            assert node["picture"] is None or np.prod(node["picture"]) == array(node["value"]).size
            assert node["cotangent"] is None or array(node["cotangent"]).size == array(node["value"]).size


def test_the_labels_of_the_other_point_sum_to_two():
    point = Point(0)
    assert np.sum(point.y) == 1
    assert np.sum(Point(0, point.y + ADDED).y) == pytest.approx(2)


def test_no_factor_is_written_with_two_names():
    """An index is one letter, and each is among the entry's own and the one summed over."""
    for name, (claim, mistake) in FORMULAS.items():
        if mistake.sum is not None:
            told = mistake.sum(claim.as_read(claim.complete(Point(0).letters(claim))))
            for factor in told.factors:
                assert set(factor.index) <= {*told.axes, *told.over}, name
                assert re.sub(r"\s", "", factor.latex)
