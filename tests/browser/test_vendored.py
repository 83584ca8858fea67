"""What the page carries of others' work is what the table pins, whole, with its licence."""

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

import handgrad

VENDOR = Path(handgrad.__file__).parent / "page" / "vendor"
TABLE = tomllib.loads((VENDOR / "vendored.toml").read_text(encoding="utf-8"))
FILES = {name: checksum for package in TABLE.values() for name, checksum in package["sha256"].items()}


@pytest.mark.parametrize("name", FILES)
def test_a_vendored_file_is_the_one_that_is_pinned(name):
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == FILES[name]


def test_the_table_names_every_file():
    assert {path.name for path in VENDOR.iterdir()} == {*FILES, "vendored.toml"}
    assert all(set(package["members"]) == set(package["sha256"]) for package in TABLE.values())


@pytest.mark.parametrize("package", TABLE)
def test_a_script_carries_its_licence(package):
    licence = (VENDOR / f"LICENSE.{package}").read_text(encoding="utf-8").strip()
    assert "Permission is hereby granted" in licence
    assert licence in (VENDOR / f"{package}.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FILES)
def test_a_vendored_file_asks_for_nothing_and_can_stand_in_a_page(name):
    text = (VENDOR / name).read_text(encoding="utf-8").lower()
    assert "</script" not in text
    assert "</style" not in text
    if name.endswith(".css"):
        assert all(source.startswith("data:") for source in re.findall(r"url\(([^)]*)\)", text))
        assert "@import" not in text


def test_the_fonts_of_the_table_and_no_others_are_in_the_stylesheet():
    css = (VENDOR / "katex.css").read_text(encoding="utf-8")
    assert css.count("@font-face") == css.count("data:font/woff2;base64,") == len(TABLE["katex"]["fonts"])
