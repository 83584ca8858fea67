"""How claims, forms and verdicts show themselves in a notebook, and elsewhere."""

import re
from dataclasses import replace

import numpy as np
import pytest

from handgrad.findings import Finding, find_out, find_out_yours
from handgrad.render.html import COLOURS, badge, table
from handgrad.report.claims import marked
from handgrad.report.equations import BEYOND, REPORT, claims_of
from handgrad.report.symbols import Sizes
from handgrad.verdict import Outcome


def finding(form="printed", part="input", equation="10"):
    (claim,) = claims_of([equation], part=part)
    return find_out(claim, form, 0, Sizes())


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
    found = finding()
    html, text = found._repr_html_(), str(found)
    assert badge("disagrees") in html
    assert text.startswith("(10) input   printed   DISAGREES   exact: differs in field")
    worst = found.verdict.worst  # which entry that is hangs on rounding
    said = f"worst at a[{worst.index[0]}]: by hand {worst.hand:.4g}, automatic {worst.automatic:.4g}"
    for words in (found.explanation, said, "smallest counterexample: a = [0]"):
        assert words in html
        assert words in text
    assert html.count("<tr>") == 4 + 1
    assert html.count("differs</td>") == 4


def test_an_agreement_shows_its_certainty_and_no_more():
    found = finding("right", "sigmoid", "12")
    assert re.fullmatch(r"\(12\) sigmoid   right   AGREES   exact \(error < \S+\)", str(found))
    assert badge("agrees") in found._repr_html_()
    assert "differs" not in found._repr_html_()


def test_a_condition_stands_beside_the_outcome_and_the_point_is_off_it():
    found = finding("right")
    assert "AGREES ON A CONDITION: sum_k y_k = 1" in str(found)
    assert "elsewhere, worst at" in str(found)
    assert "sum_k y_k = 1; exact" in found._repr_html_()
    assert "differs</td>" in found._repr_html_()


def test_a_verdict_shows_what_its_finding_shows():
    found = finding()
    assert found.verdict._repr_mimebundle_() == found._repr_mimebundle_()
    assert found.verdict._repr_html_() == found._repr_html_()
    assert set(found._repr_mimebundle_()) == {"text/plain", "text/html"}
    (claim,) = claims_of(["12"])
    yours = find_out_yours(claim, lambda letters: np.ravel(letters.c), 0, Sizes()).verdict
    assert yours._repr_mimebundle_()["text/plain"].startswith("(12) sigmoid   yours   DISAGREES")


def test_everything_in_html_is_escaped():
    (claim,) = claims_of(["12"])
    evil = replace(claim, part="<script>alert(1)</script>")
    found = find_out_yours(evil, lambda letters: np.ravel(letters.c), 0, Sizes())
    assert "<script" not in found._repr_html_()
    assert "&lt;script&gt;" in found._repr_html_()
    evil = replace(claims_of(["10"], part="input")[0], correction="<img src=x>")
    assert "puts in &lt;img src=x&gt;" in find_out(evil, "printed", 0, Sizes())._repr_html_()
    assert re.findall("<(?!/?(table|caption|tr|th|td)[ >])", table(["<a>"], [["<b>"]], "<c>")) == []


def test_only_the_worst_of_many_entries_are_shown():
    (claim,) = claims_of(["14"], part="weights")
    found = Finding(find_out_yours(claim, lambda letters: 0 * letters.U[0], 0, Sizes()).verdict, "yours")
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
