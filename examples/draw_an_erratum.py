"""Draw what wrong formulas do to learning: the right gradients beside the report's (15) and (11) as printed.

With the printed (15) the network never gets beyond guessing. Without the pool's 1/4 it learns all the same: that
a loss falls is no test of a gradient. Writes erratum.svg, or the file that is named, and needs matplotlib, the
extra `plot`.
"""

import sys

from handgrad.training.by_hand import WAYS
from handgrad.training.curves import draw_curves
from handgrad.training.descent import Descent
from handgrad.training.drawn import drawn
from handgrad.training.printed import WAYS as PRINTED
from handgrad.training.settings import Settings

if __name__ == "__main__":
    path = sys.argv[1] if len(sys.argv) > 1 else "erratum.svg"
    settings, data = Settings.of("cnn", filters=2, epochs=6), drawn(train=400, test=100)
    curves = {}
    for way in (WAYS["cnn"], PRINTED["(11) no effect"], PRINTED["(15)"]):
        descent = Descent(settings, data, way)
        descent.run(on_epoch=lambda entry: print(".", end="", flush=True, file=sys.stderr))
        curves[way.name] = [(entry["step"], entry["test_loss"]) for entry in descent.state.history]
        print(f"{way.name:16} from {curves[way.name][0][1]:.2f} to {curves[way.name][-1][1]:.2f}")
    draw_curves(curves, path, "the loss on images that were not learnt from")
    print(f"written: {path}")
