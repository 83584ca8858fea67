"""Sentences that remember how they were made, so that the same can be said in another language."""

from collections.abc import Iterable
from typing import Any


class Said(str):
    """A finished English text, with the template and the values that it was made of.

    Of several texts joined into one, `parts` has these, and there is no template.
    """

    template: str | None
    values: dict[str, Any]
    parts: tuple[str, ...]

    def __new__(
        cls, text: str, template: str | None = None, values: dict[str, Any] | None = None, parts: tuple[str, ...] = ()
    ) -> "Said":
        """The text itself is what it is equal to."""
        self = super().__new__(cls, text)
        self.template, self.values, self.parts = template, values or {}, parts
        return self


def said(template: str, **values: Any) -> Said:
    """A template with values put in its places; what was said already stays as it is.

    >>> words = said("{differing} of {total} entries differ.", differing=3, total=9)
    >>> words, words.template, words.values["total"]
    ('3 of 9 entries differ.', '{differing} of {total} entries differ.', 9)
    """
    if isinstance(template, Said):
        return template
    return Said(template.format(**values) if values else template, template, values)


def joined(texts: Iterable[str], between: str = " ") -> Said:
    """Several texts in one; those without a word are left out.

    >>> joined([said("It holds."), "", said("{n} differ.", n=2)])
    'It holds. 2 differ.'
    """
    parts = tuple(text for text in texts if text)
    return Said(between.join(parts), parts=parts)
