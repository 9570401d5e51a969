"""Which rows of a file stood in it before, however many rows it has."""

import sqlite3
from contextlib import closing
from typing import Self

# Memory for it, beyond which it lies on disk: 128 MiB, which SQLite takes as a negative number of KiB.
CACHE = -131_072


class Repeats:
    """Remembers keys in a temporary database, which is in memory while it is small; a context manager."""

    def __init__(self) -> None:
        self.database = sqlite3.connect("", isolation_level=None)
        self.database.execute("PRAGMA journal_mode = OFF")
        self.database.execute(f"PRAGMA cache_size = {CACHE}")
        self.database.execute("CREATE TABLE seen (key BLOB PRIMARY KEY, line INTEGER, value BLOB) WITHOUT ROWID")
        self.database.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.database.close()

    def earlier(self, key: bytes, line: int, value: bytes = b"") -> tuple[int, bytes] | None:
        """Line and value with which the key was first given; None where that is now."""
        with closing(self.database.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", (key, line, value))) as new:
            if new.rowcount:
                return None
        return self.database.execute("SELECT line, value FROM seen WHERE key = ?", (key,)).fetchone()
