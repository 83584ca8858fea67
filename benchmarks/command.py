"""The command from a cold start, each a process of its own."""

import subprocess
import sys
import time

from benchmarks.processes import Row, interleaved
from benchmarks.races import ROOT
from benchmarks.tables import Table, duration

COMMANDS = (("--help",), ("verify",), ("verify", "--size", "report"))


def seconds(arguments: tuple[str, ...]) -> float:
    """Of one run."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "handgrad", *arguments], cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - start


def table(quick: bool) -> Table:
    """A row for each command."""
    rows = {arguments: Row(" ".join(("handgrad", *arguments))) for arguments in COMMANDS}
    for arguments in interleaved(COMMANDS, 1 if quick else 5):
        rows[arguments].seconds.append(seconds(arguments))
    shown = ((r.name, duration(r.median), " to ".join(map(duration, r.quartiles))) for r in rows.values())
    return Table("command, cold start", ("command", "median", "quartiles"), tuple(shown))
