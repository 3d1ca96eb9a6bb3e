"""What the work costs, read from /proc: CPU time of process trees, memory of worker processes."""

import contextlib
import re
from collections.abc import Mapping
from pathlib import Path

import psutil


def cpu_of_tree(root: int) -> float:
    """Seconds of CPU that a process and all it started have used so far, those that have ended included."""
    total = 0.0
    for process in _tree(root):
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def cpu_of(parts: Mapping[str, int]) -> dict[str, float]:
    """The same for several trees by name."""
    return {name: cpu_of_tree(root) for name, root in parts.items()}


def cpu_since(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    return {name: after[name] - before[name] for name in before}


def worker_memory(master: int) -> list[float]:
    """PSS (own memory, and a fair share of what is shared) of each process under a gunicorn master, in MB."""
    with contextlib.suppress(psutil.Error):
        return [pss_of(child.pid) for child in psutil.Process(master).children()]
    return []


def pss_of(process: int) -> float:
    """MB (10^6 bytes), as the kernel sums it up."""
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    return int(found.group(1)) * 1024 / 1e6 if found else 0.0


def _tree(root: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(root)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []
