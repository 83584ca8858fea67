"""How a `Tensor` shows itself in a notebook: its entries as a table, and its gradient beside them if there is one."""

from html import escape
from typing import Any

import numpy as np

MOST = 8  # rows and columns that are shown of a table


class Shown:
    """The notebook's method; whoever inherits it has a `raw`, `level` and `grad`."""

    __slots__ = ()

    def _repr_html_(self: Any) -> str:
        head = f"Tensor, shape {self.shape}, {self.dtype}, level {self.level}{', computed' * bool(self.operands)}"
        parts = [("value", self.raw)] + ([] if self.gradient is None else [("grad", self.grad)])
        shown = "".join(f"<div>{name}{table_of(x)}</div>" for name, x in parts)
        return f'<div>{escape(head)}</div><div style="display: flex; gap: 2em; overflow-x: auto">{shown}</div>'


def table_of(x: Any) -> str:
    """Entries as a table, the first of many; as text where there are more axes than two, or no plain numbers."""
    while hasattr(x, "raw"):  # a tensor of an outer level
        x = x.raw
    if not isinstance(x, np.ndarray | np.generic) or x.ndim > 2:
        return f"<pre>{escape(str(x))}</pre>"
    rows = np.atleast_2d(x)
    lines = ["".join(f"<td>{escape(f'{entry:.6g}')}</td>" for entry in row[:MOST]) for row in rows[:MOST]]
    more = "<td>…</td>" * (rows.shape[1] > MOST)
    lines = [line + more for line in lines] + [more or "<td>…</td>"] * (rows.shape[0] > MOST)
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"
