"""`handgrad page`: one HTML file in which a reader looks at every formula and every mistake."""

from pathlib import Path

import click

from handgrad.commands.streams import printable
from handgrad.page import build, data


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", required=True, help="Where to.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the digit and the values.")
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Language it opens in.")
@click.option("--force", is_flag=True, help="Let -o write over a file.")
def page(output: Path, seed: int, lang: str, force: bool) -> None:
    """Write a page that opens from disk: both networks, every formula, every entry, and what each mistake does."""
    build.require_new(output, force)
    build.template()  # what is missing is said before anything is computed
    click.echo("judging every formula and every mistake; this takes some seconds", err=True)
    size = build.write_page(build.page(data.page_data(seed), lang), output, force)
    click.echo(f"{printable(str(output))}: {size:,} bytes, in English and Chinese")
