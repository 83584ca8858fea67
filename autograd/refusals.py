"""What a `Tensor` refuses, because its graph would be lost or it has no such thing. Each error says what to do."""

from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from autograd.errors import GraphError, MissingAttributeError

NO_ARRAY_OF_TENSORS = "; an array cannot hold tensors: join them with np.stack or np.concatenate."


class Refusals:
    """The methods that raise; whoever inherits them has a `shape`."""

    __slots__ = ()

    def _lost(self: Any, what: str, instead: str) -> NoReturn:
        raise GraphError(
            f"{what}: wanted a plain value, got a Tensor of shape {self.shape}; its graph would be lost. {instead}"
        )

    def __array__(self, dtype: Any = None, copy: Any = None) -> NoReturn:
        self._lost("np.asarray", f"Use t.value for the plain array{NO_ARRAY_OF_TENSORS}")

    def __float__(self) -> NoReturn:
        self._lost("float", f"Use float(t.value) for the number{NO_ARRAY_OF_TENSORS}")

    def __int__(self) -> NoReturn:
        self._lost("int", f"Use int(t.value) for the number{NO_ARRAY_OF_TENSORS}")

    def __complex__(self) -> NoReturn:
        self._lost("complex", f"Use complex(t.value) for the number{NO_ARRAY_OF_TENSORS}")

    def __index__(self) -> NoReturn:
        self._lost("an index", "Use int(t.value) for the number.")

    def item(self) -> NoReturn:
        """Refuse: a plain number has no graph. `t.value.item()` says that this is wanted."""
        self._lost("item", "Use t.value.item() for the number.")

    def tolist(self) -> NoReturn:
        """Refuse: plain numbers have no graph. `t.value.tolist()` says that they are wanted."""
        self._lost("tolist", "Use t.value.tolist() for the numbers.")

    def __trunc__(self) -> NoReturn:
        self._lost("math.trunc", "Use math.trunc(t.value) for the number, or np.trunc.")

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        self._lost("pickle", "Use t.value for what can be stored, and Tensor(value) to begin a new graph.")

    if not TYPE_CHECKING:  # a checker knows what there is

        def __getattr__(self, name: str) -> NoReturn:
            instead = f" Use t.value.{name} for that of the plain array." if hasattr(np.ndarray, name) else ""
            raise MissingAttributeError(f"Tensor: wanted something that a Tensor has, got {name!r}.{instead}")

    def __setitem__(self: Any, index: Any, value: Any) -> NoReturn:
        raise GraphError(
            f"t[...] = value: wanted a new value, got a write into a Tensor of shape {self.shape}, which "
            "its graph has captured. Use np.where, np.concatenate or np.stack."
        )
