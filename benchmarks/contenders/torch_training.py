"""A whole training in torch: from the start, in the order and with the updates that a file says."""

import numpy as np
import tasks
import torch
from contenders import Arrays, MissingError, Prepared
from contenders.torch_networks import cnn_loss, dense_loss

PACKAGES = ("torch", "numpy")


def cnn_outputs(v: torch.Tensor, q: torch.Tensor, W: torch.Tensor, b: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """What the greatest of says the digit."""
    d = torch.nn.functional.conv2d(x.unsqueeze(1), v.T.reshape(-1, 1, 5, 5), q)
    return torch.nn.functional.avg_pool2d(torch.sigmoid(d), 2).flatten(1) @ W + b


def dense_outputs(
    v: torch.Tensor, gamma: torch.Tensor, w: torch.Tensor, theta: torch.Tensor, x: torch.Tensor
) -> torch.Tensor:
    """What the greatest of says the digit."""
    return torch.sigmoid(x.flatten(1) @ v - gamma) @ w - theta


def dense_image_loss(*arguments: torch.Tensor) -> torch.Tensor:
    """Of images, not rows."""
    *parameters, images, y = arguments
    return dense_loss(*parameters, images.flatten(1), y)


NETWORKS = {"cnn": (cnn_loss, cnn_outputs), "dense": (dense_image_loss, dense_outputs)}


def training(file: str, network: str, rate: float, batch: int, momentum: float) -> Prepared:
    """The losses of all steps, and how many images of the test are right at the end."""
    if momentum:
        raise MissingError("plain descent alone is written here")
    with np.load(file) as data:
        given = {name: data[name] for name in data.files}
    letters = [name.removeprefix("start_") for name in given if name.startswith("start_")]
    images, test = torch.tensor(given["images"]), torch.tensor(given["test_images"])
    y = torch.tensor(np.eye(tasks.CLASSES, dtype=given["images"].dtype)[given["labels"]])
    loss, outputs = NETWORKS[network]

    def call() -> Arrays:
        parameters = [torch.tensor(given[f"start_{letter}"], requires_grad=True) for letter in letters]
        losses = []
        for order in given["orders"]:
            for k in range(0, len(order), batch):
                chosen = order[k : k + batch]
                value = loss(*parameters, images[chosen], y[chosen])
                gradients = torch.autograd.grad(value, parameters)
                losses.append(float(value.detach()))
                with torch.no_grad():
                    for parameter, gradient in zip(parameters, gradients, strict=True):
                        parameter.sub_(gradient, alpha=rate)
        with torch.no_grad():
            answers = outputs(*parameters, test).argmax(1).numpy()
        return {"losses": np.array(losses), "right": np.sum(answers == given["test_labels"])}

    return Prepared(call, dict)


TASKS = {"training": training}
