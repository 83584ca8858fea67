"""What is installed, and whose `autograd` is imported: another distribution has that import name too."""

import importlib.metadata
import importlib.util
import platform
from dataclasses import dataclass
from pathlib import Path

EXTRAS = {"test": ("pytest", "hypothesis"), "dev": ("ruff", "mypy", "import-linter")}
NEEDED = ("numpy", "click", "rich")


@dataclass(frozen=True)
class Line:
    """One line of the report; `well` is False where something is in the way of handgrad."""

    name: str
    found: str
    well: bool = True


def examine() -> list[Line]:
    """Look at versions, at the owner of `autograd`, and at the extras; imports none of them."""
    lines = [
        Line("handgrad", version("handgrad") or "not installed as a distribution"),
        Line("python", platform.python_version()),
    ]
    lines += [Line(name, version(name) or "missing", version(name) is not None) for name in NEEDED]
    lines.append(autograd_owner())
    for extra, names in EXTRAS.items():
        missing = [name for name in names if version(name) is None]
        found = f'missing {", ".join(missing)}: python -m pip install "handgrad[{extra}]"' if missing else "present"
        lines.append(Line(f"extra {extra}", found))
    return lines


def version(name: str) -> str | None:
    """The version of an installed distribution."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def autograd_owner() -> Line:
    """The distribution that the imported `autograd` belongs to: ours stands in the same folder as handgrad."""
    spec = importlib.util.find_spec("autograd")
    if spec is None or spec.origin is None:
        return Line("autograd", "missing: python -m pip install --force-reinstall handgrad", well=False)
    found = Path(spec.origin).resolve().parent
    owners = importlib.metadata.packages_distributions().get("autograd", [])
    ours = found.parent == Path(__file__).resolve().parent.parent and (found / "tensor.py").exists()
    if ours and set(owners) <= {"handgrad"}:
        return Line("autograd", f"handgrad's own, {found}")
    others = " ".join(sorted(set(owners) - {"handgrad"}))
    if not others:
        return Line("autograd", f"not handgrad's own, but {found}: take that folder off Python's path", well=False)
    where = "handgrad's own for now, but also claimed by" if ours else "not handgrad's but that of"
    cure = f"python -m pip uninstall {others} && python -m pip install --force-reinstall handgrad"
    return Line("autograd", f"{where} the distribution {others}, {found}: {cure}", well=False)
