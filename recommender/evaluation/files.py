"""Readers of public benchmark data: a line a listener, its number first and then the items, with spaces between.

`lightgcn` is the form of the data sets of He et al., "LightGCN" (SIGIR 2020); in `sequences` the items are in order of
time. Both read alike, as Histories keep the order.
"""

from pathlib import Path

import numpy as np

from recommender.histories import Histories

FORMATS = ("lightgcn", "sequences")
FORM = "needed is text, a line a listener: its number, then the numbers of its items, with spaces between"
# Every item, heard of or not, has a column in what models compute: a number beyond this is none of an item's.
MOST_ITEMS = 10_000_000
# Characters of a wrong word that a message repeats.
SHOWN = 30


def read(*paths: Path) -> tuple[list[Histories], list[int]]:
    """The histories of each file, all over the same listeners and items, and the listeners' numbers, ascending.

    A listener that a file does not have, or has without items, has no history in it. Raises ValueError that names the
    file for one that is not there, cannot be read or holds no listener, and the line too for what is not a number or a
    listener that comes twice.
    """
    tables = [_table(path) for path in paths]
    listeners = sorted(set().union(*tables))
    most = max((int(items.max()) for table in tables for items in table.values() if len(items)), default=-1)
    empty = np.zeros(0, np.int64)
    return [Histories.of([table.get(one, empty) for one in listeners], most + 1) for table in tables], listeners


def _table(path: Path) -> dict[int, np.ndarray]:
    table: dict[int, np.ndarray] = {}
    for number, line in enumerate(_text(path).splitlines(), start=1):
        if not (fields := line.split()):
            continue
        try:
            listener, items = _history(fields)
            if listener in table:
                raise ValueError(f"listener {listener} has a line already")
        except ValueError as error:
            raise ValueError(f"{path}, line {number}: {error}; {FORM}") from None
        table[listener] = items
    if not table:
        raise ValueError(f"{path} holds no listener; {FORM}")
    return table


def _text(path: Path) -> str:
    try:
        # Of some editors, a text begins with a mark of its encoding.
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ValueError(f"{path} is not there; {FORM}") from None
    except IsADirectoryError:
        raise ValueError(f"{path} is a folder; {FORM}") from None
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise ValueError(f"{path} is no text; {FORM}") from None


def _history(fields: list[str]) -> tuple[int, np.ndarray]:
    bad = next((field for field in fields if not (field.isascii() and field.isdecimal())), None)
    if bad is not None:
        raise ValueError(f"{_shortened(bad)} is not a number from 0 up")
    high = next((field for field in fields[1:] if len(field.lstrip("0")) > 8 or int(field) >= MOST_ITEMS), None)
    if high is not None:
        raise ValueError(f"item {_shortened(high)} is too high, items are numbered from 0 to below {MOST_ITEMS:,}")
    return int(fields[0]), np.array(fields[1:], dtype=np.int64)


def _shortened(field: str) -> str:
    return repr(field if len(field) <= SHOWN else f"{field[:SHOWN]}…")
