"""Reverse-mode automatic differentiation of NumPy code, small enough to be read in an afternoon.

Write a function in NumPy; `grad(f)` is its gradient. Reading order: `tensor.py`, `table.py`,
`rules/elementwise.py`, `backward.py`, `transforms.py`, then the other families of rules.
"""

from autograd.errors import (
    AutogradError,
    DtypeError,
    GraphError,
    MissingAttributeError,
    NoDerivativeError,
    ShapeError,
    UnsupportedArgumentError,
)
from autograd.functional import (
    avg_pool2d,
    conv2d,
    cross_entropy,
    log_softmax,
    logsumexp,
    max_pool2d,
    relu,
    sigmoid,
    softmax,
    softplus,
)
from autograd.rules import elementwise, indexing, linalg, reductions, shape, windows
from autograd.table import constant, derivative_of, in_terms_of_others
from autograd.tensor import Tensor
from autograd.transforms import grad, hessian, jacobian, jvp, value_and_grad, vjp

__all__ = [
    "AutogradError",
    "DtypeError",
    "GraphError",
    "MissingAttributeError",
    "NoDerivativeError",
    "ShapeError",
    "Tensor",
    "UnsupportedArgumentError",
    "avg_pool2d",
    "constant",
    "conv2d",
    "cross_entropy",
    "derivative_of",
    "grad",
    "hessian",
    "in_terms_of_others",
    "jacobian",
    "jvp",
    "log_softmax",
    "logsumexp",
    "max_pool2d",
    "relu",
    "sigmoid",
    "softmax",
    "softplus",
    "value_and_grad",
    "vjp",
]

# Importing a family fills the table with its rules.
_FAMILIES = (elementwise, reductions, shape, indexing, linalg, windows)
