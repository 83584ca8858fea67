r"""Formulas drawn as SVG while the site is built, so that reading it needs no script, no font and no network.

LaTeX goes through ziamath, plain Python that brings a mathematical font. The other ways were looked at: MathJax and
KaTeX are megabytes of script and fonts, or a download; MathML looks as the reader's fonts happen to; matplotlib knows
no `cases` and no matrices; imgmath wants a TeX installation. `\tag{10}` at the end is the number in the margin.
"""

import html
import re
from xml.etree import ElementTree

import ziamath
from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util import logging

UNITS = 16  # in which ziamath draws an em
EM = 1.08  # of a formula in those of the text: the font is small beside sans serifs
TAG = re.compile(r"\\tag\{([^}]*)\}\s*$")

ziamath.config.svg2 = False  # every formula whole: symbols of another one may not be there
ziamath.config.precision = 2
logger = logging.getLogger(__name__)


class FormulaError(ValueError):
    """LaTeX that can't be drawn."""


def drawn(latex: str, display: bool) -> str:
    """The SVG of a formula, in the colour of the text around it.

    Raises `FormulaError` for a command that is unknown, which would otherwise be written out as it is, and for LaTeX
    that is none.
    """
    try:
        unknown = re.findall(r"\\\w+", convert(latex))
        if unknown:
            raise FormulaError(f"wanted commands that can be drawn, got {unknown[0]}")
        formula = ziamath.Latex(latex, size=UNITS, color="currentColor", inline=not display)
        svg = formula.svgxml()
    except FormulaError:
        raise
    except Exception as error:  # each of the two libraries raises in its own way
        raise FormulaError(f"wanted a formula, got {type(error).__name__} {error}") from error
    for side in ("width", "height"):
        svg.set(side, f"{float(svg.get(side, 0)) * EM / UNITS:.3f}em")
    _, top, _, height = map(float, svg.get("viewBox", "0 0 0 0").split())
    svg.set("style", f"vertical-align: {-(top + height) * EM / UNITS:.3f}em")
    svg.set("role", "img")
    svg.set("aria-label", latex)
    return ElementTree.tostring(svg, encoding="unicode")


def put(translator, node: nodes.Element, display: bool) -> None:
    """Write a formula into the page."""
    latex = node.astext().strip()
    tag = TAG.search(latex)
    try:
        svg = drawn(TAG.sub("", latex), display)
    except FormulaError as error:
        logger.warning("%s: %s", latex, error, location=node)
        svg = f"<code>{html.escape(latex)}</code>"
    if display:
        number = f'<span class="eqno">({html.escape(tag[1])})</span>' if tag else ""
        ids = "".join(f' id="{name}"' for name in node["ids"][:1])
        translator.body.append(f'<div class="math"{ids}><div class="formula">{svg}</div>{number}</div>\n')
    else:
        translator.body.append(f'<span class="math">{svg}</span>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Enter the renderer."""
    app.add_html_math_renderer(
        "drawn",
        (lambda translator, node: put(translator, node, display=False), None),
        (lambda translator, node: put(translator, node, display=True), None),
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
