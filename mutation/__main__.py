"""`python -m mutation`: plant small faults in what verdicts rest on, and see whether the tests notice each of them."""

import random

import click

from handgrad.commands.exit_codes import leave
from handgrad.extras import cure

try:
    from mutation.campaign import known_equivalents, stale, tried
    from mutation.figures import record, table
    from mutation.mutants import Mutant, mutants_of
    from mutation.places import places
    from mutation.trial import TrialError
except ModuleNotFoundError as missing:
    leave(f"mutation: wanted {missing.name}, which is not installed; {cure('mutation')}", 2)


def drawn(mutants: dict[str, list[Mutant]], count: int, seed: int) -> dict[str, list[Mutant]]:
    """So many mutants of all files together, by chance; files of which none is drawn are left out."""
    everything = [mutant for found in mutants.values() for mutant in found]
    some = set(random.Random(seed).sample(everything, min(count, len(everything))))
    left = {file: [mutant for mutant in found if mutant in some] for file, found in mutants.items()}
    return {file: found for file, found in left.items() if found}


def within(file: str, name: str) -> bool:
    """Whether a file is the one of this name, or in the folder of this name."""
    return f"{file}/".startswith(f"{name.rstrip('/')}/")


def tell(survivor: Mutant) -> None:
    """Say which mutant nobody noticed."""
    click.echo(f"{survivor.file}:{survivor.line}  survived  {survivor.key}")


@click.command()
@click.option(
    "--only", metavar="FILE", multiple=True, help="This file, or all files in this folder; may be given again."
)
@click.option("--sample", metavar="N", type=click.IntRange(1), help="So many mutants of all files together, by chance.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="What chance starts from.")
@click.option("--list", "listing", is_flag=True, help="Print the mutants, try none.")
@click.option("--write", is_flag=True, help="Keep the figures, and write docs/TRUST.md.")
def main(only: tuple[str, ...], sample: int | None, seed: int, listing: bool, write: bool) -> None:
    """Try mutants. The exit status is 1 when one survives that is not listed as equivalent, or a listed one is gone."""
    if write and sample is not None:
        raise click.UsageError("--write keeps the figures of whole files: wanted no --sample beside it")
    files = [file for file in places() if not only or any(within(file, name) for name in only)]
    if not files:
        raise click.UsageError(f"--only: wanted one of the files in mutation/places.py, got {', '.join(only)}")
    mutants = {file: mutants_of(file) for file in files}
    known = known_equivalents()
    gone = stale(mutants, known)
    chosen = mutants if sample is None else drawn(mutants, sample, seed)
    if listing:
        for file, found in chosen.items():
            for mutant in found:
                click.echo(f"{file}:{mutant.line}  {mutant.key}")
        return
    tallies = []
    for file, found in chosen.items():
        click.echo(f"{file}: {len(found)} mutants", err=True)
        try:
            tallies.append(tried(file, found, len(mutants[file]), known.get(file, {}), tell))
        except TrialError as error:
            raise click.ClickException(str(error)) from error
        if write:
            record(tallies[-1:])
    for line in gone:
        click.echo(f"listed as equivalent, but no mutant any more: {line}")
    click.echo(table(tallies))
    if gone or any(tally.survivors for tally in tallies):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
