"""The exercises: one for each formula of the report that a reader derives, in its order.

(1) and (3) are chain rules, as are the first lines of (9), (10) and (15): what they come to is asked for once, in
the formula that follows from them. Nothing here says what the answer is, nor whether one is right.
"""

from dataclasses import dataclass

from handgrad.errors import UnknownEquationError
from handgrad.report.claims import Claim
from handgrad.report.equations import claims_of, numbers


@dataclass(frozen=True)
class Exercise:
    """A formula to derive.

    equation, part  the claim that an answer is judged by
    task            what is asked for, in words
    everywhere      an answer that holds on a condition alone is not enough
    """

    equation: str
    part: str
    task: str
    everywhere: bool = False

    @property
    def claim(self) -> Claim:
        """What is differentiated, by what, and with which letters."""
        (claim,) = claims_of([self.equation], part=self.part)
        return claim

    @property
    def id(self) -> str:
        """A name for a score: eq10-input."""
        return self.claim.id

    @property
    def title(self) -> str:
        """A name for readers: (10) input."""
        return f"({self.equation}) {self.part}"


EXERCISES = (
    Exercise(
        "2",
        "error",
        "The first factor of (1). The error of the dense network is E = 1/2 Σ_j (ŷ_j − y_j)². "
        "Differentiate it by the outputs: ∂E/∂ŷ_j, an entry for each j.",
    ),
    Exercise(
        "2",
        "sigmoid",
        "The second factor of (1). The sigmoid is f(x) = 1 / (1 + e^−x). "
        "Differentiate it by x, and write the derivative with the letter f, its value.",
    ),
    Exercise(
        "2",
        "activation",
        "The third factor of (1). Output j gets β_j = Σ_h w_hj b_h from the hidden units. "
        "Differentiate it by its own weights: ∂β_j/∂w_ij, an entry for each i.",
    ),
    Exercise(
        "2",
        "weights",
        "Put the three together, (1) and (2): the step of gradient descent Δw_ij = −η ∂E/∂w_ij, "
        "where ŷ_j = f(β_j − θ_j). A row for each hidden unit i, a column for each output j.",
    ),
    Exercise(
        "4",
        "thresholds",
        "The step of the thresholds, (3) and (4): Δθ_j = −η ∂E/∂θ_j, where ŷ_j = f(β_j − θ_j).",
    ),
    Exercise(
        "5",
        "outputs",
        "The convolutional network ends in the cross-entropy CELF = −Σ_k y_k log ŷ_k. Differentiate it by ŷ_k.",
    ),
    Exercise(
        "6",
        "outputs",
        "The softmax is ŷ_i = e^x_i / Σ_k e^x_k. Its Jacobian: ∂ŷ_i/∂x_j in row i and column j, with the letter y_hat.",
    ),
    Exercise(
        "7",
        "line 4",
        "Join (5) and (6): differentiate CELF of softmax(x) by x_i. The labels y may be any numbers: "
        "a formula that needs them to sum to one is not enough here.",
        everywhere=True,
    ),
    Exercise(
        "8",
        "weights",
        "One output of the fully connected layer is y = Σ_k x_k w_k + b. Differentiate it by its weights: ∂y/∂w_i.",
    ),
    Exercise("8", "bias", "Differentiate the same y = Σ_k x_k w_k + b by its bias: ∂y/∂b."),
    Exercise(
        "9",
        "weights",
        "Now the layer as a whole: x_i = Σ_j a_j w_ji + b_i, then softmax and cross-entropy. Differentiate CELF by the "
        "weights: a row for each input j, a column for each output i. From here on the labels may be taken to sum to "
        "one.",
    ),
    Exercise("9", "bias", "The same by the biases: ∂CELF/∂b_i."),
    Exercise("10", "input", "The same by the inputs: ∂CELF/∂a_j. The layers before need it."),
    Exercise(
        "11",
        "entries",
        "The average pool makes of an image c an image a of n x n, each entry of it the mean of 2 x 2 entries of c "
        "that no other entry of a uses. How many entries has c?",
    ),
    Exercise(
        "11",
        "map",
        "Write that pool: a, row after row as one list, from c, row after row as one list.",
    ),
    Exercise(
        "11",
        "derivative",
        "Its derivative: ∂a_j/∂c_l in row j and column l, both counted row after row.",
    ),
    Exercise(
        "12",
        "sigmoid",
        "Before the pool stands the sigmoid c = 1 / (1 + e^−d), entry by entry. Differentiate each entry by its own d.",
    ),
    Exercise(
        "13",
        "map",
        "The convolution as a product: row i of U holds the window of the image at place i, v the weights of the "
        "filter and q its bias. Write d, an entry for each place.",
    ),
    Exercise("14", "weights", "Differentiate it by the weights: ∂d_i/∂v_j in row i and column j."),
    Exercise("14", "bias", "And by the bias: ∂d_i/∂q, an entry for each place i."),
    Exercise(
        "15",
        "weights",
        "All together: differentiate CELF of the whole network by the weights of the filter, ∂CELF/∂v_k. The image c "
        "has 2n rows and 2n columns, its pool a has n and n.",
    ),
    Exercise("15", "bias", "And by the bias of the filter: ∂CELF/∂q. Then you are through the whole network."),
)


def starting_at(number: str) -> int:
    """The place of the first exercise of an equation, or of the next that has one.

    Raises `UnknownEquationError` for a number that the report does not have.

    >>> EXERCISES[starting_at("10")].title, EXERCISES[starting_at("(3)")].title
    ('(10) input', '(4) thresholds')
    """
    wanted = number.strip("()")
    if wanted not in numbers():
        raise UnknownEquationError(f"equation: wanted one of (1) to (15), got {number!r}")
    return next(place for place, exercise in enumerate(EXERCISES) if int(exercise.equation) >= int(wanted))


def exercise_of(equation: str, part: str | None = None) -> Exercise:
    """The exercise of an equation; the part may be left out where it has one alone.

    Raises `UnknownEquationError` where there is none, or where there are several to choose from.

    >>> exercise_of("10").title
    '(10) input'
    """
    wanted = equation.strip("()")
    found = [exercise for exercise in EXERCISES if exercise.equation == wanted and part in (None, exercise.part)]
    if len(found) == 1:
        return found[0]
    known = [exercise for exercise in EXERCISES if exercise.equation == wanted] or list(EXERCISES)
    words = ", ".join(exercise.title for exercise in known)
    raise UnknownEquationError(f"exercise: wanted one of {words}, got ({wanted}){'' if part is None else ' ' + part}")
