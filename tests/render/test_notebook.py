"""How claims, forms and verdicts show themselves in a notebook, and elsewhere."""

import re
from dataclasses import replace
from html import escape

import numpy as np
import pytest

from handgrad.checking.verdict import Outcome
from handgrad.render.html import COLOURS, badge, table
from handgrad.render.text import explanation
from handgrad.report.claims import marked
from handgrad.report.equations import BEYOND, REPORT, claims_of
from handgrad.report.question import Question, asked, typed
from handgrad.report.symbols import Sizes


def question(form="printed", part="input", equation="10"):
    (claim,) = claims_of([equation], part=part)
    return asked(claim, form)


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_is_a_word_that_can_be_read(outcome):
    assert f">{outcome}</b>" in badge(str(outcome))
    assert 1.05 / (luminance(COLOURS[outcome]) + 0.05) >= 4.5  # white on it


@pytest.mark.parametrize("claim", [*REPORT, *BEYOND], ids=lambda claim: claim.id)
def test_a_claim_shows_its_forms_and_letters(claim):
    text = claim._repr_markdown_()
    for form in claim.forms().values():
        assert form._repr_latex_() in text
        assert form._repr_latex_() == f"$\\displaystyle {form.latex}$"
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len(rows) == len(claim.shapes(Sizes())) + 1  # and the head
    assert repr(claim) == f"<Claim {claim.title}: {claim.states}>"


def test_markdown_is_escaped():
    (claim,) = claims_of(["12"])
    text = replace(claim, states="<img src=x> | $a_b$ `*[]#~&\n\nx")._repr_markdown_()
    assert r"\<img src=x\> \| \$a\_b\$ \`\*\[\]\#\~\& x" in text
    assert "<img" not in text.replace(r"\<", "")
    assert marked("plain words, 1 - 2") == "plain words, 1 - 2"


def test_a_disagreement_shows_all_that_is_known():
    found = question()
    html, text = found._repr_html_(), str(found)
    assert badge("disagrees") in html
    assert text.startswith("(10) input   printed   DISAGREES\n")
    worst = found.verdict.worst  # which entry that is hangs on rounding
    said = f"worst at a[{worst.index[0]}]: by hand {worst.hand:.4g}, automatic {worst.automatic:.4g}"
    for words in ("exact: differs in field", "4 of 4 entries differ", said, "smallest counterexample: a = [0]"):
        assert words in html
        assert words in text
    (cause,) = found.verdict.diagnosis
    assert cause.words in text
    assert cause.words[1:] in html
    assert explanation(found.verdict) in html
    assert html.count("<tr>") == 4 + 1
    assert html.count("differs</td>") == 4


def test_an_agreement_shows_its_certainty_and_no_more():
    found = question("right", "sigmoid", "12")
    assert re.fullmatch(r"\(12\) sigmoid   right   AGREES\n  exact \(error < \S+\)", str(found))
    assert badge("agrees") in found._repr_html_()
    assert "differs" not in found._repr_html_()


def test_a_condition_stands_beside_the_outcome_and_the_point_is_off_it():
    found = question("right")
    assert "AGREES ON A CONDITION: sum_k y_k = 1" in str(found)
    assert "fails elsewhere" in str(found)
    assert "sum_k y_k = 1; exact" in found._repr_html_()
    assert "differs</td>" in found._repr_html_()


def test_a_question_shows_whose_form_it_is_about():
    (claim,) = claims_of(["12"])
    texts = [str(asked(claim, form)).partition("\n")[0] for form in claim.forms()]
    assert texts == ["(12) sigmoid   printed   AGREES", "(12) sigmoid   right   AGREES"]
    assert str(typed(claim, "2 * c")).startswith("(12) sigmoid   yours   DISAGREES")
    assert "yours, the worst of 16 entries" in typed(claim, "2 * c")._repr_html_()


def test_a_verdict_shows_itself_too():
    verdict = question().verdict
    assert str(verdict).startswith("(10) input   by a   DISAGREES   shape (4,)")
    assert badge("disagrees") in verdict._repr_html_()
    for line in str(verdict).splitlines()[1:]:
        assert escape(line) in verdict._repr_html_()


def test_a_wrong_shape_is_shown_without_a_table():
    (claim,) = claims_of(["12"])
    found = typed(claim, "np.ravel(c)[:3]")
    for shown in (str(found), found._repr_html_()):
        assert "the derivative by d has shape (3,), wanted (16,)" in shown.replace("The d", "the d")
    assert "<table" not in found._repr_html_()


def test_everything_in_html_is_escaped():
    (claim,) = claims_of(["12"])
    evil = replace(claim, part="<script>alert(1)</script>")
    found = Question(evil, lambda letters: 2 * letters.c)
    for html in (found._repr_html_(), found.verdict._repr_html_()):
        assert "<script" not in html
        assert "&lt;script&gt;" in html
    evil = replace(claims_of(["15"], part="bias")[0], authors_note="<img src=x>")
    shown = asked(evil, "printed")
    assert "<img" not in shown._repr_html_()
    assert ("&lt;img src=x&gt;" in shown._repr_html_()) is (not shown.verdict.diagnosis)
    assert re.findall("<(?!/?(table|caption|tr|th|td)[ >])", table(["<a>"], [["<b>"]], "<c>")) == []


def test_only_the_worst_of_many_entries_are_shown():
    (claim,) = claims_of(["14"], part="weights")
    found = Question(claim, lambda letters: 0 * letters.U)
    assert found._repr_html_().count("<tr>") == 12 + 1
    assert np.size(found.verdict.comparison.hand) == 144
    assert "the worst of 144 entries" in found._repr_html_()


def test_a_check_shows_its_outcome_as_a_word_too():
    from handgrad import check_gradient

    def agrees(x):  # a name that is an outcome as well
        return 2 * x

    verdict = check_gradient(lambda x: np.sum(x**3), agrees, [np.array([1.0, 2.0])])
    html = verdict._repr_html_()
    assert html.startswith(f"<pre>agrees   by x   {badge('disagrees')}   shape (2,)")

    class Printer:
        def text(self, text):
            self.said = text

    printer = Printer()
    verdict._repr_pretty_(printer, False)
    assert printer.said == str(verdict)
