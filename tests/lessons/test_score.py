"""The score: it survives, and nothing that is no score is ever written to."""

import json
import os

import pytest

from handgrad import atomic_write as whole
from handgrad.errors import ScoreError
from handgrad.lessons.exercises import EXERCISES
from handgrad.lessons.score import LARGEST, Entry, Score, score_in

FIRST, SECOND, THIRD = EXERCISES[:3]


def test_a_score_is_read_back_as_it_was_kept(tmp_path):
    file = tmp_path / "score.json"
    score = score_in(file)
    assert not file.exists()  # before there is anything to keep
    score.answered(FIRST, solved=False)
    score.hinted(FIRST, is_last=False)
    score.answered(FIRST, solved=True)
    score.hinted(SECOND, is_last=True)
    again = score_in(file)
    assert again[FIRST] == Entry("solved", answers=2, hints=1)
    assert again[SECOND] == Entry("told", answers=0, hints=1)
    assert again[THIRD] == Entry()
    assert again.first_open() == 2
    assert os.listdir(tmp_path) == ["score.json"]


def test_what_was_told_is_not_solved_afterwards():
    score = Score()
    score.hinted(FIRST, is_last=True)
    score.answered(FIRST, solved=True)
    assert score[FIRST].state == "told"
    assert score.summary() == "0 of 22 solved; of 1 the solution was told"


def test_what_is_solved_stays_so():
    score = Score()
    score.answered(FIRST, solved=True)
    score.answered(FIRST, solved=False)
    score.hinted(FIRST, is_last=True)
    assert score[FIRST] == Entry("solved", answers=1, hints=0)
    assert score.summary() == "1 of 22 solved, 1 of them without a hint"


def test_after_the_last_there_is_none():
    score = Score()
    for exercise in EXERCISES:
        score.answered(exercise, solved=True)
    assert score.first_open() is None


def test_two_lessons_with_one_score_keep_each_other_s(tmp_path):
    file = tmp_path / "score.json"
    one, other = score_in(file), score_in(file)
    one.answered(FIRST, solved=True)
    other.answered(SECOND, solved=True)
    again = score_in(file)
    assert again[FIRST].state == again[SECOND].state == "solved"


def test_exercises_of_another_version_are_kept(tmp_path):
    file = tmp_path / "score.json"
    entry = {"state": "solved", "answers": 1, "hints": 0}
    file.write_text(json.dumps({"handgrad lesson": 1, "exercises": {"eq99-of-later": entry}}))
    score_in(file).answered(FIRST, solved=True)
    assert set(json.loads(file.read_text())["exercises"]) == {"eq99-of-later", FIRST.id}


GOOD = {"state": "open", "answers": 0, "hints": 0}
OTHERS = [
    b"",
    b"my diary",
    b"[]",
    b"{}",
    b"null",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"handgrad lesson": 2, "exercises": {}}',
    b'{"handgrad lesson": 1}',
    b'{"handgrad lesson": 1, "exercises": []}',
    *(
        json.dumps({"handgrad lesson": 1, "exercises": {"eq10-input": entry}}).encode()
        for entry in (
            {},
            [],
            GOOD | {"state": "won"},
            GOOD | {"state": []},
            GOOD | {"answers": -1},
            GOOD | {"hints": 1.5},
            GOOD | {"hints": True},
            GOOD | {"more": 1},
        )
    ),
]


@pytest.mark.parametrize("content", OTHERS, ids=range(len(OTHERS)))
def test_a_file_that_is_no_score_is_told_and_left_alone(tmp_path, content):
    file = tmp_path / "diary.txt"
    file.write_bytes(content)
    with pytest.raises(ScoreError, match=r"diary\.txt: wanted the score of `handgrad lesson`, got something else"):
        score_in(file)
    assert file.read_bytes() == content


def test_a_file_that_becomes_something_else_meanwhile_is_left_alone(tmp_path):
    file = tmp_path / "score.json"
    score = score_in(file)
    score.answered(FIRST, solved=True)
    file.write_text("my diary")
    with pytest.raises(ScoreError):
        score.answered(SECOND, solved=True)
    assert file.read_text() == "my diary"


def test_a_file_that_goes_away_meanwhile_is_written_anew(tmp_path):
    file = tmp_path / "score.json"
    score = score_in(file)
    score.answered(FIRST, solved=True)
    file.unlink()
    score.answered(SECOND, solved=True)
    assert score_in(file)[FIRST].state == "solved"


def test_a_large_file_is_not_read_to_its_end(tmp_path):
    file = tmp_path / "score.json"
    file.write_bytes(b" " * (LARGEST + 1))
    with pytest.raises(ScoreError, match="it is too large"):
        score_in(file)


def test_no_file_can_be_there(tmp_path):
    with pytest.raises(ScoreError, match="got a folder"):
        score_in(tmp_path)
    with pytest.raises(ScoreError, match="wanted a file in a folder that there is"):
        score_in(tmp_path / "no" / "score.json")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ScoreError, match="got another kind"):
        score_in(tmp_path / "pipe")


def test_a_failed_write_leaves_the_old_score(tmp_path, monkeypatch):
    file = tmp_path / "score.json"
    score = score_in(file)
    score.answered(FIRST, solved=True)
    before = file.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        score.answered(SECOND, solved=True)
    assert file.read_bytes() == before
    assert os.listdir(tmp_path) == ["score.json"]
