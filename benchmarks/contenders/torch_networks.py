"""Both networks in torch, eager or compiled."""

from collections.abc import Callable
from typing import Any

import tasks
import torch
from contenders import Arrays, Prepared
from torch.nn import functional

Loss = Callable[..., Any]


def cnn_loss(v: Any, q: Any, W: Any, b: Any, images: Any, y: Any) -> Any:
    """As torch's own documentation would write it; the labels are probabilities of the classes."""
    d = functional.conv2d(images.unsqueeze(1), v.T.reshape(-1, 1, 5, 5), q)
    a = functional.avg_pool2d(torch.sigmoid(d), 2).flatten(1)
    return functional.cross_entropy(functional.linear(a, W.T, b), y)


def dense_loss(v: Any, gamma: Any, w: Any, theta: Any, images: Any, y: Any) -> Any:
    """Half the squared error behind two layers of sigmoids with thresholds."""
    b = torch.sigmoid(functional.linear(images, v.T, -gamma))
    y_hat = torch.sigmoid(functional.linear(b, w.T, -theta))
    return ((y_hat - y) ** 2).sum() / (2 * len(images))


def networks(ready: Callable[[Loss], Loss]) -> dict[str, Any]:
    """The tasks of both networks and of the epoch; `ready` is what is done to a loss before it is called."""

    def network(loss: Loss, given: tasks.Network) -> Prepared:
        parameters = {k: torch.tensor(value, requires_grad=True) for k, value in given.parameters.items()}
        images, y = torch.tensor(given.images), torch.tensor(given.y)
        wanted, loss = tuple(parameters.values()), ready(loss)

        def call() -> Any:
            value = loss(*wanted, images, y)
            return value, torch.autograd.grad(value, wanted)

        return Prepared(call, lambda result: arrays(result[0], dict(zip(parameters, result[1], strict=True))))

    def epoch(file: str, batch: int, F: int, dtype: str) -> Prepared:
        given = tasks.epoch(file, batch, F, dtype)
        images, y, loss = torch.tensor(given.images), torch.tensor(given.y), ready(cnn_loss)

        def call() -> Any:
            parameters = {k: torch.tensor(value, requires_grad=True) for k, value in given.parameters.items()}
            wanted, total = tuple(parameters.values()), 0.0
            for chosen in given.batches():
                value = loss(*wanted, images[chosen], y[chosen])
                gradients = torch.autograd.grad(value, wanted)
                total += float(value.detach())
                with torch.no_grad():
                    for parameter, gradient in zip(wanted, gradients, strict=True):
                        parameter.sub_(gradient, alpha=given.rate)
            return torch.tensor(total, dtype=torch.float64), parameters

        return Prepared(call, lambda result: arrays(*result))

    return {
        "cnn": lambda **case: network(cnn_loss, tasks.cnn(**case)),
        "dense": lambda **case: network(dense_loss, tasks.dense(**case)),
        "epoch": epoch,
    }


def arrays(loss: Any, others: dict[str, Any]) -> Arrays:
    """Tensors as NumPy arrays."""
    return {name: tensor.detach().numpy() for name, tensor in {"loss": loss, **others}.items()}
