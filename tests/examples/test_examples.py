"""Each script of `examples/` runs as a user would run it, and says what it was written to show."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"

# The lines that matter, in this order; how they go on is rounding's affair.
SAID = {
    "custom_layer.py": [
        "backward_wrong   by x, gain   DISAGREES",
        "  6 of 9 entries differ, at the given point",
        "  likely: the path through divide into the result of sqrt, shape (2, 1) is left out",
        "backward   by x, gain   AGREES",
        "  exact (error < ",
    ],
    "class_with_cache.py": [
        "Tanh.backward   by z   AGREES",
        "Shared.backward   by z   AGREES",
        "  note: two layers share a cache",
    ],
    "first_wrong_step.py": [
        "gradient   by W1, b1   DISAGREES",
        "  r                exact True   approximate True",
        "  z                exact False  approximate False",
        "  the first wrong step, from the loss back, is z",
    ],
    "judge_a_formula.py": [
        "(10) input is about CELF differentiated by the inputs",
        "printed  disagrees",
        "right    agrees on a condition: sum_k y_k = 1",
        "mine     agrees",
    ],
    "train_both_ways.py": [
        "right",
        "  step 4: 9 gradients",
        "  agrees after 4 steps",
        "(15) as printed",
        "  disagrees after 0 steps",
        "  begins in v: by hand",
    ],
}


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    environment = os.environ | {"PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "error", *arguments], cwd=folder, capture_output=True, text=True, timeout=120,
        env=environment, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def in_order(printed: str, wanted: list[str]) -> None:
    lines = iter(printed.splitlines())
    for beginning in wanted:
        assert any(line.startswith(beginning) for line in lines), f"{beginning!r} is missing or too early:\n{printed}"


@pytest.mark.parametrize("name", SAID)
def test_the_script_says_what_it_shows(name, tmp_path):
    status, printed, complaint = run(tmp_path, str(EXAMPLES / name))
    assert (status, complaint) == (0, "")
    in_order(printed, SAID[name])


def test_the_cache_is_told_of_for_the_shared_one_alone(tmp_path):
    _, printed, _ = run(tmp_path, str(EXAMPLES / "class_with_cache.py"))
    alone, shared = printed.split("Shared.backward")
    assert ("note:" in alone, "note:" in shared) == (False, True)


def test_the_erratum_is_drawn_and_the_wrong_formula_does_not_learn(tmp_path):
    pytest.importorskip("matplotlib", reason="the extra plot is not installed")
    script = str(EXAMPLES / "draw_an_erratum.py")
    status, printed, complaint = run(tmp_path, script, "loss.svg")
    assert (status, complaint.strip(".")) == (0, "")
    in_order(printed, ["by hand", "(11) without 1/4", "(15) as printed", "written: loss.svg"])
    last = [float(line.split()[-1]) for line in printed.splitlines()[:3]]
    # Guessing among ten digits has a loss of log 10 = 2.30; half of that is far below, whatever rounding does.
    assert max(last[:2]) < 1.5 < 2.2 < last[2]
    assert (tmp_path / "loss.svg").read_text(encoding="utf-8").rstrip().endswith("</svg>")
    status, _, complaint = run(tmp_path, script, "loss.svg")
    assert status != 0
    assert "TrainingError" in complaint  # what is there already is not written over


def test_what_is_declared_is_judged_by_the_command_and_by_pytest(tmp_path):
    declared = str(EXAMPLES / "declared.py")
    status, printed, _ = run(tmp_path, "-m", "handgrad", "check", declared)
    assert status == 1
    in_order(
        printed,
        [
            "huber_gradient   by x   AGREES",
            "softmax_backward   by z   DISAGREES",
            "1 agree, 1 disagree, 0 cannot decide",
        ],
    )
    assert "only the diagonal of the Jacobian" in printed
    status, printed, _ = run(tmp_path, "-m", "pytest", "-q", "-p", "no:cacheprovider", declared)
    assert status == 1
    assert "1 failed, 1 passed" in printed


def test_every_script_is_tried_here():
    others = {"draw_an_erratum.py", "declared.py"}
    assert {path.name for path in EXAMPLES.glob("*.py")} == SAID.keys() | others
