"""The machine in words, without which no time means anything."""

import datetime
import os
import platform
from pathlib import Path
from typing import Any

import numpy as np


def processor() -> str:
    """The model of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def blas() -> str:
    """The library of NumPy's matrix products."""
    known: Any = np.show_config(mode="dicts") or {}
    used = known.get("Build Dependencies", {}).get("blas", {})
    return f"{used.get('name', 'unknown')} {used.get('version', '')}".strip()


def load() -> float:
    """How many processes wanted a core in the last minute; 0 where the system does not say."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def words(threads: int, versions: dict[str, str], command: str, busy: float) -> list[tuple[str, str]]:
    """What to write above the tables."""
    peers = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()) if name != "numpy")
    return [
        ("processor", f"{processor()}, {cores()} cores, {threads} threads for each contender"),
        ("system", f"{platform.system()} {platform.release()}, {platform.machine()}"),
        ("Python", f"{platform.python_version()}, NumPy {np.__version__}, BLAS {blas()}"),
        ("contenders", peers or "ours alone"),
        ("load", f"{busy:.2f} before it began; what else runs slows down those most that wait for all their threads"),
        ("date", datetime.date.today().isoformat()),
        ("command", command),
    ]
