"""Digits that the program draws, so that a network can learn where there are no files and no network.

A digit is one of a few ways to write it: strokes in the unit square, x to the right, y down. Each image bends the
strokes a little (smoothly, so that what touches still touches), turns, shears, scales and shifts them, and inks
every pixel by its distance to the nearest stroke; so edges are smooth.

They are no handwriting: what a network reaches on them says little about MNIST.
"""

from functools import cache
from math import tau

import numpy as np

from handgrad.errors import TrainingError
from handgrad.training.digits import CLASSES, SIDE, Dataset, Digits
from handgrad.values import Array

HEIGHT, WIDTH = 18.0, 14.5  # pixels of the unit square, before scaling
TURN, SHEAR, SCALE, SHIFT = 0.16, 0.22, 0.10, 1.1  # standard deviations: radians, -, logarithm, pixels
BEND, WAVES = 0.035, 3  # of the unit square; waves that bend it
RADIUS = (0.7, 1.6)  # half the width of a stroke, pixels
EDGE = (1.0, 1.8)  # pixels over which ink fades to paper
NOISE = 0.04
CHUNK = 64  # images that are inked together; more would leave the processor's cache


def drawn(train: int = 4000, test: int = 1000, seed: int = 0) -> Dataset:
    """`train` and `test` drawn digits, 28 x 28, from 0 (paper) to 1 (ink); as many of each digit, in random order.

    The same seed draws the same digits, and those to test with do not hang on how many are learnt from.

    Raises `TrainingError`, when a number of digits is below 1 or the seed below 0.

    >>> digits = drawn(train=3, test=2, seed=7)
    >>> digits.train.images.shape, digits.test.labels.shape, digits.source
    ((3, 28, 28), (2,), '3 and 2 images drawn by the program, seed 7')
    """
    if train < 1 or test < 1:
        raise TrainingError(f"drawn: wanted at least 1 digit to learn from and 1 to test with, got {train} and {test}")
    if seed < 0:
        raise TrainingError(f"drawn: wanted a seed of at least 0, got {seed}")
    streams = np.random.default_rng(seed).spawn(2)
    learnt, tested = (written(n, rng) for n, rng in zip((train, test), streams, strict=True))
    return Dataset(learnt, tested, f"{train:,} and {test:,} images drawn by the program, seed {seed}")


def written(n: int, rng: np.random.Generator) -> Digits:
    """`n` digits."""
    labels = rng.permutation(np.arange(n) % CLASSES)
    ways = np.floor(rng.random(n) * [len(WAYS[digit]) for digit in labels]).astype(int)
    images = np.empty((n, SIDE, SIDE))
    for digit in range(CLASSES):
        for way in range(len(WAYS[digit])):
            which = np.flatnonzero((labels == digit) & (ways == way))
            for start in range(0, len(which), CHUNK):
                chunk = which[start : start + CHUNK]
                images[chunk] = inked(*placed(len(chunk), *segments(digit, way), rng), rng)
    return Digits(images, labels)


def placed(n: int, starts: Array, ends: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Segments (S, 2) in the unit square, bent and moved for each of `n` images: (n, S, 2), in pixels."""
    turn, shear = rng.normal(0, TURN, n), rng.normal(0, SHEAR, n)
    wide, high = np.exp(rng.normal(0, SCALE, (2, n))) * [[WIDTH], [HEIGHT]]
    cos, sin = np.cos(turn), np.sin(turn)
    # x, y -> (x - shear y) wide, y high -> turned
    affine = np.array([[cos * wide, -shear * cos * wide - sin * high], [sin * wide, -shear * sin * wide + cos * high]])
    middle = (SIDE - 1) / 2 + rng.normal(0, SHIFT, (n, 1, 2))
    waves = rng.normal(0, tau / 2, (n, 2, WAVES))  # half a wave, more or less, across the square
    phase, bend = rng.uniform(0, tau, (n, 1, WAVES)), rng.normal(0, BEND, (n, WAVES, 2))

    def moved(points: Array) -> Array:
        bent = points + np.sin(points @ waves + phase) @ bend
        return np.einsum("ijn,nsj->nsi", affine, bent - 0.5) + middle

    return moved(starts), moved(ends)


def inked(starts: Array, ends: Array, rng: np.random.Generator) -> Array:
    """Images (n, 28, 28) of n times S segments: ink as far as the stroke's radius, fading over its edge."""
    n, count = starts.shape[:2]
    pixel = np.arange(SIDE, dtype=np.float32)
    starts, along = starts.astype(np.float32), (ends - starts).astype(np.float32)
    squares = np.sum(along**2, axis=-1) + np.float32(1e-12)  # a segment may be a point
    nearest = np.full((n, SIDE, SIDE), np.inf, np.float32)
    for s in range(count):
        x, y = (pixel - starts[:, s, axis, None] for axis in (0, 1))
        dx, dy = along[:, s, 0, None], along[:, s, 1, None]
        t = (x * dx / squares[:, s, None])[:, None, :] + (y * dy / squares[:, s, None])[:, :, None]
        np.clip(t, 0, 1, out=t)  # where on the segment the pixel's foot is
        across, down = x[:, None, :] - t * dx[:, None], y[:, :, None] - t * dy[:, None]
        np.minimum(nearest, across * across + down * down, out=nearest)
    radius, edge = rng.uniform(*RADIUS, (n, 1, 1)), rng.uniform(*EDGE, (n, 1, 1))
    ink = np.clip((radius - np.sqrt(nearest)) / edge + 0.5, 0, 1)
    return np.clip(ink + rng.normal(0, NOISE, ink.shape), 0, 1)


@cache
def segments(digit: int, way: int) -> tuple[Array, Array]:
    """The segments of one way to write a digit: where they start and where they end, each (S, 2)."""
    strokes = WAYS[digit][way]
    return np.concatenate([s[:-1] for s in strokes]), np.concatenate([s[1:] for s in strokes])


def points(text: str) -> Array:
    """The points of a text in hundredths of the unit square: "50 0, 50 100" is [[0.5, 0], [0.5, 1]]."""
    return np.array([point.split() for point in text.split(",")], float) / 100


def lines(corners: str, pieces: int = 3) -> Array:
    """Straight from corner to corner; each side in pieces, so that it can bend."""
    p = points(corners)
    t = np.linspace(0, len(p) - 1, pieces * (len(p) - 1) + 1)
    return np.stack([np.interp(t, np.arange(len(p)), column) for column in p.T], axis=-1)


def ellipse(middle: str, radii: str, pieces: int = 18) -> Array:
    """An ellipse, once around from its right."""
    angle = np.linspace(0, tau, pieces + 1)
    return points(middle) + points(radii) * np.stack([np.cos(angle), np.sin(angle)], axis=-1)


def curve(knots: str, pieces: int = 3) -> Array:
    """Smoothly through the knots: cubics whose slope at a knot is that between its neighbours (Catmull and Rom)."""
    p = points(knots)
    a, b, c, d = np.concatenate([p[:1], p[:-2]]), p[:-1], p[1:], np.concatenate([p[2:], p[-1:]])
    t = (np.arange(pieces) / pieces)[:, None, None]
    spans = b + t / 2 * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
    return np.concatenate([spans.transpose(1, 0, 2).reshape(-1, 2), p[-1:]])


WAYS: tuple[tuple[tuple[Array, ...], ...], ...] = (  # in hundredths of the unit square
    (  # 0
        (ellipse("50 50", "42 50"),),
        (curve("60 4, 30 12, 14 50, 30 92, 60 97, 84 60, 78 15, 50 0"),),
    ),
    (  # 1
        (lines("50 0, 50 100"),),
        (lines("22 25, 54 0, 54 100"),),
        (lines("28 20, 50 0, 50 100"), lines("20 100, 80 100")),
    ),
    (  # 2
        (curve("14 26, 30 4, 62 0, 84 22, 72 52, 40 80, 12 100"), lines("12 100, 90 100")),
        (curve("16 20, 50 0, 82 22, 64 58, 30 94, 12 90, 24 76, 50 90, 94 94"),),
    ),
    (  # 3
        (curve("16 12, 48 0, 80 20, 66 42, 40 48"), curve("40 48, 76 56, 86 78, 50 100, 12 88")),
        (lines("16 0, 80 0, 42 42"), curve("42 42, 80 52, 84 82, 50 100, 14 88")),
    ),
    (  # 4
        (lines("22 0, 14 56, 90 56"), lines("74 10, 70 100")),
        (lines("68 100, 68 0, 8 68, 94 68"),),
        (curve("16 5, 12 38, 30 54, 60 50, 78 34"), lines("84 0, 70 100")),
    ),
    (  # 5
        (lines("82 0, 26 0, 20 44"), curve("20 44, 54 36, 84 60, 74 90, 42 100, 10 88")),
        (curve("84 2, 44 3, 22 20, 34 42, 68 54, 78 80, 50 100, 12 90"),),
    ),
    (  # 6
        (curve("74 0, 38 20, 16 60, 28 93, 56 100, 84 80, 70 57, 42 56, 20 74"),),
        (curve("42 0, 22 36, 16 72, 40 100, 74 94, 80 68, 50 56, 20 72"),),
    ),
    (  # 7
        (lines("12 0, 88 0, 40 100"),),
        (lines("12 0, 88 0, 40 100"), lines("30 52, 82 52")),
        (lines("12 18, 12 2, 86 2"), curve("86 2, 60 42, 48 100")),
    ),
    (  # 8
        (ellipse("50 24", "28 24"), ellipse("50 74", "34 26")),
        (curve("74 12, 46 0, 20 20, 42 45, 76 70, 56 100, 26 92, 22 70, 56 45, 80 24, 74 12"),),
    ),
    (  # 9
        (ellipse("48 28", "32 28"), lines("80 28, 70 100")),
        (curve("78 20, 50 2, 20 22, 28 46, 56 50, 78 20"), curve("78 20, 80 56, 66 86, 26 100")),
    ),
)
