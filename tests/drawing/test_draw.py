"""`handgrad.draw`: every node and edge is there, nothing overlaps, the picture is sound SVG and says so in words."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import handgrad
from autograd import Tensor, avg_pool2d, conv2d, cross_entropy, grad, sigmoid
from autograd.table import RULES, Rule
from handgrad.drawing.layout import crossings, layout
from handgrad.drawing.svg import STYLE
from handgrad.errors import DrawingError
from handgrad.report.equations import REPORT, claims_of
from handgrad.report.question import asked
from handgrad.report.symbols import Sizes

SVG = "{http://www.w3.org/2000/svg}"


def network():
    """The loss of a small convolutional network, and its tensors."""
    rng = np.random.default_rng(0)
    names = {
        "v": Tensor(rng.normal(size=(1, 1, 3, 3))),
        "q": Tensor(np.zeros(1)),
        "W": Tensor(rng.normal(size=(4, 3))),
        "b": Tensor(np.zeros(3)),
    }
    c = sigmoid(conv2d(rng.random((2, 1, 6, 6)), names["v"], names["q"]))
    names["a"] = avg_pool2d(c, 2).reshape(2, -1)
    return cross_entropy(names["a"] @ names["W"] + names["b"], np.eye(3)[[0, 2]]), names


def texts(drawing):
    return [node.text for node in ET.fromstring(drawing.svg).iter(f"{SVG}text")]


# What is drawn


def test_every_step_is_there_with_its_shape_value_and_operands():
    x = Tensor([1.0, 2.0])
    drawing = handgrad.draw(np.sum(x * x), {"x": x})
    assert [str(node) for node in drawing.graph.nodes] == [
        "x, (2,): value 1, 2",
        "multiply, (2,): value 1, 4",
        "sum, number: value 5",
    ]
    assert drawing.graph.edges == ((0, 1), (1, 2))
    assert [node.kind for node in drawing.graph.nodes] == ["input", "operation", "result"]
    assert texts(drawing) == ["x", "(2,)", "1, 2", "multiply", "(2,)", "1, 4", "sum", "number", "5"]
    root = ET.fromstring(drawing.svg)
    assert len(list(root.iter(f"{SVG}path"))) == 2 + 1  # the edges and the head of an arrow


def test_names_of_what_is_between_stand_before_their_operation():
    loss, names = network()
    drawn = {node.name for node in handgrad.draw(loss, names).graph.nodes}
    assert {"v", "q", "W", "b", "a = reshape", "convolution", "sigmoid", "average_pooling", "cross_entropy"} <= drawn


def test_a_tensor_alone_is_one_node():
    drawing = handgrad.draw(Tensor(np.zeros((2, 0))))
    assert str(drawing) == "a graph of 1 node\ninput, (2, 0): value empty"


def tripled_rule(x, /):
    return 3 * x, (lambda z_bar: 3 * z_bar,)


def test_an_operation_of_the_reader_s_own(monkeypatch):
    monkeypatch.setitem(RULES, np.cbrt, Rule(tripled_rule, 1, False))
    assert handgrad.draw(np.cbrt(Tensor(1.0))).graph.nodes[1].name == "tripled"


# Cotangents


def test_cotangents_are_the_gradient_and_leave_nothing_behind():
    drawing = handgrad.draw(*network(), cotangents=True)
    loss, names = network()
    assert all(node.cotangent is not None for node in drawing.graph.nodes)
    expected = grad(lambda b: cross_entropy(names["a"].value @ names["W"].value + b, np.eye(3)[[0, 2]]))(np.zeros(3))
    (shown,) = [node.cotangent for node in drawing.graph.nodes if node.name == "b"]
    assert shown == ", ".join(f"{x:.3g}" for x in expected)
    assert "bar: the cotangent" in drawing.svg
    handgrad.draw(loss, names, cotangents=True)
    assert all(x.grad is None for x in names.values())


def test_what_backward_left_is_shown():
    loss, names = network()
    assert "bar: the cotangent" not in handgrad.draw(loss, names).svg
    loss.backward()
    drawn = handgrad.draw(loss, names).graph.nodes
    assert [node.cotangent for node in drawn] == [
        node.cotangent for node in handgrad.draw(*network(), cotangents=True).graph.nodes
    ]


def test_no_cotangents_of_an_array():
    with pytest.raises(DrawingError, match=r"wanted a scalar to have cotangents, got a Tensor of shape \(2,\)"):
        handgrad.draw(Tensor([1.0, 2.0]) * 2, cotangents=True)


def test_inside_of_a_derivative_the_level_itself_is_drawn():
    drawn = []

    def cube(x):
        y = x * x * x
        if type(x) is Tensor:
            drawn.append(handgrad.draw(y, {"x": x}))
        return y

    grad(grad(cube))(2.0)
    assert [len(drawing.graph.nodes) for drawing in drawn] == [3]
    assert drawn[0].graph.nodes[-1].value == "8"


# Claims and verdicts


@pytest.mark.parametrize("claim", [claim for claim in REPORT if claim.letters], ids=lambda claim: claim.id)
def test_what_every_claim_differentiates_can_be_drawn(claim):
    drawing = handgrad.draw(claim)
    assert drawing.title.startswith(f"{claim.title}: {claim.states}, a graph of ")
    names = [node.name for node in drawing.graph.nodes if node.kind == "input"]
    assert set(names) == set(claim.with_respect_to or (letter.name for letter in claim.letters))


def test_letters_on_the_way_are_known_by_their_values():
    claim = next(claim for claim in REPORT if claim.id == "eq15-weights")
    named = {node.name.split(" = ")[0] for node in handgrad.draw(claim).graph.nodes if " = " in node.name}
    assert named == {"d", "c", "a", "x", "y_hat"}


def test_a_question_is_drawn_as_the_claim_at_its_own_point():
    (claim,) = claims_of(["10"], part="input")
    question = asked(claim, "right", 3, Sizes(K=4))
    assert any(node.shape == "(1, 4)" for node in handgrad.draw(question).graph.nodes)
    assert handgrad.draw(question).svg != handgrad.draw(claim).svg


def test_a_claim_without_a_function_of_letters():
    (entries,) = claims_of(["11"], part="entries")
    with pytest.raises(DrawingError, match=r"wanted a claim about a function of letters, got \(11\) entries"):
        handgrad.draw(entries)


@pytest.mark.parametrize("what", [1.0, np.zeros(2), "loss", None, lambda x: x])
def test_what_has_no_graph(what):
    with pytest.raises(DrawingError, match="wanted a Tensor, or a claim or a question about one, got"):
        handgrad.draw(what)


def test_a_graph_that_is_too_large_is_told_and_may_be_asked_for():
    x = y = Tensor(1.0)
    for _ in range(400):
        y = y + x
    with pytest.raises(DrawingError, match="wanted a graph of at most 300 nodes, got 401: draw a part of it"):
        handgrad.draw(y)
    assert len(handgrad.draw(y, most=401).graph.nodes) == 401


# The picture


def test_the_picture_is_described_for_those_who_hear_it():
    loss, names = network()
    root = ET.fromstring(handgrad.draw(loss, names).svg)
    assert root.get("role") == "img"
    ids = root.get("aria-labelledby").split()
    described = {child.get("id"): child.text for child in root if child.tag in (f"{SVG}title", f"{SVG}desc")}
    assert list(described) == ids
    assert described[ids[0]] == "a graph of 11 nodes"
    assert "matmul, (2, 3): value" in described[ids[1]]
    assert "; from a = reshape, W" in described[ids[1]] or "; from W, a = reshape" in described[ids[1]]


def test_names_are_escaped():
    x = Tensor(1.0)
    drawing = handgrad.draw(x + 1, {'<script>alert("&")</script>': x})
    assert "<script" not in drawing.svg
    assert any(text.startswith("<script>") for text in texts(drawing))
    (claim,) = claims_of(["12"])
    title = ET.fromstring(handgrad.draw(replace(claim, states="</title><b>")).svg).find(f"{SVG}title")
    assert "</title><b>" in title.text


def test_a_long_name_is_cut_in_the_picture_and_whole_in_the_description():
    x, name = Tensor(1.0), "n" * 80
    drawing = handgrad.draw(x + 1, {name: x})
    assert name not in texts(drawing)
    assert name in ET.fromstring(drawing.svg).find(f"{SVG}desc").text


def boxes(drawing):
    found = []
    for group in ET.fromstring(drawing.svg).iter(f"{SVG}g"):
        rect = group.find(f"{SVG}rect")
        found.append([float(rect.get(name)) for name in ("x", "y", "width", "height")])
    return found


def test_no_box_overlaps_another_and_all_lie_in_the_picture():
    loss, names = network()
    drawing = handgrad.draw(loss, names)
    root = ET.fromstring(drawing.svg)
    placed = boxes(drawing)
    assert len(placed) == len(drawing.graph.nodes)
    for i, (x, y, w, h) in enumerate(placed):
        assert x >= 0 <= y
        assert x + w <= float(root.get("width"))
        assert y + h <= float(root.get("height"))
        for x2, y2, w2, h2 in placed[:i]:
            assert x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y


def test_the_same_graph_gives_the_same_bytes_and_two_graphs_no_common_id():
    one, same = handgrad.draw(*network()).svg, handgrad.draw(*network()).svg
    other = handgrad.draw(Tensor(1.0) * 2).svg
    assert one == same
    ids = [set(re.findall(r'id="([^"]+)"', svg)) for svg in (one, other)]
    assert ids[0]
    assert not ids[0] & ids[1]


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_light_and_dark(scheme):
    rules = STYLE.split("@media")[scheme == "dark"]

    def colour(selector, what):
        return re.search(rf"\.handgrad-graph {selector} {{[^}}]*?{what}: (#\w+)", rules).group(1)

    papers = [colour(name, "fill") for name in (r"\.paper", r"\.box", r"\.input \.box", r"\.result \.box")]
    inks = [colour(name, "fill") for name in ("text", r"\.shape", r"\.bar")]
    assert all(contrast(ink, paper) >= 4.5 for ink in inks for paper in papers)
    light = luminance(papers[0])
    assert light > 0.9 if scheme == "light" else light < 0.05


def test_it_shows_itself_and_is_saved(tmp_path):
    drawing = handgrad.draw(*network())
    assert drawing._repr_svg_() == drawing.svg
    assert drawing.svg in drawing._repr_html_()
    assert repr(drawing) == "<Drawing of a graph of 11 nodes>"
    file = tmp_path / "graph.svg"
    drawing.save(file)
    assert file.read_text("utf-8") == drawing.svg
    with pytest.raises(DrawingError, match="wanted a new file, got one that there is already"):
        drawing.save(file)
    handgrad.draw(Tensor(1.0)).save(str(file), force=True)
    assert file.read_text("utf-8") == handgrad.draw(Tensor(1.0)).svg


@pytest.mark.parametrize(
    ("name", "words"),
    [("graph.png", "wanted a file .svg, got .png"), ("graph", "got no suffix"), ("no/graph.svg", "got no folder")],
)
def test_where_it_can_not_be_saved(tmp_path, name, words):
    with pytest.raises(DrawingError, match=words):
        handgrad.draw(Tensor(1.0)).save(tmp_path / name)


def test_a_folder_is_not_written_over(tmp_path):
    (tmp_path / "graph.svg").mkdir()
    with pytest.raises(DrawingError, match="wanted a new file"):
        handgrad.draw(Tensor(1.0)).save(tmp_path / "graph.svg", force=True)


# The layout


@st.composite
def graphs(draw):
    """Nodes and edges from smaller to larger numbers."""
    count = draw(st.integers(1, 14))
    pairs = [(i, j) for j in range(count) for i in range(j)]
    return count, draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []


@given(graphs())
def test_edges_lead_to_the_right_and_nothing_shares_a_place(graph):
    count, edges = graph
    found = layout(count, edges)
    assert len(found.layers) == len(found.heights) == count
    assert set(found.bends) == set(edges)
    for start, end in edges:
        passed = [layer for layer, _ in found.bends[start, end]]
        assert passed == list(range(found.layers[start] + 1, found.layers[end]))
        assert found.layers[start] < found.layers[end]
    # Nodes, and what passes between them: an edge may share its way with others from the same node alone.
    places = {("node", i): (found.layers[i], found.heights[i]) for i in range(count)}
    places |= {(start, layer): (layer, y) for (start, _), bends in found.bends.items() for layer, y in bends}
    listed = list(places.values())
    for i, (layer, height) in enumerate(listed):
        assert height >= 0
        for other, beside in listed[:i]:
            assert layer != other or abs(height - beside) >= 1 - 1e-9


@given(graphs())
def test_an_operation_stands_just_behind_its_last_operand(graph):
    count, edges = graph
    found = layout(count, edges)
    for node in range(count):
        before = [found.layers[start] for start, end in edges if end == node]
        after = [found.layers[end] for start, end in edges if start == node]
        if before:
            assert found.layers[node] == max(before) + 1
        elif after:
            assert found.layers[node] == min(after) - 1


def test_crossings_that_can_be_avoided_are():
    edges = [(0, 5), (1, 4), (2, 3)]  # three strands that cross as they are numbered
    found = layout(6, edges)
    rows = [sorted(range(i, i + 3), key=found.heights.__getitem__) for i in (0, 3)]
    assert crossings([[0, 1, 2], [3, 4, 5]], edges) == 3
    assert crossings(rows, edges) == 0
