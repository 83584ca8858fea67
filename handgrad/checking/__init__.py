"""Judging any derivative by hand: problem, points, opinions, verdict, and what is wrong."""

from handgrad.checking.check import assert_gradient, check_gradient, check_vjp
from handgrad.checking.layers import layer
from handgrad.checking.problem import CheckError
from handgrad.checking.steps import mark
from handgrad.checking.verdict import CheckVerdict

__all__ = ["CheckError", "CheckVerdict", "assert_gradient", "check_gradient", "check_vjp", "layer", "mark"]
