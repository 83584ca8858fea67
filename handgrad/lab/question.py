"""What the lab is asked: which formula, judged where. The answers are the library's."""

from dataclasses import dataclass

from handgrad.findings import Finding, find_out, find_out_text, reproduce
from handgrad.report.claims import Claim, FormName
from handgrad.report.symbols import Sizes, sizes_with


@dataclass(frozen=True)
class Question:
    """Is this formula right?

    text   a formula that was typed; where it is empty, the form is asked about
    size, batch, filters, seed  as the command takes them

    >>> from handgrad.report.equations import claims_of
    >>> claim, = claims_of(["10"], part="input")
    >>> question = Question(claim, "printed", "W @ (y_hat - y) * 2")
    >>> finding = question.answer()
    >>> print(finding.verdict.outcome, question.command(finding), sep="; ")
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

    def answer(self) -> Finding:
        """The finding. Raises `FormulaError` for a typed formula that can't be judged."""
        if self.text.strip():
            return find_out_text(self.claim, self.text, self.seed, self.sizes)
        return find_out(self.claim, self.form, self.seed, self.sizes)

    def command(self, finding: Finding) -> str:
        """What to type to get the same answer."""
        batch, filters = (count if count > 1 else None for count in (self.batch, self.filters))
        return reproduce(finding, self.size, batch, filters, self.text)


def seed_in(text: str | None) -> int:
    """The seed that the page's address asks for; 0 where it asks for none, or for what is none.

    >>> seed_in("7"), seed_in("-7"), seed_in("seven"), seed_in(None)
    (7, 0, 0, 0)
    """
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else 0
