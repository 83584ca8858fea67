"""Values as JSON has them."""

import math
from typing import Any


def strict(value: Any) -> Any:
    """The same in what JSON has: NaN and the infinities are null, NumPy's numbers plain ones, the rest its text.

    >>> strict({"a": (1.0, float("nan")), 2: None})
    {'a': [1.0, None], '2': None}
    """
    if isinstance(value, dict):
        return {str(key): strict(x) for key, x in value.items()}
    if isinstance(value, list | tuple):
        return [strict(x) for x in value]
    if hasattr(value, "tolist"):
        return strict(value.tolist())
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value if isinstance(value, str | int | None) else str(value)
