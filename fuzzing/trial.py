"""One program before all judges.

Two numbers are the same where they differ by no more than rounding explains. That is measured as in
`handgrad/checking/oracles/rounding.py`: inputs and the result of every operation are moved by about one unit in
the last place, in the engine's computation and in that of the dual numbers, and the widest move of a few counts
`ALLOWANCE` times.
There is no floor: where that room is a good part of the number itself, nothing is decided, and this is counted.
"""

import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from fuzzing import engine, judges
from fuzzing.grammar import OPERATIONS
from fuzzing.program import Program
from handgrad.checking.comparison import ILL_CONDITIONED, NEGLIGIBLE
from handgrad.checking.oracles.rounding import ALLOWANCE, spreads
from handgrad.values import Values

NAMES = ("the loss", "the first derivative", "the second derivative")
Numbers = Callable[[Program, Any], list[Any]]
AGREES, BLURS, DIFFERS = "agrees", "nothing decided", "differs"


@dataclass
class Trial:
    """What came out: by judge an outcome, and a line for each difference."""

    outcomes: dict[str, str] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)

    def note(self, judge: str, outcome: str, words: str = "") -> None:
        """What a judge says."""
        self.outcomes[judge] = outcome
        if outcome == DIFFERS:
            self.differences.append(f"{judge}: {words}")


def tried(program: Program, number: int = 0, others: Mapping[str, Any] | None = None) -> Trial:
    """The engine before all judges; `others` have their three numbers ready, or a reason why there are none."""
    trial = Trial()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # at points without kinks and far from overflow nobody warns
        try:
            seen = engine.seen(program)
        except Exception as error:
            trial.note("engine", DIFFERS, f"{type(error).__name__}: {error}\n{traceback.format_exc()}")
            return trial
        room = Room(program, seen, judges.dual_numbers, program.in_double)
        opinions = {
            "complex step": judges.complex_step(program),
            "dual numbers": np.array(judges.dual_numbers(program, program.in_double)),
        }
        if all(OPERATIONS[step.operation].exact for step in program.steps):
            answer = judges.exact(program, number)
            outcome = {"same": AGREES, "differs": DIFFERS}.get(answer, answer)
            trial.note("exact fields", outcome, "the residues of the derivatives")
        for name, opinion in (others or {}).items():
            if isinstance(opinion, str):
                trial.note(name, opinion)
            else:
                opinions[name] = np.asarray(opinion)
        for name, opinion in opinions.items():
            trial.note(name, *room.compared(opinion))
        own = Room(program, seen, engine.forward, program.inputs)
        trial.note("engine, forward", *own.compared(np.array(engine.forward(program, program.inputs), float)))
    return trial


class Room:
    """How far the engine's numbers may be from others by rounding, measured only as far as it is needed.

    `other` is a computation of the same numbers whose rounding is as that of the opinions that come.
    """

    def __init__(self, program: Program, seen: engine.Engine, other: Numbers, inputs: tuple[np.ndarray, ...]):
        self.seen = seen
        self.least = 4 * max(float(np.finfo(x.dtype).eps) for x in program.inputs) * seen.sizes
        self.slack = np.zeros(3)
        self.moves = zip(moves(engine.numbers, program, program.inputs), moves(other, program, inputs), strict=True)

    def compared(self, opinion: np.ndarray) -> tuple[str, str]:
        """The outcome, with words where they differ."""
        difference = np.abs(opinion - self.seen.numbers)
        while not np.all(difference <= self.least + self.slack) and (both := next(self.moves, None)) is not None:
            self.slack = ALLOWANCE * sum(both)
        size = np.maximum(np.abs(opinion), np.abs(self.seen.numbers))
        if not np.all(difference <= self.least + self.slack):
            at = int(np.argmax(~(difference <= self.least + self.slack)))
            return DIFFERS, (
                f"{NAMES[at]} is {opinion[at]:.17g}, by the engine {self.seen.numbers[at]:.17g}; "
                f"rounding explains {self.least[at] + self.slack[at]:.2g}"
            )
        excused = (difference > self.least) & (self.slack > ILL_CONDITIONED * size)
        return (BLURS if np.any(excused & (self.slack > NEGLIGIBLE * self.seen.sizes)) else AGREES), ""


def moves(numbers: Numbers, program: Program, inputs: tuple[np.ndarray, ...]) -> Iterator[np.ndarray]:
    """The widest moves of three numbers by rounding, after one sample, two, and so on."""
    values = Values({str(i): x for i, x in enumerate(inputs)})
    return spreads([lambda at: np.stack(numbers(program, list(at.values())))], values, np.random.default_rng(0))
