"""Trying many mutants: which are killed, which survive, which are known to change nothing."""

import hashlib
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
    gone = [(file, key) for file, keys in known.items() for key in keys if file not in places()]
    for file, found in mutants.items():
        keys = {mutant.key for mutant in found}
        gone += [(file, key) for key in known.get(file, {}) if key not in keys]
    return [f"{file}: {key}" for file, key in gone]


def digest(files: Sequence[str]) -> str:
    """What stands for the contents of files."""
    texts = [file.encode() + (ROOT / file).read_bytes() for file in files]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:16]


def helpers() -> list[str]:
    """Everything that a baseline depends on: the packages, the tests and their helpers."""
    folders = ("autograd", "manual", "handgrad", "tests")
    return sorted(path.relative_to(ROOT).as_posix() for folder in folders for path in (ROOT / folder).rglob("*.py"))


def tried(file: str, chosen: Sequence[Mutant], of: int, known: dict[str, str], say: Callable[[Mutant], None]) -> Tally:
    """Try these mutants of a file, which has so many; `say` is told of each that survives."""
    tests = places()[file]
    name = digest(helpers()) + "-" + hashlib.sha256("".join(tests).encode()).hexdigest()[:8]
    base = remembered(tests, beside(file), BASELINES, name)
    tally, start = Tally(file, of), time.monotonic()
    listed = [mutant for mutant in chosen if mutant.key in known]
    tally.equivalent = len(listed)
    others = [mutant for mutant in chosen if mutant.key not in known]
    inside = [mutant for mutant in others if mutant.within and base.tests_of(mutant)]
    again = [mutant for mutant in others if mutant not in inside]
    for mutant, killed in quickly(inside, base):
        if killed:
            tally.killed += 1
        else:
            again.append(mutant)
    for mutant in again:
        if from_the_beginning(mutant, base):
            tally.killed += 1
        else:
            tally.survivors.append(mutant)
            say(mutant)
    tally.seconds = time.monotonic() - start
    return tally
