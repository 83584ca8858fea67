"""What is shown is what was found: the words and the numbers; nothing that a reader types is HTML."""

import json
import re
import shlex
from dataclasses import replace
from html import unescape

import pytest
from click.testing import CliRunner

from handgrad.checking.verdict import Outcome
from handgrad.commands.cli import main
from handgrad.errors import FormulaError
from handgrad.lab import shown
from handgrad.lab.descent import Walk, settings_of, ways_of
from handgrad.lab.question import Choice, seed_in
from handgrad.render.text import ROWS, explanation, worst_rows
from handgrad.report.equations import BEYOND, REPORT, claims_of
from handgrad.report.symbols import Sizes

(INPUT,) = claims_of(["10"], part="input")
RIGHT = "W @ (y_hat - y)"


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", html))


# Verdicts


@pytest.mark.parametrize(
    ("choice", "outcome", "said"),
    [
        (Choice(INPUT, "printed"), "disagrees", "add up all terms"),
        (Choice(INPUT, "right"), "agrees on a condition", "and fails elsewhere"),
        (Choice(INPUT, text=RIGHT), "agrees on a condition", "and fails elsewhere"),
        (Choice(INPUT, text=f"4 * {RIGHT}"), "disagrees", "1/4 is missing"),
        (Choice(INPUT, text=f"-({RIGHT})"), "disagrees", "By hand is -1 times the gradient: the sign is wrong"),
        (Choice(INPUT, text="W @ (y_hat * np.sum(y) - y)"), "agrees", "exact (error < "),
        (Choice(claims_of(["5"])[0], text="-y / y_hat"), "agrees", "exact (error < "),
    ],
)  # fmt: skip
def test_a_verdict_says_its_outcome_and_its_reason(choice, outcome, said):
    question = choice.question()
    verdict, html = question.verdict, shown.answer_html(question)
    assert f">{outcome}</b>" in html
    assert verdict.condition is None or f"{verdict.condition}; exact" in text_of(html)
    assert f'data-outcome="{verdict.outcome}"' in html
    assert said in text_of(html)
    assert question.claim.title in text_of(html)
    words = [question.command()] if outcome == "agrees" else [explanation(verdict), question.command()]
    assert all(one in text_of(html) for one in words)


def test_an_undecided_verdict_is_not_called_anything_else(monkeypatch):
    question = Choice(INPUT, "printed").question()
    verdict, where = question.decided
    question.__dict__["decided"] = replace(verdict, outcome=Outcome.CANNOT_DECIDE), where
    assert ">cannot decide</b>" in shown.answer_html(question)
    assert set(shown.KINDS) == {str(outcome) for outcome in Outcome}
    assert shown.KINDS[Outcome.DISAGREES] == "danger"
    assert shown.KINDS[Outcome.CANNOT_DECIDE] == "warn"


@pytest.mark.parametrize(
    "choice",
    [
        Choice(INPUT, "printed", seed=3),
        Choice(INPUT, text="W @ (y_hat - y) * 2"),
        Choice(INPUT, text="W[:, 0] * (y_hat - y)[0]", seed=5),
        Choice(INPUT, text="(y_hat - y) @ W.T", batch=2, size="report"),
        Choice(claims_of(["beyond"])[0], "right", filters=2),
    ],
)  # fmt: skip
def test_the_command_shows_the_same_again(choice):
    question = choice.question()
    program, *arguments = shlex.split(question.command())
    assert program == "handgrad"
    found = json.loads(CliRunner().invoke(main, [*arguments, "--json"], catch_exceptions=False).stdout)["claims"]
    answer = question.to_dict()
    assert [{name: claim[name] for name in answer} for claim in found] == [json.loads(json.dumps(answer))]


def test_what_is_typed_is_never_html():
    with pytest.raises(FormulaError) as caught:
        _ = Choice(INPUT, text="'<b>' + \"<script>alert(1)</script>\"").question().verdict
    html = shown.words_html(str(caught.value))
    assert "<script>" not in html
    assert "<b>" not in html
    html = shown.answer_html(Choice(INPUT, text="W @ (y_hat - y) * (1 <2)").question())
    assert "(1 <2)" not in html
    assert "(1 <2)" in text_of(html)


def test_forms_are_those_that_there_are():
    assert shown.forms(INPUT) == {"as printed": "printed", "right": "right"}
    assert shown.forms(claims_of(["9"])[0]) == {"as printed, right": "printed"}
    assert shown.forms(BEYOND[0]) == {"right": "right"}
    for claim in (*REPORT, *BEYOND):
        assert set(shown.forms(claim).values()) <= set(claim.forms())


@pytest.mark.parametrize("claim", [*REPORT, *BEYOND], ids=lambda claim: claim.id)
def test_each_claim_says_its_letters(claim):
    table = text_of(shown.letters_html(claim, Sizes()))
    for letter in claim.letters:
        assert f" {letter.name} " in table
        assert letter.meaning in table
    assert claim.domain in table


def test_the_worst_entries_are_those_of_the_verdict():
    choice = Choice(claims_of(["9"], part="weights")[0], text="2 * np.outer(a, y_hat - y)", size="report")
    question = choice.question()
    rows = re.findall("<tr><td>(.*?)</td></tr>", shown.answer_html(question))
    assert [row.split("</td><td>") for row in rows] == worst_rows(question.verdict.comparison, ROWS)
    assert len(rows) == ROWS == 12


# Descents


def test_a_descent_shows_both_curves_and_what_was_compared():
    seen = Walk(settings_of("cnn", 0.5, 0), ways_of("cnn")["(10) as printed"]).up_to(3)
    html = shown.descent_html(seen)
    assert html.count("<svg") == 1
    assert "DISAGREES at step 1, in the gradient by a[" in text_of(html)
    ended = replace(seen, curves={"by hand": [], "automatic": []}, compared=None, ended="step 1: <nothing>")
    assert "<svg" not in shown.descent_html(ended)
    assert "step 1: <nothing>" in text_of(shown.descent_html(ended))


# The address


@pytest.mark.parametrize("text", ["", "-1", "1.5", "1e3", "٣", "9" * 12, "0x1", " 7"])
def test_a_seed_that_is_none_is_0(text):
    assert seed_in(text) == 0


def test_a_seed_is_taken_from_the_address():
    assert seed_in("123456789") == 123456789
