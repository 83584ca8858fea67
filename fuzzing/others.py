"""torch and JAX before the same programs, each in a process of its own, in the environment of `benchmarks.environment`.

Our packages are not on their path: HIPS autograd, which that environment has too, goes by the name of ours.
"""

import subprocess
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.environment import python_of
from benchmarks.processes import BenchmarkError, Worker
from benchmarks.races import Contender
from benchmarks.worker import decoded
from fuzzing.peers.exchange import program_text
from fuzzing.program import Program

FOLDER = Path(__file__).parent / "peers"
PEERS = ("torch", "jax")
Opinion = np.ndarray | str  # three numbers, or why there are none


class Others:
    """The peers' processes, to be used in a `with`; before it this is but their names, and pickles."""

    def __init__(self, environment: Path, names: Sequence[str] = PEERS):
        self.python = python_of(environment).absolute()
        self.names = names
        self.workers: dict[str, Worker] = {}

    def __enter__(self) -> "Others":
        self.stack = ExitStack()
        for name in self.names:
            contender = Contender(name, f"{name}_programs", folders=(FOLDER,))
            self.workers[name] = self.stack.enter_context(Worker(contender, self.python, 1, subprocess.DEVNULL))
        return self

    def __exit__(self, *exception: Any) -> None:
        self.workers = {}
        self.stack.close()
        del self.stack

    def opinions(self, programs: Sequence[Program]) -> list[dict[str, Opinion]]:
        """For each program what every peer says.

        Raises `BenchmarkError` when a peer is not installed, or its process ends.
        """
        case = {"programs": [program_text(program) for program in programs]}
        said: list[dict[str, Opinion]] = [{} for _ in programs]
        for name, worker in self.workers.items():
            answer = worker.ask("prepare", task="programs", case=case)
            if "missing" in answer:
                raise BenchmarkError(f"{name}: {answer['missing']}")
            for number, encoded in answer["result"].items():
                opinion = decoded(encoded)
                said[int(number)][name] = str(opinion) if opinion.dtype.kind == "U" else opinion
        return said
