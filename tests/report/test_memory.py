"""What is remembered between claims changes no verdict, loses no constant and no decision, and forgets."""

import numpy as np
import pytest

from handgrad import memory as module
from handgrad.exact import ExactArray, tower
from handgrad.exact.constants import recording
from handgrad.exact.decisions import watching
from handgrad.memory import Memory
from handgrad.report.equations import REPORT
from handgrad.verdict import judge


def told(verdict):
    proof = verdict.proof
    details = (proof.to_dict(), proof.identity.branched, {c.written for c in proof.identity.constants})
    return verdict.outcome, verdict.condition, verdict.blame, details


def test_verdicts_are_the_same_with_a_shared_memory_and_without():
    memory = Memory()
    for claim in REPORT:
        for form in claim.forms():
            assert told(judge(claim, form, 3, memory=memory)) == told(judge(claim, form, 3))


def test_a_shared_memory_computes_less(monkeypatch):
    calls = []
    monkeypatch.setattr("handgrad.proof.automatic", lambda *given: calls.append(1) or original(*given))
    from handgrad.oracles.automatic import automatic as original

    memory = Memory()
    lines = [claim for claim in REPORT if claim.equation == "7"]
    judge(lines[0], "right", memory=memory)
    once = len(calls)
    judge(lines[1], "right", memory=memory)
    assert 0 < once == len(calls)


def exact(x, seed=0):
    return ExactArray.input(np.array(x), tower(2, seed))


def test_constants_and_decisions_come_with_a_result():
    memory, x = Memory(), exact([1.0, -2.0])
    for _ in range(2):
        with recording() as taken, watching() as decided:
            memory.recall("f", {"x": x}, lambda: np.absolute(x) * 0.1)
        assert [str(constant.value) for constant in taken.values()] == ["1/10"]
        assert decided == {"absolute"}


@pytest.mark.parametrize(
    "other",
    [{"x": exact([1.0, 3.0])}, {"x": exact([1.0, 2.0], seed=1)}, {"x": exact([[1.0, 2.0]])}, {"z": exact([1.0, 2.0])},
     {"x": exact([1.0, 2.0]), "n": 2}],
)  # fmt: skip
def test_other_inputs_are_other_results(other):
    memory = Memory()
    assert memory.recall("f", {"x": exact([1.0, 2.0])}, lambda: "first") == "first"
    assert memory.recall("f", other, lambda: "second") == "second"
    assert memory.recall("g", {"x": exact([1.0, 2.0])}, lambda: "third") == "third"


def test_the_oldest_is_forgotten(monkeypatch):
    monkeypatch.setattr(module, "MOST", 2)
    memory = Memory()
    for n in range(3):
        memory.recall("f", {"n": n}, lambda n=n: n)
    assert memory.recall("f", {"n": 2}, lambda: "anew") == 2
    assert memory.recall("f", {"n": 0}, lambda: "anew") == "anew"


def test_a_number_is_no_other_number_of_another_type():
    memory = Memory()
    assert memory.recall("f", {"n": 1}, lambda: "int") == "int"
    assert memory.recall("f", {"n": 1.0}, lambda: "float") == "float"
