"""The engine's own exceptions: each message says who, what was wanted, what was got."""


class AutogradError(Exception):
    """The parent of every exception that this package raises on purpose."""


class NoDerivativeError(AutogradError, NotImplementedError):
    """A NumPy function was called on a `Tensor`, and the table of rules has none for it."""


class UnsupportedArgumentError(AutogradError, TypeError):
    """No function where one is wanted; or there is a rule, but not for this argument (`out=`, `where=`, ...)."""


class GraphError(AutogradError, TypeError):
    """The graph would have been lost: a `Tensor` turned into a plain array or number, or written to."""


class DtypeError(AutogradError, TypeError):
    """The values are no real numbers (complex, text, objects, masked), so no gradient is defined."""


class MissingAttributeError(AutogradError, AttributeError):
    """A plain array may have it, but a `Tensor` has no such method or attribute."""


class ShapeError(AutogradError, ValueError):
    """The shapes do not fit: a loss that is no scalar, a cotangent of another shape, ..."""
