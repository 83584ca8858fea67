"""The data of one page, made once."""

import json

import numpy as np
import pytest

from handgrad.page.data import page_data
from handgrad.training.drawn import drawn
from handgrad.training.settings import Settings


@pytest.fixture(scope="session")
def data():
    """As it stands in the page."""
    return json.loads(json.dumps(page_data(0)))


@pytest.fixture(scope="session")
def array(data):
    """An array of the page by its name; NaN for a value that there is not."""

    def named(name):
        written = data["arrays"][name]
        if "at" in written:
            flat = np.full(int(np.prod(written["shape"])), float(written["fill"]))
            flat[written["at"]] = written["data"]
        else:
            flat = np.array([np.nan if x is None else x for x in written["data"]], dtype=float)
        return flat.reshape(written["shape"])

    return named


@pytest.fixture(scope="session")
def digit():
    """The image of the page and its label, drawn here."""
    digits = drawn(train=1, test=1, seed=0).train
    return digits.images[0], np.eye(10)[digits.labels[0]]


@pytest.fixture(scope="session")
def parameters():
    """Where the convolutional network starts: v (5, 5), q, W, b."""
    start = Settings.of("cnn", filters=1, seed=0).parameters()
    return start["v"].reshape(5, 5), start["q"][0], start["W"], start["b"]
