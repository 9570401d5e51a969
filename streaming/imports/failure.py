"""What stops an import as a whole, as one exception with a message for the person who started it."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError

# SQLite's and PostgreSQL's words.
DISK_FULL = ("disk is full", "No space left on device")


class ImportFailed(Exception):
    """The import could not start, or had to stop; the message says why and what would be right."""


@contextmanager
def clear_failures() -> Iterator[None]:
    """Tells a full disk as such, whichever of the database and the file system met it."""
    try:
        yield
    except OperationalError as error:
        if not any(words in str(error) for words in DISK_FULL):
            raise
        raise _disk_full() from error
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise _disk_full() from error


def _disk_full() -> ImportFailed:
    return ImportFailed(
        "The disk is full. What was imported so far is kept: free some space and run the same command again"
    )
