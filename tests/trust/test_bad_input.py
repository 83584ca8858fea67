"""Bad input to every public function gives a named error that says who, wanted, got; odd input the right value."""

import dataclasses
import inspect

import numpy as np
import pytest

import autograd
import handgrad
from autograd.errors import AutogradError
from handgrad.errors import HandgradError
from manual.errors import ManualError
from tests.manual.calls import MODULES
from tests.trust import autograd as trust_autograd
from tests.trust import handgrad as trust_handgrad
from tests.trust import manual as trust_manual
from tests.trust import training as trust_training

TABLES = (trust_autograd, trust_manual, trust_handgrad, trust_training)
REFUSED = [row for table in TABLES for row in table.REFUSED]
RIGHT = [row for table in TABLES for row in table.RIGHT]

# What is public beside `__all__`: what the README and the docstrings of the modules name.
ENTRIES = """
    claims_of judge judge_formula asked typed Question Sizes sizes_with tower Tower ExactArray identical constant
    Expression Typed read_images read_idx digits_of from_folder drawn load save outputs Settings Descent Lockstep
    Digits confusion draw_model
""".split()


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row.id)
def test_bad_input_is_refused_by_name(row, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert issubclass(row.error, AutogradError | ManualError | HandgradError)
    with pytest.raises(row.error, match=row.words) as caught:
        row.call()
    message = str(caught.value)
    assert message.isprintable(), message
    assert "wanted" in message or "can't be computed: " in message


@pytest.mark.parametrize("row", RIGHT, ids=lambda row: row.id)
def test_odd_input_gives_the_right_value(row, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert_same(row.call(), row.value)


def assert_same(got, wanted):
    if dataclasses.is_dataclass(wanted):
        wanted, got = vars(wanted), vars(got)
    if isinstance(wanted, dict):
        assert got.keys() == wanted.keys()
        got, wanted = [*got.values()], [*wanted.values()]
    if isinstance(wanted, tuple | list) and not np.isscalar(got) and isinstance(got, tuple | list):
        assert len(got) == len(wanted)
        for x, y in zip(got, wanted, strict=True):
            assert_same(x, y)
        return
    assert np.shape(got) == np.shape(wanted)
    if np.asarray(wanted).dtype.kind != "f":
        np.testing.assert_array_equal(got, wanted)
    else:  # another order in memory may be another order of summing up: some units in the last place
        np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=0)


@pytest.mark.parametrize("what", trust_autograd.AS_NUMPY)
def test_what_numpy_refuses_is_refused_in_its_own_words(what):
    call = trust_autograd.AS_NUMPY[what]
    with pytest.raises(Exception, match=r"\w") as plain:
        call(trust_autograd.X)
    with pytest.raises(type(plain.value)) as tracked:
        call(autograd.Tensor(trust_autograd.X))
    assert str(tracked.value) == str(plain.value)


def test_every_public_function_is_in_the_table():
    written = {row.who for row in REFUSED}
    wanted = {name for name in autograd.__all__ if not name.endswith("Error")}
    for module in MODULES:
        own = [f for _, f in inspect.getmembers(module, inspect.isfunction) if f.__module__ == module.__name__]
        wanted |= {f"{module.__name__.removeprefix('manual.')}.{f.__name__}" for f in own if f.__name__[0] != "_"}
    wanted |= {name for name in handgrad.__all__ if name not in ("__version__", "CheckError", "Verdict")}
    missing = {*wanted, *ENTRIES} - written
    assert not missing


def test_the_table_is_long_and_says_nothing_twice():
    rows = [row.id for table in TABLES for row in (*table.REFUSED, *table.RIGHT)]
    assert len(rows) == len(set(rows))
    by_hand = [row for table in TABLES if table is not trust_manual for row in (*table.REFUSED, *table.RIGHT)]
    assert len(by_hand) >= 150
