"""`handgrad show`: formulas in full."""

import click


@click.command()
@click.argument("equations", nargs=-1, required=True)
def show(equations: tuple[str, ...]) -> None:
    """Show formulas: as printed and as right, what is differentiated, the code, domain and section."""
    from handgrad.doctor import require_own_packages

    require_own_packages()
    from handgrad.equations import claims_of
    from handgrad.terminal import show_claim

    for claim in claims_of(equations):
        show_claim(claim)
