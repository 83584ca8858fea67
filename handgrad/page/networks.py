"""The report's two networks as graphs: nodes with their values and cotangents, and edges, by hand and put right.

The dense network is drawn from the hidden outputs on: the report derives its output layer alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from handgrad.page import pictures
from handgrad.page.arrays import Arrays
from handgrad.page.point import Point
from handgrad.page.texts import in_both
from handgrad.page.tour import STEPS
from handgrad.values import Array
from manual import dense, networks, softmax_cross_entropy


@dataclass(frozen=True)
class Node:
    """A letter in the graph: where it stands, what it is, and the claims about its cotangent."""

    letter: str
    column: float
    row: int
    kind: str
    label: str
    claims: str = ""


@dataclass(frozen=True)
class Edge:
    """An edge forward, and the claims about what goes along it."""

    start: str
    end: str
    claims: str = ""


@dataclass(frozen=True)
class Network:
    """A graph."""

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


DENSE = Network(
    "dense network",
    (
        Node("x", 0, 0, "input", "inputs: the image, row by row"),
        Node("b", 1, 0, "between", "outputs of the hidden layer"),
        Node("w", 2, 1, "parameter", "weights of the output layer", "eq1-weights eq2-weights-first-line eq2-weights"),
        Node("beta", 2, 0, "between", "weighted sums", "eq2-sigmoid"),
        Node(
            "theta", 3, 1, "parameter", "thresholds of the outputs",
            "eq3-thresholds eq4-thresholds-first-line eq4-thresholds",
        ),
        Node("y_hat", 3, 0, "between", "outputs", "eq2-error"),
        Node("y", 4, 1, "input", "targets"),
        Node("E", 4, 0, "loss", "half squared error"),
    ),
    (
        Edge("x", "b"),
        Edge("b", "beta"),
        Edge("w", "beta", "eq2-activation"),
        Edge("beta", "y_hat", "eq2-sigmoid"),
        Edge("theta", "y_hat"),
        Edge("y_hat", "E", "eq2-error"),
        Edge("y", "E"),
    ),
)  # fmt: skip
CNN = Network(
    "convolutional network",
    (
        Node("X", 0, 0, "input", "image"),
        Node("U", 1, 0, "between", "windows of the image, row by row"),
        Node("v", 1.55, 1, "parameter", "weights of the filter", "eq15-weights-first-line eq15-weights"),
        Node("q", 2.45, 1, "parameter", "bias of the filter", "eq15-bias-first-line eq15-bias"),
        Node("d", 2, 0, "between", "convolution", "eq12-sigmoid"),
        Node("c", 3, 0, "between", "its sigmoid", "eq11-derivative"),
        Node("a", 4, 0, "between", "pooled image", "eq10-input-first-line eq10-input"),
        Node("W", 4.55, 1, "parameter", "weights of the fully connected layer", "eq9-weights-first-line eq9-weights"),
        Node("b", 5.45, 1, "parameter", "biases of the fully connected layer", "eq9-bias-first-line eq9-bias"),
        Node(
            "x", 5, 0, "between", "inputs of the softmax",
            "eq7-line-1 eq7-line-2 eq7-line-3 eq7-line-4 eq7-line-5",
        ),
        Node("y_hat", 6, 0, "between", "outputs of the softmax", "eq5-outputs"),
        Node("y", 7, 1, "input", "labels"),
        Node("CELF", 7, 0, "loss", "cross-entropy"),
    ),
    (
        Edge("X", "U"),
        Edge("U", "d", "eq13-map eq13-code-1"),
        Edge("v", "d", "eq14-weights"),
        Edge("q", "d", "eq14-bias"),
        Edge("d", "c", "eq12-sigmoid eq13-code-1"),
        Edge("c", "a", "eq11-entries eq11-map eq11-derivative eq11-no-effect"),
        Edge("a", "x", "eq10-input-first-line eq10-input"),
        Edge("W", "x", "eq8-weights"),
        Edge("b", "x", "eq8-bias"),
        Edge("x", "y_hat", "eq6-quotients eq6-outputs"),
        Edge("y_hat", "CELF", "eq5-outputs"),
        Edge("y", "CELF"),
    ),
)  # fmt: skip
NETWORKS = {"cnn": CNN, "dense": DENSE}


def of_network(name: str, point: Point, arrays: Arrays) -> dict[str, Any]:
    """A network as the page has it."""
    network = NETWORKS[name]
    values, bars = (cnn_arrays if name == "cnn" else dense_arrays)(point)
    return {
        "title": in_both(network.title),
        "nodes": [of_node(node, values, bars, arrays) for node in network.nodes],
        "edges": [{"from": edge.start, "to": edge.end, "claims": edge.claims.split()} for edge in network.edges],
        "steps": [
            {
                "claim": step.claim,
                "says": in_both(step.says),
                "nodes": step.nodes.split(),
                "edges": [edge.split("-") for edge in step.edges.split()],
            }
            for step in STEPS[name]
        ],
    }


def of_node(node: Node, values: Mapping[str, Array], bars: Mapping[str, Array], arrays: Arrays) -> dict[str, Any]:
    """A node, its arrays without the axes of one sample and one filter."""
    value = np.squeeze(values[node.letter])
    return {
        "id": node.letter,
        "letter": node.letter,
        "label": in_both(node.label),
        "shape": list(value.shape),
        "kind": node.kind,
        "x": node.column,
        "y": node.row,
        "value": arrays.name(value),
        "cotangent": arrays.name(np.squeeze(bars[node.letter])) if node.letter in bars else None,
        "picture": pictures.of_shape(value.shape),
        "claims": node.claims.split(),
    }


def cnn_arrays(point: Point) -> tuple[dict[str, Array], dict[str, Array]]:
    """Values and cotangents of the convolutional network."""
    at = point.cnn
    letters = networks.cnn_forward(at.X[:, None], at.v, at.q, at.W, at.b)
    gradients = networks.cnn_backward(letters, at.y)
    loss = softmax_cross_entropy.cross_entropy(letters.y_hat, at.y)
    bars = {letter: getattr(gradients, letter) for letter in ("v", "q", "W", "b", "x", "a", "c", "d")}
    bars["y_hat"] = softmax_cross_entropy.cross_entropy_gradient(letters.y_hat, at.y)
    bars["X"] = networks.cnn_image_gradient(letters, gradients)
    return vars(letters) | {"y": at.y, "CELF": loss}, bars


def dense_arrays(point: Point) -> tuple[dict[str, Array], dict[str, Array]]:
    """Values and cotangents of the dense network."""
    at = point.dense
    letters = networks.dense_forward(at.x, at.v, at.gamma, at.w, at.theta)
    gradients = networks.dense_backward(letters, at.y)
    by_output = dense.error_by_output(letters.y_hat, at.y)
    bars = {letter: getattr(gradients, letter) for letter in ("b", "w", "theta")}
    bars |= {"y_hat": by_output, "beta": by_output * dense.output_by_activation(letters.y_hat)}
    return vars(letters) | {"y": at.y, "E": dense.half_squared_error(letters.y_hat, at.y)}, bars
