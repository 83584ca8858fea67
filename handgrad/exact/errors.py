"""What exact arithmetic can't do: each message says who, what was wanted, what was got."""

from handgrad.errors import HandgradError


class ExactError(HandgradError):
    """The parent of every exception of exact arithmetic."""


class TowerError(ExactError, ValueError):
    """Numbers that make no tower of prime fields."""


class NoExactMeaningError(ExactError, TypeError):
    """A function that has no exact meaning modulo a prime: `function` names it."""

    def __init__(self, function: str, why: str = "") -> None:
        self.function = function
        super().__init__(
            f"{function}: wanted a function with an exact meaning modulo a prime, got one without"
            f"{': ' * bool(why)}{why}"
        )


class LevelsSpentError(ExactError):
    """More exponentials inside each other than the tower has levels for: `levels` it has, `needed` it needs."""

    def __init__(self, levels: int, needed: int) -> None:
        self.levels, self.needed = levels, needed
        super().__init__(
            f"exact: wanted a tower of {needed} levels, one for each exponential inside another and one more, "
            f"got {levels}"
        )


class RedrawError(ExactError, ArithmeticError):
    """A point that can't be used, where another may: the parent of what identity tests answer with a new draw."""


class VanishingDenominatorError(RedrawError):
    """A division by a value that is zero modulo the prime."""

    def __init__(self, prime: int) -> None:
        self.prime = prime
        super().__init__(f"exact division: wanted denominators other than 0 modulo {prime}, got 0")


class NoSquareRootError(RedrawError):
    """A square root of values that are no squares in any field of the tower."""

    def __init__(self, primes: tuple[int, ...]) -> None:
        self.primes = primes
        super().__init__(f"exact square root: wanted squares modulo one of {primes}, got a value that is none")
