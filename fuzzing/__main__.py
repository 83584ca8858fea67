"""`python -m fuzzing`: random programs, whose derivatives by the engine are compared with those of others."""

import concurrent.futures
import multiprocessing
import os
import time
from pathlib import Path

import click

from benchmarks.environment import peers_option
from benchmarks.processes import BenchmarkError, limits
from fuzzing import campaign, figures
from fuzzing.generator import numbered
from fuzzing.grammar import NAMES
from fuzzing.others import PEERS, Others

SLICE = 500  # programs between two lines of progress
SHOWN = 3  # differences that are made simple


def one_line(seed: int, number: int, asked: Others | None) -> str:
    """The command that shows a program again."""
    return f"python -m fuzzing --seed {seed} --only {number}" + (" --peers" if asked else "")


def counted(seed: int, first: int, programs: int, asked: Others | None, jobs: int) -> campaign.Count:
    """All slices, in processes of one thread each."""
    total, began = campaign.Count(), time.monotonic()
    os.environ.update(limits(1))  # read when a new process imports NumPy
    ends = range(first, first + programs)
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(jobs, context) as pool:
        slices = [ends[i : i + SLICE] for i in range(0, programs, SLICE)]
        for count in pool.map(campaign.run, [seed] * len(slices), slices, [asked] * len(slices)):
            total.add(count)
            rate = total.programs / (time.monotonic() - began)
            click.echo(f"{total.programs} programs, {rate:.0f} a second, {len(total.failures)} differ", err=True)
    return total


@click.command()
@click.option("--programs", type=click.IntRange(1), default=1000, show_default=True, help="How many.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="The same seed, the same programs.")
@click.option("--first", type=click.IntRange(0), default=0, show_default=True, help="The number of the first.")
@click.option("--only", type=click.IntRange(0), help="This one alone: shown whole, and made simple if it differs.")
@click.option("--jobs", type=click.IntRange(1), default=2, show_default=True, help="Processes.")
@click.option("--ask", type=click.Choice(PEERS), multiple=True, help="Of the peers this one alone; may be given again.")
@click.option("--write", is_flag=True, help="Keep the figures, and write docs/TRUST.md.")
@peers_option("torch and JAX")
def main(
    programs: int,
    seed: int,
    first: int,
    only: int | None,
    jobs: int,
    ask: tuple[str, ...],
    write: bool,
    peers: Path | None,
) -> None:
    """Random programs before independent judges; exit status 1 when one differs."""
    if write and (only is not None or first):
        raise click.UsageError("--write keeps a seed's first programs: wanted neither --only nor --first")
    asked = Others(peers, ask or PEERS) if peers else None
    try:
        if only is not None:
            total = campaign.run(seed, [only], asked)
            click.echo(f"{numbered(seed, only)}\n")
        else:
            total = counted(seed, first, programs, asked, jobs)
        click.echo(total.table())
        called = sum(name in total.operations for name in NAMES)
        click.echo(
            f"{total.programs} programs of seed {seed}: {total.steps} steps, {2 * total.programs} derivatives, "
            f"{called} of {len(NAMES)} operations; {len(total.failures)} differ"
        )
        if write:
            figures.record(total, seed, asked.names if asked else ())
        for number in sorted(total.failures)[:SHOWN]:
            program, trial = campaign.simplest(seed, number, asked)
            click.echo(f"\nprogram {number} differs; the simplest that does:\n{program}")
            click.echo("\n".join(trial.differences or total.failures[number]))
            click.echo(f"reproduce: {one_line(seed, number, asked)}")
    except BenchmarkError as error:
        raise click.ClickException(str(error)) from error
    raise SystemExit(1 if total.failures else 0)


if __name__ == "__main__":
    main()
