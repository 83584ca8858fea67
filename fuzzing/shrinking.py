"""The simplest program that still fails: fewer and lower choices, as Hypothesis does it.

A program is made of its choices, so what is left after a cut is a program too, and one with operands in their domains.
"""

from collections.abc import Callable, Iterator, Sequence

from fuzzing.choices import Replayed

Made = list[int]


def shrunk(made: Sequence[int], still_fails: Callable[[Replayed], bool], tries: int = 1500) -> Made:
    """The choices of a program that still fails, after so many attempts at most."""
    best = list(made)
    for _ in range(tries):
        for attempt in simpler(best):
            tries -= 1
            choices = Replayed(attempt)
            if still_fails(choices) and rank(choices.made) < rank(best):
                best = choices.made
                break
            if tries <= 0:
                return best
        else:
            return best
    return best


def rank(made: Made) -> tuple[int, Made]:
    """What is simpler: fewer, then lower."""
    return len(made), made


def simpler(made: Made) -> Iterator[Made]:
    """Without a stretch, with the long ones first; then with one choice the lowest, or lower."""
    length = len(made) // 2
    while length:
        yield from (made[:i] + made[i + length :] for i in range(0, len(made) - length + 1, max(1, length // 2)))
        length //= 2
    for i, n in enumerate(made):
        for lower in (0, n // 2, n - 1):
            if lower < n:
                yield [*made[:i], lower, *made[i + 1 :]]
