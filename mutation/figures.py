"""The figures of a campaign: as a table in the terminal, and as a subject of `docs/TRUST.md`."""

import json
from collections.abc import Sequence

from mutation.campaign import Tally, digest
from mutation.places import places
from mutation.trust import FIGURES, Subject, keep

NAME = "mutation"
HEAD = ("file", "mutants", "tried", "killed", "equivalent", "survived", "seconds")
ABOUT = [
    "A mutant is the program with one small fault: a plus for a minus, < for <=, a number one more or less, a",
    "condition turned round. Each is planted in what verdicts rest on, and the tests that are meant for the file must",
    "fail. What changes no result is listed in `mutation/equivalent.toml`, with the reason. One that never ends counts",
    "as killed.",
]


def row_of(tally: Tally) -> list[str | int | float]:
    """A line of the table."""
    counts = [tally.of, tally.tried, tally.killed, tally.equivalent, len(tally.survivors)]
    return [tally.file, *counts, round(tally.seconds, 1)]


def total(rows: Sequence[Sequence[str | int | float]]) -> list[str | int | float]:
    """The last line."""
    return ["all", *(round(sum(float(row[k]) for row in rows), 1 if k == 6 else None) for k in range(1, len(HEAD)))]


def table(tallies: Sequence[Tally]) -> str:
    """File by file, and all together."""
    rows = [row_of(tally) for tally in tallies]
    cells = [list(HEAD), *([str(cell) for cell in row] for row in [*rows, total(rows)])]
    widths = [max(len(row[k]) for row in cells) for k in range(len(HEAD))]

    def aligned(row: list[str]) -> str:
        numbers = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        return "  ".join([row[0].ljust(widths[0]), *numbers])

    return "\n".join(map(aligned, cells))


def record(tallies: Sequence[Tally]) -> None:
    """Keep these figures in place of the same files' earlier ones, and write `docs/TRUST.md`."""
    path = FIGURES / f"{NAME}.json"
    before = Subject(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None
    rows = {str(row[0]): row for row in before.rows} if before else {}
    texts = dict(before.texts) if before else {}
    for tally in tallies:
        rows[tally.file], texts[tally.file] = row_of(tally), digest([tally.file])
    missing = [file for file in places() if file not in texts]
    kept = {file: texts[file] for file in places() if file in texts}
    changed = [file for file, text in kept.items() if digest([file]) != text]
    remarks = [
        f"{words}: {', '.join(f'`{file}`' for file in some)}."
        for words, some in (("Not tried yet", missing), ("Changed since", changed))
        if some
    ]
    shown = [rows[file] for file in kept if file in rows and rows[file][1]]  # some files have nothing to mutate
    command = "python -m mutation --write"
    keep(NAME, Subject("Mutation testing", ABOUT, command, list(HEAD), [*shown, total(shown)], remarks, kept))
