"""What the README shows is what the program does."""

import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from handgrad.commands.cli import main

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [block for name, block in found if name == language]


def test_the_output_of_verify_is_the_real_one():
    shown = next(block for block in blocks("") if block.startswith("(1)"))
    printed = CliRunner().invoke(main, ["verify"], catch_exceptions=False).stdout
    assert shown.strip() == printed.strip()


def test_the_example_of_autograd_runs(capsys):
    example = next(block for block in blocks("python") if "conv2d" in block)
    assert len(example.splitlines()) <= 25
    exec(compile(example, "README", "exec"), {})
    assert capsys.readouterr().out == "(1, 1, 5, 5) (144, 10)\n[[ 6.  0.]\n [ 0. 12.]]\n[2. 4. 6.]\n"


def test_the_example_of_a_check_prints_what_is_shown(capsys):
    example = next(block for block in blocks("python") if "check_gradient" in block)
    shown = next(block for block in blocks("") if "DISAGREES   shape" in block)
    exec(compile(example, "README", "exec"), {})
    rounding = re.compile(r"\S+ times what rounding explains")  # is another on another processor
    assert rounding.sub("#", capsys.readouterr().out) == rounding.sub("#", shown)


def test_the_gallery_has_as_many_exhibits_as_is_said():
    from handgrad.gallery import EXHIBITS

    assert f"holds {len(EXHIBITS)} gradients" in README


def test_the_example_of_a_rule_is_right(monkeypatch):
    from autograd import grad
    from autograd.table import RULES

    example = next(block for block in blocks("python") if "derivative_of" in block)
    monkeypatch.delitem(RULES, np.cbrt)
    exec(compile(example, "README", "exec"), {"np": np})
    assert grad(np.cbrt)(8.0) == pytest.approx(1 / 12, rel=1e-14, abs=0)  # 8^(-2/3) / 3


@pytest.fixture
def digits_beside(tmp_path, monkeypatch):
    """A folder with few digits, a model that has learnt from them, and an image, under the names of the README."""
    from handgrad.training.by_hand import WAYS
    from handgrad.training.descent import Descent
    from handgrad.training.drawn import drawn
    from handgrad.training.model import save
    from handgrad.training.settings import Settings

    few = drawn(train=32, test=8)
    # `handgrad train` says the seed alone; who wants another number of digits gets them
    monkeypatch.setattr("handgrad.training.drawn.drawn", lambda *seed, **how: drawn(*seed, **how) if how else few)
    monkeypatch.chdir(tmp_path)
    save(Descent(Settings.of("cnn", filters=1, epochs=1), few, WAYS["cnn"]).run(), "model.npz")
    np.save("IMAGE.npy", few.test.images[0])


COMMANDS = sorted(set(re.findall(r"^\| `handgrad ([^`]+)`", README, re.MULTILINE)) - {"lab"})  # it serves until Ctrl-C


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_table_runs(command, digits_beside):
    import shlex

    result = CliRunner().invoke(
        main, shlex.split(command.replace("IMAGE...", "IMAGE.npy")), input="", catch_exceptions=False
    )
    wrong = "--printed" in command or {"--as-printed", "both"} <= set(command.split())
    assert result.exit_code == wrong, result.output


def test_the_example_of_a_drawing_draws(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(compile(next(block for block in blocks("python") if "handgrad.draw" in block), "README", "exec"), {})
    assert "multiply" in Path("graph.svg").read_text(encoding="utf-8")


def test_the_example_of_training_prints_what_is_shown(capsys):
    example = next(block for block in blocks("python") if "Descent(" in block)
    exec(compile(example, "README", "exec"), {})
    assert capsys.readouterr().out == "10\n"


def test_the_lines_of_both_are_the_real_ones(digits_beside):
    shown = next(block for block in blocks("") if block.startswith("step 1"))
    printed = CliRunner().invoke(main, ["train", "cnn", "--by", "both"], catch_exceptions=False).stdout
    numbers = re.compile(r"(True |False)|[\d.,]+(e[-+]\d+)?")
    lines = [numbers.sub("#", line).split() for line in shown.splitlines() if line.strip() != "..."]
    assert lines == [numbers.sub("#", line).split() for line in printed.splitlines()[:3]]
