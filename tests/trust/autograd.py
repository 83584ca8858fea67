"""What `autograd` is given and must refuse, or must take as it is."""
# ruff: noqa: E501  a row of a table is one line

import decimal
import fractions

import numpy as np

import autograd as ag
from autograd import DtypeError, GraphError, MissingAttributeError, NoDerivativeError, ShapeError
from autograd import UnsupportedArgumentError as Unsupported
from tests.trust.rows import Refused, Right, masked, read_only, strided

X = np.array([1.0, -2.0, 3.0])
RAGGED = [[1.0], [1.0, 2.0]]
TOO_LARGE = 10**400
IMAGES, KERNEL, BIAS = np.ones((1, 1, 4, 4)), np.ones((1, 1, 2, 2)), np.zeros(1)
REAL = r"autograd: wanted a real number or an array of such, got "


def squares(x):
    return np.sum(x * x)


def twice(x):
    return x * 2


def t():
    return ag.Tensor(X)


def pullback_of(f):
    return ag.vjp(f, X)[1]


REFUSED = [
    Refused("grad", "no function", lambda: ag.grad(None)(1.0), Unsupported, "wanted a function to .*, got NoneType"),
    Refused("grad", "no arguments", lambda: ag.grad(squares)(), ShapeError, "wanted positions among 0 arguments, got 0"),
    Refused("grad", "text", lambda: ag.grad(squares)("x"), DtypeError, REAL + "str"),
    Refused("grad", "nothing", lambda: ag.grad(squares)(None), DtypeError, REAL + "NoneType"),
    Refused("grad", "a dictionary", lambda: ag.grad(squares)({}), DtypeError, REAL + "dict"),
    Refused("grad", "a set", lambda: ag.grad(squares)({1.0}), DtypeError, REAL + "set"),
    Refused("grad", "a range", lambda: ag.grad(squares)(range(3)), DtypeError, REAL + "range"),
    Refused("grad", "a Decimal", lambda: ag.grad(squares)(decimal.Decimal(1)), DtypeError, REAL + "Decimal"),
    Refused("grad", "lists of two lengths", lambda: ag.grad(squares)(RAGGED), ShapeError, "lists that make one array"),
    Refused("grad", "complex", lambda: ag.grad(squares)(1j * X), DtypeError, "real numbers, got an array of complex128"),
    Refused("grad", "objects", lambda: ag.grad(squares)(X.astype(object)), DtypeError, "got an array of object"),
    Refused("grad", "dates", lambda: ag.grad(squares)(np.array(["2020"], "M8")), DtypeError, "got an array of datetime64"),
    Refused("grad", "a record", lambda: ag.grad(squares)(np.zeros(2, [("a", float)])), DtypeError, "got an array of .*'a'"),
    Refused("grad", "masked", lambda: ag.grad(squares)(masked(X)), DtypeError, "a plain array, got a MaskedArray"),
    Refused("grad", "a matrix", lambda: ag.grad(squares)(np.ones((1, 1)).view(np.matrix)), DtypeError, "got a matrix"),
    Refused("grad", "too large", lambda: ag.grad(squares)(TOO_LARGE), DtypeError, "that a float64 holds, got a larger int"),
    Refused("grad", "argnums 1.0", lambda: ag.grad(squares, 1.0)(1.0), ShapeError, "positions among 1 arguments, got 1.0"),
    Refused("grad", "argnums [0]", lambda: ag.grad(squares, [0])(1.0), ShapeError, r"positions among 1 .*, got \[0\]"),
    Refused("grad", "argnums too far", lambda: ag.grad(squares, 5)(1.0), ShapeError, "positions among 1 .*, got 5"),
    Refused("grad", "no argnums", lambda: ag.grad(squares, ())(1.0), ShapeError, "wanted at least one argument .*, got none"),
    Refused("grad", "f is an array", lambda: ag.grad(twice)(X), ShapeError, r"grad: wanted a scalar, got shape \(3,\)"),
    Refused("grad", "f is a list", lambda: ag.grad(lambda x: [x])(1.0), ShapeError, "grad: wanted a scalar, got a list"),
    Refused("grad", "f is nothing", lambda: ag.grad(lambda x: None)(1.0), DtypeError, "real values of .*, got NoneType"),
    Refused("grad", "f is text", lambda: ag.grad(lambda x: "x")(1.0), DtypeError, "real values of .*, got str"),
    Refused("value_and_grad", "no function", lambda: ag.value_and_grad(3)(1.0), Unsupported, "wanted a function .*got int"),
    Refused("value_and_grad", "f is an array", lambda: ag.value_and_grad(twice)(X), ShapeError, "wanted a scalar"),
    Refused("vjp", "no function", lambda: ag.vjp("f", X), Unsupported, "wanted a function to differentiate, got str"),
    Refused("vjp", "no primals", lambda: ag.vjp(squares), ShapeError, "wanted at least one argument .*, got none"),
    Refused("vjp", "a cotangent's shape", lambda: pullback_of(twice)(np.ones(2)), ShapeError, r"\(3,\), got \(2,\)"),
    Refused("vjp", "a cotangent that is text", lambda: pullback_of(twice)("abc"), DtypeError, REAL + "str"),
    Refused("vjp", "too few cotangents", lambda: pullback_of(lambda x: (x, x))((X,)), ShapeError, "wanted 2 .*, got 1"),
    Refused("vjp", "no tuple", lambda: pullback_of(lambda x: (x, x))(3.0), ShapeError, "a tuple of cotangents, got a float"),
    Refused("jvp", "no function", lambda: ag.jvp(None, (X,), (X,)), Unsupported, "wanted a function .*, got NoneType"),
    Refused("jvp", "arrays, no tuples", lambda: ag.jvp(squares, X, X), ShapeError, "a tuple of primals .*, got a ndarray"),
    Refused("jvp", "numbers", lambda: ag.jvp(squares, 1.0, 1.0), ShapeError, "a tuple of primals .*, got a float"),
    Refused("jvp", "too few tangents", lambda: ag.jvp(squares, (X,), ()), ShapeError, "wanted 1 tangents, .*, got 0"),
    Refused("jvp", "a tangent's shape", lambda: ag.jvp(squares, (X,), (X[:2],)), ShapeError, r"\(3,\), got \(2,\)"),
    Refused("jvp", "complex", lambda: ag.jvp(squares, (X,), (1j * X,)), DtypeError, "got an array of complex128"),
    Refused("jacobian", "no function", lambda: ag.jacobian(5)(X), Unsupported, "wanted a function .*, got int"),
    Refused("jacobian", "f is a tuple", lambda: ag.jacobian(lambda x: (x, x))(X), ShapeError, "an array, got a tuple"),
    Refused("hessian", "f is an array", lambda: ag.hessian(twice)(X), ShapeError, "wanted a scalar"),
    Refused("hessian", "text", lambda: ag.hessian(squares)("x"), DtypeError, REAL + "str"),
    Refused("Tensor", "text", lambda: ag.Tensor("x"), DtypeError, REAL + "str"),
    Refused("Tensor", "lists of two lengths", lambda: ag.Tensor(RAGGED), ShapeError, "lists that make one array"),
    Refused("Tensor", "a Tensor", lambda: ag.Tensor(t()), GraphError, "wanted a number or an array, got Tensor"),
    Refused("Tensor", "a list of them", lambda: ag.Tensor([ag.Tensor(1.0)]), GraphError, "wanted a plain value, got a Tensor"),
    Refused("Tensor", "too large", lambda: ag.Tensor(TOO_LARGE), DtypeError, "got a larger int"),
    Refused("Tensor", "a list of nothing", lambda: ag.Tensor([None]), DtypeError, "got an array of object"),
    Refused("Tensor", "plus text", lambda: t() + "x", DtypeError, REAL + "str"),
    Refused("Tensor", "times 1j", lambda: t() * 1j, DtypeError, REAL + "complex"),
    Refused("Tensor", "float()", lambda: float(t()), GraphError, "wanted a plain value, got a Tensor of shape"),
    Refused("Tensor", "written to", lambda: t().__setitem__(0, 1), GraphError, "wanted a new value, got a write"),
    Refused("Tensor", "no such method", lambda: t().foo, MissingAttributeError, "that a Tensor has, got 'foo'"),
    Refused("Tensor", "a scalar's length", lambda: len(ag.Tensor(1.0)), ShapeError, "at least one axis, got a scalar"),
    Refused("Tensor", "backward of an array", lambda: (t() * 2).backward(), ShapeError, r"a scalar, got shape \(3,\)"),
    Refused("Tensor", "out=", lambda: np.exp(t(), out=np.ones(3)), Unsupported, r"np.exp: wanted .*got an unexpected .*out"),
    Refused("Tensor", "where=", lambda: np.exp(t(), where=X > 0), Unsupported, r"np.exp: wanted .*got an unexpected .*where"),
    Refused("Tensor", "no rule", lambda: np.unwrap(t()), NoDerivativeError, "wanted a function with a rule, got one without"),
    Refused("Tensor", "as integers", lambda: t().astype(int), DtypeError, "wanted a float type, got int64"),
    Refused("sigmoid", "text", lambda: ag.sigmoid("x"), DtypeError, REAL + "str"),
    Refused("sigmoid", "masked", lambda: ag.sigmoid(masked(X)), DtypeError, "a plain array, got a MaskedArray"),
    Refused("relu", "lists of two lengths", lambda: ag.relu(RAGGED), ShapeError, "lists that make one array"),
    Refused("softplus", "complex", lambda: ag.softplus(1j * X), DtypeError, "got an array of complex128"),
    Refused("softmax", "no such axis", lambda: ag.softmax(X, axis=5), ShapeError, r"softmax: wanted an axis of .*, got 5"),
    Refused("softmax", "an axis in words", lambda: ag.softmax(X, axis="rows"), ShapeError, r"an axis of .*, got 'rows'"),
    Refused("softmax", "nothing", lambda: ag.softmax(np.zeros(0)), ShapeError, r"with entries along .*, got shape \(0,\)"),
    Refused("logsumexp", "nothing", lambda: ag.logsumexp(np.zeros((2, 0))), ShapeError, r"logsumexp: wanted x with entries"),
    Refused("logsumexp", "an axis of 1.0", lambda: ag.logsumexp(X, axis=1.0), ShapeError, r"an axis of .*, got 1.0"),
    Refused("log_softmax", "of a Tensor, no such axis", lambda: ag.log_softmax(t(), axis=2), ShapeError, r"got 2"),
    Refused("cross_entropy", "shapes", lambda: ag.cross_entropy(np.ones((2, 3)), np.ones((3, 2))), ShapeError, "one shape"),
    Refused("cross_entropy", "classes by number", lambda: ag.cross_entropy(np.ones((2, 3)), [0, 2]), ShapeError, r"\(2,\)"),
    Refused("cross_entropy", "nothing", lambda: ag.cross_entropy(np.ones((0, 3)), np.ones((0, 3))), ShapeError, r"\(0, 3\)"),
    Refused("conv2d", "three axes", lambda: ag.conv2d(IMAGES[0], KERNEL, BIAS), ShapeError, r"wanted x \(N, C, H, W\)"),
    Refused("conv2d", "a number as bias", lambda: ag.conv2d(IMAGES, KERNEL, 0.0), ShapeError, r"bias \(F,\), got .* \(\)"),
    Refused("conv2d", "stride 0", lambda: ag.conv2d(IMAGES, KERNEL, BIAS, 0), ShapeError, "at least 1 .*, got 0"),
    Refused("conv2d", "stride 1.5", lambda: ag.conv2d(IMAGES, KERNEL, BIAS, 1.5), ShapeError, "an integer .*, got 1.5"),
    Refused("conv2d", "padding -1", lambda: ag.conv2d(IMAGES, KERNEL, BIAS, 1, -1), ShapeError, "at least 0 .*, got -1"),
    Refused("conv2d", "a large kernel", lambda: ag.conv2d(IMAGES, np.ones((1, 1, 9, 9)), BIAS), ShapeError, r"got \(9, 9\)"),
    Refused("avg_pool2d", "two axes", lambda: ag.avg_pool2d(IMAGES[0, 0], 2), ShapeError, r"images \(N, C, H, W\), got \(4, 4\)"),
    Refused("avg_pool2d", "no window", lambda: ag.avg_pool2d(IMAGES, None), ShapeError, "an integer .*, got None"),
    Refused("max_pool2d", "three numbers", lambda: ag.max_pool2d(IMAGES, (1, 2, 3)), ShapeError, r"pair .*, got \(1, 2, 3\)"),
    Refused("max_pool2d", "a large window", lambda: ag.max_pool2d(IMAGES, 9), ShapeError, r"at most \(4, 4\), .*, got \(9, 9\)"),
    Refused("derivative_of", "nothing", lambda: ag.derivative_of(), Unsupported, "wanted the functions .*, got none"),
    Refused("derivative_of", "a number", lambda: ag.derivative_of(5), Unsupported, "wanted functions, got 5"),
    Refused("derivative_of", "a list", lambda: ag.derivative_of([np.gcd]), Unsupported, r"wanted functions, got \["),
    Refused("derivative_of", "no rule", lambda: ag.derivative_of(np.gcd)(5), Unsupported, "wanted functions, got 5"),
    Refused("derivative_of", "no '/'", lambda: ag.derivative_of(np.gcd)(lambda x: x), Unsupported, r"got <lambda>\(x\)"),
    Refused("in_terms_of_others", "a number", lambda: ag.in_terms_of_others(np.gcd)(5), Unsupported, "functions, got 5"),
    Refused("constant", "a number", lambda: ag.constant(5), Unsupported, "constant: wanted functions, got 5"),
]  # fmt: skip

SLOPE = 2 * X  # of the sum of squares, on paper

RIGHT = [
    Right("grad", "a list", lambda: ag.grad(squares)([1.0, -2.0, 3.0]), SLOPE),
    Right("grad", "nested tuples", lambda: ag.grad(squares)(((1.0, -2.0), (3.0, 4.0))), [[2.0, -4.0], [6.0, 8.0]]),
    Right("grad", "backwards", lambda: ag.grad(squares)(X[::-1]), SLOPE[::-1]),
    Right("grad", "with gaps", lambda: ag.grad(squares)(strided(X)), SLOPE),
    Right("grad", "read-only", lambda: ag.grad(squares)(read_only(X)), SLOPE),
    Right("grad", "broadcast", lambda: ag.grad(squares)(np.broadcast_to(2.0, (3,))), [4.0, 4.0, 4.0]),
    Right("grad", "big-endian", lambda: ag.grad(squares)(X.astype(">f8")), SLOPE),
    Right("grad", "integers", lambda: ag.grad(squares)([1, -2, 3]), SLOPE),
    Right("grad", "bytes wrap nowhere", lambda: ag.grad(squares)(np.array([200, 255], np.uint8)), [400.0, 510.0]),
    Right("grad", "booleans", lambda: ag.grad(squares)([True, False]), [2.0, 0.0]),
    Right("grad", "by columns", lambda: ag.grad(squares)(np.asfortranarray(np.diag(X))), np.diag(SLOPE)),
    Right("grad", "a Fraction", lambda: ag.grad(squares)(fractions.Fraction(1, 4)), 0.5),
    Right("grad", "a large integer", lambda: ag.grad(squares)(10**30), 2e30),
    Right("grad", "empty", lambda: ag.grad(squares)(np.zeros((0, 2))), np.zeros((0, 2))),
    Right("grad", "NaN and infinity", lambda: ag.grad(squares)([np.nan, np.inf, 1.0]), [np.nan, np.inf, 2.0]),
    Right("grad", "an argument twice", lambda: ag.grad(lambda x, y: x * y, (0, 0))(2.0, 3.0), (3.0, 3.0)),
    Right("grad", "another class", lambda: ag.grad(squares)(X.view(type("Mine", (np.ndarray,), {}))), SLOPE),
    Right("vjp", "a list as cotangent", lambda: pullback_of(twice)([1.0, 2.0, 3.0])[0], [2.0, 4.0, 6.0]),
    Right("jvp", "backwards", lambda: ag.jvp(squares, (X[::-1],), (X[::-1],))[1], 28.0),
    Right("jacobian", "no value", lambda: ag.jacobian(lambda x: x[:0])(X), np.zeros((0, 3))),
    Right("sigmoid", "empty", lambda: ag.sigmoid(np.zeros((0, 2))), np.zeros((0, 2))),
    Right("sigmoid", "without end", lambda: ag.sigmoid([-np.inf, np.inf, np.nan]), [0.0, 1.0, np.nan]),
    Right("softmax", "a number", lambda: ag.softmax(7.0), 1.0),
    Right("softmax", "huge", lambda: ag.softmax([1e300, 1e300]), [0.5, 0.5]),
    Right("cross_entropy", "lists", lambda: ag.cross_entropy([[0.0, 0.0]], [[1, 0]]), np.log(2)),
    Right("conv2d", "backwards", lambda: ag.conv2d(strided(IMAGES), strided(KERNEL), BIAS), np.full((1, 1, 3, 3), 4.0)),
    Right("avg_pool2d", "no images", lambda: ag.avg_pool2d(np.ones((0, 1, 4, 4)), 2), np.ones((0, 1, 2, 2))),
    Right("max_pool2d", "NaN", lambda: ag.max_pool2d(np.full((1, 1, 2, 2), np.nan), 2), np.full((1, 1, 1, 1), np.nan)),
]

# What NumPy itself refuses of plain arrays, it refuses in the same words of tensors: its functions are called.
AS_NUMPY = {
    "shapes of a sum": lambda x: x + np.ones(4),
    "shapes of a product": lambda x: x @ np.ones(4),
    "an index too far": lambda x: x[5],
    "an index of 1.5": lambda x: x[1.5],
    "an index in words": lambda x: x["a"],
    "another size": lambda x: np.reshape(x, (2, 2)),
    "no such axis": lambda x: np.sum(x, axis=3),
    "axes of a concatenation": lambda x: np.concatenate([x, np.ones((2, 2))]),
    "subscripts": lambda x: np.einsum("ij->i", x),
    "an output that never came in": lambda x: np.einsum("i->j", x),
    "no square": lambda x: np.linalg.inv(x),
    "a singular matrix": lambda x: np.linalg.inv(np.outer(x, x) * 0),
    "no such type": lambda x: x.astype("nonsense"),
    "truth of many": lambda x: bool(x),
    "too large": lambda x: x * TOO_LARGE,
}
