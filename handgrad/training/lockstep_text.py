"""Two trainings beside each other, in lines for a reader: a step of both, and the verdict."""

import math

from handgrad.training.lockstep import Compared, Drift, LockstepVerdict


def compared_lines(compared: Compared) -> str:
    """One step of both: a line for the loss and one a letter."""
    head = f"step {compared.step}  epoch {compared.epoch}"
    return "\n".join([head, *(f"  {line}" for line in compared.lines)])


def verdict_lines(verdict: LockstepVerdict) -> str:
    """What both trainings beside each other have shown."""
    first, failed = verdict.first, verdict.failed
    if first is not None and failed is not None:
        names = [line.letter for line in failed.lines]
        before = names[: names.index(first.letter)]
        where = f"{first.letter}{list(first.index) if first.index else ''}"
        times = f": {first.difference / first.allowed:.2g} times" if first.difference < math.inf else ", not within"
        return (
            f"DISAGREES at step {failed.step}, in the {'' if first.letter == 'loss' else 'gradient by '}{where}\n"
            f"  by hand {first.hand:.4g}, automatic {first.automatic:.4g}{times} what rounding allows\n"
            f"  before it in the backward pass agree: {', '.join(before) or 'none'}"
        )
    rows = [drift_line(drift) for drift in verdict.drifts]
    words = "never further apart than rounding leads" if verdict.agrees else "further apart than rounding leads"
    head = f"parameters after {verdict.steps:,} steps, by hand against automatic"
    return "\n".join([head, *rows, f"{verdict.outcome.upper() if not verdict.agrees else 'agrees'}: {words}"])


def drift_line(drift: Drift) -> str:
    """How far the two trajectories of a parameter ended from each other."""
    if drift.exact:
        return f"  {drift.letter:5}  bit for bit the same"
    return f"  {drift.letter:5}  apart {drift.distance:.2g}, where rounding may lead {drift.allowed:.2g} astray"
