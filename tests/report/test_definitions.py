"""The functions that are differentiated, against the report's sums written as loops over single numbers."""

import math

import numpy as np
import pytest

from handgrad.report.equations import definitions
from handgrad.report.symbols import Sizes
from handgrad.values import Values

SIZES = Sizes(N=2, F=3, n=2, k=3, K=4, h=3, o=2, i=5)


def drawn(*names_and_axes):
    rng = np.random.default_rng(5)
    return Values({name: rng.normal(size=SIZES.shape(axes)) for name, axes in names_and_axes})


def f(x):
    return 1 / (1 + math.exp(-x))


def dense_output(b, w, theta):
    """y_hat_j = f(sum_h w_hj b_h - theta_j)."""
    return [
        [f(sum(w[h][j] * sample[h] for h in range(len(sample))) - theta[j]) for j in range(len(theta))] for sample in b
    ]


def convolved(X, v, q, k):
    """d at filter, row, column of one image: sum_rs X[row + r][column + s] v[r k + s] + q."""
    side = len(X) - k + 1
    return [
        [
            [
                sum(X[row + r][column + s] * v[r * k + s][filter] for r in range(k) for s in range(k)) + q[filter]
                for column in range(side)
            ]
            for row in range(side)
        ]
        for filter in range(len(q))
    ]


def pooled(image):
    """The mean of every 2 x 2 block, row by row."""
    half = range(len(image) // 2)
    return [sum(image[2 * r + i][2 * s + j] for i in (0, 1) for j in (0, 1)) / 4 for r in half for s in half]


def softmax(x):
    total = sum(math.exp(one) for one in x)
    return [math.exp(one) / total for one in x]


def logits(a, W, b):
    return [sum(a[j] * W[j][i] for j in range(len(a))) + b[i] for i in range(len(b))]


def near(seen, wanted):
    np.testing.assert_allclose(seen, np.array(wanted), rtol=1e-13, atol=1e-14)


def test_the_dense_network():
    values = drawn(("x", "N i"), ("v", "i h"), ("gamma", "h"), ("w", "h o"), ("theta", "o"), ("y", "N o"))
    hidden = dense_output(values.x, values.v, values.gamma)
    outputs = dense_output(hidden, values.w, values.theta)
    complete = definitions.dense_letters(values)
    near(complete.b, hidden)
    near(complete.y_hat, outputs)
    errors = [(outputs[n][j] - values.y[n][j]) ** 2 for n in range(SIZES.N) for j in range(SIZES.o)]
    near(definitions.half_squared_error(complete.y_hat, values.y), sum(errors) / 2 / SIZES.N)


def test_the_convolutional_network():
    letters = ("X", "N H H"), ("v", "T F"), ("q", "F"), ("W", "J K"), ("b", "K"), ("y", "N K")
    values = Values(drawn(*letters) | {"n": SIZES.n, "k": SIZES.k})
    complete = definitions.network_letters(values)
    loss = 0.0
    for sample in range(SIZES.N):
        d = convolved(values.X[sample], values.v, values.q, SIZES.k)
        c = [[[f(x) for x in row] for row in image] for image in d]
        a = [x for image in c for x in pooled(image)]
        x = logits(a, values.W, values.b)
        y_hat = softmax(x)
        by_place = np.moveaxis(np.reshape(d, (SIZES.F, -1)), 0, 1)
        near(complete.d[sample], by_place)
        near(complete.c[sample], [[f(one) for one in row] for row in by_place])
        near(complete.a[sample], a)
        near(complete.x[sample], x)
        near(complete.y_hat[sample], y_hat)
        loss -= sum(y * math.log(p) for y, p in zip(values.y[sample], y_hat, strict=True))
    near(definitions.network_loss(values), loss / SIZES.N)
    near(definitions.output_layer_loss(complete), loss / SIZES.N)
    near(definitions.loss_of_outputs(complete), loss / SIZES.N)
    near(definitions.loss_of_logits(complete), loss / SIZES.N)
    near(definitions.softmax_of_logits(complete), complete.y_hat)
    near(definitions.convolution_and_sigmoid(complete), complete.c)
    near(definitions.sigmoid_of_convolution(complete), complete.c)


def test_rows_of_u_are_the_windows_of_the_image():
    values = drawn(("X", "N H H"))
    U, k, side = definitions.patches(values.X, SIZES.k), SIZES.k, 2 * SIZES.n
    for place in range(side * side):
        row, column = divmod(place, side)
        window = [values.X[1][row + r][column + s] for r in range(k) for s in range(k)]
        assert U[1, place].tolist() == window


def test_one_output_and_one_number():
    values = drawn(("x", "N J"), ("w", "J"), ("b", ""))
    near(definitions.one_output(values), [logits(row, values.w[:, None], [values.b])[0] for row in values.x])
    near(definitions.sigmoid_of_number(Values(x=0.3)), f(0.3))


# Planted faults: a definition that is not the report's is found out by the loops above, not by the judge.


@pytest.mark.parametrize(
    ("name", "wrong", "test"),
    [
        ("sigmoid", np.tanh, test_the_dense_network),
        ("pool", lambda c, n: 4 * POOL(c, n), test_the_convolutional_network),
        ("convolve", lambda X, v, q: CONVOLVE(X, v[::-1], q), test_the_convolutional_network),
        ("cross_entropy", lambda y_hat, y: CROSS_ENTROPY(y_hat, y) * y.shape[0], test_the_convolutional_network),
        ("dense_output", lambda v: definitions.sigmoid(v.b @ v.w + v.theta), test_the_dense_network),
    ],
)
def test_a_wrong_definition_is_found_out(monkeypatch, name, wrong, test):
    monkeypatch.setattr(definitions, name, wrong)
    with pytest.raises(AssertionError):
        test()


POOL, CONVOLVE, CROSS_ENTROPY = definitions.pool, definitions.convolve, definitions.cross_entropy
