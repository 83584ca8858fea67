"""Every array of the page against networks that are written once more, by loops and complex steps."""

import numpy as np
import pytest

from handgrad.training.drawn import drawn
from handgrad.training.settings import Settings
from tests.page import reference

# Five significant digits: half a unit of the fifth is at most 5e-5 of the number.
ROUNDED = {"rtol": 5.1e-5, "atol": 1e-13}
TEN = np.arange(10)


def same(shown, wanted):
    np.testing.assert_allclose(shown, np.reshape(wanted, np.shape(shown)), **ROUNDED)


@pytest.fixture(scope="module")
def values(digit, parameters):
    """X, v, q, W, b, y and d, c, a, x, y_hat, by loops."""
    (X, y), (v, q, W, b) = digit, parameters
    d, c, a, x, y_hat = reference.forward(X, v, q, W, b)
    return {"X": X, "v": v, "q": q, "W": W, "b": b, "y": y, "d": d, "c": c, "a": a, "x": x, "y_hat": y_hat}


@pytest.fixture(scope="module")
def truth(values):
    """The derivatives of the loss, by complex steps."""
    X, v, q, W, b, y, a, x = (values[name] for name in "X v q W b y a x".split())
    return {
        "v": reference.slopes(lambda v: reference.cross_entropy(X, v, q, W, b, y), v),
        "q": reference.slope(lambda q: reference.cross_entropy(X, v, q, W, b, y), q),
        "W": reference.slopes(lambda W: reference.of_pooled(a, W, b, y), W),
        "b": reference.slopes(lambda b: reference.of_pooled(a, W, b, y), b),
        "a": reference.slopes(lambda a: reference.of_pooled(a, W, b, y), a),
        "x": reference.slopes(lambda x: reference.of_logits(x, y), x),
    }


def node(data, network, name):
    return next(node for node in data["networks"][network]["nodes"] if node["id"] == name)


@pytest.mark.parametrize("name", "X v q W b y d c a x y_hat".split())
def test_the_values_of_the_nodes(data, array, values, name):
    same(array(node(data, "cnn", name)["value"]), values[name])


def test_the_windows_and_the_loss(data, array, values):
    U = array(node(data, "cnn", "U")["value"])
    for r, s in [(0, 0), (3, 17), (23, 23)]:
        same(U[24 * r + s].reshape(5, 5), values["X"][r : r + 5, s : s + 5])
    same(array(node(data, "cnn", "CELF")["value"]), -np.log(values["y_hat"][values["y"] == 1][0]))


@pytest.mark.parametrize("name", "v q W b a x".split())
def test_the_cotangents_of_the_nodes(data, array, truth, name):
    same(array(node(data, "cnn", name)["cotangent"]), truth[name])


def test_the_cotangents_further_back(data, array, values):
    X, v, q, W, b, y, y_hat = (values[name] for name in "X v q W b y y_hat".split())
    same(array(node(data, "cnn", "y_hat")["cotangent"]), -y / y_hat)
    for pixel in [(4, 9), (13, 13), (20, 2)]:
        by_pixel = reference.slope(lambda X: reference.cross_entropy(X, v, q, W, b, y), X, pixel)
        same(array(node(data, "cnn", "X")["cotangent"])[pixel], by_pixel)
    c_bar, d_bar = (array(node(data, "cnn", name)["cotangent"]) for name in "cd")
    a_bar = reference.slopes(lambda a: reference.of_pooled(a, W, b, y), values["a"])
    same(c_bar.reshape(24, 24), np.kron(a_bar.reshape(12, 12), np.ones((2, 2))) / 4)
    np.testing.assert_allclose(
        d_bar, c_bar * (values["c"] * (1 - values["c"])).ravel(), rtol=1.1e-4
    )  # c_bar is rounded as well


BY = {"9-weights": "W", "9-bias": "b", "10-input": "a", "15-weights": "v", "15-bias": "q", "7-line-5": "x"}


@pytest.mark.parametrize("claim", [*BY, *(f"{claim}-first-line" for claim in BY if "line" not in claim)])
def test_the_automatic_gradients_and_those_by_hand_put_right(data, array, truth, claim):
    told, by = data["claims"][f"eq{claim}"], BY[claim.removesuffix("-first-line")]
    same(array(told["automatic"]), truth[by])
    same(array(told["variants"]["right"]["hand"]), truth[by])
    assert not np.any(array(told["variants"]["right"]["difference"]))


def test_every_line_of_seven_is_the_same_gradient(data, array, truth):
    for i in range(1, 6):
        same(array(data["claims"][f"eq7-line-{i}"]["variants"]["right"]["hand"]), truth["x"])


def test_the_jacobians_and_the_maps(data, array, values):
    y_hat, x = values["y_hat"], values["x"]
    jacobian = np.array([reference.slopes(lambda x, i=i: (np.exp(x) / np.sum(np.exp(x)))[i], x) for i in TEN])
    for part in ("quotients", "outputs"):
        same(array(data["claims"][f"eq6-{part}"]["automatic"]), jacobian)
        same(array(data["claims"][f"eq6-{part}"]["variants"]["right"]["hand"]), jacobian)
    same(array(data["claims"]["eq5-outputs"]["automatic"]), -values["y"] / y_hat)
    same(array(data["claims"]["eq8-weights"]["automatic"]), values["a"])
    same(array(data["claims"]["eq8-bias"]["automatic"]), 1)
    same(array(data["claims"]["eq11-entries"]["automatic"]), 576)
    same(array(data["claims"]["eq11-map"]["automatic"]), values["a"])
    pool = array(data["claims"]["eq11-derivative"]["automatic"])
    for j, l in [(0, 0), (0, 24), (0, 2), (13, 51), (143, 575), (143, 526)]:
        inside = (l // 24) // 2 == j // 12 and (l % 24) // 2 == j % 12
        assert pool[j, l] == inside / 4
    same(array(data["claims"]["eq12-sigmoid"]["automatic"]), values["c"] * (1 - values["c"]))
    same(array(data["claims"]["eq13-map"]["automatic"]), values["d"])
    same(array(data["claims"]["eq13-code-1"]["automatic"]), values["c"])
    same(array(data["claims"]["eq14-bias"]["automatic"]), np.ones(576))


def test_the_dense_network(data, array):
    x, y = drawn(train=1, test=1, seed=0).train.images[0].ravel(), array(node(data, "dense", "y")["value"])
    settings = Settings.of("dense", hidden=12, seed=0)
    start, eta = settings.parameters(), settings.rate
    b = reference.sigmoid(x @ start["v"] - start["gamma"])
    w, theta = start["w"], start["theta"]
    y_hat = reference.sigmoid(b @ w - theta)
    by_w = reference.slopes(lambda w: reference.half_squared_error(b, w, theta, y), w)
    by_theta = reference.slopes(lambda theta: reference.half_squared_error(b, w, theta, y), theta)
    for name, value in {"b": b, "w": w, "theta": theta, "y_hat": y_hat, "beta": b @ w}.items():
        same(array(node(data, "dense", name)["value"]), value)
    same(array(node(data, "dense", "E")["value"]), reference.half_squared_error(b, w, theta, y))
    same(array(node(data, "dense", "w")["cotangent"]), by_w)
    same(array(node(data, "dense", "theta")["cotangent"]), by_theta)
    same(array(node(data, "dense", "y_hat")["cotangent"]), y_hat - y)
    by_b = reference.slopes(lambda b: reference.half_squared_error(b, w, theta, y), b)
    same(array(node(data, "dense", "b")["cotangent"]), by_b)
    same(array(node(data, "dense", "beta")["cotangent"]), -by_theta)  # a threshold is subtracted
    for claim in ("eq1-weights", "eq2-weights-first-line", "eq2-weights"):
        same(array(data["claims"][claim]["automatic"]), -eta * by_w)
        same(array(data["claims"][claim]["variants"]["right"]["hand"]), -eta * by_w)
    for claim in ("eq3-thresholds", "eq4-thresholds-first-line", "eq4-thresholds"):
        same(array(data["claims"][claim]["variants"]["right"]["hand"]), -eta * by_theta)
        same(array(data["claims"][claim]["variants"]["sign"]["hand"]), eta * by_theta)
    same(array(data["claims"]["eq2-error"]["automatic"]), y_hat - y)
    same(array(data["claims"]["eq2-activation"]["automatic"]), b)
    at_digit = y_hat[y == 1][0]
    same(array(data["claims"]["eq2-sigmoid"]["automatic"]), at_digit * (1 - at_digit))
    turned = array(data["claims"]["eq2-weights"]["variants"]["transposed"]["hand"])
    same(turned, (-eta * by_w).T.ravel())


# The mistakes


def hand(data, array, claim, variant):
    return array(data["claims"][claim]["variants"][variant]["hand"])


def test_the_pooling_without_its_quarter(data, array, truth):
    for part, by in (("weights", "v"), ("bias", "q")):
        for line in ("", "-first-line"):
            same(hand(data, array, f"eq15-{part}{line}", "no-quarter"), 4 * truth[by])
    same(np.sum(hand(data, array, "eq11-derivative", "no-quarter"), axis=1), np.full(144, 4))


def test_one_output_alone(data, array, values):
    error = values["y_hat"] - values["y"]
    a_bar = error[0] * values["W"][:, 0]
    for line in ("", "-first-line"):
        same(hand(data, array, f"eq10-input{line}", "no-sum"), a_bar)
        same(hand(data, array, f"eq10-input{line}", "printed"), a_bar)
    d_bar = np.kron(a_bar.reshape(12, 12), np.ones((2, 2))) / 4 * values["c"] * (1 - values["c"])
    v_bar = np.array([[np.sum(d_bar * values["X"][r : r + 24, s : s + 24]) for s in range(5)] for r in range(5)])
    for line in ("", "-first-line"):
        same(hand(data, array, f"eq15-weights{line}", "no-sum"), v_bar)
        same(hand(data, array, f"eq15-bias{line}", "no-sum"), np.sum(d_bar))


def test_fifteen_as_printed(data, array, values):
    error, slope = (values["y_hat"] - values["y"])[0], values["c"] * (1 - values["c"]) / 4
    over_j = error * np.sum(values["W"][:, 0])
    v_bar = [[over_j * np.sum(slope * values["X"][r : r + 24, s : s + 24]) for s in range(5)] for r in range(5)]
    same(hand(data, array, "eq15-weights", "printed"), v_bar)
    same(hand(data, array, "eq15-bias", "printed"), over_j * np.sum(slope))


def test_the_pooling_as_printed_leaves_the_image(data, array, values):
    printed, c = hand(data, array, "eq11-map", "printed"), values["c"].ravel()
    i = 14  # its neighbours are two columns and two rows further
    same(printed[i], np.mean([c[2 * 24 + 4], c[2 * 24 + 6], c[4 * 24 + 4], c[4 * 24 + 6]]))
    assert np.all(np.isnan(printed[132:]))
    assert np.all(np.isfinite(printed[:120]))
    same(hand(data, array, "eq11-entries", "printed"), 288)


def test_rows_and_columns_exchanged(data, array, truth):
    for line in ("", "-first-line"):
        same(hand(data, array, f"eq15-weights{line}", "transposed"), truth["v"].T)


def test_the_other_sign(data, array, truth, values):
    for claim, by in BY.items():
        same(hand(data, array, f"eq{claim}", "sign"), -truth[by])
    same(hand(data, array, "eq5-outputs", "sign"), values["y"] / values["y_hat"])


def test_labels_that_are_no_distribution(data, array, values):
    y, y_hat, W, b, a = (values[name] for name in "y y_hat W b a".split())
    smoothed = y + 0.1
    told = data["claims"]["eq7-line-5"]["variants"]["labels"]
    same(array(told["hand"]), y_hat - smoothed)
    same(array(told["automatic"]), reference.slopes(lambda x: reference.of_logits(x, smoothed), values["x"]))
    same(hand(data, array, "eq7-line-4", "labels"), 2 * y_hat - smoothed)
    told = data["claims"]["eq10-input"]["variants"]["labels"]
    same(array(told["hand"]), W @ (y_hat - smoothed))
    same(array(told["automatic"]), reference.slopes(lambda a: reference.of_pooled(a, W, b, smoothed), a))


def test_a_difference_is_by_hand_minus_automatic(data, array):
    for told in data["claims"].values():
        for variant in told["variants"].values():
            by_hand, machine, difference = (array(variant[name]) for name in ("hand", "automatic", "difference"))
            size = np.abs(by_hand) + np.abs(machine)
            off = np.abs(by_hand - machine - difference)
            assert np.all((off <= 1e-4 * size) | np.isnan(off))  # each of the three is rounded
            assert np.array_equal(np.isnan(by_hand), np.isnan(difference))
            assert variant["agrees_here"] == (not np.any(difference) and not np.any(np.isnan(difference)))


def test_the_direction_of_all_parameters(data, array, truth):
    whole = np.concatenate([truth[name].ravel() for name in ("v", "q", "W", "b")])
    same(array(data["claims"]["eq11-no-effect"]["automatic"]), whole)
    longer = np.concatenate([4 * whole[:26], whole[26:]])
    scale = longer @ whole / (longer @ longer)  # brought as near as it can be
    same(hand(data, array, "eq11-no-effect", "no-quarter"), scale * longer)
