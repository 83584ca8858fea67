"""How far ours are from what they are to reach, computed from what was measured.

Beside the fastest of torch, torch.compile, jax.jit and HIPS autograd, an automatic gradient is to take 0.8 of the time
and one by hand 0.7; beside NumPy's floor, which is the least that a gradient in NumPy does, 2 and 1.5 times as long.
Where the floor itself takes more of the peer's time than that, NumPy alone cannot reach it; where one function that
does nothing else does, neither a tape nor formulas to read can.
"""

from collections.abc import Callable, Sequence

from benchmarks.processes import Outcome, Row
from benchmarks.races import AUTOMATIC, BY_HAND, CHECK, FLOOR, GRADCHECKS, MICROGRAD, ONE_FUNCTION, RIVALS, TORCH
from benchmarks.tables import Table, digits, duration

OF_PEER = {AUTOMATIC.name: 0.8, BY_HAND.name: 0.7}
OF_FLOOR = {AUTOMATIC.name: 2.0, BY_HAND.name: 1.5}
FAST, SLOW = (check.name for check in GRADCHECKS)
# By the task and who is measured: seconds an operation, and how much of another's time.
SECONDS = {("tape", AUTOMATIC.name): 2e-6, ("exact", CHECK.name): 0.05}
RATIOS = {
    ("tape", AUTOMATIC.name, TORCH.name): 0.3,
    ("tape", AUTOMATIC.name, MICROGRAD.name): 0.5,
    ("exact", CHECK.name, FAST): 1.0,
    ("exact", CHECK.name, SLOW): 0.01,
}


def by_name(outcome: Outcome) -> dict[str, Row]:
    """The rows that took part."""
    return {row.name: row for row in outcome.rows}


def ratio(row: Row, other: Row) -> float:
    """Of the times in the same round, the median."""
    return row.ratios(other)[1]


def marked(value: float, goal: float, words: Callable[[float], str] = digits) -> str:
    """A ratio, or a time, with a star where the goal is reached.

    >>> marked(0.7512, 0.8), marked(0.8, 0.8), marked(1.5, 0.8), marked(0.04, 0.05, duration)
    ('0.751 *', '0.800 *', '1.50', '40.0 ms *')
    """
    return f"{words(value)} *" if value <= goal else words(value)


def networks(outcomes: Sequence[Outcome]) -> Table | None:
    """Both gradients beside the fastest peer and beside the floor; nothing where no peer took part."""
    rows = []
    for outcome in outcomes:
        found = by_name(outcome)
        rivals = [found[rival.name] for rival in RIVALS if rival.name in found]
        if outcome.race.task not in ("cnn", "dense", "epoch") or not rivals:
            continue
        best, floor = min(rivals, key=lambda row: row.median), found.get(FLOOR.name)
        cells = [marked(ratio(found[name], best), goal) for name, goal in OF_PEER.items()]
        bounds = (found.get(bound.name) for bound in (ONE_FUNCTION, FLOOR))
        cells += ["" if bound is None else digits(ratio(bound, best)) for bound in bounds]
        cells += ["" if floor is None else marked(ratio(found[name], floor), goal) for name, goal in OF_FLOOR.items()]
        rows.append((outcome.race.title, f"{best.name}, {duration(best.median)}", *cells))
    if not rows:
        return None
    head = ("network", "fastest peer", "automatic / peer", "by hand / peer", "one function / peer", "floor / peer")
    goals = f"goals: {OF_PEER[AUTOMATIC.name]} and {OF_PEER[BY_HAND.name]} of the fastest peer, "
    goals += f"{OF_FLOOR[AUTOMATIC.name]:g} and {OF_FLOOR[BY_HAND.name]:g} times the floor; a star where one is reached"
    return Table("goals, gradients of networks", (*head, "automatic / floor", "by hand / floor"), tuple(rows), (goals,))


def others(outcomes: Sequence[Outcome]) -> Table | None:
    """The tape and the exact check, in seconds and beside others."""
    rows = []
    for outcome in outcomes:
        found = by_name(outcome)
        for (task, name), most in SECONDS.items():
            if task == outcome.race.task and name in found:
                time = marked(found[name].median, most, duration)
                rows.append((outcome.race.title, f"{name}, {duration(most)}", time))
        for (task, name, other), goal in RATIOS.items():
            if task == outcome.race.task and name in found and other in found:
                share = marked(ratio(found[name], found[other]), goal)
                rows.append((outcome.race.title, f"{name}, {goal:g} of {other}", share))
    head = ("what", "at most", "here")
    return Table("goals, tape and exact check", head, tuple(rows), ("a star where one is reached",)) if rows else None


def tables(outcomes: Sequence[Outcome]) -> list[Table]:
    """Those for which something was measured."""
    return [table for table in (networks(outcomes), others(outcomes)) if table is not None]
