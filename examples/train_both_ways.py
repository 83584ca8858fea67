"""Train the convolutional network twice at once, by hand and automatically, and compare after every step.

The images are drawn by the program, so nothing is fetched. After each step every gradient, those between included,
must agree within what rounding allows there. Then the printed (15) is trained in place of the right one: it is
stopped at the first step, in the first letter that is wrong.
"""

from handgrad.training.by_hand import WAYS
from handgrad.training.drawn import drawn
from handgrad.training.lockstep import Lockstep
from handgrad.training.printed import WAYS as PRINTED
from handgrad.training.settings import Settings


def show(compared):
    """One line for a step: the letter that comes nearest to its room."""
    line = max(compared.lines, key=lambda line: line.difference / line.allowed if line.allowed else 0.0)
    print(
        f"  step {compared.step}: {len(compared.lines)} gradients, closest {line.letter}: off by {line.ulps:.0f} ulps"
    )


if __name__ == "__main__":
    settings, data = Settings.of("cnn", filters=2, epochs=1, batch=32), drawn(train=128, test=32)
    for name, way in (("right", WAYS["cnn"]), ("(15) as printed", PRINTED["(15)"])):
        print(name)
        verdict = Lockstep(settings, data, way).run(on_step=show)
        print(f"  {verdict.outcome} after {verdict.steps} steps")
        for drift in verdict.drifts if verdict.agrees else ():
            print(f"  {drift.letter}: {drift.distance:.1g} apart, rounding explains {drift.allowed:.1g}")
        if verdict.first is not None:
            first = verdict.first
            print(f"  begins in {first.letter}: by hand {first.hand:.4g}, automatic {first.automatic:.4g}")
