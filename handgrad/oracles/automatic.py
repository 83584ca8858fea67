"""The automatic opinion: the function traced by `autograd`, differentiated by its rules."""

from typing import Any

import numpy as np

import autograd
from handgrad.claims import Claim
from handgrad.letters import Array, Values


def automatic(claim: Claim, values: Values) -> Array:
    """The claimed array as the engine computes it: a derivative of the function, or the engine's own map."""
    if claim.engine is not None:
        return claim.engine(values)
    names = claim.with_respect_to

    def function(*chosen: Any) -> Any:
        return claim.function(Values(values | dict(zip(names, chosen, strict=True))))

    at = [values[name] for name in names]
    if np.shape(claim.function(values)) == ():
        gradients = autograd.grad(function, tuple(range(len(names))))(*at)
        result = gradients[0] if len(names) == 1 else np.concatenate([np.reshape(g, (-1,)) for g in gradients])
    else:
        result = autograd.jacobian(function)(*at)
    return result if claim.pick is None else claim.pick(result)
