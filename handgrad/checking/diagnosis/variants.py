"""What is wrong, found by differentiating near variants of the function.

A trace's pullbacks remember values, so an epsilon or a scale can't be taken out of a trace: the function is traced
once more, on tensors that do not notice a small constant being added to them, or with an input put to 1.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from autograd.backward import sweep
from autograd.tensor import Tensor
from handgrad.checking.diagnosis.results import Arrays, Diagnosis, all_near, near
from handgrad.checking.domain import is_float
from handgrad.checking.problem import Problem
from handgrad.values import Values

LARGEST = 1e-2  # of a constant that counts as small


def variant_mistakes(problem: Problem, points: list[Values], hands: list[Arrays], close: float) -> Iterator[Diagnosis]:
    """The variant of the function whose gradient stands by hand at all points, if there is one."""
    constants = without_small_constants(problem, points, hands, close)
    if constants:
        words = f"{constants}, which the function adds, is left out"
        yield Diagnosis("small term dropped", words, "add it as the function does")
        return
    for name in problem.names:
        if all(stands_for_one(problem, name, at, hand, close) for at, hand in zip(points, hands, strict=True)):
            words = f"{name} is left out: by hand is the gradient of the function in which {name} is 1"
            kind = "constant factor" if all(np.ndim(at[name]) == 0 for at in points) else "wrong operand"
            yield Diagnosis(kind, words, f"put {name} where it belongs")
            return


def without_small_constants(problem: Problem, points: list[Values], hands: list[Arrays], close: float) -> str | None:
    """The small constants without which the gradient is what stands by hand; None where there are none."""
    found: set[float] = set()
    for values, hand in zip(points, hands, strict=True):
        try:
            left_out, gradient = gradient_blind_to_constants(problem, values)
        except Exception:  # a function that refuses the arrays which leave out constants
            return None
        if not left_out or not all_near(gradient, hand, close):
            return None
        found |= left_out
    return " and ".join(f"{x:g}" for x in sorted(found))


def stands_for_one(problem: Problem, name: str, values: Values, hand: Arrays, close: float) -> bool:
    """Whether by hand is the gradient with an input put to 1, for some letters; for others it may be right as it is."""
    x = values[name]
    if not is_float(x) or np.all(np.asarray(x) == 1):
        return False
    try:
        other = gradient_at(problem, Values(values | {name: np.ones_like(x)[()]}))
        right = gradient_at(problem, values)
    except Exception:  # a function that has no value there
        return False
    fits = [
        (near(np.asarray(h, float), o, close), near(np.asarray(h, float), r, close))
        for h, o, r in zip(hand, other, right, strict=True)
    ]
    return all(one or as_is for one, as_is in fits) and any(one and not as_is for one, as_is in fits)


def gradient_at(problem: Problem, values: Values) -> Arrays:
    """The automatic gradient, one array for each letter."""
    leaves = {name: Tensor(values[name]) for name in problem.wrt}
    return swept(problem.scalar(Values(values | leaves)), leaves)


def swept(loss: Any, leaves: dict[str, Tensor]) -> Arrays:
    """The gradient of a traced loss by its leaves."""
    bars = sweep([loss], [np.ones_like(np.asarray(loss.primal))[()]])
    return tuple(np.asarray(bars.get(id(leaf), np.zeros(leaf.shape))) for leaf in leaves.values())


class Blind(NDArrayOperatorsMixin):
    """A tensor that stays as it is where a small constant is added to it; the constants are kept in `left_out`."""

    def __init__(self, tensor: Any, left_out: set[float]):
        self.tensor, self.left_out = tensor, left_out

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if ufunc is np.add and method == "__call__" and len(inputs) == 2:
            for x, other in (inputs, inputs[::-1]):
                if type(x) is Blind and is_small(other):
                    self.left_out.add(float(other))
                    return x
        return self.seen(getattr(ufunc, method)(*bare(inputs), **bare(options)))

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        return self.seen(function(*bare(args), **bare(options)))

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.tensor, name)
        if callable(found) and type(found) is not Tensor:
            return lambda *args, **options: self.seen(found(*bare(args), **bare(options)))
        return self.seen(found)

    def __getitem__(self, index: Any) -> Any:
        return self.seen(self.tensor[bare(index)])

    def __len__(self) -> int:
        return len(self.tensor)

    def seen(self, x: Any) -> Any:
        """What was computed from it, blind as well; shapes and the like as they are."""
        if type(x) is Tensor:
            return Blind(x, self.left_out)
        return type(x)(self.seen(item) for item in x) if type(x) in (tuple, list) else x


def is_small(x: Any) -> bool:
    """Whether it is a number that is added for its being small."""
    return isinstance(x, int | float | np.number) and 0 < abs(float(x)) <= LARGEST


def bare(x: Any) -> Any:
    """Arguments with the tensors themselves."""
    if type(x) is Blind:
        return x.tensor
    if type(x) is dict:
        return {name: bare(item) for name, item in x.items()}
    return type(x)(bare(item) for item in x) if type(x) in (tuple, list) else x


def gradient_blind_to_constants(problem: Problem, values: Values) -> tuple[set[float], Arrays]:
    """The constants that were left out, and the gradient without them."""
    left_out: set[float] = set()
    leaves = {name: Tensor(values[name]) for name in problem.wrt}
    seen = {name: Blind(leaf, left_out) for name, leaf in leaves.items()}
    return left_out, swept(bare(problem.scalar(Values(values | seen))), leaves)
