"""Tables and the picture, from numbers that are made up."""

import xml.etree.ElementTree as ElementTree

import pytest

from benchmarks import growth, machine, tables
from benchmarks.processes import Outcome, Row
from benchmarks.races import PEERS, races

RACE = next(races("cnn", peers=True, quick=False))
OUTCOME = Outcome(
    RACE,
    [Row("ours, automatic", [0.001, 0.002, 0.003]), Row("torch, eager", [0.002, 0.004, 0.006])],
    {"MyGrad": "mygrad is not installed"},
    1e-16,
    1e-12,
)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (2.0, "2.00 s"),
        (0.0123456, "12.3 ms"),
        (1e-3, "1.00 ms"),
        (4.2e-6, "4.20 µs"),
        (3e-8, "30.0 ns"),
        (99.95, "100. s"),
    ],
)
def test_a_duration_has_three_digits_and_a_unit(seconds, words):
    assert tables.duration(seconds) == words


def test_the_table_of_a_race():
    assert tables.text(tables.of_outcome(OUTCOME)) == (
        "cnn, N = 1, F = 1, float64\n"
        "  contender         median           quartiles  ratio to ours, automatic\n"
        "  ours, automatic  2.00 ms  1.50 ms to 2.50 ms                      1.00\n"
        "  torch, eager     4.00 ms  3.00 ms to 5.00 ms                      2.00\n"
        "  MyGrad           missing: mygrad is not installed\n"
        "  results agree to 1e-16 of the greatest entry, allowed 1e-12"
    )


def test_the_report_has_the_machine_and_every_table():
    words = machine.words(2, {"torch": "2.13.0", "numpy": "0"}, "python -m benchmarks", 0.0)
    report = tables.report(words, [tables.of_outcome(OUTCOME)], picture=True)
    assert [name for name, _ in words] == ["processor", "system", "Python", "contenders", "load", "date", "command"]
    assert "| contenders | torch 2.13.0 |" in report
    assert "![Ratios of the times](results.svg)" in report
    assert "## cnn, N = 1, F = 1, float64" in report
    assert "| torch, eager | 4.00 ms | 3.00 ms to 5.00 ms | 2.00 |" in report
    assert "| MyGrad | missing | mygrad is not installed |  |" in report


def test_the_picture_is_the_same_every_time(tmp_path):
    for name in ("a.svg", "b.svg"):
        tables.draw([OUTCOME, OUTCOME], tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    root = ElementTree.parse(tmp_path / "a.svg").getroot()
    assert root.tag.endswith("svg")


def test_nobody_shares_a_colour():
    assert len(set(tables.COLOURS)) == len(tables.COLOURS) > len(PEERS) + 5  # ours, NumPy twice and two checkers


def test_where_nobody_was_compared_there_is_no_picture(tmp_path):
    alone = Outcome(RACE, [Row("ours, automatic", [1.0])], {}, 0.0, 0.0)
    for outcomes in ([], [alone]):
        assert not tables.draw(outcomes, tmp_path / "nothing.svg")
    assert list(tmp_path.iterdir()) == []
    assert "svg" not in tables.report([], [tables.of_outcome(alone)], picture=False)


def test_a_slope_is_the_power():
    assert growth.slope([1, 2, 4], [3, 12, 48]) == pytest.approx(2)
