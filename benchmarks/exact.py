"""The exact check of all 1,476 parameters of the report's 28 x 28 network, beside torch's gradcheck where torch is."""

import importlib.util
from collections.abc import Callable

import numpy as np

import autograd
from handgrad.equations import claims_of
from handgrad.equations.definitions import network_loss
from handgrad.exact import ExactArray, tower
from handgrad.letters import LABELS_SUM_TO_ONE, SIZES, Values

CLAIM = claims_of(["11"], "no effect")[0]  # its right form is the whole gradient by hand: v, q, W, b
NAMES = ("v", "q", "W", "b")


def drawn() -> dict[str, object]:
    """One image, all parameters, labels that sum to one."""
    return CLAIM.draw_from(np.random.default_rng(0), SIZES["report"], LABELS_SUM_TO_ONE, 25)


def exact_check() -> bool:
    """By hand and automatic, in three fields at one point: equal or not."""
    fields = tower(3, 0)
    letters = Values({k: ExactArray.input(x, fields) if np.ndim(x) else x for k, x in drawn().items()})

    def loss(*chosen: object) -> object:
        return network_loss(Values(letters | dict(zip(NAMES, chosen, strict=True))))

    gradients = autograd.grad(loss, (0, 1, 2, 3))(*(letters[name] for name in NAMES))
    automatic = np.concatenate([np.reshape(g, (-1,)) for g in gradients])
    by_hand = CLAIM.right(CLAIM.complete(letters))
    assert by_hand.shape == (1476,)
    return bool(np.array_equal(by_hand.deepest()[0], automatic.deepest()[0]))


def contenders() -> dict[str, Callable[[], object]]:
    """Ours, and torch's checker in both modes where torch is installed."""
    if not exact_check():
        raise AssertionError("the exact check fails, so its speed means nothing")
    ours: dict[str, Callable[[], object]] = {"exact": exact_check}
    return ours | (torch_contenders() if importlib.util.find_spec("torch") else {})


def torch_contenders() -> dict[str, Callable[[], object]]:
    """gradcheck of the same network, written by hand as an autograd.Function, at the same point."""
    import torch

    values = drawn()

    class Network(torch.autograd.Function):
        @staticmethod
        def forward(ctx, v, q, W, b):
            letters = Values({k: t.detach().numpy() for k, t in zip(NAMES, (v, q, W, b), strict=True)})
            full = CLAIM.complete(Values(values | letters))
            ctx.gradient = CLAIM.right(full)
            ctx.shapes = [t.shape for t in (v, q, W, b)]
            return torch.tensor(network_loss(full))

        @staticmethod
        def backward(ctx, cotangent):
            parts = np.split(ctx.gradient, np.cumsum([s.numel() for s in ctx.shapes])[:-1])
            return tuple(cotangent * torch.tensor(p).reshape(s) for p, s in zip(parts, ctx.shapes, strict=True))

    inputs = [torch.tensor(values[name], requires_grad=True) for name in NAMES]
    return {
        "torch gradcheck, fast": lambda: torch.autograd.gradcheck(Network.apply, inputs, fast_mode=True),
        "torch gradcheck, slow": lambda: torch.autograd.gradcheck(Network.apply, inputs),
    }
