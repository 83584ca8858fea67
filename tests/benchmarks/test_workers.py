"""The processes of the contenders: what they answer, who is refused, and whose turn it is."""

import sys
import time
from pathlib import Path

import numpy as np
import pytest

from benchmarks import tasks
from benchmarks.processes import BenchmarkError, Field, Row, Worker, compare, environment, interleaved
from benchmarks.races import ROOT, Contender, Race
from benchmarks.worker import decoded, encoded

RIGHT = """
import time
import numpy as np
from contenders import MissingError, Prepared

PACKAGES = ("numpy",)
CANNOT = {"tape": "has no tape"}

def cnn(N, F, dtype):
    if N == 13:
        raise MissingError("is afraid of 13")
    print("a library that prints")
    x = np.arange(3.0) + N
    return Prepared(lambda: x, lambda x: {"loss": x[0], "v": x * FACTOR})

def dense():
    raise ValueError("no such network")

TASKS = {"cnn": cnn, "dense": dense}
FACTOR = 1
"""
CASE = {"N": 2, "F": 1, "dtype": "float64"}


@pytest.fixture
def contender(tmp_path):
    """Makes a contender whose gradient is so many times the right one."""

    def made(name, factor):
        (tmp_path / f"{name}.py").write_text(f"{RIGHT}\nFACTOR = {factor}\n", encoding="utf-8")
        return Contender(name, name, folders=(tmp_path,))

    return made


@pytest.fixture
def asked(monkeypatch):
    """Every request, with the name of who was asked."""
    requests, ask = [], Worker.ask

    def noted(self, do, **request):
        requests.append((self.name, do))
        return ask(self, do, **request)

    monkeypatch.setattr(Worker, "ask", noted)
    return requests


def started(contender):
    return Worker(contender, Path(sys.executable), threads=1)


def field():
    return Field(lambda contender: Path(sys.executable), threads=1)


def race(*contenders, **how):
    return Race("cnn", "a race", CASE, contenders, **{"rounds": 2} | how)


@pytest.mark.parametrize(
    "array",
    [
        np.float64(0.1),
        1.5,
        np.array([], "float32"),
        np.arange(6.0).reshape(2, 3).T,
        np.array([-0.0, np.inf, 5e-324]),
        np.array([np.float32(0.1)]),
    ],
)
def test_an_array_comes_through_to_the_last_bit(array):
    again = decoded(encoded(array))
    assert again.dtype == np.asarray(array).dtype
    assert again.shape == np.shape(array)
    assert again.tobytes() == np.asarray(array).tobytes()


def test_a_worker_answers_every_request(contender, capfd):
    with started(contender("right", 1)) as worker:
        assert worker.ask("versions") == {"versions": {"numpy": np.__version__}}
        answer = worker.ask("prepare", task="cnn", case=CASE)
        assert answer["seconds"] > 0
        np.testing.assert_array_equal(decoded(answer["result"]["v"]), [2, 3, 4])
        assert worker.ask("calibrate", seconds=0.001)["calls"] >= 1
        assert worker.ask("time", calls=3)["seconds"] > 0
        assert worker.ask("prepare", task="tape", case={}) == {"missing": "has no tape"}
        assert worker.ask("prepare", task="exact", case={}) == {"missing": "has no part in this"}
        assert worker.ask("prepare", task="cnn", case=CASE | {"N": 13}) == {"missing": "is afraid of 13"}
        with pytest.raises(BenchmarkError, match="right: ValueError: no such network"):
            worker.ask("prepare", task="dense", case={})
        assert "seconds" in worker.ask("prepare", task="cnn", case=CASE)  # it lives on after an error
    assert "a library that prints" in capfd.readouterr().err


def test_what_is_not_installed_is_said_to_be_missing(tmp_path):
    (tmp_path / "absent.py").write_text("import no_such_package\nTASKS = {}\n", encoding="utf-8")
    with started(Contender("absent", "absent", folders=(tmp_path,))) as worker:
        assert worker.ask("prepare", task="cnn", case=CASE) == {"missing": "no_such_package is not installed"}


def test_a_process_that_ends_is_an_error(tmp_path):
    (tmp_path / "short.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
    with (
        started(Contender("short", "short", folders=(tmp_path,))) as worker,
        pytest.raises(BenchmarkError, match="short: its process ended, with status 3"),
    ):
        worker.ask("versions")


def test_only_ours_see_the_repository(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    assert "PYTHONPATH" not in environment(Contender("torch", "contenders.torch_eager"), 2)
    ours = environment(Contender("ours", "contenders.ours", ours=True), 2)
    assert ours["PYTHONPATH"] == str(ROOT)
    assert ours["OMP_NUM_THREADS"] == ours["OPENBLAS_NUM_THREADS"] == "2"


def test_right_results_are_timed(contender):
    with field() as contest:
        outcome = contest.run(race(contender("first", 1), contender("second", 1 + 1e-15)), seconds=0.001)
    assert [row.name for row in outcome.rows] == ["first", "second"]
    assert [len(row.seconds) for row in outcome.rows] == [2, 2]
    assert outcome.missing == {}
    assert outcome.difference == 5 * 2.0**-52  # the float 1 + 1e-15, less 1; times 4, over 4


@pytest.mark.parametrize("factor", [2, -1, 0, 1 + 1e-9, "np.nan", "np.ones(3)[:, None]"])
def test_a_wrong_gradient_is_refused_before_anything_is_timed(contender, asked, factor):
    with field() as contest, pytest.raises(BenchmarkError, match=r"second: .*\bv\b"):
        contest.run(race(contender("first", 1), contender("second", factor)), seconds=0.001)
    assert {do for _, do in asked} == {"versions", "prepare"}


def test_who_is_left_out_is_named(contender):
    with field() as contest:
        left_out = {"second": "too slow", "stranger": "is in no race"}
        outcome = contest.run(race(contender("first", 1), contender("second", 1), left_out=left_out), seconds=0.001)
    assert [row.name for row in outcome.rows] == ["first"]
    assert outcome.missing == {"second": "too slow"}


def test_turns_are_interleaved():
    assert list(interleaved({"a": 1, "b": 2, "c": 3}, 2)) == ["a", "b", "c", "a", "b", "c"]


def test_the_timing_takes_turns(contender, asked):
    with field() as contest:
        contest.run(race(contender("first", 1), contender("second", 1), rounds=3), seconds=0.001)
    assert [name for name, do in asked if do == "time"] == ["first", "second"] * 3
    assert max(k for k, (_, do) in enumerate(asked) if do == "prepare") < asked.index(("first", "calibrate"))


def test_results_of_other_names_are_refused():
    with pytest.raises(BenchmarkError, match="b: wanted loss, v, got loss"):
        compare({"a": {"loss": np.ones(()), "v": np.ones(2)}, "b": {"loss": np.ones(())}}, 1e-9)


def test_a_first_result_without_value_is_refused():
    with pytest.raises(BenchmarkError, match="a: loss wanted finite entries"):
        compare({"a": {"loss": np.array(np.nan)}}, 1e-9)


def test_the_ratio_is_that_of_each_round():
    """Both twice as slow in the second round: every ratio is 3."""
    assert Row("b", [3.0, 6.0, 9.0]).ratios(Row("a", [1.0, 2.0, 3.0])) == (3.0, 3.0, 3.0)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_tolerance_is_below_any_mistake_it_is_to_find(dtype):
    for N, F in ((1, 1), (256, 8)):
        assert tasks.tolerance("cnn", {"N": N, "F": F, "dtype": dtype}) < 0.001


@pytest.mark.parametrize("task", ["cnn", "dense"])
def test_the_data_are_the_same_every_time_and_of_their_dtype(task):
    case = {"N": 3, "dtype": "float32"} | ({"F": 2} if task == "cnn" else {})
    one, other = getattr(tasks, task)(**case), getattr(tasks, task)(**case)
    for name, value in one.parameters.items():
        assert value.dtype == np.float32
        np.testing.assert_array_equal(value, other.parameters[name])
    np.testing.assert_array_equal(one.images, other.images)
    np.testing.assert_array_equal(np.sum(one.y, axis=1), 1)


def test_patches_are_the_windows():
    images = np.arange(2.0 * 784).reshape(2, 28, 28)
    P = tasks.patches(images)
    np.testing.assert_array_equal(P[:, 576 + 24 * 3 + 7], images[1, 3:8, 7:12].ravel())


BUSY = """
import threading, time
from contenders import Prepared

def burn():
    end = time.monotonic() + 1
    while time.monotonic() < end:
        pass

def cnn(**case):
    return Prepared(lambda: threading.Thread(target=burn).start(), None)

TASKS = {"cnn": cnn}
"""


def test_a_turn_ends_when_all_threads_are_idle(tmp_path):
    (tmp_path / "busy.py").write_text(BUSY, encoding="utf-8")
    with started(Contender("busy", "busy", folders=(tmp_path,))) as worker:
        worker.ask("prepare", task="cnn", case=CASE)
        start = time.monotonic()
        seconds = worker.ask("time", calls=1)["seconds"]
        assert time.monotonic() - start > 1  # what the contender's thread burnt is not the next one's to pay
        assert seconds < 1  # nor its own: it is asked how long a call takes
