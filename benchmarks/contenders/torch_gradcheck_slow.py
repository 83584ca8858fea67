"""torch's gradcheck in its slow mode, the default: every parameter moved by itself."""

from contenders.torch_gradcheck import PACKAGES, checked

__all__ = ["PACKAGES", "TASKS"]

TASKS = {"exact": lambda: checked(fast=False)}
