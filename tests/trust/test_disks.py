"""A disk that is full, or a place that may not be written to: one line with the file, status 74, no half file."""

import builtins
import errno
import os

import numpy as np
import pytest
from click.testing import CliRunner

from handgrad import atomic_write as whole
from handgrad.commands.cli import main
from handgrad.page import build

TRAIN = "train dense --epochs 1 --hidden 2 --batch 500"
# What is written, and the command that writes it
COMMANDS = {
    "page.html": "page -o page.html --force",
    "m.npz": f"{TRAIN} --save m.npz --force",
    "curve.svg": f"{TRAIN} --plot curve.svg --force",
    "score.json": "lesson 12 --score score.json",
}
OLD = {"score.json": b'{"handgrad lesson": 1, "exercises": {}}\n'}
NO_SPACE = errno.ENOSPC, "No space left on device"
READ_ONLY = errno.EROFS, "Read-only file system"
REFUSED = errno.EACCES, "Permission denied"


class Full:
    """A file that takes a few bytes and no more."""

    def __init__(self, file, step):
        self.file, self.step = file, step

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def write(self, content):
        self.file.write(content[:5])
        if self.step == "write":
            raise OSError(*NO_SPACE)

    def flush(self):
        if self.step == "flush":
            raise OSError(*NO_SPACE)

    def fileno(self):
        return self.file.fileno()


def failing(*error):
    def fail(*_, **__):
        raise OSError(*error)

    return fail


def opened_full(step):
    return lambda path, mode: Full(builtins.open(path, mode), step)


STEPS = {
    "open, no space": ("open", failing(*NO_SPACE), NO_SPACE),
    "open, read-only disk": ("open", failing(*READ_ONLY), READ_ONLY),
    "open, no permission": ("open", failing(*REFUSED), REFUSED),
    "write": ("open", opened_full("write"), NO_SPACE),
    "flush": ("open", opened_full("flush"), NO_SPACE),
    "sync": ("os.fsync", failing(*NO_SPACE), NO_SPACE),
    "move": ("os.replace", failing(*REFUSED), REFUSED),
}


def run(command):
    typed = "c * (1 - c)\n" if "lesson" in command else None
    return CliRunner().invoke(main, command.split(), input=typed, catch_exceptions=False)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("handgrad.page.data.page_data", lambda seed: {})
    monkeypatch.setattr(build, "page", lambda data, lang: "<html>all of it</html>")
    (tmp_path / "file.txt").write_text("of a reader")
    return tmp_path


def everything(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


# A training takes a second; where it fails is not its own doing, so some steps show it.
CASES = [
    (name, step, there)
    for name in COMMANDS
    for step in STEPS
    for there in (False, True)
    if name not in ("m.npz", "curve.svg")
    or (step, there) in {("open, no space", True), ("write", False), ("move", True)}
]


@pytest.mark.parametrize(("name", "step", "there"), CASES)
def test_every_step_of_writing_may_fail(folder, monkeypatch, name, step, there):
    if name == "curve.svg":
        pytest.importorskip("matplotlib")
    if there and name == "m.npz":
        assert run(COMMANDS[name]).exit_code == 0
    elif there:
        (folder / name).write_bytes(OLD.get(name, b"old"))
    before = everything(folder)
    place, fault, (_, words) = STEPS[step]
    with monkeypatch.context() as planted:
        planted.setattr(whole if place == "open" else os, place.removeprefix("os."), fault, raising=False)
        result = run(COMMANDS[name])
    assert result.exit_code == 74, result.output
    *_, last = result.stderr.splitlines()
    assert last == f"Error: input or output failed: {words}: {folder / name}"
    assert "Traceback" not in result.stderr
    assert everything(folder) == before
    assert run(COMMANDS[name]).exit_code == 0  # where there is space again
    assert (folder / name).stat().st_size > 10


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", [f"{TRAIN} --log /dev/full", f"{TRAIN} --log /dev/full --json"])
def test_a_log_on_a_full_disk(folder, command):
    result = run(command)
    assert result.exit_code == 74
    assert result.stderr.splitlines()[-1].startswith("Error: input or output failed: No space left on device")
    assert "Traceback" not in result.stderr


def test_a_model_learnt_so_far_outlives_a_disk_that_becomes_full(folder, monkeypatch):
    from handgrad.training.model import load

    replace, moves = os.replace, []

    def becomes_full(old, new):
        moves.append(new)
        if len(moves) > 1:
            raise OSError(*NO_SPACE)
        replace(old, new)

    monkeypatch.setattr(os, "replace", becomes_full)
    result = run("train dense --epochs 3 --hidden 2 --batch 500 --save m.npz")
    assert result.exit_code == 74
    assert len(load(folder / "m.npz").history) == 1
    assert {path.name for path in folder.iterdir()} == {"m.npz", "file.txt"}


@pytest.mark.parametrize("command", ["page -o {}/page.html", TRAIN + " --save {}/m.npz", "lesson 12 --score {}/s.json"])
def test_a_folder_that_is_a_file_or_is_not_there_is_refused_before_anything_is_computed(folder, command):
    for place in ("file.txt", "nowhere"):
        result = run(command.format(place))
        assert result.exit_code == 2
        assert "wanted a file in a folder that there is" in result.stderr


def test_values_are_computed_without_a_disk(monkeypatch):
    """Neither package of gradients touches a file."""
    import autograd

    monkeypatch.setattr(builtins, "open", failing(*NO_SPACE))
    np.testing.assert_array_equal(autograd.grad(lambda x: np.sum(x * x))(np.ones(2)), [2, 2])
