"""The condition on which a formula holds that fails on its whole domain: an equation that is found, not declared.

At a random point the difference of the two sides is evaluated, exactly, for one input that nothing is differentiated
by: at zeros, at each unit row, and at rows at random. If it is affine in that input's rows, and every entry of it is
a multiple of one form sum_k c_k y_k - c, the two agree where the form vanishes. Whether that is the same form at
every point is not asked here: the judge looks again on the condition, and finds out.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from handgrad.checking.domain import Domain
from handgrad.checking.oracles.automatic import automatic
from handgrad.checking.oracles.manual import row
from handgrad.checking.problem import Problem
from handgrad.exact import ExactArray, ExactError, LevelsSpentError
from handgrad.exact.field import Field
from handgrad.exact.identity import HIGHEST
from handgrad.exact.tower import tower
from handgrad.values import Array, Condition, Values

SOURCE = 7  # of the random point
LEVELS = 3  # of the towers; more where exponentials are nested deeper
LONGEST = 64  # row of an input that is looked at: each entry costs an evaluation
LARGEST = 64  # numerator or denominator of a coefficient


def find_conditions(problem: Problem, domain: Domain, seed: int) -> Iterator[Condition]:
    """For each input that nothing is differentiated by, the one equation of its rows that there may be.

    Labels are asked first, which as a rule are the last input.
    """
    for name in reversed(problem.shown):
        if name not in problem.wrt:
            form = form_of_rows(problem, domain, name, seed)
            condition = None if form is None else condition_of(form, name)
            if condition is not None:
                yield condition


def form_of_rows(problem: Problem, domain: Domain, name: str, seed: int) -> tuple[Fraction, ...] | None:
    """Coefficients c_1, ..., c_K, c of the form, the first that is not 0 made 1; None where there is none."""
    try:
        drawn = [draws.draw(np.random.default_rng([seed, SOURCE])) for draws in domain.draws(problem, seed)]
    except ExactError:  # no point inside the domain
        return None
    for fixed in sorted(drawn, key=lambda values: sum(map(np.size, values.values()))):
        form = form_at(problem, fixed, name)
        if form is None or len(set(form[:-1])) == 1 or fixed is drawn[0]:
            return form  # all entries alike: so it is for any number of them
    return None


def form_at(problem: Problem, fixed: Values, name: str) -> tuple[Fraction, ...] | None:
    """The form at one point, in towers as high as it takes."""
    x = np.asarray(fixed[name])
    if x.dtype.kind != "f" or not 1 <= x.ndim <= 2 or not 0 < x.shape[-1] <= LONGEST:
        return None
    try:
        try:
            return affine_form(problem, fixed, name, LEVELS)
        except LevelsSpentError as error:
            return None if error.needed > HIGHEST else affine_form(problem, fixed, name, error.needed)
    except Exception:  # no exact meaning, code made for one point, no value without labels
        return None


def affine_form(problem: Problem, fixed: Values, name: str, levels: int) -> tuple[Fraction, ...] | None:
    """The form at one point, in towers of a height."""
    x = np.asarray(fixed[name])
    count = x.shape[-1]
    random = np.ravel(x)[:count]
    fields = tower(levels, SOURCE)

    def difference(labels: Array) -> tuple[list[int], Field]:
        at = fixed | {name: np.array(np.broadcast_to(labels, x.shape))}
        letters = Values({key: exactly(value, fields) for key, value in at.items()})
        apart: Any = np.ravel(row(problem.returned(letters)) - row(automatic(problem, letters)))
        residues, field = apart.deepest()
        return [int(residue) for residue in residues], field

    constant, field = difference(np.zeros(count))
    at_random, twice = difference(random)[0], difference(2 * random)[0]
    p = field.prime
    if any((c - 2 * once + two) % p for c, once, two in zip(constant, at_random, twice, strict=True)):
        return None  # not affine, which costs little to see
    slopes = [[(a - c) % p for a, c in zip(difference(unit)[0], constant, strict=True)] for unit in np.eye(count)]
    weights = [Fraction(float(w)) for w in random]
    residues = [w.numerator * pow(w.denominator, -1, p) % p for w in weights]
    for entry, value in enumerate(at_random):
        if (constant[entry] + sum(line[entry] * w for line, w in zip(slopes, residues, strict=True)) - value) % p:
            return None
    entries = [[*(line[entry] for line in slopes), -constant[entry] % p] for entry in range(len(constant))]
    normal = [normalised(entry, p) for entry in entries if any(entry[:-1])]
    if not normal or any(entry != normal[0] for entry in normal):
        return None
    if any(not any(entry[:-1]) and entry[-1] for entry in entries):
        return None  # an entry that no rows bring to 0
    found = [small_rational(residue, p) for residue in normal[0]]
    return None if None in found else tuple(c for c in found if c is not None)


def exactly(x: Any, fields: Any) -> Any:
    """Floats as exact arrays; sizes, indices and the like as they are."""
    return ExactArray.input(np.asarray(x), fields) if np.asarray(x).dtype.kind == "f" else x


def normalised(entry: list[int], p: int) -> list[int]:
    """A row divided by its first entry that is not 0."""
    first = next(x for x in entry if x)
    return [x * pow(first, -1, p) % p for x in entry]


def small_rational(residue: int, p: int, largest: int = LARGEST) -> Fraction | None:
    """The fraction of small numbers that a residue stands for, if there is one.

    >>> small_rational(pow(3, -1, 101), 101, largest=4)
    Fraction(1, 3)
    """
    for denominator in range(1, largest + 1):
        numerator = residue * denominator % p
        numerator = numerator - p if numerator > p // 2 else numerator
        if abs(numerator) <= largest:
            return Fraction(numerator, denominator)
    return None


def condition_of(form: tuple[Fraction, ...], name: str) -> Condition | None:
    """The condition that a form vanishes in every row of an input, in words and as what imposes it.

    >>> condition = condition_of((Fraction(1), Fraction(1), Fraction(1)), "y")
    >>> condition.text, condition.impose({"y": np.array([[0.25, 9.0]])})["y"].tolist()
    ('sum_k y_k = 1', [[0.25, 0.75]])
    """
    *slopes, constant = form
    weights, total = np.array([float(c) for c in slopes]), float(constant)
    # The entry that is solved for: dividing by its weight must stay exact, as it does for the first, which is 1.
    last = max(k for k, c in enumerate(slopes) if abs(c) in (1, 2, 4))
    if all(c == 1 for c in slopes):
        text = f"sum_k {name}_k = {constant}"
    else:
        terms = [(f"{'' if c == 1 else f'{c} '}{name}_{k + 1}") for k, c in enumerate(slopes) if c]
        text = f"{' + '.join(terms)} = {constant}".replace("+ -", "- ")
    same = len(set(slopes)) == 1

    def impose(values: Any) -> dict[str, Array] | None:
        x = np.array(values[name])
        if x.ndim == 0 or (x.shape[-1] != len(slopes) and not same):
            return None
        by = np.full(x.shape[-1], weights[0]) if same else weights
        at = x.shape[-1] - 1 if same else last
        others = x @ by - x[..., at] * by[at]
        x[..., at] = (total - others) / by[at]
        return dict(values) | {name: x}

    return Condition(text, impose)


def meets(condition: Condition, values: Values) -> bool:
    """Whether values lie on a condition already, up to rounding."""
    brought = condition.impose(values)
    if brought is None:
        return False
    return all(np.allclose(brought[name], values[name], rtol=1e-9, atol=1e-9) for name in values if name in brought)
