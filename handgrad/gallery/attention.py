"""Scaled dot-product attention, and the axes of its heads.

T, d     places in a sequence, numbers a place; H heads
q, k, v  (T, d)  queries, keys, values
s        (T, T)  scores q k^T / sqrt(d);  p their softmax, row by row
o        (T, d)  output p v
g        cotangent of the output;  p_bar, s_bar those of p and s
x        (T, H d) a sequence, or (n, n, n) a cube
"""

import numpy as np

from handgrad.gallery.exhibit import (
    AXES_PERMUTED,
    CONSTANT_FACTOR,
    DIAGONAL_ONLY,
    TRANSPOSED,
    WRONG_OPERAND,
    Array,
    Exhibit,
    normal,
)
from handgrad.gallery.functions import softmax

HEADS = 2
"""How many heads a sequence is split into."""

Three = tuple[Array, Array, Array]


def attention(q: Array, k: Array, v: Array) -> Array:
    """softmax(q k^T / sqrt(d)) v."""
    return softmax(q @ k.T / np.sqrt(q.shape[1])) @ v


def attention_backward(g: Array, q: Array, k: Array, v: Array) -> Three:
    """p_bar = g v^T,  s_bar = p (p_bar - sum_j p_bar p);  s_bar k / sqrt(d),  s_bar^T q / sqrt(d),  p^T g."""
    root = np.sqrt(q.shape[1])
    p = softmax(q @ k.T / root)
    p_bar = g @ v.T
    s_bar = p * (p_bar - np.sum(p_bar * p, axis=1, keepdims=True))
    return s_bar @ k / root, s_bar.T @ q / root, p.T @ g


def attention_unscaled(g: Array, q: Array, k: Array, v: Array) -> Three:
    """s_bar k and s_bar^T q: 1/sqrt(d) is missing on the way back."""
    p = softmax(q @ k.T / np.sqrt(q.shape[1]))
    p_bar = g @ v.T
    s_bar = p * (p_bar - np.sum(p_bar * p, axis=1, keepdims=True))
    return s_bar @ k, s_bar.T @ q, p.T @ g


def attention_diagonal(g: Array, q: Array, k: Array, v: Array) -> Three:
    """s_bar = p_bar p (1 - p): softmax taken entry by entry."""
    root = np.sqrt(q.shape[1])
    p = softmax(q @ k.T / root)
    s_bar = g @ v.T * p * (1 - p)
    return s_bar @ k / root, s_bar.T @ q / root, p.T @ g


def attention_transposed(g: Array, q: Array, k: Array, v: Array) -> Three:
    """p g for the values: the transpose is missing."""
    by_q, by_k, _ = attention_backward(g, q, k, v)
    return by_q, by_k, softmax(q @ k.T / np.sqrt(q.shape[1])) @ g


def attention_wrong_operand(g: Array, q: Array, k: Array, v: Array) -> Three:
    """s_bar q / sqrt(d) for the queries, copied from the line of the keys."""
    root = np.sqrt(q.shape[1])
    p = softmax(q @ k.T / root)
    p_bar = g @ v.T
    s_bar = p * (p_bar - np.sum(p_bar * p, axis=1, keepdims=True))
    return s_bar @ q / root, s_bar.T @ q / root, p.T @ g


def split_heads(x: Array) -> Array:
    """(T, H d) -> (H, T, d)."""
    return np.transpose(np.reshape(x, (len(x), HEADS, -1)), (1, 0, 2))


def split_heads_backward(g: Array, x: Array) -> Array:
    """Both steps undone, the last one first."""
    return np.transpose(g, (1, 0, 2)).reshape(x.shape)


def split_heads_reshape_only(g: Array, x: Array) -> Array:
    """The shape is right at once, so the transpose is forgotten."""
    return g.reshape(x.shape)


def turn_axes(x: Array) -> Array:
    """Axes (0, 1, 2) in the order (1, 2, 0): the first becomes the last."""
    return np.transpose(x, (1, 2, 0))


def turn_axes_backward(g: Array, x: Array) -> Array:
    """The inverse order, (2, 0, 1)."""
    return np.transpose(g, (2, 0, 1))


def turn_axes_again(g: Array, x: Array) -> Array:
    """The same order once more, (1, 2, 0)."""
    return np.transpose(g, (1, 2, 0))


_attention = Exhibit(
    "attention",
    "attention",
    attention,
    attention_backward,
    (normal(91, 4, 3), normal(92, 4, 3), normal(93, 4, 3)),
    ("q", "k", "v"),
    ("q", "k", "v"),
    vjp=True,
    lesson="A softmax between two matrix products; the scale belongs to the scores, forward and backward.",
)
_split = Exhibit(
    "split-heads",
    "attention",
    split_heads,
    split_heads_backward,
    (normal(94, 3, 4),),
    ("x",),
    ("x",),
    vjp=True,
    lesson="Only places change; the backward pass puts everything back where it was.",
)
_turn = Exhibit(
    "transpose",
    "transpose",
    turn_axes,
    turn_axes_backward,
    (normal(95, 2, 2, 2),),
    ("x",),
    ("x",),
    vjp=True,
    lesson="The inverse of an order of axes is np.argsort of it.",
)

EXHIBITS = (
    _attention,
    _attention.twin(
        "unscaled",
        attention_unscaled,
        CONSTANT_FACTOR,
        "By queries and keys sqrt(3) = 1.73 times too large; by values right.",
    ),
    _attention.twin(
        "diagonal", attention_diagonal, DIAGONAL_ONLY, "Each row of s_bar must sum to zero; here it does not."
    ),
    _attention.twin(
        "transposed",
        attention_transposed,
        TRANSPOSED,
        "p is square when a sequence attends to itself: no shape tells p from p^T.",
    ),
    _attention.twin(
        "wrong-operand", attention_wrong_operand, WRONG_OPERAND, "Two lines alike, and one letter not changed."
    ),
    _split,
    _split.twin(
        "reshape-only", split_heads_reshape_only, AXES_PERMUTED, "Same numbers, same sum, same norm, other places."
    ),
    _turn,
    _turn.twin(
        "same-order",
        turn_axes_again,
        AXES_PERMUTED,
        "For an exchange of two axes the same order would do; for a cycle of three it does not.",
    ),
)
