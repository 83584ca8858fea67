"""The page's texts in English and in Chinese, the report's language."""

Text = dict[str, str]


def in_both(text: str) -> Text:
    """A text in both languages."""
    return {"en": str(text), "zh": str(text)}


def maybe(text: str | None) -> Text | None:
    """The same, where there is one."""
    return in_both(text) if text else None
