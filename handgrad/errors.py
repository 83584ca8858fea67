"""The judge's own exceptions: each message says who, what was wanted, what was got."""


class HandgradError(Exception):
    """The parent of every exception that this package raises on purpose."""


class UnknownEquationError(HandgradError, LookupError):
    """No such equation, or no such part of it."""


class SizeError(HandgradError, ValueError):
    """A size (batch, filters, ...) that no network has."""


class FormulaError(HandgradError, ValueError):
    """A formula that can't be read, uses a name it may not, or has a value of the wrong shape."""
