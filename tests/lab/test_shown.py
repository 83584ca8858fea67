"""What is shown is what was found: the words, the numbers, and their colours; nothing that a reader types is HTML."""

import json
import re
import shlex
from dataclasses import replace
from html import unescape

import numpy as np
import pytest
from click.testing import CliRunner

from handgrad.commands.cli import main
from handgrad.errors import FormulaError
from handgrad.findings import number
from handgrad.lab import shown
from handgrad.lab.descent import Walk, settings_of, ways_of
from handgrad.lab.question import Question, seed_in
from handgrad.lab.values import sources, values_from
from handgrad.report.equations import BEYOND, REPORT, claims_of
from handgrad.report.symbols import LABELS_SUM_TO_ONE, Sizes
from handgrad.values import Values
from handgrad.verdict import Outcome

(INPUT,) = claims_of(["10"], part="input")
RIGHT = "W @ (y_hat - y)"


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", html))


def seen_at(question: Question, source="drawn"):
    return question.at(question.answer(), values_from(source, question, {}, []))


# Verdicts


@pytest.mark.parametrize(
    ("question", "head", "said"),
    [
        (Question(INPUT, "printed"), "DISAGREES", "the sum over the outputs i"),
        (Question(INPUT, "right"), "AGREES on a condition: sum_k y_k = 1", "Elsewhere it fails"),
        (Question(INPUT, text=RIGHT), "AGREES on a condition: sum_k y_k = 1", "Elsewhere it fails"),
        (Question(INPUT, text=f"4 * {RIGHT}"), "DISAGREES", "1/4 is missing"),
        (Question(INPUT, text=f"-({RIGHT})"), "DISAGREES", "By hand is -1 times the gradient: a sign."),
        (Question(INPUT, text="W @ (y_hat * np.sum(y) - y)"), "AGREES", "exact (error < "),
        (Question(claims_of(["5"])[0], text="-y / y_hat"), "AGREES", "exact (error < "),
    ],
)  # fmt: skip
def test_a_verdict_says_its_outcome_and_its_reason(question, head, said):
    finding = question.answer()
    html = shown.verdict_html(question, finding)
    assert f"<strong>{head}</strong>" in html
    assert f'data-outcome="{finding.verdict.outcome}"' in html
    assert said in text_of(html)
    assert question.claim.title in text_of(html)
    for words in (finding.explanation, question.command(finding)):
        assert words is None or words in text_of(html)


def test_an_undecided_verdict_is_not_called_anything_else(monkeypatch):
    question = Question(INPUT)
    finding = question.answer()
    undecided = replace(finding, verdict=replace(finding.verdict, outcome=Outcome.CANNOT_DECIDE, on=None))
    assert "<strong>CANNOT DECIDE</strong>" in shown.verdict_html(question, undecided)
    assert set(shown.KINDS) == {str(outcome) for outcome in Outcome}
    assert shown.KINDS[Outcome.DISAGREES] == "danger"
    assert shown.KINDS[Outcome.CANNOT_DECIDE] == "warn"


@pytest.mark.parametrize(
    "question",
    [
        Question(INPUT, "printed", seed=3),
        Question(INPUT, text="W @ (y_hat - y) * 2"),
        Question(INPUT, text="W[:, 0] * (y_hat - y)[0]", seed=5),
        Question(INPUT, text="(y_hat - y) @ W.T", batch=2, size="report"),
        Question(claims_of(["beyond"])[0], "right", filters=2),
    ],
)  # fmt: skip
def test_the_command_shows_the_same_again(question):
    finding = question.answer()
    program, *arguments = shlex.split(question.command(finding))
    assert program == "handgrad"
    found = json.loads(CliRunner().invoke(main, [*arguments, "--json"], catch_exceptions=False).stdout)["claims"]
    assert [{name: claim[name] for name in finding.to_dict()} for claim in found] == [
        json.loads(json.dumps(finding.to_dict()))
    ]


def test_what_is_typed_is_never_html():
    with pytest.raises(FormulaError) as caught:
        Question(INPUT, text="'<b>' + \"<script>alert(1)</script>\"").answer()
    html = shown.words_html(str(caught.value))
    assert "<script>" not in html
    assert "<b>" not in html
    question = Question(INPUT, text="W @ (y_hat - y) * (1 <2)")
    html = shown.verdict_html(question, question.answer())
    assert "(1 <2)" not in html
    assert "(1 <2)" in text_of(html)


def test_forms_are_those_that_there_are():
    assert shown.forms(INPUT) == {"as printed": "printed", "right": "right"}
    assert shown.forms(claims_of(["9"])[0]) == {"as printed, right": "printed"}
    assert shown.forms(BEYOND[0]) == {"right": "right"}
    for claim in (*REPORT, *BEYOND):
        assert set(shown.forms(claim).values()) <= set(claim.forms())


@pytest.mark.parametrize("claim", [*REPORT, *BEYOND], ids=lambda claim: claim.id)
def test_each_claim_says_its_letters_and_shows_its_point(claim):
    question = Question(claim, next(iter(claim.forms())))
    words, table = shown.letters_words(claim, question.sizes), text_of(shown.letters_html(claim, question.sizes))
    for letter in claim.letters:
        assert letter.name in words
        assert letter.meaning in table
    assert words.endswith(f"wanted: shape {claim.shape(Sizes())}")
    seen = seen_at(question, next(iter(sources(claim).values())))
    assert (np.any(seen.differs) and "Worst at" in shown.point_words(seen)) or "the same" in shown.point_words(seen)
    assert shown.maps_html(seen).count("<td") == 3 * np.size(seen.hand)


# Points


def test_a_point_says_who_stands_alone():
    words = shown.point_words(seen_at(Question(INPUT, "printed")))
    assert words.startswith("At these values: 4 of 4 entries differ. Worst at a[")
    assert words.endswith("By hand stands alone.")
    same = shown.point_words(seen_at(Question(INPUT, "right"), LABELS_SUM_TO_ONE))
    assert same == "At these values by hand and automatic are the same, up to rounding."


def test_a_point_without_a_derivative_accuses_nobody():
    question = Question(claims_of(["7"], part="line 4")[0])
    values = values_from("drawn", question, {}, [])
    far = Values(values | {"x": np.array([[1e4, 0.0, 0.0]])})  # e^x overflows
    seen = question.at(question.answer(), far)
    assert shown.point_words(seen) == "The function has no finite derivative at these values."
    assert "repeating-linear-gradient" in shown.maps_html(seen)


def test_a_numeric_opinion_that_stands_alone_is_told():
    seen = seen_at(Question(INPUT, "right"), LABELS_SUM_TO_ONE)
    off = replace(seen, numeric=replace(seen.numeric, value=seen.numeric.value + 1))
    assert shown.point_words(off).endswith("up to rounding. Numeric stands alone.")


def cells(html: str) -> list[list[tuple[str, str, str]]]:
    """Of each map its cells: class, colour, text."""
    return [re.findall(r'<td class="(.*?)" style="background:(.*?)" title=".*?">(.*?)</td>', part)
            for part in html.split("<caption>")[1:]]  # fmt: skip


def test_the_maps_hold_the_numbers():
    seen = seen_at(Question(INPUT, "printed"))
    hand, automatic, difference = cells(shown.maps_html(seen))
    for drawn, x in ((hand, seen.hand), (automatic, seen.automatic), (difference, seen.hand - seen.automatic)):
        assert [text for _, _, text in drawn] == [number(float(entry)) for entry in x]
    assert [frame for frame, _, _ in difference] == ["differs"] * 4
    assert {frame for frame, _, _ in hand + automatic} == {""}


def test_by_hand_and_automatic_have_one_scale_and_rounding_no_colour():
    seen = seen_at(Question(INPUT, text=f"2 * {RIGHT}"), LABELS_SUM_TO_ONE)
    hand, automatic, _ = cells(shown.maps_html(seen))
    full = {"rgb(107,174,214)", "rgb(253,174,97)"}
    at = int(np.argmax(np.abs(seen.hand)))
    assert hand[at][1] in full
    assert not full & {colour for _, colour, _ in automatic}  # half as large
    same = seen_at(Question(INPUT, "right"), LABELS_SUM_TO_ONE)
    assert {colour for _, colour, _ in cells(shown.maps_html(same))[2]} == {"rgb(255,255,255)"}


def test_a_missing_value_is_hatched_and_framed():
    seen = seen_at(Question(claims_of(["11"], part="map")[0], "printed"))
    assert np.any(np.isnan(seen.hand))
    hand, _, difference = cells(shown.maps_html(seen))
    for i in np.flatnonzero(np.isnan(seen.hand)):
        assert hand[i][1:] == (shown.NONE, "none")
        assert difference[i] == ("differs", shown.NONE, "none")


@pytest.mark.parametrize("shape", [(), (1,), (5,), (17,), (144,), (4, 3), (2, 50), (144, 10), (2, 3, 4)])
def test_each_entry_has_one_place_in_a_map(shape):
    rows = list(shown.rows_of(shape))
    assert sorted(at for row in rows for at in row) == sorted(np.ndindex(shape))
    assert max(map(len, rows)) <= shown.WIDEST
    for row in rows:
        assert len({at[:-1] for at in row}) == 1  # no row of a map goes over two rows of the array


def test_many_entries_have_colours_alone_and_too_many_no_map():
    many = seen_at(Question(claims_of(["9"], part="weights")[0], size="report"))
    assert np.size(many.hand) == 1440
    html = shown.maps_html(many)
    assert {text for _, _, text in cells(html)[0]} == {""}
    assert f'title="W[0, 0]: {number(float(many.hand[0, 0]))}"' in html
    table = shown.worst_rows_html(many)
    assert table.count("<tr>") == 1 + shown.ROWS
    assert "12 of 1440 entries" in table
    more = seen_at(Question(claims_of(["11"], part="derivative")[0], size="report"))
    assert "82944 entries are too many for a map" in shown.maps_html(more)


def test_the_table_holds_every_opinion():
    seen = seen_at(Question(INPUT, "printed"))
    rows = re.findall("<tr>(<td>.*?)</tr>", shown.worst_rows_html(seen))
    assert len(rows) == 4
    for i, row in enumerate(rows):
        name, hand, automatic, numeric, difference, allowed, differs = re.findall("<td>(.*?)</td>", row)
        assert name == f"a[{i}]"
        assert (hand, automatic) == (number(float(seen.hand[i])), number(float(seen.automatic[i])))
        assert numeric == number(float(seen.numeric.value[i]))
        assert float(difference) == pytest.approx(float(hand) - float(automatic), abs=1e-4)  # four digits each
        assert float(allowed) < 1e-13
        assert differs == "differs"


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
