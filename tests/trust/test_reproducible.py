"""The same seed gives the same bytes, in another process with another hash seed; a failure's command repeats it."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = [
    "verify",
    "verify --printed --seed 3",
    "verify --json",
    "compare 10 --form printed --seed 5",
    "compare 12 --try 'c * (1 - c) * 2'",
    "compare 12 --try 'c * (1 - c) * 2' --json",
    "show 15",
    "check checked.py --seed 2",
    "check checked.py --json --seed 2",
    "lesson --list",
    "train cnn --by both --epochs 1 --filters 1 --batch 500 --save m.npz --log log --plot curve.svg",
    "train dense --epochs 1 --hidden 3 --batch 200 --momentum 0.9 --seed 4 --save m.npz --json",
]  # the page: tests/page/test_build.py
CHECKED = """
import numpy as np
import handgrad

@handgrad.gradient_of(lambda x, w: np.sum(np.tanh(x @ w) ** 2), inputs=[np.eye(3) - 0.5, np.ones((3, 2)) / 3])
def wrong(x, w):
    h = np.tanh(x @ w)
    return (h * (1 - h)) @ w.T, x.T @ (h * (1 - h))
"""


def run(command, folder, **environment):
    (folder / "checked.py").write_text(CHECKED)
    return subprocess.run(
        [sys.executable, "-m", "handgrad", *shlex.split(command)],
        cwd=folder,
        capture_output=True,
        timeout=180,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", **environment},
    )


def files(folder: Path):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def without_times(output: bytes) -> bytes:
    """What was measured by a clock is not a matter of the seed."""
    return re.sub(rb'"seconds": [0-9.e-]+|\b\d+(\.\d+)? (ms|s)\b', b"T", output)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_same_command_gives_the_same_bytes(command, tmp_path):
    if "--plot" in command:
        pytest.importorskip("matplotlib")
    outcomes = []
    for seed in ("0", "12345"):
        folder = tmp_path / "same"  # names of files are printed
        folder.mkdir()
        result = run(command, folder, PYTHONHASHSEED=seed)
        assert result.returncode in (0, 1), result.stderr
        outcomes.append((result.returncode, without_times(result.stdout), without_times(result.stderr), files(folder)))
        folder.rename(tmp_path / f"done {seed}")
    for first, second in zip(*outcomes, strict=True):
        assert first == second


def test_another_seed_gives_other_numbers(tmp_path):
    outputs = {run(f"compare 10 --form printed --seed {seed}", tmp_path).stdout for seed in (0, 1, 2)}
    assert len(outputs) == 3


def test_every_failure_of_verify_names_a_command_that_shows_it_again(tmp_path):
    found = json.loads(run("verify --json", tmp_path).stdout)["claims"]
    told = run("verify", tmp_path).stdout.decode()
    commands = re.findall(r"reproduce: handgrad (.*)", told)
    wrong = [claim for claim in found if claim["outcome"] == "disagrees"]
    assert len(commands) == len(wrong) == 7
    for claim, command in zip(wrong, commands, strict=True):
        again = run(command + " --json", tmp_path)
        assert again.returncode in (0, 1)
        (same,) = (c for c in json.loads(again.stdout)["claims"] if c["form"] == claim["form"])
        for key in ("equation", "part", "outcome", "worst", "explanation", "counterexample"):
            assert same[key] == claim[key]


def test_a_failed_check_prints_the_call_that_shows_it_again(tmp_path):
    first = run("check checked.py --json --seed 2", tmp_path)
    assert first.returncode == 1
    again = run("check checked.py --json --seed 2", tmp_path)
    assert without_times(again.stdout) == without_times(first.stdout)
    told = run("check checked.py --seed 2", tmp_path).stdout.decode()
    assert "seed 2; reproduce: " in told
