"""Every number that is shown stands in the data, as it stands there; every formula is set."""

import pytest

from tests.browser.pages import as_shown, at, states


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_number_shown_is_the_one_in_the_data(walked, data, lang):
    none = data["words"]["no value"][lang]
    assert len(walked[lang]) == len(states(data)) > 60
    for hash, seen in walked[lang].items():
        wrong = [(path, text) for path, text in seen["numbers"] if text != as_shown(at(data, path), none)]
        assert wrong == [], hash
        assert len(seen["numbers"]) > 20, hash


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_formula_is_set(walked, lang):
    """One that KaTeX could not set would be an error on the console as well."""
    assert [hash for hash, seen in walked[lang].items() if seen["errors"]] == []


def test_every_letter_of_a_formula_has_its_font(walked):
    """KaTeX's fonts are in the page; one that is not would be replaced by another without a word."""
    used = {font for lang in ("en", "zh") for seen in walked[lang].values() for font in seen["fonts"]}
    assert "KaTeX_Math,italic,400" in used
    assert used <= set(walked["fonts held"])
