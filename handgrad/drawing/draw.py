"""`handgrad.draw`: the graph of a tensor, or of what a claim differentiates, as a picture."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

from autograd.tensor import Tensor
from handgrad.atomic_write import write_whole
from handgrad.checking.diagnosis.trace import holds, ordered
from handgrad.drawing.graph import Graph, graph_of
from handgrad.drawing.layout import layout
from handgrad.drawing.svg import svg_of
from handgrad.errors import DrawingError
from handgrad.report.claims import Claim
from handgrad.report.question import Question
from handgrad.report.symbols import Sizes
from handgrad.values import Values

MOST = 300  # nodes that can still be told apart


@dataclass(frozen=True)
class Drawing:
    """A picture: `svg` is its text; a notebook shows it by itself, `print` lists the nodes."""

    title: str
    graph: Graph
    svg: str = field(repr=False)

    def save(self, path: str | PathLike[str], force: bool = False) -> None:
        """Write the picture to a file, whole or not at all.

        Raises `DrawingError` where the file's name does not end in .svg, and where there is one already, unless
        `force` is set.
        """
        file = Path(path)
        folder = file.absolute().parent
        if file.suffix.lower() != ".svg":
            raise DrawingError(f"{file}: wanted a file .svg, got {file.suffix or 'no suffix'}")
        if not folder.is_dir():
            raise DrawingError(f"{file}: wanted a file in a folder that there is, got no folder {folder}")
        if file.exists() and not (force and file.is_file()):
            raise DrawingError(f"{file}: wanted a new file, got one that there is already; force=True writes over it")
        write_whole(file, self.svg.encode())

    def __str__(self) -> str:
        return f"{self.title}\n{self.graph}"

    def __repr__(self) -> str:
        return f"<Drawing of {self.title}>"

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        return f'<div style="overflow-x: auto">{self.svg}</div>'


def draw(
    what: Any, names: Mapping[str, Tensor] | None = None, *, cotangents: bool = False, most: int = MOST
) -> Drawing:
    """The graph of a `Tensor`, from its inputs on the left to itself on the right.

    Each node shows its operation, shape and first entries, and its cotangent once `backward` ran, or with
    `cotangents` at once, nothing being left in any `.grad`. `names` gives names to tensors. A claim, or a question
    about one, is drawn as the function that is differentiated, with its letters, at a random point.

    Raises `DrawingError` for anything else, for a graph of more than `most` nodes, and for cotangents of no scalar.

    >>> import numpy as np
    >>> x = Tensor([1.0, 2.0])
    >>> print(draw(np.sum(x * x), {"x": x}, cotangents=True))
    a graph of 3 nodes
    x, (2,): value 1, 2, cotangent 2, 4
    multiply, (2,): value 1, 4, cotangent 1, 1; from x
    sum, number: value 5, cotangent 1; from multiply
    """
    title = ""
    if isinstance(what, Question | Claim):
        claim, seed, sizes = (what, 0, Sizes()) if isinstance(what, Claim) else (what.claim, what.seed, what.sizes)
        title = f"{claim.title}: {claim.states}, "
        what, names = traced(claim, seed, sizes)
        cotangents = cotangents or what.shape == ()
    if not isinstance(what, Tensor):
        raise DrawingError(f"draw: wanted a Tensor, or a claim or a question about one, got {type(what).__name__}")
    graph = graph_of(what, names or {}, cotangents, most)
    title += f"a graph of {len(graph.nodes)} node{'s' * (len(graph.nodes) != 1)}"
    return Drawing(title, graph, svg_of(graph, layout(len(graph.nodes), graph.edges), title))


def traced(claim: Claim, seed: int, sizes: Sizes) -> tuple[Tensor, dict[str, Tensor]]:
    """What a claim differentiates at a random point, and its tensors by their letters.

    Raises `DrawingError` for a claim that is about no function of its letters.
    """
    values = claim.draw(seed, 0, sizes)
    by = claim.with_respect_to or tuple(letter.name for letter in claim.letters)
    leaves = {name: Tensor(values[name]) for name in by}
    result = claim.function(Values(values | leaves))
    if not isinstance(result, Tensor):
        raise DrawingError(f"draw: wanted a claim about a function of letters, got {claim.title}")
    between = {name: x for name, x in claim.complete(values).items() if name not in values}
    found = {name: node for name, x in between.items() for node in ordered(result) if holds(node, x)}
    return result, found | leaves
