"""The properties that every rule is held to. Each raises AssertionError; the planted faults prove that.

xs   the operands       us, vs   random tangents, one an operand
z    a random cotangent: never constant, so that a wrong distribution of it shows
"""

from typing import Any

import numpy as np

from autograd import grad, jvp, vjp
from tests.autograd.cases import Sample

TINY = 1e-30  # the complex step: its error is TINY squared, far below rounding, so its size does not matter


def directions(sample: Sample, rng: np.random.Generator) -> list[np.ndarray]:
    """Random tangents, entries between 0.3 and 1 in modulus: none is lost, none leaves the domain."""
    tangents = []
    for x in sample.operands:
        u = rng.uniform(0.3, 1.0, x.shape) * rng.choice([-1.0, 1.0], x.shape)
        tangents.append((u + np.swapaxes(u, -1, -2)) / 2 if sample.symmetric else u)
    return tangents


def cotangent_of(value: Any, rng: np.random.Generator) -> np.ndarray:
    return np.asarray(rng.uniform(0.3, 1.0, np.shape(value)) * rng.choice([-1.0, 1.0], np.shape(value)))


def reference_of(sample: Sample) -> Any:
    return sample.reference or sample.call


def slope(sample: Sample, xs: Any, us: Any) -> np.ndarray:
    """J u, by a complex step."""
    shifted = [x + 1j * TINY * u for x, u in zip(xs, us, strict=True)]
    return np.imag(np.asarray(reference_of(sample)(*shifted))) / TINY


def inner(a: Any, b: Any) -> float:
    return float(np.sum(np.asarray(a) * np.asarray(b)))


def size(a: Any, b: Any) -> float:
    """The sum of moduli behind an inner product: what its rounding is measured against."""
    return float(np.sum(np.abs(np.asarray(a) * np.asarray(b))))


def check_close(got: float, wanted: float, scale: float, relative: float, what: str) -> None:
    assert abs(got - wanted) <= relative * scale, f"{what}: got {got}, wanted {wanted} (scale {scale})"


def check_first_order(sample: Sample, rng: np.random.Generator, exact: bool = True) -> None:
    """The value is NumPy's; each pullback is the adjoint of the numeric derivative; so is the tangent."""
    xs = sample.operands
    plain = sample.call(*xs)
    value, pullback = vjp(sample.call, *xs)
    assert np.shape(value) == np.shape(plain)
    assert np.asarray(value).dtype == np.asarray(plain).dtype
    if exact:
        np.testing.assert_array_equal(value, plain)
    # A few roundings of another order of summation: sums of tens of terms, 2e-16 each.
    np.testing.assert_allclose(value, plain, rtol=1e-13, atol=1e-13)
    # The reference takes another route (logarithm of a sum, loops): tens of roundings.
    real = np.real(reference_of(sample)(*(x + 0j for x in xs)))
    np.testing.assert_allclose(value, real, rtol=1e-12, atol=1e-12)

    us, z = directions(sample, rng), cotangent_of(value, rng)
    bars = pullback(z)
    for i, (x, u, bar) in enumerate(zip(xs, us, bars, strict=True)):
        assert np.shape(bar) == x.shape, f"operand {i}: cotangent {np.shape(bar)} for {x.shape}"
        assert np.asarray(bar).dtype == x.dtype
        alone = [u if j == i else np.zeros_like(v) for j, v in enumerate(us)]
        numeric = slope(sample, xs, alone)
        # Both sides are exact up to rounding; the matrices are well-conditioned, so 1e-11 leaves a
        # thousandfold margin over the rounding of some hundred operations, and no mistake is that small.
        # Operands have size one, and so have intermediate values that cancel: hence 0.01 of z in the scale.
        scale = size(bar, u) + size(z, numeric) + 0.01 * size(z, 1)
        check_close(inner(bar, u), inner(z, numeric), scale, 1e-11, f"operand {i}: <z, J u>")
        # Tracked alone, the others constant: the same pullback, the same numbers.
        lone = vjp(lambda t, i=i: sample.call(*xs[:i], t, *xs[i + 1 :]), x)[1](z)[0]
        np.testing.assert_allclose(lone, bar, rtol=1e-13, atol=1e-13)
    numeric = slope(sample, xs, us)
    joint = sum(inner(bar, u) for bar, u in zip(bars, us, strict=True))
    scale = sum(size(bar, u) for bar, u in zip(bars, us, strict=True)) + size(z, numeric) + 0.01 * size(z, 1)
    check_close(joint, inner(z, numeric), scale, 1e-11, "all operands together")

    pushed = jvp(sample.call, xs, us)[1]
    assert np.shape(pushed) == np.shape(value)
    # Entry by entry; an entry can cancel, so it is measured against the greatest.
    np.testing.assert_allclose(pushed, numeric, rtol=1e-11, atol=1e-11 * np.max(np.abs(numeric), initial=1e-3))


def check_second_order(sample: Sample, rng: np.random.Generator) -> None:
    """u^T (second derivative of <z, f>) v, by a gradient of a gradient and by differences of slopes."""
    xs = sample.operands
    us, vs = directions(sample, rng), directions(sample, rng)
    z = cotangent_of(sample.call(*xs), rng)

    def along_v(*xs: Any) -> Any:
        bars = vjp(sample.call, *xs)[1](z)
        return sum(np.sum(bar * v) for bar, v in zip(bars, vs, strict=True))

    second = grad(along_v, tuple(range(len(xs))))(*xs)
    got = sum(inner(bar, u) for bar, u in zip(second, us, strict=True))

    def phi(t: float) -> float:
        return inner(z, slope(sample, [x + t * u for x, u in zip(xs, us, strict=True)], vs))

    def central(h: float) -> float:
        return (phi(h) - phi(-h)) / (2 * h)

    # Richardson on h, h/2, h/4: with h = 0.01 and singularities at least 0.3 away the remainder is about
    # (h / 0.3)^6 / 64 = 2e-11 of the scale, and rounding about 1e-16 / h = 1e-14 of the slope.
    h = 0.01
    once = [(4 * central(h / 2**k / 2) - central(h / 2**k)) / 3 for k in range(2)]
    wanted = (16 * once[1] - once[0]) / 15
    scale = sum(size(bar, u) for bar, u in zip(second, us, strict=True)) + abs(wanted)
    # As above, values of size one that cancel have a share in the scale.
    check_close(got, wanted, scale + 0.01 * size(z, 1), 1e-8, "second derivative")


def check_float32(sample: Sample, rng: np.random.Generator) -> None:
    """float32 operands give NumPy's dtype for the value, and cotangents in float32, near the true ones."""
    xs = tuple(x.astype(np.float32) for x in sample.operands)
    plain = np.asarray(sample.call(*xs))
    value, pullback = vjp(sample.call, *xs)
    assert np.asarray(value).dtype == plain.dtype
    z = cotangent_of(plain, rng)
    bars = pullback(z.astype(plain.dtype))
    wanted = vjp(sample.call, *(x.astype(float) for x in xs))[1](z)
    for x, bar, bar64 in zip(xs, bars, wanted, strict=True):
        assert np.asarray(bar).dtype == np.float32
        assert np.shape(bar) == x.shape
        # Six digits are kept an operation, some are lost to cancellation; a wrong cast loses all or none.
        np.testing.assert_allclose(bar, bar64, rtol=2e-4, atol=2e-4 * np.max(np.abs(bar64), initial=1e-3))
