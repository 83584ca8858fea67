"""What the readers of files and the training are given and must refuse, or must take as it is.

What a file may be beside this is in `tests/training`.
"""
# ruff: noqa: E501  a row of a table is one line

import gzip
from pathlib import Path

import numpy as np

from handgrad.errors import DataError, ModelError, TrainingError
from handgrad.training.by_hand import WAYS
from handgrad.training.descent import Descent
from handgrad.training.digits import Dataset, Digits
from handgrad.training.drawn import drawn
from handgrad.training.idx import digits_of, from_folder, read_idx
from handgrad.training.lockstep import Lockstep
from handgrad.training.model import Model, load, outputs, save
from handgrad.training.pictures import confusion, draw_model
from handgrad.training.reading import read_images
from handgrad.training.settings import Settings
from tests.trust import files
from tests.trust.rows import Refused, Right, read_only, strided

IMAGES, LABELS = np.full((4, 28, 28), 0.5), np.array([0, 1, 2, 9])


def model(**changed):
    return Model("cnn", dict(files.CNN) | changed)


def descent(images=IMAGES, labels=LABELS, **chosen):
    digits = Digits(images, labels)
    settings = Settings.of("cnn", **{"batch": 2, "epochs": 1, "filters": 1, **chosen})
    return Descent(settings, Dataset(digits, digits, "four"), WAYS["cnn"])


def lockstep(**chosen):
    digits = Digits(IMAGES, LABELS)
    return Lockstep(Settings.of("cnn", **chosen), Dataset(digits, digits, "four"), WAYS["cnn"])


def predicted(images):
    return outputs(model(), images)


REFUSED = [
    Refused("read_images", "no file", lambda: read_images("none.npy"), DataError, "none.npy: wanted a file with images, got none"),
    Refused("read_images", "an empty file", lambda: read_images(files.written("x", b"")), DataError, "got another or a damaged one"),
    Refused("read_images", "a folder", lambda: read_images(files.folder("x")), DataError, "got a folder"),
    Refused("read_images", "a pickle", lambda: read_images(files.pickled()), DataError, "got another or a damaged one"),
    Refused("read_images", "a head alone", lambda: read_images(files.written("x.npy", b"\x93NUMPY\x01\x00")), DataError, "got another or a damaged one"),
    Refused("read_images", "a head without end", lambda: read_images(files.written("x.npy", b"\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'shape': (")), DataError, "got another or a damaged one"),
    Refused("read_images", "minus an entry", lambda: read_images(files.array(files.image(brightness=-0.5))), DataError, "floats from 0 to 1, got -0.5"),
    Refused("read_images", "infinity", lambda: read_images(files.array(files.image(brightness=np.inf))), DataError, "floats from 0 to 1, got inf"),
    Refused("read_images", "complex", lambda: read_images(files.array(files.image() * 1j)), DataError, "wanted uint8 .*, got complex128"),
    Refused("read_images", "a name that moves the cursor", lambda: read_images("x\x1bx.npy".replace("\x1b", "?")), DataError, r"x\?x.npy: wanted"),
    Refused("read_idx", "a magic number of another kind", lambda: read_idx(files.idx(0xD03, [1, 1, 1], [0] * 4)), DataError, "starts with .*, got 0x00000d03"),
    Refused("read_idx", "sides that promise too much", lambda: read_idx(files.idx(0x803, [2**31, 28, 28], [])), DataError, "1 to 268435456 elements"),
    Refused("read_idx", "a gzip within nothing", lambda: read_idx(files.written("x.gz", b"\x1f\x8b")), DataError, "ends too early"),
    Refused("read_idx", "a gzip with another checksum", lambda: read_idx(files.written("x.gz", gzip.compress(b"\0\0\x08\x01\0\0\0\x01\7")[:-8] + b"\1" * 8)), DataError, "gzipped or not, got BadGzipFile"),
    Refused("read_idx", "a byte too many", lambda: read_idx(files.labels([1, 2]) and files.idx(0x801, [2], [1, 2, 3])), DataError, "wanted 2 bytes .*, got more"),
    Refused("digits_of", "a label of 10", lambda: digits_of(files.images(2), files.labels([9, 10])), DataError, "wanted labels from 0 to 9, got 10"),
    Refused("digits_of", "three labels for two images", lambda: digits_of(files.images(2), files.labels([1, 2, 3])), DataError, "a label for each of 2 images"),
    Refused("digits_of", "labels for images", lambda: digits_of(files.labels([1]), files.labels([1])), DataError, "got 0x00000801"),
    Refused("from_folder", "a file", lambda: from_folder(files.written("x", b"x")), DataError, "wanted a folder with IDX files, got none"),
    Refused("from_folder", "other files", lambda: from_folder(files.folder("x", a=b"", b=b"")), DataError, "got a, b$"),
    Refused("Digits", "lists", lambda: Digits([[1]], [1]), DataError, "wanted images as an array of floats, got a list"),
    Refused("Digits", "two axes", lambda: Digits(np.ones((28, 28)), np.array([1])), DataError, r"images of shape \(N, 28, 28\).*got \(28, 28\)"),
    Refused("Digits", "a label of -1", lambda: Digits(IMAGES, -LABELS), DataError, "labels from 0 to 9, got -1"),
    Refused("Digits", "labels that are floats", lambda: Digits(IMAGES, LABELS / 1.0), DataError, "labels as an array of integers, got float64"),
    Refused("Digits", "brightness of NaN", lambda: Digits(IMAGES * np.nan, LABELS), DataError, "wanted finite brightness, got NaN"),
    Refused("Digits", "masked", lambda: Digits(np.ma.masked_array(IMAGES, False), LABELS), DataError, "an array of floats, got a MaskedArray"),
    Refused("drawn", "none", lambda: drawn(train=0), TrainingError, "wanted at least 1 digit .*, got 0 and 1000"),
    Refused("load", "no file", lambda: load("none.npz"), ModelError, "none.npz: wanted a model file, got none"),
    Refused("load", "an archive of NumPy's", lambda: load(files.archive_of("x.npz", {"a.npy": b""})), ModelError, "got another zip: entries 'a.npy'"),
    Refused("load", "cut in the middle", lambda: load(files.cut()), ModelError, "got no zip, or a damaged one"),
    Refused("load", "another byte", lambda: load(files.damaged()), ModelError, "got no zip, or a damaged one"),
    Refused("load", "a list in place of a description", lambda: load(files.archive_of("x.npz", {"model.json": b"[]"})), ModelError, r"a file of format 'handgrad model', got '\[\]'"),
    Refused("load", "no JSON", lambda: load(files.archive_of("x.npz", {"model.json": b"{"})), ModelError, "wanted JSON in model.json, got "),
    Refused("load", "nested without end", lambda: load(files.archive_of("x.npz", {"model.json": b"[" * 100_000})), ModelError, "wanted JSON in model.json, got "),
    Refused("load", "compressed", lambda: load(files.archive_of("x.npz", {"model.json": b"{}"}, compression=8)), ModelError, "nothing in it compressed, got a compressed entry"),
    Refused("load", "a later version", lambda: load(files.model_of("x.npz", version=99)), ModelError, "a model of version 1 to 2, got version 99"),
    Refused("load", "another network", lambda: load(files.model_of("x.npz", network="rnn\x1b[2J")), ModelError, r"dense or cnn, got 'rnn\\x1b\[2J'"),
    Refused("load", "minus a step", lambda: load(files.model_of("x.npz", step=-1)), ModelError, "step as an integer of at least 0, got -1"),
    Refused("load", "a history in words", lambda: load(files.model_of("x.npz", history="long")), ModelError, "wanted a history with an entry an epoch"),
    Refused("save", "NaN", lambda: save(model(q=np.array([np.nan])), "x.npz"), ModelError, "wanted q finite, got nan"),
    Refused("save", "a list", lambda: save(model(q=[0.0]), "x.npz"), ModelError, "q as an array of float32 or float64, got list"),
    Refused("save", "integers", lambda: save(model(q=np.zeros(1, int)), "x.npz"), ModelError, "float32 or float64, got int64"),
    Refused("save", "two types", lambda: save(model(q=np.zeros(1, np.float32)), "x.npz"), ModelError, "arrays of one type, got float32 and float64"),
    Refused("save", "another shape", lambda: save(model(q=np.zeros(2)), "x.npz"), ModelError, r"q of shape \(1,\), got \(2,\)"),
    Refused("save", "over another's file", lambda: save(model(), files.written("x.npz", b"mine"), force=True), ModelError, "got a file that is no model"),
    Refused("save", "below a file", lambda: save(model(), files.written("x", b"") + "/y.npz"), ModelError, "wanted a file in a folder that there is"),
    Refused("outputs", "one image", lambda: predicted(np.zeros((28, 28))), DataError, r"images of shape \(N, 28, 28\), got \(28, 28\)"),
    Refused("outputs", "text", lambda: predicted("x"), DataError, r"images of shape .*, got \(\)"),
    Refused("outputs", "NaN", lambda: predicted(np.full((1, 28, 28), np.nan)), ModelError, "wanted outputs from 0 to 1, got one without a value"),
    Refused("Settings", "network 'rnn'", lambda: Settings.of("rnn"), TrainingError, "network: wanted dense or cnn, got 'rnn'"),
    Refused("Settings", "rate NaN", lambda: Settings.of("cnn", rate=np.nan), TrainingError, "rate: wanted a number above 0, got nan"),
    Refused("Settings", "batch 1.5", lambda: Settings.of("cnn", batch=1.5), TrainingError, "batch: wanted an integer from 1 .*, got 1.5"),
    Refused("Settings", "an unknown name", lambda: Settings.of("cnn", layers=3), TrainingError, "settings: wanted .*, got layers"),
    Refused("Descent", "a batch above the images", lambda: descent(batch=5), TrainingError, "at most the 4 images there are, got 5"),
    Refused("Descent", "another model's start", lambda: Descent(Settings.of("cnn", batch=1), drawn(2, 1), WAYS["cnn"], start=files.CNN), TrainingError, "start: wanted .*, got "),
    Refused("Lockstep", "a batch above the images", lambda: lockstep(batch=5), TrainingError, "at most the 4 images there are, got 5"),
    Refused("confusion", "labels of two lengths", lambda: confusion(LABELS, LABELS[:2]), DataError, "wanted .*got"),
    Refused("confusion", "a digit of 10", lambda: confusion(LABELS, LABELS + 1), DataError, "wanted .*got"),
    Refused("draw_model", "no matrix of counts", lambda: draw_model(model(), np.eye(3), "x.svg"), DataError, r"counts of shape \(10, 10\), got \(3, 3\)"),
    Refused("draw_model", "a picture of another kind", lambda: draw_model(model(), np.eye(10), "x.bmp"), TrainingError, "wanted a picture .svg, .png, .pdf, got .bmp"),
]  # fmt: skip

EVEN = np.full((1, 10), 0.1)  # the softmax of ten equal logits

RIGHT = [
    Right("read_images", "big-endian", lambda: read_images(files.array(files.image().astype(">f8"))), files.image((1, 28, 28))),
    Right("read_images", "by columns", lambda: read_images(files.array(np.asfortranarray(np.triu(files.image())))), np.triu(files.image())[None]),
    Right("read_images", "half precision", lambda: read_images(files.array(files.image(brightness=0.25).astype(np.float16))), files.image((1, 28, 28), 0.25)),
    Right("read_images", "a name with a tag and an escape sequence", lambda: read_images(files.array(files.image(), files.EVIL + ".npy")), files.image((1, 28, 28))),
    Right("read_idx", "labels", lambda: read_idx(files.labels([7, 0, 9])), np.array([7, 0, 9], np.uint8)),
    Right("outputs", "with gaps", lambda: predicted(strided(IMAGES[:1])).round(12), EVEN),
    Right("outputs", "read-only", lambda: predicted(read_only(IMAGES[:1])).round(12), EVEN),
    Right("outputs", "no image", lambda: predicted(IMAGES[:0]), np.zeros((0, 10))),
    Right("save", "read-only parameters", lambda: saved(v=read_only(np.ones((25, 1)))), np.ones((25, 1))),
    Right("save", "parameters with gaps", lambda: saved(v=strided(np.arange(25.0)[:, None])), np.arange(25.0)[:, None]),
    Right("save", "big-endian parameters", lambda: saved(v=np.arange(25.0)[:, None].astype(">f8")), np.arange(25.0)[:, None]),
    Right("save", "an infinite loss in the history", lambda: load(files.model(history=[{"loss": np.inf}])).history, [{"loss": None}]),
    Right("Descent", "images with gaps learn the same", lambda: descent(strided(IMAGES)).run().parameters["b"], descent().run().parameters["b"]),
    Right("Digits", "labels of uint8", lambda: len(Digits(IMAGES, LABELS.astype(np.uint8))), 4),
]  # fmt: skip


def saved(**changed):
    save(model(**changed), "x.npz")
    assert Path("x.npz").exists()
    return load("x.npz").parameters["v"]
