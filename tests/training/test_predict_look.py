"""The commands `predict` and `look` as a user types them."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from handgrad.commands.cli import Commands
from handgrad.commands.look import look
from handgrad.commands.predict import predict
from handgrad.training.drawn import drawn
from handgrad.training.model import Model, save

DIGITS = Commands(commands={"predict": predict, "look": look})


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(DIGITS, [str(argument) for argument in arguments], catch_exceptions=False)


def refused(*arguments: str | Path) -> str:
    """What a refusal says: one line after click's usage, exit status 2, nothing on stdout."""
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    lines = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert len(lines) == 1
    assert result.stderr.endswith(lines[0] + "\n")
    return lines[0]


# Networks whose answers are known without computing them: ink in a corner decides.


def favourite(digit: int, settings: dict | None = None) -> Model:
    """A convolutional network that always names one digit: its probability is e^2 / (e^2 + 9)."""
    bias = np.where(np.arange(10) == digit, 2.0, 0.0)
    parameters = {"v": np.zeros((25, 1)), "q": np.zeros(1), "W": np.zeros((144, 10)), "b": bias}
    return Model("cnn", parameters, settings=settings or {})


def corner() -> Model:
    """A dense network that names 7 where the first pixel is ink, and 2 where it is not; a sigmoid for each digit."""
    v, w, theta = np.zeros((784, 1)), np.zeros((1, 10)), np.zeros(10)
    v[0, 0], gamma = 200.0, np.array([100.0])  # the hidden neuron is on with ink, off without
    w[0, 7], theta[7], theta[2] = 8.0, 4.0, -1.0
    return Model("dense", {"v": v, "gamma": gamma, "w": w, "theta": theta})


def sigmoid(x: float) -> float:
    return float(1 / (1 + np.exp(-x)))


@pytest.fixture
def cnn(tmp_path) -> Path:
    save(favourite(3), tmp_path / "cnn.npz")
    return tmp_path / "cnn.npz"


@pytest.fixture
def dense(tmp_path) -> Path:
    save(corner(), tmp_path / "dense.npz")
    return tmp_path / "dense.npz"


@pytest.fixture
def images(tmp_path) -> Path:
    array = np.zeros((2, 28, 28))
    array[1, 0, 0] = 1.0
    np.save(tmp_path / "two.npy", array)
    return tmp_path / "two.npy"


# predict


def test_predict_names_the_digit_with_its_outputs(dense, images):
    result = run("predict", dense, images, "--json")
    assert result.exit_code == 0
    assert result.stderr == ""
    found = json.loads(result.stdout)
    assert [(x["file"], x["index"], x["digit"]) for x in found] == [(str(images), 0, 2), (str(images), 1, 7)]
    for image, hidden in zip(found, (0.0, 1.0), strict=True):
        assert set(image) == {"file", "index", "digit", "outputs"}
        expected = [sigmoid({2: 1.0, 7: 8.0 * hidden - 4.0}.get(digit, 0.0)) for digit in range(10)]
        np.testing.assert_allclose(image["outputs"], expected, rtol=1e-12)


def test_predict_names_the_digit_with_its_probabilities(cnn, images):
    found = json.loads(run("predict", cnn, images, "--json").stdout)
    assert [x["digit"] for x in found] == [3, 3]
    for image in found:
        assert set(image) == {"file", "index", "digit", "probabilities"}
        expected = np.where(np.arange(10) == 3, np.exp(2), 1.0) / (np.exp(2) + 9)
        np.testing.assert_allclose(image["probabilities"], expected, rtol=1e-12)


def test_predict_prints_a_line_an_image_and_marks_the_highest(dense, images, tmp_path):
    Image.fromarray(np.zeros((28, 28), np.uint8)).save(tmp_path / "one.png")
    result = run("predict", dense, images, tmp_path / "one.png")
    lines = result.stdout.splitlines()
    assert len(lines) == 2 + 3
    assert lines[0].split() == ["image", "digit", "outputs"]
    assert lines[1].split() == list("0123456789")
    labels = [f"{images}[0]", f"{images}[1]", str(tmp_path / "one.png")]
    for line, label, digit, value in zip(lines[2:], labels, "272", ("0.731*", "0.982*", "0.731*"), strict=True):
        words = line.split()
        assert words[:2] == [label, digit]
        numbers = words[2:]
        assert numbers[int(digit)] == value  # sigmoid(1) = 0.73106, sigmoid(4) = 0.98201
        assert line.count("*") == 1
        for place, number in enumerate(numbers):  # each number begins under its digit
            assert line.index(number, lines[1].index(str(place))) == lines[1].index(str(place))
    assert "\x1b" not in result.stdout


def test_predict_says_probabilities_of_the_convolutional_network_alone(cnn, dense, images):
    assert "probabilities" in run("predict", cnn, images).stdout
    assert "probabilities" not in run("predict", dense, images).stdout


def test_predict_reads_as_the_options_say(dense, tmp_path):
    dark = np.full((28, 28), 255, np.uint8)
    dark[0, 0] = 0
    Image.fromarray(dark).save(tmp_path / "dark.png")
    assert "--invert" in refused("predict", dense, tmp_path / "dark.png")
    assert json.loads(run("predict", dense, tmp_path / "dark.png", "--invert", "--json").stdout)[0]["digit"] == 7
    large = np.zeros((90, 90), np.uint8)
    large[0, 0] = 255
    Image.fromarray(large).save(tmp_path / "large.png")
    assert "--fit" in refused("predict", dense, tmp_path / "large.png")
    # Fitted, the ink stands in the middle and no longer in the corner.
    assert json.loads(run("predict", dense, tmp_path / "large.png", "--fit", "--json").stdout)[0]["digit"] == 2


def test_predict_refuses_in_one_line(cnn, images, tmp_path):
    assert "missing.npz: wanted a model file, got none" in refused("predict", tmp_path / "missing.npz", images)
    assert "got no zip" in refused("predict", images, images)
    assert "missing.png: wanted a file with images, got none" in refused(
        "predict", cnn, images, tmp_path / "missing.png"
    )
    assert "a folder" in refused("predict", cnn, tmp_path)
    result = run("predict", cnn)
    assert result.exit_code == 2
    assert "IMAGE" in result.stderr


def test_predict_shows_odd_names_by_their_codes(cnn, images, tmp_path):
    odd = images.rename(tmp_path / "a\n\x1b[2Jb.npy")
    result = run("predict", cnn, odd)
    assert result.exit_code == 0
    assert "\x1b" not in result.stdout
    assert r"a\n\x1b[2Jb.npy[0]" in result.stdout
    assert len(result.stdout.splitlines()) == 4
    assert json.loads(run("predict", cnn, odd, "--json").stdout)[0]["file"] == str(odd)


# look


@pytest.fixture(scope="module")
def test_labels() -> np.ndarray:
    return drawn(seed=5).test.labels


@pytest.fixture
def trained(tmp_path) -> Path:
    history = [{"epoch": 1, "step": 40, "loss": 1.5, "accuracy": 0.25}, {"epoch": 2, "step": 80, "accuracy": 0.75}]
    model = favourite(4, {"seed": 5, "rate": 0.5})
    model.parameters["v"][:, 0] = np.linspace(-1.0, 1.0, 25)  # the bias decides all the same: W is zero
    save(Model("cnn", model.parameters, {}, model.settings, 80, 2, history), tmp_path / "trained.npz")
    return tmp_path / "trained.npz"


def test_look_counts_over_the_digits_drawn_by_the_networks_own_seed(trained, test_labels):
    result = run("look", trained, "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    expected = np.zeros((10, 10), int)
    expected[:, 4] = np.bincount(test_labels, minlength=10)
    assert found["confusion"] == expected.tolist()
    assert found["right"] == expected[4, 4]
    assert found["images"] == len(test_labels)
    assert found["accuracy"] == expected[4, 4] / len(test_labels)
    assert (found["network"], found["step"], found["epoch"]) == ("cnn", 80, 2)
    assert found["settings"] == {"seed": 5, "rate": 0.5}
    assert found["history"][-1]["accuracy"] == 0.75
    np.testing.assert_array_equal(found["filters"], np.linspace(-1.0, 1.0, 25).reshape(1, 5, 5))
    assert "seed 5" in found["data"]


def test_look_shows_what_the_network_is(trained, test_labels):
    out = run("look", trained).stdout
    assert "network cnn" in out
    assert "v (25, 1)" in out
    assert "rate 0.5" in out
    assert "80 steps, 2 whole epochs; accuracy then 0.7500" in out
    right, total = int(np.sum(test_labels == 4)), len(test_labels)
    assert f"right: {right}/{total} ({100 * right / total:.2f} %)" in out
    rows = re.findall(r"^ {2}(\d)((?: +[\d.]+){10})$", out, re.MULTILINE)
    assert [row[0] for row in rows] == list("0123456789")
    for digit, cells in rows:
        count = int(np.sum(test_labels == int(digit)))
        assert cells.split() == ["."] * 4 + [str(count) if count else "."] + ["."] * 5


def test_look_shows_signs_and_sizes_of_filters_without_colour(trained):
    out = run("look", trained).stdout
    # k/12 for k from -12 to 12; the shades begin at 0, 2.4, 4.8, 7.2 and 9.6 twelfths.
    assert "\n-@-@-@-O-O\n-o-o-o-:-:\n-.-. .+.+.\n+:+:+o+o+o\n+O+O+@+@+@\n" in out
    assert out.isascii()


def test_look_at_a_dense_network_shows_no_filters(dense):
    out = run("look", dense).stdout
    assert "network dense" in out
    assert "filters" not in out
    assert "filters" not in json.loads(run("look", dense, "--json").stdout)


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_look_draws_too(trained, tmp_path, suffix):
    path = tmp_path / f"look{suffix}"
    plain, with_picture = run("look", trained), run("look", trained, "-o", path)
    assert with_picture.exit_code == 0
    assert with_picture.stdout == plain.stdout
    assert path.read_bytes().startswith({".svg": b"<?xml", ".png": b"\x89PNG"}[suffix])


def test_look_writes_over_a_file_only_by_force(trained, tmp_path):
    path = tmp_path / "look.svg"
    path.write_text("my own")
    assert "--force" in refused("look", trained, "-o", path)
    assert path.read_text() == "my own"
    assert run("look", trained, "-o", path, "--force").exit_code == 0
    assert path.read_bytes().startswith(b"<?xml")
    assert "wanted a picture" in refused("look", trained, "-o", trained, "--force")
    assert "wanted a picture" in refused("look", trained, "-o", tmp_path / "look.txt")


def test_look_at_digits_of_a_folder(trained, tmp_path, idx_bytes):
    folder = tmp_path / "digits"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for name, labels in (("train", np.arange(20) % 10), ("t10k", np.array([4, 4, 4, 9, 0]))):
        pictures = rng.integers(0, 256, (len(labels), 28, 28)).astype(np.uint8)
        (folder / f"{name}-images-idx3-ubyte").write_bytes(idx_bytes(pictures))
        (folder / f"{name}-labels-idx1-ubyte").write_bytes(idx_bytes(labels))
    found = json.loads(run("look", trained, "--data", folder, "--json").stdout)
    assert (found["right"], found["images"]) == (3, 5)
    assert [row[4] for row in found["confusion"]] == [1, 0, 0, 0, 3, 0, 0, 0, 0, 1]


def test_look_refuses_in_one_line(trained, tmp_path):
    assert "got none" in refused("look", tmp_path / "missing.npz")
    assert "got both" in refused("look", trained, "--data", tmp_path, "--mnist")
    refused("look", trained, "--data", tmp_path / "none")
    for seed in (-1, "five", True, 1.5):
        save(favourite(1, {"seed": seed}), tmp_path / "seed.npz", force=(tmp_path / "seed.npz").exists())
        assert "wanted the setting seed" in refused("look", tmp_path / "seed.npz")


def test_what_a_model_file_says_moves_no_cursor(tmp_path):
    save(favourite(1, {"by": "\x1b[2J\nright: 1000/1000"}), tmp_path / "m.npz")
    out = run("look", tmp_path / "m.npz").stdout
    assert "\x1b" not in out
    assert "\nright: 1000/1000" not in out


def test_neither_loads_what_only_some_inputs_need():
    code = """
import sys
import handgrad.commands.predict, handgrad.commands.look
assert not {"matplotlib", "PIL"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
