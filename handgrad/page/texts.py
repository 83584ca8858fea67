"""The page's texts in English and in Chinese, the report's language.

English stands where it belongs, in the code; `chinese.toml` has the Chinese of every text and of every template.
"""

import tomllib
from functools import cache
from importlib.resources import files

from handgrad.render.messages import Said

Text = dict[str, str]


def in_both(text: str) -> Text:
    """A text in both languages; in English alone where there is no Chinese, which a test forbids.

    >>> in_both("labels")
    {'en': 'labels', 'zh': '标签'}
    """
    return {"en": str(text), "zh": chinese(text) or str(text)}


def maybe(text: str | None) -> Text | None:
    """The same, where there is a text."""
    return in_both(text) if text else None


def chinese(text: str) -> str | None:
    """The Chinese of a text; None where some part of it has none."""
    if isinstance(text, Said) and text.parts:
        parts = [chinese(part) for part in text.parts]
        return None if None in parts else "".join(map(str, parts))
    if not isinstance(text, Said) or text.template is None:
        return catalogue().get(text) if text else ""
    template = catalogue().get(text.template) if text.template else ""
    values = {name: chinese(value) if isinstance(value, Said) else value for name, value in text.values.items()}
    if template is None or any(value is None for name, value in values.items() if text.values[name] is not None):
        return None
    return template.format(**values) if values else template


@cache
def catalogue() -> dict[str, str]:
    """English texts and templates, each with its Chinese."""
    return tomllib.loads((files("handgrad.page") / "chinese.toml").read_text(encoding="utf-8"))


def of_section(section: str) -> Text:
    """The heading of a section of the report, as the table of claims has it: "2.2.4 池化层 (pooling)".

    >>> of_section("2.2.4 池化层 (pooling)")
    {'en': '2.2.4 pooling', 'zh': '2.2.4 池化层'}
    """
    number, rest = section.split(" ", 1)
    title, _, rest = rest.rpartition(" (")
    english, _, after = rest.partition(")")
    return {"en": f"{number} {english}{after}", "zh": f"{number} {title}{after}"}
