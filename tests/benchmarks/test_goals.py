"""Goals beside what was measured, from numbers that are made up."""

from benchmarks import goals
from benchmarks.processes import Outcome, Row
from benchmarks.races import races


def outcome(task, medians):
    """The first race of a task, in which everybody is as fast in every round."""
    race = next(races(task, peers=True, quick=False))
    rows = [Row(name, [time] * 3) for name, time in medians.items()]
    return Outcome(race, rows, {}, 0.0, 0.0)


def test_ratios_are_those_to_the_fastest_peer_and_to_the_floor():
    times = {"ours, automatic": 0.008, "ours, by hand": 0.006, "jax.jit": 0.02, "torch, eager": 0.01}
    # MyGrad is not among those to be beaten.
    cnn = outcome("cnn", times | {"NumPy's floor": 0.004, "NumPy, one function": 0.005, "MyGrad": 0.001})
    (table,) = goals.tables([cnn])
    # 8 / 10 is just reached, and so is 8 / 4; 6 / 10 is; 6 / 4 is
    assert table.head[2:] == (
        *("automatic / peer", "by hand / peer", "one function / peer", "floor / peer"),
        *("automatic / floor", "by hand / floor"),
    )
    assert table.rows == (
        (
            *("cnn, N = 1, F = 1, float64", "torch, eager, 10.0 ms"),
            *("0.800 *", "0.600 *", "0.500", "0.400", "2.00 *", "1.50 *"),
        ),
    )
    slower = outcome("cnn", {"ours, automatic": 0.0081, "ours, by hand": 0.0071, "torch, eager": 0.01})
    (table,) = goals.tables([slower])
    assert table.rows[0][2:] == ("0.810", "0.710", "", "", "", "")


def test_the_tape_and_the_check_have_goals_in_seconds_too():
    tape = outcome("tape", {"ours, automatic": 1.9e-6, "torch, eager": 6e-6, "micrograd": 3.9e-6})
    times = {"ours, exact": 0.06, "torch gradcheck, fast": 0.05, "torch gradcheck, slow": 7.0}
    exact = outcome("exact", times)
    (table,) = goals.tables([tape, exact])
    assert [row[1:] for row in table.rows] == [
        ("ours, automatic, 2.00 µs", "1.90 µs *"),
        ("ours, automatic, 0.3 of torch, eager", "0.317"),
        ("ours, automatic, 0.5 of micrograd", "0.487 *"),
        ("ours, exact, 50.0 ms", "60.0 ms"),
        ("ours, exact, 1 of torch gradcheck, fast", "1.20"),
        ("ours, exact, 0.01 of torch gradcheck, slow", "0.00857 *"),
    ]


def test_without_peers_only_seconds_are_left():
    alone = [outcome("cnn", {"ours, automatic": 1.0}), outcome("tape", {"ours, automatic": 3e-6})]
    (table,) = goals.tables(alone)
    assert [row[2] for row in table.rows] == ["3.00 µs"]
    assert goals.tables([alone[0]]) == []
