"""What training reaches, on few drawn digits, and what its comparison would notice."""

import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks import training
from benchmarks.races import Contender
from handgrad.training.drawn import drawn
from handgrad.training.settings import Settings

# Stands in for torch, which need not be installed: our own steps, written again from the file that a peer is given,
# with a gradient that is so many times the right one.
PEER = """
import numpy as np
import tasks
from contenders import Prepared
from handgrad.training.by_hand import WAYS

def training(file, network, rate, batch, momentum):
    data = dict(np.load(file))
    way = WAYS[network]

    def call():
        p = {name[6:]: value for name, value in data.items() if name.startswith("start_")}
        losses, y = [], np.eye(10)[data["labels"]]
        for order in data["orders"]:
            for k in range(0, len(order), batch):
                some = order[k : k + batch]
                result = way.backward(p, data["images"][some], y[some])
                losses.append(result.loss)
                p = {letter: value - FACTOR * rate * result.gradients[letter] for letter, value in p.items()}
        y_hat = way.forward(p, data["test_images"], np.eye(10)[data["test_labels"]]).y_hat
        return {"losses": np.array(losses), "right": np.sum(np.argmax(y_hat, 1) == data["test_labels"])}

    return Prepared(call, dict)

TASKS = {"training": training}
"""


@pytest.mark.parametrize(("network", "factor"), [("cnn", 1), ("dense", 1), ("cnn", 1 + 1e-6), ("dense", 1 + 1e-6)])
def test_another_process_takes_the_same_steps_and_a_millionth_is_noticed(tmp_path, network, factor):
    (tmp_path / "peer.py").write_text(f"{PEER}\nFACTOR = {factor}\n", encoding="utf-8")
    settings, data = Settings.of(network, epochs=2, batch=8, filters=1), drawn(60, 20)
    with training.Worker(
        Contender("peer", "peer", ours=True, folders=(tmp_path,)), Path(sys.executable), threads=1
    ) as worker:
        peer = training.theirs(worker, settings, data, tmp_path)
    ours = training.ours("by hand", settings, data)
    assert len(peer.losses) == len(ours.losses) == 2 * 8
    difference, room = peer.difference(ours), training.expected(settings, len(ours.losses))
    assert (difference <= room) == (factor == 1)
    if factor == 1:
        assert peer.accuracy == ours.accuracy


def test_a_row_for_each_way_and_seed(monkeypatch):
    monkeypatch.setattr(training, "TRAIN", 40)
    monkeypatch.setattr(training, "TEST", 10)
    arguments = ["--only", "cnn", "--epochs", "1", "--seeds", "3,4"]
    done = CliRunner().invoke(training.main, arguments, catch_exceptions=False)
    assert done.exit_code == 0
    table = [line.split() for line in done.stdout.splitlines() if line.startswith("  cnn")]
    assert [line[:3] for line in table] == [["cnn", seed, way] for seed in "34" for way in ("by", "automatic")]
    assert done.stdout.startswith("training, 40 and 10 images drawn by the program")


def test_seeds_that_are_none_are_told():
    done = CliRunner().invoke(training.main, ["--seeds", "one"])
    assert done.exit_code == 2
    assert "wanted numbers with commas between, got 'one'" in done.stderr


def test_the_difference_is_relative_to_each_loss():
    first, other = (training.Trained(losses, 1.0, 1.0) for losses in ([1.0, 1e-6], [1.0, 1.5e-6]))
    assert other.difference(first) == pytest.approx(0.5)
    assert np.isnan(training.Trained([np.nan], 0, 0).difference(training.Trained([1.0], 0, 0)))
