"""What is installed, and whose `autograd` and `manual` are imported: others may have these names too."""

import importlib
import importlib.metadata
import importlib.util
import platform
from dataclasses import dataclass
from pathlib import Path

from handgrad.errors import HandgradError, one_line
from handgrad.extras import EXTRAS, SOURCE, cure

NEEDED = ("numpy", "click", "rich")
# Names by which our packages are known from others of the same name that were installed over them.
PACKAGES = {
    "autograd": ("Tensor", "derivative_of", "grad", "jacobian", "jvp", "vjp"),
    "manual": ("as_printed", "convolution", "dense", "networks"),
}
REINSTALL = f"{SOURCE}: python -m pip install --force-reinstall ."


class InstallationError(HandgradError):
    """A package imported in place of one of ours, or one of ours that can't be imported."""


@dataclass(frozen=True)
class Line:
    """One line of the report; `well` is False where something is in the way of handgrad."""

    name: str
    found: str
    well: bool = True


def examine() -> list[Line]:
    """Look at versions, at the owners of `autograd` and `manual`, and at the extras."""
    lines = [
        Line("handgrad", version("handgrad") or "not installed as a distribution"),
        Line("python", platform.python_version()),
    ]
    for name in NEEDED:
        found = version(name)
        lines.append(Line(name, found or f"missing: python -m pip install {name}", found is not None))
    lines += [owner(name) for name in PACKAGES]
    for extra, names in EXTRAS.items():
        missing = [name for name in names if version(name) is None]
        lines.append(Line(f"extra {extra}", f"missing {', '.join(missing)}; {cure(extra)}" if missing else "present"))
    return lines


def version(name: str) -> str | None:
    """The version of an installed distribution."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def require_own_packages() -> None:
    """Go on only with our own packages.

    Raises `InstallationError` with the cure.
    """
    for name in PACKAGES:
        fault = fault_of(name)
        if fault is not None:
            raise InstallationError(f"{name}: wanted handgrad's own package, got {fault}")


def owner(name: str) -> Line:
    """Whose package is imported by one of our names."""
    fault = fault_of(name)
    if fault is not None:
        return Line(name, fault, well=False)
    others = other_distributions(name)
    if not others or home(name).parent not in map(folder_of, others):
        return Line(name, f"handgrad's own, {home(name)}")
    found = f"handgrad's own for now, but the distribution {' '.join(others)} writes into the same folder"
    return Line(name, f"{found}, {home(name)}; {uninstall(others)}; then {REINSTALL}", well=False)


def fault_of(name: str) -> str | None:
    """What is wrong with the package that is imported by one of our names, and the cure; None where it is ours."""
    try:
        module, broken = importlib.import_module(name), ""
    except (Exception, SystemExit) as error:  # another's module may raise anything
        module, broken = None, one_line(error)
    found = place_of(name)
    if found is None:
        return f"none; {REINSTALL}"
    if found == home(name):
        lacking = [mark for mark in PACKAGES[name] if not hasattr(module, mark)]
        if not lacking:
            return None
        others = [other for other in other_distributions(name) if folder_of(other) == found.parent]
        if others:
            what = f"that of the distribution {' '.join(others)}, installed over it"
            return f"{what}, {found}; {uninstall(others)}; then {REINSTALL}"
        what = f"one that can't be imported ({broken})" if broken else f"one without {', '.join(lacking)}"
        return f"{what}, {found}; {REINSTALL}"
    others = [other for other in other_distributions(name) if folder_of(other) == found.parent]
    if others:
        return f"that of the distribution {' '.join(others)}, {found}; {uninstall(others)}"
    return f"{found}; rename it, or take its folder off Python's path"


def home(name: str) -> Path:
    """Where our package of a name is: beside this one."""
    return Path(__file__).resolve().parent.parent / name


def place_of(name: str) -> Path | None:
    """The folder of a package, or the file of a module, that Python finds first."""
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None
    if spec is None:
        return None
    if spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations))).resolve()
    return None if spec.origin is None else Path(spec.origin).resolve()


def other_distributions(name: str) -> list[str]:
    """The distributions beside ours that say they install a package of this name."""
    return sorted(set(importlib.metadata.packages_distributions().get(name, [])) - {"handgrad"})


def folder_of(distribution: str) -> Path:
    """The folder into which a distribution was installed."""
    return Path(str(importlib.metadata.distribution(distribution).locate_file(""))).resolve()


def uninstall(distributions: list[str]) -> str:
    """The command that removes them."""
    return f"python -m pip uninstall {' '.join(distributions)}"
