"""Judging a claim exactly: by hand and automatic as the same function, with no tolerance and no step.

Both are evaluated at random points in exact arithmetic (`handgrad/exact`). A Jacobian is contracted with a
random cotangent first, which costs one sweep instead of one a row; a claim about a direction becomes an
equation between products. Where a formula fails on its whole domain and the failure is affine in the
labels, the condition under which it vanishes is read off it, and the formula is judged again there.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

import autograd
from handgrad.comparison import Formula, value_by_hand
from handgrad.errors import FormulaError
from handgrad.exact import ExactArray, ExactError, Identity, LevelsSpentError, identical
from handgrad.exact.tower import tower
from handgrad.memory import Memory
from handgrad.oracles.automatic import automatic
from handgrad.report.claims import Claim, Form
from handgrad.report.symbols import Sizes
from handgrad.values import Array, Condition, Values

Function = Callable[[dict[str, Any]], Any]  # of the letters, and of a cotangent where there is one

BITS = 25  # every input is one of 2^26 numbers
TRIALS = 2
LABELS = "y"
LEAST = Sizes()


@dataclass(frozen=True)
class Proof:
    """An exact answer: on the whole domain, or on a condition that was found.

    everywhere  it was asked at other sizes too; a reader's formula may have been made for one size alone
    """

    identity: Identity
    condition: Condition | None = None
    everywhere: bool = True

    def irrational_constants(self) -> list[str]:
        """The constants that were taken for their own binary value, no simple fraction being near."""
        return [str(constant.written) for constant in self.identity.constants if not constant.simple]

    def to_dict(self) -> dict[str, Any]:
        """The certificate: trials, the bound on a false "same", the primes."""
        identity = self.identity
        return {"trials": identity.trials, "error_bound": identity.error_bound, "fields": list(identity.fields)}


def prove(claim: Claim, formula: Formula, seed: int, sizes: Sizes, memory: Memory | None = None) -> Proof:
    """Compare exactly, at the sizes wanted and, where that finds no difference, at others.

    Raises `ExactError` where some operation has no exact meaning.
    """
    memory = memory or Memory()
    found = prove_at(claim, formula, seed, sizes, memory)
    if not found.identity.same:
        return found
    other = claim.other_sizes(sizes, formula)
    if found.condition is not None:
        other = replace(other, K=sizes.K)  # a condition on that many labels
    try:
        there = identity_of(claim, formula, seed, other, found.condition, memory, trials=1)
    except (FormulaError, ValueError, IndexError):
        if isinstance(formula, Form):
            raise
        return replace(found, everywhere=False)
    return found if there.same else Proof(there)


def prove_at(claim: Claim, formula: Formula, seed: int, sizes: Sizes, memory: Memory) -> Proof:
    """Compare exactly at some sizes; look for a condition where the formula fails."""
    identity = identity_of(claim, formula, seed, sizes, None, memory)
    if identity.same or identity.opaque or identity.hangs_on_constants:
        return Proof(identity)
    discovered = discover(claim, formula, seed, sizes, memory, identity.levels)
    for condition in claim.conditions if discovered is None else [discovered]:
        there = identity_of(claim, formula, seed, sizes, condition, memory)
        if there.same:
            return Proof(there, condition)
    return Proof(identity)


def identity_of(
    claim: Claim, formula: Formula, seed: int, sizes: Sizes, condition: Condition | None, memory: Memory,
    trials: int = TRIALS,
) -> Identity:  # fmt: skip
    """The identity test of a claim at some sizes."""
    by_hand, truth = sides(claim, formula, sizes, memory)
    points = partial(draw, claim, sizes, condition)
    few = isinstance(formula, Form) and sizes.n > LEAST.n
    identity = identical(
        by_hand, truth, points, trials=trials, seed=seed, sampled=2 ** (BITS + 1), branched_trials=trials if few else 16
    )
    if few and identity.same and identity.branched:
        # Which branches there are does not depend on the size: the many points may be small ones.
        small = identity_of(claim, formula, seed, replace(LEAST, N=sizes.N, F=sizes.F), condition, memory)
        identity = identity if small.same else small
    if claim.up_to_scale and identity.same:
        # Parallel is not yet the same direction: the opposite one is parallel too, and so is nothing.
        values = Values(identity.inputs)
        hand, machine = value_by_hand(claim, formula, values, sizes), automatic(claim, values)
        if not np.vdot(hand, machine) > 0:
            return replace(identity, same=False, differs=np.full(np.shape(hand), True), error_bound=0.0)
    return identity


def draw(claim: Claim, sizes: Sizes, condition: Condition | None, rng: np.random.Generator) -> dict[str, Any]:
    """Free letters on a fine grid, and a cotangent where the claim is about a Jacobian."""
    drawn = claim.draw_from(rng, sizes, condition, BITS)
    if claim.contract is not None:
        shape = np.shape(claim.function(Values(drawn)))
        drawn["cotangent"] = rng.integers(-(2**BITS), 2**BITS, shape, endpoint=True) / 2**BITS
    return drawn


def sides(claim: Claim, formula: Formula, sizes: Sizes, memory: Memory) -> tuple[Function, Function]:
    """The two functions that must be one."""
    shape = claim.sizes(sizes).shape(claim.axes)

    def complete(values: Values) -> Values:
        return Values(memory.recall(claim.complete, values, lambda: claim.complete(values)))

    def by_hand(letters: dict[str, Any]) -> Array:
        values = Values({name: x for name, x in letters.items() if name != "cotangent"})
        return np.reshape(value_by_hand(claim, formula, values, sizes, complete), shape)

    def truth(letters: dict[str, Any]) -> Array:
        values = Values({name: x for name, x in letters.items() if name != "cotangent"})
        what = (claim.function, claim.with_respect_to, claim.engine, claim.pick)
        return memory.recall(what, values, lambda: automatic(claim, values))

    if claim.contract is not None:
        contract = claim.contract
        what = (pulled_back, claim.function, claim.with_respect_to)
        return (
            lambda letters: contract(by_hand(letters), letters["cotangent"]),
            lambda letters: memory.recall(what, letters, lambda: pulled_back(claim, letters)),
        )
    if claim.up_to_scale:
        # h is parallel to g where h_i g_last - g_i h_last = 0 for every i; the last entry belongs to b.
        def across(letters: dict[str, Any]) -> Array:
            h, g = by_hand(letters), truth(letters)
            return h * g[-1] - g * h[-1]

        return across, lambda letters: np.zeros(shape)
    return by_hand, truth


def pulled_back(claim: Claim, letters: dict[str, Any]) -> Array:
    """The cotangent pulled back through the claim's function by the engine."""
    values = Values(letters)
    (name,) = claim.with_respect_to
    _, pullback = autograd.vjp(lambda x: claim.function(Values(values | {name: x})), values[name])
    return pullback(values["cotangent"])[0]


# The condition under which a difference that is affine in the labels vanishes


def discover(
    claim: Claim, formula: Formula, seed: int, sizes: Sizes, memory: Memory | None = None, levels: int = 3
) -> Condition | None:
    """The one equation between the labels of a sample on which hand and automatic agree, if there may be one.

    At a random point the difference is evaluated for no label, for each label alone and for labels at random:
    if it is affine in them, every entry of it is a multiple of one form sum_k c_k y_k - c. Whether that is the same
    form at every point is not asked here: the identity test on the condition finds out.
    """
    letter = next((letter for letter in claim.letters if letter.name == LABELS), None)
    if letter is None:
        return None
    if claim.up_to_scale:  # an equation between products: not affine
        return None
    memory = memory or Memory()
    few = replace(sizes, N=1, F=1, n=1, k=1, K=min(sizes.K, 3), o=min(sizes.o, 3))
    form = form_at(claim, formula, seed, few, memory, levels)
    if form is None:
        return None
    count = claim.sizes(sizes).shape(letter.axes)[-1]
    if len(set(form[:-1])) == 1:  # all labels alike: so it is for any number of them
        return condition_of((form[0],) * count + form[-1:])
    form = form_at(claim, formula, seed, replace(few, K=sizes.K, o=sizes.o), memory, levels)
    return None if form is None else condition_of(form)


def form_at(
    claim: Claim, formula: Formula, seed: int, sizes: Sizes, memory: Memory, levels: int
) -> tuple[Fraction, ...] | None:
    """The form at one point, in towers as high as it takes."""
    try:
        try:
            return affine_form(claim, formula, sizes, [seed, 7], memory, levels)
        except LevelsSpentError as error:
            return affine_form(claim, formula, sizes, [seed, 7], memory, error.needed)
    except (FormulaError, ExactError, ValueError, IndexError):
        return None  # a reader's formula may be made for one size alone, or have no value without labels


def affine_form(
    claim: Claim, formula: Formula, sizes: Sizes, source: list[int], memory: Memory, levels: int
) -> tuple[Fraction, ...] | None:
    """Coefficients c_1, ..., c_K, c of the form, the first that is not 0 made 1; None where there is none."""
    by_hand, truth = sides(claim, formula, sizes, memory)
    fixed = draw(claim, sizes, None, np.random.default_rng(source))
    count = fixed[LABELS].shape[-1]
    points = np.concatenate([np.zeros((1, count)), np.eye(count), fixed[LABELS]])
    fields = tower(levels, sum(source))
    differences = []
    for labels in points:
        at = fixed | {LABELS: labels[None]}
        letters = {
            name: ExactArray.input(x, fields) if isinstance(x, np.ndarray | float) else x for name, x in at.items()
        }
        difference: Any = np.ravel(by_hand(letters) - truth(letters))
        residues, field = difference.deepest()
        differences.append([int(x) for x in residues])
    p = field.prime
    constant, *slopes, at_random = differences
    slopes = [[(x - c) % p for x, c in zip(row, constant, strict=True)] for row in slopes]
    weights = [Fraction(float(x)) for x in points[-1]]
    residue_of = [x.numerator * pow(x.denominator, -1, p) % p for x in weights]
    for entry, value in enumerate(at_random):
        if (constant[entry] + sum(row[entry] * x for row, x in zip(slopes, residue_of, strict=True)) - value) % p:
            return None  # not affine
    entries = [[*(row[entry] for row in slopes), -constant[entry] % p] for entry in range(len(constant))]
    normal = [normalised(entry, p) for entry in entries if any(entry[:-1])]
    if not normal or any(entry != normal[0] for entry in normal):
        return None
    if any(not any(entry[:-1]) and entry[-1] for entry in entries):
        return None  # an entry that no labels bring to 0
    found = [small_rational(x, p) for x in normal[0]]
    return None if None in found else tuple(x for x in found if x is not None)


def normalised(entry: list[int], p: int) -> list[int]:
    """A row divided by its first entry that is not 0."""
    first = next(x for x in entry if x)
    return [x * pow(first, -1, p) % p for x in entry]


def small_rational(residue: int, p: int, largest: int = 64) -> Fraction | None:
    """The fraction of small numbers that a residue stands for, if there is one."""
    for denominator in range(1, largest + 1):
        numerator = residue * denominator % p
        numerator = numerator - p if numerator > p // 2 else numerator
        if abs(numerator) <= largest:
            return Fraction(numerator, denominator)
    return None


def condition_of(form: tuple[Fraction, ...]) -> Condition | None:
    """The condition that a form vanishes, as words, as a sampler and as a test."""
    *slopes, constant = form
    weights, total = np.array([float(c) for c in slopes]), float(constant)
    # The label that is solved for: dividing by its weight must stay exact, as it does for the first, which is 1.
    last = max(k for k, c in enumerate(slopes) if abs(c) in (1, 2, 4))
    if all(c == 1 for c in slopes):
        text = f"sum_k y_k = {constant}"
    else:
        terms = [(f"{'' if c == 1 else f'{c} '}y_{k + 1}") for k, c in enumerate(slopes) if c]
        text = f"{' + '.join(terms)} = {constant}".replace("+ -", "- ")

    def impose(values: Any) -> dict[str, Array]:
        labels = np.array(values[LABELS])
        others = labels @ weights - labels[..., last] * weights[last]
        labels[..., last] = (total - others) / weights[last]
        return dict(values) | {LABELS: labels}

    return Condition(text, impose)
