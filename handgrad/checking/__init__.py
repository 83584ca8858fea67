"""Judging any derivative by hand: problem, domain, evidence, verdict, and what is wrong."""

from handgrad.checking.adapters import layer
from handgrad.checking.check import assert_gradient, check_equal, check_gradient, check_vjp
from handgrad.checking.intermediates import mark
from handgrad.checking.verdict import Outcome, Verdict
from handgrad.errors import CheckError

__all__ = [
    "CheckError",
    "Outcome",
    "Verdict",
    "assert_gradient",
    "check_equal",
    "check_gradient",
    "check_vjp",
    "layer",
    "mark",
]
