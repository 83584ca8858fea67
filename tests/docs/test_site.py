"""The site is built without a warning, needs nobody, leads nowhere wrong, and shows what the program computes."""

import inspect
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import autograd
import handgrad
import manual

for needed in ("sphinx", "myst_parser", "furo", "ziamath"):
    pytest.importorskip(needed, reason="the extra docs is not installed")

ROOT = Path(__file__).parents[2]
FETCHED = {"link": "href", "script": "src", "img": "src", "source": "src", "iframe": "src", "image": "href"}


class Page(HTMLParser):
    """What a page refers to, what may be referred to in it, and its words."""

    def __init__(self, text: str):
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.ids: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        at = {name.removeprefix("xlink:"): value or "" for name, value in attrs}
        if "id" in at:
            self.ids.append(at["id"])
        if tag in ("a", "use") and "href" in at:
            self.links.append(at["href"])
        if tag in FETCHED and FETCHED[tag] in at and at.get("rel") not in ("index", "search", "next", "prev"):
            self.fetched.append(at[FETCHED[tag]])
        self.fetched += re.findall(r"url\(([^)]*)\)", at.get("style", ""))

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site as the command in `docs/conf.py` builds it, with the tree as it is."""
    folder = tmp_path_factory.mktemp("site")
    command = ["-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "-d", str(folder / "kept"), "docs"]
    done = subprocess.run(
        [sys.executable, *command, str(folder / "html")], cwd=ROOT, capture_output=True, text=True, timeout=600,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder / "html"


@pytest.fixture(scope="module")
def pages(site):
    """The pages by their place in the site."""
    found = {path.relative_to(site).as_posix(): path for path in site.rglob("*.html") if "_static" not in path.parts}
    return {name: Page(path.read_text(encoding="utf-8")) for name, path in found.items()}


def broken(pages: dict[str, Page], there: set[str]) -> list[str]:
    """The links within the site that lead nowhere."""
    wrong = []
    for name, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = name
            if parts.path:
                steps = [*name.split("/")[:-1], *unquote(parts.path).split("/")]
                place: list[str] = []
                for step in steps:
                    place = place[:-1] if step == ".." else [*place, step] if step not in ("", ".") else place
                target = "/".join(place)
            lost = target not in there
            fragment = unquote(parts.fragment)
            if lost or (fragment and target in pages and fragment not in pages[target].ids):
                wrong.append(f"{name}: {link}")
    return wrong


def test_every_link_within_the_site_leads_somewhere(site, pages):
    there = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert sum(len(page.links) for page in pages.values()) > 500
    assert broken(pages, there) == []


def test_a_link_that_leads_nowhere_would_be_seen():
    page = Page('<a href="b.html"></a><a href="#no"></a><a href="../a.html#x"></a><a href="a.html#x"></a><p id="x">')
    assert broken({"a.html": page}, {"a.html"}) == ["a.html: b.html", "a.html: #no"]


def test_no_page_fetches_anything_from_elsewhere(site, pages):
    fetched = [address for page in pages.values() for address in page.fetched]
    styles = [path.read_text(encoding="utf-8") for path in site.rglob("*.css")]
    inline = [path.read_text(encoding="utf-8") for path in site.rglob("*.html")]
    fetched += [address for text in styles for address in re.findall(r"(?:url\(|@import)[\s\"']*([^;)\"']+)", text)]
    fetched += [address for text in inline for address in re.findall(r"@import\s+[^;]+", text)]
    assert len(fetched) > 20
    elsewhere = [address for address in fetched if re.match(r"(https?:)?//", address.strip("'\" "))]
    assert elsewhere == []


def test_no_script_of_ours_or_the_theme_calls_the_network(site):
    calls = re.compile(r"""(fetch|open|src\s*=|import)\s*\(?\s*["'`](https?:)?//""")
    scripts = list(site.rglob("*.js"))
    assert scripts
    assert [path.name for path in scripts if calls.search(path.read_text(encoding="utf-8"))] == []


def test_names_within_a_page_are_names_of_one_place(pages):
    for name, page in pages.items():
        ids = [one for one in page.ids if not one.startswith("svg-")]
        assert len(ids) == len(set(ids)), name


def test_the_formulas_have_the_verdicts_that_are_computed(pages):
    """Asked of the judge anew, one form at a time; the page's own way of asking takes no part."""
    from handgrad.render.text import number
    from handgrad.report.equations import REPORT
    from handgrad.report.question import judge

    text = pages["formulas.html"].text
    table = text[text.index("as right") :]
    for claim in REPORT:
        verdicts = [judge(claim, form) for form in ("printed", "right")]
        outcomes = [str(verdict.outcome) for verdict in verdicts]
        assert f" {claim.title} {' '.join(outcomes)} " in table
        for verdict in verdicts:
            if verdict.worst is not None and verdict.worst.automatic is not None:
                assert f"automatic {number(verdict.worst.automatic)}" in text, claim.title


def test_every_formula_is_drawn_with_its_number(site):
    from handgrad.report.equations import BEYOND, REPORT

    page = (site / "formulas.html").read_text(encoding="utf-8")
    forms = sum(1 + claim.needs_correction() for claim in REPORT) + len(BEYOND)
    assert page.count('class="formula"><svg') == forms
    numbers = re.findall(r'class="eqno">\((\d+\*?)\)', page)
    wanted = [claim.equation + star for claim in REPORT for star in ["", "*"][: 1 + claim.needs_correction()]]
    assert numbers == wanted


def test_a_formula_that_can_not_be_drawn_is_an_error_and_not_a_gap(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs")
    from building.mathematics import FormulaError, drawn

    assert "<path" in drawn(r"\frac{\partial c}{\partial d} = c(1 - c)", display=True)
    for wrong in (r"\nosuchcommand x", r"\frac{a", r"\begin{cases} a"):
        with pytest.raises(FormulaError, match="wanted"):
            drawn(wrong, display=True)


def test_the_gallery_shows_every_exhibit(pages):
    from handgrad.gallery import EXHIBITS, MISTAKES

    text = pages["gallery.html"].text.replace("’", "'")  # a typographer's apostrophe
    for exhibit in EXHIBITS:
        assert exhibit.name in text
        assert re.sub(r"\s+", " ", exhibit.lesson) in text
    for words in MISTAKES.values():
        assert words in text
    assert "cannot decide" not in text


def test_all_that_is_public_is_described(pages):
    ids = {one for page in pages.values() for one in page.ids}
    named = {f"handgrad.{name}" for name in handgrad.__all__} - {"handgrad.__version__"}
    for name in autograd.__all__:  # exceptions are described where they are at home
        home = "autograd.errors" if name.endswith("Error") else "autograd"
        named.add(f"{home}.{name}")
    for name in manual.__all__:
        for of, one in vars(getattr(manual, name)).items():
            if inspect.isroutine(one) and not of.startswith("_") and one.__module__ == f"manual.{name}":
                named.add(f"manual.{name}.{of}")
    assert len(named) > 80
    assert named - ids == set()


def test_what_a_page_shows_of_a_command_is_what_it_prints(pages):
    from click.testing import CliRunner

    from handgrad.commands.cli import main

    printed = CliRunner().invoke(main, ["verify", "9", "10"], catch_exceptions=False).stdout
    assert re.sub(r"\s+", " ", printed).strip() in pages["start.html"].text


def test_what_a_reader_types_is_shown_with_the_answers(pages):
    text = pages["teaching.html"].text
    assert "$ handgrad lesson 12 > c * c > hint > c * (1 - c) > quit" in re.sub(r"\s+", " ", text)
    assert re.search(r"agrees\s+exact", text)


@pytest.fixture
def command(monkeypatch):
    """The directive without a page around it."""
    monkeypatch.syspath_prepend(ROOT / "docs")
    from building.shown import Command

    class Alone(Command):
        def __init__(self, argument, **options):
            self.arguments, self.options = [argument], options

        def error(self, message):
            return AssertionError(message)

    return Alone


def test_a_command_that_ends_otherwise_is_an_error_of_the_page(command):
    (node,) = command("handgrad verify 10 --printed", status=1).run()
    assert "$ handgrad verify 10 --printed\n(10) input, first line" in node.astext()
    with pytest.raises(AssertionError, match="wanted exit status 0, got 1"):
        command("handgrad verify 10 --printed").run()
    with pytest.raises(AssertionError, match=r"(?s)wanted exit status 0, got 2: .*No such command"):
        command("handgrad no-such-command").run()
    with pytest.raises(AssertionError, match="wanted one of handgrad, got rm"):
        command("rm -r .").run()
