"""Our two gradients, by hand and automatic, as `handgrad train` calls them."""

from typing import Any

import numpy as np
import tasks
from contenders import Arrays, Prepared

from handgrad.training.passes import Pass, Way


def arrays(result: Pass) -> Arrays:
    """The loss and the gradients by their letters."""
    return {"loss": result.loss, **result.gradients}


def networks(ways: dict[str, Way]) -> dict[str, Any]:
    """The tasks of both networks and of the epoch, whoever computes the gradients."""

    def network(name: str, given: tasks.Network) -> Prepared:
        backward = ways[name].backward
        return Prepared(lambda: backward(given.parameters, given.images, given.y), arrays)

    def epoch(file: str, batch: int, F: int, dtype: str) -> Prepared:
        given = tasks.epoch(file, batch, F, dtype)
        backward = ways["cnn"].backward

        def call() -> Arrays:
            parameters, total = given.parameters, 0.0
            for chosen in given.batches():
                result = backward(parameters, given.images[chosen], given.y[chosen])
                total += result.loss
                parameters = {k: value - given.rate * result.gradients[k] for k, value in parameters.items()}
            return {"loss": np.float64(total), **parameters}

        return Prepared(call, dict)

    return {
        "cnn": lambda **case: network("cnn", tasks.cnn(**case)),
        "dense": lambda **case: network("dense", tasks.dense(**case)),
        "epoch": epoch,
    }
