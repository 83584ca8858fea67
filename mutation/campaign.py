"""Trying many mutants: which are killed, which survive, which are known to change nothing."""

import hashlib
import json
import time
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mutation.mutants import Mutant
from mutation.places import ROOT, beside, places
from mutation.trial import from_the_beginning, quickly, remembered

EQUIVALENT = Path(__file__).parent / "equivalent.toml"
BASELINES = ROOT / ".mutation"


@dataclass
class Tally:
    """What became of the mutants of one file."""

    file: str
    of: int  # mutants that the file has; fewer are tried in a sample
    killed: int = 0
    equivalent: int = 0
    survivors: list[Mutant] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def tried(self) -> int:
        """How many were tried, or known."""
        return self.killed + self.equivalent + len(self.survivors)


def known_equivalents() -> dict[str, dict[str, str]]:
    """For each file the keys of the mutants that change nothing, with the reason."""
    return {file: dict(reasons) for file, reasons in tomllib.loads(EQUIVALENT.read_text(encoding="utf-8")).items()}


def stale(mutants: dict[str, list[Mutant]], known: dict[str, dict[str, str]]) -> list[str]:
    """What is listed as equivalent and is no mutant any more, among the files looked at."""
    looked_at = places()
    gone = [(file, key) for file, keys in known.items() for key in keys if file not in looked_at]
    for file, found in mutants.items():
        keys = {mutant.key for mutant in found}
        gone += [(file, key) for key in known.get(file, {}) if key not in keys]
    return [f"{file}: {key}" for file, key in gone]


def digest(files: Sequence[str]) -> str:
    """What stands for the contents of files."""
    texts = [file.encode() + (ROOT / file).read_bytes() for file in files]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:16]


def state(tests: Sequence[str]) -> str:
    """What stands for all that a trial by these tests depends on: the packages, and whatever lies beside the tests."""
    folders = {"autograd", "manual", "handgrad", *(str(Path(test).parent) for test in tests)}
    files = {path for folder in folders for path in (ROOT / folder).rglob("*.py")} | set(ROOT.glob("tests/*.py"))
    return digest(sorted({path.relative_to(ROOT).as_posix() for path in files})) + digest(tests)[:4]


class Journal:
    """The mutants that were killed while nothing has changed: what was interrupted goes on where it was."""

    def __init__(self, path: Path):
        self.path = path
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self.seconds = {(file, key): seconds for file, key, seconds in map(json.loads, lines)}

    def add(self, mutant: Mutant, seconds: float) -> None:
        """Another, and how long it took."""
        self.seconds[mutant.file, mutant.key] = seconds
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([mutant.file, mutant.key, seconds]) + "\n")


def tried(file: str, chosen: Sequence[Mutant], of: int, known: dict[str, str], say: Callable[[Mutant], None]) -> Tally:
    """Try these mutants of a file, which has so many; `say` is told of each that survives."""
    tests = places()[file]
    name = state(tests)
    base = remembered(tests, beside(file), BASELINES, name)
    journal, tally = Journal(BASELINES / f"{name}.killed"), Tally(file, of)
    inside, again = [], []
    for mutant in chosen:
        if mutant.key in known:
            tally.equivalent += 1
        elif (file, mutant.key) in journal.seconds:
            tally.killed += 1
            tally.seconds += journal.seconds[file, mutant.key]
        elif mutant.within and base.tests_of(mutant):
            inside.append(mutant)
        else:
            again.append(mutant)
    then = time.monotonic()

    def judged(mutant: Mutant, killed: bool) -> None:
        nonlocal then
        before, then = then, time.monotonic()
        tally.seconds += then - before
        if killed:
            tally.killed += 1
            journal.add(mutant, then - before)
        else:
            tally.survivors.append(mutant)
            say(mutant)

    for mutant, killed in quickly(inside, base):
        if killed:
            judged(mutant, killed=True)
        else:
            again.append(mutant)
    for mutant in again:
        judged(mutant, from_the_beginning(mutant, base))
    return tally
