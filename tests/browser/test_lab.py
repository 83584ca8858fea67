"""The lab in a real browser, as a reader uses it: chooses, types, walks down.

Skipped where marimo, playwright or Chromium is missing, unless HANDGRAD_BROWSER=required.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MISSING = [name for name in ("marimo", "playwright") if find_spec(name) is None] + ["Chromium"] * (CHROMIUM is None)
if MISSING and os.environ.get("HANDGRAD_BROWSER") != "required":
    pytest.skip(f"needs {' and '.join(MISSING)}", allow_module_level=True)

from playwright.sync_api import Page, expect, sync_playwright  # noqa: E402

from handgrad.report.equations import BEYOND, REPORT  # noqa: E402

# As little as possible of what a browser does by itself; no sandbox, for tests are often run by root in a container.
OPTIONS = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
             --disable-component-update --disable-sync""".split()
LONG = 60_000  # milliseconds; a first page loads marimo's whole frontend
expect.set_options(timeout=20_000)  # on a busy machine; whoever is right is right at once


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where a lab answers as long as this file is tested."""
    command = [sys.executable, "-m", "handgrad", "lab", "--no-browser", "--seed", "3"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as lab:
        assert lab.stdout is not None
        yield lab.stdout.readline().strip()
        lab.send_signal(signal.SIGINT)
        try:
            assert lab.wait(timeout=20) == 130
        finally:
            lab.kill()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def reader(browser) -> Any:
    """Who opens page after page, with one cache for all of them."""
    return browser.new_context(viewport={"width": 1300, "height": 1400})


@pytest.fixture
def page(address, reader) -> Iterator[Page]:
    """A page of its own, opened with the token; in the end nothing was amiss and nothing asked of another machine."""
    page = reader.new_page()
    amiss: list[str] = []
    page.on("console", lambda message: amiss.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: amiss.append(str(error)))
    page.on("requestfailed", lambda request: amiss.append(f"{request.url}: {request.failure}"))
    page.on("request", lambda request: amiss.append(request.url) if is_elsewhere(request.url, address) else None)
    page.goto(address)
    expect(verdict(page)).to_be_visible(timeout=LONG)
    yield page
    page.close()
    assert amiss == []


def is_elsewhere(url: str, address: str) -> bool:
    return not url.startswith((address.partition("?")[0], "data:", "blob:"))


def verdict(page: Page):
    return page.locator(".lab-verdict")


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_label(label, exact=True).select_option(label=option)


def type_formula(page: Page, text: str) -> None:
    """In place of what is in the editor."""
    page.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


def choose_formula(page: Page, title: str) -> None:
    """And wait until it is shown: what was chosen for another is gone then."""
    choose(page, "formula", title)
    expect(verdict(page)).to_contain_text(f"{title},")


# A formula


def test_the_token_opens_the_page_and_is_taken_out_of_its_address(page, address):
    assert "access_token" in address
    assert "access_token" not in page.url
    assert page.url.endswith("/?seed=3")
    expect(page).to_have_title("handgrad lab")
    expect(verdict(page)).to_contain_text("--seed 3")


def test_without_the_token_there_is_no_page(browser, address):
    page = browser.new_page()
    page.goto(address.partition("?")[0])
    expect(page.locator("input[type=password]")).to_be_visible()
    assert "/auth/login" in page.url
    assert verdict(page).count() == 0
    page.close()


def test_a_wrong_formula_is_diagnosed_and_a_right_one_agrees(page):
    choose_formula(page, "(10) input")
    type_formula(page, "2 * W @ (y_hat - y)")
    expect(verdict(page)).to_contain_text("disagrees")
    expect(verdict(page)).to_contain_text("(10) input, yours, the worst of 4 entries")
    expect(verdict(page)).to_contain_text("By hand is 2 times the gradient: a factor 2 too much")
    expect(verdict(page).get_by_role("cell", name="differs")).to_have_count(4)

    type_formula(page, "W @ (y_hat - y)")
    expect(verdict(page)).to_contain_text("agrees on a condition sum_k y_k = 1; exact")
    expect(verdict(page)).to_contain_text("(10) input, yours,")

    type_formula(page, "W @ (yhat - y)")
    expect(page.get_by_text("did you mean y_hat?")).to_be_visible()
    expect(verdict(page)).to_have_count(0)

    type_formula(page, "")
    expect(verdict(page)).to_contain_text("(10) input, printed,")
    expect(verdict(page)).to_contain_text("disagrees")


def test_keys_are_enough_to_type_a_formula(page):
    page.locator(".cm-content").focus()
    page.keyboard.type("W @ (y_hat - y)")  # key by key, so that brackets close themselves
    expect(verdict(page)).to_contain_text("agrees on a condition")


def test_the_right_form_may_be_judged_too(page):
    expect(verdict(page)).to_contain_text("disagrees")
    page.get_by_role("radio", name="right").click()
    expect(verdict(page)).to_contain_text("agrees on a condition sum_k y_k = 1")
    expect(verdict(page)).to_contain_text("(10) input, right,")


def test_every_formula_is_set_without_an_error(page):
    options = page.get_by_label("formula", exact=True).locator("option")
    assert [option for option in options.all_inner_texts() if option] == [c.title for c in (*REPORT, *BEYOND)]
    for claim in (*REPORT, *BEYOND):
        choose_formula(page, claim.title)
        expect(page.locator(".katex-display")).to_have_count(2 if claim.needs_correction() else 1)
        assert page.locator(".katex-error").count() == 0


def test_sizes_change_what_is_judged(page):
    choose(page, "size", "report")
    expect(verdict(page)).to_contain_text("the worst of 144 entries")
    choose(page, "batch", "2")
    expect(verdict(page)).to_contain_text("the worst of 288 entries")
    expect(verdict(page)).to_contain_text("--size report --batch 2")
    expect(page.get_by_text("wanted: shape (2, 144)")).to_be_visible()


# A descent


def test_a_descent_is_walked_by_its_sliders(page):
    page.get_by_role("tab", name="A descent").click()
    lines = page.locator(".lab-lines")
    expect(lines).to_contain_text("step 20")
    expect(lines).to_contain_text("agrees: never further apart than rounding leads")
    rate, step = page.get_by_role("slider").all()
    step.focus()
    page.keyboard.press("ArrowLeft")
    expect(lines).to_contain_text("step 19")
    before = page.locator(".lab-chart").inner_html()
    rate.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".lab-chart svg")).to_have_count(1)
    expect(lines).to_contain_text("step 19")
    page.wait_for_function("old => document.querySelector('.lab-chart').innerHTML !== old", arg=before)

    choose(page, "formulas by hand", "(15) as printed")
    expect(lines).to_contain_text("DISAGREES at step 1, in the gradient by v")


def test_what_was_typed_is_still_there_after_a_look_at_the_other_tab(page):
    type_formula(page, "3 * W @ (y_hat - y)")
    expect(verdict(page)).to_contain_text("By hand is 3 times the gradient")
    page.get_by_role("tab", name="A descent").click()
    expect(page.locator(".lab-chart svg")).to_be_visible()
    expect(verdict(page)).to_have_count(0)
    page.get_by_role("tab", name="A formula").click()
    expect(verdict(page)).to_contain_text("By hand is 3 times the gradient")
    expect(page.locator(".cm-content")).to_have_text(re.compile(r"^3 \* W"))
