"""The mistakes: the verdicts on them, the commands that show them again, and what they do to a training."""

import json
import shlex

import numpy as np
import pytest
from click.testing import CliRunner

from handgrad.commands.cli import main
from handgrad.training.drawn import drawn
from handgrad.training.settings import Settings

# The formulas with y_hat - y in them.
NEEDING = {"eq7-line-5", "eq9-weights", "eq9-bias", "eq10-input", "eq11-no-effect", "eq15-weights", "eq15-bias"}


def told(data):
    for name, claim in data["claims"].items():
        for variant, what in claim["variants"].items():
            yield name, variant, what


def test_a_verdict_fits_what_is_seen_at_the_page_s_own_point(data):
    """Verdicts are reached at other points: there and here the same formulas must fail."""
    for name, variant, what in told(data):
        assert what["agrees_here"] == what["verdict"]["outcome"].startswith("agrees"), (name, variant)


def test_every_mistake_is_found(data):
    """All but one: windows of 5 x 5 are what the report's listing is made for."""
    harmless = {(name, v) for name, v, what in told(data) if v not in ("right", "labels") and what["agrees_here"]}
    assert harmless == {("eq13-code-1", "printed")}


def test_labels_that_sum_to_two_break_what_needs_a_sum_of_one_and_nothing_else(data):
    judged = {name: what["verdict"] for name, variant, what in told(data) if variant == "labels"}
    assert {name for name, verdict in judged.items() if verdict["outcome"] == "disagrees"} == NEEDING
    assert set(judged) - NEEDING == {
        "eq5-outputs", "eq7-line-1", "eq7-line-2", "eq7-line-3", "eq7-line-4", "eq9-weights-first-line",
        "eq9-bias-first-line", "eq10-input-first-line", "eq15-weights-first-line", "eq15-bias-first-line",
    }  # fmt: skip
    for verdict in judged.values():
        assert verdict["condition"]["en"] == "sum_k y_k = 2"
        if verdict["counterexample"]:
            assert np.sum(verdict["counterexample"]["letters"]["y"]) == 2


def test_the_report_s_two_forms_have_the_verdicts_of_verify(data):
    found = json.loads(CliRunner().invoke(main, ["verify", "--json"], catch_exceptions=False).stdout)["claims"]
    verdicts = {(claim["equation"], claim["part"], claim["form"]): claim for claim in found}
    for claim in data["claims"].values():
        for form in ("right", "printed"):
            if form not in claim["variants"]:
                continue
            shown, wanted = claim["variants"][form]["verdict"], verdicts[claim["equation"], claim["part"], form]
            assert shown["outcome"] == wanted["outcome"]
            assert (shown["condition"] or {"en": None})["en"] == wanted["condition"]
            note = f"Author's note: {wanted['authors_note']}." if wanted["authors_note"] else ""
            words = [shown[key]["en"] for key in ("explanation", "diagnosis") if shown[key]]
            assert " ".join(words) == " ".join(filter(None, [wanted["explanation"], note]))
            if wanted["worst"]:
                assert shown["worst"]["index"] == wanted["worst"]["index"]
                assert shown["worst"]["hand"] == pytest.approx(wanted["worst"]["hand"], rel=5.1e-5)


def test_the_command_shows_the_same_again(data):
    """Status 1 says that a formula disagrees, 0 that it holds; `compare` reads the mistakes as a reader's formulas."""
    again = {}
    for _, _, what in told(data):
        if what["verdict"]["reproduce"]:
            again[what["verdict"]["reproduce"]] = what["verdict"]["outcome"]
    assert sum("--try" in command for command in again) > 20
    for command, outcome in again.items():
        program, *arguments = shlex.split(command)
        assert program == "handgrad"
        result = CliRunner().invoke(main, arguments, catch_exceptions=False)
        assert result.exit_code == (0 if outcome.startswith("agrees") else 1), command
        assert outcome in result.stdout


def test_whole_gradients(data):
    variants = {variant["id"]: variant for variant in data["variants"]}
    assert list(variants) == ["right", "printed", "no-quarter", "no-sum", "transposed", "sign", "labels"]
    outcomes = {name: variant["verdict"]["outcome"] for name, variant in variants.items()}
    assert outcomes.pop("right") == "agrees on a condition"
    assert set(outcomes.values()) == {"disagrees"}
    words = {name: (variant["verdict"]["diagnosis"] or {"en": ""})["en"] for name, variant in variants.items()}
    assert "4 times the gradient in the derivative by v, q" in words["no-quarter"]
    assert words["no-quarter"].endswith("; to fix it, divide by 4.")
    assert "nly the term with index 0" in words["no-sum"]
    assert "transposed in the derivative by v" in words["transposed"]
    assert "the sign is wrong" in words["sign"]
    dense = {name: variant["dense"]["verdict"] for name, variant in variants.items() if variant["dense"]}
    assert {name: verdict["outcome"] for name, verdict in dense.items()} == {
        "right": "agrees", "transposed": "disagrees", "sign": "disagrees",
    }  # fmt: skip
    assert "by gamma, theta: the sign is wrong" in dense["sign"]["diagnosis"]["en"]


def test_the_equations_that_a_variant_names_are_those_it_changes(data):
    for variant in data["variants"]:
        changed = {
            data["claims"][name]["equation"]: int(data["claims"][name]["equation"])
            for name, v, _ in told(data)
            if v == variant["id"] != "right"
        }
        named = [*variant["equations"], *(variant["dense"] or {"equations": []})["equations"]]
        assert sorted(named, key=int) == sorted(changed, key=int), variant["id"]


# Trainings


@pytest.fixture(scope="module")
def curves(data):
    return {variant["id"]: variant for variant in data["variants"]}


def descended(steps, backward, rate, added=0.0):
    """The losses of the convolutional network, by a gradient of the inputs of the softmax; everything on paper."""
    digits, start = drawn(train=50, test=1, seed=0).train, Settings.of("cnn", filters=1, seed=0).parameters()
    X, y = digits.images, np.eye(10)[digits.labels] + added
    v, q, W, b = start["v"][:, 0], start["q"][0], start["W"], start["b"]
    U = np.stack([X[:, r : r + 24, s : s + 24] for r in range(5) for s in range(5)], axis=-1)
    losses = []
    for _ in range(steps):
        c = 1 / (1 + np.exp(-(U @ v + q)))
        a = c.reshape(50, 12, 2, 12, 2).mean(axis=(2, 4)).reshape(50, 144)
        e = np.exp(a @ W + b)
        y_hat = e / e.sum(axis=1, keepdims=True)
        losses.append(-np.sum(y * np.log(y_hat)) / 50)
        x_bar = backward(y_hat, y) / 50
        d_bar = np.kron((x_bar @ W.T).reshape(50, 12, 12), np.ones((2, 2))) / 4 * c * (1 - c)
        v, q = v - rate * np.einsum("nrs,nrsk->k", d_bar, U), q - rate * np.sum(d_bar)
        W, b = W - rate * a.T @ x_bar, b - rate * np.sum(x_bar, axis=0)
    return losses


@pytest.mark.parametrize(
    ("variant", "line", "backward", "added"),
    [
        ("right", "curve", lambda y_hat, y: y_hat - y, 0.0),
        ("labels", "curve", lambda y_hat, y: y_hat - y, 0.1),
        ("labels", "beside", lambda y_hat, y: 2 * y_hat - y, 0.1),
    ],
)
def test_a_curve_is_a_descent(curves, variant, line, backward, added):
    np.testing.assert_allclose(curves[variant][line][:20], descended(20, backward, 0.3, added), rtol=1e-4)


def test_what_the_mistakes_do_to_the_loss(curves, data):
    right = curves["right"]["curve"]
    assert len(right) == len(data["curve_steps"]) == 120
    assert data["curve_steps"][:2] == [0, 1]
    assert right[-1] < right[0] / 2
    for name in ("printed", "no-quarter", "no-sum", "transposed", "sign"):
        curve = curves[name]["curve"]
        assert len(curve) == len(right)
        assert curve[0] == right[0]  # before the first step nothing has gone wrong
        assert curve[1:5] != right[1:5]
        assert curves[name]["beside"] == right
    assert curves["no-sum"]["curve"][-1] > 1.2 * right[-1]
    assert curves["printed"]["curve"][-1] > 1.2 * right[-1]
    climbing = [np.inf if x is None else x for x in curves["sign"]["curve"]]
    assert climbing[-1] > 100 * right[0]
    assert curves["labels"]["curve"][-1] > 2 * curves["labels"]["beside"][-1]
    dense = curves["right"]["dense"]["curve"]
    assert dense[-1] < dense[0] / 2
    assert curves["transposed"]["dense"]["curve"][-1] > 1.5 * dense[-1]
    assert curves["sign"]["dense"]["curve"][-1] > dense[-1]
