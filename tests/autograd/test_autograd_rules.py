"""Every entry of the engine's tables is the adjoint of a numeric derivative, to second order."""

import numpy as np
import pytest
from autograd_cases import CASES, samples
from autograd_checks import check_first_order, check_float32, check_second_order
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd.rules import COMPOSITES, RULES

seeds = st.integers(0, 2**32 - 1)
profile = settings.default.max_examples  # of tests/conftest.py: 25, or many in a thorough search
every_case = pytest.mark.parametrize("name", CASES)


def test_the_table_of_cases_covers_every_rule_and_composite() -> None:
    covered = {entry for case in CASES.values() for entry in case.covers}
    missing = [entry.__name__ for entry in (*RULES, *COMPOSITES) if entry not in covered]
    assert missing == []


@every_case
def test_value_and_pullbacks(name: str) -> None:
    case = CASES[name]

    @settings(max_examples=profile)
    @given(samples(case), seeds)
    def holds(sample, seed):
        check_first_order(sample, np.random.default_rng(seed), case.exact)

    holds()


@every_case
def test_second_order(name: str) -> None:
    @settings(max_examples=profile // 2)
    @given(samples(CASES[name]), seeds)
    def holds(sample, seed):
        check_second_order(sample, np.random.default_rng(seed))

    holds()


@every_case
def test_float32_is_kept(name: str) -> None:
    @settings(max_examples=profile // 4)
    @given(samples(CASES[name]), seeds)
    def holds(sample, seed):
        check_float32(sample, np.random.default_rng(seed))

    holds()
