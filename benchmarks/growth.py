"""How time and memory of our two gradients grow with the images N and the filters F.

slope   of log time over log N or log F, by least squares; 1 is proportional. For F it may be less, since
        the patches are the same whatever F is
peak    the most that was allocated at once during a pass (tracemalloc), the images themselves not counted,
        over what has to live at once on the way back when all images go together and nothing is written over:
            sigmoid c, its cotangent, and that of d which is made of both, (F, 576 N) each,
            pooled a and its cotangent, (N, 144 F) each, the gradient of W (144 F, 10)
        Patches (25, 576 N) are not among them: they can be cut from the images again. A pass that keeps them
        has that much more, which counts for much where F is small. One that takes the images a few at a time
        never has all of this at once: its peak hardly grows with N, and comes far below 1.
"""

import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks import tasks
from benchmarks.tables import Table, digits, duration
from handgrad.training import automatic, by_hand

WAYS = {"automatic": automatic.WAYS["cnn"].backward, "by hand": by_hand.WAYS["cnn"].backward}
IMAGES, FILTERS = (16, 32, 64, 128, 256, 512), (1, 2, 4, 8, 16, 32)
N, F = 64, 8  # what the other one stays at
ITEM = 8  # bytes of a float64


def must_live(n: int, f: int) -> int:
    """Bytes of the arrays named above."""
    return ITEM * (3 * f * 576 * n + 2 * n * 144 * f + 144 * f * 10)


def slope(xs: Any, ys: Any) -> float:
    """Of log y over log x, by least squares."""
    return float(np.polyfit(np.log(xs), np.log(ys), 1)[0])


def seconds(call: Callable[[], object], rounds: int) -> float:
    """The best of a few calls, since what disturbs only adds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def peak(call: Callable[[], object]) -> int:
    """The most bytes allocated at once during a call."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def table(quick: bool) -> Table:
    """A row for each way and each size, then the slopes."""
    rows, remarks, rounds = [], [], 2 if quick else 5
    images, filters = (IMAGES[:3], FILTERS[:3]) if quick else (IMAGES, FILTERS)
    for way, backward in WAYS.items():
        for letter, sizes in (("N", [(n, F) for n in images]), ("F", [(N, f) for f in filters])):
            times = []
            for n, f in sizes:
                call = partial(backward, *tasks.cnn(n, f, "float64"))
                times.append(seconds(call, rounds))
                memory = peak(call)
                each = duration(times[-1] / n) + " an image" if letter == "N" else duration(times[-1] / f) + " a filter"
                size, ratio = f"{memory / 1e6:.1f} MB", digits(memory / must_live(n, f))
                rows.append((way, str(n), str(f), duration(times[-1]), each, size, ratio))
            remarks.append(f"{way}: slope over {letter} {slope([s[letter == 'F'] for s in sizes], times):.2f}")
    head = ("ours", "N", "F", "a pass", "for each", "peak", "over what must live")
    return Table("growth, ours, float64", head, tuple(rows), tuple(remarks))
