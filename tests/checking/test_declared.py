"""Declarations: what decorators keep, what `handgrad check` finds, says and leaves behind."""

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import handgrad
from handgrad import CheckError, gradient_of, vjp_of
from handgrad.checking.declared import declarations_in, declarations_of, files_of, imported
from handgrad.commands.check import tally
from handgrad.commands.cli import main
from handgrad.render.json import strict

HEAD = """import numpy as np
from handgrad import gradient_of, vjp_of

def loss(x):
    return np.sum(x**2)

"""
GOOD = """
@gradient_of(loss, inputs=[np.array([1.0, 2.0])])
def {}(x):
    return 2 * x
"""
BAD = """
@gradient_of(loss, inputs=[np.array([1.0, 2.0])])
def {}(x):
    return 3 * x
"""
BY_CHANCE = """
@gradient_of(loss, inputs=[np.array([1.0, 2.0])])
def {}(x):
    return 2 * x + np.random.default_rng().normal()
"""


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def run(*arguments: object):
    return CliRunner().invoke(main, ["check", *map(str, arguments)], catch_exceptions=False)


def checks(*arguments: object) -> dict:
    def no_constant(name: str):
        raise AssertionError(name)

    return json.loads(run(*arguments, "--json").stdout, parse_constant=no_constant)


def loss(x):
    return np.sum(x**2)


# decorators


def test_the_function_stays_what_it_is():
    def gradient(x):
        return 2 * x

    assert gradient_of(loss, inputs=[1.0])(gradient) is gradient
    (declaration,) = declarations_of(gradient)
    assert declaration.by_hand is gradient
    assert declaration.function is loss
    assert declaration.name == "gradient"
    assert declaration.file == __file__
    assert declaration.check().agrees


def test_two_declarations_of_one_function():
    @gradient_of(loss, inputs=[1.0])
    @gradient_of(lambda x: x**3, inputs=[1.0])
    def gradient(x):
        return 2 * x

    outer, inner = declarations_of(gradient)
    assert outer.line + 1 == inner.line
    assert outer.check().agrees
    assert not inner.check().agrees


def test_seed_of_the_caller_goes_before_that_of_the_declaration():
    @gradient_of(loss, inputs=[1.0], seed=7)
    def gradient(x):
        return 2 * x

    (declaration,) = declarations_of(gradient)
    assert declaration.check().seed == 7
    assert declaration.check(3).seed == 3
    assert declaration.check(0).seed == 0


def test_inputs_are_made_when_checked_and_anew_each_time():
    made = []

    def inputs():
        made.append(1)
        return [np.ones(2)]

    @vjp_of(np.sin, inputs=inputs)
    def backward(cotangent, x):
        return np.cos(x) * cotangent

    assert not made
    (declaration,) = declarations_of(backward)
    assert declaration.check().agrees
    assert declaration.check().agrees
    assert len(made) == 2


def test_inputs_that_can_be_read_but_once_last():
    @gradient_of(loss, inputs=(x for x in [1.0]))
    def gradient(x):
        return 2 * x

    (declaration,) = declarations_of(gradient)
    assert declaration.check().agrees
    assert declaration.check().agrees


@pytest.mark.parametrize("inputs", [np.array([1.0, 2.0]), 1.5, np.float64(2.0)])
def test_one_input_needs_no_list(inputs):
    assert declarations_of(gradient_of(loss, inputs=inputs)(lambda x: 2 * x))[0].check().agrees


@pytest.mark.parametrize(
    ("inputs", "options", "words"),
    [
        ([1.0], {"sede": 1}, r"gradient_of: wanted options among names, .*seed.*got sede"),
        (lambda: 1 / 0, {}, r"inputs\(\): wanted inputs, got ZeroDivisionError"),
        (lambda: sys.exit(0), {}, r"inputs\(\): wanted inputs, got SystemExit: 0"),
        (lambda x: [x], {}, r"inputs\(\): wanted inputs, got TypeError"),
        (None, {}, "inputs: wanted a sequence of inputs, got NoneType"),
        (lambda: None, {}, "inputs: wanted a sequence of inputs, got NoneType"),
        ("abc", {}, "inputs: wanted a sequence of inputs, got str"),
        ({"x": 1.0}, {}, "inputs: wanted a sequence of inputs, got dict"),
        ([], {}, "wanted at least one input"),
        ([np.nan], {}, "wanted finite inputs"),
        ([1.0], {"wrt": "y"}, "wrt: wanted one of x"),
    ],
)
def test_what_can_not_be_checked_is_told_when_it_is(inputs, options, words):
    (declaration,) = declarations_of(gradient_of(loss, inputs=inputs, **options)(lambda x: 2 * x))
    with pytest.raises(CheckError, match=words):
        declaration.check()


def leaves(x):
    sys.exit(0)


def divides(x):
    return x / (1 // 0)


@pytest.mark.parametrize("wrong", [leaves, divides])
def test_code_that_raises_is_told(wrong):
    for function, by_hand in ((loss, wrong), (wrong, loss)):
        with pytest.raises(CheckError, match=r"SystemExit|ZeroDivisionError"):
            declarations_of(gradient_of(function, inputs=[np.ones(2)])(by_hand))[0].check()


def test_a_declaration_does_not_break_what_takes_no_attributes():
    assert gradient_of(lambda x: np.sum(np.sin(x)), inputs=[np.ones(2)])(np.cos) is np.cos


# finding


def test_files_are_found_in_order_of_names(tmp_path):
    for name in ("b.py", "a/z.py", "a.py", "c/d/e.py", "B.py"):
        write(tmp_path / name, HEAD)
    for name in (".hidden/x.py", "__pycache__/x.py", "node_modules/x.py", "venv/lib/x.py", "notes.txt", ".x.py"):
        write(tmp_path / name, HEAD)
    write(tmp_path / "venv/pyvenv.cfg", "")
    write(tmp_path / "other.py", "raise SystemExit('nothing is declared here, so nothing of it may run')")
    found = [str(file.relative_to(tmp_path)) for file in files_of(tmp_path)]
    assert found == ["B.py", "a/z.py", "a.py", "b.py", "c/d/e.py"]


def test_links_in_a_circle_end(tmp_path):
    write(tmp_path / "a.py", HEAD)
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    assert len(list(files_of(tmp_path))) == 1


def test_declarations_of_a_file_each_under_its_own_name(tmp_path):
    text = HEAD + GOOD.format("g") + GOOD.format("größe") + BAD.format("g")
    text += "\nfor n in (2, 3):\n    @gradient_of(lambda x, n=n: np.sum(x**n), inputs=[1.0], names='x')\n"
    text += "    def power(x, n=n):\n        return n * x ** (n - 1)\n"
    text += "\nclass C:\n    @staticmethod\n    @gradient_of(loss, inputs=[1.0])\n    def g(x):\n        return 2 * x\n"
    text += "\ngradient_of(lambda x: np.sum(np.sin(x)), inputs=[np.ones(2)])(np.cos)\n"
    with imported(write(tmp_path / "a.py", text)) as module:
        found = declarations_in(module)
    assert [name for name, _ in found] == ["g", "größe", "g[2]", "power", "power[2]", "C.g", "cos"]
    lines = text.splitlines()
    assert all("gradient_of(" in lines[declaration.line - 1] for _, declaration in found)
    assert [name for name, declaration in found if not declaration.check().agrees] == ["g[2]"]


def test_what_is_imported_belongs_to_the_other_file(tmp_path):
    write(tmp_path / "a.py", HEAD + BAD.format("wrong"))
    b = write(tmp_path / "b.py", HEAD + "from a import wrong\n" + GOOD.format("right"))
    assert [check["name"] for check in checks(b)["checks"]] == ["right"]
    assert [check["name"] for check in checks(tmp_path)["checks"]] == ["wrong", "right"]


def test_an_import_is_put_back(tmp_path):
    text = "import os, sys, warnings, helper\nnp_before = None\n" + HEAD
    text += (
        "sys.path = ['/nowhere', *sys.path]\nos.chdir('/')\nwarnings.simplefilter('ignore')\nnp.seterr(all='raise')\n"
    )
    file = write(tmp_path / "a.py", text + GOOD.format("g"))
    write(tmp_path / "helper.py", "")
    path, entries, modules, folder = sys.path, list(sys.path), set(sys.modules), Path.cwd()
    errors, filters = np.geterr(), list(warnings.filters)
    with imported(file) as module:
        assert module.__name__ in sys.modules
        assert "helper" in sys.modules
    assert sys.path is path
    assert sys.path == entries
    assert set(sys.modules) == modules
    assert Path.cwd() == folder
    assert np.geterr() == errors
    assert warnings.filters == filters


def test_each_folder_has_its_own_helper(tmp_path):
    for folder, factor in (("one", 2), ("two", 3)):
        write(tmp_path / folder / "helper.py", f"factor = {factor}\n")
        text = HEAD + "import helper\n" + GOOD.format("g").replace("2 * x", "helper.factor * x")
        write(tmp_path / folder / "same.py", text)
    found = checks(tmp_path)["checks"]
    assert [(Path(check["file"]).parent.name, check["name"], check["outcome"]) for check in found] == [
        ("one", "g", "agrees"),
        ("two", "g", "disagrees"),
    ]
    assert "helper" not in sys.modules


def test_a_package_may_import_from_itself_and_does_not_hide_pythons_own(tmp_path):
    write(tmp_path / "pkg/__init__.py", "")
    write(tmp_path / "pkg/sub/__init__.py", "")
    write(tmp_path / "pkg/factors.py", "two = 2\n")
    write(tmp_path / "pkg/sub/colorsys.py", "raise ImportError('not this one')")
    text = HEAD + "import colorsys\nfrom ..factors import two\n" + GOOD.format("g").replace("2 * x", "two * x")
    result = run(write(tmp_path / "pkg/sub/a.py", text))
    assert result.exit_code == 0, result.output
    assert not [name for name in sys.modules if name.partition(".")[0] == "pkg"]


def test_parts_of_namespace_packages_are_forgotten_too(tmp_path):
    write(tmp_path / "spaced/deeper/x.py", "")
    file = write(tmp_path / "a.py", "import spaced.deeper.x\n" + HEAD + GOOD.format("g"))
    assert run(file).exit_code == 0
    assert not [name for name in sys.modules if name.startswith("spaced")]


# the command


def test_all_verdicts_with_where_they_are_from(tmp_path):
    file = write(tmp_path / "a.py", HEAD + GOOD.format("right") + BAD.format("wrong") + "print('noise')\n")
    result = run(file)
    assert result.exit_code == 1
    assert f"{file}:8 right  agrees\n" in result.stdout
    assert f"{file}:12 wrong  disagrees\n" in result.stdout
    assert "likely: by hand is 3/2 times" in result.stdout
    assert result.stdout.endswith("1 agree, 1 disagree, 0 cannot decide\n")
    assert "noise" not in result.stdout
    assert result.stderr.splitlines() == ["noise", f"judging {file}:8 right", f"judging {file}:12 wrong"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (GOOD.format("a"), 0),
        (BAD.format("a"), 1),
        (BY_CHANCE.format("a"), 3),
        (BY_CHANCE.format("a") + BAD.format("b"), 1),
        (BAD.format("a") + BY_CHANCE.format("b") + GOOD.format("c").replace("x)]", "x, no]"), 1),
        (BAD.format("a") + GOOD.format("b").replace("[np.array([1.0, 2.0])]", "lambda: 1 / 0"), 2),
        (BAD.format("a") + GOOD.format("b").replace("return 2 * x", "raise SystemExit(0)"), 2),
    ],
)
def test_statuses(tmp_path, text, status):
    assert run(write(tmp_path / "a.py", HEAD + text)).exit_code == status


def test_the_others_are_judged_where_one_can_not_be(tmp_path):
    text = HEAD + GOOD.format("first").replace("[np.array([1.0, 2.0])]", "lambda: 1 / 0") + GOOD.format("second")
    file = write(tmp_path / "a.py", text)
    result = run(file)
    assert result.exit_code == 2
    assert f"Error: {file}:8 first: inputs(): wanted inputs, got ZeroDivisionError: division by zero" in result.stderr
    assert "second  agrees" in result.stdout
    assert "1 agree, 0 disagree, 0 cannot decide; 1 not checked" in result.stdout


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def f(:\n", "got SyntaxError"),
        ("import there_is_no_such_module\n", "got ModuleNotFoundError: No module named 'there_is_no_such_module'"),
        ("raise SystemExit(0)\n", "got SystemExit: 0"),
        ("import pytest; pytest.skip('no', allow_module_level=True)\n", "got Skipped: no"),
        ("raise ValueError('one\\ntwo')\n", "got ValueError: one two"),
        ("x = '\0'\n", "got SyntaxError"),
        ("", "got a file without one"),
        ("from handgrad import gradient_of\n", "got a file without one"),
    ],
)
def test_a_file_that_is_of_no_use_is_told_in_one_line(tmp_path, text, words):
    file = write(tmp_path / "a.py", text)
    entries, modules = list(sys.path), set(sys.modules)
    result = run(file)
    assert result.exit_code == 2
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"Error: {file}: wanted ")
    assert words in line
    assert sys.path == entries
    assert not [name for name in set(sys.modules) - modules if "_handgrad_" in name]


def test_one_bad_file_in_a_folder_does_not_hide_the_others(tmp_path):
    write(tmp_path / "a.py", "from handgrad import gradient_of\ndef f(:\n")
    write(tmp_path / "b.py", HEAD + GOOD.format("g"))
    result = run(tmp_path)
    assert result.exit_code == 2
    assert "a.py: wanted a file that can be imported, got SyntaxError" in result.stderr
    assert "g  agrees" in result.stdout


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing.py", "missing.py, which is not there"),
        ("notes.txt", "wanted a .py file or a folder, got"),
        ("empty", "wanted a function declared with handgrad.gradient_of or vjp_of, got none"),
    ],
)
def test_wrong_paths_are_told(tmp_path, name, words):
    (tmp_path / "empty").mkdir()
    write(tmp_path / "notes.txt", "gradient_of")
    result = run(tmp_path / name)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_no_path_is_wrong_usage():
    assert run().exit_code == 2


def test_by_name(tmp_path):
    file = write(tmp_path / "a.py", HEAD + GOOD.format("right") + BAD.format("Wrong"))
    assert run(file, "-k", "RIGHT").exit_code == 0
    assert [check["name"] for check in checks(file, "-k", "wro")["checks"]] == ["Wrong"]
    result = run(file, "-k", "other")
    assert result.exit_code == 2
    assert "with 'other' in its name, got none" in result.stderr


def test_a_file_given_twice_counts_once(tmp_path):
    file = write(tmp_path / "a.py", HEAD + GOOD.format("g"))
    assert len(checks(file, tmp_path, file)["checks"]) == 1


def test_json_is_strict_and_complete(tmp_path):
    text = HEAD + BAD.format("wrong") + GOOD.format("half").replace("2 * x", "np.where(x > 1.5, np.nan, 2 * x)")
    text += GOOD.format("no").replace("[np.array([1.0, 2.0])]", "lambda: 1 / 0") + "print('noise')\n"
    file = write(tmp_path / "a.py", text)
    told = checks(file, "--seed", 5)
    assert told["handgrad"] == handgrad.__version__
    assert told["seed"] == 5
    assert [(c["name"], c["file"], c["line"], c["outcome"], c["seed"]) for c in told["checks"]] == [
        ("wrong", str(file), 8, "disagrees", 5),
        ("half", str(file), 12, "disagrees", 5),
    ]
    (error,) = told["errors"]
    assert (error["name"], error["line"]) == ("no", 16)
    assert checks(file)["seed"] is None
    assert strict({"a": [np.float64("inf"), np.int64(3), np.bool_(True)], "b": Path("c")}) == {
        "a": [None, 3, True],
        "b": "c",
    }


def test_same_verdicts_each_time(tmp_path):
    file = write(tmp_path / "a.py", HEAD + GOOD.format("right") + BAD.format("wrong"))
    assert checks(file) == checks(file)


def test_tally():
    assert tally(["agrees", "disagrees", "cannot decide", "agrees"], 2) == (
        "2 agree, 1 disagree, 1 cannot decide; 2 not checked"
    )


# the package


def python(text: str) -> str:
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=120, check=True)
    return done.stdout.strip()


def test_import_handgrad_alone_is_light():
    assert python("import sys, handgrad; print('numpy' in sys.modules, 'click' in sys.modules)") == "False False"
    assert python("import sys, handgrad; handgrad.check_gradient; print('numpy' in sys.modules)") == "True"


def test_names_of_the_package():
    from handgrad.checking import check_gradient

    assert handgrad.check_gradient is check_gradient
    for name in handgrad.__all__:
        assert getattr(handgrad, name) is not None
        assert name in dir(handgrad)
    with pytest.raises(AttributeError, match="has no attribute 'check_gradients'"):
        _ = handgrad.check_gradients  # type: ignore[attr-defined]


def test_in_a_process_of_its_own_without_colour(tmp_path):
    write(tmp_path / "a.py", HEAD + GOOD.format("größe"))
    done = subprocess.run(
        [sys.executable, "-m", "handgrad", "check", "a.py"], cwd=tmp_path, capture_output=True, timeout=120,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(b"a.py:8 gr\\xf6\\xdfe  agrees")
    assert b"\x1b" not in done.stdout
