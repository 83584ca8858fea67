"""`python -m mutation.trust` writes `docs/TRUST.md` from the figures in `docs/trust`, one file a subject.

A subject is JSON: its title, sentences about it, the command that repeats it, the heads of a table and its rows, and
remarks below. A new subject is a new file; no number is typed by hand.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

import click

from mutation.places import ROOT

FIGURES = ROOT / "docs" / "trust"
DOCUMENT = ROOT / "docs" / "TRUST.md"
BEGINNING = """# What would have to break for a wrong verdict to slip through

The judge is judged as well. Below is what was done to find it wrong, with the figures of the last run that was kept and
the command that repeats it. This file is made by `python -m mutation.trust` from the figures in `docs/trust`.
"""


@dataclass(frozen=True)
class Subject:
    """One way of looking for faults, and what came of it; `texts` stand for the files that it was found in."""

    title: str
    about: list[str]
    repeat: str
    head: list[str]
    rows: list[list[str | int | float]]
    remarks: list[str]
    texts: dict[str, str] = field(default_factory=dict)


def subjects() -> list[Subject]:
    """All that were kept, by the names of their files."""
    return [Subject(**json.loads(path.read_text(encoding="utf-8"))) for path in sorted(FIGURES.glob("*.json"))]


def keep(name: str, subject: Subject) -> None:
    """Write a subject's figures, and the document anew."""
    FIGURES.mkdir(parents=True, exist_ok=True)
    write(FIGURES / f"{name}.json", json.dumps(asdict(subject), indent=1, ensure_ascii=False) + "\n")
    write(DOCUMENT, document())


def write(path: Path, text: str) -> None:
    """A file, whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def document() -> str:
    """The whole of it."""
    return "\n".join([BEGINNING, *map(section, subjects())])


def section(subject: Subject) -> str:
    """A subject in Markdown; numbers stand to the right."""
    right = [all(isinstance(row[k], int | float) for row in subject.rows) for k in range(len(subject.head))]
    rule = ["--:" if numbers else ":--" for numbers in right]
    rows = [subject.head, rule, *([shown(cell) for cell in row] for row in subject.rows)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    parts = [f"## {subject.title}", " ".join(subject.about), f"```\n{subject.repeat}\n```", table, *subject.remarks]
    return "\n\n".join(part for part in parts if part) + "\n"


def shown(cell: str | int | float) -> str:
    """A cell: large numbers with commas."""
    return cell if isinstance(cell, str) else f"{cell:,}"


@click.command()
def main() -> None:
    """Write docs/TRUST.md from what was kept."""
    write(DOCUMENT, document())
    click.echo(f"written: {DOCUMENT.relative_to(ROOT)}", err=True)


if __name__ == "__main__":
    main()
