"""The figures of a campaign, as a subject of `docs/TRUST.md`."""

from collections.abc import Sequence

from fuzzing.campaign import Count
from fuzzing.grammar import NAMES
from fuzzing.trial import AGREES, BLURS, DIFFERS
from mutation.trust import Subject, keep

HEAD = ["judge", "asked", "agrees", "differs", "rounding too large", "cannot say"]
ABOUT = [
    "Random programs over all rules, with shared nodes and broadcasting, each with its loss, first and second",
    "derivative along a direction, in float64 and float32. The engine's numbers are compared with those of judges that",
    "share no code with it; they differ where rounding, which is measured, does not explain it. Every difference found",
    "so far was mended, in the engine or in the judge that was wrong, those of the run below too, and is a test in",
    "`tests/fuzzing`. A judge can't say where it lacks an operation.",
]
ABOUT_JAX = ["The same before JAX, which takes about a second for each program; so they are fewer."]


def row_of(judge: str, count: Count) -> list[str | int | float]:
    """How often a judge was asked, and what it said."""
    outcomes = count.judges[judge]
    decided = [outcomes[outcome] for outcome in (AGREES, DIFFERS, BLURS)]
    return [judge, outcomes.total(), *decided, outcomes.total() - sum(decided)]


def record(count: Count, seed: int, peers: Sequence[str]) -> None:
    """Keep the figures in place of those of the last campaign before the same judges, and write `docs/TRUST.md`."""
    called = sum(name in count.operations for name in NAMES)
    beside = f", beside {' and '.join(peers)}" if peers else ""
    asked = "".join(f" --ask {peer}" for peer in peers) + (" --peers" if peers else "")
    remark = (
        f"{count.programs:,} programs of seed {seed}: {count.steps:,} steps, {2 * count.programs:,} derivatives, "
        f"{called} of {len(NAMES)} operations; {len(count.failures)} differ."
    )
    keep(
        "-".join(["fuzzing", *peers]),
        Subject(
            f"Random programs{beside}",
            ABOUT_JAX if "jax" in peers else ABOUT,
            f"python -m fuzzing --programs {count.programs} --seed {seed}{asked} --write",
            HEAD,
            [row_of(judge, count) for judge in count.judges],
            [remark],
        ),
    )
