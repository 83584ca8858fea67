"""Who computes what: the contenders, and the cases that they are all given."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent


@dataclass(frozen=True)
class Contender:
    """A name in the tables, the module that a worker imports, and whether our packages are on its path."""

    name: str
    module: str
    ours: bool = False
    folders: tuple[Path, ...] = ()  # more that come on the path


@dataclass(frozen=True)
class Race:
    """One case of a task. `operations`: how many a call is, where the time of one is asked for."""

    task: str
    title: str
    case: dict[str, Any]
    contenders: tuple[Contender, ...]
    rounds: int
    operations: int = 1
    steps: int = 1
    left_out: dict[str, str] = field(default_factory=dict)  # by name, why a contender is not asked


AUTOMATIC = Contender("ours, automatic", "contenders.ours_automatic", ours=True)
BY_HAND = Contender("ours, by hand", "contenders.ours_by_hand", ours=True)
FLOOR = Contender("NumPy's floor", "contenders.floor")
ONE_FUNCTION = Contender("NumPy, one function", "contenders.numpy_alone")
TORCH = Contender("torch, eager", "contenders.torch_eager")
COMPILED = Contender("torch.compile", "contenders.torch_compiled")
MICROGRAD = Contender("micrograd", "contenders.micrograd_scalars")
RIVALS = (
    TORCH,
    COMPILED,
    Contender("jax.jit", "contenders.jax_jit"),
    Contender("HIPS autograd", "contenders.hips"),
)
PEERS = (*RIVALS, Contender("MyGrad", "contenders.mygrad_tensors"), MICROGRAD)
CHECK = Contender("ours, exact", "contenders.ours_automatic", ours=True)
GRADCHECKS = (
    Contender("torch gradcheck, fast", "contenders.torch_gradcheck"),
    Contender("torch gradcheck, slow", "contenders.torch_gradcheck_slow"),
)
CNN = ((1, 1), (64, 1), (64, 8), (256, 8))
DENSE = (1, 64, 256)
DTYPES = ("float64", "float32")
EPOCH_IMAGES, EPOCH_BATCH, EPOCH_FILTERS = 8000, 64, 8
TASKS = ("cnn", "dense", "tape", "exact", "epoch")


def races(task: str, peers: bool, quick: bool, epoch_file: str = "", epoch_images: int = 0) -> Iterator[Race]:
    """The cases of a task, smallest first. `quick` leaves out sizes, rounds and what has to be compiled for long."""
    everybody = (AUTOMATIC, BY_HAND, FLOOR, ONE_FUNCTION, *(PEERS if peers else ()))
    checkers = (CHECK, *(GRADCHECKS if peers else ()))
    left_out = {COMPILED.name: "left out of --quick: it compiles for longer than all the rest takes"} if quick else {}
    rounds, dtypes = (3, DTYPES[:1]) if quick else (15, DTYPES)

    def race(title: str, contenders: tuple[Contender, ...] = everybody, most: int = rounds, **how: Any) -> Race:
        return Race(task, title, contenders=contenders, rounds=min(rounds, most), left_out=left_out, **how)

    if task == "cnn":
        for dtype in dtypes:
            for N, F in (CNN[0], CNN[2]) if quick else CNN:
                yield race(f"cnn, N = {N}, F = {F}, {dtype}", case={"N": N, "F": F, "dtype": dtype})
    elif task == "dense":
        for dtype in dtypes:
            for N in DENSE[1:2] if quick else DENSE:
                yield race(f"dense, N = {N}, {dtype}", case={"N": N, "dtype": dtype})
    elif task == "tape":
        for entries, what in ((0, "scalars"), (10, "10 entries")):
            yield race(f"tape, {what}, an operation", case={"entries": entries}, operations=1000)
    elif task == "exact":
        yield race("check of 1,476 parameters", checkers, 5, case={})
    elif task == "epoch":
        case = {"file": epoch_file, "batch": EPOCH_BATCH, "F": EPOCH_FILTERS, "dtype": "float64"}
        title = f"epoch of {epoch_images:,} images"
        yield race(title, most=1 if quick else 5, case=case, steps=-(-epoch_images // EPOCH_BATCH))
