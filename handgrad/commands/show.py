"""`handgrad show`: formulas in full."""

import click

from handgrad.commands.terminal import show_claim
from handgrad.report.equations import claims_of


@click.command()
@click.argument("equations", nargs=-1, required=True)
def show(equations: tuple[str, ...]) -> None:
    """Show formulas: as printed and as right, what is differentiated, the code, domain and section."""
    for claim in claims_of(equations):
        show_claim(claim)
