"""`handgrad page`: what it says, and what it refuses."""

import os
import stat
import sys

import pytest
from click.testing import CliRunner

from handgrad.commands.cli import main
from handgrad.page import build
from handgrad.page import data as page_module


@pytest.fixture
def run(monkeypatch, data):
    """The command with data that are there already; `seeds` says what was asked for."""

    def run(*arguments):
        return CliRunner().invoke(main, ["page", *map(str, arguments)])

    run.seeds = []

    def page_data(seed):
        run.seeds.append(seed)
        return data

    monkeypatch.setattr(page_module, "page_data", page_data)
    return run


def refused(result, *words, lines=1):
    """One line on stderr and status 2; click shows its usage before what it refuses itself."""
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == lines
    *_, last = result.stderr.splitlines()
    assert last.startswith("Error: ")
    for word in words:
        assert word in last


def test_a_page_is_written(run, tmp_path, data):
    path = tmp_path / "report.html"
    result = run("-o", path, "--seed", 7, "--lang", "zh")
    assert result.exit_code == 0
    assert path.read_text(encoding="utf-8") == build.page(data, "zh")
    assert run.seeds == [7]
    assert f"{path.stat().st_size:,} bytes" in result.stdout
    assert "judging" in result.stderr  # narration, not the result
    assert os.listdir(tmp_path) == ["report.html"]


def test_a_name_with_a_line_break_is_told_in_one_line(run, tmp_path):
    result = run("-o", tmp_path / "two\nlines.html")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{tmp_path}/two\\nlines.html: ")
    assert result.stdout.count("\n") == 1


def test_a_file_that_is_there_stays_without_force(run, tmp_path):
    path = tmp_path / "report.html"
    path.write_text("mine")
    refused(run("-o", path), "got one that there is already; --force writes over it")
    assert path.read_text() == "mine"
    assert run.seeds == []
    assert run("-o", path, "--force").exit_code == 0
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_what_is_no_place_for_a_page(run, tmp_path):
    refused(run("-o", tmp_path), "wanted a file to write a page to, got a folder")
    refused(run("-o", tmp_path / "no" / "page.html"), "got no folder", str(tmp_path / "no"))
    os.mkfifo(tmp_path / "pipe")
    refused(run("-o", tmp_path / "pipe", "--force"), "wanted an ordinary file")
    assert stat.S_ISFIFO(os.stat(tmp_path / "pipe").st_mode)
    refused(run(), "Missing option", "--output", lines=4)
    refused(run("-o", tmp_path / "page.html", "--seed", "-1"), "--seed", lines=4)
    refused(run("-o", tmp_path / "page.html", "--lang", "de"), "--lang", lines=4)
    assert run.seeds == []


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(run, tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("old")

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    result = run("-o", path, "--force")
    assert result.exit_code == 74
    assert "No space left on device" in result.stderr
    assert "Traceback" not in result.stderr
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["report.html"]


def test_a_folder_that_may_not_be_written_to(run, tmp_path, monkeypatch):
    """Root may write anywhere, so the refusal itself is put in place of the folder's."""
    opened = open

    def refuse(file, mode="r", *arguments, **options):
        if "x" in mode:
            raise PermissionError(13, "Permission denied", str(file))
        return opened(file, mode, *arguments, **options)

    monkeypatch.setattr("builtins.open", refuse)
    result = run("-o", tmp_path / "report.html")
    assert result.exit_code == 74
    assert "Permission denied" in result.stderr
    assert os.listdir(tmp_path) == []


def test_without_the_extra_it_says_how_to_get_it_before_anything_is_computed(run, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    refused(run("-o", tmp_path / "report.html"), "jinja2", 'python -m pip install ".[page]"')
    assert run.seeds == []
    assert os.listdir(tmp_path) == []
