"""What the package imports, and what its rules may not do: held in a fresh interpreter and by the syntax."""

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

import autograd

HOME = Path(autograd.__file__).parent
ROOT = HOME.parent
FILES = sorted(HOME.rglob("*.py"))
RULES = sorted((HOME / "rules").glob("*.py"))
PRESENT = [name for name in ("autograd", "manual") if importlib.util.find_spec(name)]


def fresh(code: str) -> list[str]:
    """The words that a new interpreter prints."""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout.split()


def loaded_by(*names: str) -> set[str]:
    """The top-level modules that an import adds to a bare interpreter."""
    code = (
        "import sys; before = set(sys.modules)\n"
        f"import {', '.join(names)}\n"
        "print(*sorted({name.split('.')[0] for name in set(sys.modules) - before}))"
    )
    return set(fresh(code))


def test_only_numpy_and_the_standard_library_are_loaded():
    # The modules of NumPy's own compiled parts are named beside it.
    own = loaded_by("numpy")
    foreign = loaded_by(*PRESENT) - own - set(sys.stdlib_module_names) - set(PRESENT)
    assert foreign == set()
    assert "handgrad" not in loaded_by(*PRESENT)


@pytest.mark.skipif("manual" not in PRESENT, reason="there is no package manual yet")
def test_neither_package_loads_the_other():
    assert "autograd" not in loaded_by("manual")
    assert "manual" not in loaded_by("autograd")


def imports_of(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            found.add((node.module or "").split(".")[0])
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HOME)))
def test_no_file_imports_the_other_packages(path):
    allowed = {"autograd", "numpy"} | set(sys.stdlib_module_names)
    assert imports_of(ast.parse(path.read_text("utf-8"))) <= allowed


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HOME)))
def test_no_file_is_long(path):
    assert len(path.read_text("utf-8").splitlines()) < 400


def forcing(tree: ast.AST, allowed: tuple[str, ...]) -> list[str]:
    """Calls that would force an operand to be a plain array, outside the functions named."""
    found = []
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef) or function.name in allowed:
            continue
        for node in ast.walk(function):
            if not isinstance(node, ast.Call):
                continue
            text = ast.unparse(node)
            name = ast.unparse(node.func)
            arrays = ("np.asarray", "np.array", "np.asanyarray", "np.ascontiguousarray", "np.fromiter")
            if name in arrays or (name == "isinstance" and "ndarray" in text):
                found.append(f"{function.name}: {text}")
    return found


# An index is no operand: `may_repeat` and `take` look at one, and `cofactors` makes one of its own.
ABOUT_INDICES = ("may_repeat", "take", "cofactors")


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_no_rule_forces_its_operands_to_be_plain_arrays(path):
    assert forcing(ast.parse(path.read_text("utf-8")), ABOUT_INDICES) == []


@pytest.mark.parametrize("call", ["np.asarray(x)", "isinstance(x, np.ndarray)", "np.array(x)"])
def test_the_search_for_forced_operands_finds_them(call):
    assert forcing(ast.parse(f"def rule(x):\n    return lambda z_bar: z_bar * {call}"), ABOUT_INDICES)
