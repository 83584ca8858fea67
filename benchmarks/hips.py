"""The gallery before HIPS autograd's `check_grads`; `python -m benchmarks.gallery --hips PYTHON` asks this.

That package has the import name of ours. So this file runs by itself, in an environment of its own, and the folder of
handgrad's source comes last on the path: `autograd` is then the other one. It prints a JSON object: by exhibit, whether
the gradient holds.
"""

import json
import sys
import warnings
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent))

import numpy as np

from handgrad.gallery import EXHIBITS, Exhibit

try:
    from autograd.extend import defvjp, primitive
    from autograd.test_util import check_grads
except ImportError:
    raise SystemExit("hips: wanted HIPS autograd as the autograd of this Python, got another or none") from None

SEED = 0


def holds(exhibit: Exhibit) -> bool:
    """Whether check_grads, with its defaults, accepts the derivative at the natural inputs."""
    places = [exhibit.names.index(name) for name in exhibit.wrt]

    def with_chosen(chosen):
        given = list(exhibit.inputs)
        for place, x in zip(places, chosen, strict=True):
            given[place] = np.array(x)[()]
        return given

    def share(k):
        def pullback(ans, *chosen):
            def of(bars):
                given = with_chosen(chosen)
                result = exhibit.by_hand(bars, *given) if exhibit.vjp else exhibit.by_hand(*given)
                array = result[k] if isinstance(result, tuple) else result
                return array if exhibit.vjp else np.asarray(array) * bars

            return of

        return pullback

    layer = primitive(lambda *chosen: exhibit.function(*with_chosen(chosen)))
    defvjp(layer, *(share(k) for k in range(len(places))))
    chosen = [np.array(exhibit.inputs[place])[()] for place in places]
    try:
        check_grads(layer, modes=["rev"], order=1)(*chosen)
    except Exception:  # its word for a gradient that does not hold; a wrong shape raises others
        return False
    return True


def main() -> None:
    """Print the answers."""
    np.random.seed(SEED)
    warnings.simplefilter("ignore")
    print(json.dumps({exhibit.name: holds(exhibit) for exhibit in EXHIBITS}))


if __name__ == "__main__":
    main()
