"""Readers of public benchmark data: a line a listener, its number first and then the items, with spaces between.

`lightgcn` is the form of the data sets of He et al., "LightGCN" (SIGIR 2020); in `sequences` the items are in order of
time. Both read alike, as Histories keep the order.
"""

from pathlib import Path

import numpy as np

from recommender.histories import Histories

FORMATS = ("lightgcn", "sequences")


def read(*paths: Path) -> tuple[list[Histories], list[int]]:
    """The histories of each file, all over the same listeners and items, and the listeners' numbers, ascending.

    A listener that a file does not have, or has without items, has no history in it. Raises FileNotFoundError, and
    ValueError that names the line for what is not a number or a listener that comes twice.
    """
    tables = [_table(path) for path in paths]
    listeners = sorted(set().union(*tables))
    most = max((int(items.max()) for table in tables for items in table.values() if len(items)), default=-1)
    empty = np.zeros(0, np.int64)
    return [Histories.of([table.get(one, empty) for one in listeners], most + 1) for table in tables], listeners


def _table(path: Path) -> dict[int, np.ndarray]:
    table: dict[int, np.ndarray] = {}
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if not (fields := line.split()):
                continue
            bad = next((field for field in fields if not field.isdecimal()), None)
            if bad is not None:
                raise ValueError(f"{path}, line {number}: {bad!r} is not a number from 0 up")
            listener, *items = map(int, fields)
            if listener in table:
                raise ValueError(f"{path}, line {number}: listener {listener} has a line already")
            table[listener] = np.array(items, dtype=np.int64)
    if not table:
        raise ValueError(f"{path} holds no listener")
    return table
