"""The table of the report's claims: the only home of an equation's number.

Each entry gives the print, the right form, what is differentiated and on what domain. Nothing here says
whether an equation holds: that is computed.
"""

from collections.abc import Sequence

from handgrad.errors import UnknownEquationError
from handgrad.report.claims import Claim
from handgrad.report.equations import beyond, convolution, dense, output_layer, pooling

REPORT: tuple[Claim, ...] = (*dense.CLAIMS, *output_layer.CLAIMS, *pooling.CLAIMS, *convolution.CLAIMS)
BEYOND: tuple[Claim, ...] = beyond.CLAIMS


def numbers() -> list[str]:
    """The equations of the report, in its order.

    >>> numbers()[0], numbers()[-1]
    ('1', '15')
    """
    return list(dict.fromkeys(claim.equation for claim in REPORT))


def claims_of(equations: Sequence[str | int] | str, part: str | None = None) -> list[Claim]:
    """The claims of some equations, of all of the report when none is named; `beyond` for those not in it.

    Raises `UnknownEquationError` for a number or a part that there is not.

    >>> [claim.part for claim in claims_of(["9"])]
    ['weights, first line', 'weights', 'bias, first line', 'bias']
    """
    wanted = [str(name).strip("()") for name in ([equations] if isinstance(equations, str) else equations)]
    for name in wanted:
        if name not in (*numbers(), "beyond"):
            raise UnknownEquationError(f"equation: wanted one of (1) to (15) or 'beyond', got {name!r}")
    claims = [claim for claim in (*REPORT, *BEYOND) if claim.equation in wanted or (not wanted and claim in REPORT)]
    if part is None:
        return claims
    chosen = [claim for claim in claims if claim.part == part]
    if not chosen:
        parts = ", ".join(f"{claim.part!r}" for claim in claims)
        raise UnknownEquationError(f"part: wanted one of {parts}, got {part!r}")
    return chosen
