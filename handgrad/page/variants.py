"""The mistakes that the page shows: what each is, and what it makes of a whole network."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handgrad.page import verdicts, wholes
from handgrad.page.arrays import rounded
from handgrad.page.curves import curve
from handgrad.page.labels import ADDED
from handgrad.page.mistakes import changes
from handgrad.page.point import Point, network_of
from handgrad.page.texts import in_both
from handgrad.page.wholes import Gradient
from handgrad.report.equations import REPORT


@dataclass(frozen=True)
class Change:
    """What a variant changes in a network: in words, and the gradient with that.

    beside  the gradient that is right for the same labels
    added   to every label
    """

    says: str
    gradient: Gradient
    beside: Gradient
    added: float = 0.0


@dataclass(frozen=True)
class Variant:
    """A way to write the report's gradients down, by the networks in which it differs from the right one."""

    id: str
    name: str
    networks: Mapping[str, Change]


def in_cnn(says: str, gradient: Gradient) -> Change:
    """A change of the convolutional network's gradient."""
    return Change(says, gradient, wholes.cnn_right)


def in_dense(says: str, gradient: Gradient) -> Change:
    """A change of the dense network's gradient."""
    return Change(says, gradient, wholes.dense_right)


VARIANTS = (
    Variant(
        "right",
        "put right",
        {
            "cnn": in_cnn(
                "Every formula as it must be: where the print is wrong, with its correction.", wholes.cnn_right
            ),
            "dense": in_dense("Every formula as it must be; the print is right here.", wholes.dense_right),
        },
    ),
    Variant(
        "printed",
        "as printed",
        {
            "cnn": in_cnn(
                "Every formula letter by letter as the report prints it. Where it leaves the output i free, i is the "
                "first output.",
                wholes.cnn_printed,
            )
        },
    ),
    Variant(
        "no-quarter",
        "without the 1/4",
        {
            "cnn": in_cnn(
                "The pooling's derivative is left out because it is constant, as the sentence after (11) allows. But "
                "only the filter and its bias lie before the pooling: their gradients become four times as long, "
                "those of the fully connected layer stay.",
                wholes.cnn_without_quarter,
            )
        },
    ),
    Variant(
        "no-sum",
        "without the sum over the outputs",
        {
            "cnn": in_cnn(
                "Each entry of the pooled image feeds all ten outputs, but only the share of the first one comes back, "
                "as (10) is printed; what lies before it, in (15), goes by that share alone.",
                wholes.cnn_of_one_output,
            )
        },
    ),
    Variant(
        "transposed",
        "transposed",
        {
            "cnn": in_cnn(
                "The filter's gradient comes back with rows and columns exchanged, as when the columns of U are "
                "numbered by columns first.",
                wholes.cnn_transposed,
            ),
            "dense": in_dense(
                "The product of errors and outputs is taken the wrong way round, and the result brought into the "
                "shape that was wanted by a reshape, where a transposition is needed.",
                wholes.dense_transposed,
            ),
        },
    ),
    Variant(
        "sign",
        "wrong sign",
        {
            "cnn": in_cnn(
                "The minus of (5) gets lost, so every gradient behind it has the wrong sign and descent climbs.",
                wholes.cnn_opposite,
            ),
            "dense": in_dense(
                "The thresholds are taken for something that is added, so the factor -1 of their derivative is lost.",
                wholes.dense_opposite,
            ),
        },
    ),
    Variant(
        "labels",
        "labels that are no distribution",
        {
            "cnn": Change(
                "The labels are smoothed by adding 0.1 to every class, and nothing is taken off: they sum to 2. The "
                "last line of (7) and all that is built on it needs a sum of 1; the lines before it do not. The curve "
                "beside it is the gradient of the fourth line, on the same labels.",
                wholes.cnn_right,
                wholes.cnn_of_any_labels,
                ADDED,
            )
        },
    ),
)


def of_variant(variant: Variant, point: Point, other_labels: Point) -> dict[str, Any]:
    """A variant as the page has it: the verdict on each network's whole gradient, and its training."""
    networks = {
        name: {
            "says": in_both(change.says),
            "equations": equations(variant.id, name),
            "verdict": verdicts.whole_data(
                wholes.judged(name, change.gradient, other_labels if change.added else point)
            ),
            "curve": [rounded(x) for x in curve(name, change.gradient, point.seed, change.added)],
            "beside": [rounded(x) for x in curve(name, change.beside, point.seed, change.added)],
        }
        for name, change in variant.networks.items()
    }
    dense = networks.get("dense")
    return {"id": variant.id, "name": in_both(variant.name), **networks["cnn"], "dense": dense}


def equations(variant: str, network: str) -> list[str]:
    """The equations in which a variant changes something, in the report's order."""
    changed = {claim.equation: None for claim in REPORT if changes(variant, claim) and network_of(claim) == network}
    return list(changed)
