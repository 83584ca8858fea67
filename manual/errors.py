"""What this package raises. Each message says who, what was wanted, and what was got."""


class ManualError(Exception):
    """Anything that this package raises of its own accord."""


class ShapeError(ManualError, ValueError):
    """An array has the wrong number of axes, an axis of the wrong length, or an empty one."""


class DomainError(ManualError, ValueError):
    """A number lies outside the domain on which the formula is claimed."""
