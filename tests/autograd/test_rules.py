"""Every entry of the engine's tables is the adjoint of a numeric derivative, to second order."""

import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd.table import COMPOSITES, RULES
from tests.autograd.cases import CASES, Sample, samples
from tests.autograd.checks import check_first_order, check_float32, check_second_order

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


# What the cases do not draw: options left out where NumPy has a default, and rarer ranks. Axes differ in length.
X = np.arange(24.0).reshape(2, 3, 4) ** 1.5 + 1
M, V = X[0], X[0, 0]
FURTHER = {
    "concatenate": (lambda a, b: np.concatenate([a, b]), (M, M + 1)),
    "stack": (lambda a, b: np.stack([a, b]), (M, M + 1)),
    "split": (lambda a: np.concatenate(np.split(a, 3)[::-1], 1), (M,)),
    "array_split": (lambda a: np.array_split(a, 2)[1], (M,)),
    "pad": (lambda a: np.pad(a, 2), (M,)),
    "tril": (np.tril, (M,)),
    "triu": (np.triu, (M,)),
    "diag of a vector": (np.diag, (V,)),
    "diag of a matrix": (np.diag, (M,)),
    "diagonal": (np.diagonal, (X,)),
    "trace": (np.trace, (X,)),
    "sort": (lambda a: np.sort(-a), (X,)),
    "tensordot": (lambda a, b: np.tensordot(a, b), (X, np.reshape(X, (3, 4, 2)))),
    "a number in two axes, broadcast along one of three": (np.multiply, (M[:1, :1], X[:, :, :1])),
    "a batch times a matrix": (np.matmul, (X, np.reshape(V, (4, 1)) * [1.0, 2.0])),
    "dot of a number and a matrix": (np.dot, (np.array(3.0), M)),
    "dot of a matrix and a number": (np.dot, (M, np.array(3.0))),
    "dot of a matrix and a batch": (np.dot, (M, np.moveaxis(X, 1, 2))),
    "dot of a vector and a batch": (np.dot, (V, np.moveaxis(X, 1, 2))),
    "inner product with a number": (np.inner, (M, np.array(3.0))),
    "inner product with a batch": (np.inner, (M, X)),
    "einsum with dots and no arrow": (lambda a, b: np.einsum("...i,i", a, b), (X, V)),
    "einsum with dots for nothing": (lambda a, b: np.einsum("...i,i->...", a, b), (V, V + 1)),
}  # fmt: skip
# The engine makes these by np.tensordot's route; NumPy's own may sum up in another order, as the BLAS has it.
OTHER_ROUTE = {
    "tensordot", "dot of a matrix and a batch", "dot of a vector and a batch", "inner product with a batch"
}  # fmt: skip


@pytest.mark.parametrize("name", FURTHER)
def test_further_calls(name):
    call, operands = FURTHER[name]
    check_first_order(Sample(call, operands), np.random.default_rng(0), exact=name not in OTHER_ROUTE)


@pytest.mark.skipif(
    inspect.signature(np.take_along_axis).parameters["axis"].default != -1, reason="this NumPy wants an axis"
)
def test_entries_are_taken_along_the_last_axis_where_none_is_said():
    places = np.array([[[3, 0], [1, 1], [2, 0]]])
    check_first_order(Sample(lambda a: np.take_along_axis(a, places), (X,)), np.random.default_rng(0))
