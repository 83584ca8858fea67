"""`python -m benchmarks.environment [FOLDER]`: a virtual environment with the packages that `--peers` compares with.

Ours are not among them: HIPS autograd has the import name of our `autograd`.
"""

import os
import subprocess
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from benchmarks.races import ROOT

FOLDER = ROOT / ".benchmarks" / "peers"
Command = TypeVar("Command", bound=Callable[..., Any])
PACKAGES = ("torch==2.13.0", "jax", "autograd", "micrograd", "mygrad", "numpy")


def python_of(folder: Path) -> Path:
    """The Python of a virtual environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def peers_option(who: str) -> Callable[[Command], Command]:
    """The option `--peers [FOLDER]`: the environment in which others are asked, which must be there."""

    def there(context: click.Context, option: click.Parameter, folder: Path | None) -> Path | None:
        if folder is not None and not python_of(folder).exists():
            raise click.ClickException(
                f"{folder}: wanted an environment with the peers, got none; python -m benchmarks.environment makes one"
            )
        return folder

    return click.option(
        "--peers",
        metavar="[FOLDER]",
        type=click.Path(path_type=Path, file_okay=False),
        is_flag=False,
        flag_value=FOLDER,
        callback=there,
        help=f"{who} too, in the environment that `python -m benchmarks.environment [FOLDER]` has made.",
    )


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=FOLDER)
def main(folder: Path) -> None:
    """Make the environment of the peers in FOLDER (.benchmarks/peers of the repository)."""
    if not python_of(folder).exists():
        click.echo(f"a virtual environment in {folder}")
        venv.create(folder, with_pip=True)
    click.echo(f"install {', '.join(PACKAGES)}")
    done = subprocess.run([str(python_of(folder)), "-m", "pip", "install", "--quiet", *PACKAGES], check=False)
    if done.returncode:
        raise click.ClickException(f"pip ended with status {done.returncode}")
    click.echo("python -m benchmarks --peers")


if __name__ == "__main__":
    main()
