"""Letters from files and sliders: what fits is taken as it is, everything else is refused with its reason."""

import io
import json
import pickle
import zipfile

import numpy as np
import pytest

from handgrad.errors import LetterError
from handgrad.lab import values as module
from handgrad.lab.question import Question
from handgrad.lab.values import MOST_SLIDERS, REACH, STEP, knobs, knobs_of, letters_in, sources, turned, values_from
from handgrad.report.claims import Claim
from handgrad.report.equations import REPORT, claims_of
from handgrad.report.symbols import Letter, Sizes

(INPUT,) = claims_of(["10"], part="input")  # a (4,), W (4, 3), b (3,), y (3,)
(OUTPUTS,) = claims_of(["5"])  # y_hat (3,) positive, y (3,)
W = np.arange(12.0).reshape(4, 3) / 4


def npy(x: np.ndarray, **options) -> bytes:
    file = io.BytesIO()
    np.save(file, x, **options)
    return file.getvalue()


def npz(**arrays) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def read(content: bytes, file: str = "f", claim: Claim = INPUT, sizes: Sizes | None = None) -> dict:
    return letters_in([(file, content)], claim, sizes or Sizes())


def refusal(content: bytes, file: str = "f", claim: Claim = INPUT) -> str:
    with pytest.raises(LetterError) as caught:
        read(content, file, claim)
    said = str(caught.value)
    assert said.startswith(f"{file}: wanted ")
    assert ", got " in said
    assert "\n" not in said
    return said


# What fits


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("any.npz", npz(W=W)),
        ("W.npy", npy(W)),
        ("W.npy", npy(np.asfortranarray(W))),
        ("W.npy", npy(W.astype(">f4"))),
        ("W.npy", npy(W.astype(np.float16))),
        ("letters.json", json.dumps({"W": W.tolist()}).encode()),
        ("letters.json", json.dumps({"W": W.tolist()}).encode("utf-16")),
        ("misnamed.txt", npz(W=W)),
    ],
)
def test_each_kind_of_file_gives_the_same_letter(file, content):
    found = read(content, file)
    assert list(found) == ["W"]
    assert found["W"].dtype == np.float64
    assert np.array_equal(found["W"], W)


def test_a_shape_is_that_of_a_reader_or_the_whole_one():
    y = np.array([0.25, 0.5, 0.25])
    assert np.array_equal(read(npz(y=y))["y"], y[None])
    assert np.array_equal(read(npz(y=y[None]))["y"], y[None])
    two = np.stack([y, y])
    assert np.array_equal(read(npz(y=two), sizes=Sizes(N=2))["y"], two)


def test_a_number_is_a_letter_without_axes():
    (weights,) = claims_of(["8"], part="weights")
    assert read(b'{"b": 2}', claim=weights)["b"].shape == ()


def test_letters_may_be_spread_over_files():
    found = letters_in([("W.npy", npy(W)), ("rest.json", b'{"y": [1, 0, 0], "b": [1, 2, 3]}')], INPUT, Sizes())
    assert sorted(found) == ["W", "b", "y"]


def test_the_sizes_that_a_statement_fixes_are_kept():
    (quotients,) = claims_of(["6"], part="quotients")  # one sample, whatever the batch
    assert read(b'{"x": [1, 2, 3]}', claim=quotients, sizes=Sizes(N=5))["x"].shape == (1, 3)


# What does not


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("f.npz", npz(W=W.T), "wanted W of shape (4, 3), got (3, 4)"),
        ("f.npz", npz(W=W[None]), "wanted W of shape (4, 3), got (1, 4, 3)"),
        ("f.npz", npz(W=W[:0]), "wanted W of shape (4, 3), got (0, 3)"),
        ("f.json", b'{"W": 1}', "wanted W of shape (4, 3), got ()"),
        ("f.npz", npz(V=W), "wanted letters a, W, b, y of (10) input, got 'V'"),
        ("f.npz", npz(y_hat=np.ones(3)), "wanted letters a, W, b, y of (10) input, got 'y_hat'"),
        ("weights.npy", npy(W), "wanted letters a, W, b, y of (10) input, got 'weights'"),
        ("f.npz", npz(y=np.array([1.0, np.nan, 0.0])), "wanted finite values of y, got nan"),
        ("f.json", b'{"y": [1, NaN, 0]}', "wanted finite values of y, got nan"),
        ("f.json", b'{"y": [1, -Infinity, 0]}', "wanted finite values of y, got -inf"),
        ("f.json", b'{"y": [1, 1e999, 0]}', "wanted finite values of y, got inf"),
        ("f.npz", npz(W=W + 0j), "wanted real numbers for W, got type complex128"),
        ("f.npz", npz(W=W.astype(str)), "wanted real numbers for W, got type <U32"),
        ("f.npz", npz(W=W > 1), "wanted real numbers for W, got type bool"),
        ("f.json", b'{"y": [1, null, 0]}', "wanted real numbers for y, got type object"),
        ("f.json", b'{"y": [1, "2", 0]}', "wanted real numbers for y, got type <U"),
        ("f.json", b'{"y": {"0": 1}}', "wanted real numbers for y, got type object"),
        ("f.json", b'{"y": [1, 9007199254740993, 0]}', "wanted values of y that float64 holds"),
        ("f.json", b'{"y": [1, 2, 0], "y": [0, 0, 0]}', "wanted each letter once, got 'y' again"),
        ("f.json", b"[1, 2, 3]", "wanted letters by their names, got another kind of JSON"),
        ("f.json", b'{"y": [[1], [1, 2]]}', "wanted a file .json of letters, got what is none or damaged"),
        ("f.json", b'{"y": [1, 2', "wanted a file .json of letters, got what is none or damaged"),
        ("f.json", b'{"y": ' + b"[" * 100_000, "wanted a file .json of letters, got what is none or damaged"),
        ("f.json", b'{"y": ' + b"1" * 5000 + b"}", "wanted a file .json of letters, got what is none or damaged"),
        ("f.npz", b"", "wanted a file .json of letters, got what is none or damaged"),
        ("f.npz", npz(W=W)[:-40], "wanted a file .npz of letters, got what is none or damaged"),
        ("W.npy", npy(W)[:-8], "wanted a file .npy of letters, got what is none or damaged"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(file, content, said):
    assert said in refusal(content, file)


def test_a_letter_has_its_domain():
    assert refusal(b'{"y_hat": [0.5, 0, 0.5]}', claim=OUTPUTS) == "f: wanted y_hat positive, got 0"
    assert read(b'{"y": [0, 0, -1]}', claim=OUTPUTS)["y"].tolist() == [[0, 0, -1]]


def test_a_claim_without_letters_takes_none():
    (entries,) = claims_of(["11"], part="entries")
    assert "wanted no letter, for (11) entries has none, got 'c'" in refusal(b'{"c": [1]}', claim=entries)


def test_a_letter_in_two_files_is_refused():
    with pytest.raises(LetterError, match="wanted each letter once, got W again"):
        letters_in([("a.npz", npz(W=W)), ("W.npy", npy(W))], INPUT, Sizes())
    twice = io.BytesIO()
    with zipfile.ZipFile(twice, "w") as archive:
        archive.writestr("W.npy", npy(W))
        archive.writestr("W", npy(W))
    assert "wanted each letter once, got 'W' again" in refusal(twice.getvalue())


class Trap:
    """Unpickled, it would call `touched`."""

    def __reduce__(self):
        return touched, ()


TOUCHED = []


def touched():
    TOUCHED.append(True)


@pytest.mark.parametrize("file", ["W.npy", "f.npz", "f.pkl"])
def test_nothing_is_unpickled(file):
    trap = np.array([Trap()], dtype=object)
    content = {
        "W.npy": lambda: npy(trap, allow_pickle=True),
        "f.npz": lambda: npz(W=trap),
        "f.pkl": lambda: pickle.dumps(Trap()),
    }[file]()
    refusal(content, file)
    assert not TOUCHED
    np.load(io.BytesIO(npy(trap, allow_pickle=True)), allow_pickle=True)
    assert TOUCHED.pop()  # the trap works


def test_a_file_may_not_be_too_large_packed_or_unpacked(monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 2000)
    assert "wanted at most 2000 bytes, got 2128" in refusal(npy(np.ones(250)), "W.npy")
    packed = npz(W=np.zeros(10_000))
    assert len(packed) < 2000
    assert "wanted at most 2000 bytes when unpacked, got 80128" in refusal(packed)
    assert read(npz(W=W))["W"].shape == (4, 3)


def test_a_head_that_promises_too_much_takes_no_memory():
    honest = npy(np.zeros(8))
    lying = honest.replace(b"(8,), }", b"(8" + b"0" * 12 + b",), }").replace(b" " * 12 + b"\n", b"\n")
    assert len(lying) == len(honest)
    assert "wanted a file .npy of letters, got what is none or damaged" in refusal(lying, "W.npy")


# Sliders


@pytest.mark.parametrize("claim", REPORT, ids=lambda claim: claim.id)
@pytest.mark.parametrize("asked", [{}, {"batch": 2, "filters": 2}, {"size": "report"}], ids=["small", "two", "report"])
def test_sliders_stand_where_the_letters_were_drawn(claim, asked):
    question = Question(claim, **asked)
    drawn = values_from("drawn", question, {}, [])
    positions = {name: [[knob.value for knob in row] for row in rows] for name, rows in knobs(question).items()}
    at_sliders = turned(positions, claim, question.sizes)
    small = {letter.name for letter in claim.letters if np.size(drawn[letter.name]) <= MOST_SLIDERS}
    assert set(at_sliders) == small
    for letter in claim.letters:
        if letter.name in small:
            moved = at_sliders[letter.name]
            assert moved.shape == np.shape(drawn[letter.name])
            assert letter.admits(moved)
            # Half a step by rounding; a positive letter has no slider at 0, so a whole one there.
            assert np.max(np.abs(moved - drawn[letter.name])) <= (STEP if letter.kind == "positive" else STEP / 2)


def test_a_slider_has_the_name_and_the_place_of_its_entry():
    rows = knobs(Question(INPUT))
    assert [[knob.label for knob in row] for row in rows["W"]] == [[f"W[{j}, {i}]" for i in range(3)] for j in range(4)]
    assert [[knob.label for knob in row] for row in rows["y"]] == [["y[0]", "y[1]", "y[2]"]]
    positions = {"W": [[10 * j + i for i in range(3)] for j in range(4)]}
    assert turned(positions, INPUT, Sizes())["W"][2, 1] == 21


def test_values_beyond_a_slider_stand_at_its_end():
    positive, real = Letter("y_hat", "K", "outputs", kind="positive"), Letter("y", "K", "labels")
    assert [knob.value for knob in knobs_of(positive, np.array([1e-9, 50.0]))[0]] == [STEP, REACH]
    assert [knob.value for knob in knobs_of(real, np.array([-50.0, 0.01]))[0]] == [-REACH, 0.0]


# Where values come from


def test_each_source_gives_what_it_has_and_the_rest_is_drawn():
    question = Question(INPUT, seed=3)
    drawn = INPUT.draw(3, 0, Sizes())
    assert list(sources(INPUT)) == ["drawn, with sum_k y_k = 1", "drawn", "sliders", "files"]
    same = values_from("drawn", question, {"W": [9.0] * 12}, [("f.json", b'{"y": [9, 9, 9]}')])
    assert all(np.array_equal(same[name], x) for name, x in drawn.items())
    on_condition = values_from(sources(INPUT)["drawn, with sum_k y_k = 1"], question, {}, [])
    assert np.sum(on_condition["y"]) == 1
    assert np.array_equal(on_condition["W"], drawn["W"])
    slid = values_from("sliders", question, {"W": [9.0] * 12}, [])
    assert np.all(slid["W"] == 9)
    assert np.array_equal(slid["y"], drawn["y"])
    loaded = values_from("files", question, {"W": [9.0] * 12}, [("f.json", b'{"y": [9, 9, 9]}')])
    assert np.all(loaded["y"] == 9)
    assert np.array_equal(loaded["W"], drawn["W"])


def test_a_claim_without_letters_has_one_source():
    assert list(sources(claims_of(["11"], part="entries")[0])) == ["drawn"]
