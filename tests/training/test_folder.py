"""A folder of IDX files: which are found, how they are divided, what is said where they are missing."""

import gzip
import itertools

import click
import numpy as np
import pytest

from handgrad.commands.options import chosen
from handgrad.errors import DataError
from handgrad.training.idx import from_folder

NAMES = ("images-idx3-ubyte", "labels-idx1-ubyte")
ENDINGS = list(itertools.product(("-idx", ".idx"), ("", ".gz")))


@pytest.fixture
def put(tmp_path, idx_bytes):
    """Write a pair of n images, each with its number (modulo 10) as label and (modulo 256) as brightness."""

    def write(part, n, first=0, spelling="-idx", ending=""):
        numbers = np.arange(first, first + n)
        images = np.broadcast_to(numbers[:, None, None] % 256, (n, 28, 28))
        for name, array in zip(NAMES, (images, numbers % 10), strict=True):
            content = idx_bytes(array)
            path = tmp_path / f"{part}-{name.replace('-idx', spelling)}{ending}"
            path.write_bytes(gzip.compress(content) if ending else content)

    return write


@pytest.mark.parametrize(("spelling", "ending"), ENDINGS)
def test_both_pairs(tmp_path, put, spelling, ending):
    put("train", 4, spelling=spelling, ending=ending)
    put("t10k", 3, first=100, spelling=spelling, ending=ending)
    digits = from_folder(str(tmp_path))
    assert (digits.train.images[:, 0, 0] * 255).round().tolist() == [0, 1, 2, 3]
    assert (digits.test.images[:, 0, 0] * 255).round().tolist() == [100, 101, 102]
    assert digits.test.labels.tolist() == [0, 1, 2]
    assert digits.source == f"4 and 3 images of {tmp_path}"


@pytest.mark.parametrize("part", ["train", "t10k"])
@pytest.mark.parametrize(("n", "tested"), [(2, 1), (4, 1), (5, 1), (9, 1), (10, 2), (24, 4)])
def test_of_one_pair_the_last_fifth_is_tested_with(tmp_path, put, part, n, tested):
    put(part, n)
    digits = from_folder(tmp_path)
    learnt = n - tested
    assert (digits.train.images[:, 0, 0] * 255).round().tolist() == list(range(learnt))
    assert (digits.test.images[:, 0, 0] * 255).round().tolist() == list(range(learnt, n))
    assert digits.train.labels.tolist() + digits.test.labels.tolist() == [i % 10 for i in range(n)]


def test_thousands_have_a_comma(tmp_path, put):
    put("train", 1250)
    assert from_folder(tmp_path).source == f"1,000 and 250 images of {tmp_path}"


def test_one_image_is_too_few(tmp_path, put):
    put("t10k", 1)
    with pytest.raises(DataError, match=r"wanted at least 2 images, .* got 1$"):
        from_folder(tmp_path)


def test_no_pair(tmp_path):
    (tmp_path / "cat.png").touch()
    (tmp_path / "notes").touch()
    wanted = r"\{train,t10k\}-images-idx3-ubyte\[.gz\] and \{train,t10k\}-labels-idx1-ubyte\[.gz\]"
    with pytest.raises(DataError, match=rf"wanted {wanted}, got cat.png, notes$"):
        from_folder(tmp_path)


def test_an_empty_folder(tmp_path):
    with pytest.raises(DataError, match=r"got an empty folder$"):
        from_folder(tmp_path)


def test_of_a_full_folder_the_first_names_are_listed(tmp_path):
    for k in range(11):
        (tmp_path / f"{k:02}").touch()
    with pytest.raises(DataError, match=r"got 00, 01, 02, 03, 04, 05, 06, 07 and 3 more$"):
        from_folder(tmp_path)


@pytest.mark.parametrize(("gone", "left"), [NAMES, NAMES[::-1]])
@pytest.mark.parametrize("other", [True, False])
def test_half_a_pair_is_not_passed_over(tmp_path, put, gone, left, other):
    put("t10k", 5)
    if other:
        put("train", 5)
    (tmp_path / f"t10k-{gone}").unlink()
    with pytest.raises(DataError, match=rf"wanted t10k-{gone}\[.gz\] to go with t10k-{left}, got t10k-"):
        from_folder(tmp_path)


@pytest.mark.parametrize(("name", "words"), [("none", "No such file or directory"), ("file", "Not a directory")])
def test_no_folder(tmp_path, name, words):
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match=f"{name}: wanted a folder with IDX files, got none: {words}"):
        from_folder(tmp_path / name)


def test_a_fault_in_a_file_is_named_with_its_name(tmp_path, put):
    put("train", 5)
    (tmp_path / f"train-{NAMES[0]}").write_bytes(b"")
    with pytest.raises(DataError, match=f"train-{NAMES[0]}: wanted an IDX file that starts with .*, got an empty file"):
        from_folder(tmp_path)


def test_the_option_data_reads_a_folder(tmp_path, put):
    put("t10k", 5)
    assert chosen(tmp_path, mnist=False, seed=3).source == f"4 and 1 images of {tmp_path}"
    with pytest.raises(click.UsageError, match="got both"):
        chosen(tmp_path, mnist=True, seed=3)


def test_mnist_itself(mnist_folder):
    digits = from_folder(mnist_folder)
    assert (len(digits.train) + len(digits.test)) in (10_000, 70_000)
    assert f"{len(digits.train):,} and {len(digits.test):,} images of {mnist_folder}" == digits.source
    counts = np.bincount(digits.test.labels, minlength=10)
    assert counts.min() > 0.08 * len(digits.test)  # every digit is about a tenth
