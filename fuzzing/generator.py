"""Programs out of choices."""

from fuzzing.building import Builder
from fuzzing.choices import Choices, Seeded
from fuzzing.grammar import OPERATIONS
from fuzzing.program import Program

MOST_STEPS = 12


def build(choices: Choices) -> Program:
    """The program of some choices."""
    builder = Builder(choices, OPERATIONS)
    while not builder.steps or (len(builder.steps) < MOST_STEPS and choices.integer(0, 7)):
        builder.grow()
    return builder.program()


def numbered(seed: int, number: int) -> Program:
    """The program of a seed with a number."""
    return build(Seeded(seed, number))
