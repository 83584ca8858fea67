"""Trying a mutant: its tests run in a forked process.

First quickly: the fork inherits collected tests, and every function of the file is given the mutant's code. Who
survives that, or stands outside of functions, is tried again from the beginning: the fork imports the packages anew,
and in place of the file it finds the mutant. Nothing is written into the source tree.
"""

import contextlib
import functools
import gc
import importlib.machinery
import importlib.util
import json
import os
import pickle
import resource
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

os.environ["HYPOTHESIS_PROFILE"] = "mutants"  # of tests/conftest.py: the first failure is enough
os.environ["OPENBLAS_NUM_THREADS"] = "1"  # matrices are small, and a forked process has one thread

import coverage
import hypothesis.extra.numpy
import hypothesis.stateful  # noqa: F401
import numpy as np  # noqa: F401
import pytest
from _pytest.main import pytest_runtestloop

from mutation.mutants import Mutant
from mutation.places import ROOT

# Pytest would load the packages itself to rewrite what they assert, and so would not find the mutant.
QUIET = ["-q", "-p", "no:cacheprovider", "-o", "addopts=", "--assert=plain"]
MEMORY = 8 * 2**30  # bytes; a mutant that wants more fails
GRACE = 3.0  # seconds of the processor that a test may take with a mutant, beyond five times what it took without
LOADING = 20.0  # seconds of the processor until the first test begins
ASLEEP = 300  # seconds after which one is stopped that takes no time of the processor


class TrialError(Exception):
    """The tests can't be trusted: they fail without any fault, or never load the mutant."""


@dataclass(frozen=True)
class Baseline:
    """What the tests do without a fault.

    seconds   how long each takes
    reached   for each file and line, the tests that run it
    """

    seconds: dict[str, float]
    reached: dict[str, dict[int, list[str]]]

    def patience(self, test: str) -> float:
        """Seconds of the processor after which a test with a mutant in it will not end."""
        return GRACE + 5 * self.seconds.get(test, 0.0)

    def tests_of(self, mutant: Mutant) -> list[str]:
        """The tests that run a mutant's statement, the quickest first; all, where it runs on import."""
        lines = self.reached.get(mutant.file, {})
        reached = {test for line in mutant.lines for test in lines.get(line, [])}
        wanted = self.seconds if "" in reached else reached
        return sorted(wanted, key=lambda test: (test not in reached, self.seconds[test], test))


class Watch:
    """Pytest's side: which tests run in which order, how long they take, and which of them fails first."""

    def __init__(self, wanted: Sequence[str] | None = None, known: Baseline | None = None, cover: Any = None):
        self.wanted, self.known, self.cover = wanted, known, cover
        self.seconds: dict[str, float] = {}
        self.failed = ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """The wanted tests, in the order in which they are wanted."""
        if self.wanted is not None:
            at = {item.nodeid: item for item in items}
            items[:] = [at[test] for test in self.wanted if test in at] or items

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """What runs from now on is the test's, which may take its time and no more."""
        if self.known is not None:
            hurry(self.known.patience(nodeid))
        if self.cover is not None:
            self.cover.switch_context(nodeid)

    def pytest_runtest_logfinish(self) -> None:
        """What runs from now on is nobody's."""
        if self.cover is not None:
            self.cover.switch_context("")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """How long it took, and whether it failed."""
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration
        if report.failed:
            self.failed = self.failed or report.nodeid


def hurry(seconds: float) -> None:
    """From now on so many seconds of the processor are left, until this is called again; then the process ends."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


def apart(work: Callable[[], Any], trusted: bool = False) -> Any:
    """What `work` returns, done in a forked process; None where that dies or takes too long. Its words are dropped.

    Raises `TrialError` when `work` itself raises an exception.
    """
    with tempfile.TemporaryFile() as answer:
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BaseException):  # whatever a mutant does, nothing of it may leave this process
                if not trusted:
                    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
                    signal.alarm(ASLEEP)
                    hurry(LOADING)
                silence()
                try:
                    found = ("returned", work())
                except Exception as error:
                    found = ("raised", repr(error))
                pickle.dump(found, answer)
                answer.flush()
            os._exit(0)
        os.waitpid(child, 0)
        answer.seek(0)
        try:
            how, what = pickle.load(answer)
        except EOFError:
            return None
    if how == "raised":
        raise TrialError(f"wanted a trial that ends with an answer, got {what}")
    return what


def silence() -> None:
    """What this process prints goes nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)


def baseline(tests: Sequence[str], files: Sequence[str]) -> Baseline:
    """Run the tests without a fault.

    Raises `TrialError` when one fails.
    """

    def run() -> tuple[int, str, dict[str, float], dict[str, dict[int, list[str]]]]:
        paths = {file: str(ROOT / file) for file in files}
        cover = coverage.Coverage(data_file=None, include=list(paths.values()), config_file=False)
        watch = Watch(cover=cover)
        cover.start()
        status = pytest.main([*QUIET, *tests], plugins=[watch])
        cover.stop()
        data = cover.get_data()
        reached = {file: data.contexts_by_lineno(path) for file, path in paths.items()}
        return int(status), watch.failed, watch.seconds, reached

    answer = apart(run, trusted=True)
    if answer is None or answer[0] != 0:
        failed = answer[1] if answer else "the process ended"
        raise TrialError(f"wanted tests that pass without a mutant, got a failure: {failed}")
    return Baseline(*answer[2:])


def quickly(mutants: Sequence[Mutant], known: Baseline) -> Iterator[tuple[Mutant, bool | None]]:
    """Each mutant, with whether its tests fail when functions that are loaded become the mutant's; None if unknown."""
    if not mutants:
        return
    wanted = [known.tests_of(mutant) for mutant in mutants]
    collect = sorted({test.split("::")[0] for tests in wanted for test in tests})
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with contextlib.suppress(BaseException), os.fdopen(writing, "w", buffering=1) as answers:
            silence()
            pytest.main(["-x", *QUIET, *collect], plugins=[Stage(mutants, wanted, known, answers)])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answers:
        for mutant in mutants:
            yield mutant, {"killed": True, "survived": False}.get(answers.readline().strip())
    os.waitpid(child, 0)


class Stage:
    """Pytest's side: once the tests are collected, a fork for each mutant runs those meant for it."""

    def __init__(self, mutants: Sequence[Mutant], wanted: list[list[str]], known: Baseline, answers: Any):
        self.mutants, self.wanted, self.known, self.answers = mutants, wanted, known, answers

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A test may take its time and no more."""
        hurry(self.known.patience(nodeid))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In place of pytest's own loop, which runs within each fork."""
        items = {item.nodeid: item for item in session.items}
        for mutant, tests in zip(self.mutants, self.wanted, strict=True):

            def run(mutant: Mutant = mutant, tests: list[str] = tests) -> str:
                try:
                    plant(mutant)
                except ValueError:
                    return "unplanted"
                session.items = [items[test] for test in tests]
                try:
                    pytest_runtestloop(session)
                except session.Failed:
                    return "killed"
                return "killed" if session.testsfailed else "survived"

            answer = apart(run)
            self.answers.write(f"{answer or 'killed'}\n")
        return True


def plant(mutant: Mutant) -> None:
    """Give every function of the file, as it is loaded, the mutant's code; forget what functions remember.

    Raises `ValueError` where the codes do not go with each other.
    """
    path = str(ROOT / mutant.file)
    right = codes(compile((ROOT / mutant.file).read_text(encoding="utf-8"), path, "exec", dont_inherit=True))
    wrong = codes(compile(mutant.source, path, "exec", dont_inherit=True))
    twins = {old: new for old, new in zip(right, wrong, strict=True) if old != new}
    planted = 0
    for thing in gc.get_objects():
        if type(thing) is FunctionType and thing.__code__ in twins:
            thing.__code__ = twins[thing.__code__]
            planted += 1
        elif isinstance(thing, functools._lru_cache_wrapper):
            thing.cache_clear()
    if not planted:
        raise ValueError(f"{mutant.file}: wanted a function to plant the mutant in, got none")


def codes(code: CodeType) -> list[CodeType]:
    """A code and all within it."""
    inner = [part for part in code.co_consts if isinstance(part, CodeType)]
    return [code, *(deeper for part in inner for deeper in codes(part))]


def from_the_beginning(mutant: Mutant, known: Baseline) -> bool:
    """Whether the tests fail when they import the mutant.

    Raises `TrialError` when they pass without having imported it.
    """
    tests = known.tests_of(mutant)
    if not tests:
        return False

    def run() -> tuple[bool, bool]:
        finder = Finder(mutant)
        sys.meta_path.insert(0, finder)
        files = list(dict.fromkeys(test.split("::")[0] for test in tests))
        try:
            status = pytest.main(["-x", *QUIET, *files], plugins=[Watch(tests, known)])
        except Exception:  # a package that can't be imported, before pytest has begun
            return False, True
        return status in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED), finder.used

    passed, used = apart(run) or (False, True)
    if passed and not used:
        raise TrialError(f"{mutant.file}: wanted tests that import it, got none that did: {', '.join(tests[:3])}")
    return not passed


class Finder:
    """Finds the mutant's module in place of the file's, for `sys.meta_path`."""

    def __init__(self, mutant: Mutant):
        self.mutant = mutant
        self.name = mutant.file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        self.used = False

    def find_spec(self, name: str, path: Any = None, target: ModuleType | None = None) -> Any:
        """The specification of the mutant; None for every other module."""
        if name != self.name:
            return None
        self.used = True
        file = str(ROOT / self.mutant.file)
        return importlib.util.spec_from_file_location(name, file, loader=Loader(name, file, self.mutant.source))


class Loader(importlib.machinery.SourceFileLoader):
    """Loads a module from a text, as if its file held that."""

    def __init__(self, name: str, path: str, source: str):
        super().__init__(name, path)
        self.source = source

    def get_code(self, fullname: str) -> CodeType:
        """The text, compiled; no compiled file is read or written."""
        return compile(self.source, self.path, "exec", dont_inherit=True)


def remembered(tests: Sequence[str], files: Sequence[str], folder: Path, digest: str) -> Baseline:
    """The baseline, taken from a folder where it was written for the very same files."""
    note = folder / f"{digest}.tests"
    if note.exists():
        kept = json.loads(note.read_text(encoding="utf-8"))
        names = ["", *kept["seconds"]]
        reached = {
            file: {int(line): [names[i] for i in on] for line, on in lines.items()}
            for file, lines in kept["reached"].items()
        }
        return Baseline(kept["seconds"], reached)
    fresh = baseline(tests, files)
    number = {name: i for i, name in enumerate(["", *fresh.seconds])}
    numbered = {
        file: {line: [number[test] for test in on] for line, on in lines.items()}
        for file, lines in fresh.reached.items()
    }
    folder.mkdir(exist_ok=True)
    note.write_text(json.dumps({"seconds": fresh.seconds, "reached": numbered}), encoding="utf-8")
    return fresh
