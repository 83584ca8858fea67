"""Results as text, as Markdown and as a picture."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import Outcome
from handgrad.training.figures import new_figure, styled, write_figure

UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (0.0, "ns"))
NANO = 1e-9
COLOURS = (
    "#000000",
    "#0072b2",
    "#999999",
    "#bcbd22",
    "#d55e00",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#f0e442",
    "#8c564b",
    "#4b0082",
)


@dataclass(frozen=True)
class Table:
    """A title, the heads of the columns, rows of words, and remarks below."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...] = ()


def duration(seconds: float) -> str:
    """Three digits and a unit.

    >>> duration(0.0123456)
    '12.3 ms'
    """
    size, unit = next((s, u) for s, u in UNITS if seconds >= s)
    return f"{digits(seconds / (size or NANO))} {unit}"


def digits(x: float) -> str:
    """Three significant digits, never a power of ten.

    >>> digits(1234.5), digits(12.345), digits(0.012345)
    ('1234', '12.3', '0.0123')
    """
    return f"{x:.0f}" if x >= 100 else f"{x:#.3g}"


def of_outcome(outcome: Outcome) -> Table:
    """A row for each contender; the ratio is to the first, the median over the rounds."""
    first = outcome.rows[0]
    rows = []
    for row in outcome.rows:
        low, high = row.quartiles
        _, ratio, _ = row.ratios(first)
        rows.append((row.name, duration(row.median), f"{duration(low)} to {duration(high)}", f"{digits(ratio)}"))
    rows += [(name, "missing", why, "") for name, why in outcome.missing.items()]
    agreed = f"results agree to {outcome.difference:.1g} of the greatest entry, allowed {outcome.tolerance:.1g}"
    head = ("contender", "median", "quartiles", f"ratio to {first.name}")
    return Table(outcome.race.title, head, tuple(rows), (agreed,))


def text(table: Table) -> str:
    """For a terminal: columns as wide as they need, numbers to the right."""
    lines = [table.head, *table.rows]
    missing = [row for row in table.rows if "missing" in row[1:2]]
    widths = [max(len(line[k]) for line in lines if line not in missing) for k in range(len(table.head))]
    widths[0] = max(len(line[0]) for line in lines)

    def aligned(line: Sequence[str]) -> str:
        cells = [cell.rjust(width) for cell, width in zip(line, widths, strict=True)]
        return "  ".join([line[0].ljust(widths[0]), *cells[1:]]).rstrip()

    shown = [f"{line[0].ljust(widths[0])}  missing: {line[2]}" if line in missing else aligned(line) for line in lines]
    return "\n".join([table.title, *(f"  {line}" for line in [*shown, *table.remarks])])


def markdown(table: Table) -> str:
    """The same for a file."""
    rule = [":--", *["--:"] * (len(table.head) - 1)]
    rows = "\n".join(f"| {' | '.join(line)} |" for line in (table.head, rule, *table.rows))
    remarks = "".join(f"\n{remark}\n" for remark in table.remarks)
    return f"## {table.title}\n\n{rows}\n{remarks}"


def report(words: Iterable[tuple[str, str]], tables: Iterable[Table], picture: bool) -> str:
    """The whole file of results; with the picture where there is one."""
    about = "\n".join(f"| {name} | {value} |" for name, value in words)
    shown = "\n![Ratios of the times](results.svg)\n" if picture else ""
    return "\n".join([f"# Results\n\n| | |\n|:--|:--|\n{about}\n{shown}", *map(markdown, tables)])


def draw(outcomes: Sequence[Outcome], path: Path) -> bool:
    """The ratios to the first contender, a line for each race; a bar from the lower to the upper quartile.

    Draws nothing and returns False, where nobody was compared.

    Raises `MissingExtraError`, when matplotlib is not installed.
    """
    names = list(dict.fromkeys(row.name for outcome in outcomes for row in outcome.rows[1:]))
    if not names:
        return False
    with styled():
        figure = new_figure(9, 1.3 + 0.42 * len(outcomes))
        axes = figure.add_subplot()
        axes.axvline(1, color=COLOURS[0], linewidth=1)
        for k, name in enumerate(names):
            found = [
                (place, row.ratios(outcome.rows[0]))
                for place, outcome in enumerate(outcomes)
                for row in outcome.rows[1:]
                if row.name == name
            ]
            shift = 0.3 * ((k + 0.5) / len(names) * 2 - 1)
            places = [place + shift for place, _ in found]
            lows, middles, highs = zip(*(ratios for _, ratios in found), strict=True)
            colour = COLOURS[1 + k % (len(COLOURS) - 1)]
            axes.hlines(places, lows, highs, color=colour, linewidth=1.5)
            axes.plot(middles, places, "o", color=colour, markersize=5, label=name)
        axes.set_yticks(range(len(outcomes)), [outcome.race.title for outcome in outcomes])
        axes.set_ylim(len(outcomes) - 0.5, -0.5)
        axes.set_xscale("log")
        axes.set_xlabel("time over that of ours (automatic; of checks: exact); to the left is faster")
        axes.grid(axis="x", which="both", color="#dddddd", linewidth=0.5)
        axes.set_axisbelow(True)
        figure.legend(loc="outside upper center", ncols=min(5, len(names)), frameon=False)
        write_figure(figure, path)
    return True
