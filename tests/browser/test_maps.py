"""Three maps that are pointed at together, and the sum of an entry."""

import pytest

from tests.browser.pages import COLOURS, as_shown

CURSORS = """[...document.querySelectorAll(".cursor")]
  .map((cursor) => `${cursor.getAttribute("aria-label")} ${cursor.style.cssText}`)"""
MAPS = ("hand", "automatic", "difference")
INPUT = "#step=eq10-input&variant=printed"  # a[j], seen as 12 x 12


def point_at(page, map, row, column, rows=12, columns=12):
    box = page.locator(f".cells[data-map={map}]").bounding_box()
    return box["x"] + (column + 0.5) * box["width"] / columns, box["y"] + (row + 0.5) * box["height"] / rows


@pytest.mark.parametrize("map", MAPS)
def test_pointing_at_one_map_points_at_all_three(show, data, map):
    page = show(INPUT).page
    page.locator(".cells").first.scroll_into_view_if_needed()
    page.mouse.move(*point_at(page, map, 3, 7))
    (cursor,) = set(page.evaluate(CURSORS))
    assert cursor == f"a[{3 * 12 + 7}] --row: 3; --column: 7;"
    for other in MAPS:  # each on its own map's entry, where a reader sees it
        cells = page.locator(f".cells[data-map={other}]").bounding_box()
        mark = page.locator(f"#cell-{other}").bounding_box()
        assert mark["x"] - cells["x"] == pytest.approx(7 * cells["width"] / 12, abs=1)
        assert mark["y"] - cells["y"] == pytest.approx(3 * cells["height"] / 12, abs=1)
    variant = data["claims"]["eq10-input"]["variants"]["printed"]
    read = page.locator("#readout .number").all_text_contents()
    assert read == [as_shown(value(data, variant[name], 43), "no value") for name in MAPS]


def value(data, array, place):
    """An entry of an array, which may be written thinly."""
    array = data["arrays"][array]
    if "at" not in array:
        return array["data"][place]
    return array["data"][array["at"].index(place)] if place in array["at"] else array["fill"]


def test_the_cursor_goes_home_when_nothing_is_pointed_at(show):
    page = show(INPUT + "&entry=17").page
    page.locator(".cells").first.scroll_into_view_if_needed()
    page.mouse.move(*point_at(page, "hand", 3, 7))
    page.mouse.move(5, 300)
    assert page.text_content("#readout code") == "a[17]"


def test_a_click_shows_the_sum_and_the_window(show, data):
    shown = show(INPUT.replace("printed", "right"))
    page = shown.page
    page.locator(".cells").first.scroll_into_view_if_needed()
    page.mouse.click(*point_at(page, "automatic", 1, 5))
    assert shown.state()["entry"] == "17"
    assert page.text_content("#entry h3 code") == "a[17]"
    rows = page.locator(".terms tbody tr:not(.rest)")
    numbers = [[float(text) for text in row.locator(".number").all_text_contents()] for row in rows.all()]
    assert len(numbers) == 10  # one for each output
    for first, second, term in numbers:
        assert first * second == pytest.approx(term, rel=2e-4)  # each of the three is rounded to five digits
    sizes = [abs(term) for _, _, term in numbers]
    assert sizes == sorted(sizes, reverse=True)
    hand = data["claims"]["eq10-input"]["variants"]["right"]["hand"]
    assert page.text_content(".terms tfoot .number") == as_shown(value(data, hand, 17), "no value")
    # a[1, 5] is the pool of c[2:4, 10:12], which 5 x 5 windows of X reach: rows 2 to 7, columns 10 to 15
    assert page.locator(".where .number").all_text_contents() == ["2", "7", "10", "15"]
    image, frame = page.locator(".image").bounding_box(), page.locator(".frame").bounding_box()
    assert frame["x"] - image["x"] == pytest.approx(10 / 28 * image["width"], abs=1)
    assert frame["y"] - image["y"] == pytest.approx(2 / 28 * image["height"], abs=1)
    assert frame["width"] == pytest.approx(6 / 28 * image["width"], abs=1)
    assert frame["height"] == pytest.approx(6 / 28 * image["height"], abs=1)


KEPT_INSIDE = (0, 0, 1, 13, 23, 23, 12, 0, 1)  # where nine keys lead, from the first entry: never out of the map


def test_the_keyboard_goes_from_entry_to_entry_and_chooses(show, data):
    shown = show(INPUT + "&entry=0")
    page = shown.page
    page.focus(".cells[tabindex='0']")
    for key, entry in zip("Left Up Right Down End Right Home Up Right".split(), KEPT_INSIDE, strict=True):
        page.keyboard.press(key if key in ("Home", "End") else f"Arrow{key}")
        assert page.text_content("#readout code") == f"a[{entry}]", key
    variant = data["claims"]["eq10-input"]["variants"]["printed"]
    spoken = page.text_content("#spoken")
    assert spoken.startswith("a[1], by hand ")
    assert all(as_shown(value(data, variant[name], 1), "no value") in spoken for name in MAPS)
    assert shown.state()["entry"] == "0"
    page.keyboard.press("Enter")
    assert shown.state()["entry"] == "1"
    assert page.text_content("#entry h3 code") == "a[1]"
    assert page.evaluate("document.activeElement.dataset.map") == "hand"


def test_a_screen_reader_is_told_what_the_maps_are(show, data):
    page = show(INPUT + "&entry=17").page
    for name in ("by hand", "automatic", "difference"):
        grid = page.get_by_role("grid", name=name, exact=True)
        assert (grid.get_attribute("aria-rowcount"), grid.get_attribute("aria-colcount")) == ("12", "12")
        cell = grid.get_by_role("gridcell", name="a[17]", selected=True)
        assert cell.get_attribute("id") == grid.get_attribute("aria-activedescendant")
        assert cell.get_attribute("aria-colindex") == "6"
        assert grid.get_by_role("row").get_attribute("aria-rowindex") == "2"


def test_the_maps_are_one_stop_for_tab_and_the_last_one_used_keeps_it(show):
    page = show(INPUT).page
    stops = "[...document.querySelectorAll('.cells')].map((cells) => cells.tabIndex)"
    assert page.evaluate(stops) == [0, -1, -1]
    page.locator(".cells").first.scroll_into_view_if_needed()
    page.mouse.click(*point_at(page, "automatic", 0, 0))
    assert page.evaluate(stops) == [-1, 0, -1]


def test_by_hand_and_automatic_have_one_scale(show, data):
    """The same number has the same colour in both; the difference has a scale of its own."""
    page = show(INPUT).page
    variant = data["claims"]["eq10-input"]["variants"]["printed"]
    hand, automatic, difference = ([value(data, variant[name], i) for i in range(144)] for name in MAPS)
    limit = max(abs(x) for x in hand + automatic)
    shown = {name: page.evaluate(COLOURS, [f".cells[data-map={name}] canvas", 12, 12]) for name in MAPS}
    strong = {name: {"158,62,8", "22,66,122"} & set(shown[name]) for name in MAPS}
    assert bool(strong["hand"]) == (max(map(abs, hand)) == limit)
    assert bool(strong["automatic"]) == (max(map(abs, automatic)) == limit)
    assert strong["difference"]
    order = sorted(range(288), key=(hand + automatic).__getitem__)
    both = shown["hand"] + shown["automatic"]
    # from the least value to the greatest, orange rises and blue falls; the same colour never comes back
    runs = [colour for i, colour in enumerate(both[k] for k in order) if i == 0 or colour != both[order[i - 1]]]
    assert len(runs) == len(set(runs))
    for legend, values in ((".over-2", hand + automatic), (".over-1", difference)):
        ends = page.locator(f"{legend} .ends .number").all_text_contents()
        assert ends == [as_shown(min(values), ""), as_shown(max(values), "")]


def test_a_value_that_there_is_not_is_crossed_out_and_said(show, data):
    page = show("#step=eq11-map&variant=printed").page
    name = data["claims"]["eq11-map"]["variants"]["printed"]["hand"]
    nothing = [place for place in range(144) if value(data, name, place) is None]
    assert nothing  # the printed indices leave the image
    assert page.text_content("#readout .number") == "no value"
    assert page.text_content(".over-2 .scale").endswith("no value")
    colours = page.evaluate(COLOURS, [".cells[data-map=hand] canvas", 12, 12])
    assert "250,248,243" not in {colours[place] for place in nothing}  # as paper, it would look like 0


def test_a_mistake_that_does_not_touch_a_formula_shows_it_as_put_right(show, data):
    page = show("#step=eq5-outputs&variant=no-quarter").page
    assert "no-quarter" not in data["claims"]["eq5-outputs"]["variants"]
    assert page.text_content("#formula .untouched") == data["words"]["untouched"]["en"]
    page.locator("input[name=variant][value=sign]").check()
    assert "sign" in data["claims"]["eq5-outputs"]["variants"]
    assert page.locator("#formula .untouched").count() == 0


def test_a_mistake_shows_its_verdict_its_diagnosis_and_its_curve(show, data):
    shown = show("#step=eq15-weights")
    page = shown.page
    for variant in data["variants"]:
        page.locator(f"input[name=variant][value={variant['id']}]").check()
        assert shown.state().get("variant", "right") == variant["id"]
        told = page.text_content("#mistake")
        assert variant["says"]["en"] in told
        if variant["verdict"]:
            assert variant["verdict"]["outcome"] in told
            assert (variant["verdict"]["diagnosis"] or {"en": ""})["en"] in told
        assert page.locator("#curve canvas").count() == 1
        last = page.locator("#losses .loss-line .number").all_text_contents()
        curves = [variant["beside"], variant["curve"]][: 1 if variant["id"] == "right" else 2]
        assert last == [as_shown(curve[-1], "no value") for curve in curves]


def test_pointing_at_the_curve_reads_it(show, data):
    page = show("#variant=no-quarter").page
    width = page.locator("#curve .u-over").bounding_box()["width"]
    page.locator("#curve .u-over").hover(position={"x": width / 3, "y": 40})
    step = int(page.text_content(".at-step .number"))
    assert step == pytest.approx(data["curve_steps"][-1] / 3, abs=3)
    variant = next(variant for variant in data["variants"] if variant["id"] == "no-quarter")
    read = page.locator("#losses .loss-line .number").all_text_contents()
    place = data["curve_steps"].index(step)
    assert read == [as_shown(variant[key][place], "no value") for key in ("beside", "curve")]
