"""The convolutional network of section 2.2 as a whole: its letters, and what is differentiated."""

from typing import Any

from handgrad.report.equations.definitions import network_letters, network_loss
from handgrad.report.equations.output_layer import ANY_LABELS, B, W, Y
from handgrad.report.symbols import LABELS_SUM_TO_ONE, Letter

X = Letter("X", "N H H", "images")
V = Letter("v", "T F", "weights of the filters", fan_in="T")
Q = Letter("q", "F", "biases of the filters")
NETWORK: dict[str, Any] = {
    "letters": (X, V, Q, W, B, Y),
    "complete": network_letters,
    "function": network_loss,
    "domain": ANY_LABELS,
    "conditions": (LABELS_SUM_TO_ONE,),
}
