"""Images that a user brings: every kind of file, right and wrong."""

import gzip
import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from handgrad.errors import DataError, MissingExtraError
from handgrad.training import reading
from handgrad.training.idx import read_idx
from handgrad.training.reading import fitted, read_images, shares

LIGHT_INK = np.zeros((28, 28), np.uint8)
LIGHT_INK[4:24, 12:16] = 200
LIGHT_INK[4:8, 8:20] = 255
EXPECTED = LIGHT_INK.astype(float) / 255


def refusal(path: Path, **options: bool) -> str:
    with pytest.raises(DataError) as caught:
        read_images(path, **options)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "wanted" in message
    assert "got" in message
    assert "\n" not in message
    return message


# Arrays


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64", ">f8"])
@pytest.mark.parametrize("count", [None, 1, 3])
def test_arrays_are_read(tmp_path, dtype, count):
    array = LIGHT_INK if count is None else np.stack([LIGHT_INK] * count)
    np.save(tmp_path / "a.npy", array if dtype == "uint8" else (array / 255).astype(dtype))
    images = read_images(tmp_path / "a.npy")
    assert images.shape == (count or 1, 28, 28)
    assert images.dtype == np.float64
    assert images.flags.writeable
    np.testing.assert_allclose(images, np.stack([EXPECTED] * (count or 1)), atol=1e-7)  # float32 has seven digits


def test_what_a_file_holds_counts_and_not_its_name(tmp_path):
    np.save(tmp_path / "a.npy", LIGHT_INK)
    (tmp_path / "a.npy").rename(tmp_path / "a.png")
    np.testing.assert_array_equal(read_images(tmp_path / "a.png")[0], EXPECTED)


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros(784), "(784,)"),
        (np.zeros((2, 1, 28, 28)), "(2, 1, 28, 28)"),
        (np.zeros((0, 28, 28)), "(0, 28, 28)"),
        (np.zeros(()), "()"),
        (np.zeros((28, 28), int), "int64"),
        (np.zeros((28, 28), bool), "bool"),
        (np.zeros((28, 28), complex), "complex128"),
        (np.full((28, 28), 1.5), "floats from 0 to 1, got 1.5"),
        (np.full((28, 28), -0.1), "got -0.1"),
        (np.where(np.eye(28) > 0, np.nan, 0.0), "got nan"),
        (np.where(np.eye(28) > 0, np.inf, 0.0), "got inf"),
        (np.zeros((27, 28)), "got 27 x 28; --fit"),
        (np.zeros((2, 28, 56)), "got 28 x 56; --fit"),
    ],
)
def test_arrays_that_are_no_images(tmp_path, array, words):
    np.save(tmp_path / "a.npy", array)
    assert words in refusal(tmp_path / "a.npy")


class Trap:
    def __reduce__(self):
        return (os.mkdir, ("unpickled",))


def test_nothing_is_unpickled(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("a.npy", np.array([[Trap()]], object), allow_pickle=True)
    refusal(Path("a.npy"))
    assert not Path("unpickled").exists()


def test_an_array_that_promises_more_than_there_is(tmp_path):
    head = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000, 28, 28), }\n"
    (tmp_path / "a.npy").write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + bytes(100))
    refusal(tmp_path / "a.npy")
    np.save(tmp_path / "b.npy", np.zeros((28, 28)))
    content = (tmp_path / "b.npy").read_bytes()
    for length in (6, 10, 60, 128, len(content) - 1):
        (tmp_path / "b.npy").write_bytes(content[:length])
        refusal(tmp_path / "b.npy")


def test_more_pixels_than_anybody_has(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MOST_PIXELS", 2 * 784)
    np.save(tmp_path / "a.npy", np.zeros((2, 28, 28)))
    assert len(read_images(tmp_path / "a.npy")) == 2
    np.save(tmp_path / "a.npy", np.zeros((3, 28, 28)))
    assert "at most 1568 pixels, got 2352" in refusal(tmp_path / "a.npy")


# IDX


@pytest.mark.parametrize("packed", [False, True])
def test_idx_files_are_read(tmp_path, idx_bytes, packed):
    content = idx_bytes(np.stack([LIGHT_INK, LIGHT_INK.T]))
    (tmp_path / "images").write_bytes(gzip.compress(content) if packed else content)
    np.testing.assert_array_equal(read_images(tmp_path / "images"), [EXPECTED, EXPECTED.T])


def test_idx_files_that_hold_no_images(tmp_path, idx_bytes):
    (tmp_path / "labels").write_bytes(idx_bytes(np.arange(10)))
    assert "(10,)" in refusal(tmp_path / "labels")
    (tmp_path / "cut").write_bytes(idx_bytes(LIGHT_INK[None])[:-1])
    assert "truncated" in refusal(tmp_path / "cut")


# Pictures


def drawn(path: Path, image: Image.Image, **options) -> Path:
    image.save(path, **options)
    return path


@pytest.mark.parametrize("suffix", ["png", "bmp", "tiff", "gif", "pgm", "webp", "tga"])
def test_pictures_are_read_in_grey(tmp_path, suffix):
    lossless = {"lossless": True} if suffix == "webp" else {}
    path = drawn(tmp_path / f"a.{suffix}", Image.fromarray(LIGHT_INK), **lossless)
    np.testing.assert_array_equal(read_images(path), EXPECTED[None])


def test_a_jpeg_is_read_nearly(tmp_path):
    path = drawn(tmp_path / "a.jpg", Image.fromarray(LIGHT_INK), quality=95)
    np.testing.assert_allclose(read_images(path)[0], EXPECTED, atol=0.1)  # it is compressed at a loss


def test_colours_become_grey(tmp_path):
    red = np.zeros((28, 28, 3), np.uint8)
    red[10:18, 10:18, 0] = 255
    grey = read_images(drawn(tmp_path / "red.png", Image.fromarray(red)))[0]
    # ITU-R 601-2 gives red 299/1000 of the brightness; half a level of 255 is lost.
    np.testing.assert_allclose(grey[10:18, 10:18], 0.299, atol=0.5 / 255)
    assert grey[0, 0] == 0
    palette = Image.fromarray(red).convert("P", palette=Image.Palette.ADAPTIVE)
    np.testing.assert_array_equal(read_images(drawn(tmp_path / "p.png", palette))[0], grey)
    bits = Image.fromarray(LIGHT_INK > 0)
    np.testing.assert_array_equal(read_images(drawn(tmp_path / "bits.png", bits))[0], EXPECTED > 0)


def test_more_than_eight_bits_are_refused_not_cut_off(tmp_path):
    for dtype, suffix in ((np.uint16, "png"), (np.float32, "tiff")):
        path = drawn(tmp_path / f"deep.{suffix}", Image.fromarray(np.zeros((28, 28), dtype)))
        assert "wanted 8 bits" in refusal(path)


def test_transparent_places_are_refused_and_an_opaque_picture_is_not(tmp_path):
    """What a transparent place hides is often black: dark ink on it would be none at all."""
    pixels = np.zeros((28, 28, 4), np.uint8)
    pixels[..., :3] = LIGHT_INK[..., None]
    pixels[..., 3] = 255
    np.testing.assert_array_equal(read_images(drawn(tmp_path / "a.png", Image.fromarray(pixels)))[0], EXPECTED)
    pixels[0, 0, 3] = 254
    assert "transparent" in refusal(drawn(tmp_path / "b.png", Image.fromarray(pixels)))
    indexed = Image.new("P", (28, 28))
    indexed.putpalette([0, 0, 0, 255, 255, 255])
    assert "transparent" in refusal(drawn(tmp_path / "c.png", indexed, transparency=0))


def test_a_photograph_stands_as_its_camera_says(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 3  # turned by half a turn
    path = drawn(tmp_path / "a.png", Image.fromarray(LIGHT_INK[::-1, ::-1]), exif=exif)
    np.testing.assert_array_equal(read_images(path)[0], EXPECTED)


def test_dark_ink_names_the_option_that_turns_it_round(tmp_path):
    dark = drawn(tmp_path / "dark.png", Image.fromarray(255 - LIGHT_INK))
    light = drawn(tmp_path / "light.png", Image.fromarray(LIGHT_INK))
    assert "wanted light ink on dark paper, got dark ink on light paper" in refusal(dark)
    assert "--invert turns it round" in refusal(dark)
    np.testing.assert_allclose(read_images(dark, invert=True)[0], EXPECTED, atol=1e-15)  # 1 - (1 - x)
    assert "leave out --invert" in refusal(light, invert=True)
    np.save(tmp_path / "two.npy", np.stack([LIGHT_INK, 255 - LIGHT_INK]))
    assert "two.npy[1]: wanted light ink" in refusal(tmp_path / "two.npy")
    np.save(tmp_path / "dark.npy", 255 - LIGHT_INK)
    np.testing.assert_allclose(read_images(tmp_path / "dark.npy", invert=True)[0], EXPECTED, atol=1e-15)


def test_pictures_of_another_size_name_the_option_that_fits_them(tmp_path):
    path = drawn(tmp_path / "wide.png", Image.fromarray(np.pad(LIGHT_INK, ((0, 0), (5, 30)))))
    assert "got 28 x 63; --fit" in refusal(path)
    assert read_images(path, fit=True).shape == (1, 28, 28)


def test_files_that_are_no_pictures(tmp_path):
    assert "got none" in refusal(tmp_path / "missing.png")
    assert "a folder" in refusal(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    assert "no ordinary file" in refusal(tmp_path / "pipe")
    (tmp_path / "empty.png").write_bytes(b"")
    refusal(tmp_path / "empty.png")
    (tmp_path / "text.png").write_text("a seven")
    refusal(tmp_path / "text.png")
    np.savez(tmp_path / "a.npz", x=LIGHT_INK)
    refusal(tmp_path / "a.npz")
    (tmp_path / "a.eps").write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 28 28\n%%EndComments\n")
    assert "cannot identify" in refusal(tmp_path / "a.eps")  # Pillow would run another program for it


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "tiff", "gif", "pgm"])
def test_truncated_pictures_are_refused(tmp_path, suffix):
    noise = np.random.default_rng(0).integers(0, 100, (28, 28)).astype(np.uint8)
    content = drawn(tmp_path / f"a.{suffix}", Image.fromarray(noise)).read_bytes()
    for length in (1, 9, 20, len(content) // 2):
        (tmp_path / f"a.{suffix}").write_bytes(content[:length])
        refusal(tmp_path / f"a.{suffix}")


def png_of(width: int, height: int, data: bytes) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [8_200, 12_000, 30_000])  # above our limit, above Pillow's warning, above its limit
def test_a_bomb_is_not_unpacked(tmp_path, side):
    (tmp_path / "bomb.png").write_bytes(png_of(side, side, zlib.compress(bytes(1000))))
    assert "pixels" in refusal(tmp_path / "bomb.png")
    (tmp_path / "small.png").write_bytes(png_of(28, 28, zlib.compress(bytes(29 * 28))))
    assert read_images(tmp_path / "small.png").max() == 0  # the same maker, an honest size


def test_several_pictures_in_one_file_are_not_taken_for_one(tmp_path):
    first, second = Image.fromarray(LIGHT_INK), Image.fromarray(LIGHT_INK.T)
    path = drawn(tmp_path / "two.gif", first, save_all=True, append_images=[second])
    assert "wanted one picture, got 2" in refusal(path)


def test_without_pillow_the_message_says_how_to_get_it(tmp_path, monkeypatch):
    path = drawn(tmp_path / "a.png", Image.fromarray(LIGHT_INK))
    monkeypatch.setitem(__import__("sys").modules, "PIL.Image", None)
    with pytest.raises(MissingExtraError, match=r"\[images\]"):
        read_images(path)


@given(data=st.data())
def test_a_damaged_picture_is_refused_or_read(tmp_path_factory, data):
    buffer = io.BytesIO()
    Image.fromarray(LIGHT_INK).save(buffer, data.draw(st.sampled_from(["PNG", "GIF", "BMP", "TIFF", "JPEG", "PPM"])))
    content = bytearray(buffer.getvalue())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("damaged") / "a"
    path.write_bytes(content)
    try:
        images = read_images(path)
    except DataError:
        return
    assert images.shape == (1, 28, 28)
    assert images.min() >= 0
    assert images.max() <= 1


# Fitting


@given(
    image=hnp.arrays(
        np.float64, st.tuples(st.integers(1, 60), st.integers(1, 60)), elements=st.sampled_from([0.0, 0.0, 0.3, 1.0])
    )
)
def test_a_fitted_digit_has_the_size_and_the_centre_of_mnist(image):
    if image.max() == 0:
        with pytest.raises(DataError, match="without ink"):
            fitted(image)
        return
    digit = fitted(image)
    assert digit.shape == (28, 28)
    assert digit.min() >= 0
    assert digit.max() <= 1
    rows, columns = np.nonzero(digit)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 <= 20
    for axis, (first, last) in enumerate(((rows.min(), rows.max()), (columns.min(), columns.max()))):
        centre = np.arange(28) @ digit.sum(axis=1 - axis) / digit.sum()
        # Nearest whole pixel, unless the digit would leave the image: of 20 pixels, there is room for 4 and 4.
        assert abs(centre - 14) <= 0.5 + 1e-9 or first == 0 or last == 27


def test_scaling_keeps_the_ink_and_the_shape():
    image = np.zeros((200, 100))
    image[20:120, 30:80] = 1.0  # 100 x 50 becomes 20 x 10
    digit = fitted(image)
    rows, columns = np.nonzero(digit > 1e-12)
    assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (20, 10)
    np.testing.assert_allclose(digit.sum(), 200)
    np.testing.assert_allclose(digit[digit > 1e-12], 1.0)


def test_faint_paper_is_no_ink():
    image = np.full((100, 100), 0.02)
    image[40:60, 45:55] = 1.0
    digit = fitted(image)
    assert np.ptp(np.nonzero(digit)[0]) + 1 == 20
    np.testing.assert_allclose(digit[digit > 0], 1.0)


@given(old=st.integers(1, 50), new=st.integers(1, 50))
def test_shares_are_means_over_equal_parts(old, new):
    matrix = shares(old, new)
    np.testing.assert_allclose(matrix.sum(axis=1), 1)
    np.testing.assert_allclose(matrix.sum(axis=0), new / old)  # every old part is used as much as every other


def test_mnist_itself_needs_no_fitting(mnist_folder):
    file = next(path for path in mnist_folder.iterdir() if "images" in path.name and path.name.startswith("t10k"))
    images = read_idx(file)[:500] / 255
    same = [np.abs(fitted(image) - image).max() < 1e-9 for image in images]
    # Some have a row of their 20 that is all fainter than the 5 % that count as ink, and are scaled a little.
    assert np.mean(same) > 0.9
