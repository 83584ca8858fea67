"""One command for each habit: `nox -s lint`; `nox -l` lists them all, and words after `--` go to the tool.

They run in the environment that you stand in, which has the extra `dev`. Only `oldest` makes one of its own.
"""

import re
from pathlib import Path

import nox

PROJECT = nox.project.load_toml("pyproject.toml")["project"]
OLDEST_PYTHON = PROJECT["requires-python"].removeprefix(">=")
# The whole suite takes too long to be run twice in CI. These show the rest of the packages with their oldest
# dependencies; training, page, lab and notebooks add little of NumPy, and docs, browser and mutation are not of `test`.
WITH_OLDEST = (
    *(f"tests/{name}" for name in "autograd manual exact checking report formula render commands gallery".split()),
    *("tests/drawing", "tests/lessons", "tests/fuzzing", "tests/examples"),
    *("autograd", "manual", "handgrad"),  # the examples in the docstrings
)
OF_THEIR_TIME = ("pyparsing<3.3",)  # matplotlib 3.9 calls it by names that have become warnings

nox.needs_version = ">=2024.4.15"
nox.options.default_venv_backend = "none"
nox.options.sessions = ["lint", "types", "imports", "tests"]


@nox.session
def tests(session: nox.Session) -> None:
    """The test suite, on all cores."""
    session.run("pytest", "-n", "auto", *session.posargs)


@nox.session(venv_backend="venv", python=OLDEST_PYTHON, reuse_venv=True)
def oldest(session: nox.Session) -> None:
    """Most of the test suite with the oldest Python and packages that pyproject.toml admits."""
    extras = PROJECT["optional-dependencies"]
    named = [wanted for name in re.findall(r"\w+", extras["test"][0])[1:] for wanted in extras[name]]
    wanted = [*PROJECT["dependencies"], *named, *extras["test"]]
    pins = Path(session.virtualenv.location, "oldest.txt")
    lines = [*(one.replace(">=", "==") for one in wanted if "[" not in one), *OF_THEIR_TIME]
    pins.write_text("\n".join(lines), encoding="utf-8")
    session.install("-c", str(pins), "-e", ".[test]")
    session.run("python", "-m", "pytest", "-n", "auto", *(session.posargs or WITH_OLDEST))


@nox.session
def lint(session: nox.Session) -> None:
    """Faults of style, and the layout of every line."""
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Types, strictly."""
    session.run("mypy")
    session.run("mypy", "--strict", "noxfile.py")


@nox.session
def imports(session: nox.Session) -> None:
    """Who may import whom."""
    session.run("lint-imports")


@nox.session
def mutants(session: nox.Session) -> None:
    """Tests of the mutants, and a sample of them, another one after each commit; or `-- --only FILE`, all of a file."""
    if not session.posargs:
        session.run("pytest", "-n", "auto", "tests/mutation")
    count = session.run("git", "rev-list", "--count", "HEAD", external=True, silent=True)
    session.run("python", "-m", "mutation", *(session.posargs or ("--sample", "40", "--seed", str(count).strip())))


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation is built, and leads nowhere wrong."""
    session.run("pytest", "-n", "auto", "tests/docs", *session.posargs)


@nox.session
def browser(session: nox.Session) -> None:
    """The page and the lab in a browser: wants Chromium and the extra `browser`."""
    session.run("pytest", "-n", "auto", "tests/browser", *session.posargs, env={"HANDGRAD_BROWSER": "required"})


@nox.session
def benchmarks(session: nox.Session) -> None:
    """The quick benchmarks; or what is said after `--`, as `-- --peers`."""
    session.run("python", "-m", "benchmarks", *(session.posargs or ("--quick",)))
