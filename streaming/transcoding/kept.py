"""What was made and is kept, and the folder beside it in which files are made: all processes of the service share both.

transcoded/NAME                a whole file
transcoded/making/NAME         one that is being made; who reads it holds a shared lock on it
transcoded/making/NAME.lock    held by whoever makes it
transcoded/making/NAME.failed  why it could not be made
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

# Seconds for which nobody tries again what could not be made.
FAILURE_HOLDS = 600


def folder() -> Path:
    return settings.VAR_DIR / "transcoded"


def making_folder() -> Path:
    return folder() / "making"


def mark_used(file: BinaryIO) -> None:
    """By the time of its last reading, which file systems do not always write by themselves."""
    os.utime(file.fileno(), ns=(time.time_ns(), os.fstat(file.fileno()).st_mtime_ns))


def evict(limit: int) -> None:
    """Take the files used longest ago until the rest has `limit` bytes at most; and what a killed process left."""
    found = [(path, path.stat()) for path in folder().glob("*") if path.is_file()]
    left = sum(stat.st_size for _, stat in found)
    for path, stat in sorted(found, key=lambda one: one[1].st_atime_ns):
        if left <= limit:
            break
        path.unlink(missing_ok=True)
        left -= stat.st_size
    for path in making_folder().glob("*.m*"):
        _sweep(path)


def _sweep(path: Path) -> None:
    if path.suffix == ".failed":
        if failure(path) is None:
            path.unlink(missing_ok=True)
    elif path.suffix == ".lock":
        with locked(path):
            pass  # nobody's: it is gone now
    else:
        with locked(path.with_name(f"{path.name}.lock")) as is_mine:
            if is_mine:
                path.unlink(missing_ok=True)


def failure(note: Path) -> str | None:
    """Why a file could not be made, where that is not long ago."""
    try:
        return note.read_text() if time.time() - note.stat().st_mtime < FAILURE_HOLDS else None
    except FileNotFoundError:
        return None


@contextmanager
def locked(path: Path, *, is_left: bool = False) -> Iterator[bool]:
    """Whether nobody else held the lock; then it is held for the block, and its file taken away unless `is_left`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        # Who held it before may have taken the file away meanwhile: then this lock is on nothing.
        is_mine = path.exists() and path.stat().st_ino == os.fstat(file.fileno()).st_ino
        try:
            yield is_mine
        finally:
            if is_mine and not is_left:
                path.unlink(missing_ok=True)


def is_locked(path: Path) -> bool:
    """Whether somebody holds the lock just now."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
