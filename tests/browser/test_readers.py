"""For everybody: both languages, light and dark, paper, a narrow window, a screen reader, no motion, no network."""

import re

import pytest

from tests.browser.pages import COLOURS, steps

CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
# Names, and words that Chinese books leave as they are.
NAMES = {"handgrad", "KaTeX", "uPlot", "MIT", "CELF", "softmax", "sigmoid", "NaN", "Code", "gamma"}
FUNCTIONS = {"convolution_forward", "matmul", "reshape"}
STEPS = re.compile(r"[a-z_]+ 的结果|(?:经|来自) [a-z_]+")  # of a computation, by NumPy's own names
ENGLISH = re.compile(r"[A-Za-z]{3,}")


def letters_of(data):
    """Names of letters, which are the same in every language: y_hat, gamma."""
    named = {letter["name"] for claim in data["claims"].values() for letter in claim["letters"]}
    return named | {node["id"] for network in data["networks"].values() for node in network["nodes"]}


def test_english_has_no_word_of_chinese(walked):
    texts = {text for seen in walked["en"].values() for text in seen["texts"]}
    assert len(texts) > 300
    assert sorted(text for text in texts if CHINESE.search(text)) == []


def test_chinese_has_no_word_of_english(walked, data):
    known = sorted(NAMES | FUNCTIONS | letters_of(data), key=len, reverse=True)
    names = re.compile(rf"(?<![A-Za-z])({'|'.join(map(re.escape, known))})(?![A-Za-z])")
    texts = {text for seen in walked["zh"].values() for text in seen["texts"]}
    assert len(texts) > 300
    assert sorted(text for text in texts if ENGLISH.search(names.sub("", STEPS.sub("", text)))) == []


@pytest.mark.parametrize(("lang", "html", "title"), [("en", "en", "formula"), ("zh", "zh-Hans", "反向传播")])
def test_the_page_says_which_language_it_is_in(show, lang, html, title):
    """As it was written, and after the switch from the other."""
    other = {"en": "zh", "zh": "en"}[lang]
    page = show(lang=lang).page
    assert (page.evaluate("document.documentElement.lang"), title in page.title()) == (html, True)
    page = show(lang=other).page
    page.locator(f"input[name=lang][value={lang}]").check()
    assert (page.evaluate("document.documentElement.lang"), title in page.title()) == (html, True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_axe_finds_nothing(show, scheme, lang):
    from axe_playwright_python.sync_playwright import Axe

    shown = show(f"#lang={lang}", color_scheme=scheme, reduced_motion="reduce")
    for hash in ("#step=eq11-map&variant=printed", "#step=eq15-weights&variant=no-quarter"):
        shown.through([f"{hash}&lang={lang}"], drawn=True)
        found = Axe().run(shown.page).response
        violations = [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found["violations"]]
        assert violations == [], hash
        assert len(found["passes"]) > 30, hash


def test_a_reader_chooses_light_or_dark(show):
    page = show(color_scheme="light").page
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.locator("input[name=theme][value=dark]").check()
    dark = page.evaluate(paper)
    assert dark != light
    page.locator("input[name=theme][value=auto]").check()
    assert page.evaluate(paper) == light
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(paper) == dark
    page.locator("input[name=theme][value=light]").check()
    assert page.evaluate(paper) == light


def test_pictures_follow_the_theme(show):
    shown = show("#step=eq10-input", color_scheme="light")
    page, image = shown.page, ["[data-node=X] canvas", 28, 28]
    light = page.evaluate(COLOURS, image)
    assert len(set(light)) > 20
    page.emulate_media(color_scheme="dark")
    shown.settle()
    assert page.evaluate(COLOURS, image) != light
    page.emulate_media(color_scheme="dark", media="print")
    shown.settle()
    assert page.evaluate(COLOURS, image) == light


def test_paper_shows_every_verdict_and_no_switch(show, data):
    shown = show("#step=eq10-input&variant=printed&theme=dark")
    page = shown.page
    page.emulate_media(media="print")
    shown.settle()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("input:visible, button.go:visible").count() == 0
    rows = page.locator("#summary tbody tr:visible")
    assert rows.count() == len(data["claims"])
    assert "disagrees" in page.locator("#summary tr", has_text="(10) input").last.text_content()
    for part in ("#graph", "#formula .formula", ".maps canvas", "#entry .terms", "#curve canvas"):
        assert page.locator(part).first.is_visible(), part
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sheet = page.pdf()
    assert sheet.startswith(b"%PDF")
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", sheet)) <= 12


@pytest.mark.parametrize("width", [400, 720, 1081])
def test_a_narrow_window_scrolls_down_alone(show, data, width):
    hashes = [f"#step={step}&variant=printed" for step in steps(data)[:: 1 if width == 400 else 6]]
    seen = show(width=width).through(hashes, "document.documentElement.scrollWidth")
    assert max(seen) <= width


def test_nothing_moves_for_a_reader_who_wants_no_motion(show):
    moving = "document.getAnimations().filter((animation) => animation.playState === 'running').length"
    assert show("#step=eq10-input").page.evaluate(moving) > 0
    assert show("#step=eq10-input", reduced_motion="reduce").page.evaluate(moving) == 0


def test_what_is_wider_than_its_place_can_be_scrolled_by_keyboard(show, data):
    look = """[...document.querySelectorAll(".scrollable")].filter((place) => place.scrollWidth > place.clientWidth + 1)
      .map((place) => place.tabIndex)"""
    shown = show(width=400)
    seen = shown.through([f"#step={step}" for step in steps(data)], look, drawn=True)
    assert any(seen)
    assert {index for indices in seen for index in indices} == {0}


def test_the_page_is_small_and_asks_for_nothing(show, files):
    """What it asks for, in every test, is looked at by the fixture."""
    for lang, path in files.items():
        text = path.read_text(encoding="utf-8")
        assert len(text.encode()) < 1_500_000
        assert "default-src 'none'" in text
        shown = show(lang=lang)
        assert shown.asked == [path.as_uri()]
        assert shown.page.evaluate("performance.getEntriesByType('resource').length") == 0
