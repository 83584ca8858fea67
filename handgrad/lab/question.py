"""What the lab is asked: which formula, judged where. The answers are the library's."""

from dataclasses import dataclass

from handgrad.report.claims import Claim, FormName
from handgrad.report.question import Question, asked, typed
from handgrad.report.symbols import Sizes, sizes_with


@dataclass(frozen=True)
class Choice:
    """What was chosen and typed in the lab.

    text   a formula that was typed; where it is empty, the form is asked about
    size, batch, filters, seed  as the command takes them

    >>> from handgrad.report.equations import claims_of
    >>> claim, = claims_of(["10"], part="input")
    >>> question = Choice(claim, "printed", "W @ (y_hat - y) * 2").question()
    >>> print(question.verdict.outcome, question.command(), sep="; ")
    disagrees; handgrad compare 10 --part "input" --try 'W @ (y_hat - y) * 2' --seed 0
    """

    claim: Claim
    form: FormName = "right"
    text: str = ""
    size: str = "small"
    batch: int = 1
    filters: int = 1
    seed: int = 0

    @property
    def sizes(self) -> Sizes:
        """The sizes by name, with that batch and those filters."""
        return sizes_with(self.size, self.batch, self.filters)

    def question(self) -> Question:
        """The question. Raises `FormulaError` for a typed formula that can't be read."""
        if self.text.strip():
            return typed(self.claim, self.text, self.seed, self.sizes)
        return asked(self.claim, self.form, self.seed, self.sizes)


def seed_in(text: str | None) -> int:
    """The seed that the page's address asks for; 0 where it asks for none, or for what is none.

    >>> seed_in("7"), seed_in("-7"), seed_in("seven"), seed_in(None)
    (7, 0, 0, 0)
    """
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else 0
