"""How many entries the result of a NumPy call will have, told from its arguments before it is computed.

So a formula that asks for a result too large can be refused before that fills the memory. Each function of
the tables in `expression.py` that may give more entries than it is given stands here, with NumPy's own names of
the parameters; of the others the result is as large as its arguments broadcast against each other. Products
also take longer than their results are large: how many multiplications they are is told here too.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from handgrad.errors import FormulaError

Shape = tuple[int, ...]


def entries_of_call(name: str, arguments: list[Any], named: dict[str, Any]) -> float:
    """An upper bound for the result of np.<name>(*arguments, **named), and for what it makes on the way.

    Raises `FormulaError` when these are not the parameters of the function.

    >>> entries_of_call("outer", [np.ones(3), np.ones(4)], {})
    12
    """
    count = GROWING.get(name)
    if count is None:
        given = [*arguments, *named.values()]
        lists = [np.empty(np.shape(x)) if isinstance(x, list | tuple) else x for x in given]
        return max(broadcast(*given), broadcast(*lists))  # a list may be an array, or an option such as an axis
    try:
        return max(count(*arguments, **named), 0)
    except (TypeError, ValueError, IndexError, KeyError):
        raise FormulaError(f"formula: wanted the arguments of np.{name}, got others") from None


def entries(x: Any) -> int:
    """How many entries an argument has; those of a list are counted together."""
    return sum(map(entries, x)) if isinstance(x, list | tuple) else math.prod(shape(x))


def shape(x: Any) -> Shape:
    """The shape of an argument; an option that is no array has none."""
    return tuple(getattr(x, "shape", ()))


def broadcast(*arguments: Any) -> int:
    """Of all arguments against each other. Shapes that do not fit make nothing: NumPy refuses them."""
    try:
        return math.prod(np.broadcast_shapes(*map(shape, arguments)))
    except ValueError:
        return 0


def numbers(x: Any) -> Iterator[float]:
    """The sizes of the numbers in an option: a shape, repetitions, a step."""
    if isinstance(x, list | tuple):
        for item in x:
            yield from numbers(item)
    elif isinstance(x, np.ndarray) and x.size:
        yield from np.abs(x.astype(float)).ravel().tolist() if x.size <= 64 else [float(np.max(np.abs(x)))]
    elif isinstance(x, int | float | np.number):
        size: Any = abs(x)
        yield float(min(size, 1e300))  # a longer integer is no float


def of_shape(shape: Any) -> float:
    """An array of a shape."""
    return math.prod(numbers(shape))


def pairs(a: Any, b: Any, **_: Any) -> int:
    """Each entry with each."""
    return entries(a) * entries(b)


def matmul(x: Any, y: Any, *_: Any, **__: Any) -> int:
    """Matrices, and stacks of them. Numbers make nothing: NumPy refuses them."""
    first, second = shape(x), shape(y)
    if not first or not second:
        return 0
    stacks = math.prod(np.broadcast_shapes(first[:-2], second[:-2]))
    return stacks * (first[-2] if len(first) > 1 else 1) * (second[-1] if len(second) > 1 else 1)


def dot(a: Any, b: Any, *_: Any, **__: Any) -> int:
    """Over the last axis of a and the second to last of b."""
    second = shape(b)
    if not shape(a) or not second:
        return pairs(a, b)
    return math.prod(shape(a)[:-1]) * math.prod(second[:-2] + second[-1:] if len(second) > 1 else ())


def inner(a: Any, b: Any, **_: Any) -> int:
    """Over the last axes of both."""
    return math.prod(shape(a)[:-1]) * math.prod(shape(b)[:-1]) if shape(a) and shape(b) else pairs(a, b)


def tensordot(a: Any, b: Any, axes: Any = 2) -> int:
    """Over some axes."""
    return pairs(a, b) // max(summed(a, axes), 1) ** 2


def summed(a: Any, axes: Any) -> int:
    """How many entries of a tensordot's first operand are summed for one of the result."""
    over: Any
    if isinstance(axes, int):
        over = range(len(shape(a)) - axes, len(shape(a)))
    else:
        over = axes[0] if isinstance(axes[0], list | tuple) else [axes[0]]
    return math.prod(shape(a)[i] for i in over)


def einsum(subscripts: Any, *operands: Any, **_: Any) -> int:
    """The largest product on the way from operand to operand, without the indices that are summed already."""
    terms, out, lengths, spread = indices_of(subscripts, operands)
    largest, live = 0, ""
    for i, term in enumerate(terms):
        live = "".join(c for c in {*live, *term} if c in out + "".join(terms[i + 1 :])) if i else term
        largest = max(largest, math.prod(lengths[c] for c in set(live) - {"."}))
    return largest * spread


def indices_of(subscripts: Any, operands: Sequence[Any]) -> tuple[list[str], str, dict[str, int], int]:
    """The terms of an einsum, its output, the length of each index, and how many entries stand behind "..."."""
    if not isinstance(subscripts, str):
        raise FormulaError("formula: wanted subscripts as text in np.einsum, got none")
    left, arrow, out = subscripts.replace(" ", "").partition("->")
    terms = left.split(",")
    if not arrow:
        out = "".join(c for c in left if c.isalpha() and left.count(c) == 1)
    lengths: dict[str, int] = {}
    spread = 1
    for term, x in zip(terms, operands, strict=True):
        before, dots, after = term.partition("...")
        ends = shape(x)[: len(before)] + (shape(x)[len(shape(x)) - len(after) :] if after else ())
        spread *= max(1, entries(x) // max(math.prod(ends), 1)) if dots else 1
        for c, n in zip(before + after, ends, strict=True):
            lengths[c] = max(n, lengths.get(c, 0))
    return terms, out, lengths, spread


def arange(start: Any, stop: Any = None, step: Any = 1, *_: Any, **__: Any) -> float:
    """From start to stop."""
    start, stop = (0, start) if stop is None else (start, stop)
    return sum(numbers([start, stop])) / next((n for n in numbers(step) if n), 1)


def eye(N: Any, M: Any = None, *_: Any, **__: Any) -> float:
    """A matrix of N rows and M columns."""
    return of_shape([N, N if M is None else M])


def like(a: Any, *_: Any, shape: Any = None, **__: Any) -> float:
    """An array like another, or of another shape."""
    return entries(a) if shape is None else of_shape(shape)


def repeat(a: Any, repeats: Any, *_: Any, **__: Any) -> float:
    """Each entry so many times."""
    return entries(a) * max(numbers(repeats), default=1)


def tile(A: Any, reps: Any) -> float:
    """The array so many times along each axis."""
    return entries(A) * math.prod(max(n, 1) for n in numbers(reps))


def pad(array: Any, pad_width: Any, *_: Any, **__: Any) -> float:
    """Wider on every axis by at most twice the greatest width."""
    widest = max(numbers(pad_width), default=0)
    return math.prod(n + 2 * widest for n in shape(array))


def diag(v: Any, k: Any = 0) -> float:
    """A square matrix of a diagonal, or the diagonal of a matrix."""
    return (entries(v) + max(numbers(k), default=0)) ** 2 if len(shape(v)) == 1 else entries(v)


def triangle(m: Any, k: Any = 0) -> int:
    """A row becomes a square matrix."""
    return entries(m) ** 2 if len(shape(m)) == 1 else entries(m)


def split(ary: Any, indices_or_sections: Any, *_: Any, **__: Any) -> float:
    """So many parts, be they empty; each is an array of its own, which takes as long as a thousand entries."""
    at_indices = isinstance(indices_or_sections, list | tuple) or shape(indices_or_sections)
    parts = entries(indices_or_sections) if at_indices else max(numbers(indices_or_sections), default=1)
    return entries(ary) + 1000 * parts


def take(a: Any, indices: Any, axis: Any = None, *_: Any, **__: Any) -> int:
    """Entries, or the rows of an axis, by their indices."""
    return entries(indices) * (1 if axis is None else entries(a) // max(shape(a)[axis], 1))


GROWING: dict[str, Callable[..., float]] = {
    "arange": arange,
    "broadcast_to": lambda array, shape, **_: of_shape(shape),
    "concatenate": lambda arrays, *_, **__: entries(arrays),
    "diag": diag,
    "dot": dot,
    "einsum": einsum,
    "eye": eye,
    "inner": inner,
    "kron": pairs,
    "matmul": matmul,
    "ones": lambda shape, *_, **__: of_shape(shape),
    "ones_like": like,
    "outer": pairs,
    "pad": pad,
    "repeat": repeat,
    "split": split,
    "stack": lambda arrays, *_, **__: entries(arrays),
    "take": take,
    "tensordot": tensordot,
    "tile": tile,
    "tril": triangle,
    "triu": triangle,
    "vdot": lambda a, b: 1,
    "zeros": lambda shape, *_, **__: of_shape(shape),
    "zeros_like": like,
}


def length(x: Any) -> int:
    """Of the last axis, 1 for a number."""
    return (1, *shape(x))[-1]


def of_einsum(subscripts: Any, *operands: Any, **options: Any) -> int:
    """Each index with each: NumPy goes through all of them at once."""
    _, _, lengths, spread = indices_of(subscripts, operands)
    return math.prod(lengths.values()) * spread


PRODUCTS: dict[str, Callable[..., float]] = {
    "dot": lambda a, b, *_, **__: dot(a, b) * length(a),
    "einsum": of_einsum,
    "inner": lambda a, b: inner(a, b) * length(a),
    "matmul": lambda x, y, *_, **__: matmul(x, y) * length(x),
    "tensordot": lambda a, b, axes=2: pairs(a, b) // max(summed(a, axes), 1),
    "vdot": lambda a, b: entries(a),
}


def multiplications(name: str, arguments: list[Any], named: dict[str, Any]) -> float:
    """How many products of two numbers np.<name>(*arguments, **named) sums up; 0 for what is no such product.

    >>> multiplications("matmul", [np.ones((2, 3)), np.ones((3, 4))], {})
    24
    """
    count = PRODUCTS.get(name)
    return 0 if count is None else count(*arguments, **named)


def entries_at(x: Any, index: Any) -> int:
    """An upper bound for x[index]: arrays of indices broadcast, in place of the axes that they choose from."""
    parts = [np.asarray(part) if isinstance(part, list) else part for part in tuple_of(index)]
    spare = len(shape(x)) - sum(map(axes_of, parts))  # axes that "..." stands for
    axis, kept, chosen, masked = 0, 1, [], 1
    for part in parts:
        taken = spare if part is ... else axes_of(part)
        if part is ... or isinstance(part, slice):
            kept *= math.prod(shape(x)[axis : axis + taken])
        elif is_mask(part):
            masked *= entries(part)
        else:
            chosen.append(part)
        axis += taken
    return kept * math.prod(shape(x)[axis:]) * broadcast(*chosen) * masked


def tuple_of(index: Any) -> tuple[Any, ...]:
    """The index of each axis."""
    return index if isinstance(index, tuple) else (index,)


def is_mask(part: Any) -> bool:
    """Whether an index chooses by truth values."""
    return isinstance(part, np.ndarray) and part.dtype == bool


def axes_of(part: Any) -> int:
    """How many axes one part of an index is about."""
    return 0 if part is None or part is ... else len(shape(part)) if is_mask(part) else 1
