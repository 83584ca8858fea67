"""Taking rows out of a table, and what goes back to them.

V, d     words and numbers for each; N or T places
table    (V, d)  one row a word
ids      (N,)  a word's number at each place, or (N, T) a bag of T words a sample
x        (N, T, d)  sequences        lengths  (N,)  the number of time steps that count in each
g        cotangent of the rows taken
"""

import numpy as np

from handgrad.gallery.exhibit import (
    CONSTANT_FACTOR,
    INDEX_SHIFTED,
    OVERWRITTEN,
    Array,
    Exhibit,
    normal,
)


def lookup(table: Array, ids: Array) -> Array:
    """table[ids]: row n of the output is row ids_n of the table."""
    return table[ids]


def lookup_backward(g: Array, table: Array, ids: Array) -> Array:
    """table_bar_v = the sum of g_n over all n with ids_n = v."""
    table_bar = np.zeros_like(table)
    np.add.at(table_bar, ids, g)
    return table_bar


def lookup_overwritten(g: Array, table: Array, ids: Array) -> Array:
    """table_bar[ids] += g: NumPy reads all rows before it writes, so a repeated one keeps only its last share."""
    table_bar = np.zeros_like(table)
    table_bar[ids] += g
    return table_bar


def bag_of_words(table: Array, ids: Array) -> Array:
    """1/T sum_t table[ids_t], one mean a sample."""
    return np.mean(table[ids], axis=1)


def bag_of_words_backward(g: Array, table: Array, ids: Array) -> Array:
    """Each word of a bag gets g / T, as often as it is there."""
    counts = (ids[:, :, None] == np.arange(len(table))).sum(axis=1)
    return counts.T @ g / ids.shape[1]


def bag_of_words_without_mean(g: Array, table: Array, ids: Array) -> Array:
    """Each word gets g: 1/T is missing."""
    counts = (ids[:, :, None] == np.arange(len(table))).sum(axis=1)
    return counts.T @ g


def bag_of_words_overwritten(g: Array, table: Array, ids: Array) -> Array:
    """Each word gets g / T of the last bag that has it."""
    table_bar = np.zeros_like(table)
    for n, words in enumerate(ids):
        for v in words:
            table_bar[v] = g[n] / len(words)
    return table_bar


def last_step(x: Array, lengths: Array) -> Array:
    """x_n at its last time step that counts."""
    return x[np.arange(len(x)), lengths - 1]


def last_step_backward(g: Array, x: Array, lengths: Array) -> Array:
    """Zeros, and g_n at time step lengths_n - 1."""
    x_bar = np.zeros_like(x)
    x_bar[np.arange(len(x)), lengths - 1] = g
    return x_bar


def last_step_shifted(g: Array, x: Array, lengths: Array) -> Array:
    """g_n at time step lengths_n, one too late."""
    x_bar = np.zeros_like(x)
    x_bar[np.arange(len(x)), lengths] = g
    return x_bar


TABLE = normal(81, 6, 3)

_lookup = Exhibit(
    "embedding",
    "embedding",
    lookup,
    lookup_backward,
    (TABLE, np.array([4, 1, 4, 0, 4])),
    ("table", "ids"),
    ("table",),
    vjp=True,
    lesson="A word that is used three times collects three cotangents; np.add.at does it.",
)
_bag = Exhibit(
    "bag-of-words",
    "embedding",
    bag_of_words,
    bag_of_words_backward,
    (TABLE, np.array([[0, 1, 1, 5], [5, 2, 0, 0], [3, 3, 3, 1]])),
    ("table", "ids"),
    ("table",),
    vjp=True,
    lesson="A matrix of counts, transposed.",
)
_last_step = Exhibit(
    "last-step",
    "indexing",
    last_step,
    last_step_backward,
    (normal(82, 3, 5, 2), np.array([2, 4, 1])),
    ("x", "lengths"),
    ("x",),
    vjp=True,
    lesson="A sequence of length n ends at index n - 1.",
)

EXHIBITS = (
    _lookup,
    _lookup.hidden_twin(
        "overwritten",
        lookup_overwritten,
        OVERWRITTEN,
        "No difference as long as no word is repeated.",
        (TABLE, np.array([4, 1, 0, 5, 2])),
    ),
    _bag,
    _bag.twin("without-mean", bag_of_words_without_mean, CONSTANT_FACTOR, "4 times too large, the length of a bag."),
    _bag.twin(
        "overwritten",
        bag_of_words_overwritten,
        OVERWRITTEN,
        "= for +=: words that occur once are right, all others lose a share.",
    ),
    _last_step,
    _last_step.twin("shifted", last_step_shifted, INDEX_SHIFTED, "All numbers are right and one step too late."),
)
