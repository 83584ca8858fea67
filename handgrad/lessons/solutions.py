"""Where each exercise ends, and how one gets there. Don't read this before you have tried.

A solution is an expression in the report's letters, as `handgrad compare --try` takes it. That it is right is not
said here either: the tests have it judged like any other answer.
"""

from dataclasses import dataclass

from handgrad.lessons.exercises import Exercise


@dataclass(frozen=True)
class Solution:
    """The formula, and the steps of its derivation; the first of them is a hint, so it gives no formula away."""

    formula: str
    steps: tuple[str, ...]


SOLUTIONS = {
    "(2) error": Solution(
        "y_hat - y",
        (
            "Of the sum over all outputs the term of j alone holds ŷ_j; the others are constants.",
            "Its derivative is 1/2 · 2 (ŷ_j − y_j): the 2 of the square meets the 1/2.",
        ),
    ),
    "(2) sigmoid": Solution(
        "f * (1 - f)",
        (
            "Write f as (1 + e^−x)^−1. By the chain rule f′ = e^−x / (1 + e^−x)², a product of two quotients.",
            "1 / (1 + e^−x) is f, and e^−x / (1 + e^−x) is 1 − f.",
        ),
    ),
    "(2) activation": Solution(
        "b",
        (
            "β_j is linear in its weights: of its sum the term h = i alone holds w_ij.",
            "What stands beside w_ij there is b_i, whichever output j is.",
        ),
    ),
    "(2) weights": Solution(
        "-eta * np.outer(b, (y_hat - y) * y_hat * (1 - y_hat))",
        (
            "By the chain rule the derivative is ∂E/∂ŷ_j · ∂ŷ_j/∂β_j · ∂β_j/∂w_ij: the three exercises before.",
            "At β_j − θ_j the sigmoid is ŷ_j, so its slope is ŷ_j (1 − ŷ_j).",
            "One factor has the index i, the others j: an outer product. −η makes a step of it.",
        ),
    ),
    "(4) thresholds": Solution(
        "eta * y_hat * (y_hat - y) * (1 - y_hat)",
        (
            "θ_j is subtracted: by the chain rule ∂ŷ_j/∂θ_j is the slope of the sigmoid times −1.",
            "That −1 and the − of the descent cancel. All else is as for the weights, without ∂β_j/∂w_ij.",
        ),
    ),
    "(5) outputs": Solution(
        "-y / y_hat",
        (
            "Of the sum the term k alone holds ŷ_k, and the label y_k is a constant.",
            "The derivative of log ŷ_k is 1 / ŷ_k.",
        ),
    ),
    "(6) outputs": Solution(
        "np.diag(y_hat) - np.outer(y_hat, y_hat)",
        (
            "x_j stands in the sum below every ŷ_i, and for i = j also above. The quotient rule has a term for each.",
            "The one from above is ŷ_i, for i = j alone: a diagonal.",
            "The one from below is −ŷ_i ŷ_j, for all i and j: an outer product.",
        ),
    ),
    "(7) line 4": Solution(
        "y_hat * np.sum(y) - y",
        (
            "x_i feeds every output: ∂CELF/∂x_i = Σ_k ∂CELF/∂ŷ_k · ∂ŷ_k/∂x_i, with (5) and (6).",
            "The term k = i is −y_i (1 − ŷ_i), each of the others y_k ŷ_i.",
            "Collected: ŷ_i times all the labels, less y_i. Where they sum to one it is ŷ_i − y_i.",
        ),
    ),
    "(8) weights": Solution("x", ("Of the sum the term k = i alone holds w_i.", "Beside w_i there stands x_i.")),
    "(8) bias": Solution("1", ("The bias is added as it is, and nothing else holds it.", "So its derivative is 1.")),
    "(9) weights": Solution(
        "np.outer(a, y_hat - y)",
        (
            "w_ji enters x_i and no other: ∂CELF/∂w_ji = ∂CELF/∂x_i · ∂x_i/∂w_ji, with (7) and (8).",
            "One factor has the index j of the row, the other the index i of the column: an outer product.",
        ),
    ),
    "(9) bias": Solution(
        "y_hat - y",
        ("b_i enters x_i and no other: ∂CELF/∂b_i = ∂CELF/∂x_i · ∂x_i/∂b_i.", "By (8) the second factor is 1."),
    ),
    "(10) input": Solution(
        "W @ (y_hat - y)",
        (
            "a_j feeds every output: ∂CELF/∂a_j = Σ_i ∂CELF/∂x_i · ∂x_i/∂a_j.",
            "∂x_i/∂a_j is w_ji. A sum over i of w_ji times something with the index i is a product with the matrix.",
        ),
    ),
    "(11) entries": Solution(
        "4 * n * n",
        ("Count the entries of a, and how many entries of c belong to each of them.", "n² windows of 2 · 2 entries."),
    ),
    "(11) map": Solution(
        "c.reshape(n, 2, n, 2).mean(axis=(1, 3)).ravel()",
        (
            "A row of c is row 2r or 2r + 1 for some row r of a, and so for the columns: give c four axes, "
            "row of a, which of two, column of a, which of two.",
            "Average over the two axes of length 2, and write what is left as one list.",
        ),
    ),
    "(11) derivative": Solution(
        "np.kron(np.eye(n), np.kron(np.ones((1, 2)), np.kron(np.eye(n), np.ones((1, 2))))) / 4",
        (
            "It is 1/4 where c_l lies in the window of a_j, and 0 elsewhere. So say which l lie in which window.",
            "l counts row of a, which of two, column of a, which of two; j counts row of a, column of a. The rows must "
            "be the same, and so the columns; which of the two is all one.",
            "'The same' is np.eye(n), 'all one' is np.ones((1, 2)); np.kron counts on from one to the next.",
        ),
    ),
    "(12) sigmoid": Solution(
        "c * (1 - c)",
        ("It is the f of (2) once more, for each entry by itself.", "f(d) is c, so f′(d) is c (1 − c)."),
    ),
    "(13) map": Solution(
        "U @ v + q",
        (
            "d_i is a sum over the window at place i: each entry times the weight at the same place, then the bias.",
            "Row i of U times v is that sum, so for all i it is the product of the matrix with v.",
        ),
    ),
    "(14) weights": Solution(
        "U", ("d_i is linear in the weights: of its sum one term alone holds v_j.", "Beside v_j there stands u_ij.")
    ),
    "(14) bias": Solution(
        "np.ones(4 * n * n)",
        ("q is added to every d_i as it is.", "So the derivative is 1 at each of the 2n · 2n places."),
    ),
    "(15) weights": Solution(
        "np.repeat(np.repeat((W @ (y_hat - y)).reshape(n, n), 2, axis=0), 2, axis=1).ravel() / 4 * c * (1 - c) @ U",
        (
            "Go back through the layers with one factor each: ∂CELF/∂a_j from (10), ∂a_j/∂c_l from (11), ∂c_l/∂d_l "
            "from (12), ∂d_l/∂v_k from (14); then sum over j and l.",
            "c_l lies in one window only, so the sum over j has one term: every entry of ∂CELF/∂a goes, with 1/4, to "
            "the 2 x 2 places of its window. np.repeat along both axes does that.",
            "Multiplied by c (1 − c) it is ∂CELF/∂d. The sum over l with u_lk is a product with U.",
        ),
    ),
    "(15) bias": Solution(
        "np.sum(np.repeat(np.repeat((W @ (y_hat - y)).reshape(n, n), 2, axis=0), 2, axis=1).ravel() / 4 * c * (1 - c))",
        (
            "It is the same way back; only the last factor is another: ∂d_l/∂q in place of ∂d_l/∂v_k.",
            "∂d_l/∂q is 1, so ∂CELF/∂d is summed over all places l.",
        ),
    ),
}


def solution_of(exercise: Exercise) -> Solution:
    """The solution of an exercise.

    >>> from handgrad.lessons.exercises import exercise_of
    >>> solution_of(exercise_of("12")).formula
    'c * (1 - c)'
    """
    return SOLUTIONS[exercise.title]
