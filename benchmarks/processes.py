"""Contenders in processes of their own: started, compared, and timed in turn, round after round.

A slow moment of the machine so hits all of them. Nobody is timed before all results have been found equal.
"""

import json
import os
import statistics
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import numpy as np

from benchmarks import tasks
from benchmarks.races import HERE, ROOT, Contender, Race
from benchmarks.worker import decoded

SCRIPT = HERE / "worker.py"
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NPROC")
Named = TypeVar("Named")


class BenchmarkError(Exception):
    """A contender failed, or its results are not those of the others."""


@dataclass
class Row:
    """A contender and its seconds a call, one for each round."""

    name: str
    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Of the rounds."""
        return statistics.median(self.seconds)

    @property
    def quartiles(self) -> tuple[float, float]:
        """Of the rounds; all equal where there is one."""
        low, high = np.quantile(self.seconds, (0.25, 0.75))
        return float(low), float(high)

    def ratios(self, first: "Row") -> tuple[float, float, float]:
        """Lower quartile, median, upper quartile of the ratio to the first contender's time in the same round."""
        each = np.divide(self.seconds, first.seconds)
        low, middle, high = np.quantile(each, (0.25, 0.5, 0.75))
        return float(low), float(middle), float(high)


@dataclass
class Outcome:
    """What a race gave: a row for each that took part, and why the others did not."""

    race: Race
    rows: list[Row]
    missing: dict[str, str]
    difference: float  # the greatest between results, relative to the greatest entry of the array
    tolerance: float


class Worker:
    """A contender's process."""

    def __init__(self, contender: Contender, python: Path, threads: int, errors: Any = None):
        self.name = contender.name
        self.process = subprocess.Popen(
            [str(python), str(SCRIPT), contender.module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
            cwd=HERE,
            env=environment(contender, threads),
        )

    def ask(self, do: str, **request: Any) -> dict[str, Any]:
        """The answer; an error of the contender is raised."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(json.dumps({"do": do} | request) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise BenchmarkError(f"{self.name}: its process ended, with status {self.process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise BenchmarkError(f"{self.name}: {answer['error']}")
        return answer

    def __enter__(self) -> "Worker":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.communicate()


def environment(contender: Contender, threads: int) -> dict[str, str]:
    """The variables of a worker: the same threads for all, and our packages only for ours."""
    inherited = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}
    folders = [*((ROOT,) if contender.ours else ()), *contender.folders]
    path = {"PYTHONPATH": os.pathsep.join(map(str, folders))} if folders else {}
    return inherited | path | limits(threads) | {"PYTHONNOUSERSITE": "1", "JAX_PLATFORMS": "cpu"}


def limits(threads: int) -> dict[str, str]:
    """As many threads for OpenMP, every BLAS and XLA, and as many cores."""
    return dict.fromkeys(THREAD_VARIABLES, str(threads)) | {"BENCHMARKS_CORES": str(threads)}


class Field:
    """The workers of some contenders, each started when first asked for. To be used in a `with`."""

    def __init__(self, pythons: Callable[[Contender], Path], threads: int, errors: Any = None):
        self.pythons, self.threads, self.errors = pythons, threads, errors
        self.workers: dict[str, Worker] = {}
        self.versions: dict[str, str] = {}
        self.stack = ExitStack()

    def __enter__(self) -> "Field":
        return self

    def __exit__(self, *exception: Any) -> None:
        self.stack.close()

    def worker(self, contender: Contender) -> Worker:
        """The process of a contender."""
        if contender.name not in self.workers:
            started = Worker(contender, self.pythons(contender), self.threads, self.errors)
            self.workers[contender.name] = self.stack.enter_context(started)
            self.versions |= started.ask("versions").get("versions", {})
        return self.workers[contender.name]

    def run(self, race: Race, seconds: float, say: Callable[[str], None] = lambda text: None) -> Outcome:
        """Prepare all, compare all, then time all; `seconds` is about how long a turn is."""
        missing, results = dict(race.left_out), {}
        racing: dict[str, Worker] = {}
        for contender in race.contenders:
            if contender.name in missing:
                continue
            say(f"{race.title}: {contender.name} gets ready")
            worker = self.worker(contender)
            answer = worker.ask("prepare", task=race.task, case=race.case)
            if "missing" in answer:
                missing[contender.name] = answer["missing"]
                continue
            racing[contender.name], result = worker, answer["result"]
            if result is not None:
                results[contender.name] = {name: decoded(array) for name, array in result.items()}
        tolerance = tasks.tolerance(race.task, race.case, race.steps)
        difference = compare(results, tolerance)
        say(f"{race.title}: all {len(results)} results agree; rounds: {race.rounds}")
        calls = {name: worker.ask("calibrate", seconds=seconds)["calls"] for name, worker in racing.items()}
        rows = {name: Row(name) for name in racing}
        for name in interleaved(racing, race.rounds):
            rows[name].seconds.append(racing[name].ask("time", calls=calls[name])["seconds"] / race.operations)
        asked = [contender.name for contender in race.contenders]
        missing = {name: missing[name] for name in asked if name in missing}
        return Outcome(race, list(rows.values()), missing, difference, tolerance)


def interleaved(contenders: Iterable[Named], rounds: int) -> Iterator[Named]:
    """Whose turn it is: everybody's first round, then everybody's second, and so on."""
    names = list(contenders)
    for _ in range(rounds):
        yield from names


def compare(results: Mapping[str, Mapping[str, Any]], tolerance: float) -> float:
    """The greatest difference from the first contender, relative to the greatest entry of the array.

    Raises `BenchmarkError`, where it is above `tolerance`, or names or shapes are others.
    """
    if not results:
        return 0.0
    greatest = 0.0
    (first, expected), *others = results.items()
    for name, array in expected.items():
        if not np.all(np.isfinite(array)):
            raise BenchmarkError(f"{first}: {name} wanted finite entries, got others")
    for who, got in others:
        if set(got) != set(expected):
            raise BenchmarkError(f"{who}: wanted {', '.join(sorted(expected))}, got {', '.join(sorted(got))}")
        for name, wanted in expected.items():
            array = got[name]
            if array.shape != wanted.shape:
                raise BenchmarkError(f"{who}: wanted {name} of shape {wanted.shape} as {first}, got {array.shape}")
            scale = float(np.max(np.abs(wanted))) or 1.0
            difference = float(np.max(np.abs(np.subtract(array, wanted, dtype="float64")))) / scale
            if not difference <= tolerance:  # NaN is not
                raise BenchmarkError(
                    f"{who}: {name} differs from that of {first} by {difference:.3g} of its greatest entry, "
                    f"allowed {tolerance:.3g}"
                )
            greatest = max(greatest, difference)
    return greatest
