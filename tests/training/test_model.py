"""Model files: whole or not at all, and nothing believed that they say."""

import contextlib
import errno
import io
import json
import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from handgrad import atomic_write as whole
from handgrad.errors import DataError, ModelError
from handgrad.training.model import Model, is_model, load, outputs, require_writable, save

METADATA = {"format": "handgrad model", "version": 2, "network": "cnn", "settings": {}, "step": 0, "epoch": 0,
            "history": []}  # fmt: skip
DENSE_SHAPES = {"v": (784, 3), "gamma": (3,), "w": (3, 10), "theta": (10,)}
CNN_SHAPES = {"v": (25, 2), "q": (2,), "W": (288, 10), "b": (10,)}


def numbers(shapes: dict, dtype: str = "float64", seed: int = 0) -> dict:
    rng = np.random.default_rng(seed)
    return {letter: rng.normal(size=shape).astype(dtype) for letter, shape in shapes.items()}


def cnn(**changes) -> Model:
    return Model(**({"network": "cnn", "parameters": numbers(CNN_SHAPES)} | changes))


def npy(array, version=(1, 0)) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.asarray(array), version=version, allow_pickle=True)
    return buffer.getvalue()


def entries(metadata: dict | None = None, parameters: dict | None = None, **more: bytes) -> dict[str, bytes]:
    """What a model file should hold by the description of the format, with changes."""
    arrays = numbers(CNN_SHAPES) if parameters is None else parameters
    described = {"model.json": json.dumps(METADATA if metadata is None else metadata).encode()}
    return described | {f"parameters/{letter}.npy": npy(array) for letter, array in arrays.items()} | more


def crafted(path: Path, content: dict[str, bytes], compression=zipfile.ZIP_STORED) -> Path:
    """A zip of entries."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(ModelError) as caught:
        load(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    assert "got" in message
    return message


# Round trips

plain_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def models(draw):
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    size = draw(st.integers(1, 3))
    network = draw(st.sampled_from(["dense", "cnn"]))
    shapes = {
        "dense": {"v": (784, size), "gamma": (size,), "w": (size, 10), "theta": (10,)},
        "cnn": {"v": (25, size), "q": (size,), "W": (144 * size, 10), "b": (10,)},
    }[network]
    finite = hnp.from_dtype(np.dtype(dtype), allow_nan=False, allow_infinity=False)
    arrays = st.fixed_dictionaries(
        {letter: hnp.arrays(dtype, shape, elements=finite) for letter, shape in shapes.items()}
    )
    return Model(
        network, draw(arrays), draw(st.just({}) | arrays), draw(st.dictionaries(st.text(), plain_json, max_size=3)),
        draw(st.integers(0, 10**9)), draw(st.integers(0, 10**6)),
        draw(st.lists(st.dictionaries(st.text(), plain_json, max_size=3), max_size=3)),
    )  # fmt: skip


@given(model=models())
def test_a_model_comes_back_to_the_bit(tmp_path_factory, model):
    path = tmp_path_factory.mktemp("model") / "model.npz"
    save(model, path)
    again = load(path)
    for name in ("network", "settings", "step", "epoch", "history"):
        assert getattr(again, name) == getattr(model, name)
    for kind in ("parameters", "velocities"):
        before, after = getattr(model, kind), getattr(again, kind)
        assert before.keys() == after.keys()
        for letter in before:
            assert type(after[letter]) is np.ndarray
            assert after[letter].flags.writeable
            assert after[letter].dtype == before[letter].dtype
            assert after[letter].shape == before[letter].shape
            assert after[letter].tobytes() == before[letter].tobytes()  # -0.0 is not 0.0


def test_the_same_model_gives_the_same_bytes(tmp_path):
    save(cnn(), tmp_path / "a.npz")
    save(cnn(), tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_numpy_and_json_open_a_model_file_too(tmp_path):
    model = cnn(settings={"rate": 0.5})
    save(model, tmp_path / "m.npz")
    with np.load(tmp_path / "m.npz", allow_pickle=False) as file:
        np.testing.assert_array_equal(file["parameters/W"], model.parameters["W"])
        assert json.loads(file["model.json"])["settings"] == {"rate": 0.5}


def test_other_orders_of_memory_and_bytes_are_the_same_numbers(tmp_path):
    usual = numbers(CNN_SHAPES)
    odd = {letter: np.asfortranarray(array).astype(">f8") for letter, array in usual.items()}
    save(cnn(parameters=odd), tmp_path / "m.npz")
    np.testing.assert_array_equal(load(tmp_path / "m.npz").parameters["W"], usual["W"])
    by_columns = crafted(tmp_path / "c.npz", entries(parameters=odd))
    found = load(by_columns).parameters["W"]
    np.testing.assert_array_equal(found, usual["W"])
    assert found.dtype == np.float64
    assert found.dtype.isnative


def test_a_file_written_by_the_description_of_the_format_is_read(tmp_path):
    model = load(crafted(tmp_path / "m.npz", entries()))
    np.testing.assert_array_equal(model.parameters["v"], numbers(CNN_SHAPES)["v"])


def test_what_has_no_value_in_the_history_is_null(tmp_path):
    save(
        cnn(history=[{"loss": float("inf"), "test_loss": np.float64("nan"), "accuracy": np.float32(0.5)}]),
        tmp_path / "m",
    )
    assert load(tmp_path / "m").history == [{"loss": None, "test_loss": None, "accuracy": 0.5}]


# What is in the way


def test_a_model_is_written_over_only_by_force(tmp_path):
    path = tmp_path / "m.npz"
    save(cnn(step=1), path)
    with pytest.raises(ModelError, match="--force"):
        save(cnn(step=2), path)
    assert load(path).step == 1
    save(cnn(step=2), path, force=True)
    assert load(path).step == 2


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("content", [b"", b"my only notes", b"PK\x05\x06" + bytes(18)])
def test_another_file_is_never_written_over(tmp_path, force, content):
    path = tmp_path / "notes.npz"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="no model"):
        save(cnn(), path, force)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_another_npz_is_never_written_over(tmp_path):
    np.savez(tmp_path / "data.npz", x=np.ones(3))
    before = (tmp_path / "data.npz").read_bytes()
    with pytest.raises(ModelError, match="no model"):
        save(cnn(), tmp_path / "data.npz", force=True)
    assert (tmp_path / "data.npz").read_bytes() == before


def test_a_model_of_a_later_version_is_a_model(tmp_path):
    path = crafted(tmp_path / "m.npz", entries(METADATA | {"version": 3}))
    assert is_model(path)
    require_writable(path, force=True)
    with pytest.raises(ModelError, match="--force"):
        require_writable(path, force=False)


def test_folders_are_no_place_for_a_model(tmp_path):
    with pytest.raises(ModelError, match="got a folder"):
        save(cnn(), tmp_path, force=True)
    with pytest.raises(ModelError, match="got no folder"):
        save(cnn(), tmp_path / "none" / "m.npz")


def test_behind_a_link_the_file_is_replaced_and_keeps_its_mode(tmp_path):
    save(cnn(), tmp_path / "m.npz")
    (tmp_path / "m.npz").chmod(0o640)
    (tmp_path / "link").symlink_to("m.npz")
    save(cnn(step=5), tmp_path / "link", force=True)
    assert (tmp_path / "link").is_symlink()
    assert load(tmp_path / "m.npz").step == 5
    assert (tmp_path / "m.npz").stat().st_mode & 0o777 == 0o640


# Whole or not at all


class Failing:
    """A file on a full disk, or one at which the user interrupts."""

    def __init__(self, file, failure):
        self.file, self.failure = file, failure

    def __enter__(self):
        return self

    def __exit__(self, *caught):
        self.file.close()

    def write(self, data):
        self.file.write(data[: len(data) // 2])
        raise self.failure


FAILURES = [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt(), MemoryError()]


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
@pytest.mark.parametrize("where", ["open", "write", "fsync", "copymode", "replace"])
def test_whatever_fails_the_old_file_stays_and_nothing_else(tmp_path, monkeypatch, where, failure, there):
    path = tmp_path / "m.npz"
    if there:
        save(cnn(step=1), path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}

    def fail(*arguments, **named):
        raise failure

    def half_written(file: Path, mode: str) -> Failing:
        return Failing(file.open(mode), failure)

    if where == "write":
        monkeypatch.setattr(whole, "open", half_written, raising=False)
    elif where == "open":
        monkeypatch.setattr(whole, "open", fail, raising=False)
    elif where == "copymode":
        monkeypatch.setattr("shutil.copymode", fail)
        if not there:  # no mode to copy, nothing fails
            save(cnn(step=2), path)
            assert load(path).step == 2
            return
    else:
        monkeypatch.setattr(os, where, fail)
    with pytest.raises(type(failure)):
        save(cnn(step=2), path, force=True)
    monkeypatch.undo()
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize("length", [5, 10**6])  # less than is written at once, and more
def test_the_bytes_are_on_the_disk_before_the_name_is(tmp_path, monkeypatch, length):
    order, fsync, replace = [], os.fsync, os.replace

    def noted_fsync(handle: int) -> None:
        order.append(os.fstat(handle).st_size)
        fsync(handle)

    def noted_replace(old: Path, new: Path) -> None:
        order.append(old.parent)
        replace(old, new)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "replace", noted_replace)
    whole.write_whole(tmp_path / "m.npz", bytes(length))
    assert order[:2] == [length, tmp_path]


def test_the_longest_name_can_be_written(tmp_path):
    save(cnn(), tmp_path / ("m" * 255))
    assert load(tmp_path / ("m" * 255)).network == "cnn"


# Files that are no models


def test_files_that_are_none(tmp_path):
    assert "got none" in refusal(tmp_path / "missing.npz")
    assert "a folder" in refusal(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    assert "no ordinary file" in refusal(tmp_path / "pipe")
    for name, content in {"empty": b"", "text": b"hello", "half a zip": b"PK\x03\x04" + bytes(40)}.items():
        (tmp_path / name).write_bytes(content)
        assert "got no zip" in refusal(tmp_path / name)
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert "readme.txt" in refusal(tmp_path / "other.zip")
    np.savez(tmp_path / "data.npz", x=np.ones(3))
    assert "x.npy" in refusal(tmp_path / "data.npz")


def test_every_truncation_is_refused(tmp_path):
    save(cnn(), tmp_path / "m.npz")
    whole_file = (tmp_path / "m.npz").read_bytes()
    for length in [*range(0, len(whole_file), 997), len(whole_file) - 1]:
        (tmp_path / "cut.npz").write_bytes(whole_file[:length])
        refusal(tmp_path / "cut.npz")


@given(data=st.data())
def test_a_changed_byte_is_refused_or_changes_nothing(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("changed")
    save(cnn(settings={"rate": 0.5}), folder / "m.npz")
    content = bytearray((folder / "m.npz").read_bytes())
    # The zip's own words lie at the end, and between the entries; most of the rest are numbers.
    place = data.draw(st.integers(0, len(content) - 1) | st.integers(len(content) - 800, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    (folder / "m.npz").write_bytes(content)
    with contextlib.suppress(ModelError):
        again = load(folder / "m.npz")
        assert again.settings == {"rate": 0.5}
        for letter, array in numbers(CNN_SHAPES).items():
            assert again.parameters[letter].tobytes() == array.tobytes()


def test_a_changed_number_does_not_match_the_checksum_of_the_zip(tmp_path):
    path = crafted(tmp_path / "m.npz", entries())
    content = path.read_bytes()
    number = numbers(CNN_SHAPES)["q"].tobytes()
    assert content.count(number) == 1
    path.write_bytes(content.replace(number, np.zeros(2).tobytes()))
    assert "CRC-32" in refusal(path)


def test_a_model_of_the_first_version_is_read(tmp_path):
    """It has an entry more, a checksum of the others, which the zip's own stand for now."""
    described = entries(METADATA | {"version": 1, "step": 7}) | {"sha256": b"0" * 64}
    model = load(crafted(tmp_path / "m.npz", described))
    assert model.step == 7
    np.testing.assert_array_equal(model.parameters["W"], numbers(CNN_SHAPES)["W"])
    save(model, tmp_path / "m.npz", force=True)
    with zipfile.ZipFile(tmp_path / "m.npz") as archive:
        assert "sha256" not in archive.namelist()


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ([], "format"),
        ({}, "format"),
        (METADATA | {"format": "else"}, "'else'"),
        (METADATA | {"version": 3}, "version 3"),
        (METADATA | {"version": None}, "version None"),
        (METADATA | {"network": "transformer"}, "'transformer'"),
        (METADATA | {"network": ["cnn"]}, "got ['cnn']"),
        (METADATA | {"step": -1}, "step as an integer of at least 0, got -1"),
        (METADATA | {"step": 1.5}, "got 1.5"),
        (METADATA | {"epoch": True}, "epoch as an integer of at least 0, got True"),
        (METADATA | {"settings": []}, "settings"),
        (METADATA | {"history": {}}, "history"),
        (METADATA | {"history": [1]}, "history"),
        ({key: METADATA[key] for key in METADATA if key != "step"}, "step as an integer of at least 0, got None"),
    ],
)
def test_descriptions_that_are_none(tmp_path, metadata, words):
    assert words in refusal(crafted(tmp_path / "m.npz", entries(metadata)))


@pytest.mark.parametrize("text", [b"{", b"\xff\xfe\xfd", b"[" * 100_000, b"1" * 10_000])
def test_a_description_that_is_no_json(tmp_path, text):
    assert "model.json" in refusal(crafted(tmp_path / "m.npz", entries() | {"model.json": text}))


def without(shapes: dict, letter: str) -> dict:
    return {name: shape for name, shape in shapes.items() if name != letter}


@pytest.mark.parametrize(
    ("network", "shapes", "words"),
    [
        ("cnn", {}, "got none"),
        ("cnn", without(CNN_SHAPES, "q"), "wanted v, q, W, b"),
        ("cnn", CNN_SHAPES | {"extra": (1,)}, "got v, q, W, b, extra"),
        ("cnn", DENSE_SHAPES, "of network cnn"),
        ("dense", CNN_SHAPES, "of network dense"),
        ("cnn", CNN_SHAPES | {"v": (24, 2)}, "wanted v of shape (25, 2), got (24, 2)"),
        ("cnn", CNN_SHAPES | {"v": (25,)}, "got (25,)"),
        ("cnn", CNN_SHAPES | {"v": (25, 2, 1)}, "got (25, 2, 1)"),
        ("cnn", CNN_SHAPES | {"q": (3,)}, "wanted q of shape (2,), got (3,)"),
        ("cnn", CNN_SHAPES | {"W": (144, 10)}, "wanted W of shape (288, 10), got (144, 10)"),
        ("cnn", CNN_SHAPES | {"W": (289, 10)}, "got (289, 10)"),
        ("cnn", CNN_SHAPES | {"b": (9,)}, "wanted b of shape (10,)"),
        ("cnn", {"v": (25, 0), "q": (0,), "W": (0, 10), "b": (10,)}, "got (25, 0)"),
        ("dense", DENSE_SHAPES | {"v": (783, 3)}, "wanted v of shape (784, 3)"),
        ("dense", DENSE_SHAPES | {"gamma": (4,)}, "wanted gamma of shape (3,)"),
        ("dense", DENSE_SHAPES | {"w": (4, 10)}, "wanted w of shape (3, 10)"),
        ("dense", DENSE_SHAPES | {"w": (3, 11)}, "got (3, 11)"),
        ("dense", DENSE_SHAPES | {"theta": ()}, "got ()"),
    ],
)
def test_parameters_that_do_not_go_together(tmp_path, network, shapes, words):
    arrays = numbers(shapes)
    assert words in refusal(crafted(tmp_path / "m.npz", entries(METADATA | {"network": network}, arrays)))
    with pytest.raises(ModelError):  # what could not be read is not written
        save(Model(network, arrays), tmp_path / "new.npz")
    assert not (tmp_path / "new.npz").exists()


def test_velocities_go_with_the_parameters(tmp_path):
    momentum = {"velocities/v.npy": npy(np.zeros((25, 2)))}
    assert "velocities: wanted v, q, W, b" in refusal(crafted(tmp_path / "m.npz", entries() | momentum))
    other = numbers({"v": (25, 1), "q": (1,), "W": (144, 10), "b": (10,)})
    with pytest.raises(ModelError, match=r"velocities: wanted v of shape \(25, 2\), got \(25, 1\)"):
        save(cnn(velocities=other), tmp_path / "new.npz")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("letter", ["v", "q", "W", "b"])
def test_no_parameter_is_infinite_or_nan(tmp_path, letter, value):
    arrays = numbers(CNN_SHAPES)
    arrays[letter].flat[-1] = value
    assert f"wanted {letter} finite, got {value}" in refusal(crafted(tmp_path / "m.npz", entries(parameters=arrays)))
    with pytest.raises(ModelError, match="finite"):
        save(cnn(parameters=arrays), tmp_path / "new.npz")


class Trap:
    """Whoever unpickles this, runs it."""

    def __reduce__(self):
        return (os.mkdir, ("unpickled",))


@pytest.mark.parametrize(
    "dtype", ["int64", "uint8", "bool", "complex128", "float16", "longdouble", "U3", "M8[s]", "V4"]
)
def test_arrays_of_other_types(tmp_path, dtype):
    arrays = numbers(CNN_SHAPES) | {"q": np.zeros(2, dtype)}
    assert "q" in refusal(crafted(tmp_path / "m.npz", entries(parameters=arrays)))
    with pytest.raises(ModelError, match="wanted q as an array of float32 or float64"):
        save(cnn(parameters=arrays), tmp_path / "new.npz")


def test_nothing_is_unpickled(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    objects = numbers(CNN_SHAPES) | {"q": np.array([Trap(), Trap()])}
    refusal(crafted(tmp_path / "m.npz", entries(parameters=objects)))
    refusal(crafted(tmp_path / "p.npz", entries() | {"parameters/q.npy": pickle.dumps(Trap())}))
    (tmp_path / "pickle").write_bytes(pickle.dumps(Trap()))
    refusal(tmp_path / "pickle")
    assert not (tmp_path / "unpickled").exists()


def test_arrays_of_two_types_are_no_network(tmp_path):
    mixed = numbers(CNN_SHAPES) | {"b": np.zeros(10, "float32")}
    assert "float32 and float64" in refusal(crafted(tmp_path / "m.npz", entries(parameters=mixed)))


def head(text: str) -> bytes:
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode("latin-1")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x93NUMPY",
        npy(np.zeros(2))[:-1],
        npy(np.zeros(2)) + b"\0",
        npy(np.zeros(2), version=(2, 0)),
        head("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }\n"),
        head("{'descr': '<f8', 'fortran_order': False, 'shape': (999999999999, 999999999999), }\n"),
        head("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), 'more': 1}\n") + bytes(16),
        head("__import__('os').mkdir('unpickled')\n"),
        head("(" * 9000),
    ],
)
def test_entries_that_are_no_arrays(tmp_path, content):
    assert "parameters/q.npy: wanted" in refusal(crafted(tmp_path / "m.npz", entries() | {"parameters/q.npy": content}))


def test_entries_that_no_model_has(tmp_path):
    assert "'more.txt'" in refusal(crafted(tmp_path / "a.npz", entries() | {"more.txt": b"hello"}))
    assert "'gradients/v.npy'" in refusal(crafted(tmp_path / "b.npz", entries() | {"gradients/v.npy": b""}))
    with zipfile.ZipFile(tmp_path / "a.npz", "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("model.json", "{}")
    assert "another zip" in refusal(tmp_path / "a.npz")
    many = {f"parameters/{index}.npy": npy(np.zeros(2)) for index in range(20)}
    assert "another zip" in refusal(crafted(tmp_path / "c.npz", entries() | many))


def test_a_bomb_is_not_unpacked(tmp_path, monkeypatch):
    bomb = entries() | {"parameters/W.npy": bytes(10**8)}
    crafted(tmp_path / "bomb.npz", bomb, compression=zipfile.ZIP_DEFLATED)
    assert (tmp_path / "bomb.npz").stat().st_size < 10**6
    monkeypatch.setattr(zipfile.ZipFile, "read", None)  # told before a byte of it is read
    assert "compressed" in refusal(tmp_path / "bomb.npz")


def test_entries_longer_than_the_file_are_not_read(tmp_path, monkeypatch):
    path = crafted(tmp_path / "m.npz", entries() | {"parameters/W.npy": bytes(10**5)})
    content = path.read_bytes()
    directory = content.rindex(b"PK\x01\x02", 0, content.rindex(b"parameters/W.npy"))
    longer = bytearray(content)
    longer[directory + 20 : directory + 28] = (10**9).to_bytes(4, "little") * 2
    path.write_bytes(longer)
    monkeypatch.setattr(zipfile.ZipFile, "read", None)
    assert "wanted entries of at most the file's" in refusal(path)


# What a network says


def test_the_outputs_of_the_dense_network_are_those_of_its_formula():
    model = Model("dense", numbers(DENSE_SHAPES))
    images = np.random.default_rng(1).random((3, 28, 28))
    p = model.parameters
    hidden = 1 / (1 + np.exp(-(images.reshape(3, -1) @ p["v"] - p["gamma"])))
    expected = 1 / (1 + np.exp(-(hidden @ p["w"] - p["theta"])))
    # Sums of 784 products of size 1: some hundred units of rounding at most.
    np.testing.assert_allclose(outputs(model, images), expected, rtol=1e-10)


def test_the_outputs_of_the_convolutional_network_are_those_of_its_formula():
    model = cnn()
    images = np.random.default_rng(1).random((2, 28, 28))
    p = model.parameters
    pooled = np.empty((2, 2, 12, 12))
    for n, f, row, column in np.ndindex(pooled.shape):
        entries_of_window = []
        for r in (2 * row, 2 * row + 1):
            for c in (2 * column, 2 * column + 1):
                d = images[n, r : r + 5, c : c + 5].ravel() @ p["v"][:, f] + p["q"][f]
                entries_of_window.append(1 / (1 + np.exp(-d)))
        pooled[n, f, row, column] = np.mean(entries_of_window)
    e = np.exp(pooled.reshape(2, -1) @ p["W"] + p["b"])
    # Sums of 288 products of size 1: some hundred units of rounding at most.
    np.testing.assert_allclose(outputs(model, images), e / e.sum(axis=1, keepdims=True), rtol=1e-10)


def test_many_images_go_through_in_pieces(monkeypatch):
    from handgrad.training import model as module

    seen, letters = [], module.LETTERS["dense"]
    monkeypatch.setitem(module.LETTERS, "dense", lambda p, x: (seen.append(len(x)), letters(p, x))[1])
    model = Model("dense", numbers(DENSE_SHAPES, "float32"))
    images = np.random.default_rng(1).random((600, 28, 28))
    together = outputs(model, images)
    assert sum(seen) == 600
    assert max(seen) <= 256
    assert together.dtype == np.float32
    alone = np.concatenate([outputs(model, images[i : i + 1]) for i in (0, 255, 256, 599)])
    np.testing.assert_allclose(together[[0, 255, 256, 599]], alone, rtol=1e-4)  # float32, sums of 784
    assert outputs(model, images[:0]).shape == (0, 10)


def test_outputs_refuse_other_images_and_tell_what_has_no_value():
    for shape in ((28, 28), (2, 27, 28), (2, 784), (2, 1, 28, 28)):
        with pytest.raises(DataError, match=r"wanted images of shape \(N, 28, 28\)"):
            outputs(cnn(), np.zeros(shape))
    huge = numbers(CNN_SHAPES) | {"W": np.full((288, 10), 1e308)}
    with pytest.raises(ModelError, match="too large"):
        outputs(cnn(parameters=huge), np.ones((1, 28, 28)))
