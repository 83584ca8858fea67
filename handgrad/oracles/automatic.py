"""The automatic opinion: the function traced by `autograd`, differentiated by its rules."""

from typing import Any

import numpy as np

import autograd
from handgrad.report.claims import Claim
from handgrad.values import Array, Values


def automatic(claim: Claim, values: Values) -> Array:
    """The claimed array as the engine computes it: a derivative of the function, or the engine's own map."""
    if claim.engine is not None:
        return claim.engine(values)
    names = claim.with_respect_to

    def function(*chosen: Any) -> Any:
        return claim.function(Values(values | dict(zip(names, chosen, strict=True))))

    at = [values[name] for name in names]
    shape = np.shape(claim.function(values))
    if shape == ():
        gradients = autograd.grad(function, tuple(range(len(names))))(*at)
        result = gradients[0] if len(names) == 1 else np.concatenate([np.reshape(g, (-1,)) for g in gradients])
    elif np.size(at[0]) < int(np.prod(shape)):
        result = by_columns(function, at[0])
    else:
        result = autograd.jacobian(function)(*at)
    return result if claim.pick is None else claim.pick(result)


def by_columns(function: Any, x: Array) -> Array:
    """A Jacobian one input at a time: fewer sweeps where there are fewer inputs than values."""
    units = np.eye(np.size(x), dtype=x.dtype).reshape(-1, *np.shape(x))
    columns = [autograd.jvp(function, (x,), (unit[()],))[1] for unit in units]
    return np.reshape(np.stack(columns, axis=-1), (*np.shape(columns[0]), *np.shape(x)))
