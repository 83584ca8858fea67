"""An array's methods, each the NumPy function of the same name, which then finds its rule."""

from typing import Any

import numpy as np


class ArrayMethods:
    """The methods; whoever inherits them speaks NumPy's protocols."""

    __slots__ = ()

    # Operators without a rule: they reach the table, whose error says what to do.

    def __mod__(self: Any, other: Any) -> Any:
        return np.remainder(self, other)

    def __rmod__(self: Any, other: Any) -> Any:
        return np.remainder(other, self)

    def __floordiv__(self: Any, other: Any) -> Any:
        return np.floor_divide(self, other)

    def __rfloordiv__(self: Any, other: Any) -> Any:
        return np.floor_divide(other, self)

    def __divmod__(self: Any, other: Any) -> Any:
        return np.divmod(self, other)

    def __rdivmod__(self: Any, other: Any) -> Any:
        return np.divmod(other, self)

    def __round__(self: Any, digits: int | None = None) -> Any:
        return np.round(self, digits or 0)

    @property
    def real(self: Any) -> Any:
        """`np.real`."""
        return np.real(self)

    @property
    def imag(self: Any) -> Any:
        """`np.imag`."""
        return np.imag(self)

    def conj(self: Any) -> Any:
        """`np.conjugate`."""
        return np.conjugate(self)

    conjugate = conj

    @property
    def T(self: Any) -> Any:
        """All axes in reverse order."""
        return np.transpose(self)

    def sum(self: Any, *args: Any, **options: Any) -> Any:
        """`np.sum`."""
        return np.sum(self, *args, **options)

    def mean(self: Any, *args: Any, **options: Any) -> Any:
        """`np.mean`."""
        return np.mean(self, *args, **options)

    def prod(self: Any, *args: Any, **options: Any) -> Any:
        """`np.prod`."""
        return np.prod(self, *args, **options)

    def max(self: Any, *args: Any, **options: Any) -> Any:
        """`np.max`."""
        return np.max(self, *args, **options)

    def min(self: Any, *args: Any, **options: Any) -> Any:
        """`np.min`."""
        return np.min(self, *args, **options)

    def var(self: Any, *args: Any, **options: Any) -> Any:
        """`np.var`."""
        return np.var(self, *args, **options)

    def std(self: Any, *args: Any, **options: Any) -> Any:
        """`np.std`."""
        return np.std(self, *args, **options)

    def cumsum(self: Any, *args: Any, **options: Any) -> Any:
        """`np.cumsum`."""
        return np.cumsum(self, *args, **options)

    def argmax(self: Any, *args: Any, **options: Any) -> Any:
        """`np.argmax`: a plain integer or array of integers."""
        return np.argmax(self, *args, **options)

    def argmin(self: Any, *args: Any, **options: Any) -> Any:
        """`np.argmin`: a plain integer or array of integers."""
        return np.argmin(self, *args, **options)

    def argsort(self: Any, *args: Any, **options: Any) -> Any:
        """`np.argsort`: a plain array of integers."""
        return np.argsort(self, *args, **options)

    def any(self: Any, *args: Any, **options: Any) -> Any:
        """`np.any`: a plain boolean or array of booleans."""
        return np.any(self, *args, **options)

    def all(self: Any, *args: Any, **options: Any) -> Any:
        """`np.all`: a plain boolean or array of booleans."""
        return np.all(self, *args, **options)

    def nonzero(self: Any) -> Any:
        """`np.nonzero`: plain arrays of integers."""
        return np.nonzero(self)

    def round(self: Any, *args: Any, **options: Any) -> Any:
        """`np.round`: a plain number or array, whose derivative is zero."""
        return np.round(self, *args, **options)

    def dot(self: Any, other: Any) -> Any:
        """`np.dot`."""
        return np.dot(self, other)

    def trace(self: Any, *args: Any, **options: Any) -> Any:
        """`np.trace`."""
        return np.trace(self, *args, **options)

    def clip(self: Any, *args: Any, **options: Any) -> Any:
        """`np.clip`."""
        return np.clip(self, *args, **options)

    def reshape(self: Any, *shape: Any) -> Any:
        """`np.reshape`, with the shape as one tuple or as several integers."""
        return np.reshape(self, shape[0] if len(shape) == 1 else shape)

    def transpose(self: Any, *axes: Any) -> Any:
        """`np.transpose`, with the axes as one tuple or as several integers."""
        return np.transpose(self, (axes[0] if len(axes) == 1 else axes) or None)

    def ravel(self: Any) -> Any:
        """`np.ravel`."""
        return np.ravel(self)

    flatten = ravel

    def squeeze(self: Any, axis: Any = None) -> Any:
        """`np.squeeze`."""
        return np.squeeze(self, axis)

    def swapaxes(self: Any, axis1: int, axis2: int) -> Any:
        """`np.swapaxes`."""
        return np.swapaxes(self, axis1, axis2)

    def repeat(self: Any, repeats: Any, axis: int | None = None) -> Any:
        """`np.repeat`."""
        return np.repeat(self, repeats, axis)

    def take(self: Any, indices: Any, axis: int | None = None) -> Any:
        """`np.take`."""
        return np.take(self, indices, axis)

    def diagonal(self: Any, *args: Any, **options: Any) -> Any:
        """`np.diagonal`."""
        return np.diagonal(self, *args, **options)
