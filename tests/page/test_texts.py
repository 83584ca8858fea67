"""Every text of the page stands in both languages, and the Chinese has no English left in it."""

import ast
import re
from pathlib import Path

import pytest

import handgrad
from handgrad.page.symbols import LATEX
from handgrad.page.texts import catalogue, chinese, in_both, of_section
from handgrad.page.words import words
from handgrad.render.messages import Said, joined, said

HAN = re.compile(r"[\u4e00-\u9fff]")
# What Chinese writes in Latin letters too: names, letters of formulas, functions.
NAMES = "CELF softmax sigmoid NaN Code handgrad KaTeX uPlot MIT JavaScript".split()
FUNCTIONS = "convolution_forward matmul reshape".split()


def texts(x, at=""):
    """All texts of some data, with where each is."""
    if isinstance(x, dict):
        if set(x) == {"en", "zh"}:
            yield at, x
        else:
            for key, value in x.items():
                yield from texts(value, f"{at}.{key}")
    elif isinstance(x, list):
        for i, value in enumerate(x):
            yield from texts(value, f"{at}[{i}]")


def left_in_english(text):
    """The words of two letters and more that are no names; indices as in w_ij are none."""
    known = {*NAMES, *FUNCTIONS, *LATEX}
    without_indices = re.sub(r"(?<=\w)_[a-z]{1,2}\b", "", text)
    without_steps = re.sub(r"[a-z_]+ 的结果|(?:经|来自) [a-z_]+", "", without_indices)  # NumPy's own names
    return [word for word in re.findall(r"[A-Za-z_]{2,}", without_steps) if word not in known]


@pytest.fixture(scope="module")
def all_texts(data):
    return dict(texts({key: value for key, value in data.items() if key != "arrays"}))


def test_there_are_texts_of_every_kind(all_texts):
    for part in ("words", "letters", "networks", "variants", "claims"):
        assert sum(at.startswith(f".{part}") for at in all_texts) > 5
    for part in ("says", "explanation", "diagnosis", "evidence", "condition", "note", "states", "section", "meaning"):
        assert any(at.endswith(f".{part}") for at in all_texts)


def test_nothing_is_said_in_one_language_alone(all_texts):
    for at, text in all_texts.items():
        assert text["en"].strip(), at
        assert text["zh"].strip(), at
        assert not HAN.search(text["en"].replace("中文", "")), at
        formula = not left_in_english(text["en"]) or at.endswith("condition")
        assert HAN.search(text["zh"]) or formula, (at, text)


def test_no_english_is_left_in_the_chinese(all_texts):
    for at, text in all_texts.items():
        assert not left_in_english(text["zh"]), (at, text["zh"])


def test_what_is_left_in_english_is_seen():
    assert left_in_english("当 sum_k y_k = 1 时成立") == ["sum"]
    assert left_in_english("权重的 step") == ["step"]
    assert not left_in_english("∂E/∂w_ij，由 reshape 得到的 y_hat，CELF 对 theta")


def test_the_same_values_stand_in_both(all_texts):
    """Numbers: a template whose Chinese forgets one would say less."""
    for at, text in all_texts.items():
        if ".verdict" in at or at.endswith("evidence"):
            english = sorted(re.findall(r"\d+(?:\.\d+)?(?:e-?\d+)?", text["en"]))
            said_in_chinese = re.findall(r"\d+(?:\.\d+)?(?:e-?\d+)?", text["zh"])
            for number in set(english) - {"-1"}:
                assert number in said_in_chinese, (at, text)


def strings(folder):
    """Every string constant in the sources."""
    for path in Path(folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_the_catalogue_holds_nothing_that_nobody_says():
    spoken = set(strings(Path(handgrad.__file__).parent))
    assert [text for text in catalogue() if text not in spoken] == []


def test_a_template_and_its_chinese_have_the_same_places():
    for english, translated in catalogue().items():
        places = [sorted(set(re.findall(r"\{(\w+)\}", text))) for text in (english, translated)]
        assert places[0] == places[1], english


def test_the_words_of_the_page():
    for key, word in words().items():
        assert set(word) == {"en", "zh"}, key
        assert not left_in_english(word["zh"]), key


def test_chinese_of_texts_in_texts():
    where = said("{name} without that", name="y")
    words = said("{differing} of {total} entries differ, at {where}", differing=3, total=9, where=where)
    assert words == "3 of 9 entries differ, at y without that"
    assert chinese(words) == "在 y 不满足此条件处，9 个元素中有 3 个不同"
    assert chinese(joined([said("exact"), said("(error < {bound})", bound="2e-13")])) == "精确判定（误判概率 < 2e-13）"
    assert chinese(said("{words}.", words=said("nobody says this"))) is None
    assert in_both("nobody says this") == {"en": "nobody says this", "zh": "nobody says this"}
    assert in_both(Said("by hand is off", "{words}.", {"words": said("sign")})) == {
        "en": "by hand is off",
        "zh": "符号错误。",
    }


def test_sections():
    assert of_section("1 概述 (overview), Code 1") == {"en": "1 overview, Code 1", "zh": "1 概述, Code 1"}
