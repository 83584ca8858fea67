"""Terminals of every kind: 20 columns wide, without colour, without signs for formulas; and streams that are full."""

import os
import re
import shlex
import struct
import subprocess
import sys

import pytest

TRAIN = "train dense --epochs 2 --hidden 2 --batch 500"
CHECKED = """
import numpy as np
import handgrad

@handgrad.gradient_of(lambda x: np.sum(np.exp(x)), inputs=[np.array([0.5, 1.0])])
def doubled(x):
    return 2 * np.exp(x)
"""
# Command: its status
COMMANDS = {
    "verify 10": 0,
    "verify 10 --printed": 1,
    "show 10": 0,
    "compare 10 --form printed": 1,
    "compare 12 --try 'c * (1 - c) * 2'": 1,
    "check checked.py": 1,
    "doctor": 0,
    "lesson --list": 0,
    "--help": 0,
    "train --help": 0,
    "verify 99": 2,
    "no-such-command": 2,
    TRAIN: 0,
}
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
MOVES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "checked.py").write_text(CHECKED)
    return tmp_path


def run(command, folder, shell="{}", **environment):
    line = shell.format(f"{shlex.quote(sys.executable)} -m handgrad {command}")
    given = {**os.environ, **environment}
    return subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True, timeout=120, env=given)


def on_terminal(command, folder, columns, **environment):
    """Status, and all that a terminal of so many columns is sent; the width is the terminal's own, not a variable."""
    pty = pytest.importorskip("pty")
    import fcntl
    import termios

    screen, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 5, columns, 0, 0))
    given = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR")}
    process = subprocess.Popen(
        [sys.executable, "-m", "handgrad", *shlex.split(command)],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=terminal,
        stderr=terminal,
        env=given | {"TERM": "xterm"} | environment,
    )
    os.close(terminal)
    seen = b""
    while True:
        try:
            data = os.read(screen, 65536)
        except OSError:  # nobody has the other end any more
            break
        if not data:
            break
        seen += data
    os.close(screen)
    return process.wait(60), seen.decode()


@pytest.mark.parametrize("command", COMMANDS)
def test_twenty_columns(command, folder):
    status, seen = on_terminal(command, folder, 20)
    assert status == COMMANDS[command]
    assert "Traceback" not in seen
    if command.startswith("train d"):  # its bar is cut, and gone in the end; its results are not
        for line in run(command, folder).stdout.decode().splitlines():
            assert line in seen
    elif status != 2 and "--help" not in command:  # help and usage are folded
        assert MOVES.sub("", COLOUR.sub("", seen)).split() == run(command, folder).stdout.decode().split()


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
@pytest.mark.parametrize("command", ["verify 10", "compare 10 --form printed", "lesson --list", TRAIN, "verify 99"])
def test_no_colour_where_none_is_wanted(command, environment, folder):
    status, seen = on_terminal(command, folder, 120, **environment)
    assert status == COMMANDS[command]
    assert not re.search(r"\x1b\[[0-9;]*3[0-79]", seen)


@pytest.mark.parametrize("command", ["verify 10", "compare 10 --form printed"])
def test_colour_is_never_the_only_sign(command, folder):
    _, seen = on_terminal(command, folder, 300)
    _, plain = on_terminal(command, folder, 300, NO_COLOR="1")
    assert COLOUR.search(seen)
    assert COLOUR.sub("", seen) == COLOUR.sub("", plain)


ASCII = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
ENCODED = [
    *((command, ASCII) for command in COMMANDS),
    *((command, {"PYTHONIOENCODING": code}) for command in [*COMMANDS][1:5] for code in ("cp1252", "gb18030")),
]


@pytest.mark.parametrize(("command", "environment"), ENCODED)
def test_other_signs_than_unicodes(command, environment, folder):
    result = run(command, folder, **environment)
    assert result.returncode == COMMANDS[command], result.stderr
    for stream in (result.stdout, result.stderr):
        assert "Traceback" not in stream.decode(environment["PYTHONIOENCODING"])


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", [command for command, status in COMMANDS.items() if status == 2])
@pytest.mark.parametrize("redirection", ["2>/dev/full", "2>&-"])
def test_a_refusal_that_cannot_be_written_has_its_status(command, redirection, folder):
    result = run(command, folder, "{} " + redirection)
    assert result.returncode == 2
    assert result.stdout == b""
