"""What is wrong, in words: found by asking which simple change explains the whole difference."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from handgrad.comparison import Comparison
from handgrad.letters import Array
from handgrad.verdict import Outcome, Verdict

NAMED_FACTORS = {
    Fraction(-1): "a sign",
    Fraction(4): "an average over four entries taken as their sum: 1/4 is missing",
    Fraction(1, 4): "1/4 once too often",
    Fraction(2): "a factor 2 too much, as from a square whose 1/2 is missing",
    Fraction(1, 2): "a factor 2 is missing, as from a square",
    Fraction(0): "nothing is left of the gradient",
}


def explanation(verdict: Verdict) -> str | None:
    """A few sentences about a formula that does not hold, or does not hold everywhere; else None."""
    if verdict.outcome is Outcome.AGREES:
        return None
    if verdict.outcome is Outcome.CANNOT_DECIDE:
        return undecided(verdict)
    if verdict.outcome is Outcome.ON_A_CONDITION:
        off = verdict.elsewhere or verdict.comparison
        return f"It holds where {verdict.condition}. Elsewhere it fails: {extent(off)}"
    return " ".join([extent(verdict.comparison), *likely_causes(verdict)])


def undecided(verdict: Verdict) -> str:
    """Why no verdict was reached."""
    reasons = {
        "automatic": "By hand and numeric agree and the automatic gradient differs from both: the engine is to blame.",
        "numeric": "By hand and automatic agree and the numeric gradient differs from both.",
    }
    if verdict.blame in reasons:
        return reasons[verdict.blame]
    if not np.all(np.isfinite(verdict.comparison.automatic)):
        return "The function has no finite derivative at any point that was drawn."
    return "By hand, automatic and numeric give three different values."


def extent(seen: Comparison) -> str:
    """How many entries differ, and how many have no value."""
    if not np.any(seen.differs):
        return "The difference is smaller than rounding: floating point can't see it here."
    total, differing = int(np.size(seen.differs)), int(np.sum(seen.differs))
    missing = int(np.sum(~np.isfinite(seen.hand)))
    words = f"{differing} of {total} entries differ." if total > 1 else "The value differs."
    if missing:
        words += f" {missing} of them {'have' if missing > 1 else 'has'} no value by hand: an index leaves the array."
    return words


def likely_causes(verdict: Verdict) -> Iterator[str]:
    """Every simple change that explains the whole difference, and what the right form changes."""
    seen = verdict.comparison
    if verdict.claim.up_to_scale:
        yield "Only directions are compared: by hand was first scaled to come as near as it can."
    factor = constant_factor(seen)
    if factor is not None and verdict.claim.with_respect_to and not verdict.claim.up_to_scale:
        name = NAMED_FACTORS.get(factor)
        yield f"By hand is {factor} times the gradient" + (f": {name}." if name else ".")
    for words, turned in rearrangements(seen.hand):
        if matches(turned, seen):
            yield f"It agrees once {words}."
    if verdict.form == "printed" and verdict.claim.correction:
        yield f"The right form puts in {verdict.claim.correction}."


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
