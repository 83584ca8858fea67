"""`handgrad doctor`: what is installed, and whose packages are imported."""

import json
import sys

import click

from handgrad.commands.exit_codes import AGREES, DISAGREES
from handgrad.commands.options import json_option
from handgrad.commands.streams import echo
from handgrad.doctor import examine


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Versions, the distribution that owns the imported `autograd`, and which extras are present."""
    lines = examine()
    if as_json:
        click.echo(json.dumps({line.name: {"found": line.found, "well": line.well} for line in lines}))
    else:
        width = max(len(line.name) for line in lines)
        for line in lines:
            echo(f"{line.name:{width}} ", line.found if line.well else (f"! {line.found}", "red"))
    sys.exit(AGREES if all(line.well for line in lines) else DISAGREES)
