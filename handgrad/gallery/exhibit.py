"""What an exhibit is, and the kinds of mistakes that the wrong ones make."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from handgrad.errors import HandgradError

Array = Any
"""A NumPy array or scalar, or what traces one."""

CONSTANT_FACTOR = "constant factor"
SIGN = "sign"
SIGN_OF_ONE_TERM = "sign of one term"
TRANSPOSED = "transposed"
TURNED = "turned by 180 degrees"
AXES_PERMUTED = "axes permuted"
NOT_SUMMED = "not summed"
SUMMED_TOO_MUCH = "summed too much"
MEAN_FOR_SUM = "mean for sum"
ONE_TERM = "one term of a sum"
DIAGONAL_ONLY = "diagonal only"
ACTIVATION_MISSING = "activation derivative missing"
ACTIVATION_DOUBLED = "activation derivative doubled"
WRONG_PLACE = "derivative at the wrong place"
PATH_DROPPED = "path dropped"
WINDOW_OFF_BY_ONE = "window off by one"
INDEX_SHIFTED = "index shifted"
OVERWRITTEN = "overwritten not accumulated"
TIES_TO_ALL = "ties given to all"
SMALL_TERM_DROPPED = "small term dropped"
DIFFERENT_FUNCTIONS = "forward and backward of different functions"
WRONG_OPERAND = "wrong operand"

MISTAKES = {
    CONSTANT_FACTOR: "A factor such as 1/N, the pool's 1/4, 1/2 or 2 is missing or one too many.",
    SIGN: "The whole gradient points the other way.",
    SIGN_OF_ONE_TERM: "One summand has the other sign.",
    TRANSPOSED: "A matrix stands where its transpose belongs.",
    TURNED: "A kernel stands where the kernel turned by 180 degrees belongs, or the other way round.",
    AXES_PERMUTED: "The entries are right, but lie along axes in another order.",
    NOT_SUMMED: "What the forward pass broadcast was not summed on the way back.",
    SUMMED_TOO_MUCH: "A sum runs over an axis along which the input has entries of its own.",
    MEAN_FOR_SUM: "A mean is taken where the loss sums.",
    ONE_TERM: "Only one term of a sum is there: one class's, or one time step's.",
    DIAGONAL_ONLY: "A full Jacobian, such as softmax's, was taken entry by entry.",
    ACTIVATION_MISSING: "The factor f'(z) of an activation is missing.",
    ACTIVATION_DOUBLED: "The factor f'(z) of an activation is there twice.",
    WRONG_PLACE: "A derivative is taken at, or with respect to, another quantity: z for a, a variance for its log.",
    PATH_DROPPED: "The input reaches the output on several paths, and one of them was forgotten.",
    WINDOW_OFF_BY_ONE: "A window is one entry too short or too long.",
    INDEX_SHIFTED: "Entries are taken from, or put, next to where they belong.",
    OVERWRITTEN: "What is used twice keeps only its last share: assigned, not added.",
    TIES_TO_ALL: "Each of several equal maxima gets the whole share.",
    SMALL_TERM_DROPPED: "A small summand, such as an epsilon or a weight decay, is missing.",
    DIFFERENT_FUNCTIONS: "The backward pass differentiates a near relative of the forward pass.",
    WRONG_OPERAND: "Another variable of the same shape stands where the right one belongs.",
}
"""What each kind of mistake is."""


class UnknownExhibitError(HandgradError, LookupError):
    """The gallery has no exhibit of this name."""


@dataclass(frozen=True, eq=False)
class Exhibit:
    """One hand-derived gradient: a function, the derivative by hand, and the point a person would naturally try.

    name              unique; a wrong twin is "dense-weights.transposed"
    layer             what the function is: "dense", "batch norm", ...
    function          loss(*inputs) -> scalar, or forward(*inputs) -> array or tuple of arrays
    by_hand           gradient(*inputs) or backward(cotangent, *inputs) -> one array, or a tuple with one for
                      each of `wrt`; the cotangent of a tuple is a tuple
    inputs, names     the point, and what its arrays are called; the arrays are made read-only
    wrt               those of the names that the gradient is for
    vjp               by_hand is a backward pass
    mistake           one of `MISTAKES`, None for a right one
    lesson            what is right, or what went wrong and how one sees it
    opaque            function fills arrays in place or calls code that NumPy's protocols don't reach: no tracing
    at_kink           function has only one-sided slopes at the inputs, and any value between them is right
    hidden_at_inputs  by_hand is wrong, but gives the right value at the inputs
    generic           inputs of the same kind at which a hidden mistake shows

    >>> square = Exhibit("square", "power", lambda x: x * x, lambda x: 2 * x, (3.0,), ("x",), ("x",))
    >>> square.twin("half", lambda x: x, CONSTANT_FACTOR, "The 2 is missing.").name
    'square.half'
    """

    name: str
    layer: str
    function: Callable[..., Any]
    by_hand: Callable[..., Any]
    inputs: tuple[Any, ...]
    names: tuple[str, ...]
    wrt: tuple[str, ...]
    vjp: bool = False
    mistake: str | None = None
    lesson: str = ""
    opaque: bool = False
    at_kink: bool = False
    hidden_at_inputs: bool = False
    generic: tuple[Any, ...] | None = None

    def __post_init__(self) -> None:
        # The exhibits share their arrays, so a write into one would change the others.
        for x in (*self.inputs, *(self.generic or ())):
            if isinstance(x, np.ndarray):
                x.setflags(write=False)

    def twin(self, suffix: str, by_hand: Callable[..., Any], mistake: str, lesson: str) -> "Exhibit":
        """The same function with a wrong gradient, whose mistake shows at the same inputs."""
        return replace(self, name=f"{self.name}.{suffix}", by_hand=by_hand, mistake=mistake, lesson=lesson)

    def hidden_twin(
        self, suffix: str, by_hand: Callable[..., Any], mistake: str, lesson: str, inputs: tuple[Any, ...]
    ) -> "Exhibit":
        """A wrong gradient that is right at other, quite natural inputs; it shows at those of the right one."""
        wrong = self.twin(suffix, by_hand, mistake, lesson)
        return replace(wrong, inputs=inputs, generic=self.inputs, hidden_at_inputs=True)


def normal(seed: int, *shape: int) -> Array:
    """Normally distributed numbers with two decimals, which can be printed and typed; the same for each seed.

    >>> normal(0, 2)
    array([ 0.13, -0.13])
    """
    return np.random.default_rng(seed).normal(size=shape).round(2)
