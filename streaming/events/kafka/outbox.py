"""What was taken while the brokers were away: on this machine's disk, in order, until it is relayed."""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from streaming.events.base import EventLogUnavailable
from streaming.events.kafka.producer import Message

# Seconds that a process waits for another one that writes.
BUSY = 5.0
COLUMNS = "id INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB NOT NULL, value BLOB NOT NULL"


class Outbox:
    """A queue in an SQLite file, which all processes of the machine share.

    Every method raises EventLogUnavailable where the disk is full or the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._process = 0

    def put(self, messages: Sequence[Message]) -> None:
        """All of them are on the disk when this returns, or none."""
        with self._open() as database:
            database.executemany("INSERT INTO outbox (key, value) VALUES (?, ?)", [(m.key, m.value) for m in messages])

    def first(self, most: int) -> list[tuple[int, Message]]:
        """The oldest messages, each by its number."""
        with self._open() as database:
            rows = database.execute("SELECT id, key, value FROM outbox ORDER BY id LIMIT ?", [most]).fetchall()
        return [(number, Message(key, value)) for number, key, value in rows]

    def drop(self, up_to: int) -> None:
        """The messages up to this number are where they were to go."""
        with self._open() as database:
            database.execute("DELETE FROM outbox WHERE id <= ?", [up_to])

    def is_empty(self) -> bool:
        with self._open() as database:
            return database.execute("SELECT 1 FROM outbox LIMIT 1").fetchone() is None

    def count(self) -> int:
        with self._open() as database:
            return database.execute("SELECT COUNT(*) FROM outbox").fetchone()[0]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection of this process, in a transaction that ends with the block."""
        with self._lock:
            try:
                if self._connection is None or self._process != os.getpid():
                    self._connection, self._process = self._connected(), os.getpid()
                with self._connection as connection:
                    yield connection
            except (sqlite3.Error, OSError) as error:
                raise EventLogUnavailable(f"the outbox {self.path} cannot be used: {error}") from error

    def _connected(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=BUSY, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        # What is acknowledged survives a power cut too.
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"CREATE TABLE IF NOT EXISTS outbox ({COLUMNS})")
        return connection

    def close(self) -> None:
        with self._lock:
            if self._connection is not None and self._process == os.getpid():
                self._connection.close()
            self._connection = None
