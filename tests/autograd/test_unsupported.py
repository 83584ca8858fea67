"""What other engines or NumPy itself can do and this one can't: each says so by name, and what to do instead.

A row that gains a rule fails here, and moves to the table of what is supported.
"""

import math

import numpy as np
import pytest

from autograd import DtypeError, GraphError, MissingAttributeError, NoDerivativeError, UnsupportedArgumentError, grad
from autograd.errors import AutogradError

X = np.array([[0.3, -1.2, 0.7, 2.1], [1.4, 0.2, -0.6, 0.9], [-0.8, 1.6, 0.5, -0.1]])
MASK = X > 0

# By what it is named in the error, a call on a 3 x 4 tensor.
WITHOUT_A_RULE = {
    # HIPS autograd differentiates these
    "np.arccosh": lambda x: np.arccosh(x * x + 1),
    "np.arcsinh": np.arcsinh,
    "np.arctanh": lambda x: np.arctanh(x / 9),
    "np.deg2rad": np.deg2rad,
    "np.degrees": np.degrees,
    "np.rad2deg": np.rad2deg,
    "np.radians": np.radians,
    "np.real_if_close": np.real_if_close,
    "np.angle": np.angle,
    "np.logaddexp2": lambda x: np.logaddexp2(x, 1.0),
    "np.remainder": lambda x: x % 0.7,
    "np.fmod": lambda x: np.fmod(x, 0.7),
    "np.fmax": lambda x: np.fmax(x, 0.1),
    "np.fmin": lambda x: np.fmin(x, 0.1),
    "np.sinc": np.sinc,
    "np.nan_to_num": np.nan_to_num,
    "np.flipud": np.flipud,
    "np.fliplr": np.fliplr,
    "np.rot90": np.rot90,
    "np.append": lambda x: np.append(x, 4.0),
    "np.partition": lambda x: np.partition(x, 1),
    "np.atleast_3d": np.atleast_3d,
    "np.gradient": np.gradient,
    "np.cross": lambda x: np.cross(x[:, :3], x[:, 1:]),
    "np.kron": lambda x: np.kron(x, x),
    "np.diff": np.diff,
    "np.rollaxis": lambda x: np.rollaxis(x, 1),
    "np.select": lambda x: np.select([MASK], [x], 0),
    "np.linspace": lambda x: np.linspace(x[0, 0], 1, 5),
    "np.vsplit": lambda x: np.vsplit(x, 3),
    "np.hsplit": lambda x: np.hsplit(x, 2),
    "np.dsplit": lambda x: np.dsplit(x[None], 2),
    "np.fft.fft": np.fft.fft,
    "np.linalg.eig": lambda x: np.linalg.eig(x[:, :3]),
    "np.linalg.eigh": lambda x: np.linalg.eigh(x @ x.T),
    "np.linalg.svd": np.linalg.svd,
    "np.linalg.pinv": np.linalg.pinv,
    # JAX does
    "np.cumprod": np.cumprod,
    "np.median": np.median,
    "np.percentile": lambda x: np.percentile(x, 30),
    "np.ptp": np.ptp,
    "np.average": lambda x: np.average(x, weights=[1, 2, 3], axis=0),
    "np.trapezoid": np.trapezoid,
    "np.convolve": lambda x: np.convolve(x[0], x[1]),
    "np.correlate": lambda x: np.correlate(x[0], x[1]),
    "np.interp": lambda x: np.interp(x[0], [0, 1], [0, 1]),
    "np.polyval": lambda x: np.polyval([1, 2, 3], x),
    "np.vander": lambda x: np.vander(x[0]),
    "np.cov": np.cov,
    "np.nansum": np.nansum,
    "np.i0": np.i0,
    "np.copysign": lambda x: np.copysign(x, -1.0),
    "np.ldexp": lambda x: np.ldexp(x, 2),
    "np.modf": np.modf,
    "np.frexp": np.frexp,
    "np.divmod": lambda x: divmod(x, 0.7),
    "np.floor_divide": lambda x: x // 0.7,
    "np.linalg.qr": np.linalg.qr,
    "np.linalg.eigvalsh": lambda x: np.linalg.eigvalsh(x @ x.T),
    "np.linalg.matrix_power": lambda x: np.linalg.matrix_power(x[:, :3], 2),
    "np.linalg.multi_dot": lambda x: np.linalg.multi_dot([x, x.T, x]),
    "np.linalg.lstsq": lambda x: np.linalg.lstsq(x, x[:, 0]),
    # NumPy has them under another name or in another spelling
    "np.vecdot": lambda x: np.vecdot(x, x),
    "np.matrix_transpose": np.matrix_transpose,
    "np.unstack": np.unstack,
    "np.dstack": lambda x: np.dstack([x, x]),
    "np.column_stack": lambda x: np.column_stack([x, x]),
    "np.block": lambda x: np.block([x, x]),
    "np.choose": lambda x: np.choose([0, 1], [x[0, :2], x[1, :2]]),
    "np.piecewise": lambda x: np.piecewise(x, [MASK], [lambda t: t]),
    "np.extract": lambda x: np.extract(MASK, x),
    "np.compress": lambda x: np.compress([1, 0, 1], x, axis=0),
    "np.resize": lambda x: np.resize(x, (2, 2)),
    "np.delete": lambda x: np.delete(x, 0, 0),
    "np.insert": lambda x: np.insert(x, 0, 1.0, 0),
    "np.unique": np.unique,
    "np.ediff1d": np.ediff1d,
    "np.broadcast_arrays": lambda x: np.broadcast_arrays(x, x[0]),
    "np.meshgrid": lambda x: np.meshgrid(x[0], x[1]),
    "np.apply_along_axis": lambda x: np.apply_along_axis(np.sum, 0, x),
    "np.fill_diagonal": lambda x: np.fill_diagonal(x, 0.0),
    "np.put_along_axis": lambda x: np.put_along_axis(x, np.array([[0]]), 1.0, 0),
    "np.linalg.vector_norm": np.linalg.vector_norm,
    "np.linalg.matrix_norm": np.linalg.matrix_norm,
    "np.linalg.trace": np.linalg.trace,
    "np.linalg.diagonal": np.linalg.diagonal,
    "np.linalg.outer": lambda x: np.linalg.outer(x[0], x[1]),
    "np.linalg.matmul": lambda x: np.linalg.matmul(x, x.T),
    "np.linalg.tensordot": lambda x: np.linalg.tensordot(x, x),
}
if hasattr(np, "matvec"):  # NumPy 2.2
    WITHOUT_A_RULE["np.matvec"] = lambda x: np.matvec(x, x[0])
    WITHOUT_A_RULE["np.vecmat"] = lambda x: np.vecmat(x[:, 0], x)


@pytest.mark.parametrize("name", WITHOUT_A_RULE)
def test_a_function_without_a_rule_says_so(name):
    with pytest.raises(NoDerivativeError) as raised:
        grad(lambda x: np.sum(WITHOUT_A_RULE[name](x)))(X)
    said = str(raised.value)
    assert said.startswith(f"{name}: wanted a function with a rule, got one without, called with a Tensor as operand ")
    assert "Write it in terms of other NumPy functions, or give it a rule with autograd.derivative_of" in said


# call | error | who, and what to do
REFUSED = {
    "sum of some": (lambda x: np.sum(x, where=MASK), UnsupportedArgumentError, "np.sum: .*where"),
    "sum in another type": (lambda x: np.sum(x, dtype="float32"), UnsupportedArgumentError, "np.sum: .*dtype"),
    "sum from a start": (lambda x: np.sum(x, initial=1.0), UnsupportedArgumentError, "np.sum: .*initial"),
    "max of some": (lambda x: np.max(x, where=MASK, initial=-9), UnsupportedArgumentError, "np.max: .*"),
    "cumsum in another type": (lambda x: np.cumsum(x, dtype="float32"), UnsupportedArgumentError, "np.cumsum: .*dtype"),
    "var about a mean": (lambda x: np.var(x, mean=0.0), UnsupportedArgumentError, "np.var: .*mean"),
    "var by correction": (lambda x: np.var(x, correction=1), UnsupportedArgumentError, "np.var: .*correction"),
    "exp in place": (lambda x: np.exp(x, out=np.zeros((3, 4))), UnsupportedArgumentError, r"write x = x \+ t"),
    "exp of some": (lambda x: np.exp(x, where=MASK), UnsupportedArgumentError, "np.exp: .*where"),
    "reshape as it lies": (lambda x: np.reshape(x, 12, order="A"), UnsupportedArgumentError, "wanted order 'C' or 'F'"),
    "pad by reflection": (lambda x: np.pad(x, 1, mode="reflect"), UnsupportedArgumentError, "wanted mode 'constant'"),
    "pad with the edge": (lambda x: np.pad(x, 1, mode="edge"), UnsupportedArgumentError, "wanted mode 'constant'"),
    "take with clipping": (lambda x: np.take(x, [5], mode="clip"), UnsupportedArgumentError, "np.take: .*mode"),
    "einsum by lists": (lambda x: np.einsum(x, [0, 1], [1]), UnsupportedArgumentError, "as in 'ij,jk->ik'"),
    "the nuclear norm": (lambda x: np.linalg.norm(x, "nuc"), UnsupportedArgumentError, "ord 'nuc' of a matrix"),
    "the spectral norm": (lambda x: np.linalg.norm(x, 2), UnsupportedArgumentError, "ord 2 of a matrix"),
    "the norm of order 0": (lambda x: np.linalg.norm(x[0], 0), UnsupportedArgumentError, "ord 0 of a vector"),
    "the norm of order -inf": (lambda x: np.linalg.norm(x[0], -np.inf), UnsupportedArgumentError, "ord -inf"),
    "add.reduce": (lambda x: np.add.reduce(x), UnsupportedArgumentError, "Use np.sum"),
    "add.outer": (lambda x: np.add.outer(x, x), UnsupportedArgumentError, "np.outer"),
    "logaddexp.reduce": (lambda x: np.logaddexp.reduce(x), UnsupportedArgumentError, "np.logaddexp.reduce"),
    "an array of arrays": (lambda x: np.array([x, x]), GraphError, "join them with np.stack"),
    "an array of numbers": (lambda x: np.array([x[0, 0], x[0, 1]]), GraphError, "join them with np.stack"),
    "np.r_": (lambda x: np.r_[x, x], GraphError, "join them with np.stack"),
    "np.c_": (lambda x: np.c_[x, x], GraphError, "join them with np.stack"),
    "np.asarray": (np.asarray, GraphError, "Use t.value"),
    "np.ascontiguousarray": (np.ascontiguousarray, GraphError, "Use t.value"),
    "np.vectorize": (lambda x: np.vectorize(math.sin)(x), GraphError, "Use t.value"),
    "an integer": (lambda x: np.int64(x[0, 0]), GraphError, "Use t.value"),
    "a float": (lambda x: float(x[0, 0]), GraphError, r"Use float\(t.value\)"),
    "a function of math": (lambda x: math.sin(x[0, 0]), GraphError, r"Use float\(t.value\)"),
    "a row written into an array": (lambda x: np.zeros((3, 4)).__setitem__(0, x[0]), GraphError, "join them"),
    "a write into a tensor": (lambda x: x.__setitem__(0, 1.0), GraphError, "Use np.where"),
    "tolist": (lambda x: x.tolist(), GraphError, r"Use t.value.tolist\(\)"),
    "item": (lambda x: x[0, 0].item(), GraphError, r"Use t.value.item\(\)"),
    "sorted in place": (lambda x: x.sort(), MissingAttributeError, "Use t.value.sort"),
    "flat": (lambda x: x.flat[0], MissingAttributeError, "Use t.value.flat"),
    "mT": (lambda x: x.mT, MissingAttributeError, "Use t.value.mT"),
    "a complex factor": (lambda x: x * 1j, DtypeError, "wanted a real number"),
    "a complex input": (lambda x: grad(np.sum)(np.ones(2) * 1j), DtypeError, "wanted real numbers"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_what_to_do(name):
    call, error, words = REFUSED[name]
    assert issubclass(error, AutogradError)
    with pytest.raises(error, match=words):
        grad(lambda x: np.sum(call(x)))(X)
