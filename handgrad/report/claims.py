"""A claim: a function, a hand-derived gradient of it, and the domain on which it is claimed.

A claim says nothing about whether it is right. A formula is given twice, as the report prints it and in
the form that we hold to be right; where the print needs no correction both are the same `Form`.
"""

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from handgrad.report.source_code import source
from handgrad.report.symbols import OTHER, Letter, Sizes, sizes_in
from handgrad.values import Array, Condition, Values

FormName = Literal["printed", "right"]

# The axes of letters that are computed from others, unless a claim says otherwise.
DERIVED_AXES = {
    "U": "N m T",
    "d": "N m F",
    "c": "N m F",
    "a": "N J",
    "x": "N K",
    "y_hat": "N K",
}


BEYOND = "beyond"  # in place of an equation's number, for what the report does not print

# Sizes that a formula may use, and what they mean.
NUMBERS = {"N": "samples in the batch", "n": "side of the pooled image", "k": "side of the window"}


@dataclass(frozen=True)
class Form:
    """A formula: how it is printed, and the hand-written function that computes it.

    latex      as in the report
    text       the same for a terminal
    function   a function of the package `manual`, called with the letters named in `arguments`
    """

    latex: str
    text: str
    function: Callable[..., Array]
    arguments: str

    def __call__(self, values: Values) -> Array:
        """The value of the formula at some letters."""
        return self.function(*(values[name] for name in self.arguments.split()))

    @property
    def code(self) -> str:
        """The source of the hand-written function, and of those that it is made of."""
        return source(self.function)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex}$"


@dataclass(frozen=True, repr=False)
class Claim:
    """One statement of the report.

    equation, part   where it stands: "10", "input"
    section          of the report
    states           what the statement is about, in words
    letters          the free letters, whose values are drawn
    complete         computes the other letters from the free ones
    derived_axes     the axes of those other letters
    function         what is differentiated, of the free letters
    with_respect_to  the letters it is differentiated by; none for a claim about a map itself
    axes             of the claimed array
    engine           for a map: the same map by the engine's own layers
    pick             the entries of the derivative that the statement is about (linear)
    contract         for a Jacobian: what the claimed array makes of a cotangent of the function's value
    up_to_scale      the statement is about the direction of the gradient alone
    fixed            sizes that the statement itself fixes
    conditions       subsets of the domain to try where it does not hold everywhere
    domain           in words
    authors_note     what the right form changes, in words, where the judge can't say it by itself yet
    note             a remark on the print that no verdict depends on
    """

    equation: str
    part: str
    section: str
    states: str
    letters: tuple[Letter, ...]
    complete: Callable[[Values], Values]
    function: Callable[[Values], Array]
    with_respect_to: tuple[str, ...]
    axes: str
    printed: Form
    right: Form
    derived_axes: Mapping[str, str] = field(default_factory=lambda: DERIVED_AXES)
    domain: str = "all real values"
    engine: Callable[[Values], Array] | None = None
    pick: Callable[[Array], Array] | None = None
    contract: Callable[[Array, Array], Array] | None = None
    up_to_scale: bool = False
    fixed: dict[str, int] = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    authors_note: str = ""
    note: str = ""

    @property
    def id(self) -> str:
        """A name for tests and seeds: eq10-input."""
        return f"eq{self.equation}-" + re.sub(r"[^a-z0-9]+", "-", self.part.lower()).strip("-")

    @property
    def title(self) -> str:
        """A name for readers: (10) input."""
        return f"({self.equation}) {self.part}"

    @property
    def in_report(self) -> bool:
        """Whether the report prints it, or it goes on from there."""
        return self.equation != BEYOND

    def forms(self) -> dict[FormName, Form]:
        """The printed and the right form; of what the report does not print, the right one alone."""
        return {"printed": self.printed, "right": self.right} if self.in_report else {"right": self.right}

    def needs_correction(self) -> bool:
        """Whether two different formulas are given."""
        return self.printed is not self.right

    def sizes(self, wanted: Sizes) -> Sizes:
        """The sizes wanted, except for those that the statement fixes."""
        return replace(wanted, **self.fixed)

    def other_sizes(self, wanted: Sizes, formula: Callable[[Values], Array]) -> Sizes:
        """Sizes to judge a formula at beside those wanted; a reader's is made for that batch and those filters."""
        other = OTHER if isinstance(formula, Form) else replace(OTHER, N=wanted.N, F=wanted.F)
        return self.sizes(other)

    def lengths(self, wanted: Sizes) -> dict[str, int]:
        """The sizes that this claim depends on."""
        axes = " ".join([self.axes, *(letter.axes for letter in self.letters)]) if self.letters else "n"
        return {name: getattr(self.sizes(wanted), name) for name in sorted(sizes_in(axes))}

    def draw(
        self,
        seed: int,
        index: int,
        wanted: Sizes,
        condition: Condition | None = None,
        dtype: Any = np.float64,
    ) -> Values:
        """Free letters, and the sizes by name: the same for the same seed, whatever else is judged."""
        rng = np.random.default_rng([seed, zlib.crc32(self.id.encode()), index])
        drawn = self.draw_from(rng, wanted, condition)
        numbers = self.numbers(self.sizes(wanted))
        return Values({name: x if name in numbers else np.asarray(x, dtype=dtype)[()] for name, x in drawn.items()})

    def draw_from(
        self, rng: np.random.Generator, wanted: Sizes, condition: Condition | None = None, bits: int = 16
    ) -> dict[str, Any]:
        """The same from a source of random numbers, on a finer or coarser grid."""
        sizes = self.sizes(wanted)
        drawn: dict[str, Any] = {letter.name: letter.draw(rng, sizes, bits) for letter in self.letters}
        if condition is not None:
            drawn = dict(condition.impose(drawn) or drawn)
        return drawn | self.numbers(sizes)

    def numbers(self, sizes: Sizes) -> dict[str, int]:
        """The sizes that a formula may use as plain numbers."""
        axes = sizes.axes()
        return {name: axes[name] for name in NUMBERS}

    def shapes(self, wanted: Sizes) -> dict[str, tuple[int, ...]]:
        """The letters that a reader may use, each with its shape."""
        values = self.complete(self.draw(0, 0, self.sizes(wanted)))
        return {name: np.shape(x) for name, x in self.as_read(values).items()}

    def glossary(self, wanted: Sizes) -> list[tuple[str, str, str]]:
        """The same in words: each letter with its shape and its meaning."""
        meanings = NUMBERS | {letter.name: letter.meaning for letter in self.letters}
        return [
            (name, "number" if shape == () else str(shape), meanings.get(name, "computed from the others"))
            for name, shape in self.shapes(wanted).items()
        ]

    def as_read(self, values: Values) -> Values:
        """The letters as a reader sees them: no axis for batch or filters where there is only one, nor an N then."""
        known = dict(self.derived_axes) | {letter.name: letter.axes for letter in self.letters}
        given = self.lengths(Sizes())
        read = Values({name: values[name] for name in NUMBERS if name in given and (name, values[name]) != ("N", 1)})
        for name in values:
            if name in known:
                axes = zip(known[name].split(), np.shape(values[name]), strict=True)
                shape = tuple(length for axis, length in axes if axis not in "NF" or length > 1)
                read[name] = np.reshape(values[name], shape)[()]
        return read

    def shape(self, wanted: Sizes) -> tuple[int, ...]:
        """The shape of the claimed array as a reader sees it."""
        return self.sizes(wanted).shown(self.axes)

    def __repr__(self) -> str:
        return f"<Claim {self.title}: {self.states}>"

    def _repr_markdown_(self) -> str:
        by = f"by {', '.join(self.with_respect_to)}; " if self.with_respect_to else ""
        parts = [f"**{marked(self.title)}** {marked(self.states)}", marked(f"{by}domain: {self.domain}")]
        if self.in_report:
            parts.append(f"as printed: {self.printed._repr_latex_()}")
        if self.needs_correction() or not self.in_report:
            parts.append(f"right: {self.right._repr_latex_()}")
        if self.authors_note:
            parts.append(f"author's note: {marked(self.authors_note)}")
        meanings = NUMBERS | {letter.name: letter.meaning for letter in self.letters}
        rows = [
            f"| {marked(name)} | {marked(str(shape or 'number'))} | {marked(meanings.get(name, 'from the others'))} |"
            for name, shape in self.shapes(Sizes()).items()
        ]
        return "\n\n".join([*parts, "\n".join(["| letter | shape | meaning |", "|---|---|---|", *rows])])


def marked(text: str) -> str:
    r"""Text as Markdown has it: whatever has a meaning there stands for itself.

    >>> print(marked("sum_k y_k * 2"))
    sum\_k y\_k \* 2
    """
    return re.sub(r"([\\`*_\[\]<>#|~$&])", r"\\\1", " ".join(text.split()))
