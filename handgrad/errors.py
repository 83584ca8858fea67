"""The judge's own exceptions: each message says who, what was wanted, what was got."""

TRACEBACK = "HANDGRAD_TRACEBACK"  # the environment variable that asks for tracebacks


class HandgradError(Exception):
    """The parent of every exception that this package raises on purpose."""


class CheckError(HandgradError, ValueError):
    """What was given can't be checked: no inputs, unknown names, a loss that is no scalar."""


class UnknownEquationError(HandgradError, LookupError):
    """No such equation, or no such part or form of it."""


class SizeError(HandgradError, ValueError):
    """A size (batch, filters, ...) that no network has."""


class JudgingError(HandgradError, ValueError):
    """A seed, a type of numbers or something else with which nothing can be judged."""


class FormulaError(HandgradError, ValueError):
    """A formula that can't be read, uses a name it may not, or has a value of the wrong shape."""


class DataError(HandgradError, ValueError):
    """Images or labels that can't be read, or that do not go together."""


class ModelError(HandgradError, ValueError):
    """A file that holds no trained network, or another than was wanted."""


class TrainingError(HandgradError, ValueError):
    """A setting with which nothing can be trained."""


class ScoreError(HandgradError, ValueError):
    """A file that holds no score of a lesson, or where none can be kept."""


class DrawingError(HandgradError, ValueError):
    """What can't be drawn, or not to that file."""


class LabError(HandgradError):
    """A server for the lab that can't be started."""


class MissingExtraError(HandgradError, ImportError):
    """A package that only some commands need, and that is not installed."""


class PageError(HandgradError, ValueError):
    """A place where no page can be written."""


def one_line(error: BaseException) -> str:
    r"""An exception in one line.

    >>> one_line(ValueError("wanted this,\n  got that")), one_line(KeyError())
    ('ValueError: wanted this, got that', 'KeyError')
    """
    return " ".join(f"{type(error).__name__}: {error}".split()).removesuffix(":")
