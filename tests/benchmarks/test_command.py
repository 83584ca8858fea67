"""`python -m benchmarks` as a user types it, of small selections."""

import pytest
from click.testing import CliRunner

from benchmarks import __main__ as command
from benchmarks import tables
from benchmarks.races import HERE


def run(*arguments):
    return CliRunner().invoke(command.main, arguments)


@pytest.fixture
def results():
    """What lies in the folder of the benchmarks, to see that nothing is written over."""
    files = [HERE / "RESULTS.md", HERE / "results.svg"]
    return lambda: [file.read_bytes() if file.exists() else None for file in files]


def test_quick_measures_the_tape_and_writes_where_it_is_told_to(tmp_path, results):
    before = results()
    done = run("--quick", "--only", "tape", "--threads", "1", "--write", str(tmp_path))
    assert done.exit_code == 0
    for words in ("tape, scalars, an operation", "NumPy's floor", "results agree to", "--quick --only tape"):
        assert words in done.stdout
    report = (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert "## tape, 10 entries, an operation" in report
    assert str(tmp_path) not in report
    assert (tmp_path / "results.svg").exists()
    assert results() == before


def test_nothing_is_written_unasked(monkeypatch, results):
    before = results()
    table = tables.Table("made up", ("contender", "median"), (("ours", "1 s"),))
    monkeypatch.setattr(command, "measured", lambda *arguments: ([], [table]))
    assert run("--quick").exit_code == 0
    assert results() == before


def test_a_contender_that_fails_ends_it(monkeypatch):
    def fails(*arguments):
        raise command.BenchmarkError("MyGrad: v differs")

    monkeypatch.setattr(command, "measured", fails)
    done = run("--quick")
    assert done.exit_code == 1
    assert "MyGrad: v differs" in done.stderr


def test_peers_that_are_not_there_are_told(tmp_path):
    done = run("--peers", str(tmp_path), "--only", "tape")
    assert done.exit_code == 1
    assert "python -m benchmarks.environment makes one" in done.stderr
