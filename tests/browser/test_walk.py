"""The walk through the report, by keyboard alone, and the address that remembers where one is."""

import pytest

from tests.browser.pages import steps

EQUATION = "document.querySelector('#says .step-title').textContent"


def focus_on(page, selector):
    """By the Tab key, as a reader without a mouse gets there."""
    for _ in range(60):
        if page.evaluate("(wanted) => document.activeElement?.matches(wanted) ?? false", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {selector}")


def test_enter_on_next_walks_through_all_fifteen_equations(show, data):
    shown, order = show("#step=eq1-weights"), steps(data)
    page, walked = shown.page, ["eq1-weights"]
    focus_on(page, "#next")
    for _ in order[1:]:
        page.keyboard.press("Enter")
        walked.append(shown.state()["step"])
        assert f"({data['claims'][walked[-1]]['equation']})" in page.evaluate(EQUATION)
        assert page.evaluate("document.activeElement.id") == "next"
    assert walked == order
    assert list(dict.fromkeys(data["claims"][name]["equation"] for name in walked)) == [str(n) for n in range(1, 16)]
    assert page.get_attribute("#next", "aria-disabled") == "true"
    page.keyboard.press("Enter")
    assert shown.state()["step"] == order[-1]
    focus_on(page, "#previous")
    page.keyboard.press("Enter")
    assert shown.state()["step"] == order[-2]


def test_arrow_keys_walk_the_marks(show, data):
    shown, order = show("#step=eq5-outputs"), steps(data)
    focus_on(shown.page, "input[name=step]")
    for wanted in order[order.index("eq5-outputs") + 1 :][:3]:
        shown.page.keyboard.press("ArrowRight")
        assert shown.state()["step"] == wanted
        assert shown.page.evaluate("document.activeElement.value") == wanted


def test_the_network_shown_is_that_of_the_step(show, data):
    page = show("#step=eq4-thresholds").page
    nodes = "[...document.querySelectorAll('[data-node]')].map((node) => node.dataset.node)"
    assert page.evaluate(nodes) == [node["id"] for node in data["networks"]["dense"]["nodes"]]
    page.click("#next")
    assert page.evaluate(nodes) == [node["id"] for node in data["networks"]["cnn"]["nodes"]]


def test_a_step_lights_its_nodes_and_edges_and_no_others(show, data):
    look = """["[data-node].now", "svg [data-edge].now"].map((now) =>
      [...document.querySelectorAll(now)].map((place) => place.dataset.node ?? place.dataset.edge))"""
    all_steps = [step for name in ("dense", "cnn") for step in data["networks"][name]["steps"]]
    seen = show().through([f"#step={step['claim']}" for step in all_steps], look)
    for step, (nodes, edges) in zip(all_steps, seen, strict=True):
        assert sorted(nodes) == sorted(step["nodes"])
        assert sorted(edges) == sorted(" ".join(edge) for edge in step["edges"])


def test_a_node_is_a_button_to_its_formula(show, data):
    shown = show()
    node = next(node for node in data["networks"]["cnn"]["nodes"] if node["id"] == "a")
    shown.page.click("[data-node=a]")
    assert shown.state()["step"] in node["claims"]


def test_marks_say_what_colours_say(show, data):
    """Each outcome has a sign and a word of its own, on the walk and on the graph."""
    signs = {"agrees": "✓", "agrees on a condition": "◐", "disagrees": "✗", "cannot decide": "?"}
    page = show("#variant=printed").page
    for name, claim in data["claims"].items():
        outcome = claim["variants"].get("printed", claim["variants"]["right"])["verdict"]["outcome"]
        place = page.locator(f"input[name=step][value={name}]")
        assert place.locator("xpath=following-sibling::span").text_content() == signs[outcome]
        assert place.get_attribute("aria-label").endswith(": " + outcome)
    marked = page.locator("[data-node=v]")
    assert marked.locator(".mark").text_content() == "✗"
    assert "disagrees" in marked.get_attribute("aria-label")


HASH = "#network=cnn&step=eq10-input&variant=printed&entry=17&lang=zh&theme=dark"


@pytest.mark.parametrize("how", ["load", "hashchange"])
def test_an_address_brings_back_what_was_shown(show, how):
    shown = show(HASH if how == "load" else "")
    page = shown.page
    if how == "hashchange":
        shown.through([HASH])
    checked = page.evaluate("[...document.querySelectorAll('input:checked')].map(({ name, value }) => [name, value])")
    assert dict(checked) == {
        "network": "cnn",
        "step": "eq10-input",
        "variant": "printed",
        "lang": "zh",
        "theme": "dark",
    }
    assert page.text_content("#readout code") == "a[17]"
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    assert "(10) 输入" in page.evaluate(EQUATION)


def test_the_address_names_what_is_shown_and_back_undoes_it(show):
    shown = show("#step=eq10-input")
    page = shown.page
    page.locator("input[name=variant][value=printed]").check()
    page.locator("input[name=theme][value=dark]").check()
    told = {"step": "eq10-input", "variant": "printed", "theme": "dark"}
    assert shown.state() == {"network": "cnn", "lang": "en", **told}
    page.go_back()
    page.go_back()
    page.wait_for_function("document.querySelector('input[name=variant]:checked').value === 'right'")
    assert page.evaluate("document.querySelector('input[name=theme]:checked').value") == "auto"


@pytest.mark.parametrize(
    "hash", ["#step=eq99-x&variant=no&entry=-3&lang=fr&theme=pink", "#entry=99999", "#%%%", "#a=b"]
)
def test_an_address_that_names_nothing_shows_the_beginning(show, hash):
    page = show(hash).page
    assert page.evaluate("document.querySelector('input[name=step]:checked').value") == "eq5-outputs"
    assert page.evaluate("document.querySelector('input[name=variant]:checked').value") == "right"


def test_the_walk_leaves_the_entry_behind(show):
    shown = show("#step=eq10-input&entry=17")
    shown.page.click("#next")
    assert "entry" not in shown.state()
