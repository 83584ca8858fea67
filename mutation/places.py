"""What is mutated, and the tests that are meant for it."""

from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent

# Files | the tests that must notice what changes in them
PLACES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("autograd/rules/*.py", "autograd/edges.py", "autograd/backward.py", "autograd/transforms.py"),
        tuple(
            f"tests/autograd/test_{subject}.py"
            for subject in (
                *("rules", "products", "boundaries", "transforms", "protocol", "safety", "integers"),
                *("other_arrays", "own_rules"),
            )
        ),
    ),
    (("manual/*.py",), ("tests/manual/test_*.py",)),
    (("handgrad/exact/*.py",), ("tests/exact/test_*.py",)),
    (
        ("handgrad/checking/judge.py", "handgrad/checking/conditions.py"),
        ("tests/report/test_conditions.py", "tests/report/test_verdicts.py", "tests/checking/test_check.py"),
    ),
)


def found(patterns: Iterable[str]) -> tuple[str, ...]:
    """The files of some patterns, below the root."""
    files = {path.relative_to(ROOT).as_posix() for pattern in patterns for path in ROOT.glob(pattern)}
    return tuple(sorted(files))


def places() -> dict[str, tuple[str, ...]]:
    """For every file that is mutated, its test files."""
    return {file: found(tests) for sources, tests in PLACES for file in found(sources)}


def beside(file: str) -> tuple[str, ...]:
    """All files that have the same tests."""
    return next(found(sources) for sources, _ in PLACES if file in found(sources))
