"""Package `manual`: both networks by the report's formulas put right."""

from contenders.ours import networks

from handgrad.training.by_hand import WAYS

PACKAGES = ("handgrad", "numpy")
TASKS = networks(WAYS)
CANNOT = {"tape": "has no tape"}
