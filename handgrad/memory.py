"""What several claims compute alike: the same function's gradient at the same point, the same network's letters.

Points are drawn from the seed alone, so claims with the same letters meet at the same ones. A memory lives as
long as whoever made it; nothing is kept between two runs.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from handgrad.exact import ExactArray
from handgrad.exact.constants import record_again, recording
from handgrad.exact.decisions import note_again, watching

MOST = 200  # results; the oldest is forgotten first


class Memory:
    """Results of exact computations by what was computed and from what."""

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[Any, Any, Any]] = {}

    def recall(self, what: Hashable, inputs: Mapping[str, Any], compute: Callable[[], Any]) -> Any:
        """The result, computed if it is not known; with the constants and decisions that belong to it.

        `what` says what is computed, and must say all of it; `inputs` are inputs of an identity test.

        >>> memory = Memory()
        >>> memory.recall("twice", {"x": 3}, lambda: 6), memory.recall("twice", {"x": 3}, lambda: 0 / 0)
        (6, 6)
        """
        key = (what, *((name, fingerprint(x)) for name, x in sorted(inputs.items())))
        if key in self._known:
            result, taken, decided = self._known[key]
            record_again(taken)
            note_again(decided)
            return result
        with recording() as taken, watching() as decided:
            result = compute()
        if len(self._known) >= MOST:
            self._known.pop(next(iter(self._known)))
        self._known[key] = result, taken, decided
        return result


def fingerprint(x: Any) -> Hashable:
    """What an input is known by: an exact one by its float, of which the residues follow, and its fields."""
    if isinstance(x, ExactArray):
        return x.shadow.tobytes(), x.shape, x.tower.primes
    return type(x), x if isinstance(x, int | float) else (x.tobytes(), x.shape, x.dtype)
