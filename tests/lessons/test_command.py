"""`handgrad lesson` as a user types it: the walk, hints one at a time, the score, the ways out."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from handgrad.commands.cli import main
from handgrad.lessons.exercises import EXERCISES
from handgrad.lessons.solutions import solution_of


def lesson(*arguments: str, typed: str = ""):
    return CliRunner().invoke(main, ["lesson", *arguments], input=typed, catch_exceptions=False)


def test_the_whole_walk_by_the_solutions(tmp_path):
    score = tmp_path / "score.json"
    typed = "".join(f"{solution_of(exercise).formula}\n" for exercise in EXERCISES)
    result = lesson("--score", str(score), typed=typed)
    assert result.exit_code == 0
    titles = [f"{exercise.title}   {place} of 22" for place, exercise in enumerate(EXERCISES, start=1)]
    assert [line for line in result.stdout.splitlines() if " of 22" in line] == titles
    assert result.stdout.count("\nagrees") == len(EXERCISES)
    assert "That was the last exercise." in result.stderr
    assert f"22 of 22 solved, 22 of them without a hint; the score is in {score}" in result.stderr
    assert {entry["state"] for entry in json.loads(score.read_text())["exercises"].values()} == {"solved"}
    assert "That was the last exercise." in lesson("--score", str(score)).stderr  # nothing is left to ask


def test_a_score_with_a_line_break_in_its_name_is_told_in_one_line(tmp_path):
    result = lesson("12", "--score", str(tmp_path / "two\nlines.json"))
    assert result.exit_code == 0
    assert f"the score is in {tmp_path}/two\\nlines.json\n" in result.stderr


def test_a_task_comes_with_its_letters_and_what_is_wanted():
    output = " ".join(lesson("9").stdout.split())
    assert "(9) weights 11 of 22" in output
    assert "letters: n number, a (4,), W (4, 3), b (3,), y (3,), x (3,), y_hat (3,)" in output
    assert "wanted: an array of shape (4, 3), the derivative by W" in output


def test_a_wrong_answer_stays_and_says_nothing_of_its_mistake_unasked():
    result = lesson("12", typed="d * (1 - d)\n")
    assert "disagrees   exact: differs in field" in result.stdout
    assert "exact: False  approximate: False  maxdiff:" in result.stdout
    assert "goes in" not in result.stdout
    assert "(13)" not in result.stdout


def test_hints_come_one_at_a_time_about_this_answer_and_the_solution_last():
    lines = lesson("12", typed="d * (1 - d)\n" + "hint\n" * 5).stdout.splitlines()
    hints = [line for line in lines if line.startswith("hint ")]
    assert [line[:11] for line in hints] == [f"hint {i} of 4" for i in (1, 2, 3, 4)]
    assert "16 of 16 entries differ" in hints[0]
    assert "not what comes out" in hints[1]
    assert hints[3].endswith("the solution: c * (1 - c)")
    assert lines[-1].startswith("There is no further hint")


def test_another_answer_has_hints_of_its_own():
    lines = lesson("12", typed="d * (1 - d)\nhint\nhint\nc * (c - 1)\nhint\nhint\n").stdout.splitlines()
    hints = [line for line in lines if line.startswith("hint ")]
    assert [line[5] for line in hints] == ["1", "2", "1", "2"]
    assert "-1 times" in hints[3]


def test_before_an_answer_a_hint_says_what_is_wanted():
    assert "hint 1 of 3, what is wanted: an array of shape (4,)" in lesson("10", typed="hint\n").stdout


def test_a_condition_is_not_enough_where_it_is_said():
    result = lesson("7", typed="y_hat - y\nhint\nhint\ny_hat * np.sum(y) - y\n")
    assert "agrees on a condition: sum_k y_k = 1, and is asked for without one" in result.stdout
    assert "a step of it needs sum_k y_k = 1" in result.stdout
    assert "(8) weights" in result.stdout


def test_a_condition_is_enough_elsewhere():
    assert "(11) entries" in lesson("10", typed="W @ (y_hat - y)\n").stdout


def test_to_and_fro():
    result = lesson("12", typed="skip\nback\nback\nshow\nhelp\nlist\n\n")
    titles = [line.split("   ")[0] for line in result.stdout.splitlines() if " of 22" in line]
    assert titles[:4] == ["(12) sigmoid", "(13) map", "(12) sigmoid", "(11) derivative"]
    assert "the image that is pooled, row by row" in result.stdout  # show
    assert "a formula  in the letters shown" in result.stdout  # help
    assert "(15) bias         open" in result.stdout  # list
    assert result.exit_code == 0


def test_the_first_has_none_before_it_and_the_last_none_behind():
    assert lesson(typed="back\n").stdout.count("(2) error") == 2
    result = lesson("15", typed="skip\nskip\nskip\n")
    assert "That was the last exercise." in result.stderr


@pytest.mark.parametrize("nonsense", ["W[", "foo", "__import__('os')", "\x00", "hint hint", "1/0+a", "(" * 300])
def test_nonsense_is_a_line_on_stderr_and_no_answer(tmp_path, nonsense):
    score = tmp_path / "score.json"
    result = lesson("10", "--score", str(score), typed=f"{nonsense}\nW @ (y_hat - y)\n")
    assert result.exit_code == 0
    assert "Traceback" not in result.output
    assert "wanted" in result.stderr or "can't be computed" in result.stderr
    assert json.loads(score.read_text())["exercises"]["eq10-input"] == {"state": "solved", "answers": 1, "hints": 0}


def test_quit_ends_it():
    result = lesson("10", typed="quit\nW @ (y_hat - y)\n")
    assert result.exit_code == 0
    assert "agrees" not in result.stdout


def test_a_score_goes_on_where_it_was(tmp_path):
    score = str(tmp_path / "score.json")
    lesson("--score", score, typed="y_hat - y\nhint\nhint\nhint\n")  # of the second the solution is told
    result = lesson("--score", score)
    assert "(2) activation   3 of 22" in result.stdout
    assert "1 of 22 solved, 1 of them without a hint; of 1 the solution was told" in result.stderr
    assert "(2) error   1 of 22   solved already" in lesson("2", "--score", score).stdout


def test_the_list_says_what_came_of_each(tmp_path):
    score = str(tmp_path / "score.json")
    lesson("--score", score, typed="y\ny_hat - y\nhint\n")
    lines = lesson("--list", "--score", score).stdout.splitlines()
    assert len(lines) == len(EXERCISES) + 1
    assert lines[0].startswith("(2) error         solved")
    assert lines[0].endswith("answers 2, hints 0")
    assert lines[1].endswith("answers 0, hints 1")
    assert lines[-1] == "1 of 22 solved, 1 of them without a hint"


def test_the_same_seed_gives_the_same_and_another_does_not():
    one, again, other = (lesson("12", "--seed", seed, typed="c\n").stdout for seed in ("3", "3", "4"))
    assert one == again
    assert one != other


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["16"], "got '16'"),
        (["beyond"], "got 'beyond'"),
        (["--seed", "-1"], "-1"),
        (["--score", "."], "got a folder"),
        (["--score", "no/such/folder"], "wanted a file in a folder that there is"),
        (["10", "11"], "unexpected extra argument"),
    ],
)
def test_wrong_usage_is_told(arguments, words):
    result = lesson(*arguments, typed="W\n")
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""


def test_a_score_that_is_none_is_left_alone(tmp_path):
    diary = tmp_path / "diary"
    diary.write_text("dear diary")
    for arguments in (["--score", str(diary)], ["--list", "--score", str(diary)]):
        result = lesson(*arguments, typed="y_hat - y\n")
        assert result.exit_code == 2
        assert result.stderr.count("\n") == 1
        assert "wanted the score of `handgrad lesson`" in result.stderr
    assert diary.read_text() == "dear diary"


def test_help_and_the_list_need_no_terminal_and_no_input():
    command = [sys.executable, "-m", "handgrad", "lesson"]
    for option in ("--help", "--list"):
        run = subprocess.run([*command, option], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
        assert run.returncode == 0
        assert run.stderr == ""
