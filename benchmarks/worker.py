"""One contender in a process of its own: `python worker.py MODULE` answers requests, each a JSON object in a line.

    {"do": "prepare", "task", "case"}    {"seconds": until the first result, "result": {name: array} or null}
    {"do": "calibrate", "seconds": s}    {"calls": how many calls last about s}
    {"do": "time", "calls": n}           {"seconds": of one call, the mean of n, after one that does not count,
                                         if it is not a long one}
    {"do": "versions"}                   {"versions": {distribution: version}}

An answer may also be {"missing": why} or {"error": what}. An array is {"dtype", "shape", "data": base64 of its bytes}.

After a call the threads of OpenMP and of a BLAS wait busily for the next one, OpenBLAS's for over a tenth of a second.
Whoever has the next turn must not pay for that, so an answer is given only when this process is idle.

It is started by its path, so that this folder comes first on the path and the repository does not come at all: for a
contender, `autograd` may be the name of another package.
"""

import base64
import importlib
import json
import os
import sys
import time
import traceback
from importlib import metadata
from typing import Any

import numpy as np

Answer = dict[str, Any]
MOST_CALLS = 100_000
LONG = 0.5  # seconds of a call that needs no call before it: waking up is nothing beside it
LOOK, LEAST, PATIENCE = 0.01, 0.001, 5.0  # seconds: how often to look, what counts as work, how long to wait at most


def encoded(array: Any) -> Answer:
    """An array as JSON, to the last bit."""
    array = np.asarray(array)
    return {"dtype": str(array.dtype), "shape": array.shape, "data": base64.b64encode(array.tobytes()).decode()}


def decoded(answer: Answer) -> Any:
    """What `encoded` was given."""
    data = np.frombuffer(base64.b64decode(answer["data"]), answer["dtype"])
    return data.reshape(answer["shape"])


class Contender:
    """The module of a contender and what it has prepared last."""

    def __init__(self, module: Any):
        self.module = module
        self.prepared: Any = None
        self.long = False

    def prepare(self, task: str, case: dict[str, Any]) -> Answer:
        """Make ready for a case, and compute it once."""
        from contenders import MissingError

        self.prepared = None
        if task not in self.module.TASKS:
            return {"missing": getattr(self.module, "CANNOT", {}).get(task, "has no part in this")}
        start = time.perf_counter()
        try:
            self.prepared = self.module.TASKS[task](**case)
            result = self.prepared.call()
        except MissingError as why:
            return {"missing": str(why)}
        seconds = time.perf_counter() - start
        arrays = self.prepared.arrays
        named = None if arrays is None else {name: encoded(array) for name, array in arrays(result).items()}
        return {"seconds": seconds, "result": named}

    def calibrate(self, seconds: float) -> Answer:
        """How many calls last about so long, from the fastest of a few."""
        self.long = False
        best = self.time(1)["seconds"]
        self.long = best > LONG
        if not self.long:
            best = min(best, self.time(1)["seconds"])
        return {"calls": max(1, min(MOST_CALLS, round(seconds / max(best, 1e-9))))}

    def time(self, calls: int) -> Answer:
        """Seconds of one call. The call before wakes threads and fills caches, as the turns of others emptied them."""
        call = self.prepared.call
        if not self.long:
            call()
        start = time.perf_counter()
        for _ in range(calls):
            call()
        return {"seconds": (time.perf_counter() - start) / calls}

    def versions(self) -> Answer:
        """Of what the contender is made of."""
        return {"versions": {name: metadata.version(name) for name in getattr(self.module, "PACKAGES", ())}}


def loaded(name: str) -> tuple[Contender | None, str]:
    """The contender, or why there is none."""
    from contenders import MissingError

    try:
        return Contender(importlib.import_module(name)), ""
    except ModuleNotFoundError as error:
        if f"{name}.".startswith(f"{error.name}."):
            raise  # the contender's own file is not there
        return None, f"{error.name} is not installed"
    except MissingError as why:
        return None, str(why)


def wait_until_idle() -> None:
    """Until no thread of this process computes any more."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        before = time.process_time()
        time.sleep(LOOK)
        if time.process_time() - before < LEAST:
            return


def answer(contender: Contender | None, why: str, request: Answer) -> Answer:
    """The answer to one request; an exception is told, not raised, since the next request may succeed."""
    if contender is None:
        return {"missing": why}
    do = request.pop("do")
    try:
        return dict(getattr(contender, do)(**request))
    except Exception as error:
        traceback.print_exc()
        return {"error": f"{type(error).__name__}: {error}"}
    finally:
        wait_until_idle()


def main() -> None:
    """Answer until there are no requests."""
    cores = int(os.environ.get("BENCHMARKS_CORES", "0"))
    if cores and hasattr(os, "sched_setaffinity"):  # before a thread is started
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not come among the answers
    contender, why = loaded(sys.argv[1])
    for line in sys.stdin:
        out.write(json.dumps(answer(contender, why, json.loads(line))) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
