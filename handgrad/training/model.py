"""A trained network as a file, and what it says of images.

A model file is an .npz, that is a zip of arrays, which `numpy.load` opens too:

    model.json        text: format, version, network, settings, step, epoch, history
    parameters/v.npy  and so on: an array a letter, float32 or float64
    velocities/v.npy  and so on: those of momentum, none without it

Nothing in it is compressed, so an entry is never longer than the file, and nothing is ever unpickled. Damage shows in
the zip's own checksums (CRC-32). A file of version 1 has an entry more, sha256, which is not read any more.
"""

import io
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from handgrad.atomic_write import write_whole
from handgrad.errors import DataError, ModelError, one_line
from handgrad.paths import require_file, require_place
from handgrad.render.json import strict
from handgrad.training import by_hand
from handgrad.training.digits import CLASSES, SIDE
from handgrad.training.settings import DEFAULTS, shapes_of
from handgrad.values import Array

FORMAT, VERSION = "handgrad model", 2
METADATA, OLD_CHECKSUM = "model.json", "sha256"
MOST_BYTES, MOST_ENTRIES = 2**31, 10  # of a model file; the largest network there can be has 1.3e9 bytes
PIECE = 256  # images that go through a network at once
LETTERS: dict[str, Any] = {"dense": by_hand.dense_letters, "cnn": by_hand.cnn_letters}


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
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:  # a ZipInfo has no date but 1980: the same model, the same bytes
        archive.writestr(zipfile.ZipInfo(METADATA), json.dumps(metadata, indent=1))
        for kind in ("parameters", "velocities"):
            for letter, array in getattr(model, kind).items():
                entry = io.BytesIO()
                np.save(entry, np.ascontiguousarray(array, array.dtype.newbyteorder("=")), allow_pickle=False)
                archive.writestr(zipfile.ZipInfo(f"{kind}/{letter}.npy"), entry.getvalue())
    if buffer.tell() > MOST_BYTES:
        raise ModelError(f"{path}: wanted a model of at most {MOST_BYTES} bytes, got {buffer.tell()}")
    write_whole(path, buffer.getvalue())


def load(path: Path | str) -> Model:
    """Read a model file; the arrays are plain, writeable ones of the same type of float.

    Raises `ModelError`, when there is none, or what there is is no model, damaged, or unsound.
    """
    path = Path(path)
    metadata, entries = contents(path)
    if metadata.get("version") not in (1, VERSION):
        raise ModelError(f"{path}: wanted a model of version 1 to {VERSION}, got version {metadata.get('version')!r}")
    arrays: dict[str, dict[str, Array]] = {"parameters": {}, "velocities": {}}
    for name, content in entries.items():
        kind, _, file = name.partition("/")
        if kind not in arrays or not file.endswith(".npy"):
            raise ModelError(f"{path}: wanted parameters and velocities, got an entry {name!r}")
        arrays[kind][file.removesuffix(".npy")] = array_in(content, f"{path}: {name}")
    keys = ("network", "settings", "step", "epoch", "history")
    model = Model(**arrays, **{key: metadata.get(key) for key in keys})  # type: ignore[arg-type]  # required sound below
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
    y_hat = np.empty((len(images), CLASSES), kind)
    with np.errstate(over="ignore", invalid="ignore"):  # refused below, by name
        for start in range(0, len(images), PIECE):
            piece = np.asarray(images[start : start + PIECE], kind)
            y_hat[start : start + PIECE] = LETTERS[model.network](model.parameters, piece).y_hat
    if not np.isfinite(y_hat).all():
        raise ModelError(
            f"{model.network} network: wanted outputs from 0 to 1, got one without a value: too large inside"
        )
    return y_hat


def require_sound(model: Model, who: str) -> None:
    """Raises `ModelError`, when the parts of a model are not what `Model` says, or do not go together."""
    if not isinstance(model.network, str) or model.network not in DEFAULTS:
        raise ModelError(f"{who}: wanted a network {' or '.join(DEFAULTS)}, got {model.network!r}")
    for name in ("step", "epoch"):
        count = getattr(model, name)
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            raise ModelError(f"{who}: wanted {name} as an integer of at least 0, got {count!r}")
    if not isinstance(model.settings, dict):
        raise ModelError(f"{who}: wanted settings by their names, got a {type(model.settings).__name__}")
    if not isinstance(model.history, list) or not all(isinstance(entry, dict) for entry in model.history):
        raise ModelError(f"{who}: wanted a history with an entry an epoch, got something else")
    v = model.parameters.get("v")
    wanted = shapes_of(model.network, max(1, v.shape[1]) if isinstance(v, np.ndarray) and v.ndim == 2 else 1)
    kinds = set()
    for part, arrays in (("parameters", model.parameters), ("velocities", model.velocities or model.parameters)):
        if set(arrays) != set(wanted):
            got = ", ".join(arrays) or "none"
            raise ModelError(f"{who}: {part}: wanted {', '.join(wanted)} of network {model.network}, got {got}")
        for letter, shape in wanted.items():
            array = arrays[letter]
            kind = array.dtype.newbyteorder("=") if isinstance(array, np.ndarray) else type(array).__name__
            if kind not in (np.float32, np.float64):
                raise ModelError(f"{who}: {part}: wanted {letter} as an array of float32 or float64, got {kind}")
            if array.shape != shape:
                raise ModelError(f"{who}: {part}: wanted {letter} of shape {shape}, got {array.shape}")
            if not np.isfinite(array).all():
                raise ModelError(f"{who}: {part}: wanted {letter} finite, got {array[~np.isfinite(array)][0]}")
            kinds.add(str(kind))
    if len(kinds) > 1:
        raise ModelError(f"{who}: wanted arrays of one type, got {' and '.join(sorted(kinds))}")


def require_writable(path: Path, force: bool) -> None:
    """Raises `ModelError`, where a model can't be written, or would destroy what is there.

    `force` lets a model take the place of another, and of nothing else.
    """
    require_place(path, "a file to write a model to", ModelError)
    if not path.exists():
        return
    if not is_model(path):
        raise ModelError(f"{path}: wanted a new file or a model to write over, got a file that is no model")
    if not force:
        raise ModelError(f"{path}: wanted a new file, got a model that there is already; --force writes over it")


def is_model(path: Path) -> bool:
    """Whether a file is a model, of whatever version; what its arrays hold does not matter."""
    try:
        contents(path)
    except ModelError:
        return False
    return True


def contents(path: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What a model file says of itself, and its arrays as they are. Raises `ModelError`, when it is no model."""
    require_file(path, "a model file", ModelError)
    if (length := path.stat().st_size) > MOST_BYTES:
        raise ModelError(f"{path}: wanted a model file of at most {MOST_BYTES} bytes, got {length}")
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            names = sorted({info.filename for info in infos})
            if METADATA not in names or len(infos) > MOST_ENTRIES or len(names) < len(infos):
                few = ", ".join(repr(name[:40]) for name in names[:4]) or "none"
                raise ModelError(f"{path}: wanted a model file, got another zip: entries {few}")
            # Before a byte is read: without compression, entries of more bytes than the file are a trap.
            if any(info.compress_type != zipfile.ZIP_STORED for info in infos):
                raise ModelError(f"{path}: wanted a model file, nothing in it compressed, got a compressed entry")
            if (declared := sum(info.file_size for info in infos)) > length:
                raise ModelError(f"{path}: wanted entries of at most the file's {length} bytes, got {declared}")
            entries = {info.filename: archive.read(info) for info in infos if info.filename != OLD_CHECKSUM}
    except ModelError:
        raise
    except Exception as error:  # a damaged zip makes its reader fail in any way there is; each of them means the same
        raise ModelError(
            f"{path}: wanted a model file, got no zip, or a damaged one: {one_line(error)[:200]}"
        ) from None
    try:
        metadata = json.loads(entries.pop(METADATA))
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path}: wanted JSON in {METADATA}, got {one_line(error)[:200]}") from None
    if not isinstance(metadata, dict) or metadata.get("format") != FORMAT:
        got = metadata.get("format") if isinstance(metadata, dict) else metadata
        raise ModelError(f"{path}: wanted a file of format {FORMAT!r}, got {str(got)[:80]!r}")
    return metadata, entries


def array_in(content: bytes, who: str) -> Array:
    """The array in a .npy entry, in this machine's order of bytes; it takes no more memory than the entry is long.

    Raises `ModelError`, when it is none.
    """
    stream = io.BytesIO(content)
    try:
        np.lib.format.read_magic(stream)
        shape, by_columns, kind = np.lib.format.read_array_header_1_0(stream)
        flat = np.frombuffer(content, kind, offset=stream.tell())
        return flat.astype(kind.newbyteorder("=")).reshape(shape, order="F" if by_columns else "C")
    except Exception as error:  # as with the zip
        raise ModelError(f"{who}: wanted an array in format .npy 1.0, got another: {one_line(error)[:200]}") from None
