"""The page's own words, by their keys."""

import tomllib
from importlib.resources import files

from handgrad.page.texts import Text


def words() -> dict[str, Text]:
    """Every word of `words.toml`.

    >>> sorted(words()["title"])
    ['en', 'zh']
    """
    return tomllib.loads(files("handgrad.page").joinpath("words.toml").read_text(encoding="utf-8"))
