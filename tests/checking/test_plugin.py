"""The pytest plugin: what is declared becomes items, judged in a pytest of its own."""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

HEAD = """import numpy as np
from handgrad import gradient_of, vjp_of

def loss(x):
    return np.sum(x**2)

@gradient_of(loss, inputs=[np.array([1.0, 2.0])])
def right(x):
    return 2 * x
"""
WRONG = """
@gradient_of(loss, inputs=[np.array([1.0, 2.0])])
def wrong(x):
    return 3 * x
"""


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:hypothesispytest",
        "-W",
        "error",
        *arguments,
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def outcomes(text: str) -> dict[str, str]:
    return dict(re.findall(r"^(\S+::\S+) (PASSED|FAILED|ERROR|SKIPPED)", text, re.MULTILINE))


def test_declarations_in_test_files_are_items(tmp_path):
    text = HEAD + WRONG + "\n@vjp_of(np.sin, inputs=[np.ones(2)])\ndef größe(c, x):\n    return c * np.cos(x)\n"
    write(tmp_path / "test_a.py", text + "\ndef test_other():\n    pass\n")
    write(tmp_path / "b.py", HEAD + WRONG)
    status, said = run(tmp_path, "-v")
    assert status == 1
    assert outcomes(said) == {
        "test_a.py::gradient_of::right": "PASSED",
        "test_a.py::gradient_of::wrong": "FAILED",
        "test_a.py::vjp_of::größe": "PASSED",
        "test_a.py::test_other": "PASSED",
    }
    assert "by hand is 3/2 times the gradient" in said
    assert "test_a.py:11" in said
    assert "Traceback" not in said
    assert "runtest" not in said


def test_any_file_where_it_is_asked_for(tmp_path):
    write(tmp_path / "test_a.py", HEAD)
    write(tmp_path / "lib" / "b.py", HEAD + WRONG + "\ndef test_not_ours():\n    assert False\n")
    write(tmp_path / "lib" / "script.py", "raise SystemExit('declares nothing, so must not run')\n")
    status, said = run(tmp_path, "-v", "--handgrad")
    assert status == 1
    assert outcomes(said) == {
        "lib/b.py::gradient_of::right": "PASSED",
        "lib/b.py::gradient_of::wrong": "FAILED",
        "test_a.py::gradient_of::right": "PASSED",
    }


@pytest.mark.parametrize("arguments", [["-k", "right"], ["test_a.py::gradient_of::right"]])
def test_one_can_be_chosen(tmp_path, arguments):
    write(tmp_path / "test_a.py", HEAD + WRONG)
    status, said = run(tmp_path, "-v", *arguments)
    assert status == 0
    assert outcomes(said) == {"test_a.py::gradient_of::right": "PASSED"}


def test_a_file_named_on_the_command_line_needs_no_option(tmp_path):
    write(tmp_path / "b.py", HEAD)
    assert outcomes(run(tmp_path, "-v", "b.py")[1]) == {"b.py::gradient_of::right": "PASSED"}


def test_what_is_imported_is_judged_where_it_is_declared(tmp_path):
    write(tmp_path / "lib.py", HEAD + WRONG)
    write(tmp_path / "test_a.py", "from lib import *\nfrom lib import wrong\n\ndef test_it():\n    pass\n")
    assert outcomes(run(tmp_path, "-v")[1]) == {"test_a.py::test_it": "PASSED"}


def test_nothing_undecided_or_unchecked_passes(tmp_path):
    text = HEAD + "\n@gradient_of(loss, inputs=[np.ones(2)])\ndef chance(x):\n"
    text += "    return 2 * x + np.random.default_rng().normal()\n"
    text += "\n@gradient_of(loss, inputs=lambda: 1 / 0)\ndef no(x):\n    return 2 * x\n"
    text += "\n@gradient_of(loss, inputs=[1.0], sede=1)\ndef option(x):\n    return 2 * x\n"
    write(tmp_path / "test_a.py", text)
    status, said = run(tmp_path, "-v")
    assert status == 1
    assert list(outcomes(said).values()) == ["PASSED", "FAILED", "FAILED", "FAILED"]
    assert "CANNOT DECIDE" in said
    assert "no can't be checked. inputs(): wanted inputs, got ZeroDivisionError" in said
    assert "got sede" in said


def test_marks_count(tmp_path):
    text = HEAD + WRONG.replace("@gradient_of", "@pytest.mark.skip(reason='later')\n@gradient_of")
    write(tmp_path / "test_a.py", "import pytest\n" + text)
    status, said = run(tmp_path, "-v")
    assert status == 0
    assert outcomes(said)["test_a.py::gradient_of::wrong"] == "SKIPPED"


def test_a_file_that_can_not_be_imported_is_an_error(tmp_path):
    write(tmp_path / "b.py", "from handgrad import gradient_of\nimport there_is_no_such_module\n")
    status, said = run(tmp_path, "--handgrad")
    assert status == 2
    assert "there_is_no_such_module" in said


@pytest.mark.parametrize("pattern", ["lib/*.py", "b.*"])
def test_patterns_of_test_files_are_pytests_own(tmp_path, pattern):
    write(tmp_path / "pytest.ini", f"[pytest]\npython_files = {pattern}\n")
    write(tmp_path / "lib" / "b.py", HEAD)
    for arguments in ([], ["--handgrad"]):  # and with the option not twice
        status, said = run(tmp_path, "--collect-only", "-q", *arguments)
        assert status == 0
        assert said.count("lib/b.py::gradient_of::right") == 1


def test_pytests_own_report_has_each_declaration(tmp_path):
    write(tmp_path / "a.py", HEAD + WRONG)
    status, _ = run(tmp_path, "--handgrad", "--junitxml=report.xml")
    assert status == 1
    cases = ElementTree.parse(tmp_path / "report.xml").getroot().iter("testcase")
    assert [(case.get("name"), [fault.tag for fault in case]) for case in cases] == [
        ("right", []),
        ("wrong", ["failure"]),
    ]


def test_items_are_the_same_each_time(tmp_path):
    write(tmp_path / "a.py", HEAD + WRONG + HEAD)
    write(tmp_path / "c.py", HEAD)
    first, again = (run(tmp_path, "--handgrad", "--collect-only", "-q")[1] for _ in range(2))
    listed = [line for line in first.splitlines() if "::" in line]
    assert listed == [line for line in again.splitlines() if "::" in line]
    assert listed == [
        "a.py::gradient_of::right",
        "a.py::gradient_of::wrong",
        "a.py::gradient_of::right[2]",
        "c.py::gradient_of::right",
    ]


def test_pytest_elsewhere_loads_nothing_heavy(tmp_path):
    write(tmp_path / "test_a.py", "import sys\n\ndef test_it():\n    assert 'handgrad.pytest_plugin' in sys.modules\n"
          "    assert not {'numpy', 'click', 'rich', 'handgrad.checking'} & set(sys.modules)\n")  # fmt: skip
    status, said = run(tmp_path)
    assert status == 0, said
