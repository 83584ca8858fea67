"""One call of every public function of `manual`: its operands by name, small and of the right shapes."""

import numpy as np

from manual import (
    as_printed,
    convolution,
    dense,
    fully_connected,
    hidden,
    networks,
    patches,
    pooling,
    softmax_cross_entropy,
)
from manual import sigmoid as sigmoids

MODULES = (
    *(dense, hidden, softmax_cross_entropy, fully_connected, pooling, sigmoids, patches, convolution),
    *(as_printed, networks),
)

rng = np.random.default_rng(7)
N, C, F, K = 2, 2, 2, 3


def values(*shape):
    """Numbers that any formula takes: strictly between 0 and 1."""
    return rng.uniform(0.1, 0.9, shape)


def distributions():
    y = values(N, K)
    # Multiples of 1/64 with a last class that fills up: each row sums to 1 exactly, in float32 too.
    y[:, :-1] = np.round(y[:, :-1] * 24) / 64
    y[:, -1] = 1 - y[:, :-1].sum(axis=1)
    return y


y_hat, y = distributions(), distributions()
dense_y = {"y_hat": values(N, 2), "y": values(N, 2)}
softmax_y = {"y_hat": y_hat, "y": y}
# c is 4 x 4 and pools to 2 x 2; a patch has C 3 x 3 entries.
m, T, J = 16, C * 9, F * 4
network = {"c": values(N, m, F), "W": values(J, K), **softmax_y}
dense_letters = {
    "x": values(N, 4),
    "v": values(4, 3),
    "gamma": values(3),
    "w": values(3, 2),
    "theta": values(2),
}
cnn_letters = {"X": values(N, C, 6, 6), "v": values(T, F), "q": values(F), "W": values(J, K), "b": values(K)}


def dense_backward_of(y, **parameters):
    return networks.dense_backward(networks.dense_forward(**parameters), y)


def cnn_backward_of(y, **parameters):
    return networks.cnn_backward(networks.cnn_forward(**parameters, kernel=(3, 3)), y)


def cnn_descent_of(**operands):
    loss, gradients = networks.cnn_descent(**operands, kernel=(3, 3))
    return (loss, *gradients.values())


def cnn_image_gradient_of(y, **parameters):
    letters = networks.cnn_forward(**parameters, kernel=(3, 3))
    return networks.cnn_image_gradient(letters, networks.cnn_backward(letters, y))


eq2 = {"eta": 0.5, "b": values(N, 3), **dense_y}
hidden_operands = {"b": values(N, 3), "w": values(3, 2), **dense_y}

# (equation, function, operands by name)
TABLE = [
    ("eq12", sigmoids.sigmoid, {"d": values(2, 3)}),
    ("eq12", sigmoids.sigmoid_derivative, {"c": values(2, 3)}),
    ("eq1", dense.half_squared_error, dense_y),
    ("eq1", dense.error_by_output, dense_y),
    ("eq1", dense.output_by_activation, {"y_hat": values(N, 2)}),
    ("eq1", dense.activation_by_weight, {"b": values(N, 3)}),
    ("eq3", dense.output_by_threshold, {"y_hat": values(N, 2)}),
    ("eq1", dense.weight_update_chain, eq2),
    ("eq2", dense.weight_update_expanded, eq2),
    ("eq2", dense.weight_update, eq2),
    ("eq2", dense.weight_gradient, {"b": values(N, 3), **dense_y}),
    ("eq3", dense.threshold_update_chain, {"eta": 0.5, **dense_y}),
    ("eq4", dense.threshold_update_expanded, {"eta": 0.5, **dense_y}),
    ("eq4", dense.threshold_update, {"eta": 0.5, **dense_y}),
    ("eq4", dense.threshold_gradient, dense_y),
    ("hidden", hidden.activation_gradient, {"b": values(N, 3), "b_bar": values(N, 3)}),
    ("hidden", hidden.hidden_gradient, {"w": values(3, 2), **dense_y}),
    ("hidden", hidden.hidden_weight_gradient, {"x": values(N, 4), **hidden_operands}),
    ("hidden", hidden.hidden_threshold_gradient, hidden_operands),
    ("eq6", softmax_cross_entropy.softmax, {"x": values(N, K)}),
    ("eq5", softmax_cross_entropy.cross_entropy, softmax_y),
    ("eq5", softmax_cross_entropy.cross_entropy_gradient, softmax_y),
    ("eq6", softmax_cross_entropy.softmax_jacobian_quotient, {"x": values(N, K)}),
    ("eq6", softmax_cross_entropy.softmax_jacobian, {"y_hat": y_hat}),
    ("eq7", softmax_cross_entropy.logits_gradient_chain, softmax_y),
    ("eq7", softmax_cross_entropy.logits_gradient_expanded, softmax_y),
    ("eq7", softmax_cross_entropy.logits_gradient_collected, softmax_y),
    ("eq7", softmax_cross_entropy.logits_gradient_general, softmax_y),
    ("eq7", softmax_cross_entropy.logits_gradient, softmax_y),
    ("eq8", fully_connected.fully_connected, {"a": values(N, J), "W": values(J, K), "b": values(K)}),
    ("eq8", fully_connected.output_by_weight, {"x": values(N, J)}),
    ("eq8", fully_connected.output_by_bias, {"x": values(N, J)}),
    ("eq9", fully_connected.weights_gradient_chain, {"a": values(N, J), **softmax_y}),
    ("eq9", fully_connected.bias_gradient_chain, softmax_y),
    ("eq9", fully_connected.weights_gradient, {"a": values(N, J), **softmax_y}),
    ("eq9", fully_connected.bias_gradient, softmax_y),
    ("eq10", fully_connected.input_gradient_chain, {"W": values(J, K), **softmax_y}),
    ("eq10", fully_connected.input_gradient, {"W": values(J, K), **softmax_y}),
    ("eq11", pooling.number_of_inputs, {"n": 2}),
    ("eq11", pooling.pool_indices, {"n": 2}),
    ("eq11", pooling.average_pool_flat, {"c": values(N, 16), "n": 2}),
    ("eq11", pooling.pool_derivative, {"n": 2}),
    ("eq11", pooling.average_pool, {"c": values(N, F, 5, 4), "window": 3, "stride": 1}),
    (
        "eq11",
        pooling.average_pool_gradient,
        {"a_bar": values(N, 3, 2), "input_shape": (N, 5, 4), "window": 3, "stride": 1},
    ),
    (
        "eq13",
        patches.im2col_forward,
        {"X": values(N, C, 5, 6), "kernel_height": 3, "kernel_width": 2, "stride": 2, "pad": 1},
    ),
    (
        "eq13",
        patches.patches,
        {"X": values(N, C, 5, 6), "kernel_height": 3, "kernel_width": 2, "stride": 2, "pad": 1},
    ),
    ("eq13", patches.feature_images, {"c": values(N, m, F), "rows": 4}),
    ("eq13", patches.positions, {"images": values(N, F, 4, 4)}),
    (
        "eq15",
        patches.image_gradient,
        {
            "d_bar": values(N, m, F),
            "v": values(T, F),
            "image_shape": (N, C, 6, 6),
            "kernel_height": 3,
            "kernel_width": 3,
        },
    ),
    (
        "eq13",
        convolution.convolution_forward,
        {"X": values(N, C, 6, 6), "W": values(T, F), "b": values(F), "pad": 1},
    ),
    ("eq13", convolution.convolve, {"U": values(N, m, T), "v": values(T, F), "q": values(F)}),
    ("eq14", convolution.output_by_weight, {"U": values(N, m, T)}),
    ("eq14", convolution.output_by_bias, {"U": values(N, m, T)}),
    ("eq15", convolution.weights_gradient_chain, {"U": values(N, m, T), **network}),
    ("eq15", convolution.bias_gradient_chain, network),
    ("eq15", convolution.convolution_cotangent, network),
    ("eq15", convolution.weights_pullback, {"U": values(N, m, T), "d_bar": values(N, m, F)}),
    ("eq15", convolution.bias_pullback, {"d_bar": values(N, m, F)}),
    ("eq15", convolution.weights_gradient, {"U": values(N, m, T), **network}),
    ("eq15", convolution.bias_gradient, network),
    ("eq10", as_printed.input_gradient_chain, {"W": values(J, K), **softmax_y, "i": 1}),
    ("eq10", as_printed.input_gradient, {"W": values(J, K), **softmax_y, "i": 1}),
    ("eq11", as_printed.number_of_inputs, {"n": 2}),
    ("eq11", as_printed.pool_indices, {"n": 2}),
    ("eq11", as_printed.average_pool_flat, {"c": values(N, 16), "n": 2}),
    ("eq15", as_printed.weights_gradient, {"U": values(N, m, T), **network, "i": 1}),
    ("eq15", as_printed.bias_gradient, {**network, "i": 1}),
    (
        "eq11",
        as_printed.gradients_without_pooling_derivative,
        {"U": values(N, m, T), "a": values(N, J), **network},
    ),
    (
        "eq13",
        as_printed.convolution_forward,
        {"X": values(N, C, 6, 6), "W": values(25 * C, F), "b": values(F)},
    ),
    ("eq2", networks.dense_forward, dense_letters),
    ("eq2", networks.dense_loss, {**dense_letters, "y": values(N, 2)}),
    ("eq15", networks.cnn_forward, {**cnn_letters, "kernel": (3, 3)}),
    ("eq15", networks.cnn_loss, {**cnn_letters, "y": y, "kernel": (3, 3)}),
    ("eq15", cnn_descent_of, {**cnn_letters, "y": y}),
    ("eq2", dense_backward_of, {**dense_letters, "y": values(N, 2)}),
    ("eq15", cnn_backward_of, {**cnn_letters, "y": y}),
    ("eq15", cnn_image_gradient_of, {**cnn_letters, "y": y}),
]
