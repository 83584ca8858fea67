"""Judging any derivative by hand: problem, points, opinions, verdict, and what is wrong."""

from handgrad.checking.adapters import layer
from handgrad.checking.check import assert_gradient, check_gradient, check_vjp
from handgrad.checking.intermediates import mark
from handgrad.checking.problem import CheckError
from handgrad.checking.verdict import CheckVerdict

__all__ = ["CheckError", "CheckVerdict", "assert_gradient", "check_gradient", "check_vjp", "layer", "mark"]
