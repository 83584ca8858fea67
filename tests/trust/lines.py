"""An interruption at a line of our own packages: at the n-th that a call comes to."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = tuple(str(ROOT / package) for package in ("autograd", "manual", "handgrad"))


def interrupted(call, at, where=OURS):
    """Call it, with a KeyboardInterrupt before the `at`-th line in some files; how many lines it came to.

    What the call returned is left out: after `at` lines there is nothing. Without an interruption (`at` too large)
    it returns as it would.
    """
    count = 0

    def line(frame, event, _):
        nonlocal count
        if event == "line":
            count += 1
            if count == at:
                raise KeyboardInterrupt
        return line

    def function(frame, event, _):
        return line if frame.f_code.co_filename.startswith(where) else None

    before = sys.gettrace()
    sys.settrace(function)
    try:
        call()
    finally:
        sys.settrace(before)
    return count
