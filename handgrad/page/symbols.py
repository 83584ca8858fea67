"""The letters: how each is written, and what it means."""

from typing import Any

import numpy as np

from handgrad.page.networks import NETWORKS
from handgrad.page.point import network_of
from handgrad.page.texts import in_both
from handgrad.report.claims import NUMBERS, Claim
from handgrad.report.equations import REPORT
from handgrad.values import Values

LATEX = {"y_hat": r"\hat{y}", "beta": r"\hat{\beta}", "theta": r"\theta", "eta": r"\eta", "gamma": r"\gamma"}
LATEX |= {"CELF": r"\mathit{CELF}"}
OTHERS = {"f": "the sigmoid of x"}


def all_letters() -> dict[str, Any]:
    """Every letter; one that has several meanings with that in the convolutional network."""
    meanings = dict(OTHERS)
    for claim in REPORT:
        meanings |= {letter.name: letter.meaning for letter in claim.letters}
    for network in ("dense", "cnn"):
        meanings |= {node.letter: node.label for node in NETWORKS[network].nodes}
    return {name: {"latex": LATEX.get(name, name), "meaning": in_both(meaning)} for name, meaning in meanings.items()}


def of_claim(claim: Claim, read: Values) -> list[dict[str, Any]]:
    """The letters of a claim with their shapes, and with what they mean there."""
    nodes = {node.letter: node.label for node in NETWORKS[network_of(claim)].nodes}
    meanings = OTHERS | nodes | {letter.name: letter.meaning for letter in claim.letters}
    return [
        {"name": name, "shape": list(np.shape(x)), "meaning": in_both(meanings[name])}
        for name, x in read.items()
        if name not in NUMBERS
    ]
