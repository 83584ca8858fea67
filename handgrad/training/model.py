"""A trained network as a file, and what it says of images.

A model file is an .npz, that is a zip of arrays, which `numpy.load` opens too:

    model.json        text: format, version, network, settings, step, epoch, history
    parameters/v.npy  and so on: an array a letter, float32 or float64
    velocities/v.npy  and so on: those of momentum, none without it
    sha256            text: SHA-256, in hexadecimal, of all other entries in the order of their names, of each:
                      its name, a blank, its length in bytes, a line feed, its bytes

Nothing in it is compressed, so an entry is never longer than the file, and nothing is ever unpickled.
"""

import hashlib
import io
import json
import math
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from handgrad.atomic_write import write_whole
from handgrad.errors import DataError, ModelError
from handgrad.render.json import strict
from handgrad.training.digits import CLASSES, SIDE
from handgrad.values import Array
from manual.networks import cnn_forward, dense_forward

FORMAT, VERSION = "handgrad model", 1
METADATA, CHECKSUM = "model.json", "sha256"
MOST_BYTES = 2**30  # of a model file
HEAD = re.compile(  # of a .npy entry of format 1.0, as NumPy writes it
    "\x93NUMPY\x01\x00(?s:..)"
    r"\{'descr': '(?P<kind>[^']*)', 'fortran_order': (?P<by_columns>True|False), "
    r"'shape': \((?P<shape>|\d{1,12},|\d{1,12}(, \d{1,12}){1,3})\), \} *\n"
)
PIECE = 256  # images that go through a network at once

# The letters of each network with their axes: a length, a free size, or a multiple of a free size.
# q hidden neurons; F filters, each of which leaves 144 = 12 x 12 pooled places of a 28 x 28 image.
SHAPES = {
    "dense": {"v": "784 q", "gamma": "q", "w": "q 10", "theta": "10"},
    "cnn": {"v": "25 F", "q": "F", "W": "144F 10", "b": "10"},
}


@dataclass(frozen=True)
class Model:
    """A network with all that is needed to use it, or to go on training it.

    network     "dense" or "cnn"
    parameters  by the report's letters: dense v (784, q), gamma (q,), w (q, 10), theta (10,);
                cnn v (25, F), q (F,), W (144 F, 10), b (10,); all float32 or all float64
    velocities  of momentum, by the same letters; empty without momentum
    settings    plain JSON: how it was trained
    step        steps taken
    epoch       whole epochs taken
    history     plain JSON, one entry an epoch: "epoch", "step", "loss", "test_loss", "accuracy", ...
    """

    network: str
    parameters: dict[str, Array]
    velocities: dict[str, Array] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    step: int = 0
    epoch: int = 0
    history: list[dict[str, Any]] = field(default_factory=list)


def save(model: Model, path: Path | str, force: bool = False) -> None:
    """Write a model file, whole or not at all.

    NaN and the infinities in settings and history become null, which is what JSON has.
    Raises `ModelError`, when the model is unsound, when something other than a model is in the way, or when a
    model is and `force` does not say to write over it; `OSError`, when the file can't be written.

    >>> import tempfile
    >>> zeros = {"v": np.zeros((25, 1)), "q": np.zeros(1), "W": np.zeros((144, 10)), "b": np.zeros(10)}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(Model("cnn", zeros, step=7), Path(folder, "zeros.npz"))
    ...     load(Path(folder, "zeros.npz")).step
    7
    """
    path = Path(path)
    require_sound(model, str(path))
    require_writable(path, force)
    metadata = {
        "format": FORMAT, "version": VERSION, "network": model.network, "step": model.step, "epoch": model.epoch,
        "settings": strict(model.settings), "history": strict(model.history),
    }  # fmt: skip
    entries = {METADATA: json.dumps(metadata, indent=1).encode()}
    for kind, arrays in (("parameters", model.parameters), ("velocities", model.velocities)):
        entries |= {f"{kind}/{letter}.npy": npy(array) for letter, array in arrays.items()}
    content = zipped(entries | {CHECKSUM: checksum(entries).encode()})
    if len(content) > MOST_BYTES:
        raise ModelError(f"{path}: wanted a model of at most {MOST_BYTES} bytes, got {len(content)}")
    write_whole(path, content)


def load(path: Path | str) -> Model:
    """Read a model file; the arrays are plain, writeable ones of the same type of float.

    Raises `ModelError`, when there is none, or what there is is no model, damaged, or unsound.
    """
    path = Path(path)
    entries = entries_of(path)
    metadata = metadata_of(path, entries)
    if metadata.get("version") != VERSION:
        raise ModelError(f"{path}: wanted a model of version {VERSION}, got version {metadata.get('version')!r}")
    said = entries.pop(CHECKSUM, b"").decode("ascii", "replace")
    if said != (found := checksum(entries)):
        raise ModelError(f"{path}: damaged; wanted contents of SHA-256 {said or '(none)'}, got {found}")
    arrays: dict[str, dict[str, Array]] = {"parameters": {}, "velocities": {}}
    for name, content in entries.items():
        if name == METADATA:
            continue
        kind, _, file = name.partition("/")
        if kind not in arrays or not file.endswith(".npy"):
            raise ModelError(f"{path}: wanted parameters and velocities, got an entry {name!r}")
        arrays[kind][file.removesuffix(".npy")] = array_in(content, f"{path}: {name}")
    keys = ("network", "settings", "step", "epoch", "history")
    if missing := [key for key in keys if key not in metadata]:
        raise ModelError(f"{path}: wanted {', '.join(keys)} in its description, got no {' and no '.join(missing)}")
    model = Model(**arrays, **{key: metadata[key] for key in keys})  # type: ignore[arg-type]  # required sound below
    require_sound(model, str(path))
    return model


def outputs(model: Model, images: Array) -> Array:
    """What the network says of images, computed by hand: the outputs y_hat of `manual.networks`.

    Those of the convolutional network are probabilities; those of the dense one are ten sigmoids, each between
    0 and 1 by itself, which do not sum to 1.

    Shapes:  images (N, 28, 28), brightness from 0 (paper) to 1 (ink) -> (N, 10), of the parameters' type.
    Raises:  DataError, when the images have another shape; ModelError, when an output has no value.

    >>> zeros = {"v": np.zeros((784, 3)), "gamma": np.zeros(3), "w": np.zeros((3, 10)), "theta": np.zeros(10)}
    >>> outputs(Model("dense", zeros), np.zeros((2, 28, 28)))[1, :3]
    array([0.5, 0.5, 0.5])
    """
    if np.ndim(images) != 3 or np.shape(images)[1:] != (SIDE, SIDE):
        raise DataError(f"outputs: wanted images of shape (N, {SIDE}, {SIDE}), got {np.shape(images)}")
    kind = next(iter(model.parameters.values())).dtype
    said = np.empty((len(images), CLASSES), kind)
    with np.errstate(over="ignore", invalid="ignore"):  # told below, by name
        for start in range(0, len(images), PIECE):
            piece = np.asarray(images[start : start + PIECE], kind)
            if model.network == "dense":
                letters: Any = dense_forward(piece.reshape(len(piece), SIDE * SIDE), **model.parameters)
            else:
                letters = cnn_forward(piece[:, None], **model.parameters)
            said[start : start + PIECE] = letters.y_hat
    if not np.isfinite(said).all():
        raise ModelError(
            f"{model.network} network: wanted outputs from 0 to 1, got one without a value: too large inside"
        )
    return said


# What a sound model is


def require_sound(model: Model, who: str) -> None:
    """Raises `ModelError`, when the parts of a model are not what `Model` says, or do not go together."""
    if not isinstance(model.network, str) or model.network not in SHAPES:
        raise ModelError(f"{who}: wanted a network {' or '.join(SHAPES)}, got {model.network!r}")
    for name in ("step", "epoch"):
        count = getattr(model, name)
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            raise ModelError(f"{who}: wanted {name} as an integer of at least 0, got {count!r}")
    if not isinstance(model.settings, dict):
        raise ModelError(f"{who}: wanted settings by their names, got a {type(model.settings).__name__}")
    if not isinstance(model.history, list) or not all(isinstance(entry, dict) for entry in model.history):
        raise ModelError(f"{who}: wanted a history with an entry an epoch, got something else")
    sizes: dict[str, int] = {}
    require_shapes(model.network, model.parameters, f"{who}: parameters", sizes)
    if model.velocities:
        require_shapes(model.network, model.velocities, f"{who}: velocities", sizes)
    kinds = {array.dtype.newbyteorder("=") for array in (*model.parameters.values(), *model.velocities.values())}
    if len(kinds) > 1:
        raise ModelError(f"{who}: wanted arrays of one type, got {' and '.join(sorted(map(str, kinds)))}")


def require_shapes(network: str, arrays: Mapping[str, Array], who: str, sizes: dict[str, int]) -> None:
    """Raises `ModelError`, when arrays are not a network's; `sizes` takes each free size from the first that has it."""
    wanted = SHAPES[network]
    if set(arrays) != set(wanted):
        raise ModelError(f"{who}: wanted {', '.join(wanted)} of network {network}, got {', '.join(arrays) or 'none'}")
    for letter, axes in wanted.items():
        array = arrays[letter]
        if not isinstance(array, np.ndarray) or array.dtype.newbyteorder("=") not in (np.float32, np.float64):
            got = array.dtype if isinstance(array, np.ndarray) else type(array).__name__
            raise ModelError(f"{who}: wanted {letter} as an array of float32 or float64, got {got}")
        known = dict(sizes)
        if not fits(array.shape, axes, sizes):
            company = "".join(f", {name} = {size}" for name, size in known.items())
            raise ModelError(f"{who}: wanted {letter} of shape ({', '.join(axes.split())}){company}, got {array.shape}")
        if not np.isfinite(array).all():
            raise ModelError(f"{who}: wanted {letter} finite, got {array[~np.isfinite(array)][0]}")


def fits(shape: tuple[int, ...], axes: str, sizes: dict[str, int]) -> bool:
    """Whether a shape is one of some axes, "144F 10"; a size that is still free takes its value here.

    >>> sizes = {}
    >>> fits((288, 10), "144F 10", sizes), sizes, fits((3,), "F", sizes)
    (True, {'F': 2}, False)
    """
    names = axes.split()
    if len(shape) != len(names):
        return False
    for length, axis in zip(shape, names, strict=True):
        number, name = re.fullmatch(r"(\d*)([A-Za-z]?)", axis).groups()  # type: ignore[union-attr]
        size, rest = divmod(length, int(number or 1))
        if rest or size < 1 or size != (sizes.setdefault(name, size) if name else 1):
            return False
    return True


# What a model file is


def require_writable(path: Path, force: bool) -> None:
    """Raises `ModelError`, where a model can't be written, or would destroy what is there.

    `force` lets a model take the place of another, and of nothing else.
    """
    if path.is_dir():
        raise ModelError(f"{path}: wanted a file to write a model to, got a folder")
    if not path.absolute().parent.is_dir():
        raise ModelError(f"{path}: wanted a file in a folder that there is, got no folder {path.absolute().parent}")
    if not path.exists():
        return
    if not is_model(path):
        raise ModelError(f"{path}: wanted a new file or a model to write over, got a file that is no model")
    if not force:
        raise ModelError(f"{path}: wanted a new file, got a model that there is already; --force writes over it")


def is_model(path: Path) -> bool:
    """Whether a file is a model, of whatever version; what its arrays hold does not matter."""
    try:
        metadata_of(path, entries_of(path))
    except ModelError:
        return False
    return True


def entries_of(path: Path) -> dict[str, bytes]:
    """What a model file holds, by name. Raises `ModelError`, when it is no zip, or one of another kind."""
    if not path.exists():
        raise ModelError(f"{path}: wanted a model file, got none")
    if not path.is_file():
        raise ModelError(f"{path}: wanted a model file, got {'a folder' if path.is_dir() else 'no ordinary file'}")
    if (length := path.stat().st_size) > MOST_BYTES:
        raise ModelError(f"{path}: wanted a model file of at most {MOST_BYTES} bytes, got {length}")
    most = 2 + 2 * max(map(len, SHAPES.values()))
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            names = {info.filename for info in infos}
            if METADATA not in names or len(infos) > most or len(names) < len(infos):
                raise ModelError(f"{path}: wanted a model file, got another zip: entries {some(names)}")
            # Before a byte is read: without compression, entries of more bytes than the file are a trap.
            if any(info.compress_type != zipfile.ZIP_STORED for info in infos):
                raise ModelError(f"{path}: wanted a model file, nothing in it compressed, got a compressed entry")
            if (declared := sum(info.file_size for info in infos)) > length:
                raise ModelError(f"{path}: wanted entries of at most the file's {length} bytes, got {declared}")
            return {info.filename: archive.read(info) for info in infos}
    except PermissionError:
        raise ModelError(f"{path}: wanted a model file that may be read, got no permission") from None
    except ModelError:
        raise
    # A damaged zip fails in many ways: an encrypted entry, an unknown version, an impossible place in the file.
    except (zipfile.BadZipFile, RuntimeError, ValueError, EOFError, OSError, OverflowError, LookupError) as error:
        raise ModelError(f"{path}: wanted a model file, got no zip, or a damaged one: {one_line(error)}") from None


def metadata_of(path: Path, entries: Mapping[str, bytes]) -> dict[str, Any]:
    """What a model file says of itself. Raises `ModelError`, when that is not what a model says."""
    try:
        metadata = json.loads(entries[METADATA])
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path}: wanted JSON in {METADATA}, got {one_line(error)}") from None
    if not isinstance(metadata, dict) or metadata.get("format") != FORMAT:
        got = metadata.get("format") if isinstance(metadata, dict) else metadata
        raise ModelError(f"{path}: wanted a file of format {FORMAT!r}, got {str(got)[:80]!r}")
    return metadata


def checksum(entries: Mapping[str, bytes]) -> str:
    """SHA-256 of entries, as the head of this file says.

    >>> checksum({"a": b"xyz"}) == hashlib.sha256(b"a 3" + bytes([10]) + b"xyz").hexdigest()
    True
    """
    digest = hashlib.sha256()
    for name in sorted(entries):
        digest.update(f"{name} {len(entries[name])}\n".encode())
        digest.update(entries[name])
    return digest.hexdigest()


def zipped(entries: Mapping[str, bytes]) -> bytes:
    """A zip of entries; the same ones give the same bytes, whenever it is made."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def npy(array: Array) -> bytes:
    """An array as the .npy format has it, in the order of rows and this machine's order of bytes."""
    buffer = io.BytesIO()
    plain = np.ascontiguousarray(array, array.dtype.newbyteorder("="))
    np.lib.format.write_array(buffer, plain, version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


def array_in(content: bytes, who: str) -> Array:
    """The array of float32 or float64 in a .npy entry. Raises `ModelError`, when it is anything else.

    The head is read by a pattern, the rest as numbers of the type and in the shape it names: no other type is
    ever made, whatever NumPy could read, and no more memory taken than the entry is long.
    """
    end = 10 + int.from_bytes(content[8:10], "little")
    head = HEAD.fullmatch(content[:end].decode("latin-1"))
    if head is None:
        raise ModelError(f"{who}: wanted an array in format .npy 1.0, got a beginning of {content[:16]!r}")
    kind, by_columns = head["kind"], head["by_columns"] == "True"
    shape = tuple(int(length) for length in head["shape"].split(",") if length.strip())
    if kind not in ("<f4", "<f8", ">f4", ">f8"):
        raise ModelError(f"{who}: wanted numbers of type float32 or float64, got {kind[:40]!r}")
    wanted = math.prod(shape) * int(kind[2])
    if len(content) - end != wanted:
        raise ModelError(f"{who}: wanted {wanted} bytes for shape {shape}, got {len(content) - end}")
    flat = np.frombuffer(content, kind, offset=end).astype(f"f{kind[2]}")
    return flat.reshape(shape, order="F" if by_columns else "C")


def some(names: set[str]) -> str:
    """A few names, whatever they are, in one line."""
    shown = ", ".join(repr(name[:40]) for name in sorted(names)[:4])
    return f"{shown or 'none'}{', ...' * (len(names) > 4)}"


def one_line(error: BaseException) -> str:
    """What an exception says, in one line."""
    return " ".join(str(error).split())[:200] or type(error).__name__
