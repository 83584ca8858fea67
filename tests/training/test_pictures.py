"""Pictures: what they show, that the same content gives the same bytes, and that nothing global changes."""

import errno
import itertools
import math
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from handgrad.errors import DataError, MissingExtraError, TrainingError
from handgrad.training import curves as curves_module
from handgrad.training import pictures as pictures_module
from handgrad.training.curves import draw_curves, gaps
from handgrad.training.model import Model
from handgrad.training.pictures import confusion, draw_model, weight_images

SVG = "{http://www.w3.org/2000/svg}"
CURVES = {"by hand": [(0.0, 2.3), (10.0, 1.1), (20.0, 0.4)], "automatic": [(0.0, 2.3), (10.0, 1.1), (20.0, 0.4)]}
KINDS = {".svg": b"<?xml", ".png": b"\x89PNG", ".pdf": b"%PDF"}


def network(name: str, size: int) -> Model:
    rng = np.random.default_rng(size)
    if name == "cnn":
        shapes = {"v": (25, size), "q": (size,), "W": (144 * size, 10), "b": (10,)}
    else:
        shapes = {"v": (784, size), "gamma": (size,), "w": (size, 10), "theta": (10,)}
    return Model(name, {letter: rng.normal(size=shape) for letter, shape in shapes.items()})


COUNTS = np.diag([90, 80, 70, 60, 50, 40, 30, 20, 10, 0]) + np.eye(10, k=1, dtype=int) * 3


def draw(kind: str, path: Path, force: bool = False) -> None:
    if kind == "curves":
        draw_curves(CURVES, path, "cnn", force=force)
    else:
        draw_model(network("cnn", 4), COUNTS, path, force=force)


@pytest.fixture
def figures(monkeypatch):
    """The figures that are drawn, before they are written."""
    seen = []
    for module in (curves_module, pictures_module):
        write = module.write_figure
        monkeypatch.setattr(
            module, "write_figure", lambda figure, path, write=write: (seen.append(figure), write(figure, path))[1]
        )
    return seen


# Files


@pytest.mark.parametrize("kind", ["curves", "model"])
@pytest.mark.parametrize("suffix", [".svg", ".png", ".pdf", ".SVG"])
def test_a_picture_is_what_its_suffix_says(tmp_path, kind, suffix):
    draw(kind, tmp_path / f"a{suffix}")
    assert (tmp_path / f"a{suffix}").read_bytes().startswith(KINDS[suffix.lower()])
    assert [file.name for file in tmp_path.iterdir()] == [f"a{suffix}"]


@pytest.mark.parametrize("kind", ["curves", "model"])
@pytest.mark.parametrize("suffix", [".svg", ".png", ".pdf"])
def test_the_same_content_gives_the_same_bytes_at_any_time(tmp_path, monkeypatch, kind, suffix):
    draw(kind, tmp_path / f"a{suffix}")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")  # matplotlib's own way to another date
    draw(kind, tmp_path / f"b{suffix}")
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_another_content_gives_another_picture(tmp_path):
    draw_curves(CURVES, tmp_path / "a.svg", "cnn")
    draw_curves(CURVES | {"automatic": [(0.0, 2.3), (10.0, 1.1), (20.0, 0.5)]}, tmp_path / "b.svg", "cnn")
    assert (tmp_path / "a.svg").read_bytes() != (tmp_path / "b.svg").read_bytes()


@pytest.mark.parametrize("kind", ["curves", "model"])
def test_the_users_own_settings_neither_show_nor_change(tmp_path, kind):
    draw(kind, tmp_path / "a.svg")
    with matplotlib.rc_context({"svg.fonttype": "none", "font.size": 30, "axes.facecolor": "red"}):
        before = settings()
        draw(kind, tmp_path / "b.svg")
        assert settings() == before
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def settings() -> dict:
    """All but the backend: to ask for that chooses one."""
    return {name: matplotlib.rcParams[name] for name in matplotlib.rcParams if name != "backend"}


def test_no_window_system_is_asked_for(tmp_path):
    code = f"""
import sys
from handgrad.training.curves import draw_curves
draw_curves({{"a": [(0, 2.0), (1, 1.0)]}}, {str(tmp_path / "a.png")!r}, "cnn")
assert "matplotlib.pyplot" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ | {"MPLBACKEND": "qtagg"})
    assert (tmp_path / "a.png").exists()


@pytest.mark.parametrize("kind", ["curves", "model"])
@pytest.mark.parametrize("name", ["loss", "loss.gif", "loss.svgz", "loss.png.txt", ".png"])
def test_other_suffixes_are_refused(tmp_path, kind, name):
    with pytest.raises(TrainingError, match=r"wanted a picture \.svg, \.png, \.pdf, got"):
        draw(kind, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["curves", "model"])
def test_a_file_is_written_over_only_by_force(tmp_path, kind):
    path = tmp_path / "a.svg"
    path.write_text("my own drawing")
    with pytest.raises(TrainingError, match="--force"):
        draw(kind, path)
    assert path.read_text() == "my own drawing"
    draw(kind, path, force=True)
    assert path.read_bytes().startswith(b"<?xml")


@pytest.mark.parametrize("kind", ["curves", "model"])
def test_places_where_nothing_can_be_drawn(tmp_path, kind):
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(TrainingError, match="got a folder"):
        draw(kind, tmp_path / "folder.svg", force=True)
    with pytest.raises(TrainingError, match="got no folder"):
        draw(kind, tmp_path / "none" / "a.svg")
    os.mkfifo(tmp_path / "pipe.svg")
    with pytest.raises(TrainingError, match="no ordinary file"):
        draw(kind, tmp_path / "pipe.svg", force=True)


@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_picture_and_nothing_else(tmp_path, monkeypatch, failure):
    def fail(*arguments):
        raise failure

    (tmp_path / "a.svg").write_text("old")
    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(type(failure)):
        draw("curves", tmp_path / "a.svg", force=True)
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"a.svg": "old"}


@pytest.mark.parametrize("kind", ["curves", "model"])
def test_without_matplotlib_the_message_says_how_to_get_it(tmp_path, monkeypatch, kind):
    for module in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=r"\[plot\]"):
        draw(kind, tmp_path / "a.svg")
    assert list(tmp_path.iterdir()) == []


# Curves


def lines(axes) -> dict:
    return {
        line.get_label().partition(":")[0]: line for line in axes.get_lines() if not line.get_label().startswith("_")
    }


def test_every_curve_is_drawn_where_it_is(tmp_path, figures):
    draw_curves({"a": [(0, 2.0), (5, 0.5)], "b": [(0, 4.0), (5, 8.0)]}, tmp_path / "a.svg", "both")
    axes = figures[0].axes[0]
    assert axes.get_yscale() == "log"
    assert axes.get_title(loc="left") == "both"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("step", "loss")
    drawn = lines(axes)
    np.testing.assert_array_equal(drawn["a"].get_xydata(), [[0, 2.0], [5, 0.5]])
    np.testing.assert_array_equal(drawn["b"].get_xydata(), [[0, 4.0], [5, 8.0]])
    assert {text.get_text() for text in axes.get_legend().get_texts()} == {"a", "b"}


def test_no_two_curves_look_alike(tmp_path, figures):
    draw_curves({f"curve {i}": [(0, 1.0 + i), (1, 2.0 + i)] for i in range(6)}, tmp_path / "a.svg", "six")
    drawn = lines(figures[0].axes[0])
    assert len({(line.get_linestyle(), line.get_linewidth()) for line in drawn.values()}) == 6  # without colour too
    assert len({line.get_color() for line in drawn.values()}) == 6
    widths = [drawn[f"curve {i}"].get_linewidth() for i in range(6)]
    assert all(later < earlier for earlier, later in itertools.pairwise(widths))  # or one would cover another


def test_of_two_equal_curves_both_are_seen(tmp_path, figures):
    path = tmp_path / "a.png"
    draw_curves(CURVES, path, "equal")
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB")).reshape(-1, 3)
    for line in lines(figures[0].axes[0]).values():
        rgb = np.round(255 * np.array(matplotlib.colors.to_rgb(line.get_color())))
        assert np.sum(np.all(pixels == rgb, axis=1)) > 500


def test_where_values_end_there_is_a_cross_and_the_name_says_so(tmp_path, figures):
    nan = math.nan
    points = [(0, 2.0), (1, 1.0), (2, nan), (3, math.inf), (4, 3.0), (5, -math.inf)]
    draw_curves({"printed": points, "right": [(0, 2.0), (5, 1.0)]}, tmp_path / "a.svg", "cnn")
    axes = figures[0].axes[0]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "printed: no value from step 2 to 3 and from step 5",
        "right",
    ]
    crosses = [marks.get_offsets() for marks in axes.collections if len(marks.get_offsets())]
    assert len(crosses) == 1
    np.testing.assert_array_equal(crosses[0], [[1, 1.0], [4, 3.0]])
    np.testing.assert_array_equal(lines(axes)["printed"].get_ydata(), [2.0, 1.0, nan, nan, 3.0, nan])


@given(st.lists(st.booleans(), min_size=1, max_size=12))
def test_gaps_say_exactly_which_steps_have_no_value(valued):
    words = gaps([(float(step), 1.0 if there else math.nan) for step, there in enumerate(valued)])
    without = set()
    for first, last in re.findall(r"from step (\d+)(?: to (\d+))?", words):
        without |= set(range(int(first), int(last) + 1 if last else len(valued)))
    assert without == {step for step, there in enumerate(valued) if not there}
    assert bool(words) == (not all(valued))


@pytest.mark.parametrize(
    "curve",
    [
        [(0, math.nan)],
        [(0, math.nan), (1, math.inf)],
        [(0, 0.0)],
        [(0, 0.0), (1, 0.0)],
        [(0, 1.0), (1, 0.0)],
        [(0, 1.0)],
        [(0, 1e-300), (1, 1e300)],
        [(0, 2.301), (1, 2.302)],
        [(0, 1.0), (1, 1.0)],
        [(i, math.exp(-i / 1000)) for i in range(5000)],
    ],
)
def test_odd_curves_are_drawn(tmp_path, curve):
    draw_curves({"odd": curve, "empty": []}, tmp_path / "a.png", "odd $ _ ^ {")
    with Image.open(tmp_path / "a.png") as image:
        assert image.size[0] == 1200  # 8 inches of 150 dots


def test_a_narrow_range_still_has_numbers_at_its_axis(tmp_path, figures):
    for low, high in ((3.1, 3.2), (1.1, 2.3), (0.01, 2.0), (1e-9, 1.0)):
        draw_curves({"a": [(0, high), (1, low)]}, tmp_path / "a.png", "narrow", force=True)
        axes = figures[-1].axes[0]
        bottom, top = axes.get_ylim()
        shown = [
            text
            for text in (
                label.get_text().replace("\N{MINUS SIGN}", "-") for label in axes.get_yticklabels(which="both")
            )
            if text and bottom <= float(text) <= top
        ]
        assert len(shown) >= 2, (low, high)


def test_no_curve_is_refused(tmp_path):
    for none in ({}, {"a": []}):
        with pytest.raises(TrainingError, match="at least one point"):
            draw_curves(none, tmp_path / "a.svg", "none")


# What a network has learnt


def test_confusion_counts_pairs():
    rng = np.random.default_rng(0)
    labels, predicted = rng.integers(0, 10, 500), rng.integers(0, 10, 500).astype(np.uint8)
    expected = np.zeros((10, 10), int)
    for label, guess in zip(labels, predicted, strict=True):
        expected[label, guess] += 1
    np.testing.assert_array_equal(confusion(labels, predicted), expected)
    np.testing.assert_array_equal(confusion(labels.astype(np.uint8), predicted), expected)


@pytest.mark.parametrize(
    ("labels", "predicted"),
    [([1, 2], [1]), ([[1]], [[1]]), ([10], [1]), ([1], [10]), ([-1], [1]), ([1.0], [1]), ([1], [math.nan])],
)
def test_confusion_refuses_what_are_no_digits(labels, predicted):
    with pytest.raises(DataError, match="wanted"):
        confusion(np.array(labels), np.array(predicted))


def test_weights_are_seen_the_way_the_network_uses_them():
    model = network("cnn", 3)
    for f in range(3):
        for row in range(5):
            for column in range(5):
                assert weight_images(model)[f, row, column] == model.parameters["v"][5 * row + column, f]
    dense = network("dense", 2)
    assert weight_images(dense)[1, 3, 7] == dense.parameters["v"][3 * 28 + 7, 1]


@pytest.mark.parametrize(("name", "size", "shown"), [("cnn", 1, 1), ("cnn", 7, 7), ("cnn", 40, 25), ("dense", 3, 3),
                                                     ("dense", 30, 25)])  # fmt: skip
def test_the_weights_and_the_counts_are_drawn(tmp_path, figures, name, size, shown):
    model = network(name, size)
    draw_model(model, COUNTS, tmp_path / "a.svg")
    weights, counts = figures[0].subfigs
    images = [axes.images[0] for axes in weights.axes if axes.images]
    drawn = [image for image in images if image.get_array().ndim == 2 and image.get_array().shape[0] in (5, 28)]
    assert len(drawn) == shown
    for index, image in enumerate(drawn):
        np.testing.assert_array_equal(image.get_array(), weight_images(model)[index])
        assert image.norm.vmin == -image.norm.vmax == -np.abs(weight_images(model)[:shown]).max()
    written = {(t.get_position()[1], t.get_position()[0]): t.get_text() for t in counts.axes[0].texts}
    assert written == {(r, c): str(COUNTS[r, c]) if COUNTS[r, c] else "·" for r in range(10) for c in range(10)}
    assert counts.get_suptitle() == "450 of 477 test images right (94.3 %)"  # 450/477 = 0.94339...


def test_signs_differ_in_grey():
    """The darker, the more negative, over the whole scale: then a copy without colour is read rightly."""
    colours = matplotlib.colormaps[pictures_module.WEIGHTS](np.linspace(0, 1, 64))[:, :3]
    lightness = colours @ [0.299, 0.587, 0.114]
    assert np.all(np.diff(lightness) > 0)
    assert lightness[-1] - lightness[0] > 0.6


def test_text_stands_out_from_what_it_is_written_on(tmp_path, figures):
    def luminance(colour) -> float:
        parts = np.array(matplotlib.colors.to_rgb(colour))
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    counts = np.random.default_rng(0).integers(0, 40, (10, 10))
    draw_model(network("cnn", 4), counts, tmp_path / "a.svg")
    for axes in [*figures[0].subfigs[0].axes[:4], figures[0].subfigs[1].axes[0]]:
        picture = axes.images[0]
        for text in axes.texts:
            column, row = text.get_position()
            ground = picture.cmap(picture.norm(picture.get_array()[row, column]))
            light, dark = sorted((luminance(ground), luminance(text.get_color())), reverse=True)
            if text.get_text() != "·":
                assert (light + 0.05) / (dark + 0.05) > 3  # WCAG 2.1 wants 3 of large text


@pytest.mark.parametrize("scale", [0.0, 1e-12, 1e-3, 12.0, 1e9])
def test_weights_of_any_size_are_drawn(tmp_path, scale):
    model = network("cnn", 2)
    small = Model("cnn", model.parameters | {"v": model.parameters["v"] * scale})
    draw_model(small, np.zeros((10, 10), int), tmp_path / "a.svg")  # and no image at all was tested
    ElementTree.parse(tmp_path / "a.svg")


def test_counts_of_another_shape_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"\(10, 10\), got \(9, 9\)"):
        draw_model(network("cnn", 1), np.zeros((9, 9), int), tmp_path / "a.svg")
