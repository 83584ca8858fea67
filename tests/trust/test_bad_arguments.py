"""Bad input to a command is exit status 2, one line on stderr and nothing else: no traceback, no result, no file."""

import os

import pytest
from click.testing import CliRunner

from handgrad.commands.cli import main
from tests.trust import commands as trust_commands


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    before = os.getcwd()
    os.chdir(tmp_path_factory.mktemp("bad"))
    trust_commands.prepared()
    yield
    os.chdir(before)


def run(*arguments):
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


def said(stderr):
    """What stands on stderr beside click's reminder of the usage."""
    return [line for line in stderr.splitlines() if line and not line.startswith(("Usage: ", "Try '"))]


@pytest.mark.parametrize("row", trust_commands.ROWS, ids=ascii)
def test_bad_input_is_one_line_and_status_2(folder, row):
    import re

    there = sorted(os.listdir())
    result = run(*trust_commands.arguments(row))
    assert result.exit_code == 2
    assert result.stdout == ""
    (line,) = said(result.stderr)
    assert line.isprintable()
    assert re.search(f"^Error: .*{trust_commands.ROWS[row]}", line), line
    assert sorted(os.listdir()) == there


def test_every_command_is_in_the_table():
    named = {trust_commands.arguments(row)[0] for row in trust_commands.ROWS}
    assert set(main.commands) <= named
    assert len(trust_commands.ROWS) >= 100


@pytest.mark.parametrize("network", ["m.npz", "dense.npz"])
def test_the_files_that_are_sound_are_taken(folder, network):
    """The table would hold of a program that refuses everything."""
    result = run("predict", network, "image.npy")
    assert (result.exit_code, result.stderr) == (0, "")
    assert run("look", network).exit_code == 0
    assert run("compare", "10", "--part", "input", "--try", "W @ (y_hat - y)").exit_code == 0


@pytest.mark.parametrize("formula", ["a / 0", "a // 0", "a % 0", "np.log(a - a)", "a * 10 ** 300 * 10 ** 300", "a > 0"])
def test_a_formula_without_a_value_is_wrong_and_nothing_is_warned_of(folder, formula):
    result = run("compare", "10", "--part", "input", "--try", formula)
    assert (result.exit_code, result.stderr) == (1, "")
    assert "disagrees" in result.stdout


def test_hostile_names_are_shown_by_their_codes_where_all_is_well(folder):
    from tests.trust.files import EVIL, array, image, model

    array(image(), EVIL + ".npy")
    model(EVIL + "model.npz")
    for arguments in (("predict", EVIL + "model.npz", EVIL + ".npy"), ("look", EVIL + "model.npz")):
        result = run(*arguments)
        assert result.exit_code == 0
        assert "\x1b" not in result.output
        assert r"e\n\x1b[2Jvil<script>" in result.stdout


def test_a_prompt_goes_on_after_bad_input():
    lines = ["c *", "np.load('x')", "9**9**9", "c * \x1b[2J", "c", "help", "c * (1 - c)", "", "quit", "never read"]
    result = CliRunner().invoke(main, ["compare", "12", "-i"], input="\n".join(lines), catch_exceptions=False)
    assert result.exit_code == 0
    errors = [line for line in result.stderr.splitlines() if line.startswith("formula: ")]
    assert len(errors) == 4
    assert all(line.isprintable() for line in errors)
    assert result.stdout.count("third opinion") == 2
    assert "Traceback" not in result.output
