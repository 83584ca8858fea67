"""Random programs before all judges; and the judges: what they must know, and the faults that they must see."""

import importlib
import inspect
import json

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd.table import COMPOSITES, RULES, Rule, as_function
from fuzzing import campaign, figures
from fuzzing.__main__ import main
from fuzzing.choices import Drawn, Replayed, Seeded
from fuzzing.dual import Dual
from fuzzing.generator import build, numbered
from fuzzing.grammar import CALLS, OPERATIONS
from fuzzing.peers import exchange
from fuzzing.shrinking import shrunk
from fuzzing.trial import AGREES, BLURS, DIFFERS, tried
from mutation import trust

PROGRAMS = 300
sweep = importlib.import_module("autograd.backward")  # the package's attribute of this name is the function


@pytest.fixture(scope="module")
def count():
    return campaign.run(0, range(PROGRAMS))


def test_the_grammar_calls_every_rule_and_composite():
    covered = {entry for operation in OPERATIONS.values() for entry in operation.covers}
    assert [entry.__name__ for entry in (*RULES, *COMPOSITES) if entry not in covered] == []


def test_all_judges_agree(count):
    assert count.failures == {}
    assert set(count.judges) == {"exact fields", "complex step", "dual numbers", "engine, forward"}


def test_hardly_anything_is_left_undecided(count):
    for judge, outcomes in count.judges.items():
        # Ill-conditioned programs come, one in a hundred; more would say that the room is too wide.
        assert outcomes[BLURS] <= 0.03 * outcomes.total(), judge
        assert outcomes[AGREES] >= 0.85 * outcomes.total(), judge
    assert count.judges["exact fields"].total() > PROGRAMS / 2


def test_what_is_said_to_be_exact_is(count):
    assert "has no exact meaning" not in count.judges["exact fields"]


def test_nearly_every_operation_comes(count):
    # 300 programs draw each of 118 operations some 19 times; the rarest need more axes than there are as a rule.
    assert len(set(OPERATIONS) - set(count.operations)) <= 2


@settings(max_examples=settings.default.max_examples * 2)
@given(st.data())
def test_hypothesis_finds_no_program_that_differs(data):
    program = build(Drawn(data.draw))
    assert tried(program).differences == [], str(program)


def test_the_same_seed_makes_the_same_programs():
    assert str(numbered(3, 7)) == str(numbered(3, 7)) != str(numbered(3, 8))
    made = Seeded(3, 7)
    program = build(made)
    assert str(build(Replayed(made.made))) == str(program)


# What the judges know


@pytest.mark.parametrize(
    ("function", "first", "second"),
    [
        (lambda x: x**3, 12.0, 12.0),
        (lambda x: np.exp(x) / x, np.exp(2) / 4, np.exp(2) / 4),  # e^x (x - 1) / x^2, e^x (x^2 - 2x + 2) / x^3
        (lambda x: np.sum(np.stack([x, x * x])), 5.0, 2.0),
        (lambda x: np.linalg.inv(np.reshape(x, (1, 1)))[0, 0], -0.25, 0.25),
        (lambda x: np.where(True, np.log(x), x), 0.5, -0.25),
    ],
)
def test_dual_numbers_know_slopes_of_slopes(function, first, second):
    one, none = np.float64(1), np.float64(0)
    z = function(Dual(Dual(np.float64(2), one), Dual(one, none)))
    assert z.value.slope == pytest.approx(first, rel=1e-15, abs=0)
    assert z.slope.slope == pytest.approx(second, rel=1e-15, abs=0)


def test_dual_numbers_refuse_what_has_no_slope():
    with pytest.raises(NotImplementedError, match="floor: wanted a function of dual numbers with a slope"):
        np.floor(Dual(np.ones(2), np.ones(2)))


@pytest.mark.parametrize("number", range(30))
def test_a_program_comes_through_as_text(number):
    program = numbered(4, number)
    read = json.loads(json.dumps(exchange.program_text(program)))
    # Peers compute in float64.
    again = exchange.loss(read, program.in_double, CALLS, lambda x: x)
    assert again == pytest.approx(program.loss(program.in_double, CALLS, exactly=True), rel=1e-12)


# Shrinking


def test_the_simplest_choices_that_fail_are_found():
    def fails(choices):
        drawn = [choices.integer(0, 100) for _ in range(choices.integer(1, 20))]
        return any(n >= 17 for n in drawn)

    assert shrunk([5, 3, 99, 20, 4, 8], fails) == [1, 17]


# Faults that must be found


def wrong_sign(monkeypatch):
    rule = RULES[np.sinh]
    monkeypatch.setitem(
        RULES, np.sinh, Rule(lambda x: (np.sinh(x), (lambda z_bar: -z_bar * np.cosh(x),)), 1, rule.over_sequence)
    )


def a_thousandth_too_much(monkeypatch):
    rule = RULES[np.sinh]
    monkeypatch.setitem(
        RULES, np.sinh, Rule(lambda x: (np.sinh(x), (lambda z_bar: z_bar * np.cosh(x) * 1.001,)), 1, rule.over_sequence)
    )


def no_second_derivative(monkeypatch):
    rule = RULES[np.multiply]
    plain = importlib.import_module("autograd.tensor").plain

    def once(x, y):
        return x * y, (lambda z_bar: z_bar * plain(y), lambda z_bar: z_bar * plain(x))

    monkeypatch.setitem(RULES, np.multiply, Rule(once, 2, rule.over_sequence))


def rewritten(monkeypatch, right, wrong):
    """The sweep with other words in its source."""
    source = inspect.getsource(sweep.sweep)
    assert source.count(right) == 1
    namespace = vars(sweep) | {}
    exec(source.replace(right, wrong), namespace)
    monkeypatch.setattr(sweep, "sweep", namespace["sweep"])
    monkeypatch.setattr(importlib.import_module("autograd.transforms"), "sweep", namespace["sweep"])


def shared_node_doubled(monkeypatch):
    rewritten(monkeypatch, "bars.pop(operand) + share", "bars.pop(operand) + 2 * share")


def shared_node_overwritten(monkeypatch):
    rewritten(monkeypatch, "bars.pop(operand) + share", "bars.pop(operand) * 0 + share")


def broadcasting_not_summed(monkeypatch):
    def first(bar, shape):
        return bar[tuple(slice(n) for n in (1,) * (bar.ndim - len(shape)) + shape)].reshape(shape)

    monkeypatch.setattr(sweep, "unbroadcast", first)


def mean_instead_of_sum(monkeypatch):
    right = sweep.unbroadcast

    def mean(bar, shape):
        z = right(bar, shape)
        return z * (z.size / bar.size)

    monkeypatch.setattr(sweep, "unbroadcast", mean)


def float32_lost(monkeypatch):
    rule = RULES[np.tanh]

    def double(x):
        z = np.tanh(x * np.float64(1))
        return z, (lambda z_bar: z_bar * (1 - z * z),)

    monkeypatch.setitem(RULES, np.tanh, Rule(double, 1, rule.over_sequence))


# By fault, how many programs may pass until one differs. A rule of one function comes in one program of twenty; a fault
# of the sweep shows in the first few.
FAULTS = {
    wrong_sign: 100,
    a_thousandth_too_much: 100,
    no_second_derivative: 30,
    shared_node_doubled: 10,
    shared_node_overwritten: 10,
    broadcasting_not_summed: 10,
    mean_instead_of_sum: 10,
    float32_lost: 300,
}


def first_that_differs(most):
    return next((n for n in range(most) if DIFFERS in tried(numbered(0, n), n).outcomes.values()), None)


@pytest.fixture(scope="module")
def callers():
    """By entry of the engine's table, the programs that call it, the short ones first."""
    found = {}
    for number, program in sorted(
        ((n, numbered(0, n)) for n in range(2 * PROGRAMS)), key=lambda pair: len(pair[1].steps)
    ):
        for name in {step.operation for step in program.steps}:
            for entry in OPERATIONS[name].covers:
                found.setdefault(entry, []).append((number, program))
    return found


@pytest.mark.parametrize("entry", RULES, ids=lambda entry: entry.__name__)
def test_a_wrong_sign_in_any_rule_is_found(entry, callers, monkeypatch):
    rule = RULES[entry]

    def against(bar):
        pullback = as_function(bar)
        return None if bar is None else lambda z_bar: -pullback(z_bar)

    def turned(*args, **options):
        z, bars = rule.function(*args, **options)
        return z, tuple(map(against, bars))

    monkeypatch.setitem(RULES, entry, rule._replace(function=turned))
    # A caller may take the other branch of a composite, or be ill-conditioned; not all of them.
    assert any(tried(program, number).differences for number, program in callers[entry])


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_planted_fault_is_found(fault, monkeypatch):
    fault(monkeypatch)
    assert first_that_differs(FAULTS[fault]) is not None


def test_a_planted_fault_is_made_simple_and_told(monkeypatch):
    wrong_sign(monkeypatch)
    number = first_that_differs(FAULTS[wrong_sign])
    said = CliRunner().invoke(main, ["--seed", "0", "--only", str(number)])
    assert said.exit_code == 1
    simplest = said.stdout.partition("the simplest that does:\n")[2]
    assert "sinh(" in simplest
    assert simplest.count("\nv") <= 2  # sinh, and at most a step before or behind it
    assert f"reproduce: python -m fuzzing --seed 0 --only {number}" in said.stdout


# The command


def test_the_command_counts_and_says_that_none_differs():
    said = CliRunner().invoke(main, ["--programs", "3", "--seed", "1", "--jobs", "1"])
    assert said.exit_code == 0
    assert said.stdout.endswith("operations; 0 differ\n")
    assert "3 programs of seed 1: " in said.stdout
    assert "3 programs, " in said.stderr


def test_peers_that_are_not_there_are_said_to_be_missing(tmp_path):
    said = CliRunner().invoke(main, ["--peers", str(tmp_path / "none")])
    assert said.exit_code == 1
    assert "wanted an environment with the peers, got none" in said.stderr


def test_figures_are_kept_and_told_in_the_document(tmp_path, monkeypatch):
    monkeypatch.setattr(trust, "FIGURES", tmp_path)
    monkeypatch.setattr(trust, "DOCUMENT", tmp_path / "TRUST.md")
    wrong_sign(monkeypatch)
    number = first_that_differs(FAULTS[wrong_sign])
    count = campaign.run(0, [number, *range(4)])
    figures.record(count, 0, ())
    kept = json.loads((tmp_path / "fuzzing.json").read_text(encoding="utf-8"))
    rows = {row[0]: dict(zip(kept["head"][1:], row[1:], strict=True)) for row in kept["rows"]}
    assert rows["complex step"]["asked"] == rows["dual numbers"]["asked"] == 5
    assert rows["dual numbers"]["differs"] == len(count.failures) >= 1
    assert all(row["asked"] == sum(row.values()) - row["asked"] for row in rows.values())
    assert kept["remarks"][0].startswith("5 programs of seed 0: ")
    text = (tmp_path / "TRUST.md").read_text(encoding="utf-8")
    assert "python -m fuzzing --programs 5 --seed 0 --write" in text
    assert "| dual numbers | 5 |" in text


@pytest.mark.parametrize("part", [["--only", "3"], ["--first", "3"]])
def test_only_whole_campaigns_are_kept(part):
    said = CliRunner().invoke(main, ["--write", *part])
    assert said.exit_code == 2
    assert "wanted neither --only nor --first" in said.stderr
