"""`handgrad show`: formulas in full."""

import click


@click.command()
@click.argument("equations", nargs=-1, required=True)
def show(equations: tuple[str, ...]) -> None:
    """Show formulas: as printed and as right, what is differentiated, the code, domain and section."""
    from handgrad.doctor import require_own_packages

    require_own_packages()
    from handgrad.commands.terminal import show_claim
    from handgrad.report.equations import claims_of

    for claim in claims_of(equations):
        show_claim(claim)
