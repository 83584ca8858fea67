"""The report's two networks as graphs: nodes with values and cotangents, edges, and the walk through the report."""

from typing import Any

import numpy as np

from handgrad.equations import REPORT
from handgrad.letters import Array
from handgrad.page.arrays import Arrays
from handgrad.page.point import Point, network_of
from handgrad.page.texts import in_both
from manual import networks, softmax_cross_entropy

# letter: kind, column, row, how it is seen, the claims whose verdict colours it
CNN = {
    "X": ("input", 0, 1, (28, 28), ""),
    "U": ("between", 1, 1, (24, 24), ""),
    "v": ("parameter", 1, 0, (5, 5), "eq15-weights"),
    "q": ("parameter", 1, 2, (1, 1), "eq15-bias"),
    "d": ("between", 2, 1, (24, 24), "eq13-map"),
    "c": ("between", 3, 1, (24, 24), "eq12-sigmoid"),
    "a": ("between", 4, 1, (12, 12), "eq10-input"),
    "W": ("parameter", 4, 0, (10, 144), "eq9-weights"),
    "b": ("parameter", 4, 2, (1, 10), "eq9-bias"),
    "x": ("between", 5, 1, (1, 10), "eq7-line-5"),
    "y_hat": ("between", 6, 1, (1, 10), "eq5-outputs"),
    "y": ("input", 6, 2, (1, 10), ""),
    "CELF": ("loss", 7, 1, None, ""),
}
CNN_EDGES = "X-U U-d v-d q-d d-c c-a a-x W-x b-x x-y_hat y_hat-CELF y-CELF"


def of(name: str, point: Point, arrays: Arrays) -> dict[str, Any]:
    """A network."""
    if name == "dense":
        return {"title": in_both("dense network"), "nodes": [], "edges": [], "steps": []}
    here = point.cnn
    letters = networks.cnn_forward(here.X[:, None], here.v, here.q, here.W, here.b)
    gradients = networks.cnn_backward(letters, here.y)
    bars: dict[str, Array] = {letter: getattr(gradients, letter) for letter in "vqWbxacd"}
    bars["y_hat"] = softmax_cross_entropy.cross_entropy_gradient(here.y_hat, here.y)
    bars["X"] = networks.cnn_image_gradient(letters, gradients)
    values = {n: here[n] for n in CNN if n in here} | {"CELF": softmax_cross_entropy.cross_entropy(here.y_hat, here.y)}
    nodes = []
    for letter, (kind, x, y, picture, claims) in CNN.items():
        value = np.squeeze(values[letter])
        nodes.append(
            {
                "id": letter, "letter": letter, "label": in_both(letter), "shape": list(value.shape), "kind": kind,
                "x": x, "y": y, "value": arrays.name(value),
                "cotangent": arrays.name(np.squeeze(bars[letter])) if letter in bars else None,
                "picture": None if picture is None or letter == "U" else list(picture),
                "claims": claims.split(),
            }
        )  # fmt: skip
    edges = [
        {"from": a, "to": b, "claims": CNN[a][4].split()} for a, b in (edge.split("-") for edge in CNN_EDGES.split())
    ]
    steps = [
        {"claim": claim.id, "says": in_both(claim.states), "nodes": ["x"], "edges": [["x", "y_hat"]]}
        for claim in REPORT
        if network_of(claim) == name
    ]
    return {"title": in_both("convolutional network"), "nodes": nodes, "edges": edges, "steps": steps}
