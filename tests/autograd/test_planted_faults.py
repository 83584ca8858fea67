"""The tests are tested: every rule is made wrong on purpose, and the property that judges it must notice.

A fault replaces one pullback (or the value) of one entry of the table. A composite has no pullback of its own, so
the cotangent that it sends to one of its operands is damaged. The check is the very function that
`test_autograd_rules.py` calls, on thirty samples of the same case.
"""

import functools
import importlib
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Tensor
from autograd.rules import indexing
from autograd.table import COMPOSITES, RULES, Rule, as_function
from autograd.tensor import plain, primitive
from tests.autograd.cases import CASES, Case, Pick
from tests.autograd.checks import check_first_order, check_second_order

sweep = importlib.import_module("autograd.backward")  # the package's attribute of this name is the function

Pullback = Callable[[Any], Any]


# A damage is written in NumPy calls too: the tangents of the property push tensors through it.


def shifted(bar: Any) -> Any:
    """Every share one place too far: an index off by one, a window shifted."""
    return np.roll(bar, 1)


def first_only(bar: Any) -> Any:
    """Only the first entry gets its share: a sum dropped."""
    return bar * (np.arange(bar.size) == 0).reshape(bar.shape)


def last_row_only(bar: Any) -> Any:
    """Only the last row of the first axis gets its share: overwritten instead of accumulated."""
    rows = bar.shape[0]
    return bar * (np.arange(rows) == rows - 1).reshape(rows, *(1,) * (bar.ndim - 1))


def transposed(bar: Any) -> Any:
    """The last two axes exchanged where that keeps the shape."""
    square = np.ndim(bar) >= 2 and bar.shape[-1] == bar.shape[-2]
    return np.swapaxes(bar, -1, -2) if square else bar


def exchanged(bar: Any) -> Any:
    """The first two axes exchanged where that keeps the shape: spread along the wrong one."""
    square = np.ndim(bar) >= 2 and bar.shape[0] == bar.shape[1]
    return np.swapaxes(bar, 0, 1) if square else bar


def arrays_only(damage: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda bar: damage(bar) if np.ndim(bar) and np.size(bar) else bar


ANY_RULE: dict[str, Callable[[Any], Any]] = {
    "sign flipped": lambda bar: -bar,
    "factor 2": lambda bar: 2 * bar,
    "factor 1/2": lambda bar: bar / 2,
    "slightly off": lambda bar: bar * (1 + 1e-9),
    "zero": lambda bar: bar * 0,
    "shifted by one": arrays_only(shifted),
    "only the first entry": arrays_only(first_only),
    "only the last row": arrays_only(last_row_only),
}
TRANSPOSED_RESULT = ("matmul", "square", "inv", "det", "slogdet", "einsum", "tril", "triu", "multiply")
TRANSPOSED_COTANGENT = ("matmul", "square", "inv", "cholesky", "einsum", "transpose", "swapaxes", "exp")


def entries() -> list[tuple[str, Any]]:
    """The names of the cases, each with the entry of the table of rules to be damaged."""
    return [(name, entry) for name, case in CASES.items() for entry in case.covers if entry in RULES]


every_rule = pytest.mark.parametrize(("name", "entry"), entries(), ids=[f"{n}-{e.__name__}" for n, e in entries()])


def caught(case: Case, check: Callable[..., None] = check_first_order) -> bool:
    """Whether the property fails on one of thirty samples."""
    for seed in range(30):
        arguments = (case.exact,) if check is check_first_order else ()
        try:
            check(case.build(Pick.seeded(seed)), np.random.default_rng(seed), *arguments)
        except AssertionError:
            return True
    return False


def plant(
    monkeypatch: pytest.MonkeyPatch,
    entry: Any,
    position: int,
    damage: Callable[[Any], Any],
    where: str = "result",
) -> None:
    """Replace one pullback by a wrong twin."""
    right = RULES[entry]

    def wrong(*args: Any, **options: Any) -> Any:
        value, pullbacks = right.function(*args, **options)
        pullbacks = tuple(map(as_function, pullbacks))

        def twin(z_bar: Any) -> Any:
            if where == "result":
                return damage(pullbacks[position](z_bar))
            return pullbacks[position](damage(z_bar))

        return value, tuple(twin if i == position and p else p for i, p in enumerate(pullbacks))

    monkeypatch.setitem(RULES, entry, Rule(wrong, right.operands, right.over_sequence))


def positions(monkeypatch: pytest.MonkeyPatch, case: Case, entry: Any) -> list[int]:
    """The places of the pullbacks that the case's samples run, found by watching them."""
    seen: set[int] = set()
    right = RULES[entry]

    def watched(*args: Any, **options: Any) -> Any:
        value, pullbacks = right.function(*args, **options)
        pullbacks = tuple(map(as_function, pullbacks))

        def watching(i: int, pullback: Pullback) -> Pullback:
            def run(z_bar: Any) -> Any:
                seen.add(i)
                return pullback(z_bar)

            return run

        return value, tuple(p and watching(i, p) for i, p in enumerate(pullbacks))

    with monkeypatch.context() as patch:
        patch.setitem(RULES, entry, Rule(watched, right.operands, right.over_sequence))
        assert not caught(case)  # the right rule passes on these very samples
    return sorted(seen)


@every_rule
def test_every_pullback_made_wrong_is_caught(monkeypatch, name, entry):
    case = CASES[name]
    places = positions(monkeypatch, case, entry)
    assert places, "no sample runs a pullback of this rule"
    if RULES[entry].operands < 10 and not RULES[entry].over_sequence and entry is not np.where:
        assert places == list(range(RULES[entry].operands))
    missed = []
    for position in places:
        for fault, damage in ANY_RULE.items():
            with monkeypatch.context() as patch:
                plant(patch, entry, position, damage)
                if not caught(case):
                    missed.append((position, fault))
    assert missed == []


@every_rule
def test_a_wrong_value_is_caught(monkeypatch, name, entry):
    right = RULES[entry]

    def wrong(*args: Any, **options: Any) -> Any:
        value, pullbacks = right.function(*args, **options)
        pullbacks = tuple(map(as_function, pullbacks))
        return value * (1 + 1e-9), pullbacks

    monkeypatch.setitem(RULES, entry, Rule(wrong, right.operands, right.over_sequence))
    assert caught(CASES[name])


# Composites


@primitive
def tampered(x: Any, damage: Callable[[Any], Any]) -> Any:
    """x itself, its cotangent damaged."""
    raise AssertionError("only tensors are tampered with")


def tampered_rule(x: Any, /, damage: Callable[[Any], Any]) -> Any:
    return x, (lambda z_bar: damage(z_bar),)


def plant_in_composite(monkeypatch: pytest.MonkeyPatch, entry: Any, damage: Callable[[int, Any], Any]) -> None:
    """Let a composite damage the cotangent of each of its operands; `damage` is told which one."""
    right = COMPOSITES[entry]

    def wrong(*args: Any, **options: Any) -> Any:
        count = itertools.count()

        def tamper(x: Any) -> Any:
            if type(x) is Tensor:
                return tampered(x, functools.partial(damage, next(count)))
            return type(x)(map(tamper, x)) if isinstance(x, tuple | list) else x

        return right(*map(tamper, args), **options)

    monkeypatch.setitem(RULES, tampered, Rule(tampered_rule, 1, False))
    monkeypatch.setitem(COMPOSITES, entry, wrong)


every_composite = pytest.mark.parametrize(
    ("name", "entry"),
    [(name, entry) for name, case in CASES.items() for entry in case.covers if entry in COMPOSITES],
    ids=lambda x: getattr(x, "__name__", x),
)


@every_composite
def test_every_share_of_a_composite_made_wrong_is_caught(monkeypatch, name, entry):
    case = CASES[name]
    places: set[int] = set()
    with monkeypatch.context() as patch:
        plant_in_composite(patch, entry, lambda i, bar: places.add(i) or bar)
        assert not caught(case)
    assert places, "no sample sends a cotangent through this composite"
    missed = []
    for place, (fault, damage) in itertools.product(places, ANY_RULE.items()):
        changed: list[bool] = []  # a shift does nothing to a scalar

        def damaged(i: int, bar: Any, place: int = place, damage: Any = damage, changed: Any = changed) -> Any:
            if i != place:
                return bar
            changed.append(bool(np.any(damage(plain(bar)) != plain(bar))))
            return damage(bar)

        with monkeypatch.context() as patch:
            plant_in_composite(patch, entry, damaged)
            if not caught(case) and (any(changed) or fault == "sign flipped"):
                missed.append((place, fault))
    assert missed == []


@every_composite
def test_a_wrong_value_of_a_composite_is_caught(monkeypatch, name, entry):
    right = COMPOSITES[entry]

    def off(z: Any) -> Any:
        return type(z)(map(off, z)) if type(z) is list else z * (1 + 1e-9)

    def wrong(*args: Any, **options: Any) -> Any:
        z = right(*args, **options)
        return z._replace(logabsdet=off(z.logabsdet)) if entry is np.linalg.slogdet else off(z)

    monkeypatch.setitem(COMPOSITES, entry, wrong)
    assert caught(CASES[name])


def rule_of(name: str) -> Any:
    return next(entry for entry in CASES[name].covers if entry in RULES)


@pytest.mark.parametrize("name", TRANSPOSED_RESULT)
def test_a_transposed_gradient_is_caught(monkeypatch, name):
    for position in positions(monkeypatch, CASES[name], rule_of(name))[:2]:
        with monkeypatch.context() as patch:
            plant(patch, rule_of(name), position, transposed)
            assert caught(CASES[name]), position


@pytest.mark.parametrize("name", TRANSPOSED_COTANGENT)
def test_a_transposed_cotangent_is_caught(monkeypatch, name):
    for position in positions(monkeypatch, CASES[name], rule_of(name))[:2]:
        with monkeypatch.context() as patch:
            plant(patch, rule_of(name), position, transposed, where="cotangent")
            assert caught(CASES[name]), position


@pytest.mark.parametrize("name", ["sum", "mean", "var", "std", "prod", "max", "min", "logsumexp", "softmax"])
def test_a_cotangent_spread_along_the_wrong_axis_is_caught(monkeypatch, name):
    plant(monkeypatch, rule_of(name), 0, exchanged)
    assert caught(CASES[name])


@pytest.mark.parametrize("name", ["getitem", "take", "take_along_axis", "repeat"])
def test_a_repeated_index_that_overwrites_is_caught(monkeypatch, name):
    monkeypatch.setattr(indexing, "may_repeat", lambda index: False)
    assert caught(CASES[name])


def test_scatter_that_overwrites_is_caught(monkeypatch):
    monkeypatch.setattr(indexing, "may_repeat", lambda index: False)
    assert caught(CASES["scatter"])


@pytest.mark.parametrize("name", ["sliding_window_view", "overlap_add", "conv2d", "avg_pool2d"])
def test_a_window_shifted_by_one_is_caught(monkeypatch, name):
    for shift in (1, -1):
        with monkeypatch.context() as patch:
            plant(patch, rule_of(name), 0, arrays_only(lambda bar, s=shift: np.roll(bar, s, axis=-1)))
            assert caught(CASES[name])


BROADCASTING = ["add", "subtract", "multiply", "divide", "power", "maximum", "where", "hypot", "matmul", "solve"]


@pytest.mark.parametrize("name", BROADCASTING)
def test_broadcasting_undone_without_the_sum_is_caught(monkeypatch, name):
    def first_of_each(bar: Any, shape: tuple[int, ...]) -> Any:
        bar = bar[(0,) * (bar.ndim - len(shape))]
        return bar[tuple(slice(0, n) for n in shape)]

    monkeypatch.setattr(sweep, "unbroadcast", first_of_each)
    assert caught(CASES[name])


@pytest.mark.parametrize("name", BROADCASTING)
def test_broadcasting_undone_with_a_mean_is_caught(monkeypatch, name):
    right = sweep.unbroadcast
    monkeypatch.setattr(sweep, "unbroadcast", lambda bar, shape: right(bar, shape) / (bar.size or 1))
    assert caught(CASES[name])


def test_a_node_used_twice_but_counted_once_is_caught(monkeypatch):
    plant(monkeypatch, np.add, 1, lambda bar: bar * 0)
    assert caught(CASES["add"])


@pytest.mark.parametrize("name", ["exp", "multiply", "tanh", "sum", "matmul", "inv", "sigmoid", "softmax", "conv2d"])
def test_a_second_derivative_that_is_dropped_is_caught(monkeypatch, name):
    """The pullback is right in its value, but has lost its own graph."""
    right = RULES[rule_of(name)]

    def wrong(*args: Any, **options: Any) -> Any:
        value, _ = right.function(*args, **options)
        _, detached = right.function(*(plain(x) for x in args), **options)
        return value, detached

    monkeypatch.setitem(RULES, rule_of(name), Rule(wrong, right.operands, right.over_sequence))
    assert not caught(CASES[name])
    linear = name == "sum"
    assert caught(CASES[name], check_second_order) is not linear
