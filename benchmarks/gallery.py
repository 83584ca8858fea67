"""`python -m benchmarks.gallery`: what each checker makes of the gallery, with its default settings.

Every exhibit is given at the point that a person would naturally try: to `handgrad`, to torch's gradcheck, slow and
fast, and JAX's check_grads where they are installed, and to HIPS autograd's (`hips.py`). Caught is a wrong gradient
that is not said to hold.
"""

import contextlib
import importlib.util
import io
import json
import subprocess
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np

from handgrad.checking import check_gradient, check_vjp
from handgrad.gallery import EXHIBITS, Exhibit

SEED = 0


class Answer(NamedTuple):
    """What a checker says: whether the gradient holds without a condition, and whether it explains what is wrong."""

    holds: bool
    accused: bool
    explained: bool


Checker = Callable[[Exhibit], Answer]


def ours(exhibit: Exhibit) -> Answer:
    """`handgrad`, at the natural inputs and whatever it draws beside them."""
    check = check_vjp if exhibit.vjp else check_gradient
    verdict = check(exhibit.function, exhibit.by_hand, exhibit.inputs, names=exhibit.names, wrt=exhibit.wrt, seed=SEED)
    holds = str(verdict.outcome) == "agrees"
    return Answer(holds, not verdict.agrees, bool(verdict.diagnosis))


def torchs(fast: bool) -> Checker:
    """torch's gradcheck of the same NumPy functions, as an autograd.Function."""
    import torch

    def check(exhibit: Exhibit) -> Answer:
        places = [exhibit.names.index(name) for name in exhibit.wrt]

        def with_chosen(tensors: tuple[torch.Tensor, ...]) -> list[object]:
            given = list(exhibit.inputs)
            for place, tensor in zip(places, tensors, strict=True):
                given[place] = tensor.detach().numpy().copy()[()]
            return given

        class Layer(torch.autograd.Function):
            @staticmethod
            def forward(ctx, *tensors):
                ctx.save_for_backward(*tensors)
                value = exhibit.function(*with_chosen(tensors))
                several = isinstance(value, tuple)
                ctx.several = several
                outputs = tuple(torch.tensor(np.asarray(z)) for z in (value if several else (value,)))
                return outputs if several else outputs[0]

            @staticmethod
            def backward(ctx, *bars):
                given = with_chosen(ctx.saved_tensors)
                cotangents = tuple(bar.detach().numpy() for bar in bars)
                if exhibit.vjp:
                    result = exhibit.by_hand(cotangents if ctx.several else cotangents[0], *given)
                else:
                    result = exhibit.by_hand(*given)
                arrays = result if isinstance(result, tuple) else (result,)
                scale = 1.0 if exhibit.vjp else cotangents[0]
                return tuple(torch.tensor(np.asarray(x) * scale) for x in arrays)

        tensors = [torch.tensor(np.asarray(exhibit.inputs[place]), requires_grad=True) for place in places]
        try:
            holds = bool(torch.autograd.gradcheck(Layer.apply, tensors, fast_mode=fast))
        except Exception:  # its word for a gradient that does not hold; a wrong shape raises others
            holds = False
        return Answer(holds, not holds, False)

    return check


def jaxs() -> Checker:
    """JAX's check_grads of the same NumPy functions, called back from a function with a derivative of its own."""
    import jax
    from jax.test_util import check_grads

    jax.config.update("jax_enable_x64", True)

    def check(exhibit: Exhibit) -> Answer:
        places = [exhibit.names.index(name) for name in exhibit.wrt]

        def with_chosen(chosen):
            given = list(exhibit.inputs)
            for place, x in zip(places, chosen, strict=True):
                given[place] = np.array(x)[()]
            return given

        def forward(*chosen):
            value = exhibit.function(*with_chosen(chosen))
            return tuple(np.asarray(z) for z in value) if isinstance(value, tuple) else np.asarray(value)

        chosen = [np.asarray(exhibit.inputs[place]) for place in places]
        value = forward(*chosen)
        shapes = jax.tree.map(lambda z: jax.ShapeDtypeStruct(z.shape, z.dtype), value)
        of_inputs = tuple(jax.ShapeDtypeStruct(x.shape, x.dtype) for x in chosen)

        def backward(bars, *chosen):
            given = with_chosen(chosen)
            cotangents = tuple(map(np.array, bars)) if isinstance(value, tuple) else np.array(bars)
            result = exhibit.by_hand(cotangents, *given) if exhibit.vjp else exhibit.by_hand(*given)
            arrays = result if isinstance(result, tuple) else (result,)
            scale = 1.0 if exhibit.vjp else cotangents
            return tuple(np.asarray(x * scale) for x in arrays)

        @jax.custom_vjp
        def layer(*chosen):
            return jax.pure_callback(forward, shapes, *chosen)

        layer.defvjp(
            lambda *chosen: (layer(*chosen), chosen),
            lambda kept, bars: jax.pure_callback(backward, of_inputs, bars, *kept),
        )
        try:
            check_grads(layer, tuple(chosen), order=1, modes=["rev"])
        except Exception:  # its word for a gradient that does not hold; a wrong shape raises others
            return Answer(False, True, False)
        return Answer(True, False, False)

    return check


def hipss(python: str) -> Checker:
    """HIPS autograd's check_grads, asked of another Python, since its package has the name of ours."""
    script = Path(__file__).with_name("hips.py")
    known: dict[str, bool] = {}

    def check(exhibit: Exhibit) -> Answer:
        if not known:
            done = subprocess.run([python, "-I", str(script)], stdout=subprocess.PIPE, check=True, text=True)
            known.update(json.loads(done.stdout))
        return Answer(known[exhibit.name], not known[exhibit.name], False)

    return check


@click.command()
@click.option("--hips", metavar="PYTHON", help="A Python that has HIPS autograd, to ask that too.")
def main(hips: str | None) -> None:
    """What each checker makes of the gallery."""
    checkers: dict[str, Checker] = {"handgrad": ours}
    if importlib.util.find_spec("torch"):
        checkers |= {"torch gradcheck, slow": torchs(False), "torch gradcheck, fast": torchs(True)}
    if importlib.util.find_spec("jax"):
        checkers["jax check_grads"] = jaxs()
    if hips is not None:
        checkers["HIPS check_grads"] = hipss(hips)
    right = [exhibit for exhibit in EXHIBITS if exhibit.mistake is None]
    wrong = [exhibit for exhibit in EXHIBITS if exhibit.mistake is not None]
    print(f"{len(right)} right and {len(wrong)} wrong gradients, each at its natural inputs; seed {SEED}")
    print(f"{'':24}{'caught':>10}{'missed':>8}{'falsely accused':>17}{'explained':>11}{'seconds':>9}")
    for name, check in checkers.items():
        start = time.perf_counter()
        with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            of_right = [check(exhibit) for exhibit in right]
            of_wrong = [check(exhibit) for exhibit in wrong]
        seconds = time.perf_counter() - start
        caught = sum(not answer.holds for answer in of_wrong)
        accused = sum(answer.accused for answer in of_right)
        explained = sum(answer.explained for answer in of_wrong)
        missed = len(wrong) - caught
        print(f"{name:24}{caught:>10}{missed:>8}{accused:>17}{explained:>11}{seconds:>9.1f}")


if __name__ == "__main__":
    main()
