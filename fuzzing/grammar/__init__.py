"""The table of operations, a file a family; a test holds that every rule of `autograd` is called by one of them.

CALLS        by name, the function in NumPy's words, or in those of `autograd.functional`
DEFINITIONS  by name, the same function for complex and dual numbers, written from its definition where the call is
             not analytic or is none of NumPy's
NAMES        all of them, the simplest first
EXACT        those whose every operation has a meaning in exact fields, derivatives included
"""

from fuzzing.grammar import elementwise, layers, linalg, reductions, shapes
from fuzzing.operation import OPERATIONS

__all__ = ["CALLS", "DEFINITIONS", "EXACT", "NAMES", "OPERATIONS"]
FAMILIES = (elementwise, reductions, shapes, linalg, layers)

CALLS = {name: operation.call for name, operation in OPERATIONS.items()}
DEFINITIONS = {name: operation.definition or operation.call for name, operation in OPERATIONS.items()}
NAMES = tuple(OPERATIONS)
EXACT = tuple(name for name, operation in OPERATIONS.items() if operation.exact)
