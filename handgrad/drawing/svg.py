"""A graph with its layout as one SVG: readable on a light and on a dark screen, and by one who hears it."""

import html
import zlib
from collections.abc import Sequence

from handgrad.drawing.graph import Graph, Node
from handgrad.drawing.layout import Layout

CHARACTER, LINE, PADDING = 7.25, 17, 9  # of the typeface, in pixels; lines of a box; around its text
GAP, ROW_GAP, MARGIN = 36, 18, 16  # between layers, between boxes of one layer, around all
LONGEST = 34  # characters of a line
LEGEND = "bar: the cotangent, the derivative of the result by what stands in the box"
STYLE = """
.handgrad-graph { font: 12px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; color-scheme: light dark }
.handgrad-graph .paper { fill: #ffffff } .handgrad-graph text { fill: #1f2328 }
.handgrad-graph .box { fill: #f6f8fa; stroke: #59636e } .handgrad-graph .input .box { fill: #ddf4ff; stroke: #0550ae }
.handgrad-graph .result .box { fill: #fff8c5; stroke: #7d4e00; stroke-width: 2.5 }
.handgrad-graph .name { font-weight: bold }
.handgrad-graph .shape { fill: #59636e } .handgrad-graph .bar { fill: #6639ba }
.handgrad-graph .edge { fill: none; stroke: #818b98; stroke-width: 1.4 } .handgrad-graph .head { fill: #818b98 }
@media (prefers-color-scheme: dark) {
.handgrad-graph .paper { fill: #0d1117 } .handgrad-graph text { fill: #f0f6fc }
.handgrad-graph .box { fill: #212830; stroke: #9198a1 } .handgrad-graph .input .box { fill: #10233d; stroke: #58a6ff }
.handgrad-graph .result .box { fill: #2d2410; stroke: #e3b341 }
.handgrad-graph .shape { fill: #9198a1 } .handgrad-graph .bar { fill: #d2a8ff }
}
"""


class Places:
    """Where everything stands, in pixels."""

    def __init__(self, graph: Graph, layout: Layout):
        self.graph, self.layout = graph, layout
        self.widths = [0.0] * (max(layout.layers, default=0) + 1)
        for node, layer in zip(graph.nodes, layout.layers, strict=True):
            self.widths[layer] = max(self.widths[layer], width_of(node))
        self.left = [MARGIN + sum(self.widths[:i]) + GAP * i for i in range(len(self.widths))]
        self.tall = max(height_of(node) for node in graph.nodes)
        self.width = self.left[-1] + self.widths[-1] + MARGIN
        passed = [height for bends in layout.bends.values() for _, height in bends]
        self.bottom = self.middle(max([*layout.heights, *passed])) + self.tall / 2 + MARGIN

    def middle(self, height: float) -> float:
        """The middle of what stands so many rows down."""
        return MARGIN + self.tall / 2 + height * (self.tall + ROW_GAP)

    def way(self, start: int, end: int) -> str:
        """The path from one node to another."""
        layers, heights = self.layout.layers, self.layout.heights
        stops = [(self.left[layers[start]] + width_of(self.graph.nodes[start]), self.middle(heights[start]))]
        for layer, height in self.layout.bends[start, end]:
            x, y = self.left[layer], self.middle(height)
            stops += [(x, y), (x + self.widths[layer], y)]
        return curve([*stops, (self.left[layers[end]], self.middle(heights[end]))])


def svg_of(graph: Graph, layout: Layout, title: str) -> str:
    """The whole picture; the same graph gives the same bytes."""
    places = Places(graph, layout)
    has_bars = any(node.cotangent is not None for node in graph.nodes)
    legend = (len(LEGEND) * CHARACTER + 2 * MARGIN) * has_bars
    size = f"{max(places.width, legend):.0f}", f"{places.bottom + LINE * has_bars:.0f}"
    name = f"handgrad-{zlib.crc32(f'{title}{graph}{layout}'.encode()):08x}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="handgrad-graph" style="max-width: none" width="{size[0]}" '
        f'height="{size[1]}" viewBox="0 0 {size[0]} {size[1]}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc">',
        f'<title id="{name}-title">{html.escape(title)}</title><desc id="{name}-desc">{html.escape(str(graph))}</desc>',
        f"<style>{STYLE}</style>",
        f'<defs><marker id="{name}-head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto"><path class="head" d="M0 0 8 4 0 8z"/></marker></defs>',
        '<rect class="paper" width="100%" height="100%" rx="6"/>',
    ]
    end = f'marker-end="url(#{name}-head)"'
    parts += [f'<path class="edge" d="{places.way(*edge)}" {end}/>' for edge in graph.edges]
    stands = zip(graph.nodes, layout.layers, layout.heights, strict=True)
    parts += [box(node, places.left[layer], places.middle(height)) for node, layer, height in stands]
    if has_bars:
        parts.append(f'<text class="shape" x="{MARGIN}" y="{places.bottom:.0f}">{LEGEND}</text>')
    return "\n".join([*parts, "</svg>\n"])


def lines_of(node: Node) -> list[tuple[str, str]]:
    """What stands in a box, line by line, each with its class."""
    lines = [("name", node.name), ("value", node.value)]
    return lines if node.cotangent is None else [*lines, ("bar", f"bar {node.cotangent}")]


def cut(text: str) -> str:
    """A line that fits; what is left out is in the description."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def width_of(node: Node) -> float:
    """The width of a box."""
    (_, name), *others = lines_of(node)
    longest = max(len(cut(name)) + 1 + len(node.shape), *(len(cut(text)) for _, text in others))
    return longest * CHARACTER + 2 * PADDING


def height_of(node: Node) -> float:
    """The height of a box."""
    return len(lines_of(node)) * LINE + 2 * PADDING - 4


def box(node: Node, x: float, middle: float) -> str:
    """One node: an input is round, the result has a thick edge."""
    width, height = width_of(node), height_of(node)
    y = middle - height / 2
    parts = [
        f'<g class="{node.kind}"><rect class="box" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'rx="{14 if node.kind == "input" else 3}"/>'
    ]
    for i, (kind, text) in enumerate(lines_of(node)):
        at = f'y="{y + PADDING + LINE * i + 10:.1f}"'
        parts.append(f'<text class="{kind}" x="{x + PADDING:.1f}" {at}>{html.escape(cut(text))}</text>')
        if kind == "name":
            end = x + width - PADDING
            parts.append(f'<text class="shape" x="{end:.1f}" text-anchor="end" {at}>{html.escape(node.shape)}</text>')
    return "".join([*parts, "</g>"])


def curve(stops: Sequence[tuple[float, float]]) -> str:
    """A smooth path that leaves and meets every stop horizontally."""
    (x, y), *others = stops
    parts = [f"M{x:.1f} {y:.1f}"]
    for end, down in others:
        half = (x + end) / 2
        parts.append(f"C{half:.1f} {y:.1f} {half:.1f} {down:.1f} {end:.1f} {down:.1f}")
        x, y = end, down
    return "".join(parts)
