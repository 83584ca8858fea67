"""The pages that are made of the project's tables: the formulas of the report, and the gallery.

A page says `% table: formulas` where a table belongs. Nothing of it is copied by hand: verdicts are computed when the
site is built.
"""

import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from sphinx.application import Sphinx

MARKER = re.compile(r"^% table: (\w+)$", re.MULTILINE)
SPECIAL = re.compile(r"([\\`*_\[\]{}<>$|~#])")


def escaped(text: str) -> str:
    """Text as Markdown that shows it as it is."""
    return SPECIAL.sub(r"\\\1", text)


def badge(outcome: str) -> str:
    """An outcome with a colour and a sign of its own."""
    return f"[{outcome}]{{.verdict .{outcome.replace(' ', '-')}}}"


def fenced(text: str, language: str) -> str:
    """Lines as they are."""
    return f"````{language}\n{text.rstrip()}\n````\n"


def folded(title: str, *blocks: str) -> str:
    """Blocks that are shown when they are asked for."""
    return "\n".join([f"<details><summary>{title}</summary>\n", *blocks, "</details>\n"])


# the report's formulas


def formulas() -> Iterator[str]:
    """Every claim of the table with its formula as printed and as right, and what is found out of each."""
    from handgrad.report.equations import BEYOND, REPORT
    from handgrad.report.question import both_forms
    from handgrad.report.symbols import Sizes

    found = {
        claim.id: {question.form: question for question in both_forms(claim, 0, Sizes())}
        for claim in (*REPORT, *BEYOND)
    }
    yield "| formula | as printed | as right |\n|---|---|---|"
    for claim in REPORT:
        outcomes = (badge(str(found[claim.id][form].verdict.outcome)) for form in ("printed", "right"))
        yield f"| [{claim.title}](#{claim.id}) | {' | '.join(outcomes)} |"
    for section, claims in groupby((*REPORT, *BEYOND), key=lambda claim: claim.section):
        yield f"\n## {section}\n"
        for claim in claims:
            yield from formula(claim, found[claim.id])


def formula(claim: Any, found: dict[str, Any]) -> Iterator[str]:
    """One claim."""
    from handgrad.commands.terminal import letters_text
    from handgrad.report.source_code import source
    from handgrad.report.symbols import SIZES

    yield f"({claim.id})=\n### {claim.title}\n"
    yield f"About {escaped(claim.states)}. Domain: {escaped(claim.domain)}.\n"
    for name, form in claim.forms().items():
        if name == "right" and claim.in_report and not claim.needs_correction():
            continue
        star = "*" if claim.in_report and name == "right" else ""
        tag = rf" \tag{{{claim.equation}{star}}}" if claim.in_report else ""
        yield f"```{{math}}\n{form.latex}{tag}\n```\n"
        yield from told(found[name])
    if claim.note:
        yield f"Note: {escaped(claim.note)}\n"
    by = f"differentiated by {', '.join(claim.with_respect_to)}" if claim.with_respect_to else "compared"
    blocks = [f"The function {by}:\n", fenced(source(claim.function), "python")]
    for name, form in claim.forms().items():
        if name == "printed" and not claim.needs_correction():
            continue
        words = ", as printed" if name == "printed" else ""
        blocks += [f"By hand{words}:\n", fenced(form.code, "python")]
    blocks += ["Letters, in the report's sizes:\n", fenced(letters_text(claim, SIZES["report"]), "text")]
    yield folded("code and letters", *blocks)


def told(question: Any) -> Iterator[str]:
    """A verdict with its evidence."""
    from handgrad.render.text import certainty, entry_text

    verdict = question.verdict
    condition = f"where {escaped(verdict.condition)}, " if verdict.condition and verdict.agrees else ""
    yield f"{badge(str(verdict.outcome))} {condition}{escaped(certainty(verdict))}\n"
    explained, *example = [*question.failure_lines(), ""]
    if explained:
        yield f"{escaped(explained)}\n"
    evidence = [] if verdict.worst is None else [f"worst at {entry_text(verdict.worst)}"]
    evidence += filter(None, example)
    if evidence:
        yield fenced("\n".join([*evidence, f"reproduce: {question.command()}"]), "text")


# the gallery


def gallery() -> Iterator[str]:
    """Every exhibit with its verdict, at its inputs and, where the mistake hides there, at others."""
    from handgrad.gallery import EXHIBITS, MISTAKES

    yield "## The mistakes\n"
    for mistake, words in MISTAKES.items():
        count = sum(exhibit.mistake == mistake for exhibit in EXHIBITS)
        yield f"{escaped(mistake)} ({count})\n: {escaped(words)}\n"
    for layer, exhibits in groupby(sorted(EXHIBITS, key=order), key=lambda exhibit: exhibit.layer):
        yield f"## {escaped(layer)}\n"
        for exhibit in exhibits:
            yield from shown(exhibit)


def order(exhibit: Any) -> int:
    """Layers in the order in which they first come."""
    from handgrad.gallery import EXHIBITS

    return next(i for i, other in enumerate(EXHIBITS) if other.layer == exhibit.layer)


def shown(exhibit: Any) -> Iterator[str]:
    """One exhibit."""
    what = f"wrong: {exhibit.mistake}" if exhibit.mistake else "right"
    yield f"({anchor(exhibit)})=\n### {escaped(exhibit.name)}\n"
    yield f"{escaped(exhibit.lesson)} ({escaped(what)})\n"
    places = [("", exhibit.inputs)]
    if exhibit.hidden_at_inputs and exhibit.generic is not None:
        places = [("from the inputs where it hides. ", exhibit.inputs), ("from others. ", exhibit.generic)]
    for where, inputs in places:
        verdict = judged(exhibit, inputs)
        words = "; ".join(escaped(found.words) for found in verdict.diagnosis)
        yield f"{badge(str(verdict.outcome))} {where}{words}\n"
    written = filter(inspect.isfunction, (exhibit.function, exhibit.by_hand))  # some are NumPy's own
    code = [textwrap.dedent(inspect.getsource(function)) for function in written]
    if code:
        yield folded("code", fenced("\n\n".join(code), "python"))


def anchor(exhibit: Any) -> str:
    """The name of an exhibit's place on the page."""
    return "exhibit-" + re.sub(r"[^a-z0-9]+", "-", exhibit.name.lower())


def judged(exhibit: Any, inputs: Any) -> Any:
    """The verdict that a user gets who checks it so."""
    from handgrad import check_gradient, check_vjp

    judge = check_vjp if exhibit.vjp else check_gradient
    return judge(exhibit.function, exhibit.by_hand, inputs, names=exhibit.names, wrt=exhibit.wrt)


TABLES: dict[str, Callable[[], Iterator[str]]] = {"formulas": formulas, "gallery": gallery}


def setup(app: Sphinx) -> dict[str, bool]:
    """Fill the markers when a page is read, and read those pages in every build: the code may have changed."""

    def fill(_app: Sphinx, _page: str, text: list[str]) -> None:
        text[0] = MARKER.sub(lambda marker: "\n".join(TABLES[marker[1]]()), text[0])

    def outdated(_app: Sphinx, env: Any, _added: set[str], _changed: set[str], _removed: set[str]) -> list[str]:
        return [page for page in env.found_docs if MARKER.search(env.doc2path(page).read_text(encoding="utf-8"))]

    app.connect("source-read", fill)
    app.connect("env-get-outdated", outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
