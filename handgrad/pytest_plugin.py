"""Pytest judges what is declared with `gradient_of` and `vjp_of`: one item for each declaration.

Those in test files are found with the tests; `pytest --handgrad` finds them in any Python file. Pytest loads
this wherever handgrad is installed, so it imports nothing heavy: who declares something has imported the rest.
"""

import sys
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from handgrad.errors import HandgradError

if TYPE_CHECKING:
    from handgrad.checking.declared import Declaration

Named = list[tuple[str, "Declaration"]]


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option --handgrad."""
    words = "Judge the derivatives declared with handgrad.gradient_of and vjp_of in any .py file, not in tests alone."
    parser.getgroup("handgrad").addoption("--handgrad", action="store_true", help=words)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """With --handgrad: a file that pytest itself would not look into."""
    if file_path.suffix != ".py" or not parent.config.getoption("--handgrad"):
        return None
    patterns = parent.config.getini("python_files")
    # The same rule as pytest's own: a file that is named on the command line is a test file in any case.
    if parent.session.isinitpath(file_path) or any(matches(file_path, pattern) for pattern in patterns):
        return None
    from handgrad.checking.declared import may_declare

    return DeclaringModule.from_parent(parent, path=file_path) if may_declare(file_path) else None


def matches(path: Path, pattern: str) -> bool:
    """Whether a file's name, or its path where the pattern has folders, is like a pattern of `python_files`."""
    if "/" not in pattern:
        return fnmatch(path.name, pattern)
    return fnmatch(path.as_posix(), pattern if pattern.startswith("/") else f"*/{pattern}")


def pytest_pycollect_makeitem(collector: pytest.Collector, name: str, obj: object) -> list[pytest.Collector] | None:
    """The declarations of a test file; pytest shows everything that is in its module."""
    declared = sys.modules.get("handgrad.checking.declared")
    if declared is None or name != declared.REGISTRY or not isinstance(collector, pytest.Module):
        return None
    return groups(collector, collector.obj)


def groups(parent: pytest.Collector, module: ModuleType) -> list[pytest.Collector]:
    """What is declared in a module, under the decorators' names: `file.py::gradient_of::name` can be asked for."""
    declared = sys.modules.get("handgrad.checking.declared")
    named: Named = [] if declared is None else declared.declarations_in(module)
    by_kind: dict[str, Named] = {}
    for name, declaration in named:
        by_kind.setdefault(declaration.kind, []).append((name, declaration))
    return [Declarations.from_parent(parent, name=kind, named=chosen) for kind, chosen in by_kind.items()]


class DeclaringModule(pytest.Module):
    """A file of which only the declarations are looked at: functions there named test_... are none of ours."""

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """The declarations, by their decorator."""
        return groups(self, self.obj)


class Declarations(pytest.Collector):
    """The declarations of a file made with one decorator."""

    def __init__(self, *, named: Named, **options: Any):
        super().__init__(**options)
        self.named = named

    def collect(self) -> Iterable[pytest.Item]:
        """One item each."""
        return [DeclaredItem.from_parent(self, name=name, declaration=it) for name, it in self.named]


class DeclaredItem(pytest.Item):
    """A derivative by hand, to be judged. Only one that agrees passes; "cannot decide" is no agreement."""

    def __init__(self, *, declaration: "Declaration", **options: Any):
        super().__init__(**options)
        self.declaration = declaration
        marks: Any = getattr(declaration.by_hand, "pytestmark", [])  # @pytest.mark.skip and the like
        self.own_markers.extend(marks)
        self.keywords.update((mark.name, mark) for mark in marks)

    def runtest(self) -> None:
        """Judge it."""
        verdict = self.declaration.check()
        if not verdict.agrees:
            raise NotAgreeingError(str(verdict))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The verdict's text, or what could not be checked: a traceback would show handgrad's insides."""
        where = f"{self.declaration.file}:{self.declaration.line}"
        if isinstance(excinfo.value, NotAgreeingError):
            return f"{excinfo.value}\n{where}"
        if isinstance(excinfo.value, HandgradError):
            return f"{self.name} can't be checked. {excinfo.value}\n{where}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it is declared, and its title."""
        return self.path, self.declaration.line - 1, f"{self.declaration.kind}::{self.name}"


class NotAgreeingError(AssertionError):
    """The verdict on a derivative is another than that it agrees."""
