"""Digits that the program draws: the same for the same seed, inked as geometry says, to be learnt but not at once."""

import math

import numpy as np
import pytest

from handgrad.commands.options import chosen
from handgrad.errors import TrainingError
from handgrad.training import drawn as module
from handgrad.training.drawn import WAYS, curve, drawn, ellipse, inked, lines, placed, points, segments
from handgrad.training.idx import digits_of


@pytest.fixture(scope="module")
def digits():
    return drawn()


def flat(digits):
    return digits.images.reshape(len(digits), -1)


def test_shapes_range_and_words(digits):
    assert digits.train.images.shape == (4000, 28, 28)
    assert digits.test.images.shape == (1000, 28, 28)
    assert digits.train.images.dtype == np.float64
    for part in (digits.train, digits.test):
        assert (part.images.min(), part.images.max()) == (0, 1)
    assert digits.source == "4,000 and 1,000 images drawn by the program, seed 0"


def test_as_many_of_each_digit_in_random_order(digits):
    assert np.bincount(digits.train.labels).tolist() == [400] * 10
    assert np.bincount(digits.test.labels).tolist() == [100] * 10
    assert np.bincount(drawn(13, 1).train.labels).tolist() == [2, 2, 2, 1, 1, 1, 1, 1, 1, 1]
    # Of 4000 shuffled labels about a tenth follow one that is the same; three standard deviations are 0.014.
    assert abs(np.mean(digits.train.labels[1:] == digits.train.labels[:-1]) - 0.1) < 0.02


def test_the_seed_decides():
    once, again, other = drawn(30, 20, seed=5), drawn(30, 20, seed=5), drawn(30, 20, seed=6)
    for part in ("train", "test"):
        np.testing.assert_array_equal(getattr(once, part).images, getattr(again, part).images)
        np.testing.assert_array_equal(getattr(once, part).labels, getattr(again, part).labels)
        assert (getattr(once, part).images != getattr(other, part).images).any()
    assert chosen(None, mnist=False, seed=6).source.endswith("seed 6")


def test_learnt_and_tested_digits_are_drawn_apart():
    few, many = drawn(3, 20, seed=5), drawn(40, 20, seed=5)
    np.testing.assert_array_equal(few.test.images, many.test.images)
    same = drawn(20, 20, seed=5)
    assert (same.train.images != same.test.images).any(axis=(1, 2)).all()


@pytest.mark.parametrize(("train", "test", "seed"), [(0, 5, 0), (5, 0, 0), (-1, 5, 0), (5, 5, -1)])
def test_sizes_and_seeds_that_there_are_not(train, test, seed):
    with pytest.raises(TrainingError, match=r"^drawn: wanted .*at least .*, got "):
        drawn(train, test, seed)


def test_a_nearest_mean_is_neither_helpless_nor_enough(digits):
    means = np.stack([flat(digits.train)[digits.train.labels == k].mean(axis=0) for k in range(10)])
    nearest = ((flat(digits.test)[:, None] - means) ** 2).sum(axis=-1).argmin(axis=1)
    assert 0.6 < np.mean(nearest == digits.test.labels) < 0.9


def test_a_linear_softmax_learns_and_leaves_something_to_learn(digits):
    x, y = flat(digits.train)[::2], np.eye(10)[digits.train.labels[::2]]  # half of them, to be quick
    W = np.zeros((784, 10))
    for _ in range(150):
        scores = np.exp(x @ W)
        W -= 0.2 * x.T @ (scores / scores.sum(axis=1, keepdims=True) - y) / len(x)
    assert 0.8 < np.mean((flat(digits.test) @ W).argmax(axis=1) == digits.test.labels) < 0.99


@pytest.fixture(scope="module")
def written(mnist_folder):
    return digits_of(*(next(iter(mnist_folder.glob(f"t10k-{kind}*"))) for kind in ("images", "labels")))


def nearest(known, asked):
    """The label of the nearest known image to each that is asked for."""
    return known.labels[((flat(known) ** 2).sum(axis=1) - 2 * asked.reshape(-1, 784) @ flat(known).T).argmin(axis=1)]


def test_they_are_the_digits_that_people_write(digits, written):
    """The nearest drawn digit names a written one far oftener than the tenth that chance does, each of the ten."""
    labels = written.labels[:1000]
    right = nearest(digits.train, written.images[:1000]) == labels
    assert np.mean(right) > 0.6
    assert all(np.mean(right[labels == k]) > 0.3 for k in range(10))


def centred(image):
    """Moved by whole pixels, so that its centre of mass is in the middle, as it is on MNIST's images."""
    ink, grid = np.where(image > 0.3, image, 0), np.arange(28)
    moves = [round(13.5 - ink.sum(axis=axis) @ grid / ink.sum()) for axis in (1, 0)]
    return np.roll(ink, moves, axis=(0, 1))


def test_each_way_to_write_a_digit_is_one_that_people_use(written):
    """Of the written digits that are nearest to it, most are that digit."""
    rng = np.random.default_rng(4)
    for digit, ways in enumerate(WAYS):
        for way in range(len(ways)):
            images = inked(*placed(60, *segments(digit, way), rng), rng)
            named = nearest(written, np.array([centred(image) for image in images]))
            assert np.bincount(named, minlength=10).argmax() == digit, (digit, way)


def test_the_ink_is_the_distance_to_the_nearest_stroke(monkeypatch):
    monkeypatch.setattr(module, "NOISE", 0.0)
    monkeypatch.setattr(module, "RADIUS", (1.25, 1.25))
    monkeypatch.setattr(module, "EDGE", (1.5, 1.5))
    rng = np.random.default_rng(1)
    starts, ends = rng.uniform(-2, 30, (2, 3, 4, 2))
    ends[0, 0] = starts[0, 0]  # a segment that is a point
    images = inked(starts, ends, rng)

    def distance(px, py, ax, ay, bx, by):
        """From paper: straight to the line where the foot is on the segment, else to the nearer end."""
        length = math.hypot(bx - ax, by - ay)
        foot = ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length if length else -1
        if 0 <= foot <= length:
            return abs((px - ax) * (by - ay) - (py - ay) * (bx - ax)) / length
        return min(math.hypot(px - ax, py - ay), math.hypot(px - bx, py - by))

    for n, row, column in np.ndindex(3, 28, 28):
        nearest = min(distance(column, row, *starts[n, s], *ends[n, s]) for s in range(4))
        wanted = min(1, max(0, 0.5 + (1.25 - nearest) / 1.5))
        assert images[n, row, column] == pytest.approx(wanted, abs=1e-4)  # single precision over some 30 pixels


def still(monkeypatch, **moving):
    """No move but those named."""
    for name in ("TURN", "SHEAR", "SCALE", "SHIFT", "BEND"):
        monkeypatch.setattr(module, name, moving.get(name, 0.0))
    monkeypatch.setattr(module, "WIDTH", 10.0)
    monkeypatch.setattr(module, "HEIGHT", 10.0)


CORNERS = points("0 0, 100 0, 100 100, 0 100")


def moved(seed=3):
    return placed(50, CORNERS, CORNERS, np.random.default_rng(seed))[0]


def test_the_unit_square_stands_in_the_middle_x_right_y_down(monkeypatch):
    still(monkeypatch)
    monkeypatch.setattr(module, "HEIGHT", 20.0)
    np.testing.assert_allclose(moved()[7], [[8.5, 3.5], [18.5, 3.5], [18.5, 23.5], [8.5, 23.5]])


def test_each_move_keeps_what_it_should(monkeypatch):
    middle, exact = [13.5, 13.5], {"rtol": 1e-12, "atol": 1e-12}
    still(monkeypatch, TURN=0.5)
    got = moved() - middle
    np.testing.assert_allclose(np.hypot(*got.T), np.sqrt(50), **exact)  # lengths
    angles = np.arctan2(got[:, 1, 0] + got[:, 1, 1], got[:, 1, 0] - got[:, 1, 1])
    assert 0.3 < angles.std() < 0.7
    still(monkeypatch, SHEAR=0.5)
    got = moved() - middle
    np.testing.assert_allclose(got[..., 1], np.broadcast_to([-5, -5, 5, 5], (50, 4)), **exact)  # heights
    np.testing.assert_allclose(got[:, 1, 0] - got[:, 0, 0], 10, **exact)  # widths
    assert 0.3 < (got[:, 1, 0] / 5 - 1).std() < 0.7
    still(monkeypatch, SHEAR=0.5, TURN=0.5)
    along, down = (moved()[:, corner] - moved()[:, 0] for corner in (1, 3))
    np.testing.assert_allclose(along[:, 0] * down[:, 1] - along[:, 1] * down[:, 0], 100, **exact)  # areas
    np.testing.assert_allclose(np.hypot(*along.T), 10, **exact)
    still(monkeypatch, SHIFT=2.0)
    np.testing.assert_allclose(moved() - moved()[:, :1], np.broadcast_to(CORNERS * 10, (50, 4, 2)), **exact)
    assert 1.4 < moved()[:, 0].std(axis=0).min() < moved()[:, 0].std(axis=0).max() < 2.6
    still(monkeypatch, SCALE=0.3)
    got = np.log((moved() - middle)[:, 2] / 5)
    assert 0.2 < got.std(axis=0).min() < got.std(axis=0).max() < 0.4


def test_what_touches_still_touches_when_it_is_bent():
    stroke = lines("0 0, 50 50, 100 0")
    starts, ends = placed(20, stroke[:-1], stroke[1:], np.random.default_rng(2))
    np.testing.assert_allclose(ends[:, :-1], starts[:, 1:], rtol=1e-12)


def test_bending_bends(monkeypatch):
    still(monkeypatch, BEND=0.04)
    got = moved() - (CORNERS * 10 + 8.5)
    assert 0.1 < got.std() < 1  # pixels, of a square of 10
    assert (np.ptp(got, axis=1) > 0).all()  # not one shift for all of them


def test_strokes_go_through_their_points():
    knots = "10 20, 40 0, 90 60, 30 100"
    np.testing.assert_allclose(curve(knots, pieces=5)[::5], points(knots))
    np.testing.assert_allclose(lines(knots, pieces=4)[::4], points(knots))
    np.testing.assert_allclose(lines("0 0, 100 0", pieces=4), [[0, 0], [0.25, 0], [0.5, 0], [0.75, 0], [1, 0]])
    around = ellipse("50 40", "30 20", pieces=8)
    np.testing.assert_allclose(((around - [0.5, 0.4]) / [0.3, 0.2]) ** 2 @ [1, 1], 1)
    np.testing.assert_allclose(around[[0, 2, 8]], [[0.8, 0.4], [0.5, 0.6], [0.8, 0.4]])


def test_a_curve_is_smooth():
    """At a knot the slope is half the way between its neighbours, on either side."""
    knots, h = points("10 20, 40 0, 90 60, 30 100"), 1e-5
    path = curve("10 20, 40 0, 90 60, 30 100", pieces=100_000)
    for k in (1, 2):
        at = k * 100_000
        slope = (knots[k + 1] - knots[k - 1]) / 2
        # A difference over h = 1e-5 misses the slope by about h times the second derivative, here below 10.
        np.testing.assert_allclose((path[at + 1] - path[at]) / h, slope, atol=1e-4)
        np.testing.assert_allclose((path[at] - path[at - 1]) / h, slope, atol=1e-4)
