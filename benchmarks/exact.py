"""The exact check of all 1,476 parameters of the report's network: by hand against automatic, in prime fields."""

import numpy as np

import autograd
from handgrad.exact import ExactArray, tower
from handgrad.report.equations import claims_of
from handgrad.report.equations.definitions import network_loss
from handgrad.report.symbols import LABELS_SUM_TO_ONE, SIZES
from handgrad.values import Values

CLAIM = claims_of(["11"], "no effect")[0]  # its right form is the whole gradient by hand: v, q, W, b
NAMES = ("v", "q", "W", "b")


def drawn() -> dict[str, object]:
    """A point: one image, all parameters, labels that sum to one."""
    return CLAIM.draw_from(np.random.default_rng(0), SIZES["report"], LABELS_SUM_TO_ONE, 25)


def exact_check(point: dict[str, object]) -> bool:
    """By hand and automatic, in three fields at one point: equal or not."""
    fields = tower(3, 0)
    letters = Values({k: ExactArray.input(x, fields) if np.ndim(x) else x for k, x in point.items()})

    def loss(*chosen: object) -> object:
        return network_loss(Values(letters | dict(zip(NAMES, chosen, strict=True))))

    gradients = autograd.grad(loss, (0, 1, 2, 3))(*(letters[name] for name in NAMES))
    automatic = np.concatenate([np.reshape(g, (-1,)) for g in gradients])
    by_hand = CLAIM.right(CLAIM.complete(letters))
    assert by_hand.shape == (1476,)
    return bool(np.array_equal(by_hand.deepest()[0], automatic.deepest()[0]))
