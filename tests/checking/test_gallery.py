"""The gallery is the bar: no right gradient is accused, every wrong one is found, and nine in ten are named."""

from functools import cache

import pytest

from handgrad.checking import check_gradient, check_vjp
from handgrad.checking.verdict import Outcome, Verdict
from handgrad.gallery import EXHIBITS, Exhibit, exhibit

RIGHT = [one for one in EXHIBITS if one.mistake is None]
WRONG = [one for one in EXHIBITS if one.mistake is not None]
PLAIN = [one for one in WRONG if not one.hidden_at_inputs]
HIDDEN = [one for one in WRONG if one.hidden_at_inputs]
NAMEABLE = [one for one in WRONG if not one.opaque]  # without a trace only changes of the result can be named

# Other names that say as truly what is wrong. One mistake has several descriptions: an exhibit tells how it came
# about, a diagnosis how the result differs.
FAIR: dict[str, set[str]] = {
    # The backward pass of another leak has a wrong number on one path, and the diagnosis tells the number: 20.
    "leaky-relu.other-leak": {"constant factor"},
    # 1 / keep is left out on the way back, and the words say that the divisor is forgotten.
    "dropout.unscaled": {"constant factor"},
    # y (p - 1) is both: the label's term of the sum over j alone, and the diagonal of log-softmax's Jacobian.
    "softmax-cross-entropy-one-hot.label-only": {"diagonal only"},
    # The last step's share alone: the path into the steps before it is dropped, which is how the code differs.
    "rnn.last-step": {"path dropped"},
    # h[t + 1] for h[t]: an index in the code, and in each step's product what comes out of it for what goes in.
    "rnn.next-state": {"wrong operand"},
    # A loop over the kernel that ends one early leaves out the path through its last entry.
    "convolution-1d.short-window": {"path dropped"},
    # The place in a window with rows and columns exchanged: the window's two axes are.
    "max-pool.rows-for-columns": {"axes permuted"},
}

# Wrong, right at the natural inputs, and found from there all the same: at points drawn around them.
FOUND_FROM_NATURAL_INPUTS = {
    "dense-layer.transposed",
    "logistic-regression.without-mean",
    "softmax-regression.without-decay",
    "rnn.last-step",
    "blur.not-turned",
    "kl-to-standard-normal.by-variance",
}

# Right on a condition that the natural inputs meet, which the verdict tells: labels that sum to one, a symmetric
# matrix, no index twice. What is left is a stride of 1, which is the caller's and never drawn anew.
RIGHT_ON_A_CONDITION = {
    "softmax-cross-entropy.sum-taken-for-one",
    "log-determinant.transposed",
    "embedding.overwritten",
}


def per_exhibit(chosen: list[Exhibit]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("name", [one.name for one in chosen])


@cache
def verdict_on(name: str, generic: bool = False) -> Verdict:
    one = exhibit(name)
    check = check_vjp if one.vjp else check_gradient
    inputs = one.generic if generic and one.generic is not None else one.inputs
    return check(one.function, one.by_hand, inputs, names=one.names, wrt=one.wrt)


def named(one: Exhibit) -> list[str]:
    return [found.kind for found in verdict_on(one.name, generic=True).diagnosis]


@per_exhibit(RIGHT)
def test_a_right_one_is_not_accused(name: str) -> None:
    verdict = verdict_on(name)
    assert verdict.agrees, str(verdict)
    assert not verdict.diagnosis


@per_exhibit(PLAIN)
def test_a_wrong_one_is_found(name: str) -> None:
    verdict = verdict_on(name, generic=True)
    assert (verdict.outcome, verdict.blame) == (Outcome.DISAGREES, "hand"), str(verdict)


@per_exhibit(HIDDEN)
def test_a_hidden_one_is_found_where_it_shows(name: str) -> None:
    verdict = verdict_on(name, generic=True)
    assert (verdict.outcome, verdict.blame) == (Outcome.DISAGREES, "hand"), str(verdict)


@per_exhibit(HIDDEN)
def test_a_hidden_one_at_the_inputs_that_hide_it(name: str) -> None:
    verdict = verdict_on(name)
    possible = {Outcome.DISAGREES}
    if name not in FOUND_FROM_NATURAL_INPUTS:
        possible |= {Outcome.ON_A_CONDITION}
    if name not in FOUND_FROM_NATURAL_INPUTS | RIGHT_ON_A_CONDITION:
        possible |= {Outcome.AGREES}
    assert verdict.outcome in possible, str(verdict)


def test_all_hidden_ones_but_one_are_found_or_told_from_natural_inputs() -> None:
    told = FOUND_FROM_NATURAL_INPUTS | RIGHT_ON_A_CONDITION
    assert {one.name for one in HIDDEN} - told == {"convolution-1d.stride-forgotten"}


def test_nine_in_ten_are_named() -> None:
    right = [one.name for one in NAMEABLE if named(one)[:1] and named(one)[0] in {one.mistake, *FAIR.get(one.name, ())}]
    assert len(right) >= 0.9 * len(NAMEABLE), sorted({one.name for one in NAMEABLE} - set(right))


def test_eight_in_ten_are_named_in_the_exhibits_own_words() -> None:
    # So that the table of fair names can't carry the bar above.
    assert sum(named(one)[:1] == [one.mistake] for one in NAMEABLE) >= 0.8 * len(NAMEABLE)


@per_exhibit(WRONG)
def test_none_is_named_wrong(name: str) -> None:
    one = exhibit(name)
    assert set(named(one)) <= {one.mistake, *FAIR.get(name, ())}


def test_one_mistake_has_one_diagnosis() -> None:
    assert {len(named(one)) for one in WRONG} <= {0, 1}


def test_no_fair_name_is_idle() -> None:
    # A fair name that is never given would excuse a later mistake of the diagnosis.
    assert {name: set(named(exhibit(name))) for name in FAIR} == FAIR
