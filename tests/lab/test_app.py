"""The app as a script: its cells are run by marimo with other answers in place of a reader's."""

import ast
import re
import subprocess
import sys
from html import escape, unescape
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("marimo", reason="needs the extra lab")

from handgrad.lab.question import Choice
from handgrad.lab.server import APP
from handgrad.render.text import explanation
from handgrad.report.equations import BEYOND, REPORT, claims_of
from handgrad.report.question import asked
from handgrad.report.symbols import Sizes
from handgrad.training import by_hand, printed

(INPUT,) = claims_of(["10"], part="input")
RIGHT = "W @ (y_hat - y)"


def value(x) -> SimpleNamespace:
    """In place of something to choose with."""
    return SimpleNamespace(value=x)


def run(**definitions) -> tuple[str, dict]:
    """What is shown, and what the cells define."""
    from handgrad.lab.app import app

    outputs, defined = app.run(defs=definitions)
    text = unescape("\n".join(output.text for output in outputs if output is not None))
    # What stands in a callout is written as JSON.
    return re.sub(r"\\u([0-9a-f]{4})", lambda sign: chr(int(sign[1], 16)), text), dict(defined)


def typed(text: str, form: str = "printed") -> dict:
    return {"editor": value(text), "form": value(form), "forms": {}}


# A formula


def test_it_opens_with_a_formula_that_the_report_prints_wrongly():
    shown, defined = run()
    question = defined["question"]
    assert question.to_dict() == asked(INPUT, "printed", 0, Sizes()).to_dict()
    assert "disagrees</b>" in shown
    assert explanation(question.verdict) in shown
    assert defined["trouble"] is None


@pytest.mark.parametrize(
    ("text", "outcome", "diagnosis"),
    [
        (RIGHT, "agrees on a condition", "It holds where sum_k y_k = 1, and fails elsewhere."),
        (f"3 * {RIGHT}", "disagrees", "By hand is 3 times the gradient"),
        ("W[:, 0] * (y_hat - y)[0]", "disagrees", "4 of 4 entries differ"),
    ],
)
def test_what_is_typed_is_judged(text, outcome, diagnosis):
    shown, defined = run(**typed(text))
    assert defined["question"].formula.text == text
    assert defined["question"].verdict.outcome == outcome
    assert defined["question"].form == "yours"
    assert f"{outcome}</b>" in shown
    assert diagnosis in explanation(defined["question"].verdict)
    assert diagnosis in shown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("W @ (y_hat -", "wanted one expression"),
        ("W @ (yhat - y)", "did you mean y_hat?"),
        ("__import__('os')", "got '__import__'"),
        ("(lambda: 1)()", "wanted a call of np.<function>"),
    ],
)
def test_what_can_not_be_judged_is_told_and_nothing_else_is_shown(text, said):
    shown, defined = run(**typed(text))
    assert defined["question"] is None
    assert said in str(defined["trouble"])
    assert escape(said) in shown
    assert "lab-verdict" not in shown


def test_an_empty_editor_asks_about_the_form():
    for form, outcome in (("printed", "disagrees"), ("right", "agrees on a condition")):
        _, defined = run(**typed("  \n", form))
        assert defined["question"].form == form
        assert defined["question"].verdict.outcome == outcome


def test_every_claim_can_be_chosen_in_the_order_of_the_report():
    _, defined = run()
    assert list(defined["formula"].options.values()) == [*REPORT, *BEYOND]


@pytest.mark.parametrize("claim", [*REPORT, *BEYOND], ids=lambda claim: claim.id)
def test_every_claim_is_shown_as_it_is_judged(claim):
    shown, defined = run(
        formula=value(claim), **{name: value(x) for name, x in (("size", "small"), ("batch", 1), ("filters", 1))},
        seed=value(2),
    )  # fmt: skip
    form = next(iter(claim.forms()))
    assert defined["question"].to_dict() == asked(claim, form, 2, Sizes()).to_dict()
    assert f"{claim.title}, {form}, the worst of" in shown


def test_sizes_and_seed_are_those_chosen():
    choice = Choice(INPUT, size="report", batch=2, seed=5)
    shown, defined = run(about=choice)
    assert defined["question"].to_dict() == asked(INPUT, "printed", 5, choice.sizes).to_dict()
    assert "wanted: shape (2, 144)" in shown
    assert "the worst of 288 entries" in shown


# A descent


@pytest.mark.parametrize(
    ("way", "agrees"), [(by_hand.WAYS["cnn"], True), (printed.WAYS["(15)"], False)], ids=["right", "printed"]
)
def test_a_descent_is_walked_to_the_step(way, agrees):
    shown, defined = run(tab=value("A descent"), by_hand=value(way))
    path = defined["path"]
    assert path.verdict.agrees is agrees
    assert {name: len(curve) for name, curve in path.curves.items()} == {"by hand": 20, "automatic": 20}
    assert "<svg" in shown
    assert "DISAGREES" not in shown or not agrees
    assert (path.curves["by hand"] == path.curves["automatic"]) is False or agrees


def test_one_tab_leaves_the_other_alone():
    shown, defined = run()
    assert "path" not in defined
    assert "<svg" not in shown
    shown, _ = run(tab=value("A descent"))
    assert "lab-verdict" not in shown


# The file itself


def test_the_app_is_thin_and_computes_nothing():
    text = Path(APP).read_text(encoding="utf-8")
    assert len(text.splitlines()) < 250
    tree = ast.parse(text)
    for node in ast.walk(tree):
        assert not isinstance(node, ast.BinOp | ast.UnaryOp | ast.AugAssign)
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert {name.partition(".")[0] for name in imported} == {"marimo", "handgrad", "dataclasses"}


def test_marimo_finds_nothing_wrong_with_the_file():
    command = [sys.executable, "-m", "marimo", "check", "--strict", str(APP)]
    checked = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_it_runs_as_a_script():
    ran = subprocess.run(
        [sys.executable, "-W", "error", str(APP)], capture_output=True, text=True, timeout=120, cwd="/"
    )
    assert ran.returncode == 0, ran.stderr
