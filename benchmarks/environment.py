"""`python -m benchmarks.environment [FOLDER]`: a virtual environment with the packages that `--peers` compares with.

Ours are not among them: HIPS autograd has the import name of our `autograd`.
"""

import os
import subprocess
import venv
from pathlib import Path

import click

from benchmarks.races import ROOT

FOLDER = ROOT / ".benchmarks" / "peers"
PACKAGES = ("torch==2.13.0", "jax", "autograd", "micrograd", "mygrad", "numpy")


def python_of(folder: Path) -> Path:
    """The Python of a virtual environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


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
