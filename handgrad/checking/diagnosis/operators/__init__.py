"""Families of mistakes. Each looks at a trace of the right gradient and says which of its mistakes could be in there.

A family takes the trace and what stands by hand, and yields faults; whether one explains the difference is found out
by planting it (`faults.py`). Nothing here knows any layer.
"""

from handgrad.checking.diagnosis.operators.orders import of_operands, of_orders
from handgrad.checking.diagnosis.operators.paths import of_branches, of_edges, of_forgotten, of_masks
from handgrad.checking.diagnosis.operators.places import of_indices, of_windows
from handgrad.checking.diagnosis.operators.slopes import of_elementwise, of_factors, of_values
from handgrad.checking.diagnosis.operators.sums import of_diagonals, of_spreads, of_sums

# The plainest first.
OPERATORS = (
    of_edges, of_branches, of_forgotten, of_elementwise, of_values, of_factors, of_windows, of_sums, of_spreads,
    of_orders, of_operands, of_diagonals, of_indices, of_masks,
)  # fmt: skip
