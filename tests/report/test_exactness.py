"""Exact verdicts on claims: certificates, constants, and what falls back to floating point."""

from dataclasses import replace

import numpy as np
import pytest

from handgrad.checking.verdict import Outcome
from handgrad.report.claims import Claim, Form
from handgrad.report.equations import BEYOND, REPORT, claims_of
from handgrad.report.question import judge, judge_formula
from handgrad.report.symbols import Letter, sizes_with

CLAIMS = [pytest.param(claim, id=claim.id) for claim in REPORT + BEYOND]


def claim_about(function, gradient, **more) -> Claim:
    """d function / dx = gradient(x), as a claim of its own."""
    form = Form("", "", gradient, "x")
    return Claim(
        equation="test", part="x", section="", states="", letters=(Letter("x", "K", "any numbers", **more),),
        complete=lambda values: values, function=function, with_respect_to=("x",), axes="K", printed=form, right=form,
    )  # fmt: skip


@pytest.mark.parametrize("claim", CLAIMS)
def test_every_right_form_has_an_exact_verdict(claim):
    verdict = judge(claim, "right", seed=2)
    assert verdict.agrees
    assert verdict.exact is not None
    assert verdict.inexact is None
    assert verdict.exact.error_bound < 1e-9
    assert len(verdict.exact.fields) >= 2
    assert not verdict.exact.partial


@pytest.mark.parametrize(
    ("claim", "form"),
    [pytest.param(*p.values, form, id=f"{p.id}-{form}") for p in CLAIMS for form in p.values[0].forms()],
)
def test_exact_and_floating_point_give_the_same_outcome(claim, form):
    exact, floating = judge(claim, form, 1), judge(claim, form, 1, exact=False)
    assert exact.outcome is floating.outcome
    assert exact.condition == floating.condition
    assert floating.exact is None


@pytest.mark.parametrize("equation", ["9", "10", "15"])
@pytest.mark.parametrize(("batch", "filters"), [(1, 1), (4, 8)])
def test_exact_at_the_full_size_of_the_report(equation, batch, filters):
    sizes = sizes_with("report", batch, filters)
    for claim in claims_of([equation]):
        right = judge(claim, "right", 0, sizes)
        assert right.agrees
        assert right.exact is not None
        if claim.needs_correction():
            printed = judge(claim, "printed", 0, sizes)
            assert printed.outcome is Outcome.DISAGREES
            assert printed.exact is not None


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_coefficient_off_by_a_trillionth_is_caught(claim):
    if claim.up_to_scale:
        form = replace(claim.right, function=lambda *letters: entry_scaled(claim.right.function(*letters)))
    else:
        form = replace(claim.right, function=lambda *letters: claim.right.function(*letters) * (1 + 2.0**-40))
    verdict = judge_formula(claim, form)
    assert verdict.outcome is Outcome.DISAGREES
    assert verdict.exact is not None


def entry_scaled(x):
    return x * np.where(np.arange(x.shape[0]) == 0, 1 + 2.0**-40, 1.0)


def test_a_formula_whose_constant_is_no_simple_number_is_not_accused():
    # sqrt(2/pi) as the program computes it, and as a person types it.
    claim = claim_about(lambda v: np.sum(np.sqrt(2 / np.pi) * v.x**2), lambda x: 2 * 0.7978845608028654 * x)
    assert judge(claim, "right").outcome is Outcome.AGREES
    short = claim_about(lambda v: np.sum(np.sqrt(2 / np.pi) * v.x**2), lambda x: 1.5957691216057308 * x * 1.0)
    assert judge(short, "right").outcome is Outcome.AGREES
    wrong = claim_about(lambda v: np.sum(np.sqrt(2 / np.pi) * v.x**2), lambda x: 2 * 0.79788 * x)
    assert judge(wrong, "right").outcome is Outcome.DISAGREES


def test_a_constant_is_the_fraction_that_it_stands_for():
    thirds = claim_about(lambda v: np.sum(v.x**2 / 3), lambda x: 2 * x * (1 / 3))
    verdict = judge(thirds, "right")
    assert verdict.outcome is Outcome.AGREES
    assert verdict.exact is not None
    # The float next to 1/3 is another number, which no rounding tells apart; what it stands for is exactly 1/3.
    beside = claim_about(lambda v: np.sum(v.x**2 / 3), lambda x: 2 * x * 0.3333333333333)
    assert judge(beside, "right").outcome is Outcome.DISAGREES


def test_what_has_no_exact_meaning_is_judged_in_floating_point_and_says_so():
    claim = claim_about(lambda v: np.sum(np.arctan(v.x)), lambda x: 1 / (1 + x * x))
    verdict = judge(claim, "right")
    assert (verdict.outcome, verdict.exact) == (Outcome.AGREES, None)
    assert "arctan" in verdict.inexact


def test_the_value_of_a_logarithm_is_no_evidence_for_an_accusation():
    # d/dx x log(x^2) = log(x^2) + 2, written with 2 log x: right, but not by residues alone.
    claim = claim_about(lambda v: np.sum(v.x * np.log(v.x**2)), lambda x: 2 * np.log(x) + 2, kind="positive")
    verdict = judge(claim, "right")
    assert (verdict.outcome, verdict.exact) == (Outcome.AGREES, None)
    assert "log" in verdict.inexact


def test_float32_is_judged_in_floating_point():
    verdict = judge(claims_of(["12"])[0], "right", dtype=np.float32)
    assert (verdict.outcome, verdict.exact) == (Outcome.AGREES, None)


def test_same_seed_same_certificate():
    claim = claims_of(["15"], "weights")[0]
    first, second = (judge(claim, "right", seed=9).exact for _ in range(2))
    assert first == second
    assert judge(claim, "right", seed=10).exact.fields != first.fields
