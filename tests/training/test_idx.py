"""IDX files: what is in them comes out, and every fault is told with the file, what was wanted and what was got."""

import gzip
import os
import re
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from handgrad.errors import DataError
from handgrad.training.idx import digits_of, read_idx

LABELS = bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1])
IMAGES = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 10, 20, 30, 40])
MEBIBYTE = 2**20


def refused(path: Path, content: bytes, *words: str) -> None:
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_idx(path)
    for word in (f"{path}: wanted", "got", *words):
        assert word in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_files_written_by_hand_are_read(tmp_path, packed):
    (tmp_path / "labels").write_bytes(packed(LABELS))
    (tmp_path / "images").write_bytes(packed(IMAGES))
    np.testing.assert_array_equal(read_idx(tmp_path / "labels"), [7, 2, 1])
    np.testing.assert_array_equal(read_idx(str(tmp_path / "images")), [[[10, 20]], [[30, 40]]])


@given(
    arrays.arrays(np.uint8, st.one_of(st.tuples(st.integers(1, 9)), st.tuples(*[st.integers(1, 9)] * 3))),
    st.booleans(),
    st.sampled_from(["digits", "digits.gz"]),
)
def test_what_is_written_is_read_whatever_the_name(tmp_path_factory, idx_bytes, array, gzipped, name):
    path = tmp_path_factory.mktemp("idx") / name
    path.write_bytes(gzip.compress(idx_bytes(array)) if gzipped else idx_bytes(array))
    got = read_idx(path)
    assert got.dtype == np.uint8
    np.testing.assert_array_equal(got, array)
    got += 1  # it is the caller's own


def test_a_gzip_of_several_members_is_one_file(tmp_path):
    (tmp_path / "labels").write_bytes(gzip.compress(LABELS[:9]) + gzip.compress(LABELS[9:]))
    np.testing.assert_array_equal(read_idx(tmp_path / "labels"), [7, 2, 1])


def test_no_file(tmp_path):
    (tmp_path / "labels").write_bytes(LABELS)
    for path, got in ((tmp_path / "none", "none"), (tmp_path / "labels" / "labels", "none"), (tmp_path, "a folder")):
        with pytest.raises(DataError, match=f"^{re.escape(str(path))}: wanted an IDX file, got {got}$"):
            read_idx(path)


def test_a_device_or_a_pipe_is_not_opened():
    with pytest.raises(DataError, match="got no ordinary file"):
        read_idx(os.devnull)


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_an_empty_file(tmp_path, packed):
    refused(tmp_path / "f", packed(b""), "an empty file")


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PNG and so on", ["0x00000801 (labels) or 0x00000803 (images)", "0x504e4720"]),
        (bytes([1, 8, 0, 0, 0, 0, 0, 1, 5]), ["0x01080000"]),  # little-endian
        (bytes([0, 0, 13, 1, 0, 0, 0, 1, 0, 0, 0, 0]), ["0x00000d01"]),
        (bytes([0, 0, 9, 3]) + IMAGES[4:], ["0x00000903"]),
        (bytes([0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 1, 5]), ["0x00000802"]),
        (bytes([0, 0, 7, 1, 0, 0, 0, 1, 5]), ["0x00000701"]),
    ],
)
def test_another_format_or_type(tmp_path, packed, content, words):
    refused(tmp_path / "f", packed(content), *words)


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
@pytest.mark.parametrize("length", range(1, len(IMAGES)))
def test_a_truncated_file_wherever_it_ends(tmp_path, packed, length):
    words = (
        f"starts with 0x00000801 (labels) or 0x00000803 (images), got 0x{IMAGES[:length].hex()}"
        if length < 4
        else "a whole IDX file, got one that ends too early"
        if length < 16
        else f"4 bytes of data (2 x 1 x 2), got only {length - 16}, it is truncated"
    )
    refused(tmp_path / "f", packed(IMAGES[:length]), words)


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_bytes_too_many(tmp_path, packed):
    refused(tmp_path / "f", packed(LABELS + b"\0"), "3 bytes of data (3)", "got more")


@pytest.mark.parametrize("length", range(2, len(gzip.compress(LABELS))))
def test_a_truncated_gzip_wherever_it_ends(tmp_path, length):
    refused(tmp_path / "f", gzip.compress(LABELS)[:length], "ends too early")


def test_a_gzip_with_a_wrong_checksum(tmp_path):
    packed = bytearray(gzip.compress(LABELS))
    packed[-8] ^= 1  # the checksum of the content: the last eight bytes are it and the length
    refused(tmp_path / "f", bytes(packed), "CRC")


def test_a_gzip_with_a_wrong_length(tmp_path):
    packed = bytearray(gzip.compress(LABELS))
    packed[-4] ^= 1
    refused(tmp_path / "f", bytes(packed), "BadGzipFile")


def test_a_gzip_whose_stream_is_no_deflate(tmp_path):
    refused(tmp_path / "f", gzip.compress(LABELS)[:10] + b"\xff" * 20, "error")


def test_a_gzip_with_something_behind_it(tmp_path):
    refused(tmp_path / "f", gzip.compress(LABELS) + b"behind", "BadGzipFile")


@pytest.mark.parametrize("sides", [(0, 28, 28), (2, 0, 28), (2, 28, 0)])
def test_no_items(tmp_path, idx_bytes, sides):
    refused(tmp_path / "f", idx_bytes(np.zeros(sides)), "wanted 1 to 268435456 elements", " x ".join(map(str, sides)))
    refused(tmp_path / "f", idx_bytes(np.zeros(0)), "wanted 1 to 268435456 elements", "says 0")


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
@pytest.mark.parametrize(
    ("sides", "words"),
    [
        ((2**20, 2**10, 2**10), ["wanted 1 to 268435456 elements", "1048576 x 1024 x 1024"]),
        ((2**32 - 1,) * 3, ["wanted 1 to 268435456 elements", "4294967295 x 4294967295 x 4294967295"]),
        ((2**32 - 1, 2**31, 2), ["wanted 1 to 268435456 elements"]),
    ],
)
def test_a_header_that_says_too_much_takes_no_memory(tmp_path, packed, sides, words):
    header = bytes([0, 0, 8, 3]) + b"".join(side.to_bytes(4, "big") for side in sides)
    tracemalloc.start()
    try:
        refused(tmp_path / "f", packed(header + b"12345"), *words)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * MEBIBYTE


def test_a_gzip_bomb_is_not_inflated(tmp_path):
    bomb = gzip.compress(LABELS + bytes(64 * MEBIBYTE))
    assert len(bomb) < MEBIBYTE
    tracemalloc.start()
    try:
        refused(tmp_path / "f", bomb, "3 bytes of data", "got more")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * MEBIBYTE


def pair(folder: Path, images: bytes, labels: bytes) -> tuple[Path, Path]:
    (folder / "images").write_bytes(images)
    (folder / "labels").write_bytes(labels)
    return folder / "images", folder / "labels"


def test_brightness_is_a_share_of_255(tmp_path, idx_bytes):
    images = np.zeros((2, 28, 28), int)
    images[1, 3, 4], images[0, 0, 0] = 255, 51
    digits = digits_of(*pair(tmp_path, idx_bytes(images), idx_bytes(np.array([9, 0]))))
    assert digits.images.dtype == np.float64
    assert (digits.images[1, 3, 4], digits.images[0, 0, 0], digits.images.sum()) == (1.0, 0.2, 1.2)
    np.testing.assert_array_equal(digits.labels, [9, 0])
    np.testing.assert_array_equal(digits.labels - 10, [-1, -10])  # no bytes that wrap around


@pytest.mark.parametrize(
    ("images", "labels", "words"),
    [
        (np.zeros((3, 28, 28)), np.zeros(2), "a label for each of 3 images, got labels of shape (2,)"),
        (np.zeros((2, 28, 28)), np.zeros(3), "a label for each of 2 images, got labels of shape (3,)"),
        (np.zeros((2, 20, 28)), np.zeros(2), "got (2, 20, 28)"),
        (np.zeros((2, 28, 28)), np.array([3, 10]), "labels from 0 to 9, got 10"),
    ],
)
def test_files_that_do_not_go_together(tmp_path, idx_bytes, images, labels, words):
    paths = pair(tmp_path, idx_bytes(images), idx_bytes(labels))
    with pytest.raises(DataError) as caught:
        digits_of(*paths)
    assert str(caught.value).startswith(f"{paths[0]} with {paths[1]}: ")
    assert words in str(caught.value)


def test_files_that_are_exchanged(tmp_path, idx_bytes):
    images, labels = pair(tmp_path, idx_bytes(np.zeros((1, 28, 28))), idx_bytes(np.zeros(1)))
    with pytest.raises(DataError, match=r"labels: wanted .* 0x00000803 \(images\), got 0x00000801 \(labels\)"):
        digits_of(labels, images)
    with pytest.raises(DataError, match=r"images: wanted .* 0x00000801 \(labels\), got 0x00000803 \(images\)"):
        digits_of(images, images)


def test_mnist_itself(mnist_folder):
    """The counts of the ten digits, and the first labels, are those that are published of MNIST's test set."""
    digits = digits_of(*(next(iter(mnist_folder.glob(f"t10k-{kind}*"))) for kind in ("images", "labels")))
    assert digits.images.shape == (10_000, 28, 28)
    assert np.bincount(digits.labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert digits.labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert (digits.images.min(), digits.images.max()) == (0, 1)
    ink = digits.images.mean(axis=0)  # the digits stand in the middle of their 28 rows and columns
    assert max(ink[[0, -1]].max(), ink[:, [0, -1]].max()) < 0.01 < 0.3 < ink[10:18, 10:18].mean()
