"""Many programs: counted, and the first that differs made simple."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from fuzzing.choices import Replayed, Seeded
from fuzzing.generator import build
from fuzzing.others import Others
from fuzzing.program import Program
from fuzzing.shrinking import shrunk
from fuzzing.trial import AGREES, BLURS, DIFFERS, Trial, tried

BATCH = 50  # programs that go to the peers together


@dataclass
class Count:
    """How many programs, and what each judge said of how many of them."""

    programs: int = 0
    steps: int = 0
    operations: Counter[str] = field(default_factory=Counter)
    judges: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    failures: dict[int, list[str]] = field(default_factory=dict)

    def note(self, number: int, program: Program, trial: Trial) -> None:
        """One more."""
        self.programs += 1
        self.steps += len(program.steps)
        self.operations.update({step.operation for step in program.steps})
        for judge, outcome in trial.outcomes.items():
            self.judges[judge][outcome] += 1
        if trial.differences:
            self.failures[number] = trial.differences

    def add(self, other: "Count") -> None:
        """Both together."""
        self.programs += other.programs
        self.steps += other.steps
        self.operations.update(other.operations)
        for judge, outcomes in other.judges.items():
            self.judges[judge].update(outcomes)
        self.failures |= other.failures

    def table(self) -> str:
        """By judge: how often it was asked, what it decided, and why it did not decide."""
        lines = [f"{'judge':18}{'programs':>10}{'agree':>10}{'differ':>8}{'blurred':>9}{'cannot say':>12}"]
        for judge, outcomes in self.judges.items():
            decided = [outcomes[outcome] for outcome in (AGREES, DIFFERS, BLURS)]
            asked = outcomes.total()
            lines.append(f"{judge:18}{asked:>10}" + "{:>10}{:>8}{:>9}".format(*decided) + f"{asked - sum(decided):>12}")
        reasons = [
            f"{judge} cannot say, {outcomes[reason]} times: {reason}"
            for judge, outcomes in self.judges.items()
            for reason in sorted(set(outcomes) - {AGREES, DIFFERS, BLURS})
        ]
        return "\n".join([*lines, *reasons])


def run(seed: int, numbers: Sequence[int], peers: Others | None = None) -> Count:
    """The programs of some numbers before all judges."""
    count = Count()
    with peers or nullcontext() as others:
        for start in range(0, len(numbers), BATCH):
            batch = numbers[start : start + BATCH]
            programs = [build(Seeded(seed, number)) for number in batch]
            opinions: Iterable[Any] = others.opinions(programs) if others else [None] * len(batch)
            for number, program, said in zip(batch, programs, opinions, strict=True):
                count.note(number, program, tried(program, number, said))
    return count


def simplest(
    seed: int,
    number: int,
    peers: Others | None = None,
    wanted: Callable[[Trial], bool] = lambda trial: bool(trial.differences),
) -> tuple[Program, Trial]:
    """Of a program that differs, the simplest that still does, and what is said of it."""
    made = Seeded(seed, number)
    build(made)
    with peers or nullcontext() as others:

        def judged(choices: Any) -> tuple[Program, Trial]:
            program = build(choices)
            return program, tried(program, number, others.opinions([program])[0] if others else None)

        best = shrunk(made.made, lambda choices: wanted(judged(choices)[1]))
        return judged(Replayed(best))
