"""The page's texts in English and in Chinese, the report's language."""

Text = dict[str, str]


def in_both(text: str) -> Text:
    """A text in both languages."""
    return {"en": str(text), "zh": str(text)}


def maybe(text: str | None) -> Text | None:
    """The same, where there is one."""
    return in_both(text) if text else None


def of_section(section: str) -> Text:
    """The heading of a section of the report, as the table of claims has it: "2.2.4 池化层 (pooling)".

    >>> of_section("2.2.4 池化层 (pooling)")
    {'en': '2.2.4 pooling', 'zh': '2.2.4 池化层'}
    """
    number, rest = section.split(" ", 1)
    chinese, _, rest = rest.rpartition(" (")
    english, _, after = rest.partition(")")
    return {"en": f"{number} {english}{after}", "zh": f"{number} {chinese}{after}"}
