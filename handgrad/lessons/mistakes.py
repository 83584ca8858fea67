"""What kind of mistake an answer has, in words: nothing where no single one explains the whole difference.

First what the verdict's own diagnosis says, then what `checking` finds, which knows any function. Where both say
nothing: whether it is the derivative of something else, a factor that is wrong, a slip in the writing, and last what
the formula does not depend on though it should.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from handgrad.checking.diagnosis.mutants import of_steps
from handgrad.checking.diagnosis.results import Arrays, Case, all_near, near, of_results, of_shapes
from handgrad.checking.diagnosis.trace import Trace
from handgrad.diagnosis import likely_causes
from handgrad.errors import TRACEBACK
from handgrad.formula.expression import Expression
from handgrad.lessons.answers import SIZES, Answer
from handgrad.lessons.claimed import Claimed
from handgrad.lessons.slips import slip
from handgrad.report.claims import Claim
from handgrad.report.symbols import OTHER, Sizes
from handgrad.values import Array

CLOSE = 1e-7  # of the largest entry, as for any diagnosis
FEW = 9  # entries that are listed

Family = Callable[[Answer, Claimed], Iterator[str]]


def mistake(answer: Answer) -> str | None:
    """A sentence about what is wrong, or None.

    >>> from handgrad.lessons.answers import judged
    >>> from handgrad.lessons.exercises import exercise_of
    >>> mistake(judged(exercise_of("12"), "d * (1 - d)"))
    'the derivative of the step from d to c is a (1 - a) with a taken for what goes in, not what comes out'
    """
    if answer.solved or answer.formula is None:
        return None
    sizes = SIZES if answer.finding is None else answer.finding.verdict.comparison.sizes or SIZES
    claimed = Claimed(answer.exercise.claim, answer.formula, sizes)
    with np.errstate(all="ignore"):  # what is tried overflows and divides by zero
        for family in OF_SHAPES if answer.finding is None else FAMILIES:
            try:
                found = next(family(answer, claimed), None)
            except Exception:  # a formula that can't be taken apart in this way
                if os.environ.get(TRACEBACK):
                    raise
                continue
            if found is not None:
                return found
    return None


def of_the_verdict(answer: Answer, claimed: Claimed) -> Iterator[str]:
    """The condition that was found, or what the verdict's diagnosis says."""
    assert answer.finding is not None
    verdict = answer.finding.verdict
    if verdict.agrees:
        yield f"a step of it needs {verdict.condition}, and nothing said so"
        return
    causes = " ".join(likely_causes(verdict))
    if causes:
        yield causes[0].lower() + causes[1:].rstrip(".")


def of_the_derivative(answer: Answer, claimed: Claimed) -> Iterator[str]:
    """What `checking` says of a gradient."""
    if not claimed.claim.with_respect_to:
        return
    cases = claimed.cases()
    if all(all_near(case.hand, case.machine, case.close) for case in cases):
        return
    hands = [case.hand for case in cases]
    found = list(of_results(cases)) or list(of_steps(claimed.problem, claimed.inputs, hands, cases))
    yield from (x.words + (", axis 0 being the batch" if "axis" in x.words else "") for x in found)


def of_the_map(answer: Answer, claimed: Claimed) -> Iterator[str]:
    """What is wrong with the values of a map, with its derivatives, or with the entries that it is made of."""
    if claimed.claim.with_respect_to:
        return
    other = Claimed(claimed.claim, claimed.formula, other_sizes(claimed.claim))
    pairs = ((x.hands[0], x.truths[0]) for x in (claimed, other))
    cases = [Case(("value",), (hand,), (machine,), {}) for hand, machine in pairs]
    yield from (x.words.replace("the gradient", "the value") for x in of_results(cases))
    names = tuple(letter.name for letter in claimed.claim.letters)
    slopes = [claimed.jacobians(values) for values in claimed.points] if names else []
    if slopes:
        yield from (x.words for x in of_results([Case(names, hand, machine, {}) for hand, machine in slopes]))
        yield from of_what_it_is_made(names, *slopes[0])


def other_sizes(claim: Claim) -> Sizes:
    """Sizes at which a factor that is the length of an axis is another one."""
    return claim.sizes(replace(OTHER, N=SIZES.N, F=SIZES.F))


def of_what_it_is_made(names: tuple[str, ...], hand: Arrays, machine: Arrays) -> Iterator[str]:
    """The first entry of the value that is made of other entries of a letter than it should be."""
    for name, mine, right in zip(names, hand, machine, strict=True):
        for entry, (got, wanted) in enumerate(zip(mine != 0, right != 0, strict=True)):
            if np.any(got != wanted) and max(np.sum(got), np.sum(wanted)) <= FEW:
                made, due = (", ".join(f"{name}[{i}]" for i in np.flatnonzero(x)) or "none" for x in (got, wanted))
                yield f"entry {entry} is made of {made}; it should be made of {due}"
                return


def of_something_else(answer: Answer, claimed: Claimed) -> Iterator[str]:
    """Whether it is the value itself, or its derivative by a letter on the way."""
    values, hand = claimed.points[0], claimed.hands[0]
    claim = claimed.claim
    if not claim.with_respect_to:
        return
    if near(hand, np.squeeze(claim.function(values)), CLOSE):
        yield "it is what is to be differentiated, not its derivative"
        return
    if claim.contract is not None:
        return
    (by,) = claim.with_respect_to
    trace = Trace(claimed.problem, claimed.inputs[0])
    for key, bar in trace.cotangents(trace.loss, np.ones_like(trace.loss.value)).items():
        letter = trace.names.get(key, by)
        if letter != by and near(hand, np.reshape(bar, np.shape(claimed.read[0][letter])), CLOSE):
            yield f"it is the derivative by {letter}, not by {by}: what lies between the two is missing"
            return


def of_its_factors(answer: Answer, claimed: Claimed) -> Iterator[str]:
    """A letter that is missing as a factor, is there once too often, or stands where another belongs."""
    shape = claimed.claim.shape(claimed.sizes)
    factors = [letters_as_factors(read, shape) for read in claimed.read]
    pairs = list(zip(claimed.hands, claimed.truths, strict=True))

    def holds(mine: str | None, right: str | None) -> bool:
        """Whether by hand is right once one factor is taken out and another put in."""
        sides = (
            (hand * (f[right] if right else 1.0), truth * (f[mine] if mine else 1.0))
            for f, (hand, truth) in zip(factors, pairs, strict=True)
        )
        return all(near(a, b, CLOSE) for a, b in sides)

    names = list(factors[0])
    yield from (f"a factor {name} is missing" for name in names if holds(None, name))
    yield from (f"a factor {name} is too much" for name in names if holds(name, None))
    yield from (
        f"a factor {mine} stands where another belongs" for mine in names for right in names if holds(mine, right)
    )


def letters_as_factors(read: dict[str, Array], shape: tuple[int, ...]) -> dict[str, Array]:
    """Each letter x, and 1 - x, brought to a shape along its first or its last axes."""
    found: dict[str, Array] = {}
    for name, x in read.items():
        for axes in (np.shape(x), np.shape(x) + (1,) * (len(shape) - np.ndim(x))):
            if name not in found and len(axes) <= len(shape):
                try:
                    found[name] = np.broadcast_to(np.reshape(np.asarray(x, dtype=float), axes), shape)
                except ValueError:  # it does not go into that shape
                    continue
                found[f"1 - {name}"] = 1 - found[name]
    return found


def of_its_shape(answer: Answer, claimed: Claimed) -> Iterator[str]:
    """What would bring a value of the wrong shape to the right one."""
    (hand, *_), (truth, *_) = claimed.hands, claimed.truths
    letters = (", ".join(claimed.claim.with_respect_to) or "value",)
    yield from (x.words for x in of_shapes(letters, (hand,), (truth,), CLOSE))
    for axis in range(truth.ndim):
        if hand.shape == truth.shape[:axis] + truth.shape[axis + 1 :]:
            yield f"an index is missing: nothing in it runs along axis {axis} of what is wanted"
    if hand.ndim != truth.ndim:
        yield f"it has another number of indices, {hand.ndim} in place of {truth.ndim}"


def of_its_writing(answer: Answer, claimed: Claimed) -> Iterator[str]:
    """A slip in what was typed."""
    if answer.text is None:
        return

    def holds(text: str) -> bool:
        try:
            formula = Expression(text, list(claimed.read[0]))
            pairs = zip(claimed.read, claimed.truths, strict=True)
            return all(near(np.asarray(formula(read), float), truth, CLOSE) for read, truth in pairs)
        except Exception:  # most changes make nonsense
            return False

    found = slip(answer.text, list(claimed.read[0]), holds)
    if found is not None:
        yield found


def of_its_zeros(answer: Answer, claimed: Claimed) -> Iterator[str]:
    """Entries that should be 0 and are not, or the other way round."""
    hand, truth = claimed.hands[0], claimed.truths[0]
    differs = np.abs(hand - truth) > CLOSE * np.max(np.abs(truth), initial=0)
    for some, words in ((truth == 0, "should be 0, and are not"), (hand == 0, "are 0, and should not be")):
        count = np.count_nonzero(some & differs)
        if count:
            yield f"{count} of {truth.size} entries {words}"


def of_its_letters(answer: Answer, claimed: Claimed) -> Iterator[str]:
    """Which free letters the formula should depend on and does not, or the other way round."""
    missing, extra = [], []
    for letter in (letter.name for letter in claimed.claim.letters):
        moved = claimed.moved(letter)
        mine = np.array_equal(claimed.hands[0], claimed.by_hand(moved))
        right = np.array_equal(claimed.truths[0], claimed.truth(moved))
        missing += [letter] * (mine and not right)
        extra += [letter] * (right and not mine)
    words = [f"it should depend on {', '.join(missing)}, and does not"] if missing else []
    words += [f"it depends on {', '.join(extra)}, and should not"] if extra else []
    if words:
        yield "; ".join(words)


# The plainest first.
FAMILIES: tuple[Family, ...] = (
    of_the_verdict, of_the_derivative, of_the_map, of_something_else, of_its_factors, of_its_writing, of_its_zeros,
    of_its_letters,
)  # fmt: skip
OF_SHAPES: tuple[Family, ...] = (of_something_else, of_its_shape, of_its_writing)
