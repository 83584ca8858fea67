"""What is wrong, in words: found by asking which simple change explains the whole difference."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from handgrad.comparison import Comparison
from handgrad.render.messages import Said, joined, said
from handgrad.values import Array
from handgrad.verdict import Outcome, Verdict

NAMED_FACTORS = {
    Fraction(-1): "a sign",
    Fraction(4): "an average over four entries taken as their sum: 1/4 is missing",
    Fraction(1, 4): "1/4 once too often",
    Fraction(2): "a factor 2 too much, as from a square whose 1/2 is missing",
    Fraction(1, 2): "a factor 2 is missing, as from a square",
    Fraction(0): "nothing is left of the gradient",
}


def explanation(verdict: Verdict) -> Said | None:
    """A few sentences about a formula that does not hold, or does not hold everywhere; else None."""
    told = failure(verdict)
    return None if told is None else joined([told, *likely_causes(verdict)])


def failure(verdict: Verdict) -> Said | None:
    """Where a formula fails, and how widely; or why that is not known. None where it holds."""
    if verdict.outcome is Outcome.AGREES:
        return None
    if verdict.outcome is Outcome.CANNOT_DECIDE:
        return said(undecided(verdict))
    if verdict.outcome is Outcome.ON_A_CONDITION:
        off = extent(verdict.elsewhere or verdict.comparison)
        condition = said(verdict.condition or "")
        return said("It holds where {condition}. Elsewhere it fails: {extent}", condition=condition, extent=off)
    return joined([only_elsewhere(verdict), extent(verdict.comparison)])


def undecided(verdict: Verdict) -> str:
    """Why no verdict was reached."""
    reasons = {
        "automatic": "By hand and numeric agree and the automatic gradient differs from both: the engine is to blame.",
        "numeric": "By hand and automatic agree and the numeric gradient differs from both.",
    }
    if verdict.blame in reasons:
        return reasons[verdict.blame]
    seen = verdict.comparison
    if not np.all(np.isfinite(seen.automatic)):
        return "The function has no finite derivative at any point that was drawn."
    if np.any(seen.blurred):
        return "In floating point, rounding alone moves the result by as much as the gradient itself."
    if not np.any(seen.differs & seen.looked_at):
        return "By hand and automatic differ at entries of which there is no numeric opinion."
    if not seen.disputed[seen.worst_index]:
        return "By hand and automatic differ by less than the numeric gradient can tell."
    return "By hand, automatic and numeric give three different values."


def extent(seen: Comparison) -> Said:
    """How many entries differ, and how many have no value."""
    if not np.any(seen.differs):
        return said("The difference is smaller than rounding: floating point can't see it here.")
    total, differing = int(np.size(seen.differs)), int(np.sum(seen.differs))
    missing, infinite = int(np.sum(np.isnan(seen.hand))), int(np.sum(np.isinf(seen.hand)))
    words = [said("{differing} of {total} entries differ.", differing=differing, total=total)]
    if total == 1:
        words = [said("The value differs.")]
    for count, one, more in (
        (missing, "{n} of them has no value (NaN) by hand.", "{n} of them have no value (NaN) by hand."),
        (infinite, "{n} of them has an infinite value by hand.", "{n} of them have an infinite value by hand."),
    ):
        if count:
            words.append(said(more if count > 1 else one, n=count))
    return joined(words)


def only_elsewhere(verdict: Verdict) -> str:
    """At which sizes it fails, where it holds at those that were asked for; else nothing."""
    seen, claim = verdict.comparison, verdict.claim
    if seen.sizes is None or seen.sizes == claim.sizes(verdict.sizes):
        return ""
    here, there = claim.lengths(verdict.sizes), claim.lengths(seen.sizes)
    changed = ", ".join(f"{name} = {there[name]}" for name in there if there[name] != here[name])
    return said("It holds at the sizes asked for, and fails with {changed}.", changed=changed)


def likely_causes(verdict: Verdict) -> Iterator[str]:
    """Every simple change that explains the whole difference, and what the right form changes; of a disagreement."""
    if verdict.outcome is not Outcome.DISAGREES:
        return
    seen = verdict.comparison
    if verdict.claim.up_to_scale:
        yield said("Only directions are compared: by hand was first scaled to come as near as it can.")
    factor = constant_factor(seen)
    if factor is not None and verdict.claim.with_respect_to:
        name = named_factor(factor, seen.sizes.N if seen.sizes else 1)
        words = "By hand is {factor} times the gradient: {name}." if name else "By hand is {factor} times the gradient."
        yield said(words, factor=factor, name=name)
    for words, turned in rearrangements(seen.hand):
        if matches(turned, seen):
            yield said("It agrees once {rearranged}.", rearranged=said(words))
    if verdict.form == "printed" and verdict.claim.correction:
        yield said("The right form puts in {correction}.", correction=said(verdict.claim.correction))


def named_factor(factor: Fraction, batch: int) -> Said | None:
    """What a factor comes from as a rule; that of the batch first, where there is more than one sample.

    >>> named_factor(Fraction(8), 8)
    'a sum over the N = 8 samples in place of their mean: 1/N is missing'
    """
    if batch > 1 and factor == batch:
        return said("a sum over the N = {batch} samples in place of their mean: 1/N is missing", batch=batch)
    if batch > 1 and factor == Fraction(1, batch):
        return said("1/N once too often, for N = {batch} samples", batch=batch)
    return said(NAMED_FACTORS[factor]) if factor in NAMED_FACTORS else None


def constant_factor(seen: Comparison) -> Fraction | None:
    """The one simple factor between by hand and automatic, if there is one for all entries."""
    with np.errstate(all="ignore"):
        ratios = (seen.hand / seen.automatic)[np.abs(seen.automatic) > seen.tolerance]
        if not ratios.size or not np.all(np.isfinite(ratios)):
            return None
        factor = Fraction(float(np.median(ratios))).limit_denominator(1000)
        within = np.abs(seen.hand - float(factor) * seen.automatic) <= (1 + abs(float(factor))) * seen.tolerance
    return factor if np.all(within) else None


def rearrangements(hand: Array) -> Iterator[tuple[str, Array]]:
    """The same entries in another order."""
    if hand.ndim == 2 and hand.shape[0] == hand.shape[1]:
        yield "transposed", hand.T
    if hand.ndim >= 1 and hand.size > 1:
        yield "reversed", np.flip(hand)
    if hand.ndim == 1 and hand.size > 1 and int(hand.size**0.5) ** 2 == hand.size:
        side = int(hand.size**0.5)
        yield "its rows and columns are exchanged", hand.reshape(side, side).T.reshape(-1)


def matches(hand: Array, seen: Comparison) -> bool:
    """Whether these values by hand would agree."""
    return bool(np.all(np.abs(hand - seen.automatic) <= seen.tolerance))
