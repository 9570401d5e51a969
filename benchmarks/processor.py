"""Processor time of other processes, from proc(5)."""

import os
from collections.abc import Iterator
from pathlib import Path


def seconds(pid: int) -> float:
    """Of a process and all that descend from it, those too that have ended and were waited for; 0 where it is gone."""
    return sum(_own(one) for one in _tree(pid)) / os.sysconf("SC_CLK_TCK")


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield from _tree(int(child))


def _own(pid: int) -> int:
    try:
        state = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return 0
    # User and system time, its own and that of children that ended: fields 14 to 17, counted behind the name.
    return sum(map(int, state.rpartition(")")[2].split()[11:15]))
