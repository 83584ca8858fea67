"""Upper bounds of degrees: every entry of an array as a quotient of polynomials.

Two countings run side by side, and the smaller one counts in the end.

    numerator, denominator   each entry over a denominator of its own: good for entries alone, but a sum of n
                             entries gets n denominators
    excess, divisors         all entries over one common denominator, the product of all that was ever divided
                             by: good for sums. `divisors` has the degree of all entries of a divisor together,
                             and how often it occurs as a factor; `excess` is the degree of the numerator less
                             that of the common denominator
"""

from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Degree:
    """Bounds of the degrees of an array's entries.

    >>> x = Degree(1, 0, 1)
    >>> x.plus(x.over(x, object(), 1)).total
    3
    """

    numerator: int = 0
    denominator: int = 0
    excess: int = 0
    divisors: dict[object, tuple[int, int]] = field(default_factory=dict)

    @cached_property
    def common(self) -> int:
        """The degree of the common denominator."""
        return sum(degree * times for degree, times in self.divisors.values())

    @property
    def total(self) -> int:
        """Numerator and denominator together."""
        return max(0, min(self.numerator + self.denominator, 2 * self.common + self.excess))

    def __or__(self, other: "Degree") -> "Degree":
        """Of an array that has entries of both."""
        return Degree(
            max(self.numerator, other.numerator),
            max(self.denominator, other.denominator),
            max(self.excess, other.excess),
            self._common_with(other),
        )

    def plus(self, other: "Degree") -> "Degree":
        """Of a sum."""
        return Degree(
            max(self.numerator + other.denominator, other.numerator + self.denominator),
            self.denominator + other.denominator,
            max(self.excess, other.excess),
            self._common_with(other),
        )

    def times(self, other: "Degree") -> "Degree":
        """Of a product."""
        divisors = self.divisors
        if other.divisors:
            divisors = dict(divisors)
            for divisor, (degree, times) in other.divisors.items():
                divisors[divisor] = (degree, times + divisors.get(divisor, (0, 0))[1])
        return Degree(
            self.numerator + other.numerator,
            self.denominator + other.denominator,
            self.excess + other.excess,
            divisors,
        )

    def over(self, other: "Degree", divisor: object, entries: int) -> "Degree":
        """Of a quotient by an array of so many entries; `divisor` stands for that array."""
        return self.times(other.inverted(divisor, entries))

    def inverted(self, divisor: object, entries: int, times: int = 1) -> "Degree":
        """Of the inverse of all entries, or of a matrix whose determinant has `times` their degree."""
        below = max(0, self.common + self.excess) * entries * times
        divisors = {divisor: (below, 1)} if below else {}
        return Degree(self.denominator, self.numerator, -self.excess, divisors)

    def of_sum(self, terms: int) -> "Degree":
        """Of a sum of so many terms."""
        terms = max(terms, 1)
        return Degree(
            self.numerator + (terms - 1) * self.denominator, terms * self.denominator, self.excess, self.divisors
        )

    def to_the(self, n: int) -> "Degree":
        """Of a product of n >= 0 entries."""
        divisors = {divisor: (degree, n * times) for divisor, (degree, times) in self.divisors.items()} if n else {}
        return Degree(n * self.numerator, n * self.denominator, n * self.excess, divisors)

    def _common_with(self, other: "Degree") -> dict[object, tuple[int, int]]:
        if self.divisors is other.divisors or not other.divisors:
            return self.divisors
        if not self.divisors:
            return other.divisors
        divisors = dict(self.divisors)
        for divisor, (degree, times) in other.divisors.items():
            divisors[divisor] = (degree, max(times, divisors.get(divisor, (0, 0))[1]))
        return divisors


CONSTANT = Degree()
VARIABLE = Degree(1, 0, 1)
