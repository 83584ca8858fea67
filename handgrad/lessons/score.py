"""The score: what was solved, after how many answers and hints, in a file of the reader's choosing.

    {"handgrad lesson": 1, "exercises": {"eq10-input": {"state": "solved", "answers": 3, "hints": 1}}}

A file that holds anything else is never written to. Each change is written at once, whole or not at all, to what
the file says then, so two lessons with one score do not undo each other's exercises.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

from handgrad.atomic_write import write_whole
from handgrad.errors import ScoreError
from handgrad.lessons.exercises import EXERCISES, Exercise

KEY, VERSION = "handgrad lesson", 1
LARGEST = 1_000_000  # bytes of a score
State = Literal["open", "solved", "told"]


@dataclass(frozen=True)
class Entry:
    """One exercise: `told` where the solution was asked for before it was found; so it stays."""

    state: State = "open"
    answers: int = 0
    hints: int = 0


@dataclass
class Score:
    """The entries by their exercises' ids, and the file that keeps them, if there is one.

    >>> score = Score()
    >>> score.hinted(EXERCISES[0], is_last=False)
    >>> score.answered(EXERCISES[0], solved=True)
    >>> score[EXERCISES[0]]
    Entry(state='solved', answers=1, hints=1)
    >>> score.summary()
    '1 of 22 solved, 0 of them without a hint'
    """

    path: Path | None = None
    entries: dict[str, Entry] = field(default_factory=dict)

    def __getitem__(self, exercise: Exercise) -> Entry:
        return self.entries.get(exercise.id, Entry())

    def answered(self, exercise: Exercise, solved: bool) -> None:
        """Count an answer. What is solved, or was told, stays so."""
        entry = self[exercise]
        if entry.state != "solved":
            state: State = "solved" if solved and entry.state == "open" else entry.state
            self._keep(exercise, replace(entry, state=state, answers=entry.answers + 1))

    def hinted(self, exercise: Exercise, is_last: bool) -> None:
        """Count a hint; the last is the solution."""
        entry = self[exercise]
        if entry.state == "open":
            self._keep(exercise, replace(entry, state="told" if is_last else "open", hints=entry.hints + 1))

    def first_open(self) -> int | None:
        """The place of the first exercise that is neither solved nor told; None after the last."""
        return next((i for i, exercise in enumerate(EXERCISES) if self[exercise].state == "open"), None)

    def summary(self) -> str:
        """How many are solved, and how many of these without a hint."""
        found = [self[exercise] for exercise in EXERCISES]
        solved = [entry for entry in found if entry.state == "solved"]
        told = sum(entry.state == "told" for entry in found)
        alone = sum(entry.hints == 0 for entry in solved)
        words = f"{len(solved)} of {len(found)} solved"
        words += f", {alone} of them without a hint" if solved else ""
        return words + (f"; of {told} the solution was told" if told else "")

    def _keep(self, exercise: Exercise, entry: Entry) -> None:
        self.entries[exercise.id] = entry
        if self.path is not None:
            others = read(self.path) if self.path.exists() else self.entries
            self.entries = others | {exercise.id: entry}
            write_whole(self.path, content(self.entries))


def score_in(path: Path) -> Score:
    """The score in a file, or an empty one where there is no such file yet.

    Raises `ScoreError` where the file holds no score, or where there can be none.
    """
    if path.exists():
        return Score(path, read(path))
    if not path.absolute().parent.is_dir():
        raise ScoreError(f"{path}: wanted a file in a folder that there is, got no folder {path.absolute().parent}")
    return Score(path)


def content(entries: Mapping[str, Entry]) -> bytes:
    """The text of a score, in the order of the exercises, those of another version last."""
    known = [exercise.id for exercise in EXERCISES]
    ordered = sorted(entries, key=lambda name: (known.index(name) if name in known else len(known), name))
    told = {KEY: VERSION, "exercises": {name: asdict(entries[name]) for name in ordered}}
    return (json.dumps(told, indent=1) + "\n").encode()


def read(path: Path) -> dict[str, Entry]:
    """The entries that a file holds.

    Raises `ScoreError` for anything but a score; the file stays as it is.
    """
    if not path.is_file():
        raise ScoreError(f"{path}: wanted a file for the score, got {'a folder' if path.is_dir() else 'another kind'}")
    try:
        with open(path, "rb") as file:
            text = file.read(LARGEST + 1)
        if len(text) > LARGEST:
            raise ValueError("it is too large")
        return dict(entries_of(json.loads(text)))
    except OSError as error:
        raise ScoreError(f"{path}: wanted a score, got a file that can't be read: {error.strerror}") from error
    except (ValueError, TypeError, RecursionError) as error:
        words = " ".join(str(error).split())
        raise ScoreError(f"{path}: wanted the score of `handgrad lesson`, got something else: {words}") from error


def entries_of(told: Any) -> Iterable[tuple[str, Entry]]:
    """What was read, each entry checked. Raises ValueError."""
    if not isinstance(told, dict) or told.get(KEY) != VERSION or not isinstance(told.get("exercises"), dict):
        raise ValueError(f'no "{KEY}": {VERSION} in it')
    for name, entry in told["exercises"].items():
        if not isinstance(entry, dict) or set(entry) != {"state", "answers", "hints"}:
            raise ValueError(f"{name}: no state, answers and hints")
        counts = [entry["answers"], entry["hints"]]
        if entry["state"] not in get_args(State) or not all(type(n) is int and n >= 0 for n in counts):
            raise ValueError(f"{name}: {entry}")
        yield name, Entry(**entry)
