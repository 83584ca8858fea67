"""`handgrad train` as a user types it: output, files, interruption, resuming, errors."""

import json
import math
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from handgrad.commands import train as command
from handgrad.commands.cli import main
from handgrad.training import automatic, by_hand, printed
from handgrad.training.drawn import drawn
from handgrad.training.model import Model, load, save
from handgrad.training.passes import Way
from handgrad.training.settings import Settings

CNN = ("cnn", "--filters", "1", "--batch", "20", "--epochs", "2")  # 3 steps an epoch
DENSE = ("dense", "--hidden", "4", "--batch", "25", "--epochs", "2")  # 3 steps an epoch, the last of 10 images
LETTERS = {
    "dense": ["loss", "theta", "w", "b", "gamma", "v"],
    "cnn": ["loss", "x", "W", "b", "a", "c", "d", "v", "q"],
}


@pytest.fixture(scope="session")
def folder(tmp_path_factory, idx_bytes) -> Path:
    """60 and 20 digits as IDX files; the name has a blank, as folders of users do."""
    folder, digits = tmp_path_factory.mktemp("my digits"), drawn(60, 20, seed=2)
    for part, some in (("train", digits.train), ("t10k", digits.test)):
        (folder / f"{part}-images-idx3-ubyte").write_bytes(idx_bytes(np.round(some.images * 255)))
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(idx_bytes(some.labels))
    return folder


@pytest.fixture
def run(folder):
    def run(*arguments: str | Path, data: bool = True):
        more = ["--data", str(folder)] if data else []
        return CliRunner().invoke(main, ["train", *map(str, arguments), *more], catch_exceptions=False)

    return run


@pytest.fixture
def interrupt(monkeypatch):
    """Let Ctrl-C come in the n-th backward pass by hand; 0 for never again."""
    ways = dict(by_hand.WAYS)

    def at(call: int) -> None:
        calls = []

        def interrupted(way):
            def backward(*arguments):
                calls.append(1)
                if len(calls) == call:
                    raise KeyboardInterrupt
                return way.backward(*arguments)

            return Way(way.name, way.forward, backward, way.every)

        for network, way in ways.items():
            monkeypatch.setitem(by_hand.WAYS, network, interrupted(way))

    return at


def strictly(text: str):
    def refuse(name):
        raise AssertionError(f"{name} is no JSON")

    return json.loads(text, parse_constant=refuse)


def assert_refused(result, status: int, *words: str) -> None:
    """An error in one line, perhaps after click's usage, and nothing else."""
    assert result.exit_code == status, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    lines = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert lines == result.stderr.splitlines()[-1:]
    for word in words:
        assert word in lines[0]


# One network


@pytest.mark.parametrize("arguments", [CNN, DENSE])
@pytest.mark.parametrize(("by", "name"), [(None, "by hand"), ("hand", "by hand"), ("automatic", "automatically")])
def test_epochs_on_stdout_and_narration_on_stderr(run, folder, arguments, by, name):
    result = run(*arguments, *(["--by", by] if by else []))
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert len(lines) == 3
    for number, line in enumerate(lines[:2], 1):
        assert line.startswith(f"epoch {number:3}  loss ")
        assert " test loss " in line
        assert line.endswith(" %")
    right = int(lines[1].partition("right ")[2].partition(",")[0])
    assert lines[2] == f"{name}: {5 * right:.2f} % of 20 test images right at epoch 2, step 6; seed 0"
    assert result.stderr.splitlines()[0].startswith(arguments[0])
    assert f"data: 60 and 20 images of {folder}" in result.stderr
    assert result.stderr.splitlines()[-1].endswith(" s")


@pytest.mark.parametrize(
    "arguments", [CNN, DENSE, (*CNN, "--dtype", "float32", "--momentum", "0.5", "--start", "glorot")]
)
def test_json_is_what_the_descent_found(run, arguments, folder):
    result = run(*arguments, "--json", "--seed", "4")
    assert result.exit_code == 0
    found = strictly(result.stdout)
    assert set(found) == {"handgrad", "network", "settings", "data", "by", "step", "epochs", "interrupted"}
    assert (found["network"], found["by"], found["step"]) == (arguments[0], "by hand", 6)
    assert found["interrupted"] is False
    assert found["settings"]["seed"] == 4
    from handgrad.training.descent import Descent
    from handgrad.training.idx import from_folder

    settings = Settings.of(**found["settings"])
    assert found["epochs"] == Descent(settings, from_folder(folder), by_hand.WAYS[arguments[0]]).run().history


def test_hand_and_automatic_print_the_same_figures(run):
    hand, beside = (strictly(run(*CNN, "--by", by, "--json").stdout) for by in ("hand", "automatic"))
    for one, other in zip(hand["epochs"], beside["epochs"], strict=True):
        # 6 steps of some thousand roundings of 1e-16.
        assert one == pytest.approx(other, rel=1e-11)


@pytest.mark.parametrize(
    "arguments",
    [
        CNN,
        DENSE,
        (*CNN, "--json"),
        (*CNN, "--by", "both"),
        (*CNN, "--as-printed"),
        (*CNN, "--as-printed", "--by", "both"),
    ],
)
def test_the_same_seed_gives_the_same_stdout(run, arguments):
    first = run(*arguments, "--seed", "9").stdout
    assert first
    assert run(*arguments, "--seed", "9").stdout == first
    assert run(*arguments, "--seed", "10").stdout != first


def test_the_same_seed_gives_the_same_files(run, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        files = ("--save", tmp_path / name / "m", "--plot", tmp_path / name / "p.svg", "--log", tmp_path / name / "l")
        assert run(*CNN, *files).exit_code == 0
    for file in ("m", "p.svg", "l"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_the_log_has_every_step_and_epoch(run, tmp_path):
    result = run(*DENSE, "--log", tmp_path / "metrics.jsonl", "--json")
    entries = [strictly(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    steps = [entry for entry in entries if "accuracy" not in entry]
    epochs = [entry for entry in entries if "accuracy" in entry]
    assert [(entry["step"], entry["epoch"]) for entry in steps] == [(1, 1), (2, 1), (3, 1), (4, 2), (5, 2), (6, 2)]
    assert [entries.index(entry) for entry in epochs] == [3, 7]
    history = strictly(result.stdout)["epochs"]
    assert epochs == [{"by": "by hand"} | entry for entry in history]
    for number, entry in enumerate(history):
        mean = sum(step["loss"] for step in steps[3 * number : 3 * number + 3]) / 3
        assert entry["loss"] == pytest.approx(mean, rel=1e-14, abs=0)


def test_the_plot_is_an_svg(run, tmp_path):
    assert run(*CNN, "--plot", tmp_path / "loss.svg").exit_code == 0
    text = (tmp_path / "loss.svg").read_text()
    assert text.startswith("<?xml")
    assert "</svg>" in text
    assert run(*CNN, "--as-printed", "--plot", tmp_path / "errata.svg").exit_code == 0
    assert run(*CNN, "--by", "both", "--plot", tmp_path / "both.svg").exit_code == 0


def test_drawn_digits_are_what_it_learns_from_otherwise(run, monkeypatch):
    from handgrad.training import drawn as module

    calls = []
    monkeypatch.setattr(module, "drawn", lambda **options: calls.append(options) or drawn(40, 10, **options))
    result = run(*CNN, "--seed", "5", data=False)
    assert calls == [{"seed": 5}]
    assert "data: 40 and 10 images drawn by the program, seed 5" in result.stderr


# Both


@pytest.mark.parametrize("arguments", [CNN, DENSE])
def test_both_show_a_line_a_letter_after_every_step(run, arguments):
    result = run(*arguments, "--by", "both")
    assert result.exit_code == 0
    text = result.stdout
    for number in range(1, 7):
        block = text.partition(f"step {number}  epoch {(number + 2) // 3}\n")[2].splitlines()
        rows = block[: len(LETTERS[arguments[0]])]
        assert [row.split()[0] for row in rows] == LETTERS[arguments[0]]
        for row in rows:
            assert "approximate: True " in row
            assert ("exact: True " in row) == ("maxdiff: 0.00e+00" in row) == row.endswith("  0 ulps")
    parameters = set(Settings.of(arguments[0]).shapes())
    ending = text.partition("parameters after 6 steps, by hand against automatic\n")[2].splitlines()
    assert {row.split()[0] for row in ending[:4]} == parameters
    assert all("bit for bit the same" in row or "where rounding may lead" in row for row in ending[:4])
    assert ending[4:] == ["agrees: never further apart than rounding leads"]


@pytest.mark.parametrize(("every", "shown"), [("0", []), ("1", [1, 2, 3, 4, 5, 6]), ("2", [2, 4, 6]), ("5", [5])])
def test_every_nth_step_is_shown(run, every, shown):
    text = run(*CNN, "--by", "both", "--every", every).stdout
    assert [int(line.split()[1]) for line in text.splitlines() if line.startswith("step ")] == shown


def test_both_in_json_and_in_the_log(run, tmp_path):
    result = run(*CNN, "--by", "both", "--json", "--log", tmp_path / "log")
    found = strictly(result.stdout)
    assert (found["by"], found["interrupted"], found["verdict"]["outcome"]) == ("both", False, "agrees")
    assert found["verdict"]["steps"] == 6
    assert [entry["epoch"] for entry in found["epochs"]] == [1, 2]
    entries = [strictly(line) for line in (tmp_path / "log").read_text().splitlines()]
    compared = [entry for entry in entries if "lines" in entry]
    assert [entry["step"] for entry in compared] == [1, 2, 3, 4, 5, 6]
    assert {entry["by"] for entry in entries} == {"by hand and automatically"}
    for entry in compared:
        assert [line["letter"] for line in entry["lines"]] == LETTERS["cnn"]


def test_both_is_one_epoch_where_nothing_is_asked_for(run):
    text = run("cnn", "--filters", "1", "--batch", "60", "--by", "both").stdout
    assert "parameters after 1 steps" in text


def fault_at(monkeypatch, network: str, letter: str, first: int, factor: float = 1 + 1e-6) -> None:
    right, calls = by_hand.WAYS[network], []

    def backward(*arguments):
        result = right.backward(*arguments)
        calls.append(1)
        if (len(calls) + 1) // 2 >= first:  # a step has two passes by hand
            result.gradients[letter] = result.gradients[letter] * factor
        return result

    monkeypatch.setitem(by_hand.WAYS, network, Way(right.name, right.forward, backward, right.every))


def test_a_fault_ends_with_a_verdict_and_status_1(run, monkeypatch, tmp_path):
    fault_at(monkeypatch, "dense", "w", first=4)
    result = run(*DENSE, "--by", "both", "--every", "0", "--save", tmp_path / "m")
    assert result.exit_code == 1
    assert "DISAGREES at step 4, in the gradient by w[" in result.stdout
    assert "before it in the backward pass agree: loss, theta" in result.stdout
    assert result.stdout.count("\nstep ") == 1  # the one that disagrees is always shown
    assert load(tmp_path / "m").step == 3
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("network", ["dense", "cnn"])
@pytest.mark.parametrize(
    "options",
    [
        ("--batch", "20", "--filters", "1"),
        ("--batch", "20", "--seed", "3", "--rate", "0.125", "--momentum", "0.5", "--epochs", "USUAL"),
        ("--load", "a model.npz"),
        ("--load", "a model.npz", "--dtype", "float64", "--epochs", "USUAL", "--start", "zeros"),
    ],
)
def test_the_command_that_is_printed_reproduces(run, monkeypatch, network, options, tmp_path):
    monkeypatch.chdir(tmp_path)
    save(Model(network, Settings.of(network, hidden=4, filters=1, dtype="float32").parameters()), "a model.npz")
    # The number of epochs that goes without saying, but not here.
    options = [option.replace("USUAL", str(Settings.of(network).epochs)) for option in options]
    letter = {"dense": "w", "cnn": "W"}[network]

    def outcome(*arguments: str, data: bool = False) -> str:
        with monkeypatch.context() as patch:
            fault_at(patch, network, letter, first=2, factor=1.5)  # seen in float32 too
            result = run(*arguments, data=data)
        assert result.exit_code == 1
        return result.stdout

    given = (
        network,
        *(options if network == "cnn" else [o.replace("filters", "hidden") for o in options]),
        "--by",
        "both",
    )
    text = outcome(*given, data=True)
    line = text.splitlines()[-1]
    assert line.startswith("  reproduce: handgrad train ")
    again = shlex.split(line.partition("handgrad train ")[2])
    assert outcome(*again) == text
    # The settings too, which the first steps do not show all.
    assert strictly(outcome(*again, "--json")) == strictly(outcome(*given, "--json", data=True))


# As printed


def test_as_printed_shows_what_the_errata_do(run):
    result = run(*CNN, "--as-printed")
    assert result.exit_code == 0
    names = ["put right", *(way.name for way in printed.WAYS.values())]
    lines = result.stdout.splitlines()
    assert [line for line in lines if line in names] == names
    table = lines[lines.index("at epoch 2, of 20 test images; seed 0") + 1 :]
    assert [row.strip().split("  ")[0] for row in table] == names
    assert "step 1: wanted a loss with a value, got none" in lines
    assert table[3].split("  ")[-1].strip().endswith("no value")
    # The right form comes out as it does alone.
    alone = run(*CNN).stdout.splitlines()[:2]
    assert lines[1:3] == alone


def test_as_printed_in_json(run, tmp_path):
    found = strictly(run("--as-printed", *CNN[1:], "--json", "--log", tmp_path / "log").stdout)
    assert found["network"] == "cnn"
    runs = {entry["by"]: entry for entry in found["runs"]}
    assert list(runs) == ["put right", *(way.name for way in printed.WAYS.values())]
    assert runs["(11) map as printed"]["epochs"] == []
    assert "wanted a loss with a value" in runs["(11) map as printed"]["ended"]
    others = [entry for name, entry in runs.items() if name != "(11) map as printed"]
    assert all(entry["ended"] is None and len(entry["epochs"]) == 2 for entry in others)
    # Each is another descent.
    assert len({entry["epochs"][-1]["loss"] for entry in others}) == 4
    entries = [strictly(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert {entry["by"] for entry in entries} == set(runs)
    assert [entry["loss"] for entry in entries if entry["by"] == "(11) map as printed"] == [None]


def test_as_printed_beside_the_automatic_gradient_disagrees(run, tmp_path):
    result = run(*CNN, "--as-printed", "--by", "both", "--log", tmp_path / "log")
    assert result.exit_code == 1
    wheres = [line for line in result.stdout.splitlines() if line.startswith("DISAGREES")]
    assert [line.partition(", in the ")[2].partition("[")[0] for line in wheres] == [
        "gradient by a", "gradient by v", "loss", "gradient by v",
    ]  # fmt: skip
    entries = [strictly(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert len({entry["by"] for entry in entries if "lines" in entry}) == 4
    found = strictly(run(*CNN, "--as-printed", "--by", "both", "--json").stdout)
    assert [entry["verdict"]["first"]["letter"] for entry in found["runs"]] == ["a", "v", "loss", "v"]


def test_as_printed_is_not_to_blame_for_a_rate_that_blows_up(run):
    result = run(*CNN, "--as-printed", "--rate", "1e308", "--dtype", "float32")
    assert result.exit_code == 2
    assert "a rate below 1e+308 may help" in result.stderr


# Interrupted, resumed, loaded


@pytest.mark.parametrize("arguments", [CNN, (*DENSE, "--momentum", "0.5"), (*CNN, "--dtype", "float32")])
@pytest.mark.parametrize("call", [1, 2, 4, 6])
def test_interrupted_and_resumed_as_never_interrupted(run, interrupt, tmp_path, arguments, call):
    whole, broken, log = tmp_path / "whole.npz", tmp_path / "bro ken.npz", tmp_path / "log"
    assert run(*arguments, "--save", whole, "--log", tmp_path / "whole.jsonl").exit_code == 0
    interrupt(call)
    result = run(*arguments, "--save", broken, "--log", log)
    assert result.exit_code == 130
    assert "Traceback" not in result.output
    assert f"interrupted after step {call - 1}, in epoch {(call + 2) // 3}; " in result.stderr
    assert load(broken).step == call - 1
    words = result.stderr.partition("go on with handgrad ")[2].splitlines()[0]
    interrupt(0)
    resumed = run(*shlex.split(words)[1:], "--log", log, data=False)
    assert resumed.exit_code == 0
    assert broken.read_bytes() == whole.read_bytes()
    assert log.read_text() == (tmp_path / "whole.jsonl").read_text()
    assert resumed.stdout.splitlines()[-1] == run(*arguments).stdout.splitlines()[-1]


@pytest.mark.parametrize(("by", "passes"), [("hand", 1), ("both", 2)])  # by hand, in a step
def test_the_file_is_written_after_every_epoch(run, monkeypatch, tmp_path, by, passes):
    # So that it outlasts an end that nothing can be done about.
    right, found = by_hand.WAYS["cnn"], []

    def backward(*arguments):
        found.append(load(tmp_path / "m").step if (tmp_path / "m").exists() else None)
        return right.backward(*arguments)

    monkeypatch.setitem(by_hand.WAYS, "cnn", Way(right.name, right.forward, backward, right.every))
    assert run(*CNN, "--by", by, "--save", tmp_path / "m").exit_code == 0
    assert found == 3 * passes * [None] + 3 * passes * [3]


def test_interrupted_without_a_file_says_so(run, interrupt):
    interrupt(2)
    result = run(*CNN, "--json")
    assert result.exit_code == 130
    assert "interrupted after step 1, in epoch 1; not kept, without --save" in result.stderr
    found = strictly(result.stdout)
    assert found["interrupted"] is True
    assert found["step"] == 1
    assert found["epochs"][0]["begun"] == 1


@pytest.mark.parametrize("call", [1, 2, 3, 6, 8])
def test_both_interrupted(run, interrupt, tmp_path, call):
    interrupt(call)
    result = run(*CNN, "--by", "both", "--save", tmp_path / "m", "--every", "0")
    assert result.exit_code == 130
    assert "DISAGREES" not in result.stdout
    assert "Traceback" not in result.output
    done = (call - 1) // 2  # a step has two passes by hand
    assert f"interrupted after step {done};" in result.stderr
    assert load(tmp_path / "m").step == done


def test_as_printed_interrupted(run, interrupt, monkeypatch):
    interrupt(2)
    result = run(*CNN, "--as-printed")
    assert result.exit_code == 130
    assert result.stderr.splitlines()[-1] == "Error: interrupted"
    monkeypatch.setattr(automatic, "every", raise_interrupt)
    assert run(*CNN, "--as-printed", "--by", "both").exit_code == 130


def raise_interrupt(*_):
    raise KeyboardInterrupt


def test_more_epochs_are_as_if_asked_for_at_once(run, tmp_path):
    run(*CNN, "--save", tmp_path / "m")
    result = run("--resume", tmp_path / "m", "--save", tmp_path / "m", "--epochs", "4")
    assert result.exit_code == 0
    run(*CNN[:-1], "4", "--save", tmp_path / "whole")
    assert (tmp_path / "m").read_bytes() == (tmp_path / "whole").read_bytes()
    run("cnn", "--resume", tmp_path / "m", "--epochs", "5", "--save", tmp_path / "other")
    assert load(tmp_path / "other").epoch == 5
    assert load(tmp_path / "m").epoch == 4


def test_what_was_trained_automatically_is_resumed_automatically(run, tmp_path):
    run(*CNN, "--by", "automatic", "--save", tmp_path / "m")
    result = run("--resume", tmp_path / "m", "--epochs", "3")
    assert result.stdout.splitlines()[-1].startswith("automatically: ")


def test_load_starts_from_the_models_parameters(run, tmp_path):
    run(*CNN, "--save", tmp_path / "m", "--dtype", "float32")
    before = (tmp_path / "m").read_bytes()
    result = run(
        "--load", tmp_path / "m", "--batch", "60", "--epochs", "1", "--rate", "1e-30", "--save", tmp_path / "n"
    )
    assert result.exit_code == 0
    one, other = load(tmp_path / "m"), load(tmp_path / "n")
    assert other.step == 1
    for letter, value in one.parameters.items():  # 1e-30 of a gradient is nothing beside a weight
        assert value.dtype == other.parameters[letter].dtype == np.float32
        assert np.allclose(value, other.parameters[letter], rtol=0, atol=1e-28)
    assert (tmp_path / "m").read_bytes() == before
    assert "filters 1" in result.stderr


# What must not happen to a user's files


@pytest.mark.parametrize(("option", "name"), [("--save", "m.npz"), ("--plot", "p.svg"), ("--log", "l.jsonl")])
@pytest.mark.parametrize("more", [(), ("--by", "both")])
def test_a_file_that_is_there_is_left_untouched_without_force(run, tmp_path, option, name, more):
    run(*CNN, "--save", tmp_path / "m.npz", "--plot", tmp_path / "p.svg", "--log", tmp_path / "l.jsonl")
    path = tmp_path / name
    before = path.read_bytes()
    refused = run(*DENSE, *more, option, path)
    assert_refused(refused, 2, str(path), "--force")
    assert "data:" not in refused.stderr  # before any image is read, or fetched
    assert path.read_bytes() == before
    assert run(*DENSE, *more, option, path, "--force").exit_code == 0
    assert path.read_bytes() != before


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_a_model_never_takes_the_place_of_something_else(run, tmp_path, force):
    path = tmp_path / "thesis.tex"
    path.write_text("years of work")
    assert_refused(run(*CNN, "--save", path, *force), 2, "a file that is no model")
    assert path.read_text() == "years of work"


def test_a_resumed_log_goes_on_in_a_log_alone(run, tmp_path):
    run(*CNN, "--save", tmp_path / "m")
    for content in ("years of work", "[1, 2]", '{"a": 1}', "\ufeff"):
        path = tmp_path / "thesis"
        path.write_text(content, encoding="utf-16" if content == "\ufeff" else "utf-8")
        before = path.read_bytes()
        assert_refused(run("--resume", tmp_path / "m", "--epochs", "3", "--log", path), 2, "--force")
        assert path.read_bytes() == before
    path.write_bytes(b"")
    assert run("--resume", tmp_path / "m", "--epochs", "3", "--log", path).exit_code == 0
    assert len(path.read_text().splitlines()) == 4


@pytest.mark.parametrize(
    "options",
    [
        ("--save", "m", "--log", "m"),
        ("--save", "x.svg", "--plot", "x.svg"),
        ("--log", "x.svg", "--plot", "x.svg"),
        ("--resume", "m", "--log", "m", "--epochs", "3"),
        ("--load", "m", "--log", "m", "--force"),
        ("--load", "m", "--log", "folder/../m", "--force"),
        ("--load", "m.svg", "--plot", "m.svg", "--force"),
    ],
)
def test_no_file_serves_two_options(run, tmp_path, options, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    for name in ("m", "m.svg"):
        run(*CNN, "--save", name)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    network = () if "--load" in options or "--resume" in options else CNN
    assert_refused(run(*network, *options), 2, "wanted a file of its own for --")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_what_is_resumed_may_be_saved_to_by_another_of_its_names(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run(*CNN, "--save", "m")
    assert run("--resume", "m", "--save", tmp_path / "m", "--epochs", "3").exit_code == 0
    assert_refused(run("--load", "m", "--save", "m"), 2, "--force")


# Wrong usage


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "wanted a network, dense or cnn, got none"),
        (("rnn",), "rnn"),
        (("cnn", "--by", "luck"), "luck"),
        (("cnn", "--epochs", "0"), "0"),
        (("cnn", "--epochs", "2000000"), "epochs: wanted an integer from 1 to 1000000"),
        (("cnn", "--rate", "0"), "rate: wanted a number above 0, got 0.0"),
        (("cnn", "--rate", "nan"), "rate: wanted a number above 0, got nan"),
        (("cnn", "--rate", "fast"), "fast"),
        (("cnn", "--batch", "0"), "0"),
        (("cnn", "--batch", "61"), "batch: wanted at most the 60 images there are, got 61"),
        (("cnn", "--momentum", "1"), "momentum: wanted a number from 0 to below 1, got 1.0"),
        (("cnn", "--start", "ones"), "ones"),
        (("cnn", "--dtype", "float16"), "float16"),
        (("cnn", "--seed", "-1"), "-1"),
        (("cnn", "--seed", str(2**63)), "seed: wanted an integer"),
        (("cnn", "--filters", "5000"), "filters: wanted an integer from 1 to 4096, got 5000"),
        (("dense", "--hidden", "0"), "0"),
        (("cnn", "--every", "2"), "wanted --every with --by both"),
        (("cnn", "--every", "-1"), "-1"),
        (("cnn", "--mnist"), "wanted --data or --mnist, got both"),
        (("dense", "--as-printed"), "its formulas are printed rightly"),
        (("cnn", "--as-printed", "--by", "automatic"), "--as-printed"),
        (("cnn", "--as-printed", "--save", "x"), "--as-printed"),
        (("cnn", "--load", "missing.npz"), "missing.npz: wanted a model file, got none"),
        (("cnn", "--resume", "missing.npz"), "missing.npz: wanted a model file, got none"),
        (("cnn", "--load", "a", "--resume", "b"), "wanted --resume alone, got --load"),
        (("cnn", "--resume", "a", "--by", "both"), "wanted --resume alone, got --by both"),
        (("cnn", "--save", "missing/m.npz"), "got no folder"),
        (("cnn", "--plot", "missing/p.svg"), "got no folder"),
        (("cnn", "--log", "missing/l.jsonl"), "got no folder"),
        (("cnn", "--save", "."), "got a folder"),
        (("cnn", "--log", "."), "got a folder"),
        (("cnn", "--log", ".", "--force"), "got a folder"),
        (("cnn", "--plot", "p.gif"), ".gif"),
        (("cnn", "--nonsense"), "nonsense"),
    ],
)
def test_wrong_usage_is_refused(run, arguments, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert sum(line.startswith("Error: ") for line in result.stderr.splitlines()) == 1
    assert "Traceback" not in result.output
    assert result.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(run, tmp_path):
    assert_refused(run(*CNN, "--data", tmp_path / "none", data=False), 2, "none: wanted a folder with IDX files")
    assert_refused(run(*CNN, "--data", tmp_path, data=False), 2, "an empty folder")


@pytest.mark.parametrize("option", ["--load", "--resume"])
def test_a_damaged_model_is_refused(run, tmp_path, option):
    run(*CNN, "--save", tmp_path / "m")
    content = (tmp_path / "m").read_bytes()
    for number, damaged in enumerate(
        (b"", content[:100], content[:-200], content[:2000] + b"x" + content[2001:], b"PK")
    ):
        path = tmp_path / f"damaged{number}"
        path.write_bytes(damaged)
        assert_refused(run(option, path, "--epochs", "3"), 2, str(path))


@pytest.mark.parametrize(
    "changes",
    [
        {"settings": {}},
        {"settings": {"rate": "fast"}},
        {"settings": {"epochs": "many"}},
        {"settings": {"network": "dense"}},
        {"settings": {"seed": [1]}},
        {"history": [{}, {}]},
        {"history": [{"begun": "x"}]},
        {"step": 7},
        {"epoch": 0},
    ],
)
def test_a_model_that_makes_no_sense_is_refused(run, tmp_path, changes):
    run(*CNN, "--save", tmp_path / "m")
    model = vars(load(tmp_path / "m"))
    if changes.get("settings"):
        changes = {"settings": model["settings"] | changes["settings"]}
    save(Model(**(model | changes)), tmp_path / "n")
    epochs = (
        () if "epochs" in changes.get("settings", {}) and changes["settings"]["epochs"] == "many" else ("--epochs", "3")
    )
    result = run("--resume", tmp_path / "n", *epochs)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert "fault of handgrad" not in result.output


def test_another_network_or_size_than_the_models(run, tmp_path):
    run(*CNN, "--save", tmp_path / "m")
    for option in ("--load", "--resume"):
        assert_refused(run("dense", option, tmp_path / "m"), 2, "cnn, got dense")
    assert_refused(run("--resume", tmp_path / "m"), 2, "wanted --epochs above the 2 of")
    for option, value in (
        ("--seed", "1"),
        ("--rate", "0.25"),
        ("--filters", "2"),
        ("--batch", "10"),
        ("--momentum", "0.5"),
    ):
        result = run("--resume", tmp_path / "m", "--epochs", "3", option, value)
        assert result.exit_code == 2
        assert f"wanted the settings of the model, {option[2:]} " in result.stderr
    result = run("--load", tmp_path / "m", "--filters", "2")
    assert result.exit_code == 2
    assert "start: wanted parameters of shapes" in result.stderr


def test_a_rate_that_blows_up_keeps_the_last_good_model(run, tmp_path, monkeypatch):
    result = run(*CNN, "--rate", "1e308", "--dtype", "float32", "--save", tmp_path / "m")
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert "may help" in result.stderr.splitlines()[-1]
    assert all(np.isfinite(value).all() for value in load(tmp_path / "m").parameters.values())

    right, calls = by_hand.WAYS["cnn"], []

    def backward(*arguments):
        calls.append(1)
        result = right.backward(*arguments)
        if len(calls) == 5:
            result.gradients["v"] = result.gradients["v"] * math.inf
        return result

    run(*CNN, "--save", tmp_path / "whole")
    monkeypatch.setitem(by_hand.WAYS, "cnn", Way(right.name, right.forward, backward, right.every))
    result = run(*CNN, "--save", tmp_path / "m", "--force")
    assert result.exit_code == 2
    assert "step 5: wanted finite parameters, got v beyond all numbers" in result.stderr.splitlines()[-1]
    assert load(tmp_path / "m").step == 4
    monkeypatch.undo()
    run("--resume", tmp_path / "m", "--save", tmp_path / "m")
    assert (tmp_path / "m").read_bytes() == (tmp_path / "whole").read_bytes()


def test_missing_packages_are_named_before_anything_is_learnt(run, monkeypatch, tmp_path, interrupt):
    interrupt(1)  # were anything learnt, this would be status 130
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert_refused(run(*CNN, "--plot", tmp_path / "p.svg"), 2, "matplotlib", 'pip install ".[plot]"')
    monkeypatch.setitem(sys.modules, "pooch", None)
    assert_refused(run(*CNN, "--mnist", data=False), 2, "pooch", 'pip install ".[mnist]"')


# The process


def process(*arguments: str | Path, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "handgrad", "train", *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options,
    )  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to another process")
def test_a_real_interruption(run, folder, tmp_path):
    log, model = tmp_path / "log", tmp_path / "m"
    training = process(*CNN[:-1], "1000000", "--data", folder, "--save", model, "--log", log)
    try:
        until = time.monotonic() + 60
        while not (log.exists() and len(log.read_text().splitlines()) > 10):
            assert time.monotonic() < until
            assert training.poll() is None
            time.sleep(0.02)
        training.send_signal(signal.SIGINT)
        out, err = training.communicate(timeout=60)
    finally:
        training.kill()
    assert training.returncode == 130
    assert "interrupted after step" in err
    assert "Traceback" not in out + err
    reached = load(model)
    assert reached.step >= 8
    epochs = str(reached.epoch + 2)
    assert run("--resume", model, "--save", model, "--epochs", epochs).exit_code == 0
    run(*CNN[:-1], epochs, "--save", tmp_path / "whole")
    assert model.read_bytes() == (tmp_path / "whole").read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="no SIGPIPE")
def test_a_pipe_that_nobody_reads_ends_quietly(folder, tmp_path):
    training = process(*CNN, "--data", folder, "--save", tmp_path / "m")
    training.stdout.close()
    err = training.stderr.read()
    training.stderr.close()
    assert training.wait(timeout=60) == 141
    assert "Traceback" not in err
    assert "Error" not in err
    assert load(tmp_path / "m").step >= 3


def on_a_terminal(*arguments: str | Path, stdout_too: bool) -> tuple[int, str, str]:
    """Status, what the terminal showed, and stdout where it was a pipe."""
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "200"}
    words = [sys.executable, "-m", "handgrad", "train", *map(str, arguments)]
    out = theirs if stdout_too else subprocess.PIPE
    with subprocess.Popen(words, stdin=theirs, stdout=out, stderr=theirs, env=environment) as training:
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 65536):
                shown += piece
        except OSError:  # how Linux says that the other side is closed
            pass
        os.close(ours)
        piped = training.stdout.read().decode() if training.stdout else ""
    return training.returncode, shown.decode(), piped


@pytest.mark.skipif(os.name == "nt", reason="no pseudoterminals")
@pytest.mark.parametrize("more", [(), ("--by", "both")])
def test_a_bar_on_the_terminal_leaves_the_results_as_they_are(run, folder, more):
    plain = run(*CNN, *more).stdout
    status, shown, piped = on_a_terminal(*CNN, *more, "--data", folder, stdout_too=False)
    assert status == 0
    assert piped == plain
    assert "by hand" in shown
    assert "\x1b[" in shown
    status, shown, _ = on_a_terminal(*CNN, *more, "--data", folder, stdout_too=True)
    assert status == 0
    # Every line stands by itself, behind no more than the codes that wipe the bar away.
    there = [line.rpartition("\x1b[2K")[2] for line in shown.replace("\r\n", "\n").split("\n")]
    assert [line for line in there if line in plain.splitlines()] == plain.splitlines()


# Real images


@pytest.mark.parametrize("network", ["dense", "cnn"])
def test_real_digits_are_learnt(mnist_folder, network):
    # Of guesses 10 % are right; a linear classifier of pixels reaches some 90 % with 8,000 images, so 85 % in one
    # epoch is no feat, and not to be had by a gradient with a mistake in the hidden layers' sign or size alone.
    size = ("--hidden", "30") if network == "dense" else ("--filters", "4")
    arguments = ["train", network, *size, "--epochs", "1", "--data", str(mnist_folder), "--json"]
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    assert strictly(result.stdout)["epochs"][0]["accuracy"] > 0.85


def test_the_ways_are_where_the_command_looks_for_them():
    # The tests above put others in their place.
    assert command.planned("cnn", None, False, None, None, {}).way is by_hand.WAYS["cnn"]
    assert command.planned("dense", "automatic", False, None, None, {}).way is automatic.WAYS["dense"]
