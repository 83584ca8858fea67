"""Packages that only some commands need: extras, so that a first install stays small."""

import importlib
from typing import Any

from handgrad.errors import MissingExtraError

EXTRAS = {
    "plot": ("matplotlib",),
    "mnist": ("pooch",),
    "images": ("pillow",),
    "notebook": ("nbclient", "nbformat", "ipykernel"),
    "lab": ("marimo", "matplotlib"),
    "page": ("jinja2",),
    "test": ("pytest", "pytest-xdist", "hypothesis"),
    "browser": ("playwright", "axe-playwright-python"),
    "docs": ("sphinx", "myst-parser", "furo", "ziamath"),
    "dev": ("nox", "ruff", "mypy", "import-linter"),
}
SOURCE = "in the folder of handgrad's source"


def cure(extra: str) -> str:
    """The command that installs an extra.

    >>> print(cure("plot"))
    in the folder of handgrad's source: python -m pip install ".[plot]"
    """
    return f'{SOURCE}: python -m pip install ".[{extra}]"'


def imported(module: str, extra: str, who: str) -> Any:
    """A module of an extra.

    Raises `MissingExtraError` with the command that installs it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f"{who}: wanted the package {module.partition('.')[0]}, got none; {cure(extra)}"
        ) from error
