"""The values at which the lab shows a formula: drawn, set on sliders, or read from files.

A file holds free letters of a claim, each in the shape that a reader sees or with all its axes:

    .npz   an array a letter, by the letter's name
    .npy   one array; the file has the letter's name, W.npy
    .json  {"W": [[0.5, 1], [0, 2]], "y": [1, 0]}

What it is, its first bytes tell. Nothing is ever unpickled. Letters that no file holds stay as they were drawn.
"""

import io
import json
import math
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import numpy as np

from handgrad.comparison import drawn_point
from handgrad.errors import HandgradError, LetterError
from handgrad.lab.question import Question
from handgrad.report.claims import Claim
from handgrad.report.symbols import Letter, Sizes
from handgrad.values import Array, Condition, Values

MOST_BYTES = 2**26  # of a file, and of what is packed in it
MOST_SLIDERS = 36  # of one letter: a 6 x 6 image
HINT = "an array a letter, in .npz, .json, or an .npy of the letter's name; other letters stay as drawn"
STEP, REACH = 1 / 32, 2.0  # binary fractions, so that sums of slider values are exact


def sources(claim: Claim) -> dict[str, Condition | str]:
    """Where values may come from, by what it is called; first what shows a formula that holds on a condition."""
    on_condition = {f"drawn, with {condition.text}": condition for condition in claim.conditions}
    return on_condition | {"drawn": "drawn"} | ({"sliders": "sliders", "files": "files"} if claim.letters else {})


def values_from(
    source: Condition | str, question: Question, positions: Mapping[str, Any], files: Iterable[tuple[str, bytes]]
) -> Values:
    """The free letters from a source, and those drawn that it does not give. Raises `LetterError` as `letters_in`."""
    claim, sizes = question.claim, question.sizes
    values = drawn_point(claim, question.seed, 0, sizes, source if isinstance(source, Condition) else None)
    if source == "sliders":
        return Values(values | turned(positions, claim, sizes))
    return Values(values | letters_in(files, claim, sizes)) if source == "files" else values


# From files


def letters_in(files: Iterable[tuple[str, bytes]], claim: Claim, wanted: Sizes) -> dict[str, Array]:
    """The letters that files hold, each given as its name and its bytes; with all their axes, float64.

    Raises `LetterError` for a file that can't be read, and for a letter that the claim has not, that does not fit in
    shape, type or domain, or that is there twice.

    >>> from handgrad.report.equations import claims_of
    >>> claim, = claims_of(["10"], part="input")
    >>> letters_in([("values.json", b'{"y": [1, 0, 0]}')], claim, Sizes())
    {'y': array([[1., 0., 0.]])}
    """
    known = {letter.name: letter for letter in claim.letters}
    found: dict[str, Array] = {}
    for file, content in files:
        for name, x in arrays_in(file, content).items():
            if name not in known:
                raise LetterError(f"{file}: wanted {company(claim)}, got {name!r:.40}")
            if name in found:
                raise LetterError(f"{file}: wanted each letter once, got {name} again")
            found[name] = fitted(known[name], x, claim.sizes(wanted), file)
    return found


def company(claim: Claim) -> str:
    """The letters that may be given.

    >>> from handgrad.report.equations import claims_of
    >>> company(claims_of(["5"])[0])
    'letters y_hat, y of (5) outputs'
    """
    names = ", ".join(letter.name for letter in claim.letters)
    return f"letters {names} of {claim.title}" if names else f"no letter, for {claim.title} has none"


def arrays_in(file: str, content: bytes) -> dict[str, Array]:
    """What a file holds, by name, whatever it is. Raises `LetterError` when it can't be read."""
    if len(content) > MOST_BYTES:
        raise LetterError(f"{file}: wanted at most {MOST_BYTES} bytes, got {len(content)}")
    kind = "a file .npz" if content[:2] == b"PK" else "a file .npy" if content[:6] == b"\x93NUMPY" else "a file .json"
    try:
        if kind == "a file .npz":
            return dict(unpacked(content))
        if kind == "a file .npy":
            return {PurePath(file).stem: np.load(io.BytesIO(content), allow_pickle=False)}
        return dict(listed(content))
    except HandgradError as error:
        raise LetterError(f"{file}: {error}") from None
    # A damaged file makes its reader fail in any way there is; each of them means the same.
    except Exception as error:
        said = " ".join(str(error).split())[:200] or type(error).__name__
        raise LetterError(f"{file}: wanted {kind} of letters, got what is none or damaged: {said}") from None


def unpacked(content: bytes) -> Iterator[tuple[str, Array]]:
    """The arrays of an .npz, none of which is unpacked before it is known that they are not too large."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        if (size := sum(entry.file_size for entry in entries)) > MOST_BYTES:
            raise LetterError(f"wanted at most {MOST_BYTES} bytes when unpacked, got {size}")
        names = [entry.filename.removesuffix(".npy") for entry in entries]
        for name, entry in once(zip(names, entries, strict=True)).items():
            yield name, np.load(io.BytesIO(archive.read(entry)), allow_pickle=False)


def listed(content: bytes) -> Iterator[tuple[str, Array]]:
    """The nested lists of a JSON object."""
    letters = json.loads(content, object_pairs_hook=once)
    if not isinstance(letters, dict):
        raise LetterError("wanted letters by their names, got another kind of JSON")
    for name, x in letters.items():
        yield name, np.asarray(x)


def once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Names with what they stand for. Raises `LetterError` when one is there twice, of which one would be lost."""
    found: dict[str, Any] = {}
    for name, x in pairs:
        if name in found:
            raise LetterError(f"wanted each letter once, got {name!r:.40} again")
        found[name] = x
    return found


def fitted(letter: Letter, x: Array, sizes: Sizes, who: str) -> Array:
    """Values of a letter with all its axes. Raises `LetterError` when they do not fit it."""
    shape, shown = sizes.shape(letter.axes), sizes.shown(letter.axes)
    if x.dtype.kind not in "iuf":
        raise LetterError(f"{who}: wanted real numbers for {letter.name}, got type {x.dtype}")
    if x.shape not in (shape, shown):
        raise LetterError(f"{who}: wanted {letter.name} of shape {shown}, got {x.shape}")
    with np.errstate(over="ignore", invalid="ignore"):
        values = x.astype(np.float64)
        lost = values.astype(x.dtype) != x
    bad = ~np.isfinite(values)
    if np.any(bad):
        raise LetterError(f"{who}: wanted finite values of {letter.name}, got {values[bad][0]}")
    if np.any(lost):
        raise LetterError(f"{who}: wanted values of {letter.name} that float64 holds, got some of type {x.dtype}")
    if not letter.admits(values):
        raise LetterError(f"{who}: wanted {letter.name} {letter.kind}, got {np.min(values):g}")
    return np.reshape(values, shape)


# On sliders


@dataclass(frozen=True)
class Knob:
    """A slider for one entry of a letter."""

    label: str
    start: float
    stop: float
    value: float


def knobs(question: Question) -> dict[str, list[list[Knob]]]:
    """Rows of sliders for each letter that is small enough, standing where it was drawn.

    >>> from handgrad.report.equations import claims_of
    >>> rows = knobs(Question(claims_of(["10"])[0]))
    >>> {name: (len(rows[name]), len(rows[name][0])) for name in rows}
    {'a': (1, 4), 'W': (4, 3), 'b': (1, 3), 'y': (1, 3)}
    """
    claim = question.claim
    sizes, values = claim.sizes(question.sizes), values_from("drawn", question, {}, [])
    return {
        letter.name: knobs_of(letter, np.reshape(values[letter.name], sizes.shown(letter.axes)))
        for letter in claim.letters
        if math.prod(sizes.shape(letter.axes)) <= MOST_SLIDERS
    }


def knobs_of(letter: Letter, x: Array) -> list[list[Knob]]:
    """The sliders of one letter, a row each row of what a reader sees, as near to the values as their steps allow.

    >>> knobs_of(Letter("y", "K", "labels"), np.array([0.51, 9.0]))
    [[Knob(label='y[0]', start=-2.0, stop=2.0, value=0.5), Knob(label='y[1]', start=-2.0, stop=2.0, value=2.0)]]
    """
    least = STEP if letter.kind == "positive" else -REACH

    def knob(at: tuple[int, ...]) -> Knob:
        value = min(max(round(float(x[at]) / STEP) * STEP, least), REACH)
        return Knob(letter.name + (str(list(at)) if at else ""), least, REACH, value)

    places = [knob(at) for at in np.ndindex(x.shape)]
    width = x.shape[-1] if x.shape else 1
    return [places[i : i + width] for i in range(0, len(places), width)]


def turned(positions: Mapping[str, Any], claim: Claim, wanted: Sizes) -> dict[str, Array]:
    """The letters as the sliders stand, with all their axes."""
    shapes = {letter.name: claim.sizes(wanted).shape(letter.axes) for letter in claim.letters}
    return {name: np.reshape(np.asarray(x, dtype=float), shapes[name]) for name, x in positions.items()}
