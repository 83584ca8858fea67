"""What is wrong, found by asking which simple change explains the whole difference at two points at once.

Here the changes of the result: a factor, an order of axes, a sum that is missing. `faults.py` changes one step
of the automatic gradient at a time. Where nothing explains all, nothing is said.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import permutations
from math import isqrt
from typing import Any

import numpy as np

from handgrad.render.messages import Said, joined, said
from handgrad.values import Array

CLOSE = {"f8": 1e-7, "f4": 2e-3}  # of the largest entry: a coincidence of all entries within that is none


@dataclass(frozen=True)
class Diagnosis:
    """A mistake that explains the whole difference.

    kind      in the words of the gallery's list of mistakes
    words     what is wrong, and where
    fix       what would put it right, where that can be said
    factor    by hand over automatic, where that is one number
    """

    kind: str
    words: str
    fix: str | None = None
    factor: float | None = None


Arrays = tuple[Array, ...]  # one for each letter


@dataclass(frozen=True)
class Case:
    """By hand and automatic at one point, one array for each letter, and the lengths of its inputs' axes."""

    letters: tuple[str, ...]
    hand: Arrays
    machine: Arrays
    lengths: dict[int, str]  # a length, and which axis has it
    what: str = "gradient"  # or the value of a map

    @property
    def close(self) -> float:
        """How near is equal, as a share of the largest entry."""
        return CLOSE["f4" if any(np.asarray(x).dtype == np.float32 for x in self.machine) else "f8"]


def near(a: Array, b: Array, close: float) -> bool:
    """Whether two arrays of one shape are equal as far as rounding goes."""
    if np.shape(a) != np.shape(b) or not np.all(np.isfinite(a)):
        return False
    return bool(np.all(np.abs(a - b) <= close * max(np.max(np.abs(a), initial=0), np.max(np.abs(b), initial=0))))


def all_near(some: Arrays, others: Arrays, close: float) -> bool:
    """The same for every letter."""
    return all(near(np.asarray(a, float), np.asarray(b, float), close) for a, b in zip(some, others, strict=True))


Change = Callable[[Array], Array]


def result_mistakes(
    cases: list[Case], constant: bool = True, sums: bool = True, elsewhere: Case | None = None
) -> Iterator[Diagnosis]:
    """Every change of the result that makes all letters agree at all points.

    sums      whether sums over axes are looked for: not in a Jacobian, whose axes are those of two arrays
    elsewhere a point of other shapes, where the length of an axis and a constant part
    constant  a factor may be one; not where it shows at other shapes than the given ones alone
    """
    letters = cases[0].letters
    wrong = [k for k in range(len(letters)) if not all(near(c.hand[k], c.machine[k], c.close) for c in cases)]
    if not wrong:
        return
    named = ", ".join(letters[k] for k in wrong)
    where = said("") if len(letters) == 1 else said(" in the derivative by {letters}", letters=named)
    factor = common_factor(cases, wrong)
    if factor is not None:
        yield named_factor(factor, cases, where, constant, elsewhere)
        return
    shapes = {np.shape(cases[0].hand[k]) for k in wrong}
    if len(shapes) == 1:
        for kind, words, change in changes(shapes.pop()):
            if all(near(change(c.hand[k]), c.machine[k], c.close) for c in cases for k in wrong):
                yield Diagnosis(kind, joined([words, where], ""))
                return
    if sums:
        yield from added_up(cases, wrong, where)


def added_up(cases: list[Case], wrong: list[int], where: Said) -> Iterator[Diagnosis]:
    """Sums over axes along which the input has entries of its own, the same number then standing in all."""
    for axes in axis_subsets(max(np.ndim(cases[0].machine[k]) for k in wrong)):
        for words, reduce in (
            ("by hand is summed over axis {axes} too{where}", np.sum),
            ("by hand is averaged over axis {axes} too{where}", np.mean),
        ):
            if all(
                np.ndim(c.machine[k]) > max(axes)
                and near(
                    np.broadcast_to(reduce(c.machine[k], axis=axes, keepdims=True), np.shape(c.machine[k])),
                    c.hand[k],
                    c.close,
                )
                for c in cases
                for k in wrong
            ):
                told = said(words, axes=", ".join(map(str, axes)), where=where)
                yield Diagnosis("summed too much", told, said("leave it out"))
                return


def common_factor(cases: list[Case], wrong: list[int]) -> Fraction | float | None:
    """The one number, or the same power of an axis' length, by which all wrong letters are too large."""
    found = []
    for case in cases:
        ratios = []
        for k in wrong:
            hand, machine = np.ravel(case.hand[k]).astype(float), np.ravel(case.machine[k]).astype(float)
            own = float(machine @ machine)
            if own == 0 or hand.shape != machine.shape or not np.all(np.isfinite(hand)):
                return None
            ratio = float(hand @ machine) / own
            if not near(hand, ratio * machine, case.close):
                return None
            ratios.append(ratio)
        if np.ptp(ratios) > 1e-6 * max(1.0, abs(ratios[0])):
            return None
        found.append(simple(ratios[0]))
    by_length = [set(powers(f, case.lengths)) for f, case in zip(found, cases, strict=True)]
    if len(set(found)) > 1 and not set.intersection(*by_length):
        return None
    return found[0]


def simple(x: float) -> Fraction | float:
    """The fraction of small numbers that a float is, if it is one."""
    fraction = Fraction(x).limit_denominator(1000)
    return fraction if abs(float(fraction) - x) <= 1e-6 * abs(x) else x


def powers(factor: Fraction | float, lengths: dict[int, str]) -> Iterator[tuple[str, int]]:
    """The axes whose length, or its reciprocal, is the factor."""
    for length, axis in lengths.items():
        if length > 1 and factor == length:
            yield axis, 1
        if length > 1 and factor == Fraction(1, length):
            yield axis, -1


TIMES = {
    "gradient": "by hand is {factor} times the gradient{where}",
    "value": "by hand is {factor} times the value{where}",
}
OFTEN = {
    Fraction(2): "a factor 2 too much, as from a square whose 1/2 is missing",
    Fraction(1, 2): "a factor 2 is missing, as from a square",
    Fraction(4): "an average over four taken as their sum: 1/4 is missing",
    Fraction(1, 4): "1/4 once too often",
    Fraction(0): "nothing is left of it",
}


def named_factor(
    factor: Fraction | float, cases: list[Case], where: Said, constant: bool, elsewhere: Case | None
) -> Diagnosis:
    """A factor by its name: the length of an axis, or a number that is often forgotten; both where both may be."""
    value = float(factor)
    shown = str(factor) if isinstance(factor, Fraction) else f"{value:.6g}"
    times = said(TIMES[cases[0].what], factor=shown, where=where)
    if factor == -1:
        return Diagnosis("sign", joined([times, said(": the sign is wrong")], ""), said("change the sign"), -1.0)
    fix = None if not value else said("divide by {divisor}", divisor=shown)
    if isinstance(factor, Fraction) and factor.numerator == 1:
        fix = said("multiply by {factor}", factor=factor.denominator)
    several = len({simple(ratio_of(case)) for case in cases}) > 1
    number = OFTEN.get(factor) if isinstance(factor, Fraction) and constant and not several else None
    axes = sorted(set.intersection(*(set(powers(simple(ratio_of(case)), case.lengths)) for case in cases)))
    if elsewhere is not None and not several:
        there = simple(ratio_of(elsewhere))
        still = [axis for axis in axes if axis in set(powers(there, elsewhere.lengths))]
        axes, number = still or ([] if there == factor else axes), number if there == factor or not still else None
    axis, power = axes[0] if axes else ("", 0)
    length = said(TOO_LONG if power == 1 else TOO_SHORT, factor=shown, axis=axis) if axes else None
    # A 2 comes from a square more often than from an axis of two; any other length is rarely a number by chance.
    names = [said(number) if number else None, length] if factor in (2, Fraction(1, 2)) else [length, number]
    known = [said(name) for name in names if name]
    joints = (said(joint, often=name) for joint, name in zip((": {often}", "; or {often}"), known, strict=False))
    told = joined([times, *joints], "")
    if not known or known[0] is not length:
        return Diagnosis("constant factor", told, fix, value)
    if power == 1:
        return Diagnosis("constant factor", told, said("divide by the length of {axis}", axis=axis), value)
    return Diagnosis("mean for sum", told, said("multiply by the length of {axis}", axis=axis), value)


TOO_LONG = "{factor} is the length of {axis}, so a sum stands where a mean is meant: 1/N is missing"
TOO_SHORT = "{factor} is 1 over the length of {axis}, so a mean stands where a sum is meant, or 1/N stands twice"


def ratio_of(case: Case) -> float:
    """By hand over automatic of the first letter that differs."""
    for hand, machine in zip(case.hand, case.machine, strict=True):
        if not near(hand, machine, case.close):
            a, b = np.ravel(hand).astype(float), np.ravel(machine).astype(float)
            return float(a @ b) / float(b @ b)
    return 1.0


def changes(shape: tuple[int, ...]) -> Iterator[tuple[str, Said, Change]]:
    """Other orders of the same entries."""
    ndim = len(shape)
    if ndim == 2 and shape[0] == shape[1]:
        yield "transposed", said("it agrees once transposed"), np.transpose
    side = isqrt(shape[0]) if ndim == 1 else 0
    if side > 1 and side * side == shape[0]:
        words = said("it agrees once its rows and columns are exchanged")
        yield "axes permuted", words, lambda x: np.reshape(np.reshape(x, (side, side)).T, (-1,))
    if ndim >= 2:
        turned = partial(np.flip, axis=(-2, -1))
        yield "turned by 180 degrees", said("it agrees once its last two axes are turned by 180 degrees"), turned
    if ndim > 2:
        yield "reversed", said("it agrees once all its axes are reversed"), np.flip
    if 2 < ndim < 5:
        for order in permutations(range(ndim)):
            if order != tuple(range(ndim)) and tuple(shape[i] for i in order) == shape:
                words = said("it agrees once its axes are put in the order {order}", order=order)
                yield "axes permuted", words, partial(np.transpose, axes=order)
    for axis in range(ndim):
        if shape[axis] > 1:
            along = said(" along axis {axis}", axis=axis) if ndim > 1 else said("")
            for step in (1, -1):
                words = said("it agrees once every entry is moved by one{along}", along=along)
                yield "index shifted", words, partial(np.roll, shift=step, axis=axis)
            if shape[axis] > 2:
                yield "reversed", said("it agrees once reversed{along}", along=along), partial(np.flip, axis=axis)


def shape_mistakes(
    letters: tuple[str, ...], hand: tuple[Any, ...], machine: Arrays, close: float
) -> Iterator[Diagnosis]:
    """What would bring an array of the wrong shape to the right one, and to the right values."""
    for name, x, right in zip(letters, hand, machine, strict=True):
        got, wanted = np.shape(x), np.shape(right)
        if got == wanted:
            continue
        x = np.asarray(x, dtype=float)
        for axes in axis_subsets(x.ndim):
            for what, reduce in (("summed", np.sum), ("averaged", np.mean)):
                for keep in (False, True):
                    reduced = reduce(x, axis=axes, keepdims=keep)
                    if np.shape(reduced) == wanted and near(reduced, np.asarray(right, float), close):
                        over = ", ".join(map(str, axes))
                        words = f"the derivative by {name} agrees once {what} over axis {over}: "
                        yield Diagnosis(
                            "not summed",
                            words + f"{name} was broadcast along it, so the shares of all must be added up",
                            f"np.{reduce.__name__}(..., axis={axes if len(axes) > 1 else axes[0]})",
                        )
                        return
        if x.size == np.size(right) and near(np.reshape(x, wanted), np.asarray(right, float), close):
            words = f"the derivative by {name} has the right entries in shape {got}, wanted {wanted}"
            yield Diagnosis("shape", words, f"np.reshape(..., {wanted})")
            return
        if x.ndim == 2 and x.T.shape == wanted and near(x.T, np.asarray(right, float), close):
            yield Diagnosis("transposed", f"the derivative by {name} agrees once transposed", "transpose it")
            return
        scalar = [np.sum(right, axis=axes) for axes in axis_subsets(np.ndim(right))]
        if any(np.shape(s) == got and near(np.asarray(s, float), x, close) for s in scalar):
            yield Diagnosis("summed too much", f"the derivative by {name} is summed over axes that {name} itself has")
            return


def index_mistakes(hand: Arrays, machine: Arrays) -> Iterator[Diagnosis]:
    """An index too few, or another number of them."""
    for x, right in zip(hand, machine, strict=True):
        for axis in range(right.ndim):
            if x.shape == right.shape[:axis] + right.shape[axis + 1 :]:
                words = f"an index is missing: nothing in it runs along axis {axis} of what is wanted"
                yield Diagnosis("index missing", words)
                return
        if x.ndim != right.ndim:
            yield Diagnosis("index missing", f"it has another number of indices, {x.ndim} in place of {right.ndim}")
            return


def axis_subsets(ndim: int) -> Iterator[tuple[int, ...]]:
    """All choices of axes, the fewest first."""
    if ndim > 4:
        return
    chosen = [tuple(i for i in range(ndim) if bits >> i & 1) for bits in range(1, 2**ndim)]
    yield from sorted(chosen, key=len)
