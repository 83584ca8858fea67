"""Pooling of a gray image.

x  (H, W)  image        g  cotangent of the pooled image        2 x 2 windows side by side, unless told
blocks  (H/2, 2, W/2, 2)  the image, cut into windows: axes 1 and 3 are inside of a window
"""

import numpy as np

from handgrad.gallery.exhibit import (
    CONSTANT_FACTOR,
    INDEX_SHIFTED,
    TIES_TO_ALL,
    WINDOW_OFF_BY_ONE,
    Array,
    Exhibit,
    normal,
)


def blocks(x: Array) -> Array:
    """The image, cut into 2 x 2 windows."""
    return np.reshape(x, (x.shape[0] // 2, 2, x.shape[1] // 2, 2))


def average_pool(x: Array) -> Array:
    """The mean of each window."""
    return np.mean(blocks(x), axis=(1, 3))


def average_pool_backward(g: Array, x: Array) -> Array:
    """Each of the four entries gets g / 4."""
    return np.repeat(np.repeat(g, 2, axis=0), 2, axis=1) / 4


def average_pool_without_quarter(g: Array, x: Array) -> Array:
    """Each entry gets g: 1/4 is missing."""
    return np.repeat(np.repeat(g, 2, axis=0), 2, axis=1)


def average_pool_tiled(g: Array, x: Array) -> Array:
    """np.tile for np.repeat: each g goes to four entries of four windows."""
    return np.tile(g, (2, 2)) / 4


def overlapping_pool(x: Array) -> Array:
    """The mean of each 3 x 3 window; windows move by 2, so neighbours share a row or a column."""
    height, width = (x.shape[0] - 1) // 2, (x.shape[1] - 1) // 2
    return np.stack(
        [np.stack([np.mean(x[2 * i : 2 * i + 3, 2 * j : 2 * j + 3]) for j in range(width)]) for i in range(height)]
    )


def overlapping_pool_backward(g: Array, x: Array) -> Array:
    """Each of the nine entries gets g / 9; what windows share gets several."""
    x_bar = np.zeros_like(x)
    for (i, j), share in np.ndenumerate(g):
        x_bar[2 * i : 2 * i + 3, 2 * j : 2 * j + 3] += share / 9
    return x_bar


def overlapping_pool_short_window(g: Array, x: Array) -> Array:
    """Windows of 2 x 2 on the way back: a slice that ends one early."""
    x_bar = np.zeros_like(x)
    for (i, j), share in np.ndenumerate(g):
        x_bar[2 * i : 2 * i + 2, 2 * j : 2 * j + 2] += share / 9
    return x_bar


def max_pool(x: Array) -> Array:
    """The greatest entry of each window."""
    return np.max(blocks(x), axis=(1, 3))


def max_pool_backward(g: Array, x: Array) -> Array:
    """g goes to the greatest entry, the first of them where several are equal."""
    x_bar = np.zeros_like(x)
    for (i, j), share in np.ndenumerate(g):
        window = x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
        r, s = np.unravel_index(np.argmax(window), window.shape)
        x_bar[2 * i + r, 2 * j + s] = share
    return x_bar


def max_pool_to_all_equal(g: Array, x: Array) -> Array:
    """g goes to every entry that equals the greatest."""
    spread = np.repeat(np.repeat(max_pool(x), 2, axis=0), 2, axis=1)
    return np.repeat(np.repeat(g, 2, axis=0), 2, axis=1) * (x == spread)


def max_pool_axes_of_window(g: Array, x: Array) -> Array:
    """The place in a window is read with rows and columns exchanged."""
    x_bar = np.zeros_like(x)
    for (i, j), share in np.ndenumerate(g):
        s, r = divmod(int(np.argmax(x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2])), 2)
        x_bar[2 * i + r, 2 * j + s] = share
    return x_bar


# Opaque: two loops that fill an array of zeros.
def max_pool_in_loops(x: Array) -> Array:
    """The greatest entry of each window."""
    y = np.zeros((x.shape[0] // 2, x.shape[1] // 2))
    for i, j in np.ndindex(*y.shape):
        y[i, j] = np.max(x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2])
    return y


def max_over_time(x: Array) -> Array:
    """The greatest entry of each column."""
    return np.max(x, axis=0)


def max_over_time_backward(g: Array, x: Array) -> Array:
    """g goes in equal shares to all entries that equal the greatest."""
    winners = x == x.max(axis=0)
    return g * winners / winners.sum(axis=0)


def max_over_time_to_all_equal(g: Array, x: Array) -> Array:
    """g goes whole to all entries that equal the greatest."""
    return g * (x == x.max(axis=0))


IMAGE = normal(119, 4, 4)
# As a photograph has them: two windows are of one gray, one has two equal maxima.
PHOTOGRAPH = np.array([[7.0, 7, 1, 3], [7, 7, 3, 0], [2, 5, 4, 4], [1, 0, 4, 4]])
# Features after a ReLU: a column is zero at all times.
FEATURES = np.array([[0.0, 1.5, 0.0], [0.0, 0.2, 2.0], [0.0, 0.7, 2.0]])

_average = Exhibit(
    "average-pool",
    "average pool",
    average_pool,
    average_pool_backward,
    (IMAGE,),
    ("x",),
    ("x",),
    vjp=True,
    lesson="Up again to the image's size, and a quarter for each.",
)
_overlapping = Exhibit(
    "average-pool-overlapping",
    "average pool",
    overlapping_pool,
    overlapping_pool_backward,
    (normal(112, 5, 5),),
    ("x",),
    ("x",),
    vjp=True,
    lesson="Entries on the border of two windows collect from both.",
)
_max = Exhibit(
    "max-pool",
    "max pool",
    max_pool,
    max_pool_backward,
    (IMAGE,),
    ("x",),
    ("x",),
    vjp=True,
    lesson="One winner a window.",
)
_tied = Exhibit(
    "max-pool-tied",
    "max pool",
    max_pool,
    max_pool_backward,
    (PHOTOGRAPH,),
    ("x",),
    ("x",),
    vjp=True,
    at_kink=True,
    lesson="Right. Among equal maxima any division of g will do, and all of it to the first is one.",
)
_loops = Exhibit(
    "max-pool-in-loops",
    "max pool",
    max_pool_in_loops,
    max_pool_backward,
    (IMAGE,),
    ("x",),
    ("x",),
    vjp=True,
    opaque=True,
    lesson="The same, as one writes it in loops.",
)
_over_time = Exhibit(
    "max-over-time-tied",
    "max pool",
    max_over_time,
    max_over_time_backward,
    (FEATURES,),
    ("x",),
    ("x",),
    vjp=True,
    at_kink=True,
    lesson="Right. Equal shares among equal maxima: they add up to g.",
)

EXHIBITS = (
    _average,
    _average.twin("without-quarter", average_pool_without_quarter, CONSTANT_FACTOR, "4 times too large everywhere."),
    _average.twin(
        "tiled",
        average_pool_tiled,
        INDEX_SHIFTED,
        "Right sums, wrong places; with all cotangents equal nobody sees it.",
    ),
    _overlapping,
    _overlapping.twin(
        "short-window",
        overlapping_pool_short_window,
        WINDOW_OFF_BY_ONE,
        "The last row and the last column get nothing, shared ones get one share too few.",
    ),
    _max,
    _max.twin(
        "rows-for-columns",
        max_pool_axes_of_window,
        INDEX_SHIFTED,
        "Right for a maximum on the window's diagonal, else the entry across gets it.",
    ),
    _tied,
    _tied.twin(
        "to-all-equal",
        max_pool_to_all_equal,
        TIES_TO_ALL,
        "A window of one gray gets 4 g; made brighter as a whole, its maximum grows by g only.",
    ),
    _loops,
    _over_time,
    _over_time.twin(
        "to-all-equal",
        max_over_time_to_all_equal,
        TIES_TO_ALL,
        "Behind a ReLU ties at 0 are common; a column of three zeros gets 3 g.",
    ),
)
