"""The file: one, whole, with data that cannot end its own script, the same for the same seed."""

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from handgrad.errors import MissingExtraError
from handgrad.page import build

HOSTILE = {"a": "</script><script>alert(1)</script>", "b": "<!--", "c": "&lt;", "d": "\u2028\u2029", "中": "文"}


class Elements(HTMLParser):
    """The elements of a page, with the text of scripts and styles."""

    def __init__(self, html):
        super().__init__()
        self.found, self.open = [], None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes), []))
        self.open = tag

    def handle_endtag(self, tag):
        self.open = None

    def handle_data(self, text):
        if self.open is not None:
            self.found[-1][2].append(text)

    def texts(self, tag, **wanted):
        return ["".join(t) for name, given, t in self.found if name == tag and wanted.items() <= given.items()]


@pytest.fixture(scope="module")
def html(data):
    return build.page(data)


def test_data_that_would_end_its_element_does_not():
    text = build.as_script(HOSTILE)
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == HOSTILE


def test_hostile_data_in_a_page(data):
    words = data["words"] | {"title": {"en": "<b>&", "zh": "题"}}
    html = build.page({**data, "words": words, "hostile": HOSTILE})
    elements = Elements(html)
    (text,) = elements.texts("script", id="data")
    assert json.loads(text)["hostile"] == HOSTILE
    assert "<title>&lt;b&gt;&amp;</title>" in html
    assert html.count("</script>") == build.page(data).count("</script>")


def test_the_page_holds_the_data_and_asks_for_nothing(html, data):
    elements = Elements(html)
    (text,) = elements.texts("script", id="data")
    assert json.loads(text) == data
    for _, given, _ in elements.found:
        assert "src" not in given
        assert given.get("href", "#")[:1] in ("#", "d")  # a place in the page, or data:
    assert not re.search(r"""url\(\s*["']?(?!data:|["']?\#)""", "".join(elements.texts("style")))


def test_it_opens_in_the_language_that_is_asked_for(data, html):
    assert '<html lang="en">' in html
    chinese = build.page(data, "zh")
    assert '<html lang="zh-Hans">' in chinese
    assert f"<title>{data['words']['title']['zh']}</title>" in chinese


def test_it_is_small(html):
    assert len(html.encode()) < 1_500_000


def test_others_work_comes_with_its_licence(html):
    assert html.count("Permission is hereby granted") == 2


def test_every_file_of_the_template_is_in_the_page():
    names = {file.name for file in (files("handgrad.page") / "template").iterdir()}
    parts = {f"{name}.js" for name in build.SCRIPTS} | {f"{name}.css" for name in build.STYLES}
    assert names == parts | {"page.html.j2"}


def test_the_same_seed_gives_the_same_bytes(html):
    """Made once more by another process, whose sets have another order."""
    program = "import sys; from handgrad.page import build, data; sys.stdout.write(build.page(data.page_data(0)))"
    environment = os.environ | {"PYTHONHASHSEED": "1", "PYTHONIOENCODING": "utf-8"}
    made = subprocess.run([sys.executable, "-c", program], capture_output=True, env=environment, check=True)
    assert made.stdout.decode() == html


def test_another_seed_gives_another_page():
    from handgrad.page.point import Point

    first, second = Point(0), Point(1)
    assert (first.drawn.images != second.drawn.images).any()
    assert (first.cnn.v != second.cnn.v).any()


def test_without_jinja2_there_is_a_hint(monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtraError, match=re.escape('python -m pip install ".[page]"')):
        build.template()
