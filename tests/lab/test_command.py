"""`handgrad lab` as a user types it: on this machine alone, for who has the token, and ended by Ctrl-C."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from click.testing import CliRunner

from handgrad.commands.cli import main
from handgrad.lab.server import listening

COMMAND = [sys.executable, "-W", "error", "-m", "handgrad", "lab", "--no-browser"]
LONG = 60  # seconds; the start imports marimo


def run(*arguments: str):
    return CliRunner().invoke(main, ["lab", "--no-browser", *arguments], catch_exceptions=False)


# Refusals


@pytest.mark.parametrize("option", [("--port", "0"), ("--port", "65536"), ("--port", "x"), ("--seed", "-1")])
def test_wrong_options_are_wrong_usage(option):
    result = run(*option)
    assert result.exit_code == 2
    assert result.stdout == ""


def test_without_the_extra_there_is_a_hint_in_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "marimo", None)
    result = run()
    assert result.exit_code == 2
    assert result.stdout == ""
    said = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert said == ['Error: handgrad lab: wanted the package marimo, got none; in the folder of handgrad\'s source: '
                    'python -m pip install ".[lab]"']  # fmt: skip


def test_a_port_that_is_taken_is_told_in_one_line():
    pytest.importorskip("marimo", reason="needs the extra lab")
    with listening(None) as other:
        port = other.getsockname()[1]
        result = run("--port", str(port))
    assert result.exit_code == 2
    assert result.stdout == ""
    said = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert said == [f"Error: port: wanted one that is free, got {port}: {os.strerror(98)}"]


def test_nothing_but_the_app_needs_the_extra():
    code = """
import sys
sys.modules["marimo"] = None
import handgrad.commands.cli, handgrad.lab.question, handgrad.lab.descent, handgrad.lab.shown
import handgrad.lab.server
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=LONG)


def test_the_other_commands_do_not_load_it():
    code = """
import sys
from click.testing import CliRunner
from handgrad.commands.cli import main
assert "lab" in CliRunner().invoke(main, ["--help"]).stdout
assert CliRunner().invoke(main, ["verify", "12"]).exit_code == 0
assert not {"marimo", "uvicorn", "starlette", "handgrad.lab"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=LONG)


# The server


class Running:
    """The command, running, and the line that it has printed."""

    def __init__(self, *arguments: str):
        self.process = subprocess.Popen(
            [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        self.port = int(re.search(r":(\d+)/", self.url).group(1))  # type: ignore[union-attr]
        self.token = re.search(r"access_token=([\w-]+)", self.url).group(1)  # type: ignore[union-attr]

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> tuple[int, str, str]:
        """Ctrl-C; the status, and what was printed beside the address."""
        if self.process.returncode is not None:
            return self.process.returncode, "", ""
        self.process.send_signal(signal.SIGINT)
        try:
            out, err = self.process.communicate(timeout=LONG)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, err = self.process.communicate()
        return self.process.returncode, out, err


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    pytest.importorskip("marimo", reason="needs the extra lab")
    with Running("--seed", "7") as lab:
        yield lab


def answer(url: str, **headers: str) -> tuple[int, str]:
    """The status, and where it led."""
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    opener.addheaders = list(headers.items())
    try:
        with opener.open(url, timeout=LONG) as response:
            return response.status, response.url
    except HTTPError as error:
        with error:
            return error.code, url


def told(page) -> str:
    """All that a page is told until its cells have run."""
    messages = []
    while not messages or json.loads(messages[-1])["op"] != "completed-run":
        messages.append(page.recv(timeout=LONG))
    return "".join(messages)


def test_the_address_is_on_this_machine_and_has_token_and_seed(running):
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?access_token=[\w-]{20,}&seed=7", running.url)


def test_with_the_token_the_page_opens_and_without_it_does_not(running):
    page = f"http://127.0.0.1:{running.port}"
    assert answer(running.url) == (200, f"{page}/?seed=7")
    for url in (f"{page}/", f"{page}/?access_token=", f"{page}/?access_token={running.token[:-1]}"):
        status, led = answer(url)
        assert status == 200
        assert led.startswith(f"{page}/auth/login")
    for path in ("api/version", "api/status/connections", "og/thumbnail"):
        assert answer(f"{page}/{path}")[0] == 401
        assert answer(f"{page}/{path}", Authorization=f"Bearer {running.token}x")[0] == 401
        assert answer(f"{page}/{path}", Authorization=f"Bearer {running.token}")[0] == 200


def test_no_page_is_computed_without_the_token(running):
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    address = f"ws://127.0.0.1:{running.port}/ws?session_id=s_test"
    with pytest.raises(InvalidStatus), connect(address):
        pass
    with connect(f"{address}&access_token={running.token}") as page:
        assert "lab-verdict" in told(page)


def test_only_this_machine_is_answered(running):
    with socket.create_connection(("127.0.0.1", running.port), timeout=LONG):
        pass
    for other in ("127.0.0.2", socket.gethostbyname(socket.gethostname())):
        if other != "127.0.0.1":
            with pytest.raises(OSError, match=r"refused|unreachable|assign|timed out"):
                socket.create_connection((other, running.port), timeout=5)


def test_each_start_has_a_token_of_its_own(running):
    with Running() as second:
        assert second.token != running.token
        assert second.url.endswith("&seed=0")
        _, led = answer(second.url.replace(second.token, running.token))
        assert led.startswith(f"http://127.0.0.1:{second.port}/auth/login")


def ends_quietly(lab: Running) -> None:
    """One that waits for the page to be closed waits for ever, and is killed in the end."""
    assert lab.end() == (130, "", "the lab is open; Ctrl-C ends it\nthe lab is closed\n")


def test_ctrl_c_ends_it():
    pytest.importorskip("marimo", reason="needs the extra lab")
    with Running() as lab:
        assert answer(lab.url)[0] == 200
        ends_quietly(lab)


def test_ctrl_c_ends_it_while_a_page_is_open():
    pytest.importorskip("marimo", reason="needs the extra lab")
    from websockets.sync.client import connect

    with Running() as lab, connect(f"ws://127.0.0.1:{lab.port}/ws?session_id=s_1&access_token={lab.token}") as page:
        told(page)
        ends_quietly(lab)


def test_the_port_asked_for_is_the_one():
    pytest.importorskip("marimo", reason="needs the extra lab")
    with listening(None) as free:
        port = free.getsockname()[1]
    with Running("--port", str(port)) as lab:
        assert lab.port == port


def test_a_browser_is_opened_unless_it_is_not_wanted(monkeypatch):
    pytest.importorskip("marimo", reason="needs the extra lab")
    import threading
    import webbrowser

    from handgrad.lab.server import Server

    opened, done = [], threading.Event()
    monkeypatch.setattr(webbrowser, "open", lambda url: (opened.append(url), done.set()))
    monkeypatch.setattr(Server, "run", lambda self: self.listener.close())
    shown = CliRunner().invoke(main, ["lab"], catch_exceptions=False)
    assert shown.exit_code == 0
    assert done.wait(LONG)
    assert opened == [shown.stdout.strip()]
    run("--headless")
    run()
    assert len(opened) == 1
