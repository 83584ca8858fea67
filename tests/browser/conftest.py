"""A real Chromium in front of the page, which is built once.

Where there is no playwright or no Chromium the tests skip, and say so; with HANDGRAD_BROWSER=required they fail.
"""

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.browser.pages import FONT, FONTS, NUMBERS, TEXTS, Shown, states

OPTIONS = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync""".split()


def missing(what):
    if os.environ.get("HANDGRAD_BROWSER") == "required":
        pytest.fail(f"HANDGRAD_BROWSER=required, and there is no {what}")
    pytest.skip(f"no {what}: the page is not looked at in a browser")


@pytest.fixture(scope="session")
def chromium():
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright")
    executable = shutil.which("chromium")
    if executable is None:
        missing("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def data(chromium):
    """The data as it stands in the file, not as Python had it before it was written."""
    from handgrad.page.data import page_data

    return json.loads(json.dumps(page_data(seed=0)))


@pytest.fixture(scope="session")
def files(data, tmp_path_factory):
    """The page, opened in either language."""
    from handgrad.page.build import page, write_page

    folder = tmp_path_factory.mktemp("pages")
    paths = {lang: folder / f"{lang}.html" for lang in ("en", "zh")}
    for lang, path in paths.items():
        write_page(page(data, lang), path)
    return paths


class Opener:
    """Opens pages from disk with the network cut; what they ask for or complain of is an error in the end."""

    def __init__(self, chromium, files):
        self.chromium, self.files, self.opened = chromium, files, []

    def __call__(self, hash="", lang="en", width=1360, height=900, **options):
        context = self.chromium.new_context(offline=True, viewport={"width": width, "height": height}, **options)
        self.opened.append(Shown(context, Path(self.files[lang])))
        self.opened[-1].open(hash)
        return self.opened[-1]

    def close(self):
        for shown in self.opened:
            shown.context.close()
        for shown in self.opened:
            assert shown.asked == [shown.file.as_uri()]
            assert shown.complaints == []


@pytest.fixture
def show(chromium, files):
    opener = Opener(chromium, files)
    yield opener
    opener.close()


@pytest.fixture(scope="session")
def walked(chromium, files, data):
    """Every step with every mistake that touches it, in both languages: all that is to be read there."""
    look = f"""({{ numbers: {NUMBERS}, texts: {TEXTS}, fonts: {FONTS},
      errors: document.querySelectorAll(".katex-error, .katex [style*=cc0000]").length }})"""
    opener, seen = Opener(chromium, files), {}
    for lang in ("en", "zh"):
        hashes = [f"{hash}&lang={lang}" for hash in states(data)]
        shown = opener(hashes[0], lang={"en": "zh", "zh": "en"}[lang], height=200, reduced_motion="reduce")
        seen[lang] = dict(zip(hashes, shown.through(hashes, look), strict=True))
        seen["fonts held"] = shown.page.evaluate(
            f"[...document.fonts].map(({{ family, style, weight }}) => {FONT}(family, style, weight))"
        )
    opener.close()
    return seen
