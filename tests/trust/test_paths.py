"""Names of files as other systems have them: what a user gives is taken as it is, what we make is a name everywhere."""

import builtins
import os
import re
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from autograd import Tensor
from handgrad import atomic_write as whole
from handgrad import draw
from handgrad.commands.cli import main
from handgrad.page import build
from handgrad.training.model import load

TRAIN = ["train", "dense", "--epochs", "1", "--hidden", "2", "--batch", "500"]
NAMES = [
    "with blanks  and two",
    "ends with a dot.",
    " begins with a blank",
    "C:colon",
    "back\\slash\\name",
    "CON",
    "NUL.npz",
    "~",
    "$HOME",
    "%TEMP%",
    "-dash",
    "quote'\"s",
    "per*cent?.npz",
    unicodedata.normalize("NFD", "Übung ä"),
    unicodedata.normalize("NFC", "Übung ä"),
    "标签",
    "\u202eright to left",
    "new\nline",
    "x" * 255,
]


def run(*arguments):
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("handgrad.page.data.page_data", lambda seed: {})
    monkeypatch.setattr(build, "page", lambda data, lang: "<html>all of it</html>")
    return tmp_path


@pytest.mark.skipif(os.name == "nt", reason="some of these are no names there")
@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_taken_as_it_is_given(folder, name):
    result = run("page", f"--output={name}")
    assert result.exit_code == 0
    assert os.listdir(folder) == [name]
    assert Path(name).read_text() == "<html>all of it</html>"
    assert run("page", f"--output={name}").exit_code == 2  # it is there already
    assert os.listdir(folder) == [name]


@pytest.mark.parametrize("name", ["x" * 256, "", ".", "..", "no/such/folder"])
def test_what_is_no_name_of_a_file_is_refused_in_one_line(folder, name):
    result = run("page", f"--output={name}")
    assert result.exit_code in (2, 74)
    assert result.stderr.splitlines()[-1].startswith("Error: ")
    assert "Traceback" not in result.stderr
    assert os.listdir(folder) == []


def test_a_model_keeps_the_name_it_was_given_without_an_ending(folder):
    assert run(*TRAIN, "--save", "-model . ").exit_code == 0
    assert os.listdir(folder) == ["-model . "]
    assert load(folder / "-model . ").network == "dense"


def test_a_link_stays_a_link(folder):
    (folder / "there").mkdir()
    (folder / "there" / "page.html").write_text("old")
    (folder / "link.html").symlink_to(folder / "there" / "page.html")
    assert run("page", "--output=link.html", "--force").exit_code == 0
    assert (folder / "link.html").is_symlink()
    assert (folder / "there" / "page.html").read_text() == "<html>all of it</html>"


def test_the_names_that_we_make_are_names_on_every_system(folder, monkeypatch):
    made = []

    def noted(path, mode):
        made.append(Path(path).name)
        return builtins.open(path, mode)

    monkeypatch.setattr(whole, "open", noted, raising=False)
    given = ["m.npz", "page.html", "graph.svg"]
    assert run(*TRAIN, "--save", given[0]).exit_code == 0
    assert run("page", "--output", given[1]).exit_code == 0
    draw(np.sum(Tensor([1.0, 2.0]) ** 2)).save(given[2])
    assert sorted(os.listdir(folder)) == sorted(given)
    assert len(made) >= 3
    for name in made:
        assert re.fullmatch(r"[a-z0-9.]+[a-z0-9]", name), name
        assert len(name) < 64
