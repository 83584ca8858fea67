"""Files with which the readers are led astray, written into the current folder; and small sound ones."""

import io
import json
import os
import struct
import zipfile
from pathlib import Path

import numpy as np

from handgrad.training.model import Model, save

CNN = {"v": np.zeros((25, 1)), "q": np.zeros(1), "W": np.zeros((144, 10)), "b": np.zeros(10)}
DENSE = {"v": np.zeros((784, 2)), "gamma": np.zeros(2), "w": np.zeros((2, 10)), "theta": np.zeros(10)}
EVIL = "e\n\x1b[2Jvil<script>"  # a line feed, an escape sequence that clears the screen, a tag


def written(name, content):
    """A file with these bytes; its name."""
    Path(name).write_bytes(content)
    return name


def array(x, name="x.npy"):
    np.save(name, x)
    return name


def image(shape=(28, 28), brightness=0.2):
    return np.full(shape, brightness)


def idx(magic, sides, data, name="x.idx"):
    return written(name, struct.pack(f">{1 + len(sides)}I", magic, *sides) + bytes(data))


def labels(values, name="labels"):
    return idx(0x801, [len(values)], values, name)


def images(count, name="images"):
    return idx(0x803, [count, 28, 28], [51] * 784 * count, name)


def model(name="model.npz", parameters=CNN, network="cnn", **said):
    save(Model(network, dict(parameters), **said), name, force=True)
    return name


def model_of(name, **changed):
    """A model whose description was changed afterwards."""
    with zipfile.ZipFile(model()) as archive:
        entries = {info.filename: archive.read(info) for info in archive.infolist()}
    description = json.loads(entries["model.json"]) | changed
    return archive_of(name, entries | {"model.json": json.dumps(description).encode()})


def archive_of(name, entries, **options):
    with zipfile.ZipFile(name, "w", **options) as archive:
        for entry, content in entries.items():
            archive.writestr(entry, content)
    return name


def damaged(name="damaged.npz"):
    content = bytearray(Path(model()).read_bytes())
    content[len(content) // 2] ^= 1
    return written(name, bytes(content))


def cut(name="cut.npz"):
    content = Path(model()).read_bytes()
    return written(name, content[: len(content) // 2])


def pickled(name="pickled.npy"):
    buffer = io.BytesIO()
    np.save(buffer, np.array([{}], object), allow_pickle=True)
    return written(name, buffer.getvalue())


def folder(name, **files):
    os.mkdir(name)
    for file, content in files.items():
        written(f"{name}/{file}", content)
    return name
