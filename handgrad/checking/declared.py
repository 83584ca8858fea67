"""Derivatives by hand that say in their own file what they are derivatives of, and how they are found there.

    @gradient_of(loss, inputs=[np.ones(3)])
    def gradient(x): ...

A declaration belongs to the file in which the decorator is applied, also where what it is applied to was
imported; it is kept in that module's globals, so none is lost when a name is used twice or a class holds it.
"""

import contextlib
import importlib
import importlib.machinery
import importlib.util
import inspect
import itertools
import os
import sys
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import numpy as np

from handgrad.checking.check import CheckOptions, check_gradient, check_vjp
from handgrad.checking.verdict import Verdict
from handgrad.errors import CheckError, HandgradError, one_line

ATTRIBUTE = "__handgrad__"  # of a function: its declarations
REGISTRY = "__handgrad_declarations__"  # of a module: those made in it
WORDS = (b"gradient_of", b"vjp_of")  # one of which a file that declares something must contain
SKIPPED = ("__pycache__", "node_modules")

Inputs = Sequence[Any] | Callable[[], Sequence[Any]]
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, eq=False)
class Declaration:
    """What a derivative by hand is a derivative of, and where that is said.

    function   the loss, or the forward pass where `vjp`
    by_hand    its gradient, or the backward pass
    inputs     where to look first, or a function that makes them
    options    for `check_gradient` or `check_vjp`
    line       of the decorator
    """

    function: Callable[..., Any]
    by_hand: Callable[..., Any]
    inputs: Inputs
    options: dict[str, Any]
    name: str
    file: str
    line: int
    vjp: bool = False

    @property
    def kind(self) -> str:
        """The decorator's name."""
        return "vjp_of" if self.vjp else "gradient_of"

    def check(self, seed: int | None = None) -> Verdict:
        """The verdict; a seed given here goes before the declaration's own.

        Raises `CheckError` for options that there are not, inputs that can't be made, and what `check_gradient`
        and `check_vjp` raise it for.
        """
        judge: Any = check_vjp if self.vjp else check_gradient
        known = CheckOptions.__annotations__
        unknown = [name for name in self.options if name not in known]
        if unknown:
            raise CheckError(f"{self.kind}: wanted options among {', '.join(known)}, got {', '.join(unknown)}")
        options = self.options if seed is None else self.options | {"seed": seed}
        inputs = self.made_inputs()
        try:
            verdict: Verdict = judge(self.function, self.by_hand, inputs, **options)
            return verdict
        except HandgradError:
            raise
        except (Exception, SystemExit) as error:  # sys.exit() in what is judged must not look like an end in peace
            if not self.raised_in_own_code(error):
                raise
            raise CheckError(f"{self.name}: wanted a value, got {one_line(error)}") from error

    def raised_in_own_code(self, error: BaseException) -> bool:
        """Whether an exception comes from what is judged, not from what judges."""
        written = [inspect.unwrap(f) for f in (self.function, self.by_hand)]
        files = {self.file, *(f.__code__.co_filename for f in written if hasattr(f, "__code__"))}
        return any(frame.f_code.co_filename in files for frame, _ in traceback.walk_tb(error.__traceback__))

    def made_inputs(self) -> Sequence[Any]:
        """The inputs, made anew where a function makes them."""
        made: Any = self.inputs
        if callable(made):
            try:
                made = made()
            except (Exception, SystemExit) as error:
                raise CheckError(f"inputs(): wanted inputs, got {one_line(error)}") from error
        if isinstance(made, np.ndarray | np.generic | float | int):
            return (made,)
        if isinstance(made, str | bytes | dict) or not isinstance(made, Iterable):
            raise CheckError(f"inputs: wanted a sequence of inputs, got {type(made).__name__}")
        return list(made)


def gradient_of(loss: Callable[..., Any], *, inputs: Inputs, **options: Any) -> Callable[[F], F]:
    """Declare a function to be the gradient of a loss, derived by hand: `handgrad check` and pytest judge it.

    inputs   a sequence, or a function without arguments, called when the gradient is judged
    options  those of `check_gradient`

    The function stays as it is and can be called as before.

    >>> import numpy as np
    >>> @gradient_of(lambda x: np.sum(x**2), inputs=[np.array([1.0, 2.0])])
    ... def gradient(x):
    ...     return x
    >>> gradient(3.0)
    3.0
    >>> print(declarations_of(gradient)[0].check().diagnosis[0].kind)
    constant factor
    """
    return declaring(loss, inputs, options, vjp=False)


def vjp_of(forward: Callable[..., Any], *, inputs: Inputs, **options: Any) -> Callable[[F], F]:
    """Declare a function to be the backward pass of `forward`; everything as for `gradient_of`.

    >>> import numpy as np
    >>> @vjp_of(lambda x: x**2, inputs=lambda: [np.array([1.0, 2.0])])
    ... def backward(cotangent, x):
    ...     return 2 * x * cotangent
    >>> declarations_of(backward)[0].check().agrees
    True
    """
    return declaring(forward, inputs, options, vjp=True)


def declaring(function: Callable[..., Any], inputs: Any, options: dict[str, Any], vjp: bool) -> Callable[[F], F]:
    """The decorator."""
    if isinstance(inputs, Iterator):
        inputs = tuple(inputs)  # it could be read but once

    def declare(by_hand: F) -> F:
        frame = sys._getframe(1)
        declaration = Declaration(
            function, by_hand, inputs, dict(options), name_of(by_hand), frame.f_code.co_filename, frame.f_lineno, vjp
        )
        with contextlib.suppress(AttributeError, TypeError):  # NumPy's own functions take no attributes
            setattr(by_hand, ATTRIBUTE, (declaration, *declarations_of(by_hand)))
        if frame.f_globals.get("__name__") != "__main__":  # nobody looks there, and a notebook runs cells again
            frame.f_globals.setdefault(REGISTRY, []).append(declaration)
        return by_hand

    return declare


def name_of(by_hand: Any) -> str:
    """A function's name, with its class where it has one."""
    name = getattr(by_hand, "__qualname__", None) or getattr(by_hand, "__name__", None) or type(by_hand).__name__
    return str(name).rpartition("<locals>.")[2]


def declarations_of(function: Any) -> tuple[Declaration, ...]:
    """What a function is declared to be, the outermost decorator first."""
    return tuple(getattr(function, ATTRIBUTE, ()))


def declarations_in(module: ModuleType) -> list[tuple[str, Declaration]]:
    """What is declared in a module, in order of lines, each under a name of its own: g, g[2], g[3]."""
    # the lines of a loop or a factory are the same each time, and so is their order
    listed = sorted(vars(module).get(REGISTRY, ()), key=lambda declaration: declaration.line)
    times: Counter[str] = Counter()
    named = []
    for declaration in listed:
        times[declaration.name] += 1
        nth = times[declaration.name]
        named.append((declaration.name if nth == 1 else f"{declaration.name}[{nth}]", declaration))
    return named


# files


def files_of(path: Path) -> Iterator[Path]:
    """The Python files in a folder that may declare something, in order of names; a file stands for itself.

    To import a file runs it, so nothing in a folder is imported that does not name one of the decorators.

    Raises `CheckError` for a path that is not there or is no Python file.
    """
    if path.is_dir():
        yield from files_in(path)
    elif not path.exists():
        raise CheckError(f"check: wanted a .py file or a folder, got {path}, which is not there")
    elif path.suffix != ".py" or not path.is_file():
        raise CheckError(f"check: wanted a .py file or a folder, got {path}")
    else:
        yield path


def files_in(folder: Path) -> Iterator[Path]:
    """Those in a folder and the folders in it, without hidden ones, environments and caches."""
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        raise CheckError(f"check: wanted a folder that can be read, got {folder}: {error.strerror}") from error
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            if entry.name not in SKIPPED and not entry.is_symlink() and not (entry / "pyvenv.cfg").exists():
                yield from files_in(entry)
        elif entry.suffix == ".py" and may_declare(entry):
            yield entry


def may_declare(file: Path) -> bool:
    """Whether a file names one of the decorators; one that can't be read may."""
    try:
        text = file.read_bytes()
    except OSError:
        return True
    return any(word in text for word in WORDS)


COUNTER = itertools.count(1)


@contextlib.contextmanager
def imported(file: Path) -> Iterator[ModuleType]:
    """The module that a file holds; all that its import has changed is put back at the end.

    Its folder is on `sys.path` meanwhile; in a package that which holds the package too, so that relative imports
    work. What is loaded from there is forgotten afterwards: other folders may have a `helper.py` of their own.

    Raises `CheckError` where the import fails.
    """
    file = file.absolute()
    root, parts = file.parent, list[str]()
    while (root / "__init__.py").is_file() and root.name.isidentifier():
        root, parts = root.parent, [root.name, *parts]
    name = ".".join([*parts, f"_handgrad_{next(COUNTER)}_{file.stem}"])
    path, entries, before, folder = sys.path, list(sys.path), set(sys.modules), Path.cwd()
    loader = importlib.machinery.SourceFileLoader(name, str(file))
    spec = importlib.util.spec_from_file_location(name, file, loader=loader)
    if spec is None:
        raise CheckError(f"wanted a file that can be imported, got {file.name}")
    module = importlib.util.module_from_spec(spec)
    try:
        # Last in a package: a file in it that is named like one of Python's own must not stand for that.
        sys.path[:] = [str(root), *entries, str(file.parent)] if parts else [str(root), *entries]
        importlib.invalidate_caches()
        sys.modules[name] = module
        with np.errstate(), warnings.catch_warnings():
            try:
                loader.exec_module(module)
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # sys.exit() in a script, pytest.skip() in a test file
                raise CheckError(f"wanted a file that can be imported, got {one_line(error)}") from error
            yield module
    finally:
        os.chdir(folder)
        sys.path = path
        sys.path[:] = entries
        sys.modules.pop(name, None)
        forget(before, root)


def forget(before: set[str], root: Path) -> None:
    """Drop the modules loaded since from beneath a folder; parts of a package that was loaded before stay."""
    dropped = []
    for name, module in list(sys.modules.items()):
        if name in before or name.partition(".")[0] in before or not isinstance(module, ModuleType):
            continue
        # only what is there: some modules import others when asked for a name
        where = vars(module).get("__file__") or next(iter(vars(module).get("__path__", ())), None)
        # An environment may lie beneath too; NumPy's compiled parts, for one, can't be loaded twice.
        if isinstance(where, str) and Path(where).is_relative_to(root) and "site-packages" not in Path(where).parts:
            dropped.append(name)
    for name in dropped:
        del sys.modules[name]
