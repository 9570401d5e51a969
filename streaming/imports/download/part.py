"""The part of an archive that is downloaded so far, with its SHA-1 sum and the version that it is a part of."""

import fcntl
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from streaming.imports.download.progress import Update
from streaming.imports.failure import ImportFailed

BLOCK = 2**20


@dataclass(frozen=True)
class Version:
    """What the server said of the file when the part was begun: a strong validator (RFC 9110, 8.8) and its bytes."""

    validator: str | None = None
    total: int | None = None


class Part:
    """`archive.zip.part`, open for appending and locked; a context manager.

    Beside it, `archive.zip.part.json` keeps the version, for the run that goes on. The sum goes with what is written.
    Raises ImportFailed where another process is writing to it.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = target.with_name(target.name + ".part")
        self.version_path = target.with_name(target.name + ".part.json")
        # Unbuffered: what `write` has counted is in the file, whatever happens next.
        self.file = self.path.open("a+b", buffering=0)
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self.file.close()
            raise ImportFailed(f"Another process is downloading to {self.path}; let it, or end it first") from error
        self.size = os.fstat(self.file.fileno()).st_size
        self.sha1 = hashlib.sha1(usedforsecurity=False)
        self.version = self._read_version()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.file.close()

    def read_sum(self, update: Update) -> None:
        """Brings the sum up to what earlier runs wrote."""
        self.file.seek(0)
        while block := self.file.read(BLOCK):
            self.sha1.update(block)
            update(len(block))

    def begin(self, version: Version) -> None:
        """Empties the part: what comes now is of this version, from the first byte."""
        self.file.truncate(0)
        self.size = 0
        self.sha1 = hashlib.sha1(usedforsecurity=False)
        self.learn(version)

    def learn(self, version: Version) -> None:
        """Keeps the version that the part is of."""
        self.version = version
        self.version_path.write_text(json.dumps(asdict(version)))

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            written = self.file.write(rest)
            self.sha1.update(rest[:written])
            self.size += written
            rest = rest[written:]

    def finish(self) -> None:
        """Makes it the archive."""
        os.fsync(self.file.fileno())
        self._rename(self.target)

    def set_aside(self) -> Path:
        """Out of the way of the next run, for a person to look at or delete."""
        aside = self.target.with_name(self.target.name + ".wrong")
        self._rename(aside)
        return aside

    def _rename(self, path: Path) -> None:
        self.path.replace(path)
        self.version_path.unlink(missing_ok=True)

    def _read_version(self) -> Version:
        try:
            return Version(**json.loads(self.version_path.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            # Then only the size and the sum tell whether the rest fits to this part.
            return Version()
