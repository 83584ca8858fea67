"""What others say of a program's derivatives. None uses a rule of `autograd`; all compute in float64 or exactly.

Functions that NumPy does not know for complex numbers, or knows otherwise, are replaced by their definitions.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from fuzzing import engine
from fuzzing.dual import Dual
from fuzzing.grammar import DEFINITIONS
from fuzzing.program import Program
from handgrad.checking.oracles.numeric import STEP
from handgrad.exact.errors import ExactError, NoExactMeaningError, RedrawError
from handgrad.exact.identity import identical

Array = Any
OWN_ERROR = 1e6 * STEP**2  # times the curvature, which a program of numbers near 1 has no larger


def complex_step(program: Program) -> np.ndarray:
    """The first derivative as Im f(x + i h u) / h; the second in the same way, of slopes of dual numbers.

    What is of the size of h^2 is the step's own error, where the number itself is zero.
    """
    u, v = program.directions
    ahead = [x + 1j * STEP * d for x, d in zip(program.in_double, u, strict=True)]
    first = program.loss(ahead, DEFINITIONS, exactly=True)
    second = program.loss([Dual(x, d + 0j) for x, d in zip(ahead, v, strict=True)], DEFINITIONS, exactly=True)
    numbers = np.array([np.real(first), np.imag(first) / STEP, np.imag(second.slope) / STEP])
    return np.where(np.abs(numbers) < OWN_ERROR, 0.0, numbers)


def dual_numbers(program: Program, inputs: Sequence[Array]) -> list[Array]:
    """The loss, its slope, and the slope of its slope."""
    u, v = program.directions
    along = [Dual(Dual(x, d), Dual(e, np.zeros_like(e))) for x, d, e in zip(inputs, u, v, strict=True)]
    loss = program.loss(along, DEFINITIONS, exactly=True)
    return [loss.value.value, loss.value.slope, loss.slope.slope]


def exact(program: Program, seed: int = 0) -> str:
    """Engine and dual numbers by their residues: "same", "differs", or why they can't be compared.

    The point is the program's own, so it is drawn at random as much as the program is.
    """

    def residues(numbers: Callable[..., list[Array]], *more: Any) -> Callable[[dict[str, Any]], Array]:
        # the loss itself may hang on a logarithm, of which the derivatives are free
        return lambda at: np.stack(numbers(program, list(at.values()), *more)[1:])

    point = {str(i): x for i, x in enumerate(program.in_double)}
    try:
        answer = identical(
            residues(engine.numbers, True), residues(dual_numbers), lambda rng: point,
            trials=1, branched_trials=1, seed=seed % 8,
        )  # fmt: skip
    except NoExactMeaningError:
        return "has no exact meaning"
    except (RedrawError, ExactError):
        return "has no value in these fields"
    if answer.same:
        return "same"
    return "hangs on a root, a logarithm or a constant" if answer.opaque or answer.hangs_on_constants else "differs"
