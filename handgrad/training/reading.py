"""Images that a user brings, as a network wants them: 28 x 28, from 0 (paper) to 1 (ink)."""

import warnings
from pathlib import Path

import numpy as np

from handgrad.errors import DataError, HandgradError, one_line
from handgrad.extras import imported
from handgrad.paths import require_file
from handgrad.training.digits import SIDE
from handgrad.training.idx import read_idx
from handgrad.values import Array

MOST_PIXELS = 2**26  # of all images in a file together
BOX = 20  # side of the square that MNIST fits a digit into
FAINT = 0.05  # of the darkest ink: what is fainter is paper, when a digit is cropped
# Those that Pillow reads by itself; for others it runs programs.
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "TGA")


def read_images(path: Path | str, invert: bool = False, fit: bool = False) -> Array:
    """The images of digits in a file: .npy, IDX (gzipped or not), or a picture that Pillow reads.

    An array (28, 28) or (N, 28, 28) holds uint8 from 0 to 255 or floats from 0 to 1. Colours become grey.

    path    the file; its first bytes say what it holds, not its name
    invert  ink is dark and paper light; in what is handed out it is the other way round
    fit     the digit is cropped, scaled and centred as those of MNIST were (see `fitted`)

    Returns images (N, 28, 28), brightness from 0 (paper) to 1 (ink), float64.
    Raises `DataError`, when there is no such file, when it holds no such images, more than 2^26 pixels, another
    size without `fit`, or light ink where `invert` says dark, or the reverse; `MissingExtraError`, when it is a
    picture and Pillow is not installed.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.save(Path(folder, "seven.npy"), np.full((28, 28), 51, np.uint8))
    ...     images = read_images(Path(folder, "seven.npy"))
    >>> images.shape, float(images[0, 0, 0])
    ((1, 28, 28), 0.2)
    """
    path = Path(path)
    require_file(path, "a file with images", DataError)
    try:
        with path.open("rb") as file:
            begin = file.read(8)
        if begin.startswith((b"\x1f\x8b", b"\x00\x00\x08")):
            images = brightness(read_idx(path), path)
        elif begin.startswith(b"\x93NUMPY"):  # still on the disk: a head that promises too much takes no memory
            images = brightness(np.load(path, mmap_mode="r", allow_pickle=False), path)
        else:
            images = picture(path)
    except HandgradError:
        raise
    except Exception as error:  # a damaged file makes its reader fail in any way there is; each of them means the same
        wanted = "an .npy or IDX file or a picture that may be read"
        raise DataError(f"{path}: wanted {wanted}, got another or a damaged one: {one_line(error)[:200]}") from None
    images = 1 - images if invert else images
    names = [f"{path}[{index}]" if len(images) > 1 else str(path) for index in range(len(images))]
    for image, who in zip(images, names, strict=True):
        require_light_ink(image, invert, who)
        if not fit and image.shape != (SIDE, SIDE):
            size = " x ".join(map(str, image.shape))
            raise DataError(f"{who}: wanted an image of {SIDE} x {SIDE} pixels, got {size}; --fit crops and scales it")
    if fit:
        return np.stack([fitted(image, name) for image, name in zip(images, names, strict=True)])
    return images


def brightness(array: Array, path: Path) -> Array:
    """An array of one image or several as images from 0 to 1. Raises `DataError`, when it is none."""
    if array.ndim not in (2, 3) or 0 in array.shape:
        raise DataError(f"{path}: wanted images (rows, columns) or (N, rows, columns), got shape {array.shape}")
    if array.size > MOST_PIXELS:
        raise DataError(f"{path}: wanted at most {MOST_PIXELS} pixels, got {array.size}")
    if array.dtype != np.uint8 and array.dtype.kind != "f":
        raise DataError(f"{path}: wanted uint8 from 0 to 255 or floats from 0 to 1, got {array.dtype}")
    images = np.array(array, np.float64).reshape((-1, *array.shape[-2:]))
    if array.dtype == np.uint8:
        return images / 255
    outside = ~((images >= 0) & (images <= 1))  # NaN is outside too
    if outside.any():
        raise DataError(f"{path}: wanted floats from 0 to 1, got {images[outside][0]:g}")
    return images


def picture(path: Path) -> Array:
    """A picture that Pillow reads, in grey: (1, rows, columns), 0 where it is black.

    Raises `DataError`, when it is more than one, too large, partly transparent or of more than 8 bits; else as Pillow.
    """
    Image, ImageOps = (imported(f"PIL.{module}", "images", str(path)) for module in ("Image", "ImageOps"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # of a picture that would be too large, or is read only in part
        with Image.open(path, formats=FORMATS) as file:
            width, height = file.size
            if width * height > MOST_PIXELS:
                raise DataError(f"{path}: wanted at most {MOST_PIXELS} pixels, got {width} x {height}")
            if (count := getattr(file, "n_frames", 1)) > 1:
                raise DataError(f"{path}: wanted one picture, got {count} in one file")
            if file.mode.startswith(("I", "F")):  # of which Pillow would keep the lowest 8
                raise DataError(f"{path}: wanted 8 bits for each pixel and colour, got more")
            if file.convert("RGBA").getchannel("A").getextrema()[0] < 255:
                raise DataError(f"{path}: wanted ink on paper, got transparent places; save it without any")
            return np.asarray(ImageOps.exif_transpose(file).convert("L"), np.float64)[None] / 255


def require_light_ink(image: Array, invert: bool, who: str) -> None:
    """Raises `DataError`, when most of an image is bright: then it is the paper that is, and not the ink."""
    if (mean := image.mean()) > 0.5:
        wanted, found = (
            ("dark ink on light", "light ink on dark") if invert else ("light ink on dark", "dark ink on light")
        )
        cure = "leave out --invert" if invert else "--invert turns it round"
        seen = 1 - mean if invert else mean
        raise DataError(f"{who}: wanted {wanted} paper, got {found} paper (mean brightness {seen:.2f}); {cure}")


def fitted(image: Array, who: str = "fitted") -> Array:
    """A digit as MNIST has them: cropped, scaled to fit into 20 x 20, its centre of mass in the middle of 28 x 28.

    Shapes:  image (rows, columns), from 0 (paper) to 1 (ink) -> (28, 28).
    Raises:  DataError, when there is no ink.

    >>> small = np.zeros((50, 60))
    >>> small[5:45, 30:36] = 1.0  # a one, 40 high and 6 wide, becomes one 20 high and 3 wide
    >>> rows, columns = np.nonzero(fitted(small))
    >>> int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1
    (20, 3)

    Source: Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits.
    """
    if not image.max() > 0:
        raise DataError(f"{who}: wanted a digit to fit, got an image without ink")
    rows, columns = np.nonzero(image > FAINT * image.max())
    ink = image[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    height, width = (max(1, round(side * BOX / max(ink.shape))) for side in ink.shape)
    digit = shares(ink.shape[0], height) @ ink @ shares(ink.shape[1], width).T
    placed = np.zeros((SIDE, SIDE))
    weights = digit / digit.sum()
    top = place(np.arange(height) @ weights.sum(axis=1), height)
    left = place(np.arange(width) @ weights.sum(axis=0), width)
    placed[top : top + height, left : left + width] = np.clip(digit, 0, 1)  # a sum of shares may round above 1
    return placed


def shares(old: int, new: int) -> Array:
    """What share of each of `new` equal parts of a line lies in each of `old` ones: (new, old), rows sum to 1.

    >>> shares(4, 2)
    array([[0.5, 0.5, 0. , 0. ],
           [0. , 0. , 0.5, 0.5]])
    """
    ends = np.linspace(0, old, new + 1)
    starts, stops = ends[:-1, None], ends[1:, None]
    part = np.arange(old)
    return np.clip(np.minimum(stops, part + 1) - np.maximum(starts, part), 0, None) * (new / old)


def place(centre: float, length: int) -> int:
    """Where a digit starts so that its centre comes nearest to the middle, and nothing of it is cut off.

    The middle is pixel 14, counted from 0: there all of MNIST's own images have theirs, to half a pixel.
    """
    return min(max(round(SIDE / 2 - float(centre)), 0), SIDE - length)
