"""Which mutants a text has, and what becomes of them where tests look well, and where they do not."""

import json
import os
import subprocess
import sys
import textwrap

import pytest

pytest.importorskip("cosmic_ray", reason="the extra mutation is not installed")
pytest.importorskip("coverage", reason="the extra mutation is not installed")

from click.testing import CliRunner

from mutation import __main__ as command
from mutation import campaign, places, trial, trust
from mutation.mutants import mutants_of


def changes(tmp_path, text):
    """The lines that mutants change, before and after."""
    file = tmp_path / "subject.py"
    file.write_text(textwrap.dedent(text), encoding="utf-8")
    return [(mutant.was, mutant.now) for mutant in mutants_of(str(file))]


def test_arithmetic_numbers_and_conditions_are_mutated(tmp_path):
    assert set(changes(tmp_path, "def f(x):\n    return x - 2 if x < 0 else -x\n")) == {
        ("return x - 2 if x < 0 else -x", now)
        for now in (
            "return x + 2 if x < 0 else -x",
            "return x - 3 if x < 0 else -x",
            "return x - 1 if x < 0 else -x",
            "return x - 2 if x <= 0 else -x",
            "return x - 2 if x >= 0 else -x",
            "return x - 2 if not x < 0 else -x",
            "return x - 2 if x < 1 else -x",
            "return x - 2 if x < -1 else -x",
            "return x - 2 if x < 0 else x",
        )
    }


@pytest.mark.parametrize(
    "text",
    [
        '"""Words, 1 + 1."""',
        "def f(x: int | None, /, y: tuple[int, 2]) -> int | None: pass",
        "def f(*x, **y): return g(*x, **y)",
        "def f(x, *, y): pass",
        "def f(x): raise ValueError(f'{x + 1}')",
        "def f(x): return isinstance(x, int | float)",
        "def f(x, y): return zip(x, y, strict=True)",
        "Number = int | float",
        "@cache(maxsize=8)\ndef f(): pass",
    ],
)
def test_what_computes_nothing_is_left_alone(tmp_path, text):
    assert changes(tmp_path, text) == []


def test_default_values_are_mutated(tmp_path):
    now = [now for _, now in changes(tmp_path, "def f(axis=1): pass")]
    assert now == ["def f(axis=2): pass", "def f(axis=0): pass"]


def test_a_key_names_function_lines_and_which(tmp_path):
    file = tmp_path / "subject.py"
    file.write_text("class A:\n    def f(self):\n        x = 1\n        y = 2\n        x = 1\n        return x, y\n")
    keys = [mutant.key for mutant in mutants_of(str(file))]
    assert keys == [
        *("A.f: x = 1 -> x = 2", "A.f: x = 1 -> x = 0", "A.f: y = 2 -> y = 3", "A.f: y = 2 -> y = 1"),
        *("A.f (2): x = 1 -> x = 2", "A.f (2): x = 1 -> x = 0"),
    ]


def test_every_file_has_tests_and_no_file_of_the_rules_is_left_out():
    table = places.places()
    assert all(tests and all((places.ROOT / test).exists() for test in tests) for tests in table.values())
    for folder in ("autograd/derivatives", "manual", "handgrad/exact"):
        assert {path.relative_to(places.ROOT).as_posix() for path in (places.ROOT / folder).glob("*.py")} <= set(table)


def test_every_equivalent_has_a_reason_and_its_file_is_mutated():
    for file, reasons in campaign.known_equivalents().items():
        assert file in places.places()
        assert all(isinstance(reason, str) and len(reason) > 10 for reason in reasons.values())


@pytest.mark.parametrize("file", sorted(campaign.known_equivalents()))
def test_every_equivalent_is_still_a_mutant(file):
    assert campaign.stale({file: mutants_of(file)}, campaign.known_equivalents()) == []


SUBJECT = """
EDGE = 10


def weigh(x):
    if x > EDGE:
        return x - EDGE
    return 2 * x
"""
THOROUGH = """
from subject import weigh


def test_weigh():
    assert [weigh(x) for x in (1, 9, 10, 11, 30)] == [2, 18, 20, 1, 20]
"""
WEAK = """
from subject import weigh


def test_weigh():
    assert weigh(1) == 2
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of one file, in place of this one; call it with the text of its tests."""
    (tmp_path / "subject.py").write_text(SUBJECT)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    for module in (campaign, trial, places, trust):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr("mutation.mutants.ROOT", tmp_path)
    monkeypatch.setattr(places, "PLACES", ((("subject.py",), ("test_subject.py",)),))
    monkeypatch.setattr(campaign, "BASELINES", tmp_path / "baselines")
    monkeypatch.setattr(campaign, "EQUIVALENT", tmp_path / "equivalent.toml")
    monkeypatch.setattr(trust, "FIGURES", tmp_path / "trust")
    monkeypatch.setattr("mutation.figures.FIGURES", tmp_path / "trust")
    monkeypatch.setattr(trust, "DOCUMENT", tmp_path / "TRUST.md")
    (tmp_path / "equivalent.toml").write_text("")

    def with_tests(text, equivalent=""):
        (tmp_path / "test_subject.py").write_text(text)
        (tmp_path / "equivalent.toml").write_text(equivalent)
        return tmp_path

    return with_tests


def run(*arguments):
    return CliRunner().invoke(command.main, arguments)


def test_thorough_tests_kill_all_and_the_figures_are_kept(project):
    folder = project(THOROUGH)
    result = run("--write")
    assert result.exit_code == 0
    assert "survived  weigh" not in result.stdout
    kept = json.loads((folder / "trust" / "mutation.json").read_text(encoding="utf-8"))
    # EDGE 2, the comparison 2 and its turn 1, the difference 1, the product 1 and its factor 2
    assert kept["rows"][0][:6] == ["subject.py", 9, 9, 9, 0, 0]
    assert "| subject.py | 9 | 9 | 9 | 0 | 0 |" in (folder / "TRUST.md").read_text(encoding="utf-8")
    assert (folder / "subject.py").read_text() == SUBJECT, "the tree is left as it was"


def test_weak_tests_let_mutants_live_and_the_command_says_which(project):
    project(WEAK)
    result = run()
    assert result.exit_code == 1
    assert "survived  weigh: return x - EDGE -> return x + EDGE" in result.stdout
    assert "survived  weigh: return 2 * x -> return 3 * x" not in result.stdout
    assert "survived  module: EDGE = 10 -> EDGE = 11" in result.stdout


def test_what_is_listed_as_equivalent_is_not_tried_and_stale_lines_are_told(project):
    project(
        THOROUGH.replace("10, 11", "11").replace("20, 1,", "1,"),
        '["subject.py"]\n"weigh: if x > EDGE: -> if x >= EDGE:" = "10 is never given"\n"weigh: gone -> lost" = ""\n',
    )
    result = run()
    assert result.exit_code == 1
    assert "no mutant any more: subject.py: weigh: gone -> lost" in result.stdout
    assert "survived  weigh" not in result.stdout


def test_tests_that_fail_without_a_mutant_are_no_evidence(project):
    project(THOROUGH.replace("18", "19"))
    result = run()
    assert result.exit_code == 1
    assert "wanted tests that pass without a mutant, got a failure: test_subject.py::test_weigh" in result.stderr


def test_a_mutant_that_never_ends_is_stopped(project, monkeypatch):
    monkeypatch.setattr(trial, "GRACE", 2.0)
    folder = project("from subject import count\n\n\ndef test_count():\n    assert count(3) == 3\n")
    (folder / "subject.py").write_text("def count(m, n=0):\n    while n != m:\n        n = n + 1\n    return n\n")
    result = run()
    # n = n - 1, n + 0 and, from 0, n + 2 never end; a start one higher or lower changes nothing.
    assert result.stdout.count("  survived  count") == 2
    assert "def count(m, n=0): -> def count(m, n=1):" in result.stdout


def test_a_trial_that_goes_wrong_itself_is_no_kill():
    assert trial.apart(lambda: "alive") == "alive"
    assert trial.apart(lambda: os._exit(3)) is None
    with pytest.raises(trial.TrialError, match="division by zero"):
        trial.apart(lambda: 1 / 0)


TEST = "tests/report/test_explanations.py::test_what_a_factor_comes_from[factor5-1-nothing is left of it]"
FACTORS = f"""
from dataclasses import replace

from mutation import trial
from mutation.mutants import mutants_of

file = "handgrad/checking/diagnosis/results.py"
known = trial.Baseline({{{TEST!r}: 0.1}}, {{file: {{1: [{TEST!r}]}}}})
for now in ("Fraction(-1): ", "Fraction(5): "):
    mutant = next(mutant for mutant in mutants_of(file) if mutant.now.startswith(now))
    print(trial.from_the_beginning(replace(mutant, lines=range(1, 2)), known))
"""


def test_the_packages_are_mutated_though_pytest_and_its_plugins_know_them():
    # In a process of its own: here they are loaded already. The test asks for the factor 0 and not for 4.
    asked = subprocess.run([sys.executable, "-c", FACTORS], cwd=places.ROOT, capture_output=True, text=True, check=True)
    assert asked.stdout.split() == ["True", "False"]


def test_the_same_seed_draws_the_same_mutants(project):
    project(THOROUGH)
    first, again, other = (run("--list", "--sample", "4", "--seed", seed).stdout for seed in "001")
    assert first == again != other
    assert len(first.splitlines()) == 4


def test_a_sample_is_not_kept_as_the_figures_of_whole_files(project):
    project(THOROUGH)
    assert run("--sample", "2", "--write").exit_code == 2


def test_an_unknown_file_is_refused():
    result = run("--only", "autograd/nothing.py")
    assert result.exit_code == 2
    assert "wanted one of the files in mutation/places.py, got autograd/nothing.py" in result.stderr
