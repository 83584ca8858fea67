"""Mutation operators. Each looks at a trace of the right gradient and says which of its mistakes could be in there.

An operator takes the trace and what stands by hand, and yields mutants; whether one explains the difference is found
out by planting it (`mutants.py`). Nothing here knows any layer.
"""

from handgrad.checking.diagnosis.operators.orders import operand_mutants, order_mutants
from handgrad.checking.diagnosis.operators.paths import branch_mutants, edge_mutants, forgotten_mutants, mask_mutants
from handgrad.checking.diagnosis.operators.places import index_mutants, window_mutants
from handgrad.checking.diagnosis.operators.slopes import elementwise_mutants, factor_mutants, value_mutants
from handgrad.checking.diagnosis.operators.sums import diagonal_mutants, spread_mutants, sum_mutants

# The plainest first.
OPERATORS = (
    edge_mutants, branch_mutants, forgotten_mutants, elementwise_mutants, value_mutants, factor_mutants,
    window_mutants, sum_mutants, spread_mutants, order_mutants, operand_mutants, diagonal_mutants, index_mutants,
    mask_mutants,
)  # fmt: skip
