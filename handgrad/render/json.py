"""Values as JSON has them."""

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from handgrad.checking.verdict import Verdict

# The keys of a verdict that are called otherwise in Python.
KEYS = {
    "error_ratio": "badness",
    "untraceable": "opaque",
    "notes": "remarks",
    "domain": "kinds",
    "hidden": "power",
    "mutants": "planted",
    "intermediates": "steps",
}


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


def verdict_dict(verdict: "Verdict") -> dict[str, Any]:
    """Everything but the inputs and the arrays, in types that JSON has."""
    names = (name for name in vars(verdict) if name not in ("inputs", "comparison"))
    fields = {KEYS.get(name, name): plain(getattr(verdict, name)) for name in names}
    fields["diagnosis"] = [found | {"mend": found["fix"]} for found in fields["diagnosis"]]
    fields["steps"] = [step | {"remark": step["note"]} for step in fields["steps"]]
    return fields | {"outcome": str(verdict.outcome), "agrees": verdict.agrees, "reproduce": verdict.reproduce}


def plain(x: Any) -> Any:
    """Data classes as dictionaries, also within tuples."""
    if isinstance(x, tuple):
        return [plain(item) for item in x] if any(hasattr(item, "__dataclass_fields__") for item in x) else x
    return asdict(x) if hasattr(x, "__dataclass_fields__") else x
