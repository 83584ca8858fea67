"""Whose `autograd` and `manual` are imported: each way in which another's may come first, and the cure."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from handgrad import doctor
from handgrad.commands.cli import main

ROOT = Path(doctor.__file__).parent.parent
ANOTHER = "from math import exp\n\ndef grad(f):\n    return f\n"
JUDGING = (["verify", "12"], ["show", "12"], ["compare", "12"])


@pytest.fixture
def site(tmp_path):
    """A folder into which our three packages are installed."""
    for name in ("autograd", "manual", "handgrad"):
        shutil.copytree(ROOT / name, tmp_path / "site" / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "site"


def install(folder: Path, name: str, content: str | None, distribution: str | None = None) -> None:
    """Write a package as pip would, with the record of the distribution that it belongs to."""
    package = folder / name
    package.mkdir(parents=True, exist_ok=True)
    if content is not None:
        (package / "__init__.py").write_text(content)
    if distribution:
        info = folder / f"{distribution}-1.8.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.8.0\n")
        (info / "RECORD").write_text(f"{name}/__init__.py,,\n{info.name}/METADATA,,\n{info.name}/RECORD,,\n")


def run(path: list[Path], *arguments: str):
    found = f"{[str(p) for p in path]!r} + [p for p in sys.path if p not in ('', {str(ROOT)!r})]"
    start = f"import sys; sys.path[:] = {found}; from handgrad.commands.cli import main; main()"
    return subprocess.run([sys.executable, "-c", start, *arguments], capture_output=True, text=True, timeout=120)


def refused(path: list[Path], *words: str) -> None:
    """The doctor says so, and every command that judges says the same in one line."""
    found = run(path, "doctor")
    assert found.returncode == 1
    assert found.stderr == ""
    for arguments in JUDGING:
        result = run(path, *arguments)
        assert result.returncode == 2
        assert result.stdout == ""
        assert result.stderr.count("\n") == 1
        assert "wanted handgrad's own package, got" in result.stderr
        for word in words:
            assert word in result.stderr
            assert word in found.stdout


def test_our_own_packages():
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == 0
    assert result.stdout.count("handgrad's own") == 2
    lines = json.loads(CliRunner().invoke(main, ["doctor", "--json"]).stdout)
    # Two columns, apart from each other whatever is the longest name.
    start = max(map(len, lines)) + 1
    assert all(text[:start].rstrip() in lines and text[start - 1] == " " for text in result.stdout.splitlines())
    assert set(lines) >= {"python", "numpy", "autograd", "manual", "extra test"}
    assert lines["autograd"] == {"found": f"handgrad's own, {ROOT / 'autograd'}", "well": True}


def test_copies_beside_handgrad_are_our_own(site):
    assert run([site], "verify", "12").returncode == 0
    assert str(site / "manual") in run([site], "doctor").stdout


def test_another_distribution_installed_over_ours(site):
    install(site, "autograd", ANOTHER, "autograd")
    refused([site], "distribution autograd, installed over it", "pip uninstall autograd", "pip install --force-reinst")


def test_ours_installed_over_another_distribution(site):
    install(site, "autograd", None, "autograd")
    result = run([site], "doctor")
    assert result.returncode == 1
    assert "handgrad's own for now, but the distribution autograd" in result.stdout
    assert "pip uninstall autograd; then in the folder of handgrad's source: python -m pip install" in result.stdout
    assert run([site], "verify", "12").returncode == 0  # it works as long as nothing is done


def test_what_another_distribution_leaves_when_it_is_uninstalled(site):
    (site / "autograd" / "__init__.py").unlink()
    refused([site], "one without Tensor", "pip install --force-reinstall .")


def test_another_distribution_earlier_on_the_path(site, tmp_path):
    install(tmp_path / "other", "autograd", ANOTHER, "autograd")
    refused([tmp_path / "other", site], "that of the distribution autograd", f"{tmp_path}", "pip uninstall autograd")
    assert "--force-reinstall" not in run([tmp_path / "other", site], "doctor").stdout  # ours is unharmed


@pytest.mark.parametrize("name", ["autograd", "manual"])
@pytest.mark.parametrize(
    "content", ["", "raise RuntimeError('no')", "raise SystemExit(0)", "import nonesuch", "(", "1/0"]
)
def test_a_folder_of_that_name_earlier_on_the_path(site, tmp_path, name, content):
    install(tmp_path / "other", name, content)
    result = run([tmp_path / "other", site], "verify", "12")
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert f"{name}: wanted handgrad's own package, got {tmp_path / 'other' / name}" in result.stderr
    assert run([tmp_path / "other", site], "doctor").returncode == 1


def test_a_file_of_that_name_earlier_on_the_path(site, tmp_path):
    (tmp_path / "manual.py").write_text("print = None\n")
    refused([tmp_path, site], f"{tmp_path / 'manual.py'}; rename it")


def test_ours_that_cannot_be_imported(site):
    (site / "manual" / "checks.py").write_text("raise RuntimeError('broken')")
    refused([site], "can't be imported (RuntimeError: broken)", "pip install --force-reinstall .")


def test_none_at_all(monkeypatch):
    monkeypatch.setattr(doctor, "PACKAGES", {"nonesuch": ("x",)})
    line = next(line for line in doctor.examine() if line.name == "nonesuch")
    assert not line.well
    assert line.found == "none; in the folder of handgrad's source: python -m pip install --force-reinstall ."


def test_no_cure_names_a_distribution_that_no_index_has(monkeypatch):
    monkeypatch.setattr(doctor, "version", lambda name: None)
    for line in doctor.examine():
        assert "install handgrad" not in line.found
        assert '"handgrad' not in line.found
