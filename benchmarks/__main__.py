"""`python -m benchmarks`: how long the engine, the formulas by hand and a verdict take on this machine.

Contenders of a table take turns, round after round, so that a slow moment of the machine hits all of them;
medians are printed. Results are compared before anything is timed.
"""

import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

import autograd
from autograd import Tensor
from benchmarks.exact import contenders as exact_contenders
from manual import networks

ROUNDS = 15


def medians(contenders: dict[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """Seconds of one call of each, the contenders interleaved."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, call in contenders.items():
            start = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(measured) for name, measured in times.items()}


def tape() -> None:
    """One operation on the tape, forward and backward, on scalars and on ten entries."""
    operations = 2000
    for what, start in (("scalars", 1.5), ("10 entries", np.full(10, 1.5))):

        def chain(start: object = start) -> None:
            x = y = Tensor(start)
            for _ in range(operations // 2):
                y = y * 1.0001 + x
            y.backward(np.ones(y.shape)[()])

        (seconds,) = medians({what: chain}).values()
        print(f"tape, {what:12} {seconds / operations * 1e6:8.2f} microseconds an operation, forward and backward")


def network(n: int, filters: int) -> None:
    """Loss and all gradients of the report's network, automatically and by hand."""
    rng = np.random.default_rng(0)
    X, y = rng.random((n, 1, 28, 28)), np.eye(10)[rng.integers(0, 10, n)]
    v, q = rng.normal(size=(25, filters)) / 5, np.zeros(filters)
    W, b = rng.normal(size=(144 * filters, 10)) / 12, np.zeros(10)

    def loss(v: object, q: object, W: object, b: object) -> object:
        c = autograd.sigmoid(autograd.conv2d(X, np.reshape(np.transpose(v), (filters, 1, 5, 5)), q))
        return autograd.cross_entropy(np.reshape(autograd.avg_pool2d(c, 2), (n, -1)) @ W + b, y)

    gradient = autograd.value_and_grad(loss, argnums=(0, 1, 2, 3))

    def automatic() -> tuple[object, ...]:
        return gradient(v, q, W, b)[1]

    def by_hand() -> tuple[object, ...]:
        bars = networks.cnn_backward(networks.cnn_forward(X, v, q, W, b), y)
        return bars.v, bars.q, bars.W, bars.b

    for ours, theirs in zip(automatic(), by_hand(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)  # two orders of summation
    times = medians({"automatic": automatic, "by hand": by_hand})
    row = "  ".join(f"{name} {seconds * 1e3:8.2f} ms" for name, seconds in times.items())
    ratio = times["by hand"] / times["automatic"]
    print(f"network, N = {n:3}, filters = {filters}   {row} (the image's gradient too)   ratio {ratio:.2f}")


def exact() -> None:
    """The exact check beside torch's, interleaved."""
    times = medians(exact_contenders(), rounds=5)
    for name, seconds in times.items():
        ratio = seconds / times["exact"]
        print(f"check of 1,476 parameters, {name:22} {seconds * 1e3:9.1f} ms   {ratio:7.1f} x ours")


def command() -> None:
    """The command from a cold start."""
    run = [sys.executable, "-m", "handgrad"]

    def call(*arguments: str) -> Callable[[], object]:
        return lambda: subprocess.run([*run, *arguments], check=True, stdout=subprocess.DEVNULL)

    for arguments, rounds in ((("--help",), 5), (("verify",), 3), (("verify", "--size", "report"), 3)):
        (seconds,) = medians({"": call(*arguments)}, rounds).values()
        print(f"handgrad {' '.join(arguments):22} {seconds:6.2f} s")


if __name__ == "__main__":
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {platform.machine()}")
    tape()
    for size in ((1, 1), (64, 1), (64, 8)):
        network(*size)
    exact()
    command()
