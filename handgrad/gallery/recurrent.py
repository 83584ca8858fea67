"""Recurrent cells, and weights that are used more than once.

    T            time steps; N samples, d inputs, h hidden units
    x            (T, d) a sequence, or (N, d) one step's inputs
    u, w, b      (d, h), (h, h), (h,)  weights of the input, weights of the state, bias
    s            (h,) the state before the first step, or (N, h) before this one
    h_t          state after step t:  h_t = tanh(x_t u + h_{t-1} w + b),  h_0 = s
    y            (h,)  target of the last state
    c            (N, h)  an LSTM's cell
    i, f, o, n   (N, h)  gates in, forget and out, and the candidate
    r, z         (N, h)  a GRU's gates reset and update

Weights of several gates lie side by side: (d, 4h) for an LSTM, (d, 3h) for a GRU.
"""

import numpy as np

from handgrad.gallery.exhibit import (
    ACTIVATION_MISSING,
    INDEX_SHIFTED,
    ONE_TERM,
    OVERWRITTEN,
    PATH_DROPPED,
    SIGN_OF_ONE_TERM,
    WRONG_OPERAND,
    Array,
    Exhibit,
    normal,
)
from handgrad.gallery.functions import sigmoid

# A plain recurrent network


def rnn(x: Array, s: Array, u: Array, w: Array, b: Array, y: Array) -> Array:
    """1/2 |h_T - y|^2."""
    h = s
    for x_t in x:
        h = np.tanh(x_t @ u + h @ w + b)
    return 0.5 * np.sum((h - y) ** 2)


def states(x: Array, s: Array, u: Array, w: Array, b: Array) -> list[Array]:
    """h_0, ..., h_T."""
    h = [s]
    for x_t in x:
        h.append(np.tanh(x_t @ u + h[-1] @ w + b))
    return h


def rnn_gradient(x: Array, s: Array, u: Array, w: Array, b: Array, y: Array) -> tuple[Array, Array, Array]:
    """From the last step to the first:  z_bar = h_bar (1 - h_t^2),  h_bar = z_bar w^T;  each step adds its share."""
    h = states(x, s, u, w, b)
    u_bar, w_bar, b_bar = np.zeros_like(u), np.zeros_like(w), np.zeros_like(b)
    h_bar = h[-1] - y
    for t in reversed(range(len(x))):
        z_bar = h_bar * (1 - h[t + 1] ** 2)
        u_bar += np.outer(x[t], z_bar)
        w_bar += np.outer(h[t], z_bar)
        b_bar += z_bar
        h_bar = z_bar @ w.T
    return u_bar, w_bar, b_bar


def rnn_last_step(x: Array, s: Array, u: Array, w: Array, b: Array, y: Array) -> tuple[Array, Array, Array]:
    """The last step's share alone."""
    h = states(x, s, u, w, b)
    z_bar = (h[-1] - y) * (1 - h[-1] ** 2)
    return np.outer(x[-1], z_bar), np.outer(h[-2], z_bar), z_bar


def rnn_next_state(x: Array, s: Array, u: Array, w: Array, b: Array, y: Array) -> tuple[Array, Array, Array]:
    """w_bar += h_t z_bar^T: the state after the step, where the one before it belongs."""
    h = states(x, s, u, w, b)
    u_bar, w_bar, b_bar = np.zeros_like(u), np.zeros_like(w), np.zeros_like(b)
    h_bar = h[-1] - y
    for t in reversed(range(len(x))):
        z_bar = h_bar * (1 - h[t + 1] ** 2)
        u_bar += np.outer(x[t], z_bar)
        w_bar += np.outer(h[t + 1], z_bar)
        b_bar += z_bar
        h_bar = z_bar @ w.T
    return u_bar, w_bar, b_bar


def rnn_without_tanh(x: Array, s: Array, u: Array, w: Array, b: Array, y: Array) -> tuple[Array, Array, Array]:
    """z_bar = h_bar: the factor 1 - h_t^2 is missing."""
    h = states(x, s, u, w, b)
    u_bar, w_bar, b_bar = np.zeros_like(u), np.zeros_like(w), np.zeros_like(b)
    h_bar = h[-1] - y
    for t in reversed(range(len(x))):
        u_bar += np.outer(x[t], h_bar)
        w_bar += np.outer(h[t], h_bar)
        b_bar += h_bar
        h_bar = h_bar @ w.T
    return u_bar, w_bar, b_bar


# Opaque: the states are written into an array of zeros, as a loop over time steps is often programmed.
def rnn_states(x: Array, s: Array, u: Array, w: Array, b: Array) -> Array:
    """h_1, ..., h_T, in shape (T, h)."""
    h = np.zeros((len(x), len(s)))
    for t in range(len(x)):
        h[t] = np.tanh(x[t] @ u + (h[t - 1] if t else s) @ w + b)
    return h


def rnn_states_backward(
    g: Array, x: Array, s: Array, u: Array, w: Array, b: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """As for the last state alone, but every step's own cotangent joins in:  h_bar = g_t + z_bar w^T."""
    h = states(x, s, u, w, b)
    z_bar, h_bar = np.zeros_like(g), np.zeros_like(s)
    for t in reversed(range(len(x))):
        z_bar[t] = (g[t] + h_bar) * (1 - h[t + 1] ** 2)
        h_bar = z_bar[t] @ w.T
    return z_bar @ u.T, h_bar, x.T @ z_bar, np.stack(h[:-1]).T @ z_bar, z_bar.sum(axis=0)


def rnn_states_overwritten(
    g: Array, x: Array, s: Array, u: Array, w: Array, b: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """h_bar = g_t: what later steps sent back is overwritten."""
    h = states(x, s, u, w, b)
    z_bar, h_bar = np.zeros_like(g), np.zeros_like(s)
    for t in reversed(range(len(x))):
        h_bar = g[t]
        z_bar[t] = h_bar * (1 - h[t + 1] ** 2)
        h_bar = z_bar[t] @ w.T
    return z_bar @ u.T, h_bar, x.T @ z_bar, np.stack(h[:-1]).T @ z_bar, z_bar.sum(axis=0)


# Weights used twice


def tied_autoencoder(x: Array, w: Array) -> Array:
    """1/2 |s(x w) w^T - x|^2: the decoder is the encoder's transpose."""
    return 0.5 * np.sum((sigmoid(x @ w) @ w.T - x) ** 2)


def tied_autoencoder_gradient(x: Array, w: Array) -> Array:
    """x^T z_bar + e^T a,  with e the error, z_bar = (e w) a (1 - a)."""
    a = sigmoid(x @ w)
    e = a @ w.T - x
    return x.T @ (e @ w * a * (1 - a)) + e.T @ a


def tied_autoencoder_encoder_only(x: Array, w: Array) -> Array:
    """x^T z_bar: the decoder's share is missing."""
    a = sigmoid(x @ w)
    e = a @ w.T - x
    return x.T @ (e @ w * a * (1 - a))


# Cells with gates


def lstm_gates(x: Array, s: Array, u: Array, w: Array, b: Array) -> list[Array]:
    """i, f, o = s(...) and n = tanh(...), each from its quarter of x u + s w + b."""
    i, f, o, n = np.split(x @ u + s @ w + b, 4, axis=1)
    return [sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(n)]


def lstm(x: Array, s: Array, c: Array, u: Array, w: Array, b: Array) -> tuple[Array, Array]:
    """The state o tanh(c') and the cell c' = f c + i n."""
    i, f, o, n = lstm_gates(x, s, u, w, b)
    new = f * c + i * n
    return o * np.tanh(new), new


def lstm_backward(
    g: tuple[Array, Array], x: Array, s: Array, c: Array, u: Array, w: Array, b: Array
) -> tuple[Array, ...]:
    """c'_bar = g_c + g_h o (1 - tanh^2 c');  then through f c + i n and the four gates."""
    g_h, g_c = g
    i, f, o, n = lstm_gates(x, s, u, w, b)
    t = np.tanh(f * c + i * n)
    new_bar = g_c + g_h * o * (1 - t**2)
    z_bar = np.concatenate(
        [new_bar * n * i * (1 - i), new_bar * c * f * (1 - f), g_h * t * o * (1 - o), new_bar * i * (1 - n**2)], axis=1
    )
    return z_bar @ u.T, z_bar @ w.T, new_bar * f, x.T @ z_bar, s.T @ z_bar, z_bar.sum(axis=0)


def lstm_without_cell(
    g: tuple[Array, Array], x: Array, s: Array, c: Array, u: Array, w: Array, b: Array
) -> tuple[Array, ...]:
    """c'_bar = g_h o (1 - tanh^2 c'): what the next step sends to the cell is forgotten."""
    g_h, g_c = g
    return lstm_backward((g_h, np.zeros_like(g_c)), x, s, c, u, w, b)


def lstm_new_cell(
    g: tuple[Array, Array], x: Array, s: Array, c: Array, u: Array, w: Array, b: Array
) -> tuple[Array, ...]:
    """The forget gate's share with c', where the cell before the step belongs."""
    g_h, g_c = g
    i, f, o, n = lstm_gates(x, s, u, w, b)
    new = f * c + i * n
    t = np.tanh(new)
    new_bar = g_c + g_h * o * (1 - t**2)
    z_bar = np.concatenate(
        [new_bar * n * i * (1 - i), new_bar * new * f * (1 - f), g_h * t * o * (1 - o), new_bar * i * (1 - n**2)],
        axis=1,
    )
    return z_bar @ u.T, z_bar @ w.T, new_bar * f, x.T @ z_bar, s.T @ z_bar, z_bar.sum(axis=0)


def gru(x: Array, s: Array, u: Array, w: Array) -> Array:
    """(1 - z) n + z s,  n = tanh(x u_n + r (s w_n)), and r, z sigmoids of x u + s w."""
    ur, uz, un = np.split(u, 3, axis=1)
    wr, wz, wn = np.split(w, 3, axis=1)
    r, z = sigmoid(x @ ur + s @ wr), sigmoid(x @ uz + s @ wz)
    n = np.tanh(x @ un + r * (s @ wn))
    return (1 - z) * n + z * s


def gru_shares(g: Array, x: Array, s: Array, u: Array, w: Array) -> tuple[Array, ...]:
    """r, and the cotangents before the activations of r, z and n."""
    ur, uz, un = np.split(u, 3, axis=1)
    wr, wz, wn = np.split(w, 3, axis=1)
    r, z = sigmoid(x @ ur + s @ wr), sigmoid(x @ uz + s @ wz)
    n = np.tanh(x @ un + r * (s @ wn))
    n_bar = g * (1 - z) * (1 - n**2)
    return r, n_bar * (s @ wn) * r * (1 - r), g * (s - n) * z * (1 - z), n_bar, g * z


def gru_backward(g: Array, x: Array, s: Array, u: Array, w: Array) -> tuple[Array, Array, Array, Array]:
    """s reaches the output on four paths: directly, by r, by z and by n."""
    r, r_bar, z_bar, n_bar, direct = gru_shares(g, x, s, u, w)
    by_u = np.concatenate([r_bar, z_bar, n_bar], axis=1)
    by_w = np.concatenate([r_bar, z_bar, r * n_bar], axis=1)
    return by_u @ u.T, direct + by_w @ w.T, x.T @ by_u, s.T @ by_w


def gru_without_direct_path(g: Array, x: Array, s: Array, u: Array, w: Array) -> tuple[Array, Array, Array, Array]:
    """s_bar without g z, the path that goes round all weights."""
    r, r_bar, z_bar, n_bar, _ = gru_shares(g, x, s, u, w)
    by_u = np.concatenate([r_bar, z_bar, n_bar], axis=1)
    by_w = np.concatenate([r_bar, z_bar, r * n_bar], axis=1)
    return by_u @ u.T, by_w @ w.T, x.T @ by_u, s.T @ by_w


def gru_update_gate_reversed(g: Array, x: Array, s: Array, u: Array, w: Array) -> tuple[Array, Array, Array, Array]:
    """z_bar = g (n - s) z (1 - z), as if z were the share of the new state."""
    r, r_bar, z_bar, n_bar, direct = gru_shares(g, x, s, u, w)
    by_u = np.concatenate([r_bar, -z_bar, n_bar], axis=1)
    by_w = np.concatenate([r_bar, -z_bar, r * n_bar], axis=1)
    return by_u @ u.T, direct + by_w @ w.T, x.T @ by_u, s.T @ by_w


X, S, U, W, B = normal(51, 4, 2), normal(52, 3), normal(53, 2, 3), normal(54, 3, 3), normal(55, 3)
TARGET = normal(56, 3)

_rnn = Exhibit(
    "rnn",
    "recurrent network",
    rnn,
    rnn_gradient,
    (X, S, U, W, B, TARGET),
    ("x", "s", "u", "w", "b", "y"),
    ("u", "w", "b"),
    lesson="The weights are shared by all steps, so their gradient is a sum over steps.",
)
_rnn_states = Exhibit(
    "rnn-states",
    "recurrent network",
    rnn_states,
    rnn_states_backward,
    (X, S, U, W, B),
    ("x", "s", "u", "w", "b"),
    ("x", "s", "u", "w", "b"),
    vjp=True,
    opaque=True,
    lesson="Each state has two readers, the output and the next step; their cotangents add up.",
)
_tied = Exhibit(
    "tied-autoencoder",
    "tied weights",
    tied_autoencoder,
    tied_autoencoder_gradient,
    (normal(57, 4, 3), normal(58, 3, 3)),
    ("x", "w"),
    ("w",),
    lesson="One weight, two uses, two terms: the encoder's and the decoder's.",
)
_lstm = Exhibit(
    "lstm-cell",
    "LSTM cell",
    lstm,
    lstm_backward,
    (normal(59, 2, 2), normal(60, 2, 2), normal(61, 2, 2), normal(62, 2, 8), normal(63, 2, 8), normal(64, 8)),
    ("x", "s", "c", "u", "w", "b"),
    ("x", "s", "c", "u", "w", "b"),
    vjp=True,
    lesson="The new cell has two readers, the state and the next step.",
)
_gru = Exhibit(
    "gru-cell",
    "GRU cell",
    gru,
    gru_backward,
    (normal(65, 2, 3), normal(66, 2, 2), normal(67, 3, 6), normal(68, 2, 6)),
    ("x", "s", "u", "w"),
    ("x", "s", "u", "w"),
    vjp=True,
    lesson="The reset gate stands behind the weights here, so w_n sees r n_bar and u_n sees n_bar.",
)

EXHIBITS = (
    _rnn,
    _rnn.hidden_twin(
        "last-step",
        rnn_last_step,
        ONE_TERM,
        "Only the last step's share: no difference in a sequence of one step.",
        (X[:1], S, U, W, B, TARGET),
    ),
    _rnn.twin("next-state", rnn_next_state, INDEX_SHIFTED, "h[t + 1] for h[t]: only the state's weights show it."),
    _rnn.twin(
        "without-tanh",
        rnn_without_tanh,
        ACTIVATION_MISSING,
        "Too large at every step, and more so at each earlier one.",
    ),
    _rnn_states,
    _rnn_states.twin(
        "overwritten",
        rnn_states_overwritten,
        OVERWRITTEN,
        "= for +=: nothing that a step sends back reaches the steps before it.",
    ),
    _tied,
    _tied.twin(
        "encoder-only",
        tied_autoencoder_encoder_only,
        PATH_DROPPED,
        "The weight is used twice and counted once.",
    ),
    _lstm,
    _lstm.twin(
        "without-cell",
        lstm_without_cell,
        PATH_DROPPED,
        "Right for a loss of the state alone, that is at the last step of a sequence only.",
    ),
    _lstm.twin("new-cell", lstm_new_cell, WRONG_OPERAND, "The variable c had been overwritten by the forward pass."),
    _gru,
    _gru.twin(
        "without-direct-path",
        gru_without_direct_path,
        PATH_DROPPED,
        "Only s_bar is wrong, and by exactly g z: the path for which a GRU is built.",
    ),
    _gru.twin(
        "update-gate-reversed",
        gru_update_gate_reversed,
        SIGN_OF_ONE_TERM,
        "Papers differ in whether z or 1 - z keeps the old state; here the two are mixed.",
    ),
)
