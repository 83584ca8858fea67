"""The project's docstrings, which are plain text, as reStructuredText.

A docstring is paragraphs. One may be an example, a table of names in a column with words beside them, lines such as
`Formula: ...` and `Shapes:  ...`, something indented that stays as it is, or sentences.
"""

import re

from sphinx.application import Sphinx

FIELD = re.compile(r"(Formula|Shapes|Units|Domain|Raises|Source|Note|Axes):\s+(\S.*)")
RAISES = re.compile(r"Raises (?=`)")
ROW = re.compile(r"(\S+(?: \S+)*)\s{2,}(\S.*)")
SPECIAL = re.compile(r"([\\*|_<>])")


def escaped(text: str) -> str:
    """Text whose stars, bars and underscores are just that; `names` in code."""
    parts = re.split(r"(`[^`]+`)", text)
    return "".join(f"`{part}`" if i % 2 else SPECIAL.sub(r"\\\1", part) for i, part in enumerate(parts))


def rows(lines: list[str], pattern: re.Pattern[str]) -> list[tuple[str, str]] | None:
    """A paragraph as names with words, each of which may go on in indented lines; None where it is something else."""
    found: list[tuple[str, str]] = []
    column = 0
    for line in lines:
        row = pattern.fullmatch(line)
        if row:
            column = column or row.start(2)
            found.append((row[1], row[2]))
        elif found and line.startswith(" "):
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
        elif pattern is ROW and column and line[:column].strip() and line[column - 1 : column] == " ":
            found.append((line[:column].rstrip(), line[column:]))  # a name as long as the column is wide
        else:
            return None
    return found


def paragraph(lines: list[str]) -> list[str]:
    """One paragraph as reStructuredText."""
    if lines[0].startswith(">>> "):
        return lines
    for pattern in (FIELD, ROW):
        table = rows(lines, pattern)
        if table:
            name = str if pattern is FIELD else code
            return [f":{name(row)}: {escaped(words)}" for row, words in table]
    if lines[0].startswith(" ") or any(re.search(r"\S {2,}\S", line) for line in lines):
        return ["::", "", *(f"    {line}" for line in lines)]
    return [escaped(line) for line in lines]


def code(names: str) -> str:
    """Names of parameters or attributes as a field's name."""
    return escaped(names).replace(":", r"\:")


def as_restructured(lines: list[str]) -> list[str]:
    r"""A docstring's lines as reStructuredText.

    >>> as_restructured(["Sum of x_i.", "", "x    numbers", "n    how many"])
    ['Sum of x\\_i.', '', ':x: numbers', ':n: how many', '']
    """
    written: list[str] = []
    gathered: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            gathered.append(line)
        elif gathered:
            written += [*paragraph(gathered), ""]
            gathered = []
    return written


def setup(app: Sphinx) -> dict[str, bool]:
    """Have autodoc's docstrings rewritten."""

    def rewrite(_app: Sphinx, _what: str, _name: str, _of: object, _options: object, lines: list[str]) -> None:
        lines[:] = as_restructured(lines)

    app.connect("autodoc-process-docstring", rewrite)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
