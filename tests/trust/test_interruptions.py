"""Ctrl-C, or an exception, at any line: it arrives as it is, nothing is left behind, and the next call is right."""

import gc
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from click.testing import CliRunner

import autograd
from autograd import derivative_of, grad, hessian, jvp, value_and_grad, vjp
from autograd.table import COMPOSITES, CONSTANTS, RULES
from handgrad import CheckError, check_gradient
from handgrad.atomic_write import write_whole
from handgrad.commands import train as train_command
from handgrad.commands.cli import main
from handgrad.page import build
from handgrad.training.model import load
from tests.trust.lines import ROOT, interrupted

NEVER = 10**9
# Between `open` and `with` a file belongs to nobody: it is closed, and Python warns that it was not asked to.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(autouse=True)
def collected():
    """Such files are closed before the next test."""
    yield
    gc.collect()


X = np.array([0.5, -1.0, 2.0])
IMAGES = np.linspace(0, 1, 2 * 6 * 6).reshape(2, 1, 6, 6)


def network(v, q):
    c = autograd.sigmoid(autograd.conv2d(IMAGES, np.reshape(v, (1, 1, 3, 3)), q))
    x = np.reshape(autograd.avg_pool2d(c, 2), (2, 4))
    return autograd.cross_entropy(x, np.eye(4)[:2])


V, Q = np.linspace(-1, 1, 9), np.array([0.25])
DERIVATIVES = {
    "a gradient of a network": lambda: grad(network, (0, 1))(V, Q),
    "a second derivative": lambda: hessian(lambda x: np.sum(np.sin(x) * np.exp(-x)))(X),
    "a derivative along a direction": lambda: jvp(lambda x: np.cumsum(x * x), (X,), (X,)),
}


def state():
    """What all calls share."""
    return dict(RULES), dict(COMPOSITES), set(CONSTANTS), np.geterr(), sys.getrecursionlimit()


@pytest.mark.parametrize("name", DERIVATIVES)
def test_a_derivative_that_is_interrupted_at_any_line_leaves_nothing(name):
    call = DERIVATIVES[name]
    right, before = call(), state()
    lines = interrupted(call, NEVER)
    assert lines > 300
    places = np.random.default_rng(0).choice(np.arange(1, lines + 1), 60, replace=False)
    for at in (1, lines, *places.tolist()):
        with pytest.raises(KeyboardInterrupt):
            interrupted(call, at)
        assert state() == before
    again = call()
    for x, y in zip(right, again, strict=True):
        np.testing.assert_array_equal(x, y)


def test_levels_that_were_interrupted_do_not_mix_with_later_ones():
    kept = []

    def f(x):
        kept.append(x)
        if len(kept) == 1:
            raise KeyboardInterrupt
        return kept[0] * x * x

    with pytest.raises(KeyboardInterrupt):
        grad(f)(2.0)
    assert grad(f)(3.0) == 2 * 2.0 * 3.0  # the tensor of the call that is over is a constant


# Exceptions of a user's own code


class OwnError(Exception):
    """Nobody else raises it."""


def failing(*_, **__):
    raise OwnError("mine")


def in_forward(x):
    return np.sum(failing())


bad_rule = np.frompyfunc(lambda x: x, 1, 1)
bad_pullback = np.frompyfunc(lambda x: x, 1, 1)


@pytest.fixture
def rules():
    derivative_of(bad_rule)(lambda x, /: failing())
    derivative_of(bad_pullback)(lambda x, /: (1.0 * x, (failing,)))
    yield
    del RULES[bad_rule], RULES[bad_pullback]


@pytest.mark.parametrize("f", [in_forward, lambda x: np.sum(bad_rule(x)), lambda x: np.sum(bad_pullback(x))])
@pytest.mark.parametrize("transform", [grad, value_and_grad, hessian, lambda f: lambda x: vjp(f, x)[1](1.0)])
def test_an_exception_in_a_function_or_a_rule_arrives_as_it_is(f, transform, rules):
    before = state()
    with pytest.raises(OwnError, match=r"^mine$"):
        transform(f)(X)
    with pytest.raises(OwnError):
        transform(lambda x: np.sum(x * grad(f)(x)))(X)
    assert state() == before
    np.testing.assert_array_equal(grad(lambda x: np.sum(x * x))(X), 2 * X)


def square(x):
    return np.sum(x * x)


@pytest.mark.parametrize(("loss", "gradient"), [(in_forward, lambda x: x), (square, failing)])
def test_a_check_says_what_failed_and_the_next_is_right(loss, gradient):
    with pytest.raises(CheckError, match="got OwnError: mine") as caught:
        check_gradient(loss, gradient, [X])
    assert isinstance(caught.value.__cause__, OwnError)
    assert check_gradient(square, lambda x: 2 * x, [X]).agrees


# Files


def everything(folder):
    """All files below, with what they hold."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("there", [False, True])
def test_a_file_is_written_whole_or_not_at_all_wherever_it_is_interrupted(tmp_path, there):
    path, lines = tmp_path / "file", None
    for at in range(1, NEVER):
        path.unlink(missing_ok=True)
        if there:
            path.write_bytes(b"old")
        before = everything(tmp_path)
        try:
            lines = interrupted(
                lambda: write_whole(path, b"new and longer"), at, (str(ROOT / "handgrad/atomic_write.py"),)
            )
        except KeyboardInterrupt:
            assert everything(tmp_path) in (before, {"file": b"new and longer"})
        else:
            assert everything(tmp_path) == {"file": b"new and longer"}
            break
    assert lines is not None
    assert lines >= 10


# The commands: status 130, one line, the user's files as they were or whole


def run(*arguments):
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


@pytest.mark.parametrize("there", [False, True])
def test_the_page_is_written_whole_or_not_at_all(tmp_path, monkeypatch, there):
    monkeypatch.setattr("handgrad.page.data.page_data", lambda seed: {})
    monkeypatch.setattr(build, "page", lambda data, lang: "<html>all of it</html>")
    path, results = tmp_path / "page.html", []
    where = tuple(str(ROOT / "handgrad" / file) for file in ("commands/page.py", "page/build.py", "atomic_write.py"))
    command = ["page", "-o", str(path), "--force"]
    for at in range(1, NEVER):
        path.unlink(missing_ok=True)
        if there:
            path.write_bytes(b"old")
        before = everything(tmp_path)
        lines = interrupted(lambda: results.append(run(*command)), at, where)
        assert everything(tmp_path) in (before, {"page.html": b"<html>all of it</html>"})
        if lines < at:
            break
        assert results[-1].exit_code == 130, at
        assert results[-1].stderr.endswith("Error: interrupted\n")
    assert results[-1].exit_code == 0
    assert len(results) > 30


TRAIN = ["train", "dense", "--epochs", "1", "--hidden", "2", "--batch", "500"]


def test_a_training_ends_with_a_model_that_is_whole_or_with_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command = [*TRAIN, "--save", "m.npz", "--log", "log", "--force"]
    parts = ("training/descent", "training/model", "atomic_write", "commands")
    where = tuple(str(ROOT / "handgrad" / part) for part in parts)
    lines = interrupted(lambda: run(*command), NEVER, where)
    finished = everything(tmp_path).keys()
    assert finished == {"m.npz", "log"}
    for at in np.random.default_rng(1).choice(np.arange(1, lines), 15, replace=False).tolist():
        (tmp_path / "m.npz").unlink(missing_ok=True)
        results = []
        interrupted(lambda results=results: results.append(run(*command)), at, where)
        assert results[0].exit_code == 130, (at, results[0].output)
        assert "interrupted" in results[0].stderr
        assert "Traceback" not in results[0].stderr
        assert everything(tmp_path).keys() <= finished
        if (tmp_path / "m.npz").exists():
            assert load(tmp_path / "m.npz").network == "dense"


@pytest.mark.parametrize("moment", ["before the command", "in the command", "after the command"])
def test_an_interruption_anywhere_between_has_the_status_of_one(monkeypatch, moment):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    place = {
        "before the command": (main, "make_context"),
        "in the command": (main, "invoke"),
        "after the command": (train_command.train, "invoke"),
    }[moment]
    monkeypatch.setattr(*place, interrupt)
    result = run(*TRAIN)
    assert (result.exit_code, result.stderr.strip()) == (130, "Error: interrupted")


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
@pytest.mark.parametrize("command", [["verify"], ["train", "cnn", "--save", "m.npz"], ["page", "-o", "p.html"]])
def test_ctrl_c_from_outside(tmp_path, command):
    process = subprocess.Popen(
        [sys.executable, "-m", "handgrad", *command], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    time.sleep(1.2)  # past Python's own start, before any of them ends
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode in (0, 130)  # verify may have ended
    assert b"Traceback" not in said
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]
    assert not (tmp_path / "p.html").exists()
