"""The command as a user types it: output, JSON, exit status, errors, reproducibility."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from handgrad import __version__, doctor
from handgrad.commands import cli
from handgrad.commands.cli import load, main
from handgrad.errors import HandgradError
from handgrad.report.equations import REPORT


def run(*arguments: str, typed: str | None = None):
    return CliRunner().invoke(main, list(arguments), input=typed, catch_exceptions=False)


def claims(*arguments: str) -> list[dict]:
    return json.loads(run(*arguments, "--json").stdout)["claims"]


# verify


def test_verify_judges_all_fifteen_and_succeeds():
    result = run("verify")
    assert result.exit_code == 0
    for number in range(1, 16):
        assert f"({number})" in result.stdout
    assert "right forms: 38 of 38 hold" in result.stdout
    assert "seed 0" in result.stdout
    assert result.stderr == ""


def test_verify_json_has_the_documented_schema():
    result = json.loads(run("verify", "--json").stdout)
    assert set(result) == {"handgrad", "seed", "claims"}
    assert result["handgrad"] == __version__
    assert len(result["claims"]) == 2 * len(REPORT)
    for claim in result["claims"]:
        assert set(claim) == {
            "equation", "part", "form", "outcome", "condition", "worst", "explanation", "diagnosis", "authors_note",
            "counterexample", "exact",
        }  # fmt: skip
        assert claim["form"] in ("printed", "right")
        assert claim["outcome"] in ("agrees", "agrees on a condition", "disagrees", "cannot decide")
        assert (claim["condition"] is not None) == (claim["outcome"] == "agrees on a condition")
        if claim["outcome"] == "disagrees":
            assert set(claim["worst"]) == {"argument", "index", "hand", "automatic", "numeric"}
            assert claim["explanation"]
            assert set(claim["counterexample"]) == {"letters", "hand", "automatic"}
        if claim["outcome"] == "agrees":
            assert claim["worst"] is claim["explanation"] is claim["counterexample"] is None


def test_verify_some():
    assert {claim["equation"] for claim in claims("verify", "10", "15")} == {"10", "15"}
    assert {claim["equation"] for claim in claims("verify", "(7)")} == {"7"}
    assert {claim["equation"] for claim in claims("verify", "beyond")} == {"beyond"}


@pytest.mark.parametrize(("equations", "status"), [(["10"], 1), (["5", "12"], 0), ([], 1), (["7"], 0)])
def test_printed_forms_alone_fail_when_one_disagrees(equations, status):
    result = run("verify", "--printed", *equations)
    assert result.exit_code == status
    assert "right forms" not in result.stdout


def test_a_wrong_right_form_is_a_failure(monkeypatch):
    from dataclasses import replace

    from handgrad.report import equations

    broken = tuple(replace(claim, right=claim.printed) if claim.equation == "10" else claim for claim in REPORT)
    monkeypatch.setattr(equations, "REPORT", broken)
    assert run("verify", "10").exit_code == 1


def test_a_broken_engine_cannot_decide(monkeypatch):
    import numpy as np

    from autograd.table import RULES, Rule

    wrong = Rule(lambda x: (np.exp(x), (lambda z_bar: -z_bar,)), 1, False)
    monkeypatch.setitem(RULES, np.exp, wrong)
    result = run("verify", "12")
    assert result.exit_code == 3
    assert "the engine is to blame" in result.stdout


def test_same_seed_same_output_whatever_else_is_judged():
    assert run("verify", "10", "11", "--seed", "3").stdout == run("verify", "10", "11", "--seed", "3").stdout
    alone = claims("verify", "10", "--seed", "3")
    among = [claim for claim in claims("verify", "7", "10", "12", "--seed", "3") if claim["equation"] == "10"]
    assert alone == among
    assert claims("verify", "10", "--seed", "4") != alone


@pytest.mark.parametrize(
    "options", [["--seed", "5"], ["--batch", "2"], ["--filters", "2"], ["--size", "report"],
                ["--seed", "5", "--batch", "2", "--filters", "2", "--size", "report"]],
)  # fmt: skip
def test_the_printed_command_reproduces(options):
    import shlex

    lines = run("verify", "10", *options).stdout.splitlines()
    command = next(line for line in lines if "reproduce:" in line and '"input"' in line).split("handgrad ")[1]
    found = next(claim for claim in claims("verify", "10", *options) if claim["part"] == "input")
    again = claims(*shlex.split(command))[0]
    assert {name: again[name] for name in found} == found
    # Without any one of the options it is another result, so each must stand in the command.
    for at in range(0, len(options), 2):
        other = claims("verify", "10", *options[:at], *options[at + 2 :])
        assert next(claim for claim in other if claim["part"] == "input")["worst"] != found["worst"]


def test_the_columns_of_the_table_stand_apart_and_in_line():
    lines = [line for line in run("verify", "12", "beyond").stdout.splitlines() if line.startswith("(")][:-1]
    assert len(lines) == 4
    assert len({line.index(form) for line, form in zip(lines, ["printed, right", *3 * ["right"]], strict=True)}) == 1
    assert lines[1].startswith("(beyond) hidden weights  ")


def test_a_condition_comes_with_the_worst_entry_elsewhere():
    found = next(claim for claim in claims("verify", "7") if claim["condition"])
    line = next(line for line in run("verify", "7").stdout.splitlines() if "on a condition" in line)
    index = ", ".join(map(str, found["worst"]["index"]))
    assert f"elsewhere, worst at x[{index}]: by hand {found['worst']['hand']:.4g}, automatic" in line


@pytest.mark.parametrize(
    ("equation", "parts"),
    [
        ("2", ["error", "sigmoid", "activation", "weights, first line", "weights"]),
        ("8", ["weights", "bias"]),
        ("9", ["weights, first line", "weights", "bias, first line", "bias"]),
        ("11", ["entries", "map", "derivative", "no effect"]),
        ("13", ["map", "Code 1"]),
        ("14", ["weights", "bias"]),
        ("15", ["weights, first line", "weights", "bias, first line", "bias"]),
        ("beyond", ["hidden weights", "hidden thresholds", "image"]),
    ],
)
@pytest.mark.parametrize("how", [["--try", "1"], ["-i"]])
def test_a_formula_for_several_parts_needs_a_choice(equation, parts, how):
    result = run("compare", equation, *how)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "wanted one of " + ", ".join(f'--part "{part}"' for part in parts) in result.stderr


@pytest.mark.parametrize(
    ("equation", "part"),
    [("1", "weights"), ("4", "thresholds"), ("6", "outputs"), ("7", "line 5"), ("10", "input"), ("12", "sigmoid")],
)
def test_the_lines_of_one_derivation_are_judged_by_its_last(equation, part):
    from handgrad.commands.compare import only_target
    from handgrad.report.equations import claims_of

    assert only_target(claims_of([equation])).part == part


@pytest.mark.parametrize("options", [["--batch", "4"], ["--filters", "3"], ["--batch", "2", "--filters", "2"]])
def test_batches_and_filters(options):
    assert run("verify", *options).exit_code == 0


def test_report_size():
    result = run("verify", "9", "10", "12", "15", "--size", "report")
    assert result.exit_code == 0
    assert "size report" in result.stdout


# Wrong usage: one line, exit status 2, no traceback


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["verify", "16"], "got '16'"),
        (["verify", "ten"], "got 'ten'"),
        (["verify", "--seed", "-1"], "-1"),
        (["verify", "--seed", "x"], "x"),
        (["verify", "--size", "huge"], "huge"),
        (["verify", "--batch", "0"], "0"),
        (["verify", "--filters", "1000"], "1000"),
        (["verify", "--nonsense"], "nonsense"),
        (["show"], "EQUATIONS"),
        (["show", "99"], "got '99'"),
        (["compare"], "EQUATION"),
        (["compare", "10", "--part", "inputs"], "got 'inputs'"),
        (["compare", "10", "--form", "left"], "left"),
        (["compare", "9", "--try", "a"], "several parts"),
        (["compare", "10", "--try", ""], "got nothing"),
        (["compare", "10", "--try", "W @"], "wanted one expression"),
        (["compare", "10", "--try", "foo"], "got 'foo'"),
        (["compare", "10", "--try", "y_hat @ a"], "can't be computed"),
        (["compare", "10", "--try", "a", "--form", "right"], "got several"),
        (["compare", "10", "--try", "a", "-i"], "got several"),
        (["compare", "10", "-i", "--json"], "got several"),
        (["nonsense"], "nonsense"),
    ],
)
def test_wrong_usage_is_told(arguments, words):
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.output
    assert result.stdout == ""


# show, compare


@pytest.mark.parametrize("equation", [*map(str, range(1, 16)), "beyond"])
def test_show_tells_all(equation):
    result = run("show", equation)
    assert result.exit_code == 0
    forms = ("formula",) if equation == "beyond" else ("as printed", "right")
    for part in ("section", "domain", *forms, "by hand", "letters", "\\"):
        assert part in result.stdout
    assert ("as printed" in result.stdout) == (equation != "beyond")


def test_show_ten_has_both_forms_and_both_codes():
    output = run("show", "10").stdout
    assert "(ŷ_i − y_i) w_j" in output
    assert "Σ_i (ŷ_i − y_i) w_ji" in output
    assert output.count("def input_gradient(") == 2
    assert "2.2.3" in output


def test_compare_shows_three_columns_and_the_verdict():
    output = run("compare", "10", "--part", "input").stdout
    for words in ("by hand", "automatic", "difference", "disagrees", "agrees on a condition: sum_k y_k = 1"):
        assert words in output


@pytest.mark.parametrize(
    ("equation", "part", "formula", "outcome", "status"),
    [
        ("10", None, "(y_hat - y)[0] * W[:, 0]", "disagrees", 1),
        ("10", None, "W @ (y_hat - y)", "agrees on a condition", 0),
        ("10", None, "W @ (y_hat * np.sum(y) - y)", "agrees", 0),
        ("9", "weights", "np.outer(a, y_hat - y)", "agrees on a condition", 0),
        ("9", "weights", "np.outer(a, y - y_hat)", "disagrees", 1),
        ("10", "input", "W", "disagrees", 1),
        ("10", "input", "a[None]", "disagrees", 1),
        ("9", "weights", "np.outer(y_hat - y, a)", "disagrees", 1),
        ("5", None, "-y / y_hat", "agrees", 0),
        ("12", None, "c * (1 - c)", "agrees", 0),
        ("12", None, "c", "disagrees", 1),
        ("6", None, "np.diag(y_hat) - np.outer(y_hat, y_hat)", "agrees", 0),
        ("2", "weights", "-eta * np.outer(b, (y_hat - y) * y_hat * (1 - y_hat))", "agrees", 0),
        ("14", "weights", "U", "agrees", 0),
    ],
)
def test_a_formula_of_ones_own(equation, part, formula, outcome, status):
    options = ["--part", part] if part else []
    result = run("compare", equation, *options, "--try", formula, "--json")
    assert json.loads(result.stdout)["claims"][0]["outcome"] == outcome
    assert result.exit_code == status


def test_a_value_of_the_wrong_shape_is_wrong_and_its_cause_is_named():
    result = run("compare", "9", "--part", "weights", "--try", "np.outer(y_hat - y, a)")
    assert "The derivative by W has shape (3, 4), wanted (4, 3). " in result.stdout
    assert "agrees once transposed" in result.stdout
    assert "by hand" not in result.stdout  # there is no entry to set beside another
    assert result.exit_code == 1


def test_a_formula_of_ones_own_for_a_batch_needs_its_mean():
    assert run("compare", "7", "--part", "line 4", "--batch", "2", "--try", "y_hat - y").exit_code == 1
    formula = "(y_hat * np.sum(y, axis=1, keepdims=True) - y) / N"
    assert run("compare", "7", "--part", "line 4", "--batch", "2", "--try", formula).exit_code == 0


def test_the_prompt_judges_formula_after_formula():
    result = run("compare", "10", "-i", typed="help\n\nW @ (y_hat - y)\nfoo\na\nquit\nW\n")
    assert result.exit_code == 0
    assert "y_hat  (3,)" in result.stdout
    assert result.stdout.count("third opinion") == 2
    assert "got 'foo'" in result.stderr


# The process


def python(*arguments: str, **options):
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=120, **options)


def test_help_imports_nothing_heavy():
    script = (
        "import sys\nfrom handgrad.commands.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as end:\n    assert end.code == 0\n"
        "print({'numpy', 'rich', 'hypothesis', 'autograd', 'manual'} & set(sys.modules))"
    )
    result = python("-c", script)
    assert result.stdout.splitlines()[-1] == "set()"
    assert "verify " in result.stdout


@pytest.mark.parametrize("name", main.commands)
def test_the_line_of_help_is_the_commands_own(name):
    command = load(name)
    assert command.name == name
    for limit in (45, 1000):
        assert main.commands[name].get_short_help_str(limit) == command.get_short_help_str(limit)


def test_every_command_is_listed():
    files = {path.stem for path in Path(cli.__file__).parent.glob("*.py")}
    others = {"__init__", "cli", "exit_codes", "options", "progress", "prompting", "streams", "terminal"}
    assert files == set(main.commands) | others


def test_a_command_is_asked_about_its_packages_before_it_is_imported(monkeypatch):
    def refuse():
        raise HandgradError("another's package")

    monkeypatch.setattr(doctor, "require_own_packages", refuse)
    monkeypatch.setattr(cli, "import_module", lambda name: pytest.fail(f"{name} was imported"))
    for name in set(main.commands) - set(cli.WITHOUT_GRADIENTS):
        result = run(name, "--help")
        assert result.exit_code == 2
        assert result.stderr == "Error: another's package\n"


def test_no_colour_in_a_pipe():
    result = python("-m", "handgrad", "verify", "10")
    assert result.returncode == 0
    assert "\x1b" not in result.stdout


@pytest.mark.parametrize("arguments", [["show", "10"], ["verify", "7"], ["compare", "6"]])
def test_a_terminal_without_the_signs_of_formulas(arguments):
    import os

    plain = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    result = python("-m", "handgrad", *arguments, env=plain)
    assert "Traceback" not in result.stderr
    assert result.returncode == 0


def test_a_narrow_terminal_keeps_the_digits():
    import os

    wide, narrow = (
        python("-m", "handgrad", "compare", "12", env={**os.environ, "COLUMNS": columns}).stdout
        for columns in ("200", "20")
    )
    assert [line.split() for line in narrow.splitlines()] == [line.split() for line in wide.splitlines()]
