"""The `doctest` blocks of the pages run and print what is shown; each page is a session of its own."""

import doctest
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```\{doctest\}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = {page.relative_to(DOCS).as_posix(): page.read_text(encoding="utf-8") for page in sorted(DOCS.rglob("*.md"))}
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def failures(name: str, text: str) -> list[str]:
    session: dict[str, object] = {}
    told: list[str] = []
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    for block in BLOCK.finditer(text):
        test = doctest.DocTestParser().get_doctest(block[1], session, name, name, text[: block.start()].count("\n") + 1)
        runner.run(test, out=told.append, clear_globs=False)
        session.update(test.globs)
    return told


@pytest.mark.parametrize("name", [name for name, text in PAGES.items() if BLOCK.search(text)])
def test_a_page_shows_what_python_answers(name):
    assert not failures(name, PAGES[name])


def test_a_wrong_answer_would_be_seen():
    assert failures("page", "```{doctest}\n>>> x = 1\n```\n\n```{doctest}\n>>> x + 1\n3\n```\n")


def test_no_example_stands_outside_a_block_that_runs():
    for name, text in PAGES.items():
        assert ">>>" not in BLOCK.sub("", text), name
