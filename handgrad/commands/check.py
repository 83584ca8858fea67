"""`handgrad check`: what files declare with `gradient_of` and `vjp_of`, each judged."""

from pathlib import Path

import click

from handgrad.commands.judging import Judging
from handgrad.commands.options import json_option


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--seed", type=click.IntRange(0), help="Seed of the random values.  [default: each declaration's, or 0]")
@click.option("-k", "part", metavar="TEXT", help="Only those with TEXT in their name.")
@json_option
def check(paths: tuple[Path, ...], seed: int | None, part: str | None, as_json: bool) -> None:
    """Judge what is declared with handgrad.gradient_of and vjp_of in the .py files or folders PATHS.

    The files are imported, so they run. Of a folder only those that name one of the decorators are.
    """
    from handgrad.doctor import require_own_packages

    require_own_packages()
    from handgrad.checking.declared import files_of

    files = {file.resolve(): file for path in paths for file in files_of(path)}  # a file given twice counts once
    judging = Judging(seed, part, as_json)
    for file in files.values():
        judging.judge_file(file, named=file in paths)
    # Nothing judged and nothing told so far: to end with 0 would say that all agree.
    if not (judging.checks or judging.errors):
        sought = "" if part is None else f" with {part!r} in its name"
        judging.trouble(
            ", ".join(map(str, paths)), None, "",
            f"wanted a function declared with handgrad.gradient_of or vjp_of{sought}, got none",
        )  # fmt: skip
    judging.finish()
