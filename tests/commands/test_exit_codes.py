"""How the command ends: a status of its own for whatever is no verdict; and what is seen on a terminal."""

import contextlib
import errno
import json
import os
import re
import select
import subprocess
import sys
from dataclasses import replace

import pytest
from click.testing import CliRunner

from handgrad.checking.verdict import Outcome
from handgrad.commands import compare as compare_command
from handgrad.commands import exit_codes as exits
from handgrad.commands import verify as verify_command
from handgrad.commands.cli import main
from handgrad.commands.exit_codes import status_of
from handgrad.commands.streams import console
from handgrad.report import question

COMMAND = [sys.executable, "-m", "handgrad"]


def run(*arguments: str):
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


def shell(script: str):
    """The status of `handgrad` itself in a line of bash, where $handgrad stands for it."""
    environment = {**os.environ, "handgrad": " ".join(COMMAND)}
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", script], capture_output=True, text=True, timeout=120, env=environment
    )


# Verdicts


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        ([], 0),
        (["agrees", "agrees on a condition"], 0),
        (["agrees", "disagrees"], 1),
        (["cannot decide", "agrees"], 3),
        (["cannot decide", "disagrees"], 1),
        (["disagrees", "cannot decide"], 1),
    ],
)
def test_a_formula_proven_wrong_outweighs_one_that_nobody_could_judge(outcomes, status):
    assert status_of(outcomes) == status


@pytest.mark.parametrize("command", [["verify", "9"], ["compare", "9"]])
def test_verify_and_compare_end_in_the_same_way(monkeypatch, command):
    outcomes = iter([Outcome.CANNOT_DECIDE, Outcome.DISAGREES] * 9)
    decide = question.decide

    def planted(*arguments):
        verdict, where = decide(*arguments)
        return replace(verdict, outcome=next(outcomes)), where

    monkeypatch.setattr(question, "decide", planted)
    assert run(*command, "--json").exit_code == 1


# What is no verdict


def crash(error: BaseException):
    def fail(*_):
        raise error

    return fail


def test_an_unexpected_exception_is_one_line_and_a_status_of_its_own(monkeypatch):
    monkeypatch.delenv(exits.TRACEBACK, raising=False)
    monkeypatch.setattr(verify_command, "both_forms", crash(KeyError("x\ny")))
    result = run("verify", "12")
    assert result.exit_code == 70
    assert result.stdout == ""
    assert result.stderr == "Error: a fault of handgrad itself, KeyError: 'x\\ny' (HANDGRAD_TRACEBACK=1 shows where)\n"


def test_its_traceback_is_shown_where_it_is_asked_for(monkeypatch):
    monkeypatch.setenv(exits.TRACEBACK, "1")
    monkeypatch.setattr(verify_command, "both_forms", crash(KeyError("x")))
    result = run("verify", "12")
    assert result.exit_code == 70
    assert "Traceback" in result.stderr
    assert "both_forms" in result.stderr


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 74, "input or output failed: No space left on device"),
        (OSError("could not get source code"), 70, "OSError: could not get source code"),
        (MemoryError(), 70, "MemoryError"),
        (RecursionError("deep"), 70, "RecursionError: deep"),
        (AssertionError(), 70, "AssertionError"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (SystemExit(5), 5, ""),
    ],
)
def test_each_failure_has_its_status(monkeypatch, error, status, words):
    monkeypatch.setattr(verify_command, "both_forms", crash(error))
    result = run("verify", "12")
    assert result.exit_code == status
    assert words in result.stderr
    assert result.stderr.count("\n") == bool(words)


@pytest.mark.parametrize("arguments", ["verify 12", "verify 12 --json", "verify", "show 10", "--help", "verify --help"])
def test_a_full_disk(arguments):
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    result = shell(f"$handgrad {arguments} > /dev/full")
    assert result.returncode == 74
    assert result.stderr == "Error: input or output failed: No space left on device\n"


@pytest.mark.parametrize(
    "arguments", ["verify", "verify 12 --json", "show 10", "compare 10", "doctor", "--help", "lesson --list"]
)
def test_a_pipe_that_nobody_reads_ends_quietly_as_by_its_signal(arguments):
    result = shell(f"(sleep 0.2; $handgrad {arguments}) | true")
    assert result.returncode == 141
    assert result.stderr == ""


def test_a_lesson_that_nobody_reads_says_how_to_use_it_and_no_more():
    result = shell("(sleep 0.2; $handgrad lesson) | true")
    assert result.returncode == 141
    assert result.stderr == "0 of 22 solved. Type a formula; hint, show, skip, back, list, help, quit.\n"


def test_what_was_read_before_the_pipe_closed_is_there():
    result = shell("$handgrad verify | head -n 1")
    assert result.stdout.startswith("(1)")
    assert result.stdout.count("\n") == 1
    assert result.returncode == 141
    assert result.stderr == ""


def test_rich_does_not_answer_a_closed_pipe_itself():
    class Closed:
        def write(self, text):
            raise BrokenPipeError(errno.EPIPE, "closed")

        def flush(self):
            pass

    terminal = console()
    terminal.file = Closed()
    with pytest.raises(BrokenPipeError):
        terminal.print("x")


@pytest.mark.parametrize("redirection", [">&-", "2>&-", ">&- 2>&-", "2>/dev/full"])
def test_streams_that_are_closed_from_the_start(redirection):
    assert shell(f"$handgrad verify 10 {redirection}").returncode == 0
    assert shell(f"$handgrad verify 10 --printed {redirection}").returncode == 1


@pytest.mark.parametrize(("command", "wanted"), [("compare 12 -i", "formulas"), ("lesson", "answers")])
def test_a_prompt_needs_an_input(command, wanted):
    result = shell(f"$handgrad {command} <&-")
    assert result.returncode == 2
    assert f"wanted {wanted} on standard input, got a closed one" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", ["compare 12 -i", "lesson 12"])
def test_bytes_that_are_no_text_are_no_formula(command):
    result = shell(f"printf '\\xff\\nc * (1 - c)\\n' | PYTHONIOENCODING=utf-8:strict $handgrad {command}")
    assert result.returncode == 0
    assert "wanted one expression" in result.stderr
    assert "agrees   exact" in result.stdout


def test_no_formula_ends_the_prompt(monkeypatch):
    monkeypatch.setattr(compare_command, "typed", crash(KeyError("x")))
    result = CliRunner().invoke(main, ["compare", "12", "-i"], input="c\nd\n", catch_exceptions=False)
    assert result.exit_code == 0
    assert result.stderr.count("a fault of handgrad itself, KeyError: 'x'") == 2


# On a terminal


class Person:
    """Runs the command with some of its streams on a terminal, and types."""

    def __init__(self, *arguments: str, streams: tuple[str, ...] = ("stdin", "stdout", "stderr")):
        pty = pytest.importorskip("pty")
        self.screen, terminal = pty.openpty()
        given = dict.fromkeys(streams, terminal)
        others = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "300"}
        environment.pop("NO_COLOR", None)
        self.process = subprocess.Popen(
            [*COMMAND, *arguments], **others | given, env=environment, start_new_session=True, preexec_fn=owner
        )
        os.close(terminal)
        self.seen = ""

    def until(self, words: str, times: int = 1) -> str:
        """Read until the words have been seen so often."""
        while self.seen.count(words) < times and self._read():
            pass
        assert self.seen.count(words) >= times, self.seen
        return self.seen

    def type(self, keys: str) -> None:
        os.write(self.screen, keys.encode())

    def type_until(self, keys: str, words: str, times: int = 1) -> None:
        """Again and again: a signal that comes just before Python waits for a key is seen at the next key only."""
        for _ in range(20):
            self.type(keys)
            while self.seen.count(words) < times and select.select([self.screen], [], [], 1)[0]:
                assert self._read(), self.seen
            if self.seen.count(words) >= times:
                return
        raise AssertionError(self.seen)

    def type_until_end(self, keys: str) -> None:
        """Again and again: while the prompt takes the terminal over, an end of input is lost."""
        for _ in range(20):
            self.type(keys)
            if select.select([self.screen], [], [], 1)[0]:
                self._read()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(1)
                return

    def end(self) -> tuple[int, str, str]:
        """Exit status, what was seen on the terminal, and what went to a stdout that is none."""
        piped = self.process.stdout.read().decode() if self.process.stdout else ""
        while self._read():
            pass
        os.close(self.screen)
        if self.process.stdout:
            self.process.stdout.close()
        return self.process.wait(60), self.seen, piped

    def _read(self) -> bool:
        if not select.select([self.screen], [], [], 60)[0]:
            self.process.kill()
            self.process.wait()
        try:
            data = os.read(self.screen, 65536)
        except OSError:  # Linux: nobody has the other end any more
            return False
        self.seen += data.decode(errors="replace")
        return bool(data)


def owner() -> None:
    """Make the terminal the one whose Ctrl-C reaches the process."""
    import fcntl
    import termios

    for stream in (0, 1, 2):
        if os.isatty(stream):
            fcntl.ioctl(stream, termios.TIOCSCTTY, 0)
            return


def plain(text: str) -> str:
    """Without colours and the terminal's ends of lines."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text).replace("\r\n", "\n")


def test_on_one_terminal_there_are_the_findings_and_no_bar():
    status, seen, _ = Person("verify", "10", "12").end()
    assert status == 0
    assert "\x1b[32magrees" in seen
    assert plain(seen) == run("verify", "10", "12").stdout


def test_a_bar_on_the_terminal_while_the_findings_go_elsewhere():
    status, seen, piped = Person("verify", "10", "12", streams=("stderr",)).end()
    assert status == 0
    assert piped == run("verify", "10", "12").stdout
    assert "judging" in seen
    assert "agrees" not in seen
    assert seen.endswith("\x1b[2K") or seen.rstrip().endswith("\x1b[2K")  # the bar is gone at the end


def test_a_bar_before_json_on_one_terminal():
    status, seen, _ = Person("verify", "10", "--json").end()
    assert status == 0
    assert "judging" in seen
    last = plain(seen).rstrip().rpartition("\x1b[2K")[2]
    assert json.loads(last) == json.loads(run("verify", "10", "--json").stdout)


def test_no_bar_where_nobody_waits():
    _, seen, _ = Person("verify", "12", streams=("stdout",)).end()
    assert "judging" not in seen


def test_ctrl_c_at_the_prompt_drops_the_line_and_ctrl_d_ends():
    person = Person("compare", "12", "-i")
    person.until("(12) > ")
    person.type("c * (1 -")
    person.until("(1 -")
    person.type_until("\x03", "(12) > ", 2)
    person.type("c * (1 - c)\r")
    person.until("third opinion")
    person.type_until_end("\x04")
    status, seen, _ = person.end()
    assert status == 0
    assert seen.count("third opinion") == 1
    assert "Traceback" not in seen


def test_ctrl_d_ends_a_lesson_and_ctrl_c_interrupts_it(tmp_path):
    for keys, status in (("\x04", 0), ("\x03", 130)):
        score = tmp_path / f"score{status}.json"
        person = Person("lesson", "12", "--score", str(score))
        person.until("(12) > ")
        person.type("c * (1 - c)\r")
        person.until("(13) > ")
        person.type_until_end(keys)
        ended, seen, _ = person.end()
        assert ended == status
        assert "\x1b[32magrees" in seen
        assert "1 of 22 solved, 1 of them without a hint; the score is in" in plain(seen)
        assert ("Error: interrupted" in seen) == (status == 130)
        assert "Traceback" not in seen
        assert json.loads(score.read_text())["exercises"]["eq12-sigmoid"]["state"] == "solved"


def test_ctrl_c_while_judging_is_no_disagreement():
    person = Person("verify", "--size", "report")
    person.until("(1)")
    person.type("\x03")
    status, seen, _ = person.end()
    assert status == 130
    assert "Error: interrupted" in seen
    assert "Traceback" not in seen
